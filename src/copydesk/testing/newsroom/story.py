"""Publishers and stories as the data files in ``stories/`` declare them."""

import tomllib
from functools import cache
from importlib.resources import files
from typing import Literal

import msgspec

PUBLISHERS = ("stroomkoerier", "aldermoor", "elmtaler", "sahel", "nevline", "jiangqiao")


class Edit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A later edition of a story, out at ``step`` of the timeline."""

    step: int
    text: str
    title: str = ""


class Story(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One page. ``{weekday}`` and ``{date}`` in text and dateline stand for the day of publication.

    ``age`` is in minutes before the newsroom's ``now``; a story with a ``step`` comes out at that step of the
    timeline instead. ``append`` names a story that an infinite scroll shows under this one.
    """

    slug: str
    title: str
    section: str
    text: str
    age: int = 0
    subtitle: str = ""
    dateline: str = ""
    place: str = ""
    agencies: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    captions: tuple[str, ...] = ()
    event: str = ""
    language: str = ""
    step: int = 0
    edit: Edit | None = None
    withdraw: int = 0
    append: str = ""
    encoding: str = "utf-8"
    charset_in: Literal["header", "meta"] = "header"
    tracked: bool = False
    old_path: str = ""
    syndicated_from: str = ""


class Feed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A list of stories for machines; one that is not ``listed`` in the publisher's source has to be discovered."""

    kind: Literal["rss", "atom", "json", "sitemap"]
    path: str
    listed: bool = True
    limit: int = 50
    language: str = ""
    encoding: str = "utf-8"
    dead_link: str = ""


class ClosedPage(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A page that robots.txt forbids although the home page links to it."""

    path: str
    title: str
    text: str


class Publisher(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A fictional publisher. ``path`` is a format string over section, number, slug, year, month, day and language."""

    name: str
    title: str
    tagline: str
    language: str
    country: str
    utc_offset: int
    path: str
    first_number: int
    sections: dict[str, str]
    furniture: tuple[str, ...]
    robots: str
    feeds: tuple[Feed, ...]
    closed: tuple[ClosedPage, ...]
    teaser: Literal["title", "intro"]
    story: tuple[Story, ...]
    foreign_furniture: dict[str, tuple[str, ...]] = {}

    def language_of(self, story: Story) -> str:
        return story.language or self.language

    def by_slug(self, slug: str) -> Story:
        return next(story for story in self.story if story.slug == slug)


@cache
def load_publisher(name: str) -> Publisher:
    """Read one publisher's data file; a field out of place raises msgspec.ValidationError with its path."""
    source = files(__package__).joinpath("stories", f"{name}.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(source), type=Publisher)
