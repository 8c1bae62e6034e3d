"""Puts the commands together. Each lives in a module of its own and imports what it needs when it runs."""

import sys
from collections.abc import Callable
from importlib.metadata import EntryPoint, entry_points, version
from pathlib import Path
from typing import Annotated, Any

import click
import typer
from pydantic import ValidationError
from rich.markup import escape

from copydesk.cli import (
    broker,
    dead_letters,
    demo,
    doctor,
    exporting,
    funnel,
    importing,
    migrations,
    run,
    schemas,
    search,
    sources,
    tail,
)
from copydesk.cli.composition import override_data_dir
from copydesk.cli.output import CommandError, err

app = typer.Typer(
    name="copydesk",
    help="Crawl, clean, tag and file the web's news.",
    epilog="Try it: [bold]copydesk demo[/bold]",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
)


@app.callback()
def _common(
    data_dir: Annotated[
        Path | None, typer.Option(help="Where the embedded log, database and blobs live (default ./.copydesk).")
    ] = None,
    show_version: Annotated[bool, typer.Option("--version", help="Print the version and exit.", is_eager=True)] = False,
) -> None:
    if show_version:
        typer.echo(f"copydesk {version('copydesk')}")
        raise typer.Exit
    if data_dir is not None:
        override_data_dir(data_dir)


app.command("demo")(demo.demo)
app.command("run")(run.run)
app.command("service")(run.service)
app.add_typer(sources.app, name="sources")
app.command("import")(importing.import_files)
app.command("funnel")(funnel.funnel)
app.command("export")(exporting.export)
app.command("search")(search.search)
app.command("tail")(tail.tail)
app.add_typer(dead_letters.app, name="dlq")
app.command("doctor")(doctor.doctor)
app.add_typer(schemas.app, name="schemas")
app.add_typer(migrations.app, name="migrate")
app.command("broker")(broker.broker)


def _register_service_commands() -> None:
    """`clean`, `tag` and the like belong to services and are found by entry point."""
    for point in sorted(entry_points(group="copydesk.commands"), key=lambda point: point.name):
        if "-" not in point.name:
            app.command(point.name)(_load(point))


def _load(point: EntryPoint) -> Callable[..., Any]:
    try:
        found: Callable[..., Any] = point.load()
    except ImportError as error:
        missing = error.name

        def unavailable() -> None:
            raise CommandError(
                f"`copydesk {point.name}` needs the module {missing}: install copydesk[all], or the service's extra"
            )

        unavailable.__doc__ = "Not installed."
        return unavailable
    return found


def main() -> None:
    """Exit codes: 0 done, 1 failed, 2 wrong usage, 130 interrupted."""
    _register_service_commands()
    try:
        code = app(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(130)
    except ValidationError as error:
        for problem in error.errors():
            name = "__".join(str(part) for part in problem["loc"]).upper()
            err.print(f"[bold red]error:[/] setting COPYDESK_{escape(name)}: {escape(problem['msg'])}", soft_wrap=True)
        sys.exit(2)
    except (CommandError, ConnectionError) as error:
        err.print(f"[bold red]error:[/] {escape(str(error))}", soft_wrap=True)
        sys.exit(1)
    except BrokenPipeError:
        sys.exit(0)
    sys.exit(code if isinstance(code, int) else 0)
