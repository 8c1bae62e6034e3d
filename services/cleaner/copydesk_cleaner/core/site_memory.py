"""What the cleaner knows of sites, in bounds: the sites that were not seen for longest are forgotten first.

A forgotten site costs quality on its next pages only; it is learned again, or read again at the next start.
"""

from collections import OrderedDict
from datetime import datetime

from copydesk.contracts import SiteLearned
from copydesk_cleaner.core.site_knowledge import NOTHING_KNOWN, SiteKnowledge
from copydesk_cleaner.core.site_study import Sighting, SiteStudy

MOST_SITES = 1_000
"""Sites in memory, of some 30 KB each."""


class SiteMemory:
    """`knowledge` before a page is cleaned, `observe` after; `merge` takes in what others publish."""

    def __init__(self, most_sites: int = MOST_SITES) -> None:
        self._most = most_sites
        self._sites: OrderedDict[str, SiteStudy] = OrderedDict()

    def knowledge(self, site: str, article: str) -> SiteKnowledge:
        """What holds on the page of `article`, an id; nothing of it stems from that article itself."""
        study = self._sites.get(site)
        return study.knowledge(article) if study else NOTHING_KNOWN

    def observe(self, site: str, sighting: Sighting, now: datetime) -> SiteLearned | None:
        """Learn from a page; returns the record to publish when the others should know."""
        study = self._study(site)
        return study.record(site, now) if study.observe(sighting, now) else None

    def merge(self, record: SiteLearned) -> None:
        self._study(record.site).merge(record)

    def __len__(self) -> int:
        return len(self._sites)

    def _study(self, site: str) -> SiteStudy:
        study = self._sites.setdefault(site, SiteStudy())
        self._sites.move_to_end(site)
        while len(self._sites) > self._most:
            self._sites.popitem(last=False)
        return study
