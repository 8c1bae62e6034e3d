"""Quality of the cleaner beside its peers, on pages with gold.

    python -m benchmarks.extraction [--data DIR] [--sets fundus_news,andy] [--cleaners copydesk,trafilatura]
                                    [--folds DIR] [--limit N] [--worst N] [--jobs N] [--out FILE] [--damage]

Scores are those of `benchmarks.scoring`; brackets hold the middle 95 % of 1,000 resamples of the sites. `--folds` takes
a folder with `folds.json` ({site: k}) and folders `fold<k>` of models trained without the sites of fold k: each page is
then cleaned with the model that saw nothing of its site. `--damage` runs the text path over the gold texts instead and
prints the share of their characters that it cuts: gold is clean, so every cut is damage.
"""

import argparse
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from pathlib import Path

from benchmarks.extraction.arguments import checked
from benchmarks.extraction.cleaners import BASELINE, CLEANERS, OURS, result_of
from benchmarks.extraction.damage import damage
from benchmarks.extraction.figures import FIGURES, Estimate, PageScore, SetScores, score
from benchmarks.extraction.folds import Folds
from benchmarks.extraction.pages import DATA, SETS, Page, load

_CHUNK = 8


def main() -> None:
    given = _arguments()
    sets = {name: load(given.data, name, given.limit) for name in given.sets}
    if given.damage:
        for name, pages in sets.items():
            print(f"{name:12} the text path cuts {damage(pages):.3%} of the gold's characters")
        return
    folds = Folds.read(given.folds) if given.folds else None
    scores = dict(_measure(sets, given.cleaners, folds, given.jobs))
    print("\n".join(_lines(scores, folds)))
    for name, measured in scores.items():
        print("\n".join(_worst(name, measured, given.worst)))
    if given.out:
        given.out.write_text(json.dumps(_record(scores, folds), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=DATA, help="default: $COPYDESK_EXTRACTION_DATA")
    parser.add_argument("--sets", type=_names, default=list(SETS))
    parser.add_argument("--cleaners", type=_names, default=list(CLEANERS), help=", ".join(CLEANERS))
    parser.add_argument("--folds", type=Path, help="folder of models trained by folds of sites")
    parser.add_argument("--limit", type=int, help="pages a set, spread over it")
    parser.add_argument("--worst", type=int, default=0, help="name so many pages a set on which ours did worst")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--out", type=Path, help="write the figures as JSON")
    parser.add_argument("--damage", action="store_true")
    return checked(parser)


def _names(value: str) -> list[str]:
    return [name.strip() for name in value.split(",") if name.strip()]


def _measure(
    sets: Mapping[str, Sequence[Page]], cleaners: Sequence[str], folds: Folds | None, jobs: int
) -> Iterator[tuple[str, SetScores]]:
    with ProcessPoolExecutor(jobs) as pool:
        for name, pages in sets.items():
            ordered = sorted(pages, key=lambda page: folds.fold_of(page.site)) if folds else pages
            scores = {}
            for cleaner in cleaners:
                print(f"{name}: {cleaner} on {len(pages)} pages …", file=sys.stderr)
                repeated = [cleaner] * len(ordered), ordered, [folds] * len(ordered)
                scores[cleaner] = list(pool.map(_score, *repeated, chunksize=_CHUNK))
            yield name, SetScores(scores)


def _score(cleaner: str, page: Page, folds: Folds | None) -> PageScore:
    if folds is not None and cleaner == OURS:
        return score(page, result_of(folds.clean(page)))
    return score(page, CLEANERS[cleaner](page))


def _lines(scores: Mapping[str, SetScores], folds: Folds | None) -> Iterator[str]:
    yield "ours: " + (
        f"out of fold, {folds.count} folds by site" if folds else "the shipped model, which saw these pages"
    )
    yield "| set | pages (sites) | cleaner | " + " | ".join(FIGURES) + " | empty |"
    yield "|---" * (len(FIGURES) + 4) + "|"
    for name, measured in scores.items():
        pages = next(iter(measured.pages.values()))
        size = f"{len(pages)} ({len({page.site for page in pages})})"
        for cleaner in measured.pages:
            cells = [_cell(measured.estimate(figure, cleaner)) for figure in FIGURES]
            yield f"| {name} | {size} | {cleaner} | {' | '.join(cells)} | {measured.empty(cleaner)} |"
        if {OURS, BASELINE} <= set(measured.pages):
            cells = [_cell(measured.difference(figure, OURS, BASELINE), "+") for figure in FIGURES]
            empty = measured.empty(OURS) - measured.empty(BASELINE)
            yield f"| {name} | {size} | {OURS} − {BASELINE} | {' | '.join(cells)} | {empty:+d} |"


def _cell(one: Estimate, sign: str = "") -> str:
    return "–" if one.value != one.value else f"{one.value:{sign}.3f} [{one.low:{sign}.3f}, {one.high:{sign}.3f}]"


def _worst(name: str, measured: SetScores, count: int) -> Iterator[str]:
    pages = [page for page in measured.pages.get(OURS, ()) if page.text is not None and page.text.wanted]
    for page in sorted(pages, key=lambda page: page.text.f1 if page.text else 0.0)[:count]:
        assert page.text is not None
        yield f"{name}: {page.text.f1:.3f} (P {page.text.precision:.3f}, R {page.text.recall:.3f}) {page.identity}"


def _record(scores: Mapping[str, SetScores], folds: Folds | None) -> dict[str, object]:
    sets = {}
    for name, measured in scores.items():
        cleaners = {
            cleaner: {
                "empty": measured.empty(cleaner),
                **{figure: _json(measured.estimate(figure, cleaner)) for figure in FIGURES},
            }
            for cleaner in measured.pages
        }
        sets[name] = {"pages": len(next(iter(measured.pages.values()))), "cleaners": cleaners}
    return {"out_of_fold": folds is not None, "sets": sets}


def _json(one: Estimate) -> dict[str, float] | None:
    """JSON knows no NaN."""
    return None if one.value != one.value else {key: round(value, 4) for key, value in asdict(one).items()}


if __name__ == "__main__":
    main()
