"""Made-up news pages of real size: a little article in one of ten languages, and much furniture around it."""

import random
from dataclasses import dataclass
from datetime import datetime
from html import escape
from itertools import product

_FRAGMENTS: dict[str, tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...], str]] = {
    "en": (
        ("The harbour office", "A retired teacher", "The night shift", "The valley's only baker", "The county"),
        ("has bought back the old ferry", "wants the bridge closed to lorries", "counted forty broken lamps"),
        ("before the first frost", "against the advice of two engineers", "and paid for it in coins", "on Monday"),
        ". ",
    ),
    "de": (
        ("Der Gemeinderat", "Eine Imkerin aus dem Tal", "Die Werft", "Das Museum am Kanal", "Der Fährmann"),
        ("hat die alte Brücke gekauft", "will den Fahrplan ändern", "zählt vierzig kaputte Laternen"),
        ("noch vor dem ersten Frost", "gegen den Rat zweier Ingenieure", "und zahlt in Münzen", "am Montag"),
        ". ",
    ),
    "fr": (
        ("La mairie", "Une institutrice retraitée", "L’équipe de nuit", "Le seul boulanger de la vallée", "Le port"),
        ("a racheté le vieux bac", "veut fermer le pont aux camions", "a compté quarante lampes cassées"),
        ("avant les premières gelées", "contre l’avis de deux ingénieurs", "et a payé en pièces", "lundi"),
        ". ",
    ),
    "es": (
        ("El ayuntamiento", "Una maestra jubilada", "El turno de noche", "La panadera del valle", "El astillero"),
        ("ha comprado el viejo transbordador", "quiere cerrar el puente", "contó cuarenta farolas rotas"),
        ("antes de la primera helada", "contra el consejo de dos ingenieros", "y pagó con monedas", "el lunes"),
        ". ",
    ),
    "pl": (
        ("Rada gminy", "Emerytowana nauczycielka", "Nocna zmiana", "Jedyny piekarz w dolinie", "Stocznia"),
        ("odkupiła stary prom", "chce zamknąć most dla ciężarówek", "naliczyła czterdzieści zepsutych lamp"),
        ("przed pierwszym mrozem", "wbrew radzie dwóch inżynierów", "i zapłaciła monetami", "w poniedziałek"),
        ". ",
    ),
    "ru": (
        ("Портовая служба", "Бывшая учительница", "Ночная смена", "Единственный пекарь долины", "Верфь"),
        ("выкупила старый паром", "хочет закрыть мост для грузовиков", "насчитала сорок разбитых фонарей"),
        ("до первых морозов", "вопреки совету двух инженеров", "и заплатила монетами", "в понедельник"),
        ". ",
    ),
    "ar": (
        ("مكتب الميناء", "معلمة متقاعدة", "وردية الليل", "خباز الوادي الوحيد", "حوض السفن"),
        ("اشترى العبارة القديمة", "يريد إغلاق الجسر أمام الشاحنات", "أحصى أربعين مصباحا مكسورا"),
        ("قبل أول صقيع", "خلافا لنصيحة مهندسين", "ودفع بالقطع النقدية", "يوم الاثنين"),
        ". ",
    ),
    "hi": (
        ("बंदरगाह कार्यालय ने", "एक सेवानिवृत्त शिक्षिका ने", "रात की पाली ने", "घाटी के इकलौते बेकर ने", "गोदी ने"),
        ("पुरानी नौका वापस ख़रीदी", "पुल को ट्रकों के लिए बंद करने को कहा", "चालीस टूटी बत्तियाँ गिनीं"),
        ("पहली ठंड से पहले", "दो इंजीनियरों की सलाह के विरुद्ध", "और सिक्कों में भुगतान किया", "सोमवार को"),
        "। ",
    ),
    "ja": (
        ("港の事務所は", "退職した教師は", "夜勤の班は", "谷でただ一軒のパン屋は", "造船所は"),
        ("古い渡し船を買い戻し", "橋をトラックに閉ざすよう求め", "壊れた街灯を四十本数え"),
        ("初霜の前に発表した", "二人の技師の助言に反した", "硬貨で支払った", "月曜日に説明した"),
        "。",
    ),
    "zh": (
        ("港务办公室", "一位退休教师", "夜班工人", "山谷里唯一的面包师", "造船厂"),
        ("买回了旧渡轮", "要求大桥禁止卡车通行", "数出四十盏坏掉的路灯"),
        ("赶在初霜之前", "不顾两位工程师的劝告", "并用硬币付款", "在星期一"),
        "。",
    ),
}
LANGUAGES = tuple(_FRAGMENTS)
_SPREAD = 0.55
"""Of the logarithm of sizes: one page in ten has twice the median, or half of it."""


@dataclass(frozen=True)
class Draft:
    """A page before it is written down."""

    number: int
    path: str
    published: datetime


class Typesetter:
    """Writes the pages of one host, which share language, layout and furniture."""

    def __init__(self, seed: int, host: int, base: str, median_bytes: int) -> None:
        self._chance = random.Random(f"{seed}/{host}")  # noqa: S311 - texts, not secrets
        self.language = LANGUAGES[host % len(LANGUAGES)]
        self._base = base
        self._median = median_bytes
        *parts, self._stop = _FRAGMENTS[self.language]
        gap = "" if self.language in ("ja", "zh") else " "
        self._sentences = [gap.join(words) for words in product(*parts)]
        self._style = "".join(
            f".c{self._chance.randrange(16**6):06x}{{margin:{n % 9}px;color:#{n:06x}}}"
            for n in range(median_bytes // 400)
        )
        self._state = ",".join(
            f'{{"id":"{self._chance.getrandbits(48):012x}","width":{n % 640},"seen":{n % 3}}}'
            for n in range(median_bytes // 12)
        )

    def page(self, draft: Draft) -> bytes:
        """The same bytes for the same draft, if the pages of a host are written in their order."""
        chance = self._chance
        size = self._median * chance.lognormvariate(0, _SPREAD)
        title = escape(f"{chance.choice(self._sentences)} {draft.number}")
        story = "".join(f"<p>{self._paragraph()}</p>" for _ in range(max(2, min(14, int(size / 6_000)))))
        related = "".join(self._teaser() for _ in range(max(3, min(40, int(size / 4_000)))))
        html = (
            f'<!doctype html><html lang="{self.language}"><head><meta charset="utf-8"><title>{title}</title>'
            f'<link rel="canonical" href="{self._base}{draft.path}"><meta property="og:title" content="{title}">'
            f'<meta property="article:published_time" content="{draft.published.isoformat()}">'
            f"<style>{self._style}</style></head><body><nav>{related[:400].rpartition('</li>')[0]}</nav>"
            f'<main><article><h1>{title}</h1><time datetime="{draft.published.isoformat()}"></time>{story}</article>'
            f"</main><aside><ul>{related}</ul></aside>"
        ).encode()
        start = chance.randrange(len(self._state) // 2)
        filler = self._state[start : start + max(0, int(size) - len(html))]
        return html + f"<script>window.state='{filler}'</script></body></html>".encode()

    def title(self, number: int) -> str:
        return f"{self._sentences[number % len(self._sentences)]} {number}"

    def _paragraph(self) -> str:
        chosen = self._chance.choices(self._sentences, k=5)
        return escape(f"{self._stop.join(chosen)} ({self._chance.randrange(9_000)}){self._stop}")

    def _teaser(self) -> str:
        mark = f"{self._chance.randrange(16**8):08x}"
        words = escape(self._chance.choice(self._sentences))
        return f'<li><a href="/about/{mark}"><img src="/img/{mark}.avif" alt="">{words}</a></li>'
