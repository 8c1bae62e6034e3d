"""`consume`: the front door for consumers in Python."""

from typing import Any, Literal, Required, TypedDict, TypeVar, Unpack, overload

from copydesk.consumer.consumption import Consumption
from copydesk.contracts import (
    ArticleCleaned,
    ArticleStored,
    ArticleTagged,
    Message,
    PageFetched,
    PageWithdrawn,
    SiteDrift,
    SiteLearned,
    SourceHealth,
    StoryChanged,
)
from copydesk.runtime.ports import BlobStore, Bus
from copydesk.settings import Settings

M = TypeVar("M", bound=Message)


class Options(TypedDict, total=False):
    """What every reading may be told; see `consume`."""

    group: Required[str]
    settings: Settings
    bus: Bus
    blobs: BlobStore
    from_beginning: bool
    undecodable: Literal["raise", "skip"]


@overload
def consume(*topics: str, only: type[M], **options: Unpack[Options]) -> Consumption[M]: ...
@overload
def consume(
    topic: Literal["articles.tagged", "backfill.articles.tagged"], /, **options: Unpack[Options]
) -> Consumption[ArticleTagged | PageWithdrawn]: ...
@overload
def consume(
    topic: Literal["articles.cleaned", "backfill.articles.cleaned"], /, **options: Unpack[Options]
) -> Consumption[ArticleCleaned | PageWithdrawn]: ...
@overload
def consume(
    topic: Literal["pages.fetched", "backfill.pages.fetched"], /, **options: Unpack[Options]
) -> Consumption[PageFetched | PageWithdrawn]: ...
@overload
def consume(topic: Literal["articles.stored"], /, **options: Unpack[Options]) -> Consumption[ArticleStored]: ...
@overload
def consume(topic: Literal["stories.changed"], /, **options: Unpack[Options]) -> Consumption[StoryChanged]: ...
@overload
def consume(topic: Literal["sites.learned"], /, **options: Unpack[Options]) -> Consumption[SiteLearned]: ...
@overload
def consume(topic: Literal["sites.drift"], /, **options: Unpack[Options]) -> Consumption[SiteDrift]: ...
@overload
def consume(topic: Literal["sources.health"], /, **options: Unpack[Options]) -> Consumption[SourceHealth]: ...
@overload
def consume(*topics: str, **options: Unpack[Options]) -> Consumption[Message]: ...


def consume(*topics: str, **options: Any) -> Consumption[Any]:
    """Read topics as a member of `group`, from where the group stopped: at least once, in order by key.

        async with consume("articles.tagged", group="me") as articles:
            async for article in articles:
                ...

    A message is done when the loop asks for the next one: what comes before is committed, within a second, or at
    once when the loop ends or partitions go to another member. A message whose body raises, breaks or is killed comes
    again. Members of one group, in as many processes as there are partitions, share the messages.

    - `only`: the class to be given; other messages of the topics are passed over (mind the withdrawals).
    - `settings`: broker and blob storage; else the environment and `copydesk.toml` say. Without a broker it is the
      embedded log, also while `copydesk run` writes to it; there a group is one process.
    - `bus`, `blobs`: ones that are open already; they stay open.
    - `from_beginning`: where a new group starts; False for the end.
    - `undecodable`: `raise` an `UndecodableRecordError`, or `skip` such records, each named in a warning.

    Raises `ValueError` for topics that the registry does not know, and for group names that are Copydesk's own.
    """
    return Consumption(topics, **options)
