"""spaCy in the place of our own entities, with pipelines that the test makes."""

from pathlib import Path
from typing import Any

import pytest
from copydesk_tagger.adapters.worker import tag_document
from copydesk_tagger.core.document import Document

from copydesk.settings import TaggerSettings

spacy: Any = pytest.importorskip("spacy")

DUTCH = Document(
    text="🚢 Burgemeester Anna de Wit van Oudewater opende maandag de brug van Rederij Noordzee bij Hekendorp. "
    "De Wit vertelde dat de rivier daar dertig meter breed is."
)


def pipeline(folder: Path, language: str, patterns: dict[str, str]) -> str:
    made = spacy.blank(language)
    made.meta["name"], made.meta["version"] = "bridges", "1.2"
    made.add_pipe("entity_ruler").add_patterns([{"label": label, "pattern": name} for name, label in patterns.items()])
    made.add_pipe("sentencizer")
    made.to_disk(folder / language)
    return str(folder / language)


def settings(**options: str) -> str:
    return TaggerSettings(annotators=["language", "spacy"], options={"spacy": options}).model_dump_json()


def test_a_pipeline_of_the_users_own_fills_entities(tmp_path: Path) -> None:
    labels = {"Anna de Wit": "persName", "Oudewater": "GPE", "Rederij Noordzee": "ORG", "maandag": "DATE"}
    tags = tag_document(DUTCH, settings(nl=pipeline(tmp_path, "nl", labels), confidence="0.7"))

    assert tags.notes == []
    assert [(one.text, one.type) for one in tags.entities] == [
        ("Anna de Wit", "PER"),
        ("Oudewater", "LOC"),
        ("Rederij Noordzee", "ORG"),
    ]
    for one in tags.entities:
        assert DUTCH.text[one.start : one.end] == one.text
        assert (one.method, one.confidence) == ("nl_bridges-1.2", 0.7)
    assert tags.models["entities"] == f"spacy-{spacy.__version__} nl_bridges-1.2"


def test_a_trained_recogniser_is_loaded_with_what_it_rests_on(tmp_path: Path) -> None:
    made = spacy.blank("nl")
    made.add_pipe("ner").add_label("PER")
    made.add_pipe("tok2vec", first=True)
    words = made.make_doc(DUTCH.text)
    start = DUTCH.text.index("Anna")
    marked = {"entities": [(start, start + len("Anna de Wit"), "PER")]}
    example = spacy.training.Example.from_dict(words, marked)
    optimizer = made.initialize(lambda: [example])
    for _ in range(30):
        made.update([example], sgd=optimizer)
    made.to_disk(tmp_path / "trained")
    tags = tag_document(DUTCH, settings(nl=str(tmp_path / "trained")))

    assert ("Anna de Wit", "PER") in [(one.text, one.type) for one in tags.entities]


def test_languages_without_a_pipeline_have_none_unless_there_is_one_for_any(tmp_path: Path) -> None:
    german = Document(
        text="Der Bürgermeister von Hamburg eröffnete am Montag die Brücke über den Fluss mit einer Rede."
    )
    dutch = pipeline(tmp_path, "nl", {"Oudewater": "GPE"})
    alone = tag_document(german, settings(nl=dutch))
    served = tag_document(german, settings(nl=dutch, any=pipeline(tmp_path, "xx", {"Hamburg": "LOC"})))

    assert ("entities" in alone.models, alone.entities) == (False, [])
    assert [one.text for one in served.entities] == ["Hamburg"]


def test_a_pipeline_that_is_not_there_is_named_and_the_article_goes_on() -> None:
    tags = tag_document(DUTCH, settings(nl="nl_core_news_huge"))

    assert tags.language.tag == "nl"
    assert tags.failures == {"spacy": "missing"}
    assert "cannot be loaded: OSError: nl: [E050]" in tags.notes[0]
    assert "nl_core_news_huge" in tags.notes[0]


def test_without_options_and_without_pipelines_it_says_what_to_install() -> None:
    if spacy.util.get_installed_models():
        pytest.skip("pipelines are installed here")
    tags = tag_document(DUTCH, settings())

    assert "no pipeline of spaCy is installed: `python -m spacy download" in tags.notes[0]
