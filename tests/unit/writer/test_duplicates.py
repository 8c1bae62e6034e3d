"""Which article is the original."""

import random
import struct
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations
from uuid import UUID

import pytest
from copydesk_writer.core.duplicates import SIMILARITY, Copy, originals, plain, similarity, standing
from hypothesis import given
from hypothesis import strategies as st

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def signature(numbers: list[int]) -> bytes:
    return struct.pack("<128I", *numbers)


def copy(number: int, minute: int, minhash: bytes = signature([1] * 128)) -> Copy:
    return Copy(UUID(int=number), minhash, NOON + timedelta(minutes=minute))


def test_similarity_is_the_share_of_equal_numbers() -> None:
    one = signature([*range(128)])
    assert similarity(one, one) == 1
    assert similarity(one, signature([*range(64), *[999] * 64])) == 0.5
    assert similarity(one, signature([2**32 - 1] * 128)) == 0


@pytest.mark.parametrize(("equal", "marked"), [(28, False), (29, True)])
def test_the_threshold(equal: int, marked: bool) -> None:
    one, other = copy(1, 0, signature([0] * 128)), copy(2, 1, signature([0] * equal + [1] * (128 - equal)))
    assert (equal / 128 >= SIMILARITY) is marked
    assert originals([(one, other)]) == ({other.id: one.id} if marked else {})


def rewritten(equal: int, facts: str, others: str) -> dict[UUID, UUID]:
    one = replace(copy(1, 0, signature([0] * 128)), facts=frozenset(facts.split()))
    other = copy(2, 1, signature([0] * equal + [1] * (128 - equal)))
    return originals([(one, replace(other, facts=frozenset(others.split())))])


def test_articles_of_a_template_that_say_other_things_are_no_copies() -> None:
    weather = "number:14 number:22 number:61 number:35 name:kntr"
    assert rewritten(50, weather, "number:11 number:19 number:61 number:40 name:kntr") == {}
    assert rewritten(50, weather, "number:14 number:22 number:61 name:kntr name:stn")
    assert rewritten(90, weather, "number:11 number:19 number:61 number:40 name:kntr")


def test_what_says_too_little_is_judged_by_its_words() -> None:
    assert rewritten(50, "number:14 number:22", "number:11")


def test_the_agencys_own_article_is_the_original_even_when_it_comes_later() -> None:
    agencies = {plain("Nord-Presse"), plain("AFP")}
    copied, own = copy(1, 0), replace(copy(2, 30), standing=standing("nordpresse", [], agencies))
    assert originals([(copied, own)]) == {copied.id: own.id}


def test_what_says_that_it_is_syndicated_is_not_the_original() -> None:
    reprint, paper = replace(copy(1, 0), standing=standing("gazette", ["syndicated"], set())), copy(2, 30)
    assert originals([(reprint, paper)]) == {reprint.id: paper.id}


def test_an_article_is_never_its_own_original() -> None:
    assert originals([(copy(1, 0), copy(1, 0))]) == {}


@given(st.lists(st.integers(0, 5), min_size=2, max_size=5), st.integers(0, 2**32))
def test_every_order_of_arrival_ends_with_the_earliest_as_original(minutes: list[int], seed: int) -> None:
    articles = [copy(number, minute) for number, minute in enumerate(minutes, start=1)]
    earliest = min(articles, key=lambda found: (found.since, found.id))
    orders = list(permutations(range(len(articles))))
    for order in random.Random(seed).sample(orders, min(4, len(orders))):
        there: dict[UUID, Copy] = {}
        for index in order:
            new = articles[index]
            there[new.id] = new
            for identity, original in originals([(new, other) for other in there.values()]).items():
                there[identity] = replace(there[identity], original=there[original].seniority)
        assert {found.id: found.original and found.original[2] for found in there.values()} == {
            found.id: None if found is earliest else earliest.id for found in articles
        }
