"""Texts without a date that tell one event, and others that only look like it; all were written for this test."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from copydesk_tagger.adapters.worker import tag_document
from copydesk_tagger.core.document import Document
from copydesk_writer.core.stories import JOIN
from copydesk_writer.core.story_evidence import Keys, Rarities, Telling, likelihood

FETCHED = datetime(2026, 3, 2, tzinfo=UTC)
TEXTS = {
    "accession nl": (
        "Moldavië sluit zich aan bij Europese Unie",
        "De Europese Unie heeft Moldavië toegelaten. De regeringsleiders stemden donderdag in Praag in met de "
        "toetreding van Moldavië.\n\nPresident Maia Sandu sprak in Praag van een keerpunt. Ook Emmanuel Macron en Friedrich "
        "Merz waren naar de top in Tsjechië gekomen. Rusland noemde de stap vijandig. Tijdens de top ging het ook over "
        "de oorlog in Oekraïne; Volodymyr Zelensky sprak de leiders toe.",
    ),
    "accession en": (
        "EU summit: European Union admits Moldova as new member",
        "Moldova is now a member of the European Union. The leaders signed the treaty at their summit in Czech capital "
        "Prague, after two years of negotiations on courts, farms and borders in which Chisinau had to change more than "
        "three hundred laws.\n\nPresident Maia Sandu thanked Emmanuel Macron and Friedrich Merz, who had arrived in Prague on "
        "Wednesday. Volodymyr Zelensky told the summit about the war in Ukraine. Russia protested against the "
        "accession of Moldova.",
    ),
    "visit nl": (
        "Macron belooft Moldavië steun tijdens bezoek van Sandu",
        "Frankrijk wil de banden met Moldavië aanhalen, zei president Emmanuel Macron maandag in Parijs. Hij ontving "
        "daar president Maia Sandu.\n\nZij spraken over handel, over Oekraïne en over de Europese Unie.",
    ),
    "visit en": (
        "Moldovan leader Sandu arrives in Paris for talks",
        "President Maia Sandu of Moldova arrived in Paris on Tuesday for talks with Emmanuel Macron.\n\nThe visit comes "
        "after France promised more trade. Both will speak about Ukraine and the European Union.",
    ),
    "visit silent": (
        "Sandu and Macron meet in Paris",
        "President Maia Sandu of Moldova was received in Paris by Emmanuel Macron.\n\nThey spoke about trade, Ukraine "
        "and the European Union.",
    ),
}


def telling(name: str, number: int) -> Telling:
    title, text = TEXTS[name]
    found = tag_document(Document(text=text, title=title)).story_keys
    assert found is not None
    return Telling(UUID(int=number), FETCHED, False, Keys(found.keys), frozenset(found.headline))


@pytest.mark.parametrize(
    ("one", "other", "one_story"),
    [
        ("accession nl", "accession en", True),
        ("visit nl", "visit en", False),
        ("visit nl", "visit silent", False),
        ("visit en", "visit silent", False),
        ("accession en", "visit en", False),
        ("accession nl", "visit nl", False),
    ],
)
def test_texts_of_one_event_are_told_from_look_alikes(one: str, other: str, *, one_story: bool) -> None:
    assert (likelihood(telling(one, 1), telling(other, 2), Rarities({})) >= JOIN) is one_story
