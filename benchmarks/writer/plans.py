"""Plans of what the writer asks before and after it files a batch."""

import re
from collections.abc import AsyncIterator
from typing import Any

from copydesk_writer.adapters.tables import SQL, STORIES
from copydesk_writer.core.story_evidence import WINDOW

from copydesk.storage import Pool

_KNOWN = "SELECT id, message_id, version, first_stored_at FROM copydesk.articles ORDER BY stored_at DESC LIMIT $1"

_LISTS = re.compile(r"'\{[^']{80,}\}'")
"""Arguments that a plan repeats, hundreds of ids each."""


async def plans(pool: Pool, articles: int = 500) -> AsyncIterator[tuple[str, str]]:
    """With what was read, for the articles stored last."""
    rows = await pool.fetch(_KNOWN, articles)
    ids = [row["id"] for row in rows]
    asked: dict[str, tuple[str, tuple[Any, ...]]] = {
        "stored_states": (SQL["stored_states"], (ids,)),
        "made_revisions": (
            SQL["made_revisions"],
            (ids, [row["message_id"] for row in rows], min(row["first_stored_at"] for row in rows)),
        ),
        "seen_gone": (SQL["seen_gone"], (ids, min(row["version"] for row in rows))),
        "shared_bands": (SQL["shared_bands"], (ids, 200 * articles)),
        "find_tellings": (STORIES["find_tellings"], (ids, WINDOW)),
    }
    for name, (statement, arguments) in asked.items():
        lines = await pool.fetch(f"EXPLAIN (ANALYZE, BUFFERS, COSTS OFF) {statement}", *arguments)
        yield name, _LISTS.sub("'{…}'", "\n".join(line[0] for line in lines))
