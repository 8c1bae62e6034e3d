"""Lexicons from wordfreq (frequencies) and simplemma (base forms)."""

import gzip
import math
from collections.abc import Mapping
from functools import cached_property, lru_cache

import msgpack
import wordfreq
from simplemma import Lemmatizer
from simplemma.strategies import DefaultStrategy
from simplemma.strategies.dictionaries import StreamDictionaryFactory
from simplemma.strategies.dictionaries.dictionary_factory import SUPPORTED_LANGUAGES
from wordfreq.util import data_path

from copydesk_tagger.core import scripts

_KEPT = 16
"""Languages held in memory at once; reading one takes up to 3 s, keeping it 5 to 50 MB."""

_WORDS_KEPT = 20_000
_PLAIN_NOUN = 3.0
"""German writes nouns like names; rarer ones (Zipf scale) pass for names."""

_FREQUENCIES = {"hr": "sh", "bs": "sh", "sr": "sh", "nn": "nb", "yue": "zh"}
_LEMMAS = {"hr": "hbs", "bs": "hbs", "sr": "hbs"}


class WordfreqLexicon:
    """One language."""

    def __init__(self, language: str, strategy: DefaultStrategy, lemmatizer: Lemmatizer) -> None:
        self._frequencies = _FREQUENCIES.get(language, language)
        self._lemmas = _LEMMAS.get(language, language)
        self._lemmatizes = self._lemmas in SUPPORTED_LANGUAGES
        self._strategy = strategy
        self.is_plain = lru_cache(maxsize=_WORDS_KEPT)(self._is_plain)
        self._lemmatizer = lemmatizer

    @cached_property
    def _zipf(self) -> dict[str, float]:
        if self._frequencies not in wordfreq.available_languages("small"):
            return {}
        table = wordfreq.get_frequency_dict(self._frequencies, wordlist="small")
        return {word: round(9 + math.log10(frequency), 2) for word, frequency in table.items() if frequency > 0}

    def zipf(self, word: str) -> float:
        return self._zipf.get(self._simplified(word), 0.0)

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
        return self._zipf

    def _known(self, word: str) -> bool:
        return self._strategy.get_lemma(word, self._lemmas) is not None

    def _simplified(self, word: str) -> str:
        return word.translate(simplified_letters()) if self._frequencies == "zh" else word


class WordfreqLexicons:
    """Lexicons, loaded when first asked for and kept while in use."""

    def __init__(self) -> None:
        strategy = DefaultStrategy(dictionary_factory=StreamDictionaryFactory(cache_max_size=_KEPT))
        lemmatizer = Lemmatizer(lemmatization_strategy=strategy)
        self._of = lru_cache(maxsize=_KEPT)(lambda language: WordfreqLexicon(language, strategy, lemmatizer))

    def of(self, language: str) -> WordfreqLexicon:
        return self._of(scripts.primary(language))


@lru_cache(maxsize=1)
def simplified_letters() -> dict[int, str]:
    """Traditional Chinese characters to simplified ones.

    wordfreq lists Chinese in simplified characters only and ships this table to look up the others.
    """
    with gzip.open(data_path("_chinese_mapping.msgpack.gz")) as table:
        mapping: dict[int, str] = msgpack.load(table, raw=False, strict_map_key=False)
    return mapping
