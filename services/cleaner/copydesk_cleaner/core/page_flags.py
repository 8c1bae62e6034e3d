"""What a page says of its article beside text and dates: a paywall, a consent wall, a correction, first publication."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any
from urllib.parse import urlsplit

from copydesk_cleaner.core.headline_lines import visible_texts
from copydesk_cleaner.core.notices import correction_notice, syndication_mark
from copydesk_cleaner.core.page_facts import PAYWALLS, PageFacts, element_text

CORRECTION = "correction"
CONSENT_WALL = "consent-wall"
SYNDICATED = "syndicated"

_PAID_TIERS = frozenset({"metered", "locked", "paid", "premium", "subscriber", "subscribers"})
_TIER_META = ("article:content_tier", "content_tier", "article:tier", "contenttier", "cxenseparse:recs:paywall")
_ORIGIN_META = ("syndication-source", "original-source", "article:original_source", "dcterms.source", "dc.source")
_PAYING = re.compile(
    r"subscri|already a member|abonn|abo\b|registrier|anmelden|suscri|assin[ae]|prenumer|předplat|predplat|"
    r"iscriv|přihlá|zaloguj|подпис|підпис|передплат|абонир|συνδρομ|abone|اشترك|اشتراك|מנוי|購読|有料|会員|订阅|訂閱|"
    r"구독|langgan|đăng ký|tilaa|előfizet|abonează",
    re.IGNORECASE,
)
_CONSENT_TEXT = 600
_CONSENT_PAGE = 9_000
_COOKIES = (
    "cookie", "evästee", "informasjonskaps", "vafrakök", "küpsis", "slapuk", "sīkdat", "sütik", "çerez",
    "piškot", "kolačić", "ciasteczk", "куки", "ملفات تعريف", "کوکی", "עוגיות", "クッキー", "쿠키", "คุกกี้", "कुकी",
)  # fmt: skip
_CONSENT = re.compile(
    r"consent|accept all|accept\b|agree|legitimate interest|our partners|vendors|privacy|einwillig|zustimm|"
    r"akzeptier|datenschutz|werbefrei|consentement|accepter|partenaires|consentimiento|aceptar|socios|"
    r"toestemming|accepteren|akkoord|consenso|accett|consentimento|aceitar|samtyck|godkänn|samtykke|godta|"
    r"accepter|hyväksy|suostumu|zgod|akceptuj|souhlas|súhlas|přijm|согласи|принять|згод|прийня|съглас|"
    r"συναίνε|αποδοχ|rıza|kabul|consimț|hozzájárul|elfogad|sutinku|piekrīt|nõustu|موافق|قبول|הסכמ|同意|受け入れ|"
    r"동의|đồng ý|persetujuan|setuju|ยินยอม|सहमत",
    re.IGNORECASE,
)
_FIRST = 4
_LEAST_COOKIES = 2
_LEAST_CONSENT = 3


@dataclass(frozen=True)
class PageFlags:
    """`correction` is the notice's own text; `syndicated` names the publication, or its address, where the article
    first appeared."""

    paywalled: bool = False
    consent_wall: bool = False
    correction: str | None = None
    syndicated: str | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """As the message's `flags` have them; a paywall has a field of its own there."""
        found = ((CORRECTION, self.correction), (CONSENT_WALL, self.consent_wall), (SYNDICATED, self.syndicated))
        return tuple(name for name, said in found if said)


def page_flags(facts: PageFacts, lines: Sequence[str]) -> PageFlags:
    """`lines` are the article's own, those that were cut from it as notices included."""
    return PageFlags(
        paywalled=_paywalled(facts),
        consent_wall=_is_consent_wall(facts, lines),
        correction=correction_notice(lines),
        syndicated=syndication_mark(lines) or _other_origin(facts),
    )


def _paywalled(facts: PageFacts) -> bool:
    declared = list(_free(facts.article))
    if declared:
        return any(free in ("false", "no", "0") for free in declared)
    tiers = {tier.casefold() for name in _TIER_META for tier in facts.meta.get(name, [])}
    return bool(tiers & _PAID_TIERS) or _shows_paywall(facts)


def _free(node: dict[str, Any]) -> Iterator[str]:
    """`isAccessibleForFree` of the article and of its parts, as `true` or `false`, however it is written."""
    parts = node.get("hasPart")
    nodes = [node, *(parts if isinstance(parts, list) else [parts])]
    for one in nodes:
        if isinstance(one, dict) and one.get("isAccessibleForFree") is not None:
            yield str(one["isAccessibleForFree"]).rpartition("/")[2].strip().casefold()


def _shows_paywall(facts: PageFacts) -> bool:
    """An element so named that asks to subscribe; a page may carry an empty one for later."""
    still_there = (element for element in facts.marked(PAYWALLS) if element.closest("html") is not None)
    for element in islice(still_there, 5):
        text = element_text(element) if element.tag not in ("html", "body", "script", "style", "template") else ""
        if 30 <= len(text) <= 1_500 and _PAYING.search(text):
            return True
    return False


def _is_consent_wall(facts: PageFacts, lines: Sequence[str]) -> bool:
    """Whether little stands on the page but the question of cookies."""
    length = sum(map(len, lines))
    if length > _CONSENT_PAGE or (length > _CONSENT_TEXT and not _asks_consent(" ".join(lines[:_FIRST]))):
        return False
    text = " ".join(visible_texts(facts.document, _CONSENT_PAGE + 1))
    return len(text) <= _CONSENT_PAGE and _asks_consent(text)


def _asks_consent(text: str) -> bool:
    lowered = text.lower()
    cookies = sum(lowered.count(word) for word in _COOKIES)
    consents = len(_CONSENT.findall(text)) if cookies >= _LEAST_COOKIES else 0
    return consents >= _LEAST_CONSENT and (cookies + consents) * 120 > len(text)


def _other_origin(facts: PageFacts) -> str | None:
    """The address that the page's data gives for the original, when it is on another site. `isBasedOn` counts where
    it is a news article: studies and films are named in it, too."""
    based = (one for one in _listed(facts.article.get("isBasedOn")) if isinstance(one, dict))
    named = [one.get("url") or one.get("@id") for one in based if "NewsArticle" in str(one.get("@type"))]
    named += [address for name in _ORIGIN_META for address in facts.meta.get(name, [])]
    named += facts.canonical_links[:1]
    return next((one for one in named if isinstance(one, str) and _is_elsewhere(one, facts.url)), None)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _is_elsewhere(address: str, url: str) -> bool:
    try:
        other, own = urlsplit(address.strip()), urlsplit(url)
    except ValueError:
        return False
    if other.scheme not in ("http", "https") or len(other.path) < 2 or not other.hostname or not own.hostname:
        return False
    return _site(other.hostname) != _site(own.hostname)


def _site(host: str) -> str:
    """The last two labels of a host, the last three under second levels such as .co.uk; `courier` without its domain,
    as one publisher's domains in several countries are one site."""
    labels = host.casefold().split(".")
    short = len(labels) > 2 and len(labels[-1]) == 2 and len(labels[-2]) <= 3
    return labels[-3] if short else labels[-2] if len(labels) > 1 else host
