"""Clients' files → tables of text as it stands in them (parquet: as typed there)."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from toolkit.data.files.body import names_ok, trimmed
from toolkit.data.files.container import kind_of
from toolkit.data.files.sheet import read_workbook
from toolkit.data.files.source import SHOWN, FileSource
from toolkit.data.files.text import read_text
from toolkit.errors import Problems

__all__ = ["SHOWN", "FileSource", "read_files"]

# What a file's name promises; a file of another kind is read as what it is, and that is noted.
_PROMISED = {
    ".xlsx": "zip", ".xlsm": "zip", ".ods": "zip", ".xls": "ole", ".et": "ole", ".csv": "text",
    ".tsv": "text", ".txt": "text",
}  # fmt: skip
_CALLED = {"zip": "xlsx", "ole": "xls", "text": "csv"}


def read_files(source: FileSource, folder: Path, problems: Problems) -> pa.Table | None:
    """Read and stack the files of a source; None if any could not be read (the problems say why).

    Rows of the wrong length are noted and left out, so that the others can be checked too; empty rows
    are no rows. How a file was read otherwise than as it stands is in the notes.

    Returns
    -------
    Table
        The file's columns (text from CSV, TSV and workbooks, parquet's own types), `_file` its index in
        the source and `_row` the row as a spreadsheet shows it.

    Examples
    --------
    >>> from toolkit.assets import asset
    >>> problems = Problems()
    >>> folder = asset("templates", "engagements", "manufacturer")
    >>> table = read_files(FileSource(("data/no_such.csv",)), folder, problems)
    >>> table is None, problems.items[0].code
    (True, 'data.missing_file')
    """
    parts = [_read_one(name, i, source, folder, problems) for i, name in enumerate(source.files)]
    whole = [part for part in parts if part is not None]
    if len(whole) < len(parts) or not whole:
        return None
    first = set(whole[0].column_names)
    for name, part in zip(source.files[1:], whole[1:], strict=True):
        for column in sorted(first ^ set(part.column_names)):
            problems.add("data.stack_columns", where=name, column=column, first=source.files[0])
    if any(set(part.column_names) != first for part in whole):
        return None
    try:
        return pa.concat_tables(
            [p.select(whole[0].column_names) for p in whole], promote_options="permissive"
        )
    except (pa.ArrowInvalid, pa.ArrowTypeError) as error:
        problems.add("data.stack_types", where=source.files[0], value=str(error).splitlines()[0][:120])
        return None


def _read_one(name: str, index: int, source: FileSource, folder: Path, problems: Problems) -> pa.Table | None:
    path = (folder / name.replace("\0", "?")).resolve()
    if not path.is_relative_to(folder.resolve()):
        problems.add("data.outside_folder", where=name)
        return None
    if not path.is_file():
        problems.add("data.is_folder" if path.is_dir() else "data.missing_file", where=name)
        return None
    before = len(problems)
    is_parquet = path.suffix.lower() == ".parquet"
    try:
        table = (
            _read_parquet(path, name, problems) if is_parquet else _read_other(path, name, source, problems)
        )
    except OSError as error:  # no right to read it, a disk that fails
        problems.add("data.cannot_open", where=name, value=error.strerror or "")
        return None
    if table is None:
        return None
    if table.num_rows == 0:
        if len(problems) == before:  # else every row was refused, and that is said
            problems.add("data.empty_table", where=name)
        return None
    return table.append_column("_file", pa.array(np.full(table.num_rows, index, dtype=np.int32)))


def _read_other(path: Path, name: str, source: FileSource, problems: Problems) -> pa.Table | None:
    """Read a file by what it is, not by what it is called."""
    content = path.read_bytes()
    kind = kind_of(content)
    if kind == "parquet":
        return _read_parquet(path, name, problems)
    if kind not in _CALLED:
        code = "data.web_page" if kind in ("html", "mht", "xml") else "data.other_kind_of_file"
        problems.add(code, where=name, value=kind)
        return None
    promised = _PROMISED.get(path.suffix.lower(), kind)
    if promised != kind and content:
        problems.note("data.other_name", where=name, value=path.suffix, found=_CALLED[kind])
    if kind == "text":
        return read_text(content, name, source, problems)
    return read_workbook(content, kind, name, source, problems)


def _read_parquet(path: Path, name: str, problems: Problems) -> pa.Table | None:
    try:
        table = pq.read_table(path)
    except (pa.ArrowInvalid, OSError) as error:
        problems.add("data.not_parquet", where=name, value=str(error).splitlines()[0][:120])
        return None
    if not names_ok(table.column_names, name, 1, problems):
        return None
    for i, field in enumerate(table.schema):
        # The day is the one on the client's own clock, whatever machine reads the file.
        if pa.types.is_timestamp(field.type) and field.type.tz:
            table = table.set_column(i, field.name, pc.local_timestamp(table.column(i)))
    return trimmed(table).append_column("_row", pa.array(np.arange(1, table.num_rows + 1)))
