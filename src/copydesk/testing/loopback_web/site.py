"""One host's answers, written and compressed beforehand so that serving costs next to nothing."""

import gzip
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import format_datetime
from hashlib import sha256
from html import escape

from copydesk.testing.loopback_web.pages import Draft, Typesetter
from copydesk.testing.loopback_web.plan import HostPlan, PageRecord

_FEED_ENTRIES = 50
_COMPRESSION = 5


@dataclass(frozen=True)
class Answer:
    """`head` lacks the lines on length and coding; `packed` is the body by gzip, the only form that is kept."""

    kind: str
    status: int
    head: bytes
    packed: bytes = field(repr=False)
    etag: bytes

    def message(self, *, gzipped: bool) -> bytes:
        """The whole response."""
        body = self.packed if gzipped else gzip.decompress(self.packed)
        coding = b"Content-Encoding: gzip\r\n" if gzipped else b""
        return b"%sContent-Length: %d\r\n%s\r\n%s" % (self.head, len(body), coding, body)

    def unchanged(self) -> bytes:
        return b"HTTP/1.1 304 Not Modified\r\nETag: %s\r\n\r\n" % self.etag


def answer(kind: str, status: str, media_type: str, body: bytes, *headers: str) -> Answer:
    etag = f'"{sha256(body).hexdigest()[:16]}"'
    lines = [f"HTTP/1.1 {status}", f"Content-Type: {media_type}", f"ETag: {etag}", "Vary: Accept-Encoding", *headers]
    head = "\r\n".join(lines).encode() + b"\r\n"
    return Answer(kind, int(status[:3]), head, gzip.compress(body, _COMPRESSION, mtime=0), etag.encode())


class Site:
    """`answer_to` gives what stands at a path now; `elapsed` tells the seconds since `opened`."""

    def __init__(
        self,
        number: int,
        base: str,
        plan: HostPlan,
        typesetter: Typesetter,
        opened: datetime,
        elapsed: Callable[[], float],
    ) -> None:
        self.number = number
        self.plan = plan
        self.base = base
        self._typesetter = typesetter
        self._elapsed = elapsed
        self._busy_count = 0
        self._drafts = [self._draft(at, opened) for at in range(plan.pages)]
        self.records: list[PageRecord] = []
        self._answers: dict[str, Answer] = {}
        self._available: dict[str, float] = {}
        for draft in self._drafts:
            self._print(draft)
        self.forbidden = [f"/private/{at}-internal" for at in range(plan.forbidden)]
        for path in self.forbidden:
            self._answers[path] = answer("forbidden", "200 OK", "text/html; charset=utf-8", b"<html>not for you</html>")
        self._answers["/robots.txt"] = answer("robots", "200 OK", "text/plain", self._robots().encode())
        self._answers["/"] = answer("home", "200 OK", "text/html; charset=utf-8", self._home_page().encode())
        self._missing = answer("missing", "404 Not Found", "text/plain", b"no such page")
        self._busy = answer(
            "page", "429 Too Many Requests", "text/plain", b"slow down", f"Retry-After: {plan.retry_after}"
        )
        self._lists: dict[tuple[str, int], Answer] = {}

    def answer_to(self, path: str) -> Answer:
        if path in ("/feed.xml", "/sitemap.xml"):
            return self._list(path)
        found = self._answers.get(path, self._missing)
        if found.kind == "page":
            if self._available[path] > self._elapsed():
                return self._missing
            self._busy_count += 1
            if self.plan.busy_every and self._busy_count % self.plan.busy_every == 0:
                return self._busy
        return found

    def _draft(self, at: int, opened: datetime) -> Draft:
        """Pages that are there from the start came out in the hours before it."""
        after = self.plan.publishing[at] if self.plan.publishing else -60.0 * (self.plan.pages - at)
        published = opened + timedelta(seconds=after)
        return Draft(at, f"/news/{published:%Y/%m}/story-{at}-{(at * 2_654_435_761) % 99_991}", published)

    def _print(self, draft: Draft) -> None:
        body = self._typesetter.page(draft)
        made = answer("page", "200 OK", "text/html; charset=utf-8", body)
        self._answers[draft.path] = made
        self._available[draft.path] = self.plan.publishing[draft.number] if self.plan.publishing else 0.0
        self.records.append(PageRecord(self.number, draft.path, sha256(body).hexdigest(), len(body), draft.published))

    def _robots(self) -> str:
        delay = f"Crawl-delay: {self.plan.crawl_delay:g}\n" if self.plan.crawl_delay else ""
        return f"User-agent: *\nDisallow: /private/\n{delay}\nSitemap: {self.base}/sitemap.xml\n"

    def _home_page(self) -> str:
        feed = '<link rel="alternate" type="application/rss+xml" href="/feed.xml">'
        return f"<!doctype html><html><head><title>{self.base}</title>{feed}</head><body>News</body></html>"

    def _list(self, path: str) -> Answer:
        """The feed or sitemap as it stands; it is written anew when something came out."""
        out = bisect_right(self.plan.publishing, self._elapsed()) if self.plan.publishing else self.plan.pages
        if (path, out) not in self._lists:
            write = self._feed if path == "/feed.xml" else self._sitemap
            body = write(self._drafts[:out]).encode()
            self._lists[path, out] = answer(path.strip("/"), "200 OK", "application/xml", body)
        return self._lists[path, out]

    def _feed(self, drafts: list[Draft]) -> str:
        items = "".join(
            f"<item><title>{escape(self._typesetter.title(draft.number))}</title><link>{self.base}{draft.path}</link>"
            f"<guid>{self.base}{draft.path}</guid><pubDate>{format_datetime(draft.published)}</pubDate></item>"
            for draft in reversed(drafts[-_FEED_ENTRIES:])
        )
        about = f"<title>News</title><link>{self.base}/</link><description>News</description>"
        return f'<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel>{about}{items}</channel></rss>'

    def _sitemap(self, drafts: list[Draft]) -> str:
        entries = "".join(
            f"<url><loc>{self.base}{draft.path}</loc><lastmod>{draft.published.isoformat()}</lastmod></url>"
            for draft in drafts
        )
        space = "http://www.sitemaps.org/schemas/sitemap/0.9"
        return f'<?xml version="1.0" encoding="UTF-8"?><urlset xmlns="{space}">{entries}</urlset>'
