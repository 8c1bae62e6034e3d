"""What a crawl of the demo newsroom should give."""

from dataclasses import dataclass
from datetime import datetime

from copydesk.testing.newsroom.edition import Article
from copydesk.testing.newsroom.markup import plain_text
from copydesk.testing.newsroom.story import Publisher


@dataclass(frozen=True)
class ExpectedArticle:
    """The clean outcome of one page.

    ``text`` has a blank line between blocks and a line break between list items, the standfirst first; title,
    captions, furniture and the dateline are not in it. ``must_not`` are strings of the page that no clean text of
    it contains. ``parts`` are the other articles that the page shows below. ``edition`` is 0 at first publication,
    1 after the edit. ``syndicated_from`` names the publisher that had a lightly edited copy first.
    """

    publisher: str
    path: str
    language: str
    title: str
    text: str
    authors: tuple[str, ...]
    agencies: tuple[str, ...]
    dateline: str | None
    dateline_place: str | None
    published: datetime
    captions: tuple[str, ...]
    must_not: tuple[str, ...]
    parts: tuple["ExpectedArticle", ...]
    event: str | None
    edition: int
    syndicated_from: str | None = None


def expect(publisher: Publisher, article: Article, teased: list[str], appended: tuple[Article, ...]) -> ExpectedArticle:
    """Return the outcome of a page that shows the ``teased`` strings around and ``appended`` articles in full below."""
    story = article.story
    text = "\n\n".join(filter(None, (article.subtitle, plain_text(article.blocks))))
    furniture = publisher.foreign_furniture.get(article.language, publisher.furniture)
    others = (other.blocks[0].text for other in appended)
    unwanted = dict.fromkeys([*furniture, *story.captions, *teased, *others])
    return ExpectedArticle(
        publisher=publisher.name,
        path=article.path,
        language=article.language,
        title=article.title,
        text=text,
        authors=story.authors,
        agencies=story.agencies,
        dateline=article.dateline or None,
        dateline_place=story.place or None,
        published=article.published,
        captions=story.captions,
        must_not=tuple(unwanted),
        parts=tuple(expect(publisher, other, [article.title], ()) for other in appended),
        event=story.event or None,
        edition=article.edition,
        syndicated_from=story.syndicated_from or None,
    )
