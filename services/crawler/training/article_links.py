"""Trains the weights of `core/discovery/article_links.py` on links of saved pages: `python article_links.py PAGES`.

PAGES is a folder with `gold/*.jsonl` (`id`, `set`, `url`, `encoding`, perhaps `page_type`) and `pages/SET/ID.html.gz`.
Nobody has labelled the links, so two views of each teach one another: where a link stands in a headline, its address is
taken for an article's, whatever it looks like; where an address has a date and a long slug, so is its setting. Links
that one view takes for an article's and the other for furniture are left out. Weighted by page, logistic regression
with an L2 penalty; folds by site.
"""

import gzip
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from copydesk_crawler.core.discovery.article_links import Link, collect_links, features
from copydesk_crawler.core.pages.html_document import base_address, parse_html
from copydesk_crawler.core.urls.canonical_url import Address, canonical_url
from copydesk_crawler.core.urls.url_shapes import shape

LEFT_OUT = {"service", "product", "forum", "documentation"}
PENALTY = 2.0
FOLDS = 5


def pages(folder: Path) -> Iterator[tuple[str, list[Link]]]:
    """Site and links of each page that may link to articles."""
    for listing in sorted((folder / "gold").glob("*.jsonl")):
        for line in listing.read_text(encoding="utf-8").rstrip("\n").split("\n"):
            row = json.loads(line)
            home = canonical_url(row["url"])
            if row.get("page_type") in LEFT_OUT or not isinstance(home, Address):
                continue
            body = gzip.decompress((folder / "pages" / row["set"] / f"{row['id']}.html.gz").read_bytes())
            document = parse_html(body, row.get("encoding"))
            if document is not None:
                yield row["site"], collect_links(document, base_address(document, home.url), home)


def by_setting(link: Link) -> int:
    words = len((link.text or "").split())
    if link.heading and not link.furniture and words >= 5:
        return 1
    return -1 if link.furniture and words <= 2 else 0


def by_address(values: dict[str, float]) -> int:
    words = values["slug words"] * 8
    if (values["date"] and words >= 3) or (values["slug"] and values["number"] and words >= 4) or words >= 6:
        return -1 if values["no story"] else 1
    return -1 if values["one word"] or values["no story"] or not values["courlan"] else 0


def labelled(folder: Path) -> tuple[list[str], np.ndarray, np.ndarray, np.ndarray, list[str]]:
    """Names of features, their values, labels, weights, and the site of each row."""
    rows: list[dict[str, float]] = []
    labels: list[float] = []
    weights: list[float] = []
    sites: list[str] = []
    for site, links in pages(folder):
        peers = Counter(shape(link.address.url) for link in links)
        found: list[tuple[dict[str, float], int]] = []
        for link in links:
            values = features(link, peers[shape(link.address.url)])
            views = {by_setting(link), by_address(values)} - {0}
            if len(views) == 1:
                found.append((values, views.pop()))
        for values, label in found:
            rows.append(values)
            labels.append(float(label > 0))
            weights.append(1 / sum(other == label for _, other in found))
            sites.append(site)
    names = list(rows[0])
    return names, np.array([[row[name] for name in names] for row in rows]), np.array(labels), np.array(weights), sites


def fit(x: np.ndarray, y: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Newton's method; the last number is the bias."""
    x = np.hstack([x, np.ones((len(x), 1))])
    theta = np.zeros(x.shape[1])
    ridge = np.full(x.shape[1], PENALTY)
    ridge[-1] = 0.0
    for _ in range(30):
        p = 1 / (1 + np.exp(-x @ theta))
        gradient = x.T @ (weight * (p - y)) + ridge * theta
        hessian = (x * (weight * p * (1 - p))[:, None]).T @ x + np.diag(ridge + 1e-9)
        step = np.linalg.solve(hessian, gradient)
        theta -= step
        if np.abs(step).max() < 1e-6:
            break
    return theta


def main(folder: Path, target: Path) -> None:
    names, x, y, weight, sites = labelled(folder)
    fold = defaultdict(lambda: len(fold) % FOLDS)
    folds = np.array([fold[site] for site in sites])
    right = np.zeros(len(y), bool)
    for number in range(FOLDS):
        theta = fit(x[folds != number], y[folds != number], weight[folds != number])
        held = folds == number
        right[held] = ((x[held] @ theta[:-1] + theta[-1]) > 0) == (y[held] > 0.5)
    print(f"{len(y)} links of {len(fold)} sites; out of fold {np.average(right, weights=weight):.4f} right")
    theta = fit(x, y, weight)
    lines = [f'    "{name}": {value:.3f},' for name, value in zip(names, theta[:-1], strict=True)]
    target.write_text(
        '"""Weights of the model of article links, as `services/crawler/training/article_links.py` wrote them."""\n\n'
        f"BIAS = {theta[-1]:.3f}\nWEIGHTS = {{\n" + "\n".join(lines) + "\n}\n",
        encoding="utf-8",
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(__file__).parent.parent / "copydesk_crawler/core/discovery/link_weights.py")
