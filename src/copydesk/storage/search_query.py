"""Queries as people type them, and the tsqueries that they become.

    ferry strike          both words           ferry OR strike, ferry | strike    either
    "ferry strike"        one after the other  minist*                            words that begin so
    -strike, -"the strike"                     without

`OR` binds more tightly than the space: `ferry strike OR delay` wants the ferry, and strike or delay. Anything else is
read as words. The only error is a beginning of fewer than three letters, which half of all words have.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from copydesk.storage.search_text import is_unspaced, normal, wanted

MOST_TERMS = 40
"""What a query says after so many words and phrases is left out."""

_LONGEST = 400
_TOKEN = re.compile(r'(?P<minus>(?<!\S)[-−])?(?:"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+))')
_QUOTES = str.maketrans("“”„«»「」『』", '"' * 9)
_PREFIX = re.compile(r"(\w+)\*")
_SHORTEST_PREFIX = 3
_HANGUL = re.compile(r"[\uac00-\ud7a3]")
"""Syllables of two letters or three each."""
_EITHER = frozenset({"OR", "|"})


class QueryError(ValueError):
    """A query that cannot be answered; the text says why and what to type instead."""


@dataclass(frozen=True)
class Term:
    """A word, a phrase or, with `prefix`, the beginning of a word."""

    text: str
    prefix: bool = False

    @property
    def lookup(self) -> str:
        """As `to_tsquery` takes a prefix, and `phraseto_tsquery` all else."""
        return f"'{self.text}':*" if self.prefix else wanted(self.text)


@dataclass(frozen=True)
class Query:
    """Of each of `wanted` at least one term, and none of `unwanted`."""

    wanted: tuple[tuple[Term, ...], ...]
    unwanted: tuple[Term, ...]

    @property
    def terms(self) -> list[Term]:
        return [term for clause in (*self.wanted, self.unwanted) for term in clause]

    def compiled(self, lexemes: Sequence[str]) -> str:
        """The tsquery, given that of each of `terms` in one configuration; empty where nothing is wanted.

        Stop words, whose tsquery is empty, are neither wanted nor unwanted.
        """
        left = iter(lexemes)
        clauses = [_any([next(left) for _ in clause]) for clause in self.wanted]
        unwanted = _any([next(left) for _ in self.unwanted])
        wanted = " & ".join(clause for clause in clauses if clause)
        if self.wanted and not wanted:
            return ""
        return " & ".join(part for part in (wanted, f"!{unwanted}" if unwanted else "") if part)


def parse(text: str) -> Query:
    """What a query asks for. Raises `QueryError`."""
    wanted: list[tuple[Term, ...]] = []
    unwanted: list[Term] = []
    either = False
    for token in _TOKEN.finditer(normal(text).translate(_QUOTES)):
        minus, phrase, word = token["minus"], token["phrase"], token["word"]
        if word in _EITHER and not minus:
            either = bool(wanted)
            continue
        term = _term(word, phrase)
        if term is None:
            continue
        if minus:
            unwanted.append(term)
        elif either:
            wanted[-1] = (*wanted[-1], term)
        else:
            wanted.append((term,))
        either = False
        if sum(map(len, wanted)) + len(unwanted) == MOST_TERMS:
            break
    return Query(tuple(wanted), tuple(unwanted))


def any_of(tsqueries: Sequence[str]) -> str:
    """A tsquery that finds what any of some finds; each but once."""
    return _any(list(dict.fromkeys(found for found in tsqueries if found)))


def labelled(names: Sequence[str]) -> str:
    """A tsquery that finds what has any of some labels."""
    return _any([_quoted(name) for name in names])


def all_of(tsqueries: Sequence[str]) -> str:
    """A tsquery that finds what all of some find; those that are empty ask for nothing."""
    return " & ".join(f"({found})" for found in tsqueries if found)


def by_configuration(query: Query, lexemes: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """The tsquery of each configuration in which the query says anything."""
    compiled = {configuration: query.compiled(found) for configuration, found in lexemes.items()}
    return {configuration: found for configuration, found in compiled.items() if found}


def _term(word: str | None, phrase: str | None) -> Term | None:
    if word is None:
        return Term(phrase[:_LONGEST]) if phrase and phrase.strip() else None
    word = word[:_LONGEST]
    if prefix := _PREFIX.fullmatch(word):
        if not is_unspaced(word):
            _check_prefix(prefix[1])
            return Term(prefix[1], prefix=True)
        word = prefix[1]
    if len(word) == 1 and is_unspaced(word):
        return Term(word, prefix=True)
    return Term(word)


def _check_prefix(beginning: str) -> None:
    if len(beginning) + len(_HANGUL.findall(beginning)) < _SHORTEST_PREFIX:
        raise QueryError(
            f"{beginning}*: too many words begin so; type {_SHORTEST_PREFIX} letters or more before the star, or leave "
            "the star out"
        )


def _any(found: Sequence[str]) -> str:
    some = [f"({one})" for one in found if one]
    return some[0] if len(some) == 1 else f"({' | '.join(some)})" if some else ""


def _quoted(lexeme: str) -> str:
    doubled = lexeme.replace("\\", "\\\\").replace("'", "''")
    return f"'{doubled}'"
