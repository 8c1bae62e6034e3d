import copy
import json
import shutil
from pathlib import Path

import jsonschema
import msgspec
import pytest
import yaml

from copydesk.contracts import REGISTRY, VERSIONS, ArticleTagged, encode_value, schema_urn
from copydesk.contracts.asyncapi import asyncapi
from copydesk.contracts.compatibility import OPEN_LIST, breaking_changes
from copydesk.contracts.examples import EXAMPLES
from copydesk.contracts.schemas import check, export, messages, release, schema_of

COMMITTED = Path(__file__).parents[3] / "schemas"


def test_committed_schemas_are_fresh_and_compatible_with_what_is_released():
    assert check(COMMITTED) == []


def test_every_message_has_one_example_that_its_schema_accepts():
    by_kind = {type(example): example for example in EXAMPLES}

    assert set(by_kind) == set(messages())
    for kind, example in by_kind.items():
        jsonschema.validate(msgspec.json.decode(encode_value(example)), schema_of(kind))


def test_every_message_has_a_version_and_every_field_says_what_it_holds():
    assert set(VERSIONS) == set(messages())
    for kind in messages():
        schema = schema_of(kind)
        for name, described in {kind.__name__: schema, **schema.get("$defs", {})}.items():
            silent = [field for field, held in described["properties"].items() if not held.get("description")]
            assert not silent, f"{name}: say in contracts/fields.toml what {', '.join(silent)} holds"


def test_lists_of_values_are_open_to_readers():
    text = json.dumps([schema_of(kind) for kind in messages()])

    assert '"enum"' not in text
    assert schema_of(ArticleTagged)["$defs"]["Entity"]["properties"]["type"][OPEN_LIST] == ["LOC", "ORG", "PER"]


@pytest.fixture
def schema():
    return schema_of(ArticleTagged)


def changed(schema, change):
    after = copy.deepcopy(schema)
    change(after)
    return breaking_changes(schema, after)


@pytest.mark.parametrize(
    "change",
    [
        lambda s: s["properties"].update(mood={"type": "string", "default": ""}),
        lambda s: s["$defs"]["Cut"]["properties"]["reason"][OPEN_LIST].append("mood"),
        lambda s: s["properties"]["title"].update(description="the headline, as printed"),
    ],
)
def test_an_addition_is_compatible(schema, change):
    assert changed(schema, change) == []


@pytest.mark.parametrize(
    ("change", "field", "what"),
    [
        (lambda s: s["properties"].pop("title"), "title", "removed"),
        (lambda s: s["properties"].update(title={"type": "integer"}), "title", "type changed from null or string"),
        (
            lambda s: s["properties"]["url"].update(format="date-time"),
            "url",
            "type changed from string to string (date",
        ),
        (lambda s: s["required"].append("subtitle"), "subtitle", "now required"),
        (lambda s: s["required"].remove("text"), "text", "no longer required"),
        (lambda s: s["properties"]["confidence"].update(default=1.0), "confidence", "default changed from 0.0 to 1.0"),
        (lambda s: s["properties"]["keywords"].update(maxItems=5), "keywords", "maxItems changed from None to 5"),
        (lambda s: s["$defs"]["Cut"]["properties"].pop("rule"), "cuts[].rule", "removed"),
        (lambda s: s["$defs"]["Place"]["properties"].update(lat={"type": "string"}), "places[].lat", "type changed"),
        (
            lambda s: s["$defs"]["Cut"]["properties"]["reason"][OPEN_LIST].remove("caption"),
            "cuts[].reason",
            "values removed: caption",
        ),
        (
            lambda s: s["properties"]["method"].update({OPEN_LIST: ["text"]}),
            "method",
            "any string became a list of values",
        ),
        (
            lambda s: s["properties"]["models"].update(additionalProperties={"type": "integer"}),
            "models.*",
            "type changed",
        ),
    ],
)
def test_a_breaking_change_is_named_with_its_reason_and_the_way_out(schema, change, field, what):
    (found,) = changed(schema, change)

    assert found.field == field
    assert found.what.startswith(what)
    assert "readers" in found.who
    assert found.remedy


@pytest.fixture
def released(tmp_path):
    folder = tmp_path / "schemas"
    shutil.copytree(COMMITTED, folder)
    export(folder)
    release(folder)
    return folder


def rewrite_release(folder, name, change):
    """As if another schema had been released."""
    path = folder / "released" / name / f"{VERSIONS[kind_named(name)]}.json"
    schema = json.loads(path.read_text())
    change(schema)
    path.write_text(json.dumps(schema))
    (folder / "released" / "SHA256SUMS").unlink()
    return check(folder)


def kind_named(name):
    return next(kind for kind in messages() if kind.__name__ == name)


def test_a_release_freezes_every_version_once(released):
    assert check(released) == []
    assert release(released) == []
    for kind in messages():
        frozen = json.loads((released / "released" / kind.__name__ / f"{VERSIONS[kind]}.json").read_text())
        assert frozen["$id"] == schema_urn(kind)


def test_a_break_with_the_last_release_names_message_field_and_way_out(released):
    problems = rewrite_release(
        released, "StoryChanged", lambda schema: schema["properties"].update(mood={"type": "string"})
    )

    (found,) = [problem for problem in problems if problem.startswith("StoryChanged")]
    assert "against the released 1.0: field mood: removed" in found
    assert "Keep it" in found


def test_an_addition_since_the_last_release_asks_for_the_next_minor_version(released):
    problems = rewrite_release(released, "StoryChanged", lambda schema: schema["properties"].pop("title"))

    (found,) = [problem for problem in problems if problem.startswith("StoryChanged")]
    assert "its version is 1.1; say so in src/copydesk/contracts/versions.py" in found


@pytest.mark.parametrize(
    ("tamper", "says"),
    [
        (lambda folder: (folder / "SiteDrift" / "1.0.json").write_text("{}"), "SiteDrift/1.0.json: altered"),
        (lambda folder: (folder / "SiteDrift" / "1.0.json").unlink(), "SiteDrift/1.0.json: gone"),
        (lambda folder: (folder / "SiteDrift" / "0.9.json").write_text("{}"), "SiteDrift/0.9.json: put there by hand"),
    ],
)
def test_what_is_released_never_changes(released, tamper, says):
    tamper(released / "released")

    assert any(says in problem for problem in check(released))


def test_nothing_is_released_that_the_check_refuses(released):
    (released / "asyncapi.yaml").unlink()

    with pytest.raises(ValueError, match=r"asyncapi\.yaml: missing"):
        release(released)


def test_check_reports_missing_and_orphaned_files(released):
    (released / "asyncapi.yaml").unlink()
    (released / "json" / "Old.v1.json").write_text("{}")

    problems = check(released)

    assert any(problem.startswith("asyncapi.yaml: missing") for problem in problems)
    assert any(problem.startswith("json/Old.v1.json") for problem in problems)


def test_asyncapi_names_every_topic_with_its_key_and_messages():
    document = asyncapi(messages())

    assert set(document["channels"]) == set(REGISTRY)
    for name, topic in REGISTRY.items():
        channel = document["channels"][name]
        assert channel["x-key"] == topic.key
        assert set(channel["messages"]) == {kind.__name__ for kind in topic.messages}
        for kind in topic.messages:
            assert topic.key in kind.__struct_fields__
    assert document["channels"]["sites.learned"]["bindings"]["kafka"]["topicConfiguration"]["cleanup.policy"] == [
        "compact"
    ]


def test_every_reference_of_the_asyncapi_document_leads_somewhere():
    document = yaml.safe_load((COMMITTED / "asyncapi.yaml").read_text(encoding="utf-8"))

    for reference in references(document):
        if reference.startswith("#/"):
            held = document
            for step in reference.removeprefix("#/").split("/"):
                held = held[step]
        else:
            assert (COMMITTED / reference).is_file()


def references(held):
    if isinstance(held, dict):
        yield from [held["$ref"]] if "$ref" in held else []
        for value in held.values():
            yield from references(value)
    elif isinstance(held, list):
        for item in held:
            yield from references(item)


def test_the_examples_of_the_asyncapi_document_are_what_its_schemas_say():
    document = yaml.safe_load((COMMITTED / "asyncapi.yaml").read_text(encoding="utf-8"))

    for message in document["components"]["messages"].values():
        (example,) = message["examples"]
        jsonschema.validate(example["headers"], document["components"]["schemas"]["CloudEventHeaders"])
        jsonschema.validate(
            example["payload"], json.loads((COMMITTED / message["payload"]["schema"]["$ref"]).read_text())
        )
        assert example["headers"]["ce_type"] == message["name"]
