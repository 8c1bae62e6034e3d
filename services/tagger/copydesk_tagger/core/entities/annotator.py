"""Finds people, organisations and places by name in languages that the model was trained on."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

from copydesk.contracts import Entity
from copydesk_tagger.core.document import Document, Tags
from copydesk_tagger.core.entities.agreement import Mention, agreed
from copydesk_tagger.core.entities.confidence import Calibration
from copydesk_tagger.core.entities.decoding import Scored, spans
from copydesk_tagger.core.entities.titles import TitlesByLanguage
from copydesk_tagger.core.scripts import UNSPACED, dominant, primary
from copydesk_tagger.core.sentences import stretches

LONGEST = 420
"""Code points of a sentence that are read at once, some ninety pieces. Sentences are read one by one, like most of what
the model was trained on: joined to stretches as long as this, they have their names found 1.3 points worse."""
LONGEST_UNSPACED = 110
"""The same for Han and kana, where a piece has one or two letters."""
MOST_READ = 50_000
"""Code points that the network reads of a document, a second's work; behind them only names seen before are found."""


class NameModel(Protocol):
    """Scores stretches of a text, given by where they begin and end."""

    def score(self, text: str, stretches: Sequence[tuple[int, int]]) -> Scored: ...


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
        kept = [one for one in self.mentions(document.text, language) if one.confidence >= least]
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

    def mentions(self, text: str, language: str) -> list[Mention]:
        """All mentions with their confidence, whatever it is, in order."""
        longest = LONGEST_UNSPACED if dominant(text[:1000]) in UNSPACED else LONGEST
        read = text[:MOST_READ]
        scored = self._model.score(read, list(stretches(read, longest)))
        found = [
            Mention(span.start, span.end, span.type, self.calibration.confidence(span, language))
            for span in spans(scored, read)
            if any(map(str.isalnum, read[span.start : span.end]))
        ]
        return agreed(text, list(self._without_titles(text, found, language)))

    def _without_titles(self, text: str, found: Iterable[Mention], language: str) -> Iterator[Mention]:
        titles = self._titles.of(language)
        for one in found:
            gone = titles.stripped(text[one.start : one.end]) if one.type == "PER" else 0
            yield one._replace(start=one.start + gone)
