"""The gazetteer: packed names of cities (GeoNames, CC BY 4.0), Babel's of countries (CLDR) and Copydesk's own tables.

training/places/build.py packs the cities. The files are mapped into memory, so that workers share them.
"""

import csv
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import marisa_trie
import numpy as np
from ahocorasick_rs import AhoCorasick, Implementation, MatchKind
from babel import Locale, UnknownLocaleError
from numpy.typing import NDArray

from copydesk_tagger.core import inflection, scripts
from copydesk_tagger.core.gazetteer import Form, Kind, NameMatcher, Reading, Spot
from copydesk_tagger.core.inflection import Stem

_ALIKE_REGIONS = frozenset({"WA", "NY", "DC"})
"""States named like a greater city."""

_LANGUAGES_OF_STATES = scripts.listed("en nl de fr es it pt sv da nb nn fi id ms ro hr bs")
_DENSE = scripts.UNSPACED | {"Hang"}
_SPEAK_LIKE = {
    "bs": "hr",
    "nb": "no",
    "fil": "fil",
    "kmr": "ku",
    "pcm": "en",
    "zh-Hans": "zh_Hans",
    "zh-Hant": "zh_Hant",
    "yue": "zh_Hant",
}
_OWN_NAMES = {"zh-Hans": ("zh",), "zh-Hant": ("zh-Hant",), "yue": ("zh-Hant",)}
_DECLINED = {"pl": "cities.pl", **dict.fromkeys(inflection.SLAVIC, "cities.slavic")}
_READINGS_KEPT = 4096


class GeonamesGazetteer:
    """Cities of 5,000 people and more, US states, countries. Matchers of languages are built when first asked for."""

    def __init__(self) -> None:
        self._folder = Path(str(files("copydesk_tagger").joinpath("data", "gazetteer")))
        told = json.loads((self._folder / "gazetteer.json").read_text(encoding="utf-8"))
        self._endings = [frozenset(forms) for forms in told["endings"]]
        self._country_rows: dict[str, tuple[int, str, int, int]] = told["countries"]
        self._state_rows: dict[str, tuple[int, str]] = told["states"]
        self._cities = _Cities(self._folder)
        self._city_matcher = NameMatcher(_PackedNames(self._folder, "cities", self._cities, self._endings))
        self._matchers: dict[str, tuple[NameMatcher, ...]] = {}

    def matchers(self, language: str) -> Sequence[NameMatcher]:
        if language not in self._matchers:
            matchers = [NameMatcher(_LanguageNames(self._language_entries(language))), self._city_matcher]
            if (declined := _DECLINED.get(scripts.primary(language))) is not None:
                names = _PackedNames(self._folder, declined, self._cities, self._endings)
                matchers.append(NameMatcher(names))
            self._matchers[language] = tuple(matchers)
        return self._matchers[language]

    def spot(self, country: str) -> Spot | None:
        return self._countries.get(country)

    @cached_property
    def _countries(self) -> dict[str, Spot]:
        """Countries; GeoNames' coordinates of them are not in the package, the middle of their cities stands in."""
        middles = self._cities.middles("country")
        return {
            code: Spot(geonames, name, code, *middles[code], population, Kind.COUNTRY)
            for code, (geonames, name, population, _) in self._country_rows.items()
            if code in middles
        }

    @cached_property
    def capitals(self) -> frozenset[int]:
        return frozenset(capital for *_, capital in self._country_rows.values() if capital)

    @cached_property
    def _regions(self) -> dict[str, Spot]:
        """American states with their GeoNames ids, and other regions, of which the package has none."""
        middles = self._cities.middles("region", within="US")
        others = {}
        for code, geonames, names in _rows("regions.tsv"):
            country, region = code.split("-")
            middle = self._cities.middles("region", within=country)[region] if geonames != "0" else (0.0, 0.0)
            name = names.partition("|")[0]
            others[code] = Spot(int(geonames), name, country, *middle, 0, Kind.REGION, region)
        return others | {
            f"US-{code}": Spot(geonames, name, "US", *middles[code], 0, Kind.REGION, code)
            for code, (geonames, name) in self._state_rows.items()
            if code in middles
        }

    def _language_entries(self, language: str) -> dict[Stem, list[Reading]]:
        entries: dict[Stem, list[Reading]] = defaultdict(list)
        base = scripts.primary(language)
        for code, name in self._country_names(language):
            spot = self._countries.get(code) or self._regions.get(code)
            if code.isdigit():
                spot = self._cities.by_id(int(code))
            if spot is not None:
                for stem in inflection.stems(name, scripts.of_name(name), base):
                    entries[stem].append(Reading(spot, spot.kind, main=True))
        for code, _, names in _rows("regions.tsv"):
            for name in names.split("|"):
                for stem in inflection.stems(name, scripts.of_name(name), base):
                    entries[stem].append(Reading(self._regions[code], Kind.REGION, main=True))
        if base in _LANGUAGES_OF_STATES:
            for spot in self._regions.values():
                if spot.country == "US" and spot.region not in _ALIKE_REGIONS:
                    entries[Stem(spot.name, inflection.AS_IT_STANDS)].append(Reading(spot, Kind.REGION, main=True))
        for code, stem in _demonyms(base):
            if (country := self._countries.get(code)) is not None:
                entries[stem].append(Reading(country, Kind.DEMONYM, main=True))
        return entries

    def _country_names(self, language: str) -> Iterator[tuple[str, str]]:
        own = _OWN_NAMES.get(language, (scripts.primary(language),))
        for row in _rows("names.tsv"):
            if row[0] in own or (row[0] == "*" and own[0] not in ("zh", "ar")):
                for name in row[2].split("|"):
                    yield row[1], name
        for code, name in _territories(language):
            yield code, name


class _Cities:
    """Cities by their number in the packed files."""

    def __init__(self, folder: Path) -> None:
        self._rows: NDArray[Any] = np.asarray(np.load(folder / "spots.npy", mmap_mode="r"))
        self._names = (folder / "spots.txt").read_bytes()
        self._name_starts = np.flatnonzero(np.frombuffer(b"\n" + self._names, np.uint8) == ord("\n")).astype(np.uint32)

    @lru_cache(maxsize=_READINGS_KEPT)  # noqa: B019 - there is one, for the life of a worker
    def spot(self, number: int) -> Spot:
        row = self._rows[number]
        start = int(self._name_starts[number])
        end = self._names.find(b"\n", start)
        return Spot(
            int(row["geonames"]),
            self._names[start : end if end >= 0 else None].decode(),
            row["country"].decode(),
            round(float(row["latitude"]), 5),
            round(float(row["longitude"]), 5),
            int(row["population"]),
            Kind.CITY,
            row["region"].decode(),
        )

    def by_id(self, geonames: int) -> Spot | None:
        number = int(np.searchsorted(self._rows["geonames"], geonames))
        found = number < len(self._rows) and int(self._rows["geonames"][number]) == geonames
        return self.spot(number) if found else None

    def middles(self, by: str, within: str | None = None) -> Mapping[str, tuple[float, float]]:
        """The middle of the cities of every country or region on the globe, in degrees, each city counted once."""
        rows = self._rows if within is None else self._rows[self._rows["country"] == within.encode()]
        codes, groups = np.unique(rows[by], return_inverse=True)
        latitude, longitude = np.radians(rows["latitude"]), np.radians(rows["longitude"])
        x = np.bincount(groups, np.cos(latitude) * np.cos(longitude))
        y = np.bincount(groups, np.cos(latitude) * np.sin(longitude))
        z = np.bincount(groups, np.sin(latitude))
        middles = np.degrees([np.arctan2(z, np.hypot(x, y)), np.arctan2(y, x)]).round(4)
        return {code.decode(): (float(middles[0, place]), float(middles[1, place])) for place, code in enumerate(codes)}


class _PackedNames:
    """Names of cities, mapped from files."""

    def __init__(self, folder: Path, name: str, cities: _Cities, endings: Sequence[frozenset[str]]) -> None:
        self._trie = marisa_trie.Trie()
        self._trie.mmap(str(folder / f"{name}.marisa"))
        self._starts: NDArray[np.uint32] = np.asarray(np.load(folder / f"{name}.starts.npy", mmap_mode="r"))
        self._readings: NDArray[np.uint32] = np.asarray(np.load(folder / f"{name}.readings.npy", mmap_mode="r"))
        self._cities = cities
        self._endings = endings
        self.forms = lru_cache(maxsize=_READINGS_KEPT)(self._forms)
        heads = (folder / f"{name}.heads.txt").read_text(encoding="utf-8").split("\n")
        self._heads = _automaton(heads)

    def within(self, text: str) -> Iterable[int]:
        return [start for _, start, _ in self._heads.find_matches_as_indexes(text, overlapping=True)]

    def starting(self, text: str) -> Iterable[tuple[str, int]]:
        found: Iterable[tuple[str, int]] = self._trie.iter_prefixes_with_ids(text)
        return found

    def _forms(self, number: int) -> Sequence[Form]:
        by_endings: dict[int, list[Reading]] = defaultdict(list)
        for packed in self._readings[self._starts[number] : self._starts[number + 1]].tolist():
            reading = Reading(self._cities.spot((packed & 0xFFFFFF) >> 1), Kind.CITY, main=bool(packed & 1))
            by_endings[packed >> 24].append(reading)
        return [(self._endings[which], tuple(readings)) for which, readings in by_endings.items()]


class _LanguageNames:
    """Names of countries, regions and demonyms in one language."""

    def __init__(self, entries: Mapping[Stem, Iterable[Reading]]) -> None:
        forms: dict[str, list[Form]] = defaultdict(list)
        for stem, readings in entries.items():
            forms[stem.text].append((stem.endings, tuple(readings)))
        self._trie = marisa_trie.Trie(forms)
        self._forms = [forms[self._trie.restore_key(number)] for number in range(len(forms))]
        self._automaton = _automaton(forms)

    def within(self, text: str) -> Iterable[int]:
        return {start for _, start, _ in self._automaton.find_matches_as_indexes(text, overlapping=True)}

    def starting(self, text: str) -> Iterable[tuple[str, int]]:
        found: Iterable[tuple[str, int]] = self._trie.iter_prefixes_with_ids(text)
        return found

    def forms(self, number: int) -> Sequence[Form]:
        return self._forms[number]


def _automaton(texts: Iterable[str]) -> AhoCorasick:
    return AhoCorasick(
        texts, matchkind=MatchKind.Standard, implementation=Implementation.ContiguousNFA, store_patterns=False
    )


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
                script = scripts.of_name(part)
                cased = script in scripts.CASED
                if len(part) >= (2 if script in _DENSE else 3) and not (cased and part.islower()):
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
