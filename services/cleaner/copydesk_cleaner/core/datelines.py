"""The dateline at the head of an agency story: `ASTANA (ANP/DPA/AFP) -`, `新华社北京7月4日电`, `КИЕВ, 4 июля. /ТАСС/.`

Each form below is one way in which agencies of a region print place, date and agency; nothing here knows a site.
"""

import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from copydesk_cleaner.core.agencies import agency_codes, printed_forms

_HEAD = 160
"""A dateline ends within this many characters."""
_DASH = r"(?:\.\s?)?(?:--|[-–—―‑])(?!\w{0,1}\d)"
_UPPER = r"[^\W\d_a-zà-öø-ÿа-яё]"
_MARKS = r"\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u0900-\u0dff\u0e31-\u0e4e"
_WORD = rf"[^\W\d_][\w{_MARKS}’'.\-]*"
_PLACE = rf"{_WORD}(?:[ \u00a0]{_WORD}){{0,4}}(?:\s?/\s?{_WORD}(?:\s{_WORD}){{0,2}}){{0,2}}"
_DATE = (
    r"(?:\d{1,2}(?:\.|º|er|-го|ος)?\s?(?:de\s)?[^\W\d_]{3,12}\.?(?:\s(?:de\s)?\d{4})?"
    r"|[^\W\d_]{3,12}\.?\s\d{1,2}(?:st|nd|rd|th)?(?:,?\s\d{4})?|\d{1,2}[./]\d{1,2}\.?(?:\d{2,4})?)"
)
_CJK_DATE = r"(?:\d{1,4}年)?(?:[\d０-９]{1,2}月)?[\d０-９]{1,2}日"
_CAN_END = re.compile(r"[-–—―‑()（）\[\]/电】］]|[.,]\s?(?:\d|\w{3,12}\.?\s\d)")


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
    coded = place and place.isupper() and re.fullmatch(r"[A-Z]{2,12}(?:\s?[/,]\s?[A-Z]{2,12})*", printed.strip())
    return (place, codes) if codes or coded else None


def _is_name(place: str) -> bool:
    """Whether every word but the particles begins with a capital, in scripts that have them."""
    words = re.split(r"[\s/]+", place)
    return all(not word[:1].islower() or word in _words("particles") for word in words) and words[
        0
    ].casefold() not in _words("articles")


def _capitals(found: _Match) -> tuple[str | None, tuple[str, ...]] | None:
    """A place in capitals without an agency, as in `KYIV, Ukraine —`."""
    place = _place(found)
    if place is None or place.casefold() in _words("no_places") or place.split()[0].casefold() in _words("no_places"):
        return None
    letters = [character for character in place if character.isalpha()]
    if found.group().startswith(place + " ") and place.casefold() in _words("acronyms"):
        return None
    capital = len(letters) >= 4 and all(character.isupper() for character in letters)
    return (place, ()) if capital else None


@cache
def _forms() -> tuple[tuple[re.Pattern[str], re.Pattern[str], _Reader], ...]:
    """(hint, form, reader): the hint is a cheap search for what the form cannot do without; most lines have none."""
    agency = "(?i:" + "|".join(re.escape(form) for form in printed_forms()) + ")"
    cjk = "|".join(re.escape(form) for form in printed_forms() if re.match(r"[\u3040-\u9fff\uac00-\ud7af]", form))
    region = rf"(?:,\s?{_WORD}(?:\s{_WORD}){{0,2}})?"
    day = rf"(?:[,.]?\s?{_DATE}\.?)?"
    opens = r"[【\[［(（]"
    closes = r"[】\]］)）]\s?(?:[^\W\d_]{2,5}\s기자\s?)?[-–—=＝]?"
    listed = r"(?P<agency>[^()\[\]（）/]{2,30}(?:[/,][^()\[\]（）]{2,30}){0,4})"
    patterns: tuple[tuple[str, str, _Reader], ...] = (
        # ASTANA (ANP/DPA/AFP) -   BERLIN, 4. Juli (dpa) -   KYIV, Ukraine (AP) —   كييف (رويترز) -   (EFE).-
        (r"[)\]）]\s?[-–—―‑.:=]",
         rf"(?P<place>{_PLACE}){region}{day},?\s?[(\[（]{listed}[)\]）]\s?(?:{_DASH}|:|=)\s*", _named),
        # (AFP) -   [dpa] –
        (r"[)\]）]\s?[-–—―‑.:]",
         rf"[(\[（]{listed}[)\]）]\s?(?:{_DASH}|:)\s*(?:(?P<place>{_PLACE}){day}\s?{_DASH}\s*)?", _named),
        # МОСКВА, 3 июля. /ТАСС/.   MINSK, 4 July /BelTA/ -
        ("/",
         rf"(?P<place>{_PLACE}){region}{day}[.,]?\s?/(?P<agency>[^/\n]{{2,40}})/\s?(?:{_DASH}|[.:])\s*", _named),
        # Москва. 3 июля. INTERFAX.RU -   КИЕВ, 4 июл — РИА Новости.   Пекин, 4 июля /Синьхуа/ --
        (r"[.,]\s?(?:\d|\w{3,12}\.?\s\d)",
         rf"(?P<place>{_PLACE})[.,]\s?{_DATE}\.?\s?(?:{_DASH}\s?)?(?P<agency>{agency})\s?(?:\.(?=\s)|"
         rf"{_DASH})\s*", _named),
        # بيروت - رويترز -   İSTANBUL-AA
        (r"^[^!?:;()\[\]]{2,80}?[-–—―‑]",
         rf"(?P<place>{_PLACE})\s?{_DASH}\s?(?P<agency>{agency})\s?(?:{_DASH}|:)\s*", _named),
        # 新华社北京7月4日电（记者王某）   中新网7月4日电   共同社东京7月4日电
        ("电",
         rf"[（(【]?(?P<agency>{cjk})(?P<place>[^\W\d_]{{1,10}}?)?\s?{_CJK_DATE}电\s?(?:[（(][^（）()]{{1,"
         rf"40}}[)）])?】?\s*", _named),
        # 【ワシントン＝共同】   ［ロンドン ４日 ロイター］ -   (서울=연합뉴스) 홍길동 기자 =
        (r"^[【\[［(（]",
         rf"{opens}(?P<place>[^\W\d_]{{1,12}})\s?[＝=・ ]\s?(?:{_CJK_DATE}\s?)?(?P<agency>{cjk}){closes}\s*", _named),
        # KYIV, Ukraine —   PUTRAJAYA, Nov 22 —   LONDON -
        (r"\s(?:--|[-–])\s|—",
         rf"(?P<place>{_UPPER}+(?:[ \-.’']{_UPPER}+){{0,3}}){region}{day}\s?(?:\s(?:--|[-–])\s|—)\s*", _capitals),
    )  # fmt: skip
    return tuple((re.compile(hint), re.compile(pattern), reader) for hint, pattern, reader in patterns)


def find_dateline(text: str) -> DatelineMatch | None:
    """The dateline that `text` begins with, or None. A credit in parentheses after a sentence is none."""
    head = text[:_HEAD]
    if head[:1].islower() or not _CAN_END.search(head):
        return None
    for hint, pattern, reader in _forms():
        found = pattern.match(head) if hint.search(head) else None
        if found and found.end() < len(text):
            read = reader(found)
            if read:
                place, agencies = read
                name = place.title() if place and place.isupper() else place
                return DatelineMatch(found.end(), found.group().strip(), name, agencies)
    return None
