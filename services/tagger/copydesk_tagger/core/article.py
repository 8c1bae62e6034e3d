"""From a cleaned article to what annotators read, and from their tags to the tagged article."""

from dataclasses import fields

from copydesk.contracts import ArticleCleaned, ArticleTagged
from copydesk_tagger.core.document import Document, Tags

TAGGER_VERSION = "2"
"""Counts up with every change that tags a document otherwise; `models` says which annotator it was."""

_SHARED = frozenset(one.name for one in fields(Tags)) & frozenset(ArticleTagged.__struct_fields__)


def to_document(article: ArticleCleaned) -> Document:
    """What annotators need of an article."""
    return Document(
        text=article.text,
        title=article.title or "",
        language_hint=article.language_hint,
        country=article.country,
        dateline_place=article.dateline.place if article.dateline else None,
        subtitle=article.subtitle or "",
        section=article.section,
        page_keywords=tuple(article.page_keywords),
        authors=tuple(article.authors),
        agencies=tuple(article.agencies),
        published=article.published,
        source=article.source,
    )


def tagged(article: ArticleCleaned, tags: Tags) -> ArticleTagged:
    """The article with its tags; failures of annotators join its flags."""
    cleaned = {name: getattr(article, name) for name in ArticleCleaned.__struct_fields__}
    cleaned["flags"] = [*article.flags, *tags.notes]
    found = {name: getattr(tags, name) for name in _SHARED}
    return ArticleTagged(**cleaned, **found, tagger_version=TAGGER_VERSION)


def failed(error: Exception) -> Tags:
    """No tags, and why: the document killed its worker."""
    return Tags(notes=[f"tagger: {error}"])
