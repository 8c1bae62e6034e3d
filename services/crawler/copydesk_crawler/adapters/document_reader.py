"""Fetches one feed, sitemap or home page politely and has it parsed in a worker process."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from hashlib import sha256
from typing import Protocol, TypeVar

from copydesk.contracts import article_id
from copydesk.runtime.ports import Clock
from copydesk.runtime.workers import DocumentFailedError, WorkerPool
from copydesk.settings import HttpSettings
from copydesk.storage.frontier import HostLease
from copydesk.storage.polls import PolledDocument
from copydesk_crawler.adapters.fetcher import Fetcher, PageRequest
from copydesk_crawler.adapters.host_leases import HostLeases
from copydesk_crawler.adapters.robots_cache import RobotsCache
from copydesk_crawler.core.answers import Answer, Busy, Failed, Fetched, NotModified, Redirected, Refused
from copydesk_crawler.core.canonical_url import Address, canonical_url
from copydesk_crawler.core.discovered import Document, Findings
from copydesk_crawler.core.feeds import parse_feed
from copydesk_crawler.core.home_pages import parse_home_page
from copydesk_crawler.core.politeness import host_delay
from copydesk_crawler.core.sitemaps import parse_sitemap

T = TypeVar("T")

MAX_REDIRECTS = 5
HOST_PATIENCE = timedelta(seconds=90)
"""How long a poll waits for a host that others hold or that is at rest."""

_RETRY_SECONDS = (1.0, 5.0)


class Patience(Protocol):
    """Runs an action until the dependencies that it needs are there."""

    async def __call__(self, action: Callable[[], Awaitable[T]]) -> T: ...


async def impatient(action: Callable[[], Awaitable[T]]) -> T:
    """Run it once, for those who depend on nothing."""
    return await action()


@dataclass(frozen=True)
class Reading:
    """What polling one document came to; `findings` is None when nothing new was read.

    `base` is the URL that answered in the end; `robots_sitemaps` are those that its robots.txt names. For `fresh_for`
    the server says that asking again is useless. `hubs` and `self_url` come from the Link header, else from the
    document (WebSub, 4): None where nothing was read, which says nothing of a subscription.
    """

    document: PolledDocument
    base: str
    findings: Findings | None = None
    problem: str | None = None
    robots_sitemaps: tuple[str, ...] = ()
    fresh_for: timedelta | None = None
    hubs: tuple[str, ...] | None = None
    self_url: str | None = None


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

    async def read(self, document: PolledDocument, *, ignore_robots: bool) -> Reading:
        """Fetch with the validators of last time, twice again if need be, and parse what is new."""
        answer: Answer = Failed("not-asked")
        where = document.url
        sitemaps: tuple[str, ...] = ()
        for pause in (*_RETRY_SECONDS, None):
            where, answer, sitemaps = await self._follow(document, ignore_robots)
            if not isinstance(answer, Failed) or pause is None or self._abandoned():
                break
            await self._clock.sleep(pause)
        match answer:
            case Fetched():
                return replace(await self._parse(document, where, answer), robots_sitemaps=sitemaps)
            case NotModified():
                return Reading(document, where, robots_sitemaps=sitemaps)
            case Busy():
                return Reading(document, where, problem="host-busy", robots_sitemaps=sitemaps)
            case Redirected():
                return Reading(document, where, problem="too-many-redirects", robots_sitemaps=sitemaps)
            case Failed() | Refused():
                return Reading(document, where, problem=answer.reason, robots_sitemaps=sitemaps)
        return Reading(document, where, problem=f"http-{answer.status}", robots_sitemaps=sitemaps)

    async def _follow(self, document: PolledDocument, ignore_robots: bool) -> tuple[str, Answer, tuple[str, ...]]:
        url = document.url
        sitemaps: tuple[str, ...] = ()
        answer: Answer = Failed("not-asked")
        for _ in range(MAX_REDIRECTS + 1):
            address = canonical_url(url, keep_tracking=True)
            if not isinstance(address, Address):
                return url, Refused(address.reason), sitemaps
            answer, found = await self._ask(address, document, ignore_robots)
            sitemaps = sitemaps or found
            if not isinstance(answer, Redirected):
                break
            target = canonical_url(answer.location, address.url, keep_tracking=True)
            if not isinstance(target, Address):
                return url, Refused(f"redirect-{target.reason}"), sitemaps
            url = target.url
        return url, answer, sitemaps

    async def _ask(
        self, address: Address, document: PolledDocument, ignore_robots: bool
    ) -> tuple[Answer, tuple[str, ...]]:
        """One request under the lease of its host, which is given back at rest."""
        lease = await self._lease(address.host)
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
                return Failed("robots-unreachable"), sitemaps
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

    async def _lease(self, host: str) -> HostLease | None:
        """Wait for the host's turn; None when it takes too long."""
        clock = self._clock
        started = clock.monotonic()
        while not self._abandoned():
            held = await self._patiently(lambda: self._hosts.claim_host(host))
            if isinstance(held, HostLease):
                return held
            if clock.monotonic() - started + held.total_seconds() > HOST_PATIENCE.total_seconds():
                return None
            await clock.sleep(min(max(held.total_seconds(), 0.02), 1.0))
        return None

    async def _parse(self, document: PolledDocument, base: str, answer: Fetched) -> Reading:
        digest = sha256(answer.body).hexdigest()
        seen = replace(document, etag=answer.etag, last_modified=answer.last_modified, content_sha256=digest)
        if digest == document.content_sha256:
            return Reading(seen, base)
        try:
            findings = await self._findings(document.kind, base, answer)
        except DocumentFailedError as error:
            return Reading(document, base, problem=f"parser-{type(error).__name__.removesuffix('Error').lower()}")
        if findings.problem:
            return Reading(document, base, findings, findings.problem)
        return Reading(seen, base, findings)

    async def _findings(self, kind: str, base: str, answer: Fetched) -> Findings:
        if kind == "home":
            return await self._workers.call(parse_home_page, answer.body, base, answer.charset)
        if kind == "feed":
            return await self._workers.call(parse_feed, answer.body, base, answer.content_type)
        limit = self._http.max_body_bytes
        return await self._workers.call(parse_sitemap, answer.body, base, answer.content_type, limit)


def named(document: Document, found_on: str | None) -> PolledDocument:
    """A document to poll, as an operator or another document names it."""
    return PolledDocument(article_id(document.url), document.url, document.kind, found_on)
