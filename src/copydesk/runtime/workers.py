"""Killable, memory-limited, recycled processes for work that a document may turn into an endless loop.

Built on pebble, whose pool survives the death of a worker at work. What it does not survive is a worker that dies
with nothing to do or while it fetches a task; such a pool is replaced, and calls that had not finished run again.
"""

import asyncio
import multiprocessing
import os
import pickle
import signal
import sys
import time
from collections.abc import Callable
from concurrent.futures import CancelledError as FutureCancelledError
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing.context import BaseContext
from pathlib import Path
from typing import Any, Generic, ParamSpec, Self, TypeVar

from pebble import ProcessExpired, ProcessPool

from copydesk.settings import WorkerSettings
from copydesk.telemetry import get_logger

P = ParamSpec("P")
R = TypeVar("R")

_TRIES = 3
"""Pools in which a call is tried before it is taken for the cause of their breaking."""
START_SECONDS = 60.0
"""A call that has neither begun nor ended this long after its turn must have come sits in a pool that is stuck."""

_CPU_GRACE_SECONDS = 5
_preloaded: set[str] = set()

_log = get_logger(__name__)


class DocumentFailedError(Exception):
    """A document could not be worked on, for a reason that lies in the document."""


class DocumentTimeoutError(DocumentFailedError):
    """The document took longer than the limit; its worker was killed."""


class DocumentMemoryError(DocumentFailedError):
    """The document needed more memory than a worker may have."""


class WorkerDiedError(DocumentFailedError):
    """The worker died over the document: a crash in a native library, an exit, or the kernel's out-of-memory killer."""


class WorkerPool:
    """Runs module-level functions in worker processes; results and exceptions come back pickled.

    `initializer` runs once in each new worker, before its first document: load models there. Workers start with the
    first call and are forked from a clean server process, so they inherit neither event loop nor threads; the server
    has imported the initializer's module, so import parsers at the top of it and a new worker costs milliseconds.
    `preload` names a module that the server imports as well, and nobody else: one whose import does the initializer's
    work lets workers inherit what it has loaded. It must start no thread; threads do not survive a fork.
    """

    def __init__(
        self, settings: WorkerSettings, initializer: Callable[[], None] | None = None, preload: str | None = None
    ) -> None:
        self._settings = settings
        self._initializer = initializer
        self._timeout = settings.timeout.total_seconds()
        self._places = asyncio.Semaphore(2 * settings.processes)
        self._pool: ProcessPool | None = None
        if initializer is not None:
            _preloaded.add(initializer.__module__)
        if preload is not None:
            _preloaded.add(preload)

    async def call(self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run `function` in a worker. The time limit starts when a worker takes it up, not while it waits.

        Raises what the function raises, or a `DocumentFailedError`. Cancelling the call kills its worker.
        """
        async with self._places:
            for _ in range(_TRIES):
                pool = self._running()
                try:
                    answer: _Answer[R] = await self._attempt(pool, function, args, kwargs)
                except (BrokenProcessPool, RuntimeError) as error:
                    _log.warning("worker pool broke, starting another", error=repr(error))
                    await self._discard(pool)
                else:
                    return answer.unwrap()
        raise WorkerDiedError(
            f"no worker lived long enough to begin with {function.__qualname__}, tried {_TRIES} times"
        )

    async def __aenter__(self) -> Self:
        """Begin to start the workers, without waiting: the first document need not wait for models to load."""
        self._warming = asyncio.create_task(self._warm())
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._warming is not None:
            self._warming.cancel()
            await asyncio.wait([self._warming])
        await self.close()

    async def _warm(self) -> None:
        try:
            await self.call(_nothing)
        except DocumentFailedError as error:
            _log.warning("no worker could be started ahead of the first document", error=str(error))

    async def close(self) -> None:
        """Kill the workers, whatever they are at."""
        if self._pool is not None:
            await self._discard(self._pool)

    async def _attempt(
        self, pool: ProcessPool, function: Callable[..., R], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> "_Answer[R]":
        # In a thread: the first call starts the pool, which takes as long as the initializer's imports.
        future = await asyncio.to_thread(
            pool.schedule, _work, args=(self._timeout, function, args, kwargs), timeout=self._timeout
        )
        patience = 2 * self._timeout + START_SECONDS
        try:
            async with asyncio.timeout(patience):
                answer: _Answer[R] = await asyncio.wrap_future(future)
                return answer
        except ProcessExpired as error:
            raise WorkerDiedError(f"the worker died with exit code {error.exitcode}") from error
        except FutureCancelledError as error:
            raise BrokenProcessPool("the pool was closed") from error
        except TimeoutError as error:
            if not future.done() or future.cancelled():
                raise BrokenProcessPool(f"a call got no answer for {patience:.0f} s") from error
            raise DocumentTimeoutError(f"the document took longer than {self._timeout:g} s") from error

    def _running(self) -> ProcessPool:
        if self._pool is None:
            self._pool = ProcessPool(
                max_workers=self._settings.processes,
                max_tasks=self._settings.recycle_after,
                initializer=_prepare,
                initargs=(self._settings.memory_bytes, self._initializer),
                context=_context(),
            )
        return self._pool

    async def _discard(self, pool: ProcessPool) -> None:
        if self._pool is pool:
            self._pool = None
        await asyncio.to_thread(_stop, pool)


@dataclass(frozen=True)
class _Answer(Generic[R]):
    """What came of a call; exceptions travel as values, since one that cannot be unpickled would break the pool."""

    results: tuple[R, ...] = ()
    error: Exception | None = None

    def unwrap(self) -> R:
        if self.error is not None:
            raise self.error
        return self.results[0]


def _context() -> BaseContext:
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(sorted({__name__, "__main__"} | _preloaded | _imported_by_main()))
    return context


def _imported_by_main() -> set[str]:
    """Modules that the main script takes its names from; each worker runs that script's imports, so do them once."""
    names = (getattr(value, "__module__", None) for value in vars(sys.modules["__main__"]).values())
    return {name for name in names if isinstance(name, str)}


def _stop(pool: ProcessPool) -> None:
    pool.stop()  # type: ignore[no-untyped-call]
    pool.join()


def _prepare(memory_bytes: int, initializer: Callable[[], None] | None) -> None:
    """Runs in each new worker. SIGTERM must kill at once, even inside native code that never returns to Python."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if initializer is not None:
        initializer()
    if sys.platform == "linux":
        import resource

        # On top of what models and libraries have mapped: mappings are large, and mostly never touched.
        limit = _address_space_bytes() + memory_bytes
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _nothing() -> None:
    """The work of a worker that is only to be started."""


def _address_space_bytes() -> int:
    """What the process has mapped now (Linux, proc(5))."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * os.sysconf("SC_PAGE_SIZE")


def _work(seconds: float, function: Callable[..., R], args: tuple[Any, ...], kwargs: dict[str, Any]) -> _Answer[R]:
    _limit_cpu(seconds)
    try:
        return _Answer(results=(function(*args, **kwargs),))
    except MemoryError:
        return _Answer(error=DocumentMemoryError("the document needed more memory than a worker may have"))
    except Exception as error:  # noqa: BLE001 - carried to the caller, who raises it
        return _Answer(error=_portable(error))


def _limit_cpu(seconds: float) -> None:
    """Let the kernel end a document that runs on after the parent was killed and can no longer do so."""
    if sys.platform == "linux":
        import resource

        _, hard = resource.getrlimit(resource.RLIMIT_CPU)
        allowance = seconds * (os.cpu_count() or 1) + _CPU_GRACE_SECONDS
        resource.setrlimit(resource.RLIMIT_CPU, (int(time.process_time() + allowance), hard))


def _portable(error: Exception) -> Exception:
    """The exception, or a plain one that says the same where it does not survive pickling."""
    try:
        pickle.loads(pickle.dumps(error))  # noqa: S301 - made by ourselves a line above
    except Exception:  # noqa: BLE001 - foreign exception classes fail in any way
        return DocumentFailedError(f"{type(error).__name__}: {error}")
    error.add_note(f"in worker process {os.getpid()}")
    return error
