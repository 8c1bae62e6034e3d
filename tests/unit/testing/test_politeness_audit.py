"""The audit of a loopback web's log: what counts as impolite."""

import pytest

from copydesk.testing.loopback_web import Hit, HostPlan, WebPlan, audit

PLAN = WebPlan((HostPlan(), HostPlan(crawl_delay=2.0), HostPlan(retry_after=5)))


def hit(started, ended, *, host=0, status=200, kind="page", agent="one"):
    return Hit(host, "/a", kind, status, started, ended, 1, agent, 0, 1)


def test_polite_visits_by_several_crawlers_are_no_offence():
    log = [hit(0, 1), hit(1.5, 2, agent="two"), hit(0.2, 0.3, host=1), hit(2.4, 2.5, host=1)]

    found = audit(PLAN, log, 0.5)

    assert found.violations == 0
    assert found.requests == 4
    assert found.shares == {"one": 3, "two": 1}
    assert found.shortest_gap == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("log", "offence"),
    [
        ([hit(0, 1), hit(0.9, 1.2)], "overlaps"),
        ([hit(0, 1), hit(1.4, 1.5)], "short_gaps"),
        ([hit(0, 1, kind="robots"), hit(1.4, 1.5)], "short_gaps"),
        ([hit(0, 1, host=1), hit(2.9, 3, host=1)], "short_gaps"),
        ([hit(0, 1, host=2, status=429), hit(5.9, 6, host=2)], "before_retry_after"),
        ([hit(0, 1, kind="forbidden")], "disallowed"),
        ([hit(5, 6), hit(0, 1), hit(1.1, 2)], "short_gaps"),
    ],
)
def test_each_offence_is_counted_once(log, offence):
    found = audit(PLAN, log, 0.5)

    assert getattr(found, offence) == 1
    assert found.violations == 1


def test_hosts_do_not_disturb_one_another():
    assert audit(PLAN, [hit(0, 1), hit(0, 1, host=2)], 0.5).violations == 0


def test_a_plan_has_one_time_of_publication_for_each_page():
    with pytest.raises(ValueError, match="1 times of publication for 2 pages"):
        HostPlan(pages=2, publishing=(1.0,))
