"""When an annotator rests, and what is said of it."""

from datetime import UTC, datetime, timedelta

import pytest
from copydesk_tagger.core.circuits import Circuits, Complaints
from copydesk_tagger.core.document import Tags

NOON = datetime(2030, 1, 1, 12, tzinfo=UTC)
REST = timedelta(minutes=5)
WELL = Tags(models={"entities": "1"})


def failing(cause: str) -> Tags:
    return Tags(failures={"entities": cause})


@pytest.mark.parametrize("cause", ["slow", "killed"])
def test_three_costly_failures_running_are_followed_by_a_rest(cause: str) -> None:
    circuits = Circuits(REST)
    circuits.heard([failing(cause), failing(cause), WELL, failing(cause), failing(cause)], NOON)
    assert circuits.resting(NOON) == {}

    circuits.heard([failing(cause)], NOON)
    assert circuits.resting(NOON)["entities"][0] == "resting"
    assert circuits.resting(NOON + REST) == {}


def test_after_the_rest_one_more_failure_is_enough_and_one_success_ends_it() -> None:
    circuits = Circuits(REST)
    circuits.heard([failing("slow")] * 3, NOON)
    circuits.heard([failing("resting")] * 9, NOON)
    later = NOON + REST
    circuits.heard([failing("slow")], later)
    assert "entities" in circuits.resting(later)

    circuits.heard([WELL, failing("slow"), failing("slow")], later + REST)
    assert circuits.resting(later + REST) == {}


def test_one_that_merely_raises_is_asked_every_time() -> None:
    circuits = Circuits(REST)
    circuits.heard([failing("error")] * 50, NOON)

    assert circuits.resting(NOON) == {}


def test_the_same_complaint_is_heard_once_in_a_while_with_its_number() -> None:
    complaints = Complaints()
    minute = timedelta(minutes=1)
    heard = [complaints.worth_saying("tagger:entities", NOON + number * minute) for number in range(7)]

    assert heard == [1, 0, 0, 0, 0, 5, 0]
    assert complaints.worth_saying("tagger:places", NOON) == 1
