"""Train the block classifier, and beside it models by folds of sites to measure it with.

    python services/cleaner/training/train.py [--data DIR] [--folds DIR] [--out FILE]

`--folds` writes `folds.json` ({site: k}) and `fold<k>/blocks-<version>.txt.gz`, each trained without the sites of its
fold: `python -m benchmarks.extraction --folds DIR` cleans every page with the model that has not seen its site.
"""

import argparse
import gzip
import hashlib
import json
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

import lightgbm
import numpy as np
from copydesk_cleaner.adapters.block_model import MODEL_FILE
from numpy.typing import NDArray
from pages import DATA, SETS, LabelledPage, Row, all_rows, labelled

FOLDS = 5
MODELS = Path(__file__).resolve().parents[1] / "copydesk_cleaner" / "models"
LEAST_IN_PAGE = 0.9
"""Pages whose gold is not to be found in them teach nothing."""
ROUNDS = 160
PARAMETERS: dict[str, object] = {
    "objective": "binary",
    "extra_trees": True,
    "num_leaves": 31,
    "learning_rate": 0.1,
    "min_data_in_leaf": 40,
    "feature_fraction": 0.5,
    "bagging_fraction": 0.8,
    "bagging_freq": 1,
    "lambda_l2": 5.0,
    "max_bin": 63,
    "force_col_wise": True,
    "deterministic": True,
    "num_threads": 1,
    "seed": 1,
    "verbose": -1,
}
_NEAR = 15
_FAR_KEPT = 0.3
_LENGTH_POWER = 0.7
_SET_WEIGHTS = {"fundus_news": 2.0, "fundus_hist": 2.0, "traf": 0.3}
_OTHER_KINDS = 0.3
"""Shops, forums and listings show what is no article; articles are what the model is for."""


def fold_of(site: str) -> int:
    """The same fold for a site in every run."""
    return int(hashlib.md5(site.encode(), usedforsecurity=False).hexdigest(), 16) % FOLDS


def page_weight(row: Row) -> float:
    """How much a page counts; 0 leaves it out."""
    if row["gold_in_page"] is not None and row["gold_in_page"] < LEAST_IN_PAGE:
        return 0.0
    kind = 1.0 if row.get("page_type") in (None, "article") else _OTHER_KINDS
    return _SET_WEIGHTS.get(row["set"], 1.0) * kind


def block_weights(page: LabelledPage) -> NDArray[np.float64]:
    """A page's blocks weigh by their length and all pages alike; of the blocks far from its text a sample stands."""
    weights = np.where(page.labels >= 0, np.maximum(page.tokens, 1.0) ** _LENGTH_POWER, 0.0)
    if page.row["text"] is None:
        return weights / 10 * page_weight(page.row)
    text = np.flatnonzero(page.labels == 1)
    near = np.zeros(len(weights), dtype=bool)
    if text.size:
        near[max(0, text[0] - _NEAR) : text[-1] + _NEAR + 1] = True
    sampled = np.random.default_rng(len(weights)).random(len(weights)) < _FAR_KEPT
    weights = np.where(near, weights, np.where(sampled, weights / _FAR_KEPT, 0.0))
    whole = float(weights[page.labels == 1].sum())
    return weights / max(whole, 20.0) * 100 * page_weight(page.row)


def train(pages: Sequence[LabelledPage]) -> lightgbm.Booster:
    """One model of these pages."""
    features = np.concatenate([page.features for page in pages])
    labels = np.concatenate([page.labels for page in pages])
    weights = np.concatenate([block_weights(page) for page in pages])
    used = weights > 0
    data = lightgbm.Dataset(features[used], (labels[used] == 1).astype(int), weight=weights[used])
    return lightgbm.train(PARAMETERS, data, ROUNDS)


def write(booster: lightgbm.Booster, path: Path) -> None:
    """The model's text, gzipped without a time stamp, so that the same training writes the same bytes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(booster.model_to_string().encode(), 9, mtime=0))


def write_folds(pages: Sequence[LabelledPage], rows: Iterable[Row], folder: Path) -> None:
    """One model for each fold of sites, trained on the others."""
    for fold in range(FOLDS):
        write(train([page for page in pages if fold_of(page.row["site"]) != fold]), folder / f"fold{fold}" / MODEL_FILE)
        print(f"fold {fold} of {FOLDS} is trained", flush=True)
    sites = {row["site"]: fold_of(row["site"]) for row in rows}
    (folder / "folds.json").write_text(json.dumps(sites, indent=0, sort_keys=True), encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--folds", type=Path, help="folder for the models by folds; without it none are trained")
    parser.add_argument("--out", type=Path, default=MODELS / MODEL_FILE)
    given = parser.parse_args()
    rows = [row for name in SETS for row in all_rows(given.data, name)]
    with ProcessPoolExecutor(2) as workers:
        found = workers.map(partial(labelled, given.data), rows, chunksize=20)
        pages = [page for page in found if page is not None]
    print(f"{len(pages)} pages of {len(rows)} have visible text", flush=True)
    if given.folds:
        write_folds(pages, rows, given.folds)
    write(train(pages), given.out)
    print(f"{given.out}: {given.out.stat().st_size:,} bytes", flush=True)


if __name__ == "__main__":
    main()
