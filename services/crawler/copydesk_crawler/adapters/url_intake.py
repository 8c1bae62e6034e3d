"""The one way by which found addresses enter the frontier: by the rules of their sites, waited for, and noticed."""

from collections.abc import Iterable

from copydesk.contracts import UrlDiscovered
from copydesk.runtime.ports import Clock
from copydesk.storage.frontier import Frontier
from copydesk.storage.frontier_rows import Priority
from copydesk.storage.polls import PollSchedule
from copydesk_crawler.adapters.activity import Activity
from copydesk_crawler.adapters.discovery import Discovery, discover
from copydesk_crawler.adapters.patience import Patience
from copydesk_crawler.adapters.site_parameters import SiteParameters
from copydesk_crawler.core.discovery.discovered import Entry
from copydesk_crawler.core.urls.canonical_url import Address, Rejected, canonical_url


class UrlIntake:
    """For one crawler; methods raise `AbandonedError` when the service ends while the database is away."""

    def __init__(
        self, frontier: Frontier, parameters: SiteParameters, activity: Activity, clock: Clock, patiently: Patience
    ) -> None:
        self._frontier = frontier
        self._parameters = parameters
        self._activity = activity
        self._clock = clock
        self._patiently = patiently

    async def take(self, source: str, entries: Iterable[Entry], found_on: str, priority: Priority) -> Discovery:
        """Store what `found_on` names for `source`, new or not, and count what is no address."""
        rules_for = self._parameters.rules_for
        found = discover(entries, source, found_on, self._clock.now(), priority=priority, rules_for=rules_for)
        if await self._patiently(lambda: found.store(self._frontier)):
            self._activity.happened()
        return found

    async def take_link(self, link: UrlDiscovered, schedule: PollSchedule) -> Rejected | None:
        """Store a link that a later stage found: an article to visit, or a document to poll."""
        if link.kind == "article":
            await self.take(link.source, [Entry(link.url)], link.found_on, Priority.LISTED)
            return None
        address = canonical_url(link.url, link.found_on, keep_tracking=True)
        if not isinstance(address, Address):
            return address
        kind = link.kind
        await self._patiently(lambda: schedule.name_document(link.source, address.url, kind, link.found_on))
        return None
