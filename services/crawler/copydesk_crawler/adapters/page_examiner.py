"""Looks at what came: whether it is a page at all, what its publisher reserves, and under which address it belongs."""

from dataclasses import dataclass

from cachetools import LRUCache

from copydesk.runtime.workers import DocumentFailedError, WorkerPool
from copydesk.settings import CrawlerSettings, OptOut
from copydesk.storage.frontier import Frontier
from copydesk.storage.frontier_rows import DueUrl, KnownUrl
from copydesk.storage.takedowns import TAKEN_DOWN
from copydesk_crawler.adapters.patience import Patience
from copydesk_crawler.adapters.site_parameters import SiteParameters
from copydesk_crawler.core.http.answers import Answer, Failed, Fetched, Redirected, Refused
from copydesk_crawler.core.pages.page_head import PageHead, read_head
from copydesk_crawler.core.pages.page_signs import SMALL_BODY, inspect_page, same_body_sign, suspicious
from copydesk_crawler.core.permission.opt_outs import declared_opt_outs, obeyed
from copydesk_crawler.core.permission.tdm_policy import TdmPolicy
from copydesk_crawler.core.urls.canonical_url import Address, canonical_url
from copydesk_crawler.core.urls.declared_canonical import (
    Believed,
    Disbelieved,
    believed_canonical,
    declared_addresses,
)
from copydesk_crawler.core.urls.references import resolved
from copydesk_crawler.core.urls.sites import site_of
from copydesk_crawler.core.urls.url_parameters import observe
from copydesk_crawler.core.verdicts import SameAs

_BODIES = 20_000
"""Bodies remembered, to know those that a host answers with again and again."""

_ASKED_FIRST = frozenset({"variant", "spelling"})
"""Variants are worth less than their original; one spelling (scheme, www, final slash) often redirects to another."""

_OPEN_STATES = frozenset({"waiting", "done"})


@dataclass(frozen=True)
class Examined:
    """`answer` is the page, or what it is instead of one."""

    answer: Answer
    opt_outs: tuple[OptOut, ...] = ()
    same_as: SameAs | None = None
    syndicated_from: str | None = None


class PageExaminer:
    """For one crawler. What looks suspicious is parsed in a worker process; all else is read here."""

    def __init__(
        self,
        settings: CrawlerSettings,
        product_token: str,
        frontier: Frontier,
        parameters: SiteParameters,
        workers: WorkerPool,
        patiently: Patience,
    ) -> None:
        self._obeyed = settings.obey_opt_outs
        self._product_token = product_token
        self._frontier = frontier
        self._parameters = parameters
        self._workers = workers
        self._patiently = patiently
        self._bodies: LRUCache[tuple[str, str], set[str]] = LRUCache(_BODIES)

    async def examine(self, url: DueUrl, address: Address, page: Fetched, policy: TdmPolicy) -> Examined:
        """Raises `AbandonedError` when the service ends while the database is away."""
        head = read_head(page.body, self._product_token)
        headers = page.exchange.headers if page.exchange else ()
        opt_outs = declared_opt_outs(address.url, headers, head, policy, self._product_token)
        if reason := obeyed(opt_outs, self._obeyed):
            return Examined(Refused(reason, page.status), opt_outs)
        if moved := _moved(page, head, address):
            return Examined(moved, opt_outs)
        if sign := await self._sign(page, head) or self._repeated(url, page):
            return Examined(sign, opt_outs)
        identity = await self._identity(url, address, head)
        if isinstance(identity, Refused):
            return Examined(identity, opt_outs)
        same_as, syndicated_from = identity
        return Examined(page, opt_outs, same_as, syndicated_from)

    def _repeated(self, url: DueUrl, page: Fetched) -> Answer | None:
        """Many addresses of one host with one body are no articles."""
        others = self._bodies.setdefault((url.host, page.sha256), set())
        others.add(url.id)
        sign = same_body_sign(len(others) - 1)
        return Refused(sign.kind, page.status) if sign else None

    async def _sign(self, page: Fetched, head: PageHead) -> Answer | None:
        if not suspicious(page.body, head):
            return None
        try:
            sign = await self._workers.call(inspect_page, page.body, page.charset, page.status)
        except DocumentFailedError:
            # The cleaner has limits of its own for such a page, and dead-letters it where it can be found again.
            return None
        if sign is None:
            return None
        return Failed(sign.kind, page.status) if sign.passing else Refused(sign.kind, page.status)

    async def _identity(
        self, url: DueUrl, address: Address, head: PageHead
    ) -> tuple[SameAs | None, str | None] | Refused:
        """The address that a new page belongs to, and the one on another site that it declares itself a copy of.

        A new page that declares itself to be one that was taken down is refused, or it would stand for itself.
        """
        declared = [_resolved(each, head, address) for each in (head.canonical, head.og_url) if each]
        kept = self._parameters.rules_for(site_of(address)).kept
        others = [each.url for each in declared_addresses(address, declared, kept) if each.url != address.url]
        known: dict[str, KnownUrl] = {}
        if others and not url.known:
            known = await self._patiently(lambda: self._frontier.known(others))
            if any(found.state == TAKEN_DOWN for found in known.values()):
                return Refused(TAKEN_DOWN)
        belief = believed_canonical(address, declared, {at: found.declared_by for at, found in known.items()}, kept)
        if isinstance(belief, Disbelieved):
            return None, belief.syndicated_from.url if belief.syndicated_from else None
        if url.known:
            return None, None
        self._learn(address, belief.address, declared, kept)
        return _same_as(address, belief, known.get(belief.address.url)), None

    def _learn(self, address: Address, believed: Address, declared: list[str], kept: frozenset[str]) -> None:
        """Count which parameters the declaration keeps, campaign marks included."""
        if "?" not in address.url and not any("?" in each for each in declared):
            return
        for each in declared:
            spelled = canonical_url(each, address.url, keep_tracking=True)
            if isinstance(spelled, Address) and canonical_url(each, address.url, kept=kept) == believed:
                self._parameters.learn(observe(address, spelled))
                return


def _same_as(address: Address, belief: Believed, found: KnownUrl | None) -> SameAs | None:
    """None where the other address led nowhere, or leads back here: the page stands for itself."""
    if belief.address.url == address.url or (found is not None and found.state not in _OPEN_STATES):
        return None
    return SameAs(belief.address, instead=found is not None or belief.reason in _ASKED_FIRST)


def _moved(page: Fetched, head: PageHead, address: Address) -> Redirected | None:
    """A small page that only sends its reader on is a redirect."""
    if not head.refresh or len(page.body) > SMALL_BODY:
        return None
    location = _resolved(head.refresh, head, address)
    target = canonical_url(location, address.url)
    return Redirected(location, 302) if isinstance(target, Address) and target.url != address.url else None


def _resolved(raw: str, head: PageHead, address: Address) -> str:
    """An address against the page's base element (HTML, 4.2.3), which most pages lack."""
    return resolved(raw, resolved(head.base, address.url) or address.url) or raw
