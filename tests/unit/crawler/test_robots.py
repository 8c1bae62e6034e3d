"""RFC 9309, rule by rule."""

from datetime import timedelta
from time import process_time

import pytest
from copydesk_crawler.core.permission.robots import (
    MAX_BYTES,
    MAX_CRAWL_DELAY,
    allow_all,
    parse_robots,
    product_token,
    read_part,
)
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.crawler.robots_cases import ASSERTIONS, SITE

AGENT = "Copydesk/0.1 (+https://desk.example/about)"


@pytest.mark.parametrize(
    ("robots", "agent", "url", "allowed"), [a[1:] for a in ASSERTIONS], ids=[a[0] for a in ASSERTIONS]
)
def test_what_may_be_fetched(robots: bytes, agent: str, url: str, allowed: bool) -> None:
    assert parse_robots(robots, agent).allows(url) is allowed


def test_the_table_is_long_enough_to_mean_something(capsys: pytest.CaptureFixture[str]) -> None:
    passed = sum(parse_robots(robots, agent).allows(url) is allowed for _, robots, agent, url, allowed in ASSERTIONS)
    with capsys.disabled():
        print(f"robots.txt assertions: {passed} of {len(ASSERTIONS)}")
    assert len(ASSERTIONS) >= 200


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("2.5", 2.5),
        ("2,5", 2.5),
        ("10", 10),
        ("10 # seconds", 10),
        ("10s", 10),
        ("10 sec", 10),
        ("86400", MAX_CRAWL_DELAY.total_seconds()),
        ("999999999", MAX_CRAWL_DELAY.total_seconds()),
        ("9" * 400, None),
        ("-1", None),
        ("0", None),
        ("nan", None),
        ("inf", None),
        ("1e3", None),
        ("soon", None),
        ("٣", None),
        ("", None),
    ],
)
def test_crawl_delay_is_read_and_bounded(value: str, seconds: float | None) -> None:
    found = parse_robots(f"User-agent: *\nCrawl-delay: {value}\nDisallow: /x".encode(), AGENT).delay
    assert found == (None if seconds is None else timedelta(seconds=seconds))


@pytest.mark.parametrize(
    ("robots", "seconds"),
    [
        ("User-agent: copydesk\nDisallow: /x\nUser-agent: *\nCrawl-delay: 5\nDisallow:", None),
        ("User-agent: copydesk\nCrawl-delay: 3\nUser-agent: *\nCrawl-delay: 5\nDisallow:", 3),
        ("User-agent: otherbot\nCrawl-delay: 9\n\nUser-agent: *\nDisallow: /x", None),
        ("User-agent: *\nDisallow: /x\nCrawl-delay: 5", 5),
        ("User-agent: *\nCrawl-delay: 5\nCrawl-delay: 2", 5),
        ("User-agent: *\ncrawl delay: 5", 5),
        ("Crawl-delay: 5\nUser-agent: *\nDisallow: /x", None),
        ("User-agent: copydesk\nUser-agent: otherbot\nCrawl-delay: 4", 4),
    ],
)
def test_crawl_delay_is_that_of_our_group(robots: str, seconds: float | None) -> None:
    found = parse_robots(robots.encode(), AGENT).delay
    assert found == (None if seconds is None else timedelta(seconds=seconds))


def test_rules_within_500_kib_count_and_later_ones_do_not() -> None:
    rule = b"\nDisallow: /early\n"
    start = b"User-agent: *" + rule
    filler = b"# filler\n" * ((MAX_BYTES - len(start)) // 9 + 1)
    rules = parse_robots(start + filler + b"Disallow: /late\n", AGENT)
    assert not rules.allows(f"{SITE}/early")
    assert rules.allows(f"{SITE}/late")


def test_half_a_rule_at_the_limit_is_none() -> None:
    start = b"User-agent: *\n"
    body = start + b"#" * (MAX_BYTES - len(start) - len(b"\nDisallow: /a")) + b"\nDisallow: /archive/"
    assert len(read_part(body)) < MAX_BYTES
    assert parse_robots(body, AGENT).allows(f"{SITE}/a")


def test_one_endless_line_is_read_in_part() -> None:
    assert read_part(b"x" * 2 * MAX_BYTES) == b"x" * MAX_BYTES


def test_sitemaps_are_named_wherever_they_stand() -> None:
    robots = b"""Sitemap: https://courier.example/news.xml
User-agent: other
Disallow: /
site-map: https://courier.example/old.xml
Sitemaps: https://courier.example/news.xml
Sitemap:
User-agent: *
Sitemap https://courier.example/\xc3\xbc.xml
Sitemap: https://courier.example/a.xml # all"""
    assert parse_robots(robots, AGENT).sitemaps == (
        "https://courier.example/news.xml",
        "https://courier.example/old.xml",
        "https://courier.example/ü.xml",
        "https://courier.example/a.xml",
    )


@given(st.binary(max_size=400), st.text(max_size=40), st.text(max_size=40))
def test_any_bytes_are_rules_of_some_kind(body: bytes, agent: str, path: str) -> None:
    assert parse_robots(body, agent).allows(f"{SITE}/{path}") in (True, False)


_LINES = st.sampled_from(
    [
        "User-agent: *",
        "User-agent: copydesk",
        "Allow: /",
        "Disallow: /",
        "Disallow: /a*",
        "Allow: /a/$",
        "Disallow:",
        "",
        "#",
    ]
)


@given(st.lists(_LINES, max_size=12).map("\n".join), st.sampled_from(["\r", "\r\n"]))
def test_line_ends_are_all_the_same(robots: str, end: str) -> None:
    for path in ("/", "/a", "/a/", "/a/b"):
        assert parse_robots(robots.encode(), AGENT).allows(SITE + path) is parse_robots(
            robots.replace("\n", end).encode(), AGENT
        ).allows(SITE + path)


@given(st.text(max_size=60))
def test_without_rules_all_is_allowed(path: str) -> None:
    assert allow_all().allows(f"{SITE}/{path}")
    assert parse_robots(b"", AGENT).allows(f"{SITE}/{path}")


@pytest.mark.parametrize(
    "robots",
    [
        b"User-agent: *\nDisallow: /" + b"a*" * 8_000 + b"b",
        b"User-agent: *\n" + b"".join(b"Disallow: /*a*ab%05d\n" % number for number in range(24_000)),
        b"User-agent: *\n" + b"".join(b"Disallow: /%da*a*a*a*a*b$\n" % number for number in range(17_000)),
        b"User-agent: *\n" + b"*" * 500_000,
    ],
)
def test_hostile_patterns_are_decided_in_time(robots: bytes) -> None:
    rules = parse_robots(robots, AGENT)
    started = process_time()
    rules.allows(f"{SITE}/{'ab' * 8_000}")
    assert process_time() - started < 1.0, "the event loop must not stand still for a robots.txt"


def test_what_takes_too_long_to_decide_is_not_fetched() -> None:
    rules = parse_robots(b"User-agent: *\n" + b"".join(b"Disallow: /*%05d\n" % n for n in range(30_000)), AGENT)
    assert rules.allows(f"{SITE}/story")
    assert not rules.allows(f"{SITE}/{'a' * 16_000}")


def test_product_token() -> None:
    assert product_token("Copydesk/0.1 (+https://desk.example)") == "copydesk"
    assert product_token("News-Desk_bot") == "news-desk_bot"
    assert product_token("*") == product_token("") == product_token("007") == ""
