"""What an annotator reads and writes."""

from dataclasses import dataclass, field
from typing import Protocol

from copydesk.contracts import Entity, Language, Place


@dataclass(frozen=True)
class Document:
    """What is known of an article before it is tagged.

    `language_hint` is what the page or its source says of the language (a BCP 47 tag), `country` the source's country
    (ISO 3166-1 alpha-2), `dateline_place` the place as printed at the head of the text. `text` and `title` hold
    no lone surrogates; see `readable`.
    """

    text: str
    title: str = ""
    language_hint: str | None = None
    country: str | None = None
    dateline_place: str | None = None


@dataclass
class Tags:
    """Everything found so far; annotators that run later read what earlier ones left here.

    `notes` names each annotator that failed with the reason, as `tagger:<annotator>: <reason>`.
    """

    language: Language = field(default_factory=lambda: Language(tag="und", confidence=0.0))
    entities: list[Entity] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)
    countries: list[str] = field(default_factory=list)
    keywords: list[str] = field(default_factory=list)
    minhash: list[int] = field(default_factory=list)
    bands: list[int] = field(default_factory=list)
    models: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


class Annotator(Protocol):
    """One kind of tag. `languages` is None for all of them; `needs` names the annotators that must have run."""

    name: str
    version: str
    languages: frozenset[str] | None
    needs: frozenset[str]

    def annotate(self, document: Document, tags: Tags) -> None:
        """Add to `tags`. Whatever it raises leaves the tags of the other annotators as they are."""
        ...


def readable(text: str) -> str:
    """The text with lone surrogates replaced one by one, so that code-point offsets stay."""
    return text.encode("utf-8", "replace").decode("utf-8")
