"""A new way of cleaning over old pages: first shown, then refused or done."""

import asyncio
import re
from collections.abc import Iterator
from contextlib import chdir
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from copydesk_crawler.adapters.archive import Archive
from typer.testing import CliRunner

from copydesk.bus import open_bus
from copydesk.cli.app import app
from copydesk.runtime.clock import SystemClock
from copydesk.settings import Settings
from copydesk.storage import EmbeddedPostgres
from tests.unit.crawler.archived import exchange, page

from .test_commands import Ran, copydesk

pytestmark = [pytest.mark.postgres, pytest.mark.timeout(600)]

FETCHED = datetime(2030, 1, 1, 12, tzinfo=UTC)
CABLE = (
    "The cable ferry at Mirkvoort carries cars again from Sunday, the province said on Thursday. For eleven weeks drivers "
    "had to go round by the bridge at Olden, which added half an hour to the way to school."
)
WINCH = (
    "Divers found the old winch broken in two places. A yard in Hasle made a new one, and tested it for nine nights."
)
LETTER = "Write to our editors about the ferries of this region, and win a day on board with the crew of the Mirkvoort."
NAMES = ("cable", "winch", "quay", "lock")


def body(name: str) -> bytes:
    """Only two of the pages carry the letter box, which a rule for the site may take out."""
    letter = f'<p class="letterbox">{LETTER}</p>' if name in ("cable", "winch") else ""
    return (
        f'<!doctype html><html lang="en"><head><title>The {name} of Mirkvoort</title></head><body><article>'
        f"<h1>The {name} of Mirkvoort</h1><p>{CABLE} It was about the {name}.</p>{letter}<p>{WINCH}</p></article></body></html>"
    ).encode()


async def write(folder: Path) -> None:
    async with Archive(str(folder), folder, 1_000_000, SystemClock()) as archive:
        for name in NAMES:
            source = "bay" if name in ("cable", "quay") else "cliff"
            fetched = page(f"https://{source}.example/{name}", body(name), source=source, fetched_at=FETCHED)
            await archive.record(exchange(fetched.url, requested_at=FETCHED, payload=fetched.body), fetched)


@pytest.fixture(scope="module")
def desk() -> Iterator[Path]:
    """Four pages of two sites, archived, cleaned and filed; and rules that take something out of two of them.

    The database runs on between commands, which share it; not in pytest's temporary directory, which each session that
    starts closes to the server's user.
    """
    with TemporaryDirectory(prefix="copydesk-desk-") as name:
        folder = Path(name)
        asyncio.run(write(folder / "warc"))
        (folder / "rules.yaml").write_text(
            "bay.example: {remove: [.letterbox]}\ncliff.example: {remove: [.letterbox]}\n"
        )
        with EmbeddedPostgres(folder / ".copydesk" / "postgres"):
            done(*REPLAY, folder=folder)
            done("run", "--once", folder=folder, **ONLY_CLEANED)
            yield folder


REPLAY = ("replay", "--stage", "cleaner", "--archive", "warc")
RULES = {"COPYDESK_CLEANER__RULES_FILE": "rules.yaml"}
ONLY_CLEANED = {"COPYDESK_TAGGER__ANNOTATORS": "language"}
"""Nothing here looks at tags, whose models are the most of what a pipeline takes to start."""


def done(*arguments: str, folder: Path, **environment: str) -> Ran:
    ran = copydesk(*arguments, folder=folder, **environment)
    assert ran.code == 0, ran.out + ran.err
    return ran


def told(*arguments: str, folder: Path, **environment: str) -> list[dict]:
    """What a command prints on stdout that is run in this process, which spares starting one."""
    with chdir(folder):
        ran = CliRunner(env=environment).invoke(app, arguments, catch_exceptions=False)
    assert ran.exit_code == 0, ran.output
    return Ran(0, ran.stdout, "").lines


def stored(desk: Path) -> dict[str, dict]:
    return {row["url"]: row for row in told("export", folder=desk)}


async def sent(desk: Path) -> int:
    """How many pages the back-fill lane has ever had."""
    ends = await open_bus(Settings(data_dir=desk / ".copydesk"), read_only=True).end_positions("backfill.pages.fetched")
    return sum(ends.values())


def test_the_same_cleaner_changes_nothing(desk: Path) -> None:
    (sums,) = told(*REPLAY, "--diff", "--json", folder=desk)
    assert (sums["articles"], sums["changed"], sums["kinds"], sums["left_out"]) == (4, 0, {}, {})


def test_what_would_change_is_counted(desk: Path) -> None:
    (*articles, sums) = told(*REPLAY, "--diff", "--json", folder=desk, **RULES)

    assert sorted(one["url"] for one in articles) == ["https://bay.example/cable", "https://cliff.example/winch"]
    for one in articles:
        assert [(change["kind"], change["change"], change["name"]) for change in one["changes"]] == [
            ("text", "changed", None),
            ("cuts", "added", articles[0]["changes"][1]["name"]),
        ]
        assert LETTER in one["changes"][0]["before"]
        assert LETTER not in one["changes"][0]["value"]
    assert (sums["articles"], sums["changed"], sums["share"], sums["read"]) == (4, 2, 0.5, 2)
    assert sums["lengths"]["shorter"] == {"articles": 2, "characters": 2 * (len(LETTER) + 2)}
    assert sums["sources"] == {"bay": {"articles": 2, "changed": 1}, "cliff": {"articles": 2, "changed": 1}}


def test_a_gate_refuses_before_anything_is_sent_and_a_wider_one_lets_it_pass(desk: Path) -> None:
    before, pages = stored(desk), asyncio.run(sent(desk))
    assert all((LETTER in row["text"]) == (row["url"][-5:] in ("cable", "winch")) for row in before.values())
    assert len(before) == pages == len(NAMES)
    bay = (*REPLAY, "--source", "bay", "--reprocess", "--max-changed")
    refused = copydesk(*bay, "20%", folder=desk, **RULES)
    assert refused.code == 1
    assert "1 of 2 articles would change (50.0%)" in refused.err
    assert "and --max-changed allows 20.0%: nothing was sent" in refused.err
    assert "1 of 2 articles would change (50.0%), 1 of them for readers" in refused.out
    assert "text shorter" in refused.out
    assert re.search(rf"\[-[¶ ]*{re.escape(LETTER)}[¶ ]*-\]", refused.out)
    assert asyncio.run(sent(desk)) == pages

    passed = done(*bay, "0.5", folder=desk, **RULES)
    assert "2 pages on backfill.pages.fetched" in passed.err
    done("run", "--once", folder=desk, **RULES, **ONLY_CLEANED)
    after = stored(desk)
    assert {url for url in after if after[url]["revision"] > before[url]["revision"]} == {"https://bay.example/cable"}
    assert LETTER not in after["https://bay.example/cable"]["text"]
    (sums,) = told(*REPLAY, "--from-topics", "--source", "bay", "--diff", "--json", folder=desk, **RULES)
    assert (sums["articles"], sums["changed"]) == (2, 0)


def test_a_gate_does_not_judge_what_it_could_not_compare(desk: Path) -> None:
    refused = copydesk(*REPLAY, "--source", "nobody", "--reprocess", "--max-changed", "5%", folder=desk)
    assert (refused.code, "nothing could be compared" in refused.err) == (1, True)
