"""What is known of a language's words: how frequent they are, and their base forms."""

from collections.abc import Iterable
from typing import Protocol


class Lexicon(Protocol):
    """The words of one language."""

    def zipf(self, word: str) -> float:
        """Frequency of a word in small letters on the Zipf scale (log10 per billion words); 0 if unknown."""
        ...

    def lemma(self, word: str) -> str:
        """The base form; the word itself where none is known."""
        ...

    def is_plain(self, word: str) -> bool:
        """Whether `word` in small letters is a word of the language rather than only a name."""
        ...

    def within(self, text: str, longest: int) -> Iterable[tuple[int, int, float]]:
        """Start, end and frequency of every word of at most `longest` letters in a text without spaces, by start.

        None where nothing is known of the language.
        """
        ...


class Lexicons(Protocol):
    """Lexicons by language."""

    def of(self, language: str) -> Lexicon:
        """The lexicon of a BCP 47 language; an empty one where there is none."""
        ...
