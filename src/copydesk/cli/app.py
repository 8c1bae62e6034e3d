"""Puts the commands together. Each lives in a module of its own, which is imported when the command is used."""

import importlib
import sys
from importlib.metadata import entry_points, version
from inspect import cleandoc
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import ValidationError
from pydantic_core import ErrorDetails
from rich.markup import escape
from typer.core import TyperGroup

from copydesk.cli.data_dir import override_data_dir
from copydesk.cli.output import CommandError, err

_COMMANDS = {
    "demo": "copydesk.cli.demo:demo",
    "run": "copydesk.cli.run:run",
    "service": "copydesk.cli.run:service",
    "sources": "copydesk.cli.sources:app",
    "import": "copydesk.cli.importing:import_files",
    "replay": "copydesk.cli.replay:replay",
    "clean": "",
    "tag": "",
    "watchlist": "",
    "funnel": "copydesk.cli.funnel:funnel",
    "export": "copydesk.cli.exporting:export",
    "search": "copydesk.cli.search:search",
    "revisions": "copydesk.cli.revisions:revisions",
    "lineage": "copydesk.cli.lineage:lineage",
    "tail": "copydesk.cli.tail:tail",
    "dlq": "copydesk.cli.dead_letters:app",
    "takedown": "copydesk.cli.takedown:takedown",
    "retention": "copydesk.cli.retention:retention",
    "audit": "copydesk.cli.audit:audit",
    "doctor": "copydesk.cli.doctor:doctor",
    "schemas": "copydesk.cli.schemas:app",
    "migrate": "copydesk.cli.migrations:app",
    "broker": "copydesk.cli.broker:broker",
}
"""Where each command is, in the order of the help; those without a place belong to a service's entry point."""


class _LazyGroup(TyperGroup):
    """Imports a command's module only when the command is named, so that `copydesk --version` need not know Kafka."""

    def list_commands(self, ctx: Any) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name not in _COMMANDS:
            return None
        try:
            held = _load(cmd_name)
        except ImportError as error:
            return _unavailable(cmd_name, error)
        if not isinstance(held, typer.Typer):
            command, held = held, typer.Typer(add_completion=False, pretty_exceptions_enable=False)
            held.command(cmd_name)(command)
        found = typer.main.get_command(held)
        found.name = cmd_name
        for command in (found, *getattr(found, "commands", {}).values()):
            command.help = _reflowed(command.help)
        return found


def _reflowed(text: str | None) -> str:
    """Help whose paragraphs fill the terminal: typer keeps the line breaks of all but the first."""
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in cleandoc(text or "").split("\n\n"))


def _load(name: str) -> Any:
    if place := _COMMANDS[name]:
        module, _, attribute = place.partition(":")
        return getattr(importlib.import_module(module), attribute)
    (point,) = entry_points(group="copydesk.commands", name=name)
    return point.load()


def _unavailable(name: str, error: ImportError) -> Any:
    """A command that takes any arguments, and says what to install."""

    def unavailable() -> None:
        raise CommandError(f"`copydesk {name}` is not installed here ({error}): install copydesk[all]")

    held = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
    lenient = {"ignore_unknown_options": True, "allow_extra_args": True}
    held.command(name, help="Not installed.", context_settings=lenient)(unavailable)
    return typer.main.get_command(held)


app = typer.Typer(
    name="copydesk",
    cls=_LazyGroup,
    help="Crawl, clean, tag and file the web's news.",
    epilog="Try it: [bold]copydesk demo[/bold]",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"copydesk {version('copydesk')}")
        raise typer.Exit


@app.callback()
def _common(
    data_dir: Annotated[
        Path | None, typer.Option(help="Where the embedded log, database and blobs live (default ./.copydesk).")
    ] = None,
    _version: Annotated[
        bool, typer.Option("--version", help="Print the version and exit.", is_eager=True, callback=_print_version)
    ] = False,
) -> None:
    if data_dir is not None:
        override_data_dir(data_dir)


def _setting_problem(problem: ErrorDetails) -> str:
    """What is wrong with which setting; its value is shown, but for those that may hold a password."""
    name = "__".join(str(part) for part in problem["loc"] if not isinstance(part, int)).upper()
    given = problem["input"]
    shown = isinstance(given, str | int | float) and not name.endswith(("DSN", "PASSWORD"))
    what = problem["msg"].removeprefix("Value error, ")
    return f"setting COPYDESK_{name}{f' is {given!r}' if shown else ''}: {what}; see docs/settings.md"


def main() -> None:
    """Exit codes: 0 done, 1 failed, 2 wrong usage, 130 interrupted."""
    try:
        app()
    except KeyboardInterrupt:
        sys.exit(130)
    except ValidationError as error:
        for problem in error.errors():
            err.print(f"[bold red]error:[/] {escape(_setting_problem(problem))}", soft_wrap=True)
        sys.exit(2)
    except ModuleNotFoundError as error:
        err.print(f"[bold red]error:[/] this needs the module {error.name}: install copydesk\\[all]", soft_wrap=True)
        sys.exit(1)
    except (CommandError, ConnectionError, RuntimeError) as error:
        err.print(f"[bold red]error:[/] {escape(str(error))}", soft_wrap=True)
        sys.exit(getattr(error, "exit_code", 1))
