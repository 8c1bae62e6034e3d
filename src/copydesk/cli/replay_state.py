"""How far a replay has come, kept in the data directory so that a crash costs no more than a batch."""

from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import msgspec

from copydesk.cli.kept import Place
from copydesk.cli.output import CommandError
from copydesk.runtime.ports import Partition


class ReplayPosition(msgspec.Struct, kw_only=True):
    """`started` names the run, and is part of the ids of what it sends; `gate` is the one that it has passed.

    Of an archive all of `file` before `offset` is through, and every file before it; of the database every id up to
    `after`; of topics what lies before `read`. Their `ends` were found at the start: the replay itself makes them grow.
    """

    started: datetime
    gate: float | None = None
    sent: int = 0
    file: str = ""
    offset: int = 0
    after: str = ""
    read: dict[str, int] = {}
    ends: dict[str, int] = {}

    @property
    def where(self) -> str:
        """For people; empty at the beginning."""
        if self.file:
            return f"{self.file} at {self.offset}"
        if self.after:
            return f"the articles after {self.after}"
        return f"the topics after {sum(self.read.values())} records" if self.read else ""


class ReplayState:
    """One file for each set of wishes: a replay of the same is one that goes on."""

    def __init__(self, data_dir: Path, wanted: msgspec.Struct, *, restart: bool) -> None:
        digest = sha256(type(wanted).__name__.encode() + msgspec.json.encode(wanted)).hexdigest()[:16]
        self._path = data_dir / f"replay-{digest}.json"
        self.position = ReplayPosition(started=datetime.now(UTC))
        if not restart and self._path.exists():
            try:
                self.position = msgspec.json.decode(self._path.read_bytes(), type=ReplayPosition)
            except (msgspec.DecodeError, OSError) as error:
                raise CommandError(f"{self._path}: {error}; --restart begins again") from error

    @property
    def bounds(self) -> tuple[dict[Partition, int], dict[Partition, int]]:
        """Where to begin on each partition, and where to end."""
        return _partitions(self.position.read), _partitions(self.position.ends)

    def bound(self, ends: Mapping[Partition, int]) -> None:
        """Remember where the topics ended when the replay began."""
        self._keep(ends={_name(partition): end for partition, end in ends.items()})

    def pass_gate(self, most: float) -> None:
        """From here on the replay may send, also when it goes on after an interruption."""
        self._keep(gate=most)

    def keep_file(self, file: str, offset: int, sent: int) -> None:
        self._keep(file=file, offset=offset, sent=sent)

    def keep_places(self, places: list[Place], sent: int) -> None:
        """All up to these places, in order, is acknowledged."""
        read = {_name(place.partition): place.next_offset for place in places if place.partition is not None}
        self._keep(after=places[-1].id, read=self.position.read | read, sent=sent)

    def forget(self) -> None:
        """The replay is through."""
        self._path.unlink(missing_ok=True)

    def _keep(self, **known: object) -> None:
        self.position = msgspec.structs.replace(self.position, **known)
        written = self._path.with_suffix(".new")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            written.write_bytes(msgspec.json.encode(self.position))
            written.replace(self._path)
        except OSError as error:
            raise CommandError(
                f"{self._path}: the position cannot be kept: {error.strerror}; make room there, or name another "
                "--data-dir"
            ) from error


def _name(partition: Partition) -> str:
    return f"{partition.topic}/{partition.number}"


def _partitions(named: Mapping[str, int]) -> dict[Partition, int]:
    split = ((name.rpartition("/"), offset) for name, offset in named.items())
    return {Partition(topic, int(number)): offset for (topic, _, number), offset in split}
