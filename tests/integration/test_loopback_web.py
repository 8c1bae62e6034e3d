"""The loopback web over real sockets: what it serves, and what its log knows."""

import asyncio
import xml.etree.ElementTree as ET
from hashlib import sha256

import httpx
import pytest

from copydesk.testing.loopback_web import HostPlan, LoopbackWeb, WebPlan, audit

HOSTS = (
    HostPlan(pages=3, forbidden=1, crawl_delay=1.5),
    HostPlan(pages=2, latency=0.3),
    HostPlan(pages=2, busy_every=2, retry_after=3),
    HostPlan(pages=2, publishing=(0.0, 3600.0)),
)


@pytest.fixture
async def web():
    async with LoopbackWeb(WebPlan(HOSTS, median_bytes=5_000, network=42)) as serving:
        yield serving


@pytest.fixture
async def client():
    async with httpx.AsyncClient(trust_env=False) as opened:
        yield opened


def urls_of(web, host):
    return web.manifest.by_host()[web.manifest.host(host)]


async def test_pages_are_those_of_the_manifest_zipped_or_not(web, client):
    for url, page in web.manifest.pages.items():
        if page.host == 0:
            zipped = await client.get(url)
            plain = await client.get(url, headers={"Accept-Encoding": "identity"})
            assert sha256(zipped.content).hexdigest() == sha256(plain.content).hexdigest() == page.sha256
            again = await client.get(url, headers={"If-None-Match": zipped.headers["etag"]})
            assert again.status_code == 304


async def test_robots_feed_and_sitemap_name_what_there_is(web, client):
    base = web.manifest.base(0)

    robots = (await client.get(f"{base}/robots.txt")).text
    feed = ET.fromstring((await client.get(f"{base}/feed.xml")).text)
    sitemap = ET.fromstring((await client.get(f"{base}/sitemap.xml")).text)

    assert "Disallow: /private/" in robots
    assert "Crawl-delay: 1.5" in robots
    assert {link.text for link in feed.findall(".//item/link")} == set(urls_of(web, 0))
    assert {loc.text for loc in sitemap.iterfind(".//{*}loc")} == set(urls_of(web, 0))
    assert web.manifest.forbidden == (f"{base}/private/0-internal",)


async def test_busy_hosts_say_so_and_pages_to_come_are_not_there(web, client):
    first, second = urls_of(web, 2)
    out, to_come = urls_of(web, 3)
    feed = (await client.get(f"{web.manifest.base(3)}/feed.xml")).text

    assert [(await client.get(url)).status_code for url in (first, second, second)] == [200, 429, 200]
    assert [(await client.get(url)).status_code for url in (out, to_come)] == [200, 404]
    assert out in feed
    assert to_come not in feed


async def test_the_log_shows_requests_that_meet_at_a_host(web, client):
    await asyncio.gather(*(client.get(url) for url in urls_of(web, 1)))

    assert audit(web.plan, await web.hits(), 0.0).overlaps == 1
    assert [hit.in_flight for hit in sorted(await web.hits(), key=lambda hit: hit.started)] == [0, 1]
    assert (await web.progress()).pages == 2

    await web.forget()

    assert await web.hits() == []


async def test_a_client_that_goes_away_is_logged_without_a_status(web):
    url = urls_of(web, 1)[0]
    with pytest.raises(httpx.ReadTimeout):
        async with httpx.AsyncClient(trust_env=False, timeout=0.05) as hasty:
            await hasty.get(url)
    async with asyncio.timeout(10):
        while not await web.hits():  # noqa: ASYNC110 - what is waited for sets no event
            await asyncio.sleep(0.02)

    assert [hit.status for hit in await web.hits()] == [0]
