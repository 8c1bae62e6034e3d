"""The broker port's implementations: Kafka, and a durable log for one process."""

from copydesk.bus.embedded import EmbeddedBus, LogInUseError

__all__ = ["EmbeddedBus", "LogInUseError"]
