"""Watch lists that follow their files while articles are tagged."""

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from copydesk.runtime.service import Finding
from copydesk.settings import Settings
from copydesk.telemetry import Metrics, get_logger
from copydesk_tagger.adapters.lexicons import simplified_letters
from copydesk_tagger.core.watch_list import WatchList, WatchListError, read_csv, read_yaml
from copydesk_tagger.core.watch_matching import WatchIndex

LOOK_EVERY = 1.0
"""Seconds between two looks at the files."""

_READERS = {".yaml": read_yaml, ".yml": read_yaml, ".csv": read_csv}
_SETTING = "COPYDESK_TAGGER__WATCH_LISTS"
_log = get_logger(__name__)


@dataclass(frozen=True)
class _Seen:
    modified_ns: int
    size: int
    inode: int


class WatchListFiles:
    """The lists of some files and folders. A broken file keeps its last good version in force.

    `problems` says by file what is wrong now, `by_file` and `sources` hold the versions in force. `changed` is called
    after each change.
    """

    def __init__(self, paths: Sequence[Path], changed: Callable[["WatchListFiles"], None] = lambda _: None) -> None:
        self._paths = paths
        self._changed = changed
        self._seen: Mapping[Path, _Seen | None] = {}
        self.by_file: dict[Path, WatchList] = {}
        self.sources: dict[Path, bytes] = {}
        self._stop = threading.Event()
        self.problems: dict[Path, str] = {}
        self.look()

    @property
    def lists(self) -> tuple[WatchList, ...]:
        return tuple(self.by_file.values())

    def look(self) -> bool:
        """Read again what has changed since the last look; whether anything has."""
        seen = {path: _look(path) for path in watch_list_files(self._paths)}
        if seen == self._seen:
            return False
        for path in seen:
            if path not in self._seen or seen[path] != self._seen[path]:
                self._read(path)
        self.by_file = {path: self.by_file[path] for path in seen if path in self.by_file}
        self.sources = {path: self.sources[path] for path in self.by_file}
        self.problems = {path: problem for path, problem in self.problems.items() if path in seen}
        self._seen = seen
        self._changed(self)
        return True

    def follow(self) -> None:
        """Look every second from now on, in a thread that ends with the process or `close`."""
        if self._paths:
            threading.Thread(target=self._follow, name="watch-lists", daemon=True).start()

    def close(self) -> None:
        self._stop.set()

    def _follow(self) -> None:
        while not self._stop.wait(LOOK_EVERY):
            self.look()

    def _read(self, path: Path) -> None:
        try:
            source = _source(path)
            found = read_watch_list(source, path)
        except WatchListError as error:
            self.problems[path] = str(error)
            return
        self.problems.pop(path, None)
        self.by_file[path] = found
        self.sources[path] = source


class FollowedWatchLists:
    """The newest good version of the watch lists, as an index; a change is in force about a second later.

    Opening it raises `WatchListError` for a list that is broken; later edits that are keep the last good version.
    """

    def __init__(self, paths: Sequence[Path]) -> None:
        self.index = WatchIndex(())
        self.files = WatchListFiles(paths, self._rebuild)
        for problem in self.files.problems.values():
            raise WatchListError(problem)
        self.files.follow()

    def _rebuild(self, files: WatchListFiles) -> None:
        self.index = WatchIndex(files.lists, simplified_letters())


class KeptWatchLists:
    """Copies of the good versions of watch lists, in a folder of this process.

    Workers read these, so that one that starts while a list is broken has the last good version, too. The gauge says
    how many lists are broken.
    """

    def __init__(self, paths: Sequence[Path], metrics: Metrics) -> None:
        self._folder = TemporaryDirectory(prefix="copydesk-watch-lists-")
        self._broken = metrics.watch_lists_broken
        self._places: dict[Path, Path] = {}
        self.folder = Path(self._folder.name)
        self.files = WatchListFiles(paths, self._keep)
        self.files.follow()

    def _keep(self, files: WatchListFiles) -> None:
        self._broken.set(len(files.problems))
        for path, problem in files.problems.items():
            kept = "its last good version stays in force" if path in files.sources else "its names are not looked for"
            _log.error("a watch list is broken", problem=problem, now=kept)
        _log.info("watch lists read", entries={str(path): len(one.entries) for path, one in files.by_file.items()})
        for path, source in files.sources.items():
            place = self._places.setdefault(path, self.folder / f"{len(self._places):04}" / path.name)
            if not place.exists() or place.read_bytes() != source:
                place.parent.mkdir(exist_ok=True)
                fresh = place.with_suffix(".new")
                fresh.write_bytes(source)
                fresh.replace(place)
        for path, place in self._places.items():
            if path not in files.sources:
                place.unlink(missing_ok=True)

    def close(self) -> None:
        self.files.close()
        self._folder.cleanup()


def watch_list_files(paths: Iterable[Path]) -> list[Path]:
    """The files that a setting names: those themselves, and all in folders that end like a watch list."""
    found: dict[Path, None] = {}
    for path in paths:
        inside = sorted(one for one in path.rglob("*") if one.suffix.lower() in _READERS) if path.is_dir() else [path]
        found.update(dict.fromkeys(inside))
    return list(found)


def load_watch_list(path: Path) -> WatchList:
    """The list of a file. Raises `WatchListError`, also for a file that cannot be read."""
    return read_watch_list(_source(path), path)


def read_watch_list(source: bytes, path: Path) -> WatchList:
    """The list that `source` holds, read by the ending of `path`. Raises `WatchListError`."""
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        raise WatchListError(f"{path}: a watch list ends in {', '.join(_READERS)}; rename it")
    return reader(source, str(path), path.stem)


def _source(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise WatchListError(f"{path}: cannot be read: {error.strerror}; mend {_SETTING}") from error


async def examine(settings: Settings) -> list[Finding]:
    """Entry point `copydesk.checks`."""
    findings = []
    for path in watch_list_files(settings.tagger.watch_lists):
        try:
            found = load_watch_list(path)
        except WatchListError as error:
            mend = f"mend it (`copydesk watchlist-check {path}` tries it); running taggers use its last good version"
            findings.append(Finding("watch list", False, str(error), mend))
        else:
            findings.append(Finding("watch list", True, f"{path}: {len(found.entries)} entries"))
    return findings


def _look(path: Path) -> _Seen | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return _Seen(found.st_mtime_ns, found.st_size, found.st_ino)
