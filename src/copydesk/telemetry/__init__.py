"""Logs, metrics, trace context."""

from copydesk.telemetry.metrics import Metrics

__all__ = ["Metrics"]
