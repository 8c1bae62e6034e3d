"""Which annotators rest after failing again and again, and which complaints are worth a line in the log."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta

from copydesk_tagger.core.annotation import Reasons
from copydesk_tagger.core.document import Tags

_IN_A_ROW = 3
_COSTLY = frozenset({"slow", "killed"})
"""Causes that cost seconds or a worker; one that merely raises may go on doing so."""

_SAID_AGAIN = timedelta(minutes=5)


class Circuits:
    """An annotator that ran out of time or killed its worker three times running is not asked for `rest`.

    After that the next document decides: another failure, and it rests again.
    """

    def __init__(self, rest: timedelta) -> None:
        self._rest = rest
        self._running: Counter[str] = Counter()
        self._until: dict[str, datetime] = {}

    def heard(self, outcomes: Iterable[Tags], now: datetime) -> None:
        """Learn from the tags of some documents, in the order in which they were made."""
        for tags in outcomes:
            for name in tags.models:
                self._running[name] = 0
            for name, cause in tags.failures.items():
                if cause in _COSTLY:
                    self._running[name] += 1
                    if self._running[name] >= _IN_A_ROW:
                        self._until[name] = now + self._rest

    def resting(self, now: datetime) -> Reasons:
        """Who is not to be asked now, and why."""
        reason = f"rests, as it ran out of time or died over {_IN_A_ROW} documents running"
        return {name: ("resting", reason) for name, until in self._until.items() if now < until}


class Complaints:
    """Lets through the first complaint about each subject, and later one every five minutes with the number since."""

    def __init__(self) -> None:
        self._said: dict[str, datetime] = {}
        self._since: Counter[str] = Counter()

    def worth_saying(self, subject: str, now: datetime) -> int:
        """How many complaints about `subject` this one stands for, itself included; 0 where it is to be kept back."""
        self._since[subject] += 1
        said = self._said.get(subject)
        if said is not None and now - said < _SAID_AGAIN:
            return 0
        self._said[subject] = now
        return self._since.pop(subject)
