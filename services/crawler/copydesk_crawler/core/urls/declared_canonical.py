"""Which of the addresses that a page declares for itself (rel=canonical, og:url) to believe.

Templates declare home pages, sections and yesterday's story as the canonical form of every page, so a declaration
counts only where it makes sense: the same site, an address that names a story, and not one that others share.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from copydesk_crawler.core.urls.canonical_url import Address, canonical_url
from copydesk_crawler.core.urls.sites import site_of
from copydesk_crawler.core.urls.story_names import (
    IDENTITY,
    is_home,
    names_story,
    names_story_surely,
    parameters_of,
    path_of,
    story_words,
)
from copydesk_crawler.core.urls.url_variants import same_page_by_name, variant_of

MOST_DECLARERS = 2
"""An address that more than so many other pages declare is a template's, not a page's."""

_MOST_DECLARATIONS = 4

Belief = Literal["itself", "spelling", "variant", "parameters", "same-name", "same-site"]
Disbelief = Literal[
    "undeclared",
    "unusable",
    "other-site",
    "other-port",
    "variant",
    "home-page",
    "section",
    "drops-identity",
    "other-story",
    "shared",
]


@dataclass(frozen=True)
class Believed:
    """`address` is the page's canonical form, `reason` what speaks for it."""

    address: Address
    reason: Belief


@dataclass(frozen=True)
class Disbelieved:
    """The page stands for itself; `reason` is what speaks against its first declaration.

    `syndicated_from` is a story on another site that the page declares to be a copy of: never its identity.
    """

    reason: Disbelief
    syndicated_from: Address | None = None


def declared_addresses(
    page: Address, declared: Sequence[str], kept: frozenset[str] = frozenset()
) -> tuple[Address, ...]:
    """The usable ones among the first addresses that the page writes, each once.

    `kept` are the contested parameters that mean something on the site, as in `ParameterRules`.
    """
    found = (canonical_url(raw, page.url, kept=kept) for raw in declared[:_MOST_DECLARATIONS] if raw.strip())
    return tuple(dict.fromkeys(address for address in found if isinstance(address, Address)))


def believed_canonical(
    page: Address,
    declared: Sequence[str],
    declared_by: Mapping[str, int] | None = None,
    kept: frozenset[str] = frozenset(),
) -> Believed | Disbelieved:
    """Decide on what a page declares, as it writes it: rel=canonical first, then og:url.

    `declared_by` tells for a declared URL how many other pages, with other bodies, declared it before. `kept` as for
    `declared_addresses`.
    """
    candidates = declared_addresses(page, declared, kept)
    if not candidates:
        return Disbelieved("unusable" if any(raw.strip() for raw in declared) else "undeclared")
    disbelieved: list[Disbelieved] = []
    for candidate in candidates:
        decision = _decided(page, candidate)
        if isinstance(decision, Believed) and _is_shared(decision, declared_by or {}):
            decision = Disbelieved("shared")
        if isinstance(decision, Believed):
            return decision
        disbelieved.append(decision)
    sources = [each.syndicated_from for each in disbelieved if each.syndicated_from]
    return Disbelieved(disbelieved[0].reason, sources[0] if sources else None)


def _is_shared(decision: Believed, declared_by: Mapping[str, int]) -> bool:
    """Forms of the very address may be many: a page for phones, one for printing, one for each campaign."""
    if decision.reason in ("itself", "spelling", "variant"):
        return False
    if decision.reason == "parameters" and names_story(decision.address):
        return False
    return declared_by.get(decision.address.url, 0) > MOST_DECLARERS


def _decided(page: Address, candidate: Address) -> Believed | Disbelieved:
    if candidate.url == page.url:
        return Believed(candidate, "itself")
    if site_of(candidate) != site_of(page):
        return Disbelieved("other-site", candidate if names_story(candidate) else None)
    if candidate.port != page.port and candidate.host != candidate.hostname:
        return Disbelieved("other-port")
    if same_page_by_name(page, candidate):
        if variant_of(candidate) and not variant_of(page):
            return Disbelieved("variant")
        return Believed(candidate, "variant" if variant_of(page) else "spelling")
    if is_home(candidate):
        return Disbelieved("home-page")
    variant = variant_of(page)
    shown = variant.address if variant else page
    if path_of(candidate) == path_of(shown):
        return _by_parameters(shown, candidate)
    return _by_path(shown, candidate)


def _by_parameters(page: Address, candidate: Address) -> Believed | Disbelieved:
    """One path, other parameters: fine unless they are what names the story."""
    had, has = parameters_of(page), parameters_of(candidate)
    if any(name in IDENTITY and has[name] != had[name] for name in had.keys() & has.keys()):
        return Disbelieved("other-story")
    named_by = {name for name in had if name in IDENTITY and had[name]}
    if named_by - has.keys() and not names_story_surely(candidate):
        return Disbelieved("drops-identity")
    return Believed(candidate, "parameters")


def _by_path(page: Address, candidate: Address) -> Believed | Disbelieved:
    ours, theirs = path_of(page).rstrip("/"), path_of(candidate).rstrip("/")
    if not names_story(candidate):
        same_name = ours.rpartition("/")[2] == theirs.rpartition("/")[2] != ""
        return Believed(candidate, "same-name") if same_name else Disbelieved("section")
    if names_story(page) and not ours.startswith(theirs + "/") and _differ_in_number(page, candidate):
        return Disbelieved("other-story")
    return Believed(candidate, "same-site")


def _differ_in_number(page: Address, candidate: Address) -> bool:
    """Whether each bears a number of its own and they share no word."""
    ours, theirs = story_words(page), story_words(candidate)
    numbered = all(any(word.isdigit() and len(word) > 3 for word in words) for words in (ours, theirs))
    return numbered and not ours & theirs
