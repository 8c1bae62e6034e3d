"""Trace context that travels with the messages (W3C Trace Context, level 1, section 3.2)."""

import re
import secrets

_TRACEPARENT = re.compile(
    r"(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-([0-9a-f]{2})(-.*)?", re.ASCII
)
_SAMPLED = "01"


def child_traceparent(parent: str | None) -> str:
    """A span of the parent's trace; the root of a new trace when there is no parent or it is malformed."""
    span = secrets.token_hex(8)
    match = _TRACEPARENT.fullmatch(parent) if parent else None
    if match is None:
        return f"00-{secrets.token_hex(16)}-{span}-{_SAMPLED}"
    trace, flags = match.group(1), match.group(2)
    return f"00-{trace}-{span}-{flags}"
