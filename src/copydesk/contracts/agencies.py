"""The news agencies that `ArticleCleaned.agencies` names by code: a vocabulary of producers and consumers alike."""

import tomllib
from functools import cache
from importlib.resources import files

from msgspec import Struct


class Agency(Struct, frozen=True, kw_only=True):
    """`country` is the seat's (ISO 3166-1 alpha-2), `wikidata` an id such as `Q40464` where it is certain.

    `forms` are ways in which the agency is printed beside its code and name, in any script.
    """

    code: str
    name: str
    country: str
    wikidata: str | None = None
    forms: tuple[str, ...] = ()


@cache
def agencies() -> dict[str, Agency]:
    """Every agency by its code, in the table's order."""
    table = tomllib.loads(files(__package__).joinpath("agencies.toml").read_text("utf-8"))
    rows = (Agency(**{**row, "forms": tuple(row["forms"])}) for row in table["agencies"])
    return {agency.code: agency for agency in rows}
