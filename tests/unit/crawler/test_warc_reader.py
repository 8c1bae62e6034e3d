"""Anybody's WARC files: what is a page comes out, what is not is counted, what is broken stops nothing."""

import gzip
import tracemalloc
import zlib
from io import BytesIO

import pytest
from copydesk_crawler.adapters.archived_pages import foreign_pages, own_pages
from hypothesis import given, settings
from hypothesis import strategies as st

from copydesk.contracts import article_id

from .archived import body_of, captured, http, plain_record, record, warc

LIMIT = 100_000


def read(data: bytes, **options: object):
    return list(foreign_pages(BytesIO(data), LIMIT, **options))  # type: ignore[arg-type]


def skipped(data: bytes, **options: object) -> list[str]:
    return [found.skipped for found in read(data, **options) if found.skipped]


def urls(data: bytes, **options: object) -> list[str]:
    return [found.page.url for found in read(data, **options) if found.page]


def test_a_page_is_as_it_was_fetched() -> None:
    block = http(body_of("x"), Content_Type="text/html; charset=ISO-8859-15", ETag='"7"')
    [found] = read(record("response", block, url="https://www.Bay.example/a/../ferry?utm_source=x#top"))
    page = found.page
    assert page is not None
    assert page.url == "https://www.bay.example/ferry"
    assert page.id == article_id("https://www.bay.example/ferry")
    assert (page.source, page.encoding, page.etag) == ("bay.example", "ISO-8859-15", '"7"')
    assert page.fetched_at.isoformat() == "2026-05-04T09:30:00+00:00"
    assert page.body == body_of("x")


@pytest.mark.parametrize(
    ("block", "reason"),
    [
        (http(b"", "404 Not Found"), "http-404"),
        (http(b"{}", Content_Type="application/json"), "not-html"),
        (http(b"  \n"), "empty-body"),
        (b"nonsense\r\n\r\n", "broken-http"),
        (b"", "broken-http"),
        (http(b"x" * (LIMIT + 1)), "body-too-large"),
        (http(gzip.compress(b"\0" * 5_000_000), Content_Encoding="gzip"), "body-too-large"),
        (http(gzip.compress(body_of("x"))[:-9], Content_Encoding="gzip"), "truncated-body"),
        (http(b"<p>", Content_Encoding="gzip, br, deflate, gzip"), "too-many-encodings"),
    ],
)
def test_what_is_no_page_is_counted_with_its_reason(block: bytes, reason: str) -> None:
    assert skipped(record("response", block) + captured()) == [reason, "request"]


def test_addresses_that_a_crawler_would_not_fetch_are_not_imported() -> None:
    data = b"".join(
        record("response", http(body_of("x")), url=url)
        for url in ("dns:bay.example", "https://user@bay.example/", "http://0x7f.1/", "ftp://bay.example/")
    )
    assert skipped(data) == ["scheme-not-http", "userinfo-in-url", "numeric-host", "scheme-not-http"]


def test_codings_are_undone_also_where_the_archive_left_only_their_names() -> None:
    body = body_of("x")
    data = b"".join(
        record("response", block)
        for block in (
            http(gzip.compress(body), Content_Encoding="gzip"),
            http(body, Content_Encoding="gzip"),
            http(b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body), Transfer_Encoding="chunked"),
            http(body, Transfer_Encoding="chunked"),
        )
    )
    assert [found.page.body for found in read(data) if found.page] == [body] * 4


def test_other_records_are_counted_by_their_type() -> None:
    data = b"".join(record(kind, http(b"<p>")) for kind in ("revisit", "metadata", "resource", "conversion"))
    assert skipped(warc(data)) == ["warcinfo", "revisit", "metadata", "resource", "conversion"]


def test_hosts_choose_pages_with_what_is_below_them() -> None:
    hosts = ("bay.example", "news.bay.example", "notbay.example", "cliff.example")
    data = b"".join(record("response", http(body_of(host)), url=f"https://{host}/") for host in hosts)
    assert urls(data, hosts=frozenset({"bay.example"})) == ["https://bay.example/", "https://news.bay.example/"]


def test_files_without_compression_or_compressed_as_a_whole_are_read_too() -> None:
    blocks = [plain_record("response", http(body_of(str(at))), url=f"https://bay.example/{at}") for at in range(5)]
    plain = plain_record("warcinfo", b"software: x\r\n") + b"".join(blocks)
    expected = [f"https://bay.example/{at}" for at in range(5)]
    assert urls(plain) == expected
    assert urls(gzip.compress(plain)) == expected


@pytest.mark.parametrize("compressed", [True, False])
def test_a_damaged_record_is_named_and_the_rest_is_read(compressed: bool) -> None:
    make = record if compressed else plain_record
    good = [make("response", http(body_of(str(at))), url=f"https://bay.example/{at}") for at in range(3)]
    middle = bytearray(good[1])
    middle[len(middle) // 3 : len(middle) // 3 + 40] = b"\xff" * 40
    if not compressed:
        middle = bytearray(good[1].replace(b"WARC/1.0", b"XXXX/1.0"))
    found = read(good[0] + bytes(middle) + good[2])

    assert [record.page.url for record in found if record.page] == ["https://bay.example/0", "https://bay.example/2"]
    [broken] = [record for record in found if record.skipped == "broken-record"]
    assert broken.detail.startswith(f"offset {len(good[0])}: ")


@pytest.mark.parametrize("kept", [3, 50, -40, -1])
def test_a_file_that_was_cut_off_gives_all_records_before(kept: int) -> None:
    first, last = captured("https://bay.example/1"), record("response", http(body_of("2")))
    found = read(first + last[:kept])

    assert [record.page.url for record in found if record.page] == ["https://bay.example/1"]
    assert found[-1].skipped == "broken-record"
    assert found[-1].end == len(first) + len(last[:kept])


def test_a_record_that_claims_more_than_it_has_is_broken() -> None:
    data = record("response", http(body_of("x")), length=10_000) + captured()
    assert skipped(data)[0] == "broken-record"
    assert urls(data) == ["https://bay.example/ferry"]


def test_bombs_are_passed_over_in_little_memory() -> None:
    member = zlib.compressobj(9, zlib.DEFLATED, 31)
    head = plain_record("response", http(b""), length=500_000_000)[:-4]
    bomb = member.compress(head) + b"".join(member.compress(bytes(1_000_000)) for _ in range(500)) + member.flush()
    endless_line = member_of(b"WARC/1.0\r\nX: " + bytes(20_000_000))
    tracemalloc.start()
    found = read(bomb + endless_line + captured())
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert found[0].skipped == "body-too-large"
    assert [record.page.url for record in found if record.page] == ["https://bay.example/ferry"]
    assert peak < 30_000_000


def member_of(content: bytes) -> bytes:
    return gzip.compress(content)


def test_reading_goes_on_at_the_offset_after_a_record() -> None:
    data = warc(*(captured(f"https://bay.example/{at}") for at in range(4)))
    ends = [record.end for record in own_pages(BytesIO(data), LIMIT) if record.page]
    rest = own_pages(BytesIO(data), LIMIT, start=ends[1])
    assert [record.page.url for record in rest if record.page] == ["https://bay.example/2", "https://bay.example/3"]


@settings(max_examples=150)
@given(damage=st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), min_size=1, max_size=4), kept=st.floats(0.2, 1))
def test_no_damage_stops_the_reader_or_invents_a_page(damage: list[tuple[float, int]], kept: float) -> None:
    whole = bytearray(warc(*(captured(f"https://bay.example/{at}") for at in range(3))))
    for place, value in damage:
        whole[int(place * (len(whole) - 1))] = value
    left = bytes(whole[: int(kept * len(whole))])
    pages = [record.page for record in own_pages(BytesIO(left), LIMIT) if record.page]
    assert {page.body for page in pages} <= {body_of(f"https://bay.example/{at}") for at in range(3)}
