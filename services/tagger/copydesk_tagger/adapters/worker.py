"""What runs in a worker process: the annotators, loaded once, and the function that a pool calls."""

import gc
from collections.abc import Sequence
from contextlib import closing, nullcontext
from dataclasses import fields, replace
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from copydesk.settings import TaggerSettings
from copydesk_tagger.adapters.budget import Slate, Supervision
from copydesk_tagger.adapters.plugins import Loaded, load
from copydesk_tagger.core.annotation import Reasons, annotate
from copydesk_tagger.core.document import Annotator, Document, Tags, readable

MOST_READ = 200_000
"""Code points; thirty times a long article. What is longer is no article, and must not hold a worker for minutes."""

DEFAULTS = TaggerSettings().model_dump_json()
"""Settings travel to workers as JSON, by which what was loaded for them is found again."""

_NEW_OBJECTS = 10_000
"""Objects made and kept, about as many as two documents take, between two looks of the collector at the newest."""

_NOBODY: Reasons = MappingProxyType({})


@cache
def loaded(settings: str = DEFAULTS) -> Loaded:
    """The annotators of some settings; the first call reads their models."""
    return load(TaggerSettings.model_validate_json(settings))


def annotators(settings: str = DEFAULTS) -> tuple[Annotator, ...]:
    """All annotators in the order in which they run."""
    return loaded(settings).annotators


def warm_up(settings: str = DEFAULTS) -> None:
    """Read what every document needs, so that the first one does not wait for it, nor is it counted as its time.

    What was read lives as long as the process. The collector of reference cycles leaves it alone from now on, and looks
    at the rest less often, as hardly anything in the tags of a document refers to itself.
    """
    annotate(Document(text="A short text in London.", title="London"), annotators(settings))
    gc.collect()
    gc.freeze()
    gc.set_threshold(_NEW_OBJECTS)


def tag_document(document: Document, settings: str = DEFAULTS) -> Tags:
    """The tags of one document. Equal documents have equal tags; no text makes it raise."""
    return tag_documents([document], settings)[0]


def tag_documents(
    documents: Sequence[Document],
    settings: str = DEFAULTS,
    left_out: Reasons = _NOBODY,
    slate: Path | None = None,
) -> list[Tags]:
    """`tag_document` for several at once, as the way into a worker and back costs more than a short document.

    Annotators in `left_out` are not asked. On the slate the worker says what it is at. Of texts longer than
    `MOST_READ` code points the head is read, and a note says so.
    """
    models = loaded(settings)
    left_out = {name: ("missing", problem) for name, problem in models.problems.items()} | dict(left_out)
    budget = TaggerSettings.model_validate_json(settings).budget.total_seconds()
    found = []
    with closing(Slate(slate)) if slate else nullcontext() as told, Supervision(budget, told) as supervision:
        for place, document in enumerate(documents):
            supervision.begin(place)
            tags = annotate(_readable(document), models.annotators, supervision.watch, left_out)
            tags.seconds = supervision.seconds
            if len(document.text) > MOST_READ:
                tags.notes.append(f"tagger: only the first {MOST_READ} characters were read")
            found.append(tags)
    return found


def _readable(document: Document) -> Document:
    """The document without lone surrogates, and no text in it longer than `MOST_READ`."""
    changes: dict[str, Any] = {}
    for one in fields(document):
        value = getattr(document, one.name)
        if isinstance(value, str):
            changes[one.name] = readable(value[:MOST_READ])
        elif isinstance(value, tuple):
            changes[one.name] = tuple(map(readable, value))
    return replace(document, **changes)
