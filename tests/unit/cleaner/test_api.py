"""The cleaner as a library: what somebody relies on who has a page and wants its article."""

import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import copydesk_cleaner
import msgspec
import pytest
from copydesk_cleaner import (
    Article,
    CleanerError,
    NoMainTextError,
    RulesError,
    SiteRules,
    UnreadableDocumentError,
    clean,
    load_rules,
)
from copydesk_cleaner.core.ledger import kept_characters, reassemble, tile

URL = "https://courier.example/2030/kustweg"
TITLE = "Kustweg blijft tot het najaar afgesloten"
TEXT = (
    "De kustweg tussen de haven en de vuurtoren blijft tot oktober dicht, zei de gemeente woensdag. Bij de storm van "
    "vorige week is een deel van de dijk onder het wegdek weggespoeld.",
    "Bewoners van de twaalf huizen aan de weg kunnen hun huis te voet bereiken. Voor hun auto’s wordt een weiland bij "
    "het station ingericht, dat ’s nachts verlicht is.",
    "Het herstel kost naar schatting vier miljoen euro. De provincie heeft toegezegd de helft daarvan te betalen.",
)
PAGE = f"""<!doctype html><html lang="nl"><head>
<title>{TITLE} - De Koerier</title><meta name="author" content="Anke de Wit">
<meta property="article:published_time" content="2030-05-02T08:30:00+02:00">
<meta property="og:image" content="/beeld/dijk.jpg"><link rel="canonical" href="/2030/kustweg-dicht"></head><body>
<nav><ul><li><a href="/">Voorpagina</a></li><li><a href="/sport">Sport</a></li></ul></nav>
<article><h1>{TITLE}</h1>{"".join(f"<p>{line}</p>" for line in TEXT)}
<div class="aside"><p>De weersverwachting voor de kust vindt u iedere ochtend om zes uur op onze eigen pagina.</p></div>
</article><footer><p>© De Koerier</p></footer></body></html>"""


def test_a_page_becomes_an_article() -> None:
    article = clean(PAGE, url=URL, rules=SiteRules(remove=(".aside",)))
    assert article.title == TITLE
    assert article.text == "\n\n".join(TEXT)
    assert [block.text for block in article.blocks] == list(TEXT)
    assert article.authors == ("Anke de Wit",)
    assert article.published == datetime.fromisoformat("2030-05-02T08:30:00+02:00")
    assert article.url == "https://courier.example/2030/kustweg-dicht"
    assert [image.url for image in article.images] == ["https://courier.example/beeld/dijk.jpg"]
    assert article.language_hint == "nl"
    assert 0 < article.confidence <= 1
    assert [cut.rule for cut in article.cuts if "weersverwachting" in cut.text] == ["site rule: .aside"]


def test_an_article_is_frozen_and_can_be_written_as_json() -> None:
    article = clean(PAGE, url=URL)
    with pytest.raises(AttributeError):
        article.title = "another"  # type: ignore[misc]
    assert msgspec.json.decode(msgspec.json.encode(article), type=Article) == article


@pytest.mark.parametrize("url", [None, "not an address"])
def test_an_address_is_not_needed(url: str | None) -> None:
    article = clean(PAGE, url=url)
    assert article.title == TITLE
    assert all(image.url.startswith("https://") for image in article.images)


def test_bytes_are_decoded_as_browsers_do_it_and_a_str_is_left_alone() -> None:
    told = PAGE.replace("<head>", '<head><meta charset="windows-1252">')
    for html, encoding in ((told.encode("cp1252"), None), (PAGE.encode("cp1252"), "windows-1252"), (told, None)):
        assert clean(html, url=URL, encoding=encoding).text == clean(PAGE, url=URL).text


def test_no_date_later_than_the_latest_is_believed() -> None:
    assert clean(PAGE, url=URL, latest=datetime(2030, 1, 1, tzinfo=UTC)).published is None


def test_threads_may_call_it_at_once() -> None:
    pages = [PAGE.replace("vier miljoen", f"{count} miljoen") for count in range(12)]
    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(clean, pages)) == [clean(page) for page in pages]


def test_plain_text_has_a_ledger_that_rebuilds_it() -> None:
    source = f"{TITLE}\n\nDEN HELDER (ANP) - {TEXT[0]}\n\n{TEXT[1]}\n\nLees ook\n"
    article = clean(source, content_type="text/plain")
    spans = tile(source, article.cuts)
    assert reassemble(spans) == source
    assert kept_characters(spans) == "".join(article.text.split())
    assert article.agencies == ("ANP",)
    assert article.dateline is not None


def test_another_article_of_the_page_is_a_part() -> None:
    second = (
        "Vuurtoren krijgt een nieuwe lamp",
        "De vuurtoren krijgt in juni een nieuwe lamp, zei de beheerder dinsdag.",
    )
    pages = [(TITLE, *TEXT), (second[0], f"{second[1]} {TEXT[0]}", "De oude lamp gaat naar het museum aan de haven.")]
    source = "\n\n".join(line for title, *rest in pages for line in (title, "Door Anke de Wit", *rest))
    article = clean(source, content_type="text/plain")
    assert article.title == TITLE
    assert article.text == "\n\n".join(TEXT)
    [part] = article.parts
    assert part.title == second[0]
    assert part.text.startswith(second[1])
    assert part.authors == ("Anke de Wit",)
    assert part.parts == ()


def test_a_page_without_an_article_says_what_to_do() -> None:
    with pytest.raises(NoMainTextError, match=r"courier\.example/2030/kustweg: .*SiteRules\(text=") as raised:
        clean("<html><body><form><input name='q'></form></body></html>", url=URL)
    assert isinstance(raised.value, CleanerError)
    with pytest.raises(NoMainTextError, match="the page: "):
        clean("", content_type="text/plain")


def test_a_file_that_is_no_page_is_named() -> None:
    with pytest.raises(UnreadableDocumentError, match=r"courier\.example/2030/kustweg: .*PDF.*turn it into"):
        clean(b"%PDF-1.7\n\x00\x01\x02\x03" * 50, url=URL)
    with pytest.raises(UnreadableDocumentError, match=r"the document: .*PNG"):
        clean(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 9)


def test_rules_come_as_rules_as_a_book_or_as_a_file(tmp_path: Path) -> None:
    path = tmp_path / "rules.yaml"
    path.write_text("courier.example: {title: 'nav li'}\n", encoding="utf-8")
    for rules in (path, str(path), load_rules(path), SiteRules(title="nav li")):
        assert clean(PAGE, url=URL, rules=rules).title == "Voorpagina"
        assert clean(PAGE, url="https://other.example/", rules=load_rules(path)).title == TITLE


def test_rules_that_cannot_be_used_are_refused(tmp_path: Path) -> None:
    with pytest.raises(RulesError, match=r"none\.yaml: .*cannot be read"):
        clean(PAGE, url=URL, rules=tmp_path / "none.yaml")
    with pytest.raises(ValueError, match="no url"):
        clean(PAGE, rules=tmp_path / "none.yaml")


def test_arguments_that_contradict_each_other_are_refused() -> None:
    with pytest.raises(ValueError, match="encoding is 'utf-8'"):
        clean(PAGE, url=URL, encoding="utf-8")
    with pytest.raises(ValueError, match="without offset"):
        clean(PAGE, url=URL, latest=datetime(2030, 1, 1))  # noqa: DTZ001
    with pytest.raises(TypeError, match="html is a NoneType"):
        clean(None)  # type: ignore[arg-type]


def test_importing_it_loads_neither_models_nor_extractors() -> None:
    told = "import sys, copydesk_cleaner; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True).stdout.split()
    assert "copydesk_cleaner.api" in loaded
    heavy = {"lightgbm", "scipy", "numpy", "trafilatura", "readability", "lxml", "babel", "aiokafka", "pebble"}
    assert heavy.isdisjoint(loaded)


def test_the_public_names() -> None:
    assert sorted(copydesk_cleaner.__all__) == [
        "Article",
        "CleanerError",
        "NoMainTextError",
        "RulesError",
        "SiteRuleBook",
        "SiteRules",
        "UnreadableDocumentError",
        "clean",
        "load_rules",
    ]


def test_the_example_in_the_readme_runs(capsys: pytest.CaptureFixture[str]) -> None:
    readme = Path(__file__).parents[3] / "services/cleaner/README.md"
    [example] = re.findall(r"```python\n(.*?)```", readme.read_text(encoding="utf-8"), re.DOTALL)
    exec(example, {"__name__": "example"})
    told = [line.partition("# prints ")[2] for line in example.splitlines() if "# prints " in line]
    assert told
    assert capsys.readouterr().out.splitlines() == told
