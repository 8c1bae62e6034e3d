"""Requests to hubs: forms, posted under the lease of the hub's host."""

from datetime import timedelta

from copydesk.runtime.ports import Clock
from copydesk.settings import Settings
from copydesk.storage.websub import Subscription
from copydesk_crawler.adapters.fetcher import Fetcher, PageRequest
from copydesk_crawler.adapters.host_leases import HostLeases, wait_for_host
from copydesk_crawler.adapters.patience import Patience
from copydesk_crawler.core.discovery.websub import Mode, request_fields
from copydesk_crawler.core.http.answers import Answer, Busy, Failed, Fetched, Gone, Redirected, Refused
from copydesk_crawler.core.urls.canonical_url import Address, canonical_url

_REDIRECTS = 3
_HOST_PATIENCE = timedelta(seconds=30)


class HubRequests:
    """Asks hubs to begin and to end subscriptions, through the same guard as every fetch."""

    def __init__(
        self, hosts: HostLeases, fetcher: Fetcher, settings: Settings, clock: Clock, patience: Patience
    ) -> None:
        self._hosts = hosts
        self._fetcher = fetcher
        self._callback = (settings.crawler.websub_callback or "").rstrip("/")
        self._delay = settings.http.host_delay
        self._clock = clock
        self._patiently = patience

    async def ask(self, subscription: Subscription) -> str | None:
        """Ask for what the subscription's state wants; None when the hub takes the request, else what went wrong."""
        mode: Mode = "unsubscribe" if subscription.state == "leaving" else "subscribe"
        callback = f"{self._callback}/{subscription.id}"
        form = tuple(request_fields(mode, subscription.topic, callback, subscription.secret).items())
        where = subscription.hub
        for _ in range(_REDIRECTS + 1):
            address = canonical_url(where, keep_tracking=True)
            if not isinstance(address, Address):
                return address.reason
            answer = await self._post(address, form)
            if not (isinstance(answer, Redirected) and answer.status in (307, 308)):
                return _problem(answer)
            moved = canonical_url(answer.location, address.url, keep_tracking=True)
            where = moved.url if isinstance(moved, Address) else answer.location
        return "redirect-loop"

    async def _post(self, address: Address, form: tuple[tuple[str, str], ...]) -> Answer:
        lease = await wait_for_host(self._hosts, address.host, self._clock, self._patiently, _HOST_PATIENCE)
        if lease is None:
            return Busy(timedelta(0))
        rested: timedelta | None = None
        try:
            answer = await self._fetcher.fetch(PageRequest(address.url, form=form))
            rested = answer.wait if isinstance(answer, Busy) else self._delay
            return answer
        finally:
            again = rested
            await self._patiently(lambda: self._hosts.release(lease, again))


def _problem(answer: Answer) -> str | None:
    """Any success will do: the Recommendation says 202, hubs in use say 204 or 200."""
    match answer:
        case Fetched():
            return None
        case Refused(_, int(status)) if 200 <= status < 300:
            return None
        case Refused(reason) | Failed(reason):
            return reason
        case Gone(status) | Redirected(_, status):
            return f"http-{status}"
        case Busy():
            return "host-busy"
    return "no-answer"
