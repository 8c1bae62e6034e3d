"""Titles and roles before names: they are no part of the name."""

import re
from collections.abc import Collection, Mapping

_WORD = re.compile(r"\S+")
_FOLDED = str.maketrans({"’": "'", "ё": "е"})


def fold(text: str) -> str:
    """As titles are listed: small letters, straight apostrophes."""
    return text.lower().translate(_FOLDED)


class Titles:
    """The titles of a language, as phrases of up to `longest` words."""

    def __init__(self, phrases: Collection[str]) -> None:
        self._phrases = frozenset(fold(phrase) for phrase in phrases)
        self._longest = max((phrase.count(" ") + 1 for phrase in self._phrases), default=0)

    def stripped(self, name: str) -> int:
        """How many code points at the head of a name are titles; never the whole name.

        `President Xi Jinping` has 10. What begins with a small letter is one only where a listed title says so, too.
        """
        gone = 0
        while True:
            words = list(_WORD.finditer(name, gone))
            size = next(
                (size for size in range(min(self._longest, len(words) - 1), 0, -1) if self._is(words[:size])), 0
            )
            if not size:
                return gone
            gone = words[size].start()

    def _is(self, words: list[re.Match[str]]) -> bool:
        phrase = fold(" ".join(word[0] for word in words))
        return phrase in self._phrases or phrase.rstrip(".") in self._phrases


class TitlesByLanguage:
    """Titles by primary language subtag; a language without a list has none."""

    def __init__(self, phrases: Mapping[str, Collection[str]]) -> None:
        self._titles = {language: Titles(listed) for language, listed in phrases.items()}
        self._none = Titles(())

    def of(self, language: str) -> Titles:
        return self._titles.get(language, self._none)
