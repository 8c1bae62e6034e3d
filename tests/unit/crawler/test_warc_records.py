"""What is written of an exchange, and that the published page comes out of it as it was."""

import gzip
from io import BytesIO

import brotli
import msgspec
import pytest
from copydesk_crawler.adapters.archived_pages import own_pages
from copydesk_crawler.core.archives.archive_index import url_key
from copydesk_crawler.core.archives.warc_records import Capture, exchange_members, payload_digest, warcinfo_member
from hypothesis import given
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator

from .archived import HTML, NOON, body_of, exchange, page, warc

LIMIT = 1_000_000


def records(*members: bytes):
    return [
        (record.rec_type, record.rec_headers, record.http_headers, record.content_stream().read())
        for record in ArchiveIterator(BytesIO(b"".join(members)), check_digests="raise")
    ]


def test_an_exchange_becomes_a_response_and_the_request_that_it_answers() -> None:
    (kind, about, headers, body), (request_kind, asked_about, asked, _) = records(
        *exchange_members(exchange(), page(), None)
    )

    assert (kind, request_kind) == ("response", "request")
    assert about.get_header("WARC-Target-URI") == "https://bay.example/ferry"
    assert about.get_header("WARC-Date") == "2030-01-01T12:00:00.123456Z"
    assert about.get_header("WARC-IP-Address") == "192.0.2.7"
    assert about.get_header("WARC-Payload-Digest") == payload_digest(body_of("https://bay.example/ferry"))
    assert about.get_header("WARC-Block-Digest")
    assert asked_about.get_header("WARC-Concurrent-To") == about.get_header("WARC-Record-ID")
    assert (headers.protocol, headers.get_statuscode()) == ("HTTP/1.1", "200")
    assert (asked.protocol, asked.statusline) == ("GET", "/ferry HTTP/1.1")
    assert asked.get_header("User-Agent") == "Copydesk/0.1"
    assert body == body_of("https://bay.example/ferry")


def test_the_payload_stays_coded_as_it_came_and_transfer_codings_are_not_claimed() -> None:
    coded = brotli.compress(body_of("x"))
    sent = (*HTML, ("Content-Encoding", "br"), ("Transfer-Encoding", "chunked"))
    answer, _ = exchange_members(exchange(headers=sent, payload=coded), None, None)
    content = gzip.decompress(answer)

    assert content.endswith(coded + b"\r\n\r\n")
    assert b"Content-Encoding: br" in content
    assert b"chunked" not in content


def test_http2_is_written_in_the_syntax_of_http1_and_said_so() -> None:
    asked = ((":path", "/ferry"), ("user-agent", "Copydesk/0.1"))
    (_, about, headers, _), (_, _, request, _) = records(
        *exchange_members(exchange(http_version="HTTP/2", request_headers=asked), None, None)
    )
    assert about.get_header("WARC-Protocol") == "h2"
    assert headers.protocol == "HTTP/1.1"
    assert request.get_header("Host") == "bay.example"


def test_a_304_and_a_repeated_payload_become_revisits() -> None:
    earlier = Capture("https://bay.example/ferry", "2029-12-31T12:00:00.000000Z", payload_digest(b"x"))
    not_modified, same, unknown = (
        records(*exchange_members(answer, None, capture))[0]
        for answer, capture in (
            (exchange(status=304, payload=b""), earlier),
            (exchange("https://bay.example/copy"), earlier),
            (exchange(status=304, payload=b""), None),
        )
    )
    assert [found[0] for found in (not_modified, same, unknown)] == ["revisit"] * 3
    assert not_modified[1].get_header("WARC-Profile").endswith("server-not-modified")
    assert same[1].get_header("WARC-Profile").endswith("identical-payload-digest")
    assert same[1].get_header("WARC-Refers-To-Target-URI") == earlier.url
    assert same[1].get_header("WARC-Refers-To-Date") == earlier.date
    assert same[1].get_header("WARC-Payload-Digest") == earlier.digest
    assert unknown[1].get_header("WARC-Refers-To-Date") is None


def test_a_header_never_breaks_out_of_its_line() -> None:
    hostile = (*HTML, ("X-Evil", "a\r\nWARC-Type: resource\r\n\r\nbody"), ("X-Latin", "caf\xe9"))
    answer, _ = exchange_members(exchange(headers=hostile), None, None)
    [(_, _, headers, body)] = records(answer)

    assert headers.get_header("X-Evil") == "a WARC-Type: resource  body"
    assert b"caf\xe9" in gzip.decompress(answer)
    assert body == body_of("https://bay.example/ferry")


@given(
    title=st.text(),
    source=st.text(min_size=1),
    body=st.binary(),
    opt_outs=st.lists(st.sampled_from(["noarchive", "noai"])),
    coding=st.sampled_from([None, "gzip", "br"]),
)
def test_the_published_page_comes_back_as_it_was(
    title: str, source: str, body: bytes, opt_outs: list[str], coding: str | None
) -> None:
    published = page(body=body, source=source, hints={"title": title}, opt_outs=opt_outs)
    payload = {"gzip": gzip.compress, "br": brotli.compress}[coding](body) if coding else body
    headers = (*HTML, ("Content-Encoding", coding)) if coding else HTML
    file = warc(*exchange_members(exchange(headers=headers, payload=payload), published, None))

    [found] = [record.page for record in own_pages(BytesIO(file), LIMIT) if record.page]
    assert msgspec.json.encode(found) == msgspec.json.encode(published)


def test_what_was_not_published_is_no_page() -> None:
    file = warc(*exchange_members(exchange(), None, None))
    assert [record.skipped for record in own_pages(BytesIO(file), LIMIT)] == ["warcinfo", "not-published", "request"]


def test_an_altered_body_is_not_replayed() -> None:
    file = warc(*exchange_members(exchange(payload=b"<p>other"), page(), None))
    assert "altered-body" in [record.skipped for record in own_pages(BytesIO(file), LIMIT)]


def test_the_first_record_names_file_and_software() -> None:
    [(kind, about, _, info)] = records(warcinfo_member("copydesk-1.warc.gz", "Copydesk/0.1", NOON))
    assert (kind, about.get_header("WARC-Filename")) == ("warcinfo", "copydesk-1.warc.gz")
    assert b"software: Copydesk/0.1\r\n" in info


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("https://www.bay.example/Ferry?b=2&a=1", "example,bay)/ferry?b=2&a=1"),
        ("http://news.bay.example:8080", "example,bay,news:8080)/"),
    ],
)
def test_urls_are_found_by_their_turned_host(url: str, key: str) -> None:
    assert url_key(url) == key
