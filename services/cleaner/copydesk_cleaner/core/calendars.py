"""Years and days of other calendars in which news sites print their dates, as Gregorian ones."""

from datetime import date, timedelta

_BUDDHIST_AHEAD = 543
"""Thai years run from 543 BC, and begin with January since 1941."""
_ERAS = {"令和": 2018, "平成": 1988, "昭和": 1925, "民國": 1911, "民国": 1911}
_PERSIAN_LEAPS = frozenset({1, 5, 9, 13, 17, 22, 26, 30})
"""Remainders modulo 33 of the leap years; agrees with the astronomical calendar from 1178 to 1633 AP."""
_PERSIAN_MONTHS = (
    ("فروردین", "فروردين"), ("اردیبهشت", "ارديبهشت"), ("خرداد",), ("تیر", "تير"), ("مرداد", "امرداد"),
    ("شهریور", "شهريور"), ("مهر",), ("آبان",), ("آذر",), ("دی", "دي"), ("بهمن",), ("اسفند",),
)  # fmt: skip
_PERSIAN_NUMBERS = {name: number for number, names in enumerate(_PERSIAN_MONTHS, 1) for name in names}
_NOWRUZ_1403 = date(2024, 3, 20)


def persian_month(word: str) -> int | None:
    """The month (1…12) of the Solar Hijri calendar that a word names."""
    return _PERSIAN_NUMBERS.get(word)


def era_year(era: str, year: int) -> int | None:
    """A year of a Japanese era or of the Republic of China as a Gregorian one; None for an era not known here."""
    return _ERAS[era] + year if era in _ERAS else None


def gregorian_day(year: int, month: int, day: int) -> date:
    """The day, whose year tells its calendar: 1300…1500 Solar Hijri, 2400…2700 Buddhist, else Gregorian.

    Raises `ValueError` for a day that its calendar does not have.
    """
    if 1300 <= year <= 1500:
        return _from_persian(year, month, day)
    return date(year - _BUDDHIST_AHEAD if 2400 <= year <= 2700 else year, month, day)


def _from_persian(year: int, month: int, day: int) -> date:
    longest = 31 if month <= 6 else 30 if month <= 11 or year % 33 in _PERSIAN_LEAPS else 29
    if not (1 <= month <= 12 and 1 <= day <= longest):
        raise ValueError(f"the Persian calendar has no day {year}-{month}-{day}")
    before = 31 * (month - 1) - max(0, month - 7)
    return _NOWRUZ_1403 + timedelta(days=_days_before(year) - _days_before(1403) + before + day - 1)


def _days_before(year: int) -> int:
    cycles, rest = divmod(year, 33)
    return 365 * year + 8 * cycles + sum(one in _PERSIAN_LEAPS for one in range(rest))
