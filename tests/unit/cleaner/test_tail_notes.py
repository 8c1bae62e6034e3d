"""What stands under a text and inside its sentences without being of it: biographies, credits, invitations, pictures."""

import pytest
from copydesk_cleaner.core.ledger import kept_characters, reassemble, tile
from copydesk_cleaner.core.lines import same_text
from copydesk_cleaner.core.page_blocks import PageText, clean_blocks
from copydesk_cleaner.core.text_article import clean_text
from hypothesis import given, settings
from hypothesis import strategies as st

from copydesk.contracts import Block

from .dirty_pages import STORIES

EN = next(story for story in STORIES if story.language == "en")
BODY = [*EN.paragraphs, "The county pays half of the cost. The rest comes out of a trust that was set up in 1999."]


def clean(texts: list[str], *, titles: list[str] | None = None, authors: tuple[str, ...] = ()) -> PageText:
    blocks = [Block(kind="paragraph", text=text) for text in texts]
    keys = frozenset(map(same_text, titles or []))
    return clean_blocks(blocks, keys, {}, frozenset(map(same_text, authors)))


def texts_of(result: PageText) -> list[str]:
    return [block.text for block in result.blocks]


BIOGRAPHIES = [
    "Ana Lund is a reporter for the Courier who covers ferries and harbours.",
    "Ana Lund, based in the north, writes about the sea as the paper's transport correspondent.",
    "The author is a lecturer in history and sailed the coast for twenty years.",
    "Anna Lund ist Redakteurin im Ressort Politik und schreibt über Häfen.",
    "Unsere Autorin lebt an der Küste und hat drei Bücher über Fähren geschrieben.",
    "Anna de Vries is redacteur bij de krant en schrijft over het water.",
    "Claire Martin est journaliste au service économie du quotidien.",
    "María Ruiz es periodista y escribe sobre puertos.",
    "Ana Sousa é jornalista e cobre transportes desde 2015.",
    "Marta Rossi è giornalista e si occupa di porti.",
    "Anna Nowak jest dziennikarką działu krajowego.",
    "Анна Лунд — корреспондент отдела экономики.",
    "Анна Лунд пишет о портах, журналистка с десятилетним стажем.",
    "Anna Lund är reporter på nyhetsredaktionen.",
    "Anna Lund er journalist og skriver om havet.",
    "Anna Nováková je redaktorka domácí rubriky.",
    "Об авторе: историк, двадцать лет ходил под парусом.",
    "本文作者长期关注港口建设。",
    "筆者は港湾の研究者で、著書に航海史がある。",
]


@pytest.mark.parametrize("biography", BIOGRAPHIES)
def test_a_biography_under_the_text_is_cut(biography: str) -> None:
    result = clean([*BODY, biography])
    assert texts_of(result) == BODY
    assert [(cut.text, cut.reason) for cut in result.cuts] == [(biography, "author-biography")]


@pytest.mark.parametrize(
    "head",
    ["About the author", "Über die Autorin", "Sobre el autor", "À propos de l’auteur", "Over de auteur", "Об авторе", "O autorze",
     "Sull'autore", "Om forfatteren", "作者简介", "著者について", "عن الكاتب", "על הכותב", "Yazar hakkında", "Despre autor"],
)  # fmt: skip
def test_everything_under_the_head_of_a_biography_goes(head: str) -> None:
    result = clean([*BODY, head, "She sailed the coast for twenty years and now keeps bees."])
    assert texts_of(result) == BODY
    assert {cut.reason for cut in result.cuts} == {"author-biography"}


@pytest.mark.parametrize(
    ("note", "reason"),
    [
        ("Sign up for our free newsletter and get the morning's stories in your inbox.", "newsletter"),
        ("Abonnieren Sie unseren Newsletter, um nichts zu verpassen.", "newsletter"),
        ("Inscrivez-vous à notre lettre d'information quotidienne.", "newsletter"),
        ("Suscríbete a nuestro boletín para recibir lo mejor de la semana.", "newsletter"),
        ("Подпишитесь на нашу рассылку, чтобы ничего не пропустить.", "newsletter"),
        ("اشترك في النشرة البريدية ليصلك كل جديد.", "newsletter"),
        ("ニュースレターに登録して最新の記事を受け取る。", "newsletter"),
        ("Follow us on Facebook and Instagram.", "share-widget"),
        ("Suivez-nous sur WhatsApp.", "share-widget"),
        ("Подписывайтесь на наш канал в Telegram.", "share-widget"),
        ("Got a story? Write to the desk at desk@courier.example.", "author-biography"),
        ("Follow Ana on X: @analund", "author-biography"),
        ("Reporting by Ana Lund; editing by Jan de Vries", "byline"),
        ("Peter Holm and Li Wei contributed to this report.", "byline"),
        ("This article originally appeared in the Courier's winter issue.", "legal-notice"),
        ("Dieser Artikel erschien zuerst im Winterheft des Kuriers.", "legal-notice"),
        ("Hat Ihnen der Artikel gefallen? Unterstützen Sie uns mit einer Spende.", "donation"),
        ("Поддержите нас, чтобы мы могли работать дальше.", "donation"),
        ("This interview has been edited for length and clarity.", "furniture"),
        ("We may earn a commission if you buy something through the links on this page.", "advertisement"),
    ],
)
def test_a_note_under_the_text_is_cut(note: str, reason: str) -> None:
    result = clean([*BODY, note])
    assert texts_of(result) == BODY
    assert [(cut.text, cut.reason) for cut in result.cuts] == [(note, reason)]


@pytest.mark.parametrize(
    ("note", "reason"),
    [
        ("All products here are chosen by our desk; we may earn a commission if you buy something.", "advertisement"),
        ("This article originally appeared in the winter issue of the Courier.", "legal-notice"),
        ("This is the harbour newsletter. Sign up to get it every week.", "newsletter"),
        ("Zuletzt aktualisiert:", "timestamp"),
        ("Published 4 July 2024, 12:30", "timestamp"),
        ("Uppdaterad 15.59 | Publicerad 14.14", "timestamp"),
    ],
)
def test_a_note_before_the_text_is_cut(note: str, reason: str) -> None:
    result = clean([note, *BODY])
    assert texts_of(result) == BODY
    assert [(cut.text, cut.reason) for cut in result.cuts] == [(note, reason)]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("有料会員になると続きをお読みいただけます。", "paywall-notice"),
        ("홍길동 기자 외 1명", "byline"),
        ("Czytaj więcej", "related-link"),
    ],
)
def test_machinery_in_scripts_and_words_of_other_languages(line: str, reason: str) -> None:
    result = clean([*BODY, line])
    assert texts_of(result) == BODY
    assert [cut.reason for cut in result.cuts] == [reason]


@pytest.mark.parametrize(
    ("box", "reason"),
    [
        ("Mit einer Spende ab 5 Euro im Monat unterstützen Sie unsere Arbeit.", "donation"),
        ("Support our newsroom with a donation of any size.", "donation"),
        ("Soutenez une presse libre en faisant un don dès aujourd'hui.", "donation"),
        ("Поддержите редакцию: любое пожертвование помогает.", "donation"),
        ("Sign up for our harbour newsletter, delivered on Fridays.", "newsletter"),
    ],
)
def test_a_box_between_paragraphs_is_cut(box: str, reason: str) -> None:
    result = clean([*BODY[:2], box, *BODY[2:]])
    assert texts_of(result) == BODY
    assert [(cut.text, cut.reason) for cut in result.cuts] == [(box, reason)]


def test_an_excerpt_of_another_article_goes_with_the_button_above_it() -> None:
    excerpt = "Na wyspie od lat brakuje lekarzy, a prom kursuje tylko dwa razy dziennie, mówią mieszk..."
    result = clean([*BODY[:2], "Czytaj więcej", excerpt, *BODY[2:]])
    assert texts_of(result) == BODY


def test_several_notes_go_up_to_the_last_paragraph() -> None:
    notes = [BIOGRAPHIES[0], "Follow her on X: @analund", "Sign up for our newsletter to read more of her."]
    assert texts_of(clean([*BODY, *notes])) == BODY


@pytest.mark.parametrize(
    "sentence",
    [
        "Ana Lund is a reporter for the Courier, and she was on the first boat.",
        "Sign-ups for the newsletter doubled, the county said on Monday.",
        "She follows her sister on Instagram and writes to her every week.",
        "A spokesman said that journalists could reach him at his office.",
        "The first edition of the paper was originally published in 1850, said the clerk.",
    ],
)
def test_the_same_words_inside_the_text_stay(sentence: str) -> None:
    texts = [BODY[0], sentence, *BODY[1:]]
    assert texts_of(clean(texts)) == texts


def test_correction_notices_stay() -> None:
    texts = [*BODY, "Correction: an earlier version of this article gave the wrong year for the trust's founding."]
    assert texts_of(clean(texts)) == texts


def test_lines_that_name_only_the_pages_authors_go_wherever_they_stand() -> None:
    names = ("Ana Lund", "Jan de Vries")
    result = clean(["Ana Lund and Jan de Vries", *BODY[:2], "ANA LUND", *BODY[2:], "Jan de Vries"], authors=names)
    assert texts_of(result) == BODY
    assert {cut.reason for cut in result.cuts} == {"byline"}


def test_a_paragraph_that_begins_with_its_author_ends_the_text_as_a_biography() -> None:
    about = "Ana Lund keeps bees on an island and has never missed the last ferry home."
    assert texts_of(clean([*BODY, about], authors=("Ana Lund",))) == BODY
    assert texts_of(clean([*BODY, about])) == [*BODY, about]


@pytest.mark.parametrize("kicker", ["Harbour and sea", "HARBOUR: ", "Hafen", "港湾 ", "Порт. "])
def test_a_title_printed_with_its_kicker_is_a_repeated_title(kicker: str) -> None:
    result = clean([f"{kicker}{EN.title}", *BODY], titles=[EN.title])
    assert texts_of(result) == BODY
    assert [cut.reason for cut in result.cuts] == ["repeated-title"]


def test_a_standfirst_printed_twice_stands_once() -> None:
    standfirst = "Residents have voted to keep the last boat, and the county will pay for the crew."
    result = clean([standfirst, "Harbour", standfirst, *BODY])
    assert texts_of(result).count(standfirst) == 1
    assert "repeated-standfirst" in {cut.reason for cut in result.cuts}


CREDITS = [
    ("The ferry{} left at noon.", " (Photo: Ana Lund/AFP)"),
    ("Die Fähre{} legte mittags ab.", " (Foto: dpa)"),
    ("De pont{} vertrok om twaalf uur.", " (foto door Jan de Vries)"),
    ("Le ferry{} est parti à midi.", " (© Claire Martin)"),
    ("El ferry{}, salió al mediodía.", " (Imagen: María Ruiz)"),
    ("Паром{} отошёл в полдень.", " (Фото: Иван Петров)"),
    ("渡轮{}中午离港。", "（图片：新华社）"),
    ("フェリー{}は正午に出た。", "（写真：山田太郎）"),
]


@pytest.mark.parametrize(("sentence", "credit"), CREDITS)
def test_a_picture_credit_is_cut_out_of_its_sentence(sentence: str, credit: str) -> None:
    dirty, bare = sentence.format(credit), sentence.format("")
    result = clean([BODY[0], f"{dirty} {BODY[1]}", *BODY[2:]])
    assert texts_of(result) == [BODY[0], f"{bare} {BODY[1]}", *BODY[2:]]
    assert [(cut.reason, cut.text) for cut in result.cuts] == [("photo-credit", credit.strip())]
    source = "\n\n".join([EN.title, BODY[0], f"{dirty} {BODY[1]}", *BODY[2:]])
    article = clean_text(source)
    spans = tile(source, article.cuts)
    assert reassemble(spans) == source
    assert kept_characters(spans) == "".join(article.text.split())
    assert bare in article.text


@pytest.mark.parametrize(
    "aside", [" (AFP)", " (photo finish)", " (SCO)", " (see the picture above)", " (2024)", " (Fotograf)"]
)
def test_other_brackets_stay_in_their_sentence(aside: str) -> None:
    texts = [BODY[0], f"The ferry{aside} left at noon, and nobody saw it again before the evening.", *BODY[1:]]
    assert texts_of(clean(texts)) == texts


_TEXTS = st.one_of(
    st.sampled_from(BODY),
    st.sampled_from([paragraph for story in STORIES for paragraph in story.paragraphs]),
    st.sampled_from([line for story in STORIES for line in (story.title, story.head, *story.teasers, *story.ago)]),
    st.sampled_from(BIOGRAPHIES),
    st.sampled_from([sentence.format(credit) for sentence, credit in CREDITS]),
    st.sampled_from(
        ["Share", "Read more", "Follow us on X", "(AFP)", "Foto: Archiv", "By Ana Lund", "12:45", "Tags: sea"]
    ),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(_TEXTS, max_size=14))
def test_nothing_is_invented_and_nothing_lost(texts: list[str]) -> None:
    result = clean(texts, titles=[EN.title], authors=("Ana Lund",))
    left = "".join("".join(texts).split())
    printed = [
        *texts_of(result),
        *(cut.text for cut in result.cuts),
        *(b.text for _, p in result.parts for b in p.blocks),
    ]
    assert all(
        "".join(text.split()) in left or any(c.reason == "photo-credit" for c in result.cuts) for text in printed
    )
    whole = sum(len("".join(text.split())) for text in [*texts_of(result), *(cut.text for cut in result.cuts)])
    assert whole == len(left)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from(BIOGRAPHIES[:3]), max_size=2, unique=True), st.sampled_from(CREDITS), st.booleans())
def test_a_cleaned_text_is_clean(notes: list[str], credit: tuple[str, str], doubled: bool) -> None:
    title = [EN.title] * (1 + doubled)
    texts = [*title, EN.dateline + BODY[0], credit[0].format(credit[1]), *BODY[1:], EN.head, *EN.teasers, *notes]
    once = clean(texts, titles=[EN.title])
    again = clean(texts_of(once), titles=[EN.title])
    assert texts_of(again) == texts_of(once)
    assert again.cuts == ()
