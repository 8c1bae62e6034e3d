"""What people type, as tsqueries; labels; and pieces of text with their hits."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk.storage.search_labels import label, language_labels, spans, time_labels
from copydesk.storage.search_looks import Hit, Hits, Span, looks
from copydesk.storage.search_query import MOST_TERMS, QueryError, Term, by_configuration, labelled, parse
from copydesk.storage.search_snippets import START, STOP, snippet_of

TIMES = st.datetimes(datetime(2, 1, 1), datetime(9999, 12, 30), timezones=st.just(UTC))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("typed", "wanted", "unwanted"),
    [
        ("ferry strike", [["ferry"], ["strike"]], []),
        ("ferry OR strike delay", [["ferry", "strike"], ["delay"]], []),
        ("a | b | c", [["a", "b", "c"]], []),
        ("gold or silver", [["gold"], ["or"], ["silver"]], []),
        ('"the ferry" -"no delay" -storm', [["the ferry"]], ["no delay", "storm"]),
        ('"unclosed phrase', [["unclosed phrase"]], []),
        ("well-known", [["well-known"]], []),
        ("„alte Fähre“ «bac»", [["alte Fähre"], ["bac"]], []),
        ("OR ferry OR", [["ferry"]], []),
        ('ferry -"" -', [["ferry"], ["-"]], []),
        ("", [], []),
    ],
)
def test_queries_are_read(typed: str, wanted: list[list[str]], unwanted: list[str]) -> None:
    query = parse(typed)
    assert [[term.text for term in clause] for clause in query.wanted] == wanted
    assert [term.text for term in query.unwanted] == unwanted


def test_a_star_asks_for_a_beginning_and_one_character_of_unspaced_script_is_one() -> None:
    assert parse("minist* 파업* *b 港 港口*").wanted == (
        (Term("minist", prefix=True),),
        (Term("파업", prefix=True),),
        (Term("*b"),),
        (Term("港", prefix=True),),
        (Term("港口"),),
    )


@pytest.mark.parametrize("typed", ["fe*", "a*", "ferry -st*", "ño*", "항*"])
def test_a_beginning_of_fewer_than_three_letters_is_refused_with_the_way_out(typed: str) -> None:
    with pytest.raises(QueryError, match=r"\*: too many words begin so; type 3 letters or more"):
        parse(typed)


def test_stop_words_are_neither_wanted_nor_unwanted() -> None:
    query = parse("the ferry OR of -a -b")
    found = by_configuration(query, {"english": ["", "'ferri'", "", "", "'b'"], "simple": ["", "", "", "'a'", "'b'"]})
    assert found == {"english": "('ferri') & !('b')"}


@given(st.text(max_size=300))
def test_any_text_is_a_query(typed: str) -> None:
    try:
        query = parse(typed)
    except QueryError:
        assert "*" in typed
        return
    assert len(query.terms) <= MOST_TERMS
    query.compiled(["'x'"] * len(query.terms))


def test_labels_compare_names_without_case_and_spacing() -> None:
    assert label("entity", "  Mara \n QUILL") == label("entity", "mara quill")
    assert language_labels("pt-BR") == {"@language:pt", "@language:pt-br"}
    assert labelled(["@source:o'brien\\"]) == "('@source:o''brien\\\\')"


@given(TIMES, TIMES, TIMES)
def test_spans_hold_each_hour_between_once_and_little_beyond(at: datetime, one: datetime, other: datetime) -> None:
    since, until = sorted((one, other))
    names = set(spans(since, until))
    assert len(names) <= 50
    if since <= at <= until:
        assert len(time_labels(at) & names) == 1
    margin = max(timedelta(hours=1), until - since)
    if margin < timedelta(days=365 * 300) and (since - at > margin or at - until > margin):
        assert not time_labels(at) & names


def test_marks_are_offsets_into_the_snippet() -> None:
    headline = f"The {START}ferries{STOP} « sailed » and {START}ferried{STOP}."
    snippet, marks = snippet_of(headline, "", parse("ferry"))
    assert snippet == "The ferries « sailed » and ferried."
    assert [snippet[start:end] for start, end in marks] == ["ferries", "ferried"]


def test_unspaced_scripts_are_marked_where_they_stand_in_the_text() -> None:
    text = "前" * 300 + "港口当局表示。" + "后" * 300
    snippet, marks = snippet_of("前前前", text, parse("当局"))
    assert [snippet[start:end] for start, end in marks] == ["当局"]
    assert len(snippet) < 100


@given(
    TIMES,
    TIMES,
    st.lists(st.tuples(st.integers(0, 200), st.integers(0, 2_000)), max_size=30),
    st.integers(1, 1_000),
)
def test_looks_go_back_without_gap_or_overlap_until_there_is_enough(
    until: datetime, since: datetime, seen: list[tuple[int, int]], enough: int
) -> None:
    hits, spans_looked_in = Hits(), list[Span]()
    for span in looks(hits, since, until, enough, 3_000):
        assert len(hits.found) < enough
        assert span.since < span.until
        found, read = seen.pop() if seen else (0, 0)
        hits.found += [Hit(UUID(int=1), since, "english", 0.5)] * found
        hits.read += read
        spans_looked_in.append(span)
    assert len(spans_looked_in) < 60
    for later, earlier in pairwise(spans_looked_in):
        assert earlier.until == later.since
    if spans_looked_in:
        assert spans_looked_in[0].until == until
        assert len(hits.found) >= enough or spans_looked_in[-1].since == since
    else:
        assert until <= since
