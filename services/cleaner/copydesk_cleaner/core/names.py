"""Names of people in bylines."""

import re

from copydesk_cleaner.core.agencies import agency_code

_BY = (
    r"by|von|door|par|por|di|da|de la redacción de|af|av|autor|autorka|autore|auteur|author|от|"
    r"автор|текст|text|tekst|texte|texto|testo|"
    r"written by|posted by|published by|geschreven door|geschrieben von|écrit par|escrito por|"
    r"scritto da|reporting by|بقلم|كتب|作者|文|记者"
)
_LEAD = re.compile(rf"^\s*(?:{_BY})\s?[:：]?\s+|^\s*(?:作者|文|记者|記者)\s?[:：/]?\s?", re.IGNORECASE)
_BYLINE = re.compile(
    rf"^\s*(?:(?:{_BY})\s?[:：]?\s+|(?:作者|文|记者|記者)\s?[:：/]\s?)(?P<names>.{{2,80}})$", re.IGNORECASE
)
_JOINERS = re.compile(
    r"\s*(?:,|;|\||/|&|·|•|\+|、|，|\s(?:and|und|en|et|y|e|i|och|og|ja|ve|и|та|і|و|with|mit|avec|con)\s)\s*"
)
_ROLES = re.compile(
    r"\b(?:staff|editor|correspondent|reporter|writer|redactie|redaktion|rédaction|redacción|"
    r"redazione|redação|redakcja|redakce|редакция|"
    r"desk|team|newsroom|agency|agencies|agenturen|admin|contributor|news|online|press|service|"
    r"wire|nachrichten|journalist|корреспондент)\b",
    re.IGNORECASE,
)
_TITLES = re.compile(r"^(?:(?:dr|prof|mr|mrs|ms|dipl|ing|mag)\.?\s)+", re.IGNORECASE)
_TRAILER = re.compile(r"\s*(?:\(.*?\)|\s[-–—|]\s.*|\bfor\b .*|\bin [A-ZÄÖÜ]\w+.*|@\S+|https?://\S+|\S+@\S+)\s*$")
_PARTICLES = frozenset(
    [
        "de",
        "la",
        "van",
        "von",
        "der",
        "den",
        "del",
        "di",
        "da",
        "dos",
        "du",
        "le",
        "al",
        "el",
        "bin",
        "ibn",
        "ben",
        "ter",
        "ten",
        "zu",
        "zum",
        "af",
        "av",
        "y",
        "e",
        "na",
    ]
)


def person_name(printed: str) -> str | None:
    """A person's name without role, title and address, or None where it is none (a desk, an agency, a place)."""
    name = _TITLES.sub("", _TRAILER.sub("", _LEAD.sub("", " ".join(printed.split())))).strip(" .,:;|-–—*")
    words = name.split()
    if not 2 <= len(name) <= 60 or len(words) > 6 or agency_code(name) or _ROLES.search(name):
        return None
    if any(character.isdigit() for character in name) or re.search(r"[/<>{}=@#?!]|\.\w{2,}$", name):
        return None
    cased = [word for word in words if word not in _PARTICLES]
    if any(word[:1].islower() for word in cased) or not cased:
        return None
    unspaced = re.fullmatch(r"[\u3040-\u9fff\uac00-\ud7af·・]{2,12}", name) is not None
    return name if len(words) > 1 or unspaced else None


def person_names(printed: str) -> list[str]:
    """The people in a byline such as `By Ana Ruiz and Jan de Vries, dpa`, in its order, each once."""
    names = (person_name(part) for part in _JOINERS.split(_LEAD.sub("", printed)))
    return list(dict.fromkeys(name for name in names if name))


def is_byline(text: str) -> bool:
    """Whether a short line is a byline: "by" in one of many languages, then names or an agency."""
    found = _BYLINE.match(text)
    if not found or len(text) > 100 or text.rstrip()[-1:] in ".!?":
        return False
    return bool(person_names(found["names"])) or agency_code(found["names"]) is not None
