"""What people ask: common and rare words, phrases, beginnings, filters; in the languages of the articles.

Words of the texts are drawn apart from each other, so that phrases of common words are almost never there: the dearest
case.
"""

import random
from bisect import bisect
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from benchmarks.search.articles import LANGUAGES, Vocabulary
from copydesk.storage.search import Filters

_COMMON, _USUAL, _RARE = (60, 400), (1_000, 6_000), (20_000, 60_000)


class Asked(NamedTuple):
    """A query with its filters; `plain` is a piece of it for peers that know no queries."""

    query: str
    filters: Filters
    plain: str


def mix(vocabularies: dict[str, Vocabulary], each: int, newest: datetime) -> dict[str, list[Asked]]:
    """So many queries of each kind."""
    chance = random.Random(11)
    spaced = [language for language in LANGUAGES if vocabularies[language].joint]
    weights = [LANGUAGES[language] for language in spaced]

    def word(band: tuple[int, int], language: str) -> str:
        words = vocabularies[language].words
        while True:
            found = str(words[chance.randrange(band[0], min(band[1], len(words)))])
            if found.isalpha() and len(found) > 3:
                return found

    def any_word(language: str) -> str:
        """As often as it is written; the commonest of all are stop words."""
        words = vocabularies[language]
        while True:
            rank = bisect(words.cumulative, chance.random())
            if rank in range(_COMMON[0], len(words.words)) and words.words[rank].isalpha():
                return str(words.words[rank])

    def some(make: Callable[[str], Any], **filters: Callable[[], Any]) -> list[Asked]:
        made = []
        for _ in range(each):
            language = chance.choices(spaced, weights)[0]
            query = make(language)
            narrowed = Filters(**{name: value() for name, value in filters.items()})
            made.append(Asked(query, narrowed, query.strip('"').split(" ")[0].rstrip("*")))
        return made

    han = [one for one in vocabularies["zh"].words[200:20_000] if len(one) > 1]
    return {
        "any word": some(any_word),
        "any two words": some(lambda language: f"{any_word(language)} {any_word(language)}"),
        "common word": some(lambda language: word(_COMMON, language)),
        "usual word": some(lambda language: word(_USUAL, language)),
        "rare word": some(lambda language: word(_RARE, language)),
        "two words": some(lambda language: f"{word(_USUAL, language)} {word(_COMMON, language)}"),
        "two common words": some(lambda language: f"{word(_COMMON, language)} {word(_COMMON, language)}"),
        "phrase": some(lambda language: f'"{word(_COMMON, language)} {word(_COMMON, language)}"'),
        "beginning": some(lambda language: f"{word(_USUAL, language)[:4]}*"),
        "without": some(lambda language: f"{word(_USUAL, language)} -{word(_COMMON, language)}"),
        "either": some(lambda language: f"{word(_USUAL, language)} OR {word(_USUAL, language)}"),
        "word, source": some(
            lambda language: word(_COMMON, language), source=lambda: f"source-{chance.randrange(1, 60)}"
        ),
        "word, entity": some(lambda language: word(_COMMON, language), entity=lambda: f"Q{chance.randrange(1, 500)}"),
        "word, week": some(
            lambda language: word(_USUAL, language),
            since=lambda: newest - timedelta(days=chance.randrange(7, 900)),
            until=lambda: newest - timedelta(days=chance.randrange(0, 6)),
        ),
        "filters alone": some(lambda _: "", topic=lambda: f"medtop:{chance.randrange(300):08}"),
        "Chinese": [Asked(one, Filters(), one) for one in chance.sample(han, each)],
        "language given": some(lambda language: word(_USUAL, language), language=lambda: "en"),
    }
