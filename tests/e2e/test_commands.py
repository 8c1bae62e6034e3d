"""The command line as people and scripts use it: what lands on stdout, what on stderr, and the exit code."""

import json
import os
import subprocess
from typing import NamedTuple

import pytest

from copydesk.testing.processes import COMMAND

pytestmark = [pytest.mark.postgres, pytest.mark.timeout(600)]

DUTCH = """Gemeente sluit veerpont in Oudewater
OUDEWATER (ANP) - De gemeente Oudewater sluit de veerpont over de rivier nog deze maand. De kabel is volgens de burgemeester versleten en een nieuwe is pas in het najaar leverbaar.
Fietsers moeten tot die tijd omrijden via de brug bij Hekendorp. Bewoners van de overkant zijn boos, omdat de school en de huisarts daardoor een half uur verder liggen.
De wethouder belooft een pendelbus. Die rijdt vanaf maandag elk kwartier, ook in het weekend.
Meer uit Binnenland
UTRECHT (ANP) - Het treinverkeer rond Utrecht ligt stil door een defecte bovenleiding. Reizigers moeten rekenen op een uur vertraging.
12 minuten geledenZWOLLE (ANP) - In Zwolle is een winkelcentrum ontruimd nadat een brandmelder was afgegaan. Er bleek niets aan de hand.
2 uur geledenLEIDEN (ANP/AFP) - Onderzoekers uit Leiden hebben een onbekend schilderij gevonden in een museumdepot.
3 uur geleden
"""

ENGLISH = (
    '<!doctype html><html lang="en"><head><title>Lighthouse opens its doors - Bay Courier</title>'
    '<meta property="article:published_time" content="2026-05-04T09:30:00+01:00"></head><body><article>'
    "<h1>Lighthouse opens its doors</h1>"
    "<p>The lighthouse on Gull Point near Bristol will open to visitors on Saturday for the first time in forty years, "
    "the harbour trust said. Volunteers have spent two winters repainting the tower and repairing its spiral stairs.</p>"
    "<p>“We counted 214 steps and replaced sixty of them,” said the trust's chair, Alma Reyes. Tickets cost four pounds, "
    "and children climb for free as long as somebody holds their hand on the way down again.</p></article></body></html>"
)


class Ran(NamedTuple):
    """What a command gave back."""

    code: int
    out: str
    err: str

    @property
    def lines(self):
        return [json.loads(line) for line in self.out.splitlines()]


PATIENT = {"COPYDESK_CLEANER__PAGE_TIMEOUT": "60", "COPYDESK_TAGGER__BUDGET": "60"}
"""A busy machine must not take a page for a hostile one, nor leave a tag out because it took too long."""


def copydesk(*arguments, folder, stdin=None, **environment):
    done = subprocess.run(
        [str(COMMAND), *arguments],
        cwd=folder,
        env={**os.environ, **PATIENT, "COLUMNS": "200", **environment},
        input=stdin,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    return Ran(done.returncode, done.stdout, done.stderr)


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    """A data directory into which three files were imported and taken through."""
    folder = tmp_path_factory.mktemp("desk")
    (folder / "veerpont.txt").write_text(DUTCH, encoding="utf-8")
    (folder / "lighthouse.html").write_text(ENGLISH, encoding="utf-8")
    line = {
        "url": "https://courier.example/moor",
        "language": "de",
        "text": "Torfbahn fährt wieder\n\n"
        + "Die Torfbahn im Teufelsmoor bei Bremen fährt seit Sonntag wieder, sagte der Verein am Montag in Bremen. "
        * 3,
    }
    (folder / "more.jsonl").write_text(json.dumps(line) + "\n", encoding="utf-8")
    imported = copydesk("import", "veerpont.txt", "lighthouse.html", "more.jsonl", "--source", "desk", folder=folder)
    assert imported.code == 0, imported.err
    ran = copydesk("run", "--once", folder=folder)
    assert ran.code == 0, ran.err
    return folder


def test_a_single_round_names_the_sources_that_it_could_not_read(tmp_path):
    (tmp_path / "sources.yaml").write_text(
        "- {name: bay, url: 'http://127.0.0.1:9/', feeds: ['http://127.0.0.1:9/feed']}"
    )
    ran = copydesk("run", "--once", "--services", "crawler", "--sources", "sources.yaml", folder=tmp_path)

    assert ran.code == 0
    assert "bay could not be read: address-loopback; see `copydesk sources check`" in ran.err


def test_a_setting_that_cannot_be_meant_is_named_with_its_value(tmp_path):
    refused = copydesk("sources", "list", folder=tmp_path, COPYDESK_CRAWLER__OBEY_OPT_OUTS="noai,nonsense")

    assert refused.code == 2
    assert "setting COPYDESK_CRAWLER__OBEY_OPT_OUTS is 'nonsense': " in refused.err
    assert "'noarchive'" in refused.err


def test_imported_files_are_stored_clean_and_tagged(desk):
    articles = {row["title"]: row for row in copydesk("export", folder=desk).lines}

    assert set(articles) == {
        "Gemeente sluit veerpont in Oudewater",
        "Lighthouse opens its doors",
        "Torfbahn fährt wieder",
    }
    ferry = articles["Gemeente sluit veerpont in Oudewater"]
    assert ferry["text"].startswith("De gemeente Oudewater sluit")
    assert ferry["text"].endswith("ook in het weekend.")
    assert ferry["agencies"] == ["ANP"]
    assert ferry["dateline"]["place"].casefold() == "oudewater"
    assert {cut["reason"] for cut in ferry["cuts"]} >= {"related-teasers", "dateline"}
    assert ferry["language"]["tag"] == "nl"
    lighthouse = articles["Lighthouse opens its doors"]
    assert lighthouse["published"].startswith("2026-05-04")
    assert lighthouse["countries"][0] == "GB"


def test_importing_the_same_again_changes_nothing(desk):
    before = copydesk("export", folder=desk).out

    assert copydesk("import", "veerpont.txt", "--source", "desk", folder=desk).code == 0
    assert copydesk("run", "--once", folder=desk).code == 0

    assert copydesk("export", folder=desk).out == before


def test_the_funnel_adds_up(desk):
    (row,) = copydesk("funnel", "--json", folder=desk).lines

    assert (row["source"], row["discovered"], row["stored"], row["in_flight"]) == ("desk", 3, 3, 0)
    assert "desk" in copydesk("funnel", folder=desk).out


def test_search_finds_words_and_says_when_it_does_not(desk):
    found = copydesk("search", "lighthouse volunteers", "--json", folder=desk)
    (hit,) = found.lines

    assert "1 of 1" in found.err
    assert hit["title"] == "Lighthouse opens its doors"
    assert copydesk("search", "veerpont", "--language", "nl", "--json", folder=desk).lines
    nothing = copydesk("search", "veerpont", "--language", "de", folder=desk)
    assert (nothing.code, nothing.out) == (0, "")
    assert "nothing found" in nothing.err


def test_tail_reads_a_topic_as_a_person_and_as_json(desk):
    shown = copydesk("tail", "articles.tagged", "--from-beginning", "--limit", "3", folder=desk)
    (first,) = copydesk("tail", "articles.stored", "--from-beginning", "--limit", "1", "--json", folder=desk).lines

    assert shown.code == 0
    assert shown.out.count("ArticleTagged") == 3
    assert "Torfbahn fährt wieder" in shown.out
    assert first["message"]["change"] == "new"
    assert first["envelope"]["type"] == "copydesk.ArticleStored.v1"


def test_tail_to_the_end_stops_where_the_topic_ends(desk):
    assert len(copydesk("tail", "articles.stored", "--to-end", "--json", folder=desk).lines) >= 3
    assert copydesk("tail", "sites.drift", "--to-end", folder=desk) == Ran(0, "", "")


def test_addresses_in_a_lineage_stay_whole_on_a_narrow_terminal(desk):
    shown = copydesk("lineage", "https://courier.example/moor", folder=desk, COLUMNS="20")

    assert "https://courier.example/moor" in shown.out


def test_an_export_is_bounded_by_times_of_storage(desk):
    stored = [row["stored_at"] for row in copydesk("export", folder=desk).lines]

    until = copydesk("export", "--until", stored[-1], folder=desk).lines
    since = copydesk("export", "--since", stored[-1], folder=desk).lines

    assert [row["stored_at"] for row in until + since] == stored
    assert stored[-1] not in {row["stored_at"] for row in until}
    assert "no stored articles like that" in copydesk("export", "--until", "2020-01-01", folder=desk).err


def test_clean_and_tag_work_on_files_alone(desk, tmp_path):
    cleaned = copydesk("clean", str(desk / "veerpont.txt"), str(desk / "lighthouse.html"), folder=tmp_path)

    assert cleaned.code == 0, cleaned.err
    assert [row["title"] for row in cleaned.lines] == [
        "Gemeente sluit veerpont in Oudewater",
        "Lighthouse opens its doors",
    ]
    lines = "".join(json.dumps({"id": str(at), "text": row["text"]}) + "\n" for at, row in enumerate(cleaned.lines))
    tagged = copydesk("tag", "-", folder=tmp_path, stdin=lines)
    assert [(row["id"], row["language"]["tag"]) for row in tagged.lines] == [("0", "nl"), ("1", "en")]
    assert list(tmp_path.iterdir()) == []


def test_dead_letters_are_listed_and_shown(desk):
    assert copydesk("dlq", "list", "--json", folder=desk).out == ""

    unknown = copydesk("dlq", "show", "no-such-id", folder=desk)

    assert unknown.code == 1
    assert "no-such-id" in unknown.err


def test_the_doctor_finds_everything_well(desk):
    checked = copydesk("doctor", "--json", folder=desk)

    assert checked.code == 0, checked.out
    assert {"settings", "broker", "topics", "database", "cleaner", "tagger", "disk"} <= {
        row["part"] for row in checked.lines
    }


def test_the_doctor_says_how_to_mend(tmp_path):
    checked = copydesk(
        "doctor",
        folder=tmp_path,
        COPYDESK_KAFKA__BOOTSTRAP_SERVERS="127.0.0.1:1",
        COPYDESK_POSTGRES__DSN="postgresql://nobody@127.0.0.1:1/none",
    )

    assert checked.code == 1
    assert "127.0.0.1:1 does not answer" in checked.out
    assert "COPYDESK_POSTGRES__DSN" in checked.out


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["import", "nowhere.txt", "--source", "x"], 1, "nowhere.txt: no such file"),
        (["run", "--sources", "nowhere.yaml"], 1, "nowhere.yaml: no such file"),
        (["run", "--services", "cleaner,baker"], 1, "no service is named 'baker'"),
        (["service", "cleaner"], 1, "COPYDESK_KAFKA__BOOTSTRAP_SERVERS"),
        (["tail", "no.such.topic"], 2, "articles.tagged"),
        (["tail", "articles.tagged"], 1, "no embedded log"),
        (["export", "--since", "yesterday"], 2, "--since 'yesterday'"),
        (["export"], 1, "`copydesk run` makes one"),
        (["takedown", "https://a.example/", "--reason", "x", "--dry-run"], 1, "`copydesk run` makes one"),
        (["dlq", "list", "--state", "lost"], 2, "open, retried, dropped and all"),
        (["dlq", "list", "--stage", "baker"], 2, "there are crawler"),
        (["replay", "--stage", "cleaner", "--diff"], 2, "--archive"),
        (["replay", "--stage", "tagger", "--max-changed", "5"], 2, "such as 5%"),
        (["sources", "add", "ftp://a.example/"], 1, "http"),
        (["clean", "nowhere.html"], 1, "nowhere.html"),
        (["import", "page.html"], 2, "--source"),
        (["nonsense"], 2, "nonsense"),
    ],
)
def test_bad_input_is_named_with_the_way_out(tmp_path, arguments, code, says):
    ran = copydesk(*arguments, folder=tmp_path)

    assert (ran.code, ran.out) == (code, "")
    assert says in " ".join(ran.err.split())
    assert "Traceback" not in ran.err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("dsn", "says"),
    [
        ("postgresql://nobody@127.0.0.1:1/none", "COPYDESK_POSTGRES__DSN"),
        ("nonsense", "COPYDESK_POSTGRES__DSN"),
    ],
)
@pytest.mark.parametrize("command", [["funnel"], ["takedown", "https://a.example/", "--reason", "x"]])
def test_a_database_that_does_not_answer_is_named_with_its_setting(tmp_path, command, dsn, says):
    ran = copydesk(*command, folder=tmp_path, COPYDESK_POSTGRES__DSN=dsn)

    assert (ran.code, ran.out) == (1, "")
    assert says in ran.err
    assert "Traceback" not in ran.err


def test_reading_leaves_a_database_of_an_older_version_as_it_is(tmp_path, empty_database):
    ran = copydesk("funnel", folder=tmp_path, COPYDESK_POSTGRES__DSN=empty_database)

    assert (ran.code, ran.out) == (1, "")
    assert "the database is empty" in ran.err
    assert copydesk("migrate", "status", folder=tmp_path, COPYDESK_POSTGRES__DSN=empty_database).code == 1


def test_an_address_that_no_text_can_hold_is_asked_for_like_any_other(desk):
    for command in (["audit"], ["revisions"], ["lineage"], ["takedown", "--reason", "x", "--dry-run"]):
        ran = copydesk(*command, "https://courier.example/\udcff", folder=desk)

        assert ran.code == (0 if command[0] == "takedown" else 1)
        assert "Traceback" not in ran.err


def test_a_bad_setting_is_named(tmp_path):
    ran = copydesk("funnel", folder=tmp_path, COPYDESK_KAFKA__SEND_DEADLINE="soon")

    assert ran.code == 2
    assert "COPYDESK_KAFKA__SEND_DEADLINE" in ran.err


def test_sources_are_added_imported_and_listed(tmp_path):
    (tmp_path / "list.txt").write_text("https://b.example/\nhttps://c.example/\n")

    assert copydesk("sources", "add", "https://a.example/", folder=tmp_path).code == 0
    assert copydesk("sources", "import", "list.txt", folder=tmp_path).code == 0

    assert [row["name"] for row in copydesk("sources", "list", "--json", folder=tmp_path).lines] == [
        "a.example",
        "b.example",
        "c.example",
    ]


def test_schemas_are_exported_and_checked(tmp_path):
    assert copydesk("schemas", "export", "--folder", "out", folder=tmp_path).code == 0
    assert copydesk("schemas", "check", "--folder", "out", folder=tmp_path).code == 0
    (tmp_path / "out" / "asyncapi.yaml").unlink()

    assert copydesk("schemas", "check", "--folder", "out", folder=tmp_path).code == 1


def test_every_command_explains_itself(tmp_path):
    for command in ("demo", "run", "service", "import", "clean", "tag", "funnel", "export", "search", "tail", "doctor"):
        helped = copydesk(command, "--help", folder=tmp_path)
        assert helped.code == 0
        assert "Usage" in helped.out
