"""Packs the names that Chinese and Japanese write by sound, with their skeletons in Latin letters.

    python services/tagger/training/names/build.py [DATA]

DATA holds `kb/name-parts.tsv.gz`: groups of given names and surnames that are one name in several scripts (Wikidata,
CC0, through rigour 1.2.0, MIT). The result is data/foreign_names.marisa, a MARISA trie from a name of three to nine
Han letters or of three kana and more to the skeletons that most Latin spellings of its groups have.
"""

import gzip
import re
import sys
from collections import Counter, defaultdict
from pathlib import Path

import marisa_trie
from copydesk_tagger.core.foreign_names import LONGEST, SHORTEST
from copydesk_tagger.core.skeletons import skeleton

DATA = Path(__file__).parents[5] / "shared" / "data" / "tagging"
OUT = Path(__file__).parents[2] / "copydesk_tagger" / "data" / "foreign_names.marisa"
MOST = 2
_BY_SOUND = re.compile(f"[\u4e00-\u9fff]{{{SHORTEST},{LONGEST}}}|[\u30a1-\u30fa\u30fc]{{{SHORTEST},}}")
_LATIN = re.compile("[a-z\u00c0-\u024f'’-]+")


def names(path: Path) -> dict[str, list[str]]:
    met: dict[str, Counter[str]] = defaultdict(Counter)
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            forms = line.rstrip("\n").split("\t")[1].split("|")
            bare = Counter(found for form in forms if _LATIN.fullmatch(form) and (found := skeleton(form)))
            for form in forms:
                if bare and _BY_SOUND.fullmatch(form):
                    met[form] += bare
    return {form: _usual(bare) for form, bare in met.items()}


def _usual(met: Counter[str]) -> list[str]:
    """The skeletons that are at least half as frequent as the first."""
    ranked = sorted(met.items(), key=lambda item: (-item[1], item[0]))[:MOST]
    return [bare for bare, times in ranked if 2 * times >= ranked[0][1]]


def main() -> None:
    data = Path(sys.argv[1]) if len(sys.argv) > 1 else DATA
    found = names(data / "kb" / "name-parts.tsv.gz")
    pairs = [(form, bare.encode()) for form, skeletons in sorted(found.items()) for bare in skeletons]
    marisa_trie.BytesTrie(pairs).save(str(OUT))
    print(len(found), "names")


if __name__ == "__main__":
    main()
