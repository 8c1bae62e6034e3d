"""Tagged articles as the tagger sends them: 3 KB of text, a dozen mentions, rows in every table."""

import random
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid5

from copydesk.contracts import (
    ArticleTagged,
    Block,
    Cut,
    Entity,
    Envelope,
    Image,
    Language,
    MediaTopic,
    Message,
    Place,
    StoryKeys,
    article_id,
)
from copydesk.runtime.outcomes import Received
from copydesk.runtime.ports import Partition

NOW = datetime.now(UTC)
_SOURCES = 500
NAMES = 50_000
"""How many names `name:0`, `name:1`, … there are; the lower the number, the more common."""
_PLACES = 3_000
TELLINGS = 3
"""Articles of one event: those of numbers 3n to 3n + 2."""
_OWN_KEYS = 5
_COMMON_KEYS = 25
_PARAGRAPHS, _WORDS = 8, 50


def received(number: int, *, fetched: timedelta = timedelta(), with_keys: bool = True) -> Received[Message]:
    """Article `number` as it comes off the topic, the same in every run; `fetched` is how long after the first time."""
    article = tagged(number, fetched=fetched, with_keys=with_keys)
    message_id = str(uuid5(UUID(int=1), f"{article.id} {fetched}"))
    envelope = Envelope(id=message_id, type="ArticleTagged", source="tagger", time=NOW + fetched)
    return Received(article, envelope, {}, Partition("articles.tagged", 0), number)


def tagged(number: int, *, fetched: timedelta = timedelta(), with_keys: bool = True) -> ArticleTagged:
    """All but `fetched` and the story keys follow from `number`; without keys no story is looked for."""
    dice = random.Random(number)
    url = f"https://paper-{number % _SOURCES}.example/news/2026/03/{number}-what-the-council-said-of-it"
    paragraphs = [" ".join(_word(dice) for _ in range(_WORDS)) for _ in range(_PARAGRAPHS)]
    own = event_keys(number // TELLINGS)
    names = [int(dice.random() ** 3 * NAMES) for _ in range(_COMMON_KEYS)]
    keys = {f"name:{name}": round(dice.uniform(0.2, 0.8), 3) for name in names} | dict.fromkeys(own, 1.0)
    return ArticleTagged(
        id=article_id(url),
        url=url,
        canonical_url=url,
        source=f"paper-{number % _SOURCES}",
        fetched_at=NOW + fetched,
        content_sha256=f"{dice.getrandbits(256):064x}",
        title=" ".join(_word(dice) for _ in range(9)),
        subtitle=" ".join(_word(dice) for _ in range(14)),
        text="\n\n".join(paragraphs),
        blocks=[Block(kind="paragraph", text=paragraph) for paragraph in paragraphs],
        authors=[f"Author {number % 2_000}"],
        published=NOW - timedelta(hours=dice.uniform(0, 30)),
        section="politics",
        page_keywords=["council", "budget"],
        images=[Image(url=f"{url}/lead.jpg", caption=_word(dice), credit="Agency")],
        cuts=[Cut(text=f"Read also {_word(dice)}", reason="related-link", rule="phrase", where=None) for _ in range(3)],
        method="blocks",
        confidence=0.9,
        cleaner_version="1",
        language=Language(tag="en", confidence=1.0),
        entities=[_mention(name, at) for at, name in enumerate(names[:12])],
        places=[_place(int(dice.random() ** 2 * _PLACES)) for _ in range(3)],
        countries=["BE", "NL"],
        topics=[MediaTopic(code=f"medtop:0{at}000000", label="label", confidence=0.7, method="m") for at in range(3)],
        keywords=[_word(dice) for _ in range(8)],
        minhash=[dice.getrandbits(32) for _ in range(128)],
        bands=[dice.getrandbits(63) for _ in range(42)],
        story_keys=StoryKeys(keys=keys, headline=own[:2]) if with_keys else None,
        tagger_version="1",
        models={"entities": "1", "topics": "1"},
    )


def event_keys(event: int) -> list[str]:
    """The story keys that the articles of an event share with no other article."""
    return [f"name:of event {event}, {key}" for key in range(_OWN_KEYS)]


def _word(dice: random.Random) -> str:
    return f"word{int(dice.random() ** 2 * 20_000)}"


def _mention(name: int, at: int) -> Entity:
    text = f"Person {name}"
    return Entity(type="PER", text=text, start=at * 20, end=at * 20 + len(text), confidence=0.9, method="m", name=text)


def _place(number: int) -> Place:
    return Place(geonames=number, name=f"Place {number}", country="BE", lat=51.0, lon=3.0, salience=0.5)
