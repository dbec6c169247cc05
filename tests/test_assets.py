"""What the toolkit ships is found, and nothing else is reachable through it."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.repository.checkout import ROOT
from toolkit.assets import asset


def test_a_checkouts_file_is_found() -> None:
    assert asset("templates", "report") == ROOT / "templates" / "report"


@pytest.mark.parametrize(
    "parts",
    [
        ("templates", "none.css"),
        ("toolkit", "assets.py"),
        ("templates", "..", "pyproject.toml"),
        ("templates", "..", "..", "anything"),
        (),
    ],
)
def test_what_is_not_shipped_is_refused_by_name(parts: tuple[str, ...]) -> None:
    with pytest.raises(FileNotFoundError, match="the toolkit ships no"):
        asset(*parts)


def test_an_absolute_path_is_refused() -> None:
    with pytest.raises(FileNotFoundError, match="the toolkit ships no"):
        asset(str(ROOT / "pyproject.toml"))


def test_an_installed_package_reads_its_own_shelf(tmp_path: Path) -> None:
    """The wheel's layout: the shelf inside the package wins over a folder beside it."""
    shelf = tmp_path / "toolkit" / "_assets" / "templates"
    shelf.mkdir(parents=True)
    (shelf / "style.css").write_text("inside", encoding="utf-8")
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "style.css").write_text("beside", encoding="utf-8")
    shutil.copy(ROOT / "toolkit" / "assets.py", tmp_path / "toolkit" / "assets.py")
    # Without it the copy would be a namespace package, and the checkout's toolkit would win.
    (tmp_path / "toolkit" / "__init__.py").touch()
    code = "from toolkit.assets import asset; print(asset('templates', 'style.css').read_text())"
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == "inside"
