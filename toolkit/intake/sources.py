"""A file of the client's, read, with what its columns hold."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa

from toolkit.data.files.read import FileSource, read_files
from toolkit.errors import Problems
from toolkit.intake.profile import Profile, profile
from toolkit.intake.words import file_score

_OURS = ("_file", "_row")


@dataclass(frozen=True)
class Source:
    """A file (or several of one kind, stacked; or a sheet) with its columns looked at.

    Parameters
    ----------
    files : tuple of str
        Relative to the engagement.
    options : mapping
        What has to be declared to read it so: encoding, sheet, header_row.
    columns : mapping
        Column → its profile.
    table : Table
        The cells.
    marked : str
        The standard table whose sheet of our own form this is; blank for any other file.
    language : str
        Of our own form.
    made : mapping
        Standard columns of deals that follow from several of the file's, as SQL.
    """

    files: tuple[str, ...]
    options: Mapping[str, Any]
    columns: Mapping[str, Profile]
    table: pa.Table = field(repr=False, compare=False)
    marked: str = ""
    language: str = ""
    made: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """What proposals call it: the first file, with its sheet."""
        sheet = self.options.get("sheet", "")
        more = f" (+{len(self.files) - 1})" if len(self.files) > 1 else ""
        return f"{self.files[0]}{more}{f' [{sheet}]' if sheet else ''}"

    @property
    def plain_name(self) -> str:
        """A name that a SELECT can use: letters, digits and underscores, a letter first."""
        stem = str(self.options.get("sheet", "")) or Path(self.files[0]).stem
        bare = re.sub(r"\W+", "_", unicodedata.normalize("NFKC", stem)).strip("_").lower()
        return bare if re.fullmatch(r"[^\W\d_]\w*", bare) else f"file_{bare}".rstrip("_")

    def hint(self, table: str) -> float:
        """How surely the file's or the sheet's name is that of a standard table."""
        stem = Path(self.files[0]).stem
        sheet = str(self.options.get("sheet", ""))
        return max(file_score(table, stem), file_score(table, sheet) if sheet else 0.0)

    def cells(self, column: str) -> tuple[str, ...]:
        """The different cells of a column; none of one that the file does not have."""
        return self.columns[column].cells if column in self.columns else ()


def read_one(name: str, options: Mapping[str, Any], folder: Path, problems: Problems) -> Source | None:
    """One file or sheet, read as declared; what stops it becomes a note, for other files may serve."""
    own = Problems()
    table = read_files(FileSource((name,), **options), folder, own)
    found = next((p.values.get("found") for p in own if p.code == "data.wrong_encoding"), None)
    if table is None and found and "encoding" not in options:
        return read_one(name, {**options, "encoding": found}, folder, problems)
    problems.notes += own.notes
    if table is None:
        problems.notes += own.items  # they stop this file, not the others
        problems.note("intake.not_read", where=name)
        return None
    columns = {c: profile(table.column(c)) for c in table.column_names if c not in _OURS}
    return Source((name,), dict(options), columns, table)
