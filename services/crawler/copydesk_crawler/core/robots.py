"""robots.txt by RFC 9309, on Protego; group selection and line reading are ours where the two differ."""

import re
from dataclasses import dataclass
from datetime import timedelta

from protego import Protego

MAX_BYTES = 500 * 1024
MAX_REDIRECTS = 5
CACHE = timedelta(hours=24)
UNREACHABLE_CACHE = timedelta(minutes=5)
MAX_CRAWL_DELAY = timedelta(minutes=5)
_MAX_LINE = 16_664
"""Eight times the longest URL of old browsers: what Google's published parser reads of a line."""

_LINE_BREAK = re.compile(r"\r\n|\r|\n")
_AGENT = re.compile(r"\s*user[- ]?agent\s*:\s*(.*)", re.IGNORECASE)
_TOKEN = re.compile(r"\*(?=\s|$)|[A-Za-z_-]+")
_UNSEEN = re.compile(r"[\x00\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_NOBODY = "x-none"


@dataclass(frozen=True)
class RobotsRules:
    """What one origin's robots.txt says to us. `delay` is its Crawl-delay, `sitemaps` the URLs it names."""

    parser: Protego
    agent: str
    delay: timedelta | None
    sitemaps: tuple[str, ...]

    def allows(self, url: str) -> bool:
        return bool(self.parser.can_fetch(url, self.agent))


def product_token(user_agent: str) -> str:
    """The name that robots.txt groups are matched with: `Copydesk` of `Copydesk/0.1 (+https://…)`."""
    found = _TOKEN.match(user_agent.strip())
    return found[0].lower() if found and found[0] != "*" else _NOBODY


def parse_robots(body: bytes, user_agent: str) -> RobotsRules:
    """Read the first 500 KiB; never raises, as unreadable lines are skipped (RFC 9309, 2.2)."""
    text = body[:MAX_BYTES].decode("utf-8", "replace").removeprefix("\ufeff")
    token = product_token(user_agent)
    lines = [_line(line[:_MAX_LINE], token) for line in _LINE_BREAK.split(text)]
    parser = Protego.parse("\n".join(lines))
    has_group = f"user-agent: {token}" in lines
    agent = token if has_group else "*"
    delay = parser.crawl_delay(agent)
    return RobotsRules(
        parser,
        agent,
        min(timedelta(seconds=min(delay, 1e6)), MAX_CRAWL_DELAY) if delay else None,
        tuple(parser.sitemaps),
    )


def allow_all(user_agent: str) -> RobotsRules:
    """The rules of an origin without a robots.txt (RFC 9309, 2.3.1.3: any 4xx)."""
    return parse_robots(b"", user_agent)


def _line(line: str, token: str) -> str:
    """A line as the parser should see it.

    A group is ours only when its product token is exactly ours (RFC 9309, 2.2.1); the parser would also take a
    prefix of it. Characters that Python, but no robots.txt, breaks lines at are blanks.
    """
    line = _UNSEEN.sub(" ", line)
    agent = _AGENT.match(line.partition("#")[0])
    if not agent:
        return line
    found = _TOKEN.match(agent[1].strip())
    name = found[0].lower() if found else _NOBODY
    return f"user-agent: {name if name in (token, '*') else _NOBODY}"
