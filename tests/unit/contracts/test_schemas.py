import copy
import json
from pathlib import Path

import jsonschema
import msgspec
import pytest

from copydesk.contracts import REGISTRY, ArticleTagged, encode_value
from copydesk.contracts.compatibility import breaking_changes
from copydesk.contracts.examples import EXAMPLES
from copydesk.contracts.schemas import asyncapi, check, export, messages, schema_of

COMMITTED = Path(__file__).parents[3] / "schemas"


def test_committed_schemas_are_fresh_and_compatible():
    assert check(COMMITTED) == []


def test_every_message_has_one_example_that_its_schema_accepts():
    by_kind = {type(example): example for example in EXAMPLES}

    assert set(by_kind) == set(messages())
    for kind, example in by_kind.items():
        jsonschema.validate(msgspec.json.decode(encode_value(example)), schema_of(kind))


@pytest.fixture
def schema():
    return schema_of(ArticleTagged)


def changed(schema, change):
    after = copy.deepcopy(schema)
    change(after)
    return breaking_changes(schema, after)


def test_an_added_optional_field_is_compatible(schema):
    assert changed(schema, lambda after: after["properties"].update(mood={"type": "string", "default": ""})) == []


@pytest.mark.parametrize(
    ("change", "path", "reason"),
    [
        (lambda s: s["properties"].pop("title"), "$.title", "removed"),
        (lambda s: s["properties"].update(title={"type": "integer"}), "$.title", "type changed from null or string"),
        (lambda s: s["required"].append("subtitle"), "$.subtitle", "now required"),
        (lambda s: s["required"].remove("text"), "$.text", "no longer required"),
        (lambda s: s["$defs"]["Cut"]["properties"].pop("rule"), "$.cuts[].rule", "removed"),
        (lambda s: s["$defs"]["Place"]["properties"].update(lat={"type": "string"}), "$.places[].lat", "type changed"),
        (lambda s: s["$defs"]["Cut"]["properties"]["reason"]["enum"].remove("caption"), "reason", "values removed"),
        (lambda s: s["$defs"]["Cut"]["properties"]["reason"]["enum"].append("mood"), "reason", "values added"),
        (
            lambda s: s["properties"]["models"].update(additionalProperties={"type": "integer"}),
            "$.models.*",
            "type changed",
        ),
    ],
)
def test_a_breaking_change_is_named_with_its_reason(schema, change, path, reason):
    (found,) = changed(schema, change)

    assert path in found
    assert reason in found


def test_check_reports_a_field_that_was_removed_since_the_commit(tmp_path):
    export(tmp_path)
    path = tmp_path / "json" / "ArticleStored.v1.json"
    schema = json.loads(path.read_text())
    schema["properties"]["mood"] = {"type": "string"}
    path.write_text(json.dumps(schema))

    problems = check(tmp_path)

    assert any("$.mood: removed" in problem for problem in problems)
    assert any("not fresh" in problem for problem in problems)


def test_check_reports_missing_and_orphaned_files(tmp_path):
    export(tmp_path)
    (tmp_path / "asyncapi.yaml").unlink()
    (tmp_path / "json" / "Old.v1.json").write_text("{}")

    problems = check(tmp_path)

    assert any(problem.startswith("asyncapi.yaml: missing") for problem in problems)
    assert any(problem.startswith("json/Old.v1.json") for problem in problems)


def test_asyncapi_names_every_topic_with_its_key_and_messages():
    document = asyncapi()

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
