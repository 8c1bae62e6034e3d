"""Pages and articles as they are kept, which of them are wanted, and where a replay of them stands. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Generic, TypeVar

import msgspec

from copydesk.contracts import ArticleCleaned, ArticleTagged, PageFetched
from copydesk.runtime.ports import Partition

M = TypeVar("M", bound=ArticleCleaned | PageFetched, covariant=True)

NOTE_OF_TAGGER = "tagger:"
"""Flags that begin so were added by the tagger, and say what the tags lack."""


@dataclass(frozen=True)
class Place:
    """Where something was read: the database's id, or a partition with the offset behind the record."""

    id: str = ""
    partition: Partition | None = None
    next_offset: int = 0


@dataclass(frozen=True)
class Kept(Generic[M]):
    """A page or an article as it is kept, and fields of it that this version does not know."""

    message: M
    unknown: Mapping[str, msgspec.Raw] = field(default_factory=dict)
    place: Place = Place()


def untagged(article: ArticleCleaned) -> ArticleCleaned:
    """As the cleaner sent it: without tags, and without the tagger's notes."""
    fields = {name: getattr(article, name) for name in ArticleCleaned.__struct_fields__}
    fields["flags"] = [flag for flag in article.flags if not flag.startswith(NOTE_OF_TAGGER)]
    return ArticleCleaned(**fields)


class Selection(msgspec.Struct, frozen=True, kw_only=True):
    """Which articles are wanted; times are those of fetching, `language` is a primary subtag.

    `incomplete`: only those to which the tagger's notes say that tags are lacking. `sample` is the share (0…1) that is
    taken, by id, which spreads evenly over everything: always the same ones.
    """

    source: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    language: str | None = None
    incomplete: bool = False
    sample: float = 1.0

    @property
    def by_tags(self) -> bool:
        """Whether only tagged articles can be chosen among."""
        return self.language is not None or self.incomplete

    @property
    def id_bound(self) -> str | None:
        """The id below which the sample lies; None where everything is taken."""
        if self.sample >= 1.0:
            return None
        return f"{int(self.sample * 2**32):08x}-0000-0000-0000-000000000000"

    def includes_page(self, page: PageFetched | ArticleCleaned) -> bool:
        """Whether what was fetched is wanted, as far as can be said without tags."""
        return (
            (self.source is None or page.source == self.source)
            and (self.since is None or page.fetched_at >= self.since)
            and (self.until is None or page.fetched_at < self.until)
            and (self.id_bound is None or page.id < self.id_bound)
        )

    def includes(self, article: ArticleCleaned) -> bool:
        return self.includes_page(article) and (
            not self.by_tags or (isinstance(article, ArticleTagged) and self._includes_tags(article))
        )

    def _includes_tags(self, article: ArticleTagged) -> bool:
        of_language = self.language is None or article.language.tag.partition("-")[0] == self.language.lower()
        return of_language and (not self.incomplete or any(flag.startswith(NOTE_OF_TAGGER) for flag in article.flags))
