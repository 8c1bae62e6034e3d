"""What a page says of its own address, and whether it can be so."""

import pytest
from copydesk_crawler.core.urls.canonical_url import Address, canonical_url
from copydesk_crawler.core.urls.declared_canonical import (
    Believed,
    Disbelieved,
    believed_canonical,
    declared_addresses,
)
from hypothesis import given
from hypothesis import strategies as st

STORY = "https://www.courier.co.uk/politics/council-votes-on-bridge-481516"


def address(url: str) -> Address:
    found = canonical_url(url)
    assert isinstance(found, Address), url
    return found


@pytest.mark.parametrize(
    ("page", "declared", "canonical", "reason"),
    [
        (STORY, STORY, STORY, "itself"),
        (STORY, "/politics/council-votes-on-bridge-481516#top", STORY, "itself"),
        (STORY, STORY + "?utm_source=x", STORY, "itself"),
        ("http://www.courier.co.uk/a/b", "https://www.courier.co.uk/a/b", None, "spelling"),
        ("https://courier.co.uk/a/b", "https://www.courier.co.uk/a/b", None, "spelling"),
        (STORY + "/", STORY, STORY, "spelling"),
        (STORY + "/amp", STORY, STORY, "variant"),
        (STORY + "?outputType=amp", STORY, STORY, "variant"),
        ("https://m.courier.co.uk/a/b", "https://www.courier.co.uk/a/b", None, "variant"),
        ("http://amp.courier.co.uk/a/b.html", "https://courier.co.uk/a/b.html", None, "variant"),
        (STORY + "?print=1", STORY, STORY, "variant"),
        (STORY + "?from=home", STORY, STORY, "parameters"),
        (STORY + "?cid=rss", STORY, STORY, "parameters"),
        ("https://courier.co.uk/the-bridge-opens-at-last?p=9", "/the-bridge-opens-at-last", None, "parameters"),
        ("https://courier.co.uk/s?id=4&from=x", "https://courier.co.uk/s?id=4", None, "parameters"),
        ("https://courier.co.uk/s?from=x", "https://courier.co.uk/s", None, "parameters"),
        ("https://m.courier.co.uk/s?id=4&from=x", "https://www.courier.co.uk/s?id=4", None, "parameters"),
        ("https://courier.co.uk/latest/rangers-win", "https://courier.co.uk/sport/rangers-win", None, "same-name"),
        ("https://courier.co.uk/?p=4812", STORY, STORY, "same-site"),
        ("https://courier.co.uk/index.php?id=4812", "/news/bridge-opens-at-last", None, "same-site"),
        ("https://news.courier.co.uk/x/481516", STORY, STORY, "same-site"),
        (STORY + "/gallery/3", STORY, STORY, "same-site"),
        ("https://courier.co.uk/latest/bridge-opens-481516", STORY, STORY, "same-site"),
        ("https://courier.jp/news/481", "https://courier.jp/news/港の橋がついに開通", None, "same-site"),
        ("https://courier.co.uk/a/b", "https://courier.co.uk/articles/c4g8x2lw9nko", None, "same-site"),
        ("http://127.0.0.1:8080/a?x=1", "http://127.0.0.1:8080/a", None, "parameters"),
    ],
)
def test_believed(page: str, declared: str, canonical: str | None, reason: str) -> None:
    decision = believed_canonical(address(page), [declared])
    assert isinstance(decision, Believed), decision
    assert decision.reason == reason
    assert decision.address == canonical_url(canonical or declared, page)


@pytest.mark.parametrize(
    ("page", "declared", "reason"),
    [
        (STORY, "", "undeclared"),
        (STORY, "   ", "undeclared"),
        (STORY, "javascript:void(0)", "unusable"),
        (STORY, "http://[broken/", "unusable"),
        (STORY, "https://www.courier.co.uk/", "home-page"),
        (STORY, "https://www.courier.co.uk", "home-page"),
        (STORY, "/index.html", "home-page"),
        (STORY, "/en/", "home-page"),
        (STORY, "/de-at/home", "home-page"),
        (STORY, "/politics", "section"),
        (STORY, "/politics/", "section"),
        (STORY, "/sport", "section"),
        (STORY, "/2026/11/22/", "section"),
        (STORY, "/real-estate", "section"),
        (STORY, STORY + "/amp", "variant"),
        (STORY, "https://m.courier.co.uk/politics/council-votes-on-bridge-481516", "variant"),
        (STORY, "https://www.courier.co.uk:8443/politics/council-votes-on-bridge-481516", "other-port"),
        ("https://courier.co.uk/show.php?id=4", "https://courier.co.uk/show.php", "drops-identity"),
        ("https://courier.co.uk/show.php?id=4", "https://courier.co.uk/show.php?id=5", "other-story"),
        ("https://courier.co.uk/show-news-item?id=4", "https://courier.co.uk/show-news-item", "drops-identity"),
        (STORY, "//www.courier.co.uk:99999/", "unusable"),
        (STORY, "/politics/harbour-fee-rises-again-108815", "other-story"),
        (STORY, "https://other.co.uk/politics/council-votes-on-bridge-481516", "other-site"),
        ("http://127.0.0.1:8080/a", "http://127.0.0.1:9090/a", "other-site"),
        ("https://desk.github.io/a-long-story-name", "https://other.github.io/a-long-story-name", "other-site"),
    ],
)
def test_disbelieved(page: str, declared: str, reason: str) -> None:
    decision = believed_canonical(address(page), [declared])
    assert isinstance(decision, Disbelieved), decision
    assert decision.reason == reason


def test_og_url_is_asked_when_the_canonical_link_makes_no_sense() -> None:
    page = address(STORY + "?from=home")
    assert believed_canonical(page, ["https://www.courier.co.uk/", STORY]) == Believed(address(STORY), "parameters")
    assert believed_canonical(page, ["https://www.courier.co.uk/", "/politics"]) == Disbelieved("home-page")


def test_a_story_of_another_site_is_a_source_and_no_identity() -> None:
    agency = "https://agency.example/world/harbour-bridge-opens-2342"
    assert believed_canonical(address(STORY), [agency]) == Disbelieved("other-site", address(agency))
    assert believed_canonical(address(STORY), ["https://agency.example/"]) == Disbelieved("other-site")
    decision = believed_canonical(address(STORY), [agency, STORY])
    assert decision == Believed(address(STORY), "itself")


def test_what_many_pages_declare_is_believed_of_none() -> None:
    page = address("https://courier.co.uk/?p=4812")
    assert isinstance(believed_canonical(page, [STORY], {STORY: 2}), Believed)
    assert believed_canonical(page, [STORY], {STORY: 3}) == Disbelieved("shared")


def test_many_variants_of_a_story_may_declare_it() -> None:
    for page in (STORY + "/amp", STORY + "?print=1", STORY + "?from=home", "http://courier.co.uk" + STORY[25:]):
        assert isinstance(believed_canonical(address(page), [STORY], {STORY: 40}), Believed), page


def test_what_counts_is_asked_for_by_usable_addresses() -> None:
    declared = ["", "mailto:desk@courier.co.uk", STORY, STORY + "?utm_source=x", "/other"]
    assert [each.url for each in declared_addresses(address(STORY), declared)] == [STORY]


def test_a_contested_mark_that_the_site_keeps_is_part_of_its_addresses() -> None:
    page, declared = address(STORY + "?from=x"), STORY + "?cmpid=5&utm_source=x"
    kept = frozenset({"cmpid"})
    assert [each.url for each in declared_addresses(page, [declared], kept)] == [STORY + "?cmpid=5"]
    decision = believed_canonical(page, [declared], kept=kept)
    assert isinstance(decision, Believed)
    assert decision.address.url == STORY + "?cmpid=5"


@given(st.lists(st.text(max_size=60), max_size=5))
def test_any_declaration_is_decided(declared: list[str]) -> None:
    decision = believed_canonical(address(STORY), declared)
    if isinstance(decision, Believed):
        assert canonical_url(decision.address.url) == decision.address
