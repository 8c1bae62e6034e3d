"""Which site a page belongs to: what is learned and watched, is learned and watched by site."""

from urllib.parse import urlsplit

from tld import get_fld


def site_of(url: str) -> str | None:
    """The registrable domain (Public Suffix List, private suffixes too), else the host with its port.

    None where there is no host, as in `import://` addresses and files: they belong to no site.
    """
    try:
        parts = urlsplit(url)
        host = parts.netloc.rpartition("@")[2].casefold()
        if parts.scheme not in ("http", "https") or not host:
            return None
        domain = get_fld(url, fail_silently=True, search_private=True)
    except ValueError:
        return None
    return domain or host.removeprefix("www.")
