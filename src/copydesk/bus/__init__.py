"""The broker port's implementations: Kafka, and a durable log for one process."""

from copydesk.bus.embedded import EmbeddedBus, LogInUseError
from copydesk.bus.kafka import KafkaBus
from copydesk.bus.opening import open_bus

__all__ = ["EmbeddedBus", "KafkaBus", "LogInUseError", "open_bus"]
