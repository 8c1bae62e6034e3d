"""One publisher's web site as a pure function of base address, time and step."""

import hashlib
from base64 import b64decode
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote, unquote

from copydesk.testing.newsroom.edition import Article, Timetable
from copydesk.testing.newsroom.expectation import ExpectedArticle, expect
from copydesk.testing.newsroom.feeds import CONTENT_TYPES, render_feed
from copydesk.testing.newsroom.layout import (
    Link,
    PageArticle,
    PageBlock,
    Surroundings,
    relative_time,
    render_article,
    render_closed,
    render_home,
)
from copydesk.testing.newsroom.markup import Block
from copydesk.testing.newsroom.story import Feed, Publisher, Story

_PIXEL = b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")
_RELATED = 3
_TEASERS = 6


@dataclass(frozen=True)
class Resource:
    """What a GET of one path gives. ``status`` is 200, 301 (with ``location``), 404 or 410."""

    status: int
    body: bytes = b""
    content_type: str = "text/html; charset=utf-8"
    modified: datetime | None = None
    location: str = ""

    @property
    def tag(self) -> str:
        return hashlib.sha256(self.body).hexdigest()[:20]


class Site:
    """Pages, feeds and robots.txt of one publisher at ``base`` (scheme, host and port)."""

    def __init__(self, publisher: Publisher, base: str, now: datetime) -> None:
        self.publisher = publisher
        self.base = base
        self.timetable = Timetable(publisher, now)
        self._stories = {unquote(self._address(story)): story for story in publisher.story}
        self._moved = {story.old_path: story for story in publisher.story if story.old_path}
        self._feeds = {feed.path: feed for feed in publisher.feeds}
        self._closed = {page.path: page for page in publisher.closed}
        self._rendered: dict[tuple[str, int], Resource] = {}

    def expected(self, step: int) -> list[ExpectedArticle]:
        return [
            expect(self.publisher, article, self._teased(article.story), self._appended(article.story))
            for article in self.timetable.articles(step)
        ]

    def changed(self, step: int) -> list[str]:
        """Return the addresses of the pages that appear, change or go at a step."""
        return [self.base + self._address(story) for story in self.timetable.changed(step)]

    def resource(self, path: str, step: int) -> Resource:
        """Return what stands at a path (percent-encoding undone) at a step of the timeline."""
        story = self._stories.get(path)
        key = (path, self.timetable.last_change(story, step) if story else step)
        if key not in self._rendered:
            self._rendered[key] = self._render(*key)
        return self._rendered[key]

    def _render(self, path: str, step: int) -> Resource:
        if path in self._stories:
            return self._page(self._stories[path], step)
        if path in self._moved:
            return Resource(301, location=self.base + self._address(self._moved[path]))
        if path in self._feeds:
            return self._feed(self._feeds[path], step)
        if path in self._closed:
            return Resource(200, render_closed(self.publisher, self._closed[path]).encode())
        if path == "/":
            home = render_home(self.publisher, self.base, self._links(self.timetable.articles(step)))
            return Resource(200, home.encode(), modified=self.timetable.time_of(step))
        if path == "/robots.txt":
            robots = self.publisher.robots.replace("{base}", self.base)
            return Resource(200, robots.encode(), "text/plain; charset=utf-8", self.timetable.time_of(0))
        if path.startswith("/img/"):
            return Resource(200, _PIXEL, "image/gif", self.timetable.time_of(0))
        return Resource(404, b"<!doctype html><title>404</title><h1>404</h1>")

    def _page(self, story: Story, step: int) -> Resource:
        state = self.timetable.state(story, step)
        if state == "unpublished":
            return Resource(404, b"<!doctype html><title>404</title><h1>404</h1>")
        if state == "withdrawn":
            return Resource(410, b"<!doctype html><title>410</title><h1>410</h1>")
        article = self.timetable.article(story, step)
        around = Surroundings(
            related=tuple(self._links(self._neighbours(story)[:_RELATED])),
            teasers=tuple(self._links(self._neighbours(story)[_RELATED:])),
            appended=tuple(self._prepared(other) for other in self._appended(story)),
        )
        html = render_article(self.publisher, self.base, self._prepared(article), around)
        charset = f"; charset={story.encoding}" if story.charset_in == "header" else ""
        body = html.encode(story.encoding, "xmlcharrefreplace")
        return Resource(200, body, f"text/html{charset}", article.modified)

    def _feed(self, feed: Feed, step: int) -> Resource:
        updated = self.timetable.time_of(step)
        body = render_feed(feed, self.publisher, self.base, self._links(self.timetable.articles(step)), updated)
        return Resource(200, body, f"{CONTENT_TYPES[feed.kind]}; charset={feed.encoding}", updated)

    def _neighbours(self, story: Story) -> list[Article]:
        """Return the stories that a page links to: the related ones, then the teasers, its own section's before others.

        All stand unchanged from start to end, are of the page's language, and the teasers run from new to old.
        """
        language = self.publisher.language_of(story)
        stories = self.publisher.story
        start = stories.index(story) + 1
        lasting = [
            other
            for other in (*stories[start:], *stories[: start - 1])
            if not (other.step or other.withdraw or other.edit)
            and self.publisher.language_of(other) == language
            and other.slug != story.append
        ]
        near = sorted(lasting[_RELATED:], key=lambda other: other.section != story.section)[:_TEASERS]
        teasers = [self.timetable.article(other, 0) for other in near]
        teasers.sort(key=lambda article: article.published, reverse=True)
        return [self.timetable.article(other, 0) for other in lasting[:_RELATED]] + teasers

    def _teased(self, story: Story) -> list[str]:
        """Return the words of the page's related links and of its teasers."""
        related, teasers = self._neighbours(story)[:_RELATED], self._neighbours(story)[_RELATED:]
        with_intro = self.publisher.teaser == "intro"
        return [other.title for other in related] + [t.intro if with_intro else t.title for t in teasers]

    def _appended(self, story: Story) -> tuple[Article, ...]:
        return (self.timetable.article(self.publisher.by_slug(story.append), 0),) if story.append else ()

    def _links(self, articles: list[Article]) -> list[Link]:
        now = self.timetable.now
        return [
            Link(article, self.base + article.path, relative_time(article.published, now, article.language))
            for article in articles
        ]

    def _address(self, story: Story) -> str:
        return self.timetable.article(story, 0).path

    def _prepared(self, article: Article) -> PageArticle:
        name = quote(article.story.slug)
        return PageArticle(
            article=article,
            url=self.base + article.path,
            blocks=tuple(self._block(block, article) for block in article.blocks),
            images=tuple(f"/img/{name}-{i}.jpg" for i in range(1, len(article.story.captions) + 1)),
        )

    def _block(self, block: Block, article: Article) -> PageBlock:
        moment = self.timetable.moment(article.published, block.minutes)
        return PageBlock(
            kind=block.kind,
            html=block.html(self._url_of),
            items=tuple(Block("paragraph", line).html(self._url_of) for line in block.source.split("\n")),
            clock=f"{moment:%H:%M}",
            moment=moment.isoformat(),
        )

    def _url_of(self, slug: str) -> str:
        return self.base + self._address(self.publisher.by_slug(slug))
