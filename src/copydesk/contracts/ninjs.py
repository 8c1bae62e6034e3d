"""Articles as ninjs 3.1 documents, the IPTC's News in JSON.

Source: the JSON schema of ninjs 3.1, https://www.iptc.org/std/ninjs/ninjs-schema_3.1.json; its names are in camel case
since 3.0. What ninjs has no place for (cuts, offsets of mentions, signatures) is left out.
"""

import html
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from copydesk.contracts.agencies import agencies

_STANDARD = {
    "name": "ninjs",
    "version": "3.1",
    "schema": "http://www.iptc.org/std/ninjs/ninjs-schema_3.1.json#",
}
_MEDIA_TOPICS = "http://cv.iptc.org/newscodes/mediatopic/"
_GEONAMES = "https://sws.geonames.org/{}/"
_WIKIDATA = "http://www.wikidata.org/entity/{}"
_TAGS = {"heading": "h2", "quote": "blockquote"}

Document = dict[str, Any]
Exported = Mapping[str, Any]


def as_ninjs(article: Exported) -> Document:
    """The document of an article as `copydesk export` gives it; properties without a value are absent.

    `uri` names the article, `altIds` its addresses, `associations` its pictures and what it is a copy or a part of.
    `firstCreated` and `versionCreated` are times of storage, `contentCreated` is that of publication. `usageTerms` say
    what is stated of rights, and `representationType` is `partial` for texts behind a wall or without their text.
    """
    language = article["language"]["tag"]
    document = {
        "standard": _STANDARD,
        "uri": _urn(article["id"]),
        "type": "text",
        "representationType": "partial" if article["paywalled"] or not article["text"] else "full",
        "version": str(article["revision"]),
        "firstCreated": _time(article["first_stored_at"]),
        "versionCreated": _time(article["stored_at"]),
        "contentCreated": _time(article["published"]),
        "pubStatus": "usable",
        "language": language if language != "und" else None,
        "title": article["title"],
        "headlines": [
            {"role": role, "contentType": "text/plain", "value": article[field]}
            for role, field in (("main", "title"), ("subtitle", "subtitle"))
            if article[field]
        ],
        "bodies": _bodies(article),
        "by": ", ".join(article["authors"]),
        "located": (article["dateline"] or {}).get("place"),
        "copyrightHolder": article["source"],
        "usageTerms": _usage_terms(article.get("rights") or {}),
        "rightsInfo": _rights_info(article.get("rights") or {}),
        "edNote": ", ".join(article["flags"]),
        "subjects": _subjects(article),
        "people": _named(article["entities"], "PER"),
        "organisations": _named(article["entities"], "ORG"),
        "places": [_place(place) for place in article["places"]],
        "events": [{"id": story["id"], "rel": "story"}] if (story := article["story"]) else [],
        "infoSources": _sources(article),
        "altIds": [
            {"role": "url", "value": article["url"]},
            {"role": "canonicalUrl", "value": article["canonical_url"]},
        ],
        "associations": [*_pictures(article["images"]), *_relatives(article)],
    }
    return _stated(document)


def _bodies(article: Exported) -> list[Document]:
    text = article["text"]
    if not text:
        return []
    counts = {"charCount": len(text), "wordCount": len(text.split())}
    bodies = [{"role": "main", "contentType": "text/plain", **counts, "value": text}]
    if article["blocks"]:
        marked_up = "\n".join(_element(block) for block in article["blocks"])
        bodies.append({"role": "main", "contentType": "text/html", **counts, "value": marked_up})
    return bodies


def _element(block: Mapping[str, str]) -> str:
    escaped = html.escape(block["text"], quote=False)
    if block["kind"] == "list":
        items = "".join(f"<li>{line}</li>" for line in escaped.splitlines())
        return f"<ul>{items}</ul>"
    tag = _TAGS.get(block["kind"], "p")
    lines = escaped.replace("\n", "<br/>")
    return f"<{tag}>{lines}</{tag}>"


def _usage_terms(rights: Exported) -> str:
    """What is stated of rights, as one sentence each."""
    shown = rights.get("display")
    said = [
        f"Licence: {rights['licence']}." if rights.get("licence") else "",
        f"May be shown to readers: {shown}." if shown else "",
        f"The text is to be dropped {days} days after it was stored." if (days := rights.get("retention_days")) else "",
        f"Reserved: {', '.join(reserved)}." if (reserved := rights.get("opt_outs")) else "",
    ]
    return " ".join(filter(None, said))


def _rights_info(rights: Exported) -> Document | None:
    licence = rights.get("licence") or ""
    return {"linkedRights": licence} if _is_address(licence) else None


def _subjects(article: Exported) -> list[Document]:
    topics = [
        {
            "name": topic["label"],
            "rel": "about",
            **_uri_or_literal(topic["code"], {"medtop": lambda code: _MEDIA_TOPICS + code}),
            "creator": topic["method"],
            "confidence": _percent(topic["confidence"]),
        }
        for topic in article["topics"]
    ]
    keywords = [{"name": word, "rel": "keyword", "literal": word} for word in article["keywords"]]
    return [_stated(subject) for subject in (*topics, *keywords)]


def _named(entities: Iterable[Exported], kind: str) -> list[Document]:
    """Those of a type, each once, those that the article is most about first."""
    found: dict[str, Document] = {}
    for entity in sorted(entities, key=lambda one: (-one["salience"], one["start"])):
        if entity["type"] == kind:
            name = entity["name"] or entity["text"]
            known = _uri_or_literal(entity["uri"] or "", {"wikidata": _WIKIDATA.format})
            found.setdefault(entity["uri"] or name, _stated({"name": name, "rel": "mentioned", **known}))
    return list(found.values())


def _place(place: Exported) -> Document:
    return {
        "name": place["name"],
        "rel": "about",
        "uri": _GEONAMES.format(place["geonames"]),
        "geoJSON": {"type": "Point", "coordinates": [place["lon"], place["lat"]]},
    }


def _sources(article: Exported) -> list[Document]:
    known = agencies()
    credited = [
        _stated(
            {
                "name": known[code].name if code in known else code,
                "role": "agency",
                "uri": _WIKIDATA.format(known[code].wikidata) if code in known and known[code].wikidata else None,
                "literal": code,
            }
        )
        for code in article["agencies"]
    ]
    return [{"name": article["source"], "role": "publisher", "literal": article["source"]}, *credited]


def _pictures(images: Sequence[Exported]) -> list[Document]:
    return [
        _stated(
            {
                "name": f"picture-{number}",
                "rel": "picture",
                "uri": image["url"],
                "type": "picture",
                "descriptions": [{"role": "caption", "value": image["caption"]}] if image.get("caption") else [],
                "by": image.get("credit"),
                "renditions": [{"name": "original", "href": image["url"]}],
            }
        )
        for number, image in enumerate(images, 1)
        if _is_address(image["url"])
    ]


def _relatives(article: Exported) -> list[Document]:
    pairs = [("original", "copyOf", article["duplicate_of"]), ("page", "partOf", article["part_of"])]
    pairs += [(part["title"] or "part", "hasPart", part["id"]) for part in article["parts"]]
    return [{"name": name, "rel": rel, "uri": _urn(other), "type": "text"} for name, rel, other in pairs if other]


def _uri_or_literal(identifier: str, schemes: Mapping[str, Callable[[str], str]]) -> Document:
    scheme, _, code = identifier.partition(":")
    if scheme in schemes and code:
        return {"uri": schemes[scheme](code), "literal": identifier}
    return {"literal": identifier}


def _is_address(text: str) -> bool:
    """Whether it can stand where the schema asks for a URI."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc) and not any(map(str.isspace, text))


def _urn(identity: str) -> str:
    return f"urn:uuid:{identity}"


def _percent(confidence: float) -> int:
    return min(100, max(0, round(100 * confidence)))


def _time(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _stated(properties: Document) -> Document:
    return {name: value for name, value in properties.items() if value not in (None, "", [])}
