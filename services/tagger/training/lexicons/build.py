"""Packs the words of wordfreq and the base forms of simplemma into the files of data/lexicons.

    python services/tagger/training/lexicons/build.py [LANGUAGE …]

A file LANGUAGE.marisa holds the words (a MARISA trie, which numbers them), LANGUAGE.npy two numbers a word: a hundred
times its Zipf frequency (0 if it is not in wordfreq's small list), and which edit makes its base form (0 if simplemma
does not know it). Edits stand in LANGUAGE.edits, one a line: how many letters go and what comes in their place. Base
forms are kept of words of Zipf frequency 2 and above, of which a long article has nearly all its words. Takes two
minutes and 1.5 GB for all languages.
"""

import math
import sys
from collections.abc import Iterator
from pathlib import Path

import marisa_trie
import numpy as np
import wordfreq
from simplemma.strategies.dictionaries import DefaultDictionaryFactory
from simplemma.strategies.dictionaries.dictionary_factory import SUPPORTED_LANGUAGES

FOLDER = Path(__file__).parents[2] / "copydesk_tagger" / "data" / "lexicons"
LEAST = 2.0
_LEMMAS = {"sh": "hbs"}


def zipfs(language: str, wordlist: str) -> dict[str, float]:
    table = wordfreq.get_frequency_dict(language, wordlist=wordlist)
    return {word: round(9 + math.log10(frequency), 2) for word, frequency in table.items() if frequency > 0}


def lemmas(language: str, words: set[str]) -> Iterator[tuple[str, str]]:
    """Every form in capitals or small letters that simplemma has of the words."""
    lemmas_of = _LEMMAS.get(language, language)
    if lemmas_of not in SUPPORTED_LANGUAGES:
        return
    dictionary = DefaultDictionaryFactory(cache_max_size=1).get_dictionary(lemmas_of)
    for word in words:
        for form in {word, word.capitalize()}:
            lemma = dictionary.get(form)
            if lemma is not None:
                yield form, lemma


def edit(word: str, lemma: str) -> str:
    same = 0
    while same < min(len(word), len(lemma)) and word[same] == lemma[same]:
        same += 1
    return f"{len(word) - same} {lemma[same:]}"


def pack(language: str) -> None:
    small = zipfs(language, "small")
    wide = "large" if language in wordfreq.available_languages("large") else "small"
    known = {word for word, zipf in zipfs(language, wide).items() if zipf >= LEAST} | small.keys()
    edits = {word: edit(word, lemma) for word, lemma in lemmas(language, known)}
    rules = {rule: number for number, rule in enumerate(sorted(set(edits.values())), 1)}
    words = sorted(small.keys() | edits.keys())
    trie = marisa_trie.Trie(words)
    numbers = np.zeros((len(words), 2), "<u2")
    for word in words:
        numbers[trie[word]] = (round(100 * small.get(word, 0)), rules.get(edits.get(word, ""), 0))
    trie.save(str(FOLDER / f"{language}.marisa"))
    np.save(FOLDER / f"{language}.npy", numbers)
    (FOLDER / f"{language}.edits").write_text("\n".join(rules), encoding="utf-8")
    print(language, len(words), "words", len(rules), "edits")


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    for language in sys.argv[1:] or sorted(wordfreq.available_languages("small")):
        pack(language)


if __name__ == "__main__":
    main()
