"""`copydesk replay`: what was published comes again, once, as it was, and goes on where it was broken off."""

import asyncio
import json
import os
import subprocess
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from copydesk_crawler.adapters.archive import Archive

from copydesk.bus import EmbeddedBus
from copydesk.cli.output import CommandError
from copydesk.cli.replay import Stage, replay
from copydesk.contracts import (
    PAGES_FETCHED,
    REGISTRY,
    STAGE_OUTCOMES,
    Decoded,
    Lane,
    PageFetched,
    StageOutcome,
    Topic,
    decode,
)
from copydesk.contracts.identity import root_message_id
from copydesk.runtime.clock import SystemClock
from copydesk.testing.processes import COMMAND
from tests.unit.crawler.archived import exchange
from tests.unit.crawler.archived import page as archived_page

NOON = datetime(2030, 1, 1, 12, tzinfo=UTC)
COUNT = 40


def page(number: int) -> PageFetched:
    return archived_page(
        f"https://bay.example/{number}",
        source="bay" if number % 2 else "cliff",
        fetched_at=NOON + timedelta(days=number, microseconds=7),
        hints={"title": f"Haven {number} – open"},
        opt_outs=["noai"],
    )


async def write(folder: Path) -> None:
    async with Archive(str(folder), folder, 8_000, SystemClock()) as archive:
        for number in range(COUNT):
            fetched = page(number)
            asked_at = fetched.fetched_at - timedelta(seconds=1)
            await archive.record(exchange(fetched.url, requested_at=asked_at), fetched)


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    asyncio.run(write(tmp_path / "warc"))
    assert len(list((tmp_path / "warc").glob("*.warc.gz"))) > 2
    return tmp_path / "warc"


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("COPYDESK_DATA_DIR", str(tmp_path / "data"))
    return tmp_path / "data"


BACKFILL = PAGES_FETCHED.on(Lane.BACKFILL)


def sent(data: Path, topic: Topic = BACKFILL) -> list[Decoded]:
    async def read() -> list[Decoded]:
        bus = EmbeddedBus(data / "log.sqlite")
        await bus.ensure_topics([*REGISTRY.values()])
        ends = await bus.end_positions(topic.name)
        consumer = await bus.consumer("look", [topic.name])
        found: list[Any] = []
        while len(found) < sum(ends.values()):
            found += await consumer.poll(max_records=1_000, timeout=0.2)
        await consumer.close()
        await bus.close()
        return [decode(record.headers, record.value) for record in found]

    return asyncio.run(read())


def pages(found: list[Decoded]) -> dict[str, PageFetched]:
    return {held.message.id: held.message for held in found if isinstance(held.message, PageFetched)}


def run(archive: Path, **options: Any) -> None:
    given = {"archive": str(archive), "source": None, "since": None, "until": None, "rate": None, "language": None}
    unset = dict.fromkeys(("from_topics", "incomplete", "reprocess", "diff", "restart", "json"), False)
    compared = {"limit": None, "max_changed": None, "sample": "100%", "show": 20}
    replay(stage=Stage.CLEANER, **given | unset | compared | options)


def test_pages_come_again_as_they_were_published_with_their_ids(archive: Path, data: Path) -> None:
    run(archive)

    found = sent(data)
    assert pages(found) == {page(number).id: page(number) for number in range(COUNT)}
    assert {held.envelope.id for held in found} == {
        root_message_id(PAGES_FETCHED.name, one.id, f"{one.fetched_at.isoformat()} {one.content_sha256}")
        for one in map(page, range(COUNT))
    }
    outcomes = [held.message for held in sent(data, STAGE_OUTCOMES)]
    assert len(outcomes) == COUNT
    assert {(one.stage, one.outcome) for one in outcomes if isinstance(one, StageOutcome)} == {("crawler", "passed")}


def test_a_second_replay_sends_the_same_ids_and_reprocessing_new_ones(archive: Path, data: Path) -> None:
    run(archive)
    run(archive)
    assert len({held.envelope.id for held in sent(data)}) == COUNT

    run(archive, reprocess=True)
    run(archive, reprocess=True)
    assert len({held.envelope.id for held in sent(data)}) == 3 * COUNT
    assert len({held.envelope.id for held in sent(data, STAGE_OUTCOMES)}) == COUNT


def test_source_and_times_choose_pages(archive: Path, data: Path) -> None:
    since, until = datetime(2030, 1, 11), datetime(2030, 1, 21)  # noqa: DTZ001 - as the command line gives them
    run(archive, source="bay", since=since, until=until)
    assert {one.url for one in pages(sent(data)).values()} == {
        page(number).url for number in range(COUNT) if number % 2 and 10 <= number < 20
    }


def killed(archive: Path, data: Path) -> Path:
    """The state file of a replay that was killed in its middle."""
    command = [str(COMMAND), "replay", "--stage", "cleaner", "--archive", str(archive), "--rate", "20"]
    slow = subprocess.Popen(command, env={**os.environ})
    deadline = time.monotonic() + 60
    while not list(data.glob("replay-*.json")) and time.monotonic() < deadline:
        time.sleep(0.02)
    slow.kill()
    slow.wait()
    [state] = data.glob("replay-*.json")
    return state


def test_a_replay_that_was_killed_goes_on_where_it_was(
    archive: Path, data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    state = killed(archive, data)
    before = len(sent(data))
    assert 0 < before < COUNT

    run(archive)
    assert "going on in copydesk-" in capsys.readouterr().err
    assert len(pages(sent(data))) == COUNT
    assert before < len(sent(data)) < before + COUNT
    assert not state.exists()


def test_restart_begins_again_and_a_spoiled_position_is_said(archive: Path, data: Path) -> None:
    killed(archive, data).write_bytes(b"{")
    with pytest.raises(CommandError, match="--restart begins again"):
        run(archive)
    before = len(sent(data))
    run(archive, restart=True)
    assert len(sent(data)) == before + COUNT


def test_damage_is_passed_over_and_counted(archive: Path, data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first = min(archive.glob("*.warc.gz"))
    page_lines = first.with_name(f"{first.name}.cdxj").read_text().splitlines()
    start = int(json.loads(page_lines[1].split(" ", 2)[2])["offset"]) + 20
    content = bytearray(first.read_bytes())
    content[start : start + 60] = b"\0" * 60
    first.write_bytes(bytes(content))
    run(archive)

    said = capsys.readouterr().err
    assert f"{first.name}: offset " in said
    assert "broken-record" in said
    assert len(pages(sent(data))) == COUNT - 1
