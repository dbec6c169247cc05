"""What a report was made from and what it consists of, so that anyone can check both by their checksums."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path, PurePosixPath, PureWindowsPath

from toolkit.errors import Problems, ReportError

NAME = "manifest.json"
SCHEMA = "kpi-report/1"
# Whatever may change a number or the page; the rest of an environment is in requirements.lock.
# fmt: off
PACKAGES = (
    "kpi-scheme-toolkit", "numpy", "pandas", "pyarrow", "duckdb", "ibis-framework", "sqlglot", "scipy",
    "numba", "statsmodels", "pyfixest", "matplotlib", "jinja2", "fonttools", "papermill", "nbclient",
    "nbformat", "ipykernel", "pydantic", "pyyaml", "XlsxWriter", "python-pptx",
)
# fmt: on


def write_manifest(
    folder: Path,
    *,
    command: str,
    language: str,
    parameters: Mapping[str, object],
    seed: int | None,
    schemes: Iterable[str],
    inputs: Iterable[Path],
    root: Path,
    outputs: Iterable[Path] | None = None,
) -> Path:
    """Write `manifest.json` into a report's folder.

    Parameters
    ----------
    folder : Path
        The report's folder.
    command, language : str
        What was asked for, and en or zh.
    parameters : mapping
        The notebook's parameters; paths in them are written relative to `root`, or by their name alone
        outside it.
    seed : int, optional
        Of the simulation.
    schemes : iterable of str
        As `name@version`.
    inputs : iterable of Path
        Every file read; listed under `inputs`, relative to `root`.
    root : Path
        The engagement's folder.
    outputs : iterable of Path, optional
        What was written, listed under `outputs`, relative to `folder`; every file in it by default.

    Returns
    -------
    Path
        The file written.

    Raises
    ------
    ReportError
        A file was read from outside the engagement.
    """
    folder, root = Path(folder).resolve(), Path(root).resolve()
    read = _inside(inputs, root)
    made = _made(folder) if outputs is None else sorted(Path(path).resolve() for path in outputs)
    content = {
        "schema": SCHEMA,
        "command": command,
        "language": language,
        "parameters": {name: _portable(value, root) for name, value in parameters.items()},
        "seed": seed,
        "schemes": sorted(schemes),
        "packages": packages(),
        "inputs": [_entry(path, root) for path in read],
        "outputs": [_entry(path, folder) for path in made],
    }
    return _write(folder, content)


def list_outputs(folder: Path) -> Path:
    """List every file of a report's folder in the manifest that is there, last of all."""
    folder = Path(folder).resolve()
    content = json.loads((folder / NAME).read_text(encoding="utf-8"))
    return _write(folder, {**content, "outputs": [_entry(path, folder) for path in _made(folder)]})


def _made(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file() and path != folder / NAME)


def _write(folder: Path, content: Mapping[str, object]) -> Path:
    target = folder / NAME
    text = json.dumps(content, ensure_ascii=False, indent=1) + "\n"
    target.write_text(text, encoding="utf-8", newline="\n")
    return target


def packages() -> dict[str, str]:
    """Versions of the packages that make the numbers and the page, of those installed."""
    found = {}
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:  # a checkout run without installing it, or an extra that is not in use
            continue
    return found


def sha256(path: Path) -> str:
    """The SHA-256 checksum of a file, in hexadecimal."""
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _inside(inputs: Iterable[Path], root: Path) -> list[Path]:
    """The files read, each once; any from outside the engagement are refused together, by name alone."""
    read = sorted({Path(path).resolve() for path in inputs})
    problems = Problems()
    for path in read:
        if not path.is_relative_to(root):
            problems.add("report.outside_engagement", value=path.name)
    problems.raise_as(ReportError)
    return read


def _entry(path: Path, root: Path) -> dict[str, str]:
    return {"path": path.relative_to(root).as_posix(), "sha256": sha256(path)}


def _portable(value: object, root: Path) -> object:
    """A parameter without the paths of this machine."""
    if isinstance(value, Mapping):
        return {str(key): _portable(item, root) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_portable(item, root) for item in value]
    if isinstance(value, Path) or (isinstance(value, str) and _is_absolute(value)):
        path = Path(value)
        inside = path.is_absolute() and path.resolve().is_relative_to(root)
        return path.resolve().relative_to(root).as_posix() if inside else _last_part(str(value))
    return value


def _is_absolute(text: str) -> bool:
    """Whether a text is a whole path on this or another system; a lone slash or a sentence is not."""
    is_path = PurePosixPath(text).is_absolute() or PureWindowsPath(text).is_absolute()
    return is_path and len(PureWindowsPath(text).parts) > 1


def _last_part(text: str) -> str:
    return PureWindowsPath(text).name or text
