"""`copydesk watchlist`: tries watch lists before a tagger reads them."""

from pathlib import Path
from typing import Annotated

import typer

from copydesk_tagger.adapters.lexicons import simplified_letters
from copydesk_tagger.adapters.watch_lists import load_watch_list, watch_list_files
from copydesk_tagger.core import scripts
from copydesk_tagger.core.linking_words import Words
from copydesk_tagger.core.watch_list import WatchList, WatchListError
from copydesk_tagger.core.watch_matching import WatchIndex

_AROUND = 30

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)


@app.callback()
def watchlist() -> None:
    """Names and phrases of your own that the tagger looks for (`COPYDESK_TAGGER__WATCH_LISTS`)."""


@app.command()
def check(
    paths: Annotated[list[Path], typer.Argument(help="YAML or CSV files, or folders of them")],
    text: Annotated[str | None, typer.Option(help="Look for the entries in this text.")] = None,
    text_file: Annotated[Path | None, typer.Option(help="Look for the entries in this file.")] = None,
    language: Annotated[str, typer.Option(help="The text's language (BCP 47).")] = "en",
) -> None:
    """Read watch lists as the tagger does, say what is wrong with them, and what they find in a text.

    Exits with 1 for a list that is broken.

    Examples:

        copydesk watchlist check lists/

        copydesk watchlist check companies.yaml --language pl --text "Rozmowy z Acme trwają."
    """
    lists, broken = _read(paths)
    sample = text_file.read_text(encoding="utf-8") if text_file else text
    if sample is not None:
        _try(lists, sample, scripts.primary(language))
    if broken:
        raise typer.Exit(1)


def _read(paths: list[Path]) -> tuple[list[WatchList], bool]:
    lists, broken = [], False
    for path in watch_list_files(paths):
        try:
            found = load_watch_list(path)
        except WatchListError as error:
            typer.echo(f"✗ {error}", err=True)
            broken = True
        else:
            names = sum(len(names) for entry in found.entries for names in entry.names.values())
            typer.echo(f"✓ {path}: {len(found.entries)} entries, {names} names")
            lists.append(found)
    return lists, broken


def _try(lists: list[WatchList], text: str, language: str) -> None:
    index = WatchIndex(lists, simplified_letters())
    mentions = index.find(Words(text), language, text)
    for one in mentions:
        before, after = text[max(0, one.start - _AROUND) : one.start], text[one.end : one.end + _AROUND]
        line = f"{before}[{text[one.start : one.end]}]{after}".replace("\n", " ")
        typer.echo(f"{one.entry.id} ({one.list}, {one.entry.type or 'phrase'}) at {one.start}: …{line}…")
    if not mentions:
        typer.echo("nothing found in the text; names are found as written, in their cases and with their endings")
