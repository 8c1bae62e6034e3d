"""Runs annotators over a document in the order of their needs."""

import traceback
from collections.abc import Sequence

from copydesk_tagger.core.document import Annotator, Document, Tags
from copydesk_tagger.core.scripts import primary

NOTE_LENGTH = 200


def in_order(annotators: Sequence[Annotator]) -> tuple[Annotator, ...]:
    """The annotators with every one after those that it needs, otherwise as given.

    Raises `ValueError` naming the annotators whose needs nobody meets.
    """
    waiting = list(annotators)
    ordered: list[Annotator] = []
    while waiting:
        done = {annotator.name for annotator in ordered}
        ready = next((annotator for annotator in waiting if annotator.needs <= done), None)
        if ready is None:
            unmet = "; ".join(f"{one.name} needs {', '.join(sorted(one.needs - done))}" for one in waiting)
            raise ValueError(f"annotators wait for others that are missing or wait for them: {unmet}")
        ordered.append(ready)
        waiting.remove(ready)
    return tuple(ordered)


def annotate(document: Document, annotators: Sequence[Annotator]) -> Tags:
    """All tags of a document; an annotator that fails is noted and the others' tags stay.

    Its place in `models` stays empty, so that a consumer can tell "none found" from "not looked for".
    """
    tags = Tags()
    for annotator in annotators:
        if annotator.languages is not None and primary(tags.language.tag) not in annotator.languages:
            continue
        try:
            annotator.annotate(document, tags)
        except Exception as error:  # noqa: BLE001 - a plug-in's fault must not cost the article its other tags
            where = traceback.extract_tb(error.__traceback__)[-1]
            reason = f"{type(error).__name__}: {error} ({where.name}:{where.lineno})"
            tags.notes.append(f"tagger:{annotator.name}: {reason}"[:NOTE_LENGTH])
        else:
            tags.models[annotator.name] = annotator.version
    return tags
