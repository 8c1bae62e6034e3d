"""Pages cleaned again by the version that is installed here, for comparison with what was made of them before."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from copydesk.contracts import ArticleCleaned, PageFetched, SiteLearned
from copydesk.runtime.service import UnusableSettingError
from copydesk.runtime.workers import DocumentFailedError, WorkerPool
from copydesk.settings import Settings
from copydesk_cleaner.adapters.documents import clean_document
from copydesk_cleaner.adapters.page_workers import page_workers
from copydesk_cleaner.adapters.rules_file import load_rules
from copydesk_cleaner.adapters.site_watch import site_of_page
from copydesk_cleaner.core.document import to_messages
from copydesk_cleaner.core.errors import RulesError, UnreadableDocumentError
from copydesk_cleaner.core.site_knowledge import NOTHING_KNOWN, SiteKnowledge
from copydesk_cleaner.core.site_memory import SiteMemory
from copydesk_cleaner.core.site_rules import SiteRuleBook

_IN_HAND = 4
"""Pages in hand for each worker."""
_NO_MAIN_TEXT = "no-main-text"


class CleaningAgain:
    """Cleans pages as the service would, in as many worker processes, but sends nothing and learns nothing of them."""

    def __init__(self, workers: WorkerPool, rules: SiteRuleBook | None, settings: Settings) -> None:
        self._workers = workers
        self._rules = rules
        self._memory = SiteMemory() if settings.cleaner.learn_sites else None
        self._room = asyncio.Semaphore(_IN_HAND * settings.worker.processes)

    def learn(self, record: SiteLearned) -> None:
        """Take in what the cleaners have learned of a site."""
        if self._memory is not None:
            self._memory.merge(record)

    async def clean(self, pages: Sequence[PageFetched]) -> list[list[ArticleCleaned] | str]:
        """The articles of each page, the page's own first, or the reason why it has none."""
        return list(await asyncio.gather(*(self._clean(page) for page in pages)))

    async def _clean(self, page: PageFetched) -> list[ArticleCleaned] | str:
        async with self._room:
            try:
                document = await self._workers.call(
                    clean_document,
                    page.body,
                    body_coding=page.body_coding,
                    url=page.url,
                    content_type=page.content_type,
                    encoding=page.encoding,
                    latest=page.fetched_at,
                    site=self._knowledge(page),
                    rules=self._rules.rules_for(page.url) if self._rules else None,
                )
            except (UnreadableDocumentError, DocumentFailedError) as error:
                return str(error)
        return to_messages(document, page) or _NO_MAIN_TEXT

    def _knowledge(self, page: PageFetched) -> SiteKnowledge:
        site = site_of_page(page)
        return self._memory.knowledge(site, page.id) if self._memory and site else NOTHING_KNOWN


@asynccontextmanager
async def clean_again(settings: Settings) -> AsyncIterator[CleaningAgain]:
    """Entry point `copydesk.commands`. Raises `UnusableSettingError` for site rules that cannot be used."""
    rules_file = settings.cleaner.rules_file
    try:
        rules = load_rules(rules_file) if rules_file else None
    except RulesError as error:
        raise UnusableSettingError(f"COPYDESK_CLEANER__RULES_FILE: {error}") from error
    workers = page_workers(settings.page_workers)
    try:
        yield CleaningAgain(workers, rules, settings)
    finally:
        await workers.close()
