"""Logs, metrics, trace context."""

from copydesk.telemetry.logs import configure_logging, get_logger
from copydesk.telemetry.metrics import Metrics
from copydesk.telemetry.trace import child_traceparent

__all__ = ["Metrics", "child_traceparent", "configure_logging", "get_logger"]
