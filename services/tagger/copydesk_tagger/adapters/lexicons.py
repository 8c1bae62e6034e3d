"""Lexicons: words by frequency (wordfreq) and base forms (simplemma), packed by training/lexicons/build.py.

The packed files are mapped into memory, so that workers share them, and take 0.2 to 1.5 MB a language.
"""

import gzip
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from importlib.resources import files
from pathlib import Path

import marisa_trie
import msgpack
import numpy as np
from numpy.typing import NDArray
from simplemma import Lemmatizer
from simplemma.strategies import DefaultStrategy
from simplemma.strategies.dictionaries import StreamDictionaryFactory
from simplemma.strategies.dictionaries.dictionary_factory import SUPPORTED_LANGUAGES
from wordfreq.util import data_path

from copydesk_tagger.core import scripts

_STREAMED = 2
"""Languages held whose base forms are not packed; each takes 1 to 15 MB."""

_WORDS_KEPT = 5_000
_PLAIN_NOUN = 3.0
"""German writes nouns like names; rarer ones (Zipf scale) pass for names."""

_FREQUENCIES = {"hr": "sh", "bs": "sh", "sr": "sh", "nn": "nb", "yue": "zh"}
_LEMMAS = {"hr": "hbs", "bs": "hbs", "sr": "hbs"}
_PACKED_LEMMAS = {"hbs": "sh"}


class PackedWords(Mapping[str, float]):
    """The words of one language with their Zipf frequencies, and their base forms."""

    def __init__(self, language: str) -> None:
        folder = Path(str(files("copydesk_tagger").joinpath("data", "lexicons")))
        self._numbers: NDArray[np.uint16] = np.load(folder / f"{language}.npy", mmap_mode="r")
        self._trie = marisa_trie.Trie()
        self._trie.mmap(str(folder / f"{language}.marisa"))
        self._edits = (folder / f"{language}.edits").read_text(encoding="utf-8").split("\n")
        self._listed = int(np.count_nonzero(self._numbers[:, 0]))
        self.has_lemmas = bool(self._edits[0])

    def zipf(self, word: str) -> float:
        number = self._trie.get(word)
        return 0.0 if number is None else float(self._numbers[number, 0]) / 100

    def lemma(self, word: str) -> str | None:
        """The base form, None if the word has none here."""
        number = self._trie.get(word)
        rule = 0 if number is None else int(self._numbers[number, 1])
        if not rule:
            return None
        gone, _, ending = self._edits[rule - 1].partition(" ")
        return word[: len(word) - int(gone)] + ending

    def __getitem__(self, word: str) -> float:
        if not (zipf := self.zipf(word)):
            raise KeyError(word)
        return zipf

    def __iter__(self) -> Iterator[str]:
        return (word for word in self._trie if self.zipf(word))

    def __len__(self) -> int:
        return self._listed


class _BaseForms(Mapping[str, str]):
    """Packed base forms as simplemma reads its dictionaries."""

    def __init__(self, words: PackedWords) -> None:
        self._words = words

    def __getitem__(self, word: str) -> str:
        if (lemma := self._words.lemma(word)) is None:
            raise KeyError(word)
        return lemma

    def __iter__(self) -> Iterator[str]:
        return iter(self._words)

    def __len__(self) -> int:
        return len(self._words)


class _Dictionaries:
    """simplemma's dictionaries from packed words, and from its own files for languages that have none."""

    def __init__(self) -> None:
        self._streamed = StreamDictionaryFactory(cache_max_size=_STREAMED)

    def get_dictionary(self, lang: str) -> Mapping[str, str]:
        words = packed(_PACKED_LEMMAS.get(lang, lang))
        if words is not None and words.has_lemmas:
            return _BaseForms(words)
        own: Mapping[str, str] = self._streamed.get_dictionary(lang)
        return own


class WordfreqLexicon:
    """One language."""

    def __init__(self, language: str, strategy: DefaultStrategy, lemmatizer: Lemmatizer) -> None:
        self._frequencies = _FREQUENCIES.get(language, language)
        self._lemmas = _LEMMAS.get(language, language)
        self._lemmatizes = self._lemmas in SUPPORTED_LANGUAGES
        self._packed = packed(self._frequencies)
        self._strategy = strategy
        self.is_plain = lru_cache(maxsize=_WORDS_KEPT)(self._is_plain)
        self._lemmatizer = lemmatizer

    def zipf(self, word: str) -> float:
        return self._packed.zipf(self._simplified(word)) if self._packed is not None else 0.0

    def lemma(self, word: str) -> str:
        if not self._lemmatizes:
            return word
        return str(self._lemmatizer.lemmatize(word, self._lemmas))

    def _is_plain(self, word: str) -> bool:
        low = word.lower()
        if not self._lemmatizes:
            return self.zipf(low) > 0
        if self._lemmas == "de":
            return self.zipf(low) >= _PLAIN_NOUN and self._known(word)
        return self._known(low) and self.lemma(low)[:1].islower()

    def words(self) -> Mapping[str, float]:
        return self._packed if self._packed is not None else {}

    def _known(self, word: str) -> bool:
        return self._strategy.get_lemma(word, self._lemmas) is not None

    def _simplified(self, word: str) -> str:
        return word.translate(simplified_letters()) if self._frequencies == "zh" else word


class WordfreqLexicons:
    """Lexicons, mapped when first asked for."""

    def __init__(self) -> None:
        strategy = DefaultStrategy(dictionary_factory=_Dictionaries())
        lemmatizer = Lemmatizer(cache_max_size=_WORDS_KEPT, lemmatization_strategy=strategy)
        self._of = cache(lambda language: WordfreqLexicon(language, strategy, lemmatizer))

    def of(self, language: str) -> WordfreqLexicon:
        return self._of(scripts.primary(language))


@cache
def packed(language: str) -> PackedWords | None:
    """The packed words of a language, None where there are none."""
    try:
        return PackedWords(language)
    except FileNotFoundError:
        return None


@lru_cache(maxsize=1)
def simplified_letters() -> dict[int, str]:
    """Traditional Chinese characters to simplified ones.

    wordfreq lists Chinese in simplified characters only and ships this table to look up the others.
    """
    with gzip.open(data_path("_chinese_mapping.msgpack.gz")) as table:
        mapping: dict[int, str] = msgpack.load(table, raw=False, strict_map_key=False)
    return mapping
