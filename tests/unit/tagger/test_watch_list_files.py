"""Watch lists as files that change while articles are tagged, and the command that tries them."""

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from copydesk_tagger.adapters.watch_lists import (
    FollowedWatchLists,
    KeptWatchLists,
    WatchListFiles,
    examine,
    load_watch_list,
)
from copydesk_tagger.core.linking_words import Words
from copydesk_tagger.watch_list_command import app
from typer.testing import CliRunner

from copydesk.settings import Settings, TaggerSettings
from copydesk.telemetry import Metrics

PATIENCE_SECONDS = 20


def write(path: Path, text: str) -> None:
    """As an editor saves: a new file in the place of the old one."""
    fresh = path.with_suffix(".saving")
    fresh.write_text(text, encoding="utf-8")
    os.replace(fresh, path)


def ids(files: WatchListFiles) -> list[str]:
    return [entry.id for watch_list in files.lists for entry in watch_list.entries]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path / "b.yaml", "phrases: [second]")
    write(tmp_path / "a.csv", "name\nfirst\n")
    (tmp_path / "notes.txt").write_text("no list")
    return tmp_path


def test_a_folder_is_all_its_lists_by_name(folder: Path) -> None:
    assert ids(WatchListFiles([folder])) == ["first", "second"]


def test_edits_new_files_and_removed_ones_are_seen_at_the_next_look(folder: Path) -> None:
    files = WatchListFiles([folder])
    assert not files.look()

    write(folder / "b.yaml", "phrases: [other]")
    write(folder / "c.yaml", "phrases: [third]")
    (folder / "a.csv").unlink()

    assert files.look()
    assert ids(files) == ["other", "third"]


def test_a_broken_file_keeps_its_last_good_version_until_it_is_mended(folder: Path) -> None:
    files = WatchListFiles([folder])
    write(folder / "b.yaml", "phrases: [other\n")
    files.look()

    assert ids(files) == ["first", "second"]
    assert "b.yaml, line 1: no YAML" in files.problems[folder / "b.yaml"]

    write(folder / "b.yaml", "phrases: [mended]")
    files.look()

    assert ids(files) == ["first", "mended"]
    assert files.problems == {}


@pytest.fixture
def kept(folder: Path) -> Iterator[tuple[KeptWatchLists, Metrics]]:
    metrics = Metrics()
    lists = KeptWatchLists([folder], metrics)
    yield lists, metrics
    lists.close()


def test_workers_that_start_while_a_list_is_broken_read_its_last_good_version(
    folder: Path, kept: tuple[KeptWatchLists, Metrics]
) -> None:
    lists, metrics = kept
    write(folder / "b.yaml", "phrases: [other")
    lists.files.look()

    assert metrics.registry.get_sample_value("copydesk_watch_lists_broken") == 1
    assert ids(WatchListFiles([lists.folder])) == ["first", "second"]

    write(folder / "b.yaml", "phrases: [mended]")
    lists.files.look()

    assert metrics.registry.get_sample_value("copydesk_watch_lists_broken") == 0
    assert ids(WatchListFiles([lists.folder])) == ["first", "mended"]


def test_a_worker_follows_its_lists_by_itself(folder: Path) -> None:
    followed = FollowedWatchLists([folder])
    before = followed.index
    write(folder / "b.yaml", "phrases: [new phrase]")

    deadline = time.monotonic() + PATIENCE_SECONDS
    while followed.index is before and time.monotonic() < deadline:
        time.sleep(0.05)
    followed.files.close()

    text = "a new phrase"
    assert [one.entry.id for one in followed.index.find(Words(text), "en", text)] == ["new phrase"]


def test_a_list_that_is_broken_from_the_start_is_told_at_once(folder: Path) -> None:
    write(folder / "b.yaml", "phrases: 3\n")

    with pytest.raises(ValueError, match=r"b\.yaml, line 1, phrases: must be a list"):
        FollowedWatchLists([folder])


async def test_the_doctor_names_lists_that_are_broken(folder: Path) -> None:
    write(folder / "b.yaml", "phrases: 3")

    findings = await examine(Settings(tagger=TaggerSettings(watch_lists=[folder, folder / "gone.yaml"])))

    assert [(one.well, bool(one.mend)) for one in findings] == [(True, False), (False, True), (False, True)]
    assert "phrases: must be a list" in findings[1].seen
    assert "gone.yaml: cannot be read" in findings[2].seen


def test_the_command_says_what_a_list_holds_and_finds(folder: Path) -> None:
    told = CliRunner().invoke(app, ["check", str(folder), "--text", "The second day."])

    assert told.exit_code == 0
    assert "b.yaml: 1 entries, 1 names" in told.output
    assert "second (b, phrase) at 4: …The [second] day.…" in told.output


def test_the_command_fails_for_a_broken_list_and_names_the_place(folder: Path) -> None:
    write(folder / "b.yaml", "entities:\n  - name: A\n    kind: ORG\n")

    told = CliRunner().invoke(app, ["check", str(folder / "b.yaml")])

    assert told.exit_code == 1
    assert "b.yaml, line 3, entities[1].kind: unknown key" in told.output


def test_a_file_of_another_kind_is_refused_with_the_endings_that_there_are(folder: Path) -> None:
    with pytest.raises(ValueError, match=r"ends in \.yaml, \.yml, \.csv"):
        load_watch_list(folder / "notes.txt")
