"""A web of stored pages in a process of its own, each site on an address of its own, packed as news servers pack them.

    python -m benchmarks.pipeline.stored_web DATA WORDS SET …

Pages whose text has more than WORDS words are left out. Prints the URLs by host as one line of JSON once it answers,
and serves until its input ends.
"""

import asyncio
import json
import socket
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

import uvicorn

from benchmarks.extraction.pages import Page, load

_ROBOTS = b"User-agent: *\nAllow: /\n"
_Answer = tuple[bytes, list[tuple[bytes, bytes]]]


async def main(data: Path, words: int, sets: list[str]) -> None:
    by_site: dict[str, list[Page]] = defaultdict(list)
    for page in (page for name in sets for page in load(data, name)):
        if len((page.gold["text"] or "").split()) <= words:
            by_site[page.site].append(page)
    addresses = [f"127.2.{1 + at // 250}.{1 + at % 250}" for at in range(len(by_site))]
    sockets = _listening(addresses)
    port = sockets[0].getsockname()[1]
    hosts = [f"{address}:{port}" for address in addresses]
    web = {host: _site(pages) for host, pages in zip(hosts, by_site.values(), strict=True)}
    server = uvicorn.Server(
        uvicorn.Config(_application(web), log_level="error", lifespan="off", access_log=False, interface="asgi3")
    )
    serving = asyncio.create_task(server.serve(sockets))
    print(json.dumps({host: [f"http://{host}{path}" for path in site] for host, site in web.items()}), flush=True)
    await asyncio.to_thread(sys.stdin.read)
    server.should_exit = True
    await serving


def _listening(addresses: list[str]) -> list[socket.socket]:
    sockets: list[socket.socket] = []
    for address in addresses:
        held = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)  # else Nagle delays answers
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        held.bind((address, sockets[0].getsockname()[1] if sockets else 0))
        sockets.append(held)
    return sockets


def _site(pages: list[Page]) -> dict[str, _Answer]:
    """By path what is answered; the files are packed already."""
    return {
        f"/news/{page.gold['id']}": (
            page.file.read_bytes(),
            [
                (b"content-type", f"text/html; charset={page.gold['encoding']}".encode()),
                (b"content-encoding", b"gzip"),
            ],
        )
        for page in pages
    }


def _application(web: dict[str, dict[str, _Answer]]) -> Any:
    async def answer(scope: dict[str, Any], _receive: Any, send: Any) -> None:
        host = dict(scope["headers"])[b"host"].decode()
        status, (body, headers) = 200, web[host].get(scope["path"], (b"", []))
        if scope["path"] == "/robots.txt":
            body, headers = _ROBOTS, [(b"content-type", b"text/plain")]
        elif not headers:
            status = 404
        headers = [*headers, (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    return answer


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]))
