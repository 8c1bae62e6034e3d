"""The watermark: never past an unfinished offset, and everything once all are finished."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk.runtime.watermark import Watermark

offsets_with_gaps = st.lists(st.integers(0, 10_000), min_size=1, max_size=60, unique=True).map(sorted)


@given(offsets_with_gaps, st.data())
def test_it_never_passes_an_unfinished_offset_and_ends_past_the_last(offsets: list[int], data: st.DataObject) -> None:
    watermark = Watermark()
    pending: list[int] = []
    left = list(offsets)
    seen = None
    while left or pending:
        if left and (not pending or data.draw(st.booleans())):
            watermark.delivered(left[0])
            pending.append(left.pop(0))
        else:
            finished = data.draw(st.sampled_from(pending))
            pending.remove(finished)
            watermark.done(finished)
        position = watermark.committable()
        assert position is None or all(offset >= position for offset in pending)
        assert position is None or seen is None or position >= seen
        seen = position
    assert watermark.committable() == offsets[-1] + 1


@given(offsets_with_gaps)
def test_the_first_unfinished_holds_back_all_later_ones(offsets: list[int]) -> None:
    watermark = Watermark()
    for offset in offsets:
        watermark.delivered(offset)
    for offset in offsets[1:]:
        watermark.done(offset)
        assert watermark.committable() is None
    watermark.done(offsets[0])
    assert watermark.committable() == offsets[-1] + 1


def test_a_rewound_log_is_refused() -> None:
    watermark = Watermark()
    watermark.delivered(5)
    assert not watermark.expects(5)
    with pytest.raises(ValueError, match="offset 4 was delivered after 5"):
        watermark.delivered(4)
