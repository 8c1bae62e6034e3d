"""Services as processes of their own, for tests that kill them."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

COMMAND = Path(sys.executable).with_name("copydesk")


class CopydeskProcess:
    """One `copydesk …` process with its log in a file; `kill` is SIGKILL, `stop` is SIGTERM and gives the exit code."""

    def __init__(self, arguments: Sequence[str], environment: Mapping[str, str], log: Path) -> None:
        self.arguments = tuple(arguments)
        self._environment = {**os.environ, **environment}
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self._log.open("ab") as sink:
            self._process = subprocess.Popen(  # noqa: S603 - our own command
                [str(COMMAND), *self.arguments], env=self._environment, stdout=sink, stderr=sink
            )

    @property
    def pid(self) -> int:
        return self._running().pid

    def alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def kill(self) -> None:
        self._running().send_signal(signal.SIGKILL)
        self._running().wait()

    def log_tail(self, lines: int = 20) -> str:
        """The last lines it printed, for messages of failing tests."""
        return "\n".join(self._log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])

    async def wait(self, patience_seconds: float = 60) -> int:
        """The exit code of a process that ends by itself."""
        return await asyncio.to_thread(self._running().wait, patience_seconds)

    async def stop(self, patience_seconds: float = 20) -> int:
        """Ask it to end and return its exit code; killed after `patience_seconds`."""
        process = self._running()
        process.send_signal(signal.SIGTERM)
        try:
            return await asyncio.to_thread(process.wait, patience_seconds)
        except subprocess.TimeoutExpired:
            self.kill()
            raise

    def _running(self) -> "subprocess.Popen[bytes]":
        if self._process is None:
            raise RuntimeError(f"copydesk {' '.join(self.arguments)} was never started")
        return self._process
