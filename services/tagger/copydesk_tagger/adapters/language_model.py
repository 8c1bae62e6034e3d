"""Reads the tables of `training/language`: one compressed npz file, four arrays a table.

`<table>.labels` are BCP 47 tags, `<table>.steps` the distances between the numbers of its sequences in ascending order,
`<table>.weights` int8 (sequences, labels), `<table>.scales` what a column's unit is worth. A table is named for its
script (`Latn`), or `close-…`. `words.<tag>` are distances between the numbers of a language's frequent words, and
`words.usual` the share of a text's words that are usually among them, by `words.tags`; `words.letters` are the
letters of each of these. `relatives.steps` and
`relatives.owners` are the words of other languages and whose they are, in `relatives.tags`, of which the first
`relatives.told` may be told.
"""

from pathlib import Path

import numpy as np

from copydesk_tagger.core.language_model import LanguageModel, WeightTable
from copydesk_tagger.core.language_relatives import RelativeWords
from copydesk_tagger.core.language_words import KnownWords

_WORDS, _RELATIVES = "words", "relatives"


def read_language_model(path: Path) -> LanguageModel:
    """Raises `FileNotFoundError` with the path where there is no model."""
    with np.load(path, allow_pickle=False) as arrays:
        names = sorted({name.partition(".")[0] for name in arrays.files} - {_WORDS, _RELATIVES})
        tables = {
            name: WeightTable(
                [str(label) for label in arrays[f"{name}.labels"]],
                np.cumsum(arrays[f"{name}.steps"], dtype=np.int32),
                arrays[f"{name}.weights"],
                arrays[f"{name}.scales"],
            )
            for name in names
        }
        tags = [str(tag) for tag in arrays[f"{_WORDS}.tags"]] if f"{_WORDS}.tags" in arrays else []
        words = KnownWords(
            {tag: np.cumsum(arrays[f"{_WORDS}.{tag}"], dtype=np.int32) for tag in tags},
            dict(zip(tags, arrays[f"{_WORDS}.usual"].tolist(), strict=True)) if tags else {},
            {tag: frozenset(letters) for tag, letters in zip(tags, arrays[f"{_WORDS}.letters"].tolist(), strict=True)},
        )
        relatives = RelativeWords(
            [str(tag) for tag in arrays[f"{_RELATIVES}.tags"]],
            int(arrays[f"{_RELATIVES}.told"]),
            np.cumsum(arrays[f"{_RELATIVES}.steps"], dtype=np.int32),
            arrays[f"{_RELATIVES}.owners"],
        )
    return LanguageModel(
        {name: table for name, table in tables.items() if not name.startswith("close-")},
        [table for name, table in tables.items() if name.startswith("close-")],
        words,
        relatives,
    )
