"""What is known of a site when one of its pages is cleaned: blocks that return on its other pages, its title's tail."""

from dataclasses import dataclass
from hashlib import sha256

from copydesk_cleaner.core.lines import same_text


@dataclass(frozen=True)
class SiteKnowledge:
    """`boilerplate` holds `block_signature`s; `title_suffixes` what the site appends to titles (` | The Courier`)."""

    boilerplate: frozenset[str] = frozenset()
    title_suffixes: tuple[str, ...] = ()


NOTHING_KNOWN = SiteKnowledge()


def block_signature(text: str) -> str:
    """Hex SHA-256 under which a block is recognised on another page; case, white space and quotes do not count."""
    return sha256(same_text(text).encode("utf-8", "replace")).hexdigest()
