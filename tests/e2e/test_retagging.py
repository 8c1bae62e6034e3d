"""New models over old articles: first shown, then done."""

import json
import subprocess
from pathlib import Path

import pytest

from .test_commands import copydesk

pytestmark = [pytest.mark.postgres, pytest.mark.timeout(600)]

FERRY = (
    "The ferry from Oslo to Copenhagen will sail twice a day from Monday, the shipping company said in Oslo. Until now "
    "it left in the evening only. Passengers from Norway had asked for a second crossing for many years.\n\n"
    "The harbour of Copenhagen has built a new quay for it, which opens with the first crossing on Monday morning."
)
ZUG = (
    "Der Nachtzug von Wien nach Hamburg hält ab Sonntag wieder in Nürnberg, teilte die Bahn am Freitag in Wien mit. Der "
    "Halt war wegen einer Baustelle zwei Jahre lang entfallen, Reisende mussten in Würzburg umsteigen.\n\n"
    "Auch der Zug am Nachmittag wird nach Angaben des Betreibers vom Sommer an wieder bis Hamburg fahren."
)
FEWER = {"COPYDESK_TAGGER__ANNOTATORS": "default,-keywords"}


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two articles, imported and taken through."""
    folder = tmp_path_factory.mktemp("filled")
    lines = [
        {"url": "https://bay.example/ferry", "language": "en", "text": f"Ferry to sail twice a day\n\n{FERRY}"},
        {"url": "https://bay.example/zug", "language": "de", "text": f"Nachtzug hält wieder in Nürnberg\n\n{ZUG}"},
    ]
    (folder / "news.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    assert copydesk("import", "news.jsonl", "--source", "bay", folder=folder).code == 0
    ran = copydesk("run", "--once", folder=folder)
    assert ran.code == 0, ran.err
    return folder


@pytest.fixture
def desk(filled: Path, tmp_path: Path) -> Path:
    """A copy of it; the database's files belong to another user where tests run as root."""
    subprocess.run(["cp", "-a", f"{filled}/.", str(tmp_path)], check=True)
    return tmp_path


def stored(desk: Path) -> dict[str, dict]:
    return {row["url"]: row for row in copydesk("export", folder=desk).lines}


def test_a_change_of_annotators_is_shown_before_it_is_made(desk: Path) -> None:
    before = stored(desk)
    assert all(row["keywords"] for row in before.values())

    same = copydesk("replay", "--stage", "tagger", "--diff", "--json", folder=desk)
    assert same.code == 0, same.err
    assert [(row["articles"], row["changed"]) for row in same.lines] == [(2, 0)]

    shown = copydesk("replay", "--stage", "tagger", "--diff", folder=desk, **FEWER)
    assert shown.code == 0, shown.err
    assert "Ferry to sail twice a day" in shown.out
    assert "2 of 2 articles would change" in shown.out
    (*articles, sums) = copydesk("replay", "--stage", "tagger", "--diff", "--json", folder=desk, **FEWER).lines
    assert {change["kind"] for row in articles for change in row["changes"]} == {"keywords"}
    lost = sum(len(row["keywords"]) for row in before.values())
    assert sums["kinds"]["keywords"] == {"added": 0, "removed": lost, "changed": 0, "articles": 2}
    assert [(one["maker"], one["after"], one["articles"]) for one in sums["versions"]] == [("keywords", "–", 2)]
    assert stored(desk) == before

    sent = copydesk("replay", "--stage", "tagger", "--language", "de", folder=desk)
    assert "1 articles on backfill.articles.cleaned" in sent.err
    ran = copydesk("run", "--once", folder=desk, **FEWER)
    assert ran.code == 0, ran.err
    after = stored(desk)
    german = after["https://bay.example/zug"]
    assert (german["keywords"], "keywords" in german["models"]) == ([], False)
    assert german["revision"] == before["https://bay.example/zug"]["revision"]
    assert german["text"] == before["https://bay.example/zug"]["text"]
    assert after["https://bay.example/ferry"]["keywords"] == before["https://bay.example/ferry"]["keywords"]


def test_the_topics_serve_where_there_is_no_database(desk: Path) -> None:
    options = ("replay", "--stage", "tagger", "--from-topics", "--limit", "1")
    (article, sums) = copydesk(*options, "--diff", "--json", folder=desk, **FEWER).lines
    assert (article["source"], sums["articles"], sums["changed"]) == ("bay", 1, 1)

    again = copydesk(*options, folder=desk)
    assert "1 articles on backfill.articles.cleaned" in again.err
    tail = ("tail", "backfill.articles.cleaned", "--from-beginning", "--limit", "3", "--json")
    (sent,) = [one for one in copydesk(*tail, folder=desk).lines if one["envelope"]["source"] == "replay"]
    assert sent["message"]["url"] == article["url"]
    assert "keywords" not in sent["message"]
