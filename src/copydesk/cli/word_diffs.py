"""Two texts as one with what went and what came, cut down to the places where they differ. Pure."""

import re
from collections.abc import Iterator

from rich.text import Text

from copydesk.contracts.words import printed_edits

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_BREAK = re.compile(r"\s*\n\s*")
_AROUND = 12
"""Words, spaces and marks shown on each side of a difference."""
_LONGEST = 400
"""Code points of one side of a difference that are shown."""
_MOST = 12
"""Differences shown of one text."""


def printable(text: str) -> str:
    """The text with U+FFFD for control characters, which terminals would obey; line feeds and tabs stay."""
    return _CONTROL.sub("\ufffd", text)


def word_diff(before: str, after: str) -> Text:
    """For a terminal: what went struck through in red in `[-…-]`, what came in green in `{+…+}`."""
    shown = Text()
    old, new, found = printed_edits(_in_line(before), _in_line(after))
    at = 0
    for edit in found[:_MOST]:
        for piece in _between(old[at : edit.start], first=at == 0):
            shown.append(piece, "dim")
        if went := "".join(old[edit.start : edit.end]):
            shown.append(f"[-{_cut(went)}-]", "red strike")
        if came := "".join(new[edit.after_start : edit.after_end]):
            shown.append(f"{{+{_cut(came)}+}}", "green")
        at = edit.end
    rest = old[at:]
    shown.append("".join(rest[:_AROUND]) + ("…" if len(rest) > _AROUND else ""), "dim")
    if len(found) > _MOST:
        shown.append(f" ({len(found) - _MOST} more differences)", "dim")
    return shown


def _in_line(text: str) -> str:
    """On one line, with a pilcrow for each break."""
    return _BREAK.sub(" ¶ ", printable(text))


def _between(tokens: list[str], *, first: bool) -> Iterator[str]:
    """What is the same between two differences; its middle is left out where it is long."""
    if not first:
        if len(tokens) <= 2 * _AROUND:
            yield "".join(tokens)
            return
        yield "".join(tokens[:_AROUND])
    if len(tokens) > _AROUND:
        yield " … "
    yield "".join(tokens[-_AROUND:])


def _cut(text: str) -> str:
    if len(text) <= _LONGEST:
        return text
    half = _LONGEST // 2
    return f"{text[:half]} … {len(text) - _LONGEST:,} characters … {text[-half:]}"
