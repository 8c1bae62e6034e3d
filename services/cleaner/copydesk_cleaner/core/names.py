"""Names in bylines and author fields: people, organisations and agencies, told apart."""

import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from html import unescape
from importlib.resources import files

from copydesk_cleaner.core.agencies import agency_code

_LONGEST_NAME = 60
_LONGEST_CREDIT = 400
_INVISIBLE = re.compile(r"[\u00ad\u200b-\u200f\u2060\ufeff]|<[^<>]{0,300}>")
_ADDRESSES = re.compile(r"\(?(?:https?://\S+|[\w.+-]+@[\w-]+\.\w[\w.-]*|(?<!\w)@\w+|www\.\S+)\)?")
_MONTH = r"[^\W\d_]{3,12}\.?"
_DATES = re.compile(
    rf"\d{{1,2}}(?:\.|st|nd|rd|th|º|er)?\s+(?:de\s+)?{_MONTH},?\s+(?:de\s+)?\d{{4}}|{_MONTH}\s+\d{{1,2}},?\s+\d{{4}}"
    r"|\d{4}\s?[-/.年년]\s?\d{1,2}\s?[-/.月월]\s?\d{1,2}[日일]?|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}"
    r"|\d{1,2}[:.h]\d{2}(?::\d{2})?\s?(?:[ap]\.?m\.?|uhr|h)?(?!\w)",
    re.IGNORECASE,
)
_SEPARATORS = re.compile(r"\s*(?:[;|•&+、，；／/\n]|(?<!\w)·|·(?!\w))\s*")
_TRAILER = re.compile(r"\s*[(\[（【].*$|\s+[-–—]\s.*$|(?<=\S)\s+(?:for|in|at|from|aus|via|bei|für|pour|para|voor)\s.*$")
_DASH = re.compile(r"^\s*[-–—]\s+")
_ADDRESS_LIKE = re.compile(r"^[\w-]+(?:\.[\w-]+)*\.[a-z]{2,6}$", re.IGNORECASE)
_NO_NAME = re.compile(r"[<>{}=@#?!…\"“”„«»\\_%*]|https?:|www\.")
_CJK_NAME = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af·・]{2,12}")
_CJK_PERSON = re.compile(
    r"[\u3400-\u9fff]{2,5}|[\uac00-\ud7af]{2,5}|[\u3040-\u30ff\u3400-\u9fff]{2,8}[·・][\u3040-\u30ff\u3400-\u9fff·・]{2,12}"
)
_CJK_BY = re.compile(
    r"^\s*(?:(?:作者|记者|記者|撰文|本报记者|执笔|執筆|取材|撰稿|작성자)\s?[:：/／]?\s?|(?:文|글)\s?[:：/／]\s?)"
)
_EDGES = " .,:;|-–—*·•'’()[]/"
_OPENERS = " ,.·•|–—-"
_WEAK = frozenset(
    {"a", "e", "i", "y", "o", "en", "et", "ir", "un", "na", "da", "dan", "ja", "ve", "и", "й", "і", "та", "да"}
)
"""Words that join names, but stand inside names or before places as well."""


@cache
def words(kind: str) -> frozenset[str]:
    """One of the lists in names.toml."""
    return frozenset(_phrases(kind))


@cache
def _table() -> dict[str, str]:
    return tomllib.loads(files(__package__).joinpath("names.toml").read_text("utf-8"))


def _phrases(kind: str) -> list[str]:
    return [phrase for phrase in (" ".join(part.split()) for part in _table()[kind].split(",")) if phrase]


def _any_of(kind: str) -> str:
    return "|".join(re.escape(phrase) for phrase in sorted(set(_phrases(kind)), key=len, reverse=True))


@cache
def _lead() -> re.Pattern[str]:
    """`By`, `Text:`, `Ein Kommentar von` at the start of a credit."""
    return re.compile(
        rf"^\s*(?:(?:{_any_of('genres')})\s?[:,]?\s+)?(?:{_any_of('by')})(?:\s?[:：/]\s*|\s+|$)", re.IGNORECASE
    )


@cache
def _joiner() -> re.Pattern[str]:
    return re.compile(rf"\s+({_any_of('joiners')})\s+")


@cache
def _ending() -> re.Pattern[str]:
    """The role behind a name in Korean, Japanese and Chinese, with `and n others`."""
    return re.compile(rf"\s*(?:{_any_of('endings')})(?:\s*외\s*\d+\s*명)?$")


@cache
def _first_words() -> frozenset[str]:
    """The words with which a lead begins: whatever else a credit begins with is not worth a search."""
    return frozenset(phrase.split()[0].casefold() for phrase in _phrases("by") + _phrases("genres"))


@cache
def _generic() -> frozenset[str]:
    return words("nobody") | words("roles")


@dataclass(frozen=True)
class Credits:
    """Who is named in a credit, as printed, in its order, each once; an agency is among the organisations too."""

    people: tuple[str, ...] = ()
    organisations: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.people or self.organisations)


def read_credits(declared: Iterable[str]) -> Credits:
    """Who the values of an author field name.

    Such a field says that these are authors, so a single word, an abbreviation or a name in small letters is a person;
    what says only "staff" or "editor", in any of the languages of names.toml, is nobody.
    """
    people: list[str] = []
    organisations: list[str] = []
    for printed in declared:
        parts = [*_parts(printed)]
        spaced = any(" " in part for part in parts)
        for part in parts:
            if is_nobody(part) or not _could_be_named(part):
                continue
            if is_organisation(part):
                organisations.append(part)
            elif not (spaced and " " not in part and not _CJK_NAME.fullmatch(part)):
                people.append(part)
    return Credits(tuple(each_once(people)), tuple(each_once(organisations)))


def person_name(printed: str) -> str | None:
    """A person's name without role, title and address, or None where it is none (a desk, an agency, a place)."""
    return next((part for part in _parts(printed) if _looks_like_a_person(part)), None)


def person_names(printed: str) -> list[str]:
    """The people in a byline such as `By Ana Ruiz and Jan de Vries, dpa`, in its order, each once."""
    return each_once(part for part in _parts(printed) if _looks_like_a_person(part))


def is_byline(text: str) -> bool:
    """Whether a short line is a byline: "by" in one of many languages, then names or an agency."""
    if len(text) > 100 or text.rstrip()[-1:] in ".!?":
        return False
    line = text.strip()
    rest = _without_lead(line)
    if rest == line.lstrip(_OPENERS) or len(rest) < 2:
        return False
    return bool(person_names(rest)) or agency_code(rest) is not None


def is_lead(text: str) -> bool:
    """Whether a text is "by" alone, its names standing in the next element."""
    found = _lead().match(text) if len(text) <= 40 else None
    return found is not None and found.end() == len(text)


def has_date(text: str) -> bool:
    return _DATES.search(text) is not None


def each_once(names: Iterable[str]) -> list[str]:
    """The names without those that differ from an earlier one in case alone."""
    return list({name.casefold(): name for name in reversed([*names])}.values())[::-1]


def is_nobody(name: str) -> bool:
    """Whether the name says "staff", "editor" or "admin" and nothing else."""
    return all(word.strip(_EDGES) in _generic() for word in name.casefold().split())


def is_organisation(name: str) -> bool:
    """Whether a declared author is an agency, a desk, a site or a company by its name."""
    if agency_code(name) or _ADDRESS_LIKE.match(name):
        return True
    lower = [word.strip(_EDGES) for word in name.casefold().split()]
    if len(lower) == 1:
        return (name.isupper() and name.isalpha() and len(name) in range(2, 7)) or _institution(lower[0])
    return lower[0] == "the" or any(_institution(word) for word in lower)


def _institution(word: str) -> bool:
    known = words("organisations")
    return word in known or any(part in known for part in word.split("-")[-1:]) or word in words("roles")


def _parts(printed: str) -> Iterator[str]:
    """The names that a credit lists, without what is said of them."""
    text = _INVISIBLE.sub("", unescape(printed[:_LONGEST_CREDIT]))
    text = _DATES.sub(" | ", _ADDRESSES.sub(" | ", " ".join(text.split())))
    for piece in _SEPARATORS.split(_without_lead(text)):
        for item in _comma_items(_DASH.sub("", _without_lead(piece))):
            for name in _joined(_without_lead(item)):
                if tidy := _tidy(name):
                    yield tidy


def _without_lead(text: str) -> str:
    bare = text.lstrip(_OPENERS)
    if bare.partition(" ")[0].rstrip(":：,/").casefold() in _first_words():
        bare = _lead().sub("", bare)
    return _CJK_BY.sub("", bare).strip()


def _comma_items(piece: str) -> Iterator[str]:
    """What stands between commas; `Last, First` put in order, `Jr.` back to its name, degrees left out."""
    items = [item.strip() for item in piece.split(",") if item.strip()]
    if len(items) == 2 and all(_single(item) for item in items):
        items = [f"{items[1]} {items[0]}"]
    names: list[str] = []
    for item in items:
        bare = item.casefold().strip()
        if names and bare in words("suffixes"):
            names[-1] += " " + item
        elif bare.rstrip(".") not in words("degrees"):
            names.append(item)
    yield from names


def _single(item: str) -> bool:
    """Whether an item could be half of `Last, First`."""
    plain = item.replace("-", "").replace("'", "").replace("’", "")
    return (
        plain.isalpha()
        and item[0].isupper()
        and not item.isupper()
        and not is_organisation(item)
        and not is_nobody(item)
    )


def _joined(item: str) -> Iterator[str]:
    """The names around `and`; a word that may as well be part of a name joins only full names."""
    rest = item
    start = 0
    while found := _joiner().search(rest, start):
        before, after = rest[: found.start()], rest[found.end() :]
        if found[1] in _WEAK and not (_full(before) and _full(after)):
            start = found.start() + 1
            continue
        yield before
        rest, start = after, 0
    yield rest


def _full(name: str) -> bool:
    return len(name.split()) > 1 or _CJK_NAME.fullmatch(name) is not None


def _tidy(name: str) -> str:
    """A name without role before or behind it, title, degree, place and brackets."""
    bare = _TRAILER.sub("", name).strip(" ,:;|-–—*·•'’/")
    bare = _ending().sub("", bare)
    pieces = bare.split()
    while len(pieces) > 1 and pieces[0].casefold().strip(".") in words("titles"):
        pieces.pop(0)
    while len(pieces) > 2 and pieces[0].casefold() in words("roles"):
        pieces.pop(0)
    while len(pieces) > 2 and pieces[-1].casefold().strip(".") in words("degrees"):
        pieces.pop()
    tidy = " ".join(pieces)
    return tidy if re.search(r"\w\.$", tidy) and "." in tidy[-4:] else tidy.rstrip(".")


def _could_be_named(name: str) -> bool:
    return (
        2 <= len(name) <= _LONGEST_NAME
        and len(name.split()) <= 8
        and not re.search(r"[<>{}=@#?!…\\%]|https?:|www\.", name)
        and not (any(character.isdigit() for character in name) and " " in name)
        and any(character.isalpha() for character in name)
    )


def _looks_like_a_person(name: str) -> bool:
    """Whether a name on the page has a person's form: two to six words with capitals, none of them a role or label."""
    pieces = name.split()
    if not 2 <= len(name) <= _LONGEST_NAME or len(pieces) > 6 or _NO_NAME.search(name) or agency_code(name):
        return False
    if any(character.isdigit() for character in name) or _ADDRESS_LIKE.match(name):
        return False
    lower = [piece.casefold().strip(_EDGES) for piece in pieces]
    if lower[0] == "the" or is_nobody(name) or any(word in words("no_names") or _institution(word) for word in lower):
        return False
    if len(pieces) == 1:
        return _CJK_PERSON.fullmatch(name) is not None
    cased = [piece for piece, word in zip(pieces, lower, strict=True) if word not in words("particles")]
    return len(cased) > 1 and not any(piece[:1].islower() for piece in cased)
