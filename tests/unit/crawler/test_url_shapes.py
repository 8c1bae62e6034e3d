"""What links to articles look like: by themselves, beside their like, and by what is known of the site."""

import pytest
from copydesk_crawler.core.discovery.article_links import LIKELY, SURE
from copydesk_crawler.core.discovery.home_pages import parse_home_page
from copydesk_crawler.core.urls.url_shapes import known_shapes, shape
from hypothesis import given
from hypothesis import strategies as st

HOME = "https://www.courier.example/"

NAVIGATION = """<header><nav class="menu"><a href="/">Home</a><a href="/politik/">Politik</a><a href="/sport/">Sport</a>
<a href="/wirtschaft/">Wirtschaft</a><a href="/abo/">Abo</a><a href="/login?return=/">Anmelden</a>
<a href="/suche?q=">Suche</a></nav></header>"""
FOOTER = """<footer><a href="/impressum">Impressum</a><a href="/datenschutz">Datenschutz</a><a href="/about-us">About us</a>
<a href="/terms-of-use">Terms of use</a><a href="/newsletter">Newsletter</a><a href="/author/jane-doe-reporter">Jane Doe</a>
<a href="/tag/city-council-meeting">City council</a><a href="https://social.example/courier">Follow</a></footer>"""


def front_page(links: list[tuple[str, str]]) -> bytes:
    cards = "".join(f'<article><h3><a href="{url}">{text}</a></h3></article>' for url, text in links)
    return f"<!doctype html><html><body>{NAVIGATION}<main>{cards}</main>{FOOTER}</body></html>".encode()


SITES = {
    "dated slugs": ("/2030/01/{n:02}/council-votes-on-the-new-bridge-{n}/", "Council votes on the new bridge"),
    "slug with id": ("/politik/stadtrat-stimmt-ueber-neue-bruecke-ab-1234{n:03}.html", "Stadtrat stimmt über Brücke ab"),
    "section and slug": ("/sport/harbour-side-wins-again-after-extra-time-{n}", "Harbour side wins again"),
    "numbers": ("/artikel/91234{n:03}", "Brug na twee jaar weer open voor verkeer"),
    "hex": ("/news/5f3a9c1b7e2d4a{n:02}", "Bridge open again after two years of repairs"),
    "query": ("/article.php?id=88123{n:03}", "Мост снова открыт после ремонта"),
    "cyrillic": ("/новости/мост-снова-открыт-после-ремонта-{n}", "Мост снова открыт после ремонта"),
    "chinese": ("/新闻/大桥重新开放引发市民热议第{n}天", "大桥重新开放引发市民热议"),
    "arabic": ("/أخبار/افتتاح-الجسر-بعد-عامين-من-الإصلاح-{n}", "افتتاح الجسر بعد عامين من الإصلاح"),
    "thai": ("/ข่าว/สะพานเปิดอีกครั้งหลังปิดซ่อม{n}", "สะพานเปิดอีกครั้งหลังปิดซ่อมนานสองปี"),
    "japanese numbers": ("/articles/ASS{n:02}7XQ2DS1UTIL00{n}M.html", "橋が二年ぶりに再開、住民は歓迎"),
    "short slugs under dates": ("/2030-01-{n:02}/bridge", "Bridge open again after two years"),
}  # fmt: skip


@pytest.mark.parametrize("pattern", SITES.values(), ids=SITES.keys())
def test_front_pages_of_many_makes_give_their_articles_and_nothing_else(pattern: tuple[str, str]) -> None:
    path, text = pattern
    links = [(path.format(n=n), f"{text} {n}") for n in range(10, 30)]
    entries = parse_home_page(front_page(links), HOME, "utf-8").entries
    assert len(entries) == 20
    assert {entry.title for entry in entries} == {title for _, title in links}
    assert all(entry.likelihood is not None and entry.likelihood >= LIKELY for entry in entries)


def test_what_is_known_of_a_site_decides_doubtful_links() -> None:
    links = [(f"/p/{word}", "More") for word in ("harbour", "ferry", "bridge")]
    page = front_page(links)
    assert not parse_home_page(page, HOME, None).entries
    known = [f"{HOME}p/{word}" for word in ("tram", "council", "market", "school", "museum")]
    found = parse_home_page(page, HOME, None, known).entries
    assert [entry.url for entry in found] == [f"{HOME}p/harbour", f"{HOME}p/ferry", f"{HOME}p/bridge"]


def test_shapes_that_no_known_article_has_are_doubted() -> None:
    links = [("/shop/the-complete-guide-to-old-bridges", "The complete guide to old bridges")]
    alone = parse_home_page(front_page(links), HOME, None).entries
    known = [f"{HOME}2030/01/{n:02}/council-votes-on-bridge-{n}" for n in range(1, 29)]
    doubted = parse_home_page(front_page(links), HOME, None, known).entries
    assert alone[0].likelihood is not None
    assert not doubted or (doubted[0].likelihood or 0.0) < min(SURE, alone[0].likelihood)


def test_one_shape_may_have_many_spellings() -> None:
    assert shape(f"{HOME}politics/council-votes-on-bridge-123456.html") == shape(
        f"{HOME}sport/team-wins-the-final-again-654321.html"
    )
    assert shape(f"{HOME}a.php?id=1&x=2") == shape(f"{HOME}b.php?x=9&id=7")
    assert shape(f"{HOME}2030/01/02/some-long-slug") != shape(f"{HOME}some-long-slug")


def test_sections_are_found_where_no_feed_is_announced() -> None:
    links = [(f"/sport/harbour-side-wins-again-after-extra-time-{n}", f"Harbour side wins again {n}") for n in range(9)]
    findings = parse_home_page(front_page(links), HOME, None)
    assert (findings.documents[0].url, findings.documents[0].kind) == (f"{HOME}sport/", "section")
    assert {document.url for document in findings.documents} <= {
        f"{HOME}{name}/" for name in ("sport", "politik", "wirtschaft", "abo")
    }
    assert not parse_home_page(front_page(links), HOME, None, sections=False).documents


def test_evidence_needs_more_than_a_few_articles() -> None:
    assert known_shapes([f"{HOME}a/b"]).evidence(f"{HOME}c/d") == 0.0


@given(st.lists(st.text(max_size=60), max_size=8), st.text(max_size=60))
def test_total(known: list[str], url: str) -> None:
    known_shapes(f"https://a.example/{each}" for each in known).evidence(f"https://a.example/{url}")
