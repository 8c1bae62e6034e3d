"""What a visit means for a page: what to publish, what the funnel counts, when to come back."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Literal, Protocol

from copydesk_crawler.core.http.answers import Answer, Busy, Failed, Fetched, Gone, NotModified, Redirected, Refused
from copydesk_crawler.core.http.redirects import redirect_sign
from copydesk_crawler.core.timing.schedule import retry_delay, revisit_delay
from copydesk_crawler.core.urls.canonical_url import Address, Rejected, canonical_url

MAX_REDIRECTS = 10
DAY = timedelta(days=1)
ROBOTS_UNREACHABLE = "robots-unreachable"
ROBOTS_WAIT = timedelta(minutes=15)
"""A page whose robots.txt cannot be had waits without using up its attempts: after 30 days it may be asked for."""

TRUSTED_VALIDATION = DAY
WITHDRAWN = ""
"""Stands for the hash of a page that was withdrawn: whatever comes next is new."""

_NOT_YET = timedelta(minutes=10)
_DENIED_AGAIN = timedelta(hours=1)
"""Bot protection says 403, too, and not for ever."""
WithdrawalReason = Literal["gone", "not-found", "redirected"]


class Page(Protocol):
    """What is known of a page before the visit; `known` once a body of it was published."""

    @property
    def url(self) -> str: ...
    @property
    def known(self) -> bool: ...
    @property
    def content_sha256(self) -> str | None: ...
    @property
    def attempts(self) -> int: ...
    @property
    def redirects(self) -> int: ...
    @property
    def age(self) -> timedelta: ...
    @property
    def body_age(self) -> timedelta | None: ...


@dataclass(frozen=True)
class SameAs:
    """A page is another address's: it declares that one as its canonical URL, and is believed.

    `instead`: the other address is in the frontier already, shows the page better (a page for readers with large
    screens instead of the AMP or print variant), or may only lead back here; else the body at hand is taken for it.
    """

    address: Address
    instead: bool


@dataclass(frozen=True)
class Schedule:
    """The operator's revisit ladder; no revisit comes before `least`. `jitter` lies in 0…1."""

    ladder: Sequence[timedelta]
    least: timedelta
    jitter: float


@dataclass(frozen=True)
class Verdict:
    """`outcome` is null where the funnel stays as it is; `publish` says that the fetched body goes out.

    `follow` is an address to add to the frontier, which the page is a duplicate of unless it stays `waiting`; with
    `publish`, the body goes out as that address's, which is looked at again after `adopted_again`.
    """

    state: Literal["waiting", "done", "dropped", "dead", "duplicate", "gone"]
    outcome: Literal["passed", "dropped", "dead-lettered"] | None = None
    reason: str | None = None
    again: timedelta | None = None
    attempts: int = 0
    publish: bool = False
    withdrawn: WithdrawalReason | None = None
    follow: Address | None = None
    adopted_again: timedelta | None = None


def asks_conditionally(page: Page) -> bool:
    """Whether to send validators: not when the last whole body is a day old, since servers say 304 for ever."""
    if page.content_sha256 == WITHDRAWN:
        return False
    return page.known and page.body_age is not None and page.body_age < TRUSTED_VALIDATION


def judge(page: Page, answer: Answer, schedule: Schedule, same_as: SameAs | None = None) -> Verdict:
    """Decide on an answer; a page that was published once is never dropped for a bad day of its server."""
    match answer:
        case Fetched():
            return _fetched(page, answer, schedule, same_as)
        case NotModified():
            return _later(page, schedule) if page.known else _failed(page, "unasked-304", schedule)
        case Redirected():
            return _redirected(page, answer, schedule)
        case Gone():
            return _gone(page, answer, schedule)
        case Failed(reason=reason) if reason == ROBOTS_UNREACHABLE:
            again = ROBOTS_WAIT * (1 + schedule.jitter)
            return Verdict("waiting", again=again, attempts=page.attempts, reason=reason)
        case Failed():
            return _failed(page, answer.reason, schedule)
        case Busy():
            return Verdict("waiting", again=answer.wait, attempts=page.attempts, reason="host-busy")
        case Refused(reason="http-403") if not page.known and not page.attempts:
            return _once_more(answer.reason, _DENIED_AGAIN, schedule)
        case _:
            return _refused(page, answer.reason, schedule)


def _once_more(reason: str, wait: timedelta, schedule: Schedule) -> Verdict:
    """Counted as dropped, and looked at one more time: whoever comes back then is counted as what it is."""
    return Verdict("waiting", "dropped", reason, again=wait * (1 + schedule.jitter), attempts=1)


def _gone(page: Page, answer: Gone, schedule: Schedule) -> Verdict:
    """Believed at once, and, where it says 404, not for ever.

    Feeds name pages before every server has them, and servers lose pages for an hour: a new page is looked at once
    more, a withdrawn one at the rungs of the ladder that are left. 410 is final (RFC 9110, 15.5.11).
    """
    reason, final = f"http-{answer.status}", answer.status == 410
    if not page.known:
        if final or page.attempts:
            return Verdict("dropped", "dropped", reason, attempts=page.attempts)
        return _once_more(reason, _NOT_YET, schedule)
    later = _later(page, schedule, reason)
    if final or later.again is None:
        later = Verdict("gone", reason=reason)
    if page.content_sha256 == WITHDRAWN:
        return later
    return replace(later, outcome="passed", withdrawn="gone" if final else "not-found")


def _fetched(page: Page, answer: Fetched, schedule: Schedule, same_as: SameAs | None) -> Verdict:
    if not answer.body.strip():
        return _refused(page, "empty-body", schedule)
    if answer.content_type is None and not _looks_like_html(answer.body):
        return _refused(page, "not-html", schedule)
    later = _later(page, schedule)
    if same_as is not None and not page.known:
        return _duplicate(same_as, later.again)
    if answer.sha256 == page.content_sha256:
        return later
    return Verdict(later.state, "passed", again=later.again, publish=True)


def _duplicate(same_as: SameAs, again: timedelta | None) -> Verdict:
    if same_as.instead:
        return Verdict("duplicate", "dropped", "duplicate-of", follow=same_as.address)
    return Verdict(
        "duplicate", "dropped", "duplicate-of", publish=True, follow=same_as.address, adopted_again=again or DAY
    )


def _looks_like_html(body: bytes) -> bool:
    head = body[:1024].lower()
    return b"<html" in head or b"<!doctype html" in head or b"<head" in head or b"<body" in head


def _later(page: Page, schedule: Schedule, reason: str | None = None) -> Verdict:
    again = revisit_delay(schedule.ladder, page.age)
    if again is None:
        return Verdict("done", reason=reason)
    return Verdict("waiting", again=max(again, schedule.least), reason=reason)


def _refused(page: Page, reason: str, schedule: Schedule) -> Verdict:
    return _later(page, schedule, reason) if page.known else Verdict("dropped", "dropped", reason)


def _failed(page: Page, reason: str, schedule: Schedule) -> Verdict:
    attempts = page.attempts + 1
    again = retry_delay(attempts, schedule.jitter)
    if again is not None:
        return Verdict("waiting", again=again, attempts=attempts, reason=reason)
    return _later(page, schedule, reason) if page.known else Verdict("dead", "dead-lettered", reason, attempts=attempts)


def _redirected(page: Page, answer: Redirected, schedule: Schedule) -> Verdict:
    """A redirect is no hop of the same exchange: its target goes through the frontier, with its own host's lease."""
    target = canonical_url(answer.location, page.url)
    if isinstance(target, Rejected):
        return _refused(page, f"redirect-{target.reason}", schedule)
    if target.url == page.url or page.redirects >= MAX_REDIRECTS:
        return _refused(page, "redirect-loop", schedule)
    origin = canonical_url(page.url)
    sign = redirect_sign(origin, target) if isinstance(origin, Address) else None
    if sign == "redirect-home" and page.known and answer.permanent:
        return Verdict("gone", "passed", withdrawn="redirected")
    if sign is not None:
        return _refused(page, sign, schedule)
    if not page.known:
        return Verdict("duplicate", "dropped", "duplicate-of", follow=target)
    if answer.permanent:
        return Verdict("duplicate", "passed", withdrawn="redirected", follow=target)
    return _later(page, schedule, "temporary-redirect")
