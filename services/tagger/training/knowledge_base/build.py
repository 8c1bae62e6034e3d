"""Builds the tagger's knowledge base: `python services/tagger/training/knowledge_base/build.py [DATA] [--out FILE]`.

DATA is the folder with people.jsonl, organisations.jsonl and name-parts.tsv.gz; people.tsv and organisations.tsv beside
this script are the reviewed part and win over it. The result depends on nothing but these files and the date given.
"""

import csv
import gzip
import json
import re
from argparse import ArgumentParser
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
from babel import Locale
from copydesk_tagger.core import linking_words, scripts
from copydesk_tagger.core.knowledge_base import PARTICLES, Known
from spellings import from_cyrillic

HERE = Path(__file__).parent
DATA = HERE.parents[4] / "shared" / "data" / "tagging" / "kb"
OUT = HERE.parents[1] / "copydesk_tagger" / "data" / "knowledge_base.jsonl.gz"

SOURCES = [
    "people.jsonl: Wikidata (CC0), through every-politician-scrapers/world-leaders-2021 and EveryPolitician",
    "name-parts.tsv.gz: Wikidata (CC0), through rigour 1.2.0 (MIT)",
    "organisations.jsonl: confirmordeny/supraverden (CC BY-SA 4.0)",
    "people.tsv, organisations.tsv: written for Copydesk (Apache-2.0)",
]
_YEARS = re.compile(r"\((\d{4})-(\d{4})?\)")
_OLD_MEMBERS = re.compile(r"^member of ")
_BESIDES = ("Jr.", "III", "IV", "Dr.", "Drs.", "DR.", "Prof.", "Mag.", "H.", "M.A.")
_COMMON_SHORT = 5
"""Names of international bodies with fewer letters are left to the reviewed list."""


@dataclass
class Names:
    """The spellings of each name part that an entry needs, numbered as they are asked for."""

    groups: dict[str, list[tuple[str, ...]]]
    numbers: dict[tuple[str, tuple[str, ...]], int] = field(default_factory=dict)
    spellings: list[list[str]] = field(default_factory=list)

    def number(self, part: str, more: Iterable[str] = ()) -> int:
        """The number of a part's spellings: those that name-parts has, `more`, and what these are spelled in Latin."""
        key = (linking_words.fold(part), tuple(sorted(more)))
        if key not in self.numbers:
            forms = dict.fromkeys([key[0]])
            for group in self.groups.get(key[0], []):
                forms.update(dict.fromkeys(group))
            forms.update(dict.fromkeys(more))
            for form in list(forms):
                forms.update(dict.fromkeys(from_cyrillic(form)))
            self.numbers[key] = len(self.spellings)
            self.spellings.append(sorted(forms))
        return self.numbers[key]


def main() -> None:
    parser = ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("data", nargs="?", type=Path, default=DATA)
    parser.add_argument("--out", type=Path, default=OUT)
    parser.add_argument("--date", default=date.today().isoformat(), help="written into the file")  # noqa: DTZ011
    arguments = parser.parse_args()
    names = Names(_groups(arguments.data / "name-parts.tsv.gz"))
    found = (*_people(arguments.data, names), *_organisations(arguments.data))
    entries = [entry for entry in found if entry.names or entry.parts]
    header = {
        "built": arguments.date,
        "sources": SOURCES,
        "parts": ["|".join(forms) for forms in names.spellings],
    }
    lines = [json.dumps(header, ensure_ascii=False).encode(), *(msgspec.json.encode(_slim(entry)) for entry in entries)]
    arguments.out.write_bytes(gzip.compress(b"\n".join(lines) + b"\n", mtime=0))
    print(f"{len(entries)} entries, {len(names.spellings)} name parts, {arguments.out.stat().st_size:,} bytes")


def _slim(entry: Known) -> dict[str, Any]:
    """Only what is not the default, to keep the file small."""
    defaults = Known(id="", type="PER", name="")
    kept = ("id", "type", "name")
    return {
        name: value
        for name in Known.__struct_fields__
        if (value := getattr(entry, name)) != getattr(defaults, name) or name in kept
    }


def _groups(path: Path) -> dict[str, list[tuple[str, ...]]]:
    """Groups of spellings by each folded spelling in Latin letters."""
    found: dict[str, list[tuple[str, ...]]] = defaultdict(list)
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            forms = tuple(line.rstrip("\n").split("\t")[1].split("|"))
            for form in {linking_words.fold(form) for form in forms if scripts.of_name(form) == "Latn"}:
                found[form].append(forms)
    return found


def _reviewed(name: str) -> list[dict[str, str]]:
    with (HERE / name).open(encoding="utf-8") as lines:
        return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


def _people(data: Path, names: Names) -> Iterator[Known]:
    ours = {row["id"] or row["name"]: row for row in _reviewed("people.tsv")}
    for row in ours.values():
        yield _person(row, names)
    with (data / "people.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            if record["qid"] not in ours and (known := _listed_person(record, names)) is not None:
                yield known


def _person(row: dict[str, str], names: Names) -> Known:
    plain = _particles_off(row["name"])
    surnames, givens = row["surname"].split(), row["given"].split()
    parts = []
    if len(plain) >= 2 and (surnames or givens or not row["names"]):
        parts.append([names.number(plain[0], givens), names.number(plain[-1], surnames)])
    listed = [name for name in row["names"].split("|") if name]
    return Known(
        id=_uri("person", row["id"], row["name"]),
        type="PER",
        name=row["name"],
        kind=row["kind"],
        names={"": [row["name"], *listed]} if listed or not parts else {},
        parts=parts,
        countries=row["countries"].split(),
        since=int(row["since"]) if row["since"] else None,
        until=int(row["until"]) if row["until"] else None,
        prominent=bool(surnames or givens or row["names"]),
        unmistakable=row["flags"] == "unmistakable",
        common=row["flags"] == "common",
        needs=_keys(row["needs"]),
        refuses=_keys(row["refuses"]),
    )


def _listed_person(record: dict[str, Any], names: Names) -> Known | None:
    """A person of people.jsonl; None where the name is no name."""
    name = _natural(record["name"])
    plain = _particles_off(name)
    if len(plain) < 2 or any(character.isdigit() for character in name):
        return None
    years = _YEARS.findall(record["description"])
    every = [form for forms in record["aliases"].values() for form in forms if " " in form or "·" in form]
    return Known(
        id=f"wikidata:{record['qid']}",
        type="PER",
        name=name,
        kind="politician",
        names={"": sorted({name, *every})},
        parts=[[names.number(plain[0]), names.number(plain[-1])]] if len(plain) == 2 else [],
        countries=_countries(record["description"]),
        since=min((int(since) for since, _ in years), default=None),
        until=None if any(not until for _, until in years) else max((int(until) for _, until in years), default=None),
        common=bool(_OLD_MEMBERS.match(record["description"])),
    )


def _natural(name: str) -> str:
    """`MELONI Giorgia` as it is said; academic titles and initials of middle names are left out."""
    words = [
        word
        for word in name.replace(",", " ").split()
        if word not in ("Jr.", "III", "IV", "Dr.", "Drs.", "Prof.", "Mag.")
    ]
    shouted = [word for word in words if word.isupper() and len(word) > 2]
    quiet = [word for word in words if word not in shouted]
    if shouted and quiet:
        words = [*quiet, *(word.title() for word in shouted)]
    return " ".join(word for word in words if not re.fullmatch(r"[A-Z]\.?", word))


def _particles_off(name: str) -> list[str]:
    return [word.folded for word in linking_words.words(name) if word.folded not in PARTICLES]


def _countries(description: str) -> list[str]:
    territories = Locale.parse("en").territories
    by_name = {name: code for code, name in territories.items() if len(code) == 2 and code.isalpha()}
    by_name |= {"United States of America": "US", "French Republic": "FR", "the French Republic": "FR", "Turkey": "TR"}
    by_name |= {"Ivory Coast": "CI", "Czech Republic": "CZ", "England": "GB", "Wales": "GB", "Scotland": "GB"}
    found = {code: None for name, code in by_name.items() if re.search(rf"\b{re.escape(name)}\b", description)}
    return list(found)


def _organisations(data: Path) -> Iterator[Known]:
    ours: dict[str, dict[str, str]] = {}
    for row in _reviewed("organisations.tsv"):
        ours[row["id"] or row["name"]] = row
    records = [json.loads(line) for line in (data / "organisations.jsonl").read_text(encoding="utf-8").splitlines()]
    times = Counter(record["qid"] for record in records)
    for record in records:
        if record["qid"] and times[record["qid"]] == 1:  # an id that two bodies have is wrong for one of them
            yield _listed_organisation(record, ours.pop(record["qid"], None))
    for row in ours.values():
        yield Known(
            id=_uri("organisation", row["id"], row["name"]),
            type="ORG",
            name=row["name"],
            kind=row["kind"],
            names=_by_language(row["names"].split("|")),
            countries=row["countries"].split(),
            common=row["flags"] == "common",
            needs=_keys(row["needs"]),
        )


def _listed_organisation(record: dict[str, Any], reviewed: dict[str, str] | None) -> Known:
    """An international body; its short names are taken only where they were reviewed."""
    names: dict[str, list[str]] = defaultdict(list)
    for language, forms in record["aliases"].items():
        for form in forms:
            if " " in form or (scripts.of_name(form) in scripts.UNSPACED and len(form) >= _COMMON_SHORT):
                names[language].append(form)
    if reviewed:
        for language, forms in _by_language(reviewed["names"].split("|")).items():
            names[language].extend(forms)
    return Known(
        id=f"wikidata:{record['qid']}",
        type="ORG",
        name=record["name"],
        kind="international",
        names={language: sorted(set(forms)) for language, forms in names.items()},
    )


def _by_language(names: Iterable[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for name in names:
        language, mark, rest = name.partition("=")
        if mark and len(language) <= 3:
            found[language].append(rest)
        elif name:
            found[""].append(name)
    return dict(found)


def _keys(words: str) -> list[str]:
    return sorted({linking_words.key(linking_words.fold(word), scripts.of_name(word)) for word in words.split()})


def _uri(kind: str, qid: str, name: str) -> str:
    """The Wikidata id, or an id of our own where none is sure."""
    return (
        f"wikidata:{qid}" if qid else f"copydesk:{kind}/{'-'.join(word.folded for word in linking_words.words(name))}"
    )


if __name__ == "__main__":
    main()
