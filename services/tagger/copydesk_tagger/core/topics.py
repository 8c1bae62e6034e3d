"""IPTC media topics: what an article is about, as codes that agencies and archives share."""

from collections.abc import Iterator, Mapping
from typing import Protocol

from copydesk.contracts import MediaTopic
from copydesk_tagger.core import topic_model
from copydesk_tagger.core.document import Document, Tags
from copydesk_tagger.core.scripts import UNSPACED, primary
from copydesk_tagger.core.topic_model import Floats, TopicModel
from copydesk_tagger.core.topic_scheme import URI, TopicScheme
from copydesk_tagger.core.topic_terms import Found, TopicTerms

VERSION = "topics-5"
MOST_NARROWER = 4
_READ = 6000
"""Characters of the text in which terms are looked for."""
_DENSER = 3
"""Letters of other scripts that one of a script without spaces stands for."""


class Encoder(Protocol):
    """Turns the title and the beginning of the text into a vector that means the same in all of `languages`."""

    languages: frozenset[str]

    def encode(self, document: Document) -> Floats: ...


class Lexicons(Protocol):
    """The terms of topics by language; `languages` are primary subtags."""

    languages: frozenset[str]

    def of(self, language: str) -> TopicTerms | None: ...


class TopicsAnnotator:
    """Top levels that are surer than `least`, and below them what is surer than `least_narrower`, surest first.

    A narrower topic never comes without those above it, which are at least as sure.
    """

    name = "topics"
    version = VERSION
    needs: frozenset[str] = frozenset({"language"})

    def __init__(
        self,
        scheme: TopicScheme,
        model: TopicModel,
        lexicons: Lexicons,
        encoder: Encoder | None,
        least: float = 0.25,
        least_narrower: float = 0.6,
    ) -> None:
        self._scheme = scheme
        self._model = model
        self._lexicons = lexicons
        self._encoder = encoder
        self._least = least
        self._least_narrower = least_narrower
        self.languages: frozenset[str] | None = lexicons.languages | (encoder.languages if encoder else frozenset())
        self.cost = 2.0 if encoder else 1.0

    def annotate(self, document: Document, tags: Tags) -> None:
        language = tags.language.tag
        found = self.found(document, language)
        sure = self.tops(document, language, found)
        chosen = {code: share for code, share in sure.items() if share >= self._least}
        for code, share in self._narrower(found or {}, chosen):
            for above in (code, *self._scheme.above(code)):
                chosen[above] = max(chosen.get(above, 0.0), share)
        tags.topics = [
            MediaTopic(
                code=URI + code,
                label=self._scheme.label(code, language),
                confidence=round(share, 3),
                method=self.version,
            )
            for code, share in sorted(chosen.items(), key=lambda item: (-item[1], item[0]))
        ]

    def found(self, document: Document, language: str) -> dict[str, Found] | None:
        """The terms in a document; None for a language without a lexicon."""
        terms = self._lexicons.of(primary(language))
        if terms is None:
            return None
        head = "\n".join(filter(None, (document.title, document.subtitle, document.section)))
        return terms.find(head, document.text[:_READ])

    def tops(self, document: Document, language: str, found: Mapping[str, Found] | None) -> dict[str, float]:
        """The probability of every top level."""
        evidence = None
        if found is not None:
            evidence = topic_model.of_tops(found, self._model.tops, self._scheme)
        vector = None
        if self._encoder is not None and primary(language) in self._encoder.languages:
            vector = self._encoder.encode(document)
        letters = (len(document.title) + len(document.text)) * (_DENSER if document.script in UNSPACED else 1)
        return self._model.of_tops(evidence, vector, topic_model.how_long(letters))

    def _narrower(self, found: Mapping[str, Found], chosen: Mapping[str, float]) -> Iterator[tuple[str, float]]:
        """The surest topics below the top levels chosen."""
        codes = {other for code in found for other in (code, *self._scheme.above(code))} - set(self._model.tops)
        shares = []
        for code in codes:
            probability = chosen.get(self._scheme.top(code))
            if probability is not None:
                evidence = topic_model.of_narrower(code, found, probability, self._scheme)
                shares.append((min(self._model.of_narrower(evidence), probability), code))
        for share, code in sorted(shares, reverse=True)[:MOST_NARROWER]:
            if share >= self._least_narrower:
                yield code, share
