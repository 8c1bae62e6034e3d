"""The IPTC media topics that can be told: how they hang together, and what they are called."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from copydesk_tagger.core.scripts import primary

URI = "medtop:"
"""Prefix of the codes in messages, as IPTC abbreviates http://cv.iptc.org/newscodes/mediatopic/."""

_NEAR = {"no": "nb"}


@dataclass(frozen=True)
class TopicScheme:
    """`broader` has the parent's code of every topic, None for a top level; `labels` its names by language tag."""

    broader: Mapping[str, str | None]
    labels: Mapping[str, Mapping[str, str]]

    def above(self, code: str) -> tuple[str, ...]:
        """The topic's parent, its parent's and so on."""
        return self._above[code]

    @cached_property
    def _above(self) -> dict[str, tuple[str, ...]]:
        return {code: tuple(self._upwards(code)) for code in self.broader}

    def _upwards(self, code: str) -> Iterator[str]:
        parent = self.broader[code]
        while parent is not None:
            yield parent
            parent = self.broader[parent]

    def top(self, code: str) -> str:
        """The top level that the topic belongs to; itself where it is one."""
        return [code, *self.above(code)][-1]

    def label(self, code: str, language: str) -> str:
        """In `language` (BCP 47), else in its primary language, else in English."""
        names = self.labels[code]
        subtag = primary(language)
        return names.get(language) or names.get(subtag) or names.get(_NEAR.get(subtag, "en")) or names["en"]
