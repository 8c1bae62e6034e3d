from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path

import pytest
from pydantic import ValidationError

from copydesk.cli.settings_page import render
from copydesk.settings import Settings

PAGE = Path(__file__).parents[2] / "docs" / "settings.md"


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def test_the_page_of_settings_is_fresh():
    assert PAGE.read_text(encoding="utf-8") == render(), "run `make settings`"


def test_the_environment_wins_over_the_file_and_the_file_over_defaults(tmp_path, monkeypatch):
    (tmp_path / "copydesk.toml").write_text('[kafka]\ntopic_prefix = "file."\nsend_deadline = 7\n')
    monkeypatch.setenv("COPYDESK_KAFKA__TOPIC_PREFIX", "env.")

    kafka = Settings().kafka

    assert kafka.topic_prefix == "env."
    assert kafka.send_deadline == timedelta(seconds=7)
    assert kafka.bootstrap_servers is None


@pytest.mark.parametrize(("text", "seconds"), [("0.02", 0.02), ("90", 90), ("PT1M30S", 90)])
def test_lengths_of_time_are_seconds_or_iso_durations(monkeypatch, text, seconds):
    monkeypatch.setenv("COPYDESK_HTTP__HOST_DELAY", text)

    assert Settings().http.host_delay.total_seconds() == seconds


def test_the_revisit_ladder_is_a_list_of_lengths_of_time(monkeypatch):
    monkeypatch.setenv("COPYDESK_CRAWLER__REVISIT_LADDER", "60,PT1H")

    assert Settings().crawler.revisit_ladder == [timedelta(minutes=1), timedelta(hours=1)]


def test_networks_are_a_list_with_commas(monkeypatch):
    monkeypatch.setenv("COPYDESK_HTTP__ALLOW_NETWORKS", "127.0.0.0/8, ::1/128")

    assert Settings().http.allow_networks == [ip_network("127.0.0.0/8"), ip_network("::1/128")]


def test_secrets_never_show(monkeypatch):
    monkeypatch.setenv("COPYDESK_POSTGRES__DSN", "postgresql://me:hunter2@db/news")
    monkeypatch.setenv("COPYDESK_KAFKA__SASL_PASSWORD", "hunter2")

    assert "hunter2" not in repr(Settings())
    assert "hunter2" not in Settings().model_dump_json()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("COPYDESK_KAFKA__MAX_RECORD_BYTES", "many"),
        ("COPYDESK_HTTP__ALLOW_NETWORKS", "localhost"),
        ("COPYDESK_KAFKA__NONSENSE", "1"),
    ],
)
def test_a_bad_setting_is_refused(monkeypatch, name, value):
    monkeypatch.setenv(name, value)

    with pytest.raises(ValidationError):
        Settings()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CRAWLER__WEBSUB_CALLBACK", "crawler.example/hubs"),
        ("CRAWLER__WEBSUB_CALLBACK", "https://crawler.example/hubs?key=1"),
        ("CRAWLER__ARCHIVE_URL", "ftp://archive.example/warc"),
        ("CRAWLER__OBEY_OPT_OUTS", "noai,nonsense"),
        ("CRAWLER__POLL_INTERVAL", "-5"),
        ("CRAWLER__REVISIT_LADDER", "900,soon"),
        ("HTTP__USER_AGENT", "Bote\r\nX-Forged: 1"),
        ("HTTP__DEADLINE", "0"),
    ],
)
def test_what_cannot_be_meant_is_refused(monkeypatch, name, value):
    monkeypatch.setenv(f"COPYDESK_{name}", value)

    with pytest.raises(ValidationError):
        Settings()
