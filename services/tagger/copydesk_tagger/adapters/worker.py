"""What runs in a worker process: the annotators, loaded once, and the function that a pool calls."""

from collections.abc import Sequence
from functools import cache

from py3langid.langid import MODEL_FILE, LanguageIdentifier

from copydesk_tagger.adapters.geonames import GeonamesGazetteer
from copydesk_tagger.adapters.lexicons import WordfreqLexicons
from copydesk_tagger.core.annotation import annotate, in_order
from copydesk_tagger.core.document import Annotator, Document, Tags, readable
from copydesk_tagger.core.keywords import KeywordsAnnotator
from copydesk_tagger.core.language import LanguageAnnotator
from copydesk_tagger.core.near_duplicates import NearDuplicatesAnnotator
from copydesk_tagger.core.places_annotator import PlacesAnnotator

MOST_READ = 200_000
"""Code points; thirty times a long article. What is longer is no article, and must not hold a worker for minutes."""


@cache
def annotators() -> tuple[Annotator, ...]:
    """All annotators in the order in which they run; the first call reads the models (2 s, 170 MB)."""
    lexicons = WordfreqLexicons()
    return in_order(
        [
            LanguageAnnotator(LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)),
            PlacesAnnotator(GeonamesGazetteer(), lexicons),
            KeywordsAnnotator(lexicons),
            NearDuplicatesAnnotator(),
        ]
    )


def warm_up() -> None:
    """Read what every document needs, so that the first one does not wait for it."""
    tag_document(Document(text="A short text in London.", title="London"))


def tag_document(document: Document) -> Tags:
    """The tags of one document. Equal documents have equal tags; no text makes it raise.

    Of a text longer than `MOST_READ` code points the head is read, and a note says so.
    """
    clean = Document(
        text=readable(document.text[:MOST_READ]),
        title=readable(document.title[:MOST_READ]),
        language_hint=document.language_hint,
        country=document.country,
        dateline_place=readable(document.dateline_place) if document.dateline_place else None,
    )
    tags = annotate(clean, annotators())
    if len(document.text) > MOST_READ:
        tags.notes.append(f"tagger: only the first {MOST_READ} characters were read")
    return tags


def tag_documents(documents: Sequence[Document]) -> list[Tags]:
    """`tag_document` for several at once, as the way into a worker and back costs more than a short document."""
    return [tag_document(document) for document in documents]
