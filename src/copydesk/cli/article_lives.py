"""The life of an article, for people."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from rich.markup import escape

from copydesk.cli.output import out
from copydesk.cli.receipts import print_receipt

if TYPE_CHECKING:
    from copydesk.cli.audit import Audit

_OF_ARTICLE = ("source", "language", "published", "first_stored_at", "stored_at", "withdrawn_at", "text_dropped_at")
_OF_STAGES = ("method", "confidence", "cleaner_version", "tagger_version", "models", "flags", "rights")


def print_life(audit: "Audit") -> None:
    """In the order in which an article passes through the stages; what nothing is known of is left out."""
    life = audit.life
    title = (life.article or {}).get("title") or "without a headline"
    out.print(f"[bold]{escape(str(title))}[/]\n{escape(life.url)}  [dim]{life.id}[/]", soft_wrap=True)
    for met in life.discoveries:
        _section("discovered", [_line(met, ("url", "found_on", "first_seen", "state", "reason", "status", "listed"))])
    if not life.discoveries and (life.article or audit.messages):
        _section("discovered", ["not by the crawler: it came by an import, or somebody else published it"])
    if any(value is not None for name, value in life.permissions.items() if name != "reserves"):
        _section("permission", [_line(life.permissions, tuple(life.permissions))])
    _section("fetched", [_line(one, ("fetched_at", "change", "content_sha256")) for one in life.fetches])
    if life.article:
        _section("stored", [_line(life.article, _OF_ARTICLE), _line(life.article, _OF_STAGES)])
    _section("cuts", [_line(one, ("reason", "rule", "cuts", "characters")) for one in life.cuts])
    names = ("revision", "change", "stored_at", "changed", "words_added", "words_removed", "title")
    _section("revisions", [_line(one, names) for one in life.revisions])
    _section("copies", [_line(one, ("kind", "source", "url")) for one in life.copies])
    _section("story", [_line(one, ("at", "change", "story_id", "other", "confidence")) for one in life.story])
    if life.funnel:
        _section("funnel", [_line(life.funnel, ("stage", "outcome", "reason", "at"))])
    _section(
        "messages",
        [
            f"{one.topic}[{one.partition}]@{one.offset} {_shown(one.at)} {one.type}"
            + (f", until {_shown(one.expires)}" if one.expires else "")
            + (f": {one.detail}" if one.detail else "")
            for one in audit.messages
        ],
    )
    _section(
        "consumers",
        [
            f"{one.group} has {'read' if one.read else 'not read'} {one.topic}[{one.partition}]@{one.offset} "
            f"(position {one.position})"
            for one in audit.consumers
        ],
    )
    if audit.unknown:
        out.print(f"[yellow]not known:[/] {escape(audit.unknown)}", soft_wrap=True)
    if audit.takedown:
        out.print("[bold red]taken down[/]")
        print_receipt(audit.takedown)
    out.print()


def _section(name: str, lines: Sequence[str]) -> None:
    for number, line in enumerate(lines):
        out.print(f"[cyan]{'' if number else name:<11}[/] {escape(line)}", soft_wrap=True)


def _line(row: dict[str, Any], names: Iterable[str]) -> str:
    shown = {name: row[name] for name in names if row.get(name) not in (None, [], {}, "")}
    return " · ".join(f"{name.removesuffix('_at').replace('_', ' ')} {_shown(value)}" for name, value in shown.items())


def _shown(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%SZ")
    if isinstance(value, dict):
        return ", ".join(f"{name}={_shown(held)}" for name, held in value.items() if held is not None)
    if isinstance(value, list | tuple):
        return ", ".join(map(_shown, value))
    if isinstance(value, float):
        return f"{value:.3g}"
    return str(value)
