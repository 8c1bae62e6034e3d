"""Pictures of an article with captions and credits, and captions as lines to leave out."""

import json
from typing import Any

import pytest
from copydesk_cleaner.core.images import read_captions, read_images
from copydesk_cleaner.core.page_facts import PageFacts
from turbohtml import parse

URL = "https://www.courier.example/2030/bridge"


def facts(body: str, image: Any = None, head: str = "") -> PageFacts:
    if image is not None:
        article = json.dumps({"@type": "NewsArticle", "headline": "Bridge", "image": image})
        head += f'<script type="application/ld+json">{article}</script>'
    return PageFacts(parse(f"<!doctype html><head>{head}</head><body>{body}</body>"), URL)


def test_the_lead_picture_goes_first_and_takes_its_figure_s_caption() -> None:
    page = facts(
        "<article><figure><img src='/bridge-300x200.jpg'><figcaption>The bridge <span class=credit>Ana Lund/dpa</span>"
        "</figcaption></figure><figure><img src='river.jpg'><figcaption>The river.</figcaption></figure></article>",
        image={"@type": "ImageObject", "url": "/bridge.jpg?w=1200"},
    )
    assert [(one.url, one.caption, one.credit) for one in read_images(page)] == [
        ("https://www.courier.example/bridge.jpg?w=1200", "The bridge", "Ana Lund/dpa"),
        ("https://www.courier.example/2030/river.jpg", "The river.", None),
    ]


def test_one_picture_in_several_cuts_is_one() -> None:
    cuts = ["/bridge-1x1.jpg", "/bridge-16x9.jpg", {"url": "/river.jpg", "caption": "The river"}]
    assert [one.url.rsplit("/", 1)[1] for one in read_images(facts("", cuts))] == ["bridge-1x1.jpg", "river.jpg"]


@pytest.mark.parametrize(
    ("caption", "text", "credit"),
    [
        ("Die Brücke. Foto: Jan Vos", "Die Brücke.", "Jan Vos"),
        ("El puente (Imagen: Ana Ruiz)", "El puente", "Ana Ruiz"),
        ("Most © PAP/Jan Nowak", "Most", "PAP/Jan Nowak"),
        ("The bridge <small>Photo: Jan Vos</small>", "The bridge", "Jan Vos"),
        ("The bridge <cite>(Foto: Jan Vos)</cite>", "The bridge", "Jan Vos"),
        ("The bridge, which was closed. It is open.", "The bridge, which was closed. It is open.", None),
        ("<span class='copyright'>Reuters</span>", None, "Reuters"),
    ],
)
def test_captions_and_credits_apart(caption: str, text: str | None, credit: str | None) -> None:
    (image,) = read_images(facts(f"<figure><img src='/a.jpg'><figcaption>{caption}</figcaption></figure>"))
    assert (image.caption, image.credit) == (text, credit)


@pytest.mark.parametrize(
    "figure",
    [
        "<a href='/2030/other'><figure><img src='/other.jpg'></figure></a>",
        "<aside><figure><img src='/other.jpg'></figure></aside>",
        "<figure><img src='/count.gif' width=1 height=1></figure>",
        "<figure><img src='data:image/gif;base64,R0lG'></figure>",
        "<figure><img></figure>",
        "<figure><video></video></figure>",
        "<figure><img src='ftp://courier.example/a.jpg'></figure>",
    ],
)
def test_what_is_no_picture_of_the_article(figure: str) -> None:
    assert read_images(facts(figure)) == []


def test_a_picture_that_a_script_fills_in() -> None:
    page = facts("<figure><img src='/lazy-placeholder.png' srcset='/a-600.jpg 600w, /a-900.jpg 900w'></figure>")
    assert [one.url for one in read_images(page)] == ["https://www.courier.example/a-600.jpg"]


def test_captions_by_their_keys() -> None:
    page = facts("<figure><figcaption>The  “Bridge”</figcaption></figure><p class='wp-caption-text'>River</p>")
    assert read_captions(page) == {"the bridge": "The “Bridge”", "river": "River"}
