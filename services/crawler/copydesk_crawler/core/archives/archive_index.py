"""Index lines of archived records: CDXJ, sorted by SURT and time, as replay tools and takedowns look them up. Pure."""

import json
from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass(frozen=True, order=True)
class IndexEntry:
    """Where a record lies: `offset` and `length` are of its gzip member in `filename`; `date` is its WARC-Date.

    `source` is the news source of the page that was published of it, `-` where none was.
    """

    key: str
    date: str
    url: str
    filename: str
    offset: int
    length: int
    status: str
    mime: str
    digest: str
    source: str = "-"

    def line(self) -> str:
        fields = {
            "url": self.url,
            "mime": self.mime,
            "status": self.status,
            "digest": self.digest,
            "length": str(self.length),
            "offset": str(self.offset),
            "filename": self.filename,
            "source": self.source,
        }
        return f"{self.key} {_digits(self.date)} {json.dumps(fields)}\n"


def url_key(url: str) -> str:
    """The URL with its host turned round (`com,example)/path?query`), in lower case, without scheme and `www.`."""
    parts = urlsplit(url.lower())
    host, _, port = parts.netloc.partition(":")
    labels = host.removeprefix("www.").split(".")
    turned = ",".join(reversed(labels)) + (f":{port}" if port else "")
    query = f"?{parts.query}" if parts.query else ""
    return f"{turned}){parts.path or '/'}{query}"


def _digits(date: str) -> str:
    return "".join(char for char in date if char.isdigit())[:14]
