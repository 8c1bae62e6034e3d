"""What an article loses before it is stored: its text when the time to keep it has passed, and parts taken down."""

from collections.abc import Collection

from msgspec.structs import replace

from copydesk.contracts import ArticleTagged, Part

TEXT_DROPPED = "text-dropped"
"""The flag of an article whose text was not kept; its digests, tags and metadata are those of the whole."""


def without_text(article: ArticleTagged) -> ArticleTagged:
    """The article without what could be read: text, blocks, cuts, and the texts of other articles of its page."""
    parts = [replace(part, text="") for part in article.parts]
    flags = [*(flag for flag in article.flags if flag != TEXT_DROPPED), TEXT_DROPPED]
    return replace(article, text="", blocks=[], cuts=[], parts=parts, flags=flags)


def without_parts(article: ArticleTagged, gone: Collection[str]) -> ArticleTagged:
    """The article without some of the others of its page, in whatever way it carries them."""
    if not gone:
        return article
    parts: list[Part] = [part for part in article.parts if part.id not in gone]
    return replace(article, parts=parts, cuts=[cut for cut in article.cuts if cut.reason != "other-article"])
