"""Which outlets carried which agency's item, when, and how changed: on a real Postgres."""

import random
from datetime import timedelta
from typing import Any

import pytest
from rich.console import Console

from copydesk.cli.lineage import lineage_tree
from copydesk.contracts import ArticleTagged, article_id
from copydesk.storage import Pool
from copydesk.storage.lineage import family

from .test_filing import NOON, TABLES, article, file, withdrawn

WIRE = (
    "The harbour bridge carries traffic again. The first cyclists crossed it shortly after six in the morning, "
    "and engineers said that the northern cables had been replaced."
)
SIGNATURE = list(range(1, 129))


def carried(page: str, source: str, hours: float = 0, **changes: Any) -> ArticleTagged:
    """A telling of the wire's text, alike to all others."""
    fields: dict[str, Any] = {"text": WIRE, "title": "Bridge open", "minhash": SIGNATURE, "bands": [7]}
    published = NOON + timedelta(hours=hours)
    return article(page, **(fields | {"source": source, "agencies": ["AFP"], "published": published} | changes))


FAMILY = [
    carried("/wire", "Agence France-Presse", agencies=[]),
    carried("/first", "harbour-post", 0.5),
    carried("/short", "evening-mail", 2, text="The harbour bridge carries traffic again.", title="Cyclists first"),
    carried("/longer", "courier", 3, text=f"{WIRE} Our reporter saw hundreds of people waiting."),
]


async def lineage(pool: Pool) -> dict[str, dict[str, Any]]:
    rows = await pool.fetch("SELECT * FROM copydesk.v1_lineage ORDER BY item_id, carrier")
    return {row["source"]: dict(row) for row in rows}


async def test_carriers_of_an_agency_item_are_told_with_delay_and_changes(pool: Pool) -> None:
    await file(pool, *FAMILY)
    found = await lineage(pool)
    assert list(found) == ["harbour-post", "evening-mail", "courier"]
    assert {row["original_source"] for row in found.values()} == {"Agence France-Presse"}
    assert all(row["from_agency"] and row["agencies"] == ["AFP"] for row in found.values())
    assert [row["first_carrier"] for row in found.values()] == [True, False, False]
    assert [row["delay"] for row in found.values()] == [timedelta(hours=hours) for hours in (0.5, 2, 3)]
    whole, short, longer = found.values()
    assert (whole["kept"], whole["added"], whole["same_title"], whole["similarity"]) == (1.0, 0.0, True, 1.0)
    assert (short["words"], short["added"], short["same_title"]) == (6, 0.0, False)
    assert short["kept"] == pytest.approx(6 / 27)
    assert longer["kept"] == 1.0
    assert longer["added"] == pytest.approx(7 / 34)


async def test_the_order_of_arrival_is_indifferent(pool: Pool) -> None:
    expected = None
    for seed in range(5):
        await pool.execute(f"TRUNCATE {', '.join(f'copydesk.{table}' for table in [*TABLES, 'lineage'])}")
        shuffled = random.Random(seed).sample(FAMILY, len(FAMILY))
        for each in shuffled:
            await file(pool, each)
        expected = expected or await lineage(pool)
        assert len(expected) == 3
        assert await lineage(pool) == expected, f"in the order {[each.source for each in shuffled]}"


async def test_an_item_whose_wire_was_never_seen_begins_with_its_first_carrier(pool: Pool) -> None:
    await file(pool, *FAMILY[1:], carried("/alone", "far-away", minhash=[], bands=[], agencies=["DPA"]))
    found = await lineage(pool)
    first = found["harbour-post"]
    assert (first["first_carrier"], first["from_agency"], first["kept"], first["delay"]) == (
        True,
        False,
        None,
        timedelta(0),
    )
    assert found["courier"]["delay"] == timedelta(hours=2.5)
    assert (found["far-away"]["agencies"], found["far-away"]["item_id"]) == (["DPA"], found["far-away"]["article_id"])


async def test_what_changes_later_is_measured_again(pool: Pool) -> None:
    await file(pool, *FAMILY)
    await file(
        pool, carried("/wire", "Agence France-Presse", agencies=[], minute=5, text="The harbour bridge is open.")
    )
    assert (await lineage(pool))["evening-mail"]["original_words"] == 5
    await file(pool, carried("/first", "harbour-post", 0.5, minute=6, title="Own words", text=f"Here: {WIRE}"))
    row = (await lineage(pool))["harbour-post"]
    assert (row["same_title"], row["words"], row["revisions"]) == (False, 28, 2)
    await file(pool, carried("/short", "evening-mail", 2, minute=7, text="Unlike.", minhash=[], bands=[], agencies=[]))
    await file(pool, withdrawn("/longer"))
    assert list(await lineage(pool)) == ["harbour-post"]


async def test_the_tree_is_found_from_any_of_its_articles_and_printed(pool: Pool) -> None:
    await file(pool, *FAMILY)
    found = await family(pool, "https://harbour.example/longer")
    assert [carrier.source for carrier in found] == [each.source for each in FAMILY]
    assert found == await family(pool, article_id("https://harbour.example/wire"))
    assert [carrier.own for carrier in found] == [True, False, False, False]
    assert [carrier.first_carrier for carrier in found] == [False, True, False, False]
    console = Console(record=True, width=200)
    console.print(lineage_tree(found), soft_wrap=True)
    printed = console.export_text()
    assert "Agence France-Presse (AFP)" in printed
    assert "2026-03-01 12:30Z · +30 min · first carrier · kept 100%, added 0%" in printed
    assert "kept 22%, added 0% · another headline" in printed
    assert await family(pool, "https://harbour.example/unknown") == []
