"""A real Kafka broker as a child process, for tests and for development without containers."""

import asyncio
import contextlib
import ctypes
import random
import signal
import socket
import subprocess
import sys
import uuid
from base64 import urlsafe_b64encode
from pathlib import Path
from types import TracebackType
from typing import Self

from copydesk.testing.kafka_distribution import class_path, java
from copydesk.testing.kafka_probe import groups_work

_HOST = "127.0.0.1"
_PORTS = range(20_000, 32_000)
"""Below the range that systems give out to clients, so that the port is still ours when a killed broker returns."""
_START_SECONDS = 120
_STOP_SECONDS = 7
_PROPERTIES = """
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@{host}:{controller_port}
listeners=PLAINTEXT://{host}:{port},CONTROLLER://{host}:{controller_port}
advertised.listeners=PLAINTEXT://{host}:{port}
controller.listener.names=CONTROLLER
log.dirs={logs}
auto.create.topics.enable=false
offsets.topic.num.partitions=1
offsets.topic.replication.factor=1
transaction.state.log.num.partitions=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
broker.heartbeat.interval.ms=500
broker.session.timeout.ms=3000
group.min.session.timeout.ms=1000
log.cleaner.dedupe.buffer.size=8388608
log.cleaner.backoff.ms=500
log.initial.task.delay.ms=500
"""
_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


class BrokerStartError(RuntimeError):
    """The broker did not come up; the text ends with the last lines of its log."""


class LocalBroker:
    """Kafka 4.1 in KRaft mode: one node, one replica, no authentication, on loopback only.

    `async with LocalBroker(folder) as broker` starts and stops it. Data, settings and `broker.log` lie in `data_dir`;
    a broker started on the same folder again has the same topics and records, and the same object keeps its port. If
    the parent process dies, the broker dies too (on Linux). The first start downloads Kafka, see `class_path`. It is
    bound to no event loop, but should be started from the main thread.
    """

    def __init__(self, data_dir: Path, port: int = 0) -> None:
        self._data_dir = data_dir.absolute()
        self._wanted_port = port
        self._port = port
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def bootstrap_servers(self) -> str:
        return f"{_HOST}:{self._port}"

    @property
    def pid(self) -> int:
        """The process id, for tests that suspend the broker."""
        if self._process is None:
            raise RuntimeError("the broker is not running")
        return self._process.pid

    async def start(self) -> None:
        """Start and wait until records and consumer groups work; does nothing while it runs.

        Raises `BrokerStartError`, and `KafkaUnavailableError` when Kafka's files cannot be had.
        """
        if self._process is not None:
            return
        self._data_dir.mkdir(parents=True, exist_ok=True)
        jars = await asyncio.to_thread(class_path)
        for attempts_left in (2, 1, 0):
            self._configure()
            await self._format(jars)
            self._process = self._spawn(jars, "kafka.Kafka", str(self._data_dir / "server.properties"))
            if await self._came_up(self._process):
                return
            await self.kill()
            if not attempts_left or not self._port_was_taken():
                raise BrokerStartError(f"the broker on {self.bootstrap_servers} did not start:\n{self._log_tail()}")
            self._port = self._wanted_port

    async def stop(self) -> None:
        """Shut down in order; after 7 s by force."""
        if self._process is None:
            return
        self._process.terminate()
        self._process.send_signal(signal.SIGCONT)
        try:
            await asyncio.to_thread(self._process.wait, _STOP_SECONDS)
        except subprocess.TimeoutExpired:
            await self.kill()
        self._process = None

    async def kill(self) -> None:
        """End it at once, as `kill -9` does."""
        if self._process is not None:
            self._process.kill()
            await asyncio.to_thread(self._process.wait)
            self._process = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    def _configure(self) -> None:
        self._port = self._port or _free_port()
        properties = _PROPERTIES.format(
            host=_HOST, port=self._port, controller_port=_free_port(), logs=(self._data_dir / "logs").as_posix()
        )
        (self._data_dir / "server.properties").write_text(properties)

    async def _format(self, jars: str) -> None:
        if (self._data_dir / "logs" / "meta.properties").exists():
            return
        cluster = urlsafe_b64encode(uuid.uuid4().bytes).rstrip(b"=").decode()
        formatting = self._spawn(
            jars,
            "kafka.tools.StorageTool",
            *("format", f"--cluster-id={cluster}", "-c", str(self._data_dir / "server.properties")),
        )
        if await asyncio.to_thread(formatting.wait):
            raise BrokerStartError(f"cannot format {self._data_dir} for the broker:\n{self._log_tail()}")

    def _spawn(self, jars: str, main: str, *arguments: str) -> subprocess.Popen[bytes]:
        """Start Java in the calling thread, whose end would be the child's too: never in one of a pool."""
        with (self._data_dir / "broker.log").open("ab") as log:
            return subprocess.Popen(  # noqa: S603 (our own command)
                [
                    str(java()),
                    *("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"),
                    *("-Dorg.slf4j.simpleLogger.defaultLogLevel=warn", "-Dorg.slf4j.simpleLogger.showDateTime=true"),
                    *("-cp", jars, main, *arguments),
                ],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C is for the parent, which then stops the broker in order
                preexec_fn=_die_with_parent,  # noqa: PLW1509 (one system call, no lock)
            )

    async def _came_up(self, process: subprocess.Popen[bytes]) -> bool:
        """Whether it serves consumer groups in time, rather than ending or hanging."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_START_SECONDS):
                while process.poll() is None:
                    if await groups_work(_HOST, self._port):
                        return True
                    await asyncio.sleep(0.1)
        return False

    def _port_was_taken(self) -> bool:
        return not self._wanted_port and not _is_free(self._port)

    def _log_tail(self, lines: int = 20) -> str:
        log = (self._data_dir / "broker.log").read_text(errors="replace")
        return "\n".join(log.splitlines()[-lines:])


def _die_with_parent() -> None:
    if _LIBC is not None:
        _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _free_port() -> int:
    for port in random.sample(_PORTS, k=len(_PORTS)):
        if _is_free(port):
            return port
    raise BrokerStartError(f"no port between {_PORTS.start} and {_PORTS.stop - 1} is free on {_HOST}")


def _is_free(port: int) -> bool:
    with socket.socket() as candidate, contextlib.suppress(OSError):
        candidate.bind((_HOST, port))
        return True
    return False
