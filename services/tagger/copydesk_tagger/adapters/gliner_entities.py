"""People, organisations and places by a GLiNER model (https://github.com/urchade/GLiNER): the extra `copydesk[gliner]`.

Entry point `gliner`, which takes the place of `entities`. Options: `model`, a folder as GLiNER saves it (required;
nothing is downloaded), `threshold` (0.5), `languages` (`nl,de`; by default all languages), `device` (cpu).
"""

import re
from collections.abc import Iterator, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from copydesk.contracts import Entity, EntityType
from copydesk_tagger.core import scripts
from copydesk_tagger.core.document import Annotator, AnnotatorContext, Document, Tags

_LABELS: dict[str, EntityType] = {"person": "PER", "organization": "ORG", "location": "LOC"}
_THRESHOLD = 0.5

_PIECE, _UNSPACED_PIECE = 1_200, 250
"""Code points; models take 384 words, and leave out what comes after them."""

_SENTENCE = re.compile(r"[^\n.!?。！？؟।]*(?:[.!?。！？؟।]+[\"”»’)\]]*|\n+|$)\s*")


class GlinerEntities:
    """Fills `entities`, with the model's scores as confidence. A document of 400 words takes seconds without a GPU."""

    name = "entities"
    needs: frozenset[str] = frozenset({"language"})
    cost = 2_000.0

    def __init__(self, model: Any, method: str, threshold: float, languages: frozenset[str] | None) -> None:
        self._model = model
        self._threshold = threshold
        self._method = method
        self.languages = languages
        self.version = f"gliner-{version('gliner')} {method} at {threshold:g}"

    def annotate(self, document: Document, tags: Tags) -> None:
        pieces = list(in_pieces(document.text))
        texts = [document.text[start:end] for start, end in pieces]
        found = self._model.inference(texts, list(_LABELS), flat_ner=True, threshold=self._threshold) if texts else []
        for (start, _), mentions in zip(pieces, found, strict=True):
            tags.entities += (self._entity(document.text, start, mention) for mention in mentions)

    def _entity(self, text: str, offset: int, mention: dict[str, Any]) -> Entity:
        start, end = offset + mention["start"], offset + mention["end"]
        return Entity(
            start=start,
            end=end,
            text=text[start:end],
            type=_LABELS[mention["label"]],
            confidence=round(float(mention["score"]), 3),
            method=self._method,
        )


def in_pieces(text: str) -> Iterator[tuple[int, int]]:
    """The text from sentence to sentence in pieces that a model takes whole; a longer sentence is cut at a space."""
    most = _UNSPACED_PIECE if scripts.dominant(text) in scripts.UNSPACED else _PIECE
    start = end = 0
    for sentence in _SENTENCE.finditer(text):
        if sentence.end() - start > most and end > start:
            yield start, end
            start = end
        while sentence.end() - start > most:
            cut = text.rfind(" ", start, start + most)
            end = cut + 1 if cut > start else start + most
            yield start, end
            start = end
        end = sentence.end()
    if text[start:end].strip():
        yield start, end


def create(context: AnnotatorContext) -> Annotator:
    """Entry point `copydesk.annotators`. Raises `OSError` where there is no model."""
    folder = Path(context.option("model", ""))
    if not (folder / "gliner_config.json").is_file():
        raise OSError(
            f"{str(folder)!r} is no folder with a gliner_config.json: set COPYDESK_TAGGER__OPTIONS__GLINER__MODEL"
        )
    try:
        from gliner import GLiNER
    except ImportError as error:
        raise ImportError("GLiNER is not installed: install copydesk[gliner]") from error
    device = context.option("device", "cpu")
    model = GLiNER.from_pretrained(str(folder), local_files_only=True, map_location=device)
    model.eval()
    return GlinerEntities(model, folder.name, context.number("threshold", _THRESHOLD), _languages(context))


def _languages(context: AnnotatorContext) -> frozenset[str] | None:
    named: Sequence[str] = [one.strip() for one in context.option("languages", "").split(",") if one.strip()]
    return frozenset(named) or None
