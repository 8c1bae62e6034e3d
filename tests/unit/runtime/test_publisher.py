"""Records as the publisher makes them: deterministic ids, trace context, claim checks."""

import pytest

from copydesk.contracts import (
    ARTICLES_CLEANED,
    PAGES_FETCHED,
    Envelope,
    UndecodableError,
    caused_message_id,
    decode,
    root_message_id,
)
from copydesk.runtime.claim_check import CLAIM_BYTES, CLAIM_CHECK, check_out, claimed_bytes
from copydesk.runtime.outcomes import Outgoing
from copydesk.runtime.publisher import Publisher
from copydesk.testing.blobs import MemoryBlobs
from copydesk.testing.clock import START
from copydesk.testing.factories import make_cleaned, make_page, make_tagged

from .conftest import Desk

CAUSE = Envelope(id="cause", type="copydesk.PageFetched.v1", source="crawler", time=START, origin="courier")


async def test_ids_follow_from_cause_topic_key_and_rank_among_the_same(desk: Desk) -> None:
    publisher = Publisher(desk.context, "cleaner")
    page, other = make_cleaned(), make_cleaned("https://courier.example/other")
    alone = await publisher.caused_records([Outgoing(ARTICLES_CLEANED, page)], CAUSE)
    among = await publisher.caused_records(
        [Outgoing(ARTICLES_CLEANED, message) for message in (other, page, page)], CAUSE
    )
    ids = [decode(record.headers, record.value).envelope.id for record in (*alone, *among)]
    assert ids == [
        caused_message_id("cause", "articles.cleaned", page.id, 0),
        caused_message_id("cause", "articles.cleaned", other.id, 0),
        caused_message_id("cause", "articles.cleaned", page.id, 0),
        caused_message_id("cause", "articles.cleaned", page.id, 1),
    ]


async def test_roots_are_named_by_their_version(desk: Desk) -> None:
    page = make_page()
    await Publisher(desk.context, "crawler").publish_roots([(Outgoing(PAGES_FETCHED, page), "2030-01-01")])
    [sent] = await desk.messages(PAGES_FETCHED.name)
    assert sent.envelope.id == root_message_id("pages.fetched", page.id, "2030-01-01")
    assert sent.envelope.traceparent is not None
    assert sent.message == page


async def test_messages_of_the_factories_survive_the_wire(desk: Desk) -> None:
    publisher = Publisher(desk.context, "tests")
    for message in (make_page(), make_cleaned(title=None), make_tagged(text="Kort.")):
        [record] = await publisher.caused_records([Outgoing(ARTICLES_CLEANED, message)], CAUSE)
        assert decode(record.headers, record.value).message == message


@pytest.mark.parametrize("reference", [b"../../etc/passwd", b"", b"A" * 64, b"\xff" * 64, b"0" * 63, b"0" * 64 + b"\n"])
async def test_a_claim_is_a_hash_and_nothing_else(reference: bytes) -> None:
    with pytest.raises(UndecodableError, match="is no hex SHA-256"):
        await check_out(((CLAIM_CHECK, reference),), b"", MemoryBlobs())


@pytest.mark.parametrize(("claim", "size"), [(b"1000000", 1_000_000), (b"-5", 0), (b"many", 0), (b"9" * 40, 0)])
def test_the_length_claimed_is_a_sensible_number_or_nothing(claim: bytes, size: int) -> None:
    assert claimed_bytes(((CLAIM_BYTES, claim),)) == size
