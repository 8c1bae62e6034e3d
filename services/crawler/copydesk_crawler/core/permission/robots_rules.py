"""The rules of one robots.txt group and which of them decides on a path (RFC 9309, 2.2.2 and 2.2.3).

Rules and paths are compared after one normalisation of percent-encoding. A wildcard pattern costs one search for each
of its literal parts, whatever its author meant by it.
"""

import re
from dataclasses import dataclass

_ESCAPE_OR_RAW = re.compile(rb"%[0-9A-Fa-f]{2}|[^A-Za-z0-9\-._~!$&'()*+,;=:@/?%]|%")
_UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_BARE_IN_PATH = _UNRESERVED | frozenset(b"!$'()*,:@;=&+")
_BARE_IN_QUERY = _UNRESERVED | frozenset(b"!$'()*,:@/?")
_MOST_WORK = 16_000_000
"""Octets that may be searched for one path: about 50 ms, where half a megabyte of wildcards may ask for a second."""

_INDEX = re.compile(rb"(?s)(.*/)index\.htm[^/]*")


@dataclass(frozen=True, slots=True)
class _Wildcard:
    """A pattern with `*` or a final `$`: its literal parts in order, and how many octets it is written with."""

    octets: int
    allow: bool
    first: bytes
    middle: tuple[bytes, ...]
    last: bytes | None
    anchored: bool

    def matches(self, path: bytes) -> bool:
        if not path.startswith(self.first):
            return False
        if self.last is None:
            return not self.anchored or len(path) == len(self.first)
        position = len(self.first)
        for part in self.middle:
            position = path.find(part, position)
            if position < 0:
                return False
            position += len(part)
        if self.anchored:
            return len(path) - len(self.last) >= position and path.endswith(self.last)
        return path.find(self.last, position) >= 0


class RuleSet:
    """Allow and Disallow rules; the longest that matches decides, Allow where two are equally long."""

    def __init__(self) -> None:
        self._prefixes: dict[bytes, bool] = {}
        self._wildcards: dict[tuple[bytes, bool], _Wildcard] = {}
        self._lengths: tuple[int, ...] = ()
        self._ranked: tuple[_Wildcard, ...] = ()

    def add(self, pattern: bytes, *, allow: bool) -> None:
        """Take a rule as written. Empty ones say nothing, and none that begins with neither `/` nor `*` can match.

        Allowing `index.html` allows its directory too, as Google's published parser has it.
        """
        if not pattern.startswith((b"/", b"*")):
            return
        self._take(pattern, allow)
        index = _INDEX.fullmatch(pattern)
        if allow and index:
            self._take(index[1] + b"$", allow)

    def sealed(self) -> "RuleSet":
        """The set ready for questions; `add` comes before."""
        self._lengths = tuple(sorted({len(prefix) for prefix in self._prefixes}, reverse=True))
        self._ranked = tuple(sorted(self._wildcards.values(), key=lambda rule: (rule.octets, rule.allow), reverse=True))
        return self

    def allows(self, path: bytes) -> bool:
        """Decide on a normalised path with its query; what would take too long to decide is not allowed."""
        if len(self._ranked) * len(path) > _MOST_WORK:
            return False
        octets, allowed = self._by_prefix(path)
        for rule in self._ranked:
            if rule.octets < octets or (rule.octets == octets and allowed):
                break
            if rule.matches(path):
                return rule.allow
        return allowed

    def _by_prefix(self, path: bytes) -> tuple[int, bool]:
        for length in self._lengths:
            verdict = self._prefixes.get(path[:length]) if length <= len(path) else None
            if verdict is not None:
                return length, verdict
        return 0, True

    def _take(self, pattern: bytes, allow: bool) -> None:
        anchored = pattern.endswith(b"$")
        parts, octets = _normalised_parts(pattern[:-1] if anchored else pattern)
        if len(parts) == 1 and not anchored:
            self._prefixes[parts[0]] = allow or self._prefixes.get(parts[0], False)
            return
        first, *rest = parts
        middle = tuple(part for part in rest[:-1] if part)
        rule = _Wildcard(octets + anchored, allow, first, middle, rest[-1] if rest else None, anchored)
        self._wildcards[pattern, allow] = rule


def normalised_path(url: str) -> bytes:
    """Path and query of a URL as rules are compared with; `/` where the URL has no path."""
    rest = url.encode("utf-8", "surrogatepass").partition(b"#")[0]
    rest = rest.partition(b"://")[2] or rest
    start = re.search(rb"[/?]", rest)
    path = rest[start.start() :] if start else b"/"
    return _normalised(path if path.startswith(b"/") else b"/" + path, in_query=False)[0]


def _normalised_parts(pattern: bytes) -> tuple[list[bytes], int]:
    """The literal parts between the stars, and the octets of the whole."""
    parts: list[bytes] = []
    in_query = False
    for part in pattern.split(b"*"):
        normal, in_query = _normalised(part, in_query=in_query)
        parts.append(normal)
    return parts, sum(map(len, parts)) + len(parts) - 1


def _normalised(text: bytes, *, in_query: bool) -> tuple[bytes, bool]:
    """One spelling of each octet, and whether the text ends inside a query.

    Unreserved characters are bare and all else that is not ASCII is encoded (RFC 9309, 2.2.2). Reserved characters
    are the same encoded or not where they separate nothing: `%2F` is a slash in a query and none in a path.
    """
    path, mark, query = (b"", b"", text) if in_query else text.partition(b"?")
    return _spelled(path, _BARE_IN_PATH) + mark + _spelled(query, _BARE_IN_QUERY), in_query or bool(mark)


def _spelled(text: bytes, bare: frozenset[int]) -> bytes:
    def spell(found: re.Match[bytes]) -> bytes:
        octets = found[0]
        if len(octets) == 1:
            return b"%%%02X" % octets[0]
        octet = int(octets[1:], 16)
        return bytes((octet,)) if octet in bare else octets.upper()

    return _ESCAPE_OR_RAW.sub(spell, text)
