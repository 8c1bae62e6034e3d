"""What `copydesk doctor` says of the tagger: which annotators and models load here, and what they take."""

import time
from dataclasses import dataclass
from datetime import timedelta

from copydesk.runtime.service import Finding, UnusableSettingError
from copydesk.runtime.workers import START_SECONDS, DocumentFailedError, WorkerPool
from copydesk.settings import Settings
from copydesk_tagger.adapters import worker
from copydesk_tagger.adapters.plugins import Loading, choose, unmet
from copydesk_tagger.adapters.process_memory import resident_bytes

_LIMITS = {"processes": 1, "timeout": timedelta(minutes=3), "memory_bytes": 1 << 40}
"""The worker is only looked at: no document's limits apply to what it loads."""

_PART = "annotator"


@dataclass(frozen=True)
class Row:
    """One entry point as it was loaded; of the annotator itself only what may travel between processes."""

    loading: Loading
    version: str = ""
    languages: tuple[str, ...] | None = None
    cost: float = 0.0
    lacks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Inventory:
    """All rows, and what a worker with these annotators takes to start (seconds) and holds once it is warm (bytes)."""

    rows: tuple[Row, ...]
    seconds: float
    bytes: int


def take_inventory(settings: str) -> Inventory:
    """Load everything as a worker does. Runs in a process of its own, so that memory is that of the models alone."""
    before, start = resident_bytes(), time.perf_counter()
    loaded = worker.loaded(settings)
    worker.warm_up(settings)
    took, grown = time.perf_counter() - start, resident_bytes() - before
    lacking = unmet(loaded.annotators)
    rows = []
    for loading in loaded.loadings:
        one = loading.annotator
        if one is None:
            rows.append(Row(loading))
            continue
        languages = None if one.languages is None else tuple(sorted(one.languages))
        lacks = tuple(lacking.get(one.name, ()))
        rows.append(Row(loading.without_annotator(), one.version, languages, float(one.cost), lacks))
    return Inventory(tuple(rows), took, grown)


async def examine(settings: Settings) -> list[Finding]:
    """Entry point `copydesk.checks`."""
    try:
        choose(settings.tagger)
    except UnusableSettingError as error:
        return [Finding(_PART, False, str(error), "mend COPYDESK_TAGGER__ANNOTATORS")]
    workers = WorkerPool(settings.worker.model_copy(update=_LIMITS))
    try:
        inventory = await workers.call(take_inventory, settings.tagger.model_dump_json())
    except DocumentFailedError as error:
        mend = "leave out the annotator that was installed last: COPYDESK_TAGGER__ANNOTATORS=default,-NAME"
        return [Finding(_PART, False, f"the models could not be loaded: {error}", mend)]
    finally:
        await workers.close()
    return [*map(_finding, inventory.rows), _start(inventory)]


def _finding(row: Row) -> Finding:
    loading = row.loading
    if loading.problem:
        mend = "install what is named, or take the annotator out of COPYDESK_TAGGER__ANNOTATORS"
        return Finding(_PART, False, f"{loading.entry} ({loading.package}) {loading.problem}", mend)
    languages = "all languages" if row.languages is None else " ".join(row.languages)
    took = f"loads {loading.bytes / 1e6:.0f} MB in {loading.seconds:.1f} s"
    lacks = f"; needs {', '.join(row.lacks)}, which does not run" if row.lacks else ""
    seen = f"{loading.entry} {row.version} ({loading.package}): {languages}, {row.cost:g} ms a document, {took}{lacks}"
    return Finding(_PART, True, seen)


def _start(inventory: Inventory) -> Finding:
    seen = f"a worker holds {inventory.bytes / 1e6:.0f} MB of models, and is ready in {inventory.seconds:.1f} s"
    if inventory.seconds < START_SECONDS / 2:
        return Finding("tagger", True, seen)
    mend = f"leave out what loads slowest: after {START_SECONDS:.0f} s a worker that is not ready is taken for stuck"
    return Finding("tagger", False, seen, mend)
