"""What is known of the sites whose pages pass: asked before a page is cleaned, told afterwards."""

from datetime import datetime

from copydesk.contracts import DriftChange, Lane, PageFetched, SiteDrift, UrlDiscovered
from copydesk.settings import CleanerSettings
from copydesk.telemetry import Metrics, get_logger
from copydesk_cleaner.adapters.site_store import SiteStore
from copydesk_cleaner.core.article_links import SeenLinks
from copydesk_cleaner.core.document import CleanedDocument
from copydesk_cleaner.core.drift import Alarm, DriftWatch
from copydesk_cleaner.core.page_evidence import discovered, figures_of, links_worth_following, sighting_of
from copydesk_cleaner.core.site_knowledge import NOTHING_KNOWN, SiteKnowledge
from copydesk_cleaner.core.site_memory import SiteMemory
from copydesk_cleaner.core.sites import site_of

MOST_LABELS = 100
"""Sites that the metric names at once."""

_log = get_logger(__name__)


class SiteWatch:
    """Keeps memory and drift watch up to date, and has the store publish what others should know.

    Plain texts and imported files say nothing of a site's layout and are left out.
    """

    def __init__(self, memory: SiteMemory, store: SiteStore, settings: CleanerSettings, metrics: Metrics) -> None:
        self._memory = memory
        self._store = store
        self._settings = settings
        self._seen = SeenLinks()
        self._metrics = metrics
        self._drifts = DriftWatch()
        self._raised: dict[str, frozenset[str]] = {}

    @property
    def follows_links(self) -> bool:
        """Whether links of new articles go to the crawler."""
        return self._settings.follow_links

    def knowledge(self, page: PageFetched) -> SiteKnowledge:
        site = site_of_page(page) if self._settings.learn_sites else None
        return self._memory.knowledge(site, page.id) if site else NOTHING_KNOWN

    def learn(self, page: PageFetched, document: CleanedDocument, now: datetime, lane: Lane = Lane.LIVE) -> None:
        """Take in what a page came out as; seeing it again after a redelivery changes nothing.

        Imported and replayed pages raise no alarm: a layout of long ago is no drift.
        """
        if (site := site_of_page(page)) is None:
            return
        sighting = sighting_of(document, page) if self._settings.learn_sites else None
        if sighting and (lesson := self._memory.observe(site, sighting, now)):
            self._store.publish(lesson)
        if lane is Lane.LIVE and (alarm := self._drifts.observe(site, figures_of(document, page))):
            self._tell(site, alarm, now)

    def links(self, page: PageFetched, document: CleanedDocument, now: datetime) -> list[UrlDiscovered]:
        """Links for the crawler, each once while it is remembered; none unless the settings ask for them."""
        if not self.follows_links:
            return []
        fresh = self._seen.new(links_worth_following(document, page, self._settings.follow_from))
        return discovered(fresh, page, now)

    def _tell(self, site: str, alarm: Alarm, now: datetime) -> None:
        event = SiteDrift(
            site=site,
            state="cleared" if alarm.ended else "raised",
            at=now,
            changes=[
                DriftChange(figure=change.figure, baseline=change.baseline, current=change.current)
                for change in alarm.changes
            ],
            examples=list(alarm.examples),
            ended=alarm.ended,
        )
        self._store.publish(event)
        _log.warning("site drift", site=site, state=event.state, figures=[change.figure for change in alarm.changes])
        self._count(site, alarm)

    def _count(self, site: str, alarm: Alarm) -> None:
        before = self._raised.pop(site, frozenset())
        if before:
            self._metrics.sites_in_drift.remove(site)
        if alarm.ended:
            return
        figures = frozenset(change.figure for change in alarm.changes)
        for figure in figures - before:
            self._metrics.site_drifts.labels(figure).inc()
        self._raised[site] = figures
        self._metrics.sites_in_drift.labels(site).set(1)
        if len(self._raised) > MOST_LABELS:
            oldest = next(iter(self._raised))
            del self._raised[oldest]
            self._metrics.sites_in_drift.remove(oldest)


def site_of_page(page: PageFetched) -> str | None:
    """The site whose layout the page tells of; None for plain texts and what no site has."""
    plain = page.content_type.partition(";")[0].strip().casefold() == "text/plain"
    return None if plain else site_of(page.canonical_url)
