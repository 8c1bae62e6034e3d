"""Countries, places and their mentions, from the gazetteer."""

from collections import defaultdict
from collections.abc import Iterable

from copydesk.contracts import Entity, Place
from copydesk_tagger.core import places, scripts
from copydesk_tagger.core.document import Document, Tags
from copydesk_tagger.core.gazetteer import Gazetteer, Kind, Spot
from copydesk_tagger.core.lexicon import Lexicons
from copydesk_tagger.core.places import Context, Found

_LEAD = 300
"""Code points of the text that say what an article is about."""

_IN_TITLE, _IN_LEAD, _IN_BODY, _IN_DATELINE = 3.0, 2.0, 1.0, 3.0
_OF_COUNTRY = {Kind.COUNTRY: 1.0, Kind.DEMONYM: 0.6, Kind.REGION: 0.5, Kind.CITY: 0.5}
"""What a mention says of its country."""

_TRUSTED = scripts.listed("en nl fr es it pt pl ru uk tr ja")
"""Languages in which about 17 spans in 20 or more were right on annotated news (benchmarks/tagging_dev.py)."""

Weighed = tuple[float, Spot, Kind]
"""What a mention weighs by where it stands, its place, and how the place was named."""


class PlacesAnnotator:
    """Fills `places` and `countries`, the weightiest first, and `entities` of type LOC where they can be trusted."""

    name = "places"
    version = "gazetteer-1"
    languages: frozenset[str] | None = None
    needs: frozenset[str] = frozenset({"language"})
    cost = 3.0

    def __init__(self, gazetteer: Gazetteer, lexicons: Lexicons) -> None:
        self._gazetteer = gazetteer
        self._lexicons = lexicons

    def annotate(self, document: Document, tags: Tags) -> None:
        weighed, found = self.find(document, tags)
        tags.countries = _countries(weighed)
        tags.places = _places(weighed)
        if scripts.primary(tags.language.tag) in _TRUSTED:
            tags.entities.extend(_entities(document.text, found))

    def find(self, document: Document, tags: Tags) -> tuple[list[Weighed], list[Found]]:
        """Every mention with its weight, in dateline, title and text; and those in the text with their offsets."""
        language = tags.language.tag if tags.language.tag != "und" else "en"
        context = Context(scripts.primary(language), self._lexicons.of(language), home=document.country)
        in_title = places.find(document.title, language, self._gazetteer)
        in_text = places.find(document.text, language, self._gazetteer)
        context.survey([*in_title, *in_text])
        origin = places.link(document.dateline_place, context, self._gazetteer) if document.dateline_place else None
        if origin is not None:
            context.countries[origin.country] += 1
        found = places.resolve(document.text, in_text, context)
        weighed = [
            *((_IN_DATELINE, spot, spot.kind) for spot in (origin,) if spot is not None),
            *((_IN_TITLE, one.spot, one.kind) for one in places.resolve(document.title, in_title, context)),
            *((_IN_LEAD if one.start < _LEAD else _IN_BODY, one.spot, one.kind) for one in found),
        ]
        return weighed, found


def _countries(weighed: Iterable[Weighed]) -> list[str]:
    weights: dict[str, float] = defaultdict(float)
    for weight, spot, kind in weighed:
        weights[spot.country] += weight * _OF_COUNTRY[kind]
    return [country for country, _ in sorted(weights.items(), key=lambda item: (-item[1], item[0]))]


def _places(weighed: Iterable[Weighed]) -> list[Place]:
    """Places by weight; salience is the weight as a share of the weightiest place's."""
    weights: dict[Spot, float] = defaultdict(float)
    for weight, spot, kind in weighed:
        if kind is not Kind.DEMONYM:
            weights[spot] += weight
    top = max(weights.values(), default=1.0)
    return [
        Place(
            geonames=spot.geonames,
            name=spot.name,
            country=spot.country,
            lat=spot.latitude,
            lon=spot.longitude,
            salience=round(weight / top, 3),
        )
        for spot, weight in sorted(weights.items(), key=lambda item: (-item[1], item[0].geonames))
    ]


def _entities(text: str, found: Iterable[Found]) -> Iterable[Entity]:
    for one in found:
        if one.kind is not Kind.DEMONYM and one.alone:
            yield Entity(
                start=one.start,
                end=one.end,
                text=text[one.start : one.end],
                type="LOC",
                uri=f"geonames:{one.spot.geonames}",
                confidence=one.confidence,
                method="gazetteer",
            )
