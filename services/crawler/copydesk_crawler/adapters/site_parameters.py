"""Which query parameters say nothing on which site: learned from pages, shared through Postgres, used on discovery."""

from collections import Counter, defaultdict
from collections.abc import Iterable

from copydesk.runtime.ports import Clock
from copydesk.storage.url_parameters import ParameterCount, UrlParameters
from copydesk_crawler.core.urls.url_parameters import (
    NO_RULES,
    PAGES_TO_STRIP,
    ParameterEvidence,
    ParameterRules,
    ParameterSeen,
    rules_of,
)

_EVERY_SECONDS = 60.0


class SiteParameters:
    """The rules of all sites as of the last minute, and what this crawler saw since.

    What was seen and not yet stored is lost with the process; other pages will say the same.
    """

    def __init__(self, store: UrlParameters, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._seen: Counter[ParameterSeen] = Counter()
        self._rules: dict[str, ParameterRules] = {}
        self._due = 0.0

    def rules_for(self, site: str) -> ParameterRules:
        return self._rules.get(site, NO_RULES)

    def learn(self, seen: Iterable[ParameterSeen]) -> None:
        """Count what one page says."""
        self._seen.update(seen)

    async def exchange(self) -> None:
        """Store what was seen and load what all crawlers know, once a minute. Raises `DependencyUnavailableError`."""
        if self._clock.monotonic() < self._due:
            return
        await self.store()
        by_site: defaultdict[str, list[ParameterEvidence]] = defaultdict(list)
        for row in await self._store.load(PAGES_TO_STRIP):
            by_site[row.site].append(ParameterEvidence(*row))
        self._rules = {site: rules_of(evidence) for site, evidence in by_site.items()}
        self._due = self._clock.monotonic() + _EVERY_SECONDS

    async def store(self) -> None:
        """Store what was seen. Raises `DependencyUnavailableError`; nothing is counted twice for it."""
        seen, self._seen = self._seen, Counter()
        counts: defaultdict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
        for each, pages in seen.items():
            counts[each.site, each.parameter][not each.kept] += pages
        try:
            if counts:
                await self._store.add([ParameterCount(*key, *count) for key, count in sorted(counts.items())])
        except ConnectionError:
            self._seen.update(seen)
            raise
