"""The health endpoints over a real socket."""

import asyncio
import socket

import httpx
import pytest

from copydesk.runtime.health import HealthServer
from copydesk.settings import TelemetrySettings
from copydesk.telemetry import Metrics


@pytest.fixture
def port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


async def test_it_answers_while_open_and_frees_the_port_afterwards(port: int) -> None:
    settings = TelemetrySettings(port=port)
    async with asyncio.timeout(20), httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client:
        for _ in range(2):
            async with HealthServer([], Metrics(), settings):
                assert (await client.get("/live")).status_code == 200
                assert "copydesk_messages_total" in (await client.get("/metrics")).text


async def test_a_taken_port_is_an_error(port: int) -> None:
    with socket.create_server(("127.0.0.1", port)), pytest.raises(OSError, match=r"[Aa]ddress already in use"):
        async with HealthServer([], Metrics(), TelemetrySettings(port=port)):
            pass
