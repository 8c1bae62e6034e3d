"""Running services in one process: signals, crashes, the grace period, and what an orchestrator may ask."""

import asyncio
import os
import signal
from collections.abc import Mapping

import httpx
import pytest

from copydesk.runtime import lifecycle
from copydesk.runtime.health import HealthServer
from copydesk.runtime.lifecycle import run_services
from copydesk.runtime.service import UnusableSettingError
from copydesk.settings import TelemetrySettings
from copydesk.telemetry import Metrics


class Newsstand:
    """A service that does what the test says."""

    def __init__(self, name: str = "newsstand") -> None:
        self.name = name
        self.started = asyncio.Event()
        self.finished = False
        self.away: dict[str, str] = {}
        self.breathing = True
        self.fails = False
        self.dawdles = False

    async def run(self, stop: asyncio.Event) -> None:
        self.started.set()
        if self.fails:
            raise ZeroDivisionError("a bug")
        await stop.wait()
        if self.dawdles:
            await asyncio.Event().wait()
        self.finished = True

    def idle(self) -> bool:
        return False

    def ready(self) -> Mapping[str, str]:
        return self.away

    def alive(self) -> bool:
        return self.breathing


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 0), (signal.SIGINT, 130)])
async def test_a_signal_stops_every_service_cleanly(number: signal.Signals, code: int) -> None:
    services = [Newsstand("one"), Newsstand("two")]
    running = asyncio.create_task(run_services(services, asyncio.Event()))
    await services[1].started.wait()
    os.kill(os.getpid(), number)
    async with asyncio.timeout(5):
        assert await running == code
    assert [service.finished for service in services] == [True, True]


async def test_a_crash_stops_the_others_and_shows_in_the_exit_code() -> None:
    sound, broken = Newsstand("sound"), Newsstand("broken")
    broken.fails = True
    async with asyncio.timeout(5):
        assert await run_services([sound, broken], asyncio.Event()) == 1
    assert sound.finished


async def test_a_crash_after_another_service_has_ended_is_noticed() -> None:
    ended = asyncio.Event()

    class Short(Newsstand):
        async def run(self, stop: asyncio.Event) -> None:
            ended.set()

    class Late(Newsstand):
        async def run(self, stop: asyncio.Event) -> None:
            await ended.wait()
            await asyncio.sleep(0)
            raise ZeroDivisionError

    sound = Newsstand()
    async with asyncio.timeout(5):
        assert await run_services([Short("short"), Late("late"), sound], asyncio.Event()) == 1
    assert sound.finished


async def test_a_service_that_does_not_stop_is_cancelled_after_the_grace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lifecycle, "GRACE_SECONDS", 0.05)
    service, stop = Newsstand(), asyncio.Event()
    service.dawdles = True
    stop.set()
    async with asyncio.timeout(5):
        assert await run_services([service], stop) == 0
    assert not service.finished


async def test_health_tells_stalled_from_unready() -> None:
    service, metrics = Newsstand("tagger"), Metrics()
    metrics.outcomes.labels("tagger", "passed", "").inc(3)
    app = HealthServer([service], metrics, TelemetrySettings()).app
    client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://health")

    assert (await client.get("/live")).status_code == (await client.get("/ready")).status_code == 200
    service.away = {"broker": "no answer from kafka:9092"}
    answer = await client.get("/ready")
    assert (answer.status_code, answer.json()) == (503, {"away": {"tagger": {"broker": "no answer from kafka:9092"}}})
    assert (await client.get("/live")).status_code == 200
    service.breathing = False
    answer = await client.get("/live")
    assert (answer.status_code, answer.json()) == (503, {"stalled": ["tagger"]})
    assert (
        'copydesk_messages_total{outcome="passed",reason="",stage="tagger"} 3.0' in (await client.get("/metrics")).text
    )


async def test_without_a_port_nothing_listens() -> None:
    async with HealthServer([], Metrics(), TelemetrySettings()):  # a socket would be refused in unit tests
        pass


async def test_a_service_that_cannot_use_its_settings_ends_the_process_with_its_own_words() -> None:
    class Misplaced(Newsstand):
        async def run(self, stop: asyncio.Event) -> None:
            raise UnusableSettingError("the kiosk is taken; choose another by KIOSK")

    other = Newsstand("other")
    with pytest.raises(UnusableSettingError, match="choose another by KIOSK"):
        await run_services([Misplaced(), other], asyncio.Event())
    assert other.finished
