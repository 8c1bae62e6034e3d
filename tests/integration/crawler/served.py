"""What the sites in the crawler's tests are made of, to be served by `copydesk.testing.raw_server`."""

import asyncio
from collections.abc import Callable, Mapping, Sequence

from copydesk.contracts import Source
from copydesk.testing.raw_server import RawServer, Talk, saying

HTML = "Content-Type: text/html; charset=utf-8"
XML = "Content-Type: text/xml"
NOT_FOUND = saying("404 Not Found", b"no")


def page(text: str = "De brug is weer open.") -> Talk:
    return saying("200 OK", f"<!doctype html><html><body><p>{text}</p></body></html>".encode(), HTML)


def feed(*links: str) -> Talk:
    items = "".join(f"<item><link>{link.replace('&', '&amp;')}</link></item>" for link in links)
    return saying("200 OK", f"<rss version='2.0'><channel>{items}</channel></rss>".encode(), XML)


def in_turn(*talks: Talk) -> Talk:
    """Each request gets the next answer, the last one again and again."""
    left = list(talks)

    async def talk(writer: asyncio.StreamWriter, head: str) -> None:
        await (left.pop(0) if len(left) > 1 else left[0])(writer, head)

    return talk


def site(pages: Mapping[str, Talk | Sequence[Talk]], unlisted: Callable[[str], Talk] = lambda path: NOT_FOUND) -> Talk:
    """Answers by path, several of them in turn; `unlisted` answers for all other paths."""
    answers = {path: talks if callable(talks) else in_turn(*talks) for path, talks in pages.items()}

    async def talk(writer: asyncio.StreamWriter, head: str) -> None:
        path = head.split(" ")[1]
        await (answers.get(path) or unlisted(path))(writer, head)

    return talk


def source(server: RawServer, **fields: object) -> Source:
    """The source `courier` on a server, with its feed at `/feed` and its sitemap at `/map` unless told otherwise."""
    usual = {"feeds": [server.url("/feed")], "sitemaps": [server.url("/map")]}
    return Source(name="courier", url=server.url("/"), **(usual | fields))  # type: ignore[arg-type]


def paths(server: RawServer) -> list[str]:
    """What was asked for, in order."""
    return [head.split(" ")[1] for head in server.heads]
