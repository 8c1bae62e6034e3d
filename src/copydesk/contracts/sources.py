"""A news source as operators configure it; the same shape in YAML, in the database and in `sources list --json`."""

from typing import Annotated

from msgspec import Meta, Struct


class Source(Struct, frozen=True, kw_only=True):
    """`name` is unique; feeds and sitemaps are found from `url` where none are given.

    `sections` are pages whose article links are followed, beside the home page. `poll_every` (seconds) fixes the time
    between two polls, which is learned from the source's rhythm otherwise.

    `country` is ISO 3166-1 alpha-2, `language` BCP 47. `ignore_robots` lifts robots.txt for configured feeds and
    sitemaps only, never for articles.
    """

    name: str
    url: str
    feeds: list[str] = []
    sitemaps: list[str] = []
    sections: list[str] = []
    language: str | None = None
    country: str | None = None
    enabled: bool = True
    ignore_robots: bool = False
    poll_every: Annotated[float, Meta(gt=0)] | None = None
