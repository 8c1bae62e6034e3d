"""The topic registry: the one source of what travels where.

Brokers are set up from it, schemas and the AsyncAPI document are exported from it, and the runtime looks
message types up in it. Names carry the operator's prefix only at the broker's edge (`KafkaSettings.topic_prefix`).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from enum import StrEnum
from typing import Literal

from copydesk.contracts.articles import ArticleCleaned, ArticleTagged
from copydesk.contracts.messages import (
    ArticleStored,
    DeadLetter,
    Message,
    PageFetched,
    PageWithdrawn,
    SiteDrift,
    SiteLearned,
    SourceHealth,
    StageOutcome,
    StoryChanged,
    UrlDiscovered,
)

STAGES = ("crawler", "cleaner", "tagger", "writer")
RETRY_DELAYS = {
    "1m": timedelta(minutes=1),
    "15m": timedelta(minutes=15),
    "4h": timedelta(hours=4),
    "1d": timedelta(days=1),
}
"""Tiers of slow retries; each is a topic of its own, so that the head of a partition is always due first."""

_WEEK = timedelta(days=7)


class Lane(StrEnum):
    """Two roads through the same stages: news as it comes, and what is imported or replayed (docs/adr/0009)."""

    LIVE = "live"
    BACKFILL = "backfill"

    def marked(self, name: str) -> str:
        """The name of what each lane has for itself, such as a consumer group; on the live lane as it is."""
        return name if self is Lane.LIVE else f"{name}.{self}"


@dataclass(frozen=True)
class Topic:
    """One topic. `key` names the message field that is the record key; `retention` is None for ever.

    `lanes`: back-fill has a topic of its own beside it, `on(Lane.BACKFILL)`; other topics are shared by all lanes.
    """

    name: str
    messages: tuple[type[Message], ...]
    key: str
    description: str
    partitions: int = 12
    retention: timedelta | None = _WEEK
    compacted: bool = False
    audience: Literal["public", "internal"] = field(default="public")
    lanes: bool = False

    def on(self, lane: Lane) -> "Topic":
        """The topic that takes this one's place on a lane."""
        if lane is Lane.LIVE or not self.lanes:
            return self
        described = f"{self.description} Imported and replayed, apart from live news."
        return replace(self, name=f"{lane}.{self.name}", description=described, lanes=False)


PAGES_FETCHED = Topic(
    "pages.fetched",
    (PageFetched, PageWithdrawn),
    "id",
    "Pages as their servers sent them, and pages that were taken down.",
    lanes=True,
)
ARTICLES_CLEANED = Topic(
    "articles.cleaned", (ArticleCleaned, PageWithdrawn), "id", "Articles with furniture cut and said so.", lanes=True
)
ARTICLES_TAGGED = Topic(
    "articles.tagged",
    (ArticleTagged, PageWithdrawn),
    "id",
    "Cleaned articles with language, places, entities.",
    lanes=True,
)
ARTICLES_STORED = Topic(
    "articles.stored",
    (ArticleStored,),
    "id",
    "What changed in the database, sent after the commit.",
    retention=timedelta(days=30),
)
STORIES_CHANGED = Topic(
    "stories.changed",
    (StoryChanged,),
    "id",
    "Stories that came up, grew, merged or split, sent after the commit.",
    retention=timedelta(days=30),
)
URLS_DISCOVERED = Topic(
    "urls.discovered", (UrlDiscovered,), "id", "Links found on pages, for the crawler.", partitions=6
)
SITES_LEARNED = Topic(
    "sites.learned",
    (SiteLearned,),
    "site",
    "What the cleaner knows of each site; one record a site.",
    partitions=6,
    retention=None,
    compacted=True,
)
SITES_DRIFT = Topic(
    "sites.drift",
    (SiteDrift,),
    "site",
    "Sites whose pages suddenly come out different, and the end of that.",
    partitions=3,
    retention=timedelta(days=90),
)
SOURCES_HEALTH = Topic(
    "sources.health",
    (SourceHealth,),
    "source",
    "Sources that fell silent, broke or publish far more or less than they used to, and the end of that.",
    partitions=3,
    retention=timedelta(days=90),
)
STAGE_OUTCOMES = Topic(
    "stages.outcomes",
    (StageOutcome,),
    "id",
    "One outcome per article and stage; the funnel is their sum.",
    audience="internal",
)


def dead_letters(stage: str) -> Topic:
    """The dead-letter topic of a stage; kept for 90 days so that nobody has to hurry."""
    return Topic(
        f"dead-letters.{stage}",
        (DeadLetter,),
        "id",
        f"Records that the {stage} could not process, whole and with their provenance.",
        partitions=3,
        retention=timedelta(days=90),
    )


def retries(stage: str, delay: str, messages: tuple[type[Message], ...]) -> Topic:
    """The slow-retry topic of a stage for one of `RETRY_DELAYS`; records are the originals plus a due time."""
    return Topic(
        f"retries.{stage}.{delay}",
        messages,
        "id",
        f"Records that the {stage} handles again {delay} after they came here.",
        partitions=3,
        audience="internal",
        lanes=any(topic.lanes for topic in STAGE_INPUTS.get(stage, ())),
    )


STAGE_INPUTS: dict[str, tuple[Topic, ...]] = {
    "crawler": (URLS_DISCOVERED,),
    "cleaner": (PAGES_FETCHED,),
    "tagger": (ARTICLES_CLEANED,),
    "writer": (ARTICLES_TAGGED,),
    "funnel": (STAGE_OUTCOMES,),
}
"""What each stage loop consumes; the funnel is the writer's second loop, and reports no outcomes of its own."""


def lanes_of(inputs: Sequence[Topic]) -> tuple[Lane, ...]:
    """The lanes on which a stage with these inputs works, live first."""
    return tuple(Lane) if any(topic.lanes for topic in inputs) else (Lane.LIVE,)


def consumer_group(stage: str, lane: Lane = Lane.LIVE) -> str:
    """The group in which a stage reads the inputs of a lane."""
    return lane.marked(f"copydesk.{stage}")


REGISTRY: dict[str, Topic] = {
    topic.on(lane).name: topic.on(lane)
    for lane in Lane
    for topic in (
        PAGES_FETCHED,
        ARTICLES_CLEANED,
        ARTICLES_TAGGED,
        ARTICLES_STORED,
        STORIES_CHANGED,
        URLS_DISCOVERED,
        SITES_LEARNED,
        SITES_DRIFT,
        SOURCES_HEALTH,
        STAGE_OUTCOMES,
        *(dead_letters(stage) for stage in STAGE_INPUTS),
        *(
            retries(stage, delay, tuple(kind for topic in inputs for kind in topic.messages))
            for stage, inputs in STAGE_INPUTS.items()
            for delay in RETRY_DELAYS
        ),
    )
}
"""Every topic by its name without prefix."""
