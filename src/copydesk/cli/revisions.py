"""`copydesk revisions`."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated, Any

import typer
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from copydesk.cli.composition import reading_pool
from copydesk.cli.named_articles import not_stored
from copydesk.cli.output import out, print_json
from copydesk.cli.word_diffs import word_diff
from copydesk.contracts.words import printed_edits
from copydesk.settings import Settings
from copydesk.storage.revisions import Revision, history

_TEXTS = ("title", "subtitle", "text")
_COLOURS = {"corrected": "yellow", "withdrawn": "red", "restored": "green", "touched": "dim"}


def revisions(
    url: Annotated[str, typer.Argument(metavar="URL", help="The article's URL, or its id.")],
    json: Annotated[bool, typer.Option("--json", help="One JSON object a line, each with its text and edits.")] = False,
) -> None:
    """What became of an article: each revision with what changed, word by word.

    Example: copydesk revisions https://courier.example/harbour-bridge
    """
    asyncio.run(_print(url, json))


async def _print(url: str, as_json: bool) -> None:
    async with reading_pool(Settings()) as pool:
        found = await history(pool, url)
    if not found:
        raise not_stored(url)
    if not as_json:
        out.print(history_of(found), soft_wrap=True)
        return
    for one, before in with_texts_before(found):
        print_json({**asdict(one), "edits": edits_of(before, one)})


def with_texts_before(found: Sequence[Revision]) -> Iterator[tuple[Revision, Revision | None]]:
    """Each revision with the last one before it that has a text; a withdrawal is compared with nothing."""
    text: Revision | None = None
    for one in found:
        yield one, text if one.change != "withdrawn" else None
        text = one if one.change != "withdrawn" else text


def edits_of(before: Revision | None, after: Revision) -> dict[str, list[dict[str, Any]]]:
    """What differs, by field: at code point `at` of the newer text `added` stands in place of `removed`."""
    if before is None:
        return {}
    return {
        name: list(_edits(getattr(before, name) or "", getattr(after, name) or ""))
        for name in _differing(before, after)
    }


def _edits(before: str, after: str) -> Iterator[dict[str, Any]]:
    old, new, found = printed_edits(before, after)
    for edit in found:
        yield {
            "at": len("".join(new[: edit.after_start])),
            "removed": "".join(old[edit.start : edit.end]),
            "added": "".join(new[edit.after_start : edit.after_end]),
        }


def _differing(before: Revision, after: Revision) -> list[str]:
    """Texts that both revisions keep and that differ; after its source's retention a text is gone."""
    pairs = {name: (getattr(before, name), getattr(after, name)) for name in _TEXTS}
    gone = None in pairs["text"]
    return [name for name, (old, new) in pairs.items() if old != new and not (name == "text" and gone)]


def history_of(found: Sequence[Revision]) -> Group:
    """The history as people read it, the newest revision last."""
    newest = found[-1]
    lines: list[RenderableType] = [
        Text.assemble((newest.title or "without a headline", "bold"), f"  {newest.source}"),
        Text(newest.url, "blue"),
    ]
    for one, before in with_texts_before(found):
        lines.append(Text.assemble("\n", _heading(one)))
        lines += [Padding(line, (0, 0, 0, 2)) for line in _changes(before, one)]
    return Group(*lines)


def _heading(one: Revision) -> Text:
    when = (one.fetched_at or one.stored_at).astimezone(UTC).strftime("%Y-%m-%d %H:%MZ")
    facts = [when]
    if one.words_added is not None and one.share_changed is not None:
        facts.append(f"+{one.words_added} −{one.words_removed} words, {one.share_changed:.1%}")
    if one.changed:
        facts.append(", ".join(one.changed))
    if not one.told:
        facts.append("no event")
    return Text.assemble(
        (f"{one.revision} {one.change}", f"bold {_COLOURS.get(one.change, '')}".strip()),
        (f"  {' · '.join(facts)}", "dim"),
    )


def _changes(before: Revision | None, after: Revision) -> Iterator[Text]:
    if before is None:
        if after.change != "withdrawn":
            yield Text(after.title or ("no longer kept" if after.text is None else "without a headline"))
        return
    for name in _differing(before, after):
        yield Text.assemble((f"{name}: ", "dim"), word_diff(getattr(before, name) or "", getattr(after, name) or ""))
    if "text" in after.changed and None in (before.text, after.text):
        yield Text("text: no longer kept", "dim")
    if before.authors != after.authors:
        yield Text.assemble(("authors: ", "dim"), word_diff(", ".join(before.authors), ", ".join(after.authors)))
    for name in ("published", "modified"):
        old, new = getattr(before, name), getattr(after, name)
        if old != new:
            yield Text.assemble((f"{name}: ", "dim"), (_time(old), "red strike"), " → ", (_time(new), "green"))


def _time(at: datetime | None) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M}Z" if at else "none"
