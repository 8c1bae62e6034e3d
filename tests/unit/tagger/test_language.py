"""Texts are written for this test."""

import pytest
from copydesk_tagger.adapters.worker import tag_document
from copydesk_tagger.core.document import Document


def language_of(text: str, hint: str | None = None, title: str = "") -> str:
    return tag_document(Document(text=text, title=title, language_hint=hint)).language.tag


SENTENCES = {
    "en": "The council voted on Tuesday to keep the old ferry running for another year.",
    "nl": "De gemeenteraad besloot dinsdag om de oude veerpont nog een jaar te laten varen.",
    "de": "Der Gemeinderat beschloss am Dienstag, die alte Fähre noch ein Jahr fahren zu lassen.",
    "fr": "Le conseil municipal a décidé mardi de maintenir le vieux bac pendant une année encore.",
    "es": "El ayuntamiento decidió el martes mantener el viejo transbordador un año más.",
    "it": "Il consiglio comunale ha deciso martedì di tenere in servizio il vecchio traghetto per un altro anno.",
    "pl": "Rada gminy zdecydowała we wtorek, że stary prom będzie kursował jeszcze przez rok.",
    "ru": "Городской совет решил во вторник оставить старый паром ещё на один год.",
    "uk": "Міська рада вирішила у вівторок залишити старий пором ще на один рік.",
    "pt": "A câmara municipal decidiu na terça-feira manter a velha balsa por mais um ano.",
    "ar": "قرر المجلس البلدي يوم الثلاثاء الإبقاء على العبارة القديمة عاما آخر.",
    "zh-Hans": "市议会星期二决定让这艘旧渡轮再运营一年，费用由港务局负担。",
    "zh-Hant": "市議會星期二決定讓這艘舊渡輪再營運一年，費用由港務局負擔。",
    "ja": "市議会は火曜日、古い渡し船をもう一年運航することを決めた。",
    "ko": "시의회는 화요일 오래된 나룻배를 일 년 더 운항하기로 결정했다.",
    "el": "Το δημοτικό συμβούλιο αποφάσισε την Τρίτη να κρατήσει το παλιό πορθμείο.",
    "sr-Latn": "Gradsko veće je u utorak odlučilo da stari trajekt ostane na reci celo leto i posle toga.",
    "tr": "Belediye meclisi salı günü eski feribotun bir yıl daha çalışmasına karar verdi.",
}


@pytest.mark.parametrize(("tag", "text"), SENTENCES.items())
def test_a_sentence_is_told(tag: str, text: str) -> None:
    assert language_of(text) == tag


@pytest.mark.parametrize(
    ("tag", "title"),
    [
        ("nl", "Veerpont blijft nog een jaar varen"),
        ("de", "Gemeinderat hält an alter Fähre fest"),
        ("en", "The ferry will stay for another year"),
        ("ru", "Паром останется ещё на год"),
        ("uk", "Пором залишиться ще на рік"),
        ("zh-Hans", "旧渡轮再运营一年"),
        ("ja", "古い渡し船、もう一年"),
    ],
)
def test_a_short_title_is_told_with_the_site_s_hint(tag: str, title: str) -> None:
    assert language_of("", hint=tag, title=title) == tag


@pytest.mark.parametrize("text", ["", "12:30 – 14:00", "😀😀😀", "???"])
def test_what_has_no_letters_is_undecided(text: str) -> None:
    found = tag_document(Document(text=text)).language

    assert (found.tag, found.confidence) == ("und", 0.0)


def test_a_name_alone_is_no_evidence() -> None:
    assert language_of("Paris") == "und"


def test_a_hint_never_overrules_the_script() -> None:
    assert language_of("Паром останется ещё на год", hint="nl") == "ru"


def test_a_wrong_hint_does_not_sway_a_whole_article() -> None:
    assert language_of(SENTENCES["de"] * 5, hint="nl") == "de"


def test_confidence_is_a_share() -> None:
    found = tag_document(Document(text=SENTENCES["nl"] * 3)).language

    assert 0.9 < found.confidence <= 1.0
