"""The dateline at the head of an agency story: `ASTANA (ANP/DPA/AFP) -`, `新华社北京7月4日电`, `КИЕВ, 4 июля. /ТАСС/.`

Each form below is one way in which agencies of a region print place, date and agency; nothing here knows a site.
"""

import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from copydesk_cleaner.core.agencies import agency_codes, listed_codes, printed_forms

_HEAD = 160
"""A dateline ends within this many characters."""
_DASH = r"(?:\.\s?)?(?:--|[-–—―‑_])(?!\w{0,1}\d)"
_END = rf"(?P<end>{_DASH}|[:=।]|\.(?=\s))?"
_UPPER = r"[^\W\d_a-zà-öø-ÿа-яё]"
_MARKS = r"\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u0900-\u0dff\u0e31-\u0e4e"
_ARTICLE = re.compile(r"['’][a-z]-")
_WORD = rf"(?:{_ARTICLE.pattern})?[^\W\d_][\w{_MARKS}’'.\-]*"
_PLACE = rf"{_WORD}(?:[ \u00a0](?!في\s){_WORD}){{0,4}}(?:\s?/\s?{_WORD}(?:\s{_WORD}){{0,2}}){{0,2}}"
_DATE = (
    r"(?:\d{1,2}(?:\.|º|er|-го|ος)?\s?(?:de\s)?[^\W\d_]{3,12}\.?(?:\s(?:de\s)?\d{4})?"
    r"|[^\W\d_]{3,12}\.?\s\d{1,2}(?:st|nd|rd|th)?(?:,?\s\d{4})?|\d{1,2}[./-]\d{1,2}(?:[./-]\d{2,4}|\.(?:\d{2,4})?)?)"
)
_AROUND_DATE = r"(?:[,.]\s?(?:[^\W\d_]{2,12}\.?\s)?|\s(?:في\s|[^\W\d_]{3,12}\.?\s)?)\d[^()\[\]\n]{0,28}?"
"""A date in any language before an agency in brackets: a digit, and little beside it."""
_REGION = rf"(?:,\s?{_WORD}(?:\s{_WORD}){{0,2}}|\s?[(\[]{_WORD}(?:\s{_WORD}){{0,2}}[)\]])?"
_CJK_DATE = r"(?:\d{1,4}年)?(?:[\d０-９]{1,2}月)?[\d０-９]{1,2}日"
_CAN_BE = re.compile(r"[-–—―‑_()（）\[\]/电電】］:]|[.,]\s?(?:\d|\w{3,12}\.?[\s,])")
_CODES = re.compile(r"[A-Z]{2,12}(?:\s?[/,]\s?[A-Z]{2,12})*")


@cache
def _words(name: str) -> frozenset[str]:
    table = tomllib.loads(files(__package__).joinpath("datelines.toml").read_text("utf-8"))
    return frozenset(table[name].split())


@dataclass(frozen=True)
class DatelineMatch:
    """A dateline at the start of a text; `end` is the offset at which the story begins.

    `text` is as printed; a `place` printed in capitals is given as a name (`NEW YORK` as `New York`).
    """

    end: int
    text: str
    place: str | None
    agencies: tuple[str, ...]


_Match = re.Match[str]
_Reader = Callable[[_Match], tuple[str | None, tuple[str, ...]] | None]


def _place(found: _Match) -> str | None:
    groups = found.groupdict()
    place = (groups.get("place") or "").strip(" ,./")
    return place or None


def _named(found: _Match) -> tuple[str | None, tuple[str, ...]] | None:
    """Place and agencies, where at least one of the names is an agency's or a code in capitals."""
    printed = found["agency"]
    codes = tuple(agency_codes(printed))
    place = _place(found)
    if place and not _is_name(place):
        return None
    coded = place and place.isupper() and _CODES.fullmatch(printed.strip())
    return (place, codes) if codes or coded else None


def _bracketed(found: _Match) -> tuple[str | None, tuple[str, ...]] | None:
    """`_named`, where nothing parts the bracket from the story only after capitals or a date, and before a capital.

    Without a place, too, every name in the bracket has to be an agency's.
    """
    if found["end"]:
        return _named(found)
    place, rest = _place(found), found.string[found.end() :]
    shown = place is None or place.isupper() or any(character.isdigit() for character in found["when"] or "")
    if not shown or rest[:1].islower() or not listed_codes(found["agency"]):
        return None
    return _named(found)


def _bare(found: _Match) -> tuple[str | None, tuple[str, ...]] | None:
    """Agencies that are no word or other abbreviation beside, as nothing but a dash says that one is named."""
    return None if found["agency"].casefold() in _words("ambiguous_agencies") else _named(found)


def _is_name(place: str) -> bool:
    """Whether every word but the particles begins with a capital, in scripts that have them."""
    words = re.split(r"[\s/]+", place)
    return all(not word[:1].islower() or word.strip(".") in _words("particles") for word in words) and words[
        0
    ].casefold() not in _words("articles")


def _capitals(found: _Match) -> tuple[str | None, tuple[str, ...]] | None:
    """A place in capitals without an agency, as in `KYIV, Ukraine —`; a small letter after the dash carries on."""
    place = _place(found)
    if place is None or found.string[found.end() :][:1].islower():
        return None
    if any(word in _words("no_places") for word in (place.casefold(), place.split()[0].casefold())):
        return None
    if found.group().startswith(place + " ") and place.casefold() in _words("acronyms"):
        return None
    letters = [character for character in place if character.isalpha()]
    capital = len(letters) >= 4 and all(character.isupper() for character in letters)
    return (place, ()) if capital else None


@cache
def _forms() -> tuple[tuple[re.Pattern[str], re.Pattern[str], _Reader], ...]:
    """(hint, form, reader): the hint is a cheap search for what the form cannot do without; most lines have none."""
    return tuple(
        (re.compile(hint), re.compile(pattern), reader)
        for hint, pattern, reader in (*_spaced_forms(), *_east_asian_forms())
    )


def _spaced_forms() -> tuple[tuple[str, str, _Reader], ...]:
    agency = r"(?i:" + "|".join(re.escape(form) for form in printed_forms()) + r")(?!\w)"
    listed = r"(?P<agency>[^()\[\]（）/]{2,30}(?:[/,][^()\[\]（）]{2,30}){0,4})"
    day = rf"(?:[,.]?\s?{_DATE}\.?)?"
    return (
        # ASTANA (ANP/DPA/AFP) -   BERLIN, 4. Juli (dpa) -   New Delhi, July 4 (PTI) The   ALGER - (APS) -   (EFE).-
        (r"[)\]）]",
         rf"(?:(?P<place>{_PLACE}){_REGION}(?P<when>{_AROUND_DATE})?,?\s?(?:{_DASH}\s?)?)[(\[（]{listed}[)\]）]"
         rf"\s?{_END}\s*", _bracketed),
        # (AFP) -   [dpa] –   (Belga) De
        (r"^[(\[（]",
         rf"[(\[（]{listed}[)\]）](?P<when>)\s?{_END}\s*(?:(?P<place>{_PLACE}){day}\s?{_DASH}\s*)?", _bracketed),
        # МОСКВА, 3 июля. /ТАСС/.   MINSK, 4 July /BelTA/ -   3 июля, Минск /Корр. БЕЛТА/.   الكويت في 4 يوليو / كونا /
        ("/",
         rf"(?:{_DATE},?\s)?(?P<place>{_PLACE}){_REGION}(?P<when>{_AROUND_DATE})?[.,]?\s?/\s?(?:\w{{3,5}}\.\s)?"
         rf"(?P<agency>[^/\n]{{2,40}}?)\s?/\s?{_END}\s*", _bracketed),
        # Москва. 3 июля. INTERFAX.RU -   КИЕВ, 4 июл — РИА Новости, А. Б.   SYDNEY, AAP -   Tehran, July 4, IRNA -
        (r"[.,]\s?(?:\d|\w)",
         rf"(?P<place>{_PLACE})[.,]\s?(?:{_DATE}[.,]?\s?)?(?:{_DASH}\s?)?(?P<agency>{agency})"
         rf"(?:,[^.\n]{{3,40}})?\s?(?:\.(?=\s)|{_DASH})\s*", _named),
        # بيروت - رويترز -   İSTANBUL-AA   بيروت / الأناضول -   رام الله 4-7-2024 وفا-
        (r"^[^!?:;()\[\]]{2,80}?[-–—―‑/]",
         rf"(?P<place>{_PLACE})\s?(?:{_DASH}|/|\d[\d./-]{{3,9}})\s?(?P<agency>{agency})\s?(?:{_DASH}|:)\s*", _named),
        # ANSA -
        (r"^\w{3,20}\s?[-–—―]", rf"(?P<agency>{agency})\s(?:[-–—―])\s(?=[^\W\d_a-z])", _bare),
        # KYIV, Ukraine —   PUTRAJAYA, Nov 22 —   LONDON -
        (r"\s(?:--|[-–])\s|—",
         rf"(?P<place>{_UPPER}+(?:[ \-.’']{_UPPER}+){{0,3}}){_REGION}{day}\s?(?:\s(?:--|[-–])\s|—)\s*", _capitals),
    )  # fmt: skip


def _east_asian_forms() -> tuple[tuple[str, str, _Reader], ...]:
    east = "|".join(re.escape(form) for form in printed_forms() if re.match(r"[\u3040-\u9fff\uac00-\ud7af]", form))
    foreign = rf"{east}|[A-Z]{{2,4}}"
    closes = r"[】\]］)）]\s?(?:[^\W\d_]{2,5}\s?기자\s?)?[-–—=＝]?"
    return (
        # 新华社北京7月4日电（记者王某）   中新网7月4日电   （中央社記者林某台北4日電）   据新华社北京7月4日电
        ("[电電]",
         rf"[（(【]?据?(?P<agency>{east})(?:記者\w{{3}})?(?P<place>[^\W\d_]{{1,10}}?)?\s?{_CJK_DATE}[电電]\s?"
         rf"(?:[（(][^（）()]{{1,40}}[)）])?[】）)]?\s*", _named),
        # 【ワシントン＝共同】   ［ロンドン ４日 ロイター］ -   (서울=연합뉴스) 홍길동 기자 =   【ロンドン時事】
        (r"^[【\[［(（]",
         rf"[【\[［(（](?P<place>[^\W\d_]{{1,12}}?)?\s?[＝=・ ]?\s?(?:{_CJK_DATE}\s?)?(?P<agency>{foreign}){closes}\s*",
         _named),
    )  # fmt: skip


def find_dateline(text: str) -> DatelineMatch | None:
    """The dateline that `text` begins with, or None. A credit in parentheses after a sentence is none."""
    head = text[:_HEAD]
    if head[:1].islower() or not _CAN_BE.search(head):
        return None
    for hint, pattern, reader in _forms():
        found = pattern.match(head) if hint.search(head) else None
        if found and found.end() < len(text):
            read = reader(found)
            if read:
                place, agencies = read
                return DatelineMatch(found.end(), found.group().strip(), place and _titled(place), agencies)
    return None


def _titled(place: str) -> str:
    """A place in capitals as a name: `NEW YORK` as `New York`, `РОСТОВ-НА-ДОНУ` as `Ростов-на-Дону`."""
    article = _ARTICLE.match(place)
    begin = article.end() if article else 0
    if not place[begin:].isupper():
        return place
    pieces = re.split(r"([\s/-]+)", place[begin:].title().replace("i\u0307", "i"))
    return place[:begin] + "".join(
        piece.lower() if at and piece.casefold() in _words("particles") else piece for at, piece in enumerate(pieces)
    )
