"""RFC 9309, rule by rule."""

from datetime import timedelta

import pytest
from copydesk_crawler.core.robots import MAX_BYTES, MAX_CRAWL_DELAY, allow_all, parse_robots, product_token

AGENT = "Copydesk/0.1 (+https://desk.example/about)"
SITE = "https://courier.example"


@pytest.mark.parametrize(
    ("robots", "path", "allowed"),
    [
        ("User-agent: *\nDisallow: /", "/a", False),
        ("User-agent: *\nDisallow:", "/a", True),
        ("", "/a", True),
        ("Disallow: /", "/a", True),
        ("User-agent: copydesk\nDisallow: /x\n\nUser-agent: *\nDisallow: /", "/a", True),
        ("User-agent: COPYDESK/9.9\nDisallow: /x", "/x/1", False),
        ("User-agent: copy\nDisallow: /", "/a", True),
        ("User-agent: copydeskbot\nDisallow: /", "/a", True),
        ("User-agent: other\nUser-agent: copydesk\nDisallow: /x", "/x", False),
        ("User-agent: copydesk\nDisallow: /x\n\nUser-agent: copydesk\nDisallow: /y", "/y", False),
        ("User-agent: *\nDisallow: /a\nAllow: /a/b", "/a/b/c", True),
        ("User-agent: *\nAllow: /a/b\nDisallow: /a", "/a/c", False),
        ("User-agent: *\nDisallow: /*.pdf$", "/x.pdf", False),
        ("User-agent: *\nDisallow: /*.pdf$", "/x.pdf?y", True),
        ("User-agent: *\nDisallow: /a*c", "/abbbc/d", False),
        ("User-agent: *\nDisallow: /grüße", "/gr%C3%BC%C3%9Fe/1", False),
        ("User-agent: *\nDisallow: /%7Ejan", "/~jan", False),
        ("User-agent: *\nDisallow: /", "/robots.txt", True),
        ("\ufeffUser-agent: *\nDisallow: /", "/a", False),
        ("User-agent: *\rDisallow: /\r", "/a", False),
        ("User-agent: * # all of you\nDisallow: /a # this", "/a", False),
        ("user agent: *\ndisallow: /a", "/a", False),
        ("<html>not robots</html>", "/a", True),
        ("User-agent: *\nDisallow: /a\u2028Allow: /a", "/a", True),
    ],
)
def test_group_and_rule(robots: str, path: str, allowed: bool) -> None:
    assert parse_robots(robots.encode(), AGENT).allows(SITE + path) is allowed


def test_crawl_delay_of_our_group_is_read_and_bounded() -> None:
    def delay(value: str) -> timedelta | None:
        return parse_robots(f"User-agent: *\nCrawl-delay: {value}\nDisallow: /x".encode(), AGENT).delay

    assert delay("2.5") == timedelta(seconds=2.5)
    assert delay("86400") == MAX_CRAWL_DELAY
    assert delay("9" * 400) in (None, MAX_CRAWL_DELAY)
    assert delay("-1") is None
    assert delay("soon") is None


def test_rules_within_500_kib_count_and_later_ones_do_not() -> None:
    rule = b"\nDisallow: /early\n"
    start = b"User-agent: *" + rule
    filler = b"# filler\n" * ((MAX_BYTES - len(start)) // 9 + 1)
    rules = parse_robots(start + filler + b"Disallow: /late\n", AGENT)
    assert not rules.allows(f"{SITE}/early")
    assert rules.allows(f"{SITE}/late")


def test_sitemaps_are_named() -> None:
    rules = parse_robots(b"Sitemap: https://courier.example/news.xml\nUser-agent: *\nDisallow: /x", AGENT)
    assert rules.sitemaps == ("https://courier.example/news.xml",)


def test_binary_rubbish_allows() -> None:
    assert parse_robots(bytes(range(256)) * 50, AGENT).allows(f"{SITE}/a")
    assert allow_all(AGENT).allows(f"{SITE}/a")


def test_product_token() -> None:
    assert product_token("Copydesk/0.1 (+https://desk.example)") == "copydesk"
    assert product_token("News-Desk_bot") == "news-desk_bot"
    assert product_token("*") == product_token("") == product_token("007")
