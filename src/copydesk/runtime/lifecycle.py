"""Several services in one process, from start to a clean stop."""

import asyncio
import signal
from collections.abc import Iterable, Sequence
from contextlib import suppress

from copydesk.runtime.service import Service, UnusableSettingError
from copydesk.telemetry import get_logger

GRACE_SECONDS = 9.0
"""For the services; the process as a whole shall be gone 10 s after a SIGTERM."""
INTERRUPTED = 130
"""128 + SIGINT, as shells have it."""
_SIGNALS = (signal.SIGTERM, signal.SIGINT)

_log = get_logger(__name__)


async def run_services(services: Sequence[Service], stop: asyncio.Event) -> int:
    """Run until SIGTERM, SIGINT or `stop`, and return the exit code.

    A stop gives every service 9 s to finish; a second signal does not wait. 0 is a clean stop, 130 one that was asked
    for by SIGINT, 1 means that a service crashed (a bug: dependencies that are away never crash one), which stops the
    others too. Raises `UnusableSettingError` where a service cannot begin with its settings.
    """
    loop = asyncio.get_running_loop()
    received: list[signal.Signals] = []
    handled = _handle_signals(loop, stop, received)
    tasks = {asyncio.create_task(service.run(stop), name=service.name): service for service in services}
    stopping = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({stopping, *tasks}, return_when=asyncio.FIRST_COMPLETED)
        failed = [*_crashes(tasks)]
        if not failed and not stop.is_set():
            await _outlive(stopping, tasks)
        stop.set()
        _, late = await asyncio.wait(tasks, timeout=GRACE_SECONDS)
        for task in late:
            _log.warning("service did not stop in time, cancelled", service=task.get_name(), seconds=GRACE_SECONDS)
            task.cancel()
        if late:
            await asyncio.wait(late, timeout=1)
    finally:
        stopping.cancel()
        for task in tasks:
            task.cancel()
        for number in handled:
            loop.remove_signal_handler(number)
    crashed = [*_crashes(tasks)]
    for task in crashed:
        if isinstance(problem := task.exception(), UnusableSettingError):
            raise problem
        _log.error("service crashed", service=task.get_name(), exc_info=task.exception())
    if crashed:
        return 1
    return INTERRUPTED if signal.SIGINT in received else 0


async def _outlive(stopping: asyncio.Task[bool], tasks: Iterable[asyncio.Task[None]]) -> None:
    """Wait on after a service has ended by itself: until all have, one crashes, or a stop is asked for."""
    pending = {task for task in tasks if not task.done()}
    while pending and not stopping.done():
        done, _ = await asyncio.wait({stopping, *pending}, return_when=asyncio.FIRST_COMPLETED)
        pending -= {task for task in pending if task in done}
        if any(_crashes(task for task in tasks if task in done)):
            return


def _crashes(tasks: Iterable[asyncio.Task[None]]) -> Iterable[asyncio.Task[None]]:
    return (task for task in tasks if task.done() and not task.cancelled() and task.exception() is not None)


def _handle_signals(
    loop: asyncio.AbstractEventLoop, stop: asyncio.Event, received: list[signal.Signals]
) -> list[signal.Signals]:
    """Turn signals into a stop where the loop can (not on Windows, nor outside the main thread)."""
    handled = []
    for number in _SIGNALS:
        with suppress(NotImplementedError, RuntimeError, ValueError):
            loop.add_signal_handler(number, _stop_once, loop, stop, number, received)
            handled.append(number)
    return handled


def _stop_once(
    loop: asyncio.AbstractEventLoop, stop: asyncio.Event, number: signal.Signals, received: list[signal.Signals]
) -> None:
    received.append(number)
    _log.info("stopping", signal=number.name)
    stop.set()
    loop.remove_signal_handler(number)  # the next one ends the process at once
