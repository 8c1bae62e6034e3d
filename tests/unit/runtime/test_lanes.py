"""Lanes: the next of a key starts only when the one before has its outcome; nothing is forgotten."""

from hypothesis import given
from hypothesis import strategies as st

from copydesk.runtime.in_hand import Delivery, Lanes
from copydesk.runtime.owned_partitions import OwnedPartition
from copydesk.runtime.ports import DeliveredRecord, Partition
from copydesk.runtime.retry_records import fresh_history
from copydesk.testing.clock import START

NEWS = Partition("pages.fetched", 0)


def deliveries(keys: list[bytes | None]) -> list[Delivery]:
    owner = OwnedPartition(NEWS, 0)
    records = [DeliveredRecord(NEWS, offset, START, key, b"", ()) for offset, key in enumerate(keys)]
    return [Delivery(record, owner, fresh_history(record), 0.0) for record in records]


@given(st.lists(st.none() | st.sampled_from([b"a", b"b", b"c"]), max_size=40), st.integers(1, 5), st.data())
def test_keys_keep_their_order_and_everything_starts_once(
    keys: list[bytes | None], limit: int, data: st.DataObject
) -> None:
    lanes, everything = Lanes(), deliveries(keys)
    for delivery in everything:
        lanes.offer(delivery)
    at_work: list[list[Delivery]] = []
    started: list[Delivery] = []
    while len(lanes) or at_work:
        if at_work and data.draw(st.booleans()):
            for delivery in at_work.pop(data.draw(st.integers(0, len(at_work) - 1))):
                lanes.release(delivery)
            continue
        batch = lanes.take(limit)
        busy = {delivery.record.key for others in at_work for delivery in others} - {None}
        assert not busy & {delivery.record.key for delivery in batch}
        assert len(batch) <= limit
        started += batch
        if batch:
            at_work.append(batch)
        elif not data.draw(st.booleans()) and at_work:
            for delivery in at_work.pop():
                lanes.release(delivery)
    assert sorted(delivery.record.offset for delivery in started) == list(range(len(keys)))
    for key in set(keys) - {None}:
        offsets = [delivery.record.offset for delivery in started if delivery.record.key == key]
        assert offsets == sorted(offsets)


def test_a_returning_delivery_goes_first_and_its_key_stays_busy() -> None:
    lanes = Lanes()
    first, second, other = deliveries([b"a", b"a", b"b"])
    for delivery in (first, second, other):
        lanes.offer(delivery)
    assert lanes.take(1) == [first]
    lanes.come_back(first)
    assert lanes.take(1) == [first]
    assert lanes.take(2) == [other]
    lanes.release(first)
    assert lanes.take(1) == [second]
