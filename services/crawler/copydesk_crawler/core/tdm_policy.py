"""The file by which an origin reserves text and data mining: /.well-known/tdmrep.json.

TDM Reservation Protocol (W3C Community Group report), "TDM File on the Origin Server".
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

TDM_FILE = "/.well-known/tdmrep.json"
MAX_BYTES = 500 * 1024
_MAX_RULES = 5_000
_MAX_LOCATION = 2_048

_UNRESERVED = re.compile("%(2D|2E|3[0-9]|4[1-9A-F]|5[0-9A]|5F|6[1-9A-F]|7[0-9A]|7E)", re.IGNORECASE)
_SAFE = "/%?&=+,;:@!$'()*~[]#"


@dataclass(frozen=True)
class TdmRule:
    """`pieces` are what stands between the asterisks of a location; `anchored` when it ends with `$`."""

    pieces: tuple[str, ...]
    anchored: bool
    length: int
    reserved: bool
    policy: str | None

    def matches(self, path: str) -> bool:
        """Whether the pattern covers the path, in linear time: each piece is looked for after the one before."""
        first, *rest = self.pieces
        if not path.startswith(first):
            return False
        if self.anchored and not rest:
            return path == first
        place = len(first)
        last = rest.pop() if self.anchored else ""
        for piece in rest:
            found = path.find(piece, place)
            if found < 0:
                return False
            place = found + len(piece)
        return path.endswith(last) and len(path) - len(last) >= place


@dataclass(frozen=True)
class TdmPolicy:
    """The rules of one origin, in the order of its file; no rules mean that nothing is said."""

    rules: tuple[TdmRule, ...] = ()

    def reserves(self, url: str) -> TdmRule | None:
        """The rule that reserves the address, or None.

        The report takes the most specific rule and calls the first one that, but points to how robots.txt is read,
        where the longest wins. Where the two readings differ, the one that reserves is obeyed.
        """
        path = _path(url)
        matching = [rule for rule in self.rules if rule.matches(path)]
        if not matching:
            return None
        longest = max(matching, key=lambda rule: rule.length)
        return next((rule for rule in (matching[0], longest) if rule.reserved), None)


NOTHING_RESERVED = TdmPolicy()


def parse_tdm_policy(body: bytes) -> TdmPolicy:
    """Read the file; never raises. What is no such file says nothing, and a rule that cannot be read is left out."""
    try:
        document = json.loads(body[:MAX_BYTES].decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return NOTHING_RESERVED
    entries = document if isinstance(document, list) else [document]
    rules = (_rule(entry) for entry in entries[:_MAX_RULES] if isinstance(entry, Mapping))
    return TdmPolicy(tuple(rule for rule in rules if rule is not None))


def reservation(value: object) -> bool | None:
    """Whether a declared value reserves; None for what is neither 0 nor 1, which counts as unset."""
    text = str(value).strip() if isinstance(value, int | str) and not isinstance(value, bool) else ""
    return {"1": True, "0": False}.get(text)


def _rule(entry: Mapping[str, object]) -> TdmRule | None:
    location, policy = entry.get("location"), entry.get("tdm-policy")
    reserved = reservation(entry.get("tdm-reservation"))
    if not isinstance(location, str) or reserved is None or len(location) > _MAX_LOCATION:
        return None
    text = location.strip()
    if not text.startswith(("/", "*")):
        return None
    anchored = text.endswith("$")
    pieces = tuple(_normal(piece) for piece in text.removesuffix("$").split("*"))
    return TdmRule(pieces, anchored, len(text), reserved, policy if isinstance(policy, str) else None)


def _path(url: str) -> str:
    parts = urlsplit(url)
    return _normal((parts.path or "/") + (f"?{parts.query}" if parts.query else ""))


def _normal(text: str) -> str:
    """One spelling for all: unreserved characters plain, everything beyond ASCII percent-encoded."""
    encoded = quote(text, safe=_SAFE, errors="replace")
    plain = _UNRESERVED.sub(lambda found: chr(int(found[1], 16)), encoded)
    return re.sub("%[0-9a-fA-F]{2}", lambda found: found[0].upper(), plain)
