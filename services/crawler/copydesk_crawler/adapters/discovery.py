"""Turns addresses that were found somewhere into frontier rows and their first funnel rows."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from copydesk.contracts import StageOutcome, article_id
from copydesk.storage.frontier import Frontier
from copydesk.storage.frontier_rows import NewUrl, Priority
from copydesk_crawler.core.discovery.discovered import Entry
from copydesk_crawler.core.urls.canonical_url import Address
from copydesk_crawler.core.urls.url_parameters import NO_RULES, ParameterRules, site_address

RulesFor = Callable[[str], ParameterRules]
"""The rules of a site by its name."""

_BATCH = 1_000
_OLD = timedelta(days=2)
"""What is older than this when it is found is back-fill."""


@dataclass(frozen=True)
class Discovery:
    """URLs of one source found in one place, with the rejected ones, which are counted too."""

    urls: list[NewUrl] = field(default_factory=list)
    outcomes: list[StageOutcome] = field(default_factory=list)
    rejected: list[StageOutcome] = field(default_factory=list)

    @classmethod
    def together(cls, parts: Sequence["Discovery"]) -> "Discovery | None":
        """Many as one; None of none."""
        if not parts:
            return None
        return cls(
            [url for part in parts for url in part.urls],
            [outcome for part in parts for outcome in part.outcomes],
            [outcome for part in parts for outcome in part.rejected],
        )

    async def store(self, frontier: Frontier) -> int:
        """Write everything down, in batches; returns how many URLs were new."""
        new = 0
        for start in range(0, len(self.urls), _BATCH):
            part = slice(start, start + _BATCH)
            new += await frontier.discover(self.urls[part], self.outcomes[part])
        if self.rejected:
            await frontier.count(self.rejected)
        return new


def discover(
    entries: Iterable[Entry],
    source: str,
    found_on: str,
    now: datetime,
    *,
    priority: Priority,
    redirects: int = 0,
    rules_for: RulesFor = lambda _: NO_RULES,
) -> Discovery:
    """Canonicalise what `found_on` names for `source`, by the rules for parameters of each site.

    What is dated days back is always back-fill.
    """
    found = Discovery()
    for entry in entries:
        address = site_address(entry.url, found_on, rules_for)
        if isinstance(address, Address):
            new = NewUrl(
                id=article_id(address.url),
                url=address.url,
                host=address.host,
                source=source,
                found_on=found_on,
                priority=Priority.BACKFILL if entry.published and now - entry.published > _OLD else priority,
                hints=entry.hints(),
                redirects=redirects,
                listed=entry.listed,
            )
            found.urls.append(new)
            found.outcomes.append(outcome_of(new.id, new.url, source, now, "discovered"))
        else:
            raw = entry.url.encode("utf-8", "replace").decode()[:2_000]
            found.rejected.append(outcome_of(article_id(raw), raw, source, now, "dropped", address.reason))
    return found


def outcome_of(
    identity: str,
    url: str,
    source: str,
    now: datetime,
    outcome: Literal["discovered", "passed", "dropped", "dead-lettered"],
    reason: str | None = None,
    version: int = 0,
) -> StageOutcome:
    """What the funnel shall know of a URL."""
    return StageOutcome(
        id=identity, source=source, url=url, stage="crawler", outcome=outcome, version=version, at=now, reason=reason
    )
