"""Bodies travel as their servers packed them and come out as they were, or as an error that says so."""

import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk.contracts import UndecodableError, content_of, is_member_of

PAGE = b"<!doctype html><p>De brug is weer open.</p>" * 20


@given(st.binary(), st.integers(0, 9))
def test_what_is_a_member_of_its_content_unpacks_to_it(content: bytes, level: int) -> None:
    packed = gzip.compress(content, level)
    assert is_member_of(packed, content)
    assert content_of(packed, "gzip") == content
    assert content_of(content, None) == content


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        PAGE,
        gzip.compress(PAGE)[:-1],
        gzip.compress(PAGE) + b"x",
        gzip.compress(PAGE + b"!"),
        gzip.compress(PAGE)[8:],
    ],
)
def test_only_a_whole_member_of_just_that_content_is_one(payload: bytes) -> None:
    assert not is_member_of(payload, PAGE)


@pytest.mark.parametrize("body", [b"", PAGE, gzip.compress(PAGE)[:-9], gzip.compress(PAGE) * 2])
def test_a_body_that_is_not_what_its_coding_says_is_refused(body: bytes) -> None:
    with pytest.raises(UndecodableError, match="gzip"):
        content_of(body, "gzip")


def test_a_bomb_is_refused_at_the_cap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("copydesk.contracts.bodies.MAX_CONTENT_BYTES", 1_000)
    with pytest.raises(UndecodableError, match="1000 bytes"):
        content_of(gzip.compress(bytes(1_001)), "gzip")
