"""The stage loop, once, for every service: handle, produce, wait for the acknowledgement, then commit."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from copydesk.contracts import REGISTRY, RETRY_DELAYS, Lane, Topic, consumer_group, dead_letters, lanes_of
from copydesk.contracts.topics import retries
from copydesk.runtime.availability import AbandonedError, Availability
from copydesk.runtime.flow import Flow, Subscription
from copydesk.runtime.handling import Handling
from copydesk.runtime.outcomes import BatchHandler, Handler
from copydesk.runtime.reports import reportable
from copydesk.runtime.service import ServiceContext
from copydesk.runtime.workbench import Capacity, Workbench

STALLED_SECONDS = 60.0


@dataclass(frozen=True)
class Stage:
    """What a service does to the messages of its input topics; exactly one of the two handlers is given.

    A handler runs up to `concurrency` messages side by side, those with the same key one after another. A batch
    handler gets up to `batch_size` messages, one batch at a time. A batch starts at once with what is there; only after
    another it waits for more messages, for as long as that one took, `batch_linger` at most.
    `group` defaults to `copydesk.<name>`. `reports_outcomes` sends a `StageOutcome` for each article.
    """

    name: str
    inputs: tuple[Topic, ...]
    handler: Handler | None = None
    batch_handler: BatchHandler | None = None
    concurrency: int = 16
    batch_size: int = 500
    batch_linger: timedelta = timedelta(milliseconds=50)
    group: str = ""
    reports_outcomes: bool = True

    def __post_init__(self) -> None:
        if (self.handler is None) == (self.batch_handler is None):
            raise ValueError(f"stage {self.name!r} needs either a handler or a batch handler")
        if self.reports_outcomes and not reportable(self.name):
            raise ValueError(f"the funnel knows no stage {self.name!r}: set reports_outcomes=False")
        if not self.group:
            object.__setattr__(self, "group", consumer_group(self.name))

    def lanes(self, wanted: Sequence[Lane]) -> tuple[Lane, ...]:
        """Those of `wanted` that the stage has inputs on, live first."""
        return tuple(lane for lane in lanes_of(self.inputs) if lane in wanted)

    @property
    def retry_topics(self) -> tuple[Topic, ...]:
        messages = tuple(kind for topic in self.inputs for kind in topic.messages)
        return tuple(retries(self.name, tier, messages) for tier in RETRY_DELAYS)


class StageLane:
    """Slow retries have a consumer and a bench of their own, so that they never delay fresh messages.

    `first` is the lane that goes first: while messages wait there, nothing is started here. Dependencies are watched
    for each lane, so that what stops one (such as a topic that is not there) leaves the other running.
    """

    def __init__(self, stage: Stage, lane: Lane, context: ServiceContext, first: "StageLane | None" = None) -> None:
        self.lane = lane
        self._stage = stage
        self._context = context
        self._first = first
        self.availability = Availability(lane.marked(stage.name), context.clock, context.metrics)
        self._handling = Handling(
            stage.name,
            frozenset(kind for topic in stage.inputs for kind in topic.messages),
            stage.handler,
            stage.batch_handler,
            stage.reports_outcomes,
            lane,
            context,
        )
        group = lane.marked(stage.group)
        topics, retry_topics = _names(stage, lane)
        self.bench = self._new_bench(stage.concurrency)
        self.flows = (
            self._flow(Subscription(stage.name, group, topics, lane), self.bench),
            self._flow(
                Subscription(stage.name, f"{group}.retries", retry_topics, lane, retries=True),
                self._new_bench(max(1, stage.concurrency // 4)),
            ),
        )

    def idle(self) -> bool:
        """Whether nothing is in hand or waiting, and no retry becomes due within the next minute."""
        return all(flow.idle() for flow in self.flows)

    def ready(self) -> Mapping[str, str]:
        """Dependencies that are away, by name, with what is known of the cause."""
        joining = {} if all(flow.joined for flow in self.flows) else {"broker": "starting"}
        away = {**joining, **self.availability.away()}
        return away if self.lane is Lane.LIVE else {f"{name} ({self.lane})": cause for name, cause in away.items()}

    def _flow(self, subscription: Subscription, bench: Workbench) -> Flow:
        return Flow(subscription, bench, self.availability, self._context)

    def _new_bench(self, concurrency: int) -> Workbench:
        stage, context = self._stage, self._context
        return Workbench(
            stage.name,
            self._capacity(concurrency),
            self._handling,
            self.availability,
            context.clock,
            context.metrics,
            after=self._first.bench if self._first else None,
        )

    def _capacity(self, concurrency: int) -> Capacity:
        """Behind another lane smaller steps, since what has been started there is waited for here."""
        stage = self._stage
        if stage.batch_handler is None:
            return Capacity(max(1, concurrency // 2) if self._first else concurrency)
        return Capacity(1, max(1, stage.batch_size // 4) if self._first else stage.batch_size, stage.batch_linger)


def _names(stage: Stage, lane: Lane) -> tuple[tuple[str, ...], tuple[str, ...]]:
    inputs = tuple(topic.on(lane).name for topic in stage.inputs)
    return inputs, tuple(topic.on(lane).name for topic in stage.retry_topics)


class StageLoop:
    """Runs a stage on the lanes that the context asks for; a stage without inputs on any of them waits for its end.

    The lanes share the stage's handler, and with it its workers; live messages start first.
    """

    def __init__(self, stage: Stage, context: ServiceContext) -> None:
        self._stage = stage
        self._bus = context.bus
        self._lanes: list[StageLane] = []
        for lane in stage.lanes(context.lanes):
            self._lanes.append(StageLane(stage, lane, context, first=self._lanes[0] if self._lanes else None))

    async def run(self, stop: asyncio.Event) -> None:
        """Run until `stop` is set; then finish what is in hand, commit and leave the groups."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(stop.wait())
            for lane in self._lanes:
                tasks.create_task(self._run(lane, stop))

    def idle(self) -> bool:
        """Whether nothing is in hand or waiting, and no retry becomes due within the next minute."""
        return all(lane.idle() for lane in self._lanes)

    def ready(self) -> Mapping[str, str]:
        """Dependencies that are away, by name, with what is known of the cause."""
        return {name: cause for lane in self._lanes for name, cause in lane.ready().items()}

    def alive(self) -> bool:
        """Whether the loop has turned within the last minute."""
        return all(flow.since_tick() < STALLED_SECONDS for lane in self._lanes for flow in lane.flows)

    async def _run(self, lane: StageLane, stop: asyncio.Event) -> None:
        try:
            await lane.availability.unless(stop, lambda: self._ensure_topics(lane.lane))
        except AbandonedError:
            return
        async with asyncio.TaskGroup() as tasks:
            for flow in lane.flows:
                tasks.create_task(flow.run(stop))

    async def _ensure_topics(self, lane: Lane) -> None:
        own = [topic.on(lane) for topic in (*self._stage.inputs, *self._stage.retry_topics)]
        named = {topic.name: topic for topic in (*own, dead_letters(self._stage.name))}
        await self._bus.ensure_topics([*(named | REGISTRY).values()])
