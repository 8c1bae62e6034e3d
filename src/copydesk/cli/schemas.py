"""`copydesk schemas export|check|release`."""

from pathlib import Path
from typing import Annotated

import typer

from copydesk.cli.consumer_guide import render
from copydesk.cli.output import CommandError, err
from copydesk.contracts import schemas

app = typer.Typer(help="The message schemas that consumers build on.", no_args_is_help=True, add_completion=False)

Folder = Annotated[Path, typer.Option("--folder", help="Where the schemas live.")]


@app.command()
def export(folder: Folder = Path("schemas")) -> None:
    """Write JSON Schemas, examples, the AsyncAPI document and, in a checkout, docs/consumers.md."""
    written = schemas.export(folder)
    guide = _guide(folder)
    if guide.parent.is_dir() and not _is_fresh(guide, folder):
        guide.write_text(render(folder), encoding="utf-8")
        written.append(guide)
    for path in written:
        typer.echo(path)


@app.command()
def check(folder: Folder = Path("schemas")) -> None:
    """Fail if the committed schemas are not fresh, or if a change breaks readers of what is released."""
    problems = schemas.check(_existing(folder))
    guide = _guide(folder)
    if guide.parent.is_dir() and not _is_fresh(guide, folder):
        problems.append(f"{guide}: not fresh; run `copydesk schemas export` and commit")
    for problem in problems:
        err.print(problem, markup=False, soft_wrap=True)
    if problems:
        raise typer.Exit(1)


@app.command()
def release(folder: Folder = Path("schemas")) -> None:
    """Freeze the schemas of versions that are not released yet; what is released never changes again."""
    try:
        written = schemas.release(_existing(folder))
    except ValueError as error:
        raise CommandError(f"nothing is released while this is wrong:\n{error}") from error
    for path in written:
        typer.echo(path)


def _guide(folder: Path) -> Path:
    return folder.parent / "docs" / "consumers.md"


def _is_fresh(guide: Path, folder: Path) -> bool:
    return guide.is_file() and guide.read_text(encoding="utf-8") == render(folder)


def _existing(folder: Path) -> Path:
    if not folder.is_dir():
        raise CommandError(f"{folder}: no such folder; run this in a checkout, or name it with --folder")
    return folder
