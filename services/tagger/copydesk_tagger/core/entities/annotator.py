"""Finds people, organisations and places by name in languages that the model was trained on."""

from collections.abc import Iterable, Iterator
from typing import Protocol

from copydesk.contracts import Entity
from copydesk_tagger.core.document import Document, Tags
from copydesk_tagger.core.entities.agreement import Mention, agreed
from copydesk_tagger.core.entities.confidence import Calibration
from copydesk_tagger.core.entities.decoding import Scored, spans
from copydesk_tagger.core.entities.titles import TitlesByLanguage
from copydesk_tagger.core.scripts import primary


class NameModel(Protocol):
    """Scores the pieces of a document's text, as far as that is read; behind it only names seen before are found."""

    def score(self, document: Document) -> Scored: ...


class EntitiesAnnotator:
    """Fills `entities` with spans, types and confidence; who they are is for `places` and `links`."""

    name = "entities"
    needs = frozenset({"language"})
    cost = 13.0

    def __init__(
        self,
        model: NameModel,
        calibration: Calibration,
        titles: TitlesByLanguage,
        languages: frozenset[str],
        version: str,
    ) -> None:
        self.version = version
        self.languages: frozenset[str] | None = languages
        self._model = model
        self.calibration = calibration
        self._titles = titles

    def annotate(self, document: Document, tags: Tags) -> None:
        language = primary(tags.language.tag)
        least = self.calibration.threshold(language)
        kept = [one for one in self.mentions(document, language) if one.confidence >= least]
        tags.entities.extend(
            Entity(
                start=one.start,
                end=one.end,
                text=document.text[one.start : one.end],
                type=one.type,
                confidence=round(one.confidence, 3),
                method=self.version,
            )
            for one in kept
        )

    def mentions(self, document: Document, language: str) -> list[Mention]:
        """All mentions with their confidence, whatever it is, in order."""
        text = document.text
        found = [
            Mention(span.start, span.end, span.type, self.calibration.confidence(span, language))
            for span in spans(self._model.score(document), text)
            if any(map(str.isalnum, text[span.start : span.end]))
        ]
        return agreed(text, list(self._without_titles(text, found, language)))

    def _without_titles(self, text: str, found: Iterable[Mention], language: str) -> Iterator[Mention]:
        titles = self._titles.of(language)
        for one in found:
            gone = titles.stripped(text[one.start : one.end]) if one.type == "PER" else 0
            yield one._replace(start=one.start + gone)
