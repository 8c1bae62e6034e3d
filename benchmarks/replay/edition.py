"""A made-up edition of tagged articles with everything that happens to articles: copies, updates, withdrawals."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from msgspec.structs import replace

from copydesk.contracts import (
    ArticleTagged,
    Block,
    Cut,
    Entity,
    Language,
    MediaTopic,
    PageWithdrawn,
    Place,
    StoryKeys,
    article_id,
)
from copydesk.testing.press import PressArticle, article

_FETCHED = datetime(2026, 3, 9, tzinfo=UTC)
_SOURCES = 20
_TOWNS = {
    "Lisbon": (2267057, "PT", 38.7, -9.1),
    "Rotterdam": (2747891, "NL", 51.9, 4.5),
    "Kraków": (3094802, "PL", 50.1, 19.9),
    "Lyon": (2996944, "FR", 45.7, 4.8),
    "Porto": (2735943, "PT", 41.1, -8.6),
}
_LATER = timedelta(hours=1)


def messages(count: int) -> Iterator[ArticleTagged | PageWithdrawn]:
    """`count` messages, those of one article in the order of its fetches.

    Of 100 articles 2 are copies of the one before, 10 are fetched again with another text and 10 unchanged, 5 get new
    tags twice, 4 are withdrawn and 1 of those comes back.
    """
    made = (one for number in range(count) for one in _life(number))
    for _, one in zip(range(count), made, strict=False):
        yield one


def _life(number: int) -> Iterator[ArticleTagged | PageWithdrawn]:
    first = _tagged(number)
    yield first
    later = first.fetched_at + _LATER
    match number % 100:
        case n if n < 10:
            text = f"{first.text}\n\nThe decision was confirmed in the evening."
            yield replace(first, text=text, blocks=_blocks(text), fetched_at=later, content_sha256=f"{number:064x}")
        case n if n < 20:
            yield replace(first, fetched_at=later)
        case n if n < 25:
            yield replace(first, keywords=["harbour"])
            yield replace(first, keywords=["harbour", "council"])
        case n if n < 29:
            gone = PageWithdrawn(id=first.id, url=first.url, source=first.source, fetched_at=later, status=410)
            yield gone
            if n == 28:
                yield replace(first, fetched_at=later + _LATER)


def _tagged(number: int) -> ArticleTagged:
    """Every fiftieth article is a copy of the one before it, under another source."""
    original = number - 1 if number % 50 == 49 else number
    told = article(original)
    url = f"https://paper-{number % _SOURCES}.example{told.path}"
    text = "\n\n".join(told.paragraphs)
    chance = random.Random(original)
    return ArticleTagged(
        id=article_id(f"{url}#{number}"),
        url=url,
        canonical_url=url,
        source=f"paper-{number % _SOURCES}",
        fetched_at=_FETCHED + timedelta(seconds=number),
        content_sha256=f"{number:064x}",
        title=told.title,
        text=text,
        blocks=_blocks(text),
        authors=[told.author],
        published=told.published,
        cuts=[Cut(text=f"By {told.author}", reason="byline", rule="byline", path="p.byline")],
        method="edition",
        confidence=1.0,
        language=Language(tag="en", confidence=0.99),
        entities=_entities(text, told),
        places=_places(text),
        countries=sorted({_TOWNS[town][1] for town in _TOWNS if town in text}),
        topics=[MediaTopic(code="medtop:11000000", label="politics and government", confidence=0.8)],
        keywords=["council", "harbour"],
        minhash=[chance.getrandbits(32) for _ in range(128)],
        bands=[chance.getrandbits(64) - 2**63 for _ in range(42)],
        story_keys=StoryKeys(keys={f"number:{original}": 0.9, "country:PT": 0.3}) if number % 10 == 0 else None,
        tagger_version="edition",
        models={"language": "1", "keywords": "1"},
    )


def _blocks(text: str) -> list[Block]:
    return [Block(kind="paragraph", text=paragraph) for paragraph in text.split("\n\n")]


def _entities(text: str, told: PressArticle) -> list[Entity]:
    start = text.find(told.author)
    if start < 0:
        return []
    end = start + len(told.author)
    return [Entity(start=start, end=end, text=told.author, type="PER", confidence=0.9, name=told.author, salience=0.4)]


def _places(text: str) -> list[Place]:
    return [
        Place(geonames=number, name=town, country=country, lat=lat, lon=lon, salience=0.5)
        for town, (number, country, lat, lon) in _TOWNS.items()
        if town in text
    ]
