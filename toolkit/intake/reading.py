"""Every readable file of an engagement's `data` folder; files of one kind are stacked, as one table's."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa

from toolkit.errors import Problems
from toolkit.intake.profile import profile
from toolkit.intake.sources import Source, read_one
from toolkit.intake.words import plain
from toolkit.intake.workbook import read_workbook

_WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".ods")
READABLE = (".csv", ".tsv", ".txt", ".parquet", *_WORKBOOKS)


def find_sources(folder: Path, problems: Problems) -> list[Source]:
    """Read every file in the engagement's `data`; files of one kind with the same columns are stacked.

    Parameters
    ----------
    folder : Path
        The engagement's.
    problems : Problems
        Gets a note for each file that cannot be read.
    """
    data = folder / "data"
    found: list[Source] = []
    for path in sorted(data.rglob("*")) if data.is_dir() else []:
        name = path.relative_to(folder).as_posix()
        if not path.is_file() or path.name.startswith(("~$", ".")):
            continue
        if path.suffix.lower() not in READABLE:
            problems.note("intake.not_a_data_file", where=name, value=path.suffix)
            continue
        found += read_sources(name, folder, problems)
    return _stacked(found)


def read_sources(name: str, folder: Path, problems: Problems) -> list[Source]:
    """A file's sources: one, or one for each sheet of a workbook that holds a table."""
    if (folder / name).suffix.lower() in _WORKBOOKS:
        return read_workbook(name, folder, problems)
    source = read_one(name, {}, folder, problems)
    return [source] if source else []


def _stacked(sources: list[Source]) -> list[Source]:
    """Files with the same columns and the same name but for its date or number are one table's."""
    groups: dict[Any, list[Source]] = {}
    for source in sources:
        stem = plain(re.sub(r"[\d年月日季度QqHh]+", "", Path(source.files[0]).stem))
        types = frozenset((c, str(source.table.schema.field(c).type)) for c in source.columns)
        key = (types, stem, tuple(sorted(source.options.items())))
        groups.setdefault(key if not source.marked else source.name, []).append(source)
    return [group[0] if len(group) == 1 else _stack(group) for group in groups.values()]


def _stack(group: list[Source]) -> Source:
    first = group[0]
    whole = pa.concat_tables(
        [s.table.select(first.table.column_names) for s in group], promote_options="permissive"
    )
    columns = {c: profile(whole.column(c)) for c in first.columns}
    return replace(first, files=tuple(f for s in group for f in s.files), columns=columns, table=whole)
