"""Which partition a key belongs to: the rule of Kafka's own clients, so that both buses agree."""

from struct import iter_unpack

_MULTIPLIER = 0x5BD1E995
_SEED = 0x9747B28C
_WORD = 0xFFFFFFFF


def murmur2(key: bytes) -> int:
    """The 32-bit MurmurHash2 with the seed that Kafka's Java client uses (`org.apache.kafka.common.utils.Utils`)."""
    whole = len(key) & ~3
    digest = _SEED ^ len(key)
    for (word,) in iter_unpack("<I", key[:whole]):
        mixed = word * _MULTIPLIER & _WORD
        mixed = (mixed ^ mixed >> 24) * _MULTIPLIER & _WORD
        digest = (digest * _MULTIPLIER & _WORD) ^ mixed
    if tail := key[whole:]:
        digest = (digest ^ int.from_bytes(tail, "little")) * _MULTIPLIER & _WORD
    digest = (digest ^ digest >> 13) * _MULTIPLIER & _WORD
    return digest ^ digest >> 15


def partition_of(key: bytes, partitions: int) -> int:
    """The partition number of a key among `partitions`."""
    return (murmur2(key) & 0x7FFFFFFF) % partitions
