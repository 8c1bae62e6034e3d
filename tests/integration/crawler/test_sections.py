"""A source without feeds and sitemaps: its home page leads to sections, these to articles."""

import pytest
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.types import Receive, Scope, Send

from copydesk.contracts import Source
from tests.integration.crawler.asgi_server import serving
from tests.integration.crawler.conftest import Desk

pytestmark = pytest.mark.postgres
NAVIGATION = '<nav><a href="/sport/">Sport</a><a href="/culture/">Culture</a><a href="/privacy">Privacy</a></nav>'


def page(*links: str) -> str:
    cards = "".join(f'<article><h3><a href="{link}">{link.rpartition("/")[2]}</a></h3></article>' for link in links)
    return f"<!doctype html><html><body>{NAVIGATION}<main>{cards}</main></body></html>"


PAGES = {
    "/": page("/sport/harbour-side-wins-the-cup-again", "/culture/museum-shows-old-maps-of-the-port"),
    "/sport/": page("/sport/keeper-saves-two-penalties-in-final"),
    "/culture/": page("/culture/choir-sings-on-the-new-bridge"),
}


async def site(scope: Scope, receive: Receive, send: Send) -> None:
    found = PAGES.get(Request(scope).url.path)
    await (HTMLResponse(found) if found else Response(status_code=404))(scope, receive, send)


async def test_sections_give_what_the_home_page_does_not_show(desk: Desk) -> None:
    async with serving(site) as url:
        await desk.add(Source(name="courier", url=url))
        await desk.crawl()
        found = {address.removeprefix(url) for address in await desk.states()}
    assert found == {
        "sport/harbour-side-wins-the-cup-again",
        "culture/museum-shows-old-maps-of-the-port",
        "sport/keeper-saves-two-penalties-in-final",
        "culture/choir-sings-on-the-new-bridge",
    }
