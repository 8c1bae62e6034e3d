from functools import cache

import numpy as np
import pytest
from copydesk_tagger.adapters.annotators import NAMES
from copydesk_tagger.adapters.topic_files import SentenceEncoder, TopicLexicons, read_model, read_scheme
from copydesk_tagger.adapters.word_pieces import word_pieces
from copydesk_tagger.core import topic_model
from copydesk_tagger.core.document import Document, Tags
from copydesk_tagger.core.topic_model import Floats, TopicModel
from copydesk_tagger.core.topic_scheme import TopicScheme
from copydesk_tagger.core.topic_terms import Found
from copydesk_tagger.core.topics import TopicsAnnotator
from hypothesis import given, settings
from hypothesis import strategies as st

from copydesk.contracts import Language


@pytest.fixture(scope="module")
def scheme() -> TopicScheme:
    return read_scheme()


@pytest.fixture(scope="module")
def model() -> TopicModel:
    return read_model()


@pytest.fixture(scope="module")
def annotator(scheme: TopicScheme, model: TopicModel) -> TopicsAnnotator:
    """By terms alone."""
    return TopicsAnnotator(scheme, model, TopicLexicons(), None)


def topics(annotator: TopicsAnnotator, language: str, title: str, text: str) -> Tags:
    tags = Tags(language=Language(tag=language, confidence=1.0))
    annotator.annotate(Document(text=text, title=title), tags)
    return tags


@pytest.mark.parametrize(
    ("language", "title", "text", "code"),
    [
        (
            "en",
            "Late penalty settles derby",
            "The striker scored in stoppage time and the coach praised his goalkeeper.",
            "15000000",
        ),
        (
            "nl",
            "Rechtbank veroordeelt oplichter",
            "De verdachte kreeg vier jaar cel. Zijn advocaat gaat in hoger beroep.",
            "02000000",
        ),
        (
            "de",
            "Erdbeben erschüttert Küste",
            "Rettungskräfte suchen nach Verschütteten; das Beben zerstörte Häuser.",
            "03000000",
        ),
        (
            "fr",
            "Le Parlement vote la loi",
            "Les députés et le gouvernement ont débattu avant les élections.",
            "11000000",
        ),
        ("es", "El Gobierno convoca elecciones", "El presidente anunció que el Parlamento será disuelto.", "11000000"),
        ("ru", "Суд вынес приговор", "Суд признал обвиняемого виновным; прокурор требовал тюрьмы.", "02000000"),
        ("ar", "زلزال يضرب الساحل", "قالت فرق الإنقاذ إن الزلزال خلف قتلى وجرحى ودمر منازل.", "03000000"),
        ("zh", "国家队夺得冠军", "球队在决赛中以两球取胜，主教练称赞球员的表现，球迷庆祝。", "15000000"),
        ("ja", "特急列車が脱線、けが人多数", "消防によると、乗客二十人が病院に運ばれ、救助が続いている。", "03000000"),
        (
            "tr",
            "Merkez Bankası faizi artırdı",
            "Karar sonrası borsa düştü, dolar geriledi; enflasyon yüksek.",
            "04000000",
        ),
        ("ko", "노조, 내달 총파업 예고", "임금 협상이 결렬되자 조합원들은 파업에 찬성했다.", "09000000"),
        ("th", "ศาลตัดสินจำคุกอดีตผู้จัดการ", "ตำรวจจับกุมจำเลยในคดีฉ้อโกงเมื่อปีที่แล้ว", "02000000"),
    ],
)
def test_plain_news_has_its_top_level_first(
    annotator: TopicsAnnotator, language: str, title: str, text: str, code: str
) -> None:
    found = topics(annotator, language, title, text).topics
    assert found[0].code == f"medtop:{code}"
    assert found[0].method == annotator.version


def test_labels_are_in_the_article_s_language_else_english(scheme: TopicScheme) -> None:
    assert scheme.label("15000000", "en-GB") == "sport"
    assert scheme.label("15000000", "zh-Hant") == scheme.label("15000000", "zh") != "sport"
    assert scheme.label("11000000", "nl") != scheme.label("11000000", "en")
    assert scheme.label("15000000", "tr") == "spor"
    assert scheme.label("15000000", "hu") == "sport"


def test_what_no_lexicon_and_no_encoder_knows_has_no_topics(annotator: TopicsAnnotator) -> None:
    assert topics(annotator, "hu", "Lemondott a miniszterelnök", "A kormányfő bejelentette lemondását.").topics == []


def test_the_encoder_tells_topics_where_there_is_no_lexicon(scheme: TopicScheme, model: TopicModel) -> None:
    class Sport:
        """Every text gets the direction in which the model's score for sport grows fastest."""

        languages = frozenset({"ja"})

        def encode(self, document: Document) -> Floats:
            direction = model.output[:-1, model.tops.index("15000000")]
            vector: Floats = (direction / np.linalg.norm(direction)).astype(np.float32)
            return vector

    told = topics(TopicsAnnotator(scheme, model, TopicLexicons(), Sport(), least=0.01), "ja", "", "試合")
    assert told.topics
    assert max(told.topics, key=lambda one: one.confidence).code == "medtop:15000000"


@cache
def _eager() -> tuple[TopicScheme, TopicsAnnotator]:
    scheme = read_scheme()
    return scheme, TopicsAnnotator(scheme, read_model(), TopicLexicons(), None, least_narrower=0.1)


@settings(deadline=None)
@given(
    st.lists(
        st.sampled_from(["court", "film", "goal", "bank", "flood", "war", "school", "virus", "storm", "strike"]),
        max_size=40,
    ),
    st.sampled_from(["en", "fr", "uk"]),
)
def test_a_narrower_topic_never_comes_without_or_surer_than_those_above(words: list[str], language: str) -> None:
    scheme, annotator = _eager()
    found = {one.code.removeprefix("medtop:"): one for one in topics(annotator, language, "", " ".join(words)).topics}
    for code, one in found.items():
        assert 0 <= one.confidence <= 1
        for above in scheme.above(code):
            assert found[above].confidence >= one.confidence


def test_every_term_s_topic_hangs_below_one_of_seventeen_top_levels(scheme: TopicScheme, model: TopicModel) -> None:
    assert len(model.tops) == 17
    lexicons = TopicLexicons()
    for language in lexicons.languages:
        terms = lexicons.of(language)
        assert terms is not None
        assert {scheme.top(code) for code in terms.codes} == set(model.tops)


@pytest.mark.parametrize(("begins", "goes_on", "letters"), [("goal ", "bank ", 1300), ("球赛", "银行", 400)])
def test_a_vector_is_of_the_beginning_which_is_shorter_where_letters_say_more(
    begins: str, goes_on: str, letters: int
) -> None:
    encoder = SentenceEncoder(word_pieces(NAMES))
    head = begins * (letters // len(begins) + 1)
    short = encoder.encode(Document(head))
    assert np.allclose(short, encoder.encode(Document(head + goes_on * 500)), atol=1e-5)
    assert not np.allclose(short, encoder.encode(Document(goes_on * 500)), atol=1e-5)


def test_the_vector_of_a_text_is_the_mean_of_its_pieces_and_of_no_text_zero() -> None:
    encoder = SentenceEncoder(word_pieces(NAMES))
    once, twice = (encoder.encode(Document(" ".join(["goalkeeper"] * times))) for times in (1, 2))
    assert np.allclose(once, twice, atol=1e-5)
    assert np.allclose(once, encoder.encode(Document("", "goalkeeper")), atol=1e-5)
    assert not encoder.encode(Document("")).any()


def test_common_words_hardly_move_a_vector() -> None:
    encoder = SentenceEncoder(word_pieces(NAMES))
    bare, dressed, other = (
        encoder.encode(Document(text)) for text in ("goalkeeper", "the goalkeeper, the", "parliament goalkeeper")
    )
    assert np.linalg.norm(dressed - bare) < np.linalg.norm(other - bare)


def test_an_article_is_told_by_its_terms_more_than_an_item_is(scheme: TopicScheme, model: TopicModel) -> None:
    terms = topic_model.of_tops({"15000000": Found({1: 2, 2: 1}, 1)}, model.tops, scheme)
    elsewhere = model.output[:-1, model.tops.index("11000000")]
    vector: Floats = (elsewhere / np.linalg.norm(elsewhere)).astype(np.float32)
    item, article = (model.of_tops(terms, vector, topic_model.how_long(letters)) for letters in (200, 3000))
    assert article["15000000"] > item["15000000"]
    assert article["11000000"] < item["11000000"]


@pytest.mark.parametrize(
    ("language", "text", "code"),
    [
        ("ja", "代表チームは決勝の試合で2対1で勝ち、優勝した。監督は選手のゴールをたたえた。", "15000000"),
        (
            "tr",
            "Takım finalde attığı golle maçı kazandı ve şampiyon oldu; teknik direktör oyuncuları övdü.",
            "15000000",
        ),
    ],
)
def test_vectors_and_terms_of_languages_with_few_terms_agree(language: str, text: str, code: str) -> None:
    found = topics(_shipped(), language, "", text).topics
    assert found[0].code == f"medtop:{code}"


@cache
def _shipped() -> TopicsAnnotator:
    return TopicsAnnotator(read_scheme(), read_model(), TopicLexicons(), SentenceEncoder(word_pieces(NAMES)))
