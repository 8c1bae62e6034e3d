"""Quality against speed, as a picture for the README.

    python -m benchmarks.extraction.plot QUALITY.json SPEED.json [--set fundus_news] [--to docs/images/extraction.png]

Takes what `benchmarks.extraction --out` and `benchmarks.extraction_speed --out` have written.
"""

import argparse
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from benchmarks.extraction.cleaners import BASELINE, OURS

_INK, _PEER, _MINE = "#24292f", "#6e7781", "#0b6bcb"
_TICKS = (1, 2, 5, 10, 20, 50, 100, 200, 500)


@dataclass(frozen=True)
class Point:
    name: str
    speed: float
    f1: float
    low: float
    high: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("quality", type=Path)
    parser.add_argument("speed", type=Path)
    parser.add_argument("--set", default="fundus_news", dest="name")
    parser.add_argument("--to", type=Path, default=Path("docs/images/extraction.png"))
    given = parser.parse_args()
    quality, speed = (json.loads(path.read_text(encoding="utf-8")) for path in (given.quality, given.speed))
    measured = quality["sets"][given.name]
    figure = _drawn(_points(measured["cleaners"], speed["pages_a_second"]))
    note = "models trained without the page's site" if quality["out_of_fold"] else "shipped model"
    caption = f"{measured['pages']} news pages; lines: 95 % of resamples by site; Copydesk: {note}"
    figure.text(0.99, 0.01, caption, ha="right", fontsize=7, color=_PEER)
    given.to.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(given.to, dpi=160, facecolor="white")


def _points(cleaners: dict[str, dict[str, Any]], speeds: dict[str, float]) -> list[Point]:
    """Cleaners that both files know."""
    return [
        Point(name, speeds[name], figures["F1"]["value"], figures["F1"]["low"], figures["F1"]["high"])
        for name, figures in cleaners.items()
        if name in speeds
    ]


def _drawn(points: list[Point]) -> Figure:
    mpl.rcParams.update({"font.family": "DejaVu Sans", "text.color": _INK, "axes.labelcolor": _INK})
    figure = Figure(figsize=(7.2, 4.2), layout="constrained")
    figure.get_layout_engine().set(rect=(0.0, 0.04, 1.0, 0.96))
    axes = figure.subplots()
    for point in points:
        _mark(axes, point)
    _frame(axes, points)
    return figure


def _mark(axes: Axes, point: Point) -> None:
    mine = point.name == OURS
    colour = _MINE if mine else _PEER
    axes.vlines(point.speed, point.low, point.high, color=colour, linewidth=1.2, alpha=0.55)
    axes.plot(point.speed, point.f1, "o", color=colour, markersize=9 if mine else 6.5)
    axes.annotate(
        "Copydesk" if mine else point.name,
        (point.speed, point.f1),
        xytext=(-9, 5) if point.name == BASELINE else (9, 5),  # its fast mode stands close on the right
        textcoords="offset points",
        ha="right" if point.name == BASELINE else "left",
        color=colour if mine else _INK,
        fontsize=11 if mine else 9,
        fontweight="bold" if mine else "normal",
    )


def _frame(axes: Axes, points: list[Point]) -> None:
    axes.set_xscale("log")
    axes.set_xlim(min(point.speed for point in points) / 1.6, max(point.speed for point in points) * 2.2)
    axes.xaxis.set_major_locator(FixedLocator(_TICKS))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axes.set_xlabel("pages a second on one core, metadata included")
    axes.set_ylabel("text F1 on news pages")
    axes.grid(color="#d8dee4", linewidth=0.6)
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)
    axes.tick_params(colors=_INK, labelsize=9)


if __name__ == "__main__":
    main()
