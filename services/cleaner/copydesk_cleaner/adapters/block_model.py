"""The block classifier: gradient-boosted trees (LightGBM) over the features of a page's blocks.

How it was made is in `services/cleaner/training`; the file holds numbers only.
"""

import gzip
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from copydesk_cleaner.core.block_features import PageColumns, block_features

if TYPE_CHECKING:
    from lightgbm import Booster

VERSION = "1"
MODEL_FILE = f"blocks-{VERSION}.txt.gz"


@dataclass(frozen=True)
class BlockModel:
    """Not picklable: each process reads its own."""

    booster: "Booster"

    def scores(self, page: PageColumns) -> NDArray[np.float64]:
        """The probability (0…1) of each block of a page that it is article text."""
        scores = np.zeros(page.count)
        judged = ~page.is_menu()
        if judged.any():
            scores[judged] = self.booster.predict(block_features(page)[judged], num_threads=1)
        return scores


def read_model(packed: bytes) -> BlockModel:
    """A model from the gzipped text that LightGBM writes. Raises `lightgbm.basic.LightGBMError` for anything else."""
    from lightgbm import Booster  # takes half a second, which a command that cleans nothing need not spend

    return BlockModel(Booster(model_str=gzip.decompress(packed).decode()))


@lru_cache(maxsize=8)
def model_in(folder: Path) -> BlockModel:
    """The model of another folder, such as one that has not seen some sites."""
    return read_model((folder / MODEL_FILE).read_bytes())


@lru_cache(maxsize=1)
def shipped_model() -> BlockModel:
    """The model that comes with the cleaner, read once a process."""
    return read_model((files("copydesk_cleaner") / "models" / MODEL_FILE).read_bytes())
