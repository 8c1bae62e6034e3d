"""What an answer's headers say, read once and believed little."""

import re
from collections.abc import Sequence

HeaderPairs = tuple[tuple[str, str], ...]
HTML_TYPES = frozenset({"text/html", "application/xhtml+xml", "application/vnd.wap.xhtml+xml"})

_MAX_VALIDATOR = 1_024
_MAX_LABEL = 64
_CHARSET = re.compile(r""";\s*charset\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s;]*))""", re.IGNORECASE)


class ResponseHeaders:
    """Response headers; the first of a name counts, bytes are read as Latin-1 (RFC 9110, 5.5)."""

    def __init__(self, pairs: Sequence[tuple[bytes, bytes]]) -> None:
        self.pairs: HeaderPairs = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in pairs)
        self._first: dict[str, str] = {}
        for name, value in reversed(self.pairs):
            self._first[name.lower()] = value.strip()

    def get(self, name: str) -> str:
        """The first value of a name in lower case; empty when there is none."""
        return self._first.get(name, "")

    def all(self, name: str) -> str:
        """All values of a name in lower case, joined by commas (RFC 9110, 5.3)."""
        if name not in self._first:
            return ""
        return ", ".join(value for found, value in self.pairs if found.lower() == name)

    def media_type(self) -> str | None:
        """Type and subtype in lower case, without parameters."""
        return self.get("content-type").partition(";")[0].strip().lower() or None

    def charset(self) -> str | None:
        """The charset parameter as written; whoever reads the body decides what it is worth."""
        found = _CHARSET.search(self.get("content-type")[:1_000])
        label = (found[1] or found[2] or found[3] or "") if found else ""
        return label[:_MAX_LABEL] if label and label.isascii() else None

    def validator(self, name: str) -> str | None:
        """An entity tag or date that may be sent back: printable ASCII and short, since a stranger wrote it."""
        value = self.get(name)
        return value if value and len(value) <= _MAX_VALIDATOR and value.isascii() and value.isprintable() else None

    def challenges(self) -> bool:
        """Whether bot protection says of a denial that it is its own, as Cloudflare, AWS WAF and DataDome do."""
        return (
            self.get("cf-mitigated").lower() == "challenge"
            or self.get("x-amzn-waf-action").lower() in ("challenge", "captcha")
            or "x-datadome" in self._first
        )

    def location(self) -> str:
        """Where a redirect leads; bytes beyond ASCII are percent-encoded as they are, be they UTF-8 or Latin-1."""
        return "".join(char if char.isascii() else f"%{ord(char):02X}" for char in self.get("location"))

    def declared_length(self) -> int | None:
        """Content-Length, where it is a number; a longer one than any body counts as the largest."""
        value = self.get("content-length")
        return int(value[:18]) if value.isascii() and value.isdigit() else None
