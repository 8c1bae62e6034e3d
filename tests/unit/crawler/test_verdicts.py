"""What each answer means for a page that is new, and for one that was published before."""

from dataclasses import dataclass, replace
from datetime import timedelta
from hashlib import sha256

import pytest
from copydesk_crawler.core.http.answers import Answer, Busy, Failed, Fetched, Gone, NotModified, Redirected, Refused
from copydesk_crawler.core.timing.schedule import RETRY_DELAYS
from copydesk_crawler.core.urls.canonical_url import Address, canonical_url
from copydesk_crawler.core.verdicts import (
    MAX_REDIRECTS,
    ROBOTS_UNREACHABLE,
    WITHDRAWN,
    SameAs,
    Schedule,
    asks_conditionally,
    judge,
)

MINUTE = timedelta(minutes=1)
SCHEDULE = Schedule([15 * MINUTE, 60 * MINUTE], timedelta(0), 0.0)
BODY = b"<!doctype html><p>De brug is weer open.</p>"
URL = "https://courier.example/brug"
CANONICAL = canonical_url("https://courier.example/nieuws/brug")
assert isinstance(CANONICAL, Address)


@dataclass(frozen=True)
class Seen:
    url: str = URL
    content_sha256: str | None = None
    attempts: int = 0
    redirects: int = 0
    age: timedelta = timedelta(0)
    body_age: timedelta | None = None

    @property
    def known(self) -> bool:
        return self.content_sha256 is not None


NEW = Seen()
KNOWN = Seen(content_sha256=sha256(BODY).hexdigest(), age=15 * MINUTE)


def fetched(body: bytes = BODY, content_type: str | None = "text/html") -> Fetched:
    return Fetched(URL, body, content_type, None, None, None)


def test_a_new_page_is_published_and_seen_again() -> None:
    verdict = judge(NEW, fetched(), SCHEDULE)
    assert verdict.publish
    assert (verdict.state, verdict.outcome, verdict.again) == ("waiting", "passed", 15 * MINUTE)


def test_an_unchanged_page_is_not_published_whatever_the_status_says() -> None:
    for answer in (fetched(), NotModified(None, None)):
        verdict = judge(KNOWN, answer, SCHEDULE)
        assert not verdict.publish
        assert verdict.outcome is None
        assert verdict.again == 45 * MINUTE


def test_a_changed_page_is_published_again() -> None:
    assert judge(KNOWN, fetched(BODY + b"!"), SCHEDULE).publish


def test_old_pages_leave_the_ladder_and_a_single_round_visits_nothing_twice() -> None:
    assert judge(Seen(content_sha256="x", age=60 * MINUTE), fetched(), SCHEDULE).state == "done"
    once = Schedule(SCHEDULE.ladder, 120 * MINUTE, 0.0)
    assert judge(NEW, fetched(), once).again == 120 * MINUTE


@pytest.mark.parametrize(("status", "reason", "state"), [(404, "not-found", "waiting"), (410, "gone", "gone")])
def test_only_known_pages_can_be_withdrawn(status: int, reason: str, state: str) -> None:
    known, new = judge(KNOWN, Gone(status), SCHEDULE), judge(NEW, Gone(status), SCHEDULE)
    assert (known.state, known.outcome, known.withdrawn) == (state, "passed", reason)
    assert (new.outcome, new.reason, new.withdrawn) == ("dropped", f"http-{status}", None)


def test_a_new_page_that_is_missing_is_looked_at_once_more() -> None:
    first, second = judge(NEW, Gone(404), SCHEDULE), judge(replace(NEW, attempts=1), Gone(404), SCHEDULE)
    assert (first.state, first.attempts) == ("waiting", 1)
    assert first.again is not None
    assert (second.state, second.outcome, second.again) == ("dropped", "dropped", None)
    assert judge(NEW, Gone(410), SCHEDULE).state == "dropped"


def test_a_new_page_that_is_denied_is_looked_at_once_more() -> None:
    first, second = (judge(replace(NEW, attempts=tried), Refused("http-403", 403), SCHEDULE) for tried in (0, 1))
    assert (first.state, first.outcome, first.reason) == ("waiting", "dropped", "http-403")
    assert (second.state, second.outcome, second.reason) == ("dropped", "dropped", "http-403")


def test_a_withdrawn_page_is_told_once_and_comes_back_when_its_server_finds_it_again() -> None:
    withdrawn = replace(KNOWN, content_sha256=WITHDRAWN, body_age=MINUTE)
    still = judge(withdrawn, Gone(404), SCHEDULE)
    assert (still.state, still.outcome, still.withdrawn) == ("waiting", None, None)
    assert judge(replace(withdrawn, age=61 * MINUTE), Gone(404), SCHEDULE).state == "gone"
    assert not asks_conditionally(withdrawn)
    assert judge(withdrawn, fetched(), SCHEDULE).publish


def test_redirects_go_through_the_frontier() -> None:
    for status in (301, 302):
        verdict = judge(NEW, Redirected("/neu?utm_source=x", status), SCHEDULE)
        assert (verdict.state, verdict.outcome, verdict.reason) == ("duplicate", "dropped", "duplicate-of")
        assert verdict.follow is not None
        assert verdict.follow.url == "https://courier.example/neu"


def test_a_known_page_moves_for_good_only_by_a_permanent_redirect() -> None:
    moved, away = judge(KNOWN, Redirected("/neu", 301), SCHEDULE), judge(KNOWN, Redirected("/login", 302), SCHEDULE)
    assert (moved.state, moved.withdrawn) == ("duplicate", "redirected")
    assert moved.follow is not None
    assert (away.state, away.withdrawn, away.follow, away.outcome) == ("waiting", None, None, None)


@pytest.mark.parametrize(
    ("location", "reason"),
    [
        (URL, "redirect-loop"),
        (URL + "?utm_source=x#top", "redirect-loop"),
        ("javascript:alert(1)", "redirect-scheme-not-http"),
        ("http://0x7f.1/", "redirect-numeric-host"),
        ("http://[::1]/", "redirect-bracketed-host"),
    ],
)
def test_redirects_that_lead_nowhere_are_named(location: str, reason: str) -> None:
    assert judge(NEW, Redirected(location, 302), SCHEDULE).reason == reason


def test_a_chain_of_redirects_ends() -> None:
    assert judge(Seen(redirects=MAX_REDIRECTS), Redirected("/next", 302), SCHEDULE).reason == "redirect-loop"


def test_failures_are_retried_then_given_up() -> None:
    for attempts, wait in enumerate(RETRY_DELAYS):
        verdict = judge(Seen(attempts=attempts), Failed("timeout"), SCHEDULE)
        assert (verdict.state, verdict.again, verdict.attempts, verdict.outcome) == (
            "waiting",
            wait,
            attempts + 1,
            None,
        )
    verdict = judge(Seen(attempts=len(RETRY_DELAYS)), Failed("timeout"), SCHEDULE)
    assert (verdict.state, verdict.outcome, verdict.reason) == ("dead", "dead-lettered", "timeout")


def test_a_busy_host_costs_no_attempt() -> None:
    verdict = judge(Seen(attempts=2), Busy(7 * MINUTE), SCHEDULE)
    assert (verdict.state, verdict.again, verdict.attempts, verdict.outcome) == ("waiting", 7 * MINUTE, 2, None)


@pytest.mark.parametrize(
    "answer",
    [Refused("http-403", 403), Refused("robots-disallowed"), fetched(b" \n"), fetched(b"\x89PNG", None)],
)
def test_a_bad_day_drops_new_pages_and_no_known_ones(answer: Answer) -> None:
    assert judge(NEW, answer, SCHEDULE).outcome == "dropped"
    known = judge(KNOWN, answer, SCHEDULE)
    assert (known.state, known.outcome, known.publish) == ("waiting", None, False)
    exhausted = Seen(content_sha256="x", attempts=len(RETRY_DELAYS))
    assert judge(exhausted, Failed("timeout"), SCHEDULE).outcome is None


def test_pages_without_a_content_type_are_looked_at() -> None:
    assert judge(NEW, fetched(BODY, None), SCHEDULE).publish
    assert judge(NEW, fetched(b"%PDF-1.7", None), SCHEDULE).reason == "not-html"


def test_a_304_that_nobody_asked_for_is_a_failure() -> None:
    assert judge(NEW, NotModified(None, None), SCHEDULE).reason == "unasked-304"


def test_the_page_of_a_known_address_is_its_duplicate() -> None:
    verdict = judge(NEW, fetched(), SCHEDULE, SameAs(CANONICAL, instead=True))
    assert (verdict.state, verdict.outcome, verdict.reason) == ("duplicate", "dropped", "duplicate-of")
    assert not verdict.publish
    assert verdict.follow == CANONICAL


def test_the_page_of_an_unknown_address_goes_out_as_that_address() -> None:
    verdict = judge(NEW, fetched(), SCHEDULE, SameAs(CANONICAL, instead=False))
    assert (verdict.state, verdict.outcome, verdict.reason) == ("duplicate", "dropped", "duplicate-of")
    assert verdict.publish
    assert (verdict.follow, verdict.adopted_again) == (CANONICAL, 15 * MINUTE)


def test_a_page_that_was_published_keeps_its_identity() -> None:
    verdict = judge(KNOWN, fetched(BODY + b"!"), SCHEDULE, SameAs(CANONICAL, instead=True))
    assert verdict.publish
    assert verdict.follow is None


def test_validators_are_sent_until_the_last_whole_body_is_a_day_old() -> None:
    assert not asks_conditionally(NEW)
    assert not asks_conditionally(KNOWN)
    assert asks_conditionally(replace(KNOWN, body_age=timedelta(hours=23)))
    assert not asks_conditionally(replace(KNOWN, body_age=timedelta(hours=25)))


def test_pages_wait_for_their_robots_file_without_using_up_their_attempts() -> None:
    verdict = judge(replace(NEW, attempts=3), Failed(ROBOTS_UNREACHABLE), SCHEDULE)
    assert (verdict.state, verdict.outcome, verdict.attempts) == ("waiting", None, 3)
    assert verdict.again == 15 * MINUTE
