"""Habits of the house that a program can check: sizes, paths, outputs, tests that assert."""

import ast
import json
import re
from pathlib import Path

import pytest

from tests.repository.checkout import ROOT, committed_files, functions, name, python_files

LONGEST_FILE = 400
LONGEST_FUNCTION = 60

# Written in pieces, so that this file does not hold what it looks for.
_HOSTS = ("py" + "pi.org", "python" + "hosted.org", "ana" + "conda.org", "npm" + "js.org")
_FOLDERS = ("work", "root", "tmp", "home", "Users", "opt")
MACHINE_PATH = re.compile(rf"(?<![\w.~*\-/]){'/'}(?:{'|'.join(_FOLDERS)})/\w|\b[A-Z]:\\{'Users'}\\")
INDEX_HOST = re.compile("|".join(re.escape(host) for host in _HOSTS))


def lines_with(pattern: re.Pattern[str], text: str) -> list[int]:
    """Return the numbers of the lines in which a pattern occurs."""
    return [number for number, line in enumerate(text.splitlines(), start=1) if pattern.search(line)]


def read(path: Path) -> str:
    """Return a file's text; nothing for one that is no UTF-8 text (fonts, workbooks, GBK exports)."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


@pytest.mark.parametrize("pattern", [MACHINE_PATH, INDEX_HOST], ids=["machine path", "index host"])
def test_no_committed_file_names_a_machine_or_an_index(pattern: re.Pattern[str]) -> None:
    found = [f"{name(path)}:{line}" for path in committed_files() for line in lines_with(pattern, read(path))]
    assert not found


@pytest.mark.parametrize(
    ("text", "hit"),
    [
        ("open('/" + "tmp/x.csv')", True),
        ("cd /" + "home/ann/kpi", True),
        ("C:" + "\\Users\\ann", True),
        ("see templates/work/plan.md or ../home/x", False),
        ("https://example.com/home/page", False),
        ("#!/usr/bin/env bash", False),
    ],
)
def test_machine_paths_are_recognised(text: str, hit: bool) -> None:
    assert bool(lines_with(MACHINE_PATH, text)) is hit


def test_index_hosts_are_recognised() -> None:
    assert lines_with(INDEX_HOST, "one\n--index-url https://" + _HOSTS[0] + "/simple") == [2]


def test_files_are_short() -> None:
    lengths = {name(path): len(read(path).splitlines()) for path in python_files()}
    assert not {path: length for path, length in lengths.items() if length > LONGEST_FILE}


def test_functions_are_short() -> None:
    found = {
        f"{name(path)}:{function.lineno} {function.name}": length
        for path in python_files()
        for function in functions(path)
        if (length := (function.end_lineno or 0) - function.lineno + 1) > LONGEST_FUNCTION
    }
    assert not found


def test_modules_say_what_they_are() -> None:
    texts = {name(path): read(path) for path in python_files("toolkit")}
    silent = [path for path, text in texts.items() if text and not ast.get_docstring(ast.parse(text))]
    assert not silent


def traces_of_a_run(notebook: dict) -> list[int]:
    """Return the cells of a notebook that carry outputs or an execution count."""
    return [
        number
        for number, cell in enumerate(notebook["cells"])
        if cell["cell_type"] == "code" and (cell["outputs"] or cell["execution_count"] is not None)
    ]


def test_notebooks_carry_no_outputs() -> None:
    notebooks = [path for path in committed_files() if path.suffix == ".ipynb"]
    run = {name(path): cells for path in notebooks if (cells := traces_of_a_run(json.loads(read(path))))}
    assert not run


def test_traces_of_a_run_are_recognised() -> None:
    clean = {"cell_type": "code", "outputs": [], "execution_count": None}
    cells = [clean, clean | {"execution_count": 3}, {"cell_type": "markdown"}, clean | {"outputs": [{}]}]
    assert traces_of_a_run({"cells": cells}) == [1, 3]


def idle_tests(source: str) -> list[str]:
    """Return the test functions that neither assert nor call something of the file that does."""
    tree = ast.parse(source)
    found = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    helpers = {function.name for function in found if _asserts(function, set())}
    return [f.name for f in found if f.name.startswith("test_") and not _asserts(f, helpers - {f.name})]


def _asserts(function: ast.AST, helpers: set[str]) -> bool:
    for node in ast.walk(function):
        if isinstance(node, ast.Assert):
            return True
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            last = called.rpartition(".")[2]
            checks = called in helpers or last.startswith(("assert_", "_assert", "check_"))
            if checks or called in ("pytest.raises", "pytest.warns", "pytest.fail"):
                return True
    return False


def test_every_test_asserts() -> None:
    found = [
        f"{name(path)} {test}"
        for path in python_files("tests")
        if path.name.startswith("test_")
        for test in idle_tests(read(path))
    ]
    assert not found


@pytest.mark.parametrize(
    ("body", "idle"),
    [
        ("assert f() == 1", False),
        ("with pytest.raises(ValueError): f()", False),
        ("pd.testing.assert_frame_equal(a, b)", False),
        ("same(1, 2)", False),
        ("f()", True),
        ("print('done')", True),
    ],
)
def test_idle_tests_are_recognised(body: str, idle: bool) -> None:
    source = f"def same(a, b):\n    assert a == b\n\ndef test_it():\n    {body}\n"
    assert idle_tests(source) == (["test_it"] if idle else [])


def test_the_root_holds_what_a_reader_expects() -> None:
    expected = {
        "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "Makefile", "README.md", "environment.yml",
        "pyproject.toml", "requirements.lock",
    }  # fmt: skip
    assert expected <= {path.name for path in ROOT.iterdir()}


def test_the_changelog_has_a_place_for_what_comes_next() -> None:
    assert "\n## [Unreleased]\n" in read(ROOT / "CHANGELOG.md")
