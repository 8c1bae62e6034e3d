"""The dates that a reader sees around the headline, and whether they say to be those of a change."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

from copydesk_cleaner.core.written_dates import WrittenDate, written_dates

_CHANGED = re.compile(
    "updat|edited|revised|reviewed|modifi|aktualis|geändert|bearbeitet|letzter stand|stand:|mise? à jour|"
    "actuali[sztș]|aggiorn|bijgewerkt|gewijzigd|uppdater|ändrad|o[pd]?pdater|endret|päivitet|muokat|aktualiz|atualiz|"
    "aktualn|upraven|обновл|измен|оновл|змінен|актуализ|обнаўл|ενημέρ|ενημερ|τροποπ|güncel|تحديث|محدث|تعدیل|"
    "עודכן|עדכון|更新|修正|업데이트|수정|cập nhật|diperbarui|kemas ?kini|อัปเดต|อัพเดต|แก้ไข|अपडेट|अद्यतन|frissít|módos|"
    "ažurir|posodob|uuenda|muudet|atjaun|atnauj|به.?روز|بروز|eguner|uppfær",
    re.IGNORECASE,
)
"""Stems of "updated" and its like, before a date."""
_TIME_ONLY = re.compile(r"\D{0,12}\d{1,2}\s?[:.hH時时시]\s?\d{2}\D{0,12}")
_DIGIT = re.compile(r"\d")
_LABEL = 40
_MOST = 12


@dataclass(frozen=True)
class VisibleDate:
    """`changed` where the page says that it is the day of a change; `line` is where it stands."""

    written: WrittenDate
    changed: bool
    line: str


def visible_dates(lines: Iterable[str], language: str | None) -> Iterator[VisibleDate]:
    """The first dates of the lines, in their order, no more lines read than are asked for. A line of only a time
    completes the date before it, a line without a date is the label of the one after it."""
    told = 0
    for before, line, after in _windows(lines):
        if told >= _MOST:
            return
        if not _DIGIT.search(line):
            continue
        joined = f"{line} {after}" if _TIME_ONLY.fullmatch(after) and not _TIME_ONLY.fullmatch(line) else line
        for at, written in enumerate(written_dates(joined, language)):
            label = written.label[-_LABEL:]
            if at == 0 and len(label.strip()) < 3 and len(before) <= _LABEL:
                label = before
            told += 1
            yield VisibleDate(written, bool(_CHANGED.search(label)), line)


def _windows(lines: Iterable[str]) -> Iterator[tuple[str, str, str]]:
    before, line = "", ""
    for after in chain(lines, ("",)):
        if line:
            yield before, line, after
        before, line = line, after
