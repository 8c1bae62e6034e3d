def pytest_make_parametrize_id(val):
    """Bytes by their length: compressed ones differ from run to run, and workers must collect the same tests."""
    return f"{len(val)}-bytes" if isinstance(val, bytes) else None
