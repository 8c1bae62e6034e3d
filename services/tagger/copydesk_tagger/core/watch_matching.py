"""Finds the entries of watch lists in an article."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from copydesk_tagger.core import linking_words, scripts
from copydesk_tagger.core.linking_index import Listed, NameIndex
from copydesk_tagger.core.linking_words import Words
from copydesk_tagger.core.watch_list import WatchedEntry, WatchList


class WatchedMention(NamedTuple):
    """Where an entry of a list was found."""

    start: int
    end: int
    entry: WatchedEntry
    list: str


class WatchIndex:
    """Watch lists ready to be looked for; of two entries over the same letters that of the earlier list wins."""

    def __init__(self, lists: Sequence[WatchList], simplified: dict[int, str] | None = None) -> None:
        self._entries = [(entry, one.name) for one in lists for entry in one.entries]
        self._index = NameIndex(_listed(entry for entry, _ in self._entries), simplified or {})

    def __len__(self) -> int:
        return len(self._entries)

    def find(self, words: Words, language: str, article: str) -> list[WatchedMention]:
        """The longest mentions among `words` from the left; context words are looked for in the whole `article`."""
        hits = self._index.find(words, language)
        if not hits:
            return []
        context = _Context(article, language)
        found: list[WatchedMention] = []
        for hit in sorted(hits, key=lambda hit: (hit.start, -hit.end)):
            entry = next((number for number in sorted(hit.of) if context.allows(self._entries[number][0])), None)
            if entry is not None and not (found and hit.start < found[-1].end):
                found.append(WatchedMention(hit.start, hit.end, *self._entries[entry]))
        return found


class _Context:
    """The words of an article, read when the first entry asks for them."""

    def __init__(self, article: str, language: str) -> None:
        self._article = article.casefold()
        self._language = language
        self._keys: frozenset[str] | None = None

    def allows(self, entry: WatchedEntry) -> bool:
        if entry.required and not any(map(self._holds, entry.required)):
            return False
        return not any(map(self._holds, entry.forbidden))

    def _holds(self, wanted: str) -> bool:
        """Whether a word stands in the article in any form, or a phrase as it is written."""
        keys = linking_words.keys(wanted)
        if len(keys) != 1 or scripts.of_name(wanted) in scripts.UNSPACED:
            return wanted.casefold() in self._article
        if self._keys is None:
            self._keys = frozenset(
                reading
                for word in Words(self._article).spellings
                for reading in linking_words.readings(word.folded, word.script, self._language)
            )
        return keys[0] in self._keys


def _listed(entries: Iterable[WatchedEntry]) -> Iterator[Listed]:
    for number, entry in enumerate(entries):
        for language, names in entry.names.items():
            languages = frozenset({scripts.primary(language)}) if language else None
            for name in names:
                yield Listed(name, number, exact=entry.case_sensitive, languages=languages)
