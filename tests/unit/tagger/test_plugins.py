"""Annotators of other packages: found, chosen, loaded, and what becomes of those that cannot be."""

import tomllib
from pathlib import Path

import pytest
from copydesk_tagger.adapters.plugins import installed, load, unmet
from copydesk_tagger.adapters.worker import tag_document
from copydesk_tagger.core.document import Document

from copydesk.runtime.service import UnusableSettingError
from copydesk.settings import TaggerSettings
from tests.unit.tagger.installing import install

SHIPS = """
class Ships:
    def __init__(self, context, name="ships", needs=frozenset({"language"})):
        self.name, self.needs = name, needs
        self.version, self.languages, self.cost = "ships-1", frozenset({"en", "nl"}), 0.1
        self.fleet = context.option("fleet", "Aurora,Pluvius").split(",")

    def annotate(self, document, tags):
        tags.keywords += [ship for ship in self.fleet if ship in document.text]


def keywords(context):
    return Ships(context, name="keywords")


def early(context):
    return Ships(context, name="early", needs=frozenset({"late"}))


def late(context):
    return Ships(context, name="late", needs=frozenset({"early"}))


def broken(context):
    raise OSError("no model in /models/ships")


class Thing:
    name, version, cost = "thing", 1, 0.1


def thing(context):
    return Thing()
"""
REPORT = Document(text="The Aurora and the Boreas left the harbour on Monday, the port authority said in the evening.")


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    names = dict.fromkeys(["broken", "thing", "early", "late"])
    folder = install(
        tmp_path / "site", "ships", SHIPS, ships="Ships", terms="keywords", **{name: name for name in names}
    )
    monkeypatch.syspath_prepend(str(folder))
    return folder


def settings(*names: str, **options: dict[str, str]) -> TaggerSettings:
    return TaggerSettings(annotators=list(names), options=options)


def test_every_annotator_that_the_project_names_is_installed() -> None:
    project = tomllib.loads((Path(__file__).parents[3] / "pyproject.toml").read_text(encoding="utf-8"))
    named = project["project"]["entry-points"]["copydesk.annotators"]

    assert {name: point.value for name, point in installed().items()} == named, "run `make` or reinstall the checkout"


def test_an_installed_annotator_runs_when_it_is_named(site: Path) -> None:
    chosen = settings("default", "ships", ships={"fleet": "Boreas,Zephyr"}).model_dump_json()
    tags = tag_document(REPORT, chosen)

    assert tags.keywords[-1] == "Boreas"
    assert tags.models["ships"] == "ships-1"
    assert "ships" not in tag_document(REPORT).models


def test_of_two_for_the_same_tags_the_one_that_is_named_runs(site: Path) -> None:
    loaded = load(settings("default", "terms"))

    assert [one.version for one in loaded.annotators if one.name == "keywords"] == ["ships-1"]
    assert loaded.problems == {}


def test_one_may_be_taken_away() -> None:
    names = {one.name for one in load(settings("default", "-keywords", "-places")).annotators}

    assert {"keywords", "places"} & names == set()
    assert {"language", "near_duplicates"} <= names


@pytest.mark.parametrize(
    ("chosen", "said"),
    [
        (
            settings("language", "shops"),
            r"COPYDESK_TAGGER__ANNOTATORS: no annotator is named shops; there are .*places",
        ),
        (settings("default", "-shops"), "no annotator is named shops"),
        (settings("default", shops={"a": "b"}), "COPYDESK_TAGGER__OPTIONS__SHOPS: no annotator is named shops"),
    ],
)
def test_a_name_that_nobody_has_is_refused_with_those_that_there_are(chosen: TaggerSettings, said: str) -> None:
    with pytest.raises(UnusableSettingError, match=said):
        load(chosen)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("broken", "cannot be loaded: OSError: no model in /models/ships"),
        ("thing", "cannot be loaded: TypeError: Thing is no annotator: see version, needs, languages, annotate"),
    ],
)
def test_one_that_cannot_be_loaded_costs_only_its_own_tags(site: Path, name: str, said: str) -> None:
    tags = tag_document(REPORT, settings("language", name).model_dump_json())

    assert set(tags.models) == {"language"}
    assert tags.notes == [f"tagger:{name}: {said}"]
    assert tags.failures == {name: "missing"}


def test_annotators_in_a_circle_do_not_stop_the_others(site: Path) -> None:
    loaded = load(settings("default", "early", "late"))

    assert "early needs late" in loaded.problems["early"]
    assert {"late", "places"} <= {one.name for one in loaded.annotators}
    assert unmet(loaded.annotators)["late"] == ["early"]


def test_another_packages_entry_takes_the_place_of_ours_of_the_same_name(site: Path) -> None:
    install(site, "other_terms", "from ships import keywords\n", keywords="keywords")

    assert {one.version for one in load(settings("default")).annotators if one.name == "keywords"} == {"ships-1"}


def test_two_foreign_packages_with_one_name_are_refused(site: Path) -> None:
    install(site, "more_ships", "from ships import Ships\n", ships="Ships")

    with pytest.raises(UnusableSettingError, match=r"ships comes with both .*ships 1.0.*uninstall one"):
        installed()


def test_the_readmes_example_is_an_annotator(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    readme = (Path(__file__).parents[3] / "services" / "tagger" / "README.md").read_text(encoding="utf-8")
    source = readme.split("```python\n")[1].split("```")[0]
    declared = tomllib.loads(readme.split("```toml\n")[1].split("```")[0])
    [(name, target)] = declared["project"]["entry-points"]["copydesk.annotators"].items()
    folder = install(tmp_path / "site", "example_ships", source, **{name: target.partition(":")[2]})
    monkeypatch.syspath_prepend(str(folder))
    tags = tag_document(REPORT, settings("default", name, ships={"fleet": "Aurora,Boreas"}).model_dump_json())

    assert tags.keywords[-2:] == ["Aurora", "Boreas"]
    assert tags.models["ships"] == "ships-1"
    assert not any(note.startswith("tagger:ships") for note in tags.notes)
