"""AMP, phone and print addresses, and the stories that they are probably of."""

import pytest
from copydesk_crawler.core.urls.canonical_url import Address, canonical_url
from copydesk_crawler.core.urls.sites import site_of
from copydesk_crawler.core.urls.story_names import is_home, names_story, names_story_surely
from copydesk_crawler.core.urls.url_variants import same_page_by_name, variant_of
from hypothesis import given
from hypothesis import strategies as st


def address(url: str) -> Address:
    found = canonical_url(url)
    assert isinstance(found, Address), url
    return found


@pytest.mark.parametrize(
    ("url", "kind", "canonical"),
    [
        ("https://courier.example/a/b/amp", "amp", "https://courier.example/a/b"),
        ("https://courier.example/a/b/amp/", "amp", "https://courier.example/a/b/"),
        ("https://courier.example/amp/a/b", "amp", "https://courier.example/a/b"),
        ("https://courier.example/a/b.amp", "amp", "https://courier.example/a/b"),
        ("https://courier.example/a/b.amp.html", "amp", "https://courier.example/a/b.html"),
        ("https://courier.example/a/b-amp.html", "amp", "https://courier.example/a/b.html"),
        ("https://courier.example/a/amp.html", "amp", "https://courier.example/a"),
        ("https://courier.example/a?amp", "amp", "https://courier.example/a"),
        ("https://courier.example/a?amp=1&id=4", "amp", "https://courier.example/a?id=4"),
        ("https://courier.example/a?outputType=amp", "amp", "https://courier.example/a"),
        ("https://amp.courier.example/a", "amp", "https://courier.example/a"),
        ("https://m.courier.example/a", "mobile", "https://courier.example/a"),
        ("https://mobile.courier.example:8443/a", "mobile", "https://courier.example:8443/a"),
        ("https://touch.courier.example/a", "mobile", "https://courier.example/a"),
        ("https://www.m.courier.example/a", "mobile", "https://www.courier.example/a"),
        ("https://de.m.courier.example/a", "mobile", "https://de.courier.example/a"),
        ("https://courier.example/m/a/b", "mobile", "https://courier.example/a/b"),
        ("https://courier.example/a?print=1", "print", "https://courier.example/a"),
        ("https://courier.example/a?b=c&view=print", "print", "https://courier.example/a?b=c"),
        ("https://courier.example/a/print/", "print", "https://courier.example/a/"),
        ("https://courier.example/a/drucken", "print", "https://courier.example/a"),
        ("https://m.courier.example/a/amp?print=true", "mobile", "https://courier.example/a"),
    ],
)
def test_variants_say_where_the_story_probably_is(url: str, kind: str, canonical: str) -> None:
    found = variant_of(address(url))
    assert found is not None
    assert (found.kind, found.address.url) == (kind, canonical)


@pytest.mark.parametrize(
    "url",
    [
        "https://courier.example/",
        "https://courier.example/amp",
        "https://courier.example/print/",
        "https://courier.example/a?amp=tubes",
        "https://courier.example/a?view=map",
        "https://courier.example/a?mode=2",
        "https://courier.example/a/champ",
        "https://courier.example/the-amp-story",
        "https://media.courier.example/a",
        "https://m.example/a",
        "https://news.m.courier.example/a",
        "http://127.0.0.1:8080/a",
    ],
)
def test_what_looks_like_no_variant(url: str) -> None:
    assert variant_of(address(url)) is None


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("http://courier.example/a", "https://www.courier.example/a/", True),
        ("https://m.courier.example/a", "https://www.courier.example/a", True),
        ("https://courier.example/a/amp/", "https://courier.example/a", True),
        ("https://courier.example/a/index.html", "https://courier.example/a", True),
        ("https://courier.example/a?print=1&id=4", "https://courier.example/a?id=4", True),
        ("https://courier.example/a?id=4", "https://courier.example/a?id=5", False),
        ("https://courier.example/a", "https://courier.example/b", False),
        ("https://sport.courier.example/a", "https://courier.example/a", False),
        ("https://courier.example:8443/a", "https://courier.example/a", False),
    ],
)
def test_names_of_one_page(one: str, other: str, same: bool) -> None:
    assert same_page_by_name(address(one), address(other)) is same
    assert same_page_by_name(address(other), address(one)) is same


@given(
    st.from_regex(r"https://(www\.|m\.|amp\.)?courier\.example(/(amp|m|print|a|b-amp|c\.amp\.html))*/?", fullmatch=True)
)
def test_every_address_is_of_its_own_page(url: str) -> None:
    assert same_page_by_name(address(url), address(url))
    found = variant_of(address(url))
    assert found is None or found.address != address(url)


@pytest.mark.parametrize(
    ("url", "site"),
    [
        ("https://www.courier.co.uk/a", "courier.co.uk"),
        ("https://news.courier.com.br/a", "courier.com.br"),
        ("https://desk.github.io/a", "desk.github.io"),
        ("https://xn--bcher-kva.de/a", "xn--bcher-kva.de"),
        ("http://127.0.0.1:8080/a", "127.0.0.1:8080"),
        ("http://localhost/a", "localhost"),
    ],
)
def test_sites(url: str, site: str) -> None:
    assert site_of(address(url)) == site


@pytest.mark.parametrize(
    ("path", "names", "surely"),
    [
        ("/", False, False),
        ("/politics/", False, False),
        ("/real-estate/", False, False),
        ("/2026/11/22/", False, False),
        ("/2026-11-22", False, False),
        ("/archive/20261122/", False, False),
        ("/sport/rangers-win", False, False),
        ("/sport/rangers-win.html", True, False),
        ("/show-news-item", True, False),
        ("/show.php?id=4", True, False),
        ("/council-votes-on-bridge", True, False),
        ("/articles/c4g8x2lw9nko", True, True),
        ("/council-votes-on-harbour-bridge", True, True),
        ("/article/481516", True, True),
        ("/news/港の橋がついに開通", True, True),
        ("/समाचार/", False, False),
        ("/समाचार/पुल-आखिरकार-खुला", True, False),
        ("/अख़बार/पुल-आखिरकार-खुला-और-जनता", True, True),
        ("/การเมือง/", False, False),
        ("/国际新闻/", False, False),
        ("/ข่าว/สะพานท่าเรือเปิดแล้ว", True, True),
        ("/أخبار/", False, False),
        ("/أخبار/افتتاح-جسر-الميناء", True, False),
        ("/новости/мост-наконец-открыт-для-всех", True, True),
    ],
)
def test_what_names_a_story(path: str, names: bool, surely: bool) -> None:
    found = address("https://courier.co.uk" + path)
    assert (names_story(found), names_story_surely(found)) == (names, surely)


@pytest.mark.parametrize("path", ["/", "/index.php", "/en/", "/pt-br/index.html", "/home", "/default.aspx", "/fr"])
def test_home_pages(path: str) -> None:
    assert is_home(address("https://courier.co.uk" + path))


@pytest.mark.parametrize("path", ["/?p=4812", "/en/story", "/news", "/index.php?id=4"])
def test_no_home_pages(path: str) -> None:
    assert not is_home(address("https://courier.co.uk" + path))
