"""Nothing that an annotator returns can break the message that it becomes part of."""

import math
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from copydesk_tagger.core.annotation import annotate
from copydesk_tagger.core.article import tagged
from copydesk_tagger.core.document import Document, Tags
from hypothesis import given
from hypothesis import strategies as st

from copydesk.contracts import ArticleTagged, Entity, Language, MediaTopic, Place, StoryKeys
from copydesk.testing.factories import make_cleaned

TEXT = "The ferry left Oslo for Copenhagen on Monday."
OSLO = Entity(start=15, end=19, text="Oslo", type="LOC", confidence=0.9)


class Returns:
    """An annotator that does to the tags what it is told."""

    version = "1"
    languages: frozenset[str] | None = None
    needs: frozenset[str] = frozenset()
    cost = 0.1

    def __init__(self, does: Callable[[Tags], object], name: str = "plug-in") -> None:
        self._does = does
        self.name = name

    def annotate(self, document: Document, tags: Tags) -> None:
        self._does(tags)


def after(*does: Callable[[Tags], object]) -> Tags:
    return annotate(Document(text=TEXT), [Returns(one, f"plug-in {number}") for number, one in enumerate(does, 1)])


def entity(**fields: Any) -> Entity:
    return msgspec.structs.replace(OSLO, **fields)


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        (entity(start=40, end=99), "span 40–99 of a text of 45 characters"),
        (entity(start=-4), "span -4–19"),
        (entity(start=19, end=15), "span 19–15"),
        (entity(start=14, end=18), "does not hold its text"),
        (entity(start="15"), "Expected `int`, got `str`"),
        (entity(type="SHIP"), "Invalid enum value 'SHIP'"),
        (entity(confidence=math.nan), "Expected `float`, got `null`"),
        (entity(confidence=7.0), "confidence 7.0 is not in 0…1"),
        (entity(salience=-0.1), "salience -0.1 is not in 0…1"),
        (entity(name="Os\ud800lo"), "surrogates not allowed"),
        (entity(start=2**70), "of a text of 45 characters"),
        ("Oslo", "Expected `object`, got `str`"),
        (None, "Expected `object`, got `null`"),
    ],
)
def test_a_bad_mention_is_refused_by_itself(bad: Any, said: str) -> None:
    tags = after(lambda tags: tags.entities.extend([bad, entity(start=24, end=34, text="Copenhagen"), OSLO]))

    assert [one.text for one in tags.entities] == ["Copenhagen", "Oslo"]
    assert tags.notes[0].startswith("tagger:plug-in 1: refused 1 of 3 entities: ")
    assert said in tags.notes[0]
    assert tags.failures == {"plug-in 1": "refused"}
    assert tags.models == {"plug-in 1": "1"}


def test_the_mention_that_was_there_first_stays_when_another_overlaps_it() -> None:
    longer = entity(start=12, end=19, text=TEXT[12:19])
    tags = after(lambda tags: tags.entities.append(OSLO), lambda tags: tags.entities.insert(0, longer))

    assert tags.entities == [OSLO]
    assert tags.notes == ["tagger:plug-in 2: refused 1 of 2 entities: overlaps another mention"]


@pytest.mark.parametrize(
    "does",
    [
        lambda tags: setattr(tags, "entities", None),
        lambda tags: setattr(tags, "entities", (OSLO,)),
        lambda tags: setattr(tags, "language", "en"),
        lambda tags: setattr(tags, "language", {"tag": "en", "confidence": 1.0}),
        lambda tags: setattr(tags, "story_keys", "three"),
        lambda tags: tags.entities.append(msgspec.to_builtins(OSLO)),
        lambda tags: setattr(tags, "language", Language(tag="en", confidence=math.inf)),
        lambda tags: setattr(tags, "keywords", ["a", 3, "b\udfff"]),
        lambda tags: setattr(tags, "bands", [2**64, 1.5]),
        lambda tags: setattr(tags, "models", {"plug-in": 3}),
        lambda tags: setattr(tags, "notes", [object()]),
        lambda tags: tags.places.append(
            Place(geonames=1, name="Oslo", country="NO", lat=math.nan, lon=0, salience=1.0)
        ),
        lambda tags: tags.topics.append(MediaTopic(code="medtop:1", label="x", confidence=1.5)),
    ],
)
def test_what_is_refused_leaves_an_article_that_can_be_read(does: Callable[[Tags], object]) -> None:
    tags = after(lambda tags: tags.keywords.append("ferry"), does, lambda tags: tags.countries.append("NO"))
    result = tagged(make_cleaned(text=TEXT), tags)

    assert "tagger:plug-in 2: refused" in tags.notes[0]
    assert msgspec.json.decode(msgspec.json.encode(result), type=ArticleTagged) == result
    assert result.keywords[0] in ("ferry", "a")
    assert result.countries == ["NO"]
    assert set(result.models) == {"plug-in 1", "plug-in 2", "plug-in 3"}


def test_a_field_that_was_empty_may_be_filled() -> None:
    keys = StoryKeys()
    tags = after(lambda tags: setattr(tags, "story_keys", keys))

    assert (tags.story_keys, tags.notes) == (keys, [])


def test_half_written_tags_of_an_annotator_that_fails_are_taken_back() -> None:
    def fails(tags: Tags) -> None:
        tags.entities.append(OSLO)
        tags.keywords.clear()
        tags.language = Language(tag="no", confidence=1.0)
        raise KeyError("Oslo")

    tags = after(lambda tags: tags.keywords.append("ferry"), fails)

    assert (tags.entities, tags.keywords, tags.language.tag) == ([], ["ferry"], "und")


class MuteError(Exception):
    def __str__(self) -> str:
        raise ValueError("no words")


@pytest.mark.parametrize(
    "error", [MuteError(), SystemExit(3), RecursionError(), ValueError("lone \ud800"), StopIteration()]
)
def test_whatever_is_raised_becomes_a_note_that_can_be_sent(error: BaseException) -> None:
    def fails(tags: Tags) -> None:
        raise error

    [note] = after(fails).notes

    assert note.startswith(f"tagger:plug-in 1: {type(error).__name__}")
    assert note.encode()


ANYTHING = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(st.characters(exclude_categories=()))),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=6,
)
FIELDS = st.sampled_from(
    ["language", "entities", "places", "countries", "topics", "keywords", "minhash", "bands", "models"]
)


@given(st.dictionaries(FIELDS, ANYTHING, max_size=4))
def test_anything_at_all_in_any_field_leaves_an_article_that_can_be_read(fields: dict[str, Any]) -> None:
    def writes(tags: Tags) -> None:
        for name, value in fields.items():
            setattr(tags, name, value)

    result = tagged(make_cleaned(text=TEXT), after(writes))

    assert msgspec.json.decode(msgspec.json.encode(result), type=ArticleTagged) == result
