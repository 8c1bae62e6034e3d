"""What is no article is known in many languages, and what may be one is never taken for anything else."""

import html
import time

import pytest
from copydesk_crawler.core.pages.page_head import PageHead, read_head
from copydesk_crawler.core.pages.page_signs import PageSign, inspect_page, same_body_sign, suspicious
from hypothesis import given
from hypothesis import strategies as st

NAVIGATION = "<nav><a href=/>Home</a> <a href=/news>News</a> <a href=/sport>Sport</a></nav>"
FOOTER = "<footer><a href=/about>About us</a> <a href=/privacy>Privacy</a> © The Courier</footer>"
BRIEF = (
    "The bridge over the river opened again on Monday after three years of works, the province said. "
    "Cars, buses and bicycles may use both lanes. The repairs cost twelve million euros, two million more than "
    "planned, because divers found cracks in the northern pier. Shipping goes on as usual, and the towpath "
    "stays closed until the end of the month for the last of the painting."
)


def page(body: str, title: str = "", head: str = "") -> bytes:
    markup = (
        f"<!doctype html><html><head><meta charset=utf-8><title>{title}</title>{head}</head><body>{body}</body></html>"
    )
    return markup.encode()


def article(headline: str, *paragraphs: str, title: str | None = None, head: str = "", extra: str = "") -> bytes:
    text = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    body = f"{NAVIGATION}{extra}<main><article><h1>{headline}</h1><time>3 May</time>{text}</article></main>{FOOTER}"
    return page(body, f"{headline} | The Courier" if title is None else title, head)


def kind(body: bytes, status: int = 200) -> str | None:
    """The kind of sign, by the way of every page: nobody looks closer at what is not suspicious."""
    if status == 200 and not suspicious(body, read_head(body)):
        return None
    sign = inspect_page(body, None, status)
    return sign.kind if sign else None


@pytest.mark.parametrize(
    ("title", "heading", "text"),
    [
        ("Page not found | The Courier", "Oops! That page can’t be found.", "Try a search, or go to our home page."),
        ("404 - De Koerier", "Pagina niet gevonden", "Deze pagina bestaat niet meer."),
        ("Fehler 404: Der Kurier", "Seite nicht gefunden", "Die Seite wurde verschoben oder gelöscht."),
        ("Page introuvable – Le Courrier", "Erreur 404", "La page que vous recherchez n’existe plus."),
        ("Página no encontrada - El Correo", "404", "Lo sentimos, la página que buscas no existe."),
        ("Il Corriere", "Pagina non trovata", "La pagina richiesta non esiste o è stata spostata."),
        ("Página não encontrada", "Página não encontrada", "O conteúdo foi removido."),
        ("Nie znaleziono strony - Kurier", "404", "Strona, której szukasz, nie istnieje."),
        ("Ошибка 404. Страница не найдена", "Страница не найдена", "Вернитесь на главную."),
        ("Кур’єр", "Сторінку не знайдено", "Можливо, її видалили."),
        ("الصفحة غير موجودة | البريد", "عذراً، الصفحة غير موجودة", "عد إلى الصفحة الرئيسية"),
        ("页面不存在 - 信使报", "抱歉，您访问的页面不存在", "返回首页"),
        ("ページが見つかりません｜クーリエ新聞", "404 Not Found", "お探しのページは削除された可能性があります。"),
        ("페이지를 찾을 수 없습니다", "요청하신 페이지를 찾을 수 없습니다.", "홈으로"),
        ("Sayfa bulunamadı - Kurye", "404", "Aradığınız sayfa taşınmış olabilir."),
        ("Sidan hittades inte | Kuriren", "Sidan finns inte", "Gå till startsidan."),
        ("Siden blev ikke fundet", "404", "Prøv forsiden."),
        ("Fant ikke siden – Kureren", "404", "Prøv forsiden."),
        ("Sivua ei löytynyt - Kuriiri", "404", "Siirry etusivulle."),
        ("Stránka nenalezena | Kurýr", "Chyba 404", "Zkuste hlavní stránku."),
        ("Pagina nu a fost găsită", "Eroare 404", "Mergi la prima pagină."),
        ("Az oldal nem található - Futár", "404", "Vissza a címlapra."),
        ("Η σελίδα δεν βρέθηκε | Ο Ταχυδρόμος", "404", "Επιστροφή στην αρχική."),
        ("הדף לא נמצא - השליח", "שגיאה 404", "חזרה לדף הבית"),
        ("صفحه یافت نشد - پیک", "خطای ۴۰۴", "بازگشت به صفحه اصلی"),
        ("पृष्ठ नहीं मिला | दूत", "404", "मुखपृष्ठ पर जाएँ"),
        ("The Courier", "Something went wrong", "The article you are looking for is no longer available."),
        ("410 Gone", "Gone", "The resource was removed."),
    ],
)  # fmt: skip
def test_a_missing_page_is_known_in_its_language(title: str, heading: str, text: str) -> None:
    teasers = "".join(
        f"<li><a href=/{number}>Ten things that the council decided last night</a></li>" for number in range(8)
    )
    body = page(f"{NAVIGATION}<main><h1>{heading}</h1><p>{text}</p><ul>{teasers}</ul></main>{FOOTER}", title)
    assert kind(body) == "soft-404"


def test_a_missing_page_among_the_latest_news_is_known_by_title_and_heading() -> None:
    teasers = "".join(f"<div><p>{BRIEF[:120]}</p></div>" for _ in range(8))
    assert kind(page(f"<h1>Page not found</h1>{teasers}", "Page not found - The Courier")) == "soft-404"


def test_a_template_without_an_article_is_a_missing_page() -> None:
    body = f'{NAVIGATION}<main><article><header></header><div class="body"></div></article></main>{FOOTER}'
    assert kind(page(body, "The Courier")) == "soft-404"


@pytest.mark.parametrize(
    ("headline", "paragraph"),
    [
        ("How to fix 404 page not found errors", BRIEF),
        ("Page not found: how a library lost a manuscript", BRIEF),
        ("Access denied", BRIEF),
        ("Just a moment", BRIEF),
        ("Before you continue: what cookie consent means", "Cookies need consent, says the regulator. " + BRIEF),
        ("Hackers attacked the provincial tax office", "Verify you are human, said the page that stole passwords. " + BRIEF),
        ("This domain is for sale: the trade in web addresses", BRIEF),
        ("Why some sites ask you to enable JavaScript", BRIEF),
        ("Sign in", "Log in with your password, and the thief has it. " + BRIEF),
        ("De pagina bestaat niet meer", BRIEF),
        ("Bridge open", BRIEF),
        ("橋が開通", "県は月曜日、三年にわたる工事を終えて川に架かる橋の通行を再開したと発表した。" * 4),
        ("السكة الحديد", "أعلنت المحافظة يوم الاثنين إعادة فتح الجسر فوق النهر بعد ثلاث سنوات من الأعمال التي كلفت اثني عشر مليونا. " * 3),
    ],
)  # fmt: skip
def test_an_article_about_such_pages_and_a_short_one_pass(headline: str, paragraph: str) -> None:
    assert kind(article(headline, paragraph)) is None


@pytest.mark.parametrize("headline", ["Not found", "404", "Access denied", "Cookies", "Login"])
def test_an_article_that_is_called_like_such_a_page_passes_when_it_is_declared_one(headline: str) -> None:
    assert kind(article(headline, BRIEF, head='<meta property="og:type" content="article">')) is None


@pytest.mark.parametrize(
    "extra",
    [
        '<div id="onetrust-banner" class="cookie-consent"><h2>Your privacy</h2><p>We and our partners use cookies. '
        "Do you consent?</p><button>Accept all</button></div>",
        "<div><p>Wir nutzen Cookies. Mit Ihrer Einwilligung verarbeiten wir personenbezogene Daten.</p></div>",
        "<noscript>Please enable JavaScript to use this site.</noscript>",
        '<form><input type="password"><button>Log in</button></form>',
        '<div id="root"></div><script src=/a.js></script><script src=/b.js></script><script src=/c.js></script>',
        '<script src="https://js.vendor.example/challenge-platform/scripts/jsd/main.js"></script>',
    ],
)
def test_an_article_with_a_banner_a_form_or_scripts_passes(extra: str) -> None:
    assert kind(article("Bridge open", BRIEF, extra=extra)) is None


def test_a_live_ticker_a_gallery_and_a_video_pass() -> None:
    ticks = "".join(f"<li><time>12:0{minute}</time> Goal for the home side, 1-{minute}.</li>" for minute in range(9))
    assert kind(page(f"{NAVIGATION}<h1>Live: cup final</h1><ul>{ticks}</ul>", "Live: cup final | The Courier")) is None
    video = "<h1>Bridge opens</h1><video src=/v.mp4></video><p>Watch the first cars cross.</p>"
    assert kind(page(NAVIGATION + video, "Bridge opens | The Courier")) is None
    around = "<noscript>Please enable JavaScript.</noscript><dialog><h2>Log in</h2><input type=password></dialog>"
    assert kind(page(NAVIGATION + video + around, "Bridge opens | The Courier")) is None


CLOUDFLARE = page(
    "<noscript>Enable JavaScript and cookies to continue</noscript><script>window._cf_chl_opt={};</script>",
    "Just a moment...",
)


@pytest.mark.parametrize(
    "body",
    [
        CLOUDFLARE,
        page(
            "<h1>Access Denied</h1>You don't have permission to access \"http&#58;&#47;&#47;courier.example\" on this server."
            "<p>Reference&#32;&#35;18&#46;7c</p><p>https&#58;&#47;&#47;errors.edgesuite.net&#47;18</p>",
            "Access Denied",
        ),
        page('<div id="px-captcha"></div><p>Press & Hold to confirm you are a human</p>', "Access to this page has been denied"),
        page("<script>var dd={'host':'geo.captcha-delivery.com'}</script>", "courier.example"),
        page("<iframe>Request unsuccessful. Incapsula incident ID: 5-8</iframe>"),
        page("<h1>403 Forbidden</h1><hr>nginx", "403 Forbidden"),
        page("<h1>Zugriff verweigert</h1><p>Bitte wenden Sie sich an den Betreiber.</p>", "Zugriff verweigert"),
        page("<h1>Доступ ограничен</h1><p>Подтвердите, что вы не робот.</p>", "Доступ ограничен"),
        page("<p>We have seen unusual traffic from your network. Please verify you are human.</p>", "courier.example"),
        page("<h1>アクセスが拒否されました</h1>", "アクセスが拒否されました"),
    ],
)  # fmt: skip
def test_challenges_and_denials_are_blocks_that_pass(body: bytes) -> None:
    sign = inspect_page(body)
    assert sign is not None
    assert sign.kind == "block-page"
    assert sign.passing
    assert suspicious(body, read_head(body))


def test_a_refusal_with_its_own_status_is_told_from_a_block() -> None:
    assert kind(CLOUDFLARE, 403) == "block-page"
    assert kind(page("<h1>Page not found</h1>", "404"), 404) is None
    assert kind(article("Bridge open", BRIEF), 403) is None


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("The Courier", "Before you continue. We and our 812 partners store cookies and process personal data. Do you consent?"),
        ("Der Kurier", "Mit Werbung weiterlesen: Mit Ihrer Einwilligung nutzen wir und unsere Partner Cookies auf Ihrem Gerät."),
        ("Le Courrier", "Avec votre consentement, nos partenaires et nous utilisons des cookies sur votre appareil pour mesurer."),
        ("De Koerier", "Wij gebruiken cookies om onze website te verbeteren. Daarvoor vragen wij eerst uw toestemming, ook namens partners."),
        ("Kurier", "Cenimy Twoją prywatność. Używamy plików cookies wraz z partnerami i prosimy o zgodę na ich użycie w przeglądarce."),
        ("Il Corriere", "Noi e i nostri partner usiamo i cookie e chiediamo il tuo consenso per trattare dati sul tuo dispositivo ora."),
        ("Kuriren", "Vi och våra partner använder cookies på din enhet för att visa annonser, och ber därför om ditt samtycke nu."),
    ],
)  # fmt: skip
def test_a_page_that_only_asks_for_consent_is_a_wall(title: str, text: str) -> None:
    body = f'<div class="dialog"><p>{text}</p><button>OK</button><button>No</button></div>'
    assert kind(page(body, title)) == "consent-wall"


def test_a_login_form_alone_is_a_wall() -> None:
    form = "<h1>Log in</h1><form><input name=user><input type=password><button>Log in</button></form>"
    assert kind(page(NAVIGATION + form, "Log in | The Courier")) == "login-wall"
    german = "<h2>Bitte melden Sie sich an</h2><form><input type=password><button>Weiter</button></form>"
    assert kind(page(german, "Anmelden – Der Kurier")) == "login-wall"


SHELL = '<noscript>You need to enable JavaScript to run this app.</noscript><div id="root"></div><script src=/a.js></script>'


@pytest.mark.parametrize(
    "body",
    [
        page(SHELL, "The Courier"),
        page('<div id="__next"></div><script id="__NEXT_DATA__">{"props":{"text":"' + BRIEF + '"}}</script>', "Bridge open"),
        page("<p>Bitte aktivieren Sie JavaScript, um diese Seite zu sehen.</p>", "Der Kurier"),
        page("<p>Для работы сайта включите JavaScript в браузере.</p>", "Курьер"),
        page("<div class=skeleton></div><script src=/1.js></script><script src=/2.js></script><script src=/3.js></script>"),
        page('<div id="app"></div>' + "<script>window.state='" + "x" * 200_000 + "'</script>", "Bridge open"),
    ],
)  # fmt: skip
def test_an_empty_shell_needs_javascript(body: bytes) -> None:
    assert kind(body) == "needs-javascript"


def test_a_shell_that_holds_the_article_for_machines_passes() -> None:
    data = '<script type="application/ld+json">{"@type":"NewsArticle","articleBody":"%s"}</script>'
    assert kind(page(SHELL + data % html.escape(BRIEF), "The Courier")) is None
    assert kind(page(SHELL + data % "Too short.", "The Courier")) == "needs-javascript"


def test_a_page_shown_to_readers_without_scripts_passes() -> None:
    text = f"<noscript><h1>Bridge open</h1><p>{BRIEF}</p><p>{BRIEF}</p><p>JavaScript is off.</p></noscript>"
    assert kind(page(text + '<div id="app"></div>', "Bridge open")) is None


@pytest.mark.parametrize(
    "text",
    [
        "This domain is for sale! Make an offer.",
        "Diese Domain steht zum Verkauf.",
        "Deze domeinnaam is te koop",
        "该域名出售",
    ],
)
def test_a_domain_for_sale_is_parked(text: str) -> None:
    assert (
        kind(page(f"<h1>courier.example</h1><p>{text}</p><a href=/x>Related searches</a>", "courier.example"))
        == "parked-domain"
    )


def test_lasting_signs_do_not_pass() -> None:
    assert not PageSign("soft-404", "").passing
    assert not PageSign("needs-javascript", "").passing


def test_many_addresses_with_one_body_are_a_missing_page() -> None:
    assert same_body_sign(0) is None
    assert same_body_sign(3) is None
    sign = same_body_sign(4)
    assert sign is not None
    assert sign.kind == "soft-404"


def test_a_long_page_with_paragraphs_is_not_looked_at() -> None:
    body = article("Bridge open", *[BRIEF] * 80)
    assert not suspicious(body, read_head(body))


def test_pages_in_other_encodings_are_understood() -> None:
    russian = "<html><head><title>Страница не найдена</title></head><body><h1>Страница не найдена</h1></body></html>"
    sign = inspect_page(russian.encode("windows-1251"), "windows-1251")
    assert sign is not None
    assert sign.kind == "soft-404"
    utf_16 = inspect_page(russian.encode("utf-16"), None)
    assert utf_16 is not None


@given(st.binary(max_size=400), st.sampled_from([None, "utf-8", "zlib_codec", "utf-7", "bogus", "idna"]))
def test_any_bytes_are_survived(body: bytes, charset: str | None) -> None:
    suspicious(body, PageHead())
    inspect_page(body, charset)
    inspect_page(b"<html><title>404</title>" + body, charset)


@pytest.mark.parametrize(
    "piece", ["<div>", "<p>x", "<a href=x>y", "page ", "cookie ", "<noscript>", "<div class=consent>", "domain "]
)
def test_hostile_pages_are_done_in_seconds(piece: str) -> None:
    body = page(piece * (1_000_000 // len(piece)))
    started = time.process_time()
    inspect_page(body)
    assert time.process_time() - started < 15
