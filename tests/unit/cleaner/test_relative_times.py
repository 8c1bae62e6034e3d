"""Relative times in the languages of the CLDR."""

import subprocess
import sys

import pytest
from copydesk_cleaner.core.relative_times import find_relative_times, is_month, is_spelled_relative_time


@pytest.mark.parametrize(
    "time",
    [
        "50 minuten geleden", "1 uur geleden", "1 hour ago", "3h ago", "2 mins ago", "vor 3 Stunden", "il y a 2 heures", "hace 5 días",
        "5 minuti fa", "há 2 dias", "5 dni temu", "před 3 hodinami", "för 3 timmar sedan", "for 2 timer siden", "3 päivää sitten",
        "2 часа назад", "5 хвилин тому", "преди 3 часа", "πριν από 2 ώρες", "2 saat önce", "قبل 5 ساعات", "לפני 3 שעות", "12 घंटे पहले",
        "3小时前", "3小時前", "2時間前", "2시간 전", "3 giờ trước", "2 jam yang lalu", "5 นาทีที่ผ่านมา", "acum 2 ore", "3 órával ezelőtt", "5 minutes ago",
    ],
)  # fmt: skip
def test_is_found_alone_and_in_a_sentence(time: str) -> None:
    for before, after in (("", ""), ("Zug, ", ", x"), ("(", ")")):
        text = before + time + after
        assert [text[found.start : found.end] for found in find_relative_times(text)] == [time]


@pytest.mark.parametrize(
    "text", ["40-60mins", "page 5", "in 2 hours", "over 5 minuten", "2024", "the hours ago", "-5 h"]
)
def test_is_no_relative_time(text: str) -> None:
    assert find_relative_times(text) == []


@pytest.mark.parametrize("time", ["5 yr ago", "12 min ago", "vor 3 Tag"])
def test_ends_where_the_text_ends(time: str) -> None:
    [found] = find_relative_times(f"World {time}")
    assert (found.start, found.end) == (len("World "), len("World ") + len(time))


def test_offsets_survive_letters_that_grow_when_lowered() -> None:
    text = "İİİ 5 minutes ago"
    (found,) = find_relative_times(text)
    assert text[found.start : found.end] == "5 minutes ago"


def test_duals_and_months() -> None:
    assert is_spelled_relative_time("قبل ساعتين")
    assert is_spelled_relative_time("An hour ago")
    assert not is_spelled_relative_time("hour")
    assert is_month("июля")
    assert is_month("Sept.")
    assert not is_month("Monday")


def test_other_users_of_the_cldr_data_are_left_alone() -> None:
    script = (
        "from copydesk_cleaner.core.relative_times import find_relative_times as find\n"
        "from babel import Locale\n"
        "assert find('3小时前')\n"
        "assert Locale('zh').territories['DE'] == '德国'\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.stderr == ""
