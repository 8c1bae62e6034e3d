"""From scores of pieces to spans: the best sequence of tags that the BIO scheme (Ramshaw and Marcus 1995) allows."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from copydesk.contracts import EntityType
from copydesk_tagger.core.scripts import CASED, UNSPACED
from copydesk_tagger.core.scripts import of_letter as script_of

TAGS = ("O", "B-PER", "I-PER", "B-ORG", "I-ORG", "B-LOC", "I-LOC")
OUTSIDE = 0
TYPES: tuple[EntityType, ...] = ("PER", "ORG", "LOC")

CLITICS = frozenset("وبلفك")
"""Arabic letters that are written together with the name that they stand before, and are no part of it."""

_INSIDE = np.array([tag.startswith("I-") for tag in TAGS])
_CONTINUING = [TAGS.index(tag.replace("B-", "I-")) for tag in TAGS]
_FORBIDDEN = -1e4

_END_DOUBT = 1.0
"""In scripts with capitals, a word in small letters is the last of a name only where that is e times as likely as that
it stands outside: of names that would end with a more doubtful one, eight in eleven are right without it ("Oslo")."""


@dataclass(frozen=True)
class Scored:
    """A text in pieces: `offsets` (n, 2) are code points, `log_probs` (n, 7) follow `TAGS`.

    A piece that covers nothing but white space has equal offsets. `clitics` (n) says of pieces whether their first
    letter is a clitic, if a name begins with them. `words` are the pieces that words begin with, as `word_starts` has
    them. `heads` are those that stretches begin with, all of them in `words`: no name goes on across one.
    """

    offsets: NDArray[np.int32]
    log_probs: NDArray[np.float32]
    clitics: NDArray[np.bool_]
    words: NDArray[np.intp]
    heads: NDArray[np.intp] = field(default_factory=lambda: np.zeros(1, np.intp))


@dataclass(frozen=True)
class Span:
    """A mention in a stretch. `least` and `mean` are the lowest and the mean log-probability of its pieces' tags."""

    start: int
    end: int
    type: EntityType
    least: float
    mean: float
    pieces: int


def spans(scored: Scored, text: str) -> Iterator[Span]:
    """The mentions of a text, in order.

    A name begins and ends with a word: the pieces of a word have one tag, the one that all of them together like best.
    Where it ends with a small letter's word the network must be sure of that: see `_END_DOUBT`.
    """
    if not len(scored.offsets):
        return
    starts = scored.words
    words = _of_words(scored.log_probs, starts)
    tags = best_tags(words, np.searchsorted(starts, scored.heads))
    ends = [*starts[1:].tolist(), len(scored.offsets)]
    told = tags.tolist()
    for first in np.flatnonzero(tags % 2).tolist():
        last = first
        while last + 1 < len(told) and told[last + 1] == told[first] + 1:
            last += 1
        while last > first and _is_doubtful(words[last], told[last], text[scored.offsets[starts[last], 0]]):
            last -= 1
        yield from _span(scored, text, told[first], int(starts[first]), ends[last])


def _is_doubtful(word: NDArray[np.float32], tag: int, letter: str) -> bool:
    """Whether a word that begins with `letter` may not end a name."""
    return bool(word[tag] - word[OUTSIDE] < _END_DOUBT) and letter.islower() and script_of(letter) in CASED


def word_starts(offsets: NDArray[np.int32], text: str) -> NDArray[np.intp]:
    """The pieces that words begin with. Marks, and the letters of scripts without spaces, are words of their own.

    A ▁ alone at a text's head stands on the first letter, and is one word with the piece that begins there.
    """
    begins, ends = offsets[:, 0], offsets[:, 1]
    starts = np.ones(len(offsets), bool)
    starts[1:] = (begins[1:] != begins[:-1]) | (begins[:-1] == ends[:-1])
    touching = np.flatnonzero((begins[1:] == ends[:-1]) & (begins[1:] < ends[1:]) & (begins[1:] > 0)) + 1
    joining = np.frombuffer(text.translate(_JOINING).encode(), np.uint8) == ord(_JOINS)
    starts[touching] = ~(joining[begins[touching] - 1] & joining[begins[touching]])
    return np.flatnonzero(starts)


_JOINS, _PARTS = "+-"


class _Joining(dict[int, str]):
    """By letter whether it is one word with its like beside it."""

    def __missing__(self, letter: int) -> str:
        joins = chr(letter).isalnum() and script_of(chr(letter)) not in UNSPACED
        self[letter] = _JOINS if joins else _PARTS
        return self[letter]


_JOINING = _Joining()


def _of_words(log_probs: NDArray[np.float32], starts: NDArray[np.intp]) -> NDArray[np.float32]:
    """A word's tag is that of its first piece; those behind it continue the name, or are outside of one as it is."""
    following = log_probs[:, _CONTINUING].copy()
    following[starts] = log_probs[starts]
    summed: NDArray[np.float32] = np.add.reduceat(following, starts, axis=0)
    return summed


def best_tags(log_probs: NDArray[np.float32], heads: NDArray[np.intp]) -> NDArray[np.intp]:
    """The most probable allowed sequence of each stretch. Mostly the best tag of each word is one, which is seen at
    once."""
    tags: NDArray[np.intp] = log_probs.argmax(axis=1)
    before = np.concatenate(([OUTSIDE], tags[:-1]))
    before[heads] = OUTSIDE
    wrong = _INSIDE[tags] & (before != tags) & (before != tags - 1)
    edges = np.append(heads, len(tags))
    for stretch in np.unique(np.searchsorted(heads, np.flatnonzero(wrong), side="right")).tolist():
        start, end = edges[stretch - 1], edges[stretch]
        tags[start:end] = _viterbi(log_probs[start:end])
    return tags


def _transitions() -> NDArray[np.float32]:
    scores = np.zeros((len(TAGS), len(TAGS)), np.float32)
    for tag in np.flatnonzero(_INSIDE):
        scores[:, tag] = _FORBIDDEN
        scores[tag - 1, tag] = scores[tag, tag] = 0
    return scores


_TRANSITIONS = _transitions()


def _viterbi(log_probs: NDArray[np.float32]) -> NDArray[np.intp]:
    score = log_probs[0] + np.where(_INSIDE, _FORBIDDEN, 0)
    back = np.empty((len(log_probs), len(TAGS)), np.intp)
    for place in range(1, len(log_probs)):
        ways = score[:, None] + _TRANSITIONS
        back[place] = ways.argmax(axis=0)
        score = ways.max(axis=0) + log_probs[place]
    tags = np.empty(len(log_probs), np.intp)
    tags[-1] = score.argmax()
    for place in range(len(log_probs) - 1, 0, -1):
        tags[place - 1] = back[place, tags[place]]
    return tags


def _span(scored: Scored, text: str, tag: int, first: int, last: int) -> Iterator[Span]:
    places = scored.offsets[first:last].tolist()
    filled = [number for number, (start, end) in enumerate(places) if start < end]
    if not filled:
        return
    kind = (tag - 1) // 2
    chances = scored.log_probs[first:last].tolist()
    values = [chances[number][2 * kind + 2 if number else tag] for number in filled]
    start, end = places[filled[0]][0], places[filled[-1]][1]
    if scored.clitics[first + filled[0]] and text[start] in CLITICS and end - start > 1:
        start += 1
    yield Span(start, end, TYPES[kind], least=min(values), mean=sum(values) / len(values), pieces=len(filled))
