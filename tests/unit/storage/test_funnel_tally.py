"""From counts to the funnel's columns."""

from copydesk.storage.funnel import FunnelCount, tally


def test_states_become_columns_that_add_up() -> None:
    (row,) = tally(
        [
            FunnelCount("post", "crawler", "discovered", None, False, 10),
            FunnelCount("post", "crawler", "passed", None, False, 5),
            FunnelCount("post", "cleaner", "dropped", "too short", False, 3),
            FunnelCount("post", "cleaner", "dropped", "too short", True, 1),
            FunnelCount("post", "writer", "passed", None, True, 2),
            FunnelCount("post", "writer", "dead-lettered", None, False, 4),
        ]
    )
    assert (row.discovered, row.split, row.waiting, row.in_flight) == (22, 3, 10, 5)
    assert (row.fetched, row.cleaned, row.tagged, row.stored) == (12, 6, 6, 2)
    assert (row.dropped, row.dead_lettered) == ({"too short": 4}, {"unknown": 4})
    assert row.adds_up
    row.waiting += 1
    assert not row.adds_up
