"""Site rules that follow their file while the service runs."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from copydesk.telemetry import Metrics, get_logger
from copydesk_cleaner.adapters.rules_file import load_rules
from copydesk_cleaner.core.errors import RulesError
from copydesk_cleaner.core.site_rules import SiteRuleBook

_LOOK_EVERY = timedelta(seconds=2)
_log = get_logger(__name__)


@dataclass(frozen=True)
class _Seen:
    modified_ns: int
    size: int
    inode: int


class RulesFile:
    """Site rules that follow their file.

    Opening it raises `RulesError` for a file that is broken or not there. After that a broken edit keeps the rules
    as they were: `problem` says what is wrong with it until the file is mended, the gauge is 1, the log has it once.
    """

    def __init__(self, path: Path, metrics: Metrics) -> None:
        self._path = path
        self._broken = metrics.site_rules_broken
        self._seen = self._look()
        self._book = load_rules(path)
        self._looked: datetime | None = None
        self.problem: str | None = None

    def current(self, now: datetime) -> SiteRuleBook:
        """The rules as of `now`; looks at the file's time and size at most every two seconds."""
        if self._looked is None or abs(now - self._looked) >= _LOOK_EVERY:
            self._looked = now
            seen = self._look()
            if seen != self._seen:
                self._seen = seen
                self._reload()
        return self._book

    def _look(self) -> _Seen | None:
        try:
            found = self._path.stat()
        except OSError:
            return None
        return _Seen(found.st_mtime_ns, found.st_size, found.st_ino)

    def _reload(self) -> None:
        try:
            self._book = load_rules(self._path)
        except RulesError as error:
            self.problem = str(error)
            self._broken.set(1)
            _log.error("site rules are broken, the last good ones stay in force", problem=self.problem)
            return
        self.problem = None
        self._broken.set(0)
        _log.info("site rules read again", path=str(self._path), sites=len(self._book.sites))
