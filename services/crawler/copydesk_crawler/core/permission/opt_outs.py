"""Reservations that a page's server, its head or its origin declares, and which of them keep the page out."""

from collections.abc import Collection, Iterable

from copydesk.settings import OptOut
from copydesk_crawler.core.pages.page_head import PageHead
from copydesk_crawler.core.permission.tdm_policy import TdmPolicy, reservation

_DIRECTIVES = {
    "noai": (OptOut.NOAI,),
    "noimageai": (OptOut.NOIMAGEAI,),
    "noindex": (OptOut.NOINDEX,),
    "noarchive": (OptOut.NOARCHIVE,),
    "nocache": (OptOut.NOARCHIVE,),
    "none": (OptOut.NOINDEX,),
}
_WITH_VALUE = frozenset({"unavailable_after", "max-snippet", "max-image-preview", "max-video-preview"})
"""Directives with a colon of their own, which names no agent (Google's robots meta reference)."""

_ORDER = tuple(OptOut)


def declared_opt_outs(
    url: str,
    headers: Iterable[tuple[str, str]],
    head: PageHead,
    policy: TdmPolicy | None,
    product_token: str,
) -> tuple[OptOut, ...]:
    """All that is declared for a page, in a fixed order.

    A TDM reservation in the page replaces one in the headers, and that one the origin's file (TDMRep, "Processing
    priority"), also where it takes the reservation back. `headers` may repeat names; their case does not matter.
    """
    declared: set[OptOut] = set()
    reserved = policy is not None and policy.reserves(url) is not None
    for name, value in headers:
        match name.lower():
            case "x-robots-tag":
                declared |= _robots_tag(value, product_token)
            case "tdm-reservation":
                stated = reservation(value)
                reserved = reserved if stated is None else stated
            case _:
                pass
    for content in head.robots:
        declared |= _directives(content.split(","))
    stated = reservation(head.tdm_reservation)
    if reserved if stated is None else stated:
        declared.add(OptOut.TDM_RESERVATION)
    return tuple(kind for kind in _ORDER if kind in declared)


def obeyed(opt_outs: Collection[OptOut], settings: Collection[OptOut]) -> str | None:
    """Why the page is dropped, as the funnel names it; None when it stays. Noarchive drops nothing."""
    for kind in _ORDER:
        if kind in opt_outs and kind in settings and kind is not OptOut.NOARCHIVE:
            return f"opt-out-{kind.value}"
    return None


def may_archive(opt_outs: Collection[OptOut], settings: Collection[OptOut]) -> bool:
    """Whether the bytes may be kept as they came: not where that is forbidden, nor where the page is dropped for it."""
    kept_out = OptOut.NOARCHIVE in opt_outs and OptOut.NOARCHIVE in settings
    return not kept_out and obeyed(opt_outs, settings) is None


def _robots_tag(value: str, product_token: str) -> set[OptOut]:
    """The directives of one X-Robots-Tag header that are for everybody or for us.

    A name before a colon addresses all that follows it, until another name does.
    """
    ours: list[str] = []
    listening = True
    for part in value.split(","):
        name, colon, rest = part.partition(":")
        agent = name.strip().lower()
        addressed = colon and agent not in _WITH_VALUE
        if addressed:
            listening = agent in ("*", product_token.lower())
        if listening:
            ours.append(rest if addressed else part)
    return _directives(ours)


def _directives(parts: Iterable[str]) -> set[OptOut]:
    return {kind for part in parts for word in part.split() for kind in _DIRECTIVES.get(word.strip(";").lower(), ())}
