"""What is stored and what was told, in figures that show any change."""

from dataclasses import dataclass, field

from copydesk.contracts import ARTICLES_STORED, STORIES_CHANGED, decode
from copydesk.runtime.ports import Bus
from copydesk.storage import Pool

_HEARD_OF = {"funnel": ("at",)}
"""Columns that say when something was last heard of, which repeating it is meant to change."""

_SUM = "coalesce(sum(hashtextextended(ROW({})::text, 0)::numeric), 0)::text"


@dataclass(frozen=True)
class TableState:
    """A table's rows and a sum over hashes of all of them; equal sums mean equal rows in any order.

    `versions` is such a sum over what Postgres writes anew with each row version, so that it also shows rows that
    were replaced by their like.
    """

    rows: int
    checksum: str
    versions: str


async def tables(pool: Pool) -> dict[str, TableState]:
    """Every table of the schema, by its name."""
    columns: dict[str, list[str]] = {}
    for row in await pool.fetch(
        "SELECT c.table_name, c.column_name FROM information_schema.columns c JOIN information_schema.tables t "
        "USING (table_schema, table_name) WHERE table_schema = 'copydesk' AND table_type = 'BASE TABLE' "
        "ORDER BY c.table_name, c.ordinal_position"
    ):
        columns.setdefault(row["table_name"], []).append(row["column_name"])
    found = {}
    for table, names in columns.items():
        kept = ", ".join(f'"{name}"' for name in names if name not in _HEARD_OF.get(table, ()))
        (row,) = await pool.fetch(
            f"SELECT count(*) AS rows, {_SUM.format(kept)} AS checksum, {_SUM.format('ctid, xmin')} AS versions "
            f'FROM copydesk."{table}"',
            timeout=600,
        )
        found[table] = TableState(**row)
    return found


@dataclass
class Told:
    """Events by `ce_id`, each with its body; `repeats` counts those that came with an id known already.

    `contradictions` are ids under which two different bodies came.
    """

    events: dict[str, bytes] = field(default_factory=dict)
    repeats: int = 0
    contradictions: set[str] = field(default_factory=set)


async def told(bus: Bus) -> Told:
    """Everything on articles.stored and stories.changed."""
    found = Told()
    topics = [ARTICLES_STORED.name, STORIES_CHANGED.name]
    total = sum([sum((await bus.end_positions(topic)).values()) for topic in topics])
    consumer = await bus.consumer("benchmark.told", topics)
    read = 0
    while read < total:
        for record in await consumer.poll(max_records=1_000, timeout=1.0):
            read += 1
            identity = decode(record.headers, record.value).envelope.id
            if identity in found.events:
                found.repeats += 1
            if found.events.setdefault(identity, record.value) != record.value:
                found.contradictions.add(identity)
    await consumer.close()
    return found
