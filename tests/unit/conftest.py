import pytest
from pytest_socket import disable_socket


@pytest.fixture(autouse=True)
def _no_sockets():
    """Unit tests open no socket; asyncio's own socket pairs are allowed."""
    disable_socket(allow_unix_socket=True)
