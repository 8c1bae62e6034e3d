"""Made-up articles whose words follow each language's own frequencies, and so Zipf's law."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import numpy as np
from wordfreq import get_frequency_dict

LANGUAGES = {"en": 0.4, "de": 0.15, "fr": 0.12, "es": 0.12, "nl": 0.08, "ru": 0.08, "zh": 0.05}
VOCABULARY = 60_000
_UNSPACED = frozenset({"zh"})
_MEAN_WORDS = 220
_SOURCES, _ENTITIES, _PLACES, _TOPICS, _STORIES = 2_000, 200_000, 30_000, 300, 200_000
OLDEST = datetime(2023, 4, 1, tzinfo=UTC)
EDITION, WEEKS = 50_000, 8
"""So many articles appear in so many weeks: a million in three years."""
LATE = 0.05
"""The share that comes in late, at any time after it was published."""


@dataclass(frozen=True)
class Article:
    """What a search sees of an article."""

    id: UUID
    language: str
    source: str
    title: str
    text: str
    at: datetime
    entities: tuple[str, ...]
    places: tuple[str, ...]
    topic: str
    story: str


class Vocabulary:
    """The words of a language, the commonest first, and how often each is used."""

    def __init__(self, language: str) -> None:
        ranked = sorted(get_frequency_dict(language).items(), key=lambda one: -one[1])[:VOCABULARY]
        self.words = np.array([word for word, _ in ranked], dtype=object)
        shares = np.array([share for _, share in ranked])
        self.cumulative = np.cumsum(shares / shares.sum())
        self.joint = "" if language in _UNSPACED else " "

    def draw(self, chance: np.random.Generator, count: int) -> Any:
        return self.words[np.searchsorted(self.cumulative, chance.random(count)).clip(max=len(self.words) - 1)]


def articles(first: int, count: int, vocabularies: dict[str, Vocabulary]) -> Iterator[Article]:
    """Articles number `first` to `first + count` of the first edition, in the order of their time but for late ones."""
    chance = np.random.default_rng(first)
    names, shares = list(vocabularies), np.array([LANGUAGES[name] for name in vocabularies])
    of_language = chance.choice(len(names), count, p=shares / shares.sum())
    lengths = chance.lognormal(np.log(_MEAN_WORDS), 0.6, count).astype(int).clip(20, 3_000)
    for number in range(count):
        language = names[of_language[number]]
        words = vocabularies[language]
        drawn = words.draw(chance, lengths[number] + 9)
        zipf = chance.zipf(1.2, 6)
        place = (first + count * float(chance.random())) / EDITION
        yield Article(
            id=UUID(bytes=chance.bytes(16)),
            language=language,
            source=f"source-{zipf[0] % _SOURCES}",
            title=words.joint.join(drawn[:9]).capitalize(),
            text=_sentences(drawn[9:], words.joint),
            at=OLDEST + timedelta(weeks=WEEKS) * (float(chance.random()) if chance.random() < LATE else place),
            entities=tuple(f"wikidata:Q{number % _ENTITIES}" for number in zipf[1:4]),
            places=(f"{zipf[4] % _PLACES}",),
            topic=f"medtop:{int(chance.integers(_TOPICS)):08}",
            story=f"story-{int(chance.integers(_STORIES))}",
        )


def _sentences(words: Any, joint: str) -> str:
    stop = ". " if joint else "。"
    return stop.join(joint.join(words[start : start + 18]) for start in range(0, len(words), 18)) + stop.strip()
