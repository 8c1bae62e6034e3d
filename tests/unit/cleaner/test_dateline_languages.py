"""Datelines in the languages of the news, and openings with a city, a dash or an agency that are none."""

import pytest
from copydesk_cleaner.core.datelines import find_dateline
from hypothesis import assume, given, settings
from hypothesis import strategies as st

DATELINES: dict[str, list[tuple[str, str | None, list[str] | None]]] = {
    "en": [
        ("GLASGOW (AP) — The tram stopped.", "Glasgow", ["AP"]),
        ("LISBON, Portugal (AP) — The tram stopped.", "Lisbon", ["AP"]),
        ("CHICAGO, Ill. (AP) — The tram stopped.", "Chicago", ["AP"]),
        ("SPOKANE, Wash. (AP) _ The tram stopped.", "Spokane", ["AP"]),
        ("LONDON/PARIS, July 4 (Reuters) - The tram stopped.", "London/Paris", ["RTR"]),
        ("LONDON/PARIS (Reuters) - The tram stopped.", "London/Paris", ["RTR"]),
        ("ST. LOUIS (AP) — The tram stopped.", "St. Louis", ["AP"]),
        ("WASHINGTON, D.C. (AP) — The tram stopped.", "Washington", ["AP"]),
        ("NAIROBI, Kenya, July 4 (Xinhua) -- The tram stopped.", "Nairobi", ["XINHUA"]),
        ("New Delhi, Jul 4 (PTI) The tram stopped.", "New Delhi", ["PTI"]),
        ("New Delhi [India], July 4 (ANI): The tram stopped.", "New Delhi", ["ANI"]),
        ("Kolkata, July 4 (IANS) The tram stopped.", "Kolkata", ["IANS"]),
        ("KUALA LUMPUR, July 4 (Bernama) -- The tram stopped.", "Kuala Lumpur", ["BERNAMA"]),
        ("SYDNEY, AAP - The tram stopped.", "Sydney", ["AAP"]),
        ("TORONTO — The tram stopped.", "Toronto", []),
        ("MINSK, 4 July (BelTA) – The tram stopped.", "Minsk", ["BELTA"]),
        ("BAKU, Azerbaijan, July 4. The tram stopped.", None, None),
        ("(Reuters) - The tram stopped.", None, ["RTR"]),
        ("ANKARA (AA) - The tram stopped.", "Ankara", ["AA"]),
        ("Tehran, July 4, IRNA - The tram stopped.", "Tehran", ["IRNA"]),
        ("AMMAN, July 4 (Petra) -- The tram stopped.", "Amman", ["PETRA"]),
        ("Manama, July 4 (BNA): The tram stopped.", "Manama", ["BNA"]),
        ("LAGOS (NAN) – The tram stopped.", "Lagos", ["NAN"]),
        ("HANOI, July 4 (VNA) - The tram stopped.", "Hanoi", ["VNA"]),
    ],
    "nl": [
        ("ASTANA (ANP/DPA/AFP) - De tram staat stil.", "Astana", ["ANP", "DPA", "AFP"]),
        ("DEN HAAG (ANP) - De tram staat stil.", "Den Haag", ["ANP"]),
        ("'s-HERTOGENBOSCH (ANP) - De tram staat stil.", "'s-Hertogenbosch", ["ANP"]),
        ("(Belga) De tram staat stil.", None, ["BELGA"]),
        ("BRUSSEL (BELGA/AFP) – De tram staat stil.", "Brussel", ["BELGA", "AFP"]),
        ("UTRECHT (ANP) De tram staat stil.", "Utrecht", ["ANP"]),
    ],
    "de": [
        ("BERLIN, 4. Juli (dpa) - Die Bahn steht.", "Berlin", ["DPA"]),
        ("Berlin (dpa) - Die Bahn steht.", "Berlin", ["DPA"]),
        ("Frankfurt/Main (dpa/tmn) - Die Bahn steht.", "Frankfurt/Main", ["DPA"]),
        ("Berlin (dpa/bb) – Die Bahn steht.", "Berlin", ["DPA"]),
        ("Wien (APA) - Die Bahn steht.", "Wien", ["APA"]),
        ("Bern (awp/sda) - Die Bahn steht.", "Bern", ["AWP", "SDA"]),
        ("Köln (SID) - Die Bahn steht.", "Köln", ["SID"]),
        ("Hannover (epd). Die Bahn steht.", "Hannover", ["EPD"]),
        ("Bad Homburg v. d. Höhe (dpa) - Die Bahn steht.", "Bad Homburg v. d. Höhe", ["DPA"]),
        ("(dpa) - Die Bahn steht.", None, ["DPA"]),
        ("München, 04.07.2024 (KNA) – Die Bahn steht.", "München", ["KNA"]),
        ("BERLIN/MOSKAU (dpa-AFX) - Die Bahn steht.", "Berlin/Moskau", ["DPA-AFX"]),
        ("Wien/Graz, 4. Juli 2024 (APA/dpa) ― Die Bahn steht.", "Wien/Graz", ["APA", "DPA"]),
    ],
    "fr": [
        ("PARIS (AFP) - Le tram est arrêté.", "Paris", ["AFP"]),
        ("Paris, 4 juil 2024 (AFP) - Le tram est arrêté.", "Paris", ["AFP"]),
        ("PARIS, 1er juillet (Reuters) - Le tram est arrêté.", "Paris", ["RTR"]),
        ("ALGER - (APS) - Le tram est arrêté.", "Alger", ["APS"]),
        ("Rabat, 04/07/2024 (MAP) - Le tram est arrêté.", "Rabat", ["MAP"]),
        ("LA ROCHELLE (AFP) — Le tram est arrêté.", "La Rochelle", ["AFP"]),
        ("Genève (ats) – Le tram est arrêté.", "Genève", ["ATS"]),
        ("(AFP) - Le tram est arrêté.", None, ["AFP"]),
        ("TUNIS, 4 juil (TAP) - Le tram est arrêté.", "Tunis", ["TAP"]),
        ("Saint-Étienne (AFP) – Le tram est arrêté.", "Saint-Étienne", ["AFP"]),
        ("DAKAR, 4 juillet (APS) - Le tram est arrêté.", "Dakar", ["APS"]),
        ("MONTRÉAL — Le tram est arrêté.", "Montréal", []),
    ],
    "es": [
        ("Madrid, 4 jul (EFE).- El tranvía paró.", "Madrid", ["EFE"]),
        ("Madrid, 4 jul (EFE).– El tranvía paró.", "Madrid", ["EFE"]),
        ("(EFE).- El tranvía paró.", None, ["EFE"]),
        ("Madrid (EFE).- El tranvía paró.", "Madrid", ["EFE"]),
        ("MADRID, 4 Jul. (EUROPA PRESS) - El tranvía paró.", "Madrid", ["EP"]),
        ("La Habana, 4 jul (Prensa Latina) El tranvía paró.", "La Habana", ["PL"]),
        ("Ciudad de México, 4 jul (EFE).- El tranvía paró.", "Ciudad de México", ["EFE"]),
        ("BUENOS AIRES (AP) — El tranvía paró.", "Buenos Aires", ["AP"]),
        ("Caracas, 4 de julio (AVN).- El tranvía paró.", "Caracas", ["AVN"]),
        ("Lima, jul. 4 (ANDINA).- El tranvía paró.", "Lima", ["ANDINA"]),
        ("San José (Costa Rica), 4 jul (EFE).- El tranvía paró.", "San José", ["EFE"]),
        ("(EFE).- Madrid - El tranvía paró.", "Madrid", ["EFE"]),
    ],
    "pt": [
        ("LISBOA, 3 jul (Lusa) – O bonde parou.", "Lisboa", ["LUSA"]),
        ("Lisboa, 03 jul 2024 (Lusa) — O elétrico parou.", "Lisboa", ["LUSA"]),
        ("São Paulo, 4 jul (EFE).- O bonde parou.", "São Paulo", ["EFE"]),
        ("BRASÍLIA (Reuters) - O bonde parou.", "Brasília", ["RTR"]),
        ("RIO DE JANEIRO, RJ (FOLHAPRESS) - O bonde parou.", "Rio de Janeiro", ["FOLHAPRESS"]),
    ],
    "it": [
        ("PARIGI (ANSA) - Il tram è fermo.", "Parigi", ["ANSA"]),
        ("(ANSA) - ROMA, 04 LUG - Il tram è fermo.", "Roma", ["ANSA"]),
        ("Roma, 4 lug. (askanews) - Il tram è fermo.", "Roma", ["ASKANEWS"]),
        ("Roma, 4 lug. (Adnkronos) - Il tram è fermo.", "Roma", ["ADNKRONOS"]),
        ("AGI - Il tram è fermo.", None, ["AGI"]),
        ("MILANO (ITALPRESS) - Il tram è fermo.", "Milano", ["ITALPRESS"]),
        ("L'AQUILA (ANSA) - Il tram è fermo.", "L'Aquila", ["ANSA"]),
    ],
    "pl": [
        ("WARSZAWA (PAP) – Tramwaj stoi.", "Warszawa", ["PAP"]),
        ("Warszawa, 4.07.2024 (PAP) - Tramwaj stoi.", "Warszawa", ["PAP"]),
        ("Gdańsk, 4 lipca (PAP) – Tramwaj stoi.", "Gdańsk", ["PAP"]),
        ("Kraków (PAP). Tramwaj stoi.", "Kraków", ["PAP"]),
    ],
    "cs": [
        ("Praha 4. července (ČTK) - Tramvaj stojí.", "Praha", ["CTK"]),
        ("Bratislava 4. júla (TASR) - Električka stojí.", "Bratislava", ["TASR"]),
        ("BRATISLAVA (SITA) - Električka stojí.", "Bratislava", ["SITA"]),
    ],
    "south slavic": [
        ("ZAGREB, 4. srpnja (Hina) - Tramvaj stoji.", "Zagreb", ["HINA"]),
        ("BEOGRAD, 4. jula (Tanjug) - Tramvaj stoji.", "Beograd", ["TANJUG"]),
        ("БЕОГРАД, 4. јула (Танјуг) – Трамвај стоји.", "Београд", ["TANJUG"]),
        ("SARAJEVO (FENA) - Tramvaj stoji.", "Sarajevo", ["FENA"]),
        ("Ljubljana, 04. julija (STA) - Tramvaj stoji.", "Ljubljana", ["STA"]),
        ("София, 4 юли (БТА) - Трамваят спря.", "София", ["BTA"]),
        ("Скопје, 4 јули (МИА) - Трамвајот застана.", "Скопје", ["MIA"]),
    ],
    "ru": [
        ("Москва. 3 июля. INTERFAX.RU - Трамвай встал.", "Москва", ["IFX"]),
        ("МОСКВА, 3 июля. /ТАСС/. Трамвай встал.", "Москва", ["TASS"]),
        ("МОСКВА, 3 июл - РИА Новости. Трамвай встал.", "Москва", ["RIA"]),
        ("МОСКВА, 3 июл — РИА Новости, Анна Лебедь. Трамвай встал.", "Москва", ["RIA"]),
        ("Пекин, 3 июля /Синьхуа/ -- Трамвай встал.", "Пекин", ["XINHUA"]),
        ("МИНСК, 3 июля (БелТА) - Трамвай встал.", "Минск", ["BELTA"]),
        ("3 июля, Минск /Корр. БЕЛТА/. Трамвай встал.", "Минск", ["BELTA"]),
        ("САНКТ-ПЕТЕРБУРГ, 3 июля. /ТАСС/. Трамвай встал.", "Санкт-Петербург", ["TASS"]),
        ("Нижний Новгород. 3 июля. ИНТЕРФАКС - Трамвай встал.", "Нижний Новгород", ["IFX"]),
        ("АСТАНА. КАЗИНФОРМ - Трамвай встал.", "Астана", ["KAZINFORM"]),
        ("РОСТОВ-НА-ДОНУ, 3 июля. /ТАСС/. Трамвай встал.", "Ростов-на-Дону", ["TASS"]),
        ("ЛОНДОН (Рейтер) - Трамвай встал.", "Лондон", ["RTR"]),
        ("БИШКЕК, 3 июля — Sputnik. Трамвай встал.", "Бишкек", ["SPUTNIK"]),
    ],
    "uk": [
        ("КИЇВ, 5 липня (Укрінформ) — Трамвай став.", "Київ", ["UKRINFORM"]),
        ("Київ. 5 липня. ІНТЕРФАКС-УКРАЇНА - Трамвай став.", "Київ", ["IFX-UKRAINE"]),
        ("ХАРКІВ, 5 липня (УНІАН) – Трамвай став.", "Харків", ["UNIAN"]),
        ("Київ. 5 липня. УНН. Трамвай став.", "Київ", ["UNN"]),
    ],
    "ar": [
        ("كييف (رويترز) - توقف الترام.", "كييف", ["RTR"]),
        ("القاهرة - أ ش أ: توقف الترام.", "القاهرة", ["MENA"]),
        ("باريس (أ ف ب) – توقف الترام.", "باريس", ["AFP"]),
        ("باريس - (أ ف ب) - توقف الترام.", "باريس", ["AFP"]),
        ("دبي - رويترز - توقف الترام.", "دبي", ["RTR"]),
        ("الرياض 4 يوليو 2024 (واس) - توقف الترام.", "الرياض", ["SPA"]),
        ("بكين 4 يوليو 2024 (شينخوا) توقف الترام.", "بكين", ["XINHUA"]),
        ("بكين 4 يوليو (شينخوا) -- توقف الترام.", "بكين", ["XINHUA"]),
        ("الكويت في 4 يوليو / كونا / توقف الترام.", "الكويت", ["KUNA"]),
        ("رام الله 4-7-2024 وفا- توقف الترام.", "رام الله", ["WAFA"]),
        ("بيروت / الأناضول - توقف الترام.", "بيروت", ["AA"]),
        ("(د ب أ) - توقف الترام.", None, ["DPA"]),
    ],
    "fa": [
        ("تهران - ایرنا - تراموا ایستاد.", "تهران", ["IRNA"]),
        ("تهران (ایرنا) - تراموا ایستاد.", "تهران", ["IRNA"]),
        ("تهران - ایسنا - تراموا ایستاد.", "تهران", ["ISNA"]),
    ],
    "tr": [
        ("İSTANBUL (AA) - Tramvay durdu.", "İstanbul", ["AA"]),
        ("ANKARA-AA - Tramvay durdu.", "Ankara", ["AA"]),
        ("İZMİR (DHA) - Tramvay durdu.", "İzmir", ["DHA"]),
        ("ANKARA (İHA) - Tramvay durdu.", "Ankara", ["IHA"]),
    ],
    "zh": [
        ("新华社北京7月4日电 电车停运。", "北京", ["XINHUA"]),
        ("新华社北京7月4日电（记者王海、李江）电车停运。", "北京", ["XINHUA"]),
        ("中新社上海7月4日电 电车停运。", "上海", ["CNS"]),
        ("中新网北京7月4日电 (记者 王海)电车停运。", "北京", ["CNS"]),
        ("【新华社北京7月4日电】电车停运。", "北京", ["XINHUA"]),
        ("新华网莫斯科7月4日电（记者王海）电车停运。", "莫斯科", ["XINHUA"]),
        ("新華社北京7月4日電 電車停駛。", "北京", ["XINHUA"]),
        ("（中央社記者林小河台北4日電）電車停駛。", "台北", ["CNA"]),
        ("（中央社台北4日電）電車停駛。", "台北", ["CNA"]),
        ("（法新社巴黎4日电）电车停运。", "巴黎", ["AFP"]),
        ("路透社伦敦7月4日电 电车停运。", "伦敦", ["RTR"]),
        ("据新华社北京7月4日电 电车停运。", "北京", ["XINHUA"]),
    ],
    "ja": [
        ("【パリ＝共同】電車が止まった。", "パリ", ["KYODO"]),
        ("【ロンドン時事】電車が止まった。", "ロンドン", ["JIJI"]),
        ("【ロンドン＝時事】電車が止まった。", "ロンドン", ["JIJI"]),
        ("［ロンドン ４日 ロイター］ - 電車が止まった。", "ロンドン", ["RTR"]),
        ("[パリ 4日 ロイター] - 電車が止まった。", "パリ", ["RTR"]),
        ("【7月4日 AFP】電車が止まった。", None, ["AFP"]),
        ("【ソウル聯合ニュース】電車が止まった。", "ソウル", ["YONHAP"]),
    ],
    "ko": [
        ("(서울=연합뉴스) 김하늘 기자 = 전차가 멈췄다.", "서울", ["YONHAP"]),
        ("【서울=뉴시스】 김하늘 기자 = 전차가 멈췄다.", "서울", ["NEWSIS"]),
        ("[서울=뉴시스]김하늘 기자 = 전차가 멈췄다.", "서울", ["NEWSIS"]),
        ("(파리=AFP) 전차가 멈췄다.", "파리", ["AFP"]),
    ],
    "north": [
        ("STOCKHOLM (TT) - Spårvagnen står.", "Stockholm", ["TT"]),
        ("OSLO (NTB): Trikken står.", "Oslo", ["NTB"]),
        ("KØBENHAVN (Ritzau) - Sporvognen holder.", "København", ["RITZAU"]),
        ("HELSINKI (STT) - Raitiovaunu seisoo.", "Helsinki", ["STT"]),
        ("Vilnius, liepos 4 d. (BNS). Tramvajus stovi.", "Vilnius", ["BNS"]),
        ("RĪGA, 4. jūl., LETA. Tramvajs stāv.", "Rīga", ["LETA"]),
    ],
    "others": [
        ("Budapest, 2024. július 4., csütörtök (MTI) - A villamos áll.", "Budapest", ["MTI"]),
        ("Budapest (MTI) - A villamos áll.", "Budapest", ["MTI"]),
        ("BUCUREȘTI (Agerpres) - Tramvaiul stă.", "București", ["AGERPRES"]),
        ("TIRANË, 4 korrik /ATSH/ - Tramvaji ndaloi.", "Tiranë", ["ATA"]),
        ("Hà Nội (TTXVN) - Tàu điện dừng.", "Hà Nội", ["VNA"]),
        ("Jakarta (ANTARA) - Trem berhenti.", "Jakarta", ["ANTARA"]),
        ("KUALA LUMPUR, 4 Julai (Bernama) -- Trem berhenti.", "Kuala Lumpur", ["BERNAMA"]),
        ("ΑΘΗΝΑ (ΑΠΕ-ΜΠΕ) - Το τραμ σταμάτησε.", "Αθηνα", ["ANA"]),
        ("नई दिल्ली, 4 जुलाई (भाषा) ट्राम रुकी।", "नई दिल्ली", ["PTI"]),
        ("नई दिल्ली, 4 जुलाई (आईएएनएस)। ट्राम रुकी।", "नई दिल्ली", ["IANS"]),
        ("BAKI, 4 iyul, AZƏRTAC - Tramvay dayandı.", "Baki", ["AZERTAC"]),
        ("ירושלים (רויטרס) - הרכבת עמדה.", "ירושלים", ["RTR"]),
    ],
}  # fmt: skip

PLAIN = [
    "London has stopped its trams.",
    "London - and Paris as well - stopped its trams.",
    "London (and Paris) stopped the trams - again.",
    "London, Paris and Rome stopped their trams.",
    "Paris, 4 July - that was the day.",
    "Berlin (das war 1990) - eine Stadt im Umbruch.",
    "Berlin: Die Bahn steht.",
    "Berlin ist laut dpa still.",
    "Berlin will (so die dpa) sparen - und zwar bald.",
    "Reuters reported on Tuesday that the tram had stopped.",
    "The AP - founded in 1846 - has many offices.",
    "AFP and Reuters said - in a joint note - that they agree.",
    "A tram in Lisbon on Tuesday. (AFP)",
    "A tram in Lisbon. Photo: Ana Lund (AFP) - July 4",
    "Passengers wait for a tram in Glasgow (AP)",
    "Ana Lund/AFP",
    "(AFP)",
    "Foto: dpa",
    "Ana Lund (dpa)",
    "By Ana Lund, AP",
    "By ANA LUND - AP",
    "NATO (AP) said",
    "BREAKING - The tram stopped.",
    "LIVE — The tram stopped.",
    "VIDEO - Le tram est arrêté.",
    "ENQUÊTE - Le tram est arrêté.",
    "UPDATE 2 - The tram stopped.",
    "COVID-19 — The tram stopped.",
    "UNICEF — the children's fund — met.",
    "EU - China talks begin.",
    "USA - Iran: talks begin.",
    "Der Minister (SPD) - er ist neu - kam.",
    "Die Abgeordnete Lena Wald (CDU) - sie ist neu - kam.",
    "Senator Ann Lake (D) - she is new - came.",
    "Belarus (SCO) - the new member - signed.",
    "Het Parool (AMSTERDAM) - een krant - bestaat.",
    "De tram (lijn 2) - de langste - staat stil.",
    "Le tram (AFP) - ligne 2 - est arrêté.",
    "El tranvía de Madrid, 4 julio, paró.",
    "Madrid, 4 de julio de 2024: el tranvía paró.",
    "Rzym, Paryż i Berlin - trzy stolice - milczą.",
    "Москва, 3 июля был дождь.",
    "Москва — столица России.",
    "Москва, по данным ТАСС, готовится к празднику.",
    "Київ — столиця України.",
    "МОСКВА — столица России.",
    "القاهرة عاصمة مصر - وأكبر مدنها.",
    "قالت رويترز - نقلا عن مصدر - إن الترام توقف.",
    "北京7月4日下了雨。",
    "新华社是中国的通讯社。",
    "新华社报道，电车停运。",
    "据新华社7月4日报道，电车停运。",
    "東京（共同通信の本社がある）は首都だ。",
    "서울은 한국의 수도이다 - 크다.",
    "Istanbul - AA bataryaları gibi - durdu.",
    "Stockholm är TT:s hemort.",
    "Roma, città eterna (ANSA lo conferma), è ferma.",
    "Il premier: \"Roma (ANSA) - basta\".",
    "4 juli - De tram staat stil.",
    "",
    "-",
    "()",
    "(AFP) -",
]  # fmt: skip

PRINTED = [
    pytest.param(*row, id=f"{language}-{number}")
    for language, rows in DATELINES.items()
    for number, row in enumerate(rows)
]


@pytest.mark.parametrize(("text", "place", "agencies"), PRINTED)
def test_a_dateline_is_read(text: str, place: str | None, agencies: list[str] | None) -> None:
    found = find_dateline(text)

    if agencies is None:
        assert found is None
    else:
        assert found is not None
        assert (found.place, list(found.agencies)) == (place, agencies)


@pytest.mark.parametrize("text", PLAIN)
def test_a_sentence_that_begins_with_a_city_or_names_an_agency_is_left_whole(text: str) -> None:
    assert find_dateline(text) is None


PLACES = st.sampled_from(["Oslo", "LYON", "São Paulo", "Харків", "القاهرة", "Łódź", "LONDON/PARIS", "New York"])
AGENCIES = st.sampled_from(["AP", "dpa", "Reuters", "ТАСС", "رويترز", "Укрінформ", "PAP/AFP"])
DASHES = st.sampled_from(["-", "–", "—", "--", "―"])


@settings(deadline=None)
@given(PLACES, AGENCIES, DASHES, st.text(min_size=1, max_size=60))
def test_the_story_after_a_dateline_is_kept_to_the_letter(place: str, agency: str, dash: str, story: str) -> None:
    assume(not story[0].isspace() and story[0] not in "-–—―‑_")
    assume(not next((letter for letter in story if letter.isalnum()), "a").isdigit())  # a result, a date, a telephone
    found = find_dateline(f"{place} ({agency}) {dash} {story}")

    assert found is not None
    assert f"{place} ({agency}) {dash} {story}"[found.end :] == story


@settings(deadline=None)
@given(st.text(max_size=200))
def test_a_dateline_never_takes_the_whole_text(text: str) -> None:
    found = find_dateline(text)

    assert found is None or (0 < found.end < len(text) and text.startswith(found.text))


@settings(deadline=None)
@given(
    PLACES,
    st.sampled_from(["has", "will", "und", "est", "стала", "قالت", "jest"]),
    st.text(alphabet="abc дж", max_size=40),
)
def test_a_sentence_that_begins_with_a_city_is_no_dateline(place: str, verb: str, rest: str) -> None:
    assert find_dateline(f"{place} {verb} {rest}.") is None
