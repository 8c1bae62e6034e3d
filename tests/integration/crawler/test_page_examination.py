"""What came is looked at before it passes: walls, errors with a smile, reservations, and whose page it is."""

import gzip
from asyncio import StreamWriter
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from uuid import UUID

from copydesk.contracts import PageFetched, Rights, article_id, content_of
from copydesk.settings import CrawlerSettings, OptOut
from copydesk.storage.frontier import Frontier
from copydesk.storage.frontier_rows import Finished, NewUrl, Visit
from copydesk.storage.funnel import read_funnel
from copydesk.storage.takedowns import Asked, block_addresses, withdraw
from copydesk.testing.raw_server import Talk, raw_server, saying
from tests.integration.crawler.served import HTML, feed, paths, site, source
from tests.integration.crawler.test_frontier import MINUTE, NONE, discover, url

PROSE = "".join(
    f"<p>De brug over de Vecht is na elf weken weer open voor het verkeer, zei wethouder De Boer op dag {day}.</p>"
    for day in range(8)
)


def page(head: str = "", body: str = PROSE, *headers: str, title: str = "De brug is weer open") -> Talk:
    html = f"<!doctype html><html><head><title>{title}</title>{head}</head><body><main>{body}</main></body></html>"
    return saying("200 OK", html.encode(), HTML, *headers)


def canonical(address: str) -> str:
    return f'<link rel="canonical" href="{address}">'


def listed(pages: Mapping[str, Talk], *links: str) -> Talk:
    """A site whose feed names these links, or all of its pages."""
    return site({**pages, "/feed": feed(*(links or pages))})


async def published(desk) -> list[PageFetched]:
    return [message for message in await desk.published() if isinstance(message, PageFetched)]


async def test_pages_that_are_no_articles_are_counted_by_what_they_are(desk) -> None:
    shell = '<div id="root"></div><noscript>Zet JavaScript aan om deze site te gebruiken.</noscript>'
    pages = {
        "/good": page(),
        "/missing": page(
            "", "<h1>Pagina niet gevonden</h1><p>De pagina bestaat niet.</p>", title="404 - Niet gevonden"
        ),
        "/shell": page("", shell, title="Courier"),
        "/blocked": page(
            "", "<h1>Just a moment...</h1><script>window._cf_chl_opt={}</script>", title="Just a moment..."
        ),
        "/elsewhere": page(
            '<base href="/x/"><meta http-equiv="refresh" content="0; url=../good">', "<p>Ga verder.</p>"
        ),
    }
    async with raw_server(listed(pages)) as server:
        await desk.add(source(server))
        service = desk.service()
        async with desk.running(service):
            await desk.until(lambda: paths(server).count("/blocked") > 1)
            await desk.until(lambda: "/elsewhere" in paths(server))
    assert {each.url for each in await published(desk)} == {server.url("/good")}
    (row,) = await read_funnel(desk.pool)
    assert row.dropped == {"soft-404": 1, "needs-javascript": 1, "duplicate-of": 1}
    assert (await desk.states())[server.url("/blocked")] == ("waiting", "block-page")


async def test_one_body_under_many_addresses_is_no_article(desk) -> None:
    async with raw_server(listed({f"/{number}": page() for number in range(8)})) as server:
        await desk.add(source(server))
        await desk.crawl()
    (row,) = await read_funnel(desk.pool)
    assert row.dropped == {"soft-404": 4}
    assert row.fetched == 4


CHALLENGE = b"<!doctype html><title>Just a moment...</title><h1>Verify you are human</h1><i>_cf_chl_opt</i>"


async def test_one_challenge_for_every_address_is_no_missing_page(desk) -> None:
    pages = {f"/{number}": saying("200 OK", CHALLENGE, "Content-Type: text/html") for number in range(5)}
    async with raw_server(listed(pages)) as server:
        await desk.add(source(server))
        await desk.crawl()
    assert {state for url, state in (await desk.states()).items()} == {("waiting", "block-page")}


async def test_a_denial_that_names_itself_a_challenge_is_asked_again(desk) -> None:
    told = saying("403 Forbidden", CHALLENGE, "Content-Type: text/html", "CF-Mitigated: challenge")
    async with raw_server(listed({"/told": told, "/denied": saying("403 Forbidden")})) as server:
        await desk.add(source(server))
        await desk.crawl()
        states = await desk.states()
    assert states[server.url("/told")] == ("waiting", "block-page")
    assert states[server.url("/denied")] == ("waiting", "http-403")
    (row,) = await read_funnel(desk.pool)
    assert (row.waiting, row.dropped, row.adds_up) == (1, {"http-403": 1}, True)


async def test_reservations_are_recorded_and_obeyed(desk) -> None:
    desk.schedule = CrawlerSettings(obey_opt_outs=[OptOut.NOAI, OptOut.TDM_RESERVATION])
    reserved = saying(
        "200 OK", b'[{"location": "/reserved/*", "tdm-reservation": 1}]', "Content-Type: application/json"
    )
    pages = {
        "/free": page(),
        "/header": page("", PROSE + "<p>1</p>", "X-Robots-Tag: otherbot: noindex, noai"),
        "/ours": page("", PROSE + "<p>2</p>", "X-Robots-Tag: noai"),
        "/meta": page('<meta name="tdm-reservation" content="1">', PROSE + "<p>3</p>"),
        "/reserved/1": page("", PROSE + "<p>4</p>"),
        "/noindex": page('<meta name="robots" content="noindex, noarchive">', PROSE + "<p>5</p>"),
        "/.well-known/tdmrep.json": reserved,
    }
    async with raw_server(listed(pages, *(path for path in pages if "well-known" not in path))) as server:
        await desk.add(source(server))
        await desk.crawl()
    assert {each.url: each.opt_outs for each in await published(desk)} == {
        server.url("/free"): [],
        server.url("/header"): [],
        server.url("/noindex"): ["noindex", "noarchive"],
    }
    (row,) = await read_funnel(desk.pool)
    assert row.dropped == {"opt-out-noai": 1, "opt-out-tdm-reservation": 2}
    assert paths(server).count("/.well-known/tdmrep.json") == 1


async def test_the_archive_keeps_what_it_may(desk, tmp_path) -> None:
    desk.schedule = CrawlerSettings(archive_url=str(tmp_path / "warc"))
    pages = {"/free": page(), "/kept-out": page('<meta name="robots" content="noarchive">', PROSE + "<p>1</p>")}
    async with raw_server(listed(pages)) as server:
        await desk.add(source(server))
        await desk.crawl()
    assert len(await published(desk)) == 2
    (file,) = (tmp_path / "warc").glob("*.warc.gz")
    records = gzip.decompress(file.read_bytes()).decode("utf-8", "replace")
    assert f"WARC-Target-URI: {server.url('/free')}\r\n" in records
    assert "/kept-out" not in records


async def test_one_article_under_several_addresses_is_one(desk) -> None:
    pages = {
        "/nieuws/brug-weer-open-4711?ref=feed": page(canonical("/nieuws/brug-weer-open-4711")),
        "/nieuws/brug-weer-open-4711?ref=home": page(canonical("/nieuws/brug-weer-open-4711"), PROSE + "<p>banner</p>"),
        "/amp/nieuws/markt-is-verplaatst-4712": page(canonical("/nieuws/markt-is-verplaatst-4712"), PROSE + "<p>2</p>"),
        "/nieuws/markt-is-verplaatst-4712": page("", PROSE + "<p>markt</p>"),
        "/nieuws/haven-vaart-uit-4713": page(canonical("/"), PROSE + "<p>haven</p>"),
    }
    async with raw_server(
        listed(pages, *(path for path in pages if path != "/nieuws/markt-is-verplaatst-4712"))
    ) as server:
        await desk.add(source(server))
        await desk.crawl()
        found = {each.canonical_url: each.url for each in await published(desk)}
    first = server.url("/nieuws/brug-weer-open-4711")
    assert found.keys() == {
        first, server.url("/nieuws/markt-is-verplaatst-4712"), server.url("/nieuws/haven-vaart-uit-4713")
    }  # fmt: skip
    assert found[first].startswith(first + "?ref=")
    assert found[server.url("/nieuws/markt-is-verplaatst-4712")] == server.url("/nieuws/markt-is-verplaatst-4712")
    (row,) = await read_funnel(desk.pool)
    assert row.dropped == {"duplicate-of": 3}
    assert (row.fetched, row.waiting, row.adds_up) == (3, 0, True)
    states = await desk.states()
    assert states[first] == ("waiting", None)


async def test_a_copy_names_its_original_and_stays_itself(desk) -> None:
    original = "https://agency.example/news/bridge-reopens-after-repairs-20481"
    async with raw_server(listed({"/nieuws/brug-weer-open-4711": page(canonical(original))})) as server:
        await desk.add(source(server))
        await desk.crawl()
    (found,) = await published(desk)
    assert found.canonical_url == found.url
    assert found.hints == {"syndicated_from": original}


async def test_parameters_that_say_nothing_are_learned_and_left_out(desk) -> None:
    names = [f"/nieuws/brug-nummer-{number}-weer-open" for number in range(6)]
    pages = {f"{name}?ref=r{number}&pagina=2": page(canonical(f"{name}?pagina=2"), PROSE + f"<p>{name}</p>")
             for number, name in enumerate(names)}  # fmt: skip
    later = "/nieuws/de-markt-is-verplaatst"
    async with raw_server(listed(pages)) as server:
        await desk.add(source(server))
        await desk.crawl()
    rows = await desk.pool.fetch("SELECT parameter, kept, dropped FROM copydesk.url_parameters ORDER BY parameter")
    assert [tuple(row) for row in rows] == [("pagina", 6, 0), ("ref", 0, 6)]
    async with raw_server(
        listed({f"{later}?pagina=2": page("", PROSE + "<p>markt</p>")}, f"{later}?ref=x&pagina=2")
    ) as server:
        await desk.add(source(server))
        await desk.pool.execute("UPDATE copydesk.url_parameters SET site = $1", server.url("/").split("/")[2])
        await desk.crawl()
        assert f"{later}?pagina=2" in paths(server)
        assert f"{later}?ref=x&pagina=2" not in paths(server)


async def test_two_pages_never_become_duplicates_of_one_another(pool) -> None:
    frontier = Frontier(pool, "one", MINUTE)
    www, bare = url(1, "www.courier.example"), url(1, "courier.example")
    await discover(frontier, www, bare)
    claims = {claim.lease.host: claim for claim in await frontier.claim(2, 1)}

    def duplicate(one: NewUrl, other: NewUrl) -> Finished:
        visit = Visit("duplicate", "duplicate-of", duplicate_of=other.id, declared=True)
        return Finished(claims[one.host].lease, one.id, visit, NONE, False)

    assert await frontier.finish([duplicate(www, bare)]) == [True]
    assert await frontier.finish([duplicate(bare, www)]) == [False]
    (again,) = await frontier.claim(2, 1)
    assert again.urls[0].url == bare.url
    assert (await frontier.known([www.url]))[www.url].state == "duplicate"


async def test_a_page_travels_as_its_server_packed_it(desk) -> None:
    html = b"<!doctype html><html><body><main>" + PROSE.encode() + b"</main></body></html>"
    packed = saying("200 OK", gzip.compress(html), HTML, "Content-Encoding: gzip")
    trailing = saying("200 OK", gzip.compress(html + b"<p>2") + b"junk", HTML, "Content-Encoding: gzip")
    async with raw_server(listed({"/packed": packed, "/trailing": trailing})) as server:
        await desk.add(source(server))
        await desk.crawl()
    found = {each.url: each for each in await published(desk)}
    first, second = found[server.url("/packed")], found[server.url("/trailing")]
    assert (first.body_coding, content_of(first.body, first.body_coding)) == ("gzip", html)
    assert first.content_sha256 == sha256(html).hexdigest()
    assert (second.body_coding, second.body) == (None, html + b"<p>2")


async def test_a_page_whose_declared_address_is_gone_stands_for_itself(desk) -> None:
    gone = "/nieuws/markt-is-verplaatst-4712"
    pages = {f"/amp{gone}": page(canonical(gone)), gone: saying("410 Gone")}
    async with raw_server(listed(pages, f"/amp{gone}")) as server:
        await desk.add(source(server))
        await desk.crawl()
    assert {each.url for each in await published(desk)} == {server.url(f"/amp{gone}")}
    assert paths(server).count(gone) == 1
    (row,) = await read_funnel(desk.pool)
    assert (row.dropped, row.fetched, row.waiting) == ({"http-410": 1}, 1, 0)


async def test_what_is_agreed_with_a_source_goes_with_its_pages(desk, tmp_path) -> None:
    desk.schedule = CrawlerSettings(archive_url=str(tmp_path / "warc"))
    pages = {"/free": page(), "/index": page('<meta name="robots" content="noindex">', PROSE + "<p>1</p>")}
    async with raw_server(listed(pages)) as server:
        agreed = {"licence": "Courier 7", "display_rights": "headline", "retention": 14, "opt_outs": ["noarchive"]}
        await desk.add(source(server, **agreed))
        await desk.crawl()
    fields = {"licence": "Courier 7", "display": "headline", "retention_days": 14}
    assert {each.url: each.rights for each in await published(desk)} == {
        server.url("/free"): Rights(**fields, opt_outs=["noarchive"]),
        server.url("/index"): Rights(**fields, opt_outs=["noindex", "noarchive"]),
    }
    assert not list((tmp_path / "warc").glob("*"))


async def test_what_was_taken_down_comes_back_under_no_other_address(desk, tmp_path) -> None:
    desk.schedule = CrawlerSettings(archive_url=str(tmp_path / "warc"))
    pages: dict[str, Talk] = {"/story": page()}

    async def as_listed_by_now(writer: StreamWriter, head: str) -> None:
        await listed(pages)(writer, head)

    async with raw_server(as_listed_by_now) as server:
        gone = server.url("/story")
        pages["/story-2"] = page(canonical(gone), PROSE + "<p>1</p>")
        taken = await withdraw(desk.pool, Asked(UUID(article_id(gone)), gone, "court order", None, datetime.now(UTC)))
        await block_addresses(desk.pool, taken, datetime.now(UTC))
        await desk.add(source(server))
        await desk.crawl()
        assert "/story" not in paths(server)
        assert "/story-2" in paths(server)
    assert await published(desk) == []
    (row,) = [each for each in await read_funnel(desk.pool) if each.source == "courier"]
    assert row.dropped == {"taken-down": 1}
    assert not list((tmp_path / "warc").glob("*"))
