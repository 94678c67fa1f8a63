"""What every test run begins and ends with."""

from support import engine


def pytest_sessionfinish() -> None:
    engine.close()
