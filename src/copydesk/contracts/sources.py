"""A news source as operators configure it; the same shape in YAML, in the database and in `sources list --json`."""

from typing import Annotated

from msgspec import Meta, Struct

from copydesk.contracts.rights import DisplayRights, Reservation


class Source(Struct, frozen=True, kw_only=True):
    """`name` is unique; feeds and sitemaps are found from `url` where none are given.

    `sections` are pages whose article links are followed, beside the home page. `poll_every` (seconds) fixes the time
    between two polls, which is learned from the source's rhythm otherwise.

    `country` is ISO 3166-1 alpha-2, `language` BCP 47. `ignore_robots` lifts robots.txt for configured feeds and
    sitemaps only, never for articles.

    `retention`: days after which the text of an article is dropped, while its metadata stays. `licence` is an SPDX id,
    a URL or a contract's name; `display_rights` say how much readers may be shown. `opt_outs` are reservations that
    the source's pages do not declare themselves: they go with every article, and `noarchive` keeps pages out of the
    archive; none of them keeps pages out altogether, which `enabled: false` does.
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
    retention: Annotated[int, Meta(gt=0)] | None = None
    licence: str | None = None
    display_rights: DisplayRights | None = None
    opt_outs: list[Reservation] = []
