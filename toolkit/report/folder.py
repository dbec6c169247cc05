"""Write a folder of deliverables as one step: all of the new ones are there, or all of the old ones."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from toolkit.errors import Problem, ReportError
from toolkit.locks import locked
from toolkit.report.manifest import NAME as MANIFEST

_LEFT_BY_SYSTEMS = frozenset((".DS_Store", "Thumbs.db", "desktop.ini"))  # of a folder somebody looked into
_NAMED = 10  # of the files found, so that the message stays readable


@contextmanager
def replace_folder(out: Path) -> Iterator[Path]:
    """Give a new folder beside `out`, and put it in `out`'s place when the block ends well.

    If the block fails, or the program is killed in it, the old folder stays as it was. What a killed run left
    behind is cleared away at the next one: a half-written new folder is deleted, and an old one that was
    already moved aside is moved back.

    Parameters
    ----------
    out : Path
        A folder that is not there yet, is empty, or is a report's: has a manifest.json that lists every
        other file in it.

    Yields
    ------
    Path
        The folder to write into, on the same file system.

    Raises
    ------
    ReportError
        `out` is something else than a report's folder, holds files that the report did not write, another run
        is writing it, or a file in it is open in a program that does not let it go (Excel on Windows).
    """
    out = Path(out).resolve()
    out.parent.mkdir(parents=True, exist_ok=True)
    with _only_writer(out):
        _recover(out)
        _refuse_foreign(out)
        new = Path(tempfile.mkdtemp(prefix=f".{out.name}.new-", dir=out.parent))
        try:
            new.chmod(0o755)  # mkdtemp gives a folder that only its owner can open
            yield new
            _refuse_foreign(out)  # again: somebody may have saved a note there meanwhile
            _swap(new, out)
        finally:
            shutil.rmtree(new, ignore_errors=True)


def _swap(new: Path, out: Path) -> None:
    """Two renames; between them `out` is missing, which `_recover` mends after a kill."""
    old = _aside(out)
    try:
        if out.exists():
            out.rename(old)
        new.rename(out)
    except OSError as error:
        if old.exists() and not out.exists():
            old.rename(out)
        message = error.strerror or str(error)
        raise ReportError(
            Problem("report.folder_open", value=out.name, values={"message": message})
        ) from error
    shutil.rmtree(old, ignore_errors=True)  # what cannot be deleted now is deleted by the next run


def _recover(out: Path) -> None:
    """Clear away what a killed run left; nobody else is writing, for we hold the lock."""
    old = _aside(out)
    if old.exists():
        if out.exists():
            shutil.rmtree(old)
        else:
            old.rename(out)
    for left in out.parent.glob(f".{_literal(out.name)}.new-*"):
        shutil.rmtree(left)


def _refuse_foreign(out: Path) -> None:
    """Replacing a folder deletes what is in it: nothing but what its own manifest lists may be there."""
    if not out.exists() or (out.is_dir() and not any(out.iterdir())):
        return
    listed = _listed(out / MANIFEST)
    if listed is None:
        raise ReportError(Problem("report.not_our_folder", value=out.name))
    there = {p.relative_to(out).as_posix() for p in out.rglob("*") if p.is_symlink() or not p.is_dir()}
    own = sorted(name for name in there - listed if name.rpartition("/")[2] not in _LEFT_BY_SYSTEMS)
    if own:
        files = ", ".join(own[:_NAMED]) + (" …" if len(own) > _NAMED else "")
        raise ReportError(Problem("report.own_files", value=out.name, values={"files": files}))


def _listed(manifest: Path) -> set[str] | None:
    """The files that a report consists of; None where there is no manifest that can be read."""
    try:
        content = json.loads(manifest.read_text(encoding="utf-8"))
        return {MANIFEST, *(entry["path"] for entry in content["outputs"])}
    except (OSError, ValueError, KeyError, TypeError):
        return None


@contextmanager
def _only_writer(out: Path) -> Iterator[None]:
    """Hold a lock beside `out` that the system lets go when the program ends, however it ends."""
    path = out.with_name(f".{out.name}.lock")
    with path.open("a") as file:
        if not (locked(file) and _still_there(file)):
            raise ReportError(Problem("report.folder_busy", value=out.name))
        try:
            yield
        finally:
            if os.name == "posix":  # Windows deletes no open file: there it stays, empty
                path.unlink(missing_ok=True)


def _still_there(file: IO[str]) -> bool:
    """Whether the lock file is the one on disk: a run that just ended may have deleted it meanwhile."""
    if os.name != "posix":
        return True
    try:
        return os.fstat(file.fileno()).st_ino == Path(file.name).stat().st_ino
    except FileNotFoundError:
        return False


def _aside(out: Path) -> Path:
    return out.with_name(f".{out.name}.old")


def _literal(name: str) -> str:
    """A name as a pattern that matches it alone."""
    return "".join(f"[{char}]" if char in "[]*?" else char for char in name)
