"""The sheets of a workbook: our own form by its hidden mark, any other by what stands in each."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook

from toolkit.data.files.read import FileSource, read_files
from toolkit.errors import Problems
from toolkit.intake.sources import Source, read_one

MARK = "kpi_form"  # the hidden sheet of our own form: table, sheet, header row and language of each sheet
MARK_COLUMNS = ("table", "sheet", "header_row", "language")
_NOTHING = {"data.empty_table"}


def read_workbook(name: str, folder: Path, problems: Problems) -> list[Source]:
    """Each sheet that holds a table; of our own form those that were filled in.

    Parameters
    ----------
    name : str
        The workbook, relative to the engagement's folder.
    """
    own = Problems()
    table = read_files(FileSource((name,)), folder, own)
    codes = {problem.code for problem in own}
    if table is not None or "data.which_sheet" not in codes:
        found = read_one(name, {}, folder, problems)
        return [found] if found else []
    sheets = _sheets(folder / name)
    if MARK in sheets:
        return _read_form(name, folder, problems)
    read = [read_one(name, {"sheet": sheet}, folder, problems) for sheet in sheets]
    return [source for source in read if source is not None]


def _sheets(path: Path) -> list[str]:
    """Names of the sheets; the container was found sound by the reader before."""
    try:
        return list(CalamineWorkbook.from_path(path).sheet_names)
    except CalamineError:  # the reader has said why
        return []


def _read_form(name: str, folder: Path, problems: Problems) -> list[Source]:
    marks = read_files(FileSource((name,), sheet=MARK, header_row=1), folder, problems)
    if marks is None or not set(MARK_COLUMNS) <= set(marks.column_names):
        problems.note("intake.form_mark", where=name)
        return []
    out = []
    for mark in marks.select(MARK_COLUMNS).to_pylist():
        if not mark["table"]:
            continue
        options = {"sheet": mark["sheet"], "header_row": int(mark["header_row"])}
        own = Problems()
        source = read_one(name, options, folder, own)
        if source is not None:
            problems.notes += own.notes
            out.append(replace(source, marked=mark["table"], language=mark["language"]))
        elif _NOTHING.isdisjoint(n.code for n in own.notes):  # a sheet left blank is not asked for again
            problems.notes += own.notes
    return out
