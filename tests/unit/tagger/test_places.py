"""Texts are written for this test."""

import pytest
from copydesk_tagger.adapters.worker import tag_document
from copydesk_tagger.core.document import Document, Tags

from copydesk.contracts import Place

GEORGIA_THE_COUNTRY, GEORGIA_THE_STATE = 614540, 4197000
MOSCOW, MOSCOW_IDAHO = 524901, 5601538
PARIS, PARIS_TEXAS = 2988507, 4717560
KYIV, BELARUS = 703448, 630336


def tags_of(text: str, **fields: str) -> Tags:
    return tag_document(Document(text=text, **fields))


def ids(tags: Tags) -> set[int]:
    return {place.geonames for place in tags.places}


def test_georgia_beside_tbilisi_is_the_country() -> None:
    found = tags_of(
        "Thousands marched through Tbilisi on Sunday. The government of Georgia wants to join the European Union, "
        "the prime minister said after talks in Armenia."
    )

    assert GEORGIA_THE_COUNTRY in ids(found)
    assert GEORGIA_THE_STATE not in ids(found)
    assert found.countries[0] == "GE"


def test_georgia_beside_atlanta_is_the_state() -> None:
    found = tags_of(
        "Farmers in Georgia fear for the peach harvest. Officials in Atlanta said that the frost also reached "
        "Alabama and Florida, as the American weather service had warned."
    )

    assert GEORGIA_THE_STATE in ids(found)
    assert GEORGIA_THE_COUNTRY not in ids(found)
    assert found.countries == ["US"]


def test_moscow_is_the_capital_unless_idaho_is_named() -> None:
    russia = tags_of("The delegation flew to Moscow on Friday for talks about grain, the ministry said.")
    idaho = tags_of("The university in Moscow, Idaho, opened a new library on Friday. Idaho paid half of it.")

    assert MOSCOW in ids(russia)
    assert MOSCOW_IDAHO in ids(idaho)
    assert MOSCOW not in ids(idaho)


def test_paris_is_a_city_in_france_in_texas_or_a_person() -> None:
    france = tags_of("The exhibition in Paris drew half a million visitors, the museum said on Monday.")
    texas = tags_of("A tornado hit Paris, Texas, on Monday. Texas sent helpers at once.")
    person = tags_of("The crowd cheered when Paris Hilton opened the shop on Monday with a short speech.")

    assert PARIS in ids(france)
    assert PARIS_TEXAS in ids(texas)
    assert PARIS not in ids(texas)
    assert not person.places


@pytest.mark.parametrize(
    ("text", "country"),
    [
        ("The Belarusian foreign minister will travel next week, his office said on Monday.", "BY"),
        ("De Belarussische minister van Buitenlandse Zaken reist volgende week, aldus zijn woordvoerder.", "BY"),
        ("Der belarussische Außenminister reist in der kommenden Woche, teilte sein Büro am Montag mit.", "BY"),
        ("Le ministre ukrainien des Affaires étrangères voyagera la semaine prochaine, selon son bureau.", "UA"),
        ("El ministro ruso de Asuntos Exteriores viajará la próxima semana, según su oficina.", "RU"),
        ("Il ministro degli Esteri turco partirà la prossima settimana, ha detto il suo ufficio.", "TR"),
        ("Rosyjski minister spraw zagranicznych wyjedzie w przyszłym tygodniu, poinformowało jego biuro.", "RU"),
        ("Украинский министр иностранных дел отправится в поездку на следующей неделе, сообщили в понедельник.", "UA"),
        ("Польського міністра закордонних справ чекають наступного тижня, повідомили в понеділок.", "PL"),
        ("O ministro chinês das Relações Exteriores viajará na próxima semana, segundo o seu gabinete.", "CN"),
        ("وزير الخارجية الروسي يزور المنطقة الأسبوع المقبل حسب مكتبه يوم الاثنين.", "RU"),
        ("일본과 협상이 서울 밖에서 월요일에 시작됐다고 대변인이 말했다.", "JP"),
        ("德国外交部长下周将出访，他的办公室星期一表示。", "DE"),
    ],
)
def test_demonyms_and_names_give_the_country(text: str, country: str) -> None:
    assert tags_of(text).countries[:1] == [country]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("Президент прибыл в Киев в понедельник, сообщила его пресс-служба.", KYIV),
        ("Переговоры прошли в Москве и продолжались до позднего вечера, сообщил источник.", MOSCOW),
        ("Президент прибув до Києва в понеділок, повідомила його пресслужба.", KYIV),
        ("Prezydent przybył do Moskwy w poniedziałek, poinformowało jego biuro prasowe.", MOSCOW),
        ("De president kwam maandag aan in Moskou, meldde zijn persdienst.", MOSCOW),
        ("Le président est arrivé à Moscou lundi, a indiqué son service de presse.", MOSCOW),
        ("总统星期一抵达莫斯科，他的新闻处表示。", MOSCOW),
        ("وصل الرئيس إلى موسكو يوم الاثنين حسب ما أعلن مكتبه.", MOSCOW),
        ("Başkan pazartesi günü Moskova'da görüşmelere başladı, dedi sözcüsü.", MOSCOW),
    ],
)
def test_cities_are_found_as_each_language_writes_them(text: str, place: int) -> None:
    assert place in ids(tags_of(text))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Der Kanzler reist am Montag nach Essen und spricht dort mit Arbeitern des Stahlwerks.", "Essen"),
        ("Il ministro è arrivato a Roma lunedì sera e ha parlato con i giornalisti.", "Rome"),
        ("The court in Reading heard the case on Monday, and the British press came in numbers.", "Reading"),
    ],
)
def test_a_city_named_like_a_common_word_needs_a_preposition(text: str, name: str) -> None:
    assert [place.name for place in tags_of(text).places if place.name == name]


def test_entities_are_code_points_into_the_text() -> None:
    text = "🎉🎉 Fans gathered in Berlin 🇩🇪 and later in Lisbon, the police said on Sunday evening."
    found = tags_of(text)

    assert [entity.text for entity in found.entities] == ["Berlin", "Lisbon"]
    assert all(text[entity.start : entity.end] == entity.text for entity in found.entities)
    assert all(entity.type == "LOC" and (entity.uri or "").startswith("geonames:") for entity in found.entities)


def test_demonyms_are_no_entities() -> None:
    found = tags_of("The Russian president met his Turkish counterpart on Monday, their offices said.")

    assert found.entities == []
    assert found.countries == ["RU", "TR"]


def test_the_dateline_s_place_counts_although_it_left_the_text() -> None:
    found = tags_of("De ministers spraken tot diep in de nacht over de graanprijzen.", dateline_place="ASTANA")

    assert [(place.name, place.country, place.salience) for place in found.places] == [("Astana", "KZ", 1.0)]
    assert found.countries == ["KZ"]


@pytest.mark.parametrize(
    "text",
    [
        "It was a nice day for reading and a mobile phone lay in the bath of the split house.",
        "Nice weather is coming. Reading helps. Mobile phones are banned. Many agree.",
        "Elizabeth Warren and Jack London were quoted at length by Samuel Jackson in his speech.",
        "The New York Times and the Boston Globe wrote about it, as did many others this week.",
    ],
)
def test_common_words_people_and_papers_are_no_places(text: str) -> None:
    assert tags_of(text).places == []


def test_the_title_outweighs_the_body() -> None:
    found = tags_of(
        "Ministers met on Monday. " * 20 + "Delegates from Norway and from Norway's neighbours came too.",
        title="Belarus signs a treaty with its neighbours",
    )

    assert found.places[0].geonames == BELARUS
    assert [place.salience for place in found.places] == sorted((p.salience for p in found.places), reverse=True)


def test_a_place_has_coordinates_and_a_country() -> None:
    (place,) = tags_of("The trial began in Nairobi on Monday before a packed public gallery.").places

    assert isinstance(place, Place)
    assert place.country == "KE"
    assert place.lat == pytest.approx(-1.28, abs=0.1)
    assert place.lon == pytest.approx(36.82, abs=0.1)


def test_names_in_capitals_are_read() -> None:
    assert KYIV in ids(tags_of("Two people were hurt in KYIV on Sunday night, the mayor wrote."))
