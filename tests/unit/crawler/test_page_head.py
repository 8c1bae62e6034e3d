"""What pages declare in their heads, in all the spellings of the web."""

import time

import pytest
from copydesk_crawler.core.pages.page_head import PageHead, read_head
from hypothesis import given
from hypothesis import strategies as st


def page(head: str, body: str = "<p>De brug is weer open.</p>", html: str = "<html>") -> bytes:
    return f"<!DOCTYPE html>{html}<head>{head}</head><body>{body}</body></html>".encode()


@pytest.mark.parametrize(
    "link",
    [
        '<link rel="canonical" href="https://courier.example/a?b=1&amp;c=2">',
        "<LINK HREF='https://courier.example/a?b=1&#38;c=2' REL='Canonical'/>",
        "<link rel=canonical href=https://courier.example/a?b=1&c=2>",
        '<link\n  data-x="a > b"\n  href=" https://courier.example/a?b=1&amp;c=2\n"\n  rel="shortlink canonical">',
        '<link rel="canonical"href="https://courier.example/a?b=1&c=2"/>',
    ],
)
def test_a_canonical_link_is_found_however_it_is_written(link: str) -> None:
    assert read_head(page(link)).canonical == "https://courier.example/a?b=1&c=2"


def test_what_lies_in_comments_scripts_and_the_body_declares_nothing() -> None:
    head = """<!-- <link rel="canonical" href="/commented"> -->
    <script>var a = '<body><link rel="canonical" href="/scripted">'; if (1 < 2) {}</script>
    <STYLE>/* <link rel="canonical" href="/styled"> */</STYLE>
    <link rel="canonical" href="/real"><meta property="og:url" content="/og">"""
    found = read_head(page(head, '<link rel="canonical" href="/body"><meta name="robots" content="noai">'))
    assert (found.canonical, found.og_url, found.robots) == ("/real", "/og", ())
    assert read_head(page("<title>A</title>", '<link rel="canonical" href="/body">')).canonical == ""


def test_the_first_declaration_counts_and_an_empty_one_is_none() -> None:
    head = '<link rel=canonical href=""><link rel=canonical href=/a><link rel=canonical href=/b><base href=/x/><base href=/y/>'
    found = read_head(page(head))
    assert (found.canonical, found.base) == ("/a", "/x/")


def test_robots_rules_for_all_and_for_us_are_kept_apart_from_those_for_others() -> None:
    head = """<meta name="ROBOTS" content="NOAI, noimageai"><meta content="noarchive" name=robots>
    <meta name="copydesk" content="noindex"><meta name="googlebot" content="none"><meta name="robotsy" content="x">"""
    assert read_head(page(head), "Copydesk").robots == ("NOAI, noimageai", "noarchive", "noindex")
    assert read_head(page(head)).robots == ("NOAI, noimageai", "noarchive")


def test_reservations_of_text_and_data_mining_are_read() -> None:
    head = '<meta content="https://courier.example/tdm" name="tdm-policy"><meta content="1" name="TDM-reservation">'
    assert read_head(page(head)).tdm_reservation == "1"


@pytest.mark.parametrize(
    ("content", "target"),
    [
        ("0; url=/next", "/next"),
        ("0;URL='https://courier.example/next'", "https://courier.example/next"),
        ("0.5 , url = /next", "/next"),
        ("5", ""),
        ("300", ""),
    ],
)
def test_a_refresh_leads_somewhere_or_only_reloads(content: str, target: str) -> None:
    assert read_head(page(f'<meta http-equiv="Refresh" content="{content}">')).refresh == target


def test_a_refresh_for_readers_without_scripts_is_none() -> None:
    assert read_head(page('<noscript><meta http-equiv="refresh" content="0;url=/plain"></noscript>')).refresh == ""


def test_titles_are_read_in_their_encoding() -> None:
    assert read_head(page("<title>\n Überfahrt &amp;\n mehr </title>")).title == "Überfahrt & mehr"
    russian = '<html><head><meta charset="windows-1251"><title>Мост открыт</title>'.encode("windows-1251")
    assert read_head(russian).title == "Мост открыт"
    assert read_head("<title>Überfahrt</title>".encode("latin-1")).title == "Überfahrt"
    assert read_head('<meta charset="zlib_codec"><title>Über</title>'.encode("latin-1")).title == "Über"


def test_a_page_in_utf_16_has_an_empty_head() -> None:
    assert read_head("<title>A</title>".encode("utf-16")) == PageHead()


@given(
    st.lists(
        st.sampled_from(
            [
                "<meta ",
                "<link rel=canonical href=",
                '"',
                "'",
                ">",
                "<!--",
                "-->",
                "<script",
                "</script>",
                "<title>",
                "<body",
                "robots",
                "name=",
                " ",
                "content=",
                "&amp;",
                "\x00",
                "é",
                "</",
                "<",
                "refresh",
            ]
        ),
        max_size=60,
    )
)
def test_any_bytes_give_a_head(pieces: list[str]) -> None:
    assert isinstance(read_head("".join(pieces).encode()), PageHead)


@pytest.mark.parametrize(
    "piece",
    [b"<link rel=canonical href=\"", b"<meta name=robots ", b"<", b"<!--", b"<script", b"<body<script", b"<!-- -->",
     b"refresh", b"<noscript>refresh", b"<meta http-equiv=refresh content='0;", b"<style></style>", b"&#", b"<title>"],
)  # fmt: skip
def test_hostile_heads_cost_little(piece: bytes) -> None:
    hostile = piece * (5_000_000 // len(piece))
    started = time.process_time()
    read_head(hostile, "copydesk")
    assert time.process_time() - started < 2
