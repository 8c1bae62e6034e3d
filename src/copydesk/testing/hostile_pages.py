"""Pages made to hang, starve or crash whoever reads them; every consumer of fetched bodies meets their like.

Most surround one short article (`ARTICLE`), so that a reader who copes can be held to its text. `hostile_pages` makes
them one at a time, since all together take some 200 MB; everything is the same on each run.
"""

import gzip
import io
import json
import random
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass

TITLE = "Harbour ferry returns after winter repairs"
ARTICLE = (
    "The harbour ferry carried its first passengers on Monday after eleven weeks in dry dock, the port office said.",
    "Engineers replaced both shafts and a third of the hull plates, work that the council had put off for six years.",
    "“We missed the noise of it,” said Ilse Marten, who keeps the kiosk at the landing stage – and a café.",
    "The timetable of last summer applies again from Thursday, with a late crossing added on market days.",
)
_PARAGRAPHS = "".join(f"<p>{paragraph}</p>\n" for paragraph in ARTICLE)
_PAGE = (
    '<!DOCTYPE html><html lang="en"><head><meta charset="{charset}"><title>{title}</title>{head}</head>'
    "<body>{before}<article><h1>{title}</h1>\n{paragraphs}</article>{after}</body></html>"
)


@dataclass(frozen=True)
class HostilePage:
    """One body as a server might send it. `is_page` is false for bodies of other kinds sent as HTML, and empty ones."""

    name: str
    body: bytes
    encoding: str | None = "utf-8"
    is_page: bool = True


def hostile_pages(*names: str) -> Iterator[HostilePage]:
    """The named pages, or all, made one by one. Raises `KeyError` for an unknown name."""
    for name in names or hostile_page_names():
        yield _MAKERS[name](name)


def hostile_page_names() -> tuple[str, ...]:
    return tuple(_MAKERS)


def _page(
    *, before: str = "", after: str = "", head: str = "", paragraphs: str = _PARAGRAPHS, charset: str = "utf-8"
) -> str:
    return _PAGE.format(title=TITLE, head=head, before=before, after=after, paragraphs=paragraphs, charset=charset)


def _line_breaks(name: str) -> HostilePage:
    return _around(name, after="<br>" * 375_000)


def _line_breaks_in_paragraph(name: str) -> HostilePage:
    return _around(name, paragraphs=_PARAGRAPHS + "<p>" + "one line<br>" * 125_000 + "</p>")


def _nested_divs(name: str) -> HostilePage:
    return _around(name, after="<div>" * 50_000 + "deep" + "</div>" * 50_000)


def _article_below_nested_divs(name: str) -> HostilePage:
    return _around(name, before="<div>" * 50_000)


def _text_below_nested_divs(name: str) -> HostilePage:
    """Whoever takes the text of each container copies 5 MB 500 times."""
    return _around(name, after="<div>" * 500 + "<p>A long text, far down.</p>" * 180_000)


def _nested_inline(name: str) -> HostilePage:
    """Unclosed formatting elements are opened again in each paragraph (WHATWG: reconstruct the formatting elements)."""
    opened = "".join(f"<b class=c{number}>" for number in range(2_000))
    return _around(name, after=opened + "<p>again" * 2_000)


def _misnested_formatting(name: str) -> HostilePage:
    """Work for the adoption agency algorithm."""
    return _around(name, after="<a><b><i><p>x</b></a>" * 20_000)


def _nested_lists(name: str) -> HostilePage:
    return _around(name, after="<ul><li>step " * 20_000)


def _nested_tables(name: str) -> HostilePage:
    return _around(name, after="<table><tr><td>cell " * 10_000)


def _foster_parented_text(name: str) -> HostilePage:
    """Text and elements that may not stand in a table go before it, one by one."""
    return _around(name, after="<table>" + "<tr>out of place<p>x</p>" * 50_000)


def _attributes_on_one_element(name: str) -> HostilePage:
    attributes = " ".join(f"data-a{number}='{number}'" for number in range(200_000))
    return _around(name, after=f"<div {attributes}>many attributes</div>")


def _long_attribute(name: str) -> HostilePage:
    return _around(name, after=f'<div class="{"c " * 2_500_000}" id="{"i" * 3_000_000}">long attribute</div>')


def _class_names(name: str) -> HostilePage:
    """100,000 elements with a class name each."""
    return _around(name, after="".join(f'<div class="c{number} related-{number}">x</div>' for number in range(100_000)))


def _json_ld(name: str) -> HostilePage:
    node = {"@type": "NewsArticle", "headline": TITLE, "keywords": [f"key word {n}" for n in range(250_000)]}
    return _around(name, head=f'<script type="application/ld+json">{json.dumps(node)}</script>')


def _nested_json_ld(name: str) -> HostilePage:
    """Past the depth at which Python's JSON parser raises `RecursionError`."""
    deep = '{"a":' * 100_000 + "1" + "}" * 100_000
    return _around(name, head=f'<script type="application/ld+json">{deep}</script>')


def _many_json_ld(name: str) -> HostilePage:
    node = '<script type="application/ld+json">{"@type":"NewsArticle","headline":"Story %d","author":"A. Bly"}</script>'
    return _around(name, head="".join(node % number for number in range(20_000)))


def _numbers_in_json_ld(name: str) -> HostilePage:
    """Python refuses to convert integers of more than 4,300 digits."""
    node = f'{{"@type":"NewsArticle","wordCount":{"9" * 1_000_000}}}'
    return _around(name, head=f'<script type="application/ld+json">{node}</script>')


def _meta_tags(name: str) -> HostilePage:
    return _around(name, head="".join(f'<meta property="article:tag" content="tag {n}">' for n in range(100_000)))


def _references(name: str) -> HostilePage:
    """NUL, beyond Unicode, a surrogate, a C1 control, without semicolon, unknown, and of a million digits."""
    tricks = "&#0; &#x110000; &#xD800; &#150; &amp &notit; &unknown; &#" + "9" * 1_000_000 + ";"
    return _around(name, paragraphs=f"{_PARAGRAPHS}<p>{tricks}</p>")


def _ampersands(name: str) -> HostilePage:
    return _around(name, after=f"<p>{'&amp;' * 1_000_000}</p>")


def _nuls(name: str) -> HostilePage:
    return HostilePage(name, _page(after="\0" * 1_000_000 + "<p>\0a\0b\0</p>").encode())


def _surrogates(name: str) -> HostilePage:
    """Lone surrogates as CESU-8 and WTF-8 write them: not UTF-8."""
    return HostilePage(
        name, _page(after="<p>lone \ud83d and \udc00 halves</p>" * 1_000).encode("utf-8", "surrogatepass")
    )


def _endless_word(name: str) -> HostilePage:
    return _around(name, after=f"<p>{'endless' * 1_430_000}</p>")


def _endless_cjk(name: str) -> HostilePage:
    return _around(name, after=f"<p>{'渡船恢复通航' * 550_000}</p>")


def _endless_sentence(name: str) -> HostilePage:
    return _around(name, paragraphs=f"{_PARAGRAPHS}<p>{'and then, ' * 1_000_000}</p>")


def _spaces(name: str) -> HostilePage:
    return _around(name, after=f"<p>{' ' * 5_000_000}.{chr(10) * 2_000_000}{chr(160) * 1_000_000}</p>")


def _digits(name: str) -> HostilePage:
    """What looks like dates and relative times without end."""
    return _around(name, after=f"<p>{'3 hours ago 12/11/2025 10:30 ' * 100_000}</p>")


def _capitals(name: str) -> HostilePage:
    """What looks like a byline without end."""
    return _around(name, before=f"<p class=byline>By {'Ilse Marten and ' * 100_000}</p>")


def _siblings(name: str) -> HostilePage:
    return _around(name, after="<p>One of many short paragraphs.</p>" * 100_000)


def _long_paragraphs(name: str) -> HostilePage:
    return _around(name, paragraphs=_PARAGRAPHS * 12_000)


def _headings(name: str) -> HostilePage:
    return _around(name, after="".join(f"<h2>Another story {n}</h2><p>{ARTICLE[n % 4]}</p>" for n in range(20_000)))


def _links(name: str) -> HostilePage:
    return _around(name, after="".join(f'<a href="/news/{n}">Story number {n}</a>\n' for n in range(200_000)))


def _images(name: str) -> HostilePage:
    one = '<figure><img src="/i/{n}.jpg" alt="Ferry {n}"><figcaption>Caption {n}. Photo: A. Bly</figcaption></figure>'
    return _around(name, after="".join(one.format(n=number) for number in range(50_000)))


def _times(name: str) -> HostilePage:
    return _around(name, after='<time datetime="2025-11-12T10:30:00+01:00">12 November</time>' * 100_000)


def _unclosed_tags(name: str) -> HostilePage:
    return _around(name, after="<p <b <i <" * 200_000)


def _unclosed_comment(name: str) -> HostilePage:
    return _around(name, after="<!-- " + "- " * 2_500_000)


def _comments(name: str) -> HostilePage:
    return _around(name, after="<!--x-->" * 500_000)


def _unclosed_script(name: str) -> HostilePage:
    return _around(name, after="<script>" + "<!--<script>" * 400_000)


def _cdata(name: str) -> HostilePage:
    return _around(name, after="<svg>" + "<![CDATA[x]]>" * 200_000 + "<svg>" * 5_000)


def _templates(name: str) -> HostilePage:
    return _around(name, after="<template>" * 20_000)


def _selects(name: str) -> HostilePage:
    return _around(name, after="<select><option>x" * 100_000)


def _frames(name: str) -> HostilePage:
    return _around(name, after='<iframe srcdoc="&lt;p&gt;x">' * 100_000)


def _large(name: str) -> HostilePage:
    noise = random.Random(4)  # noqa: S311 - a page, no secret
    words = [f"w{number}" for number in range(5_000)]
    rows = ("<div class=card><p>" + " ".join(noise.choices(words, k=60)) + "</p></div>" for _ in range(50_000))
    return _around(name, after="".join(rows))


def _wrong_charset(name: str) -> HostilePage:
    """windows-1252 bytes that header and page both call UTF-8."""
    return HostilePage(name, _page().encode("cp1252"))


def _double_charset(name: str) -> HostilePage:
    """UTF-8 bytes under a header of another encoding and a meta of a third."""
    return HostilePage(name, _page(charset="shift_jis").encode(), encoding="iso-8859-7")


def _unknown_charset(name: str) -> HostilePage:
    return HostilePage(name, _page(charset="x-no-such-thing").encode(), encoding="\x00utf-9000; q=\ud800")


def _mojibake(name: str) -> HostilePage:
    """UTF-8 read as windows-1252 and written as UTF-8 again."""
    return HostilePage(name, _page().encode().decode("cp1252", "replace").encode())


def _utf_16_unmarked(name: str) -> HostilePage:
    return HostilePage(name, _page().encode("utf-16-le"), encoding=None)


def _cut_multibyte(name: str) -> HostilePage:
    """Ends in the middle of a character."""
    return HostilePage(name, _page(after="<p>渡船</p>").encode().partition("渡".encode())[0] + b"\xe6\xb8")


def _random_bytes(name: str) -> HostilePage:
    return HostilePage(name, random.Random(5).randbytes(1_000_000), is_page=False)  # noqa: S311


def _executable(name: str) -> HostilePage:
    return HostilePage(name, b"\x7fELF\x02\x01\x01" + bytes(9) + random.Random(6).randbytes(300_000), is_page=False)  # noqa: S311


def _jpeg(name: str) -> HostilePage:
    head = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
    return HostilePage(name, head + random.Random(7).randbytes(300_000), is_page=False)  # noqa: S311


def _pdf_bytes() -> bytes:
    noise = random.Random(8).randbytes(200_000)  # noqa: S311
    return b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\nstream\n" + noise + b"\n%%EOF\n"


def _pdf(name: str) -> HostilePage:
    return HostilePage(name, _pdf_bytes(), is_page=False)


def _pdf_behind_junk(name: str) -> HostilePage:
    """PDF readers look for the header in the first 1,024 bytes (ISO 32000-1, annex H.3.4.1)."""
    return HostilePage(name, b"\r\n<!-- cache -->\r\n" + b" " * 500 + _pdf_bytes(), is_page=False)


def _zip(name: str) -> HostilePage:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as files:
        files.writestr(zipfile.ZipInfo("page.html"), _page())
    return HostilePage(name, archive.getvalue(), is_page=False)


def _gzip(name: str) -> HostilePage:
    """A page compressed once more than its headers say."""
    return HostilePage(name, gzip.compress(_page().encode(), mtime=0), is_page=False)


def _gzip_bomb(name: str) -> HostilePage:
    return HostilePage(name, gzip.compress(bytes(50_000_000), mtime=0), is_page=False)


def _empty(name: str) -> HostilePage:
    return HostilePage(name, b"", is_page=False)


def _only_comment(name: str) -> HostilePage:
    return HostilePage(name, b"<!-- nothing to see -->", is_page=False)


def _only_spaces(name: str) -> HostilePage:
    return HostilePage(name, b" \r\n\t" * 1_000, is_page=False)


def _around(
    name: str, *, before: str = "", after: str = "", head: str = "", paragraphs: str = _PARAGRAPHS
) -> HostilePage:
    return HostilePage(name, _page(before=before, after=after, head=head, paragraphs=paragraphs).encode())


_MAKERS: dict[str, Callable[[str], HostilePage]] = {
    maker.__name__.removeprefix("_").replace("_", " "): maker
    for maker in (
        _line_breaks, _line_breaks_in_paragraph, _nested_divs, _article_below_nested_divs, _text_below_nested_divs,
        _nested_inline, _misnested_formatting, _nested_lists, _nested_tables, _foster_parented_text,
        _attributes_on_one_element, _long_attribute, _class_names, _json_ld, _nested_json_ld, _many_json_ld,
        _numbers_in_json_ld, _meta_tags, _references, _ampersands, _nuls, _surrogates, _endless_word, _endless_cjk,
        _endless_sentence, _spaces, _digits, _capitals, _siblings, _long_paragraphs, _headings, _links, _images,
        _times, _unclosed_tags, _unclosed_comment, _comments, _unclosed_script, _cdata, _templates, _selects, _frames,
        _large, _wrong_charset, _double_charset, _unknown_charset, _mojibake, _utf_16_unmarked, _cut_multibyte,
        _random_bytes, _executable, _jpeg, _pdf, _pdf_behind_junk, _zip, _gzip, _gzip_bomb, _empty, _only_comment,
        _only_spaces,
    )
}  # fmt: skip
