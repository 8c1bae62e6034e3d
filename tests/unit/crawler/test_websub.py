"""What a subscriber decides: which topic, whom to believe, when to ask again."""

import hmac
from datetime import timedelta

import pytest
from copydesk_crawler.core.discovery.websub import (
    LEASE,
    LONGEST_PAUSE,
    MAX_LEASE,
    MIN_LEASE,
    Confirmed,
    Denied,
    Wanted,
    granted_lease,
    intent,
    pause,
    renewal,
    request_fields,
    signed,
    wanted,
)
from hypothesis import given
from hypothesis import strategies as st

TOPIC = "https://courier.example/feed"
HUB = "https://hub.example/"


def asked(**extra: str) -> dict[str, str]:
    return {"hub.mode": "subscribe", "hub.topic": TOPIC, "hub.challenge": "c-1", "hub.lease_seconds": "3600"} | {
        name.replace("_", ".", 1): value for name, value in extra.items()
    }


def test_the_topic_is_the_address_that_the_hub_knows() -> None:
    assert wanted((HUB, "https://other.example/"), "https://courier.example/canonical", TOPIC) == Wanted(
        "https://courier.example/canonical", HUB
    )
    assert wanted((HUB,), None, TOPIC) == Wanted(TOPIC, HUB)
    assert wanted((), TOPIC, TOPIC) is None


def test_secrets_travel_only_with_subscriptions() -> None:
    fields = request_fields("subscribe", TOPIC, "https://desk.example/websub/1", "s3")
    assert fields["hub.secret"] == "s3"
    assert int(fields["hub.lease_seconds"]) == LEASE.total_seconds()
    assert "hub.secret" not in request_fields("unsubscribe", TOPIC, "https://desk.example/websub/1", "s3")


@pytest.mark.parametrize("state", ["asked", "active"])
def test_what_was_asked_for_is_confirmed(state: str) -> None:
    assert intent(state, TOPIC, asked()) == Confirmed("c-1", timedelta(hours=1))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("state", "query"),
    [
        ("wanted", asked()),
        ("denied", asked()),
        ("leaving", asked()),
        ("asked", asked(hub_topic="https://evil.example/feed")),
        ("asked", asked(hub_mode="unsubscribe")),
        ("active", asked(hub_mode="unsubscribe")),
        ("asked", asked(hub_mode="publish")),
        ("asked", asked(hub_challenge="")),
        ("asked", asked(hub_challenge="x" * 5_000)),
        ("asked", {}),
        ("leaving", asked(hub_mode="unsubscribe", hub_topic="https://evil.example/")),
    ],
)
def test_nothing_else_is(state: str, query: dict[str, str]) -> None:
    assert intent(state, TOPIC, query) is None  # type: ignore[arg-type]


def test_endings() -> None:
    assert intent("leaving", TOPIC, asked(hub_mode="unsubscribe")) == Confirmed("c-1", None)
    assert intent("active", TOPIC, asked(hub_mode="denied", hub_reason="closed")) == Denied("closed")
    assert intent("asked", TOPIC, {"hub.mode": "denied", "hub.topic": TOPIC}) == Denied("denied")


@pytest.mark.parametrize(
    ("seconds", "lease"),
    [
        (None, LEASE),
        ("", LEASE),
        ("soon", LEASE),
        ("-5", LEASE),
        ("3600", timedelta(hours=1)),
        ("0", MIN_LEASE),
        ("99999999999999", MAX_LEASE),
    ],
)
def test_leases_stay_within_reason(seconds: str | None, lease: timedelta) -> None:
    assert granted_lease(seconds) == lease


@given(st.floats(0, 1), st.integers(0, 10_000))
def test_renewals_come_in_time_and_pauses_stay_bounded(jitter: float, failures: int) -> None:
    assert timedelta(hours=6) < renewal(timedelta(hours=10), jitter) < timedelta(hours=9)
    assert timedelta(seconds=30) < pause(failures, jitter) <= 1.25 * LONGEST_PAUSE


@pytest.mark.parametrize("method", ["sha1", "sha256", "sha384", "sha512"])
def test_signatures(method: str) -> None:
    body = "<feed>Мост</feed>".encode()
    digest = hmac.new(b"s3", body, method).hexdigest()
    assert signed(body, "s3", f"{method}={digest}")
    assert signed(body, "s3", f"{method.upper()}={digest.upper()}")
    assert not signed(body + b" ", "s3", f"{method}={digest}")
    assert not signed(body, "s4", f"{method}={digest}")
    assert not signed(body, "s3", f"{method}={digest[:-2]}")


@pytest.mark.parametrize("signature", [None, "", "sha256", "sha256=", "md5=0", "=x", "sha1=é", "sha256=" + "0" * 64])
def test_no_signature_is_a_wrong_one(signature: str | None) -> None:
    assert not signed(b"x", "s3", signature)
