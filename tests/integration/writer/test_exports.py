"""`copydesk export` as files that others read back."""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pyarrow.parquet as pq
import pytest

from copydesk.cli.exporting import Format, export
from copydesk.cli.output import CommandError
from copydesk.cli.parquet_files import ROW_GROUP
from copydesk.contracts import ArticleTagged, Cut, Entity, Image, MediaTopic, Place, Story
from copydesk.storage import Pool
from copydesk.storage.articles import export as exported_articles
from tests.unit.contracts.test_ninjs import keeps_to_the_schema

from .test_search import NOON, TEXTS, article, file, gone


@pytest.fixture(autouse=True)
def settings(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COPYDESK_POSTGRES__DSN", database)


async def exported(path: Path, **options: Any) -> Path:
    await asyncio.to_thread(export, out=path, **options)
    return path


def names_in(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def full(page: str, written_in: str, **changes: Any) -> ArticleTagged:
    return article(
        page,
        written_in,
        entities=[Entity(start=0, end=3, text="abc", type="PER", uri="wikidata:Q1", name="Abc", salience=0.5)],
        places=[Place(geonames=1, name="N", country="NL", lat=1.5, lon=2.5, salience=0.7)],
        topics=[MediaTopic(code="medtop:04000000", label="economy", confidence=0.6)],
        images=[Image(url="https://harbour.example/a.jpg", caption="Ферри")],
        cuts=[Cut(text="Read also", reason="related-link", rule="phrase")],
        models={"language": "3"},
        story=Story(id="s", confidence=1),
        **changes,
    )


async def test_parquet_reads_back_as_what_was_stored(pool: Pool, tmp_path: Path) -> None:
    await file(pool, *(full(tag, tag) for tag in TEXTS), article("bare", title=None, published=None))
    table = pq.read_table(await exported(tmp_path / "a.parquet", format_=Format.PARQUET))
    assert table.schema.field("published").type.tz == "UTC"
    assert str(table.schema.field("revision").type) == "int32"
    rows = {row["url"]: row for row in table.to_pylist(maps_as_pydicts="strict")}
    async for held in exported_articles(pool):
        row = rows.pop(held["url"])
        assert row.pop("unknown") is None
        known = {name: value for name, value in held.items() if name in row}
        assert msgspec.convert(row, ArticleTagged) == msgspec.convert(known, ArticleTagged)
        assert (row["revision"], row["stored_at"]) == (held["revision"], held["stored_at"])
    assert rows == {}


async def test_parquet_is_written_by_row_groups(pool: Pool, tmp_path: Path) -> None:
    await file(pool, *(article(f"{number}") for number in range(ROW_GROUP + 1)))
    written = pq.ParquetFile(await exported(tmp_path / "a.parquet", format_=Format.PARQUET))
    assert [written.metadata.row_group(number).num_rows for number in range(2)] == [ROW_GROUP, 1]


async def test_an_export_of_nothing_is_a_file_all_the_same(tmp_path: Path) -> None:
    assert pq.read_table(await exported(tmp_path / "a.parquet", format_=Format.PARQUET)).num_rows == 0
    assert (await exported(tmp_path / "a.jsonl")).read_bytes() == b""


async def test_lines_hold_the_messages_or_ninjs_documents(pool: Pool, tmp_path: Path) -> None:
    await file(pool, *(full(tag, tag) for tag in TEXTS))
    lines = (await exported(tmp_path / "a.jsonl")).read_bytes().splitlines()
    titles = {msgspec.json.decode(line, type=ArticleTagged).title for line in lines}
    assert titles == {title for title, _ in TEXTS.values()}
    written = (await exported(tmp_path / "b.jsonl", ninjs=True)).read_bytes()
    documents = [msgspec.json.decode(line) for line in written.splitlines()]
    assert {document["headlines"][0]["value"] for document in documents} == titles
    for document in documents:
        keeps_to_the_schema(document)
    assert (await exported(tmp_path / "c.jsonl", format_=Format.NINJS)).read_bytes() == written


async def test_withdrawn_articles_are_left_out_and_named_when_asked(pool: Pool, tmp_path: Path) -> None:
    await file(pool, article("a"), article("b"))
    await file(pool, gone("b"), now=NOON + timedelta(hours=1))
    named = tmp_path / "gone.jsonl"
    lines = (await exported(tmp_path / "a.jsonl", left_out=named)).read_bytes().splitlines()
    assert [msgspec.json.decode(line)["url"] for line in lines] == [article("a").url]
    (left,) = map(msgspec.json.decode, named.read_bytes().splitlines())
    assert (left["url"], left["withdrawn_at"]) == (article("b").url, "2026-03-01T12:30:00Z")
    assert names_in(tmp_path) == {"gone.jsonl", "a.jsonl"}


async def test_a_file_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"missing/a\.jsonl"):
        await exported(tmp_path / "missing" / "a.jsonl")
