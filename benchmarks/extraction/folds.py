"""Models trained by folds of sites, so that a figure on training pages says something of unseen sites."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Self


@dataclass(frozen=True)
class Folds:
    """`fold<k>.txt` in the folder was trained without the sites of fold k."""

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
        return self.sites.get(site, 0)

    def use_model_for(self, site: str) -> None:
        from copydesk_cleaner.core.block_model import use_model

        use_model(self.folder / f"fold{self.fold_of(site)}.txt")
