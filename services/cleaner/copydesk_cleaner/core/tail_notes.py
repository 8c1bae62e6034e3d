"""What blocks at an article's end say about it or to its reader: biographies, credits, newsletters."""

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from copydesk.contracts import CutReason
from copydesk_cleaner.core.lines import same_text
from copydesk_cleaner.core.readings import Reading

_LONGEST_BIOGRAPHY = 900
_LONGEST_INVITATION = 350
_LONGEST_OPENING = 220
_LONGEST_CONTACT = 300
_LONGEST_NOTE = 260
_LONGEST_AFFILIATE = 420
_LONGEST_COPYRIGHT = 120
_LEAST_NAME = 4
_PREFIX = 2
_CONTACT = re.compile(r"\S@\w[\w-]*\.\w|(?<![\w.])@\w{3,}")
_UPPER = r"[^\W\d_a-zà-öø-ÿа-яёα-ω]"
_NAME = re.compile(
    rf"(?:{_UPPER}[\w.’'-]*\.?\s+){{1,3}}(?:(?:de|van|von|der|den|da|dos|la|le|al|bin|el|di)\s+){{0,2}}{_UPPER}[\w’'-]+"
    r"(?:\s?\([^)]{1,40}\))?(?:,\s[^,.]{2,80},)?\s(?P<verb>[^\W\d_]+|[—–-])\s"
)
_AFTER_VERB = 140
"""Characters after the verb in which the role stands."""
_OUTER = " \t.:：!|·•*-–—_[]()（）【】«»→▶"
_NAMES_END = re.compile(r"\s*(?:,|;|\||/|&|·|•|\+|、|\s(?:and|und|en|et|y|e|i|och|og|ja|ve|и|та|і|و)\s)\s*")


@dataclass(frozen=True)
class TailNote:
    """Why a block is no part of the text."""

    reason: CutReason
    rule: str


@dataclass(frozen=True)
class _Words:
    newsletter: tuple[str, ...]
    channel: tuple[str, ...]
    donation: tuple[str, ...]
    gifts: tuple[str, ...]
    asks: tuple[str, ...]
    opens: dict[str, tuple[str, ...]]
    """By their first letters."""
    invitations: tuple[str, ...]
    biography_heads: frozenset[str]
    biography_verbs: frozenset[str]
    biography_roles: tuple[str, ...]
    biography_opens: tuple[str, ...]
    handles: tuple[str, ...]
    reachable: tuple[str, ...]
    tips: tuple[str, ...]
    credits: tuple[str, ...]
    contributed: tuple[str, ...]
    syndicated: tuple[str, ...]
    edited: tuple[str, ...]
    affiliate: tuple[str, ...]


@cache
def _words() -> _Words:
    table = tomllib.loads(files(__package__).joinpath("tails.toml").read_text("utf-8"))
    promotion, biography, notes = table["promotion"], table["biography"], table["notes"]
    return _Words(
        newsletter=_folded(promotion["newsletter"]),
        channel=_folded(promotion["channel"]),
        donation=_folded(promotion["donation"]),
        gifts=_folded(promotion["gifts"]),
        asks=_folded(promotion["asks"]),
        opens=_by_prefix(_folded(promotion["opens"])),
        invitations=_folded(promotion["invitations"]),
        biography_heads=frozenset(_folded(biography["heads"])),
        biography_verbs=frozenset(biography["verbs"].split()),
        biography_roles=_folded(biography["roles"]),
        biography_opens=_folded(biography["opens"]),
        handles=_folded(biography["handles"]),
        reachable=_folded(biography["reachable"]),
        tips=_folded(biography["tips"]),
        credits=_folded(notes["credits"]),
        contributed=_folded(notes["contributed"]),
        syndicated=_folded(notes["syndicated"]),
        edited=_folded(notes["edited"]),
        affiliate=_folded(notes["affiliate"]),
    )


def _folded(lines: Iterable[str]) -> tuple[str, ...]:
    return tuple(same_text(line) + (" " if line.endswith(" ") else "") for line in lines)


def _by_prefix(openings: Iterable[str]) -> dict[str, tuple[str, ...]]:
    index: dict[str, tuple[str, ...]] = {}
    for opening in openings:
        index[opening[:_PREFIX]] = (*index.get(opening[:_PREFIX], ()), opening)
    return index


def _names_any(key: str, words: Iterable[str]) -> bool:
    return any(map(key.__contains__, words))


def find_tail_note(reading: Reading, authors: frozenset[str]) -> TailNote | None:
    """What a block is if it stands at an article's end. `authors` are `same_text` keys of the article's authors."""
    length = len(reading.text)
    if length > _LONGEST_BIOGRAPHY:
        return None
    if is_author_line(reading, authors):
        return TailNote("byline", "line that names the authors")
    if _is_biography(reading, authors):
        return TailNote("author-biography", "biography under the text")
    if length <= _LONGEST_INVITATION and (reason := _invites(reading)):
        return TailNote(reason, "invitation under the text")
    if length <= _LONGEST_CONTACT and _is_contact(reading):
        return TailNote("author-biography", "how to reach the author or the desk")
    return _note_on_origin(reading.key) if length <= _LONGEST_NOTE else None


def is_biography_head(reading: Reading) -> bool:
    """Whether a line heads an author's biography ("Über die Autorin")."""
    return len(reading.text) <= 60 and reading.key.strip(_OUTER) in _words().biography_heads


def is_author_line(reading: Reading, authors: frozenset[str]) -> bool:
    """Whether a line is nothing but names of the article's authors."""
    if not authors or len(reading.text) > 160 or not _names_any(reading.key, authors):
        return False
    names = [name.strip(_OUTER) for name in _NAMES_END.split(reading.key)]
    return all(name in authors for name in names if name) and any(names)


def find_invitation(reading: Reading) -> TailNote | None:
    """A line anywhere that asks the reader for a gift, or begins by asking to take a newsletter."""
    if len(reading.text) > _LONGEST_OPENING:
        return None
    words, key = _words(), reading.key
    if _names_any(key, words.gifts) and _names_any(key, words.asks):
        return TailNote("donation", "request for a donation")
    if not key.startswith(words.opens.get(key[:_PREFIX], ())):
        return None
    invites = _names_any(key, words.newsletter) and _names_any(key, words.invitations)
    return TailNote("newsletter", "invitation to the reader") if invites else None


def is_affiliate_note(reading: Reading) -> bool:
    """Whether a block says that the publisher earns from the links in the text."""
    return len(reading.text) <= _LONGEST_AFFILIATE and _names_any(reading.key, _words().affiliate)


def _invites(reading: Reading) -> CutReason | None:
    words, key = _words(), reading.key
    if _names_any(key, words.donation):
        return "donation"
    if not _names_any(key, words.invitations):
        return None
    if _names_any(key, words.newsletter):
        return "newsletter"
    if len(reading.text) <= _LONGEST_OPENING and _names_any(key, words.channel):
        return "app-promotion" if "app" in key.split() else "share-widget"
    return None


def _is_biography(reading: Reading, authors: frozenset[str]) -> bool:
    words, key = _words(), reading.key
    if key.startswith(words.biography_opens):
        return True
    if any(" " in author and key.startswith(author) and len(key) > len(author) + 20 for author in authors):
        return reading.sentence
    parts = {part for author in authors for part in author.split() if len(part) >= _LEAST_NAME}
    if parts and not parts.isdisjoint(re.findall(r"\w+", key)) and _names_any(key, words.biography_roles):
        return reading.sentence
    found = _NAME.match(reading.text)
    if not found or found["verb"] not in words.biography_verbs:
        return False
    return _names_any(f"{key[: found.end() + _AFTER_VERB]} ", words.biography_roles)


def _is_contact(reading: Reading) -> bool:
    words, key = _words(), reading.key.lstrip("—–-•* ")
    if key.startswith(words.tips):
        return True
    asks = key.startswith(words.handles) or _names_any(key, words.reachable)
    return asks and _CONTACT.search(reading.text) is not None


def _note_on_origin(key: str) -> TailNote | None:
    words = _words()
    bare = key.lstrip("—–-•*([<（【 ")
    if bare.startswith(words.credits) or _names_any(key, words.contributed):
        return TailNote("byline", "who else worked on the text")
    if bare.startswith(words.syndicated) and not (bare.startswith("copyright") and len(bare) > _LONGEST_COPYRIGHT):
        return TailNote("legal-notice", "where the text appeared first")
    if _names_any(key, words.edited):
        return TailNote("furniture", "how the text was edited")
    return None


def find_head_note(reading: Reading) -> TailNote | None:
    """What a block is if it stands before the text: a note on links, first publication, or a newsletter's own head."""
    words, key = _words(), reading.key if len(reading.text) <= _LONGEST_AFFILIATE else ""
    if key and is_affiliate_note(reading):
        return TailNote("advertisement", "note on affiliate links")
    if len(key) <= _LONGEST_NOTE and key.startswith(words.syndicated):
        return TailNote("legal-notice", "where the text appeared first")
    if len(key) <= _LONGEST_OPENING and _names_any(key, words.newsletter) and _names_any(key, words.invitations):
        return TailNote("newsletter", "invitation before the text")
    return None
