"""Watches annotators at work: announces who is at it, measures the time, and interrupts who takes too long."""

import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType, TracebackType
from typing import Self

from copydesk_tagger.core.annotation import BudgetExceededError

_AGAIN_SECONDS = 0.2
"""The alarm rings on: the first may fall into code that swallows every exception."""

_SLATE_BYTES = 128


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
    """Interrupts annotators after `seconds` each, by a signal that raises in whatever Python code runs.

    Works in the main thread of a process on a system that has interval timers (setitimer(2)); elsewhere it only
    measures. Native code that never returns to Python is not interrupted: that is for the pool, which kills.
    """

    def __init__(self, seconds: float, slate: Slate | None = None) -> None:
        self._limit = seconds
        self._slate = slate
        self._armed = False
        self._alarms = hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread()
        self._document = 0
        self.seconds: dict[str, float] = {}

    def begin(self, document: int) -> None:
        """What is watched from now on belongs to this document."""
        self._document = document
        self.seconds = {}

    def __enter__(self) -> Self:
        if self._alarms:
            self._outer_timer = signal.setitimer(signal.ITIMER_REAL, 0)
            self._entered = time.monotonic()
            self._outer_handler = signal.signal(signal.SIGALRM, self._ring)
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        if self._alarms:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, self._outer_handler)
            delay, interval = self._outer_timer
            if delay:
                signal.setitimer(signal.ITIMER_REAL, max(delay - (time.monotonic() - self._entered), 0.001), interval)

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
        if self._alarms:
            self._armed = True
            signal.setitimer(signal.ITIMER_REAL, self._limit, _AGAIN_SECONDS)

    def _disarm(self) -> None:
        self._armed = False
        if self._alarms:
            signal.setitimer(signal.ITIMER_REAL, 0)

    def _ring(self, _signal: int, _frame: FrameType | None) -> None:
        if self._armed:
            raise BudgetExceededError(f"took longer than {self._limit:g} s")
