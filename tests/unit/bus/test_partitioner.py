"""Both buses put a key where every other Kafka client puts it."""

import pytest
from aiokafka.partitioner import murmur2 as clients_murmur2
from hypothesis import given
from hypothesis import strategies as st

from copydesk.bus.partitioner import murmur2, partition_of


@given(st.binary(max_size=80))
def test_the_hash_is_that_of_kafkas_clients(key: bytes) -> None:
    assert murmur2(key) == clients_murmur2(key)


@pytest.mark.parametrize(
    ("key", "signed"), [(b"21", -973932308), (b"foobar", -790332482), (b"a-little-bit-long-string", -985981536)]
)
def test_the_hash_matches_what_javas_client_computes(key: bytes, signed: int) -> None:
    assert murmur2(key) == signed % 2**32


@given(st.binary(max_size=80), st.integers(1, 100))
def test_partitions_stay_in_range(key: bytes, partitions: int) -> None:
    assert 0 <= partition_of(key, partitions) < partitions
