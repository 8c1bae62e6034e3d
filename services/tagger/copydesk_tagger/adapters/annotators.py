"""Factories of the annotators that come with Copydesk: the targets of its entry points `copydesk.annotators`.

To add one: a function here, a line in pyproject.toml under that group, and `make` (which installs the line).
Each is called once a worker; imports of what an annotator alone needs belong inside, so that who leaves it out never
pays for it. What several need is loaded once by the functions at the end.
"""

from functools import cache
from pathlib import Path

from copydesk_tagger.adapters.geonames import GeonamesGazetteer
from copydesk_tagger.adapters.lexicons import WordfreqLexicons
from copydesk_tagger.core import scripts
from copydesk_tagger.core.document import Annotator, AnnotatorContext

_PACKAGE = Path(__file__).resolve().parents[1]
LANGUAGES = _PACKAGE / "models" / "languages" / "languages.npz"
NAMES = _PACKAGE / "models" / "entities"
TITLES = _PACKAGE / "data" / "titles"


def language(context: AnnotatorContext) -> Annotator:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    from copydesk_tagger.adapters.language_model import read_language_model
    from copydesk_tagger.core.language import LanguageAnnotator

    closed = {source: scripts.listed(tags) for source, tags in context.options.items()}
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    return LanguageAnnotator(identifier, read_language_model(LANGUAGES), closed)


def entities(_: AnnotatorContext) -> Annotator:
    from copydesk_tagger.adapters.entity_model import EntityModel, calibration, titles
    from copydesk_tagger.core.entities.annotator import EntitiesAnnotator

    figures = calibration(NAMES)
    return EntitiesAnnotator(EntityModel(NAMES), figures, titles(TITLES), frozenset(figures.languages), "names-3")


def mentions(_: AnnotatorContext) -> Annotator:
    from copydesk_tagger.core.mentions import MentionsAnnotator

    return MentionsAnnotator()


def places(_: AnnotatorContext) -> Annotator:
    from copydesk_tagger.core.places_annotator import PlacesAnnotator

    return PlacesAnnotator(gazetteer(), lexicons())


def links(context: AnnotatorContext) -> Annotator:
    from copydesk_tagger.adapters.knowledge_base import shipped_knowledge_base
    from copydesk_tagger.adapters.watch_lists import FollowedWatchLists
    from copydesk_tagger.core.linking import LinksAnnotator

    watch_lists = FollowedWatchLists(context.watch_lists) if context.watch_lists else None
    return LinksAnnotator(shipped_knowledge_base(), watch_lists)


def topics(context: AnnotatorContext) -> Annotator:
    """Options: `least` and `least_narrower` are confidences."""
    from copydesk_tagger.adapters.topic_files import SentenceEncoder, TopicLexicons, read_model, read_scheme
    from copydesk_tagger.adapters.word_pieces import word_pieces
    from copydesk_tagger.core.topics import TopicsAnnotator

    return TopicsAnnotator(
        read_scheme(),
        read_model(),
        TopicLexicons(),
        SentenceEncoder(word_pieces(NAMES)),
        least=context.number("least", 0.25),
        least_narrower=context.number("least_narrower", 0.6),
    )


def keywords(_: AnnotatorContext) -> Annotator:
    from copydesk_tagger.core.keywords import KeywordsAnnotator

    return KeywordsAnnotator(lexicons())


def near_duplicates(_: AnnotatorContext) -> Annotator:
    from copydesk_tagger.core.near_duplicates import NearDuplicatesAnnotator

    return NearDuplicatesAnnotator()


def story_keys(_: AnnotatorContext) -> Annotator:
    from copydesk_tagger.adapters.name_table import read_foreign_names
    from copydesk_tagger.core.story_keys import StoryKeysAnnotator

    return StoryKeysAnnotator(lexicons(), gazetteer(), read_foreign_names())


@cache
def gazetteer() -> GeonamesGazetteer:
    return GeonamesGazetteer()


@cache
def lexicons() -> WordfreqLexicons:
    return WordfreqLexicons()
