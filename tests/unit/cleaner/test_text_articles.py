"""The text path on whole pages: what a reader wants stays, everything else is in the ledger with its reason."""

import pytest
from copydesk_cleaner.core.ledger import kept_characters, reassemble, tile
from copydesk_cleaner.core.lines import storable
from copydesk_cleaner.core.text_article import TextArticle, clean_text

from .dirty_pages import STORIES, Story


def reasons(article: TextArticle) -> list[str]:
    return [cut.reason for cut in article.cuts]


def assert_ledger_holds(source: str, article: TextArticle) -> None:
    spans = tile(source, article.cuts)
    assert reassemble(spans) == source
    assert kept_characters(spans) == "".join(article.text.split())


def glued_tail(story: Story) -> str:
    """Each time glued to the next item, the last one alone: a list whose line breaks were lost."""
    items = [story.head, story.teasers[0]]
    items += [story.ago[0] + story.teasers[1], story.ago[1] + story.teasers[2], story.ago[2]]
    return "\n".join(items)


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.language)
class TestEveryLanguage:
    def check(self, story: Story, source: str) -> TextArticle:
        article = clean_text(source)
        assert article.title == story.title
        assert article.text == "\n\n".join(story.paragraphs)
        assert article.agencies == story.agencies
        assert article.dateline is not None
        assert article.dateline.place == story.place.title()
        assert article.dateline.text == story.dateline.strip()
        assert_ledger_holds(source, article)
        return article

    def body(self, story: Story) -> str:
        return "\n".join([story.title, story.dateline + story.paragraphs[0], *story.paragraphs[1:]])

    def test_a_clean_page_loses_only_title_and_dateline(self, story: Story) -> None:
        article = self.check(story, self.body(story))
        assert reasons(article) == ["title", "dateline"]

    def test_teasers_that_end_with_their_time(self, story: Story) -> None:
        pairs = zip(story.teasers, story.ago, strict=True)
        tail = "\n".join([story.head, *(line for pair in pairs for line in pair)])
        article = self.check(story, f"{self.body(story)}\n{tail}")
        assert reasons(article) == ["title", "dateline", "related-teasers"]
        assert article.cuts[-1].text == tail

    def test_teasers_that_begin_with_their_time(self, story: Story) -> None:
        pairs = zip(story.ago, story.teasers, strict=True)
        tail = "\n\n".join(line for pair in pairs for line in pair)
        article = self.check(story, f"{self.body(story)}\n\n{tail}")
        assert article.cuts[-1].text == tail

    def test_headlines_and_times_on_one_line(self, story: Story) -> None:
        lines = [f"{teaser.rstrip('.')} {ago}" for teaser, ago in zip(story.teasers, story.ago, strict=True)]
        article = self.check(story, "\n".join([self.body(story), story.head, *lines]))
        assert article.cuts[-1].reason == "related-teasers"

    def test_a_head_and_headlines_without_times(self, story: Story) -> None:
        headlines = [teaser.split(".")[0].split(") - ")[-1] for teaser in story.teasers]
        article = self.check(story, "\n".join([self.body(story), story.head, *headlines]))
        assert article.cuts[-1].reason == "related-teasers"

    def test_title_and_caption_printed_twice(self, story: Story) -> None:
        caption = f"{story.paragraphs[2].split('.')[0].split('。')[0]} ({story.agencies[0]})"
        head = [story.title, "", caption, caption, "TT", "20", "", story.title, "", caption, caption, ""]
        source = "\n".join([*head, story.dateline + story.paragraphs[0], *story.paragraphs[1:]])
        article = self.check(story, source)
        assert set(reasons(article)) == {"title", "caption", "furniture", "repeated-title", "dateline"}

    def test_windows_line_ends(self, story: Story) -> None:
        self.check(story, self.body(story).replace("\n", "\r\n\r\n"))


@pytest.mark.parametrize(
    "story", [story for story in STORIES if story.language in {"nl", "ru", "tr"}], ids=lambda s: s.language
)
def test_times_glued_to_the_next_item(story: Story) -> None:
    source = "\n".join([story.title, story.dateline + story.paragraphs[0], *story.paragraphs[1:], glued_tail(story)])
    article = clean_text(source)
    assert article.text == "\n\n".join(story.paragraphs)
    assert article.cuts[-1].text == glued_tail(story)


def test_a_tail_without_any_line_break_is_found_inside_the_line() -> None:
    story = STORIES[0]
    glued = f"{story.teasers[0]}{story.ago[0]}{story.teasers[1]}{story.ago[1]}{story.teasers[2]}{story.ago[2]}"
    article = clean_text("\n".join([story.title, *story.paragraphs, story.head, glued]))
    assert article.text == "\n\n".join(story.paragraphs)


def test_a_second_article_becomes_a_part_with_a_ledger_of_its_own() -> None:
    first, second = STORIES[1], STORIES[2]

    def page(story: Story, caption: str) -> str:
        return "\n".join(
            [story.title, caption, caption, "TT", "20", "", story.title, caption, caption, "", *story.paragraphs]
        )

    one = page(first, "The ferry leaves the pier. (Ana Lund via AP, File)")
    two = page(second, "Eine Laterne am Marktplatz. (Foto: dpa)")
    source = f"{one}\n\n\n\n{two}\n"
    article = clean_text(source)
    assert article.title == first.title
    assert article.text == "\n\n".join(first.paragraphs)
    assert reasons(article)[-1] == "other-article"
    assert article.cuts[-1].text == two
    assert_ledger_holds(source, article)
    (part,) = article.parts
    assert part.title == second.title
    assert part.text == "\n\n".join(second.paragraphs)
    assert "caption" in reasons(part)
    start, end = part.span
    shifted = clean_text(source[start:end])
    assert shifted.text == part.text


def test_an_agency_story_under_its_own_title_is_a_part() -> None:
    first, second = STORIES[0], STORIES[2]
    story_one = [first.title, first.dateline + first.paragraphs[0], *first.paragraphs[1:]]
    story_two = [second.title, second.dateline + second.paragraphs[0], *second.paragraphs[1:]]
    article = clean_text("\n\n".join([*story_one, *story_two]))
    assert article.text == "\n\n".join(first.paragraphs)
    assert [part.title for part in article.parts] == [second.title]
    assert article.parts[0].agencies == second.agencies


def test_vote_and_comment_widgets_end_the_article() -> None:
    story = STORIES[1]
    widgets = ["What do you think?", "", "12 Points", "Upvote Downvote", "", "Written by Ana Lund", "", "Leave a Reply"]
    after = ["CHART APP KEY not set. Please check settings", "Storm closes the coast road", "A reader: I loved it."]
    article = clean_text("\n".join([story.title, *story.paragraphs, *widgets, *after]))
    assert article.text == "\n\n".join(story.paragraphs)
    assert article.authors == ("Ana Lund",)
    by_text = {line: cut.reason for cut in article.cuts for line in cut.text.split("\n") if line}
    assert by_text["Upvote Downvote"] == "share-widget"
    assert by_text["Leave a Reply"] == "comments"
    assert by_text["Storm closes the coast road"] == "related-teasers"
    assert by_text["A reader: I loved it."] == "comments"


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("Share on Facebook", "share-widget"),
        ("Jetzt Newsletter abonnieren und nichts verpassen", "newsletter"),
        ("Lees ook: Wat de ponten kosten", "related-link"),
        ("Читайте также: Как строили мост", "related-link"),
        ("Support our journalism with a small gift", "donation"),
        ("Download our app for more", "app-promotion"),
        ("ADVERTISEMENT", "advertisement"),
        ("Foto: Stadtwerke / Jan Kremer", "photo-credit"),
        ("Workers on the pier at dawn. (Ana Lund via AP, File)", "caption"),
        ("Subscribe to continue reading this story", "paywall-notice"),
        ("We use cookies to improve your visit.", "consent-wall"),
    ],
)
def test_a_widget_line_between_paragraphs(line: str, reason: str) -> None:
    story = STORIES[1]
    source = "\n\n".join([story.title, *story.paragraphs[:2], line, story.paragraphs[2]])
    article = clean_text(source)
    assert article.text == "\n\n".join(story.paragraphs)
    assert [(cut.reason, cut.text, cut.where) for cut in article.cuts[1:]] == [(reason, line, source.index(line))]


@pytest.mark.parametrize(
    "sentence",
    [
        "The train left 50 minutes ago and nobody saw it again.",
        "“We have read the file (AFP),” he said.",
        "What do you think? That was the only question in the letter.",
        "Comments on the plan were mixed, the mayor said.",
        "The Shanghai Cooperation Organisation (SCO) - a group of ten - met on Friday.",
        "3小时前，消防员赶到了现场。",
        "Vor 3 Stunden kam die Feuerwehr.",
        "He pressed Share and waited.",
        "Read more: that is what the teacher wrote under every essay, and nobody did, for the books were locked away in a cupboard"
        " whose key had been lost in the flood, as the caretaker explained to each of the parents who came to ask about it.",
    ],
)
def test_sentences_that_only_look_like_furniture_stay(sentence: str) -> None:
    story = STORIES[1]
    article = clean_text("\n\n".join([story.title, story.paragraphs[0], sentence, *story.paragraphs[1:]]))
    assert article.text == "\n\n".join([story.paragraphs[0], sentence, *story.paragraphs[1:]])


def test_headings_lists_and_a_standfirst_stay() -> None:
    story = STORIES[2]
    standfirst = (
        "Bis Herbst wird es nachts heller, aber auch teurer, wie ein Blick in den Haushaltsplan der Stadt zeigt."
    )
    lines = [standfirst, story.paragraphs[0], "Was sich ändert", "- mehr Licht", "- weniger Gas", *story.paragraphs[1:]]
    article = clean_text("\n\n".join([story.title, *lines]))
    assert article.text == "\n\n".join(lines)
    kinds = [block.kind for block in article.blocks]
    assert kinds == ["paragraph", "paragraph", "heading", "list", "list", "paragraph", "paragraph"]


def test_a_kicker_under_the_title_is_cut() -> None:
    story = STORIES[1]
    article = clean_text("\n\n".join([story.title, "Ferry vote", *story.paragraphs]))
    assert article.text == "\n\n".join(story.paragraphs)
    assert (article.cuts[1].text, article.cuts[1].reason) == ("Ferry vote", "furniture")


def test_byline_and_date_under_the_title() -> None:
    story = STORIES[1]
    head = [story.title, "By Ana Lund and Jan de Vries", "Published 4 July 2024, 12:30"]
    article = clean_text("\n".join([*head, *story.paragraphs]))
    assert article.authors == ("Ana Lund", "Jan de Vries")
    assert reasons(article) == ["title", "byline", "timestamp"]
    assert article.text == "\n\n".join(story.paragraphs)


def test_a_hard_wrapped_text_becomes_paragraphs() -> None:
    paragraphs = (
        "The council said on Monday that the old pier would be closed for the\nwhole of the winter because the timber under the deck had\n"
        "begun to rot faster than the surveyors had expected it would.",
        "Fishermen said they had warned of it for years and showed letters that\nthey had written to the harbour office since the spring of the\n"
        "year before last, without ever getting a reply to any of them.",
    )
    source = "\n\n".join(["Old pier closes for the winter", *paragraphs])
    article = clean_text(source)
    assert article.text == "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs)
    assert_ledger_holds(source, article)


def test_unstorable_characters_are_replaced_one_for_one_and_flagged() -> None:
    source, replaced = storable("Title of it\n\nA sen\x00tence with a \ud800 lone surrogate.")
    assert replaced
    article = clean_text(source)
    assert article.text == "A sen\ufffdtence with a \ufffd lone surrogate."
    assert "replaced-characters" in article.flags
    assert_ledger_holds(source, article)


@pytest.mark.parametrize("source", ["", " \n\t\n", "One line only", "One sentence only."])
def test_texts_with_next_to_nothing(source: str) -> None:
    article = clean_text(source)
    assert article.text == source.strip()
    assert article.parts == ()
    assert_ledger_holds(source, article)


BODY = STORIES[1].paragraphs
TITLE = STORIES[1].title


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        ("Home > News > Local", "", "furniture"),
        ("LOCAL NEWS", "", "furniture"),
        (f"{TITLE} | The Courier", "", "repeated-title"),
        ("", "12:45\nFire at the mill\n12:30\nSchool wins prize", "related-teasers"),
        ("", "Fire at the mill\n12 May 2024\nSchool wins prize\n11 May 2024", "related-teasers"),
        ("", "Fire at the mill kills nobody\n\nSchool wins prize for its garden", "related-teasers"),
        ("", "Comments\nfen_dave\nNobody listened to us.\n2 hours ago\nQuartz\nFair.\n1 hour ago", "comments"),
        ("", "© 2024 The Courier. All rights reserved.", "legal-notice"),
        ("", "Tags: pier, ferry", "navigation"),
        ("", "(AFP)", "byline"),
    ],
)
def test_lines_above_and_below_the_article(before: str, after: str, reason: str) -> None:
    source = "\n".join(filter(None, [before, TITLE, *BODY, after]))
    article = clean_text(source)
    assert article.title == TITLE
    assert article.text == "\n\n".join(BODY)
    assert {cut.reason for cut in article.cuts} == {"title", reason}
    assert_ledger_holds(source, article)


@pytest.mark.parametrize("times", [("14:05", "13:50", "13:20"), ("5 minutes ago", "1 hour ago", "2 hours ago")])
def test_a_live_blog_is_no_list_of_teasers(times: tuple[str, str, str]) -> None:
    entries = (
        "The first ferry has left the pier with forty people on board. The band is playing.",
        "The mayor has arrived and is talking to the crew. She will cut the ribbon at noon.",
        "People are queuing along the quay in the rain. Some of them have been here since six.",
    )
    lines = [line for pair in zip(times, entries, strict=True) for line in pair]
    article = clean_text("\n".join([TITLE, *BODY, *lines]))
    assert all(line in article.text for line in (*BODY, *entries))


def test_a_doubled_line_before_the_text_is_a_caption() -> None:
    article = clean_text("\n".join([TITLE, "The old pier at dawn", "The old pier at dawn", *BODY]))
    assert article.text == "\n\n".join(BODY)
    assert reasons(article) == ["title", "caption"]


def test_a_second_article_known_by_its_byline() -> None:
    second = [
        "Lighthouse keeper retires after forty winters",
        "By Jan de Vries",
        *(f"{line} He smiled." for line in BODY),
    ]
    article = clean_text("\n".join([TITLE, "By Ana Lund", *BODY, "", "", *second]))
    assert article.text == "\n\n".join(BODY)
    assert [(part.title, part.authors) for part in article.parts] == [(second[0], ("Jan de Vries",))]
