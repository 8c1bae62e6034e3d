"""Bodies too large for a record lie in blob storage; the record carries their hash (docs/adr/0003-claim-check.md)."""

import re
from datetime import datetime
from hashlib import sha256

import msgspec

from copydesk.contracts import Headers, UndecodableError
from copydesk.runtime.ports import BlobStore, OutgoingRecord

CLAIM_CHECK = "claim-check"
CLAIM_BYTES = "claim-bytes"
CLAIM_FETCHED = "claim-fetched-at"

_SHA256 = re.compile("[0-9a-f]{64}")


class _Fetched(msgspec.Struct, frozen=True):
    fetched_at: datetime | None = None


_FETCHED = msgspec.json.Decoder(_Fetched)


def claimed_bytes(headers: Headers) -> int:
    """The length of the body that the headers claim; 0 without a claim, or with one that is no sensible number."""
    claim = dict(headers).get(CLAIM_BYTES, b"0")
    return int(claim) if claim.isdigit() and len(claim) < 12 else 0


def claimed_fetch(headers: Headers) -> datetime | None:
    """When the page was fetched that a claimed body is about, where the headers say so."""
    said = dict(headers).get(CLAIM_FETCHED, b"").decode("ascii", "replace")
    try:
        return msgspec.convert(said, datetime) if said else None
    except msgspec.ValidationError:
        return None


async def check_in(record: OutgoingRecord, blobs: BlobStore, limit: int) -> OutgoingRecord:
    """The record itself, or one with an empty value and a claim when its value is above `limit` bytes.

    The claim has the time of the fetch, so that a record whose body is lost still says which version it was.
    Raises `BlobsUnavailableError`.
    """
    if len(record.value) <= limit:
        return record
    reference = await blobs.put(record.value)
    claim = [(CLAIM_CHECK, reference.encode()), (CLAIM_BYTES, str(len(record.value)).encode())]
    if (fetched := _fetched(record.value)) is not None:
        claim.append((CLAIM_FETCHED, fetched.isoformat().encode()))
    return record._replace(value=b"", headers=(*record.headers, *claim))


def _fetched(value: bytes) -> datetime | None:
    try:
        return _FETCHED.decode(value).fetched_at
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


async def check_out(headers: Headers, value: bytes, blobs: BlobStore) -> bytes:
    """The record's value, loaded and verified when it lies in blob storage.

    Raises `UndecodableError` naming the hash when the body is missing or is not what was stored, and
    `BlobsUnavailableError` when storage does not answer.
    """
    reference = dict(headers).get(CLAIM_CHECK)
    if reference is None:
        return value
    name = reference.decode("ascii", "replace")
    if not _SHA256.fullmatch(name):
        raise UndecodableError(f"claim check: {name[:80]!r} is no hex SHA-256")
    try:
        body = await blobs.get(name)
    except KeyError as error:
        raise UndecodableError(f"claim check: blob storage has no body {name}") from error
    if sha256(body).hexdigest() != name:
        raise UndecodableError(f"claim check: the stored body is not {name} ({len(body)} bytes)")
    return body
