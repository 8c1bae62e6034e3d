"""Sources survive a round trip through the database."""

from copydesk.contracts import Source
from copydesk.storage import Pool
from copydesk.storage.sources import load_sources, save_sources

HARBOUR = Source(name="harbour-post", url="https://harbour.example/")
NOORD = Source(
    name="noorderlicht 'a\"b\\",
    url="https://noord.example/?a={1,2}",
    feeds=["https://noord.example/rss", 'https://noord.example/"quoted",{braces}\\'],
    sitemaps=["https://noord.example/news.xml"],
    language="nl",
    country="NL",
    enabled=False,
    ignore_robots=True,
    retention=30,
    licence="Noorderlicht 2026/7, '{a}'",
    display_rights="excerpt",
    opt_outs=["tdm-reservation", "noarchive"],
)


async def test_sources_come_back_as_they_were_saved(pool: Pool) -> None:
    await save_sources(pool, [])
    assert await load_sources(pool) == []
    await save_sources(pool, [NOORD, HARBOUR])
    assert await load_sources(pool) == [HARBOUR, NOORD]


async def test_saving_again_replaces_the_source_of_that_name(pool: Pool) -> None:
    await save_sources(pool, [HARBOUR])
    moved = Source(name="harbour-post", url="https://new.example/", language="en")
    await save_sources(pool, [HARBOUR, moved])
    assert await load_sources(pool) == [moved]
