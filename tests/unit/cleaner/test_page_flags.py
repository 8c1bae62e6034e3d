"""Paywalls, consent walls, corrections and syndication, as pages and texts tell them."""

import pytest
from copydesk_cleaner.core.notices import correction_notice, syndication_mark
from copydesk_cleaner.core.page_facts import PageFacts
from copydesk_cleaner.core.page_flags import PageFlags, page_flags
from turbohtml import parse

URL = "https://courier.example/harbour"
LINES = ("The harbour opened on Monday after four years of work, the mayor said.", "Ships may enter from noon.")


def flags_of(page: str, lines: tuple[str, ...] = LINES, url: str = URL) -> PageFlags:
    return page_flags(PageFacts(parse(page), url), lines)


def json_ld(fields: str) -> str:
    return f'<script type="application/ld+json">{{"@type": "NewsArticle", "headline": "Harbour", {fields}}}</script>'


@pytest.mark.parametrize(
    "notice",
    [
        "Correction: An earlier version of this article gave the wrong year.", "Correction (July 4, 2024): The mayor is Ana Ros.",
        "This story was amended on 5 July to correct a name.", "Korrektur: Der Rat tagt dienstags, nicht montags.",
        "In einer früheren Version dieses Artikels stand, der Rat tage montags.", "Rectificatie: de naam van de wethouder klopte niet.",
        "In een eerdere versie van dit artikel stond een verkeerde naam.", "Rectificatif : le maire s'appelle Jean, et non Paul.",
        "Une précédente version de cet article indiquait à tort 12 navires.", "Fe de erratas: el puerto abrió el lunes.",
        "Una versión anterior de este artículo decía que abrió el martes.", "Errata: o porto abriu na segunda-feira.",
        "Rettifica: il porto ha aperto lunedì.", "Sprostowanie: port otwarto w poniedziałek.", "Oprava: přístav otevřel v pondělí.",
        "Rättelse: Hamnen öppnade i måndags.", "I en tidligere versjon av artikkelen sto det feil dato.", "Oikaisu: satama avattiin maanantaina.",
        "Исправление: порт открылся в понедельник.", "У попередній версії матеріалу була помилка.", "Διόρθωση: το λιμάνι άνοιξε τη Δευτέρα.",
        "Düzeltme: Liman pazartesi günü açıldı.", "تصحيح: افتتح الميناء يوم الاثنين.", "תיקון: הנמל נפתח ביום שני.", "訂正：港は月曜日に開きました。",
        "更正：本文早前版本误写了市长的名字。", "정정: 항구는 월요일에 문을 열었습니다.", "Đính chính: Cảng mở cửa vào thứ hai.",
    ],
)  # fmt: skip
def test_corrections_of_many_languages(notice: str) -> None:
    assert correction_notice([*LINES, notice]) == notice


def test_notice_under_a_heading_of_its_own() -> None:
    assert correction_notice([*LINES, "Correction", "The mayor's name is Ana Ros."]) == "The mayor's name is Ana Ros."


@pytest.mark.parametrize(
    "line",
    [
        "Correction in stock markets hits banks", "Prices fell after a correction: buyers stayed away for weeks", "His version of events differs",
        "Die Korrektur der Rentenformel beginnt im Juli", "Update: a new quote was added to this story.", "Correction",
        "The original version of this story appeared in Quay Magazine.", "La corrección: un examen para todos los alumnos",
    ],
)  # fmt: skip
def test_what_corrects_nothing(line: str) -> None:
    assert correction_notice([line]) is None


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("This article was first published by The Harbour Courier on 4 July 2024.", "The Harbour Courier"),
        ("Originally published in Quay Magazine.", "Quay Magazine"), ("A version of this article first appeared in the Sunday Quay.", "Sunday Quay"),
        ("This article is republished from The Long Quay under a Creative Commons license.", "The Long Quay"),
        ("The post Harbour opens appeared first on Quay News.", "Quay News"),
        ("Dieser Text ist zuerst im Hafenmagazin erschienen.", "Hafenmagazin"), ("Dit artikel verscheen eerder in De Kadekrant.", "De Kadekrant"),
        ("Cet article a été initialement publié par Le Quai le 4 juillet.", "Le Quai"), ("Este artículo fue publicado originalmente en El Muelle.", "Muelle"),
        ("Este texto foi publicado originalmente no Diário do Cais.", "Diário do Cais"),
        ("Questo articolo è stato pubblicato originariamente su Il Molo.", "Il Molo"), ("Článek původně vyšel na webu Přístav.", "Přístav"),
        ("Artikeln publicerades först i Hamnbladet.", "Hamnbladet"), ("Статья впервые опубликована в журнале «Причал».", "Причал"),
        ("Стаття вперше опублікована у виданні Причал.", "Причал"), ("Bu yazı ilk olarak Liman Gazetesi'nde yayımlandı.", "Liman Gazetesi"),
        ("本文首发于《港口日报》", "港口日报"), ("この記事は港新聞に最初に掲載されました。", "港新聞"), ("이 기사는 항구일보에 처음 게재되었습니다.", "항구일보"),
        ("نشر هذا المقال لأول مرة في صحيفة الميناء.", "الميناء"),
    ],
)  # fmt: skip
def test_first_publication_elsewhere(line: str, name: str) -> None:
    assert syndication_mark([*LINES, line]) == name


@pytest.mark.parametrize(
    "line",
    [
        "The book was first published in 1984 and sold well.", "The study, first published in the journal Tides, says so.",
        "He first appeared on stage in London.", "First published on Mon 4 Jul 2024 12.30 BST", "Originally published July 4, 2024",
    ],
)  # fmt: skip
def test_what_was_published_here(line: str) -> None:
    assert syndication_mark([line]) is None


@pytest.mark.parametrize(
    "page",
    [
        json_ld('"isBasedOn": {"@type": "NewsArticle", "url": "https://quay.example/harbour-opens"}'),
        '<meta name="syndication-source" content="https://quay.example/harbour-opens">',
        '<link rel="canonical" href="https://quay.example/harbour-opens">',
    ],
)
def test_data_name_the_original(page: str) -> None:
    assert flags_of(page).syndicated == "https://quay.example/harbour-opens"
    assert flags_of(page).names == ("syndicated",)


@pytest.mark.parametrize(
    "address", ["https://m.courier.example/harbour", "https://quay.example/", "/harbour", "http://[", ""]
)
def test_own_address_is_no_original(address: str) -> None:
    assert flags_of(f'<link rel="canonical" href="{address}">').syndicated is None


@pytest.mark.parametrize(
    ("page", "paywalled"),
    [
        (json_ld('"isAccessibleForFree": false'), True), (json_ld('"isAccessibleForFree": "False"'), True),
        (json_ld('"hasPart": {"@type": "WebPageElement", "isAccessibleForFree": "http://schema.org/False"}'), True),
        (json_ld('"isAccessibleForFree": true') + '<div class="paywall">Subscribe to read on, from 5 a month.</div>', False),
        ('<meta property="article:content_tier" content="locked">', True), ('<meta property="article:content_tier" content="free">', False),
        ('<div class="c-paywall-box">Jetzt abonnieren und weiterlesen für 5 Euro</div>', True), ('<div class="paywall"></div>', False),
        ('<body class="no-paywall">Subscribe to our newsletter for more of this</body>', False), ("<p>Free for all</p>", False),
    ],
)  # fmt: skip
def test_paywalls(page: str, paywalled: bool) -> None:
    assert flags_of(page).paywalled is paywalled


@pytest.mark.parametrize(
    "text",
    [
        "We and our partners use cookies. By clicking accept all you consent to the use of cookies. Manage your privacy choices.",
        "Wir und unsere Partner verwenden Cookies. Mit „Akzeptieren“ stimmen Sie der Nutzung von Cookies zu. Zur Einwilligung siehe Datenschutz.",
        "Nous et nos partenaires utilisons des cookies. Accepter les cookies. Votre consentement est requis.",
        "Wij gebruiken cookies. Voor cookies is uw toestemming nodig. Accepteren of akkoord gaan.",
        "Utilizamos cookies. Aceptar las cookies y dar su consentimiento a nuestros socios.",
        "Używamy plików cookie. Akceptuję pliki cookie i wyrażam zgodę. Twoja zgoda jest dobrowolna.",
    ],
)
def test_consent_walls(text: str) -> None:
    page = f"<body><h1>Courier</h1><p>{text}</p><button>OK</button></body>"
    assert flags_of(page, (text,)).names == ("consent-wall",)
    assert flags_of(page, ()).consent_wall


def test_article_with_a_banner_is_no_consent_wall() -> None:
    banner = "<div>We use cookies. Accept all cookies? Read our privacy notice and consent.</div>"
    lines = tuple(f"Ship number {number} entered the harbour at noon and left in the evening." for number in range(20))
    page = "<body>" + banner + "".join(f"<p>{line}</p>" for line in lines) + "</body>"
    assert flags_of(page, lines).names == ()


def test_flags_stand_together() -> None:
    lines = (*LINES, "Correction: The harbour opened on Tuesday.", "This story was originally published by Quay News.")
    found = flags_of("<p>x</p>", lines)
    assert found.names == ("correction", "syndicated")
    assert (found.correction, found.syndicated) == ("Correction: The harbour opened on Tuesday.", "Quay News")
