"""One poll of one source: which documents are still to read, and what was found so far."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from copydesk.contracts import Source
from copydesk.storage.frontier_rows import NewUrl
from copydesk.storage.polls import PolledDocument
from copydesk_crawler.adapters.document_reader import Reading, named
from copydesk_crawler.core.discovery.discovered import Document, timestamp
from copydesk_crawler.core.discovery.source_documents import MAX_DOCUMENTS, chosen_children, roots
from copydesk_crawler.core.timing.new_articles import Named
from copydesk_crawler.core.timing.schedule import unchanged_since
from copydesk_crawler.core.timing.source_health import PolledState

_MOST_EXAMPLES = 200
_NOT_THE_DOCUMENTS_FAULT = frozenset({"host-busy"})


@dataclass
class Poll:
    """`known` are the documents of earlier polls by id; `found` counts URLs from feeds and sitemaps.

    Documents that are `rested` are not asked for; without `now`, nothing rests. `examples` are some of the articles
    found so far, which show what links to them look like.
    """

    source: Source
    known: dict[str, PolledDocument] = field(default_factory=dict)
    now: datetime | None = None
    waiting: list[PolledDocument] = field(default_factory=list)
    readings: list[Reading] = field(default_factory=list)
    rested: list[PolledDocument] = field(default_factory=list)
    found: int = 0
    named: Named = field(default_factory=Named)
    examples: list[str] = field(default_factory=list)
    _first_read: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        for document in roots(self.source):
            self.add(document, None)
        addresses = {held.url for held in self.known.values()} | {self.source.url}
        for held in self.known.values():
            if held.found_on is not None and held.found_on not in addresses:
                self.add(Document(held.url, held.kind), held.found_on)

    def add(self, document: Document, found_on: str | None) -> None:
        """Queue a document once, with what is remembered of it, as long as there are not too many."""
        new = named(document, found_on)
        if new.id in self._taken() or len(self._taken()) >= MAX_DOCUMENTS:
            return
        held = self.known.get(new.id, new)
        if self.now is not None and (held.resting or unchanged_since(held, document.modified, self.now)):
            self.rested.append(held)
            self._add_named_by(held)
        else:
            self.waiting.append(replace(held, index_modified=document.modified))

    def ignores_robots(self, document: PolledDocument) -> bool:
        """Only for what the operator named himself."""
        return self.source.ignore_robots and document.found_on is None and document.kind != "home"

    def take(self, reading: Reading, *, first: bool = True) -> Reading:
        """Queue what a document names; if it says nothing new, what it named last time still stands.

        `first` tells that the document had never been read before. Returns the reading with how the document fares.
        """
        reading = replace(reading, document=_fared(reading))
        document = reading.document
        if first:
            self._first_read.add(document.id)
        self.readings.append(reading)
        if document.kind == "home" and not self.source.sitemaps:
            for url in reading.robots_sitemaps:
                self.add(Document(url, "sitemap"), document.url)
        if reading.findings is None:
            self._add_named_by(document)
        else:
            for child in chosen_children(reading.findings.documents):
                if child.kind != "section" or not self.source.feeds:
                    self.add(child, document.url)
        return reading

    def note(self, reading: Reading, urls: Sequence[NewUrl]) -> None:
        """Keep what a document named as evidence of the rhythm; sitemaps without news date changes, not articles.

        Links of pages, which may be of any age, count only where there are no feeds.
        """
        kind = reading.document.kind
        self.examples += [url.url for url in urls[: _MOST_EXAMPLES - len(self.examples)]]
        if kind in ("home", "section") and self.feeds_serve:
            return
        dated = kind != "sitemap" or (reading.findings is not None and reading.findings.lists_news)
        for url in urls:
            self.named.add(url.id, timestamp(url.hints.get("published")) if dated else None)
        ids = frozenset(url.id for url in urls)
        if reading.document.id in self._first_read:
            self.named.first_read |= ids
        elif kind == "feed":
            self.named.windows.append(ids)

    @property
    def home(self) -> Reading | None:
        """The home page, if it was read and says something new."""
        return next((each for each in self.readings if each.document.kind == "home" and each.findings), None)

    @property
    def home_alone(self) -> bool:
        """Whether the links of the home page are all there is to go by."""
        return not self.found and not any(
            each.entries for each in self._documents() if each.kind in ("feed", "sitemap")
        )

    @property
    def problem(self) -> str | None:
        return next((reading.problem for reading in self.readings if reading.problem), None)

    @property
    def failed(self) -> bool:
        """Whether not one document that was asked for could be read."""
        return bool(self.readings) and all(reading.problem for reading in self.readings)

    @property
    def window(self) -> int:
        """Entries that its feeds show together."""
        return sum(document.entries or 0 for document in self._documents() if document.kind == "feed")

    @property
    def feeds_serve(self) -> bool:
        """Whether a feed with entries can be read."""
        return any(each.entries and not each.failures for each in self._documents() if each.kind == "feed")

    def states(self) -> list[PolledState]:
        """How each document fares."""
        problems = {reading.document.id: reading.problem for reading in self.readings}
        return [
            PolledState(each.url, each.failures, each.ever_read, problems.get(each.id)) for each in self._documents()
        ]

    def _documents(self) -> list[PolledDocument]:
        return [*(reading.document for reading in self.readings), *self.rested]

    def _taken(self) -> set[str]:
        return {held.id for held in (*self.waiting, *self._documents())}

    def _add_named_by(self, document: PolledDocument) -> None:
        for held in self.known.values():
            if held.found_on == document.url:
                self.add(Document(held.url, held.kind, held.index_modified), document.url)


def _fared(reading: Reading) -> PolledDocument:
    """The document with its failures counted: a feed that lost all its entries counts as one that cannot be read."""
    document, findings = reading.document, reading.findings
    if reading.problem in _NOT_THE_DOCUMENTS_FAULT:
        return document
    if reading.problem:
        return replace(document, failures=document.failures + 1)
    if findings is None:
        emptied = document.kind == "feed" and document.ever_read and document.entries == 0
        return replace(document, failures=document.failures + 1 if emptied else 0)
    entries = len(findings.entries)
    if document.kind == "feed" and document.ever_read and not entries:
        return replace(document, failures=document.failures + 1, entries=0)
    return replace(
        document, failures=0, entries=entries, ever_read=document.ever_read or bool(entries or findings.documents)
    )
