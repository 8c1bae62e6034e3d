"""Addresses that point at one another: the declared one redirects back to the page that declares it."""

from datetime import timedelta

import pytest

from copydesk.contracts import PageFetched, PageWithdrawn, article_id
from copydesk.storage.funnel import read_funnel
from copydesk.testing.raw_server import Talk, raw_server, saying
from tests.integration.crawler.served import HTML, feed, site, source

ROUNDS = 8
"""Three are enough where no request fails; a busy machine may let one time out, and it is made again."""

STORY = "De veerpont bij Oudewater vaart weer. " * 12


@pytest.fixture(autouse=True)
def patience(desk) -> None:
    desk.http = desk.http.model_copy(update={"deadline": timedelta(seconds=60)})


def declaring(address: str) -> Talk:
    head = f"<title>Veerpont vaart weer</title><link rel=canonical href='{address}'>"
    body = f"<!doctype html><html><head>{head}</head><body><article><p>{STORY}</p></article></body></html>"
    return saying("200 OK", body.encode(), HTML)


def moved(address: str) -> Talk:
    return saying("301 Moved Permanently", b"", f"Location: {address}")


async def let_revisits_come(desk) -> None:
    """Have all that waits for its time be due."""
    await desk.pool.execute("UPDATE copydesk.frontier SET not_before = now() WHERE state = 'waiting'")
    await desk.pool.execute("UPDATE copydesk.hosts SET ready_at = now() WHERE ready_at < 'infinity'")


async def crawl_to_the_end(desk) -> None:
    """Until nothing waits, whatever a busy machine let time out."""
    for _ in range(ROUNDS):
        await desk.crawl()
        if "waiting" not in {state for state, _ in (await desk.states()).values()}:
            return
        await let_revisits_come(desk)


async def living(desk) -> set[str]:
    """The articles that a consumer of the topic holds in the end."""
    held: dict[str, bool] = {}
    for message in await desk.published():
        if isinstance(message, PageFetched | PageWithdrawn):
            held[message.id] = isinstance(message, PageFetched)
    return {identity for identity, lives in held.items() if lives}


async def test_a_declared_address_that_leads_back_is_not_the_end_of_the_story(desk) -> None:
    story = "/nieuws/veerpont-vaart-weer-20411"
    pages = {"/feed": feed(f"{story}/"), f"{story}/": declaring(story), story: moved(f"{story}/")}
    async with raw_server(site(pages)) as server:
        await desk.add(source(server))
        for number in range(ROUNDS):
            await desk.crawl()
            if number >= 2 and "waiting" not in {state for state, _ in (await desk.states()).values()}:
                break
            await let_revisits_come(desk)
        published = await desk.published()
        assert [(type(each), each.id) for each in published] == [(PageFetched, article_id(server.url(f"{story}/")))]
        (row,) = await read_funnel(desk.pool)
        assert (row.discovered, row.waiting, row.adds_up) == (2, 0, True)


async def test_a_variant_whose_original_leads_back_stands_for_itself(desk) -> None:
    story, variant = "/nieuws/markt-is-verplaatst-4712", "/amp/nieuws/markt-is-verplaatst-4712"
    pages = {"/feed": feed(variant), variant: declaring(story), story: moved(variant)}
    async with raw_server(site(pages)) as server:
        await desk.add(source(server))
        await desk.crawl()
        assert await living(desk) == {article_id(server.url(variant))}
        (row,) = await read_funnel(desk.pool)
        assert (row.discovered, row.fetched, row.dropped, row.adds_up) == (2, 1, {"duplicate-of": 1}, True)


async def test_two_that_redirect_to_one_another_end(desk) -> None:
    pages = {"/feed": feed("/a-20411"), "/a-20411": moved("/b-20411"), "/b-20411": moved("/a-20411")}
    async with raw_server(site(pages)) as server:
        await desk.add(source(server))
        await crawl_to_the_end(desk)
        (row,) = await read_funnel(desk.pool)
        assert row.dropped == {"duplicate-of": 1, "redirect-loop": 1}
        assert row.adds_up
