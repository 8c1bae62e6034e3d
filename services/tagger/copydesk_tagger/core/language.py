"""The language of a text: py3langid's scores, checked against the script, with the site's hint as a weak prior.

py3langid is a naive Bayes model over byte sequences (Lui and Baldwin 2012). Its scores over all labels come from one
pass; a closed set is the same scores over fewer labels, so both cost the same.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Protocol

from copydesk.contracts import Language
from copydesk_tagger.core import scripts
from copydesk_tagger.core.document import Document, Tags

CUT = 1500
"""Characters looked at; more change nothing in the decision."""

SHORT = 240
"""Below this many letters the closed set is used and the hint counts."""

UNDECIDED = Language(tag="und", confidence=0.0)

_NEWS = scripts.listed(
    "af am ar as az be bg bn bs ca cs cy da de el en es et eu fa fi fr ga gl gu ha he hi hr hu hy id is it ja ka kk km"
    " kn ko ku ky lb lo lt lv mk ml mn mr ms mt my ne nl no nn or pa pl ps pt ro ru si sk sl so sq sr sv sw ta te tg"
    " th tl tr ug uk ur uz vi yue zh zu"
)
"""The closed set: languages that news is written in. Leaves out py3langid's Latin, Volapük, dialects and pidgins."""

_ONE_LANGUAGE = {
    "Grek": "el",
    "Hang": "ko",
    "Guru": "pa",
    "Gujr": "gu",
    "Orya": "or",
    "Taml": "ta",
    "Telu": "te",
    "Knda": "kn",
    "Mlym": "ml",
    "Sinh": "si",
    "Thai": "th",
    "Laoo": "lo",
    "Mymr": "my",
    "Geor": "ka",
    "Khmr": "km",
    "Armn": "hy",
    "Kana": "ja",
}
"""Scripts that news writes one language in."""

_BY_SCRIPT: dict[str, frozenset[str]] = {
    "Cyrl": scripts.listed("ru uk be bg sr mk kk ky mn tg tt ba uz az"),
    "Arab": scripts.listed("ar arz ary fa ur ps ug ku sdh uzs"),
    "Hebr": frozenset({"he", "hbo"}),
    "Deva": scripts.listed("hi mr ne sa gom"),
    "Beng": frozenset({"bn", "as"}),
    "Ethi": frozenset({"am"}),
    "Tibt": frozenset({"dz"}),
    "Hani": scripts.listed("zh yue wuu"),
}
_NEVER_LATIN = (
    frozenset(_ONE_LANGUAGE.values()) | frozenset().union(*_BY_SCRIPT.values()) - scripts.listed("sr uz az ku tt kk")
) | {"grc", "zxx"}

_FOLDED = {
    "no": "nb",
    "tl": "fil",
    "arz": "ar",
    "ary": "ar",
    "wuu": "zh",
    "hbo": "he",
    "uzs": "uz",
    "sdh": "ckb",
    "grc": "el",
    "ku": "kmr",
}
"""py3langid's labels to the tags that news is published under."""

_SORANI = re.compile(r"[ێۆڵڕە]")
_CANTONESE = re.compile(r"[嘅咗佢喺唔嚟嗰冇啲咁哋睇乜嘢]")
_TRADITIONAL = frozenset(
    "們這個來說對時會國過後學發經還進開現點動問間關長見業實電話東車員讓給從錢應該華區報導場總與為無見機構議題軍戰爭協條約領總統選舉舉辦環節認識產"
    "亞歐爾蘭臺灣門馬鳥風飛龍麼樣體頭聽歲萬億單雙邊據變醫療黨團隊標權論證稱"
)
_SIMPLIFIED = frozenset(
    "们这个来说对时会国过后学发经还进开现点动问间关长见业实电话东车员让给从钱应该华区报导场总与为无见机构议题军战争协条约领总统选举举办环节认识产"
    "亚欧尔兰台湾门马鸟风飞龙么样体头听岁万亿单双边据变医疗党团队标权论证称"
)
_ONLY_TRADITIONAL = _TRADITIONAL - _SIMPLIFIED
_ONLY_SIMPLIFIED = _SIMPLIFIED - _TRADITIONAL

_EKAVIAN = re.compile(
    r"\b(?:gde|ovde|vreme\w*|uvek|posle|pre|mest[aou]\w*|de[ol]|svet\w*|sled\w*|delov\w*|reč\w*|lep\w*|celo\w*|uspe\w*"
    r"|promen\w*|nedelj\w*|primer\w*|razume\w*|dete\w*|dec[aeu]|bezbedno\w*|umesto|zahtev\w*|preds\w+|vest\w*|voleo|hteo|video)\b",
    re.IGNORECASE,
)
_IJEKAVIAN = re.compile(
    r"\b(?:gdje|ovdje|vrijeme\w*|vremen\w*|uvijek|poslije|prije|mjest\w*|dio|dijel\w*|svijet\w*|svjet\w*|slijed\w*|sljed\w*"
    r"|djelov\w*|riječ\w*|lijep\w*|cijel\w*|uspje\w*|promjen\w*|nedjelj\w*|primjer\w*|razumje\w*|dijete\w*|djec\w*"
    r"|umjesto|zahtjev\w*|predsj\w+|vijest\w*|volio|htio|vidio)\b",
    re.IGNORECASE,
)
_CROATIAN = re.compile(
    r"\b(?:tko|netko|nitko|što|tijekom|tisuć\w*|europ\w*|također|vlak\w*|sveučili\w*|točno\w*|tjed\w*|glazb\w*|sustav\w*|tvrtk\w*"
    r"|siječ\w*|veljač\w*|ožujk\w*|travnj\w*|svibnj\w*|lipnj\w*|srpnj\w*|kolovoz\w*|rujn\w*|listopad\w*|studen\w*|prosin\w*"
    r"|izvješ\w*|uporab\w*|nogomet\w*|zrakoplov\w*|povije\w*|kazališ\w*|časnik\w*|vojnik\w*|priopć\w*|uopće|opć\w*|znanstv\w*)\b",
    re.IGNORECASE,
)
_BOSNIAN = re.compile(
    r"\b(?:ko|neko|niko|šta|tokom|hiljad\w*|evrop\w*|takođe[r]?|voz\w*|univerzitet\w*|tačno\w*|sedmic\w*|muzi[kčc]\w*|sistem\w*"
    r"|januar\w*|februar\w*|mart\w*|april\w*|maj\w*|jun\w*|jul\w*|august\w*|avgust\w*|septemb\w*|oktob\w*|novemb\w*|decemb\w*"
    r"|izvješt\w*|upotreb\w*|fudbal\w*|avion\w*|histori\w*|histor\w*|pozoriš\w*|saopć\w*|uopšte|uopće|opšt\w*|nauč\w*|kompanij\w*)\b",
    re.IGNORECASE,
)


class Ranker(Protocol):
    """py3langid's identifier with normalised probabilities."""

    def rank(self, text: str) -> list[tuple[str, float]]: ...


class LanguageAnnotator:
    """BCP 47 tag and confidence. Script subtags only where they part news: zh-Hans, zh-Hant, sr-Cyrl, sr-Latn."""

    name = "language"
    version = "py3langid-0.4/1"
    languages: frozenset[str] | None = None
    needs: frozenset[str] = frozenset()
    cost = 3.0

    def __init__(self, ranker: Ranker, least_confidence: float = 0.3) -> None:
        self._ranker = ranker
        self._least = least_confidence

    def annotate(self, document: Document, tags: Tags) -> None:
        tags.language = self.identify(f"{document.title}\n{document.text}".strip(), document.language_hint)

    def identify(self, text: str, hint: str | None = None) -> Language:
        """The language of `text`; `hint` sways short texts and never what the script rules out."""
        sample = text[:CUT]
        letters = scripts.counts(sample)
        script = scripts.dominant(sample)
        if script is None:
            return UNDECIDED
        size = letters.total()
        if (only := _ONE_LANGUAGE.get(script)) is not None:
            return Language(tag=only, confidence=round(min(1.0, 0.5 + letters[script] / size / 2), 3))
        short = size < SHORT
        scores = _possible(dict(self._ranker.rank(_only_letters(sample))), script, closed=short)
        if short and hint:
            scores = _lean(scores, scripts.primary(hint), strength=1 + 5 * (1 - size / SHORT))
        if not scores:
            return UNDECIDED
        label, confidence = max(scores.items(), key=lambda item: (item[1], item[0]))
        if confidence < self._least:
            return Language(tag="und", confidence=round(confidence, 3))
        return Language(tag=_tag(label, sample, letters), confidence=round(min(confidence, 1.0), 3))


def _only_letters(text: str) -> str:
    """Web and mail addresses say nothing of the language around them."""
    return re.sub(r"https?://\S+|\S+@\S+|[#@]\w+", " ", text)


def _possible(scores: Mapping[str, float], script: str, *, closed: bool) -> dict[str, float]:
    """The scores of languages that the script allows, adding up to 1; `closed` keeps to languages of the news."""
    allowed: Iterable[str]
    if script == "Latn":
        allowed = (label for label in scores if label not in _NEVER_LATIN and (not closed or label in _NEWS))
    else:
        allowed = _BY_SCRIPT.get(script, frozenset()) & scores.keys()
    kept = {label: scores[label] for label in allowed}
    total = sum(kept.values())
    return {label: score / total for label, score in kept.items()} if total else {}


def _lean(scores: Mapping[str, float], hint: str, strength: float) -> dict[str, float]:
    """The scores with the hinted language's odds raised by `strength`."""
    swayed = {
        label: score * (strength if _FOLDED.get(label, label) == hint else 1.0) for label, score in scores.items()
    }
    total = sum(swayed.values())
    return {label: score / total for label, score in swayed.items()}


def _tag(label: str, text: str, letters: Mapping[str, int]) -> str:
    """The BCP 47 tag for py3langid's label."""
    if label in ("ku", "sdh", "fa", "ar", "ug") and len(_SORANI.findall(text)) * 20 > letters.get("Arab", 0):
        return "ckb" if label != "ug" else "ug"
    if label in ("zh", "wuu", "yue"):
        if len(_CANTONESE.findall(text)) * 60 > letters.get("Hani", 0):
            return "yue"
        traditional = sum(text.count(letter) for letter in _ONLY_TRADITIONAL)
        simplified = sum(text.count(letter) for letter in _ONLY_SIMPLIFIED)
        return "zh-Hant" if traditional > simplified else "zh-Hans"
    if label in ("sr", "bs", "hr"):
        return "sr-Cyrl" if letters.get("Cyrl", 0) > letters.get("Latn", 0) else _serbo_croatian(label, text)
    return _FOLDED.get(label, label)


def _serbo_croatian(label: str, text: str) -> str:
    """Serbian, Bosnian or Croatian in Latin letters, by vowels (ekavian or ijekavian) and words that differ."""
    ekavian, ijekavian = len(_EKAVIAN.findall(text)), len(_IJEKAVIAN.findall(text))
    croatian, bosnian = len(_CROATIAN.findall(text)), len(_BOSNIAN.findall(text))
    if ekavian > ijekavian:
        return "sr-Latn"
    if ijekavian > ekavian and croatian != bosnian:
        return "hr" if croatian > bosnian else "bs"
    if ijekavian > ekavian and label == "sr":
        return "bs"
    return "sr-Latn" if label == "sr" else label
