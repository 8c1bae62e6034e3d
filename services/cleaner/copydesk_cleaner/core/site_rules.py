"""Rules that people write for one site: where its text, title and date stand, and what goes before anything is read."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Annotated
from urllib.parse import urlsplit

import idna
import turbohtml
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, model_validator
from turbohtml import Document, Element, Node

from copydesk_cleaner.core.page_lines import PageLine

_XPATH_MARK = "xpath:"
_PROBE = "<html><head><title>t</title></head><body><p class='a' id='a'>a <a href='/'>b</a></p></body></html>"
_STRINGS = re.compile(r"\"[^\"]*\"|'[^']*'")
_CALLS = re.compile(r"([\w:.-]+)\s*\(")
_OPERATORS = frozenset({"and", "or", "div", "mod"})
_ENDS_IN_STRINGS = re.compile(r"(?:\btext\(\)|@[\w:*-]+)\s*$")
_HOST = re.compile(
    r"(?=.{1,253}$)[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?)*"
)


class SelectorError(ValueError):
    """A selector that cannot be used; the text says why and how to write it."""


def is_xpath(selector: str) -> bool:
    """XPath starts with `/`, `(`, `./`, or says so with `xpath:`; everything else is CSS, which can begin with none."""
    return selector.startswith(("/", "(", "./", _XPATH_MARK))


def _found(root: Document, selector: str) -> list[Node | str]:
    """What a selector finds, in page order. Raises `ValueError` for one that cannot be compiled or run."""
    if not is_xpath(selector):
        return list(root.select(selector))
    result = root.xpath(selector.removeprefix(_XPATH_MARK).strip())
    if isinstance(result, bool | float):
        raise SelectorError(f"the XPath gives a {type(result).__name__}, not a place on the page; select an element")
    return [result] if isinstance(result, str) else result


def _selector(value: str) -> str:
    """A selector that compiles. Raises `SelectorError`."""
    selector = value.strip()
    if not selector:
        raise SelectorError("no selector; write one, or leave the key out")
    probe = turbohtml.parse(_PROBE)
    try:
        if is_xpath(selector):
            _check_names(probe, selector.removeprefix(_XPATH_MARK))
        _found(probe, selector)
    except ValueError as error:
        language, way = (
            ("XPath", "write XPath 1.0") if is_xpath(selector) else ("CSS", "XPath starts with /, ( or xpath:")
        )
        raise SelectorError(f"{selector!r} is no {language} selector: {error}; {way}") from error
    return selector


def _check_names(probe: Document, expression: str) -> None:
    """Refuse functions and variables that do not exist, which show only where an expression reaches them."""
    bare = _STRINGS.sub("''", expression)
    if "$" in bare:
        raise SelectorError("variables are not available")
    for name in sorted({*_CALLS.findall(bare)} - _OPERATORS):
        try:
            probe.xpath(f"{name.rpartition('::')[2]}()")
        except ValueError as error:
            if "unknown function" in str(error) or "prefix" in str(error):
                raise


def _elements_only(selector: str) -> str:
    expression = _STRINGS.sub("''", selector)
    if is_xpath(selector) and _ENDS_IN_STRINGS.search(expression):
        raise SelectorError(f"{selector!r} selects strings, not elements; leave out its last step")
    return selector


def _as_list(value: object) -> object:
    return [value] if isinstance(value, str) else value


Selector = Annotated[str, AfterValidator(_selector)]
ElementSelector = Annotated[str, AfterValidator(_selector), AfterValidator(_elements_only)]


class SiteRules(BaseModel):
    """The rules of one site; at least one is given.

    `text` names the elements whose whole text is the article, `title` and `date` an element (its `content` or
    `datetime` attribute counts before its text) or, in XPath, an attribute or a text node.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    text: ElementSelector | None = None
    title: Selector | None = None
    date: Selector | None = None
    remove: Annotated[tuple[ElementSelector, ...], BeforeValidator(_as_list)] = ()

    @model_validator(mode="after")
    def _not_empty(self) -> "SiteRules":
        if not (self.text or self.title or self.date or self.remove):
            raise ValueError("no rule; give text, title, date or remove, or leave the site out")
        return self


@dataclass(frozen=True)
class SiteRuleBook:
    """The rules of all sites, by host as `site_host` writes it."""

    sites: Mapping[str, SiteRules] = field(default_factory=dict)

    def rules_for(self, url: str) -> SiteRules | None:
        """The rules of the page's host, or of the nearest domain above it that has any."""
        if not self.sites:
            return None
        try:
            host = site_host(urlsplit(url).hostname or "")
        except ValueError:
            return None
        while host:
            if host in self.sites:
                return self.sites[host]
            host = host.partition(".")[2]
        return None


def site_host(name: str) -> str:
    """A host name in the form in which rules are kept: lower case, IDNA (RFC 5891). Raises `ValueError` for none."""
    host = name.strip().rstrip(".").casefold()
    if not host.isascii():
        try:
            host = idna.encode(host, uts46=True).decode("ascii")
        except (idna.IDNAError, UnicodeError) as error:
            raise ValueError(f"{name!r} is no host name: {error}") from error
    if not _HOST.fullmatch(host):
        raise ValueError(f"{name!r} is no host name; write it without scheme and path, such as courier.example")
    return host


@dataclass(frozen=True)
class RuledPage:
    """What the rules of a site found. `text` is empty and a string null where no rule asks for it or none matched.

    `removed` are the ledger's lines of what was taken out of the tree; `unmatched` names the rules among text, title
    and date that found nothing, which is what a redesigned site looks like.
    """

    text: tuple[Element, ...] = ()
    text_rule: str = ""
    title: str | None = None
    date: str | None = None
    removed: tuple[PageLine, ...] = ()
    unmatched: tuple[str, ...] = ()


def rule_name(selector: str) -> str:
    """What the ledger says of a line that a site's rule decided."""
    return f"site rule: {selector}"


def apply_rules(document: Document, rules: SiteRules) -> RuledPage:
    """Find what the rules name, then take the `remove` matches out of the tree. Changes the document.

    Title and date are read first, so that they may stand in what is removed.
    """
    title = _first_string(document, rules.title, "content")
    date = _first_string(document, rules.date, "datetime", "content")
    removed = tuple(line for selector in rules.remove for line in _remove(document, selector))
    text = _outermost(_elements(document, rules.text)) if rules.text else ()
    outcome = (("text", rules.text, text), ("title", rules.title, title), ("date", rules.date, date))
    return RuledPage(
        text=text,
        text_rule=rule_name(rules.text) if rules.text else "",
        title=title,
        date=date,
        removed=removed,
        unmatched=tuple(name for name, selector, found in outcome if selector and not found),
    )


def _elements(document: Document, selector: str) -> list[Element]:
    return [node for node in _matches(document, selector) if isinstance(node, Element)]


def _matches(document: Document, selector: str) -> list[Node | str]:
    try:
        return _found(document, selector)
    except ValueError:
        # Compiled at load; what is left are expressions that give a number on some pages. They match nothing.
        return []


def _outermost(elements: list[Element]) -> tuple[Element, ...]:
    """Without those that stand inside another one: their text is part of it."""
    chosen = set(elements)
    return tuple(one for one in elements if chosen.isdisjoint(one.ancestors))


def _first_string(document: Document, selector: str | None, *attributes: str) -> str | None:
    found = (_strings(node, attributes) for node in (_matches(document, selector) if selector else ()))
    return next((text for strings in found for text in strings), None)


def _strings(node: Node | str, attributes: tuple[str, ...]) -> Iterator[str]:
    """What a match says, best first, white space collapsed; nothing where it is empty."""
    if isinstance(node, Element):
        values = [*(node.attr(name) for name in attributes), node.to_text()]
    else:
        values = [node if isinstance(node, str) else node.text]
    yield from (text for value in values if (text := " ".join((value or "").split())))


def _remove(document: Document, selector: str) -> list[PageLine]:
    lines: list[PageLine] = []
    for element in _outermost(_elements(document, selector)):
        path = element.css_path()
        texts = (" ".join(text.split()) for text in element.to_text().split("\n\n"))
        lines += [
            PageLine(text, element.tag, path, None, "site-boilerplate", rule_name(selector)) for text in texts if text
        ]
        element.decompose()
    return lines
