"""The file by which an origin reserves text and data mining: /.well-known/tdmrep.json.

TDM Reservation Protocol (W3C Community Group report), "TDM File on the Origin Server".
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from copydesk_crawler.core.permission.robots_rules import RuleSet, normalised_path

TDM_FILE = "/.well-known/tdmrep.json"
MAX_BYTES = 500 * 1024
_MAX_RULES = 1_000
_MAX_WILDCARDS = 20
"""In one location; each is searched for in every page's path."""
_MAX_LOCATION = 2_048


@dataclass(frozen=True)
class TdmRule:
    """What is said of the paths that `location` covers; `policy` tells where rights can be had."""

    location: str
    reserved: bool
    policy: str | None

    @cached_property
    def _pattern(self) -> RuleSet:
        covered = RuleSet()
        covered.add(self.location.encode("utf-8", "replace"), allow=False)
        return covered.sealed()

    def covers(self, path: bytes) -> bool:
        """Whether the location matches a normalised path, as a Disallow line of a robots.txt would."""
        return not self._pattern.allows(path)


@dataclass(frozen=True)
class TdmPolicy:
    """The rules of one origin, in the order of its file; no rules mean that nothing is said."""

    rules: tuple[TdmRule, ...] = ()

    def reserves(self, url: str) -> TdmRule | None:
        """The rule that reserves the address, or None.

        The report takes the most specific rule and calls the first one that, but points to how robots.txt is read,
        where the longest wins. Where the two readings differ, the one that reserves is obeyed.
        """
        path = normalised_path(url)
        matching = [rule for rule in self.rules if rule.covers(path)]
        if not matching:
            return None
        longest = max(matching, key=lambda rule: len(rule.location))
        return next((rule for rule in (matching[0], longest) if rule.reserved), None)


NOTHING_RESERVED = TdmPolicy()


def parse_tdm_policy(body: bytes) -> TdmPolicy:
    """Read the file; never raises. What is no such file says nothing, and a rule that cannot be read is left out."""
    try:
        document = json.loads(body[:MAX_BYTES].decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return NOTHING_RESERVED
    entries = document if isinstance(document, list) else [document]
    rules = (_rule(entry) for entry in entries[:_MAX_RULES] if isinstance(entry, Mapping))
    return TdmPolicy(tuple(rule for rule in rules if rule is not None))


def reservation(value: object) -> bool | None:
    """Whether a declared value reserves; None for what is neither 0 nor 1, which counts as unset."""
    text = str(value).strip() if isinstance(value, int | str) and not isinstance(value, bool) else ""
    return {"1": True, "0": False}.get(text)


def _rule(entry: Mapping[str, object]) -> TdmRule | None:
    location, policy = entry.get("location"), entry.get("tdm-policy")
    reserved = reservation(entry.get("tdm-reservation"))
    if not isinstance(location, str) or reserved is None or len(location) > _MAX_LOCATION:
        return None
    text = location.strip()
    if not text.startswith(("/", "*")) or text.count("*") > _MAX_WILDCARDS:
        return None
    return TdmRule(text, reserved, policy if isinstance(policy, str) else None)
