"""People and organisations known by an id, found in text by the names that they bear in any language.

A person's name is kept as a sequence of parts (`Alexander`, `Lukashenko`), each with its spellings in all scripts, so
that `Loekasjenko`, `Лукашенко` and `卢卡申科` need no list of full names. All else is found by its names as listed.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import IntEnum
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick, Implementation, MatchKind
from msgspec import Struct

from copydesk.contracts import EntityType
from copydesk_tagger.core import linking_words, scripts
from copydesk_tagger.core.linking_index import Listed, NameIndex, cuts_word
from copydesk_tagger.core.linking_words import Spelling, Word, Words

PARTICLES = scripts.listed(
    "al el ul ad as de da do dos das di van von der den del della le la of e y und ال аль эль фон де"
)
"""Small words inside names that a name is the same without."""

_ACRONYM_LETTERS = 6
_JUNIOR = scripts.listed("jr junior sr senior jun filho neto hijo")
_DOTS = "·・‧•"
_MIDDLE = 1
"""Words that may stand between the parts of a name: a patronymic, an initial."""


class Known(Struct, frozen=True, kw_only=True):
    """One entry of the knowledge base.

    `names` maps a language (or "" for all) to names; `parts` are sequences of numbers in the table of name parts.
    `kind` says what it is (`politician`, `company`, `club`, …); `countries` are ISO 3166-1 alpha-2 codes, `since` and
    `until` the years in which it is in the news. `prominent`: known beyond these countries, so that an article need not
    name one; `unmistakable`: the surname alone means this person; `common`: the
    name is also a word or many people's, so that context must speak for it. One of `needs` must stand in the article,
    none of `refuses` may.
    """

    id: str
    type: EntityType
    name: str
    kind: str = ""
    names: dict[str, list[str]] = {}
    parts: list[list[int]] = []
    countries: list[str] = []
    since: int | None = None
    until: int | None = None
    prominent: bool = False
    unmistakable: bool = False
    common: bool = False
    needs: list[str] = []
    refuses: list[str] = []


class Form(IntEnum):
    """How a name stands in the text, the surest last."""

    SURNAME = 1
    WORD = 2
    ACRONYM = 3
    FULL = 4


class Named(NamedTuple):
    """A name found: offsets, entries that bear it (numbers), how it stands there."""

    start: int
    end: int
    entries: tuple[int, ...]
    form: Form


class _Sequence(NamedTuple):
    parts: tuple[int, ...]
    entry: int


class _Read(NamedTuple):
    """What a word is read as, and the name parts that it may be."""

    reading: str
    parts: tuple[int, ...]


class KnowledgeBase:
    """Entries ready to be found.

    `parts` are the spellings of each name part, `simplified` is as for `NameIndex`, `version` that of the file.
    """

    def __init__(
        self,
        entries: Sequence[Known],
        parts: Sequence[Sequence[str]],
        simplified: dict[int, str] | None = None,
        version: str = "",
    ) -> None:
        self.entries = entries
        self.version = version
        self._simplified = simplified or {}
        self._index = NameIndex(_listed(entries), self._simplified)
        self._parts_of = _by_spelling(parts)
        self._sequences: dict[int, list[_Sequence]] = defaultdict(list)
        self._surnames: dict[int, list[int]] = defaultdict(list)
        for number, entry in enumerate(entries):
            for sequence in entry.parts:
                self._sequences[sequence[0]].append(_Sequence(tuple(sequence), number))
            if entry.parts:
                self._surnames[entry.parts[0][0 if "eastern" in entry.kind else -1]].append(number)
        self._unspaced = _unspaced(parts, self._surnames, self._simplified)
        self._automaton = AhoCorasick(
            list(self._unspaced), matchkind=MatchKind.Standard, implementation=Implementation.ContiguousNFA
        )
        self._spellings = [frozenset(form.translate(self._simplified) for form in forms) for forms in parts]

    def find(self, words: Words, language: str) -> list[Named]:
        """Names in a text, given its words, without those inside a longer one; `language` is a BCP 47 tag."""
        primary = scripts.primary(language)
        found: dict[tuple[int, int, Form], dict[int, None]] = {}
        for named in (*self._listed_names(words, primary), *self._people(words, primary)):
            found.setdefault((named.start, named.end, named.form), {}).update(dict.fromkeys(named.entries))
        return _longest(Named(start, end, tuple(entries), form) for (start, end, form), entries in found.items())

    def _listed_names(self, words: Words, language: str) -> Iterator[Named]:
        for hit in self._index.find(words, language):
            name = words.text[hit.start : hit.end]
            form = Form.FULL if hit.words > 1 else Form.ACRONYM if is_acronym(name) else Form.WORD
            yield Named(hit.start, hit.end, hit.of, form)

    def _people(self, words: Words, language: str) -> Iterator[Named]:
        text = words.text
        read: dict[int, _Read] = {}
        for spelling in words.spellings:
            if spelling.capital and (found := self._read(spelling, language)):
                read.update(dict.fromkeys(spelling.places, found))
        for at, (reading, parts) in sorted(read.items()):
            word = words[at]
            start = word.start + linking_words.clitic(word, reading)
            for part in parts:
                for sequence in self._sequences.get(part, ()):
                    end = _walk(text, words, read, at, sequence.parts)
                    if end is not None:
                        stop = words[end].end - linking_words.ending(words[end], read[end].reading)
                        yield Named(start, stop, (sequence.entry,), Form.FULL)
                if part in self._surnames:
                    stop = word.end - linking_words.ending(word, reading)
                    yield Named(start, stop, tuple(self._surnames[part]), Form.SURNAME)
        if words.unspaced:
            yield from self._people_unspaced(text)

    def _read(self, word: Spelling, language: str) -> _Read | None:
        for reading in linking_words.readings(word.folded, word.script, language):
            if (parts := self._parts_of.get(reading)) is not None:
                return _Read(reading, parts)
        return None

    def _people_unspaced(self, text: str) -> Iterator[Named]:
        """Surnames in Chinese and Japanese; before a dot must stand the given name."""
        plain = text.translate(self._simplified)
        patterns = list(self._unspaced.values())
        for pattern, start, end in self._automaton.find_matches_as_indexes(plain, overlapping=True):
            if cuts_word(text, start, end) or text[end : end + 1] in (*_DOTS,):
                continue
            if text[start - 1 : start] not in (*_DOTS,) or start == 0:
                yield Named(start, end, patterns[pattern], Form.SURNAME)
                continue
            for number in patterns[pattern]:
                for given in self._spellings[self.entries[number].parts[0][0]]:
                    if plain.endswith(given, 0, start - 1) and len(given) > 1:
                        yield Named(start - 1 - len(given), end, (number,), Form.FULL)


def is_acronym(name: str) -> bool:
    """Whether a name is written in capitals alone, or holds no case and is short."""
    letters = [letter for letter in name if letter.isalpha()]
    return 1 < len(letters) <= _ACRONYM_LETTERS and all(letter.isupper() for letter in letters)


def _listed(entries: Sequence[Known]) -> Iterator[Listed]:
    for number, entry in enumerate(entries):
        for language, names in entry.names.items():
            for name in names:
                short = is_acronym(name)
                limited = frozenset({language}) if language and short else None
                yield Listed(name, number, exact=short, languages=limited)


def _by_spelling(parts: Sequence[Sequence[str]]) -> Mapping[str, tuple[int, ...]]:
    found: dict[str, dict[int, None]] = defaultdict(dict)
    for number, forms in enumerate(parts):
        for form in forms:
            script = scripts.of_name(form)
            if script not in scripts.UNSPACED:
                found[linking_words.key(linking_words.fold(form), script)][number] = None
    return {form: tuple(numbers) for form, numbers in found.items()}


def _unspaced(
    parts: Sequence[Sequence[str]], surnames: Mapping[int, Sequence[int]], simplified: dict[int, str]
) -> dict[str, tuple[int, ...]]:
    found: dict[str, dict[int, None]] = defaultdict(dict)
    for part, entries in surnames.items():
        for form in parts[part]:
            if len(form) > 1 and scripts.of_name(form) in scripts.UNSPACED:
                found[form.translate(simplified)].update(dict.fromkeys(entries))
    return {form: tuple(entries) for form, entries in found.items()}


def _walk(text: str, words: Words, read: Mapping[int, _Read], at: int, wanted: Sequence[int]) -> int | None:
    """The index of the last word when the parts of a name follow one another from `at`, else None."""
    position = at
    for part in wanted[1:]:
        position += 1
        skipped = 0
        while position < len(words) and _joined(text, words[position - 1], words[position]):
            if position in read and part in read[position].parts:
                break
            if words[position].folded not in PARTICLES:
                skipped += 1
                if skipped > _MIDDLE or not words[position].capital or len(wanted) > 2:
                    return None
            position += 1
        else:
            return None
    following = words[position + 1] if position + 1 < len(words) else None
    if following and following.folded in _JUNIOR and _joined(text, words[position], following):
        return None
    return position


def _joined(text: str, before: Word, after: Word) -> bool:
    """Whether nothing but a space, a hyphen or the point of an initial parts two words."""
    between = text[before.end : after.start]
    initial = before.end - before.start == 1
    return between in (" ", "-", "\u00a0", "'", "’") or (initial and between in (". ", ".", ".\u00a0"))


def _longest(found: Iterable[Named]) -> list[Named]:
    """Those that lie in no longer one; of a surname and a listed name over the same letters both stay as one."""
    kept: list[Named] = []
    for named in sorted(found, key=lambda one: (one.start, -one.end, -one.form)):
        if kept and named.end <= kept[-1].end:
            if (named.start, named.end) == (kept[-1].start, kept[-1].end) and named.form is not kept[-1].form:
                both = dict.fromkeys((*kept[-1].entries, *named.entries))
                kept[-1] = kept[-1]._replace(entries=tuple(both))
            continue
        kept.append(named)
    return kept
