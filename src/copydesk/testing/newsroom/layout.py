"""Turn articles into HTML, each publisher with its own templates."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache

from babel.dates import format_datetime, format_timedelta
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from copydesk.testing.newsroom.edition import Article
from copydesk.testing.newsroom.story import ClosedPage, Publisher


@dataclass(frozen=True)
class Link:
    """An article as lists, teasers and feeds show it."""

    article: Article
    url: str
    ago: str

    @property
    def title(self) -> str:
        return self.article.title

    @property
    def intro(self) -> str:
        return self.article.intro


@dataclass(frozen=True)
class PageBlock:
    """A block ready for a template; ``items`` are a list's lines, ``clock`` the local time of a live blog's entry."""

    kind: str
    html: Markup
    items: tuple[Markup, ...]
    clock: str
    moment: str


@dataclass(frozen=True)
class PageArticle:
    """An article ready for a template."""

    article: Article
    url: str
    blocks: tuple[PageBlock, ...]
    images: tuple[str, ...]


@dataclass(frozen=True)
class Surroundings:
    """What stands around an article: the same at every step, so that a page changes only with its own text."""

    related: tuple[Link, ...]
    teasers: tuple[Link, ...]
    appended: tuple[PageArticle, ...]


@cache
def environment() -> Environment:
    env = Environment(
        loader=PackageLoader("copydesk.testing.newsroom"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    env.filters["local"] = _local
    return env


def render_article(publisher: Publisher, base: str, page: PageArticle, around: Surroundings) -> str:
    template = environment().get_template(f"{publisher.name}/article.html.j2")
    return template.render(
        site=publisher,
        base=base,
        page=page,
        article=page.article,
        story=page.article.story,
        related=around.related,
        teasers=around.teasers,
        appended=around.appended,
    )


def render_home(publisher: Publisher, base: str, links: list[Link]) -> str:
    template = environment().get_template(f"{publisher.name}/home.html.j2")
    return template.render(site=publisher, base=base, links=links)


def render_closed(publisher: Publisher, page: ClosedPage) -> str:
    return environment().get_template("closed.html.j2").render(site=publisher, page=page)


def relative_time(moment: datetime, now: datetime, language: str) -> str:
    """Return how long ago a moment is, in CLDR's words ("50 minuten geleden", "3小时前")."""
    return format_timedelta(moment - now, add_direction=True, threshold=1, locale=language)


def _local(moment: datetime, pattern: str, language: str) -> str:
    return format_datetime(moment, pattern, locale=language)
