"""`copydesk dlq list|show|retry|drop`."""

import asyncio
import sys
from collections import Counter
from collections.abc import Sequence
from typing import Annotated

import msgspec
import typer
from rich.markup import escape
from rich.table import Table

from copydesk.cli.letters import Decision, Wanted, decide, read_letters
from copydesk.cli.moments import parse_moment
from copydesk.cli.output import CommandError, UsageError, err, out, print_json
from copydesk.contracts import DeadLetter

app = typer.Typer(
    help="Dead letters: records that a stage could not process.", no_args_is_help=True, add_completion=False
)

_STATES = ("open", "retried", "dropped")

Ids = Annotated[list[str] | None, typer.Argument(metavar="ID", help="From `copydesk dlq list`.", show_default=False)]
Stage = Annotated[str | None, typer.Option(help="One stage only.")]
Error = Annotated[str | None, typer.Option(help="Errors that contain this, in any case.")]
Source = Annotated[str | None, typer.Option(help="One source only.")]
Since = Annotated[str | None, typer.Option(help="Failed since: 2026-03-09, a full time, or 24h, 7d.")]
All = Annotated[bool, typer.Option("--all", help="Every open dead letter.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask before several are touched.")]
Json = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]


@app.command("list")
def list_letters(
    stage: Stage = None,
    error: Error = None,
    source: Source = None,
    since: Since = None,
    state: Annotated[str, typer.Option(help="open, retried, dropped or all.")] = "open",
    json: Json = False,
) -> None:
    """Every dead letter with its stage, cause and origin; only those about which nobody has decided, unless told.

    Example: copydesk dlq list --stage cleaner --since 24h
    """
    if state not in (*_STATES, "all"):
        raise UsageError(f"--state {state!r}: there are {', '.join(_STATES)} and all")
    states = frozenset(_STATES if state == "all" else (state,))
    wanted = Wanted(stage, error, source, parse_moment("--since", since), states=states)
    letters = asyncio.run(read_letters(wanted))
    if json:
        for letter in letters:
            print_json({"id": letter.id, **_provenance(letter)})
        return
    if not letters:
        asked = any((stage, error, source, since))
        err.print(f"no {'' if state == 'all' else f'{state} '}dead letters{' like that' if asked else ''}")
        return
    out.print(_table(letters, with_state=state != "open"))


@app.command()
def show(letter_id: Annotated[str, typer.Argument(metavar="ID", help="From `copydesk dlq list`.")]) -> None:
    """One dead letter whole: provenance, traceback, headers, and the record itself."""
    (letter,) = asyncio.run(read_letters(Wanted(ids=(letter_id,), states=frozenset(_STATES))))
    headers = {name: value.decode("utf-8", "replace") for name, value in letter.headers}
    print_json({"id": letter.id, **_provenance(letter), "headers": headers, "value": _readable(letter.value)})


@app.command()
def retry(
    ids: Ids = None,
    stage: Stage = None,
    error: Error = None,
    source: Source = None,
    since: Since = None,
    every: All = False,
    yes: Yes = False,
    json: Json = False,
) -> None:
    """Send records of dead letters to their topics again, as they were; one that passes then counts as passed.

    Those named by id are sent whatever became of them before, else only open ones.

    Example: copydesk dlq retry --stage tagger --error "out of memory" --since 24h
    """
    wanted = _wanted(ids, stage, error, source, since, every)
    _settle(asyncio.run(read_letters(wanted)), Decision("retried"), yes, json)


@app.command()
def drop(
    ids: Ids = None,
    reason: Annotated[str, typer.Option(help="Why nobody wants them; the funnel counts it.", show_default=False)] = "",
    stage: Stage = None,
    error: Error = None,
    source: Source = None,
    since: Since = None,
    every: All = False,
    yes: Yes = False,
    json: Json = False,
) -> None:
    """Give dead letters up: they stay on their topic, marked, and the funnel counts their articles as dropped.

    Example: copydesk dlq drop 3f0c… --reason "test page"
    """
    if not reason.strip():
        raise typer.BadParameter("say why: the funnel counts it", param_hint="--reason")
    wanted = _wanted(ids, stage, error, source, since, every)
    _settle(asyncio.run(read_letters(wanted)), Decision("dropped", reason.strip()[:200]), yes, json)


def _wanted(
    ids: list[str] | None, stage: str | None, error: str | None, source: str | None, since: str | None, every: bool
) -> Wanted:
    if not (ids or stage or error or source or since or every):
        raise typer.BadParameter("name dead letters by id, --stage, --error, --source or --since, or say --all")
    states = frozenset(_STATES if ids else ("open",))
    return Wanted(stage, error, source, parse_moment("--since", since), tuple(ids or ()), states)


def _settle(letters: Sequence[DeadLetter], decision: Decision, yes: bool, as_json: bool) -> None:
    if not letters:
        err.print("no open dead letters like that; `copydesk dlq list` names them")
        return
    if len(letters) > 1 and not yes:
        _confirm(letters, decision)
    asyncio.run(decide(letters, decision))
    if as_json:
        for letter in letters:
            print_json({"id": letter.id, "stage": letter.stage, "topic": letter.topic, "state": decision.state})
        return
    topics = Counter(letter.topic for letter in letters)
    done = "sent again" if decision.state == "retried" else "dropped"
    out.print(f"{len(letters)} {done}: {', '.join(f'{topic} {count}' for topic, count in sorted(topics.items()))}")


def _confirm(letters: Sequence[DeadLetter], decision: Decision) -> None:
    if not sys.stdin.isatty():
        raise CommandError(f"{len(letters)} dead letters are meant: say --yes, or name fewer")
    err.print(_table(letters[:20], with_state=False))
    if len(letters) > 20:
        err.print(f"… and {len(letters) - 20} more")
    verb = "Send again" if decision.state == "retried" else "Drop"
    typer.confirm(f"{verb} {len(letters)} dead letters?", abort=True, err=True)


def _table(letters: Sequence[DeadLetter], *, with_state: bool) -> Table:
    table = Table("id", "stage", "from", "source", "tries", "last failed", "error")
    if with_state:
        table.add_column("state")
    for letter in letters:
        origin = f"{letter.topic}[{letter.partition}]@{letter.offset}"
        when = letter.last_failed_at.strftime("%Y-%m-%d %H:%M:%SZ")
        cells = [letter.id, letter.stage, origin, letter.source or "?", str(letter.attempts), when, letter.error]
        if with_state:
            cells.append(": ".join(filter(None, (letter.state, letter.settled_reason))))
        table.add_row(*map(escape, cells))
    return table


def _provenance(letter: DeadLetter) -> dict[str, object]:
    held: dict[str, object] = msgspec.to_builtins(letter)
    return {name: value for name, value in held.items() if name not in {"id", "key", "value", "headers"}}


def _readable(value: bytes) -> object:
    try:
        return msgspec.json.decode(value)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return value.decode("utf-8", "replace")
