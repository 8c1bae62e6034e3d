"""A text in word pieces, sentence by sentence: what names and topics are both told by.

Words are cut once: what stands between two white spaces has the same pieces and hints wherever it stands, and some two
thirds of a new text's words stood in an earlier one.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from copydesk_tagger.core.document import Document
from copydesk_tagger.core.entities.decoding import word_starts
from copydesk_tagger.core.entities.hints import NameLists, numbers
from copydesk_tagger.core.entities.pieces import SPACE, Vocabulary
from copydesk_tagger.core.scripts import UNSPACED
from copydesk_tagger.core.sentences import stretches

LONGEST = 420
"""Code points of a sentence that are read at once, some ninety pieces. Sentences are read one by one, like most of what
the model was trained on: joined to stretches as long as this, they have their names found 1.3 points worse."""
LONGEST_UNSPACED = 110
"""The same for Han and kana, where a piece has one or two letters."""
MOST_READ = 50_000
"""Code points that are read of a document, a second's work."""

_WORD = re.compile(rf"[^{SPACE}]+")
_KEPT = 20_000
"""Words of which it is remembered how they are cut: some 5 MB."""
_LONGEST_KEPT = 30
"""Letters of such a word. What is longer is most often a sentence of a script without spaces, and never comes again."""

_Rows = NDArray[np.int32]
_ID, _START, _END, _HEAD, _HINTS = 0, 1, 2, 3, 4
_COLUMNS = _HINTS + 1
"""A row for a piece of a word: its id, where it stands in the word, whether it is a head of what counts as a word for
names, and its hints, a bit for each."""


class Reading(NamedTuple):
    """The head of a text in n pieces.

    `offsets` (n, 2) are code points of the text; a ▁ alone stands nowhere and has equal ones, unless a stretch begins
    with it: then it stands on the first letter. `words` are the pieces that words begin with as `decoding.word_starts`
    has them, `heads` those that stretches begin with, both in order. `hints` are (n, `HINTS`), 0 or 1.
    """

    ids: NDArray[np.int32]
    offsets: NDArray[np.int32]
    words: NDArray[np.intp]
    heads: NDArray[np.intp]
    hints: NDArray[np.float32]


class Reader:
    """Cuts texts into the pieces of a vocabulary, with what lists of names say of them."""

    def __init__(self, vocabulary: Vocabulary, names: NameLists) -> None:
        self._vocabulary = vocabulary
        self._names = names
        self._known: dict[str, bytes] = {}

    def read(self, document: Document) -> Reading:
        """The text of a document up to `MOST_READ`."""
        words: list[str] = []
        starts: list[int] = []
        first: list[int] = []
        for start, end in parts(document):
            before = len(words)
            for match in _WORD.finditer(document.text, start, end):
                starts.append(match.start())
                words.append(match[0])
            if len(words) > before:
                first.append(before)
        cut = self._cut(words)
        edges = np.cumsum([0, *(len(rows) for rows in cut)]) // (_COLUMNS * 4)
        rows = np.frombuffer(b"".join(cut), np.int32).reshape(-1, _COLUMNS).copy()
        rows[:, _START : _END + 1] += np.repeat(np.array(starts, np.int32), np.diff(edges))[:, None]
        heads = edges[np.array(first, np.intp)]
        _ground(rows, heads)
        return Reading(
            ids=rows[:, _ID],
            offsets=rows[:, _START : _END + 1],
            words=np.flatnonzero(rows[:, _HEAD]),
            heads=heads,
            hints=numbers(rows[:, _HINTS].astype(np.uint8)),
        )

    def _cut(self, words: Sequence[str]) -> list[bytes]:
        """The rows of each word."""
        if len(self._known) > _KEPT:
            self._known.clear()
        known = self._known
        fresh = dict(self._cut_anew({word: None for word in words if word not in known}))
        cut = [known.get(word) or fresh[word] for word in words]
        known.update({word: rows for word, rows in fresh.items() if len(word) <= _LONGEST_KEPT})
        return cut

    def _cut_anew(self, words: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        """All of them at once: one by one would take ten times as long."""
        told = list(words)
        text = " ".join(told)
        starts = np.cumsum([0, *(len(word) + 1 for word in told)], dtype=np.int32)
        cut = self._vocabulary.cut(text)
        rows = np.empty((len(cut.ids), _COLUMNS), np.int32)
        rows[:, _ID] = cut.ids
        edges = np.searchsorted(cut.offsets[:, 0], starts)
        rows[:, _START : _END + 1] = cut.offsets - np.repeat(starts[:-1], np.diff(edges))[:, None]
        rows[:, _HEAD] = 0
        rows[word_starts(cut.offsets, text), _HEAD] = 1
        rows[:, _HINTS] = self._names.marks(text)[cut.offsets[:, 0]]
        packed, size = rows.tobytes(), rows.itemsize * _COLUMNS
        for word, (start, end) in zip(told, pairwise((edges * size).tolist()), strict=True):
            yield word, packed[start:end]


def parts(document: Document) -> Iterator[tuple[int, int]]:
    """Where the stretches that are read at once begin and end: sentences, as far as they are short enough."""
    longest = LONGEST_UNSPACED if document.script in UNSPACED else LONGEST
    return stretches(document.text[:MOST_READ], longest)


def _ground(rows: _Rows, heads: NDArray[np.intp]) -> None:
    """A ▁ alone at a stretch's head stands on its first letter, and is one word with the piece that begins there."""
    alone = heads[rows[heads, _START] == rows[heads, _END]]
    rows[alone, _END] += 1
    rows[alone[alone + 1 < len(rows)] + 1, _HEAD] = 0
