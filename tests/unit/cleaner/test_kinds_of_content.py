"""Every kind of content in fourteen languages: it stays, in its order, as the kind it is, and nothing else does."""

import pytest
from copydesk_cleaner.adapters.documents import clean_document
from copydesk_cleaner.core.document import CleanedArticle

from .kind_pages import EDITIONS, Edition, page, paragraph

URL = "https://courier.example/2030/01/bridge"
BY_LANGUAGE = {edition.language: edition for edition in EDITIONS}
every_edition = pytest.mark.parametrize("edition", EDITIONS, ids=lambda edition: edition.language)


def clean(source: str | bytes, label: str | None = None) -> CleanedArticle:
    body = source.encode() if isinstance(source, str) else source
    main, *others = clean_document(body, url=URL, encoding=label).articles
    assert not others
    return main


def content(article: CleanedArticle) -> list[tuple[str, str]]:
    return [(block.kind, block.text) for block in article.blocks]


def plain(*texts: str) -> list[tuple[str, str]]:
    return [("paragraph", text) for text in texts]


@every_edition
def test_paragraphs_headings_quotes_lists_and_captions(edition: Edition) -> None:
    one, two, three, four, five = edition.paragraphs
    figure = f"<figure><img src='/ferry.jpg' alt=''><figcaption>{edition.caption}</figcaption></figure>"
    items = "".join(f"<li>{item}</li>" for item in edition.items)
    link = f"<div class='related-inline'><a href='/regatta'>{edition.link}</a></div>"
    inner = (
        f"{figure}{paragraph(one)}{paragraph(two)}{link}<h2>{edition.heading}</h2>{paragraph(three)}"
        f"<blockquote><p>{edition.quote}</p></blockquote>{paragraph(four)}"
        f"{paragraph(edition.announcement)}<ul>{items}</ul>{paragraph(five)}"
    )
    article = clean(page(edition, inner))
    assert article.title == edition.title
    assert content(article) == [
        *plain(one, two),
        ("heading", edition.heading),
        *plain(three),
        ("quote", edition.quote),
        *plain(four, edition.announcement),
        *[("list", item) for item in edition.items],
        *plain(five),
    ]
    assert [(image.url, image.caption) for image in article.images] == [
        ("https://courier.example/ferry.jpg", edition.caption)
    ]


@every_edition
def test_paragraphs_made_of_line_breaks(edition: Edition) -> None:
    article = clean(page(edition, "<br><br>".join(edition.paragraphs)))
    assert content(article) == plain(*edition.paragraphs)


@every_edition
def test_embedded_posts_are_quotes(edition: Edition) -> None:
    post = f"<blockquote class='twitter-tweet' lang='{edition.language}'><p dir='auto'>{edition.quote}</p></blockquote>"
    first, *rest = edition.paragraphs
    inner = paragraph(first) + post + "<script async src='/widgets.js'></script>" + "".join(map(paragraph, rest))
    assert content(clean(page(edition, inner))) == [*plain(first), ("quote", edition.quote), *plain(*rest)]


@every_edition
def test_questions_and_answers(edition: Edition) -> None:
    pairs = zip(edition.items, edition.paragraphs[1:4], strict=True)
    asked = "".join(f"<p><strong>{question}?</strong></p><p>{answer}</p>" for question, answer in pairs)
    article = clean(page(edition, paragraph(edition.paragraphs[0]) + asked + paragraph(edition.paragraphs[4])))
    texts = [text for _, text in content(article)]
    assert texts == [
        edition.paragraphs[0],
        *(
            text
            for pair in zip(edition.items, edition.paragraphs[1:4], strict=True)
            for text in (f"{pair[0]}?", pair[1])
        ),
        edition.paragraphs[4],
    ]


@every_edition
def test_entries_of_a_live_blog(edition: Edition) -> None:
    entries = "".join(
        f"<div class='live-entry' id='e{at}'><time datetime='2030-01-01T1{at}:30:00Z'>1{at}:30</time>"
        f"<h2>{head}</h2><p>{text}</p></div>"
        for at, (head, text) in enumerate(zip(edition.items, edition.paragraphs[1:4], strict=True))
    )
    article = clean(page(edition, paragraph(edition.paragraphs[0]) + entries + paragraph(edition.paragraphs[4])))
    expected = plain(edition.paragraphs[0])
    for head, text in zip(edition.items, edition.paragraphs[1:4], strict=True):
        expected += [("heading", head), ("paragraph", text)]
    assert content(article) == expected + plain(edition.paragraphs[4])


@every_edition
def test_tables(edition: Edition) -> None:
    rows = "".join(f"<tr><td>{item}</td><td>{at * 7 + 3},5</td></tr>" for at, item in enumerate(edition.items))
    one, two, *rest = edition.paragraphs
    inner = (
        paragraph(one)
        + paragraph(two)
        + paragraph(edition.announcement)
        + f"<table>{rows}</table>"
        + "".join(map(paragraph, rest))
    )
    table = [("table", f"{item} | {at * 7 + 3},5") for at, item in enumerate(edition.items)]
    assert content(clean(page(edition, inner))) == [*plain(one, two, edition.announcement), *table, *plain(*rest)]


@pytest.mark.parametrize(
    ("language", "encoding"),
    [
        ("en", "utf-16"),
        ("de", "iso-8859-1"),
        ("de", "macintosh"),
        ("pl", "iso-8859-2"),
        ("pl", "windows-1250"),
        ("ru", "koi8-r"),
        ("ru", "windows-1251"),
        ("ru", "iso-8859-5"),
        ("el", "windows-1253"),
        ("ar", "windows-1256"),
        ("he", "windows-1255"),
        ("th", "windows-874"),
        ("zh", "gb18030"),
        ("zh", "gbk"),
        ("ja", "shift_jis"),
        ("ja", "euc-jp"),
        ("ja", "iso-2022-jp"),
        ("ko", "euc-kr"),
    ],
)
@pytest.mark.parametrize("told_by", ["header", "page"])
def test_legacy_encodings(language: str, encoding: str, told_by: str) -> None:
    edition = BY_LANGUAGE[language]
    python_name = {"macintosh": "mac_roman", "windows-874": "cp874"}.get(encoding, encoding)
    source = page(edition, "".join(map(paragraph, edition.paragraphs)), charset=encoding)
    article = clean(source.encode(python_name, "xmlcharrefreplace"), encoding if told_by == "header" else None)
    assert (article.title, content(article)) == (edition.title, plain(*edition.paragraphs))


@pytest.mark.parametrize("language", ["ar", "he"])
def test_text_from_right_to_left_keeps_its_order_and_its_marks(language: str) -> None:
    edition = BY_LANGUAGE[language]
    marked = f"\u202b{edition.paragraphs[1]}\u202c \u200e(Courier 2030)\u200f"
    one, _, *rest = edition.paragraphs
    article = clean(page(edition, "".join(f"<p dir='rtl'>{text}</p>" for text in (one, marked, *rest))))
    assert content(article) == plain(one, marked, *rest)
