"""Messages as versions released so far wrote them: they lie on topics and in archives, and must decode for ever.

Each file of tests/golden is one record. A new version adds files; those that are there never change.
"""

import json
from hashlib import sha256
from pathlib import Path

import jsonschema
import msgspec
import pytest

from copydesk.contracts import UndecodableError, decode, encode_value, type_name
from copydesk.contracts.schemas import messages, schema_of

GOLDEN = Path(__file__).parents[2] / "golden"
RELEASED = Path(__file__).parents[3] / "schemas" / "released"
RECORDS = sorted(GOLDEN.glob("*.json"))


def record_of(path):
    record = json.loads(path.read_text(encoding="utf-8"))
    headers = tuple((name, value.encode()) for name, value in record["headers"].items())
    return headers, msgspec.json.encode(record["value"])


def version_of(path):
    """`ArticleTagged.v1.0-least.json` holds version 1.0 of ArticleTagged."""
    name, rest = path.stem.split(".v", 1)
    return name, rest.split("-")[0]


@pytest.mark.parametrize("path", RECORDS, ids=lambda path: path.stem)
def test_every_message_ever_written_decodes_with_all_it_says(path):
    headers, value = record_of(path)

    decoded = decode(headers, value)

    assert type(decoded.message).__name__ == version_of(path)[0]
    written = msgspec.json.decode(value)
    again = msgspec.json.decode(encode_value(decoded.message, decoded.unknown))
    assert {name: again[name] for name in written} == written
    assert decoded.unknown == {}


@pytest.mark.parametrize("path", RECORDS, ids=lambda path: path.stem)
def test_every_message_ever_written_fits_the_schema_of_its_version_and_that_of_today(path):
    name, version = version_of(path)
    value = json.loads(path.read_text(encoding="utf-8"))["value"]
    released = RELEASED / name / f"{version}.json"

    if released.exists():
        jsonschema.validate(value, json.loads(released.read_text(encoding="utf-8")))
    jsonschema.validate(value, next(schema_of(kind) for kind in messages() if kind.__name__ == name))


def test_every_released_version_of_every_message_has_a_golden_one():
    released = {(path.parent.name, path.stem) for path in RELEASED.glob("*/*.json")}

    assert released
    assert not released - {version_of(path) for path in RECORDS}


def test_golden_messages_never_change():
    """`sha256sum *.json > SHA256SUMS` in tests/golden takes new files up."""
    sums = dict(line.split("  ")[::-1] for line in (GOLDEN / "SHA256SUMS").read_text().splitlines())

    assert {path.name: sha256(path.read_bytes()).hexdigest() for path in RECORDS} == sums


@pytest.mark.parametrize("kind", messages(), ids=lambda kind: kind.__name__)
def test_a_message_of_another_major_version_is_refused_by_name(kind):
    headers, value = record_of(next(path for path in RECORDS if version_of(path)[0] == kind.__name__))
    later = type_name(kind).replace(".v1", ".v2")

    with pytest.raises(UndecodableError, match=f"unknown ce_type '{later}'"):
        decode(tuple((name, later.encode() if name == "ce_type" else held) for name, held in headers), value)
