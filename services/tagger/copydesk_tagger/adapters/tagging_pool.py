"""Documents through worker processes, several at once; what kills a worker costs one annotator's tags at most."""

import asyncio
import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from functools import partial
from pathlib import Path

from copydesk.runtime.workers import DocumentFailedError, WorkerPool
from copydesk.settings import Settings
from copydesk_tagger.adapters import worker
from copydesk_tagger.adapters.budget import Slate
from copydesk_tagger.adapters.plugins import choose
from copydesk_tagger.core.annotation import Reasons
from copydesk_tagger.core.article import failed
from copydesk_tagger.core.circuits import Circuits
from copydesk_tagger.core.document import Document, Tags

CHUNK = 16
"""Documents sent to a worker at once."""

_MOST_KILLED = 3
"""Workers that one document may cost before it goes untagged."""


class TaggingPool:
    """Tags documents in worker processes. Raises `UnusableSettingError` for annotators that are not installed.

    `workers` start with the first document, or when entered as a context.
    """

    def __init__(self, settings: Settings) -> None:
        choose(settings.tagger)
        self._settings = settings.tagger.model_dump_json()
        self._circuits = Circuits(settings.tagger.rest)
        self.workers = WorkerPool(
            settings.worker, initializer=partial(worker.warm_up, self._settings), preload=worker.__name__
        )

    async def tag(self, documents: Sequence[Document], now: datetime) -> list[Tags]:
        """The tags of each document, in order; no document makes it raise."""
        resting = self._circuits.resting(now)
        chunks = [documents[start : start + CHUNK] for start in range(0, len(documents), CHUNK)]
        tagged = await asyncio.gather(*(self._tag_chunk(chunk, resting) for chunk in chunks))
        found = [tags for chunk in tagged for tags in chunk]
        self._circuits.heard(found, now)
        return found

    async def _tag_chunk(self, documents: Sequence[Document], left_out: Reasons) -> list[Tags]:
        """Where a worker dies over several documents they are tried one by one, each with the full time for itself."""
        try:
            return await self.workers.call(worker.tag_documents, documents, self._settings, left_out)
        except DocumentFailedError:
            return [await self._tag_alone(document, left_out) for document in documents]

    async def _tag_alone(self, document: Document, left_out: Reasons) -> Tags:
        """The tags of a document without those annotators that die over it, or that do not come back in time."""
        left_out = dict(left_out)
        for _ in range(_MOST_KILLED):
            with _slate() as slate:
                try:
                    [tags] = await self.workers.call(worker.tag_documents, [document], self._settings, left_out, slate)
                except DocumentFailedError as error:
                    reason = error
                    told = Slate.read(slate) if slate is not None else None
                else:
                    return tags
            if told is None or told[1] in left_out:
                break
            left_out[told[1]] = ("killed", f"{reason}; tagged without it")
        return failed(reason)


@contextmanager
def _slate() -> Iterator[Path | None]:
    """A new file to be told the annotator at work by; None where there is no room for temporary files."""
    try:
        handle, name = tempfile.mkstemp(prefix="copydesk-tagger-")
    except OSError:
        yield None
        return
    os.close(handle)
    try:
        yield Path(name)
    finally:
        with suppress(OSError):
            os.unlink(name)
