"""Tables as CSV files that Excel, a database and this toolkit read alike, safe from planted formulas."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv

from toolkit.errors import Problem, ReportError
from toolkit.money import MONEY_DIGITS

_BOM = b"\xef\xbb\xbf"  # without it Excel reads Chinese as Latin letters
_ROWS = 200_000  # at a time: bounds the memory of a large table
# What a spreadsheet takes for a formula, half- and full-width (OWASP, CSV injection), but for signed numbers.
_FORMULA = r"^'*[=+\-@\t\r\n＝＋－＠]"
_SIGNED_NUMBER = r"^[+-](\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$"
_NEEDS_QUOTES = r'[",\r\n]'
_NUMBER = r"^-?(0|[1-9]\d*)(\.\d+)?(e[+-]?\d+)?$"
_MONEY = r"^-?\d+(\.\d{1,4})?$"
_APOSTROPHE = r"^'('*[=+\-@\t\r\n＝＋－＠])"
_MONEY_COLUMNS = frozenset(("target_incentive", "credited", "base_payout", "adjustments", "payout", "amount"))
# Columns that stay text though every cell may look like a number: names, codes, periods, sentences.
# fmt: off
_TEXT_COLUMNS = frozenset((
    "participant", "name", "team", "region", "role", "manager", "level", "period", "start", "end", "kpi",
    "measure", "scheme", "grade", "missing", "unit", "basis", "quantity", "grouping", "group", "award",
    "evidence", "code", "severity", "where", "message", "advice", "claim", "action", "reason", "step",
    "design",
))
# fmt: on


def write_csv(frame: pd.DataFrame, path: Path) -> None:
    """Write a table as CSV: UTF-8 with byte-order mark, `,`, header, blank for missing, Unix line ends.

    Parameters
    ----------
    frame : DataFrame
        Numbers are written so that reading them gives the same bits, Arrow decimals exactly, days as
        2026-03-31. A text that a spreadsheet would take for a formula gets a leading apostrophe. The index is
        not written.
    path : Path
        The file; its folder exists.

    Raises
    ------
    ReportError
        A column holds an infinite number.
    """
    table = pa.Table.from_pandas(frame, preserve_index=False)
    for name, column in zip(table.column_names, table.columns, strict=True):
        if pa.types.is_floating(column.type) and pc.any(pc.is_inf(column)).as_py():
            raise ReportError(Problem("report.not_finite", where=Path(path).name, column=name))
    header = _guarded(pa.array([str(name) for name in frame.columns], pa.large_string()))
    with Path(path).open("wb") as file:
        file.write(_BOM + ",".join(header.to_pylist()).encode() + b"\n")
        for start in range(0, table.num_rows, _ROWS):
            file.write(_lines(table.slice(start, _ROWS)))


def read_csv(path: Path) -> pd.DataFrame:
    """Read a table that `write_csv` wrote.

    A column whose every filled cell is a number becomes float64 (a column of money: exact decimals), one of
    true and false becomes bool, the others stay text; columns of names and codes stay text whatever they
    hold. Blank is "" in text and missing in numbers.

    Parameters
    ----------
    path : Path
        The file.
    """
    with Path(path).open("rb") as file:
        names = pa_csv.open_csv(file, parse_options=pa_csv.ParseOptions(newlines_in_values=True)).schema.names
    table = pa_csv.read_csv(
        path,
        parse_options=pa_csv.ParseOptions(newlines_in_values=True),
        convert_options=pa_csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False
        ),
    )
    return pd.DataFrame({_bare(name): _typed(_bare(name), table[name]) for name in names})


def _lines(table: pa.Table) -> bytes:
    """Rows of a table as CSV text, joined by Arrow and taken from its buffer as they lie there."""
    if not table.num_rows:
        return b""
    comma, end, nothing = (pa.scalar(text, pa.large_string()) for text in (",", "\n", ""))
    parts = [part for column in table.columns for part in (_text(column.combine_chunks()), comma)]
    parts[-1] = end
    lines = pc.binary_join_element_wise(*parts, nothing, null_handling="replace", null_replacement="")
    offsets = memoryview(lines.buffers()[1]).cast("q")
    first, last = offsets[lines.offset], offsets[lines.offset + len(lines)]
    return memoryview(lines.buffers()[2])[first:last].tobytes()


def _text(array: pa.Array) -> pa.Array:
    """A column's cells as they stand in the file."""
    kind = array.type
    if pa.types.is_dictionary(kind):
        array = array.dictionary_decode()
        kind = array.type
    if pa.types.is_timestamp(kind) and _whole_days(array):
        array = array.cast(pa.date32())
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return _guarded(array.cast(pa.large_string()))
    return array.cast(pa.large_string())


def _guarded(array: pa.Array) -> pa.Array:
    """Texts with an apostrophe before what looks like a formula, and in quotes where CSV needs them."""
    risky = pc.match_substring_regex(array, _FORMULA)
    if pc.any(risky).as_py():
        risky = pc.and_not(risky, pc.match_substring_regex(array, _SIGNED_NUMBER))
        array = pc.if_else(risky, _joined("'", array), array)
    special = pc.match_substring_regex(array, _NEEDS_QUOTES)
    if pc.any(special).as_py():
        doubled = pc.replace_substring(array, '"', '""')
        array = pc.if_else(special, _joined('"', doubled, '"'), array)
    return array


def _joined(*parts: pa.Array | str) -> pa.Array:
    strings = [pa.scalar(part, pa.large_string()) if isinstance(part, str) else part for part in (*parts, "")]
    return pc.binary_join_element_wise(*strings)


def _whole_days(array: pa.Array) -> bool:
    days = array.cast(pa.date32(), safe=False).cast(array.type)
    return _all(pc.equal(days, array))


def _typed(name: str, column: pa.ChunkedArray) -> pd.Series:
    filled = column.filter(pc.not_equal(column, ""))
    if name not in _TEXT_COLUMNS:
        with_gaps = pc.if_else(pc.equal(column, ""), pa.scalar(None, column.type), column)
        if name in _MONEY_COLUMNS and _all(pc.match_substring_regex(filled, _MONEY)):
            digits = pc.max(pc.utf8_length(pc.replace_substring_regex(filled, r"^[^.]*\.?", ""))).as_py() or 0
            exact = pa.decimal128(MONEY_DIGITS, digits)
            return pd.Series(with_gaps.cast(exact), dtype=pd.ArrowDtype(exact))
        if _all(pc.match_substring_regex(filled, _NUMBER)):
            return with_gaps.cast(pa.float64()).to_pandas()
        if len(filled) == len(column) > 0 and _all(pc.is_in(filled, pa.array(["true", "false"]))):
            return pc.equal(column, "true").to_pandas()
    return pc.replace_substring_regex(column, _APOSTROPHE, r"\1").to_pandas().astype("str")


def _all(mask: pa.Array) -> bool:
    """Whether all are true; none at all counts as all."""
    return bool(pc.all(mask, min_count=0).as_py())


def _bare(name: str) -> str:
    return re.sub(_APOSTROPHE, r"\1", name)
