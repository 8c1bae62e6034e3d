"""The embedded log's file: one SQLite database, used from one thread at a time.

Durability: WAL with `synchronous=NORMAL`. A committed transaction is in the operating system's hands, so it survives
`kill -9` of the process at any moment. A power cut or a crash of the operating system may take back the newest
transactions (those since the last checkpoint) but never damages the file; where that matters, use Kafka.

Space: rows that retention or compaction deletes leave free pages that later records fill; the file does not shrink.
"""

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

from copydesk.contracts import Headers, Topic
from copydesk.runtime.ports import DeliveredRecord, OutgoingRecord, Partition

_OFFSET_BITS = 40
_ROWS_PER_INSERT = 200
_READ_BYTES = 16 * 1024 * 1024
_SWEEP_STEP = 5_000
_SCHEMA = """
CREATE TABLE IF NOT EXISTS topics (
    name TEXT PRIMARY KEY,
    retention_ms INTEGER,           -- NULL: for ever
    compacted INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS partitions (
    id INTEGER PRIMARY KEY,
    topic TEXT NOT NULL REFERENCES topics (name),
    number INTEGER NOT NULL,
    first_offset INTEGER NOT NULL DEFAULT 0,
    next_offset INTEGER NOT NULL DEFAULT 0,
    UNIQUE (topic, number)
);
CREATE TABLE IF NOT EXISTS records (
    id INTEGER PRIMARY KEY,         -- partition id * 2**40 + offset: one index, in reading order
    ts INTEGER NOT NULL,            -- milliseconds since the epoch
    key BLOB NOT NULL,
    headers BLOB NOT NULL,          -- MessagePack
    value BLOB NOT NULL             -- last, so that sweeps need not read it
);
CREATE TABLE IF NOT EXISTS positions (
    consumer_group TEXT NOT NULL,
    partition_id INTEGER NOT NULL REFERENCES partitions (id),
    position INTEGER NOT NULL,
    PRIMARY KEY (consumer_group, partition_id)
) WITHOUT ROWID;
"""
_encode_headers = msgspec.msgpack.Encoder().encode
_decode_headers = msgspec.msgpack.Decoder(Headers).decode


@dataclass
class StoredPartition:
    """A partition's row id and the offsets that bound what it holds: [`first`, `next`)."""

    id: int
    first: int
    next: int


@dataclass
class Catalogue:
    """What the log holds, small enough to be kept in memory."""

    topics: dict[str, int] = field(default_factory=dict)
    """Topic name → number of partitions."""
    partitions: dict[Partition, StoredPartition] = field(default_factory=dict)
    positions: dict[tuple[str, Partition], int] = field(default_factory=dict)
    """(group, partition) → committed next offset."""


@dataclass(frozen=True)
class Append:
    """A record with its place: the offset is given out by the caller, in order."""

    partition: StoredPartition
    offset: int
    record: OutgoingRecord


@dataclass(frozen=True)
class Slice:
    """A stretch of one partition to read: at most `limit` records of [`start`, `end`)."""

    partition: Partition
    stored: StoredPartition
    start: int
    end: int
    limit: int


@dataclass(frozen=True)
class Stretch:
    """What was read of a slice, and where to read on."""

    records: Sequence[DeliveredRecord]
    position: int


@dataclass(frozen=True)
class Sweep:
    """The new first offset of each partition that retention shortened, by id, and whether there is more to delete."""

    shortened: Mapping[int, int]
    more: bool


def _milliseconds(moment: datetime) -> int:
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)


class Log:
    """One connection to the file. Every method is one transaction."""

    def __init__(self, path: Path, *, read_only: bool = False, commits: bool = False) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=10)
        if not read_only:
            self._connection.execute("PRAGMA page_size = 8192")
            self._connection.execute("PRAGMA journal_mode = WAL")
            self._connection.execute("PRAGMA wal_autocheckpoint = 2000")
            self._connection.executescript(_SCHEMA)
        self._connection.execute("PRAGMA synchronous = NORMAL")
        self._connection.execute(f"PRAGMA query_only = {int(read_only and not commits)}")

    def close(self) -> None:
        self._connection.close()

    def check(self) -> None:
        """Raise `sqlite3.Error` unless the file can be read."""
        self._connection.execute("SELECT count(*) FROM topics").fetchone()

    def catalogue(self) -> Catalogue:
        catalogue = Catalogue()
        by_id: dict[int, Partition] = {}
        for row_id, topic, number, first, following in self._connection.execute(
            "SELECT id, topic, number, first_offset, next_offset FROM partitions"
        ):
            by_id[row_id] = Partition(topic, number)
            catalogue.partitions[by_id[row_id]] = StoredPartition(row_id, first, following)
            catalogue.topics[topic] = catalogue.topics.get(topic, 0) + 1
        for group, row_id, position in self._connection.execute(
            "SELECT consumer_group, partition_id, position FROM positions"
        ):
            catalogue.positions[group, by_id[row_id]] = position
        return catalogue

    def create(self, topics: Iterable[Topic]) -> None:
        """Create the topics that are missing."""
        with self._connection:
            self._connection.execute("BEGIN IMMEDIATE")
            for topic in topics:
                retention = topic.retention and topic.retention // timedelta(milliseconds=1)
                created = self._connection.execute(
                    "INSERT INTO topics VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
                    (topic.name, retention, topic.compacted),
                ).rowcount
                if created:
                    self._connection.executemany(
                        "INSERT INTO partitions (topic, number) VALUES (?, ?)",
                        [(topic.name, number) for number in range(topic.partitions)],
                    )

    def write(self, appends: Sequence[Append], positions: Mapping[tuple[str, int], int], now: datetime) -> None:
        """Append records and set committed positions, keyed by group and partition id, in one transaction."""
        ts = _milliseconds(now)
        following = {append.partition.id: append.offset + 1 for append in appends}
        with self._connection:
            self._connection.execute("BEGIN IMMEDIATE")
            for start in range(0, len(appends), _ROWS_PER_INSERT):
                self._insert(appends[start : start + _ROWS_PER_INSERT], ts)
            self._connection.executemany(
                "UPDATE partitions SET next_offset = ? WHERE id = ?",
                [(offset, row_id) for row_id, offset in following.items()],
            )
            self._connection.executemany(
                "INSERT OR REPLACE INTO positions VALUES (?, ?, ?)",
                [(group, row_id, position) for (group, row_id), position in positions.items()],
            )

    def _insert(self, appends: Sequence[Append], ts: int) -> None:
        """One statement for many rows: each statement hands the interpreter lock over, and a busy loop keeps it."""
        rows = ",".join(["(?,?,?,?,?)"] * len(appends))
        self._connection.execute(
            f"INSERT INTO records (id, ts, key, headers, value) VALUES {rows}",  # noqa: S608 (placeholders only)
            [
                column
                for append in appends
                for column in (
                    append.partition.id << _OFFSET_BITS | append.offset,
                    ts,
                    append.record.key,
                    _encode_headers(append.record.headers),
                    append.record.value,
                )
            ],
        )

    def read(self, slices: Sequence[Slice]) -> list[Stretch]:
        """What the slices hold, in their order, 16 MB in all; gaps that compaction left are passed over."""
        stretches: list[Stretch] = []
        budget = _READ_BYTES
        for part in slices:
            stretches.append(self._read(part, budget))
            budget -= sum(len(record.value) for record in stretches[-1].records)
        return stretches

    def _read(self, part: Slice, budget: int) -> Stretch:
        if budget <= 0:
            return Stretch((), part.start)
        base = part.stored.id << _OFFSET_BITS
        rows = self._connection.execute(
            "SELECT id, ts, key, value, headers FROM records WHERE id >= ? AND id < ? ORDER BY id LIMIT ?",
            (base | part.start, base | part.end, part.limit),
        )
        records = []
        for row_id, ts, key, value, headers in rows:
            records.append(
                DeliveredRecord(
                    partition=part.partition,
                    offset=row_id - base,
                    timestamp=datetime.fromtimestamp(ts / 1000, UTC),
                    key=key,
                    value=value,
                    headers=_decode_headers(headers),
                )
            )
            budget -= len(value)
            if budget <= 0 or len(records) == part.limit:
                rows.close()
                return Stretch(records, records[-1].offset + 1)
        return Stretch(records, part.end)

    def sweep(self, now: datetime) -> Sweep:
        """Apply retention and compaction; retention goes in steps, so that appends wait for none of them long."""
        shortened: dict[int, int] = {}
        more = False
        for row_id, first, following, retention_ms, compacted in self._connection.execute(
            "SELECT id, first_offset, next_offset, retention_ms, compacted "
            "FROM partitions JOIN topics ON topic = name WHERE next_offset > first_offset"
        ).fetchall():
            if compacted:
                self._compact(row_id, following)
            if retention_ms is not None:
                kept_from = self._first_since(row_id, following, _milliseconds(now) - retention_ms)
                step = min(kept_from, first + _SWEEP_STEP)
                more = more or step < kept_from
                if step > first:
                    self._expire(row_id, step)
                    shortened[row_id] = step
        return Sweep(shortened, more)

    def _compact(self, partition_id: int, following: int) -> None:
        bounds = (partition_id << _OFFSET_BITS, partition_id << _OFFSET_BITS | following)
        self._connection.execute(
            "DELETE FROM records WHERE id >= ? AND id < ? AND id NOT IN "
            "(SELECT max(id) FROM records WHERE id >= ? AND id < ? GROUP BY key)",
            bounds * 2,
        )

    def _first_since(self, partition_id: int, following: int, ts: int) -> int:
        base = partition_id << _OFFSET_BITS
        row = self._connection.execute(
            "SELECT id FROM records WHERE id >= ? AND id < ? AND ts >= ? ORDER BY id LIMIT 1",
            (base, base | following, ts),
        ).fetchone()
        return following if row is None else int(row[0]) - base

    def _expire(self, partition_id: int, kept_from: int) -> None:
        base = partition_id << _OFFSET_BITS
        with self._connection:
            self._connection.execute("BEGIN IMMEDIATE")
            self._connection.execute("DELETE FROM records WHERE id >= ? AND id < ?", (base, base | kept_from))
            self._connection.execute("UPDATE partitions SET first_offset = ? WHERE id = ?", (kept_from, partition_id))
