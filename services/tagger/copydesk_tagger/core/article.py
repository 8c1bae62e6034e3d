"""From a cleaned article to what annotators read, and from their tags to the tagged article."""

from copydesk.contracts import ArticleCleaned, ArticleTagged
from copydesk_tagger.core.document import Document, Tags

TAGGER_VERSION = "1"
"""Counts up with every change that tags a document otherwise; `models` says which annotator it was."""


def to_document(article: ArticleCleaned) -> Document:
    """What annotators need of an article."""
    return Document(
        text=article.text,
        title=article.title or "",
        language_hint=article.language_hint,
        country=article.country,
        dateline_place=article.dateline.place if article.dateline else None,
    )


def tagged(article: ArticleCleaned, tags: Tags) -> ArticleTagged:
    """The article with its tags; failures of annotators join its flags."""
    fields = {name: getattr(article, name) for name in ArticleCleaned.__struct_fields__}
    fields["flags"] = [*article.flags, *tags.notes]
    return ArticleTagged(
        **fields,
        language=tags.language,
        entities=tags.entities,
        places=tags.places,
        countries=tags.countries,
        keywords=tags.keywords,
        minhash=tags.minhash,
        bands=tags.bands,
        tagger_version=TAGGER_VERSION,
        models=tags.models,
    )


def failed(error: Exception) -> Tags:
    """No tags, and why: the document killed its worker."""
    return Tags(notes=[f"tagger: {error}"])
