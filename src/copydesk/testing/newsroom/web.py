"""The HTTP side of a demo publisher: conditional GET, gzip, and a log of requests."""

import gzip
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from copydesk.testing.newsroom.site import Resource, Site


@dataclass(frozen=True)
class RequestLine:
    """One answered request; ``started`` and ``ended`` are monotonic seconds, ``path`` has the query string."""

    publisher: str
    path: str
    status: int
    started: float
    ended: float


class SiteApp:
    """Serve one site at the step that ``current_step`` tells."""

    def __init__(self, site: Site, current_step: Callable[[], int], log: list[RequestLine]) -> None:
        self._site = site
        self._current_step = current_step
        self._log = log

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = time.monotonic()
        request = Request(scope, receive)
        resource = self._site.resource(request.url.path, self._current_step())
        response = answer(resource, request.method, dict(request.headers))
        await response(scope, receive, send)
        path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        name = self._site.publisher.name
        self._log.append(RequestLine(name, path, response.status_code, started, time.monotonic()))


def answer(resource: Resource, method: str, headers: dict[str, str]) -> Response:
    """Return the response to a request with these lower-case header names (RFC 9110, conditional requests)."""
    if method not in ("GET", "HEAD"):
        return Response(status_code=405, headers={"allow": "GET, HEAD"})
    if resource.status == 301:
        return Response(status_code=301, headers={"location": resource.location})
    if resource.status != 200:
        return Response(resource.body, resource.status, media_type=resource.content_type)
    zipped = "gzip" in headers.get("accept-encoding", "")
    # A strong validator has to differ between the plain and the compressed body.
    tag = f'"{resource.tag}-gz"' if zipped else f'"{resource.tag}"'
    validators = {"etag": tag, "vary": "Accept-Encoding", "cache-control": "max-age=0, must-revalidate"}
    if resource.modified:
        validators["last-modified"] = format_datetime(resource.modified.astimezone(UTC), usegmt=True)
    if _unchanged(resource, tag, headers):
        return Response(status_code=304, headers=validators)
    body = gzip.compress(resource.body, mtime=0) if zipped else resource.body
    encoding = {"content-encoding": "gzip"} if zipped else {}
    return Response(body, 200, {**validators, **encoding, "content-type": resource.content_type})


def _unchanged(resource: Resource, tag: str, headers: dict[str, str]) -> bool:
    if "if-none-match" in headers:
        asked = [each.strip().removeprefix("W/") for each in headers["if-none-match"].split(",")]
        return tag in asked or "*" in asked
    since = _http_date(headers.get("if-modified-since", ""))
    return since is not None and resource.modified is not None and resource.modified <= since


def _http_date(value: str) -> datetime | None:
    try:
        return parsedate_to_datetime(value).astimezone(UTC)
    except (ValueError, TypeError):
        return None
