"""The sets of pages with gold, read from a folder `pages/<set>/<id>.html.gz` and `gold/<set>.jsonl`."""

import gzip
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

DATA = Path(os.environ.get("COPYDESK_EXTRACTION_DATA", "../shared/data/extraction"))
SETS = ("fundus_news", "fundus_hist", "andy", "wcxb_article", "wcxb_other", "traf")
"""What `wcxb_dev` holds is two sets here: articles, and pages of other types."""


@dataclass(frozen=True)
class Page:
    """A page and its line of gold."""

    file: Path
    gold: dict[str, Any]

    @property
    def site(self) -> str:
        return str(self.gold["site"])

    def body(self) -> bytes:
        return gzip.decompress(self.file.read_bytes())

    def html(self) -> str:
        """Decoded with the gold's encoding: peers take text, and are given the right one."""
        return self.body().decode(self.gold["encoding"], "replace")


def load(data: Path, name: str, limit: int | None = None) -> list[Page]:
    """The pages of a set; `limit` takes that many, spread over the set. Raises `FileNotFoundError`, `KeyError`."""
    if name not in (*SETS, "wcxb_dev"):
        raise KeyError(f"{name}: no such set; there are {', '.join(SETS)}")
    pages = [page for page in _read(data, name) if _belongs(page, name)]
    return pages[:: max(1, len(pages) // limit)][:limit] if limit else pages


def _read(data: Path, name: str) -> Iterator[Page]:
    stored = "wcxb_dev" if name.startswith("wcxb") else name
    with (data / "gold" / f"{stored}.jsonl").open(encoding="utf-8") as lines:
        for gold in map(json.loads, lines):
            yield Page(data / "pages" / stored / f"{gold['id']}.html.gz", gold)


def _belongs(page: Page, name: str) -> bool:
    is_article = page.gold.get("page_type", "article") == "article"
    return {"wcxb_article": is_article, "wcxb_other": not is_article}.get(name, True)
