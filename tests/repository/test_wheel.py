"""What a colleague gets who installs the built package, without a checkout."""

import os
import subprocess
import sys
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

from tests.repository.checkout import ROOT, committed_files

pytestmark = pytest.mark.slow

# A wheel holds the package; from the sdist every test must run.
SHELVES = {"templates": "toolkit/_assets/templates", "notebooks": "toolkit/_assets/notebooks"}


def call(command: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a program in a folder and return what it said."""
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the wheel and the sdist, built without fetching anything."""
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--no-isolation", "--wheel", "--sdist", "--outdir", str(folder)]
    done = call(command, ROOT)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def content(wheel: Path) -> set[str]:
    """Return the names of a wheel's files, its metadata left out."""
    with zipfile.ZipFile(wheel) as archive:
        return {entry for entry in archive.namelist() if ".dist-info/" not in entry}


def expected() -> set[str]:
    """Return the committed files of package, templates and notebooks, at their place in a wheel."""
    relative = [path.relative_to(ROOT) for path in committed_files()]
    return {
        "/".join((SHELVES.get(path.parts[0], path.parts[0]), *path.parts[1:]))
        for path in relative
        if path.parts[0] in ("toolkit", *SHELVES)
    }


@pytest.fixture(scope="module")
def installed(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the Python of a new environment that holds the wheel, and borrows its dependencies from here."""
    folder = tmp_path_factory.mktemp("installed")
    venv.create(folder, with_pip=False)
    programs = folder / ("Scripts" if os.name == "nt" else "bin")
    python = programs / ("python.exe" if os.name == "nt" else "python")
    (wheel,) = built.glob("*.whl")
    command = ["uv", "pip", "install", "--offline", "--no-deps", "--python", str(python), str(wheel)]
    subprocess.run(command, check=True, capture_output=True, env=os.environ | {"PATH": _path()})
    site = call([str(python), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"], folder)
    # Only installed packages are borrowed: the checkout itself must not be found from there.
    borrowed = [entry for entry in sys.path if Path(entry).name == "site-packages"]
    Path(site.stdout.strip(), "borrowed.pth").write_text("\n".join(borrowed), encoding="utf-8")
    return python


def _path() -> str:
    return os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])


def test_the_wheel_holds_package_templates_notebooks_and_nothing_else(built: Path) -> None:
    (wheel,) = built.glob("*.whl")
    assert content(wheel) == expected()
    assert any(entry.startswith("toolkit/texts/") and entry.endswith(".yaml") for entry in content(wheel))
    assert any(entry.startswith("toolkit/_assets/templates/") for entry in content(wheel))


def test_the_sdist_holds_all_that_the_tests_need(built: Path) -> None:
    (sdist,) = built.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        inside = {entry.partition("/")[2] for entry in archive.getnames()}
    # hatchling leaves out VCS files; nothing reads them outside a repository.
    committed = {path.relative_to(ROOT).as_posix() for path in committed_files()} - {".gitattributes"}
    assert committed <= inside


def test_the_installed_toolkit_finds_its_assets(installed: Path, tmp_path: Path) -> None:
    code = "from toolkit.assets import asset; print(asset('templates', 'report'))"
    done = call([str(installed), "-c", code], tmp_path)
    assert done.returncode == 0, done.stderr
    found = Path(done.stdout.strip())
    assert found.is_dir()
    assert found.parts[-4:] == ("toolkit", "_assets", "templates", "report")


def test_the_installed_command_greets(installed: Path, tmp_path: Path) -> None:
    kpi = installed.with_name("kpi.exe" if os.name == "nt" else "kpi")
    done = call([str(kpi), "--help"], tmp_path)
    assert done.returncode == 0, done.stderr
    assert "report" in done.stdout
