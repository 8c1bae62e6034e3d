"""Frames are measured right however the network cuts them."""

from itertools import pairwise

from copydesk_crawler.core.http.http2_frames import FrameGauge
from hypothesis import given
from hypothesis import strategies as st


def frame(length: int, kind: int = 0) -> bytes:
    return length.to_bytes(3) + bytes((kind, 0)) + (1).to_bytes(4) + bytes(min(length, 20_000))


def objection(data: bytes, cuts: list[int]) -> str | None:
    gauge = FrameGauge()
    edges = [0, *sorted(cut % (len(data) + 1) for cut in cuts), len(data)]
    for start, end in pairwise(edges):
        if found := gauge.objection(data[start:end]):
            return found
    return None


@given(st.lists(st.integers(0, 16_384), max_size=6), st.lists(st.integers(0, 10**6), max_size=6))
def test_frames_of_the_size_that_we_announce_pass(lengths: list[int], cuts: list[int]) -> None:
    assert objection(b"".join(map(frame, lengths)), cuts) is None


@given(st.integers(16_385, 2**24 - 1), st.lists(st.integers(0, 10**6), max_size=6))
def test_a_longer_one_is_seen_by_its_head(length: int, cuts: list[int]) -> None:
    assert objection(frame(7) + frame(length)[:9], cuts) == f"a frame of {length} bytes"


def test_floods_of_frames_without_data_end() -> None:
    gauge = FrameGauge()
    assert gauge.objection(frame(8, kind=6) * 9_000) is None
    assert gauge.objection(frame(100, kind=0) * 9_000) is None
    assert gauge.objection(frame(8, kind=6) * 2_000) is not None
