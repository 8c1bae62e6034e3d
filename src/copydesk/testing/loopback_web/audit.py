"""Judges by the servers' own log whether every host was treated as politeness demands."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from copydesk.testing.loopback_web.plan import WebPlan
from copydesk.testing.loopback_web.request_log import Hit


@dataclass(frozen=True)
class Audit:
    """Violations by kind, over so many requests; `shortest_gap` is the least rest as a share of the rest asked for."""

    requests: int
    overlaps: int
    short_gaps: int
    disallowed: int
    before_retry_after: int
    shortest_gap: float
    shares: Counter[str]

    @property
    def violations(self) -> int:
        return self.overlaps + self.short_gaps + self.disallowed + self.before_retry_after


def audit(plan: WebPlan, hits: Iterable[Hit], host_delay: float) -> Audit:
    """Hold the log against what was promised: from the end of one request of a host to the start of the next at least
    the delay, or its Crawl-delay where that is longer, or the Retry-After that it was given; whoever it is that asks.

    The server ends a request when its last byte is about to go, which is never later than when the client has it.
    """
    by_host: dict[int, list[Hit]] = defaultdict(list)
    for hit in hits:
        by_host[hit.host].append(hit)
    found: Counter[str] = Counter()
    shortest = float("inf")
    for host, asked in by_host.items():
        asked.sort(key=lambda hit: hit.started)
        found["disallowed"] += sum(hit.kind == "forbidden" for hit in asked)
        rest = max(host_delay, plan.hosts[host].crawl_delay or 0.0)
        for before, after in pairwise(asked):
            gap = after.started - before.ended
            found[_offence(before, gap, rest, plan.hosts[host].retry_after)] += 1
            shortest = min(shortest, gap / rest) if rest and gap >= 0 else shortest
    everybody = [hit for asked in by_host.values() for hit in asked]
    return Audit(
        requests=len(everybody),
        overlaps=found["overlap"],
        short_gaps=found["short-gap"],
        disallowed=found["disallowed"],
        before_retry_after=found["before-retry-after"],
        shortest_gap=shortest,
        shares=Counter(hit.agent for hit in everybody if hit.kind == "page"),
    )


def _offence(before: Hit, gap: float, rest: float, retry_after: float) -> str:
    if gap < 0:
        return "overlap"
    if before.status == 429 and gap < retry_after:
        return "before-retry-after"
    return "short-gap" if gap < rest else "none"
