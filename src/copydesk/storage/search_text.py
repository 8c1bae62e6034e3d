"""Texts and queries as PostgreSQL's full-text search can take them, for every language alike."""

import re
import unicodedata
from collections.abc import Callable

CONFIGURATIONS = {
    "ar": "arabic",
    "ca": "catalan",
    "da": "danish",
    "de": "german",
    "el": "greek",
    "en": "english",
    "es": "spanish",
    "eu": "basque",
    "fi": "finnish",
    "fr": "french",
    "ga": "irish",
    "hi": "hindi",
    "hu": "hungarian",
    "hy": "armenian",
    "id": "indonesian",
    "it": "italian",
    "lt": "lithuanian",
    "nb": "norwegian",
    "ne": "nepali",
    "nl": "dutch",
    "nn": "norwegian",
    "no": "norwegian",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
    "sr": "serbian",
    "sv": "swedish",
    "ta": "tamil",
    "tr": "turkish",
    "yi": "yiddish",
}
"""Primary language subtag to text search configuration; all are in PostgreSQL 14. Others are not stemmed."""

INDEXED_CHARACTERS = 60_000
"""Only so much of a text is indexed: a tsvector ends at 1 MB."""

_UNSPACED = re.compile(
    r"[\u0e00-\u0e7f\u0e80-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]+"
)
"""Thai, Lao, Burmese, Khmer, Kana and Han: written without spaces, so PostgreSQL sees one word a sentence."""


def configuration_of(language: str) -> str:
    """The configuration for a BCP 47 tag; `simple` where PostgreSQL has none."""
    return CONFIGURATIONS.get(language.partition("-")[0].lower(), "simple")


def searchable(text: str) -> str:
    """The text as it is indexed: compatible forms as one (NFKC), runs of unspaced script as overlapping pairs of
    characters, which stand for words; the last character of a run stands alone, too, so that each begins something.
    """
    return _paired(text, lambda run: range(len(run)))


def wanted(text: str) -> str:
    """The text as a query asks for it: that of `searchable`, where runs may go on after what is asked for."""
    return _paired(text, lambda run: range(max(1, len(run) - 1)))


def normal(text: str) -> str:
    """Full-width and half-width forms, ligatures and decomposed letters as their plain forms; no Arabic stretching."""
    return unicodedata.normalize("NFKC", text).replace("\N{ARABIC TATWEEL}", "")


def is_unspaced(text: str) -> bool:
    """Whether any of it is in a script that is written without spaces."""
    return _UNSPACED.search(text) is not None


def _paired(text: str, starts: Callable[[str], range]) -> str:
    def pairs(run: re.Match[str]) -> str:
        return f" {' '.join(run[0][start : start + 2] for start in starts(run[0]))} "

    return _UNSPACED.sub(pairs, normal(text[:INDEXED_CHARACTERS]))
