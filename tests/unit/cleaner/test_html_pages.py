"""Whole HTML pages through the cleaner: text, parts, cuts, and pages that are none."""

from datetime import UTC, datetime

import pytest
from copydesk_cleaner.adapters.documents import clean_document
from copydesk_cleaner.core.document import CleanedDocument, to_messages
from copydesk_cleaner.core.errors import UnreadableDocumentError

from copydesk.testing.factories import make_page

from .dirty_pages import STORIES, Story

URL = "https://courier.example/2030/story"
LATEST = datetime(2030, 1, 2, tzinfo=UTC)


def clean(page: str, **options: str) -> CleanedDocument:
    return clean_document(page.encode(), url=URL, latest=LATEST, **options)


def paragraphs(story: Story) -> str:
    texts = (story.dateline + story.paragraphs[0], *story.paragraphs[1:], *LONGER[story.language])
    return "".join(f"<p>{text}</p>" for text in texts)


LONGER = {
    "nl": ("De provincie betaalt de helft van de kosten. De rest komt uit een fonds dat in 1999 werd opgericht.",),
    "de": ("Das Land bezahlt die Hälfte der Kosten. Der Rest kommt aus einer Stiftung, die 1999 gegründet wurde.",),
    "en": ("The county pays half of the cost. The rest comes out of a trust that was set up in 1999.",),
}
NL, EN, DE = (next(story for story in STORIES if story.language == language) for language in ("nl", "en", "de"))


def text_of(story: Story) -> str:
    return "\n\n".join([*story.paragraphs, *LONGER[story.language]])


def page(story: Story, inner: str = "", below: str = "") -> str:
    return (
        f'<html lang="{story.language}"><head><title>{story.title} | Courier</title></head><body>'
        '<nav><a href="/">Home</a> <a href="/a">News</a> <a href="/b">Sport</a></nav>'
        f"<main><article><h1>{story.title}</h1>{inner}{paragraphs(story)}</article>{below}</main>"
        "<footer>© Courier. All rights reserved.</footer></body></html>"
    )


@pytest.mark.parametrize("story", [NL, EN, DE], ids=lambda story: story.language)
def test_a_plain_news_page(story: Story) -> None:
    (article,) = clean(page(story)).articles
    assert article.title == story.title
    assert article.text == text_of(story)
    assert article.agencies == story.agencies
    assert article.dateline is not None
    assert article.dateline.place == story.place.title()
    assert article.language_hint == story.language
    assert "dateline" in [cut.reason for cut in article.cuts]


def test_captions_title_and_times_at_the_head_are_cut() -> None:
    caption = "Fietsers op de brug in de ochtend."
    head = (
        f"<p>{NL.title}</p><p>2 uur geleden</p>"
        f"<figure><img src='/brug.jpg'><figcaption>{caption}</figcaption></figure><p>{caption}</p>"
    )
    (article,) = clean(page(NL, head)).articles
    assert article.text == text_of(NL)
    assert {"caption", "title", "timestamp"} <= {cut.reason for cut in article.cuts}
    assert [(image.url, image.caption) for image in article.images] == [("https://courier.example/brug.jpg", caption)]


def test_a_teaser_tail_inside_the_article_is_cut() -> None:
    items = "".join(f"<p>{teaser}</p><p>{ago}</p>" for teaser, ago in zip(NL.teasers, NL.ago, strict=True))
    (article,) = clean(page(NL).replace("</article>", f"<h3>{NL.head}</h3>{items}</article>")).articles
    assert article.text == text_of(NL)


def test_an_appended_article_becomes_a_part() -> None:
    below = (
        f'<article data-canonical="https://courier.example/2030/lamps"><h1>{DE.title}</h1>'
        f'<time datetime="2030-01-01T07:00:00+01:00">7 Uhr</time>{paragraphs(DE)}</article>'
    )
    document = clean(page(NL, below=below))
    main, part = document.articles
    assert (main.title, main.text) == (NL.title, text_of(NL))
    assert (part.title, part.text) == (DE.title, text_of(DE))
    assert part.url == "https://courier.example/2030/lamps"
    assert part.published is not None
    assert part.published.isoformat() == "2030-01-01T07:00:00+01:00"
    assert any(cut.reason == "other-article" and DE.paragraphs[1] in cut.text for cut in main.cuts)

    fetched = make_page(URL)
    first, second = to_messages(document, fetched)
    assert first.id == fetched.id
    assert [(one.id, one.title) for one in first.parts] == [(second.id, DE.title)]
    assert (second.part_of, second.text) == (fetched.id, text_of(DE))
    assert second.id != first.id


def test_teaser_cards_and_comments_are_no_parts() -> None:
    cards = "".join(f"<article><h1>{title}</h1><p>{title} and so on.</p></article>" for title in EN.teasers)
    assert len(clean(page(EN, below=cards)).articles) == 1


def test_an_old_page_laid_out_with_tables_and_line_breaks() -> None:
    text = "<br><br>".join([*EN.paragraphs, *LONGER["en"]])
    menu = "".join(f"<tr><td><a href='/{at}'>{title}</a></td></tr>" for at, title in enumerate(EN.teasers))
    source = (
        f"<html><head><title>{EN.title}</title></head><body><table><tr><td><table>{menu}</table></td>"
        f"<td><h1>{EN.title}</h1><div>{text}</div></td></tr></table></body></html>"
    )
    (article,) = clean(source).articles
    assert article.text == "\n\n".join([*EN.paragraphs, *LONGER["en"]])


@pytest.mark.parametrize(
    "body", ["", "   ", "<html></html>", "<html><body><nav><a href='/'>Home</a></nav></body></html>"]
)
def test_pages_without_text_have_no_article(body: str) -> None:
    assert clean(body).articles == ()


@pytest.mark.parametrize("body", [b"%PDF-1.7 ...", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", b"PK\x03\x04"])
def test_binary_bodies_are_refused_by_name(body: bytes) -> None:
    with pytest.raises(UnreadableDocumentError, match=r"courier\.example.*file"):
        clean_document(body, url=URL)


def test_nul_bytes_and_scripts_are_harmless() -> None:
    inner = "<script>alert('x')</script><p>A note with a \x00 in it and <b>bold</b> words for the reader.</p>"
    document = clean(page(EN, inner))
    (article,) = document.articles
    assert "alert" not in article.text
    assert "\x00" not in article.text
    assert "replaced-characters" in document.flags


def test_plain_text_goes_the_text_road() -> None:
    source = "\n\n".join([EN.title, *EN.paragraphs])
    document = clean(source, content_type="text/plain; charset=utf-8")
    (article,) = document.articles
    assert document.method == "text rules"
    assert (article.title, article.text) == (EN.title, "\n\n".join(EN.paragraphs))
    assert article.published is None
    assert article.date_notes


def test_headings_and_lists_between_paragraphs_are_kept_and_link_boxes_are_not() -> None:
    box = "<ul class='related'><li><a href='/a'>Fire at the mill</a></li><li><a href='/b'>Bridge closed</a></li></ul>"
    inner = "<h2>What changes</h2>", "<ul><li>more boats</li><li>longer hours</li></ul>"
    texts = (*EN.paragraphs, *LONGER["en"])
    body = f"<p>{texts[0]}</p>{inner[0]}<p>{texts[1]}</p>{box}<p>{texts[2]}</p>{inner[1]}<p>{texts[3]}</p>"
    (article,) = clean(f"<html><body><main><article><h1>{EN.title}</h1>{body}</article></main></body></html>").articles
    kept = [(block.kind, block.text) for block in article.blocks]
    assert kept == [
        ("paragraph", texts[0]),
        ("heading", "What changes"),
        ("paragraph", texts[1]),
        ("paragraph", texts[2]),
        ("list", "more boats"),
        ("list", "longer hours"),
        ("paragraph", texts[3]),
    ]


@pytest.mark.parametrize(
    ("printed", "hint", "published", "note"),
    [
        ("4 januari 2030, 09:15", "2030-01-04T09:15:00+01:00", "2030-01-04T09:15:00+01:00", "as its feed says"),
        ("", "Fri, 04 Jan 2030 09:15:00 +0100", "2030-01-04T09:15:00+01:00", "as its feed says"),
        ("4 januari 2030, 09:15", "", "2030-01-04T09:15:00+00:00", "no offset given, UTC assumed"),
        ("4 januari 2030", "2020-01-01T00:00:00Z", "2030-01-04T00:00:00+00:00", "day only, midnight UTC assumed"),
    ],
)
def test_a_date_that_only_readers_see_is_made_exact_by_the_feed(
    printed: str, hint: str, published: str, note: str
) -> None:
    fetched = make_page(URL, fetched_at=datetime(2030, 1, 5, tzinfo=UTC), hints={"published": hint} if hint else {})
    inner = f"<p>Door Piet van den Berg</p><p>{printed}</p>"
    document = clean_document(page(NL, inner).encode(), url=URL, latest=fetched.fetched_at)
    (message,) = to_messages(document, fetched)
    assert message.published is not None
    assert message.published.isoformat() == published
    assert message.date_notes[0] == f"published: {note}"
    assert message.authors == ["Piet van den Berg"]
    assert message.text == text_of(NL)


def test_a_page_without_any_date_says_so() -> None:
    (article,) = clean(page(NL)).articles
    assert article.published is None
    assert article.date_notes[0].startswith("published: ")
