"""Pages whose lines have been decided on, for the tests of what shows them."""

from datetime import UTC, datetime

from copydesk_cleaner.core.explanation import Explanation
from copydesk_cleaner.core.page_lines import PageLine

from copydesk.contracts import ArticleCleaned, Part

TEXT = "Новый пешеходный мост открыли в четверг утром. Его строили два года, и стоил он меньше, чем ждали."
HEBREW = "הגשר החדש נפתח ביום חמישי בבוקר"
CHINESE = "新桥星期四早上开通，建了两年。"


def article() -> ArticleCleaned:
    return ArticleCleaned(
        id="a",
        url="https://courier.example/most",
        canonical_url="https://courier.example/most",
        source="clean",
        fetched_at=datetime(2030, 5, 2, 12, tzinfo=UTC),
        content_sha256="0" * 64,
        title="Мост через овраг открыли",
        text=TEXT,
        authors=["Анна Роу"],
        published=datetime(2030, 5, 2, 8, tzinfo=UTC),
        date_notes=["published: no offset given, taken as UTC"],
        parts=[Part(id="b", title="Tunnel closes", text="The tunnel closes.")],
        flags=["replaced-characters"],
        method="blocks",
        confidence=0.93,
    )


def explanation() -> Explanation:
    return Explanation(
        "most.html",
        "https://courier.example/most",
        article(),
        (
            PageLine("Главная", "li", "nav > ul > li", 0.02, "navigation", "classifier"),
            PageLine("Спорт", "li", "nav > ul > li:nth-of-type(2)", 0.31, "navigation", "classifier"),
            PageLine("Мост через овраг открыли", "h1", "h1", 0.41, "title", "the page's title"),
            PageLine(TEXT, "p", "article > p", 0.99, None, "classifier"),
            PageLine(HEBREW, "p", "article > p:nth-of-type(2)", 0.97, None, "classifier"),
            PageLine("Читайте также", "p", ".also", 0.2, "related-link", "site rule: .also"),
            PageLine(CHINESE, "p", "article > p:nth-of-type(3)", 0.95, None, "classifier"),
            PageLine("The tunnel closes.", "p", "section > p", 0.9, None, "classifier", 1),
        ),
    )


HOSTILE = '<script>alert(1)</script><img src=x onerror=alert(2)>\x1b[31m\x00"\' onclick="alert(3)'


def hostile_explanation() -> Explanation:
    """A page that tries to be markup, a template or a terminal's command wherever its text is shown."""
    return Explanation(
        HOSTILE,
        "javascript:alert(4)",
        ArticleCleaned(
            id="a",
            url=HOSTILE,
            canonical_url=HOSTILE,
            source="clean",
            fetched_at=datetime(2030, 5, 2, tzinfo=UTC),
            content_sha256="",
            title=HOSTILE,
            text=HOSTILE,
            subtitle="</title></style></script><b id=evil>",
            authors=[HOSTILE],
            date_notes=[HOSTILE],
            section="{{ 7 * 191 }}",
            flags=[HOSTILE],
            method=HOSTILE,
            parts=[Part(id="b", title=HOSTILE, text="")],
        ),
        (
            PageLine(HOSTILE, HOSTILE, HOSTILE, 0.5, None, HOSTILE),
            PageLine(HOSTILE + "\ud83d\u202e", "p", HOSTILE, 0.5, "furniture", HOSTILE),
            PageLine("</script><script>alert(5)</script>", "p", "p", 0.5, None, "{% raw %}", 1),
        ),
    )
