"""The authors of a page: people, and apart from them organisations and agencies.

The first place that names a person decides, in the order in which such places are right (measured on pages of many
publishers): JSON-LD of the article, author fields of `meta`, JSON-LD of the page, marked elements beside the headline,
a byline beside the headline, marked elements anywhere. Only where none names a person, an organisation that the page
declares as author stands (an agency, a desk with a name, the publication itself).
"""

import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from copydesk_cleaner.core.agencies import agency_codes
from copydesk_cleaner.core.author_fields import linked_authors, meta_authors
from copydesk_cleaner.core.author_marks import PageMarks
from copydesk_cleaner.core.json_ld import is_article
from copydesk_cleaner.core.names import Credits, each_once, organisation_names, read_credits
from copydesk_cleaner.core.page_facts import PageFacts

_MOST_NODES = 20
_ARTICLES = ("the", "der", "die", "das", "le", "la", "les", "el", "il", "de")


@dataclass(frozen=True)
class Authors:
    """`people` wrote the article; `organisations` stand only where the page names no people.

    `agencies` are the codes (`copydesk.contracts.agencies`) of all agencies that the page credits.
    `source` is the place that decided: `json-ld`, `meta`, `page json-ld`, `marks`, `byline` or `page marks`.
    """

    people: list[str] = field(default_factory=list)
    organisations: list[str] = field(default_factory=list)
    agencies: list[str] = field(default_factory=list)
    source: str | None = None


_Found = tuple[str, Credits]


def read_authors(facts: PageFacts) -> Authors:
    """Who wrote the page's article; a word for editorial staff alone (`Redactie`) is never an author."""
    declared = [*_declared(facts)]
    people = next((one for one in declared if any(_is_full(name) for name in one[1].people)), None)
    chosen = people or _from_page(declared, facts)
    agencies = each_once(code for _, credit in (*declared, chosen) for code in _codes(credit))
    source, credit = chosen
    bodies = [] if credit.people else [*credit.organisations]
    return Authors([*credit.people], bodies, agencies, source if credit else None)


def _from_page(declared: list[_Found], facts: PageFacts) -> _Found:
    """What the page shows, where its fields name no person in full; else what the fields name."""
    handles = next((one for one in declared if one[1].people), None)
    named = handles or next((one for one in declared if one[1].organisations), None)
    marks = PageMarks(facts)
    looks: list[tuple[str, Callable[[], list[str]]]]
    looks = [("marks", marks.beside_headline), ("byline", marks.in_lines), ("page marks", marks.anywhere)]
    for source, look in looks[:2] if named else looks:
        people = [name for name in look() if not _is_site(name, facts)]
        if people:
            return (
                handles if handles and not _are_owners(people, handles[1].people) else (source, Credits(tuple(people)))
            )
    return named or ("page marks", marks.undressed())


def _declared(facts: PageFacts) -> Iterator[_Found]:
    """What each author field says; the publication's own name counts as an organisation's."""
    nodes = facts.json_ld[:_MOST_NODES]
    author = next((names for node in nodes if is_article(node) and any(names := linked_authors(node))), None)
    if author:
        yield "json-ld", _told_apart(*author, facts)
    for values in meta_authors(facts):
        yield "meta", _told_apart(values, [], facts)
    for node in nodes:
        if not is_article(node):
            yield "page json-ld", _told_apart(*linked_authors(node), facts)


def _told_apart(names: list[str], bodies: list[str], facts: PageFacts) -> Credits:
    """Who a field names, the publication itself among the organisations."""
    read = read_credits(names)
    own = [name for name in read.people if _is_site(name, facts)]
    organisations = each_once([*read.organisations, *own, *organisation_names(bodies)])
    return Credits(tuple(name for name in read.people if name not in own), tuple(organisations))


def _codes(credit: Credits) -> list[str]:
    return [code for name in credit.organisations for code in agency_codes(name)]


def _is_full(name: str) -> bool:
    """Whether a name is more than a given name, a handle or initials; scripts without spaces show no difference."""
    return " " in name or not name.isascii()


def _are_owners(people: list[str], handles: tuple[str, ...]) -> bool:
    """Whether full names on the page go before one-word names: they hold those, or those are accounts, not names."""
    words = [word.casefold() for name in people for word in name.split()]
    return all(not handle.istitle() or handle.casefold() in words for handle in handles)


def _is_site(name: str, facts: PageFacts) -> bool:
    return _plain(name) in _plain_names(facts.site_names)


@lru_cache(maxsize=256)
def _plain_names(names: frozenset[str]) -> frozenset[str]:
    return frozenset(_plain(name) for name in names)


@lru_cache(maxsize=4096)
def _plain(name: str) -> str:
    """Letters and digits alone, without accents and a leading article."""
    flat = "".join(filter(str.isalnum, unicodedata.normalize("NFKD", name.casefold())))
    article = next((one for one in _ARTICLES if flat.startswith(one) and len(flat) > len(one) + 3), "")
    return flat.removeprefix(article)
