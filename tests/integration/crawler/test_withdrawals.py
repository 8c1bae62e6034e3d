"""Pages that their servers miss: for good, too early, or by mistake."""

from copydesk.storage.funnel import read_funnel
from copydesk.testing.raw_server import raw_server
from tests.integration.crawler.served import NOT_FOUND, feed, page, site, source
from tests.integration.crawler.test_mutual_addresses import let_revisits_come, living


async def test_a_page_that_is_lost_for_an_hour_comes_back(desk) -> None:
    pages = {"/feed": feed("/brug-weer-open"), "/brug-weer-open": [page(), NOT_FOUND, NOT_FOUND, page()]}
    alive = []
    async with raw_server(site(pages)) as server:
        await desk.add(source(server))
        for _ in range(4):
            await desk.crawl()
            await let_revisits_come(desk)
            alive.append(await living(desk))
    assert [len(each) for each in alive] == [1, 0, 0, 1]


async def test_a_page_that_its_feed_names_too_early_is_fetched_when_it_is_there(desk) -> None:
    pages = {"/feed": feed("/brug-weer-open"), "/brug-weer-open": [NOT_FOUND, page()]}
    async with raw_server(site(pages)) as server:
        await desk.add(source(server))
        await desk.crawl()
        (row,) = await read_funnel(desk.pool)
        assert (row.dropped, row.waiting) == ({"http-404": 1}, 0)
        await let_revisits_come(desk)
        await desk.crawl()
    (row,) = await read_funnel(desk.pool)
    assert (row.fetched, row.dropped, row.adds_up) == (1, {}, True)
