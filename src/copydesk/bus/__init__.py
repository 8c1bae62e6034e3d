"""The broker port's implementations: Kafka, and a durable log for one process."""

from copydesk.bus.embedded import EmbeddedBus, LogInUseError
from copydesk.bus.kafka import KafkaBus

__all__ = ["EmbeddedBus", "KafkaBus", "LogInUseError"]
