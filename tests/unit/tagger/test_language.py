"""Texts are written for this test."""

import pytest
from copydesk_tagger.adapters.annotators import language
from copydesk_tagger.adapters.worker import tag_document
from copydesk_tagger.core.document import AnnotatorContext, Document, Tags
from copydesk_tagger.core.letter_sequences import BITS, sequences, tidied
from hypothesis import given, settings
from hypothesis import strategies as st


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
    "da": "Byrådet besluttede tirsdag at lade den gamle færge sejle endnu et år, selv om den er blevet for dyr.",
    "nb": "Kommunestyret vedtok tirsdag å la den gamle ferja gå et år til, selv om den er blitt for dyr.",
    "nn": "Kommunestyret vedtok tysdag å la den gamle ferja gå eitt år til, sjølv om ho er vorten for dyr.",
    "sv": "Kommunfullmäktige beslutade på tisdagen att låta den gamla färjan gå ett år till.",
    "cs": "Městská rada v úterý rozhodla, že starý přívoz bude jezdit ještě jeden rok.",
    "sk": "Mestská rada v utorok rozhodla, že starý prievoz bude premávať ešte jeden rok.",
    "gl": "O concello decidiu o martes manter a vella barca un ano máis, aínda que sexa cara.",
    "ca": "L'ajuntament va decidir dimarts mantenir el vell transbordador un any més.",
    "id": "Dewan kota memutuskan hari Selasa bahwa kapal feri lama bisa tetap beroperasi karena jembatan belum selesai.",
    "ms": "Majlis perbandaran memutuskan pada hari Selasa bahawa feri lama boleh terus beroperasi kerana jambatan belum siap.",
    "hr": "Gradsko vijeće odlučilo je u utorak da će stari trajekt voziti još tisuću dana, do siječnja.",
    "be": "Гарадскі савет вырашыў у аўторак пакінуць стары паром яшчэ на адзін год.",
    "bg": "Общинският съвет реши във вторник да остави стария ферибот още една година.",
    "mk": "Градскиот совет во вторникот одлучи стариот траект да вози уште една година.",
    "sr-Cyrl": "Градско веће је у уторак одлучило да стара скела вози још годину дана.",
    "kk": "Қалалық кеңес сейсенбіде ескі паромды тағы бір жыл қалдыруға шешім қабылдады.",
    "ky": "Шаардык кеңеш шейшемби күнү эски паромду дагы бир жыл калтырууну чечти.",
    "tg": "Шӯрои шаҳр рӯзи сешанбе қарор кард, ки киштии кӯҳна боз як сол кор кунад.",
    "fa": "شورای شهر روز سه‌شنبه تصمیم گرفت که قایق قدیمی یک سال دیگر کار کند.",
    "ur": "شہری کونسل نے منگل کو فیصلہ کیا کہ پرانی کشتی ایک سال اور چلتی رہے گی۔",
    "hi": "नगर परिषद ने मंगलवार को फैसला किया कि पुरानी नाव एक साल और चलेगी।",
    "mr": "नगर परिषदेने मंगळवारी ठरवले की जुनी बोट आणखी एक वर्ष चालू राहील.",
    "ne": "नगर परिषदले मंगलबार पुरानो डुङ्गा अझै एक वर्ष चलाउने निर्णय गर्‍यो।",
    "sw": "Baraza la mji liliamua Jumanne kwamba kivuko cha zamani kiendelee kwa mwaka mmoja zaidi.",
    "af": "Die stadsraad het Dinsdag besluit om die ou veerboot nog 'n jaar te laat vaar.",
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


@pytest.mark.parametrize(
    ("tag", "text"),
    [
        ("eo", "La urba konsilio decidis mardon, ke la malnova pramŝipo navigos ankoraŭ unu jaron."),
        ("fy", "De gemeenteried hat tiisdei besletten om it âlde pont noch in jier farre te litten."),
        ("br", "Divizet en deus ar c'huzul-kêr dimeurzh derc'hel ar vag kozh e-pad ur bloavezh c'hoazh."),
        ("ba", "Ҡала советы шишәмбе иҫке паромды тағы бер йыл ҡалдырырға ҡарар итте."),
        ("ti", "ቤት ምኽሪ ከተማ እታ ኣረጊት ጃልባ ንሓደ ዓመት ክትቅጽል ሰሉስ ወሲኑ።"),
        ("yi", "די שטאטראט האט באשלאסן דינסטיק אז די אלטע שיף וועט פארן נאך א יאר."),
        ("as", "নগৰ পৰিষদে মঙলবাৰে পুৰণি নাওখন আৰু এবছৰ চলাবলৈ সিদ্ধান্ত লৈছে।"),
        (
            "ceb",
            "Gipahibalo sa kapolisan nga duha ka tawo ang nasakpan human sila nangawat og baka sa laing lungsod kagahapon, apan wala pa mahibaloi ang ilang mga ngalan.",
        ),
        ("ast", "La muyer cuntó a la policía que nun sabía ónde taben los rapazos dende que marcharon de la so casa."),
        (
            "scn",
            "Li piscatura dìssiru ca nun ponnu nèsciri a mari quannu cc'è troppu ventu, e ca lu guvernu nun fa nenti.",
        ),
        ("jv", "Para petani kandha yen regane pupuk wis mundhak maneh sasi iki, lan dheweke ora bisa tuku akeh."),
        ("und", "iVBORw0KGgoAAAANSUhEUgAAAAUAAAAFCAYAAACNbyblAAAAHElEQVQI12P4"),
    ],
)
def test_other_languages_are_not_taken_for_known_ones(tag: str, text: str) -> None:
    assert language_of(text) == tag


@pytest.mark.parametrize(
    "text",
    [
        "El president dil Cantun ha detg ch'ils vitgs survegnan daners per construir novas vias e scolas.",
        "Sinne hadden se de schuul dichtmaakt, sä de börgermeester, dorüm möten de kinners nu wied führn.",
        "A resòn l'era semplise: i paisan i gaveva perso tuto el racolto par colpa de la tempesta.",
        "Ti puon nga binasa ket insublat da iti daya ti ili sakbay a timmangken ti bagyo.",
    ],
)
def test_a_relative_of_a_known_language_is_not_taken_for_it(text: str) -> None:
    assert language_of(text) not in SENTENCES


@pytest.mark.parametrize(
    "text",
    [
        "Chodziyli my po lesie cołki dziyń, ôn szukoł grzibōw, a jŏ jagōd.",
        "Kòżdi rôz czedë są wstajôł, wiater ùcëchôł.",
        "Men bul kitaptı oqıp shıqtım.",
    ],
)
def test_letters_that_a_language_never_writes_speak_against_it(text: str) -> None:
    assert language_of(text) not in {"pl", "az", "tr"}


@pytest.mark.parametrize("text", ["Morala sam biti mirna.", "Kupio je novi auto.", "Saya makan nasi."])
def test_a_text_that_several_known_languages_share_is_told_as_one_of_them(text: str) -> None:
    assert language_of(text) in {"bs", "hr", "sr-Latn", "id", "ms"}


@pytest.mark.parametrize(
    ("tag", "text"),
    [
        ("yue", "佢話琴日喺公司食咗飯先走,唔知點解今日冇返工。"),
        ("zh-Hant", "香港特區政府公布新的房屋政策,議員要求官員解釋。"),
    ],
)
def test_cantonese_is_told_from_written_chinese(tag: str, text: str) -> None:
    assert language_of(text) == tag


def test_latin_names_do_not_outweigh_another_script() -> None:
    assert language_of("Facebook, Instagram และ WhatsApp ใช้งานไม่ได้ชั่วคราว") == "th"


def test_a_hint_speaks_for_a_text_with_few_known_words() -> None:
    text = "El zurriagazo derrengó al chamarilero, que trastabilló mascullando improperios barriobajeros."

    assert language_of(text, hint="es") == "es"


def test_names_do_not_make_a_text_foreign() -> None:
    text = (
        "Met Van Kooten, Brzęczyszczykiewicz, Nguyen, Ødegård, Szczęsny en Mbappé in de ploeg won Ajax van Ferencváros."
    )

    assert language_of(text) == "nl"


def test_of_a_mixed_text_the_main_language_counts() -> None:
    assert language_of(SENTENCES["nl"] * 4 + SENTENCES["en"]) == "nl"


def test_a_source_may_have_a_closed_set_of_languages() -> None:
    annotator = language(AnnotatorContext({"fjordposten": "nb nn", "any": "da nb"}))
    document = Document(text=SENTENCES["da"])
    found = []
    for source in ("Fjordposten", "Other"):
        tags = Tags()
        annotator.annotate(Document(text=document.text, source=source), tags)
        found.append(tags.language.tag)

    assert found == ["nb", "da"]


@given(st.text(max_size=300))
@settings(max_examples=40, deadline=None)
def test_any_text_has_a_tag_and_a_confidence(text: str) -> None:
    found = tag_document(Document(text=text)).language

    assert found.tag
    assert 0.0 <= found.confidence <= 1.0


@given(st.text(max_size=200))
def test_sequences_do_not_depend_on_case_digits_or_addresses(text: str) -> None:
    plain = tidied(text)
    found = sequences(plain)

    assert ((found >= 0) & (found < 1 << BITS)).all()
    assert tidied(f"{text} 12:30 https://example.org/a") == tidied(text)
