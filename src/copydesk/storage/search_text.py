"""Texts and queries as PostgreSQL's full-text search can take them, for every language alike."""

import re

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
    """The text with runs of unspaced script as overlapping pairs of characters, which stand for words."""
    return _UNSPACED.sub(lambda run: f" {_pairs(run[0])} ", text[:INDEXED_CHARACTERS])


def _pairs(run: str) -> str:
    return " ".join(run[start : start + 2] for start in range(max(1, len(run) - 1)))
