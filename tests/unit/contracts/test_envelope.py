from datetime import UTC, datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk.contracts import (
    VERSIONS,
    ArticleTagged,
    Envelope,
    UndecodableError,
    decode,
    encode_headers,
    encode_value,
    schema_urn,
    type_name,
)
from copydesk.contracts.examples import EXAMPLES
from copydesk.contracts.open_values import open_decoder

AT = datetime(2026, 3, 9, 8, 15, tzinfo=UTC)


def envelope_of(message, **changes):
    attributes = {"id": "m-1", "type": type_name(type(message)), "source": "cleaner", "time": AT} | changes
    return Envelope(**attributes)


@pytest.mark.parametrize("message", EXAMPLES, ids=lambda message: type(message).__name__)
def test_every_message_survives_the_wire(message):
    envelope = envelope_of(message, origin="harbour-gazette", traceparent="00-" + "a" * 32 + "-" + "b" * 16 + "-01")

    decoded = decode(encode_headers(envelope), encode_value(message))

    assert decoded.message == message
    assert decoded.envelope == envelope
    assert decoded.unknown == {}


def test_headers_are_cloudevents_in_binary_mode():
    headers = dict(encode_headers(envelope_of(EXAMPLES[0])))

    assert headers["ce_specversion"] == b"1.0"
    assert headers["ce_type"] == b"copydesk.PageFetched.v1"
    assert headers["ce_time"] == b"2026-03-09T08:15:00Z"
    assert headers["content-type"] == b"application/json"
    assert "traceparent" not in headers


@pytest.mark.parametrize("message", EXAMPLES, ids=lambda message: type(message).__name__)
def test_fields_of_a_later_version_are_carried_along(message):
    later = msgspec.json.decode(encode_value(message)) | {"reach": {"until": "2027-01-01"}, "score": 1.5}
    decoded = decode(encode_headers(envelope_of(message)), msgspec.json.encode(later))

    sent_on = msgspec.json.decode(encode_value(decoded.message, decoded.unknown))

    assert sent_on["reach"] == {"until": "2027-01-01"}
    assert sent_on["score"] == 1.5


def test_a_field_that_the_message_knows_is_not_overwritten_by_a_carried_one():
    message = EXAMPLES[1]
    carried = {"status": msgspec.Raw(b"999"), "new": msgspec.Raw(b"1")}

    sent = msgspec.json.decode(encode_value(message, carried))

    assert sent["status"] == message.status
    assert sent["new"] == 1


@pytest.mark.parametrize(
    ("headers", "value", "says"),
    [
        ({"ce_id": None}, b"{}", "ce_id is missing"),
        ({"ce_type": b"copydesk.Nonsense.v1"}, b"{}", "unknown ce_type 'copydesk.Nonsense.v1'"),
        ({"ce_time": b"yesterday"}, b"{}", "ce_time"),
        ({}, b"{", "copydesk.PageWithdrawn.v1"),
        ({}, b'{"id": 42}', "$.id"),
        ({}, b"\xff\xfe", "copydesk.PageWithdrawn.v1"),
        ({}, b"", "copydesk.PageWithdrawn.v1"),
    ],
)
def test_a_record_that_is_no_message_says_what_is_wrong(headers, value, says):
    good = dict(encode_headers(envelope_of(EXAMPLES[1])))
    broken = tuple((name, held) for name, held in (good | headers).items() if held is not None)

    with pytest.raises(UndecodableError) as error:
        decode(broken, value)

    assert says in str(error.value)


def test_a_time_without_offset_is_refused():
    message = EXAMPLES[1]
    value = encode_value(message).replace(b'2026-03-09T08:15:00Z"', b'2026-03-09T08:15:00"')

    with pytest.raises(UndecodableError, match="fetched_at"):
        decode(encode_headers(envelope_of(message)), value)


@given(st.binary(max_size=200), st.lists(st.tuples(st.text(max_size=10), st.binary(max_size=20)), max_size=6))
def test_any_bytes_decode_or_are_undecodable(value, headers):
    fixed = encode_headers(envelope_of(EXAMPLES[0]))
    for attempt in (tuple(headers), (*fixed, *headers)):
        try:
            decode(attempt, value)
        except UndecodableError:
            continue


def test_a_value_that_a_later_version_added_to_a_list_is_kept():
    tagged = next(example for example in EXAMPLES if isinstance(example, ArticleTagged))
    later = msgspec.json.decode(encode_value(tagged))
    later["entities"][0]["type"] = "EVENT"
    later["cuts"][0]["reason"] = "quiz"

    decoded = decode(encode_headers(envelope_of(tagged)), msgspec.json.encode(later)).message

    assert isinstance(decoded, ArticleTagged)
    assert decoded.entities[0].type == "EVENT"
    assert decoded.cuts[0].reason == "quiz"
    assert type(decoded.places[0]) is type(tagged.places[0])
    assert msgspec.json.decode(encode_value(decoded)) == later


@pytest.mark.parametrize("message", EXAMPLES, ids=lambda message: type(message).__name__)
def test_reading_with_open_lists_changes_nothing_else(message):
    assert open_decoder(type(message))(encode_value(message)) == message


@pytest.mark.parametrize("message", EXAMPLES, ids=lambda message: type(message).__name__)
def test_a_record_says_which_version_of_its_message_it_holds(message):
    headers = encode_headers(envelope_of(message, dataschema=schema_urn(type(message))))

    assert dict(headers)["ce_dataschema"].decode() == (
        f"urn:copydesk:schema:{type(message).__name__}:{VERSIONS[type(message)]}"
    )
    assert decode(headers, encode_value(message)).envelope.dataschema == schema_urn(type(message))


def test_records_made_before_versions_were_stated_are_read():
    headers = encode_headers(envelope_of(EXAMPLES[0]))

    assert "ce_dataschema" not in dict(headers)
    assert decode(headers, encode_value(EXAMPLES[0])).envelope.dataschema is None
