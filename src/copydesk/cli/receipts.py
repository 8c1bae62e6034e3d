"""Receipts of takedowns, for people."""

from collections.abc import Sequence

from rich.box import SIMPLE_HEAD
from rich.markup import escape
from rich.table import Table

from copydesk.cli.output import out
from copydesk.storage.takedowns import PlaceResult, Receipt

_COLOURS = {
    "removed": "green",
    "blocked": "green",
    "sent": "green",
    "nothing there": "dim",
    "remains": "yellow",
    "failed": "red",
}


def print_receipt(receipt: Receipt, *, dry_run: bool = False) -> None:
    """One table a receipt; places without anything are gathered in one line."""
    by = f", asked for by {receipt.requested_by}" if receipt.requested_by else ""
    done = "would be taken down" if dry_run else f"taken down {receipt.requested_at:%Y-%m-%d %H:%M:%S %Z}"
    why = f": {escape(receipt.reason)}" if receipt.reason else ""
    state = "[green]complete[/]" if receipt.complete else "[red]not complete[/]"
    out.print(f"[bold]{escape(receipt.url)}[/]  [dim]{receipt.article_id}[/]", soft_wrap=True)
    out.print(
        f"{done}{escape(by)}{why}; {state}, as of {receipt.checked_at:%Y-%m-%d %H:%M:%S %Z}",
        soft_wrap=True,
    )
    print_places(receipt.places)
    for kin in receipt.kin:
        way = f"[dim]copydesk takedown {kin.id} --reason …[/]"
        out.print(f"[yellow]still there ({kin.kind})[/] {escape(kin.source)} {escape(kin.url)}  {way}", soft_wrap=True)
    out.print()


def print_places(places: Sequence[PlaceResult]) -> None:
    """One table of places where anything was; the others are gathered in one line."""
    table = Table(box=SIMPLE_HEAD, show_edge=False, padding=0)
    table.add_column("place", overflow="fold")
    table.add_column("result", no_wrap=True)
    table.add_column("count", justify="right")
    table.add_column("", overflow="fold")
    for place in places:
        if place.result == "nothing there":
            continue
        until = f"gone by {place.until:%Y-%m-%d %H:%M %Z} " if place.until else ""
        shown = f"[{_COLOURS[place.result]}]{place.result}[/]"
        table.add_row(escape(place.place), shown, str(place.count), escape(until + place.detail))
    out.print(table)
    if empty := [place.place for place in places if place.result == "nothing there"]:
        out.print(f"[dim]nothing there: {escape(', '.join(empty))}[/]", soft_wrap=True)
