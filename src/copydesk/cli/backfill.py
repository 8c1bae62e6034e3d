"""What `import` and `replay` share: pages onto the back-fill lane in batches, with progress and a count of the rest."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.markup import escape
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from copydesk.cli.composition import Infrastructure, service_command
from copydesk.cli.output import err
from copydesk.contracts import PAGES_FETCHED, STAGE_OUTCOMES, Lane, PageFetched, StageOutcome
from copydesk.runtime.outcomes import Outgoing
from copydesk.runtime.publisher import Publisher
from copydesk.storage.archives import ArchivedRecord
from copydesk.telemetry import Metrics

BROKEN = "broken-record"

_BATCH = 100
_BATCH_BYTES = 8_000_000
"""Pages sent and awaited together; bounds memory, and what is sent again after an interruption."""
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
        self._rate = rate
        self._again = again
        self._batch = min(_BATCH, max(1, int(rate))) if rate else _BATCH
        self._started = time.monotonic()
        self.sent = 0
        self.skipped: Counter[str] = Counter()
        self._named = 0
        self._progress: Progress | None = None
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
            await self._publisher.publish_roots([message for page in pages for message in self._messages(page)])
            self.sent += len(pages)
            for record in batch:
                self._count(name, record)
            if self._progress is not None:
                self._progress.update(self._progress.task_ids[0], completed=self._done + batch[-1].end)
            if sent is not None:
                sent(batch[-1].end)
            await self._keep_to_rate()

    @contextmanager
    def progress(self, what: str, size: int) -> Iterator[None]:
        """A bar over `size` bytes on a terminal, while the context is open."""
        columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
        with Progress(*columns, console=err, transient=True) as self._progress:
            self._progress.add_task(what, total=size)
            yield
        self._progress = None

    def advance(self, size: int) -> None:
        """A file of `size` bytes is through."""
        self._done += size
        if self._progress is not None:
            self._progress.update(self._progress.task_ids[0], completed=self._done)

    def print_summary(self) -> None:
        """One line on what was sent, and one on what was not."""
        topic = PAGES_FETCHED.on(Lane.BACKFILL).name
        err.print(f"{self.sent} pages on {topic}; `copydesk run --once` takes them through", soft_wrap=True)
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
            if pages >= self._batch or size >= _BATCH_BYTES or len(taken) >= 20 * _BATCH:
                break
        return taken

    def _count(self, name: str, record: ArchivedRecord) -> None:
        if not record.skipped or record.skipped in _NO_PAGES:
            return
        self.skipped[record.skipped] += 1
        if record.skipped == BROKEN and self._named < _MOST_NAMED:
            self._named += 1
            err.print(f"{escape(name)}: {escape(record.detail)}; passed over", soft_wrap=True)

    def _messages(self, page: PageFetched) -> list[tuple[Outgoing, str]]:
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
        named = f"{version} {self._again}" if self._again else version
        return [(Outgoing(PAGES_FETCHED, page), named), (Outgoing(STAGE_OUTCOMES, outcome), version)]

    async def _keep_to_rate(self) -> None:
        if self._rate:
            ahead = self.sent / self._rate - (time.monotonic() - self._started)
            await asyncio.sleep(max(0.0, ahead))
