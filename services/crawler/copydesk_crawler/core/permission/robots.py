"""robots.txt by RFC 9309, with the leniency of Google's published parser where authors commonly err.

Read here, by no library: of the 450 assertions in tests/unit/crawler/robots_cases.py Protego 0.7 meets 426,
gpyrobotstxt 1.0 418 and robotspy 0.13 411. Protego lets unknown lines end a list of agents and takes an encoded
question mark for a bare one; gpyrobotstxt misses percent-encoding, and robotspy misspelt fields and single CRs.
"""

import re
from dataclasses import dataclass
from datetime import timedelta

from copydesk_crawler.core.permission.robots_rules import RuleSet, normalised_path

MAX_BYTES = 500 * 1024
MAX_REDIRECTS = 5
MAX_CRAWL_DELAY = timedelta(minutes=5)
_MAX_LINE = 16_663
"""Eight times the longest URL of old browsers: what Google's published parser reads of a line."""

_LINE_BREAK = re.compile(rb"\r\n|\r|\n")
_BLANKS = b" \t\n\v\f\r\x00"
_TOKEN = re.compile(rb"[A-Za-z_-]+")
_SECONDS = re.compile(rb"(\d{1,9}(?:[.,]\d{1,9})?)\s*(?:s|secs?|seconds?)?", re.IGNORECASE)
_FIELD = re.compile(
    rb"(?P<agent>user[- ]?agent)"
    rb"|(?P<allow>allow)"
    rb"|(?P<disallow>disallow|dissallow|dissalow|disalow|diasllow|disallaw)"
    rb"|(?P<sitemap>site-?map)"
    rb"|(?P<delay>crawl[- ]?delay)",
    re.IGNORECASE,
)
"""Field names count when they begin so: `Disallowed` and `Sitemaps` are what Google's parser takes them for."""

_MARKS = ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))


@dataclass(frozen=True)
class RobotsRules:
    """What one origin's robots.txt says to us. `delay` is its Crawl-delay, `sitemaps` the URLs it names."""

    rules: RuleSet
    delay: timedelta | None
    sitemaps: tuple[str, ...]

    def allows(self, url: str) -> bool:
        """Whether `url` may be fetched; robots.txt itself always may (RFC 9309, 2.2.2)."""
        path = normalised_path(url)
        return path == b"/robots.txt" or self.rules.allows(path)


class _Group:
    """Rules and delay of all groups that name one agent."""

    def __init__(self) -> None:
        self.named = False
        self.rules = RuleSet()
        self.delay: timedelta | None = None


def product_token(user_agent: str) -> str:
    """The name that robots.txt groups are matched with: `copydesk` of `Copydesk/0.1 (+https://…)`; may be empty."""
    found = _TOKEN.match(user_agent.strip().encode())
    return found[0].decode().lower() if found else ""


def parse_robots(body: bytes, user_agent: str) -> RobotsRules:
    """Read the first 500 KiB; never raises, as unreadable lines are skipped (RFC 9309, 2.2)."""
    token = product_token(user_agent).encode()
    ours, everyone = _Group(), _Group()
    sitemaps: list[str] = []
    current: list[_Group] = []
    timed: list[_Group] = []
    in_rules = in_delays = False
    for line in _LINE_BREAK.split(_text(body)):
        field, value = _record(line)
        if field == "agent":
            current = [] if in_rules else current
            timed = [] if in_rules or in_delays else timed
            in_rules = in_delays = False
            for group in _addressed(value, token, ours, everyone):
                group.named = True
                current.append(group)
                timed.append(group)
        elif field in ("allow", "disallow"):
            in_rules = True
            for group in current:
                group.rules.add(value, allow=field == "allow")
        elif field == "delay":
            in_delays = True
            _note_delay(timed, value)
        elif field == "sitemap" and value:
            sitemaps.append(value.decode("utf-8", "replace"))
    group = ours if ours.named else everyone
    return RobotsRules(group.rules.sealed(), group.delay, tuple(dict.fromkeys(sitemaps)))


def allow_all() -> RobotsRules:
    """The rules of an origin without a robots.txt (RFC 9309, 2.3.1.3: any 4xx)."""
    return RobotsRules(RuleSet().sealed(), None, ())


def read_part(body: bytes) -> bytes:
    """The part of a robots.txt that is read: 500 KiB up to a line's end, since half a path is another rule."""
    if len(body) <= MAX_BYTES:
        return body
    whole_lines = max(body.rfind(b"\n", 0, MAX_BYTES), body.rfind(b"\r", 0, MAX_BYTES)) + 1
    return body[: whole_lines or MAX_BYTES]


def _text(body: bytes) -> bytes:
    """The body as UTF-8 without its byte order mark, of which Google's parser takes a part too."""
    body = read_part(body)
    for mark, encoding in _MARKS:
        if body.startswith(mark):
            return body[2:].decode(encoding, "replace").encode("utf-8", "replace")
    for mark_bytes in (b"\xef\xbb\xbf", b"\xef\xbb", b"\xef"):
        if body.startswith(mark_bytes):
            return body[len(mark_bytes) :]
    return body


def _record(line: bytes) -> tuple[str | None, bytes]:
    """Field and value of a line; a blank does for a forgotten colon where the line has just two words."""
    text = line[:_MAX_LINE].partition(b"#")[0].strip(_BLANKS)
    name, colon, value = text.partition(b":")
    if not colon or (b" " in name.strip() and value.startswith(b"//")):
        words = text.split()
        if len(words) != 2:
            return None, b""
        name, value = words
    found = _FIELD.match(name.strip(_BLANKS))
    return (found.lastgroup if found else None), value.strip(_BLANKS)


def _addressed(value: bytes, token: bytes, ours: _Group, everyone: _Group) -> tuple[_Group, ...]:
    """Whom an agent line means. Ours is named by its whole product token only, whatever follows it (2.2.1)."""
    if value.startswith(b"*") and value[1:2] in (b"", b" ", b"\t"):
        return (everyone,)
    found = _TOKEN.match(value)
    return (ours,) if found and found[0].lower() == token else ()


def _note_delay(groups: list[_Group], value: bytes) -> None:
    """The longest delay that a group asks for, bounded.

    The line ends no group, but is meant for those alone who are named before it.
    """
    found = _SECONDS.fullmatch(value)
    if not found:
        return
    seconds = float(found[1].replace(b",", b"."))
    delay = min(timedelta(seconds=min(seconds, 1e6)), MAX_CRAWL_DELAY)
    for group in groups:
        if delay:
            group.delay = max(delay, group.delay or delay)
