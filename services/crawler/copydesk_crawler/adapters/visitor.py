"""Visits to the pages of one leased host: robots.txt, politeness, the request, the verdict, and its consequences."""

import random
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from copydesk.storage.frontier import DueUrl, Finished, HostLease, Priority
from copydesk.telemetry import get_logger
from copydesk_crawler.adapters.discovery import Discovery, discover
from copydesk_crawler.adapters.fetcher import HTML_TYPES, PageRequest
from copydesk_crawler.adapters.page_messages import adoption_of, message_of, visit_of
from copydesk_crawler.adapters.recorder import Record
from copydesk_crawler.adapters.robots_cache import RobotsAnswer
from copydesk_crawler.adapters.tools import Tools
from copydesk_crawler.core.answers import Answer, Busy, Failed, Fetched, Refused
from copydesk_crawler.core.canonical_url import Address, canonical_url
from copydesk_crawler.core.discovered import Entry, timestamp
from copydesk_crawler.core.politeness import breaker_rest, host_delay, smoothed_latency
from copydesk_crawler.core.verdicts import SameAs, Schedule, Verdict, asks_conditionally, judge

_log = get_logger(__name__)

HELD_DELAY = timedelta(seconds=2)
"""A host that rests longer than this between requests is given back in between."""

_LEAST_REVISIT_ONCE = timedelta(hours=1)


@dataclass(frozen=True)
class Seen:
    """An answer with what was made of it. `asked` tells whether the host was asked for anything; `at` is when it had
    answered, on the monotonic clock, and `delay` how long it rests after it.
    """

    answer: Answer
    asked: bool
    at: float
    delay: timedelta
    same_as: SameAs | None = None
    opt_outs: tuple[str, ...] = ()


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
        seen = await self._look(url)
        if seen is None:
            return False
        pause = self._pause(seen)
        more = not last and pause <= HELD_DELAY and not isinstance(seen.answer, Busy) and not self._tools.abandoned()
        held = await self.conclude(url, seen, pause, more=more)
        if more and held:
            rested = self._clock.monotonic() - seen.at
            await self._clock.sleep(max(0.0, pause.total_seconds() - rested))
        return more and held

    async def give_up(self, url: DueUrl, reason: str) -> None:
        """Write down a visit that failed in our own house."""
        pause = self._settings.http.host_delay
        seen = Seen(Failed(reason), asked=False, at=self._clock.monotonic(), delay=pause)
        await self.conclude(url, seen, pause, more=False)

    async def conclude(self, url: DueUrl, seen: Seen, pause: timedelta, *, more: bool) -> bool:
        """Have a visit published and written down; False when the lease was lost."""
        now = self._clock.now()
        answer = seen.answer
        verdict = judge(url, answer, self._schedule(), seen.same_as)
        visit = visit_of(url, answer, verdict, now)
        record = Record(
            Finished(self._lease, url.id, visit, pause, more),
            message_of(url, answer, verdict, seen.opt_outs, now),
            _found(url, answer, verdict, now),
        )
        held = await self._tools.recorder.record(record)
        self._renewed = self._clock.monotonic()
        if not isinstance(answer, Busy):
            self._tools.activity.happened()
        outcome, reason = verdict.outcome or verdict.state, verdict.reason or ""
        _log.debug("visited", url=url.url, outcome=outcome, reason=reason, again=str(verdict.again), held=held)
        self._tools.context.metrics.outcomes.labels("crawler", outcome, reason).inc()
        return held

    async def _look(self, url: DueUrl) -> Seen | None:
        """Ask for the page as far as robots.txt lets us; None when the host is ours no more."""
        address = canonical_url(url.url)
        assert isinstance(address, Address)
        robots = await self._tools.patiently(lambda: self._tools.robots.rules(address))
        crawl_delay = robots.rules.delay if robots.rules else None
        delay = host_delay(self._settings.http.host_delay, crawl_delay, self._lease.latency)
        answer = _without_request(robots, address)
        if answer is not None:
            if robots.requested:
                self._note(answer, None)
            return Seen(answer, robots.requested, self._clock.monotonic(), delay)
        if robots.requested and not await self._after_request(delay):
            return None
        if not await self._still_ours():
            return None
        began = self._clock.monotonic()
        answer = await self._tools.fetcher.fetch(_request(url))
        at = self._clock.monotonic()
        self._note(answer, at - began)
        return Seen(answer, True, at, host_delay(self._settings.http.host_delay, crawl_delay, self._lease.latency))

    def _note(self, answer: Answer, latency: float | None) -> None:
        """Remember how the server does: it is given to the database with the visit."""
        if isinstance(answer, Busy):
            return
        if isinstance(answer, Failed):
            self._lease = replace(self._lease, failures=self._lease.failures + 1)
        elif latency is not None:
            self._lease = replace(self._lease, failures=0, latency=smoothed_latency(self._lease.latency, latency))

    def _pause(self, seen: Seen) -> timedelta:
        if isinstance(seen.answer, Busy):
            return seen.answer.wait
        if not seen.asked:
            return timedelta(0)
        return max(seen.delay, breaker_rest(self._lease.failures, random.random()))  # noqa: S311 - jitter

    async def _after_request(self, delay: timedelta) -> bool:
        """Rest after a request before the page's own; False when the host was given back for that."""
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


def _request(url: DueUrl) -> PageRequest:
    if asks_conditionally(url):
        return PageRequest(url.url, url.etag, url.last_modified, media_types=HTML_TYPES)
    return PageRequest(url.url, media_types=HTML_TYPES)


def _without_request(robots: RobotsAnswer, address: Address) -> Answer | None:
    """The answer that robots.txt already is; None when the page may be asked for."""
    if robots.instead is not None:
        return robots.instead
    if robots.rules is None:
        return Failed("robots-unreachable")
    return None if robots.rules.allows(address.url) else Refused("robots-disallowed")


def _found(url: DueUrl, answer: Answer, verdict: Verdict, now: datetime) -> Discovery | None:
    """The address that has the page instead of this one."""
    if verdict.follow is None:
        return None
    if isinstance(answer, Fetched) and verdict.publish:
        return adoption_of(url, answer, verdict, now)
    hints = url.hints
    entry = Entry(verdict.follow.url, hints.get("title"), timestamp(hints.get("published")), hints.get("language"))
    return discover([entry], url.source, url.url, now, priority=Priority.FRESH, redirects=url.redirects + 1)
