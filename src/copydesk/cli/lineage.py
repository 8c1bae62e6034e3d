"""`copydesk lineage`."""

import asyncio
from collections.abc import Sequence
from datetime import UTC
from typing import Annotated

import typer
from rich.markup import escape
from rich.segment import Segments
from rich.tree import Tree

from copydesk.cli.composition import reading_pool
from copydesk.cli.named_articles import not_stored
from copydesk.cli.output import out, print_json
from copydesk.contracts.agencies import agencies
from copydesk.settings import Settings
from copydesk.storage.lineage import Carrier, family

_WIDTH = 10_000
_UNITS = ((86_400, "d"), (3_600, "h"), (60, "min"))


def lineage(
    url: Annotated[str, typer.Argument(metavar="URL", help="Of any article of the family, or its id.")],
    json: Annotated[bool, typer.Option("--json", help="One JSON object a line, originals first.")] = False,
) -> None:
    """Where an article came from and who else carried it: agency, first carrier, delays, words kept and added.

    Example: copydesk lineage https://courier.example/harbour-bridge
    """
    asyncio.run(_print(url, json))


async def _print(url: str, as_json: bool) -> None:
    async with reading_pool(Settings()) as pool:
        found = await family(pool, url)
    if not found:
        raise not_stored(url)
    if as_json:
        for carrier in found:
            print_json(carrier)
        return
    # A tree is cut off at the terminal's width whatever it is printed with; addresses are to stay whole.
    wide = out.options.update(width=_WIDTH)
    out.print(Segments(out.render(lineage_tree(found), wide)), soft_wrap=True)


def lineage_tree(found: Sequence[Carrier]) -> Tree:
    """The family as a tree; the first of `found` is its root, and each original comes before its copies."""
    root = Tree(f"{_heading(found)}{_label(found[0])}")
    nodes = {found[0].article_id: root}
    for carrier in found[1:]:
        assert carrier.original_id is not None
        nodes[carrier.article_id] = nodes[carrier.original_id].add(_label(carrier))
    if len(found) == 1:
        root.add("[dim]nobody else is known to have carried it[/]")
    return root


def _heading(found: Sequence[Carrier]) -> str:
    """The agencies that any of them credits."""
    codes = sorted({code for carrier in found for code in carrier.agencies})
    named = [f"{agencies()[code].name} ({code})" if code in agencies() else code for code in codes]
    if not named:
        return ""
    own = "" if found[0].own else "; its own article was never seen"
    return f"[bold magenta]{escape(', '.join(named))}[/][dim]{own}[/]\n"


def _label(carrier: Carrier) -> str:
    when = carrier.carried_at.astimezone(UTC).strftime("%Y-%m-%d %H:%MZ")
    facts = [when if carrier.dated else f"undated, stored {when}"]
    if carrier.depth and carrier.delay is not None:
        facts.append(_delay(carrier.delay))
    if carrier.first_carrier:
        facts.append("[green]first carrier[/]")
    if carrier.kept is not None and carrier.added is not None:
        facts.append(f"kept {carrier.kept:.0%}, added {carrier.added:.0%}")
    if carrier.same_title is False:
        facts.append("[yellow]another headline[/]")
    if carrier.revisions > 1:
        facts.append(f"{carrier.revisions} revisions")
    if carrier.withdrawn:
        facts.append("[red]withdrawn[/]")
    headline = escape(carrier.title or "without a headline")
    return f"[bold]{escape(carrier.source)}[/] {headline}\n[dim]{' · '.join(facts)}[/]\n[blue]{escape(carrier.url)}[/]"


def _delay(seconds: float) -> str:
    sign = "+" if seconds >= 0 else "−"
    for length, unit in _UNITS:
        if abs(seconds) >= length:
            return f"{sign}{abs(seconds) / length:.0f} {unit}"
    return f"{sign}{abs(seconds):.0f} s"
