"""A new way of cleaning over old pages: first shown, then refused or done."""

import asyncio
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from copydesk_crawler.adapters.archive import Archive

from copydesk.runtime.clock import SystemClock
from tests.unit.crawler.archived import exchange, page

from .test_commands import copydesk

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
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four pages of two sites, archived, cleaned and filed; and rules that take something out of two of them."""
    folder = tmp_path_factory.mktemp("desk")
    asyncio.run(write(folder / "warc"))
    (folder / "rules.yaml").write_text("bay.example: {remove: [.letterbox]}\ncliff.example: {remove: [.letterbox]}\n")
    assert copydesk(*REPLAY, folder=folder).code == 0
    ran = copydesk("run", "--once", folder=folder)
    assert (ran.code, len(stored(folder))) == (0, len(NAMES)), ran.out + ran.err
    return folder


REPLAY = ("replay", "--stage", "cleaner", "--archive", "warc")
RULES = {"COPYDESK_CLEANER__RULES_FILE": "rules.yaml"}
SENT = ("tail", "backfill.pages.fetched", "--from-beginning", "--json", "--limit")


def stored(desk: Path) -> dict[str, dict]:
    return {row["url"]: row for row in copydesk("export", folder=desk).lines}


def test_the_same_cleaner_changes_nothing(desk: Path) -> None:
    (sums,) = copydesk(*REPLAY, "--diff", "--json", folder=desk).lines
    assert (sums["articles"], sums["changed"], sums["kinds"], sums["left_out"]) == (4, 0, {}, {})


def test_what_would_change_is_counted_and_shown(desk: Path) -> None:
    (*articles, sums) = copydesk(*REPLAY, "--diff", "--json", folder=desk, **RULES).lines

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

    shown = copydesk(*REPLAY, "--diff", "--source", "bay", folder=desk, **RULES)
    assert "1 of 2 articles would change (50.0%), 1 of them for readers" in shown.out
    assert re.search(rf"\[-[¶ ]*{re.escape(LETTER)}[¶ ]*-\]", shown.out)


def test_a_gate_refuses_before_anything_is_sent_and_a_wider_one_lets_it_pass(desk: Path) -> None:
    before = stored(desk)
    assert all((LETTER in row["text"]) == (row["url"][-5:] in ("cable", "winch")) for row in before.values())
    refused = copydesk(*REPLAY, "--reprocess", "--max-changed", "20%", folder=desk, **RULES)
    assert refused.code == 1
    assert "2 of 4 articles would change (50.0%), and --max-changed allows 20.0%: nothing was sent" in refused.err
    assert "text shorter" in refused.out
    unsent = copydesk(*SENT, "4", folder=desk)
    assert len(unsent.lines) == len(NAMES)

    passed = copydesk(*REPLAY, "--reprocess", "--max-changed", "0.5", folder=desk, **RULES)
    assert passed.code == 0, passed.err
    assert "4 pages on backfill.pages.fetched" in passed.err
    ran = copydesk("run", "--once", folder=desk, **RULES)
    assert ran.code == 0, ran.err
    after = stored(desk)
    assert {url for url in after if after[url]["revision"] > before[url]["revision"]} == {
        "https://bay.example/cable",
        "https://cliff.example/winch",
    }
    assert all(LETTER not in row["text"] for row in after.values())
    (sums,) = copydesk(*REPLAY, "--from-topics", "--diff", "--json", folder=desk, **RULES).lines
    assert (sums["articles"], sums["changed"]) == (4, 0)


def test_a_gate_does_not_judge_what_it_could_not_compare(desk: Path) -> None:
    refused = copydesk(*REPLAY, "--source", "nobody", "--reprocess", "--max-changed", "5%", folder=desk)
    assert (refused.code, "nothing could be compared" in refused.err) == (1, True)
