"""Models trained by folds of sites, so that a figure on training pages says something of unseen sites."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from copydesk_cleaner.adapters.block_model import BlockModel, model_in
from copydesk_cleaner.adapters.decoding import decode_page
from copydesk_cleaner.adapters.pages import PageTask, clean_html
from copydesk_cleaner.core.document import CleanedDocument

from benchmarks.extraction.pages import Page


@dataclass(frozen=True)
class Folds:
    """The models in `fold<k>` were trained without the sites of fold k."""

    folder: Path
    sites: dict[str, int]

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Raises `FileNotFoundError` without `folds.json`."""
        return cls(folder, json.loads((folder / "folds.json").read_text(encoding="utf-8")))

    @property
    def count(self) -> int:
        return len(set(self.sites.values()))

    def fold_of(self, site: str) -> int:
        """A site that was in no fold trained no model; any may clean its pages."""
        return self.sites.get(site, min(self.sites.values()))

    def model(self, site: str) -> BlockModel:
        """The model that saw nothing of a site."""
        return model_in(self.folder / f"fold{self.fold_of(site)}")

    def clean(self, page: Page) -> CleanedDocument:
        """As `clean_document` does it, with that model."""
        text = decode_page(page.body(), page.gold["encoding"]).text
        return clean_html(PageTask(text, page.gold["url"]), self.model(page.site))
