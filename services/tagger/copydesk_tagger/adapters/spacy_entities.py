"""People, organisations and places by spaCy's pipelines (https://spacy.io): the extra `copydesk[spacy]`.

Entry point `spacy`, which takes the place of `entities`. Options are languages and the pipeline of each, an installed
package or a folder (`COPYDESK_TAGGER__OPTIONS__SPACY__NL=nl_core_news_lg`; `any` serves the languages that have none).
Without options the pipelines that are installed are used, of several in one language the largest.
"""

from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Any

from copydesk.contracts import Entity, EntityType
from copydesk_tagger.core.document import Annotator, AnnotatorContext, Document, Tags
from copydesk_tagger.core.scripts import primary

ANY = "any"

_CONFIDENCE = "confidence"
_STATED_CONFIDENCE = 0.85
"""spaCy's parser gives no probabilities; about what its news pipelines state as their precision."""

_NOT_NEEDED = ("tagger", "morphologizer", "parser", "attribute_ruler", "lemmatizer", "trainable_lemmatizer")
"""Components that names do not rest on; they would take most of the time."""

_BY_SIZE = ("trf", "lg", "md", "sm")

_TYPES: dict[str, EntityType] = {
    **dict.fromkeys(("per", "person", "persname", "prs", "derived_per"), "PER"),
    **dict.fromkeys(("org", "orgname", "organization", "gpe_org"), "ORG"),
    **dict.fromkeys(("loc", "gpe", "fac", "location", "facility", "placename", "geogname", "gpe_loc"), "LOC"),
}
"""The labels of all of spaCy's pipelines by what they mean here; others (dates, laws, works) are left out."""


class SpacyEntities:
    """Fills `entities`; the pipelines stay loaded. `confidence` is the same for all, as spaCy gives none."""

    name = "entities"
    needs: frozenset[str] = frozenset({"language"})
    cost = 40.0

    def __init__(self, pipelines: Mapping[str, Any], confidence: float) -> None:
        self._pipelines = pipelines
        self._confidence = confidence
        self.languages = None if ANY in pipelines else frozenset(pipelines)
        methods = sorted({_method(pipeline) for pipeline in pipelines.values()})
        self.version = f"spacy-{_spacy().__version__} {' '.join(methods)}"

    def annotate(self, document: Document, tags: Tags) -> None:
        pipeline = self._pipelines.get(primary(tags.language.tag)) or self._pipelines[ANY]
        method = _method(pipeline)
        tags.entities = [
            Entity(start=start, end=end, text=text, type=kind, confidence=self._confidence, method=method)
            for start, end, text, kind in _mentions(pipeline(document.text))
        ]


def create(context: AnnotatorContext) -> Annotator:
    """Entry point `copydesk.annotators`. Raises `OSError` naming every pipeline that is not there."""
    wanted = {language: name for language, name in context.options.items() if language != _CONFIDENCE} or _installed()
    if not wanted:
        raise OSError("no pipeline of spaCy is installed: `python -m spacy download en_core_web_sm`, or name a folder")
    pipelines, missing = {}, []
    for language, name in wanted.items():
        try:
            pipelines[language] = _spacy().load(name, exclude=_NOT_NEEDED)
        except OSError as error:
            missing.append(f"{language}: {error}")
    if missing:
        raise OSError("; ".join(missing))
    return SpacyEntities(pipelines, context.number(_CONFIDENCE, _STATED_CONFIDENCE))


def _spacy() -> Any:
    try:
        import spacy
    except ImportError as error:
        raise ImportError("spaCy is not installed: install copydesk[spacy]") from error
    return spacy


def _installed() -> dict[str, str]:
    """The largest installed pipeline of each language, as its packages are named (`nl_core_news_lg`)."""
    names = sorted(_spacy().util.get_installed_models())
    chosen = {}
    for language, group in groupby(names, key=lambda name: name.partition("_")[0]):
        chosen[ANY if language == "xx" else language] = min(group, key=_rank)
    return chosen


def _rank(name: str) -> int:
    size = name.rpartition("_")[2]
    return _BY_SIZE.index(size) if size in _BY_SIZE else len(_BY_SIZE)


def _method(pipeline: Any) -> str:
    meta = pipeline.meta
    return f"{meta['lang']}_{meta['name']}-{meta['version']}"


def _mentions(found: Any) -> Iterator[tuple[int, int, str, EntityType]]:
    for span in found.ents:
        kind = _TYPES.get(span.label_.casefold())
        text = span.text.strip()
        if kind is not None and text:
            start = span.start_char + span.text.index(text)
            yield start, start + len(text), text, kind
