"""The engines that were asked for, one after the other, and the report of what was tried in them."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from browser.engines import ENGINES, Engine, engine
from browser.libraries import libraries
from browser.server import Site, serve
from safety.report import Report
from support.hostile import EVERY, QUICK

_REPORT = pytest.StashKey[Report]()
_BUILD = Path(__file__).parent.parent.parent / "build"


def pytest_configure(config: pytest.Config) -> None:
    config.stash[_REPORT] = Report(speed=config.getoption("--safety"))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "browser_engine" in metafunc.fixturenames:
        names = metafunc.config.getoption("--engines").split(",")
        if not set(names) <= set(ENGINES):
            raise pytest.UsageError(f"--engines must be some of {','.join(ENGINES)}, got {','.join(names)}")
        metafunc.parametrize("browser_engine", names, indirect=True, scope="module")


@pytest.fixture(scope="module")
def browser_engine(request: pytest.FixtureRequest, report: Report) -> Iterator[Engine]:
    with engine(request.param) as started:
        report.engines[started.name] = started.version
        yield started


@pytest.fixture(scope="session")
def site() -> Iterator[Site]:
    with serve() as opened:
        opened.answers.update(libraries())
        yield opened


@pytest.fixture(scope="session")
def report(pytestconfig: pytest.Config) -> Report:
    return pytestconfig.stash[_REPORT]


@pytest.fixture
def full(pytestconfig: pytest.Config, browser_engine: Engine) -> bool:
    """Whether everything is tried in this engine."""
    return pytestconfig.getoption("--safety") == "full" and browser_engine.name == "chromium"


@pytest.fixture
def values(*, full: bool) -> tuple[tuple[str, str, str], ...]:
    """Trick, name and value of what is tried in this engine."""
    return EVERY if full else QUICK


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    outcome = yield
    report = item.config.stash[_REPORT]
    if outcome.failed:
        report.failed.append(item.nodeid)
    elif outcome.skipped:
        *_, reason = outcome.longrepr if isinstance(outcome.longrepr, tuple) else (str(outcome.longrepr),)
        report.skipped.append(f"{item.nodeid}: {reason}")
    return outcome


def pytest_sessionfinish(session: pytest.Session) -> None:
    report = session.config.stash[_REPORT]
    if report.rows:
        report.seconds = round(time.monotonic() - report.started, 1)
        report.write(_BUILD)
