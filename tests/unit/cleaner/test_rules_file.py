"""Site rules that follow their file while the service runs."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from copydesk_cleaner.adapters.rules_file import load_rules
from copydesk_cleaner.adapters.watched_rules import RulesFile
from copydesk_cleaner.core.errors import RulesError
from copydesk_cleaner.core.site_rules import SiteRules

from copydesk.telemetry import Metrics

NOON = datetime(2030, 5, 2, 12, tzinfo=UTC)
PAGE = "https://courier.example/bridge"


def text_rule(file: RulesFile, now: datetime) -> str | None:
    found: SiteRules | None = file.current(now).rules_for(PAGE)
    return found.text if found else None


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "rules.yaml"
    path.write_text("courier.example: {text: article}\n")
    return path


def test_an_edit_is_in_force_seconds_later(path: Path) -> None:
    file = RulesFile(path, Metrics())
    assert text_rule(file, NOON) == "article"
    path.write_text("courier.example: {text: .story-body}\n")
    assert text_rule(file, NOON + timedelta(seconds=0.5)) == "article"
    assert text_rule(file, NOON + timedelta(seconds=3)) == ".story-body"


def test_a_broken_edit_keeps_the_last_good_rules_until_it_is_mended(path: Path) -> None:
    metrics = Metrics()
    file = RulesFile(path, metrics)
    path.write_text("courier.example:\n  text: 'p['\n")
    assert text_rule(file, NOON) == "article"
    assert metrics.registry.get_sample_value("copydesk_site_rules_broken") == 1
    assert file.problem is not None
    assert f"{path}:2" in file.problem
    path.write_text("courier.example: {text: main}\n")
    assert text_rule(file, NOON + timedelta(seconds=3)) == "main"
    assert file.problem is None
    assert metrics.registry.get_sample_value("copydesk_site_rules_broken") == 0


def test_a_file_that_goes_away_keeps_the_rules_and_comes_back(path: Path) -> None:
    file = RulesFile(path, Metrics())
    path.unlink()
    assert text_rule(file, NOON) == "article"
    assert file.problem is not None
    replacement = path.with_suffix(".new")
    replacement.write_text("courier.example: {text: main}\n")
    os.replace(replacement, path)
    assert text_rule(file, NOON + timedelta(seconds=3)) == "main"


def test_a_replaced_file_is_seen_although_size_and_time_are_the_same(path: Path) -> None:
    file = RulesFile(path, Metrics())
    replacement = path.with_suffix(".new")
    replacement.write_text("courier.example: {text: sectio1}\n")
    os.utime(replacement, ns=(path.stat().st_atime_ns, path.stat().st_mtime_ns))
    os.replace(replacement, path)
    assert text_rule(file, NOON) == "sectio1"


@pytest.mark.parametrize("content", [None, "courier.example: {text: 'p['}\n"])
def test_the_service_does_not_start_on_rules_that_cannot_be_used(tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "rules.yaml"
    if content is not None:
        path.write_text(content)
    with pytest.raises(RulesError, match=r"rules\.yaml"):
        load_rules(path)
    with pytest.raises(RulesError, match=r"rules\.yaml"):
        RulesFile(path, Metrics())
