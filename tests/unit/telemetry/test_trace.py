"""Trace context between messages (W3C Trace Context)."""

import re

import pytest

from copydesk.telemetry import child_traceparent

PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00"


def test_a_child_keeps_trace_and_flags_and_has_a_span_of_its_own() -> None:
    version, trace, span, flags = child_traceparent(PARENT).split("-")
    assert (version, trace, flags) == ("00", "0af7651916cd43dd8448eb211c80319c", "00")
    assert re.fullmatch("[0-9a-f]{16}", span)
    assert span != "b7ad6b7169203331"


def test_a_later_version_is_understood() -> None:
    assert child_traceparent("cc" + PARENT[2:] + "-more").split("-")[1] == PARENT.split("-")[1]


@pytest.mark.parametrize(
    "parent",
    [
        None,
        "",
        "nonsense",
        PARENT.upper(),
        PARENT[:-1],
        "ff" + PARENT[2:],
        "00-" + "0" * 32 + "-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-" + "0" * 16 + "-01",
        PARENT + "\n",
    ],
)
def test_without_a_good_parent_a_new_trace_begins(parent: str | None) -> None:
    made = child_traceparent(parent)
    assert re.fullmatch("00-[0-9a-f]{32}-[0-9a-f]{16}-01", made)
    assert "0af7651916cd43dd8448eb211c80319c" not in made
