"""Addresses of pages in AMP caches and in Google's viewer, which name the publisher's own address in their path.

The formats are those of the AMP project's "AMP Cache URL format" and of the `/amp/` viewer paths.
"""

import re

_CACHE_HOST = re.compile(r"(?:[a-z0-9-]+\.)?(?:cdn\.ampproject\.org|bing-amp\.com|amp\.cloudflare\.com)")
_VIEWER_HOST = re.compile(r"(?:www\.)?google\.(?:com?\.)?[a-z]{2,3}")
_CACHE_PATH = re.compile(r"/(?:c|v|wp)/(?P<secure>s/)?(?P<rest>[^/]+\.[^/]+.*)", re.DOTALL)
_VIEWER_PATH = re.compile(r"/amp/(?P<secure>s/)?(?P<rest>[^/]+\.[^/]+.*)", re.DOTALL)


def publisher_url(hostname: str, path: str, query: str) -> str | None:
    """The publisher's URL in the address of a cached or viewed page; None for every other address."""
    if hostname.endswith((".org", "bing-amp.com", "cloudflare.com")) and _CACHE_HOST.fullmatch(hostname):
        found = _CACHE_PATH.fullmatch(path)
    elif "google." in hostname and _VIEWER_HOST.fullmatch(hostname):
        found = _VIEWER_PATH.fullmatch(path)
    else:
        return None
    if not found:
        return None
    return f"{'https' if found['secure'] else 'http'}://{found['rest']}{'?' + query if query else ''}"
