"""What may be done with an article: what its operator agreed with the source, and what its publisher reserves."""

from collections.abc import Iterable
from typing import Literal

from msgspec import Struct

DisplayRights = Literal["full", "excerpt", "headline", "none"]
"""How much of an article may be shown to readers.

`full`: all of it. `excerpt`: headline, standfirst and at most a snippet, with a link. `headline`: the headline with a
link. `none`: nothing; it may be counted and searched, and no more.
"""

Reservation = Literal["noai", "noimageai", "noindex", "noarchive", "tdm-reservation"]


class Rights(Struct, frozen=True, kw_only=True):
    """Rights in an article, as they were known when it was fetched; null or empty is what nobody stated.

    `licence` is an SPDX id, a URL or a contract's name. `display` is `full`, `excerpt`, `headline` or `none`; more may
    come, and a reader that does not know a value shows nothing. `retention_days`: so many days after it was first
    stored the text is dropped, here, and has to be dropped by whoever copied it. `opt_outs` are the reservations of
    publisher and operator: `noarchive`, `noindex`, `noai`, `noimageai`, `tdm-reservation`; more may come.
    """

    licence: str | None = None
    display: str | None = None
    retention_days: int | None = None
    opt_outs: list[str] = []


def stated_rights(
    *, licence: str | None, display: str | None, retention_days: int | None, opt_outs: Iterable[str]
) -> Rights | None:
    """The rights with each opt-out once, or None where nothing is stated at all."""
    found = Rights(
        licence=licence, display=display, retention_days=retention_days, opt_outs=list(dict.fromkeys(opt_outs))
    )
    return found if found != Rights() else None
