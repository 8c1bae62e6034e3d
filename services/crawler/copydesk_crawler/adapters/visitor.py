"""Visits to the pages of one leased host: robots.txt, politeness, the request, the verdict, and its consequences."""

import random
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from copydesk.contracts import PageFetched
from copydesk.runtime.outcomes import Outgoing
from copydesk.settings import OptOut
from copydesk.storage.frontier_rows import DueUrl, Finished, HostLease, Priority
from copydesk.storage.takedowns import TAKEN_DOWN
from copydesk.telemetry import get_logger
from copydesk_crawler.adapters.discovery import Discovery, discover
from copydesk_crawler.adapters.fetcher import PageRequest
from copydesk_crawler.adapters.page_examiner import Examined
from copydesk_crawler.adapters.page_messages import adoption_of, message_of, visit_of
from copydesk_crawler.adapters.recorder import Record
from copydesk_crawler.adapters.robots_cache import RobotsAnswer
from copydesk_crawler.adapters.tools import Tools
from copydesk_crawler.core.discovery.discovered import Entry, timestamp
from copydesk_crawler.core.http.answers import (
    Answer,
    Busy,
    Exchange,
    Failed,
    Fetched,
    Gone,
    NotModified,
    Redirected,
    Refused,
)
from copydesk_crawler.core.http.response_headers import HTML_TYPES
from copydesk_crawler.core.permission.opt_outs import may_archive
from copydesk_crawler.core.permission.robots import RobotsRules
from copydesk_crawler.core.permission.tdm_policy import TdmPolicy
from copydesk_crawler.core.timing.politeness import breaker_rest, host_delay, smoothed_latency
from copydesk_crawler.core.urls.canonical_url import Address, canonical_url
from copydesk_crawler.core.verdicts import ROBOTS_UNREACHABLE, Schedule, Verdict, asks_conditionally, judge

_log = get_logger(__name__)

HELD_DELAY = timedelta(seconds=2)
"""A host that rests longer than this between requests is given back in between."""

_ANSWER_NAMES: dict[type[Answer], str] = {
    Fetched: "fetched",
    NotModified: "not-modified",
    Redirected: "redirected",
    Gone: "gone",
    Refused: "refused",
    Busy: "busy",
    Failed: "failed",
}
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
    examined: Examined | None = None
    exchange: Exchange | None = None


class Visitor:
    """Holds the lease of one host; `visit` answers whether the host is still held afterwards."""

    def __init__(self, tools: Tools, lease: HostLease, leased_at: float) -> None:
        """`leased_at`, on the monotonic clock, lies before the lease began: what it allows is never more than that."""
        self._tools = tools
        self._lease = lease
        self._clock = tools.context.clock
        self._settings = tools.context.settings
        self._renewed = leased_at

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
        examined = seen.examined or Examined(answer)
        verdict = judge(url, answer, self._schedule(), examined.same_as)
        visit = visit_of(url, answer, verdict, now)
        message = message_of(url, answer, verdict, examined, now)
        await self._archive(url, seen, message)
        record = Record(
            Finished(self._lease, url.id, visit, pause, more), message, self._found(url, answer, verdict, now)
        )
        renewed = self._clock.monotonic()
        held = await self._tools.recorder.record(record)
        self._renewed = renewed
        if not isinstance(answer, Busy):
            self._tools.activity.happened()
        outcome, reason = verdict.outcome or verdict.state, verdict.reason or ""
        _log.debug("visited", url=url.url, outcome=outcome, reason=reason, again=str(verdict.again), held=held)
        self._tools.context.metrics.outcomes.labels("crawler", outcome, reason).inc()
        return held

    async def _look(self, url: DueUrl) -> Seen | None:
        """Ask for the page as far as robots.txt lets us; None when the host is ours no more."""
        address = canonical_url(url.url, keep_tracking=True)
        assert isinstance(address, Address)
        if not await self._still_ours():
            return None
        robots = await self._tools.patiently(lambda: self._tools.robots.rules(address))
        crawl_delay = robots.rules.delay if robots.rules else None
        delay = host_delay(self._settings.http.host_delay, crawl_delay, self._lease.latency)
        rules = _permission(robots, address)
        if not isinstance(rules, RobotsRules):
            return self._unasked(rules, robots.requested, delay)
        if robots.requested and not (await self._after_request(delay) and await self._still_ours()):
            return None
        reserved = await self._tools.patiently(lambda: self._tools.reservations.policy(address, rules))
        if reserved.instead is not None:
            return self._unasked(reserved.instead, reserved.requested, delay)
        if reserved.requested and not await self._after_request(delay):
            return None
        return await self._ask(url, address, reserved.policy, crawl_delay)

    def _unasked(self, answer: Answer, requested: bool, delay: timedelta) -> Seen:
        """An answer without a request for the page; `requested` tells whether the host was asked for something else."""
        if requested:
            self._note(answer, None)
        return Seen(answer, requested, self._clock.monotonic(), delay)

    async def _ask(
        self, url: DueUrl, address: Address, policy: TdmPolicy, crawl_delay: timedelta | None
    ) -> Seen | None:
        if not await self._still_ours():
            return None
        began = self._clock.monotonic()
        answer = await self._tools.fetcher.fetch(_request(url))
        at = self._clock.monotonic()
        self._measure(answer, at - began)
        examined = Examined(answer)
        if isinstance(answer, Fetched):
            examined = await self._tools.examiner.examine(url, address, answer, policy)
        self._note(examined.answer, at - began)
        delay = host_delay(self._settings.http.host_delay, crawl_delay, self._lease.latency)
        exchange = answer.exchange if isinstance(answer, (Fetched, NotModified)) else None
        return Seen(examined.answer, True, at, delay, examined, exchange)

    def _measure(self, answer: Answer, seconds: float) -> None:
        metrics = self._tools.context.metrics
        metrics.fetches.labels(_ANSWER_NAMES[type(answer)]).observe(seconds)
        if isinstance(answer, Fetched):
            metrics.fetched_bytes.inc(len(answer.body))

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
        renewed = self._clock.monotonic()
        held = await self._tools.patiently(lambda: self._tools.frontier.keep(self._lease, timedelta(0)))
        self._renewed = renewed
        return held and self._clock.monotonic() - renewed < self._tools.frontier.lease.total_seconds() / 2

    async def _archive(self, url: DueUrl, seen: Seen, message: tuple[Outgoing, str] | None) -> None:
        """Keep what came over the wire, before it is published, unless its publisher forbids that."""
        archive, exchange = self._tools.archive, seen.exchange
        opt_outs = set(seen.examined.opt_outs if seen.examined else ())
        opt_outs |= {OptOut.NOARCHIVE} & set(url.opt_outs)
        if archive is None or exchange is None or not may_archive(opt_outs, self._settings.crawler.obey_opt_outs):
            return
        if isinstance(seen.answer, Refused) and seen.answer.reason == TAKEN_DOWN:
            return
        page = message[0].message if message else None
        archived = page if isinstance(page, PageFetched) else None
        written = await self._tools.patiently(lambda: archive.record(exchange, archived))
        self._tools.context.metrics.archived_bytes.inc(written)

    def _found(self, url: DueUrl, answer: Answer, verdict: Verdict, now: datetime) -> Discovery | None:
        """The address that has the page instead of this one."""
        if verdict.follow is None:
            return None
        if isinstance(answer, Fetched) and verdict.publish:
            return adoption_of(url, answer, verdict, now)
        hints = url.hints
        entry = Entry(verdict.follow.url, hints.get("title"), timestamp(hints.get("published")), hints.get("language"))
        rules_for = self._tools.parameters.rules_for
        priority = Priority.LISTED if url.known else Priority(url.priority)
        return discover(
            [entry], url.source, url.url, now, priority=priority, redirects=url.redirects + 1, rules_for=rules_for
        )

    def _schedule(self) -> Schedule:
        least = _LEAST_REVISIT_ONCE if self._tools.context.once else timedelta(0)
        return Schedule(self._settings.crawler.revisit_ladder, least, random.random())  # noqa: S311 - jitter


def _request(url: DueUrl) -> PageRequest:
    if asks_conditionally(url):
        return PageRequest(url.url, url.etag, url.last_modified, media_types=HTML_TYPES)
    return PageRequest(url.url, media_types=HTML_TYPES)


def _permission(robots: RobotsAnswer, address: Address) -> RobotsRules | Answer:
    """The rules that let the page be asked for, or the answer that robots.txt already is."""
    if robots.instead is not None:
        return robots.instead
    if robots.rules is None:
        return Failed(ROBOTS_UNREACHABLE)
    return robots.rules if robots.rules.allows(address.url) else Refused("robots-disallowed")
