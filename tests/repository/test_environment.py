"""What is declared, locked, offered to conda and actually imported is one and the same list."""

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

from tests.repository.checkout import ROOT, python_files

# conda-forge's names where they differ; an extra of pip's is a package of its own there.
CONDA_NAMES = {
    "duckdb": ["python-duckdb"],
    "ibis-framework": ["ibis-duckdb"],
    "matplotlib": ["matplotlib-base"],
    "fonttools": ["fonttools", "brotli-python"],
    "jupyter-client": ["jupyter_client"],
}
PIP_ONLY = {"chinesecalendar"}  # conda-forge has it not: `--editable .` brings it
UNBOUNDED = {"brotli-python", "pip"}  # no requirement of ours names a version of these
# Halves of a declared package, which fixes their versions itself.
HALVES = {"pydantic_core": "pydantic", "markupsafe": "jinja2"}
LOCKED_EXTRAS = ("dev", "app", "notify", "spark")


def project() -> dict:
    """Return pyproject.toml's [project]."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def requirements(*extras: str) -> list[Requirement]:
    """Return the declared requirements, those of some extras included."""
    declared = project()
    listed = declared["dependencies"] + [
        line for extra in extras for line in declared["optional-dependencies"][extra]
    ]
    return [Requirement(line) for line in listed]


def locked() -> dict[str, list[tuple[Version, Requirement, int]]]:
    """Return, for each package of the lock, its version(s), its line and its number of hashes."""
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    found: dict[str, list[tuple[Version, Requirement, int]]] = {}
    for entry in re.split(r"^(?=[A-Za-z0-9])", text, flags=re.MULTILINE)[1:]:
        line = Requirement(entry.partition("\n")[0].rstrip(" \\"))
        (pin,) = line.specifier
        assert pin.operator == "==", line
        record = (Version(pin.version), line, entry.count("--hash=sha256:"))
        found.setdefault(canonicalize_name(line.name), []).append(record)
    return found


def conda() -> dict[str, SpecifierSet]:
    """Return environment.yml's conda packages with their bounds."""
    content = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    entries = [Requirement(line) for line in content["dependencies"] if isinstance(line, str)]
    return {entry.name: entry.specifier for entry in entries}


def test_conda_offers_the_same_packages_within_the_same_bounds() -> None:
    expected = {"python": SpecifierSet(project()["requires-python"]), "pip": SpecifierSet()}
    for requirement in requirements():
        if requirement.name in PIP_ONLY:
            continue
        for name in CONDA_NAMES.get(requirement.name, [requirement.name]):
            expected[name] = SpecifierSet() if name in UNBOUNDED else requirement.specifier
    assert conda() == expected


def test_conda_installs_the_toolkit_itself() -> None:
    content = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    assert [part["pip"] for part in content["dependencies"] if isinstance(part, dict)] == [["--editable ."]]


def test_every_dependency_has_a_lower_bound() -> None:
    extras = project()["optional-dependencies"]
    unbounded = [
        str(requirement)
        for requirement in requirements(*extras)
        if not any(bound.operator == ">=" for bound in requirement.specifier)
    ]
    assert not unbounded


def test_the_lock_holds_every_dependency_within_its_bounds() -> None:
    pins = locked()
    for requirement in requirements(*LOCKED_EXTRAS):
        versions = [version for version, _, _ in pins.get(canonicalize_name(requirement.name), [])]
        assert versions, f"{requirement.name} is not locked: run make lock"
        assert all(version in requirement.specifier for version in versions), f"{requirement}: run make lock"


def test_every_locked_package_can_be_verified() -> None:
    without = [str(line) for records in locked().values() for _, line, hashes in records if hashes == 0]
    assert not without


def test_the_tools_that_build_the_package_are_locked() -> None:
    content = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    build = [canonicalize_name(Requirement(line).name) for line in content["build-system"]["requires"]]
    # An editable install asks for `editables` besides what build-system.requires names.
    assert {*build, "editables", "uv"} <= set(locked())


def test_the_lock_fits_this_python() -> None:
    """Two lines of one package never hold at once."""
    for name, records in locked().items():
        holding = [line for _, line, _ in records if line.marker is None or line.marker.evaluate()]
        assert len(holding) <= 1, name


def third_party(source: str) -> set[str]:
    """Return the top modules that a source imports from outside Python and the toolkit."""
    names = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            names.add(node.module.partition(".")[0])
    return names - sys.stdlib_module_names - {"toolkit", "tests", "benchmarks"}


@pytest.mark.parametrize(
    ("folder", "extras"), [("toolkit", ("app", "notify", "spark")), ("tests", (*LOCKED_EXTRAS, "spark"))]
)
def test_everything_imported_is_declared(folder: str, extras: tuple[str, ...]) -> None:
    declared = {canonicalize_name(requirement.name) for requirement in requirements(*extras)}
    makers = packages_distributions()
    undeclared = {
        f"{path.relative_to(ROOT).as_posix()} imports {module}"
        for path in python_files(folder)
        for module in third_party(path.read_text(encoding="utf-8"))
        if not declared & {canonicalize_name(maker) for maker in makers.get(module, [module])}
        and HALVES.get(module) not in declared
    }
    assert not undeclared


def test_third_party_modules_are_recognised() -> None:
    source = "import os, numpy.linalg\nfrom yaml import load\nfrom . import x\nfrom toolkit import money"
    assert third_party(source) == {"numpy", "yaml"}
