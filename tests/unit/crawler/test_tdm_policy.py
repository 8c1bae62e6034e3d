"""Reservations of whole origins, and all the ways in which their file can be wrong."""

import json
import time

import pytest
from copydesk_crawler.core.permission.tdm_policy import NOTHING_RESERVED, parse_tdm_policy
from hypothesis import given
from hypothesis import strategies as st

SITE = "https://courier.example"


def reserved(rules: list[tuple[str, object]], path: str) -> bool:
    body = json.dumps([{"location": location, "tdm-reservation": value} for location, value in rules])
    return parse_tdm_policy(body.encode()).reserves(SITE + path) is not None


@pytest.mark.parametrize(
    ("location", "path", "covered"),
    [
        ("/", "/", True),
        ("/", "/news/bridge?x=1", True),
        ("/news/", "/news/bridge", True),
        ("/news/", "/news", False),
        ("/news", "/newsletter", True),
        ("/*.pdf", "/files/a.pdf?x", True),
        ("/*.pdf$", "/files/a.pdf", True),
        ("/*.pdf$", "/files/a.pdf?x", False),
        ("/a$", "/a", True),
        ("/a$", "/ab", False),
        ("/a*b*c", "/a-b-c-d", True),
        ("/a*b*c$", "/a-c-b", False),
        ("/a*a$", "/a", False),
        ("*/premium/", "/nl/premium/x", True),
        ("/*?print=1", "/a?print=1", True),
        ("/News/", "/news/", False),
        ("/caf%C3%A9/", "/caf%c3%a9/menu", True),
        ("/café/", "/caf%C3%A9/menu", True),
        ("/%6eews/", "/news/", True),
        ("/a%24", "/a%24", True),
    ],
)
def test_locations_match_as_paths_in_robots_files_do(location: str, path: str, covered: bool) -> None:
    assert reserved([(location, 1)], path) is covered


def test_a_rule_for_part_of_the_site_takes_it_back() -> None:
    rules: list[tuple[str, object]] = [("/open/", 0), ("/", 1)]
    assert not reserved(rules, "/open/a")
    assert reserved(rules, "/a")


def test_where_order_and_length_differ_the_reservation_stands() -> None:
    assert reserved([("/", 1), ("/open/", 0)], "/open/a")
    assert reserved([("/", 0), ("/premium/", 1)], "/premium/a")
    assert not reserved([("/", 0), ("/premium/", 1)], "/a")


def test_the_rule_names_the_policy_under_which_rights_can_be_had() -> None:
    body = b'\xef\xbb\xbf[{"location": "/", "tdm-reservation": "1", "tdm-policy": "https://courier.example/tdm.json"}]'
    rule = parse_tdm_policy(body).reserves(SITE)
    assert rule is not None
    assert rule.policy == "https://courier.example/tdm.json"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>not found</html>",
        b"[",
        b"[" * 100_000,
        b"null",
        b"7",
        b'"/"',
        b"\xff\xfe\x00",
        b'[{"location": "/"}]',
        b'[{"location": 1, "tdm-reservation": 1}]',
        b'[{"location": "news", "tdm-reservation": 1}]',
        b'[{"location": "/", "tdm-reservation": 2}]',
        b'[{"location": "/", "tdm-reservation": true}]',
        b'[{"location": "/", "tdm-reservation": [1]}]',
        b'[null, [], {"location": "/", "tdm-reservation": NaN}]',
    ],
)
def test_what_is_no_such_file_reserves_nothing(body: bytes) -> None:
    assert parse_tdm_policy(body).reserves(SITE + "/news/bridge") is None


def test_one_bad_rule_leaves_the_others_in_force() -> None:
    body = b'[{"location": "/"}, "x", {"location": "/news/", "tdm-reservation": 1}]'
    assert parse_tdm_policy(body).reserves(SITE + "/news/a")


def test_one_rule_without_its_list_is_understood() -> None:
    assert parse_tdm_policy(b'{"location": "/", "tdm-reservation": 1}').reserves(SITE + "/a")


def test_patterns_cannot_be_made_to_take_long() -> None:
    body = json.dumps([{"location": "/" + "*a" * count + "$", "tdm-reservation": 1} for count in (20, 1_000)] * 200)
    policy = parse_tdm_policy(body.encode())
    assert len(policy.rules) == 200
    started = time.process_time()
    assert policy.reserves(SITE + "/" + "a" * 900 + "b") is None
    assert time.process_time() - started < 2


@given(st.recursive(st.none() | st.booleans() | st.floats() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["location", "tdm-reservation", "tdm-policy"]), inner)))  # fmt: skip
def test_any_document_gives_a_policy(document: object) -> None:
    policy = parse_tdm_policy(json.dumps(document).encode("utf-8", "surrogatepass"))
    assert policy == NOTHING_RESERVED or policy.rules
    policy.reserves(SITE + "/é")
