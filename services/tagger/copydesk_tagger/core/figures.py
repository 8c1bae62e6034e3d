"""Numbers of a text as digits, whatever script and separators they are written in."""

import math
import re
import unicodedata
from collections.abc import Iterator

_NUMBER = re.compile(r"\d(?:\d{0,2}(?:[.,٬٫’'\u00a0\u202f ]\d{3}(?!\d))+|\d*)(?:[.,٫]\d+)?")
_GREAT = re.compile(r"(?:\d[\d,，]*(?:[.．]\d+)?[十百千万萬億亿兆만억조]+)+(?:\d{1,4}(?!\d))?")
_GREAT_PART = re.compile(r"(\d[\d,，]*(?:[.．]\d+)?)([十百千万萬億亿兆만억조]*)")
_WORTH = {"十": 10, "百": 100, "千": 1000, "万": 10**4, "億": 10**8, "兆": 10**12}
_WORTH |= {"萬": 10**4, "만": 10**4, "亿": 10**8, "억": 10**8, "조": 10**12}
"""East Asian units, of ten thousand each; 兆 is a million millions in the news, whatever else it may be."""

_COUNTED_IN = (10**12, 10**9, 10**6)
"""Units that other languages give as words beside the digits."""

_EAST_ASIAN = re.compile("[十百千万萬億亿兆만억조月월]")
_MONTH = re.compile(r"\d{1,2}(?=[月월])")
"""Months are digits in some languages and names in others."""

_SEPARATOR = re.compile(r"\D")
_GROUP = 3
_LEAST_DIGITS = 2
_MOST_DIGITS = 12


def figures(text: str) -> Iterator[str]:
    """Numbers of two to twelve digits, such as `1250` for `1,250`, `1.250` and `١٬٢٥٠`, and `12.5` for `12,5`.

    Great ones count in what other languages give as words: `200` for `2000亿` as for `200 billion`, `77000` for
    `7.7万`.
    """
    if _EAST_ASIAN.search(text):
        text = _MONTH.sub(" ", _GREAT.sub(_in_thousands, text))
    for match in _NUMBER.finditer(text):
        written = "".join(str(unicodedata.digit(sign)) if sign.isdecimal() else sign for sign in match.group())
        found = _joined(_SEPARATOR.split(written)).lstrip("0")
        if _LEAST_DIGITS <= len(found.replace(".", "")) <= _MOST_DIGITS:
            yield found


def _in_thousands(great: re.Match[str]) -> str:
    worth = 0.0
    for digits, units in _GREAT_PART.findall(great.group()):
        times = float(digits.replace(",", "").replace("，", "").replace("．", "."))
        worth += times * math.prod(_WORTH[unit] for unit in units)
    unit = next((one for one in _COUNTED_IN if worth >= one), 1)
    return f" {worth / unit:.2f}".rstrip("0").rstrip(".") + " "


def _joined(groups: list[str]) -> str:
    """Groups of three are thousands; a last group of another length is a decimal fraction."""
    whole, last = groups[:-1], groups[-1]
    if whole and len(last) != _GROUP:
        return f"{''.join(whole)}.{last}"
    return "".join(groups)
