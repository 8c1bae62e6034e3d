"""The news agencies and how they are printed in datelines, bylines and credits."""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

_SEPARATORS = re.compile(
    r"\s*(?:/|,|;|·|\+|&|＝|\bund\b|\band\b|\bet\b|\ben\b|\by\b|\be\b|\bи\b|\bmit\b|\bmet\b|\bwith\b)\s*"
)


@dataclass(frozen=True)
class Agency:
    """One news agency; `country` is where it sits (ISO 3166-1 alpha-2)."""

    code: str
    name: str
    country: str
    forms: tuple[str, ...]


@cache
def agencies() -> dict[str, Agency]:
    """Every agency by its code, in the table's order."""
    table = tomllib.loads(files(__package__).joinpath("agencies.toml").read_text("utf-8"))
    rows = (Agency(row["code"], row["name"], row["country"], tuple(row["forms"])) for row in table["agencies"])
    return {agency.code: agency for agency in rows}


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
    return _codes_by_form().get(printed.strip(" .*()").casefold())


def agency_codes(printed: str) -> list[str]:
    """The codes in a list such as `ANP/DPA/AFP` or `dpa, AFP`, in its order; other names are left out."""
    whole = agency_code(printed)
    if whole:
        return [whole]
    codes = (agency_code(name) for name in _SEPARATORS.split(printed))
    return list(dict.fromkeys(code for code in codes if code))
