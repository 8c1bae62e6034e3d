"""A stream of news with known stories, made of translated documents: who tells what, when, in which words.

Each document is told in several languages and sometimes twice in one, each time by other sentences of it,
over hours or days.
"""

import gzip
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

DATA = Path(__file__).parents[3] / "shared" / "data" / "tagging"
LANGUAGES = (
    "en",
    "nl",
    "de",
    "fr",
    "es",
    "it",
    "pl",
    "ru",
    "uk",
    "pt",
    "ar",
    "zh-Hans",
    "ja",
    "tr",
    "sv",
    "el",
    "fa",
    "hi",
)
START = datetime(2026, 3, 2, 6, tzinfo=UTC)

SAME_EVENT = {16: 0, 4: 3, 13: 3, 48: 3, 49: 3, 36: 23}
"""Documents on the event of another one, by reading them: a referendum, an earthquake, a day of a tournament."""

UNDECIDED = frozenset({53})
"""A document on one of the dead of that earthquake: of the same story for some readers, not for others."""

_LEAST_SENTENCES = 4


@dataclass(frozen=True)
class Told:
    """One article of the stream; `story` is the truth."""

    story: str
    language: str
    title: str
    text: str
    at: datetime


def documents(data: Path, language: str) -> list[list[str]]:
    """The documents of a language, each a list of sentences; document n is the same in all."""
    text = gzip.decompress((data / "langid" / f"{language}.txt.gz").read_bytes()).decode()
    return [found.strip().splitlines() for found in text.split("\n\n") if found.strip()]


def stream(data: Path, numbers: Sequence[int], seed: int, days: int = 10) -> list[Told]:
    """Articles on the stories of these documents, by time."""
    dice = random.Random(seed)
    texts = {language: documents(data, language) for language in LANGUAGES}
    found = []
    begins = {SAME_EVENT.get(number, number): START + timedelta(hours=dice.uniform(0, 24 * days)) for number in numbers}
    for number in numbers:
        event = SAME_EVENT.get(number, number)
        begin = begins[event]
        for language in dice.sample(LANGUAGES, dice.randint(2, 9)):
            for _ in range(dice.choice((1, 1, 1, 2))):
                at = begin + timedelta(hours=min(dice.expovariate(1 / 9), 60))
                sentences = texts[language][number]
                found.append(Told(f"event {event}", language, *_retold(sentences, dice), at))
    return sorted(found, key=lambda told: (told.at, told.story, told.language, told.text))


def _retold(sentences: list[str], dice: random.Random) -> tuple[str, str]:
    """A headline and two to four fifths of the other sentences, in their order: what another newspaper makes of it."""
    others = sentences[1:]
    kept = max(min(_LEAST_SENTENCES, len(others)), round(len(others) * dice.uniform(0.4, 0.8)))
    chosen = sorted(dice.sample(range(len(others)), kept)) if others else []
    return sentences[0], "\n\n".join([others[at] for at in chosen] or sentences)


def halves(total: int, seed: int) -> tuple[list[int], list[int]]:
    """Document numbers to learn on, and to report on; documents on one event stay together."""
    known = [number for number in range(total) if number not in UNDECIDED]
    events = sorted({SAME_EVENT.get(number, number) for number in known})
    random.Random(seed).shuffle(events)
    first = set(events[: len(events) // 2])
    ours = [number for number in known if SAME_EVENT.get(number, number) in first]
    return ours, [number for number in known if number not in ours]
