"""What every test run begins and ends with."""

import pytest
from support import engine


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--safety",
        choices=["quick", "full"],
        default="quick",
        help="how much tests/safety tries in Chromium: a chosen set of values, or every one (other engines: the chosen)",
    )
    parser.addoption("--engines", default="chromium", help="the engines it is tried in: chromium,firefox,webkit")


def pytest_configure(config: pytest.Config) -> None:
    # pytest-cov's own, which is not everywhere: a million turns of one loop need no one to watch each of them.
    config.addinivalue_line("markers", "no_cover: without counting lines")


def pytest_sessionfinish() -> None:
    engine.close()
