"""Articles that a page loads below its own: taken out whole, each with its address and dates; teasers are none."""

import turbohtml
from copydesk_cleaner.core.appended_articles import AppendedArticle, take_appended_articles
from copydesk_cleaner.core.page_facts import PageFacts

URL = "https://courier.example/2030/story"
TITLES = (
    "Harbour town votes to keep its last ferry",
    "Lighthouse keeper retires after forty winters",
    "Fishing fleet returns with empty nets again",
)
SENTENCE = "Residents voted on Thursday to keep the last ferry running through the winter, and the count was short. "


def story(title: str, attributes: str = "", inner: str = "") -> str:
    return f"<article {attributes}><h1>{title}</h1>{inner}{f'<p>{SENTENCE * 2}</p>' * 3}</article>"


def taken(body: str, title: str | None = TITLES[0]) -> tuple[list[AppendedArticle], str]:
    document = turbohtml.parse(f"<html><head><title>x</title></head><body>{body}</body></html>")
    found = take_appended_articles(PageFacts(document, URL), title)
    return found, document.text


def test_the_articles_below_the_first_are_taken_out_in_order() -> None:
    found, left = taken("<main>" + "".join(map(story, TITLES)) + "</main>")
    assert [one.title for one in found] == list(TITLES[1:])
    assert TITLES[0] in left
    assert not any(title in left for title in TITLES[1:])
    assert all(SENTENCE.strip() in one.text for one in found)


def test_an_appended_article_brings_its_address_its_times_and_its_language() -> None:
    times = '<time datetime="2030-01-01T07:00:00+01:00">7</time>'
    body = story(TITLES[0]) + story(TITLES[1], 'lang="de" data-url="https://courier.example/2030/lamps"', times)
    ((one,), _) = taken(body)
    assert one.url == "https://courier.example/2030/lamps"
    assert one.times == ("2030-01-01T07:00:00+01:00",)
    assert one.language == "de"


def test_an_address_that_is_none_is_not_taken() -> None:
    ((one,), _) = taken(story(TITLES[0]) + story(TITLES[1], 'data-url="javascript:next()"'))
    assert one.url is None


def test_the_pages_own_article_is_known_by_its_title() -> None:
    found, left = taken(story(TITLES[2]) + story(TITLES[0]) + story(TITLES[1]))
    assert [one.title for one in found] == [TITLES[1]]
    assert TITLES[0] in left


def test_without_a_title_the_first_article_is_the_pages_own() -> None:
    found, _ = taken(story(TITLES[0]) + story(TITLES[1]), None)
    assert [one.title for one in found] == [TITLES[1]]


def test_teasers_and_section_heads_are_no_articles() -> None:
    cards = "".join(f"<article><h1>{title}</h1><p>{title} and so on.</p></article>" for title in TITLES)
    heads = f"<h1>More</h1><p>{SENTENCE * 9}</p>"
    assert taken(story(TITLES[0]) + cards)[0] == []
    assert taken(story(TITLES[0]) + heads)[0] == []


def test_scripts_that_scroll_for_ever_end() -> None:
    found, _ = taken("".join(story(f"{TITLES[1]}, part {number}") for number in range(60)), f"{TITLES[1]}, part 0")
    assert 1 < len(found) <= 20
