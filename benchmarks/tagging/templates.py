"""Articles that newsrooms make of templates: alike in their words, different in what they say."""

import random
from collections.abc import Iterator

_COPIES = 12
_TOWNS = [
    "Ostend",
    "Ghent",
    "Lille",
    "Arnhem",
    "Bremen",
    "Turin",
    "Porto",
    "Lublin",
    "Oulu",
    "Bergen",
    "Cork",
    "Leeds",
    "Graz",
    "Basel",
    "Split",
    "Varna",
]
_TEAMS = [
    "Rovers",
    "Wanderers",
    "Athletic",
    "United",
    "Harriers",
    "Albion",
    "Rangers",
    "Borough",
    "Dynamo",
    "Sporting",
    "Union",
    "Racing",
]
_FIRMS = [
    "Velmar",
    "Ostrans",
    "Quintel",
    "Harbourne",
    "Lindqvist",
    "Parvane",
    "Dorrit",
    "Kestrel",
    "Monarda",
    "Tolvane",
    "Brightwell",
    "Sundara",
]
_NAMES = [
    "Okafor",
    "Lindgren",
    "Moreau",
    "Petrov",
    "Haddad",
    "Novak",
    "Silva",
    "Tanaka",
    "Costa",
    "Meyer",
    "Doyle",
    "Jansen",
    "Rossi",
    "Varga",
]
_SKIES = (
    "cloudy with long sunny spells",
    "grey with drizzle from the west",
    "clear after morning fog",
    "wet and windy",
)


def template_articles(seed: int) -> Iterator[tuple[str, list[str]]]:
    """Groups of articles with their language, each group of one template."""
    dice = random.Random(seed)
    for make in (_weather, _match, _shares, _ticker, _wetter, _police):
        yield "de" if make is _wetter else "en", [make(dice) for _ in range(_COPIES)]


def _weather(dice: random.Random) -> str:
    one, other = dice.sample(_TOWNS, 2)
    low = dice.randint(-3, 14)
    return (
        f"{one} will be {dice.choice(_SKIES)} on {_day(dice)}. Temperatures rise from {low} degrees "
        "in the early hours to "
        f"{low + dice.randint(3, 12)} in the afternoon. The wind blows from the {_wind(dice)} at "
        f"{dice.randint(8, 60)} "
        f"kilometres an hour, with gusts of up to {dice.randint(61, 95)}. Towards {other} {dice.randint(1, 22)} "
        f"millimetres of rain are expected until evening. The night brings {dice.randint(-4, 9)} "
        "degrees. The outlook for "
        f"the days after: {dice.choice(_SKIES)}, with highs of {dice.randint(4, 27)} degrees in {one} and "
        f"{dice.randint(4, 27)} in {other}. The water temperature is {dice.randint(5, 20)} degrees."
    )


def _match(dice: random.Random) -> str:
    one, other = dice.sample(_TEAMS, 2)
    hero, second, coach = dice.sample(_NAMES, 3)
    ours, theirs = dice.randint(1, 5), dice.randint(0, 4)
    return (
        f"{one} beat {other} {ours}-{theirs} in front of "
        f"{dice.randint(2, 60)},{dice.randint(100, 999)} spectators on "
        f"{_day(dice)}. {hero} opened the scoring in the {dice.randint(2, 44)}th minute with a "
        f"{_shot(dice)}. {second} "
        f"added another {dice.randint(3, 30)} minutes after the break. {other} had "
        f"{dice.randint(3, 17)} shots on target "
        f'and saw a player sent off in the {dice.randint(50, 90)}th minute. "We deserved it," said '
        f"the coach, {coach}, "
        f"after the final whistle. {one} are now {dice.randint(1, 18)}th with {dice.randint(9, 70)} "
        f"points; {other} "
        f"travel to {dice.choice(_TOWNS)} next week."
    )


def _shares(dice: random.Random) -> str:
    firm, other = dice.sample(_FIRMS, 2)
    return (
        f"Shares in {firm} closed {dice.randint(1, 9)}.{dice.randint(0, 9)} per cent "
        f"{dice.choice(('up', 'down'))} at "
        f"{dice.randint(11, 340)}.{dice.randint(10, 99)} euros on {_day(dice)}. The company "
        "reported quarterly revenue of "
        f"{dice.randint(100, 990)} million euros, compared with {dice.randint(100, 990)} million a "
        "year earlier. Net profit "
        f"came to {dice.randint(5, 95)} million. The chief executive, {dice.choice(_NAMES)}, said orders from "
        f"{dice.choice(_TOWNS)} had developed as planned. Analysts had on average expected "
        f"{dice.randint(5, 95)} million. "
        f"The board proposes a dividend of {dice.randint(1, 4)}.{dice.randint(10, 99)} euros. The "
        f"rival {other} had "
        f"reported figures in the {dice.choice(('week', 'month'))} before."
    )


def _ticker(dice: random.Random) -> str:
    moments = [
        f"{dice.randint(10, 22)}:{dice.randint(10, 59)} {dice.choice(_NAMES)} speaks to reporters in "
        f"{dice.choice(_TOWNS)}. A decision is expected within {dice.randint(2, 48)} hours, a spokesman says."
        for _ in range(9)
    ]
    return "\n\n".join(["We report live from the talks. This page is updated continuously.", *moments])


def _wetter(dice: random.Random) -> str:
    stadt = dice.choice(_TOWNS)
    return (
        f"In {stadt} wird es am {dice.choice(('Montag', 'Dienstag', 'Freitag', 'Samstag'))} "
        f"{dice.choice(('heiter bis wolkig', 'regnerisch', 'sonnig und trocken', 'neblig'))}. Die "
        "Temperaturen steigen "
        f"auf {dice.randint(2, 33)} Grad, nachts sinken sie auf {dice.randint(-5, 15)} Grad. Der Wind weht mit "
        f"{dice.randint(5, 70)} Kilometern pro Stunde aus "
        f"{dice.choice(('Nord', 'Süd', 'West', 'Ost'))}. Es fallen bis zu "
        f"{dice.randint(1, 40)} Liter Regen je Quadratmeter. Die Sonne scheint "
        f"{dice.randint(1, 14)} Stunden. In den Tagen "
        f"danach bleibt es bei Höchstwerten von {dice.randint(2, 33)} Grad, und die Luftfeuchtigkeit liegt bei "
        f"{dice.randint(40, 98)} Prozent."
    )


def _police(dice: random.Random) -> str:
    town, street = dice.choice(_TOWNS), dice.choice(_NAMES)
    return (
        f"A {dice.randint(18, 80)}-year-old cyclist was injured in a collision with a "
        f"{_vehicle(dice)} in {town} on "
        f"{_day(dice)}. The accident happened at {dice.randint(6, 22)}.{dice.randint(10, 59)} at "
        f"the corner of {street} "
        f"Street. An ambulance took the victim to hospital. The {dice.randint(18, 80)}-year-old "
        "driver was not hurt. "
        f"Police put the damage at {dice.randint(2, 30)},000 euros and ask witnesses to call "
        f"{dice.randint(200000, 999999)}."
    )


def _day(dice: random.Random) -> str:
    return dice.choice(("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"))


def _wind(dice: random.Random) -> str:
    return dice.choice(("north", "south-west", "east", "north-west"))


def _shot(dice: random.Random) -> str:
    return dice.choice(("header", "penalty", "long shot", "free kick"))


def _vehicle(dice: random.Random) -> str:
    return dice.choice(("lorry", "tram", "delivery van", "taxi", "bus"))
