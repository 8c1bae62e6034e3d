"""Watches annotators at work: announces who is at it, measures the time, and interrupts who takes too long."""

import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType, TracebackType
from typing import NamedTuple, Self

from copydesk_tagger.core.annotation import BudgetExceededError

_AGAIN_SECONDS = 0.2
"""The alarm rings on: the first may fall into code that swallows every exception."""

_AT_ONCE_SECONDS = 0.001
_CLOCK_PATIENCE = 3
_SLATE_BYTES = 128


class _Timer(NamedTuple):
    """An interval timer, the signal that it raises, and what an annotator may take of what it counts."""

    timer: int
    signal: signal.Signals
    seconds: float
    kind: str


class Slate:
    """A small file by which a worker says what it is at, so that its parent knows after it had to be killed."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)

    def write(self, document: int, annotator: str) -> None:
        line = f"{document} {annotator}".encode()[: _SLATE_BYTES - 1]
        os.pwrite(self._file, line.ljust(_SLATE_BYTES - 1) + b"\n", 0)

    def close(self) -> None:
        os.close(self._file)

    @staticmethod
    def read(path: Path) -> tuple[int, str] | None:
        """Which document (by its place in the call) and which annotator a worker was at; None if it told nothing."""
        try:
            number, _, name = path.read_text(encoding="utf-8").strip().partition(" ")
        except (OSError, UnicodeDecodeError):
            return None
        return (int(number), name) if number.isdigit() and name else None


class Supervision:
    """Interrupts annotators after `seconds` of CPU time each, or three times as long by the clock.

    The clock is the more patient one, as on a busy machine the reading of a word list takes many times its CPU time.
    A signal raises in whatever Python code runs; native code that never returns to it is for the pool, which kills.
    Works in the main thread of a process on a system with interval timers (setitimer(2)); elsewhere it only measures.
    """

    def __init__(self, seconds: float, slate: Slate | None = None) -> None:
        self._slate = slate
        self._armed = False
        self._timers: tuple[_Timer, ...] = ()
        if hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread():
            self._timers = (
                _Timer(signal.ITIMER_PROF, signal.SIGPROF, seconds, "of CPU time"),
                _Timer(signal.ITIMER_REAL, signal.SIGALRM, _CLOCK_PATIENCE * seconds, "by the clock"),
            )
        self._document = 0
        self.seconds: dict[str, float] = {}

    def begin(self, document: int) -> None:
        """What is watched from now on belongs to this document."""
        self._document = document
        self.seconds = {}

    def __enter__(self) -> Self:
        self._entered = time.monotonic()
        self._outer = [(signal.setitimer(one.timer, 0), signal.signal(one.signal, self._ring)) for one in self._timers]
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._disarm()
        for one, ((delay, interval), handler) in zip(self._timers, self._outer, strict=True):
            signal.signal(one.signal, handler)
            if delay:
                left = delay - (time.monotonic() - self._entered)
                signal.setitimer(one.timer, max(left, _AT_ONCE_SECONDS), interval)

    @contextmanager
    def watch(self, annotator: str) -> Iterator[None]:
        """While it is open, `annotator` is at work. Raises `BudgetExceededError` into it when its time is up."""
        if self._slate is not None:
            self._slate.write(self._document, annotator)
        start = time.perf_counter()
        try:
            self._arm()
            yield
        finally:
            with suppress(BudgetExceededError):
                self._disarm()
            self.seconds[annotator] = time.perf_counter() - start

    def _arm(self) -> None:
        self._armed = True
        for one in self._timers:
            signal.setitimer(one.timer, one.seconds, _AGAIN_SECONDS)

    def _disarm(self) -> None:
        self._armed = False
        for one in self._timers:
            signal.setitimer(one.timer, 0)

    def _ring(self, rung: int, _frame: FrameType | None) -> None:
        if self._armed:
            one = next(one for one in self._timers if one.signal == rung)
            raise BudgetExceededError(f"took longer than {one.seconds:g} s {one.kind}")
