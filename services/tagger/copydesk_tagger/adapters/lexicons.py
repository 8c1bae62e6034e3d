"""Lexicons: words by frequency (wordfreq) and base forms (simplemma), packed by training/lexicons/build.py.

The packed files are mapped into memory, so that workers share them, and take 0.2 to 1.5 MB a language.
"""

import gzip
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache, lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import marisa_trie
import msgpack
import numpy as np
from numpy.typing import NDArray
from simplemma.strategies import DefaultStrategy, ToLowercaseFallbackStrategy
from simplemma.strategies.dictionaries import StreamDictionaryFactory
from simplemma.strategies.dictionaries.dictionary_factory import SUPPORTED_LANGUAGES
from wordfreq.util import data_path

from copydesk_tagger.core import scripts

_STREAMED = 2
"""Languages held whose base forms are not packed; each takes 1 to 15 MB."""

_UNKNOWN = ToLowercaseFallbackStrategy()
_WORDS_KEPT = 5_000
_PLAIN_NOUN = 3.0
"""German writes nouns like names; rarer ones (Zipf scale) pass for names."""

_FREQUENCIES = {"hr": "sh", "bs": "sh", "sr": "sh", "nn": "nb", "yue": "zh"}
_LEMMAS = {"hr": "hbs", "bs": "hbs", "sr": "hbs"}
_PACKED_LEMMAS = {"hbs": "sh"}


class PackedWords:
    """The words of one language with their Zipf frequencies, and their base forms."""

    def __init__(self, language: str) -> None:
        folder = Path(str(files("copydesk_tagger").joinpath("data", "lexicons")))
        numbers: NDArray[np.uint16] = np.load(folder / f"{language}.npy", mmap_mode="r")
        # A single number is read ten times as fast from these views as from the array itself.
        self._zipfs, self._rules = numbers[:, 0].data, numbers[:, 1].data
        self._trie = marisa_trie.Trie()
        self._trie.mmap(str(folder / f"{language}.marisa"))
        self._edits = (folder / f"{language}.edits").read_text(encoding="utf-8").split("\n")
        self.has_lemmas = bool(self._edits[0])

    def zipf(self, word: str) -> float:
        number = self._trie.get(word)
        return 0.0 if number is None else self._zipfs[number] / 100

    def lemma(self, word: str) -> str | None:
        """The base form, None if the word has none here."""
        number = self._trie.get(word)
        rule = 0 if number is None else self._rules[number]
        if not rule:
            return None
        gone, _, ending = self._edits[rule - 1].partition(" ")
        return word[: len(word) - int(gone)] + ending

    def within(self, text: str, longest: int) -> Iterator[tuple[int, int, float]]:
        """Start, end and frequency of every word of at most `longest` letters that has one, by start."""
        for start in range(len(text)):
            for word, number in self._trie.iter_prefixes_with_ids(text[start : start + longest]):
                if hundredfold := self._zipfs[number]:
                    yield start, start + len(word), hundredfold / 100

    def __iter__(self) -> Iterator[str]:
        return iter(self._trie)


class _BaseForms(Mapping[str, str]):
    """Packed base forms as simplemma reads its dictionaries."""

    def __init__(self, words: PackedWords) -> None:
        self._words = words
        self.lemma = words.lemma

    def get(self, word: str, default: Any = None) -> Any:
        """As of any mapping, but without the exception: most of simplemma's lookups find nothing."""
        return default if (lemma := self.lemma(word)) is None else lemma

    def __getitem__(self, word: str) -> str:
        if (lemma := self.lemma(word)) is None:
            raise KeyError(word)
        return lemma

    def __iter__(self) -> Iterator[str]:
        return (word for word in self._words if self.lemma(word) is not None)

    def __len__(self) -> int:
        return sum(1 for _ in self)


class _Dictionaries:
    """simplemma's dictionaries from packed words, and from its own files for languages that have none."""

    def __init__(self) -> None:
        self._streamed = StreamDictionaryFactory(cache_max_size=_STREAMED)

    def get_dictionary(self, lang: str) -> Mapping[str, str]:
        if (base_forms := _base_forms(_PACKED_LEMMAS.get(lang, lang))) is not None:
            return base_forms
        own: Mapping[str, str] = self._streamed.get_dictionary(lang)
        return own


class WordfreqLexicon:
    """One language."""

    def __init__(self, language: str, search: Callable[[str, str], str | None]) -> None:
        self._frequencies = _FREQUENCIES.get(language, language)
        self._lemmas = _LEMMAS.get(language, language)
        self._lemmatizes = self._lemmas in SUPPORTED_LANGUAGES
        self._packed = packed(self._frequencies)
        self._base_forms = _base_forms(_PACKED_LEMMAS.get(self._lemmas, self._lemmas)) if self._lemmatizes else None
        self._simplified = simplified_letters() if self._frequencies == "zh" else None
        self._search = search
        self.is_plain = lru_cache(maxsize=_WORDS_KEPT)(self._is_plain)
        self.zipf = self._packed.zipf if self._packed is not None and self._simplified is None else self._zipf

    def _zipf(self, word: str) -> float:
        return 0.0 if self._packed is None else self._packed.zipf(word.translate(self._simplified or {}))

    def lemma(self, word: str) -> str:
        if not self._lemmatizes:
            return word
        return self._known_lemma(word) or str(_UNKNOWN.get_lemma(unicodedata.normalize("NFC", word), self._lemmas))

    def within(self, text: str, longest: int) -> Iterable[tuple[int, int, float]]:
        if self._packed is None:
            return ()
        return self._packed.within(text.translate(self._simplified) if self._simplified else text, longest)

    def _is_plain(self, word: str) -> bool:
        low = word.lower()
        if not self._lemmatizes:
            return self.zipf(low) > 0
        if self._lemmas == "de":
            return self.zipf(low) >= _PLAIN_NOUN and self._known_lemma(word) is not None
        lemma = self._known_lemma(low)
        return lemma is not None and lemma[:1].islower()

    def _known_lemma(self, word: str) -> str | None:
        return self._listed_lemma(word) or self._search(unicodedata.normalize("NFC", word), self._lemmas)

    def _listed_lemma(self, word: str) -> str | None:
        """What simplemma finds first for a word of letters alone, without the way there."""
        return self._base_forms.lemma(word) if self._base_forms is not None and word.isalpha() else None


class WordfreqLexicons:
    """Lexicons, mapped when first asked for."""

    def __init__(self) -> None:
        strategy = DefaultStrategy(dictionary_factory=_Dictionaries())
        search = lru_cache(maxsize=_WORDS_KEPT)(strategy.get_lemma)
        self._of = cache(lambda language: WordfreqLexicon(language, search))

    def of(self, language: str) -> WordfreqLexicon:
        return self._of(scripts.primary(language))


@cache
def packed(language: str) -> PackedWords | None:
    """The packed words of a language, None where there are none."""
    try:
        return PackedWords(language)
    except FileNotFoundError:
        return None


@cache
def _base_forms(language: str) -> _BaseForms | None:
    words = packed(language)
    return _BaseForms(words) if words is not None and words.has_lemmas else None


@lru_cache(maxsize=1)
def simplified_letters() -> dict[int, str]:
    """Traditional Chinese characters to simplified ones.

    wordfreq lists Chinese in simplified characters only and ships this table to look up the others.
    """
    with gzip.open(data_path("_chinese_mapping.msgpack.gz")) as table:
        mapping: dict[int, str] = msgpack.load(table, raw=False, strict_map_key=False)
    return mapping
