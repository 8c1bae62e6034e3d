"""What is taken from which pages of a site, and what the settings switch off."""

from datetime import timedelta
from pathlib import Path

from copydesk_cleaner.adapters.site_store import SiteStore
from copydesk_cleaner.adapters.site_watch import SiteWatch
from copydesk_cleaner.core.document import CleanedArticle, CleanedDocument
from copydesk_cleaner.core.site_knowledge import NOTHING_KNOWN, block_signature
from copydesk_cleaner.core.site_memory import SiteMemory

from copydesk.bus import EmbeddedBus
from copydesk.contracts import Block, PageFetched
from copydesk.runtime.clock import SystemClock
from copydesk.runtime.service import ServiceContext
from copydesk.settings import CleanerSettings, Settings
from copydesk.telemetry import Metrics
from copydesk.testing.blobs import MemoryBlobs
from copydesk.testing.factories import FETCHED_AT, make_page

LETTER = "The evening letter of this newspaper reaches forty thousand readers."


def watch(folder: Path, **settings: object) -> SiteWatch:
    cleaner = CleanerSettings.model_validate(settings)
    context = ServiceContext(
        bus=EmbeddedBus(folder / "log.sqlite"),
        blobs=MemoryBlobs(),
        clock=SystemClock(),
        metrics=Metrics(),
        settings=Settings(cleaner=cleaner),
    )
    memory = SiteMemory()
    return SiteWatch(memory, SiteStore(context, memory), cleaner, context.metrics)


def page(name: str = "a", **fields: object) -> PageFetched:
    return make_page(f"https://courier.example/{name}", **({"links_from": "https://courier.example/feed"} | fields))


def document(*links: str, age: timedelta | None = timedelta(hours=1), kept: tuple[str, ...] = ()) -> CleanedDocument:
    published = FETCHED_AT - age if age is not None else None
    blocks = tuple(Block(kind="paragraph", text=text) for text in kept)
    article = CleanedArticle(title="Mill burns down", blocks=blocks, published=published)
    return CleanedDocument((article,), "test", 1.0, links=links)


def report(name: str) -> tuple[str, ...]:
    """An article's paragraphs with the letter of the site below."""
    return (*(f"Paragraph {number} of a long report on the {name}." for number in range(5)), LETTER)


def test_links_of_new_articles_go_to_the_crawler_once(tmp_path: Path) -> None:
    sites = watch(tmp_path, follow_links=True)
    [first, second] = sites.links(
        page(), document("https://courier.example/b", "https://courier.example/c"), FETCHED_AT
    )
    assert (first.url, first.source, first.found_on) == ("https://courier.example/b", "courier", page().url)
    assert second.url == "https://courier.example/c"
    assert sites.links(page("d"), document("https://courier.example/c"), FETCHED_AT) == []


def test_old_and_undated_articles_and_imports_end_the_chain(tmp_path: Path) -> None:
    sites = watch(tmp_path, follow_links=True)
    link = "https://courier.example/b"
    assert sites.links(page(), document(link, age=timedelta(days=3)), FETCHED_AT) == []
    assert sites.links(page(), document(link, age=None), FETCHED_AT) == []
    assert sites.links(page(links_from=None), document(link), FETCHED_AT) == []
    assert sites.links(page(), CleanedDocument((), "test", links=(link,)), FETCHED_AT) == []
    assert len(sites.links(page(), document(link), FETCHED_AT)) == 1


def test_links_stay_where_they_are_unless_wanted(tmp_path: Path) -> None:
    assert watch(tmp_path).links(page(), document("https://courier.example/b"), FETCHED_AT) == []


def test_learning_can_be_switched_off(tmp_path: Path) -> None:
    for learn, known in ((True, {block_signature(LETTER)}), (False, frozenset())):
        sites = watch(tmp_path / str(learn), learn_sites=learn)
        for name in ("one", "two"):
            sites.learn(page(name), document(kept=report(name)), FETCHED_AT)
        assert sites.knowledge(page("three")).boilerplate == known


def test_plain_texts_and_imported_files_are_of_no_site(tmp_path: Path) -> None:
    sites = watch(tmp_path)
    for name in ("one", "two"):
        sites.learn(page(name, content_type="text/plain; charset=utf-8"), document(kept=report(name)), FETCHED_AT)
        sites.learn(make_page(f"import://seeds/{name}"), document(kept=report(name)), FETCHED_AT)
    assert sites.knowledge(page("three")) is NOTHING_KNOWN
    assert sites.knowledge(make_page("import://seeds/three")) is NOTHING_KNOWN
