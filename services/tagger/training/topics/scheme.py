"""Builds data/mediatopics.tsv: `python services/tagger/training/topics/scheme.py [MEDIATOPICS] [--out FILE]`.

MEDIATOPICS is a dump of the IPTC media topics, one JSON object a line (code, broader, labels by language). Kept are the
topics that a lexicon in data/topics has terms for, and those above them.
"""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
DATA = HERE.parents[4] / "shared" / "data" / "tagging" / "topics" / "mediatopics.jsonl"
PACKAGE = HERE.parents[1] / "copydesk_tagger"
OUT = PACKAGE / "data" / "mediatopics.tsv"
LABELS = {"en": "en-GB", "ar": "ar", "da": "da", "de": "de", "es": "es", "fr": "fr", "nb": "nb", "nn": "nn"} | {
    "pt": "pt-PT",
    "pt-BR": "pt-BR",
    "sv": "sv",
    "zh": "zh-Hans",
}
"""Language tags of the labels, as written here and in the dump."""


def with_terms() -> set[str]:
    lexicons = (PACKAGE / "data" / "topics").glob("*.tsv")
    lines = (line for path in lexicons for line in path.read_text(encoding="utf-8").splitlines())
    return {line.split("\t")[0] for line in lines if line[:1].isdigit()}


def kept(topics: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    """The topics with terms and all above them, in the order of their codes, which puts a parent anywhere."""
    codes = set()
    for code in with_terms():
        above: str | None = code
        while above:
            codes.add(above)
            above = topics[above]["broader"]
    return [topics[code] for code in sorted(codes)]


def main() -> None:
    parser = ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("mediatopics", nargs="?", type=Path, default=DATA)
    parser.add_argument("--out", type=Path, default=OUT)
    arguments = parser.parse_args()
    with arguments.mediatopics.open(encoding="utf-8") as dump:
        topics = {topic["code"]: topic for topic in map(json.loads, dump)}
    rows = [
        "# IPTC Media Topic NewsCodes, version 2023-10-24, Copyright IPTC (www.iptc.org), CC BY 4.0; an extract",
        "\t".join(("code", "broader", *LABELS)),
    ]
    for topic in kept(topics):
        labels = (topic["labels"].get(name, "") for name in LABELS.values())
        rows.append("\t".join((topic["code"], topic["broader"] or "", *labels)))
    arguments.out.write_text("\n".join(rows) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
