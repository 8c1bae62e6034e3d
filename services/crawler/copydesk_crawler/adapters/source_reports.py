"""What a poll is made into: what was learned, when the next one comes, which problems to raise or clear."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

import msgspec

from copydesk.contracts import SOURCES_HEALTH, SourceHealth
from copydesk.runtime.outcomes import Outgoing
from copydesk.storage.polls import DueSource, Learned, PollSchedule
from copydesk.storage.source_health import FoundProblem
from copydesk.telemetry import get_logger
from copydesk_crawler.adapters.poll import Poll
from copydesk_crawler.adapters.tools import Tools
from copydesk_crawler.adapters.websub import WebSub
from copydesk_crawler.core.timing.new_articles import NewArticles, first_articles, new_articles
from copydesk_crawler.core.timing.poll_interval import Limits, interval, scale
from copydesk_crawler.core.timing.publishing_rhythm import Forecast, Rhythm, begin, forecast, learn
from copydesk_crawler.core.timing.schedule import least_interval, poll_delay
from copydesk_crawler.core.timing.source_health import (
    Problem,
    Recall,
    broken,
    count_days,
    low_recall,
    overflowing,
    silence,
    unreachable,
    unusual_volume,
)

MOST_LABELS = 100
_MEAN_SECONDS = 60.0
_RECALL_EVERY = timedelta(hours=1)
_JUDGED = frozenset(
    {"silent", "volume-low", "volume-high", "feed-broken", "feed-overflow", "unreachable", "recall-low"}
)
_log = get_logger(__name__)


@dataclass(frozen=True)
class _Lesson:
    """What is known after a poll, and what was new in it."""

    rhythm: Rhythm
    found: Forecast
    new: NewArticles
    learned: Learned


class SourceReports:
    """Concludes polls; keeps the mean over all sources, which shares the polls out, for a minute."""

    def __init__(self, tools: Tools, schedule: PollSchedule, websub: WebSub | None) -> None:
        self._tools = tools
        self._websub = websub
        self._schedule = schedule
        self._settings = tools.context.settings.crawler
        self._metrics = tools.context.metrics
        self._mean: tuple[float, float | None] | None = None
        self._raised: dict[str, frozenset[str]] = {}

    async def conclude(self, due: DueSource, poll: Poll) -> None:
        """Learn, judge, tell, and plan."""
        patiently, name = self._tools.patiently, due.source.name
        now = self._tools.context.clock.now()
        before = await patiently(lambda: self._schedule.learned(name))
        failures = due.failures + 1 if poll.failed else 0 if poll.readings else due.failures
        lesson = None if poll.failed or not poll.readings else await self._learn(due, poll, before, now)
        found = await self._judge(name, poll, lesson, failures, now)
        judged = _JUDGED if lesson else frozenset[str]()
        if lesson and not lesson.new.times:
            judged -= {"silent"}  # only an article ends a silence
        await self._tell(name, found, judged)
        again = await self._again(due, poll, lesson, failures, now)
        learned = lesson.learned if lesson else None
        await patiently(lambda: self._schedule.finish(name, again, failures, poll.problem, learned))
        self._count(poll, lesson, again, now)

    async def fail(self, due: DueSource, problem: str) -> None:
        """Plan the next poll of a source whose poll broke down."""
        again = poll_delay(self._base(due), due.failures + 1)
        self._metrics.polls.labels("failed").inc()
        await self._tools.patiently(lambda: self._schedule.finish(due.source.name, again, due.failures + 1, problem))

    async def _learn(self, due: DueSource, poll: Poll, before: Learned, now: datetime) -> _Lesson:
        if before.rhythm is None:
            new = first_articles(poll.named, now)
            rhythm = begin(new.seen_from or now)
        else:
            rhythm = msgspec.json.decode(before.rhythm, type=Rhythm)
            ids = list(poll.named.dated)
            known = await self._tools.patiently(lambda: self._schedule.known_urls(due.source.name, ids))
            new = new_articles(poll.named, known, rhythm.until, before.newest_entry, now)
        watched = new.seen_from or rhythm.until
        rhythm = learn(rhythm, new.times, now, new.seen_from)
        found = forecast(rhythm)
        dated = [time for time in poll.named.dated.values() if time and time <= now]
        newest = max((*new.times, *dated, *([before.newest_entry] if before.newest_entry else [])), default=now)
        learned = Learned(
            rhythm=msgspec.json.encode(rhythm).decode(),
            intensity=found.intensity,
            per_day=found.per_day,
            newest_entry=newest,
            days=count_days(before.days, new.times, watched, now),
            overflows=before.overflows + 1 if new.overflowed else 0,
        )
        return _Lesson(rhythm, found, new, learned)

    async def _judge(
        self, source: str, poll: Poll, lesson: _Lesson | None, failures: int, now: datetime
    ) -> list[Problem]:
        if lesson is None:
            last = poll.problem if poll.failed else None
            return [each for each in [unreachable(failures, last)] if each]
        learned = lesson.learned
        counted = await self._tools.patiently(lambda: self._schedule.problems.recall(source, _RECALL_EVERY))
        assert learned.newest_entry is not None
        found = [
            broken(poll.states()),
            overflowing(learned.overflows, poll.window),
            unusual_volume(learned.days, now.date()),
            silence(lesson.found, lesson.rhythm.weeks, learned.days, learned.newest_entry, now),
            low_recall(Recall(counted.listed, counted.fetched, counted.forbidden, counted.absent)),
        ]
        return [each for each in found if each]

    async def _tell(self, source: str, found: list[Problem], judged: frozenset[str]) -> None:
        """Write changes down, then send their events: one that is sent twice has the same id twice."""
        problems, patiently = self._schedule.problems, self._tools.patiently
        rows = [FoundProblem(each.name, each.baseline, each.current, each.detail) for each in found]
        still_open = await patiently(lambda: problems.replace(source, rows, judged))
        for change in await patiently(lambda: problems.untold(source)):
            event = SourceHealth(
                source=source,
                state=change.state,
                problem=change.problem,
                at=change.since,
                baseline=change.baseline,
                current=change.current,
                detail=change.detail,
            )
            out = (Outgoing(SOURCES_HEALTH, event), f"{change.problem} {change.state} {change.since.isoformat()}")
            await patiently(partial(self._tools.publisher.publish_roots, [out]))
            await patiently(partial(problems.told, source, change))
            _log.warning("source health", source=source, problem=change.problem, state=change.state)
            if change.state == "raised":
                self._metrics.source_problems.labels(change.problem).inc()
        self._show(source, still_open)

    def _show(self, source: str, problems: frozenset[str]) -> None:
        for gone in self._raised.pop(source, frozenset()):
            self._metrics.sources_in_trouble.remove(source, gone)
        if not problems:
            return
        if len(self._raised) == MOST_LABELS:
            oldest = next(iter(self._raised))
            for gone in self._raised.pop(oldest):
                self._metrics.sources_in_trouble.remove(oldest, gone)
        for problem in problems:
            self._metrics.sources_in_trouble.labels(source, problem).set(1)
        self._raised[source] = problems

    async def _again(
        self, due: DueSource, poll: Poll, lesson: _Lesson | None, failures: int, now: datetime
    ) -> timedelta:
        base = self._base(due)
        limits = self._limits(poll)
        if failures:
            again = poll_delay(base, failures)
        elif due.source.poll_every or lesson is None:
            again = base
        elif await self._delivered(due.source.name):
            again = limits.most
        else:
            mean = await self._mean_intensity() or lesson.found.intensity
            again = interval(lesson.found, now, scale(base, mean), limits) / 2 ** min(lesson.learned.overflows, 4)
        waits = [reading.wait for reading in poll.readings if reading.wait]
        return max(again, *waits) if waits else again

    async def _delivered(self, source: str) -> bool:
        """Whether a hub sends what is new, so that polls are the net behind it."""
        websub = self._websub
        return websub is not None and await self._tools.patiently(lambda: websub.delivering(source))

    def _base(self, due: DueSource) -> timedelta:
        fixed = due.source.poll_every
        return timedelta(seconds=fixed) if fixed else self._settings.poll_interval

    def _limits(self, poll: Poll) -> Limits:
        feeds = [reading for reading in poll.readings if reading.document.kind == "feed" and not reading.problem]
        fresh = min((reading.fresh_for or timedelta(0) for reading in feeds), default=None)
        ttls = [reading.findings.ttl for reading in feeds if reading.findings and reading.findings.ttl]
        base = self._settings.poll_interval
        least = least_interval(self._settings.min_poll_interval, base, min(ttls, default=None), fresh)
        return Limits(least, max(self._settings.max_poll_interval, base, least), poll.window or None)

    async def _mean_intensity(self) -> float | None:
        monotonic = self._tools.context.clock.monotonic()
        if self._mean is None or monotonic - self._mean[0] > _MEAN_SECONDS:
            self._mean = (monotonic, await self._tools.patiently(self._schedule.mean_intensity))
        return self._mean[1]

    def _count(self, poll: Poll, lesson: _Lesson | None, again: timedelta, now: datetime) -> None:
        metrics = self._metrics
        outcome = "failed" if poll.failed else "new" if lesson and lesson.new.times else "unchanged"
        metrics.polls.labels(outcome).inc()
        metrics.poll_intervals.observe(again.total_seconds())
        if lesson is None:
            return
        if lesson.learned.newest_entry:
            metrics.newest_entry_ages.observe(max((now - lesson.learned.newest_entry).total_seconds(), 0))
        if lesson.new.overflowed:
            metrics.feed_overflows.inc()
        if lesson.new.seen_from is None:  # else it may be the content of a feed that was never read before
            for published in {*poll.named.dated.values()} & {*lesson.new.times}:
                if published is not None:
                    metrics.discovery_delays.observe(max((now - published).total_seconds(), 0))
