"""The public face: its names, held literally; each found, told and shown; none loaded early."""

import inspect
import json
import subprocess
import sys

import pytest

import toolkit

PUBLIC = {
    "Appraisal",
    "Curve",
    "DataError",
    "Engagement",
    "NotEnoughData",
    "Records",
    "ReportError",
    "Scheme",
    "SchemeError",
    "Schemes",
    "alerts",
    "compare",
    "contract",
    "develop",
    "explain",
    "grade",
    "integrity",
    "lint",
    "load_catalogue",
    "load_engagement",
    "load_packs",
    "load_schemes",
    "measure",
    "pay",
    "recognise",
    "replace_at",
    "replay",
    "reweight",
    "save_scheme",
    "score",
    "screen",
    "select",
    "set_targets",
    "settle",
    "statements",
    "weigh",
    "write_report",
}
FUNCTIONS = sorted(name for name in PUBLIC if name[0].islower())


def in_a_new_process(code: str) -> object:
    """What a statement sequence leaves in `found`, in a Python that has imported nothing yet."""
    program = f"import json\n{code}\nprint(json.dumps(found))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_the_public_names_are_these() -> None:
    assert set(toolkit.__all__) == PUBLIC and len(PUBLIC) <= 40
    assert set(dir(toolkit)) == PUBLIC | {"LANGUAGES", "__version__"}


@pytest.mark.parametrize("name", sorted(PUBLIC))
def test_a_name_is_found_and_told(name: str) -> None:
    told = inspect.getdoc(toolkit.__getattr__(name))
    assert told and told[0].isupper() and told.split("\n")[0].endswith((".", "?"))


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_is_annotated_and_shown(name: str) -> None:
    function = toolkit.__getattr__(name)
    assert inspect.isfunction(inspect.unwrap(function))
    assert ">>>" in (inspect.getdoc(function) or "")
    signature = inspect.signature(function)
    assert signature.return_annotation is not signature.empty
    assert all(p.annotation is not p.empty for p in signature.parameters.values())


def test_a_name_is_no_room_even_when_every_room_has_been_entered() -> None:
    """A package of a public name's name would take its place as soon as it is imported."""
    found = in_a_new_process(
        "import toolkit, types\n"
        "for name in toolkit.__all__: getattr(toolkit, name)\n"
        "found = [n for n in toolkit.__all__ if isinstance(getattr(toolkit, n), types.ModuleType)]"
    )
    assert found == []


def test_importing_the_toolkit_loads_nothing_heavy() -> None:
    heavy = [
        "pandas",
        "numpy",
        "scipy",
        "duckdb",
        "ibis",
        "pyarrow",
        "pydantic",
        "matplotlib",
        "yaml",
        "sqlglot",
    ]
    found = in_a_new_process(f"import sys, toolkit\nfound = [m for m in {heavy} if m in sys.modules]")
    assert found == []


def test_an_unknown_name_is_refused_with_those_there_are() -> None:
    with pytest.raises(AttributeError, match=r"no 'simulte'.*load_engagement"):
        _ = toolkit.simulte  # type: ignore[attr-defined]


def test_the_version_is_that_of_the_package() -> None:
    assert toolkit.__version__.count(".") == 2 and toolkit.LANGUAGES == ("en", "zh")
