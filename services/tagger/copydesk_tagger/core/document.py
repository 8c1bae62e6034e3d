"""What an annotator is, what it reads and what it writes."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

from copydesk.contracts import Entity, Language, MediaTopic, Place, StoryKeys, WatchHit
from copydesk_tagger.core import scripts


@dataclass(frozen=True)
class Document:
    """What is known of an article before it is tagged.

    `language_hint` is what the page or its source says of the language (a BCP 47 tag), `country` the source's country
    (ISO 3166-1 alpha-2), `source` its name, `dateline_place` the place as printed at the head of the text. No string
    holds lone surrogates once a worker has it; see `readable`.
    """

    text: str
    title: str = ""
    language_hint: str | None = None
    country: str | None = None
    dateline_place: str | None = None
    subtitle: str = ""
    section: str | None = None
    page_keywords: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    agencies: tuple[str, ...] = ()
    published: datetime | None = None
    source: str = ""

    @cached_property
    def script(self) -> str | None:
        """The script (ISO 15924) of most letters of the text, of the title's where the text has none."""
        return scripts.dominant(self.text) or scripts.dominant(self.title)

    @cached_property
    def made(self) -> dict[object, Any]:
        """What was made of the document for several annotators, by who made it: `WordPieces.read` keeps its there."""
        return {}


@dataclass
class Tags:
    """Everything found so far; annotators that run later read what earlier ones left here.

    Fields that ArticleTagged has under the same name become its fields. `notes` says what is lacking and why, as
    `tagger:<annotator>: <reason>`; `failures` has the causes (`error`, `slow`, `killed`, `refused`, `missing`,
    `resting`) and `seconds` the time by annotator; both are for metrics and compare equal whatever they hold.
    """

    language: Language = field(default_factory=lambda: Language(tag="und", confidence=0.0))
    entities: list[Entity] = field(default_factory=list)
    watched: list[WatchHit] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)
    countries: list[str] = field(default_factory=list)
    topics: list[MediaTopic] = field(default_factory=list)
    keywords: list[str] = field(default_factory=list)
    minhash: list[int] = field(default_factory=list)
    bands: list[int] = field(default_factory=list)
    story_keys: StoryKeys | None = None
    models: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    failures: dict[str, str] = field(default_factory=dict, compare=False)
    seconds: dict[str, float] = field(default_factory=dict, compare=False)

    def kept(self) -> dict[str, Any]:
        """What `restore` takes; lists and dicts are copied, what they hold is immutable."""
        held = ((name, getattr(self, name)) for name in _TAGS)
        return {name: value.copy() if isinstance(value, list | dict) else value for name, value in held}

    def restore(self, kept: Mapping[str, Any]) -> None:
        """Take back what was written since `kept`."""
        for name, value in kept.items():
            setattr(self, name, value)


_TAGS = tuple(one.name for one in fields(Tags) if one.name not in ("failures", "seconds"))


class Annotator(Protocol):
    """One kind of tag.

    `name` is the kind's: what others call it in `needs`, and its key in `models`. Of two annotators of one name only
    one runs. `version` changes whenever the tags do. `languages` holds primary language subtags, or is None for all
    languages. `needs` names annotators that run before this one; where they do not run, it works with what there is.
    `cost` is the time that a document of 400 words usually takes, in milliseconds.
    """

    name: str
    version: str
    languages: frozenset[str] | None
    needs: frozenset[str]
    cost: float

    def annotate(self, document: Document, tags: Tags) -> None:
        """Add to `tags`. Whatever it raises takes back what it wrote and leaves the tags of the others as they are."""
        ...


@dataclass(frozen=True)
class AnnotatorContext:
    """What a factory of the entry point group `copydesk.annotators` is given.

    `options` are those that the user set for it: `COPYDESK_TAGGER__OPTIONS__<NAME>__<OPTION>`, names in lower case.
    `watch_lists` are the files and folders with the user's own names.
    """

    options: Mapping[str, str] = field(default_factory=dict)
    watch_lists: tuple[Path, ...] = ()

    def option(self, name: str, default: str) -> str:
        return self.options.get(name, default)

    def number(self, name: str, default: float) -> float:
        """An option as a number. Raises `ValueError` naming the option where it is none."""
        value = self.options.get(name, str(default))
        try:
            return float(value)
        except ValueError as error:
            raise ValueError(f"option {name} is {value!r}, which is no number") from error


def readable(text: str) -> str:
    """The text with lone surrogates replaced one by one, so that code-point offsets stay."""
    return text.encode("utf-8", "replace").decode("utf-8")
