"""A room of the house imports only from rooms above it, and importing the toolkit costs nothing."""

import ast
import graphlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.repository.checkout import ROOT, python_files

# The order of the work: each room may import from itself and from those before it.
ROOMS = (
    "errors", "assets", "locks", "language", "money", "periods", "working_days", "documents", "faults",
    "stats", "reliability", "catalogue", "scheme", "data", "intake", "appraise", "simulate", "design",
    "review", "report", "notify", "monthly", "apps", "cli",
)  # fmt: skip
HEAVY = {"pandas", "scipy", "matplotlib", "duckdb", "ibis", "numba", "pyarrow"}


def module_name(path: Path, root: Path = ROOT) -> str:
    """Return `toolkit.scheme.curve` for toolkit/scheme/curve.py and `toolkit.scheme` for its __init__.py."""
    parts = path.relative_to(root).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported(source: str, module: str, is_package: bool) -> Iterator[tuple[str, int]]:
    """Yield the toolkit's modules that `source` imports anywhere in it, with the line."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = _base(node, module, is_package)
            names = [f"{base}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("import_module"):
            names = [arg.value for arg in node.args[:1] if isinstance(arg, ast.Constant)]
        else:
            continue
        for name in names:
            if name.split(".")[0] == "toolkit":
                yield name, node.lineno


def _base(node: ast.ImportFrom, module: str, is_package: bool) -> str:
    if node.level == 0:
        return node.module or ""
    package = module.split(".") if is_package else module.split(".")[:-1]
    return ".".join([*package[: len(package) - node.level + 1], *([node.module] if node.module else [])])


def complaint(module: str, target: str) -> str | None:
    """Return why `module` must not import `target`, or None where it may."""
    here, there = _room(module), _room(target)
    if there == "":
        return "a room never imports the whole toolkit"
    unknown = [room for room in (here, there) if room not in ROOMS]
    if unknown:
        return f"{unknown[0]} is no room of the house; give it its place in ROOMS"
    return f"{there} comes after {here}" if ROOMS.index(there) > ROOMS.index(here) else None


def _room(module: str) -> str:
    parts = module.split(".")
    # `python -m toolkit` is the command line by another name.
    return "" if len(parts) == 1 else "cli" if parts[1] == "__main__" else parts[1]


def sources() -> dict[str, tuple[str, bool]]:
    """Return each module of the toolkit with its source and whether it is a package."""
    files = [path for path in python_files("toolkit") if "_assets" not in path.parts]
    return {module_name(f): (f.read_text(encoding="utf-8"), f.name == "__init__.py") for f in files}


def test_rooms_import_only_from_rooms_above() -> None:
    found = [
        f"{module}:{line} imports {target}: {why}"
        for module, (source, is_package) in sources().items()
        if module != "toolkit"  # the public face names every room, lazily; see the test of its cost below
        for target, line in imported(source, module, is_package)
        if (why := complaint(module, target))
    ]
    assert not found, "\n".join(found)


def test_every_module_has_its_room() -> None:
    strangers = {_room(module) for module in sources()} - {"", *ROOMS}
    assert not strangers, f"not in ROOMS: {strangers}"


def order(modules: dict[str, tuple[str, bool]]) -> list[str]:
    """Return the modules so that each follows what it imports; CycleError where that cannot be."""
    graph: dict[str, set[str]] = {}
    for module, (source, is_package) in modules.items():
        targets = {_longest(name, modules) for name, _ in imported(source, module, is_package)}
        # A package's __init__ gathers its own modules' names; that alone is no cycle.
        graph[module] = {t for t in targets if t and t != module and not module.startswith(f"{t}.")}
    return list(graphlib.TopologicalSorter(graph).static_order())


def _longest(name: str, modules: dict[str, tuple[str, bool]]) -> str:
    while name and name not in modules:
        name = name.rpartition(".")[0]
    return name


def test_no_module_imports_itself_by_a_detour() -> None:
    modules = {name: source for name, source in sources().items() if name != "toolkit"}
    assert set(order(modules)) >= set(modules)


@pytest.mark.parametrize("name", ["toolkit", "toolkit.cli"])
def test_importing_the_toolkit_loads_no_heavy_library(name: str) -> None:
    code = f"import sys, {name}; print(*sorted({{n.partition('.')[0] for n in sys.modules}}))"
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert "toolkit" in run.stdout.split()
    assert not HEAVY & set(run.stdout.split())


@pytest.mark.parametrize(
    ("source", "targets"),
    [
        ("from toolkit.report import page", ["toolkit.report.page"]),
        ("def f():\n    import toolkit.cli", ["toolkit.cli"]),
        (
            "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from toolkit import apps",
            ["toolkit.apps"],
        ),
        ("from . import load", ["toolkit.data.load"]),
        ("from ..report.page import write", ["toolkit.report.page.write"]),
        ("import importlib\nimportlib.import_module('toolkit.cli')", ["toolkit.cli"]),
        ("import pandas as pd\nfrom toolkits import x", []),
    ],
)
def test_imports_are_seen_wherever_they_stand(source: str, targets: list[str]) -> None:
    assert [name for name, _ in imported(source, "toolkit.data.sources", False)] == targets


@pytest.mark.parametrize(
    ("module", "target", "words"),
    [
        ("toolkit.data.load", "toolkit.report.page", "report comes after data"),
        ("toolkit.errors", "toolkit.language", "language comes after errors"),
        ("toolkit.data.load", "toolkit", "never imports the whole toolkit"),
        ("toolkit.data.load", "toolkit.helpers", "helpers is no room"),
    ],
)
def test_a_wrong_import_is_refused(module: str, target: str, words: str) -> None:
    assert words in str(complaint(module, target))


@pytest.mark.parametrize("target", ["toolkit.errors.Problem", "toolkit.scheme", "toolkit.data.sources"])
def test_a_right_import_is_allowed(target: str) -> None:
    assert complaint("toolkit.data.load", target) is None


def test_a_cycle_is_found() -> None:
    ring = {
        "toolkit.data.a": ("from toolkit.data import b", False),
        "toolkit.data.b": ("from toolkit.data.a import x", False),
    }
    with pytest.raises(graphlib.CycleError):
        order(ring)
