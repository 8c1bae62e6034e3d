"""Which addresses are one site's: the registrable domain by the Public Suffix List, private suffixes too."""

from functools import lru_cache

from tld import get_fld

from copydesk_crawler.core.urls.canonical_url import Address


def site_of(address: Address) -> str:
    """The registrable domain; where there is none, as on loopback, the host with its port."""
    return _registrable(address.hostname) or address.host


@lru_cache(maxsize=8_192)
def _registrable(hostname: str) -> str | None:
    """Remembered, since the list takes longer to search than the rest of a link to read."""
    found: str | None = get_fld(f"http://{hostname}/", fail_silently=True, search_private=True)
    return found
