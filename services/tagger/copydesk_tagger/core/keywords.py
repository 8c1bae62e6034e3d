"""Keywords: words and names that are frequent here and rare in the language (TF × IDF, IDF from word lists)."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from itertools import chain
from math import inf, log1p
from typing import NamedTuple

from copydesk.contracts import Entity
from copydesk_tagger.core import scripts
from copydesk_tagger.core.document import Document, Tags
from copydesk_tagger.core.lexicon import Lexicon, Lexicons
from copydesk_tagger.core.reporting_words import reporting_words

MOST = 10
_UNKNOWN = 2.0
"""Zipf frequency taken for a word that the list does not know."""

_STOP = 4.9
"""Words more frequent than this (Zipf scale) are grammar rather than subject, in any language."""

_LEAST_IDF = 0.1
_GRAMMAR = _STOP - _LEAST_IDF * (_STOP - 1)
"""Words at least this frequent are too common to be a subject."""

_NAME_IDF = 0.8
_OPENING = 4.5
"""A common word more frequent than this opens a sentence rather than a name."""

_LONGEST_NAME = 4
_LONGEST_WORD = 6
_TITLE_BONUS = 3
_NAMED = frozenset({"PER", "ORG"})
_SEGMENTED = frozenset({"Hani", "Kana"})
_NO_WORDS = scripts.UNSPACED - _SEGMENTED
_PARTICLES = scripts.listed("de del della di da dos das do du van von der den la le el al bin ibn ben of the")
_PREPOSITIONS = {"nl": "de", "it": "da"}
"""Particles of names elsewhere that join two names here (`Roma da Milano`)."""

_SENTENCE_END = re.compile(r"[.!?:;。！？।…\n\"“”„«»()\[\],،؛–—|]|--")
_UNSPACED_RUN = re.compile(r"[\u3005\u3400-\u9fff]+|[\u30a1-\u30ff]+|[A-Za-z][A-Za-z-]+")
_UNKNOWN_CHARACTER = 1.0
"""Zipf frequency taken for a character that is no word."""

_WORD_COST = 9.5
"""What a cut must be worth on the Zipf scale; it favours few words."""

_SUFFIX = re.compile(r"['’ʼ](?:s|S)?$")


@dataclass(slots=True)
class _Term:
    """One candidate: how often, how it is written, and how rare it is."""

    weight: float = 0.0
    idf: float = 0.0
    spellings: dict[str, int] = field(default_factory=dict)

    def spell(self, spelling: str, times: int) -> None:
        self.spellings[spelling] = self.spellings.get(spelling, 0) + times


class _Candidate(NamedTuple):
    """What a word counts for: the term's key, how it is written within a sentence, how rare it is."""

    key: str
    spelling: str
    idf: float


class KeywordsAnnotator:
    """Up to ten keywords, the weightiest first, names of several words whole and words in their base form.

    Chinese and Japanese are cut into words by their word lists. Thai, Lao, Khmer and Burmese have no such list and
    get none.
    """

    name = "keywords"
    version = "wordfreq-tfidf-2"
    languages: frozenset[str] | None = None
    needs: frozenset[str] = frozenset({"language", "mentions"})
    cost = 3.5

    def __init__(self, lexicons: Lexicons) -> None:
        self._lexicons = lexicons

    def annotate(self, document: Document, tags: Tags) -> None:
        script = document.script
        if script is None or script in _NO_WORDS:
            return
        lexicon = self._lexicons.of(tags.language.tag)
        terms: dict[str, _Term] = defaultdict(_Term)
        for text, weight in ((document.title, _TITLE_BONUS), (document.text, 1)):
            if script in _SEGMENTED:
                _count_segments(text, weight, lexicon, terms)
            else:
                _count_words(text, weight, lexicon, terms, tags.language.tag)
        for word in reporting_words(tags.language.tag):
            terms.pop(word, None)
        _count_entities(document.title, tags.entities, terms, lexicon)
        tags.keywords = _best(terms)


def _count_entities(title: str, entities: Sequence[Entity], terms: dict[str, _Term], lexicon: Lexicon) -> None:
    """People and organisations by their fullest names.

    What is only a piece of a person's name goes, and so does the name with an office before it.

    A word that the text also has in small letters is a word rather than a name.
    """
    people = {name for one in entities if one.type == "PER" for name in (one.name or one.text, one.text)}
    for key in _of_names(people, terms.keys(), lexicon):
        if not _is_word(terms[key]):
            del terms[key]
    times = Counter(one.name or one.text for one in entities if one.type in _NAMED)
    for name, count in times.items():
        key = name.casefold()
        if key not in terms or not _is_word(terms[key]):
            term = terms[key]
            counted = count + (_TITLE_BONUS if name in title else 0)
            term.weight = max(term.weight, counted * (1 + name.count(" ") / 2))
            term.idf = max(term.idf, _NAME_IDF)
            term.spell(name, count)


def _is_word(term: _Term) -> bool:
    return any(map(str.islower, term.spellings))


def _of_names(names: Iterable[str], keys: Set[str], lexicon: Lexicon) -> set[str]:
    """The terms that are names, pieces of names, or names and more."""
    pieces: set[str] = set()
    for name in names:
        words = scripts.PIECE.findall(name)
        pieces |= {name.casefold(), *(form.casefold() for word in words for form in (word, lexicon.lemma(word)))}
    whole = [f" {piece} " for piece in pieces if " " in piece]
    unspaced = [piece for piece in pieces if scripts.has_unspaced(piece)]
    found = pieces.intersection(keys)
    for key in keys if whole or unspaced else ():
        within = unspaced and scripts.has_unspaced(key) and any(key in piece for piece in unspaced)
        if within or (" " in key and any(name in f" {key} " for name in whole)):
            found.add(key)
    return found


def _idf(zipf: float) -> float:
    """How rare a word is, 0…1."""
    return max(0.0, (_STOP - (zipf or _UNKNOWN)) / (_STOP - 1))


def _count_words(text: str, weight: int, lexicon: Lexicon, terms: dict[str, _Term], language: str) -> None:
    sentences = [scripts.WORD.findall(sentence) for sentence in _SENTENCE_END.split(text)]
    for sentence in sentences:
        for name in _names(sentence, lexicon, language):
            term = terms[name.casefold()]
            term.weight += weight * (1 + name.count(" ") / 2)
            term.idf = max(term.idf, _NAME_IDF)
            term.spell(name, 1)
    for word, times in Counter(chain.from_iterable(sentences)).items():
        candidate = _candidate(word, lexicon, german=language == "de")
        if candidate is not None:
            key, spelling, idf = candidate
            term = terms[key]
            term.weight += weight * times
            term.idf = idf
            term.spell(spelling, times)


def _candidate(word: str, lexicon: Lexicon, *, german: bool) -> _Candidate | None:
    """None for words too common or too short to be a subject."""
    bare = word
    if not word.isalpha():
        bare = _SUFFIX.sub("", word)
        if any(map(str.isdigit, bare)):
            return None
    if len(bare) < 3:
        return None
    low = bare.lower()
    zipf = lexicon.zipf(low)
    if zipf >= _GRAMMAR:
        return None
    lemma = _lemma(bare, lexicon, german=german)
    key = lemma.casefold()
    base = lemma.lower()
    idf = _idf(zipf if base == low else max(zipf, lexicon.zipf(base)))
    return _Candidate(key, bare if bare.casefold() == key else lemma, idf) if idf > _LEAST_IDF else None


def _lemma(word: str, lexicon: Lexicon, *, german: bool) -> str:
    """The base form as it is written within a sentence; names and compounds keep their spelling."""
    if "-" in word or (word.isupper() and len(word) <= 5):
        return word
    name = word[0].isupper() and (german or not lexicon.is_plain(word))
    lemma = lexicon.lemma(word if name else word.lower())
    if "_" in lemma or (name and lemma[:1].islower()):
        return word
    return lemma


def _names(words: Sequence[str], lexicon: Lexicon, language: str) -> Iterator[str]:
    """Runs of two to four capitalised words, particles inside; none from headlines in capitals."""
    capitals = sum(word[0].isupper() for word in words)
    if capitals < 2:
        return
    if capitals > 4:
        long = [word for word in words if len(word) > 3]
        if len(long) > 4 and sum(word[0].isupper() for word in long) * 5 > len(long) * 4:
            return
    particles = _PARTICLES - {_PREPOSITIONS.get(language)}
    run: list[str] = []
    for place, word in enumerate(words):
        if run and _SUFFIX.search(run[-1]):
            yield from _without_office(run, lexicon)
            run = []
        if word[0].isupper():
            opens = place == 0 and lexicon.zipf(word.lower()) > _OPENING
            common = (opens or language == "de") and lexicon.is_plain(word)
            goes_on = not common and scripts.of_letter(word[0]) in scripts.CASED
        else:
            goes_on = bool(run) and len(run) < _LONGEST_NAME and word in particles
        if goes_on:
            run.append(word)
        elif run:
            yield from _without_office(run, lexicon)
            run = []
    yield from _without_office(run, lexicon)


def _without_office(run: list[str], lexicon: Lexicon) -> Iterator[str]:
    """The name in a run, without particles at its end and the office before a person (`President Vladimir Putin`)."""
    while run and run[-1] in _PARTICLES:
        run = run[:-1]
    for place in range(len(run) - 2, 0, -1):
        if lexicon.is_plain(run[place - 1]) and not any(lexicon.is_plain(word) for word in run[place:]):
            run = run[place:]
            break
    if 2 <= len(run) <= _LONGEST_NAME:
        yield " ".join([*run[:-1], _SUFFIX.sub("", run[-1])])


def _count_segments(text: str, weight: int, lexicon: Lexicon, terms: dict[str, _Term]) -> None:
    words = Counter(word for run in _UNSPACED_RUN.findall(text) for word in segments(run, lexicon) if len(word) > 1)
    for word, times in words.items():
        idf = _idf(lexicon.zipf(word.lower()))
        if idf > 0:
            term = terms[word.casefold()]
            term.weight += weight * times
            term.idf = idf
            term.spell(word, times)


def segments(run: str, lexicon: Lexicon) -> list[str]:
    """`run` cut into the words that are together the most frequent; single characters where no word is known."""
    if run[0].isascii() or "\u30a1" <= run[0] <= "\u30ff":
        return [run]
    words = [[(start + 1, _UNKNOWN_CHARACTER)] for start in range(len(run))]
    known = False
    for start, end, zipf in lexicon.within(run, _LONGEST_WORD):
        words[start].append((end, zipf))
        known = True
    if not known:
        return [run]
    scores = [0.0] + [-inf] * len(run)
    starts = [0] * (len(run) + 1)
    for start, ends in enumerate(words):
        score = scores[start]
        for end, zipf in ends:
            if (scored := score + zipf - _WORD_COST) >= scores[end]:
                scores[end], starts[end] = scored, start
    pieces = []
    end = len(run)
    while end:
        pieces.append(run[starts[end] : end])
        end = starts[end]
    return pieces[::-1]


def _best(terms: Mapping[str, _Term]) -> list[str]:
    """The weightiest terms; a word that stands only inside a chosen name is left out."""
    many = len(terms) > 3 * MOST
    weighty = [item for item in terms.items() if item[1].weight >= 1.5 or not many]
    ranked = sorted(weighty, key=lambda item: (-log1p(item[1].weight) * item[1].idf, item[0]))
    chosen: list[str] = []
    folded = ""
    for key, term in ranked:
        if f" {key} " not in folded:
            chosen.append(min(term.spellings.items(), key=lambda item: (-item[1], not item[0].islower(), item[0]))[0])
            folded += f" {chosen[-1].casefold()} |"
        if len(chosen) == MOST:
            break
    return chosen
