"""Governments called by their capitals: `Washington accused Moscow`."""

import re
from collections.abc import Iterable

from copydesk_tagger.core import scripts
from copydesk_tagger.core.cues import LOCATIVES
from copydesk_tagger.core.gazetteer import Spot

_ACTS: dict[str, str] = {
    "en": "accused accuses said says announced announces imposed imposes rejected rejects denied denies wants called "
    "calls warned warns urged urges agreed agrees refused refuses insists vowed condemned",
    "nl": "wil zegt zei beschuldigt beschuldigde eist legt legde weigert weigerde dreigt ontkent ontkende verwerpt",
    "de": "wies weist wirft warf droht drohte fordert forderte verhängte verhängt kündigte lehnte will bestreitet",
    "fr": "a accuse exige menace rejette dément attend veut convoque impose annonce refuse condamne",
    "es": "anunció acusa acusó exige rechaza rechazó impuso niega quiere advirtió amenaza condenó pide",
    "it": "ha accusa chiede respinge minaccia vuole annuncia nega impone avverte condanna",
    "pt": "anunciou acusa acusou exige rejeita rejeitou impôs nega quer advertiu ameaça condenou retomaram",
    "pl": "nałożył nałożyła oskarża oskarżył oskarżyła żąda odrzuca odrzucił odrzuciła chce grozi zaprzecza",
    "ru": "ввёл ввел ввела обвинил обвинила заявил заявила отвергла отверг требует хочет угрожает отрицает осудил",
    "uk": "запровадив запровадила звинуватив звинуватила заявив заявила відкинула відкинув вимагає хоче погрожує",
    "ar": "تتهم اتهمت تنفي نفت ترفض رفضت تطالب فرضت تهدد أعلنت",
    "tr": "suçladı reddetti açıkladı istiyor yalanladı uyardı",
    "sv": "anklagar vill kräver avvisar förnekar hotar",
    "da": "anklager vil kræver afviser benægter truer",
    "nb": "anklager vil krever avviser benekter truer",
    "cs": "obvinila obvinil odmítla odmítl uvalil uvalila chce požaduje popírá",
}
"""Verbs that follow a government and seldom a city."""

_ACTS_UNSPACED = re.compile("宣布|指责|指責|否认|否認|警告|谴责|譴責|拒绝|拒絕|要求|呼吁|敦促")
_TOWARDS = {
    "en": "asked urged told accused warned against with",
    "nl": "tegen met vraagt beschuldigt",
    "de": "gegen mit",
    "fr": "contre avec",
    "es": "contra con",
    "it": "contro",
    "pt": "contra",
    "pl": "przeciw przeciwko",
    "ru": "против",
    "uk": "проти",
}
"""Words before a government that seldom stand before a city."""

_AFTER = re.compile(r"(?:['’]s)? ([^\W\d_]+)")
_AND_AFTER = re.compile(r" (?:and|en|und|et|y|e|i|и|і|та|ve|och|og|a) [^\W\d_]+ ([^\W\d_]+)")
_BEFORE = re.compile(r"([^\W\d_]+) $")


def _by_language(words: dict[str, str]) -> dict[str, frozenset[str]]:
    return {language: scripts.listed(listed) for language, listed in words.items()}


_VERBS, _OBJECTS = _by_language(_ACTS), _by_language(_TOWARDS)


def means_government(text: str, start: int, end: int, spot: Spot, capitals: Iterable[int], language: str) -> bool:
    """Whether the capital that stands at these offsets is the subject of what only governments do, or its object."""
    if spot.geonames not in capitals:
        return False
    if language == "zh":
        return (text[start - 1 : start] in "，。；\n“") and _ACTS_UNSPACED.match(text, end) is not None
    before = _BEFORE.search(text, max(0, start - 20), start)
    word = before.group(1).lower() if before else ""
    if word in _OBJECTS.get(language, ()):
        return True
    if word in LOCATIVES.get(language, ()):
        return False
    verbs = _VERBS.get(language, frozenset())
    after = (_AFTER.match(text, end), _AND_AFTER.match(text, end))
    return any(match is not None and match.group(1) in verbs for match in after)
