"""The rows below the column names: blank ones dropped, totals left out, each with its place."""

from __future__ import annotations

from functools import reduce
from itertools import product

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from toolkit.data.convert import BLANKS
from toolkit.data.files.source import SHOWN
from toolkit.errors import Problems

_OURS = ("_file", "_row")  # added to every table: where a row stands
_WORDS = (
    "合计", "总计", "小计", "累计", "合 计", "总 计", "小 计", "合  计", "总  计", "小  计",
    "本页合计", "本月合计",
    "total", "totals", "grand total", "sub total", "subtotal", "sub-total", "sum total", "overall total",
)  # fmt: skip
_FORMS = {form for word in _WORDS for form in (word, word.title(), word.upper(), word.capitalize())}
_TOTALS = pa.array(sorted(form + end for form, end in product(_FORMS, ("", ":", "：", " :"))))
_LABEL_COLUMNS = 4  # a total is named in its first filled cell, which stands near the left
_FULL = 0.1  # share of blanks below which a column is filled as a rule
_CLOSE = 1e-6  # relative: a total may have been rounded


def trimmed(table: pa.Table) -> pa.Table:
    """Text without blanks around it; nothing left is no cell."""
    for i, field in enumerate(table.schema):
        if pa.types.is_string(field.type) or pa.types.is_large_string(field.type):
            column = pc.utf8_trim(table.column(i).cast(pa.string()), characters=BLANKS)
            blank = pc.equal(column, "")
            table = table.set_column(i, field.name, pc.if_else(blank, pa.scalar(None, pa.string()), column))
    return table


def names_ok(columns: list[str], where: str, row: int, problems: Problems) -> bool:
    """No two columns of one name (SQL does not tell capitals apart), and none of ours."""
    before = len(problems)
    seen: set[str] = set()
    for column in columns:
        if column.casefold() in _OURS:
            problems.add("data.reserved_column", where=where, row=row, column=column)
        if column.casefold() in seen and len(problems) - before < SHOWN:
            problems.add("data.repeated_column", where=where, row=row, column=column)
        seen.add(column.casefold())
    return len(problems) == before


def finished(
    table: pa.Table, names: list[str], numbers: np.ndarray, where: str, problems: Problems
) -> pa.Table:
    """Name the columns, add `_row`, drop what is no row of data.

    Parameters
    ----------
    table : Table
        Trimmed cells, columns by position.
    names : list of str
        By position; a column without a name cannot be meant by anybody, and is left out with a note if
        something stands in it.
    numbers : array of int
        The row of each as a spreadsheet shows it.

    Examples
    --------
    >>> problems = Problems()
    >>> cells = pa.table({"0": ["a", None, "Total"], "1": ["3", None, "3"]})
    >>> finished(cells, ["rep", "sales"], np.array([2, 3, 4]), "a.csv", problems).to_pylist()
    [{'rep': 'a', 'sales': '3', '_row': 2}]
    >>> problems.notes[0].code, problems.notes[0].row
    ('data.totals_row', 4)
    """
    named = [i for i, name in enumerate(names) if name]
    _note_unnamed(table, names, where, problems)
    table = table.rename_columns(names).select(named).append_column("_row", pa.array(numbers, pa.int64()))
    if not any(column.null_count == 0 for column in table.columns[:-1]):
        table = table.filter(reduce(pc.or_, [pc.is_valid(column) for column in table.columns[:-1]]))
    return _without_totals(table, where, problems)


def _note_unnamed(table: pa.Table, names: list[str], where: str, problems: Problems) -> None:
    for i, name in enumerate(names):
        column = table.column(i)
        if not name and column.null_count < len(column):
            example = str(pc.drop_null(column)[0])[:40]
            cells = len(column) - column.null_count
            problems.note("data.unnamed_column", where=where, value=i + 1, cells=cells, example=example)


def _without_totals(table: pa.Table, where: str, problems: Problems) -> pa.Table:
    """Leave out totals at the end, with a note; refuse those between rows, which would count twice."""
    label = table.column(0)
    for column in table.columns[1 : min(_LABEL_COLUMNS, table.num_columns - 1)]:
        if label.null_count:
            label = pc.coalesce(label, column)
    found = np.flatnonzero(pc.is_in(label, value_set=_TOTALS).to_numpy(zero_copy_only=False))
    if not len(found):
        return table
    end = table.num_rows
    sparse = _sparse(table, found)
    while end and end - 1 in found and (end - 1 in sparse or _is_sum(table, end - 1)):
        end -= 1
        row = table.slice(end, 1).to_pylist()[0]
        said = " | ".join(str(v) for k, v in row.items() if v is not None and k != "_row")[:80]
        problems.note("data.totals_row", where=where, row=row["_row"], value=said)
    for at in [int(i) for i in found if i < end and i in sparse][:SHOWN]:
        value, row_number = label[at].as_py(), table.column("_row")[at].as_py()
        problems.add("data.totals_inside", where=where, row=row_number, value=value)
    return table.slice(0, end)


def _sparse(table: pa.Table, found: np.ndarray) -> set[int]:
    """Of the rows found, those that are blank where a row of data hardly ever is."""
    allowed = len(found) + _FULL * table.num_rows
    full = [column for column in table.columns[:-1] if column.null_count <= allowed]
    return {int(i) for i in found if any(not column[int(i)].is_valid for column in full)}


def _is_sum(table: pa.Table, at: int) -> bool:
    """Whether some number of this row is the sum of all above it."""
    for column in table.columns[:-1]:
        try:
            held = [float(v.replace(",", "")) for v in column.slice(0, at + 1).to_pylist() if v]
        except ValueError:
            continue
        if len(held) > 1 and abs(sum(held[:-1]) - held[-1]) <= _CLOSE * max(abs(held[-1]), 1):
            return True
    return False
