"""References as pages and feeds write them, against the address of what they stand in (RFC 3986, 5)."""

from urllib.parse import urljoin


def resolved(reference: str, base: str) -> str | None:
    """The absolute address; None where the two cannot be joined, as with a bracket left open in the host."""
    try:
        return urljoin(base, reference)
    except ValueError:
        return None
