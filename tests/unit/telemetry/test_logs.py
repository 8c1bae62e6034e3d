"""Logs: one line an event, whatever the text in it; no line may be forged."""

import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from copydesk.settings import TelemetrySettings
from copydesk.telemetry import configure_logging, get_logger

HOSTILE = 'breaking\r\n{"event": "forged"}\u2028\x1b[2J\x00 nieuws 新闻'


@pytest.fixture(autouse=True)
def _restore_logging() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def test_json_keeps_hostile_text_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging(TelemetrySettings(log_format="json"))
    get_logger("copydesk.test").warning("dead letter", title=HOSTILE, article="a-1")

    out, err = capsys.readouterr()
    assert out == ""
    [line] = err.splitlines()
    event = json.loads(line)
    assert event["title"] == HOSTILE
    assert (event["event"], event["article"], event["level"], event["logger"]) == (
        "dead letter",
        "a-1",
        "warning",
        "copydesk.test",
    )
    assert event["timestamp"].endswith("Z")


def test_the_console_keeps_hostile_text_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging(TelemetrySettings(log_format="console"))
    get_logger("copydesk.test").warning("dead letter", title=HOSTILE)

    [line] = capsys.readouterr().err.splitlines()
    assert "\x1b[2J" not in line


def test_other_libraries_log_the_same_way(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging(TelemetrySettings(log_format="json"))
    try:
        int(HOSTILE)
    except ValueError:
        logging.getLogger("elsewhere").exception("went wrong: %s", HOSTILE)

    [line] = capsys.readouterr().err.splitlines()
    event = json.loads(line)
    assert event["logger"] == "elsewhere"
    assert event["exception"][0]["exc_type"] == "ValueError"


@pytest.mark.parametrize("log_format", ["json", "console"])
def test_tracebacks_hold_no_local_variables(capsys: pytest.CaptureFixture[str], log_format: str) -> None:
    configure_logging(TelemetrySettings(log_format=log_format))
    secret = "hunter" + str(2)
    try:
        int(secret[:-1])
    except ValueError:
        get_logger("copydesk.test").exception("went wrong")

    logged = capsys.readouterr().err
    assert "ValueError" in logged
    assert secret not in logged


def test_the_level_is_obeyed(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging(TelemetrySettings(log_format="json", log_level="WARNING"))
    get_logger("copydesk.test").info("chatter")
    assert capsys.readouterr().err == ""
