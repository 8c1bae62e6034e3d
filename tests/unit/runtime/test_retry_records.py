"""The trail of failures in a retried record's headers."""

from hypothesis import given
from hypothesis import strategies as st

from copydesk.contracts import RETRY_DELAYS
from copydesk.runtime.ports import DeliveredRecord, Partition
from copydesk.runtime.retry_records import (
    ATTEMPT,
    DUE,
    FIRST_FAILED,
    ORIGIN,
    REASON,
    fresh_history,
    original_headers,
    read_history,
    retry_record,
)
from copydesk.testing.clock import START

HEADERS = (("ce_id", b"one"), ("traceparent", b"two"), ("ce_id", b"again"))
RECORD = DeliveredRecord(Partition("pages.fetched", 7), 42, START, b"key", b"value", HEADERS)


def test_the_trail_round_trips_and_leaves_the_record_as_it_was() -> None:
    failed = fresh_history(RECORD).after_failure(START, "no answer\r\nfrom h\u00f4te", counted=True)
    sent = retry_record(RECORD, failed, "cleaner", "15m", START)
    assert (sent.topic, sent.key, sent.value) == ("retries.cleaner.15m", b"key", b"value")
    assert original_headers(sent.headers) == HEADERS

    again = DeliveredRecord(Partition(sent.topic, 0), 3, START, sent.key, sent.value, sent.headers)
    history = read_history(again)
    assert history.due == START + RETRY_DELAYS["15m"]
    assert (history.topic, history.partition, history.offset) == ("pages.fetched", 7, 42)
    assert (history.attempts, history.first_failed, history.reason) == (1, START, "no answer\r\nfrom h\u00f4te")

    third = retry_record(again, history.after_failure(START, "still none", counted=True), "cleaner", "4h", START)
    assert [name for name, _ in third.headers].count(DUE) == 1
    assert original_headers(third.headers) == HEADERS


@given(st.lists(st.tuples(st.sampled_from([DUE, ATTEMPT, FIRST_FAILED, REASON, ORIGIN]), st.binary(max_size=60))))
def test_malformed_headers_are_as_good_as_none(headers: list[tuple[str, bytes]]) -> None:
    history = read_history(RECORD._replace(headers=tuple(headers)))
    assert history.attempts >= 0
    assert history.due is None or history.due.tzinfo is not None
