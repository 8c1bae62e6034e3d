"""Numbers of a text as digits, whatever script and separators they are written in."""

import re
import unicodedata
from collections.abc import Iterator

_NUMBER = re.compile(r"(?:\d{1,3}(?:[.,٬٫’'\u00a0\u202f ]\d{3}(?!\d))+|\d+)(?:[.,٫]\d+)?")
_SEPARATOR = re.compile(r"\D")
_GROUP = 3
_LEAST_DIGITS = 2
_MOST_DIGITS = 12


def figures(text: str) -> Iterator[str]:
    """Numbers of two to twelve digits, such as `1250` for `1,250`, `1.250` and `١٬٢٥٠`, and `12.5` for `12,5`."""
    for match in _NUMBER.finditer(text):
        written = "".join(str(unicodedata.digit(sign)) if sign.isdecimal() else sign for sign in match.group())
        found = _joined(_SEPARATOR.split(written)).lstrip("0")
        if _LEAST_DIGITS <= len(found.replace(".", "")) <= _MOST_DIGITS:
            yield found


def _joined(groups: list[str]) -> str:
    """Groups of three are thousands; a last group of another length is a decimal fraction."""
    whole, last = groups[:-1], groups[-1]
    if whole and len(last) != _GROUP:
        return f"{''.join(whole)}.{last}"
    return "".join(groups)
