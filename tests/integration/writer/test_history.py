"""The history of an article, as `copydesk revisions` shows it."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from copydesk.cli.revisions import edits_of, history_of, with_texts_before
from copydesk.contracts import article_id
from copydesk.storage import Pool
from copydesk.storage.revisions import history
from copydesk.testing.processes import COMMAND

from .test_filing import NOON, article, file, withdrawn

URL = "https://harbour.example/ferry"
TEXT = "The ferry sank on Monday, killing 3 people.\n\nDivers search the wreck."


@pytest.fixture
async def told(pool: Pool) -> Pool:
    right = TEXT.replace("3 people", "at least 5 people")
    await file(pool, article(text=TEXT, title="Ferry sinks"))
    await file(pool, article(minute=1, text=TEXT.replace("Monday,", "Monday –"), title="Ferry sinks"))
    await file(
        pool, article(minute=2, text=right, title="Ferry sinks off Ostend", authors=["Mara Quill", "Ole Brandt"])
    )
    await file(pool, withdrawn(minute=3))
    await file(
        pool, article(minute=4, text=f"{right}\n\nTwo boats help.", title="Ferry sinks off Ostend", published=NOON)
    )
    return pool


def shown(found: Any, **options: Any) -> str:
    console = Console(width=200, **options)
    with console.capture() as captured:
        console.print(history_of(found), soft_wrap=True)
    return captured.get()


async def test_the_history_names_each_revision_with_its_kind_and_its_words(told: Pool) -> None:
    found = await history(told, URL)
    assert [(one.revision, one.change, one.told) for one in found] == [
        (1, "new", True),
        (2, "touched", False),
        (3, "corrected", True),
        (4, "withdrawn", True),
        (5, "restored", True),
    ]
    text = shown(found)
    assert "[-3-]{+at least 5+}" in text
    assert "Ferry sinks{+ off Ostend+}" in text
    assert "authors: Mara Quill{+, Ole Brandt+}" in text
    assert "published: 2026-03-01 10:00Z → 2026-03-01 12:00Z" in text
    assert "Two boats help." in text
    assert "no event" in text
    coloured = shown(found, force_terminal=True, color_system="standard")
    assert "\x1b[9;31m" in coloured
    assert "\x1b[32m" in coloured


async def test_edits_lead_from_each_text_to_the_next(told: Pool) -> None:
    found = await history(told, article_id(URL))
    for one, before in with_texts_before(found):
        for name, edits in edits_of(before, one).items():
            text = getattr(one, name) or ""
            for edit in reversed(edits):
                assert text[edit["at"] :].startswith(edit["added"])
                text = text[: edit["at"]] + edit["removed"] + text[edit["at"] + len(edit["added"]) :]
            assert text == (getattr(before, name) or "")


async def test_the_command_prints_one_object_a_line_or_says_what_is_missing(
    told: Pool, database: str, tmp_path: Path
) -> None:
    def command(*arguments: str) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "COPYDESK_POSTGRES__DSN": database, "COPYDESK_DATA_DIR": str(tmp_path)}
        return subprocess.run(
            [str(COMMAND), "revisions", *arguments],
            env=environment,
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )

    lines = [json.loads(line) for line in command(URL, "--json").stdout.splitlines()]
    assert [line["change"] for line in lines] == ["new", "touched", "corrected", "withdrawn", "restored"]
    assert lines[2]["edits"]["text"][-1] == {"at": 34, "removed": "3", "added": "at least 5"}
    missing = command("https://harbour.example/none")
    assert (missing.returncode, missing.stdout) == (1, "")
    assert "https://harbour.example/none" in missing.stderr
