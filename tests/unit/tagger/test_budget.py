"""Annotators that do not come back: interrupted in Python code, measured, announced."""

import itertools
import re
import signal
import time
from pathlib import Path

import pytest
from copydesk_tagger.adapters.budget import Slate, Supervision
from copydesk_tagger.core.annotation import annotate
from copydesk_tagger.core.document import Document, Tags

BUDGET = 0.2


class Works:
    version = "1"
    languages: frozenset[str] | None = None
    needs: frozenset[str] = frozenset()
    cost = 0.1
    name = "works"

    def annotate(self, document: Document, tags: Tags) -> None:
        tags.keywords.append(self.name)


class Spins(Works):
    name = "spins"

    def annotate(self, document: Document, tags: Tags) -> None:
        tags.keywords.append("half")
        while True:
            pass


class Swallows(Works):
    """Code that catches everything, as some does around each item."""

    name = "swallows"

    def annotate(self, document: Document, tags: Tags) -> None:
        for _ in range(2):
            try:
                time.sleep(60)
            except BaseException:  # noqa: BLE001
                continue
        time.sleep(60)


@pytest.mark.parametrize(("slow", "said"), [(Spins(), "0.[26] s"), (Swallows(), "0.6 s by the clock")])
def test_one_that_does_not_come_back_is_interrupted_and_the_others_go_on(slow: Works, said: str) -> None:
    with Supervision(BUDGET) as supervision:
        tags = annotate(Document(text="text"), [slow, Works()], supervision.watch)

    assert tags.keywords == ["works"]
    assert tags.models == {"works": "1"}
    assert tags.failures == {slow.name: "slow"}
    assert re.match(rf"tagger:{slow.name}: took longer than {said}.*\(annotate:\d+\)$", tags.notes[0])
    assert supervision.seconds[slow.name] >= BUDGET > supervision.seconds["works"]


def test_nothing_is_interrupted_once_it_is_done() -> None:
    with Supervision(0.02) as supervision:
        for number in range(5):
            supervision.begin(number)
            assert annotate(Document(text="text"), [Works()], supervision.watch).notes == []
            time.sleep(0.05)


def test_an_alarm_that_was_set_before_still_rings() -> None:
    rung = []
    outer = signal.signal(signal.SIGALRM, lambda *_: rung.append(True))
    timer = signal.setitimer(signal.ITIMER_REAL, 1.0)
    try:
        with Supervision(BUDGET) as supervision:
            annotate(Document(text="text"), [Swallows()], supervision.watch)
        signal.pause()
        assert rung == [True]
    finally:
        signal.signal(signal.SIGALRM, outer)
        signal.setitimer(signal.ITIMER_REAL, *timer)


def test_the_slate_names_the_document_and_annotator_at_work(tmp_path: Path) -> None:
    path = tmp_path / "slate"
    slate = Slate(path)
    assert Slate.read(path) is None
    with Supervision(BUDGET, slate) as supervision:
        for number, name in itertools.product(range(3), ["language", "places"]):
            supervision.begin(number)
            with supervision.watch(name):
                assert Slate.read(path) == (number, name)
    slate.close()


def test_a_slate_that_was_never_written_tells_nothing(tmp_path: Path) -> None:
    (tmp_path / "slate").write_bytes(b"\xff\0 x")

    assert Slate.read(tmp_path / "slate") is None
    assert Slate.read(tmp_path / "none") is None
