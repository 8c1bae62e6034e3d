"""Dates as people write them: round trips through the formats of the CLDR, and what sites print besides."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from babel.dates import format_date, format_datetime
from copydesk_cleaner.core.calendars import gregorian_day
from copydesk_cleaner.core.dates import read_date
from copydesk_cleaner.core.page_dates import read_dates
from copydesk_cleaner.core.page_facts import PageFacts
from copydesk_cleaner.core.written_dates import written_dates
from hypothesis import given, settings
from hypothesis import strategies as st
from turbohtml import parse

LOCALES = (
    "af", "ar", "ar_MA", "ar_SY", "be", "bg", "bn", "bs", "ca", "cs", "cy", "da", "de", "de_AT", "el", "en", "en_GB", "en_IN", "es",
    "es_MX", "et", "fa_AF", "fi", "fil", "fr", "fr_CA", "ga", "gl", "he", "hi", "hr", "hu", "hy", "id", "is", "it", "ja", "ka", "kk", "kn",
    "ko", "lo", "lt", "lv", "mk", "ml", "mr", "ms", "nb", "nl", "pl", "pt", "pt_PT", "ro", "ru", "si", "sk", "sl", "sq", "sr", "sr_Latn",
    "sv", "sw", "ta", "te", "th", "tr", "uk", "uz", "vi", "zh", "zh_Hant", "zu",
)  # fmt: skip
DAYS = st.dates(date(1995, 1, 1), date(2030, 12, 31))
TIMES = st.builds(time, st.integers(0, 23), st.integers(0, 59))


@settings(deadline=None)
@given(st.sampled_from(LOCALES), st.sampled_from(["full", "long", "medium"]), DAYS)
def test_days_of_every_language_are_read_back(locale: str, width: str, day: date) -> None:
    text = format_date(day, width, locale=locale)
    assert [one.value.date() for one in written_dates(text, locale)] == [day], text


@settings(deadline=None)
@given(st.sampled_from(LOCALES), DAYS, TIMES)
def test_times_of_every_language_are_read_back(locale: str, day: date, clock: time) -> None:
    moment = datetime.combine(day, clock)
    text = format_datetime(moment, "medium", locale=locale)
    assert [(one.value, one.timed) for one in written_dates(text, locale)] == [(moment, True)], text


@pytest.mark.parametrize(
    ("text", "language", "read"),
    [
        ("3 juli 2024", "nl", "2024-07-03T00:00:00"), ("4. Juli 2024, 12:30 Uhr", "de", "2024-07-04T12:30:00"),
        ("2024年7月4日 13時05分", "ja", "2024-07-04T13:05:00"), ("2024年7月4日 午後1時5分", "ja", "2024-07-04T13:05:00"),
        ("令和6年7月4日", "ja", "2024-07-04T00:00:00"), ("民國113年7月4日", "zh-TW", "2024-07-04T00:00:00"),
        ("2024. 7. 4. 오후 1:05", "ko", "2024-07-04T13:05:00"), ("٤ يوليو ٢٠٢٤", "ar", "2024-07-04T00:00:00"),
        ("٤ كانون الثاني ٢٠٢٤", "ar-LB", "2024-01-04T00:00:00"), ("۱۴ تیر ۱۴۰۳ - ۱۳:۰۵", "fa", "2024-07-04T13:05:00"),
        ("4 липня 2024", "uk", "2024-07-04T00:00:00"), ("13:05, 4 июля 2024 г.", "ru", "2024-07-04T13:05:00"),
        ("4 กรกฎาคม 2567 เวลา 13:05 น.", "th", "2024-07-04T13:05:00"), ("4 ก.ค. 2567 13.05 น.", "th", "2024-07-04T13:05:00"),
        ("July 4th, 2024 1:05 pm EDT", "en-US", "2024-07-04T13:05:00-04:00"), ("Thu, 04/07/2024 - 13:05 (GMT+7)", "vi", "2024-07-04T13:05:00+07:00"),
        ("4 de julio de 2024 a las 13:05 h", "es", "2024-07-04T13:05:00"), ("4 juillet 2024 à 13h05", "fr", "2024-07-04T13:05:00"),
        ("4 ביולי 2024", "he", "2024-07-04T00:00:00"), ("4 tháng 7, 2024", "vi", "2024-07-04T00:00:00"), ("4-Jul-24", "en", "2024-07-04T00:00:00"),
        ("04.07.24, 13:05", "de", "2024-07-04T13:05:00"), ("4. jul. 2024 kl. 13.05", "da", "2024-07-04T13:05:00"),
        ("Sat Dec 16 2023 09:00:00 GMT+0100", "en", "2023-12-16T09:00:00+01:00"), ("Jan. 4, 2024 | 3 p.m.", None, "2024-01-04T15:00:00"),
    ],
)  # fmt: skip
def test_what_sites_print(text: str, language: str | None, read: str) -> None:
    assert [one.value.isoformat() for one in written_dates(text, language)] == [read]


@pytest.mark.parametrize(
    "text", ["page 5 of 12", "+49 30 12 34 56", "31 June 2024", "32.13.2024", "chapter 2024", "July 2024", "1.2.3", "may 20 people"]
)  # fmt: skip
def test_what_is_no_date(text: str) -> None:
    assert written_dates(text, "en") == []


def test_a_time_between_two_dates_belongs_to_the_first() -> None:
    first, second = written_dates("3.7.2024 13:05 Uhr | 5.7.2024", "de")
    assert (first.value.isoformat(), first.timed) == ("2024-07-03T13:05:00", True)
    assert (second.value.isoformat(), second.timed) == ("2024-07-05T00:00:00", False)


@settings(deadline=None)
@given(DAYS)
def test_buddhist_years(day: date) -> None:
    if (day.month, day.day) != (2, 29):
        assert gregorian_day(day.year + 543, day.month, day.day) == day


@pytest.mark.parametrize(
    ("persian", "gregorian"),
    [((1403, 1, 1), (2024, 3, 20)), ((1399, 12, 30), (2021, 3, 20)), ((1404, 1, 1), (2025, 3, 21)), ((1357, 11, 22), (1979, 2, 11))],
)  # fmt: skip
def test_persian_days(persian: tuple[int, int, int], gregorian: tuple[int, int, int]) -> None:
    assert gregorian_day(*persian) == date(*gregorian)


def test_persian_calendar_has_no_such_day() -> None:
    with pytest.raises(ValueError, match="no day 1402-12-30"):
        gregorian_day(1402, 12, 30)


@settings(deadline=None)
@given(st.text(max_size=120))
def test_nothing_printed_raises(text: str) -> None:
    written_dates(text, "en")
    read_date(text, None)


DIGITS_AND_MARKS = st.text(alphabet="0123456789-/.:TZ +,年月日apmJuly", max_size=40)


@settings(deadline=None)
@given(DIGITS_AND_MARKS, DIGITS_AND_MARKS)
def test_no_page_is_dated_later_than_its_fetch(declared: str, visible: str) -> None:
    latest = datetime(2024, 8, 1, tzinfo=UTC)
    page = f'<meta property="article:published_time" content="{declared}"><h1>Harbour</h1><p>{visible}</p>'
    found = read_dates(PageFacts(parse(page), f"https://courier.example/{declared}"), latest)
    for one in (found.published, found.modified):
        assert one.value is None or datetime(1990, 1, 1, tzinfo=UTC) <= one.value <= latest + timedelta(days=2)
