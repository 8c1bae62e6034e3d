"""The stage loop, once, for every service: handle, produce, wait for the acknowledgement, then commit."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from copydesk.contracts import REGISTRY, RETRY_DELAYS, Topic, dead_letters
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
    handler gets up to `batch_size` messages, one batch at a time, at the latest `batch_linger` after the first.
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
            object.__setattr__(self, "group", f"copydesk.{self.name}")

    @property
    def retry_topics(self) -> tuple[Topic, ...]:
        messages = tuple(kind for topic in self.inputs for kind in topic.messages)
        return tuple(retries(self.name, tier, messages) for tier in RETRY_DELAYS)


class StageLoop:
    """Runs a stage. Slow retries have a consumer and a bench of their own, so that they never delay live messages."""

    def __init__(self, stage: Stage, context: ServiceContext) -> None:
        self._stage = stage
        self._context = context
        self._availability = Availability(stage.name, context.clock, context.metrics)
        self._handling = Handling(
            stage.name,
            frozenset(kind for topic in stage.inputs for kind in topic.messages),
            stage.handler,
            stage.batch_handler,
            stage.reports_outcomes,
            context,
        )
        self._flows = (
            self._flow(Subscription(stage.name, stage.group, _names(stage.inputs)), stage.concurrency),
            self._flow(
                Subscription(stage.name, f"{stage.group}.retries", _names(stage.retry_topics), retries=True),
                max(1, stage.concurrency // 4),
            ),
        )

    async def run(self, stop: asyncio.Event) -> None:
        """Run until `stop` is set; then finish what is in hand, commit and leave the groups."""
        try:
            await self._availability.unless(stop, self._ensure_topics)
        except AbandonedError:
            return
        async with asyncio.TaskGroup() as tasks:
            for flow in self._flows:
                tasks.create_task(flow.run(stop))

    def idle(self) -> bool:
        """Whether nothing is in hand or waiting, and no retry becomes due within the next minute."""
        return all(flow.idle() for flow in self._flows)

    def ready(self) -> Mapping[str, str]:
        """Dependencies that are away, by name, with what is known of the cause."""
        if not all(flow.joined for flow in self._flows):
            return {"broker": "starting", **self._availability.away()}
        return self._availability.away()

    def alive(self) -> bool:
        """Whether the loop has turned within the last minute."""
        return all(flow.since_tick() < STALLED_SECONDS for flow in self._flows)

    async def _ensure_topics(self) -> None:
        own = {
            topic.name: topic
            for topic in (*self._stage.inputs, *self._stage.retry_topics, dead_letters(self._stage.name))
        }
        await self._context.bus.ensure_topics([*(own | REGISTRY).values()])

    def _flow(self, subscription: Subscription, concurrency: int) -> Flow:
        stage, context = self._stage, self._context
        capacity = (
            Capacity(concurrency) if stage.batch_handler is None else Capacity(1, stage.batch_size, stage.batch_linger)
        )
        bench = Workbench(stage.name, capacity, self._handling, self._availability, context.clock, context.metrics)
        return Flow(subscription, bench, self._availability, context)


def _names(topics: tuple[Topic, ...]) -> tuple[str, ...]:
    return tuple(topic.name for topic in topics)
