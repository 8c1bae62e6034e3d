"""What a name in a credit is: a person's, an organisation's, or no name at all ("staff", "editor")."""

import re
import tomllib
from functools import cache
from importlib.resources import files

from copydesk_cleaner.core.agencies import agency_code

_LONGEST_NAME = 60
_LONGEST_ORGANISATION = 120
_EDGES = " .,:;|-–—*·•'’()[]/"
_ADDRESS_LIKE = re.compile(r"[\w-]+(?:\.[\w-]+)*\.[a-z]{2,6}", re.IGNORECASE)
_UNNAMED = re.compile(r"[<>{}=@#?!…\\%:]|www\.")
_UNSEEN_IN_NAMES = re.compile(r"[<>{}=@#?!…\\%:;\"“”„«»_*\d]|www\.")
_HAN, _HANGUL, _KANA = r"\u3005\u3400-\u9fff", r"\uac00-\ud7af", r"\u3040-\u30ff"
_UNSPACED = re.compile(rf"[{_HAN}{_HANGUL}{_KANA}·・]{{2,12}}")
_UNSPACED_PERSON = re.compile(
    rf"[{_HAN}]{{2,5}}|[{_HANGUL}]{{2,5}}|[{_HAN}{_KANA}]{{1,8}}[·・][{_HAN}{_KANA}·・]{{2,12}}"
)


@cache
def _table() -> dict[str, str]:
    return tomllib.loads(files(__package__).joinpath("names.toml").read_text("utf-8"))


@cache
def phrases(kind: str) -> tuple[str, ...]:
    """One of the lists in names.toml, the longest first, for patterns."""
    listed = {phrase for part in _table()[kind].split(",") if (phrase := " ".join(part.split()))}
    return tuple(sorted(listed, key=lambda phrase: (-len(phrase), phrase)))


@cache
def words(kind: str) -> frozenset[str]:
    """One of the lists in names.toml, casefolded."""
    return frozenset(phrase.casefold() for phrase in phrases(kind))


@cache
def _generic() -> frozenset[str]:
    return words("nobody") | words("roles")


@cache
def _institutional() -> frozenset[str]:
    return words("organisations") | words("roles")


@cache
def _labels() -> frozenset[str]:
    return words("no_names") | _institutional()


def is_nobody(name: str) -> bool:
    """Whether the name says "staff", "editor" or "admin" and nothing else."""
    return all(word in _generic() for word in _bare_words(name))


def is_organisation(name: str) -> bool:
    """Whether a declared author is an agency, a desk, a site or a company by its name."""
    if agency_code(name) or _ADDRESS_LIKE.fullmatch(name):
        return True
    bare = _bare_words(name)
    if len(bare) == 1:
        return (name.isupper() and name.isalpha() and 2 <= len(name) <= 6) or holds_institution(name)
    return bare[:1] == ["the"] or holds_institution(name) or any(sign.isdigit() for sign in name)


def holds_institution(name: str) -> bool:
    """Whether a word of the name is one that organisations are called by, or desks (`Sportredaktion`, `MND Staff`)."""
    return any(word in _institutional() or word.rpartition("-")[2] in _institutional() for word in _bare_words(name))


def holds_label(text: str) -> bool:
    """Whether a word of a text on the page says that it is no name: `Updated`, `Share`, a figure."""
    return any(word in words("no_names") or word.isdigit() for word in _bare_words(text))


def is_unspaced(name: str) -> bool:
    """Whether a name is written in a script that sets no spaces."""
    return _UNSPACED.fullmatch(name) is not None


def could_be_declared(name: str) -> bool:
    """Whether an author field may mean this as a name: neither markup nor a sentence nor a number."""
    longest = _LONGEST_ORGANISATION if holds_institution(name) else _LONGEST_NAME
    return (
        2 <= len(name) <= longest
        and len(name.split()) <= 12
        and not _UNNAMED.search(name)
        and any(sign.isalpha() for sign in name)
    )


def looks_like_a_person(name: str) -> bool:
    """Whether a name on the page has a person's form: two to six words with capitals, none of them a role or label."""
    pieces = name.split()
    if not 2 <= len(name) <= _LONGEST_NAME or len(pieces) > 6 or _UNSEEN_IN_NAMES.search(name) or agency_code(name):
        return False
    bare = _bare_words(name)
    if (
        bare[:1] == ["the"]
        or is_nobody(name)
        or any(word in _labels() for word in bare)
        or _ADDRESS_LIKE.fullmatch(name)
    ):
        return False
    if len(pieces) == 1:
        return _UNSPACED_PERSON.fullmatch(name) is not None
    if holds_institution(name):
        return False
    cased = [piece for piece in pieces if piece.casefold() not in words("particles")]
    lettered = all(any(sign.isalpha() for sign in piece) for piece in pieces)
    return lettered and len(cased) > 1 and not any(piece[:1].islower() for piece in cased)


def _bare_words(name: str) -> list[str]:
    return [bare for word in name.casefold().split() if (bare := word.strip(_EDGES))]
