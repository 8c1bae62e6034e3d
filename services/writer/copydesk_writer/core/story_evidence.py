"""How likely it is that two articles tell one event: a logistic function of what they share.

A shared key says the more, the rarer it is: its rarity is the logarithm of the inverse share of articles that have
it (Spärck Jones 1972), estimated from its kind and from how many articles of the time have it.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property, lru_cache
from hashlib import blake2b
from itertools import chain
from operator import mul
from typing import TypeVar
from uuid import UUID

Id = TypeVar("Id", UUID, bytes)

WINDOW = timedelta(days=7)
"""Articles further apart never tell one event directly; by others in between a story goes on for weeks."""

_ARTICLES = 3000.0
"""Of how many articles the shares below are those."""

_SHARES = {"geonames": 0.01, "country": 0.08, "number": 0.005, "name": 0.004}
_SHARE_OF_LINKED = 0.003
_PROBES = 14
_LEAST_SHARED, _MOST_NEAR = 2, 16
_KINDS = ("name", "number", "geonames", "country", "uri")
_MARKS = ("date", "weekday", "organisation")
"""Kinds of keys that say something of others or of time, and are no evidence by themselves."""


class Keys(dict[str, float]):
    """The weights of an article's keys, with what follows from them alone, worked out when it is first asked for."""

    @cached_property
    def square(self) -> float:
        """The square of the norm of what they would say if nobody else had them."""
        return sum([(weight * _PLAIN[_kind(key)]) ** 2 for key, weight in self.items()])

    @cached_property
    def days(self) -> tuple[frozenset[str], ...]:
        """Weekdays, days of a month, and days of a year that they name."""
        named = [key for key in self if key.startswith(("weekday:", "date:"))]
        return (
            frozenset(key for key in named if key.startswith("weekday:")),
            *(frozenset(key for key in named if len(key) == length and key.startswith("date:")) for length in _DATES),
        )


_DATES = (len("date:07-03"), len("date:2024-07-03"))


@dataclass(eq=False)
class Telling:
    """An article as one telling of a story. `at` is its publication where `dated`, else its first fetch.

    `keys` and `headline` are those of `StoryKeys`; `original` is what it is a copy of. Only `story` changes.
    """

    id: UUID
    at: datetime
    dated: bool
    keys: Keys
    headline: frozenset[str] = frozenset()
    story: str | None = None
    original: UUID | None = None


class Rarities(dict[str, float]):
    """How much a key says, by its kind and by how many articles of about that time were found to have it.

    Worked out when a key is first asked for, and looked up as in any dictionary from then on.
    """

    def __init__(self, counts: Mapping[str, int]) -> None:
        super().__init__()
        self._counts = counts
        self._norms: dict[int, tuple[Keys, float]] = {}

    def __missing__(self, key: str) -> float:
        kind, count = _kind(key), self._counts.get(key)
        found = self[key] = _rarity(kind, count) if count and kind not in _MARKS else _PLAIN[kind]
        return found

    def norm(self, keys: Keys) -> float:
        """Of what an article's keys say; those that nobody else has say it at all times.

        Computed once for each article's keys; they are held, so that no others take their identity.
        """
        known = self._norms.get(id(keys))
        if known is None:
            square = keys.square
            for key in keys.keys() & self._counts.keys():
                square += keys[key] ** 2 * (self[key] ** 2 - _PLAIN[_kind(key)] ** 2)
            known = self._norms[id(keys)] = (keys, math.sqrt(max(0.0, square)))
        return known[1]


@lru_cache(maxsize=1 << 16)
def _kind(key: str) -> str:
    kind = key.partition(":")[0]
    return kind if kind in _PLAIN else "uri"


@lru_cache(maxsize=1 << 10)
def _rarity(kind: str, count: int) -> float:
    return math.log(_ARTICLES / (_ARTICLES * _SHARES.get(kind, _SHARE_OF_LINKED) + count) + 1)


_SILENT = frozenset({"country", *_MARKS})
_PLAIN = {kind: _rarity(kind, 0) for kind in ("geonames", "country", "number", "name", "uri")} | dict.fromkeys(
    _MARKS, 0.0
)
"""Rarities of keys that nobody else has, by kind."""


def probes(keys: Mapping[str, float]) -> list[str]:
    """The keys by which an article looks for others, those that say most; countries say too little."""
    kinds = ((_kind(key), key, weight) for key, weight in keys.items())
    ranked = sorted((-weight * _PLAIN[kind], key) for kind, key, weight in kinds if kind not in _SILENT)
    return [key for _, key in ranked[:_PROBES]]


def nearest(article: Id, met: Iterable[Sequence[Id]]) -> list[Id]:
    """The candidates of an article, the likeliest first: those with which it shares the most and rarest keys.

    `met` has for each of its keys who has it, itself among them. One key in common is not enough for one event.
    """
    known = list(met)
    shared = Counter(chain.from_iterable(known))
    scores = {one: 0.0 for one, times in shared.items() if times >= _LEAST_SHARED and one != article}
    for others in known if scores else ():
        weight = 1 / math.log(1 + len(others))
        for other in scores.keys() & others:
            scores[other] += weight
    return sorted(scores, key=lambda one: (-scores[one], one))[:_MOST_NEAR]


@lru_cache(maxsize=1 << 16)
def key_hash(key: str) -> int:
    """A key as the signed 64-bit number under which it is stored."""
    return int.from_bytes(blake2b(key.encode(), digest_size=8).digest(), "little", signed=True)


FEATURES = ("cosine", *(f"shared {kind}" for kind in _KINDS), "headline", "days apart")
_OF_THE_EVENT = [FEATURES.index(f"shared {kind}") for kind in ("name", "number", "uri")]


def evidence(one: Telling, other: Telling, rarities: Rarities) -> list[float]:
    """The figures named by `FEATURES`; shared evidence on a logarithmic scale."""
    ours, theirs = one.keys, other.keys
    product = 0.0
    shared = dict.fromkeys(_KINDS, 0.0)
    for key in ours.keys() & theirs.keys():
        if rarity := rarities[key]:
            own, others = ours[key], theirs[key]
            product += own * others * rarity * rarity
            shared[_kind(key)] += (own if own < others else others) * rarity
    norms = rarities.norm(ours) * rarities.norm(theirs) if product else 0.0
    headline = sum([rarities[key] for key in one.headline & other.headline if not key.startswith("country:")])
    apart = abs((one.at - other.at).total_seconds()) / 86_400
    return [
        product / norms if norms else 0.0,
        *map(math.log1p, shared.values()),
        math.log1p(headline),
        math.log1p(apart),
    ]


WEIGHTS = (7.2, 1.1, 1.0, 0.8, 1.0, 0.8, 0.65, -0.8)
BIAS = -5.5


_SPECIFIC = 3.0
_PLACES_ALONE = 3.0
"""What the logit loses where names and figures are not shared: a city sees many events a day."""


def likelihood(one: Telling, other: Telling, rarities: Rarities) -> float:
    """The probability that both tell one event, 0…1.

    Where the time of either is not known, looks alone say nothing: two visits of the same people to the same place
    look alike, and only time tells them apart. See `undated`.
    """
    logit = -undated(one, other) if not (one.dated and other.dated) else 0.0
    if logit == -math.inf:
        return 0.0
    found = evidence(one, other, rarities)
    logit += BIAS + sum(map(mul, WEIGHTS, found))
    specific = sum([math.expm1(found[place]) for place in _OF_THE_EVENT])
    logit -= _PLACES_ALONE * max(0.0, 1 - specific / _SPECIFIC)
    return 1 / (1 + math.exp(-max(-50.0, min(50.0, logit))))


_SAME_DATE, _SAME_WEEKDAY, _SAME_OCCASION = 1.0, 3.0, 5.0
"""What the logit loses for the lack of a date, by what the texts say instead."""


def undated(one: Telling, other: Telling) -> float:
    """What the lack of a date costs two articles; infinite where nothing in their texts stands in for it.

    Their first sentences may name the same day of a month; or the same weekday, with a figure or an organisation that
    both name; or both headlines may be about one organisation and one country or place. Never where days are named
    that differ.
    """
    weekdays, days, dates = zip(one.keys.days, other.keys.days, strict=True)
    if any(ours and theirs and ours.isdisjoint(theirs) for ours, theirs in (weekdays, days, dates)):
        return math.inf
    if days[0] & days[1] or dates[0] & dates[1]:
        return _SAME_DATE
    if weekdays[0] & weekdays[1] and any(
        key.startswith(("number:", "organisation:")) for key in one.keys.keys() & other.keys.keys()
    ):
        return _SAME_WEEKDAY
    kinds = {key.partition(":")[0] for key in one.headline & other.headline}
    if "organisation" in kinds and kinds & {"country", "geonames"}:
        return _SAME_OCCASION
    return math.inf
