"""Whatever is killed when, the events told are the revisions made: a model of writers around the real decisions.

Two writers read one log. A step is one batch of one of them: it reads from where the group's position stands (or, as
a zombie after a rebalance, from where it stood before), commits its transaction, sends its events, commits the
position, and may die before each. A zombie's position is refused. In the end one writer reads on to the end of the log.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import IntEnum
from uuid import UUID

from copydesk_writer.core.batches import newest_of_each
from copydesk_writer.core.comparison import SAME, Difference, Reading, compare
from copydesk_writer.core.revisions import (
    Candidate,
    Stored,
    Verdict,
    classify,
    needs_comparison,
    reading_of,
    revision_sha256,
)
from hypothesis import event, given, settings
from hypothesis import strategies as st

from copydesk.contracts import ArticleTagged, PageWithdrawn

NOON = datetime(2026, 3, 9, 12, tzinfo=UTC)
TEXTS = [
    "The ferry sank on Monday, killing 3 people.",
    "The ferry sank on Monday – killing 3 people.",
    "The ferry sank on Monday, killing 5 people.",
    "The ferry sank on Monday, killing 3 people.\n\nDivers went on with their search at dawn.",
]


class Dies(IntEnum):
    """How far a writer gets with a batch."""

    BEFORE_COMMIT = 0
    BEFORE_SENDING = 1
    BEFORE_POSITION = 2
    NEVER = 3


@dataclass(frozen=True)
class Step:
    size: int
    dies: Dies
    zombie: bool
    tell_touched: bool


@dataclass(frozen=True)
class Revision:
    article: UUID
    number: int
    change: Verdict
    message_id: str
    difference: Difference
    told: bool


@dataclass
class Database:
    """Rows as the writer keeps them; every transaction is whole."""

    states: dict[UUID, Stored] = field(default_factory=dict)
    readings: dict[UUID, Reading] = field(default_factory=dict)
    revisions: dict[str, Revision] = field(default_factory=dict)
    gone: dict[UUID, int] = field(default_factory=dict)

    def file(self, batch: Sequence[Candidate], *, tell_touched: bool) -> set[Revision]:
        """The events that a batch leads to."""
        made = [self.revisions[one.message_id] for one in batch if one.message_id in self.revisions]
        for kind in (ArticleTagged, PageWithdrawn):
            some = [one for one in batch if one.message_id not in self.revisions and isinstance(one.message, kind)]
            written = [self._write(one, tell_touched=tell_touched) for one in newest_of_each(some)]
            made += [revision for revision in written if revision]
        return {revision for revision in made if revision.told}

    def _write(self, found: Candidate, *, tell_touched: bool) -> Revision | None:
        stored, difference = self.states.get(found.id), SAME
        if needs_comparison(found, stored) and isinstance(found.message, ArticleTagged):
            difference = compare(self.readings[found.id], reading_of(found.message))
        verdict = classify(found, stored, difference, self.gone.get(found.id))
        if verdict is Verdict.UNKNOWN:
            self.gone[found.id] = max(found.version, self.gone.get(found.id, 0))
        if verdict in (Verdict.SUPERSEDED, Verdict.REDELIVERED, Verdict.UNKNOWN):
            return None
        makes = verdict is not Verdict.UNCHANGED
        gone = isinstance(found.message, PageWithdrawn)
        after = Stored(
            version=found.version,
            message_time=found.message_time,
            message_id=found.message_id,
            revision=(stored.revision if stored else 0) + makes,
            revision_sha256=stored.revision_sha256 if gone and stored else found.revision_sha256,
            record_sha256=b"",
            stored_at=NOON,
            withdrawn=gone,
        )
        if stored:
            assert (after.version, after.message_time) > (stored.version, stored.message_time)
        self.states[found.id] = after
        if isinstance(found.message, ArticleTagged):
            self.readings[found.id] = reading_of(found.message)
        if not makes:
            return None
        told = tell_touched or verdict is not Verdict.TOUCHED
        self.revisions[found.message_id] = Revision(
            found.id, after.revision, verdict, found.message_id, difference, told
        )
        return self.revisions[found.message_id]


def candidate(number: int, article: int, minute: int, text: int) -> Candidate:
    """The message at place `number` of the log; without a text it is a withdrawal."""
    identity, fetched = UUID(int=article), NOON + timedelta(minutes=minute)
    message_id, time = f"{number}", fetched + timedelta(seconds=number)
    if text == len(TEXTS):
        gone = PageWithdrawn(id=str(identity), url="", source="", fetched_at=fetched, status=410)
        return Candidate(identity, minute, time, message_id, gone, fetched)
    page = ArticleTagged(
        id=str(identity),
        url="https://harbour.example/ferry",
        canonical_url="https://harbour.example/ferry",
        source="harbour-post",
        fetched_at=fetched,
        content_sha256="",
        title="Ferry sinks",
        text=TEXTS[text],
    )
    return Candidate(identity, minute, time, message_id, page, fetched, revision_sha256=revision_sha256(page))


MESSAGES = st.tuples(st.integers(0, 2), st.integers(0, 8), st.integers(0, len(TEXTS)))
LOGS = st.lists(MESSAGES, min_size=1, max_size=24).map(
    lambda found: [candidate(number, *one) for number, one in enumerate(found)]
)
DUPLICATED = st.tuples(LOGS, st.lists(st.integers(0, 23), max_size=6)).map(
    lambda pair: [*pair[0], *(pair[0][number] for number in pair[1] if number < len(pair[0]))]
)
STEPS = st.lists(st.builds(Step, st.integers(1, 9), st.sampled_from(Dies), st.booleans(), st.booleans()), max_size=12)


@settings(max_examples=500, deadline=None)
@given(DUPLICATED, STEPS)
def test_the_set_of_events_is_the_set_of_revisions(log: list[Candidate], steps: list[Step]) -> None:
    database, told, position, before = Database(), set(), 0, 0
    drain = Step(7, Dies.NEVER, zombie=False, tell_touched=False)
    while steps or position < len(log):
        step = steps.pop(0) if steps else drain
        start = before if step.zombie else position
        if step.dies is Dies.BEFORE_COMMIT:
            continue
        events = database.file(log[start : start + step.size], tell_touched=step.tell_touched)
        if step.dies is Dies.BEFORE_SENDING:
            continue
        told |= events
        if step.dies is Dies.NEVER and not step.zombie:
            before, position = position, min(len(log), start + step.size)
    made, first_sight = set(database.revisions.values()), {one.message_id: one for one in log}.values()
    for kind in {one.change for one in made}:
        event(kind)
    assert told == {one for one in made if one.told}
    assert {one.change for one in made - told} <= {Verdict.TOUCHED}
    for article, state in database.states.items():
        numbers = sorted(one.number for one in made if one.article == article)
        assert numbers == list(range(1, state.revision + 1))
        newest = max((one for one in log if one.id == article), key=lambda one: one.order)
        assert state.version == newest.version
        if sum((one.id, one.version) == (article, state.version) for one in first_sight) == 1:
            assert state.message_id == newest.message_id


@settings(max_examples=200, deadline=None)
@given(LOGS, st.randoms(use_true_random=False))
def test_the_text_that_stands_does_not_depend_on_the_order_of_arrival(log: list[Candidate], chance) -> None:
    log = [one for one in log if isinstance(one.message, ArticleTagged)]
    shuffled = chance.sample(log, len(log))
    here, there = Database(), Database()
    for database, order in ((here, log), (there, shuffled)):
        for start in range(0, len(order), 4):
            database.file(order[start : start + 4], tell_touched=False)
    assert here.readings == there.readings
    assert {id_: replace(one, revision=0) for id_, one in here.states.items()} == {
        id_: replace(one, revision=0) for id_, one in there.states.items()
    }
