"""A service that is one stage, with worker processes for its documents."""

import asyncio
from collections.abc import Mapping

from copydesk.runtime.service import ServiceContext
from copydesk.runtime.stage import Stage, StageLoop
from copydesk.runtime.workers import WorkerPool


class StageService:
    """Runs a stage and its workers, which start ahead of the first document and end with the stage."""

    def __init__(self, stage: Stage, workers: WorkerPool, context: ServiceContext) -> None:
        self.name = stage.name
        self._workers = workers
        self._loop = StageLoop(stage, context)

    async def run(self, stop: asyncio.Event) -> None:
        """Run until `stop` is set; then finish what is in hand, commit and leave the group."""
        async with self._workers:
            await self._loop.run(stop)

    def idle(self) -> bool:
        """Whether nothing is in hand or waiting, and no retry becomes due within the next minute."""
        return self._loop.idle()

    def ready(self) -> Mapping[str, str]:
        """Dependencies that are away, by name, with what is known of the cause."""
        return self._loop.ready()

    def alive(self) -> bool:
        """Whether the stage's loop has turned within the last minute."""
        return self._loop.alive()
