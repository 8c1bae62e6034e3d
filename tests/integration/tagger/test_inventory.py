"""What the doctor says of annotators: loaded in a process of its own, as a worker loads them."""

from pathlib import Path

import pytest
from copydesk_tagger.adapters.inventory import examine

from copydesk.settings import Settings, TaggerSettings
from tests.unit.tagger.installing import install

pytestmark = pytest.mark.timeout(180)

SHIPS = """
class Ships:
    version, languages, needs, cost = "ships-1", frozenset({"nl", "en"}), frozenset({"harbours"}), 2

    def __init__(self, context):
        self.name = "ships"
        self.fleet = b"x" * 60_000_000

    def annotate(self, document, tags):
        pass


def wrecks(context):
    raise OSError("no model in /models/wrecks")
"""


@pytest.fixture(autouse=True)
def _site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(install(tmp_path / "site", "ships", SHIPS, ships="Ships", wrecks="wrecks")))


async def test_each_annotator_is_named_with_what_it_takes_and_what_is_missing() -> None:
    chosen = TaggerSettings(annotators=["language", "ships", "wrecks"])
    language, ships, wrecks, tagger = await examine(Settings(tagger=chosen))

    assert language.well
    assert language.seen.startswith("language sequences-")
    assert ships.well
    assert ships.seen.startswith("ships ships-1 (ships 1.0): en nl, 2 ms a document, loads 6")
    assert ships.seen.endswith("needs harbours, which does not run")
    assert not wrecks.well
    assert wrecks.seen == "wrecks (ships 1.0) cannot be loaded: OSError: no model in /models/wrecks"
    assert "COPYDESK_TAGGER__ANNOTATORS" in wrecks.mend
    assert tagger.part == "tagger"
    assert "MB of models" in tagger.seen


async def test_an_annotator_that_is_not_installed_is_named() -> None:
    [finding] = await examine(Settings(tagger=TaggerSettings(annotators=["horoscope"])))

    assert not finding.well
    assert "no annotator is named horoscope; there are" in finding.seen
