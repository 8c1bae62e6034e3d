"""What an operator should know of a source: how much it would give, what is wrong with it, and the way out."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from copydesk_crawler.core.discovery.discovered import DocumentKind, Entry, Findings
from copydesk_crawler.core.urls.canonical_url import Address, canonical_url
from copydesk_crawler.core.urls.sites import site_of

SILENT = timedelta(days=30)
_LONGEST_WINDOW = timedelta(days=14)
_SHORTEST_WINDOW = timedelta(hours=1)
_FEWEST_DATED = 3
_KEPT = 0.9
"""Share of the newest entries that count: pinned and evergreen pages would stretch the window."""

_WAYS_OUT = (
    ("robots-disallowed", "robots.txt forbids it: name another document, or ask for leave and set ignore_robots"),
    ("robots-unreachable", "robots.txt cannot be had, so nothing may be asked: try later, or check the host name"),
    ("http-404", "it is not there: remove it, or leave the list empty to have documents found"),
    ("http-410", "it was withdrawn for good: remove it"),
    ("http-401", "it wants a login: name a public document"),
    ("http-403", "the server turns us away: name yourself in http.user_agent, or ask the publisher"),
    ("http-5", "the server is in trouble: try again later"),
    ("http-", "the server refuses: open the address in a browser and name the one that it ends at"),
    ("not-a-feed", "something else came: open it in a browser and name the feed itself"),
    ("not-a-sitemap", "something else came: open it in a browser and name the sitemap itself"),
    ("empty-sitemap-index", "it names no sitemaps: remove it"),
    ("json-feed-malformed", "its JSON is broken: tell the publisher, or name another feed"),
    ("not-html", "the home page is no HTML: correct the source's url"),
    ("xml-", "it declares entities or nests too deeply, and is never parsed: name another document"),
    ("body-too-large", "it is larger than http.max_body_bytes: name a smaller document or raise the limit"),
    ("dns-failed", "the host name does not resolve: correct the address"),
    ("address-", "it leads to a private address: correct it, or allow the network in http.allow_networks"),
    ("timeout", "it did not answer in time: try again later"),
    ("connect", "the host does not answer: try again later, or correct the address"),
    ("host-busy", "the host asks to be left alone: try again later"),
    ("parser-", "reading it took too much time or memory: name a smaller document"),
    ("redirect-", "its redirects lead nowhere: name the address where it lies"),
    ("too-many-redirects", "its redirects have no end: name the address where it lies"),
)  # fmt: skip


@dataclass(frozen=True)
class DocumentCheck:
    """One document of a source. `status` is `read` or the label of what went wrong; `named` tells it is configured."""

    url: str
    kind: DocumentKind
    status: str
    named: bool
    entries: int = 0
    dated: int = 0
    newest: datetime | None = None
    moved_to: str | None = None
    hub: str | None = None


@dataclass
class Verdict:
    """`problems` have to be solved for the source to be of use; `notes` are worth a look. Each names its way out."""

    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def way_out(label: str) -> str:
    """What to do about a document's problem."""
    return next((text for start, text in _WAYS_OUT if label.startswith(start)), "try again later")


def articles_a_day(documents: Sequence[Findings], now: datetime) -> float | None:
    """How many articles a day a source would give; None where too few entries have a date.

    Each document shows a window of its own length, so its new entries count over its own window, up to a fortnight;
    what an earlier document lists is not counted again. Sitemaps that list no news have dates of changes, not of
    articles: they count only where there is nothing else.
    """
    news = [each for each in documents if each.lists_news] or list(documents)
    seen: set[str] = set()
    rate, dated, total = 0.0, 0, 0
    for findings in sorted(news, key=lambda each: -len(each.entries)):
        fresh = [entry for entry in findings.entries if entry.url not in seen]
        seen |= {entry.url for entry in fresh}
        moments = sorted(
            (entry.published for entry in fresh if entry.published and entry.published <= now), reverse=True
        )
        total, dated = total + len(fresh), dated + len(moments)
        recent = [moment for moment in moments if now - moment <= _LONGEST_WINDOW]
        if not recent:
            continue
        kept = recent[: max(1, round(len(recent) * _KEPT))] if len(recent) == len(moments) else recent
        window = _LONGEST_WINDOW if len(recent) < len(moments) else max(now - kept[-1], _SHORTEST_WINDOW)
        rate += len(kept) / (window / timedelta(days=1))
    if dated < _FEWEST_DATED or dated < total / 2:
        return None
    return round(rate, 1)


def assess(url: str, documents: Sequence[DocumentCheck], found: Sequence[Findings], now: datetime) -> Verdict:
    """What is wrong with a source at `url`, given what was read of it."""
    verdict = Verdict()
    for each in documents:
        if each.status != "read":
            out = (
                "correct the source's url" if (each.kind, each.status) == ("home", "http-404") else way_out(each.status)
            )
            verdict.problems.append(f"{each.url}: {each.status}: {out}")
        elif each.moved_to and each.named:
            verdict.notes.append(f"{each.url}: moved for good to {each.moved_to}: put that into the source's entry")
    entries = [entry for findings in found for entry in findings.entries]
    newest = max((entry.published for entry in entries if entry.published), default=None)
    if not entries:
        verdict.problems.append("no entries: name a feed or a sitemap of this source")
    elif newest is None:
        verdict.notes.append(
            "no dates: the rhythm is learned from when pages are found; name a feed or news sitemap with dates"
        )
    elif now - newest > SILENT:
        verdict.problems.append(
            f"silent: the newest entry is of {newest:%Y-%m-%d}: name the feed in use, or disable the source"
        )
    elif newest - now > timedelta(days=1):
        verdict.notes.append(f"dates in the future: the newest entry is of {newest:%Y-%m-%d}: tell the publisher")
    if entries and _all_elsewhere(url, entries):
        verdict.problems.append(
            f"all entries lie on other sites than {url}: correct the url or name the site's own feed"
        )
    return verdict


def _all_elsewhere(url: str, entries: Sequence[Entry]) -> bool:
    home = canonical_url(url)
    if not isinstance(home, Address):
        return False
    addresses = (canonical_url(entry.url, url) for entry in entries[:200])
    return all(isinstance(address, Address) and site_of(address) != site_of(home) for address in addresses)
