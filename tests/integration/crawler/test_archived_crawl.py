"""A crawl with an archive: what can be replayed of it is what was published."""

import gzip

import msgspec
from copydesk_crawler.adapters.archived_pages import own_pages

from copydesk.contracts import PageFetched, content_of
from copydesk.settings import CrawlerSettings
from copydesk.storage.archives import ArchiveFolder
from copydesk.testing.raw_server import raw_server, saying
from tests.integration.crawler.served import feed, page, site, source


def unpacked(page: PageFetched) -> PageFetched:
    return msgspec.structs.replace(page, body=content_of(page.body, page.body_coding), body_coding=None)


async def test_the_archive_of_a_crawl_holds_each_published_page_as_it_was(desk) -> None:
    coded = gzip.compress("<!doctype html><title>Café</title><p>Het café aan de kade gaat weer open.</p>".encode())
    html = ("Content-Type: text/html; charset=utf-8", "Content-Encoding: gzip", 'ETag: "7"')
    pages = {
        "/feed": feed("/plain", "/coded", "/missing"),
        "/plain": page(),
        "/coded": saying("200 OK", coded, *html),
    }
    desk.schedule = CrawlerSettings(archive_url=str(desk.folder / "warc"))
    async with raw_server(site(pages)) as server:
        await desk.add(source(server))
        await desk.crawl()
    published = [unpacked(message) for message in await desk.published() if isinstance(message, PageFetched)]

    archive = ArchiveFolder(str(desk.folder / "warc"))
    archived = []
    for file in archive.files():
        with archive.open(file.name) as content:
            archived += [record.page for record in own_pages(content, 1_000_000) if record.page]
    assert len(published) == 2
    assert sorted(archived, key=lambda one: one.url) == sorted(published, key=lambda one: one.url)
