"""`copydesk tag`: tags JSON lines without a bus or a database."""

import sys
from collections.abc import Iterable
from dataclasses import fields
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer
from rich.console import Console
from rich.progress import track

from copydesk.contracts import ArticleTagged
from copydesk.settings import Settings
from copydesk_tagger.adapters.worker import tag_document, warm_up
from copydesk_tagger.core.article import TAGGER_VERSION
from copydesk_tagger.core.document import Document, Tags


class Line(msgspec.Struct):
    """One line of input. `language` is a hint, such as what the page says of itself."""

    id: str
    text: str
    title: str | None = None
    language: str | None = None


def tag(
    path: Annotated[Path, typer.Argument(help="JSON lines; - reads standard input")] = Path("-"),
) -> None:
    """Tag texts by the annotators that COPYDESK_TAGGER__ANNOTATORS names, all of Copydesk's own by default.

    Each line of input is {"id", "text", "title"?, "language"?}; each line of output has the id and the tags of
    `articles.tagged`. A line that cannot be read is named on standard error and the command exits with 1 at the end.

    Examples:

        copydesk tag articles.jsonl > tagged.jsonl

        echo '{"id": "1", "text": "Der Zug fährt nach Wien."}' | copydesk tag -
    """
    if str(path) == "-":
        failures = _tag_lines(sys.stdin.buffer, "standard input")
    else:
        try:
            lines = path.read_bytes().splitlines()
        except OSError as error:
            typer.echo(f"{path}: {error.strerror}; give a file of JSON lines or - for standard input", err=True)
            raise typer.Exit(2) from error
        errors = Console(stderr=True)
        failures = _tag_lines(track(lines, "Tagging", console=errors, disable=not errors.is_terminal), str(path))
    if failures:
        typer.echo(f"{failures} lines could not be read", err=True)
        raise typer.Exit(1)


def _tag_lines(lines: Iterable[bytes], where: str) -> int:
    """Print the tags of each line; the number of lines that are no document."""
    settings = Settings().tagger.model_dump_json()
    warm_up(settings)
    decoder = msgspec.json.Decoder(Line)
    failures = 0
    for number, raw in enumerate(lines, 1):
        if not raw.strip():
            continue
        try:
            line = decoder.decode(raw)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            failures += 1
            typer.echo(f'{where}, line {number}: {error}; expected {{"id", "text", "title"?, "language"?}}', err=True)
            continue
        document = Document(text=line.text, title=line.title or "", language_hint=line.language)
        tags = tag_document(document, settings)
        typer.echo(msgspec.json.encode(_output(line.id, tags)))
    return failures


def _output(identifier: str, tags: Tags) -> dict[str, Any]:
    found = {one.name: getattr(tags, one.name) for one in fields(tags) if one.name in ArticleTagged.__struct_fields__}
    unknown = {"duplicate_of": None, "story": None}
    return {"id": identifier, **unknown, **found, "flags": tags.notes, "tagger_version": TAGGER_VERSION}
