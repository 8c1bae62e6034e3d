"""What a loopback web consists of; the same plan gives the same addresses and the same bytes everywhere."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from copydesk.contracts import Source


@dataclass(frozen=True)
class HostPlan:
    """How one host behaves; every duration is in seconds.

    `forbidden` pages exist, but robots.txt disallows them. An answer begins after `latency` and takes `drip` from its
    first to its last byte. Each `busy_every`-th page request is a 429 with Retry-After of `retry_after`. `publishing`
    holds the times after the start, when the pages are still being printed, at which they come out, one a page; without
    it all are there at once.
    """

    pages: int = 50
    forbidden: int = 0
    latency: float = 0.0
    drip: float = 0.0
    crawl_delay: float | None = None
    busy_every: int = 0
    retry_after: int = 1
    publishing: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        if self.publishing and len(self.publishing) != self.pages:
            raise ValueError(f"{len(self.publishing)} times of publication for {self.pages} pages")


@dataclass(frozen=True)
class WebPlan:
    """`hosts` stand on 127.x.y.z addresses, all on one port. `median_bytes` is the HTML's size before compression."""

    hosts: tuple[HostPlan, ...]
    seed: int = 1
    median_bytes: int = 100_000
    network: int = 40

    def address(self, host: int) -> str:
        return f"127.{self.network}.{1 + host // 250}.{1 + host % 250}"


class PageRecord(NamedTuple):
    """One page as served; `published` is when it came out."""

    host: int
    path: str
    sha256: str
    size: int
    published: datetime


@dataclass(frozen=True)
class Manifest:
    """What is served on `port`, by URL; `forbidden` URLs are not to be asked for."""

    plan: WebPlan
    port: int
    pages: Mapping[str, PageRecord] = field(repr=False)
    forbidden: tuple[str, ...] = field(repr=False)

    def base(self, host: int) -> str:
        return f"http://{self.host(host)}"

    def host(self, host: int) -> str:
        """The name by which the crawler keeps a host apart from others."""
        return f"{self.plan.address(host)}:{self.port}"

    def sources(self, *, feeds: bool = True) -> list[Source]:
        """One source a host, naming its feed, or else its sitemap."""
        return [
            Source(
                name=f"loopback-{at}",
                url=f"{self.base(at)}/",
                feeds=[f"{self.base(at)}/feed.xml"] if feeds else [],
                sitemaps=[] if feeds else [f"{self.base(at)}/sitemap.xml"],
            )
            for at in range(len(self.plan.hosts))
        ]

    def by_host(self) -> dict[str, list[str]]:
        """URLs of each host, in their order."""
        found: dict[str, list[str]] = {self.host(at): [] for at in range(len(self.plan.hosts))}
        for url, page in self.pages.items():
            found[self.host(page.host)].append(url)
        return found
