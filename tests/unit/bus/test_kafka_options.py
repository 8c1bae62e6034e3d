"""How settings become a connection; no broker is asked."""

import ssl

import pytest
from pydantic import SecretStr

from copydesk.bus.kafka.connection import client_options
from copydesk.settings import KafkaSettings


def test_tls_verifies_certificates_and_names() -> None:
    settings = KafkaSettings(
        bootstrap_servers="broker.example:9093",
        security_protocol="SASL_SSL",
        sasl_username="desk",
        sasl_password=SecretStr("hush"),
    )
    options = client_options(settings, "copydesk-test")
    context = options["ssl_context"]
    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)
    assert options["security_protocol"] == "SASL_SSL"
    assert options["sasl_mechanism"] == "SCRAM-SHA-512"
    assert (options["sasl_plain_username"], options["sasl_plain_password"]) == ("desk", "hush")


def test_plain_connections_carry_no_credentials() -> None:
    options = client_options(KafkaSettings(bootstrap_servers="127.0.0.1:9092"), "copydesk-test")
    assert options == {
        "bootstrap_servers": "127.0.0.1:9092",
        "client_id": "copydesk-test",
        "security_protocol": "PLAINTEXT",
    }


def test_missing_addresses_are_asked_for_by_the_settings_name() -> None:
    with pytest.raises(ValueError, match="COPYDESK_KAFKA__BOOTSTRAP_SERVERS"):
        client_options(KafkaSettings(), "copydesk-test")
