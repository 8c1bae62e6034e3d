"""The knowledge base that ships with the tagger, read from its file."""

import gzip
from functools import cache
from importlib.resources import files

import msgspec

from copydesk_tagger.adapters.lexicons import simplified_letters
from copydesk_tagger.core.knowledge_base import KnowledgeBase, Known

_DATA = "data/knowledge_base.jsonl.gz"


class _Header(msgspec.Struct):
    """The first line: when the file was built, from what, and the spellings of all name parts."""

    built: str
    sources: list[str]
    parts: list[str]


@cache
def shipped_knowledge_base() -> KnowledgeBase:
    """The entries of data/knowledge_base.jsonl.gz (see knowledge_base.md beside it), ready to be found; read once."""
    packed = files("copydesk_tagger").joinpath(_DATA).read_bytes()
    first, *lines = gzip.decompress(packed).splitlines()
    header = msgspec.json.decode(first, type=_Header)
    decoder = msgspec.json.Decoder(Known)
    parts = [spellings.split("|") for spellings in header.parts]
    return KnowledgeBase([decoder.decode(line) for line in lines], parts, simplified_letters(), version=header.built)
