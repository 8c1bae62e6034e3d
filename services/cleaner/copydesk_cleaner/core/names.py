"""Names in bylines and author fields: people, organisations and agencies, told apart."""

from collections.abc import Iterable
from dataclasses import dataclass

from copydesk_cleaner.core.agencies import agency_code
from copydesk_cleaner.core.credit_parts import credit_parts, has_lead, without_lead
from copydesk_cleaner.core.name_kinds import (
    could_be_declared,
    is_nobody,
    is_organisation,
    is_unspaced,
    looks_like_a_person,
)

_LONGEST_BYLINE = 100


@dataclass(frozen=True)
class Credits:
    """Who is named in a credit, as printed, in its order, each once; an agency is among the organisations too."""

    people: tuple[str, ...] = ()
    organisations: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.people or self.organisations)


def read_credits(declared: Iterable[str]) -> Credits:
    """Who the values of an author field name.

    Such a field says that these are authors, so a single word, an abbreviation or a name in small letters is a person;
    what says only "staff" or "editor", in any of the languages of names.toml, is nobody.
    """
    people: list[str] = []
    organisations: list[str] = []
    for printed in declared:
        parts = [part for part in credit_parts(printed) if could_be_declared(part) and not is_nobody(part)]
        spaced = any(" " in part for part in parts)
        for part in parts:
            if is_organisation(part):
                organisations.append(part)
            elif " " in part or not spaced or is_unspaced(part):
                people.append(part)
    return Credits(tuple(each_once(people)), tuple(each_once(organisations)))


def organisation_names(declared: Iterable[str]) -> list[str]:
    """Names that a page declares to be organisations', as printed; those that say only "staff" left out."""
    tidy = (" ".join(name.split()) for name in declared)
    return each_once(name for name in tidy if could_be_declared(name) and not is_nobody(name))


def person_names(printed: str) -> list[str]:
    """The people in a byline such as `By Ana Ruiz and Jan de Vries, dpa`, in its order, each once."""
    return each_once(part for part in credit_parts(printed) if looks_like_a_person(part))


def is_byline(text: str) -> bool:
    """Whether a short line is a byline: "by" in one of many languages, then names or an agency."""
    if len(text) > _LONGEST_BYLINE or text.rstrip()[-1:] in ".!?" or not has_lead(text):
        return False
    rest = without_lead(text)
    return len(rest) > 1 and (bool(person_names(rest)) or agency_code(rest) is not None)


def each_once(names: Iterable[str]) -> list[str]:
    """The names without those that differ from an earlier one in case alone."""
    found: dict[str, str] = {}
    for name in names:
        found.setdefault(name.casefold(), name)
    return [*found.values()]
