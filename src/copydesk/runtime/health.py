"""`/live`, `/ready` and `/metrics` of a process, for its orchestrator."""

import asyncio
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Self

import uvicorn
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from copydesk.runtime.service import Service
from copydesk.settings import TelemetrySettings
from copydesk.telemetry import Metrics


class HealthServer:
    """Answers on `settings.port` while the context is open; without a port nothing listens.

    `/live` asks no dependency, `/ready` names those that are away (503). Entering raises `OSError` when the port
    is taken.
    """

    def __init__(self, services: Sequence[Service], metrics: Metrics, settings: TelemetrySettings) -> None:
        self._services = services
        self._metrics = metrics
        self._settings = settings
        self._server: _QuietServer | None = None
        self._serving: asyncio.Task[None] | None = None
        self.app = Starlette(
            routes=[Route("/live", self._live), Route("/ready", self._ready), Route("/metrics", self._scrape)]
        )

    async def __aenter__(self) -> Self:
        if self._settings.port is not None:
            listening = _listen(self._settings.host, self._settings.port)
            self._server = _QuietServer(
                uvicorn.Config(self.app, log_config=None, access_log=False, lifespan="off", timeout_graceful_shutdown=1)
            )
            self._serving = asyncio.create_task(self._server.serve(sockets=[listening]))
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._server is not None and self._serving is not None:
            self._server.should_exit = True
            await self._serving

    async def _live(self, _: Request) -> Response:
        stalled = [service.name for service in self._services if not service.alive()]
        return JSONResponse({"stalled": stalled}, 503 if stalled else 200)

    async def _ready(self, _: Request) -> Response:
        away = {service.name: dict(causes) for service in self._services if (causes := service.ready())}
        return JSONResponse({"away": away}, 503 if away else 200)

    async def _scrape(self, _: Request) -> Response:
        return Response(generate_latest(self._metrics.registry), media_type=CONTENT_TYPE_LATEST)


class _QuietServer(uvicorn.Server):
    """Leaves signals to the process, which stops the services first."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def _listen(host: str, port: int) -> socket.socket:
    return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
