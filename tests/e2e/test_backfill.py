"""Archives as people use them: imported, replayed, replayed again."""

import gzip
import json
from pathlib import Path

import pytest

from .test_commands import copydesk

pytestmark = [pytest.mark.postgres, pytest.mark.timeout(600)]

HOST = "bay.example"


def story(number: int) -> bytes:
    said = (
        f"Pilot boat number {number} will be moored at Gull Point until the storm has passed, the harbour master said. "
    )
    return (
        f'<!doctype html><html lang="en"><head><title>Boat {number} stays in harbour</title></head><body><article>'
        f"<h1>Boat {number} stays in harbour</h1><p>{said * 2}</p><p>Nobody was hurt, and the fish market opens at six "
        f"as it does on any other day of the week.</p></article></body></html>"
    ).encode()


def response(number: int, status: str = "200 OK") -> bytes:
    """A record as other crawlers write it."""
    http = f"HTTP/1.1 {status}\r\nContent-Type: text/html\r\n\r\n".encode() + story(number)
    head = (
        f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://www.{HOST}/{number}\r\n"
        f"WARC-Date: 2026-05-04T09:30:00Z\r\nContent-Length: {len(http)}\r\n"
        f"WARC-Record-ID: <urn:uuid:4c6cf2a1-6f0c-4c3e-9a51-4c2f8e4f0a11>\r\n\r\n"
    )
    return gzip.compress(head.encode() + http + b"\r\n\r\n")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("backfill")
    damaged = b"\x1f\x8b\x08" + b"\0" * 100
    news = response(1) + damaged + response(2) + response(3, "404 Not Found") + response(4)[:-30]
    (folder / "news.warc.gz").write_bytes(news)
    return folder


def test_a_news_archive_is_imported_shown_read_through_and_counted(desk: Path) -> None:
    imported = copydesk("import", "news.warc.gz", folder=desk)
    assert imported.code == 0, imported.err
    assert "2 pages on backfill.pages.fetched" in imported.err
    assert "broken-record 2, http-404 1" in imported.err
    assert "news.warc.gz: offset " in imported.err
    again = copydesk("import", "news.warc.gz", "--hosts", "bay.example,other.example", folder=desk)
    assert "2 pages on" in again.err
    shown = copydesk("tail", "backfill.pages.fetched", "--from-beginning", "--limit", "1", "--json", folder=desk)
    assert json.loads(shown.out)["envelope"]["source"] == "import"

    ran = copydesk("run", "--once", folder=desk)
    assert ran.code == 0, ran.err
    articles = {row["url"]: row for row in copydesk("export", folder=desk).lines}
    assert set(articles) == {f"https://www.{HOST}/1", f"https://www.{HOST}/2"}
    assert {row["source"] for row in articles.values()} == {HOST}
    assert {row["fetched_at"][:10] for row in articles.values()} == {"2026-05-04"}
    (row,) = copydesk("funnel", "--json", folder=desk).lines
    assert (row["source"], row["discovered"], row["stored"], row["in_flight"]) == (HOST, 2, 2, 0)


def test_what_is_no_warc_needs_a_source(desk: Path) -> None:
    (desk / "note.txt").write_text("A note.")
    refused = copydesk("import", "note.txt", folder=desk)
    assert refused.code == 2
    assert "note.txt is no WARC file" in refused.err
    assert "--source" in refused.err


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        (["--stage", "tagger", "--archive", "."], 2, "belong to --stage cleaner"),
        (["--stage", "cleaner", "--language", "nl"], 2, "belong to --stage tagger"),
        (["--stage", "cleaner", "--archive", ".", "--max-changed", "5%"], 2, "--max-changed needs --reprocess"),
        (["--stage", "tagger", "--max-changed", "much"], 2, "--max-changed 'much': give a share"),
        (["--stage", "tagger", "--sample", "10%"], 2, "say how --diff and --max-changed compare"),
        (["--stage", "tagger", "--diff", "--sample", "0"], 2, "--sample 0 compares nothing"),
        (["--stage", "cleaner"], 2, "name the archive by --archive"),
        (["--stage", "cleaner", "--archive", "nowhere"], 1, "nowhere: no such folder"),
        (["--stage", "cleaner", "--archive", "ftp://bay"], 1, "neither s3://"),
        (["--stage", "cleaner", "--archive", ".copydesk"], 1, "no WARC files here"),
    ],
)
def test_a_replay_that_cannot_be_says_why(desk: Path, options: list[str], code: int, said: str) -> None:
    (desk / ".copydesk").mkdir(exist_ok=True)
    refused = copydesk("replay", *options, folder=desk)
    assert (refused.code, refused.out) == (code, "")
    assert said in refused.err
