"""One poll of one source: which documents are still to read, and what was found so far."""

from dataclasses import dataclass, field

from copydesk.contracts import Source
from copydesk.storage.polls import PolledDocument
from copydesk_crawler.adapters.document_reader import Reading, named
from copydesk_crawler.core.discovered import Document
from copydesk_crawler.core.source_documents import MAX_DOCUMENTS, chosen_children, roots


@dataclass
class Poll:
    """`known` are the documents of earlier polls by id; `found` counts URLs from feeds and sitemaps."""

    source: Source
    known: dict[str, PolledDocument] = field(default_factory=dict)
    waiting: list[PolledDocument] = field(default_factory=list)
    readings: list[Reading] = field(default_factory=list)
    found: int = 0

    def __post_init__(self) -> None:
        for document in roots(self.source):
            self.add(document, None)

    def add(self, document: Document, found_on: str | None) -> None:
        """Queue a document once, with what is remembered of it, as long as there are not too many."""
        new = named(document, found_on)
        queued = {held.id for held in (*self.waiting, *(reading.document for reading in self.readings))}
        if new.id not in queued and len(queued) < MAX_DOCUMENTS:
            self.waiting.append(self.known.get(new.id, new))

    def ignores_robots(self, document: PolledDocument) -> bool:
        """Only for what the operator named himself."""
        return self.source.ignore_robots and document.found_on is None and document.kind != "home"

    def take(self, reading: Reading) -> None:
        """Queue what a document names; if it says nothing new, what it named last time still stands."""
        document = reading.document
        self.readings.append(reading)
        if document.kind == "home" and not self.source.sitemaps:
            for url in reading.robots_sitemaps:
                self.add(Document(url, "sitemap"), document.url)
        if reading.findings is None:
            for held in self.known.values():
                if held.found_on == document.url:
                    self.add(Document(held.url, held.kind), document.url)
            return
        for child in chosen_children(reading.findings.documents):
            self.add(child, document.url)

    @property
    def home_links(self) -> Reading | None:
        """The home page, when its links are all there is to go by."""
        if self.found:
            return None
        return next((each for each in self.readings if each.document.kind == "home" and each.findings), None)

    @property
    def problem(self) -> str | None:
        return next((reading.problem for reading in self.readings if reading.problem), None)

    @property
    def failed(self) -> bool:
        """Whether not one document could be read."""
        return all(reading.problem for reading in self.readings)
