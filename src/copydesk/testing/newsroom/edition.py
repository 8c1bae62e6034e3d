"""What a publisher has on its site at each step of the timeline, and when it was published."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Literal
from urllib.parse import quote

from babel.dates import format_date

from copydesk.testing.newsroom.markup import Block, parse_blocks
from copydesk.testing.newsroom.story import Publisher, Story

LAST_STEP = 8

_DAY_PATTERNS = {"zh": "M月d日", "en": "MMMM d"}

State = Literal["unpublished", "published", "withdrawn"]


@dataclass(frozen=True)
class Article:
    """A story in one of its editions, its dates resolved. ``path`` is percent-encoded."""

    story: Story
    language: str
    path: str
    title: str
    subtitle: str
    dateline: str
    blocks: tuple[Block, ...]
    published: datetime
    modified: datetime
    edition: int

    @property
    def intro(self) -> str:
        """The opening as teasers print it, the dateline in front."""
        return f"{self.dateline} {self.blocks[0].text}".strip()


class Timetable:
    """The editions of one publisher, counted from ``now``: a pure function of its arguments.

    Step 0 is what stands at the start. Nothing is ever dated after ``now``: the steps are the last eight
    minutes before it.
    """

    def __init__(self, publisher: Publisher, now: datetime) -> None:
        self.publisher = publisher
        self.now = now.astimezone(UTC).replace(second=0, microsecond=0)
        self._zone = timezone(timedelta(hours=publisher.utc_offset))
        self._numbers = {story.slug: publisher.first_number + 17 * i for i, story in enumerate(publisher.story)}
        self._editions: dict[tuple[str, int], Article] = {}

    def time_of(self, step: int) -> datetime:
        return (self.now - timedelta(minutes=LAST_STEP - step)).astimezone(self._zone)

    def state(self, story: Story, step: int) -> State:
        if story.step > step:
            return "unpublished"
        return "withdrawn" if 0 < story.withdraw <= step else "published"

    def articles(self, step: int) -> list[Article]:
        """Return the published articles at a step, newest first."""
        current = [self.article(s, step) for s in self.publisher.story if self.state(s, step) == "published"]
        return sorted(current, key=lambda article: (article.published, article.path), reverse=True)

    def article(self, story: Story, step: int) -> Article:
        """Return a story in the edition of that step."""
        edition = int(story.edit is not None and story.edit.step <= step)
        key = (story.slug, edition)
        if key not in self._editions:
            self._editions[key] = self._first(story) if edition == 0 else self._second(story)
        return self._editions[key]

    def published(self, story: Story) -> datetime:
        if story.step:
            return self.time_of(story.step)
        return (self.now - timedelta(minutes=story.age)).astimezone(self._zone)

    def moment(self, published: datetime, minutes: int) -> datetime:
        """Return the time of a live blog's entry, ``minutes`` before now but never before its page."""
        return max(published, (self.now - timedelta(minutes=minutes)).astimezone(self._zone))

    def changed(self, step: int) -> list[Story]:
        """Return the stories that appear, change or go at a step."""
        return [story for story in self.publisher.story if self.last_change(story, step) == step]

    def last_change(self, story: Story, step: int) -> int:
        """Return the step, up to this one, at which the story last appeared, changed or went."""
        changes = (0, story.step, story.withdraw, story.edit.step if story.edit else 0)
        return max(change for change in changes if change <= step)

    def _first(self, story: Story) -> Article:
        published = self.published(story)
        language = self.publisher.language_of(story)
        return Article(
            story=story,
            language=language,
            path=self._path(story, published, language),
            title=story.title,
            subtitle=_dated(story.subtitle, published, language),
            dateline=_dated(story.dateline, published, language),
            blocks=parse_blocks(_dated(story.text, published, language)),
            published=published,
            modified=published,
            edition=0,
        )

    def _second(self, story: Story) -> Article:
        first = self._first(story)
        if story.edit is None:
            return first
        return replace(
            first,
            title=story.edit.title or first.title,
            blocks=parse_blocks(_dated(story.edit.text, first.published, first.language)),
            modified=self.time_of(story.edit.step),
            edition=1,
        )

    def _path(self, story: Story, published: datetime, language: str) -> str:
        path = self.publisher.path.format(
            section=story.section,
            number=self._numbers[story.slug],
            slug=story.title.replace(" ", "-") if language == "ar" else story.slug,
            year=f"{published:%Y}",
            month=f"{published:%m}",
            day=f"{published:%d}",
            language=language,
        )
        return quote(path)


def _dated(text: str, day: datetime, language: str) -> str:
    for mark, form in (("{weekday}", "EEEE"), ("{date}", _DAY_PATTERNS.get(language, "d MMMM"))):
        if mark in text:
            text = text.replace(mark, format_date(day, form, locale=language))
    return text
