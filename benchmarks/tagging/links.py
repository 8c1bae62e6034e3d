"""People and organisations linked to known ids: `python -m benchmarks.tagging.links [--wrong]`.

links.tsv holds sentences written for this: a language, for each mention in brackets its type and what it means (a
Wikidata id, the name of an entry without one, or - for nobody known), and the sentence. Each is tagged twice: with the
mentions given, as if a tagger of entities had found them all, and without, by known names alone.
"""

import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from copydesk_tagger.adapters.annotators import gazetteer, lexicons
from copydesk_tagger.adapters.knowledge_base import shipped_knowledge_base
from copydesk_tagger.core.document import Document, Tags
from copydesk_tagger.core.linking import LinksAnnotator
from copydesk_tagger.core.places_annotator import PlacesAnnotator

from copydesk.contracts import Entity, EntityType, Language

SENTENCES = Path(__file__).parent / "links.tsv"
_TYPES: dict[str, EntityType] = {"P": "PER", "O": "ORG", "L": "LOC"}
_MENTION = re.compile(r"\[([^]]*)\]")


@dataclass(frozen=True)
class Sentence:
    """A text with its mentions as entities, whose `uri` is what they mean."""

    language: str
    text: str
    mentions: tuple[Entity, ...]


def sentences() -> Iterator[Sentence]:
    by_name = {entry.name: entry.id for entry in shipped_knowledge_base().entries}
    for line in SENTENCES.read_text(encoding="utf-8").splitlines():
        language, golds, marked = line.split("\t")
        mentions, text, end = [], "", 0
        for match, gold in zip(_MENTION.finditer(marked), golds.split(";"), strict=True):
            text += marked[end : match.start()]
            end = match.end()
            known = gold[1:]
            uri = None if known == "-" else by_name[known[1:]] if known[0] == "=" else f"wikidata:{known}"
            start, name = len(text), match.group(1)
            text += name
            mentions.append(Entity(start=start, end=len(text), text=name, type=_TYPES[gold[0]], uri=uri))
        yield Sentence(language, text + marked[end:], tuple(mentions))


def tagged(sentence: Sentence, given: bool, links: LinksAnnotator, places: PlacesAnnotator) -> list[Entity]:
    """The sentence's entities, the places left out."""
    document = Document(text=sentence.text)
    tags = Tags(language=Language(tag=sentence.language, confidence=1.0))
    places.annotate(document, tags)
    if given:
        free = [one for one in tags.entities if not any(_overlap(one, mention) for mention in sentence.mentions)]
        tags.entities = [*free, *(_without_uri(mention) for mention in sentence.mentions)]
    links.annotate(document, tags)
    return [entity for entity in tags.entities if not (entity.uri or "").startswith("geonames:")]


def main() -> None:
    links, places = LinksAnnotator(shipped_knowledge_base()), PlacesAnnotator(gazetteer(), lexicons())
    for given, title in ((True, "mentions given"), (False, "known names alone")):
        counts: dict[str, Counter[str]] = defaultdict(Counter)
        for sentence in sentences():
            found = tagged(sentence, given, links, places)
            for mention, entity in _aligned(sentence.mentions, found):
                verdict = _verdict(mention, entity)
                counts[sentence.language][verdict] += 1
                counts["all"][verdict] += 1
                if "--wrong" in sys.argv and verdict in ("wrong", "missed") and mention is not None:
                    linked = entity.uri if entity else "nobody"
                    print(f"  {verdict}: {sentence.language} {mention.text!r} as {linked} in {sentence.text}")
        _print(title, counts)


def _aligned(mentions: tuple[Entity, ...], found: list[Entity]) -> Iterator[tuple[Entity | None, Entity | None]]:
    """Each mention with the linked entity that overlaps it, and linked entities that overlap none."""
    linked = [entity for entity in found if entity.uri is not None]
    for mention in mentions:
        yield mention, next((entity for entity in linked if _overlap(entity, mention)), None)
    for entity in linked:
        if not any(_overlap(entity, mention) for mention in mentions):
            yield None, entity


def _verdict(mention: Entity | None, entity: Entity | None) -> str:
    if entity is None:
        return "missed" if mention is not None and mention.uri else "left alone"
    if mention is None:
        return "beside"
    return "right" if entity.uri == mention.uri else "wrong"


def _print(title: str, counts: dict[str, Counter[str]]) -> None:
    print(f"\n{title:<20}{'mentions':>9}{'known':>7}{'linked':>8}{'right of linked':>17}{'coverage':>10}{'beside':>8}")
    for language, found in sorted(counts.items(), key=lambda item: (item[0] == "all", item[0])):
        linked = found["right"] + found["wrong"]
        known = found["right"] + found["missed"]
        total = linked + found["missed"] + found["left alone"]
        right = f"{100 * found['right'] / linked:.1f}" if linked else "-"
        coverage = f"{100 * found['right'] / known:.1f}" if known else "-"
        print(f"{language:<20}{total:>9}{known:>7}{linked:>8}{right:>17}{coverage:>10}{found['beside']:>8}")


def _overlap(one: Entity, other: Entity) -> bool:
    return one.start < other.end and other.start < one.end


def _without_uri(mention: Entity) -> Entity:
    return Entity(
        start=mention.start, end=mention.end, text=mention.text, type=mention.type, confidence=0.9, method="given"
    )


if __name__ == "__main__":
    main()
