"""A test that cannot run says so, and counts as failed where nothing may be missing."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.repository.checkout import ROOT, name, python_files

SAMPLE = """
import pytest

@pytest.mark.browser
def test_prints_a_page():
    assert True

def test_needs_nothing():
    assert True
"""


def run_sample(
    folder: Path, path: str, *options: str, required: str = ""
) -> subprocess.CompletedProcess[str]:
    """Run SAMPLE under the project's conftest with `path` as the only place for programs."""
    (folder / "conftest.py").write_bytes((ROOT / "tests" / "conftest.py").read_bytes())
    (folder / "pytest.ini").write_text("[pytest]\nmarkers =\n    browser: needs Chromium\n", encoding="utf-8")
    (folder / "test_sample.py").write_text(SAMPLE, encoding="utf-8")
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTEST_")}
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *options],
        cwd=folder,
        env=environment | {"PATH": path, "KPI_REQUIRE_SERVICES": required},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def chromium_only(tmp_path: Path) -> str:
    """Return a folder with nothing but a program called chromium."""
    programs = tmp_path / "programs"
    programs.mkdir()
    program = programs / ("chromium.bat" if os.name == "nt" else "chromium")
    program.write_text("#!/bin/sh\n", encoding="utf-8")
    program.chmod(0o755)
    return str(programs)


@pytest.mark.parametrize("options", [(), ("-n", "1")], ids=["alone", "xdist"])
def test_a_test_without_its_service_is_skipped_and_listed(tmp_path: Path, options: tuple[str, ...]) -> None:
    run = run_sample(tmp_path, "", *options)
    assert run.returncode == 0, run.stdout + run.stderr
    assert "1 passed, 1 skipped" in run.stdout
    after_heading = run.stdout.partition("not run: a service is absent")[2]
    assert "test_sample.py::test_prints_a_page: chromium is not installed" in after_heading
    assert "test_needs_nothing" not in after_heading


def test_where_services_are_required_the_skip_is_a_failure(tmp_path: Path) -> None:
    run = run_sample(tmp_path, "", required="1")
    assert run.returncode == 1
    assert "1 passed, 1 error" in run.stdout
    assert "chromium is not installed, and KPI_REQUIRE_SERVICES=1 allows no such skip" in run.stdout


def test_with_its_service_the_test_runs_and_no_heading_appears(tmp_path: Path, chromium_only: str) -> None:
    run = run_sample(tmp_path, chromium_only, required="1")
    assert run.returncode == 0, run.stdout + run.stderr
    assert "2 passed" in run.stdout
    assert "a service is absent" not in run.stdout


def other_ways_to_skip(source: str) -> list[int]:
    """Return the lines that skip a test by any way but a service's marker; a system's name is a reason."""
    lines = []
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Attribute | ast.Call):
            continue
        text = ast.unparse(node)
        skips = text in ("pytest.mark.skip", "pytest.skip", "pytest.importorskip", "unittest.skip")
        conditional = isinstance(node, ast.Call) and ast.unparse(node.func) == "pytest.mark.skipif"
        if skips or (conditional and "sys.platform" not in text and "os.name" not in text):
            lines.append(node.lineno)
    return lines


def test_no_test_skips_itself_by_another_way() -> None:
    found = [
        f"{name(path)}:{line}"
        for path in python_files("tests")
        if path != ROOT / "tests" / "conftest.py"
        for line in other_ways_to_skip(path.read_text(encoding="utf-8"))
    ]
    assert not found, f"use a service's marker (see tests/conftest.py): {found}"


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ("import pytest\npytest.skip('later')", [2]),
        ("import pytest\nx = pytest.importorskip('numba')", [2]),
        ("@pytest.mark.skip\ndef test_a(): assert 1", [1]),
        ("@pytest.mark.skipif(not HAS_R, reason='no R')\ndef test_a(): assert 1", [1]),
        ("@pytest.mark.skipif(sys.platform == 'win32', reason='POSIX')\ndef test_a(): assert 1", []),
        ("@pytest.mark.browser\ndef test_a(): assert 1", []),
    ],
)
def test_other_ways_are_recognised(source: str, lines: list[int]) -> None:
    assert other_ways_to_skip(source) == lines
