"""Fetches one feed, sitemap, home or section page politely and has it parsed in a worker process."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from hashlib import sha256
from typing import TypeVar

from copydesk.contracts import article_id
from copydesk.runtime.ports import Clock
from copydesk.runtime.workers import DocumentFailedError, WorkerPool
from copydesk.settings import HttpSettings
from copydesk.storage.polls import PolledDocument
from copydesk_crawler.adapters.fetcher import Fetcher, PageRequest
from copydesk_crawler.adapters.host_leases import HostLeases, wait_for_host
from copydesk_crawler.adapters.patience import Patience, impatient
from copydesk_crawler.adapters.robots_cache import RobotsCache
from copydesk_crawler.core.discovery.discovered import Document, Findings
from copydesk_crawler.core.discovery.feed_facts import link_header, subscription_links
from copydesk_crawler.core.discovery.feeds import parse_feed
from copydesk_crawler.core.discovery.home_pages import parse_home_page
from copydesk_crawler.core.discovery.sitemaps import parse_sitemap
from copydesk_crawler.core.http.answers import Answer, Busy, Failed, Fetched, NotModified, Redirected, Refused
from copydesk_crawler.core.http.cache_lifetime import fresh_for
from copydesk_crawler.core.timing.politeness import host_delay
from copydesk_crawler.core.urls.canonical_url import Address, canonical_url
from copydesk_crawler.core.urls.url_shapes import MAX_KNOWN
from copydesk_crawler.core.verdicts import ROBOTS_UNREACHABLE

T = TypeVar("T")

MAX_REDIRECTS = 5
HOST_PATIENCE = timedelta(seconds=90)
"""How long a poll waits for a host that others hold or that is at rest."""

TRUSTED_UNCHANGED = timedelta(hours=24)
"""For so long a server is believed that a document has not changed; then it is asked for the whole."""

_RETRY_SECONDS = (1.0, 5.0)


@dataclass(frozen=True)
class Reading:
    """What polling one document came to; `findings` is None when nothing new was read.

    `base` is the URL that answered in the end; `robots_sitemaps` are those that its robots.txt names. For `fresh_for`
    the server says that asking again is useless, for `wait` it asks to be left alone. `hubs` and `self_url` come from
    the Link header, else from the document (WebSub, 4); None for hubs, where nothing was read, says nothing of them.
    """

    document: PolledDocument
    base: str
    findings: Findings | None = None
    problem: str | None = None
    robots_sitemaps: tuple[str, ...] = ()
    fresh_for: timedelta | None = None
    wait: timedelta | None = None
    hubs: tuple[str, ...] | None = None
    self_url: str | None = None


@dataclass(frozen=True)
class _Followed:
    """The answer at the end of the redirects; `moved_to` is where the permanent ones among the first of them lead."""

    url: str
    answer: Answer
    sitemaps: tuple[str, ...]
    moved_to: str | None


class DocumentReader:
    """Reads documents for the poller, one request at a time per host."""

    def __init__(
        self,
        hosts: HostLeases,
        robots: RobotsCache,
        fetcher: Fetcher,
        workers: WorkerPool,
        http: HttpSettings,
        clock: Clock,
        patience: Patience = impatient,
        abandoned: Callable[[], bool] = lambda: False,
    ) -> None:
        self._hosts = hosts
        self._robots = robots
        self._fetcher = fetcher
        self._workers = workers
        self._http = http
        self._clock = clock
        self._patiently = patience
        self._abandoned = abandoned

    async def read(self, document: PolledDocument, *, ignore_robots: bool, known: Sequence[str] = ()) -> Reading:
        """Fetch with the validators of last time, twice again if need be, and parse what is new.

        `known` are URLs of articles of the source; they show what a link to an article looks like.
        """
        followed = _Followed(document.url, Failed("not-asked"), (), None)
        for pause in (*_RETRY_SECONDS, None):
            followed = await self._follow(self._asked(document), ignore_robots)
            if not _may_pass(followed.answer) or pause is None or self._abandoned():
                break
            await self._clock.sleep(pause)
        seen = replace(document, moved_to=followed.moved_to)
        reading = await self._reading(seen, followed, known)
        exchange = getattr(followed.answer, "exchange", None)
        fresh = fresh_for(exchange.headers, self._clock.now()) if exchange else None
        return replace(reading, robots_sitemaps=followed.sitemaps, fresh_for=fresh)

    def _asked(self, document: PolledDocument) -> PolledDocument:
        """The document with the validators to ask with: none where its body was not seen for long."""
        body = document.last_body
        if body is not None and self._clock.now() - body < TRUSTED_UNCHANGED:
            return document
        return replace(document, etag=None, last_modified=None)

    async def _reading(self, document: PolledDocument, followed: _Followed, known: Sequence[str]) -> Reading:
        where, answer = followed.url, followed.answer
        match answer:
            case Fetched():
                return await self._parse(document, where, answer, known)
            case NotModified():
                return Reading(document, where)
            case Busy(wait):
                return Reading(document, where, problem="host-busy", wait=wait)
            case Redirected():
                return Reading(document, where, problem="too-many-redirects")
            case Failed(reason):
                return Reading(document, where, problem=reason)
            case Refused(reason):
                return Reading(replace(document, moved_to=None), where, problem=reason)
        return Reading(replace(document, moved_to=None), where, problem=f"http-{answer.status}")

    async def _follow(self, document: PolledDocument, ignore_robots: bool) -> _Followed:
        """Ask where the document moved to for good, or where it was named, and go on from redirect to redirect."""
        url = document.moved_to or document.url
        moved_to, lasting = document.moved_to, True
        sitemaps: tuple[str, ...] = ()
        answer: Answer = Failed("not-asked")
        for _ in range(MAX_REDIRECTS + 1):
            address = canonical_url(url, keep_tracking=True)
            if not isinstance(address, Address):
                return _Followed(url, Refused(address.reason), sitemaps, moved_to)
            answer, found = await self._ask(address, document, ignore_robots)
            sitemaps = sitemaps or found
            if not isinstance(answer, Redirected):
                break
            target = canonical_url(answer.location, address.url, keep_tracking=True)
            if not isinstance(target, Address):
                return _Followed(url, Refused(f"redirect-{target.reason}"), sitemaps, moved_to)
            url = target.url
            lasting = lasting and answer.permanent
            moved_to = url if lasting else moved_to
        return _Followed(url, answer, sitemaps, moved_to if moved_to != document.url else None)

    async def _ask(
        self, address: Address, document: PolledDocument, ignore_robots: bool
    ) -> tuple[Answer, tuple[str, ...]]:
        """One request under the lease of its host, which is given back at rest."""
        lease = await wait_for_host(
            self._hosts, address.host, self._clock, self._patiently, HOST_PATIENCE, self._abandoned
        )
        if lease is None:
            return Busy(HOST_PATIENCE), ()
        pause: timedelta | None = None
        try:
            robots = await self._patiently(lambda: self._robots.rules(address))
            pause = host_delay(self._http.host_delay, robots.rules.delay if robots.rules else None)
            sitemaps = robots.rules.sitemaps if robots.rules else ()
            if robots.instead is not None:
                pause = robots.instead.wait if isinstance(robots.instead, Busy) else pause
                return robots.instead, sitemaps
            if not ignore_robots and robots.rules is None:
                return Failed(ROBOTS_UNREACHABLE), sitemaps
            if not ignore_robots and robots.rules and not robots.rules.allows(address.url):
                return Refused("robots-disallowed"), sitemaps
            if robots.requested:
                await self._clock.sleep(min(pause, HOST_PATIENCE).total_seconds())
                if not await self._patiently(lambda: self._hosts.keep(lease, timedelta(0))):
                    return Busy(HOST_PATIENCE), sitemaps
            answer = await self._fetcher.fetch(PageRequest(address.url, document.etag, document.last_modified))
            pause = answer.wait if isinstance(answer, Busy) else pause
            return answer, sitemaps
        finally:
            rested = pause
            await self._patiently(lambda: self._hosts.release(lease, rested))

    async def _parse(self, document: PolledDocument, base: str, answer: Fetched, known: Sequence[str]) -> Reading:
        digest = sha256(answer.body).hexdigest()
        seen = replace(
            document,
            etag=answer.etag,
            last_modified=answer.last_modified,
            content_sha256=digest,
            last_body=self._clock.now(),
        )
        if digest == document.content_sha256:
            return Reading(seen, base)
        try:
            findings = await self._findings(document.kind, base, answer, known)
        except DocumentFailedError as error:
            return Reading(document, base, problem=f"parser-{type(error).__name__.removesuffix('Error').lower()}")
        if findings.problem:
            return Reading(replace(document, moved_to=None), base, findings, findings.problem)
        announced = link_header(answer.exchange.header("link")) if answer.exchange else []
        hubs, own = subscription_links(announced, base)
        return Reading(seen, base, findings, hubs=hubs or findings.hubs, self_url=own or findings.self_url)

    async def _findings(self, kind: str, base: str, answer: Fetched, known: Sequence[str]) -> Findings:
        if kind in ("home", "section"):
            sections = kind == "home"
            return await self._workers.call(
                parse_home_page, answer.body, base, answer.charset, list(known[:MAX_KNOWN]), sections=sections
            )
        if kind == "feed":
            return await self._workers.call(parse_feed, answer.body, base, answer.content_type)
        limit = self._http.max_body_bytes
        return await self._workers.call(parse_sitemap, answer.body, base, answer.content_type, limit)


def _may_pass(answer: Answer) -> bool:
    """Whether another attempt within seconds may do better; that robots.txt is unreachable holds for minutes."""
    return isinstance(answer, Failed) and answer.reason != ROBOTS_UNREACHABLE


def named(document: Document, found_on: str | None) -> PolledDocument:
    """A document to poll, as an operator or another document names it."""
    return PolledDocument(article_id(document.url), document.url, document.kind, found_on)
