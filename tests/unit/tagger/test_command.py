"""`copydesk tag` on files and standard input."""

import json
from pathlib import Path

import typer
from copydesk_tagger.command import tag
from typer.testing import CliRunner

app = typer.Typer()
app.command()(tag)
runner = CliRunner()

GOOD = json.dumps({"id": "a", "title": "Ferry stays", "text": "The ferry to Oslo keeps running for another year."})


def test_each_line_gets_its_tags(tmp_path: Path) -> None:
    path = tmp_path / "articles.jsonl"
    path.write_text(GOOD + "\n\n" + json.dumps({"id": "b", "text": "Der Zug fährt am Montag wieder nach Wien."}) + "\n")
    result = runner.invoke(app, [str(path)])
    first, second = map(json.loads, result.stdout.splitlines())

    assert result.exit_code == 0
    assert (first["id"], first["language"]["tag"], first["countries"]) == ("a", "en", ["NO"])
    assert (second["id"], second["language"]["tag"], second["countries"]) == ("b", "de", ["AT"])
    assert first["story"] is None
    assert first["tagger_version"]


def test_standard_input_is_read() -> None:
    result = runner.invoke(app, ["-"], input=GOOD)

    assert json.loads(result.stdout)["id"] == "a"


def test_a_bad_line_is_named_and_the_others_are_printed(tmp_path: Path) -> None:
    path = tmp_path / "articles.jsonl"
    path.write_bytes(GOOD.encode() + b'\n{"id": "b"}\nnot json\n\xff\xfe\n' + GOOD.encode() + b"\n")
    result = runner.invoke(app, [str(path)])

    assert result.exit_code == 1
    assert len(result.stdout.splitlines()) == 2
    for number in (2, 3, 4):
        assert f"{path}, line {number}:" in result.stderr
    assert "3 lines could not be read" in result.stderr


def test_a_missing_file_is_wrong_usage(tmp_path: Path) -> None:
    result = runner.invoke(app, [str(tmp_path / "none.jsonl")])

    assert result.exit_code == 2
    assert "none.jsonl" in result.stderr
