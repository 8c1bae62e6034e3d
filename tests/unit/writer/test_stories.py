"""Which articles belong together, whatever the order in which they come."""

import math
import random
from collections import defaultdict
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from copydesk_writer.core.stories import JOIN, Newsroom, assign, split
from copydesk_writer.core.story_evidence import Keys, Rarities, Telling, key_hash, likelihood, nearest, probes
from hypothesis import given, settings
from hypothesis import strategies as st

from copydesk.contracts import story_id

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
EVENTS = [
    {f"name:e{event}{number}": 1.0 for number in range(5)} | {f"geonames:{event}": 1.0, f"number:{event}77": 1.0}
    for event in range(4)
]


def telling(number: int, event: int, hours: float = 0, *, dated: bool = True, original: int | None = None) -> Telling:
    keys = EVENTS[event]
    at = NOON + timedelta(hours=hours)
    copied = UUID(int=original) if original else None
    return Telling(UUID(int=number), at, dated, Keys(keys), frozenset(list(keys)[:1]), original=copied)


def room_of(tellings: list[Telling]) -> Newsroom:
    ids = [one.id for one in tellings]
    near = {one: [other for other in ids if other != one] for one in ids}
    return Newsroom({one.id: one for one in tellings}, near, {}, {}, NOON, Rarities({}))


def partition(room: Newsroom) -> set[frozenset[UUID]]:
    groups: dict[str, set[UUID]] = defaultdict(set)
    for one in room.tellings.values():
        groups[one.story or ""].add(one.id)
    return {frozenset(group) for group in groups.values()}


@given(st.lists(st.tuples(st.integers(0, 3), st.floats(0, 48)), min_size=1, max_size=14), st.integers(0, 2**32))
@settings(max_examples=60)
def test_every_order_of_arrival_within_the_window_ends_in_one_partition(
    drawn: list[tuple[int, float]], seed: int
) -> None:
    tellings = [telling(number, event, hours) for number, (event, hours) in enumerate(drawn, start=1)]
    order = [one.id for one in tellings]
    random.Random(seed).shuffle(order)
    room = room_of(tellings)
    for identity in order:
        assign(room, [identity])
    expected: dict[int, set[UUID]] = defaultdict(set)
    for one, (event, _) in zip(tellings, drawn, strict=True):
        expected[event].add(one.id)
    assert partition(room) == {frozenset(group) for group in expected.values()}
    assert sorted(room.sizes.values()) == sorted(len(group) for group in expected.values())


def test_a_story_has_the_id_of_the_article_with_which_it_came_up() -> None:
    room = room_of([telling(1, 0), telling(2, 0, hours=3)])
    assign(room, [UUID(int=1), UUID(int=2)])
    assert {one.story for one in room.tellings.values()} == {story_id(str(UUID(int=1)))}


def test_assigning_again_changes_nothing() -> None:
    room = room_of([telling(number, number % 3, hours=number) for number in range(1, 10)])
    assign(room, list(room.tellings))
    stories = {one.id: one.story for one in room.tellings.values()}
    told = len(room.changes)
    assign(room, list(room.tellings))
    assert {one.id: one.story for one in room.tellings.values()} == stories
    assert len(room.changes) == told


def test_a_changed_article_whose_story_another_one_merged_away_is_assigned_in_the_one_that_stayed() -> None:
    stories = {1: "elder", 3: "elder", 2: "younger"}
    tellings = [replace(telling(number, 0, hours=number), story=story) for number, story in stories.items()]
    room = room_of(tellings)
    room.sizes |= {"elder": 2, "younger": 1}
    room.ranks |= {"elder": (NOON, "elder"), "younger": (NOON + timedelta(hours=1), "younger")}
    assign(room, [UUID(int=1), UUID(int=2)])
    assert {one.story for one in room.tellings.values()} == {"elder"}
    assert [(change.change, change.other) for change in room.changes] == [("merged", "younger")]


def test_likelihood_falls_with_time_and_is_none_without_a_date() -> None:
    now = telling(1, 0)
    values = [likelihood(now, telling(2, 0, hours=hours), Rarities({})) for hours in (0, 24, 96)]
    assert values == sorted(values, reverse=True)
    assert likelihood(now, telling(2, 0, dated=False), Rarities({})) == 0


VISIT = {"geonames:1": 1.0, "country:AM": 0.7} | {f"name:v{number}": 1.0 for number in range(5)}
SUMMIT = VISIT | {"organisation:own:league": 1.0, "own:league": 1.0}
ABOUT = frozenset({"organisation:own:league", "country:AM", "name:v0", "name:v1", "own:league"})


def found_undated(number: int, keys: dict[str, float], headline: frozenset[str] = ABOUT) -> Telling:
    return Telling(UUID(int=number), NOON, False, Keys(keys), headline & keys.keys())


@pytest.mark.parametrize(
    ("first", "second", "one_story"),
    [
        (VISIT, VISIT, False),
        (VISIT | {"weekday:1": 1.0}, VISIT | {"weekday:1": 1.0}, False),
        (VISIT | {"weekday:1": 1.0, "number:77": 1.0}, VISIT | {"weekday:1": 1.0, "number:77": 1.0}, True),
        (VISIT | {"date:07-03": 1.0}, VISIT | {"date:07-03": 1.0}, True),
        (VISIT | {"date:07-03": 1.0}, VISIT | {"date:07-04": 1.0}, False),
        (
            VISIT | {"date:07-03": 1.0, "date:2023-07-03": 1.0},
            VISIT | {"date:07-03": 1.0, "date:2024-07-03": 1.0},
            False,
        ),
        (VISIT | {"date:07-03": 1.0, "date:2023-07-03": 1.0}, VISIT | {"date:07-03": 1.0}, True),
        (SUMMIT, SUMMIT, True),
        (SUMMIT | {"weekday:4": 1.0}, SUMMIT, True),
        (SUMMIT | {"weekday:4": 1.0}, SUMMIT | {"weekday:1": 1.0}, False),
    ],
)
def test_undated_articles_are_one_story_where_their_texts_agree_on_more_than_people_and_places(
    first: dict[str, float], second: dict[str, float], *, one_story: bool
) -> None:
    one, other = found_undated(1, first), found_undated(2, second)
    assert (likelihood(one, other, Rarities({})) > JOIN) is one_story
    assert likelihood(one, other, Rarities({})) == likelihood(other, one, Rarities({}))
    dated = Telling(UUID(int=3), NOON, True, Keys(second), other.headline)
    assert (likelihood(one, dated, Rarities({})) > JOIN) is one_story


def test_days_and_organisations_alone_tell_nothing() -> None:
    marks = {"date:07-03": 1.0, "weekday:3": 1.0, "organisation:own:league": 1.0}
    assert probes(marks) == []
    assert likelihood(found_undated(1, marks), found_undated(2, marks), Rarities({})) < 0.01


def test_candidates_share_more_than_one_key_and_rare_ones_count_most() -> None:
    ids = [UUID(int=number) for number in range(60)]
    met = [[ids[0], ids[1]], [ids[0], ids[1]], [ids[0], *ids[2:]], [ids[0], *ids[2:]], [ids[0], ids[59]]]
    found = nearest(ids[0], met)
    assert found[:2] == [ids[1], ids[59]]
    assert ids[0] not in found
    assert len(found) < 20
    assert nearest(ids[0], met[1:3]) == []


def test_a_key_that_many_have_says_less() -> None:
    rare, common = Rarities({}), Rarities({"name:e00": 500})
    assert common["name:e00"] < rare["name:e00"]
    assert rare["country:BE"] < rare["geonames:1"] < rare["name:e00"]


@given(
    st.dictionaries(
        st.sampled_from([*EVENTS[0], *EVENTS[1], "country:BE", "date:07-03", "own:league"]), st.floats(0, 1)
    ),
    st.dictionaries(st.sampled_from([*EVENTS[0], *EVENTS[2], "country:BE"]), st.integers(2, 4000)),
)
def test_the_norm_is_that_of_all_that_the_keys_say(weights: dict[str, float], counts: dict[str, int]) -> None:
    rarities = Rarities(counts)
    expected = math.sqrt(sum((weight * rarities[key]) ** 2 for key, weight in weights.items()))
    assert Rarities(counts).norm(Keys(weights)) == pytest.approx(expected, abs=1e-6)


def test_undated_articles_stay_apart_unless_copied() -> None:
    room = room_of([telling(1, 0), telling(2, 0, dated=False), telling(3, 0, dated=False, original=1)])
    assign(room, list(room.tellings))
    assert partition(room) == {frozenset({UUID(int=1), UUID(int=3)}), frozenset({UUID(int=2)})}


def test_a_story_whose_parts_share_nothing_is_split_and_the_eldest_keep_the_id() -> None:
    tellings = [telling(number, event, hours=number) for number, event in ((1, 0), (2, 0), (3, 1), (4, 1))]
    room = room_of(tellings)
    for one in tellings:
        room.move(one.id, "drifted", 1.0)
    split(room, "drifted", UUID(int=4))
    (change,) = room.changes
    assert (change.change, change.other, change.articles) == ("split", "drifted", (UUID(int=3), UUID(int=4)))
    assert [room.tellings[UUID(int=number)].story == "drifted" for number in range(1, 5)] == [True, True, False, False]


def test_articles_look_for_others_by_what_says_most() -> None:
    keys = EVENTS[0] | {"country:BE": 1.0}
    assert "country:BE" not in probes(keys)
    assert len(probes({f"name:{number}": 0.5 for number in range(40)})) < 20
    assert -(2**63) <= key_hash("name:e00") < 2**63
