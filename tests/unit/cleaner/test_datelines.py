"""Datelines as agencies print them, and openings that only look like one."""

import pytest
from copydesk_cleaner.core.agencies import agency_code, agency_codes
from copydesk_cleaner.core.datelines import find_dateline

from copydesk.contracts.agencies import agencies


@pytest.mark.parametrize(
    ("text", "place", "codes"),
    [
        ("OSLO (ANP/DPA/AFP) - De haven", "Oslo", ("ANP", "DPA", "AFP")),
        ("NEW YORK (ANP/BLOOMBERG) - De beurs", "New York", ("ANP", "BLOOMBERG")),
        ("BERLIN, 4. Juli (dpa) - Der Zug", "Berlin", ("DPA",)),
        ("Bonn/Paris (dpa/AFP) – Die Züge", "Bonn/Paris", ("DPA", "AFP")),
        ("Bern, 4. Juli (Keystone-SDA) - Der Rat", "Bern", ("SDA",)),
        ("DAKAR (Reuters) - A port", "Dakar", ("RTR",)),
        ("LYON (AFP) – La gare", "Lyon", ("AFP",)),
        ("LVIV, Ukraine (AP) — The station", "Lviv", ("AP",)),
        ("HARARE, July 4 (Xinhua) -- The river", "Harare", ("XINHUA",)),
        ("(ANSA) - ROMA, 04 LUG - Il treno", "Roma", ("ANSA",)),
        ("Sevilla, 4 jul (EFE).- El puerto", "Sevilla", ("EFE",)),
        ("Brno 4. července (ČTK) - Most", "Brno", ("CTK",)),
        ("Łódź (PAP) - Tramwaj", "Łódź", ("PAP",)),
        ("Тверь. 3 июля. INTERFAX.RU - Мост", "Тверь", ("IFX",)),
        ("ТВЕРЬ, 3 июля. /ТАСС/. Мост", "Тверь", ("TASS",)),
        ("ОДЕССА, 4 июл — РИА Новости. Порт", "Одесса", ("RIA",)),
        ("بيروت (رويترز) - قال", "بيروت", ("RTR",)),
        ("بيروت - رويترز: قال", "بيروت", ("RTR",)),
        ("新华社广州7月4日电 港口", "广州", ("XINHUA",)),
        ("中新网7月4日电 港口", None, ("CNS",)),
        ("【パリ＝共同】港は", "パリ", ("KYODO",)),
        ("［ロンドン ４日 ロイター］ - 港は", "ロンドン", ("RTR",)),
        ("(부산=연합뉴스) 김하늘 기자 = 항구는", "부산", ("YONHAP",)),
        ("GABORONE, Nov 22 — The lake", "Gaborone", ()),
        ("RABAT, Morocco — The lake", "Rabat", ()),
    ],
)
def test_forms(text: str, place: str | None, codes: tuple[str, ...]) -> None:
    found = find_dateline(text)
    assert found is not None
    assert (found.place, found.agencies) == (place, codes)
    assert text.startswith(found.text)
    assert text[found.end :] == text.rsplit(found.text, 1)[1].lstrip()


@pytest.mark.parametrize(
    "text",
    [
        "NATO - the alliance - met.",
        "UPDATE — the train is late.",
        "The council (AFP) - a board of ten - met.",
        "Two men on a pier. (AFP)",
        "London - the city that never ends.",
        "Belarus (SCO) - a new member - signed.",
        "By 1990 - long ago - it was gone.",
        "",
    ],
)
def test_no_dateline(text: str) -> None:
    assert find_dateline(text) is None


def test_the_agency_table_is_sound() -> None:
    table = agencies()
    assert len(table) >= 60
    for agency in table.values():
        assert len(agency.country) == 2
        for printed in (agency.code, agency.name, *agency.forms):
            assert agency_code(printed) == agency.code


def test_a_first_name_is_no_agency() -> None:
    assert (agency_code("Mia"), agency_code("MIA")) == (None, "MIA")


def test_lists_of_agencies() -> None:
    assert agency_codes("dpa, AFP und Reuters") == ["DPA", "AFP", "RTR"]
    assert agency_codes("SCO/NATO") == []
