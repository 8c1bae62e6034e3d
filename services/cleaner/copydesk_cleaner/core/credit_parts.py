"""A credit (`By Ana Ruiz and Jan de Vries in Lima, dpa`) cut into the names that it lists."""

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from html import unescape

from copydesk_cleaner.core.name_kinds import (
    holds_institution,
    is_nobody,
    is_organisation,
    is_unspaced,
    looks_like_a_person,
    phrases,
    words,
)

_LONGEST_CREDIT = 1_000
_LONGEST_LEAD = 40
_INVISIBLE = re.compile(r"[\u00ad\u200b-\u200f\u2060\ufeff]|<[^<>]{0,300}>")
_ADDRESSES = re.compile(r"\(?(?:https?://\S+|[\w.+-]+@[\w-]+\.\w[\w.-]*|(?<!\w)@\w+|www\.\S+)\)?")
_ADDRESS_SIGN = re.compile(r"://|@|www\.")
_MONTH = r"[^\W\d_]{3,12}\.?"
_DATES = re.compile(
    rf"\d{{1,2}}(?:\.|st|nd|rd|th|º|er)?\s+(?:de\s+)?{_MONTH},?\s+(?:de\s+)?\d{{4}}|{_MONTH}\s+\d{{1,2}},?\s+\d{{4}}"
    r"|\d{4}\s?[-/.年년]\s?\d{1,2}\s?[-/.月월]\s?\d{1,2}[日일]?|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}"
    r"|\d{1,2}[:.h]\d{2}(?::\d{2})?\s?(?:[ap]\.?m\.?|uhr|h)?(?!\w)",
    re.IGNORECASE,
)
_DIGIT = re.compile(r"\d")
_SEPARATORS = re.compile(r"\s*(?:[;|•&+、，；／/\n]|(?<!\w)·|·(?!\w))\s*")
_TRAILER = re.compile(r"\s*[(\[（【].*$|\s+[-–—]\s.*$")
_PLACE = re.compile(r"^(\S+\s+\S.*?)\s+(?:for|in|at|from|aus|via|bei|für|pour|para|voor)\s.*$")
"""`Ana Ruiz in Lima`, `Ana Ruiz for The Courier`."""
_INITIAL = re.compile(r"[^\W\d_]\.")
_ASIDE = re.compile(r"\s[-–—]\s|\s?[(\[]")
_ABBREVIATED = re.compile(r"(?:\b\w|\b(?:[JS]r|e\.V|Inc|Ltd|Co|Corp))\.$")
_SIDES = " ,:;|-–—*·•'’/"
_OPENERS = " ,.·•|–—-"
_WEAK = frozenset(
    {"a", "e", "i", "y", "en", "et", "ir", "un", "na", "da", "dan", "ja", "ve", "и", "й", "і", "та", "да"}
)
"""Words that join names, but stand inside names or before places as well."""
_UNSPACED_LEAD = re.compile(
    r"^\s*(?:(?:作者|记者|記者|撰文|本报记者|执笔|執筆|取材|撰稿|작성자)\s?[:：/／]?\s?|(?:文|글)\s?[:：/／]\s?)"
)


def _any_of(kind: str) -> str:
    return "|".join(map(re.escape, phrases(kind)))


@cache
def _lead() -> re.Pattern[str]:
    """`By`, `Text:`, `Ein Kommentar von` at the start of a credit."""
    return re.compile(
        rf"\s*(?:(?:{_any_of('genres')})\s?[:,]?\s+)?(?:{_any_of('by')})(?:\s?[:：/]\s*|\s+|$)", re.IGNORECASE
    )


@cache
def _first_words() -> frozenset[str]:
    """The words with which a lead begins: whatever else a credit begins with is not worth a search."""
    return frozenset(phrase.split()[0].casefold() for phrase in phrases("by") + phrases("genres"))


@cache
def _joiner() -> re.Pattern[str]:
    return re.compile(rf"\s+({_any_of('joiners')})\s+")


@cache
def _ending() -> re.Pattern[str]:
    """The role behind a name in Korean, Japanese and Chinese, with `and n others`."""
    return re.compile(rf"\s*(?:{_any_of('endings')})(?:\s*외\s*\d+\s*명)?$")


@lru_cache(maxsize=2_000)
def credit_parts(printed: str) -> tuple[str, ...]:
    """The names that a credit lists, without what is said of them; some may be roles, places or organisations.

    Kept, because a page names its authors in several places, and a site its sections on every page."""
    return tuple(_credit_parts(printed[:_LONGEST_CREDIT]))


def _credit_parts(printed: str) -> Iterator[str]:
    text = _INVISIBLE.sub("", unescape(printed))
    text = _ADDRESSES.sub(" | ", " ".join(text.split())) if _ADDRESS_SIGN.search(text) else " ".join(text.split())
    text = without_lead(_DATES.sub(" | ", text) if _DIGIT.search(text) else text)
    pieces = [text] if _is_one_organisation(text) else _SEPARATORS.split(text)
    for piece in pieces:
        for item in _comma_items(without_lead(piece)):
            for name in [item] if _is_one_organisation(item) else _joined(without_lead(item)):
                if tidy := _tidy(name):
                    yield tidy


def without_lead(text: str) -> str:
    """The credit without `by` in one of many languages."""
    bare = text.lstrip(_OPENERS)
    if bare.partition(" ")[0].rstrip(":：,/").casefold() in _first_words() and (found := _lead().match(bare)):
        bare = bare[found.end() :]
    return _UNSPACED_LEAD.sub("", bare).strip()


def has_lead(text: str) -> bool:
    """Whether a text begins with "by"."""
    return without_lead(text) != text.lstrip(_OPENERS).rstrip()


def is_lead(text: str) -> bool:
    """Whether a text is "by" alone, its names standing in the next element."""
    return len(text) <= _LONGEST_LEAD and _lead().fullmatch(text) is not None


def has_date(text: str) -> bool:
    """Whether a date or time of day is printed in figures; with a month's name where the year follows."""
    return _DIGIT.search(text) is not None and _DATES.search(text) is not None


def _is_one_organisation(text: str) -> bool:
    """Whether `and` or `&` stands within an organisation's name: `Institute of Law and Letters`, `Lund & Co. KG`."""
    text = _ASIDE.split(text, maxsplit=1)[0]
    joined = _joiner().search(text) or re.search(r"\s&\s", text)
    if not joined or any(sign in text for sign in ",;|/"):
        return False
    before, after = text[: joined.start()], text[joined.end() :]
    if looks_like_a_person(before) or looks_like_a_person(after) or is_nobody(after):
        return False
    return holds_institution(after) or (holds_institution(before) and not is_organisation(after))


def _comma_items(piece: str) -> Iterator[str]:
    """What stands between commas; `Last, First` put in order, `Jr.` back to its name, degrees left out."""
    items = [item.strip() for item in piece.split(",") if item.strip()]
    if len(items) == 2 and all(_could_be_half(item) for item in items):
        items.reverse()
        items = [" ".join(items)]
    names: list[str] = []
    for item in items:
        if names and item.casefold() in words("suffixes"):
            names[-1] += f" {item}"
        elif item.casefold().rstrip(".") not in words("degrees"):
            names.append(item)
    yield from names


def _could_be_half(item: str) -> bool:
    """Whether an item could be half of `Last, First` or `von Last, First M.`."""
    pieces = [piece for piece in item.split() if piece not in words("particles") and not _INITIAL.fullmatch(piece)]
    if len(pieces) != 1 or is_organisation(item) or is_nobody(item):
        return False
    plain = re.sub(r"[-'’]", "", pieces[0])
    return plain.isalpha() and plain[0].isupper() and not plain.isupper()


def _joined(item: str) -> Iterator[str]:
    """The names around `and`; a word that may as well be part of a name joins only full names."""
    start = 0
    while found := _joiner().search(item, start):
        before, after = item[: found.start()], item[found.end() :]
        if found[1] in _WEAK and not (_is_full(before) and _is_full(after)):
            start = found.start() + 1
            continue
        yield before
        item, start = after, 0
    yield item


def _is_full(name: str) -> bool:
    return " " in name.strip() or is_unspaced(name)


def _tidy(name: str) -> str:
    """A name without form of address, role before it, degree, place and brackets."""
    pieces = _ending().sub("", name.strip(_SIDES)).split()
    while len(pieces) > 1 and pieces[0].casefold().strip(".") in words("address"):
        pieces.pop(0)
    last_role = max((at for at, piece in enumerate(pieces) if piece.casefold() in words("roles")), default=-1)
    if 0 <= last_role < len(pieces) - 2:
        pieces = pieces[last_role + 1 :]
    whole = " ".join(pieces)
    bare = _PLACE.sub(r"\1", _TRAILER.sub("", whole))
    pieces = (whole if holds_institution(whole) and not looks_like_a_person(bare) else bare).strip(_SIDES).split()
    while len(pieces) > 2 and pieces[-1].casefold().strip(".") in words("degrees"):
        pieces.pop()
    tidy = " ".join(pieces)
    return tidy if _ABBREVIATED.search(tidy) else tidy.rstrip(".")
