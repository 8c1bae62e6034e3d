"""What `import` and `replay` share: pages onto the back-fill lane in batches, with progress and a count of the rest."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType

from msgspec import Raw
from rich.markup import escape

from copydesk.cli.composition import Infrastructure, service_command
from copydesk.cli.output import err
from copydesk.cli.sending import BATCH, Done, Pace, print_sent, progress_bar
from copydesk.contracts import PAGES_FETCHED, STAGE_OUTCOMES, Lane, PageFetched, StageOutcome
from copydesk.runtime.outcomes import Outgoing
from copydesk.runtime.publisher import Publisher
from copydesk.storage.archives import ArchivedRecord
from copydesk.telemetry import Metrics

BROKEN = "broken-record"

_BATCH_BYTES = 8_000_000
"""Of pages sent and awaited together; bounds memory."""
_NO_PAGES = frozenset({"request", "warcinfo", "metadata"})
"""Record types that belong to others; they are no pages that were skipped."""
_MOST_NAMED = 20


def archive_reader(name: str) -> Callable[..., Iterator[ArchivedRecord]]:
    """One of the crawler's two readers of WARC files. Raises `CommandError` where it is not installed."""
    found: Callable[..., Iterator[ArchivedRecord]] = service_command("crawler", name, "reading WARC files")
    return found


class BackfillSender:
    """Publishes pages with the crawler's outcome, so that the funnel counts them from their start.

    `rate` is the most pages a second. `again` becomes part of the messages' ids: what is sent with a name that was
    not used before is handled anew, even if the same was sent already.
    """

    def __init__(self, opened: Infrastructure, service: str, *, rate: float | None = None, again: str = "") -> None:
        self._publisher = Publisher(opened.context(Metrics()), service, Lane.BACKFILL)
        self._pace = Pace(rate)
        self._again = again
        self.sent = 0
        self.skipped: Counter[str] = Counter()
        self._named = 0
        self._show: Done | None = None
        self._done = 0

    async def send(
        self,
        name: str,
        records: Iterator[ArchivedRecord],
        sent: Callable[[int], None] | None = None,
    ) -> None:
        """Send the pages among `records` of the file `name`; `sent` is told the offset that all is sent up to."""
        while batch := await asyncio.to_thread(self._take, records):
            pages = [record.page for record in batch if record.page is not None]
            messages = [message for page in pages for message in page_messages(page, self._again)]
            await self._publisher.publish_roots(messages)
            self.sent += len(pages)
            for record in batch:
                self._count(name, record)
            if self._show is not None:
                self._show(self._done + batch[-1].end)
            if sent is not None:
                sent(batch[-1].end)
            await self._pace.keep(self.sent)

    @contextmanager
    def progress(self, what: str, size: int) -> Iterator[None]:
        """A bar over `size` bytes on a terminal, while the context is open."""
        with progress_bar(what, size, unit="bytes") as self._show:
            yield
        self._show = None

    def advance(self, size: int) -> None:
        """A file of `size` bytes is through."""
        self._done += size
        if self._show is not None:
            self._show(self._done)

    def print_summary(self) -> None:
        """One line on what was sent, and one on what was not."""
        topic = PAGES_FETCHED.on(Lane.BACKFILL).name
        print_sent(self.sent, "pages", topic)
        if self.skipped:
            reasons = ", ".join(f"{reason} {count}" for reason, count in self.skipped.most_common())
            err.print(f"{self.skipped.total()} records without a page to send: {escape(reasons)}", soft_wrap=True)

    def _take(self, records: Iterator[ArchivedRecord]) -> list[ArchivedRecord]:
        taken: list[ArchivedRecord] = []
        pages = size = 0
        for record in records:
            taken.append(record)
            if record.page is not None:
                pages += 1
                size += len(record.page.body)
            if pages >= self._pace.batch or size >= _BATCH_BYTES or len(taken) >= 20 * BATCH:
                break
        return taken

    def _count(self, name: str, record: ArchivedRecord) -> None:
        if not record.skipped or record.skipped in _NO_PAGES:
            return
        self.skipped[record.skipped] += 1
        if record.skipped == BROKEN and self._named < _MOST_NAMED:
            self._named += 1
            err.print(f"{escape(name)}: {escape(record.detail)}; passed over", soft_wrap=True)


def page_messages(
    page: PageFetched, again: str = "", unknown: Mapping[str, Raw] = MappingProxyType({})
) -> list[tuple[Outgoing, str]]:
    """The page and the crawler's outcome of it, each with the version that makes its id; see `BackfillSender`."""
    version = f"{page.fetched_at.isoformat()} {page.content_sha256}"
    outcome = StageOutcome(
        id=page.id,
        source=page.source,
        url=page.url,
        stage="crawler",
        outcome="passed",
        version=int(page.fetched_at.timestamp() * 1000),
        at=page.fetched_at,
    )
    named = f"{version} {again}" if again else version
    return [(Outgoing(PAGES_FETCHED, page, unknown), named), (Outgoing(STAGE_OUTCOMES, outcome), version)]
