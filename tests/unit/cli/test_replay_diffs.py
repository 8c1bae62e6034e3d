"""What counts as a change of cleaning, how it is shown, and when it is too much."""

import re
from collections import Counter
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk.cli.change_report import Sample, article_lines, tables
from copydesk.cli.changes import Change, Compared, Tally
from copydesk.cli.cleaning_changes import cleaning_changes, compared_cleaning, lost
from copydesk.cli.gates import Gate, share_of
from copydesk.cli.kept import Place, Selection
from copydesk.cli.output import CommandError
from copydesk.cli.replay_state import ReplayState
from copydesk.cli.retagging import Retagging
from copydesk.cli.word_diffs import word_diff
from copydesk.contracts import Cut, Image
from copydesk.runtime.ports import Partition
from copydesk.testing.factories import make_cleaned, make_tagged

NOON = datetime(2030, 1, 1, 12, tzinfo=UTC)


def kinds(changes: list[Change]) -> list[tuple[str, str]]:
    return [(one.kind, one.change) for one in changes]


def test_what_the_cleaner_made_in_another_way_but_alike_is_no_change() -> None:
    cut = Cut(text="Read more", reason="related-link", rule="words")
    before = make_tagged(cuts=[cut], published=NOON, flags=["tagger:places: KeyError"], keywords=["bridge"])
    after = make_cleaned(
        cuts=[msgspec.structs.replace(cut, rule="model .93", path="div > p")],
        published=NOON.astimezone(timezone(timedelta(hours=2))),
        confidence=0.2,
        method="another",
        cleaner_version="9",
    )
    assert cleaning_changes(before, after) == []


def test_every_kind_of_change_is_told_with_cuts_by_reason() -> None:
    link = Cut(text="Read more", reason="related-link", rule="words")
    before = make_cleaned(
        authors=["Ada Berg", "Jon Lie"], cuts=[link, link], published=None, images=[Image(url="https://bay.example/1")]
    )
    after = make_cleaned(
        title="Another title",
        text="Shorter.",
        authors=["Jon Lie", "Ada Berg"],
        cuts=[link, Cut(text="Share", reason="share-widget", rule="words")],
        published=NOON,
        images=[Image(url="https://bay.example/1", caption="The quay")],
        flags=["correction"],
    )
    changes = cleaning_changes(before, after)

    assert sorted(kinds(changes)) == [
        ("authors", "changed"),
        ("cuts", "added"),
        ("cuts", "removed"),
        ("flags", "added"),
        ("images", "changed"),
        ("published", "added"),
        ("text", "changed"),
        ("title", "changed"),
    ]
    assert {(one.name, one.value) for one in changes if one.kind == "cuts"} == {
        ("share-widget", "Share"),
        ("related-link", "Read more"),
    }


def test_sums_by_kind_reason_length_and_source() -> None:
    before = make_cleaned(cuts=[Cut(text="Share", reason="share-widget", rule="words")], cleaner_version="1")
    tally = Tally()
    tally.add(compared_cleaning(before, make_cleaned(text=f"{before.text}\n\nAnd more.", cleaner_version="2")))
    tally.add(compared_cleaning(before, msgspec.structs.replace(before, source="cliff")))
    tally.add(lost(before, "no-main-text"))
    sums = tally.as_json()

    assert (sums["articles"], sums["changed"], sums["read"]) == (3, 2, 1)
    assert sums["lengths"]["longer"] == {"articles": 1, "characters": 11}
    assert sums["kinds"]["cuts"]["names"] == {"share-widget": {"added": 0, "removed": 1, "changed": 0}}
    assert sums["kinds"]["article"]["removed"] == 1
    assert sums["sources"] == {"cliff": {"articles": 1, "changed": 0}, "courier": {"articles": 2, "changed": 2}}
    assert sums["versions"] == [{"maker": "cleaner", "before": "1", "after": "2", "articles": 1}]
    assert [table.title for table in tables(tally)] == [
        "2 of 3 articles would change (66.7%), 1 of them for readers",
        "Cuts by reason",
        "By source",
        "Versions",
    ]


def test_texts_are_shown_where_they_differ_and_hold_no_markup() -> None:
    words = " ".join(f"word{number}" for number in range(200))
    shown = word_diff(f"{words} the [bold]old ferry {words}", f"{words} the [bold]new ferry {words}").plain
    assert "the [bold][-old-]{+new+} ferry" in shown
    assert len(shown) < 300

    assert word_diff("One.\n\nTwo.", "One.\n\nThree.").plain == "One. ¶ [-Two-]{+Three+}."
    assert word_diff("渡轮星期一恢复", "渡轮星期五恢复").plain == "渡轮星期[-一-]{+五+}恢复"
    (_, line) = article_lines(
        Compared(id="1", url="u", source="s", title="t", changes=[Change("title", "added", "[x]")])
    )
    assert line.plain.split() == ["title", "+", "[x]"]


@given(st.text("ab 一.", max_size=10), st.text("ab 一.", max_size=10))
def test_both_texts_can_be_read_off_a_short_diff(before: str, after: str) -> None:
    shown = word_diff(before, after).plain
    assert re.sub(r"\{\+.*?\+\}", "", shown).replace("[-", "").replace("-]", "") == before
    assert re.sub(r"\[-.*?-\]", "", shown).replace("{+", "").replace("+}", "") == after


def test_a_text_cannot_speak_to_the_terminal() -> None:
    evil = "The \x1b[2Jferry\x07"
    (head, line) = article_lines(
        Compared(id="1", url="u", source="s", title=evil, changes=[Change("title", "changed", evil, "The ferry")])
    )
    assert not {"\x1b", "\x07"} & {*head.plain, *line.plain}


def test_the_sample_is_of_a_size_and_always_the_same() -> None:
    changed = [
        Compared(id=f"{number:08x}-0000", url="u", source="s", title="t", changes=[Change("text", "added", "x")])
        for number in range(50)
    ]
    forwards, backwards, none = Sample(5), Sample(5), Sample(0)
    for one, other in zip(changed, reversed(changed), strict=True):
        forwards.offer(one)
        backwards.offer(other)
        none.offer(one)
    assert [one.id for one in forwards.articles()] == [one.id for one in backwards.articles()]
    assert (len(forwards.articles()), none.articles()) == (5, [])


def test_a_gate_says_how_many_would_change_and_never_passes_what_was_not_compared() -> None:
    tally = Tally()
    for number in range(20):
        tally.add(
            Compared(id=str(number), url="u", source="s", title=None, changes=[Change("text", "added", "x")][number:])
        )
    Gate(0.05).check(tally)
    with pytest.raises(CommandError, match=r"1 of 20 articles would change \(5.0%\), and --max-changed allows 4.0%"):
        Gate(0.04).check(tally)
    with pytest.raises(CommandError, match=r"nothing could be compared \(not-stored 3\)"):
        Gate(1.0).check(Tally(left_out=Counter({"not-stored": 3})))


@pytest.mark.parametrize(("text", "share"), [("5%", 0.05), ("0.05", 0.05), ("100%", 1.0), ("0", 0.0), ("1", 1.0)])
def test_shares_are_read(text: str, share: float) -> None:
    assert share_of(text, "--sample") == pytest.approx(share)


@pytest.mark.parametrize("text", ["5", "five", "", "%", "-1%", "101%", "nan"])
def test_what_is_no_share_is_refused_by_name(text: str) -> None:
    with pytest.raises(CommandError, match=r"--max-changed .*: give a share of the articles"):
        share_of(text, "--max-changed")


def test_a_sample_takes_its_share_of_ids_spread_evenly() -> None:
    articles = [make_cleaned(f"https://courier.example/{number}") for number in range(2_000)]
    tenth = [one for one in articles if Selection(sample=0.1).includes(one)]
    assert 140 < len(tenth) < 260
    assert set(map(id, tenth)) < {id(one) for one in articles if Selection(sample=0.5).includes(one)}


def test_a_position_is_kept_for_the_same_wishes_and_survives(tmp_path: Path) -> None:
    wanted = Retagging(selection=Selection(language="nl"))
    state = ReplayState(tmp_path, wanted, restart=False)
    partition = Partition("backfill.articles.cleaned", 3)
    state.bound({partition: 40})
    state.pass_gate(0.05)
    state.keep_places([Place(partition=partition, next_offset=7), Place(partition=partition, next_offset=9)], 2)

    again = ReplayState(tmp_path, wanted, restart=False)
    assert again.position == state.position
    assert again.bounds == ({partition: 9}, {partition: 40})
    assert (again.position.gate, again.position.sent) == (0.05, 2)
    assert ReplayState(tmp_path, wanted, restart=True).position.where == ""
    assert ReplayState(tmp_path, Retagging(selection=Selection(language="de")), restart=False).position.sent == 0
    again.forget()
    assert ReplayState(tmp_path, wanted, restart=False).position.sent == 0
