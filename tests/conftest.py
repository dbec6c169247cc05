"""What holds for every test: services that may be absent, and one deterministic setting for all runs.

A test that needs a service carries its marker (``@pytest.mark.browser``). Where the service is absent the
test is skipped and the end of the run lists it. With ``KPI_REQUIRE_SERVICES=1`` (as in .ci/run) such a
skip is a failure, so that nothing goes unchecked unnoticed.
"""

import importlib.util
import os
import shutil
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from tests.services import Server

# Figures are drawn without a display, also in the processes that tests start.
os.environ["MPLBACKEND"] = "Agg"

# The same examples in every run: a failure seen once is seen again.
settings.register_profile("kpi", deadline=None, derandomize=True)
settings.load_profile("kpi")

HEADING = "not run: a service is absent"


def chromium() -> str | None:
    """Return the path of an installed Chromium or Chrome."""
    names = ("chromium", "chromium-browser", "google-chrome", "chrome", "msedge")
    return next((found for name in names if (found := shutil.which(name))), None)


def _has_browser() -> bool:
    return chromium() is not None


def office() -> str | None:
    """Return the path of an installed LibreOffice."""
    return shutil.which("soffice") or shutil.which("libreoffice")


def _has_office() -> bool:
    return office() is not None


def _has_postgres() -> bool:
    from tests.services import programs  # here, because this file also serves a test's sample on its own

    return programs() is not None


def _has_spark() -> bool:
    return importlib.util.find_spec("pyspark") is not None and shutil.which("java") is not None


SERVICES: dict[str, tuple[Callable[[], bool], str]] = {
    "browser": (_has_browser, "chromium is not installed"),
    "office": (_has_office, "LibreOffice (soffice) is not installed"),
    "postgres": (_has_postgres, "PostgreSQL's initdb and pg_ctl are not installed"),
    "spark": (_has_spark, "pyspark and java are not both installed"),
}


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip a test whose service is absent, or fail it where nothing may be missing."""
    for marker, (present, reason) in SERVICES.items():
        if item.get_closest_marker(marker) is None or present():
            continue
        if os.environ.get("KPI_REQUIRE_SERVICES") == "1":
            pytest.fail(f"{reason}, and KPI_REQUIRE_SERVICES=1 allows no such skip", pytrace=False)
        # A property of the report, because it reaches the summary also from xdist's workers.
        item.user_properties.append(("absent_service", reason))
        pytest.skip(reason)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """List, under one heading, every test that an absent service kept from running."""
    absent = [
        (report.nodeid, reason)
        for report in terminalreporter.stats.get("skipped", [])
        for name, reason in report.user_properties
        if name == "absent_service"
    ]
    if absent:
        terminalreporter.section(HEADING)
        for nodeid, reason in sorted(absent):
            terminalreporter.write_line(f"{nodeid}: {reason}")


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """Return the browser's path, for tests marked ``browser``."""
    path = chromium()
    assert path is not None, "mark the test with @pytest.mark.browser"
    return path


@pytest.fixture(scope="session")
def postgres() -> "Iterator[Server]":
    """Start one PostgreSQL server for the run, for tests marked ``postgres``."""
    from tests.services import postgres_server

    with postgres_server() as server:
        yield server


@pytest.fixture(scope="session")
def spark() -> Iterator[str]:
    """Return the URL of a local Spark, started once and ended with the run, for tests marked ``spark``."""
    from tests.services import local_spark

    with local_spark() as url:
        yield url
