"""Documents in word pieces, cut once for all who ask."""

import pytest
from copydesk_tagger.adapters.annotators import NAMES
from copydesk_tagger.adapters.word_pieces import WordPieces, word_pieces
from copydesk_tagger.core.document import Document
from copydesk_tagger.core.entities.reading import MOST_READ, parts
from hypothesis import given
from hypothesis import strategies as st

TEXTS = [
    "Mayor Ilse Verbeke (AFP) left Ghent. She flew to São Paulo, and the ﬁrm’s boss with her.",
    "Мэр Гента прилетел в Москву.\n\nТам его ждали… 🤖🤖",
    "وصل الرئيس إلى باريس. ثم سافر إلى القاهرة؟",
    "习近平星期一抵达莫斯科。他会见了Vladimir Petrov先生。" * 8,
    "岸田首相は月曜日にワシントンを訪問した。\nコンゴ民主共和国",
    "\ufeffthe\u200cGhent\u00a0the  ﷺ \u0301x",
]


@pytest.fixture(scope="module")
def pieces() -> WordPieces:
    return word_pieces(NAMES)


def as_cut_anew(pieces: WordPieces, document: Document) -> list[tuple[int, int, int]]:
    """Id, start and end of the pieces of each stretch, cut by itself."""
    found = []
    for start, end in parts(document):
        cut = pieces.cut(document.text[start:end])
        found += [(piece, start + first, start + last) for piece, (first, last) in zip(*cut, strict=True)]
    return found


@pytest.mark.parametrize("text", TEXTS)
def test_words_seen_before_are_cut_as_if_they_stood_in_their_text_alone(pieces: WordPieces, text: str) -> None:
    document = Document(text=text)
    wanted = as_cut_anew(pieces, document)

    for again in (document, Document(text=text)):
        reading = pieces.read(again)
        found = zip(reading.ids.tolist(), *reading.offsets.T.tolist(), strict=True)
        heads = set(reading.heads.tolist())
        assert [
            (piece, start, start if place in heads and wanted[place][1] == wanted[place][2] else end)
            for place, (piece, start, end) in enumerate(found)
        ] == wanted
        assert len(reading.hints) == len(wanted)


@given(st.text(max_size=60))
def test_any_text_is_read_from_its_head_to_its_end(pieces: WordPieces, text: str) -> None:
    reading = pieces.read(Document(text=text))
    begins, ends = reading.offsets[:, 0].tolist(), reading.offsets[:, 1].tolist()

    assert begins == sorted(begins)
    assert all(0 <= begin <= end <= len(text) for begin, end in zip(begins, ends, strict=True))
    assert set(reading.heads.tolist()) <= set(reading.words.tolist()) <= set(range(len(begins)))


def test_a_document_is_cut_once(pieces: WordPieces) -> None:
    document = Document(text="Ghent and Bruges.")

    assert pieces.read(document) is pieces.read(document)


def test_the_end_of_a_very_long_text_is_not_read(pieces: WordPieces) -> None:
    reading = pieces.read(Document(text="Ghent and Bruges. " * 5000))

    assert 0.9 * MOST_READ < reading.offsets.max() <= MOST_READ
