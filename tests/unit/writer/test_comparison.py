"""Of what kind a change is: typography and furniture, news, or a correction."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from copydesk_writer.core.comparison import Difference, Reading, Weight, compare
from hypothesis import given
from hypothesis import strategies as st

NINE = datetime(2026, 3, 9, 9, tzinfo=UTC)
TEXT = (
    "The ferry sank off Ostend on Monday, killing 3 people, said harbour master Jan Maes.\n\n"
    "Divers searched the wreck until the evening; the company owns 1,500 boats.\n\n"
    "It is the worst accident in these waters since the harbour was built."
)


def reading(**changes: Any) -> Reading:
    fields: dict[str, Any] = {
        "title": "Ferry sinks off Ostend",
        "subtitle": "Search goes on",
        "text": TEXT,
        "authors": ["Mara Quill"],
        "published": NINE,
        "modified": None,
        "names": ["Ostend", "Jan Maes"],
        "site": "harbour-post www.harbourpost.example",
    }
    return Reading(**(fields | changes))


def weight(**changes: Any) -> Weight:
    return compare(reading(), reading(**changes)).weight


@pytest.mark.parametrize(
    "changes",
    [
        {"text": TEXT.replace("Monday, killing", "Monday — killing").replace("; ", " – ")},
        {"text": TEXT.replace("\n\n", "\n").replace(" people", "\u00a0people")},
        {"text": TEXT.replace("1,500", "1\u202f500").replace("wreck", "wre\u00adck")},
        {"title": "FERRY SINKS OFF OSTEND"},
        {"title": "Ferry sinks off Ostend | Harbour Post"},
        {"title": "harbourpost.example: Ferry sinks off Ostend"},
        {"subtitle": "Search goes on …"},
        {"text": TEXT + "\n\nUpdated: 9 March 2026, 14:05"},
        {"text": "3 min read\n\n" + TEXT},
        {"text": TEXT + "\n\n更新时间：2026年3月9日"},
        {"text": TEXT + "\n\n* * *"},
        {"text": TEXT.rpartition("\n\n")[0], "cuts": [TEXT.rpartition("\n\n")[2]]},
        {"authors": ["MARA QUILL"]},
        {"published": NINE + timedelta(seconds=30)},
        {"modified": NINE},
    ],
)
def test_typography_and_furniture_only_touch(changes: dict[str, Any]) -> None:
    assert weight(**changes) is Weight.TOUCHED


def test_a_line_that_was_cut_before_is_furniture() -> None:
    before = reading(cuts=["Read also: ten walks by the sea"])
    assert compare(before, reading(text=TEXT + "\n\nRead also: ten walks by the sea")).weight is Weight.TOUCHED


@pytest.mark.parametrize(
    "changes",
    [
        {"text": TEXT + "\n\nAt dawn 12 boats of the coast guard will go out again."},
        {"text": TEXT.replace("the wreck", "the sunken hull")},
        {"text": TEXT.rpartition("\n\n")[0]},
        {"subtitle": "Search called off"},
        {"authors": ["Mara Quill", "Ole Brandt"]},
        {"authors": ["Ole Brandt"]},
        {"published": NINE + timedelta(hours=2)},
        {"published": None},
        {
            "title": "Dozens saved at sea",
            "text": "Lifeboats brought 40 people ashore.\n\nHospitals treat them for cold.",
        },
    ],
)
def test_news_updates(changes: dict[str, Any]) -> None:
    assert weight(**changes) is Weight.UPDATED


@pytest.mark.parametrize(
    "changes",
    [
        {"text": TEXT.replace("3 people", "5 people")},
        {"text": TEXT.replace("3 people", "at least four people")},
        {"text": TEXT.replace("1,500", "1.550") + "\n\nA new paragraph ends the report."},
        {"text": TEXT.replace("Jan Maes", "Jan Maas")},
        {"text": TEXT.replace("Jan Maes", "Piet Verhelst"), "names": ["Ostend", "Piet Verhelst"]},
        {"text": TEXT.replace("off Ostend", "off Zeebrugge"), "names": ["Zeebrugge"]},
        {"title": "Ferry sinks off Calais"},
        {"title": "Ferry sinks off Ostend – three dead"},
        {"authors": ["Mara Quille"]},
        {"text": TEXT + "\n\nCorrection: an earlier version named another day.", "notice": True},
        {"text": TEXT.replace("Monday,", "Monday"), "notice": True},
    ],
)
def test_another_figure_name_or_headline_and_a_notice_correct(changes: dict[str, Any]) -> None:
    assert weight(**changes) is Weight.CORRECTED


def test_a_notice_that_stood_before_corrects_nothing_more() -> None:
    before = reading(notice=True)
    assert compare(before, reading(notice=True, text=TEXT + "\n\nThe search goes on.")).weight is Weight.UPDATED
    assert compare(before, reading(notice=True, text=TEXT.replace(";", " –"))).weight is Weight.TOUCHED


@pytest.mark.parametrize(
    ("before", "after", "names", "expected"),
    [
        ("渡船在港口附近沉没，造成3人死亡。", "渡船在港口附近沉没，造成5人死亡。", [], Weight.CORRECTED),
        ("渡船在港口附近沉没，造成三人死亡。", "渡船在港口附近沉没，造成五人死亡。", [], Weight.CORRECTED),
        ("港长王小明说，渡船已经沉没。", "港长王晓明说，渡船已经沉没。", ["王小明"], Weight.CORRECTED),
        ("渡船在港口附近沉没，3人死亡。", "渡船在港口附近沉没, 3 人死亡.", [], Weight.TOUCHED),
        (
            "Die Fähre sank am Montag, drei Menschen starben.",
            "Die Fähre sank am Montag, vier Menschen starben.",
            [],
            Weight.CORRECTED,
        ),
        ("Die Fähre „Nordsee“ sank am Montag.", "Die Fähre »Nordsee« sank am Montag.", [], Weight.TOUCHED),
        (
            "Паром затонул в понедельник, погибли 3 человека.",
            "Паром затонул в понедельник, погибли 4 человека.",
            [],
            Weight.CORRECTED,
        ),
        (
            "Убытки составили 5 миллионов рублей за год.",
            "Убытки составили 5 миллиардов рублей за год.",
            [],
            Weight.CORRECTED,
        ),
        ("غرقت العبارة يوم الاثنين وقتل ٣ أشخاص", "غرقت العبارة يوم الاثنين وقتل 3 أشخاص", [], Weight.TOUCHED),
        ("غرقت العبارة يوم الاثنين وقتل ٣ أشخاص", "غرقت العبارة يوم الاثنين وقتل ٧ أشخاص", [], Weight.CORRECTED),
        ("नाव सोमवार को डूब गई और तीन लोग मारे गए", "नाव सोमवार को डूब गई और पांच लोग मारे गए", [], Weight.CORRECTED),
        ("เรือข้ามฟากจมเมื่อวันจันทร์ มีผู้เสียชีวิต 3 คน", "เรือข้ามฟากจมเมื่อวันจันทร์ มีผู้เสียชีวิต 5 คน", [], Weight.CORRECTED),
        (
            "Les 3,5 % de hausse inquiètent les armateurs.",
            "Les 3,5% de hausse inquiètent les armateurs.",
            [],
            Weight.TOUCHED,
        ),
        (
            "Les 3,5 % de hausse inquiètent les armateurs.",
            "Les 35 % de hausse inquiètent les armateurs.",
            [],
            Weight.CORRECTED,
        ),
    ],
)
def test_in_any_language(before: str, after: str, names: list[str], expected: Weight) -> None:
    assert compare(reading(text=before, names=names), reading(text=after, names=names)).weight is expected


def test_a_score_in_the_text_is_no_time_of_change() -> None:
    before, after = (reading(text=f"{TEXT}\n\nFinal score: {score}") for score in ("3-2", "3-1"))
    assert compare(before, after).weight is Weight.CORRECTED


def test_what_changed_is_named_and_counted() -> None:
    found = compare(
        reading(), reading(title="Ferry sinks off Calais", text=TEXT + "\n\nTwo boats search.", modified=NINE)
    )
    assert found.changed == ("title", "text", "modified")
    assert (found.words_added, found.words_removed) == (4, 1)
    total = 2 * (4 + 3 + 42) + 3
    assert found.share == pytest.approx(5 / total, abs=0.002)


READINGS = st.builds(
    reading,
    title=st.one_of(st.none(), st.text(max_size=20)),
    subtitle=st.one_of(st.none(), st.text(max_size=20)),
    text=st.text(st.sampled_from("ab 12.,\n–王 "), max_size=60),
    authors=st.lists(st.text(max_size=8), max_size=3),
    published=st.one_of(st.none(), st.datetimes(timezones=st.just(UTC))),
    names=st.lists(st.text(max_size=6), max_size=3),
    cuts=st.lists(st.text(max_size=6), max_size=3),
    notice=st.booleans(),
)


@given(READINGS, READINGS)
def test_any_two_texts_can_be_compared(before: Reading, after: Reading) -> None:
    found = compare(before, after)
    assert (found.weight is Weight.NONE) == (not found.changed)
    assert 0 <= found.share <= 1
    if found.changed and not after.notice:
        assert {found.weight, compare(after, before).weight} <= {*Weight} - {Weight.NONE}
    assert compare(before, before).weight is Weight.NONE


def test_a_long_page_of_one_word_is_compared_at_once() -> None:
    before, after = reading(text="boat " * 100_000), reading(text="boat ship " * 60_000)
    assert compare(before, after).weight is Weight.UPDATED


def test_a_text_that_was_not_kept_is_not_counted() -> None:
    before = reading(text=None)
    assert compare(before, reading(text=None)) == Difference(Weight.UPDATED, ("text",), None, None, None)
    headline = compare(before, reading(text=None, title="Ferry sinks off Calais"))
    assert (headline.weight, headline.changed, headline.words_added) == (Weight.CORRECTED, ("title",), None)
    assert compare(before, reading(modified=NINE)).weight is Weight.TOUCHED


@given(READINGS, READINGS, st.integers(0, 70))
def test_of_long_texts_only_the_beginning_is_compared_and_no_change_is_missed(
    before: Reading, after: Reading, longest: int
) -> None:
    found, whole = compare(before, after, longest), compare(before, after)
    assert found.changed == whole.changed
    assert (found.weight is Weight.NONE) == (not found.changed)
    assert 0 <= found.share <= 1
    if (before.text or "")[longest:] != (after.text or "")[longest:]:
        assert found.weight in (Weight.UPDATED, Weight.CORRECTED)
    if longest >= max(len(before.text or ""), len(after.text or "")):
        assert found == whole
