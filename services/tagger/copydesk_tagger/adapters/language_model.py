"""Reads the tables of `training/language`: one compressed npz file, four arrays a table.

`<table>.labels` are BCP 47 tags, `<table>.steps` the distances between the numbers of its sequences in ascending order,
`<table>.weights` int8 (sequences, labels), `<table>.scales` what a column's unit is worth. A table is named for its
script (`Latn`), or `close-…`.
"""

from pathlib import Path

import numpy as np

from copydesk_tagger.core.language_model import LanguageModel, WeightTable


def read_language_model(path: Path) -> LanguageModel:
    """Raises `FileNotFoundError` with the path where there is no model."""
    with np.load(path, allow_pickle=False) as arrays:
        names = sorted({name.partition(".")[0] for name in arrays.files})
        tables = {
            name: WeightTable(
                [str(label) for label in arrays[f"{name}.labels"]],
                np.cumsum(arrays[f"{name}.steps"], dtype=np.int32),
                arrays[f"{name}.weights"],
                arrays[f"{name}.scales"],
            )
            for name in names
        }
    return LanguageModel(
        {name: table for name, table in tables.items() if not name.startswith("close-")},
        [table for name, table in tables.items() if name.startswith("close-")],
    )
