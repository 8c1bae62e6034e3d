"""The YAML in which site rules are written, read with the line of every mistake."""

from collections.abc import Iterator

import yaml
from pydantic import TypeAdapter, ValidationError

from copydesk_cleaner.core.errors import RulesError
from copydesk_cleaner.core.site_rules import SiteRuleBook, SiteRules, site_host

_KEYS = ", ".join(SiteRules.model_fields)
_EXAMPLE = "courier.example: {text: article .body, remove: [.newsletter]}"
_RULES = TypeAdapter(SiteRules)


def read_rules(source: bytes, name: str) -> SiteRuleBook:
    """The rules in `source`; `name` is what its errors call it. Raises `RulesError` with all mistakes at once."""
    try:
        root = yaml.compose(source, Loader=yaml.BaseLoader)
    except yaml.YAMLError as error:
        raise RulesError(_broken_yaml(error, name)) from error
    except RecursionError as error:
        raise RulesError(f"{name}: nested too deeply to be rules; they look like {_EXAMPLE}") from error
    if root is None:
        return SiteRuleBook()
    if not isinstance(root, yaml.MappingNode):
        raise RulesError(f"{name}:{_line(root)}: the file is no mapping of sites to rules, such as {_EXAMPLE}")
    sites: dict[str, SiteRules] = {}
    keys: dict[str, yaml.Node] = {}
    mistakes = [
        f"{name}:{line}: {text}" for key, value in root.value for line, text in _read_site(key, value, sites, keys)
    ]
    if mistakes:
        raise RulesError("\n".join(mistakes))
    return SiteRuleBook(sites)


def _broken_yaml(error: yaml.YAMLError, name: str) -> str:
    mark = getattr(error, "problem_mark", None)
    problem = " ".join(str(getattr(error, "problem", None) or error).split())
    return f"{name}:{mark.line + 1 if mark else 1}: not YAML: {problem}"


def _line(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1


def _read_site(
    key: yaml.Node, value: yaml.Node, sites: dict[str, SiteRules], keys: dict[str, yaml.Node]
) -> Iterator[tuple[int, str]]:
    """Add one site to `sites` and its key to `keys`, or say what is wrong with it and in which line."""
    if not isinstance(key, yaml.ScalarNode):
        yield _line(key), f"a site is a host name, not a {_kind(key)}; rules look like {_EXAMPLE}"
        return
    site = _text(key)
    try:
        host = site_host(site)
    except ValueError as error:
        yield _line(key), f"site {error}"
        return
    if keys.setdefault(host, key) is not key:
        yield _line(key), f"{site}: the site stands here a second time; put its rules together"
        return
    if not isinstance(value, yaml.MappingNode):
        yield _line(value), f"{site}: expected rules ({_KEYS}), found a {_kind(value)}"
        return
    mistakes, rules = _well_placed(value)
    if rules or not mistakes:
        try:
            sites[host] = _RULES.validate_python({name: _plain(held) for name, held in rules.items()})
        except ValidationError as error:
            mistakes += _invalid(error, rules, value)
    yield from ((line, f"{site}: {text}") for line, text in sorted(mistakes))


def _well_placed(site: yaml.MappingNode) -> tuple[list[tuple[int, str]], dict[str, yaml.Node]]:
    """The rules by name, without keys that are none or stand twice, and values that are no selectors."""
    mistakes: list[tuple[int, str]] = []
    rules: dict[str, yaml.Node] = {}
    for key, value in site.value:
        if not isinstance(key, yaml.ScalarNode) or key.value not in SiteRules.model_fields:
            mistakes.append((_line(key), f"{_shown(key)} is no rule; there are {_KEYS}"))
        elif key.value in rules:
            mistakes.append((_line(key), f"{key.value}: stands here a second time; keep one"))
        elif wrong := [(line, f"{key.value}: {text}") for line, text in _no_selectors(key.value, value)]:
            mistakes += wrong
        else:
            rules[key.value] = value
    return mistakes, rules


def _no_selectors(key: str, value: yaml.Node) -> Iterator[tuple[int, str]]:
    lists = isinstance(value, yaml.SequenceNode)
    if lists and key != "remove":
        yield _line(value), "expected one selector, found a list; CSS joins several with a comma, XPath with |"
    for one in value.value if lists else [value]:
        if not isinstance(one, yaml.ScalarNode):
            yield _line(one), f"expected a selector, found a {_kind(one)}; put quotes around one with brackets"


def _plain(node: yaml.Node) -> object:
    return [_text(one) for one in node.value] if isinstance(node, yaml.SequenceNode) else _text(node)


def _text(node: yaml.Node) -> str:
    """A scalar with the surrogate pairs joined that JSON's escapes leave in YAML; lone ones become U+FFFD."""
    return str(node.value).encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _invalid(error: ValidationError, rules: dict[str, yaml.Node], site: yaml.MappingNode) -> Iterator[tuple[int, str]]:
    for mistake in error.errors(include_url=False):
        key, *index = mistake["loc"] or ("",)
        node = rules.get(str(key), site)
        held = node.value[index[0]] if index and isinstance(node, yaml.SequenceNode) else node
        text = mistake["msg"].removeprefix("Value error, ")
        yield _line(held), f"{key}: {text}" if key else text


def _kind(node: yaml.Node) -> str:
    if isinstance(node, yaml.MappingNode):
        return "mapping"
    return "list" if isinstance(node, yaml.SequenceNode) else "text"


def _shown(key: yaml.Node) -> str:
    return repr(_text(key)) if isinstance(key, yaml.ScalarNode) else f"a {_kind(key)}"
