"""How the agencies of the contracts are printed in datelines, bylines and credits."""

import re
from functools import cache

from copydesk.contracts.agencies import agencies

_SEPARATORS = re.compile(
    r"\s*(?:/|,|;|·|\+|&|＝|\bund\b|\band\b|\bet\b|\ben\b|\by\b|\be\b|\bи\b|\bmit\b|\bmet\b|\bwith\b)\s*"
)

_FIRST_NAMES = frozenset({"ana", "mia", "sita"})
"""Names of people that name an agency in capitals only."""


@cache
def _codes_by_form() -> dict[str, str]:
    forms: dict[str, str] = {}
    for agency in agencies().values():
        for form in (agency.code, agency.name, *agency.forms):
            forms.setdefault(form.casefold(), agency.code)
    return forms


@cache
def printed_forms() -> tuple[str, ...]:
    """Every form of every agency, the longest first, for patterns that look for one in running text."""
    return tuple(sorted(_codes_by_form(), key=len, reverse=True))


def agency_code(printed: str) -> str | None:
    """The code of an agency as printed (`dpa`, `РИА Новости`), or None where the name is no agency's."""
    name = printed.strip(" .*()")
    if name.casefold() in _FIRST_NAMES and not name.isupper():
        return None
    return _codes_by_form().get(name.casefold())


def agency_codes(printed: str) -> list[str]:
    """The codes in a list such as `ANP/DPA/AFP` or `dpa, AFP`, in its order; other names are left out."""
    whole = agency_code(printed)
    if whole:
        return [whole]
    codes = (agency_code(name) for name in _SEPARATORS.split(printed))
    return list(dict.fromkeys(code for code in codes if code))


def listed_codes(printed: str) -> list[str]:
    """As `agency_codes`, but none where any name in the list is not an agency's."""
    whole = agency_code(printed)
    if whole:
        return [whole]
    codes = [agency_code(name) for name in _SEPARATORS.split(printed)]
    return [code for code in codes if code] if all(codes) else []
