"""`copydesk clean` as people run it."""

import gzip
import json
from pathlib import Path

import pytest
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
    "arguments", [[], ["a.txt", "b.txt", "--url", "https://courier.example/"], ["--manifest", "none.jsonl"]]
)
def test_wrong_usage(arguments: list[str]) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert "error:" in result.stderr


def test_a_broken_manifest_names_its_line(tmp_path: Path) -> None:
    manifest = tmp_path / "pages.jsonl"
    manifest.write_text('{"id": "a", "url": "https://courier.example/a"}\n')
    result = run("--manifest", str(manifest))
    assert result.exit_code == 2
    assert "pages.jsonl:1" in result.stderr
