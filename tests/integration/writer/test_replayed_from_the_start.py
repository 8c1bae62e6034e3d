"""A consumer group that begins again at offset 0 changes nothing that is stored, and tells the same events."""

from pathlib import Path

from benchmarks.replay.replaying import file_and_replay
from copydesk.storage import Pool

from .test_writer_service import context_in

MESSAGES = 400


async def test_reading_everything_again_changes_no_row_and_tells_the_same_events(
    tmp_path: Path, database: str, pool: Pool
) -> None:
    context = context_in(tmp_path, database)

    found = await file_and_replay(context, pool, MESSAGES, lambda *_: None)

    assert found.changed == []
    assert found.rewritten in (["funnel"], [])
    assert found.unequal_events == []
    empty = [name for name in ("articles", "revisions", "story_changes", "cuts") if not found.before[name].rows]
    assert empty == []
    told = found.told_after.repeats - found.told_before.repeats
    assert told == len(found.told_before.events) > MESSAGES / 2
    await context.bus.close()
