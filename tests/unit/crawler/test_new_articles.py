from datetime import UTC, datetime, timedelta

from copydesk_crawler.core.timing.new_articles import Named, first_articles, new_articles

NOW = datetime(2026, 3, 20, 12, 0, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)
UNTIL = NOW - HOUR


def named(**published: datetime | None) -> Named:
    found = Named()
    for identity, moment in published.items():
        found.add(identity, moment)
    return found


def test_the_first_poll_teaches_by_dates_and_the_oldest_opens_the_window() -> None:
    found = named(a=NOW - 3 * HOUR, b=NOW - 30 * HOUR, c=None, d=NOW - timedelta(days=90), e=NOW + HOUR)
    new = first_articles(found, NOW)
    assert new.times == (NOW - 3 * HOUR,)
    assert new.seen_from == NOW - 30 * HOUR


def test_a_first_poll_without_dates_begins_now() -> None:
    new = first_articles(named(a=None, b=None), NOW)
    assert (new.times, new.seen_from) == ((), NOW)


def test_later_polls_count_what_was_not_there_before() -> None:
    found = named(a=NOW - HOUR / 2, b=NOW - HOUR / 4, old=NOW - HOUR / 3)
    new = new_articles(found, {"old": True}, UNTIL, NOW - 2 * HOUR, NOW)
    assert new.times == (NOW - HOUR / 2, NOW - HOUR / 4)
    assert new.seen_from is None


def test_an_article_that_another_source_named_first_counts_when_it_is_newer_than_all() -> None:
    found = named(fresh=NOW - HOUR / 2, seen=NOW - 5 * HOUR)
    new = new_articles(found, {"fresh": False, "seen": False}, UNTIL, NOW - 2 * HOUR, NOW)
    assert new.times == (NOW - HOUR / 2,)


def test_undated_articles_are_spread_over_the_time_since_the_last_poll() -> None:
    new = new_articles(named(a=None, b=None, c=None), {}, UNTIL, None, NOW)
    assert new.times == tuple(UNTIL + HOUR * quarter / 4 for quarter in (1, 2, 3))


def test_a_bare_day_is_no_time_of_day() -> None:
    midnight = NOW.replace(hour=0, minute=0, second=0)
    new = new_articles(named(a=midnight), {}, UNTIL, None, NOW)
    assert new.times == (UNTIL + HOUR / 2,)


def test_archives_that_appear_are_not_news() -> None:
    found = named(a=NOW - timedelta(days=9), b=None)
    found.first_read.add("b")
    assert new_articles(found, {}, UNTIL, None, NOW).times == ()


def test_a_window_without_anything_known_has_overflowed() -> None:
    ids = {f"n{number}": NOW - HOUR * (number + 1) / 12 for number in range(8)}
    found = named(**ids)
    found.windows.append(frozenset(ids))
    new = new_articles(found, {}, UNTIL, None, NOW)
    assert new.overflowed
    assert new.seen_from == min(ids.values())
    assert not new_articles(found, {"n7": True}, UNTIL, None, NOW).overflowed


def test_of_two_dates_the_earlier_counts() -> None:
    found = named(a=NOW - 3 * HOUR)
    found.add("a", NOW - HOUR)
    found.add("a", None)
    assert found.dated == {"a": NOW - 3 * HOUR}
