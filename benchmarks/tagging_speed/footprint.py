"""What a worker takes to start and holds in memory, measured in processes of their own."""

import multiprocessing
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.tagging_speed.documents import documents


@dataclass(frozen=True)
class Footprint:
    """Seconds to the first document; bytes beyond bare Python with the contracts, loaded and after each language."""

    seconds: float
    loaded: int
    after: dict[str, int]


def footprint(data: Path, languages: Sequence[str], settings: str) -> Footprint:
    """Load everything, then tag a few documents of each language in turn."""
    context = multiprocessing.get_context("spawn")
    with context.Pool(1) as bare:
        base = bare.apply(_bare)
    with context.Pool(1) as pool:
        seconds, sizes = pool.apply(_worker, (data, languages, settings))
    return Footprint(
        seconds, sizes[0] - base, {name: size - base for name, size in zip(languages, sizes[1:], strict=True)}
    )


def _bare() -> int:
    from copydesk_tagger.adapters.process_memory import resident_bytes

    import copydesk.contracts  # noqa: F401

    return resident_bytes()


def _worker(data: Path, languages: Sequence[str], settings: str) -> tuple[float, list[int]]:
    start = time.perf_counter()
    from copydesk_tagger.adapters.process_memory import resident_bytes
    from copydesk_tagger.adapters.worker import tag_documents, warm_up
    from copydesk_tagger.core.document import Document

    warm_up(settings)
    seconds = time.perf_counter() - start
    sizes = [resident_bytes()]
    for language in languages:
        texts = documents(data, language)[:12]
        tag_documents([Document(text=text, title=text.splitlines()[0]) for text in texts], settings)
        sizes.append(resident_bytes())
    return seconds, sizes
