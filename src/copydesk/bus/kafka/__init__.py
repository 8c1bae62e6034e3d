"""The bus on Kafka. Nothing outside this package imports aiokafka."""

from copydesk.bus.kafka.bus import KafkaBus

__all__ = ["KafkaBus"]
