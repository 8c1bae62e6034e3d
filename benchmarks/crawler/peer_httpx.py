"""Raw httpx over a list of URLs: the least that fetching them in Python takes.

    python -m benchmarks.crawler.peer_httpx URLS.json CONCURRENCY

Hosts are taken side by side and each one's pages one after the other, over one connection; bodies are read whole.
"""

import asyncio
import json
import sys
from pathlib import Path

import httpx


async def main(urls_by_host: dict[str, list[str]], concurrency: int) -> None:
    waiting = list(urls_by_host.values())
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=2 * concurrency)
    async with httpx.AsyncClient(limits=limits, timeout=30) as client:

        async def work() -> None:
            while waiting:
                for url in waiting.pop():
                    response = await client.get(url)
                    response.raise_for_status()

        await asyncio.gather(*(work() for _ in range(concurrency)))


if __name__ == "__main__":
    asyncio.run(main(json.loads(Path(sys.argv[1]).read_text()), int(sys.argv[2])))
