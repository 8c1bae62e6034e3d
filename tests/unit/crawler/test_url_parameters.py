"""Parameters that a site's canonical addresses teach us to drop, or to leave alone."""

from collections import Counter

from copydesk_crawler.core.urls.canonical_url import Address, Rejected, canonical_url
from copydesk_crawler.core.urls.url_parameters import (
    NO_RULES,
    ParameterEvidence,
    ParameterRules,
    ParameterSeen,
    observe,
    rules_of,
    site_address,
    strip,
)
from hypothesis import given
from hypothesis import strategies as st

SITE = "https://www.courier.co.uk"


def address(path: str) -> Address:
    found = canonical_url(SITE + path, keep_tracking=True)
    assert isinstance(found, Address)
    return found


def learned(*pairs: tuple[str, str]) -> ParameterRules:
    """The rules after so many pages, each with its canonical address."""
    counts = Counter(seen for page, canonical in pairs for seen in observe(address(page), address(canonical)))
    keys = {(seen.site, seen.parameter) for seen in counts}
    return rules_of(
        ParameterEvidence(site, name, counts[ParameterSeen(site, name, True)], counts[ParameterSeen(site, name, False)])
        for site, name in keys
    )


def test_one_page_is_evidence_of_each_parameter() -> None:
    assert observe(address("/story-of-a-bridge?From=home&id=4"), address("/story-of-a-bridge?id=4")) == (
        ParameterSeen("courier.co.uk", "id", True),
        ParameterSeen("courier.co.uk", "from", False),
    )


def test_five_pages_that_drop_a_parameter_are_enough() -> None:
    pages = [(f"/story-of-bridge-{number}?from=home", f"/story-of-bridge-{number}") for number in range(5)]
    assert learned(*pages[:4]).stripped == frozenset()
    assert learned(*pages).stripped == {"from"}


def test_one_page_that_keeps_it_is_enough_too() -> None:
    pages = [(f"/story-of-bridge-{number}?from=home", f"/story-of-bridge-{number}") for number in range(50)]
    assert learned(*pages, ("/film?from=1972", "/film?from=1972")).stripped == frozenset()


def test_another_path_says_nothing_of_what_it_leaves_out() -> None:
    pages = [(f"/index.php?id={number}", f"/news/story-of-bridge-{number}") for number in range(9)]
    assert learned(*pages) == NO_RULES


def test_what_names_a_story_is_not_dropped_from_a_path_that_names_none() -> None:
    assert learned(*[(f"/{word}.php?id={word}", f"/{word}.php") for word in "abcdefgh"]) == NO_RULES
    assert learned(*[(f"/{word}/show-news-item?id=4", f"/{word}/show-news-item") for word in "abcdefgh"]) == NO_RULES
    pages = [(f"/story-of-bridge-{number}?id=x", f"/story-of-bridge-{number}") for number in range(4811, 4816)]
    assert learned(*pages).stripped == {"id"}


def test_marks_of_a_variant_are_no_evidence() -> None:
    assert observe(address("/story-of-a-bridge?print=1"), address("/story-of-a-bridge")) == ()


def test_another_site_teaches_nothing() -> None:
    other = canonical_url("https://agency.example/story-of-a-bridge")
    assert isinstance(other, Address)
    assert observe(address("/story-of-a-bridge?from=x"), other) == ()


def test_listed_marks_are_learned_only_where_they_are_contested() -> None:
    page = address("/show")
    assert observe(page, address("/show?cmpid=5&utm_source=x&fbclid=y")) == (
        ParameterSeen("courier.co.uk", "cmpid", True),
    )


def test_stripping_leaves_all_else_as_it_is() -> None:
    rules = ParameterRules(stripped=frozenset({"from", "größe"}))
    assert strip(address("/a?b=1&From=x&c=2&from=y"), rules) == address("/a?b=1&c=2")
    assert strip(address("/a?from=x"), rules) == address("/a")
    assert strip(address("/a?gr%C3%B6%C3%9Fe=1"), rules) == address("/a")
    assert strip(address("/a?fromage=brie"), rules) == address("/a?fromage=brie")
    assert strip(address("/from=1"), rules) == address("/from=1")


def test_links_are_read_by_the_rules_of_their_site() -> None:
    rules = {"courier.co.uk": ParameterRules(frozenset({"from"}), frozenset({"cmpid", "id"}))}

    def rules_for(site: str) -> ParameterRules:
        return rules.get(site, NO_RULES)

    def found(raw: str) -> str:
        got = site_address(raw, SITE + "/politics/", rules_for)
        assert isinstance(got, Address)
        return got.url

    assert found("show?cmpid=5&from=home&utm_source=x") == f"{SITE}/politics/show?cmpid=5"
    assert found("https://agency.example/show?cmpid=5&from=home") == "https://agency.example/show?from=home"
    assert found("/plain") == f"{SITE}/plain"
    assert site_address("mailto:desk@courier.co.uk?from=x", SITE, rules_for) == Rejected("scheme-not-http")


_NAMES = st.sampled_from(["from", "id", "cmpid", "utm_source", "A%42", "ü", ""])
_QUERIES = st.lists(st.tuples(_NAMES, st.text(max_size=5)).map("=".join), max_size=6).map("&".join)


@given(_QUERIES, st.frozensets(_NAMES), st.frozensets(_NAMES))
def test_stripping_twice_is_stripping_once(query: str, stripped: frozenset[str], kept: frozenset[str]) -> None:
    rules = ParameterRules(stripped, kept)
    once = site_address(f"{SITE}/a?{query}", None, lambda _: rules)
    assert isinstance(once, Address)
    assert strip(once, rules) == once
    assert site_address(once.url, None, lambda _: rules) == once


@given(_QUERIES, _QUERIES)
def test_evidence_never_contradicts_itself(page: str, canonical: str) -> None:
    seen = observe(address(f"/a?{page}"), address(f"/a?{canonical}"))
    assert len({each.parameter for each in seen}) == len(seen)
