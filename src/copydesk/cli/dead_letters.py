"""`copydesk dlq list|show`."""

import asyncio
from typing import Annotated

import msgspec
import typer
from rich.table import Table

from copydesk.cli.composition import blob_url, open_bus
from copydesk.cli.output import CommandError, out, print_json
from copydesk.cli.tail import read_all
from copydesk.contracts import STAGE_INPUTS, DeadLetter, dead_letters, decode
from copydesk.runtime.claim_check import check_out
from copydesk.settings import Settings
from copydesk.storage import open_blobs

app = typer.Typer(
    help="Dead letters: records that a stage could not process.", no_args_is_help=True, add_completion=False
)


@app.command("list")
def list_letters(
    stage: Annotated[str | None, typer.Option(help="One stage only.")] = None,
    json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """Every dead letter with its stage, cause and origin.

    Example: copydesk dlq list --stage cleaner
    """
    letters = asyncio.run(_read(stage))
    if json:
        for letter in letters:
            print_json({"id": letter.id, **_provenance(letter)})
        return
    table = Table("id", "stage", "from", "source", "tries", "last failed", "error")
    for letter in letters:
        origin = f"{letter.topic}[{letter.partition}]@{letter.offset}"
        when = letter.last_failed_at.strftime("%Y-%m-%d %H:%M:%S")
        table.add_row(letter.id, letter.stage, origin, letter.source or "?", str(letter.attempts), when, letter.error)
    out.print(table)


@app.command()
def show(letter_id: Annotated[str, typer.Argument(metavar="ID", help="From `copydesk dlq list`.")]) -> None:
    """One dead letter whole: provenance, traceback, headers, and the record itself."""
    found = [letter for letter in asyncio.run(_read(None)) if letter.id == letter_id]
    if not found:
        raise CommandError(f"no dead letter has the id {letter_id!r}; `copydesk dlq list` names them")
    letter = found[-1]
    headers = {name: value.decode("utf-8", "replace") for name, value in letter.headers}
    print_json({"id": letter.id, **_provenance(letter), "headers": headers, "value": _readable(letter.value)})


def _provenance(letter: DeadLetter) -> dict[str, object]:
    held: dict[str, object] = msgspec.to_builtins(letter)
    return {name: value for name, value in held.items() if name not in {"id", "key", "value", "headers"}}


def _readable(value: bytes) -> object:
    try:
        return msgspec.json.decode(value)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return value.decode("utf-8", "replace")


async def _read(stage: str | None) -> list[DeadLetter]:
    if stage is not None and stage not in STAGE_INPUTS:
        raise CommandError(f"no stage is named {stage!r}; there are {', '.join(STAGE_INPUTS)}")
    settings = Settings()
    bus = open_bus(settings, read_only=True)
    blobs = open_blobs(blob_url(settings))
    letters: dict[str, DeadLetter] = {}
    try:
        for name in [stage] if stage else STAGE_INPUTS:
            for record in await read_all(bus, dead_letters(name).name):
                decoded = decode(record.headers, await check_out(record.headers, record.value, blobs))
                if isinstance(decoded.message, DeadLetter):
                    letters[decoded.message.id] = decoded.message
    finally:
        await bus.close()
    return sorted(letters.values(), key=lambda letter: letter.last_failed_at)
