"""Visits to the pages of one leased host: robots.txt, politeness, the request, the verdict, and its consequences."""

import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import TypeVar

from copydesk.contracts import PAGES_FETCHED, PageFetched, PageWithdrawn, StageOutcome, article_id
from copydesk.runtime.availability import Availability
from copydesk.runtime.outcomes import Outgoing
from copydesk.runtime.publisher import Publisher
from copydesk.runtime.service import ServiceContext
from copydesk.storage.frontier import DueUrl, Frontier, HostLease, Visit
from copydesk.telemetry import get_logger
from copydesk_crawler.adapters.activity import Activity
from copydesk_crawler.adapters.discovery import NEWS_PRIORITY, discover
from copydesk_crawler.adapters.fetcher import HTML_TYPES, Fetcher, PageRequest
from copydesk_crawler.adapters.robots_cache import RobotsAnswer, RobotsCache
from copydesk_crawler.core.answers import Answer, Busy, Failed, Fetched, NotModified, Refused
from copydesk_crawler.core.canonical_url import Address, canonical_url
from copydesk_crawler.core.discovered import Entry, timestamp
from copydesk_crawler.core.politeness import host_delay
from copydesk_crawler.core.verdicts import Schedule, Verdict, judge

T = TypeVar("T")
_log = get_logger(__name__)

HELD_DELAY = timedelta(seconds=2)
"""A host that rests longer than this between requests is given back in between."""

_LEAST_REVISIT_ONCE = timedelta(hours=1)
_DEFAULT_TYPE = "text/html"


@dataclass(frozen=True)
class Tools:
    """What the crawler's loops work with."""

    context: ServiceContext
    frontier: Frontier
    fetcher: Fetcher
    robots: RobotsCache
    publisher: Publisher
    availability: Availability
    activity: Activity
    abandoned: Callable[[], bool]
    """Whether waiting for a dependency should end because the service does."""

    async def patiently(self, action: Callable[[], Awaitable[T]]) -> T:
        """Run `action` until broker and database are there; raises `AbandonedError` when the service ends."""
        return await self.availability.until_available(action, self.abandoned)


class Visitor:
    """Holds the lease of one host; `visit` answers whether the host is still held afterwards."""

    def __init__(self, tools: Tools, lease: HostLease) -> None:
        self._tools = tools
        self._lease = lease
        self._clock = tools.context.clock
        self._settings = tools.context.settings
        self._renewed = self._clock.monotonic()

    async def visit(self, url: DueUrl, *, last: bool) -> bool:
        """Visit one URL; the host rests before this returns True. Raises `AbandonedError` when the service ends."""
        address = canonical_url(url.url)
        assert isinstance(address, Address)
        robots = await self._tools.patiently(lambda: self._tools.robots.rules(address))
        delay = host_delay(self._settings.http.host_delay, robots.rules.delay if robots.rules else None)
        answer = _without_request(robots, address)
        asked = robots.requested
        if answer is None:
            if robots.requested and not await self._after_robots(delay):
                return False
            if not await self._still_ours():
                return False
            asked = True
            answer = await self._tools.fetcher.fetch(
                PageRequest(url.url, url.etag, url.last_modified, media_types=HTML_TYPES)
            )
        pause = answer.wait if isinstance(answer, Busy) else delay if asked else timedelta(0)
        more = not last and pause <= HELD_DELAY and not isinstance(answer, Busy) and not self._tools.abandoned()
        held = await self.conclude(url, answer, pause, more=more)
        if more and held:
            await self._clock.sleep(pause.total_seconds())
        return more and held

    async def conclude(self, url: DueUrl, answer: Answer, pause: timedelta, *, more: bool) -> bool:
        """Publish first, then write down: what is killed in between is fetched and published again, never lost."""
        now = self._clock.now()
        verdict = judge(url, answer, self._schedule())
        message = _message(url, answer, verdict, now)
        if message is not None:
            version = f"{now.isoformat()} {_digest(message)}"
            await self._tools.patiently(
                lambda: self._tools.publisher.publish_roots([(Outgoing(PAGES_FETCHED, message), version)])
            )
        if verdict.follow is not None:
            hints = url.hints
            entry = Entry(
                verdict.follow.url, hints.get("title"), timestamp(hints.get("published")), hints.get("language")
            )
            found = discover([entry], url.source, url.url, now, priority=NEWS_PRIORITY, redirects=url.redirects + 1)
            await self._tools.patiently(lambda: found.store(self._tools.frontier))
        visit = _visit(url, answer, verdict, now)
        held = await self._tools.patiently(
            lambda: self._tools.frontier.finish(self._lease, url, visit, pause, more=more)
        )
        self._renewed = self._clock.monotonic()
        if not isinstance(answer, Busy):
            self._tools.activity.happened()
        outcome, reason = verdict.outcome or verdict.state, verdict.reason or ""
        _log.debug("visited", url=url.url, outcome=outcome, reason=reason, again=str(verdict.again), held=held)
        self._tools.context.metrics.outcomes.labels("crawler", outcome, reason).inc()
        return held

    async def _after_robots(self, delay: timedelta) -> bool:
        """Rest after the request for robots.txt; False when the host was given back for that."""
        if delay > HELD_DELAY:
            await self._tools.patiently(lambda: self._tools.frontier.release(self._lease, delay))
            return False
        await self._clock.sleep(delay.total_seconds())
        return True

    async def _still_ours(self) -> bool:
        """Renew a lease that is half over, which a pause of broker or database may have made it."""
        if self._clock.monotonic() - self._renewed < self._tools.frontier.lease.total_seconds() / 2:
            return True
        held = await self._tools.patiently(lambda: self._tools.frontier.keep(self._lease, timedelta(0)))
        self._renewed = self._clock.monotonic()
        return held

    def _schedule(self) -> Schedule:
        least = _LEAST_REVISIT_ONCE if self._tools.context.once else timedelta(0)
        return Schedule(self._settings.crawler.revisit_ladder, least, random.random())  # noqa: S311 - jitter


def _without_request(robots: RobotsAnswer, address: Address) -> Answer | None:
    """The answer that robots.txt already is; None when the page may be asked for."""
    if robots.instead is not None:
        return robots.instead
    if robots.rules is None:
        return Failed("robots-unreachable")
    return None if robots.rules.allows(address.url) else Refused("robots-disallowed")


def _message(url: DueUrl, answer: Answer, verdict: Verdict, now: datetime) -> PageFetched | PageWithdrawn | None:
    if verdict.withdrawn is not None:
        status = getattr(answer, "status", None) or 0
        return PageWithdrawn(
            id=url.id, url=url.url, source=url.source, fetched_at=now, status=status, reason=verdict.withdrawn
        )
    if not verdict.publish or not isinstance(answer, Fetched):
        return None
    return PageFetched(
        id=url.id,
        url=url.url,
        source=url.source,
        fetched_at=now,
        body=answer.body,
        content_sha256=sha256(answer.body).hexdigest(),
        canonical_url=url.url,
        content_type=answer.content_type or _DEFAULT_TYPE,
        encoding=answer.charset,
        status=answer.status,
        etag=answer.etag,
        last_modified=answer.last_modified,
        language=url.language,
        country=url.country,
        links_from=url.found_on,
        hints=url.hints,
    )


def _digest(message: PageFetched | PageWithdrawn) -> str:
    return message.content_sha256 if isinstance(message, PageFetched) else message.reason


def _visit(url: DueUrl, answer: Answer, verdict: Verdict, now: datetime) -> Visit:
    answered = isinstance(answer, (Fetched, NotModified))
    return Visit(
        state=verdict.state,
        reason=verdict.reason,
        again=verdict.again,
        attempts=verdict.attempts,
        status=304 if isinstance(answer, NotModified) else getattr(answer, "status", None),
        etag=answer.etag if isinstance(answer, Fetched) else None,
        last_modified=answer.last_modified if isinstance(answer, Fetched) else None,
        content_sha256=sha256(answer.body).hexdigest() if verdict.publish and isinstance(answer, Fetched) else None,
        answered=answered,
        validated=isinstance(answer, Fetched) and verdict.reason is None,
        duplicate_of=article_id(verdict.follow.url) if verdict.follow else None,
        outcome=_outcome(url, verdict, now),
    )


def _outcome(url: DueUrl, verdict: Verdict, now: datetime) -> StageOutcome | None:
    """The version is the message's, so that the stages after us carry the same one."""
    if verdict.outcome is None:
        return None
    return StageOutcome(
        id=url.id,
        source=url.source,
        url=url.url,
        stage="crawler",
        outcome=verdict.outcome,
        version=int(now.timestamp() * 1000),
        at=now,
        reason=verdict.reason if verdict.outcome != "passed" else None,
    )
