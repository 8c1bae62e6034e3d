"""Finds, chooses and loads annotators: entry points of the group `copydesk.annotators`, ours and anybody's."""

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from copydesk.runtime.service import UnusableSettingError
from copydesk.settings import TaggerSettings
from copydesk_tagger.adapters.process_memory import resident_bytes
from copydesk_tagger.core.annotation import CircleError, in_order
from copydesk_tagger.core.document import Annotator, AnnotatorContext

GROUP = "copydesk.annotators"
DEFAULT = "default"

_OURS = "copydesk_tagger."
_OF_DEFAULT = "copydesk_tagger.adapters.annotators"
_SETTING = "COPYDESK_TAGGER__ANNOTATORS"


@dataclass(frozen=True)
class Loading:
    """What came of loading one entry point; `problem` says why there is no annotator."""

    entry: str
    package: str
    annotator: Annotator | None = None
    problem: str = ""
    seconds: float = 0.0
    bytes: int = 0

    def without_annotator(self) -> "Loading":
        """The same for other processes: models do not travel."""
        return replace(self, annotator=None)


@dataclass(frozen=True)
class Choice:
    """Entry points to load: those named by the user, and those of the default that fill what names are left.

    `place` is where among the named the default stands; annotators that do not need each other run in this order.
    """

    named: tuple[EntryPoint, ...]
    default: tuple[EntryPoint, ...] = ()
    place: int = 0


@dataclass(frozen=True)
class Loaded:
    """The annotators that run, in their order, and for each entry point what came of loading it."""

    annotators: tuple[Annotator, ...]
    loadings: tuple[Loading, ...] = field(default=())

    @property
    def problems(self) -> dict[str, str]:
        return {loading.entry: loading.problem for loading in self.loadings if loading.problem}


def installed() -> dict[str, EntryPoint]:
    """Every annotator installed here by its entry point's name; another package's replaces ours of the same name."""
    found: dict[str, EntryPoint] = {}
    for point in entry_points(group=GROUP):
        there = found.get(point.name)
        if there is not None and not _is_ours(there) and not _is_ours(point):
            raise UnusableSettingError(
                f"the annotator {point.name} comes with both {_package(there)} and {_package(point)}: uninstall one"
            )
        if there is None or _is_ours(there):
            found[point.name] = point
    return found


def choose(settings: TaggerSettings) -> Choice:
    """The entry points that the settings name. Raises `UnusableSettingError` for one that is not installed."""
    known = installed()
    wanted = [name for name in settings.annotators if not name.startswith("-")]
    unwanted = {name.removeprefix("-") for name in settings.annotators if name.startswith("-")}
    if unknown := sorted({*wanted, *unwanted, *settings.options} - {*known, DEFAULT}):
        setting = _SETTING if {*wanted, *unwanted} & set(unknown) else f"COPYDESK_TAGGER__OPTIONS__{unknown[0].upper()}"
        raise UnusableSettingError(
            f"{setting}: no annotator is named {', '.join(unknown)}; there are {', '.join(sorted(known))}, and "
            f"`{DEFAULT}` for all of Copydesk's own"
        )
    order = [name for name in dict.fromkeys(wanted) if name not in unwanted]
    named = [known[name] for name in order if name != DEFAULT]
    default = [
        point
        for name, point in known.items()
        if DEFAULT in wanted and name not in {*wanted, *unwanted} and _is_default(name)
    ]
    return Choice(tuple(named), tuple(default), order.index(DEFAULT) if DEFAULT in order else 0)


def load(settings: TaggerSettings) -> Loaded:
    """Load what the settings choose; what cannot be loaded is a problem of its own and stops nothing else."""
    choice = choose(settings)
    loadings = [_load(point, settings) for point in choice.named]
    taken = {loading.annotator.name for loading in loadings if loading.annotator is not None}
    ours = [_load(point, settings) for point in choice.default if point.name not in taken]
    loadings = list(_one_of_each([*loadings[: choice.place], *ours, *loadings[choice.place :]]))
    while True:
        annotators = [loading.annotator for loading in loadings if loading.annotator is not None]
        try:
            return Loaded(in_order(annotators), tuple(loadings))
        except CircleError as error:
            loadings = _opened(loadings, error)


def _opened(loadings: Sequence[Loading], circle: CircleError) -> list[Loading]:
    """The loadings without the first annotator that waits in the circle: one that the user named, if there is any."""
    first = next(one for one in loadings if one.annotator is not None and one.annotator.name in circle.names)
    without = Loading(first.entry, first.package, problem=f"not run: {circle}")
    return [without if one is first else one for one in loadings]


def _load(point: EntryPoint, settings: TaggerSettings) -> Loading:
    before, start = resident_bytes(), time.perf_counter()
    context = AnnotatorContext(settings.options.get(point.name, {}), tuple(settings.watch_lists))
    try:
        annotator = point.load()(context)
        _examine(annotator)
    except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever a plug-in's import or model file breaks
        return Loading(point.name, _package(point), problem=f"cannot be loaded: {type(error).__name__}: {error}")
    took, grown = time.perf_counter() - start, max(0, resident_bytes() - before)
    return Loading(point.name, _package(point), annotator, seconds=took, bytes=grown)


def _examine(annotator: Annotator) -> None:
    """Raises `TypeError` naming what of `Annotator` is lacking or of another type."""
    kinds: dict[str, Any] = {"name": str, "version": str, "needs": frozenset, "cost": (int, float)}
    wrong = [name for name, kind in kinds.items() if not isinstance(getattr(annotator, name, None), kind)]
    if not isinstance(getattr(annotator, "languages", ""), frozenset | None):
        wrong.append("languages")
    if not callable(getattr(annotator, "annotate", None)):
        wrong.append("annotate")
    if wrong:
        raise TypeError(f"{type(annotator).__name__} is no annotator: see {', '.join(wrong)}")


def _one_of_each(loadings: Iterable[Loading]) -> Iterator[Loading]:
    """Of several annotators of one name only the first."""
    firsts: dict[str, str] = {}
    for loading in loadings:
        name = loading.annotator.name if loading.annotator is not None else loading.entry
        if loading.annotator is None or firsts.setdefault(name, loading.entry) == loading.entry:
            yield loading
        else:
            problem = f"not run: {firsts[name]} makes the tags {name} already; name one of them in {_SETTING}"
            yield Loading(loading.entry, loading.package, problem=problem)


def unmet(annotators: Sequence[Annotator]) -> dict[str, list[str]]:
    """By annotator, what it needs and does not get, as nothing of that name runs."""
    names = {annotator.name for annotator in annotators}
    return {one.name: sorted(one.needs - names) for one in annotators if one.needs - names}


def _package(point: EntryPoint) -> str:
    return f"{point.dist.name} {point.dist.version}" if point.dist is not None else point.module


def _is_ours(point: EntryPoint) -> bool:
    return point.module.startswith(_OURS)


def _is_default(name: str) -> bool:
    """Whether Copydesk itself runs an annotator of this name, though perhaps another package's takes its place."""
    return any(point.name == name and point.module == _OF_DEFAULT for point in entry_points(group=GROUP))
