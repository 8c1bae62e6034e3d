"""Query parameters that a site's own canonical addresses leave out or keep, learned page by page.

A parameter that five pages' canonical addresses drop and none keeps says nothing on that site, and links with it lead
to pages that are known. What any page keeps is never dropped, though it be on the list of campaign marks, if the list
calls it contested.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from urllib.parse import unquote

from copydesk_crawler.core.urls.canonical_url import Address, Rejected, canonical_url
from copydesk_crawler.core.urls.sites import site_of
from copydesk_crawler.core.urls.story_names import IDENTITY, names_story_surely, path_of
from copydesk_crawler.core.urls.tracking_parameters import CONTESTED, says_nothing
from copydesk_crawler.core.urls.url_variants import variant_of

PAGES_TO_STRIP = 5
MOST_PARAMETERS = 20
"""Parameters read of one address; whoever writes more does not mean them."""

_MOST_NAME = 64


@dataclass(frozen=True)
class ParameterSeen:
    """What one page's canonical address says of one parameter, by lower-case name: kept, or else dropped."""

    site: str
    parameter: str
    kept: bool


@dataclass(frozen=True)
class ParameterEvidence:
    """How many pages of a site keep and drop a parameter: a row of the table of parameters."""

    site: str
    parameter: str
    kept: int
    dropped: int

    @property
    def is_noise(self) -> bool:
        return self.kept == 0 and self.dropped >= PAGES_TO_STRIP


@dataclass(frozen=True)
class ParameterRules:
    """What to do with parameters on one site: remove those in `stripped`, spare those in `kept`."""

    stripped: frozenset[str] = frozenset()
    kept: frozenset[str] = frozenset()


NO_RULES = ParameterRules()


def observe(page: Address, canonical: Address) -> tuple[ParameterSeen, ...]:
    """Evidence from a page whose declared canonical address is believed; to be counted once for each page.

    Only an address of the same path tells what a parameter is worth: another path may say the same in other words.
    `canonical` comes from `canonical_url(…, keep_tracking=True)`, so that contested marks can be seen kept.
    """
    site = site_of(page)
    if site_of(canonical) != site:
        return ()
    variant = variant_of(page)
    shown = variant.address if variant else page
    kept = _names(canonical)
    seen = [ParameterSeen(site, name, True) for name in sorted(kept) if _is_worth_learning(name)]
    if path_of(shown) == path_of(canonical):
        droppable = _names(shown) - kept - (frozenset() if names_story_surely(canonical) else IDENTITY)
        seen += [ParameterSeen(site, name, False) for name in sorted(droppable) if _is_worth_learning(name)]
    return tuple(seen)


def rules_of(evidence: Iterable[ParameterEvidence]) -> ParameterRules:
    """The rules that the evidence of one site amounts to."""
    rows = list(evidence)
    return ParameterRules(
        frozenset(row.parameter for row in rows if row.is_noise),
        frozenset(row.parameter for row in rows if row.kept > 0),
    )


def strip(address: Address, rules: ParameterRules) -> Address:
    """The address without what says nothing on its site."""
    head, mark, query = address.url.partition("?")
    if not mark or not rules.stripped:
        return address
    left = [pair for pair in query.split("&") if _name(pair) not in rules.stripped]
    url = f"{head}?{'&'.join(left)}" if left else head
    return address if url == address.url else replace(address, url=url)


def site_address(
    raw: str, base: str | None, rules_for: Callable[[str], ParameterRules] = lambda _: NO_RULES
) -> Address | Rejected:
    """The canonical address by the rules of its site, which `rules_for` gives by the name of the site."""
    address = canonical_url(raw, base)
    if isinstance(address, Rejected) or "?" not in raw:
        return address
    rules = rules_for(site_of(address))
    if rules.kept & CONTESTED:
        spared = canonical_url(raw, base, kept=rules.kept)
        address = address if isinstance(spared, Rejected) else spared
    return strip(address, rules)


def _is_worth_learning(name: str) -> bool:
    """Marks that always go are not worth a row, and a name that nobody would write is none."""
    return 0 < len(name) <= _MOST_NAME and (name in CONTESTED or not says_nothing(name))


def _names(address: Address) -> frozenset[str]:
    pairs = [pair for pair in address.url.partition("?")[2].split("&") if pair]
    return frozenset(map(_name, pairs[:MOST_PARAMETERS]))


def _name(pair: str) -> str:
    return unquote(pair.partition("=")[0]).lower()
