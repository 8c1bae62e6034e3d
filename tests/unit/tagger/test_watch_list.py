"""What watch lists may hold, what they find, and how their mistakes are told."""

import json
from collections.abc import Callable

import pytest
from copydesk_tagger.core.document import Document, Tags
from copydesk_tagger.core.knowledge_base import KnowledgeBase, Known
from copydesk_tagger.core.linking import LinksAnnotator
from copydesk_tagger.core.linking_words import Words
from copydesk_tagger.core.watch_list import WatchList, WatchListError, read_csv, read_yaml
from copydesk_tagger.core.watch_matching import WatchIndex
from hypothesis import given
from hypothesis import strategies as st

from copydesk.contracts import Entity, Language

LIST = """
entities:
  - id: acme
    name: Acme
    type: ORG
    aliases: {any: [Acme Works], ru: [Акме], zh: [艾克米], ar: [أكمي], ko: [아크미]}
  - id: harbour
    name: Mercury
    type: ORG
    required: [harbour, ships, shipping line]
    forbidden: [planet, thermometer]
  - id: aid
    name: AID
    case_sensitive: true
phrases: [climate levy, "налог на выбросы"]
"""


def yaml(text: str) -> WatchList:
    return read_yaml(text.encode(), "lists/own.yaml", "own")


def found(text: str, language: str = "en", watch_list: str = LIST) -> list[tuple[str, str]]:
    index = WatchIndex([yaml(watch_list)])
    return [(one.entry.id, text[one.start : one.end]) for one in index.find(Words(text), language, text)]


@pytest.mark.parametrize(
    ("language", "text", "name"),
    [
        ("en", "Shares of Acme rose.", "Acme"),
        ("en", "SHARES OF ACME ROSE", "ACME"),
        ("en", "The Acme Works closed.", "Acme Works"),
        ("de", "Acmes Aktie stieg.", "Acmes"),
        ("pl", "Umowa z Acmem wygasa.", "Acmem"),
        ("ru", "Акции Акмы выросли.", "Акмы"),
        ("zh", "艾克米公司表示", "艾克米"),
        ("ar", "قالت الشركة وأكمي إن", "أكمي"),
        ("ko", "회사 아크미는 말했다", "아크미"),
    ],
)
def test_names_are_found_in_every_script_with_endings_and_clitics(language: str, text: str, name: str) -> None:
    assert found(text, language) == [("acme", name)]


def test_aliases_of_a_language_are_not_looked_for_in_another() -> None:
    assert found("Акме и все", "bg") == []


def test_context_words_decide_in_any_form_and_phrases_as_they_stand() -> None:
    assert found("Mercury sent three ships.") == [("harbour", "Mercury")]
    assert found("Mercury, a shipping line, grew.") == [("harbour", "Mercury")]
    assert found("Mercury is hot.") == []
    assert found("Mercury, a planet, passed the ships.") == []


def test_case_sensitive_names_are_found_as_written_alone() -> None:
    assert found("AID gave aid, and Aid too.") == [("aid", "AID")]


def test_phrases_are_found_in_small_letters_and_declined() -> None:
    assert found("A Climate Levy: the climate levy stays.") == [
        ("climate levy", "Climate Levy"),
        ("climate levy", "climate levy"),
    ]
    assert found("О налоге на выбросы спорят.", "ru") == [("налог на выбросы", "налоге на выбросы")]


def test_the_longest_name_wins_and_of_equals_the_earlier_list() -> None:
    first, second = (
        yaml("entities: [{id: a, name: River}]"),
        yaml("entities: [{id: b, name: River}, {id: c, name: River Bank}]"),
    )
    text = "River and River Bank"

    hits = WatchIndex([first, second]).find(Words(text), "en", text)

    assert [(one.entry.id, one.start) for one in hits] == [("a", 0), ("c", 10)]


def test_a_csv_file_says_the_same() -> None:
    rows = "id,name,type,aliases,language,required\nacme,Acme,ORG,Acme Works|Acme Group,,\nacme,,,Акме,ru,\nb,Bell,PER,,,tower"

    watch_list = read_csv(rows.encode("utf-8-sig"), "own.csv", "own")

    assert [(entry.id, entry.type, entry.required) for entry in watch_list.entries] == [
        ("acme", "ORG", ()),
        ("b", "PER", ("tower",)),
    ]
    assert watch_list.entries[0].names["ru"] == ("Акме",)
    assert set(watch_list.entries[0].names[""]) == {"Acme", "Acme Works", "Acme Group"}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("entities:\n  - id: a\n    name: A1\n    typ: ORG\n", "lists/own.yaml, line 4, entities[1].typ: unknown key"),
        (
            "entities:\n  - id: a\n    name: A1\n    type: FIRM\n",
            "line 4, entities[1].type: is 'FIRM'; write one of PER",
        ),
        (
            "entities:\n  - name: Norge\n  - name: no\n",
            "line 3, entities[2].name: must be a text, is False: put it in quotes",
        ),
        ("entities:\n  - id: a\n", "line 2, entities[1].name: is missing"),
        (
            "entities:\n  - {id: a, name: A}\n  - {id: a, name: B}\n",
            "line 3, entities[2].id: 'a' stands here for the second",
        ),
        ("entities:\n  - name: '—'\n", "line 2, entities[1].name: is '—', which no article can hold"),
        ("entities: {a: b}\n", "line 1, entities: must be a list"),
        ("names: []\n", "must hold the key entities"),
        ("entities:\n  - name: [a\n", "line 2: no YAML"),
        ("phrases: [3]\n", "line 1, phrases[1]: must be a text"),
    ],
)
def test_a_mistake_is_told_with_file_line_key_and_way_out(text: str, told: str) -> None:
    with pytest.raises(WatchListError) as raised:
        yaml(text)
    assert told in str(raised.value)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("id,title\n1,A\n", "own.csv, line 1: unknown column 'title'"),
        ("id,type\n1,ORG\n", "own.csv, line 1: the column name is missing"),
        ("id,name,type\n1,A,ORG\n2,B,FIRM\n", "own.csv, line 3, type: is 'FIRM'"),
        ("id,name\n1,A\n,\n,,x\n", "own.csv, line 4: more cells than columns"),
        ("name,case_sensitive\nA,perhaps\n", "own.csv, line 2, case_sensitive: is 'perhaps'; write true or false"),
    ],
)
def test_a_mistake_in_csv_is_told_too(text: str, told: str) -> None:
    with pytest.raises(WatchListError) as raised:
        read_csv(text.encode(), "own.csv", "own")
    assert told in str(raised.value)


@given(st.binary(max_size=200), st.sampled_from([read_yaml, read_csv]))
def test_any_bytes_are_a_list_or_a_mistake_that_names_the_file(
    source: bytes, reader: Callable[[bytes, str, str], WatchList]
) -> None:
    told = "own"
    try:
        reader(source, "own", "own")
    except WatchListError as error:
        told = str(error)

    assert told.startswith("own")


@given(st.lists(st.text("AbcАбв艾克éا", min_size=1, max_size=6), min_size=1, max_size=4), st.sampled_from(" -"))
def test_a_listed_name_is_found_where_it_stands_between_spaces(words: list[str], between: str) -> None:
    name = between.join(words)
    text = f"  {name}  "

    index = WatchIndex([yaml(f"entities: [{{name: {json.dumps(name)}}}]")])

    assert index.find(Words(text), "ru", text)


class Lists:
    def __init__(self, text: str) -> None:
        self.index = WatchIndex([yaml(text)])


def test_watch_lists_win_over_the_knowledge_base_and_hits_in_the_title_are_told() -> None:
    known = Known(id="wikidata:Q1", type="ORG", name="Acme Works", names={"": ["Acme Works"]})
    tags = Tags(language=Language(tag="en", confidence=1.0))
    text = "The Acme Works met the climate levy."
    tags.entities = [Entity(start=4, end=14, text="Acme Works", type="PER", uri="wikidata:Q9", method="given")]

    LinksAnnotator(KnowledgeBase([known], []), Lists(LIST)).annotate(Document(text=text, title="Acme grows"), tags)

    assert [(one.text, one.type, one.uri, one.method) for one in tags.entities] == [
        ("Acme Works", "ORG", "acme", "watch-list")
    ]
    assert [(one.id, one.list, one.text, one.start) for one in tags.watched] == [
        ("acme", "own", "Acme", None),
        ("acme", "own", "Acme Works", 4),
        ("climate levy", "own", "climate levy", 23),
    ]
