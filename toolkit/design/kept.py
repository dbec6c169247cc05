"""What a kept decision rests on: its files by their checksums, so that what has changed since is seen."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path


def checksums(files: Iterable[Path], folder: Path) -> dict[str, str]:
    """The SHA-256 of each file that is there, by its path in the engagement's folder; outside it by name."""
    return {_place(path, folder): _sha256(path) for path in dict.fromkeys(files) if path.is_file()}


def _place(path: Path, folder: Path) -> str:
    return path.relative_to(folder).as_posix() if path.is_relative_to(folder) else path.name


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
