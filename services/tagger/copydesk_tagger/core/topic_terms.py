"""Terms of topics in a text: words, stems (`bank*`), phrases of either, and substrings where words run together."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from operator import itemgetter
from types import MappingProxyType

from ahocorasick_rs import AhoCorasick, Implementation, MatchKind

from copydesk_tagger.core import scripts

_ARABIC = ("و", "ف", "ب", "ل", "ك", "وب", "ول", "وك", "فب", "ال", "وال", "بال", "فال", "كال", "لل", "ولل")
"""What Arabic writes onto a word: conjunctions, prepositions and the article."""

_LATIN = re.compile(r"[a-z0-9]+")
"""Latin words among the letters of a language whose terms may stand anywhere."""

_SUBSTRINGS = ("zh", "ja", "ko", "th")
"""Languages whose terms may stand anywhere: three put no spaces between words, Korean puts endings and other words onto
them."""

_LEAST = 3
"""Letters that must stay when a clitic is taken off."""

_WORDS_KEPT = 4_000
"""Words of a language whose terms are remembered."""


@dataclass(slots=True)
class Found:
    """What speaks for one topic: its terms in the text, how often each, and how many of them the head of it has."""

    times: dict[int, int] = field(default_factory=dict)
    in_head: int = 0


@dataclass(frozen=True, slots=True)
class _Term:
    """`number` tells terms apart; `rest` are the words after the first, stems with their `*`."""

    number: int
    code: str
    rest: tuple[str, ...]


class TopicTerms:
    """The terms of one language; `letters` says which letters of a text stand for others (`str.translate`).

    Raises `ValueError` for a term that is empty but for its `*`.
    """

    def __init__(
        self, language: str, terms: Mapping[str, Sequence[str]], letters: Mapping[int, str] = MappingProxyType({})
    ) -> None:
        self._letters = letters
        self._clitics = language == "ar"
        self._parts: dict[str, list[_Term]] = {}
        self._anywhere = language in _SUBSTRINGS
        self._words: dict[str, list[_Term]] = defaultdict(list)
        self._stems: dict[str, list[_Term]] = defaultdict(list)
        self.codes = frozenset(terms)
        for number, (code, term) in enumerate((code, term) for code, listed in terms.items() for term in listed):
            self._add(number, code, term.casefold())
        self._shortest = min(map(len, self._stems), default=1)
        self._lengths: dict[str, list[int]] = defaultdict(list)
        for beginning, length in sorted({(stem[: self._shortest], len(stem)) for stem in self._stems}):
            self._lengths[beginning].append(length)
        self._beginning = lru_cache(maxsize=_WORDS_KEPT)(self._beginning_with)
        self._substrings = AhoCorasick(
            list(self._parts),
            matchkind=MatchKind.Standard,
            store_patterns=False,
            implementation=Implementation.ContiguousNFA,
        )
        self._by_substring = list(self._parts.values())

    def _add(self, number: int, code: str, term: str) -> None:
        if not term.strip("* "):
            raise ValueError(f"topic {code} has a term without letters: {term!r}")
        if self._anywhere and not term.isascii():
            self._parts.setdefault(term.rstrip("*"), []).append(_Term(number, code, ()))
            return
        first, *rest = _pieces(term)
        index, key = (self._stems, first[:-1]) if first.endswith("*") else (self._words, first)
        index[key].append(_Term(number, code, tuple(rest)))

    def find(self, head: str, text: str) -> dict[str, Found]:
        """What speaks for each topic; `head` is the title and lead, which `text` need not repeat."""
        found: dict[str, Found] = defaultdict(Found)
        for part, in_head in ((head, True), (text, False)):
            plain = part.translate(self._letters) if self._letters else part
            for term in self._terms(plain.casefold()):
                one = found[term.code]
                if in_head and term.number not in one.times:
                    one.in_head += 1
                one.times[term.number] = one.times.get(term.number, 0) + 1
        return found

    def _terms(self, text: str) -> Iterator[_Term]:
        words = _LATIN.findall(text) if self._anywhere else scripts.PIECE.findall(text)
        for place, word in enumerate(words):
            for term in self._beginning(word):
                if not term.rest or _follows(words, place + 1, term.rest):
                    yield term
        if self._anywhere:
            found = self._substrings.find_matches_as_indexes(text, overlapping=True)
            for number, _, _ in sorted(found, key=itemgetter(1, 2)):
                yield from self._by_substring[number]

    def _beginning_with(self, word: str) -> tuple[_Term, ...]:
        """The terms whose first word `word` may be."""
        found: dict[int, _Term] = {}
        for form in self._forms(word):
            for term in self._words.get(form, ()):
                found.setdefault(term.number, term)
            for length in self._lengths.get(form[: self._shortest], ()):
                for term in self._stems.get(form[:length], ()):
                    found.setdefault(term.number, term)
        return tuple(found.values())

    def _forms(self, word: str) -> Iterable[str]:
        yield word
        if self._clitics and word.startswith(_ARABIC):
            for clitic in _ARABIC:
                if word.startswith(clitic) and len(word) - len(clitic) >= _LEAST:
                    yield word[len(clitic) :]
                    if clitic.endswith("لل"):
                        yield "ال" + word[len(clitic) :]


def _pieces(term: str) -> list[str]:
    """The words of a term as they are cut in a text, each with its `*`."""
    pieces = []
    for part in term.split():
        words = scripts.PIECE.findall(part)
        if words and part.endswith("*"):
            words[-1] += "*"
        pieces += words
    return pieces


def _follows(words: Sequence[str], place: int, rest: Sequence[str]) -> bool:
    if place + len(rest) > len(words):
        return False
    for wanted in rest:
        word = words[place]
        if word != wanted and not (wanted[-1] == "*" and word.startswith(wanted[:-1])):
            return False
        place += 1
    return True
