"""What a message does to what is stored."""

from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise
from typing import Any
from uuid import UUID

from copydesk_writer.core.comparison import SAME, Difference, Weight
from copydesk_writer.core.revisions import (
    Candidate,
    Stored,
    Verdict,
    classify,
    needs_comparison,
    reading_of,
    record_of,
    revision_sha256,
)
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Raw

from copydesk.contracts import ArticleTagged, PageWithdrawn

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
ID = UUID(int=1)


def article(**changes: Any) -> ArticleTagged:
    fields = {
        "id": str(ID),
        "url": "https://harbour.example/ferry",
        "canonical_url": "https://harbour.example/ferry",
        "source": "harbour-post",
        "fetched_at": NOON,
        "content_sha256": "00",
        "title": "Ferry",
        "text": "The ferry sails again.",
    }
    return ArticleTagged(**(fields | changes))


def candidate(version: int, text: bytes = b"a", *, gone: bool = False, corrected: bool = False) -> Candidate:
    message: ArticleTagged | PageWithdrawn = article(flags=["correction"] if corrected else [])
    if gone:
        message = PageWithdrawn(id=str(ID), url="", source="", fetched_at=NOON, status=410)
    return Candidate(
        ID, version, NOON, f"{version} {text!r} {gone}", message, NOON, revision_sha256=b"" if gone else text
    )


def decide(found: Candidate, stored: Stored | None) -> Verdict:
    """The verdict, where texts of another digest differ materially, or by a notice."""
    if not needs_comparison(found, stored):
        return classify(found, stored, SAME)
    notice = isinstance(found.message, ArticleTagged) and reading_of(found.message).notice
    return classify(found, stored, Difference(Weight.CORRECTED if notice else Weight.UPDATED, ("text",), 1, 1, 0.5))


def apply(stored: Stored | None, found: Candidate, verdict: Verdict) -> Stored | None:
    """The state after a verdict, as the database keeps it."""
    if verdict in (Verdict.SUPERSEDED, Verdict.REDELIVERED, Verdict.UNKNOWN):
        return stored
    revision = (stored.revision if stored else 0) + (verdict is not Verdict.UNCHANGED)
    gone = isinstance(found.message, PageWithdrawn)
    text = stored.revision_sha256 if gone and stored else found.revision_sha256
    return Stored(found.version, found.message_time, found.message_id, revision, text, b"", NOON, gone)


CANDIDATES = st.lists(
    st.builds(candidate, st.integers(0, 6), st.sampled_from([b"a", b"b"]), gone=st.booleans(), corrected=st.booleans()),
    max_size=12,
)


@given(CANDIDATES)
def test_the_clock_never_turns_back_and_repetition_changes_nothing(found: list[Candidate]) -> None:
    state: Stored | None = None
    for one in found:
        after = apply(state, one, decide(one, state))
        assert state is None or after is not None
        if state and after:
            assert (after.version, after.revision) >= (state.version, state.revision)
            assert after.version >= one.version
        if after is not None:
            assert decide(one, after) in (Verdict.REDELIVERED, Verdict.SUPERSEDED)
        state = after


@given(CANDIDATES)
def test_each_revision_differs_from_the_one_before(found: list[Candidate]) -> None:
    state: Stored | None = None
    seen: list[tuple[bytes, bool]] = []
    for one in found:
        after = apply(state, one, decide(one, state))
        if after and after.revision != (state.revision if state else 0):
            seen.append((after.revision_sha256, after.withdrawn))
        state = after
    assert all(one != other for one, other in pairwise(seen))


def test_of_one_fetch_and_time_the_first_message_stands() -> None:
    state = apply(None, candidate(2), Verdict.NEW)
    assert decide(candidate(2, b"b"), state) is Verdict.SUPERSEDED
    assert decide(candidate(2, gone=True), state) is Verdict.SUPERSEDED


def test_a_withdrawal_keeps_out_only_what_was_fetched_before_it() -> None:
    assert classify(candidate(1), None, SAME, gone=2) is Verdict.SUPERSEDED
    assert classify(candidate(2), None, SAME, gone=2) is Verdict.NEW


def test_kinds_of_change() -> None:
    state = apply(None, candidate(1), decide(candidate(1), None))
    assert decide(candidate(1), None) is Verdict.NEW
    assert decide(candidate(1, gone=True), None) is Verdict.UNKNOWN
    assert decide(candidate(2), state) is Verdict.UNCHANGED
    assert decide(candidate(2, b"b"), state) is Verdict.UPDATED
    assert decide(candidate(2, b"b", corrected=True), state) is Verdict.CORRECTED
    assert decide(candidate(2, corrected=True), state) is Verdict.UNCHANGED
    assert decide(candidate(2, gone=True), state) is Verdict.WITHDRAWN
    assert classify(candidate(2, b"b"), state, Difference(Weight.TOUCHED, ("text",))) is Verdict.TOUCHED
    assert classify(candidate(2, b"b"), state, SAME) is Verdict.UNCHANGED
    gone = apply(state, candidate(2, gone=True), Verdict.WITHDRAWN)
    assert decide(candidate(3, gone=True), gone) is Verdict.UNCHANGED
    assert decide(candidate(3), gone) is Verdict.RESTORED
    assert decide(candidate(3, b"b", corrected=True), gone) is Verdict.RESTORED


def test_texts_are_compared_only_where_that_decides() -> None:
    state = apply(None, candidate(2), Verdict.NEW)
    assert needs_comparison(candidate(3, b"b"), state)
    for found in (candidate(3), candidate(1, b"b"), candidate(2), candidate(3, gone=True)):
        assert not needs_comparison(found, state)
    assert not needs_comparison(candidate(3), None)


def test_a_revision_is_what_readers_see() -> None:
    published = datetime(2026, 3, 1, 9, tzinfo=UTC)
    same = revision_sha256(article(published=published))
    elsewhere = published.astimezone(timezone(timedelta(hours=9)))
    unseen = article(published=elsewhere, keywords=["x"], section="Sea", fetched_at=NOON + timedelta(1))
    assert revision_sha256(unseen) == same
    for change in (
        {"title": "F"},
        {"subtitle": "S"},
        {"text": "T"},
        {"authors": ["A"]},
        {"published": None},
        {"modified": NOON},
    ):
        assert revision_sha256(article(**({"published": published} | change))) != same


def test_a_record_is_everything_but_when_and_from_which_bytes() -> None:
    same = record_of(article(), {})
    assert record_of(article(fetched_at=NOON + timedelta(1), content_sha256="11"), {}) == same
    assert record_of(article(keywords=["x"]), {}) != same
    assert record_of(article(), {"mood": Raw(b"1")}) != same
