"""Documents of 400 words: the same sentences in every language, as many of them as make 400 words in English."""

import gzip
from collections.abc import Iterator
from pathlib import Path

WORDS = 400
PIVOT = "en"


def documents(data: Path, language: str) -> list[str]:
    """The documents of a language; a line of `langid/LANG.txt.gz` says the same in all of them."""
    lines = _lines(data, language)
    return ["\n\n".join(lines[start:end]) for start, end in _cuts(_lines(data, PIVOT))]


def _lines(data: Path, language: str) -> list[str]:
    text = gzip.decompress((data / "langid" / f"{language}.txt.gz").read_bytes()).decode()
    return [line for line in text.splitlines() if line.strip()]


def _cuts(lines: list[str]) -> Iterator[tuple[int, int]]:
    start = words = 0
    for end, line in enumerate(lines, 1):
        words += len(line.split())
        if words >= WORDS:
            yield start, end
            start, words = end, 0
