"""Runs annotators over a document in the order of their needs, and keeps what each may cost the others at nothing."""

import traceback
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from types import MappingProxyType

from copydesk_tagger.core.document import Annotator, Document, Tags, readable
from copydesk_tagger.core.refusals import refuse_rubbish
from copydesk_tagger.core.scripts import primary

NOTE_LENGTH = 200

Watch = Callable[[str], AbstractContextManager[object]]
"""Called with an annotator's name, open while it works; may raise `BudgetExceededError` into it."""

Reasons = Mapping[str, tuple[str, str]]
"""By annotator: the cause for which it is not asked (as in `Tags.failures`), and the reason in words."""


class BudgetExceededError(BaseException):
    """An annotator took longer than it may; no `Exception`, so that one that catches those does not stop it."""


class CircleError(ValueError):
    """Annotators wait for each other; `names` are theirs."""

    def __init__(self, waiting: Sequence[Annotator]) -> None:
        self.names = [annotator.name for annotator in waiting]
        circle = "; ".join(f"{one.name} needs {', '.join(sorted(one.needs & set(self.names)))}" for one in waiting)
        super().__init__(f"annotators wait for each other: {circle}")


def in_order(annotators: Sequence[Annotator]) -> tuple[Annotator, ...]:
    """The annotators with every one after those that it needs and that are there, otherwise as given.

    Raises `CircleError` where some wait for each other.
    """
    waiting = list(annotators)
    ordered: list[Annotator] = []
    while waiting:
        names = {annotator.name for annotator in waiting}
        ready = next((one for one in waiting if not (one.needs & names) - {one.name}), None)
        if ready is None:
            raise CircleError(waiting)
        ordered.append(ready)
        waiting.remove(ready)
    return tuple(ordered)


def annotate(
    document: Document,
    annotators: Sequence[Annotator],
    watch: Watch = nullcontext,
    left_out: Reasons = MappingProxyType({}),
) -> Tags:
    """All tags of a document; an annotator that fails is noted and the others' tags stay.

    Its place in `models` stays empty, so that a consumer can tell "none found" from "not looked for". Annotators in
    `left_out` are not asked, and their reasons noted.
    """
    tags = Tags()
    for name, (cause, reason) in left_out.items():
        note(tags, name, cause, reason)
    for annotator in annotators:
        if annotator.name not in left_out and _knows(annotator, tags):
            _ask(annotator, document, tags, watch)
    return tags


def note(tags: Tags, name: str, cause: str, reason: str) -> None:
    """Write down why an annotator's tags are missing or incomplete."""
    tags.failures[name] = cause
    tags.notes.append(readable(f"tagger:{name}: {reason}")[:NOTE_LENGTH])


def _knows(annotator: Annotator, tags: Tags) -> bool:
    return annotator.languages is None or primary(tags.language.tag) in annotator.languages


def _ask(annotator: Annotator, document: Document, tags: Tags, watch: Watch) -> None:
    kept = tags.kept()
    try:
        with watch(annotator.name):
            annotator.annotate(document, tags)
    except BudgetExceededError as error:
        cause, reason = "slow", f"{error} ({_where(error, above=1)})"
    except (Exception, SystemExit) as error:  # noqa: BLE001 - a plug-in's fault must not cost the article its other tags
        cause, reason = "error", f"{type(error).__name__}: {_said(error)} ({_where(error)})"
    else:
        refused = refuse_rubbish(tags, kept, document)
        tags.models[annotator.name] = annotator.version
        if refused:
            note(tags, annotator.name, "refused", f"refused {'; '.join(refused)}")
        return
    tags.restore(kept)
    note(tags, annotator.name, cause, reason)


def _where(error: BaseException, above: int = 0) -> str:
    """The function and line that raised, or one `above` it: a signal's handler stands below what it interrupted."""
    where = traceback.extract_tb(error.__traceback__, limit=-1 - above)[0]
    return f"{where.name}:{where.lineno}"


def _said(error: BaseException) -> str:
    try:
        return str(error)
    except Exception:  # noqa: BLE001 - foreign exceptions may fail to describe themselves
        return "no description"
