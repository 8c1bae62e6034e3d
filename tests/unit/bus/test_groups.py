"""Sharing out partitions: each to one interested member, evenly, and moving no more than that takes."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from copydesk.bus.groups import assign
from copydesk.runtime.ports import Partition

TOPICS = {"a": 5, "b": 3}
PARTITIONS = {topic: [Partition(topic, number) for number in range(count)] for topic, count in TOPICS.items()}


class Silent:
    """A member that is only counted."""

    def __init__(self, topics: frozenset[str]) -> None:
        self.topics = topics

    async def revoking(self, partitions: frozenset[Partition]) -> None: ...

    def lose(self, partitions: frozenset[Partition]) -> None: ...

    def gain(self, partitions: frozenset[Partition]) -> None: ...

    async def assigned(self, partitions: frozenset[Partition]) -> None: ...

    def fail(self, error: BaseException) -> None: ...


members = st.lists(
    st.sets(st.sampled_from(["a", "b"]), min_size=1).map(lambda topics: Silent(frozenset(topics))), max_size=7
)


@given(members, st.data())
def test_every_wanted_partition_has_one_owner_and_shares_are_even(joined: list[Silent], data: st.DataObject) -> None:
    owners = st.sampled_from(joined) if joined else st.nothing()
    former = data.draw(st.dictionaries(st.sampled_from(PARTITIONS["a"] + PARTITIONS["b"]), owners))
    assigned = assign(joined, former, PARTITIONS)
    for topic, count in TOPICS.items():
        interested = [member for member in joined if topic in member.topics]
        shares = Counter(owner for partition, owner in assigned.items() if partition.topic == topic)
        assert sum(shares.values()) == (count if interested else 0)
        assert set(shares) <= set(interested)
        if interested:
            sizes = [shares[member] for member in interested]
            assert max(sizes) - min(sizes) <= 1


@given(members)
def test_a_settled_group_stays_as_it_is(joined: list[Silent]) -> None:
    settled = assign(joined, {}, PARTITIONS)
    assert assign(joined, settled, PARTITIONS) == settled


@given(st.integers(1, 6))
def test_a_joining_member_takes_only_its_own_share(count: int) -> None:
    joined = [Silent(frozenset({"a"})) for _ in range(count)]
    before = assign(joined, {}, PARTITIONS)
    newcomer = Silent(frozenset({"a"}))
    after = assign([*joined, newcomer], before, PARTITIONS)
    assert {partition for partition in before if before[partition] is not after[partition]} == {
        partition for partition, owner in after.items() if owner is newcomer
    }
