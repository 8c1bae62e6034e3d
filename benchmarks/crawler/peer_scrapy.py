"""Scrapy over a list of URLs, as polite as Copydesk: robots.txt, one request at a time per host, the same concurrency.

    python -m benchmarks.crawler.peer_scrapy URLS.json CONCURRENCY

It yields an item a page with the body's hash; extensions, cookies and logs are off. URLs are scheduled round the hosts,
and the queue is the one that Scrapy recommends for many hosts.
"""

import json
import sys
from collections.abc import AsyncIterator, Iterator
from hashlib import sha256
from itertools import chain, zip_longest
from pathlib import Path
from typing import Any

import scrapy
from scrapy.crawler import CrawlerProcess


class Pages(scrapy.Spider):  # type: ignore[misc]  # the library is no dependency of ours
    name = "pages"

    def __init__(self, urls: list[str]) -> None:
        super().__init__()
        self._urls = urls

    async def start(self) -> AsyncIterator[Any]:
        for url in self._urls:
            yield scrapy.Request(url, dont_filter=True)

    def parse(self, response: Any) -> Iterator[dict[str, str]]:
        yield {"url": response.url, "sha256": sha256(response.body).hexdigest()}


def main(urls_by_host: dict[str, list[str]], concurrency: int) -> None:
    settings = {
        "ROBOTSTXT_OBEY": True,
        "CONCURRENT_REQUESTS": concurrency,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
        "DOWNLOAD_DELAY": 0,
        "SCHEDULER_PRIORITY_QUEUE": "scrapy.pqueues.DownloaderAwarePriorityQueue",
        "COOKIES_ENABLED": False,
        "TELNETCONSOLE_ENABLED": False,
        "EXTENSIONS": {
            "scrapy.extensions.corestats.CoreStats": None,
            "scrapy.extensions.logstats.LogStats": None,
            "scrapy.extensions.memusage.MemoryUsage": None,
        },
        "LOG_LEVEL": "ERROR",
        "USER_AGENT": "Scrapy (+https://crawler.example/scrapy)",
    }
    rounds = zip_longest(*urls_by_host.values())
    process = CrawlerProcess(settings)
    process.crawl(Pages, urls=[url for url in chain.from_iterable(rounds) if url])
    process.start()


if __name__ == "__main__":
    main(json.loads(Path(sys.argv[1]).read_text()), int(sys.argv[2]))
