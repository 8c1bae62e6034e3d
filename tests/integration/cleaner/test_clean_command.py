"""`copydesk clean` as people run it."""

import gzip
import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
import turbohtml
import typer
from copydesk_cleaner.command import clean
from typer.testing import CliRunner, Result

pytestmark = pytest.mark.timeout(180)

TITLE = "Мост через овраг открыли в четверг"
TEXT = (
    "Новый пешеходный мост открыли в четверг утром. Его строили два года, и стоил он меньше, чем ждали.",
    "Первыми по мосту прошли школьники. Движение машин здесь не планируют, сообщили в управе района.",
    "Следующим летом рядом появится парк с фонтаном. Проект готов, деревья уже заказаны в питомнике.",
)
PAGE = f"<html lang='ru'><body><h1>{TITLE}</h1>{''.join(f'<p>{line}</p>' for line in TEXT)}</body></html>"


def run(*arguments: str) -> Result:
    app = typer.Typer()
    app.command()(clean)
    return CliRunner().invoke(app, list(arguments))


def test_a_manifest_keeps_its_order_ids_and_encodings(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_bytes(PAGE.encode("cp1251"))
    (tmp_path / "b.html.gz").write_bytes(gzip.compress(PAGE.encode()))
    (tmp_path / "c.txt").write_text("\n\n".join([TITLE, *TEXT]), encoding="utf-8")
    lines = [
        {"id": "first", "url": "https://courier.example/a", "path": "a.html", "encoding": "windows-1251"},
        {"id": "missing", "url": "https://courier.example/x", "path": "x.html"},
        {"id": "second", "url": "https://courier.example/b", "path": "b.html.gz"},
        {"id": "third", "url": "https://courier.example/c", "path": "c.txt"},
    ]
    manifest = tmp_path / "pages.jsonl"
    manifest.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    result = run("--manifest", str(manifest), "--jobs", "2")
    articles = [json.loads(line) for line in result.stdout.splitlines()]
    assert [article["id"] for article in articles] == ["first", "second", "third"]
    assert [article["url"] for article in articles] == [line["url"] for line in lines if line["id"] != "missing"]
    assert {article["title"] for article in articles} == {TITLE}
    assert {article["text"] for article in articles} == {"\n\n".join(TEXT)}
    assert result.exit_code == 1
    assert "x.html: no such file" in result.stderr


def test_one_page_with_its_address(tmp_path: Path) -> None:
    page = tmp_path / "page.htm"
    page.write_text(PAGE, encoding="utf-8")
    result = run(str(page), "--url", "https://courier.example/bridge")
    assert result.exit_code == 0
    assert json.loads(result.stdout)["canonical_url"] == "https://courier.example/bridge"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([], "give either files or --manifest"),
        (["a.txt", "--manifest", "none.jsonl"], "give either files or --manifest"),
        (["a.txt", "b.txt", "--url", "https://courier.example/"], "--url is the address of one page"),
        (["--manifest", "none.jsonl"], "none.jsonl: cannot be read"),
        (["a.html", "--rules", "rules.yaml"], "--rules are looked up by the page's address: add --url"),
        (["a.html", "--url", "https://courier.example/a", "--rules", "none.yaml"], "none.yaml: the site rules cannot"),
    ],
)
def test_wrong_usage(arguments: list[str], told: str) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert f"error: {told}" in result.stderr
    assert result.stdout == ""


def test_a_broken_manifest_names_its_line(tmp_path: Path) -> None:
    manifest = tmp_path / "pages.jsonl"
    manifest.write_text('{"id": "a", "url": "https://courier.example/a"}\n')
    result = run("--manifest", str(manifest))
    assert result.exit_code == 2
    assert "pages.jsonl:1" in result.stderr


def test_one_file_that_costs_its_worker_does_not_cost_the_others_theirs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COPYDESK_CLEANER__PAGE_MEMORY_BYTES", "200000000")
    files = [tmp_path / f"{number}.html" for number in range(8)]
    for file in files:
        file.write_text(PAGE, encoding="utf-8")
    bomb = tmp_path / "bomb.html.gz"
    bomb.write_bytes(gzip.compress(bytes(600_000_000), 1))
    result = run(*map(str, [*files[:3], bomb, *files[3:]]))
    assert result.exit_code == 1
    assert [json.loads(line)["url"] for line in result.stdout.splitlines()] == [file.as_uri() for file in files]
    [error] = result.stderr.splitlines()
    assert error.startswith(f"error: {bomb}: the document needed more memory")
    assert "COPYDESK_CLEANER__PAGE_MEMORY_BYTES" in error


ASIDE = "Подписчики нашей вечерней рассылки узнают обо всех новых мостах и парках города первыми."
RULED = PAGE.replace("</body>", f"<div class='promo'><p>{ASIDE}</p></div></body>")
RULES = "courier.example: {title: 'h1', remove: [.promo]}\n"


def written(folder: Path, name: str, content: str) -> Path:
    (folder / name).write_text(content, encoding="utf-8")
    return folder / name


def test_rules_apply_to_the_pages_of_their_sites(tmp_path: Path) -> None:
    rules = written(tmp_path, "rules.yaml", RULES)
    page = written(tmp_path, "page.html", RULED)
    result = run(str(page), "--url", "https://www.courier.example/bridge", "--rules", str(rules))
    article = json.loads(result.stdout)
    assert ASIDE not in article["text"]
    assert [cut["rule"] for cut in article["cuts"] if cut["text"] == ASIDE] == ["site rule: .promo"]
    lines = [{"id": host, "url": f"https://{host}/a", "path": "page.html"} for host in ("courier.example", "b.example")]
    manifest = written(tmp_path, "pages.jsonl", "\n".join(map(json.dumps, lines)))
    result = run("--manifest", str(manifest), "--rules", str(rules))
    ruled = ["site rule" in json.dumps(json.loads(line)["cuts"]) for line in result.stdout.splitlines()]
    assert ruled == [True, False]


def test_broken_rules_name_file_line_and_key(tmp_path: Path) -> None:
    rules = written(tmp_path, "rules.yaml", "courier.example:\n  text: 'p['\n")
    result = run("--manifest", str(written(tmp_path, "pages.jsonl", "")), "--rules", str(rules))
    assert result.exit_code == 2
    assert f"error: {rules}:2: courier.example: text:" in result.stderr


def columns(printed: str) -> tuple[str, str]:
    """The kept and the cut side of what `--explain` prints, line breaks taken out."""
    rows = [line.split("│") for line in printed.splitlines() if "│" in line]
    return " ".join(" ".join(row[0] for row in rows).split()), " ".join(" ".join(row[1] for row in rows).split())


HEBREW = ("הגשר מעל הנחל נפתח", "הגשר החדש מעל הנחל נפתח ביום חמישי בבוקר, כך מסרה העירייה. הבנייה ארכה שנתיים.")


def test_explain_shows_kept_beside_cut_lines_of_pages_and_texts(tmp_path: Path) -> None:
    rules = written(tmp_path, "rules.yaml", RULES)
    page = written(tmp_path, "page.html", RULED)
    result = run(str(page), "--url", "https://courier.example/bridge", "--rules", str(rules), "--explain")
    kept, cut = columns(result.stdout)
    assert " ".join(TEXT) in kept
    assert f"site-boilerplate site rule: .promo {ASIDE}" in cut
    assert "https://courier.example/bridge" in result.stdout
    text = written(tmp_path, "text.txt", "\n\n".join([HEBREW[0], *[HEBREW[1]] * 3, "Share this article"]))
    result = run(str(text), "--explain")
    assert result.exit_code == 0
    kept, cut = columns(result.stdout)
    assert HEBREW[1] in kept
    assert f"title first line {HEBREW[0]}" in cut
    assert "Share this article" in cut
    assert "\x1b[" not in result.stdout
    assert not result.stdout.startswith("{")


def test_a_page_without_text_is_explained_and_counts_as_failed(tmp_path: Path) -> None:
    page = written(tmp_path, "page.html", "<html><body><form><input name='q'></form></body></html>")
    result = run(str(page), "--explain")
    assert result.exit_code == 1
    assert "no main text was found" in result.stdout
    assert f"error: {page}: no main text" in result.stderr


@pytest.mark.parametrize(("no_colour", "coloured"), [("", True), ("1", False)])
def test_colours_in_a_terminal_unless_unwanted(tmp_path: Path, no_colour: str, coloured: bool) -> None:
    page = written(tmp_path, "page.html", RULED)
    environment = os.environ | {"NO_COLOR": no_colour, "TERM": "xterm-256color", "COLUMNS": "120"}
    leader, follower = pty.openpty()
    run_main = "from copydesk.cli import main; main()"
    command = subprocess.Popen(
        [sys.executable, "-c", run_main, "clean", str(page), "--explain"], stdout=follower, env=environment
    )
    os.close(follower)
    printed = b""
    while chunk := _read(leader):
        printed += chunk
    assert command.wait(60) == 0
    assert TEXT[0][:40] in printed.decode()
    assert (b"\x1b[34m" in printed or b"\x1b[1;34m" in printed or b"\x1b[31m" in printed) == coloured


def _read(terminal: int) -> bytes:
    """What the terminal was sent, nothing at its end (which Linux reports as an error)."""
    try:
        return os.read(terminal, 65536)
    except OSError:
        return b""


def test_the_report_holds_every_page_beside_the_articles_printed(tmp_path: Path) -> None:
    page = written(tmp_path, "page.html", RULED)
    text = written(tmp_path, "text.txt", "\n\n".join([HEBREW[0], *[HEBREW[1]] * 3]))
    report = tmp_path / "report.html"
    result = run(str(page), str(text), str(tmp_path / "none.html"), "--html-report", str(report))
    assert result.exit_code == 1
    assert [json.loads(line)["title"] for line in result.stdout.splitlines()] == [TITLE, HEBREW[0]]
    shown = turbohtml.parse(report.read_text(encoding="utf-8"))
    assert [" ".join(heading.text.split()) for heading in shown.select("section h1")] == [TITLE, HEBREW[0]]
    kept = [line.text for line in shown.select(".kept p")]
    assert {*TEXT, HEBREW[1]} <= set(kept)
    assert HEBREW[0] in [line.text for line in shown.select(".cut.r-title p[dir=auto]")]


def test_a_report_that_cannot_be_written_is_named_before_any_work(tmp_path: Path) -> None:
    page = written(tmp_path, "page.html", RULED)
    for report in (tmp_path / "none" / "report.html", tmp_path):
        result = run(str(page), "--html-report", str(report))
        assert result.exit_code == 1
        assert f"error: {report}: the report cannot be written there" in result.stderr
        assert result.stdout == ""
