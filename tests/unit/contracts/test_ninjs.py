"""ninjs documents: what IPTC's schema asks for, and nothing that it does not know."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import jsonschema
import msgspec
import pytest

from copydesk.contracts import (
    Block,
    Dateline,
    Entity,
    Image,
    Language,
    MediaTopic,
    Part,
    Place,
    Story,
    article_id,
)
from copydesk.contracts.ninjs import as_ninjs
from copydesk.contracts.rights import Rights
from copydesk.testing.factories import URL, make_tagged

STORED = datetime(2030, 1, 1, 12, tzinfo=UTC)


def closed(required: list[str], **properties: Any) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": False, "required": required, "properties": properties}


TEXT: dict[str, Any] = {"type": "string", "minLength": 1}
URI: dict[str, Any] = {"type": "string", "format": "uri"}
TIME: dict[str, Any] = {"type": "string", "format": "date-time"}
COUNT: dict[str, Any] = {"type": "integer"}
PERCENT: dict[str, Any] = {"type": "integer", "minimum": 0, "maximum": 100}
CONCEPT = {"name": TEXT, "rel": TEXT, "uri": URI, "literal": TEXT}
TEXTS = {"type": "array", "items": closed(["value"], role=TEXT, contentType=TEXT, value=TEXT)}


def array(item: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": item}


ITEM: dict[str, Any] = {
    "uri": URI,
    "type": {"enum": ["text", "audio", "video", "picture", "graphic", "composite", "component", "event", "planning"]},
    "representationType": {"enum": ["full", "partial"]},
    "version": TEXT,
    "firstCreated": TIME,
    "versionCreated": TIME,
    "contentCreated": TIME,
    "pubStatus": {"enum": ["usable", "withheld", "canceled"]},
    "copyrightHolder": TEXT,
    "usageTerms": TEXT,
    "rightsInfo": closed(["linkedRights"], linkedRights=URI),
    "edNote": TEXT,
    "language": TEXT,
    "title": TEXT,
    "by": TEXT,
    "located": TEXT,
    "headlines": TEXTS,
    "descriptions": TEXTS,
    "bodies": array(closed(["value"], role=TEXT, contentType=TEXT, charCount=COUNT, wordCount=COUNT, value=TEXT)),
    "people": array(closed([], **CONCEPT)),
    "organisations": array(closed([], **CONCEPT)),
    "places": array(closed([], **CONCEPT, geoJSON={"type": "object", "required": ["type", "coordinates"]})),
    "subjects": array(closed([], **CONCEPT, creator=TEXT, confidence=PERCENT, relevance=PERCENT)),
    "events": array(closed([], id=TEXT, **CONCEPT)),
    "infoSources": array(closed([], name=TEXT, role=TEXT, uri=URI, literal=TEXT)),
    "altIds": array(closed([], role=TEXT, value=TEXT)),
    "renditions": array(closed(["name"], name=TEXT, href=URI)),
    "standard": closed([], name=TEXT, version=TEXT, schema=URI),
}
SCHEMA = closed(["uri"], **ITEM, associations=array(closed(["uri", "name"], **ITEM, name=TEXT, rel=TEXT)))
"""The part of ninjs 3.1 that articles use: no property beside these, no value of another type.

The standard itself requires only `uri`; of associations `uri` and `name`, of texts `value`, of renditions `name`, and
of `rightsInfo` either `linkedRights` or `encodedRights`. It allows no property that it does not name.
"""

FULL: dict[str, Any] = {
    "subtitle": "After two winters",
    "text": "Fish & chips for all.\n\none\ntwo",
    "blocks": [Block(kind="heading", text="Fish & chips for all."), Block(kind="list", text="one\ntwo")],
    "authors": ["Mara Quill", "Ines Roth"],
    "agencies": ["AFP", "XYZ"],
    "dateline": Dateline(text="ROTTERDAM (AFP) -", place="Rotterdam"),
    "images": [
        Image(url="https://courier.example/a.jpg", caption="The bridge", credit="R. Vos"),
        Image(url="not an address"),
    ],
    "flags": ["correction"],
    "parts": [Part(id=article_id("x"), title=None, text="…")],
    "part_of": article_id("y"),
    "duplicate_of": article_id("z"),
    "entities": [
        Entity(start=0, end=4, text="Quill", type="PER", uri="wikidata:Q42", name="Mara Quill", salience=0.2),
        Entity(start=9, end=14, text="Roth", type="PER", uri="copydesk:person/Ines Roth", salience=0.9),
        Entity(start=20, end=25, text="Quill", type="PER", uri="wikidata:Q42", name="Mara Quill", salience=0.2),
        Entity(start=30, end=34, text="Port", type="ORG"),
    ],
    "places": [Place(geonames=2747891, name="Rotterdam", country="NL", lat=51.92, lon=4.48, salience=1)],
    "topics": [MediaTopic(code="medtop:04000000", label="economy", confidence=0.614, method="model")],
    "keywords": ["bridge"],
    "story": Story(id="s-1", confidence=1),
    "rights": Rights(licence="https://courier.example/licence", display="excerpt", opt_outs=["noai"]),
}


def exported(**fields: Any) -> dict[str, Any]:
    row = {"revision": 3, "revision_sha256": "00", "first_stored_at": STORED, "stored_at": STORED}
    made: dict[str, Any] = msgspec.to_builtins(make_tagged(URL, **fields), builtin_types=(datetime,))
    return made | row


@pytest.mark.parametrize(
    "fields",
    [
        FULL,
        {},
        {"title": None, "text": "", "blocks": [], "published": None, "language": Language(tag="und", confidence=0)},
        {"title": "罢工", "text": "<script>", "paywalled": True, "images": [Image(url="http://[broken/a.jpg")]},
    ],
)
def test_every_document_keeps_to_the_schema(fields: dict[str, Any]) -> None:
    document = msgspec.json.decode(msgspec.json.encode(as_ninjs(exported(**fields))))
    keeps_to_the_schema(document)


def keeps_to_the_schema(document: Any) -> None:
    """Addresses are looked at by hand: without further libraries jsonschema passes over the format `uri`."""
    jsonschema.validate(document, SCHEMA, format_checker=jsonschema.FormatChecker())
    for address in addresses(document):
        assert re.fullmatch(r"(https?://[^\s/]+/?|urn:)\S+", address), address


def addresses(held: Any) -> Iterator[str]:
    if isinstance(held, list):
        for one in held:
            yield from addresses(one)
    elif isinstance(held, dict):
        for name, value in held.items():
            if name in ("uri", "href", "schema", "linkedRights"):
                yield value
            else:
                yield from addresses(value)


def test_an_article_is_mapped_whole() -> None:
    found = as_ninjs(exported(**FULL))
    assert found["uri"] == f"urn:uuid:{article_id(URL)}"
    assert (found["version"], found["language"], found["by"]) == ("3", "en", "Mara Quill, Ines Roth")
    assert [headline["value"] for headline in found["headlines"]][1] == "After two winters"
    plain, marked_up = found["bodies"]
    assert (plain["charCount"], plain["wordCount"]) == (30, 7)
    assert marked_up["value"] == "<h2>Fish &amp; chips for all.</h2>\n<ul><li>one</li><li>two</li></ul>"
    topic, keyword = found["subjects"]
    assert topic["uri"] == "http://cv.iptc.org/newscodes/mediatopic/04000000"
    assert (topic["confidence"], topic["literal"], keyword["name"]) == (61, "medtop:04000000", "bridge")
    assert [(person["name"], person.get("uri")) for person in found["people"]] == [
        ("Roth", None),
        ("Mara Quill", "http://www.wikidata.org/entity/Q42"),
    ]
    assert [one["name"] for one in found["organisations"]] == ["Port"]
    assert found["places"][0]["geoJSON"]["coordinates"] == [4.48, 51.92]
    assert found["located"] == "Rotterdam"
    assert [one["name"] for one in found["infoSources"]] == ["courier", "Agence France-Presse", "XYZ"]
    relations = [(one["rel"], one["uri"]) for one in found["associations"]]
    assert relations == [
        ("picture", "https://courier.example/a.jpg"),
        ("copyOf", f"urn:uuid:{article_id('z')}"),
        ("partOf", f"urn:uuid:{article_id('y')}"),
        ("hasPart", f"urn:uuid:{article_id('x')}"),
    ]
    assert found["rightsInfo"] == {"linkedRights": "https://courier.example/licence"}
    assert "excerpt" in found["usageTerms"]
    assert "noai" in found["usageTerms"]
    assert found["contentCreated"] == exported()["published"].isoformat()


def test_what_readers_cannot_have_in_full_is_partial() -> None:
    assert as_ninjs(exported())["representationType"] == "full"
    assert as_ninjs(exported(paywalled=True))["representationType"] == "partial"
    assert as_ninjs(exported(text="", blocks=[]))["representationType"] == "partial"
    assert "bodies" not in as_ninjs(exported(text="", blocks=[]))
