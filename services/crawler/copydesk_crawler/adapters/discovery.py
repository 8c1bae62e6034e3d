"""Turns addresses that were found somewhere into frontier rows and their first funnel rows."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from copydesk.contracts import StageOutcome, article_id
from copydesk.storage.frontier import Frontier, NewUrl
from copydesk_crawler.core.canonical_url import Address, canonical_url
from copydesk_crawler.core.discovered import Entry

NEWS_PRIORITY = 3
ORDINARY_PRIORITY = 5
HINTED_PRIORITY = 7
_BATCH = 1_000


@dataclass(frozen=True)
class Discovery:
    """URLs of one source found in one place, with the rejected ones, which are counted too."""

    urls: list[NewUrl] = field(default_factory=list)
    outcomes: list[StageOutcome] = field(default_factory=list)
    rejected: list[StageOutcome] = field(default_factory=list)

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
    entries: Iterable[Entry], source: str, found_on: str, now: datetime, *, priority: int, redirects: int = 0
) -> Discovery:
    """Canonicalise what `found_on` names for `source`."""
    found = Discovery()
    for entry in entries:
        address = canonical_url(entry.url, found_on)
        if isinstance(address, Address):
            new = NewUrl(
                id=article_id(address.url),
                url=address.url,
                host=address.host,
                source=source,
                found_on=found_on,
                priority=priority,
                hints=entry.hints(),
                redirects=redirects,
            )
            found.urls.append(new)
            found.outcomes.append(_outcome(new.id, new.url, source, now))
        else:
            raw = entry.url.encode("utf-8", "replace").decode()[:2_000]
            found.rejected.append(_outcome(article_id(raw), raw, source, now, address.reason))
    return found


def _outcome(identity: str, url: str, source: str, now: datetime, rejected: str | None = None) -> StageOutcome:
    return StageOutcome(
        id=identity,
        source=source,
        url=url,
        stage="crawler",
        outcome="dropped" if rejected else "discovered",
        version=0,
        at=now,
        reason=rejected,
    )
