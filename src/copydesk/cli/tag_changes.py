"""What is different between two sets of tags of one article. Pure."""

from collections.abc import Iterator
from typing import Any, Literal, get_args

from copydesk.cli.changes import Change, Compared, list_changes, value_changes
from copydesk.cli.kept import NOTE_OF_TAGGER
from copydesk.contracts import ArticleTagged

Kind = Literal["language", "entities", "watched", "places", "countries", "topics", "keywords", "signature", "notes"]
KINDS: tuple[Kind, ...] = get_args(Kind)


def tag_changes(before: ArticleTagged, after: ArticleTagged) -> list[Change]:
    """Every difference, by kind. Confidence and weight alone are none, nor are fields that were not known before."""
    return sorted(_changes(before, after), key=lambda one: (KINDS.index(one.kind), one.change, one.value))


def compared_tags(before: ArticleTagged, after: ArticleTagged) -> Compared:
    """The article with its changes, and the annotators that are of another version by now."""
    versions = {
        name: (before.models.get(name, "–"), after.models.get(name, "–"))
        for name in before.models.keys() | after.models.keys()
    }
    return Compared(
        id=after.id,
        url=after.url,
        source=after.source,
        title=after.title,
        changes=tag_changes(before, after),
        lengths=(len(before.text), len(after.text)),
        makers={name: pair for name, pair in versions.items() if pair[0] != pair[1]},
    )


def _changes(before: ArticleTagged, after: ArticleTagged) -> Iterator[Change]:
    yield from value_changes("language", before.language.tag, after.language.tag)
    for kind in KINDS[1:]:
        if kind != "signature" or before.minhash:  # the database has signatures, but hands them to nobody
            yield from list_changes(kind, _shown(kind, before), _shown(kind, after))


def _shown(kind: Kind, article: ArticleTagged) -> dict[Any, str]:
    """The tags of a kind by what makes each the same one, as people read them."""
    match kind:
        case "entities":
            return {
                (
                    one.start,
                    one.end,
                ): f"{one.type} {one.text}{f' = {one.uri}' if one.uri else ''} ({one.start}–{one.end})"
                for one in article.entities
            }
        case "watched":
            return {(one.list, one.id, one.start): f"{one.list}: {one.id} {one.text}" for one in article.watched}
        case "places":
            return {one.geonames: f"{one.name}, {one.country} ({one.geonames})" for one in article.places}
        case "topics":
            return {one.code: f"{one.label} ({one.code})" for one in article.topics}
        case "signature":
            return {"": f"{hash(tuple(article.minhash)) & 0xFFFFFFFF:08x}"} if article.minhash else {}
        case "notes":
            return {flag: flag for flag in article.flags if flag.startswith(NOTE_OF_TAGGER)}
        case _:
            return {one: one for one in getattr(article, kind)}
