"""Which links of a page are handed to the crawler."""

import pytest
import turbohtml
from copydesk_cleaner.core.article_links import MOST_LINKS, SeenLinks, article_links
from hypothesis import given, settings
from hypothesis import strategies as st

URL = "https://www.courier.example/2030/harbour-bridge-reopens-on-monday"


def links(*hrefs: str, url: str = URL, head: str = "") -> tuple[str, ...]:
    anchors = "".join(f'<a href="{href}">Read</a>' for href in hrefs)
    return article_links(turbohtml.parse(f"<html><head>{head}</head><body>{anchors}</body></html>"), url)


@pytest.mark.parametrize(
    ("href", "address"),
    [
        ("/2030/bakery-opens-a-second-oven", "https://www.courier.example/2030/bakery-opens-a-second-oven"),
        ("bakery-opens-a-second-oven.html", "https://www.courier.example/2030/bakery-opens-a-second-oven.html"),
        ("//sport.courier.example/a/8123456", "https://sport.courier.example/a/8123456"),
        ("https://courier.example/news/81234567/", "https://courier.example/news/81234567/"),
        ("/artikel.php?id=812345&utm_source=front#comments", "https://www.courier.example/artikel.php?id=812345"),
        ("/2030/04/fire/", "https://www.courier.example/2030/04/fire/"),
        ("/новости/пекарня-открывает-вторую-печь", "https://www.courier.example/новости/пекарня-открывает-вторую-печь"),
        ("/記事/市場の近くでパン屋が開店した", "https://www.courier.example/記事/市場の近くでパン屋が開店した"),
    ],
)
def test_links_that_look_like_articles(href: str, address: str) -> None:
    assert links(href) == (address,)


@pytest.mark.parametrize(
    "href",
    [
        "/",
        "/politics/",
        "#comments-12345678",
        "/about-us",
        "/tag/harbour-bridge-and-its-repairs",
        "/author/vera-lind-of-the-courier/1234567",
        "/images/harbour-bridge-in-the-fog.jpg",
        "https://other.example/2030/bakery-opens-a-second-oven",
        "https://courier.example.other.net/2030/bakery-opens-a-second-oven",
        "https://notcourier.example/2030/bakery-opens-a-second-oven",
        "https://eve@www.courier.example/2030/bakery-opens-a-second-oven",
        "mailto:desk-of-the-evening-courier@courier.example",
        "javascript:open_article_window(12345678)",
        "https://[::1/bakery-opens-a-second-oven",
        URL,
        URL + "?utm_source=related#top",
    ],
)
def test_links_that_do_not(href: str) -> None:
    assert links(href) == ()


def test_each_once_in_order_and_not_too_many() -> None:
    hrefs = [f"/2030/story-number-{n}-of-the-day" for n in range(100)]
    assert links(*hrefs[:3], *hrefs[:3], hrefs[0] + "#x") == tuple(f"https://www.courier.example{h}" for h in hrefs[:3])
    assert len(links(*hrefs)) == MOST_LINKS


def test_the_base_element_and_ports_count() -> None:
    base = '<base href="https://www.courier.example/archive/">'
    assert links("8123456.html", head=base) == ("https://www.courier.example/archive/8123456.html",)
    assert links("/8123456.html", url="http://127.0.0.1:8080/a") == ("http://127.0.0.1:8080/8123456.html",)
    assert links("http://127.0.0.1:9090/8123456.html", url="http://127.0.0.1:8080/a") == ()


def test_imported_files_have_no_site() -> None:
    assert links("/2030/bakery-opens-a-second-oven", url="import://seeds/page.html") == ()


@settings(max_examples=200, deadline=None)
@given(st.lists(st.text(max_size=60), max_size=8), st.text(max_size=40))
def test_any_address_gives_absolute_links_of_the_site_or_none(hrefs: list[str], url: str) -> None:
    for link in (*links(*hrefs), *links(*hrefs, url=url)):
        assert link.startswith(("http://", "https://"))
        assert "#" not in link


def test_a_link_is_handed_on_once_while_it_is_remembered() -> None:
    seen = SeenLinks(most=3)
    assert seen.new(["a", "b", "a"]) == ["a", "b"]
    assert seen.new(["a", "c"]) == ["c"]
    assert seen.new(["d"]) == ["d"]
    assert seen.new(["b", "a"]) == ["b"], "the one seen longest ago was forgotten"
