"""Reads lists of news sources: YAML (JSON is YAML too), OPML, or plain lines of URLs."""

from collections.abc import Iterable
from pathlib import Path
from urllib.parse import urlsplit
from xml.etree.ElementTree import ParseError

import msgspec
import yaml
from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException

from copydesk.contracts import Source


class SourceListError(ValueError):
    """A list that cannot be read; the text names the file, the entry and the way out."""


def read_source_list(path: Path) -> list[Source]:
    """The sources of a file, in its order; names are made unique from the host where none are given.

    Raises `SourceListError`.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise SourceListError(f"{path}: no such file") from error
    except (OSError, UnicodeDecodeError) as error:
        raise SourceListError(f"{path}: cannot be read as UTF-8 text: {error}") from error
    if text.lstrip().startswith("<"):
        return _unique(_from_opml(path, text), path)
    if _looks_like_lines(text):
        return _unique((source_from_url(line) for line in _lines(text)), path)
    return _unique(_from_yaml(path, text), path)


def source_from_url(url: str, where: str = "") -> Source:
    """A source of which only the URL is known, named after its host. Raises `SourceListError`."""
    return _validated({"url": url}, where or url)


def _lines(text: str) -> Iterable[str]:
    stripped = (line.strip() for line in text.splitlines())
    return [line for line in stripped if line and not line.startswith("#")]


def _looks_like_lines(text: str) -> bool:
    lines = list(_lines(text))
    return bool(lines) and all("://" in line and " " not in line and not line.startswith(("-", "{")) for line in lines)


def _from_yaml(path: Path, text: str) -> Iterable[Source]:
    try:
        held = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise SourceListError(f"{path}: neither YAML, OPML nor lines of URLs: {error}") from error
    entries = held.get("sources") if isinstance(held, dict) else held
    if not isinstance(entries, list) or not entries:
        raise SourceListError(f"{path}: expected a list of sources, such as `- url: https://example.org/`")
    for number, entry in enumerate(entries, 1):
        where = f"{path}: entry {number}"
        yield _validated({"url": entry} if isinstance(entry, str) else entry, where)


def _from_opml(path: Path, text: str) -> Iterable[Source]:
    try:
        root = ElementTree.fromstring(text)
    except (ParseError, DefusedXmlException) as error:
        raise SourceListError(f"{path}: not readable as OPML: {error}") from error
    outlines = [outline for outline in root.iter("outline") if outline.get("xmlUrl")]
    if not outlines:
        raise SourceListError(f"{path}: this OPML has no outline with an xmlUrl")
    for outline in outlines:
        feed = outline.get("xmlUrl", "")
        name = outline.get("title") or outline.get("text")
        entry = {"url": outline.get("htmlUrl") or feed, "feeds": [feed], **({"name": name} if name else {})}
        yield _validated(entry, f"{path}: outline {name or feed}")


def _validated(entry: object, where: str) -> Source:
    if not isinstance(entry, dict) or not isinstance(entry.get("url"), str):
        raise SourceListError(f"{where}: needs a `url`, such as `url: https://example.org/`")
    unknown = sorted(set(entry) - set(Source.__struct_fields__))
    if unknown:
        known = ", ".join(Source.__struct_fields__)
        raise SourceListError(f"{where}: unknown field {', '.join(map(str, unknown))}; known fields: {known}")
    try:
        parts = [urlsplit(url) for url in (entry["url"], *entry.get("feeds", []), *entry.get("sitemaps", []))]
        hosts = [part.hostname for part in parts]
    except (ValueError, TypeError, AttributeError) as error:
        raise SourceListError(f"{where}: not a URL: {error}") from error
    if not all(part.scheme in {"http", "https"} and host for part, host in zip(parts, hosts, strict=True)):
        raise SourceListError(f"{where}: every URL must start with http:// or https:// and name a host")
    port = f":{parts[0].port}" if parts[0].port else ""
    try:
        return msgspec.convert({"name": f"{hosts[0]}{port}", **entry}, Source)
    except msgspec.ValidationError as error:
        raise SourceListError(f"{where}: {error}") from error


def _unique(sources: Iterable[Source], path: Path) -> list[Source]:
    found: dict[str, Source] = {}
    for source in sources:
        if source.name in found:
            raise SourceListError(f"{path}: two sources are named {source.name!r}; give one another `name`")
        found[source.name] = source
    return list(found.values())
