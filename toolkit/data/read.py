"""Clients' files → tables of text as it stands in them (parquet: as typed there)."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from functools import reduce
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from toolkit.data.convert import BLANKS
from toolkit.errors import Problems

SHOWN = 20  # rows named for one kind of problem in one column; the rest are counted
_ENCODINGS = {"utf-8", "utf-8-sig", "utf-16", "gb18030", "gbk", "gb2312", "big5", "latin-1", "cp1252"}
_GUESSES = ("utf-8", "gb18030")
_SPREADSHEETS = {".xlsx", ".xlsm", ".xls", ".et", ".ods", ".numbers"}
_HEADER = 100_000  # characters in which a header line surely ends
_OURS = ("_file", "_row")  # added to every table: where a row stands


@dataclass(frozen=True)
class FileSource:
    """Where a table's rows come from.

    Parameters
    ----------
    files : tuple of str
        Paths relative to the engagement; several are stacked.
    encoding : str
        Of text files; a byte-order mark is fine.
    separator : str
        One character between cells.
    names : tuple of str
        Column names of files without a header.
    """

    files: tuple[str, ...]
    encoding: str = "utf-8"
    separator: str = ","
    names: tuple[str, ...] = ()


def read_files(source: FileSource, folder: Path, problems: Problems) -> pa.Table | None:
    """Read and stack the files of a source; None if any could not be read (the problems say why).

    Rows of the wrong length are noted and left out, so that the others can be checked too; empty rows
    are no rows.

    Returns
    -------
    Table
        The file's columns (text from CSV and TSV, parquet's own types), `_file` its index in the source
        and `_row` the row as a spreadsheet shows it.
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
        problems.add("data.missing_file", where=name)
        return None
    if path.suffix.lower() in _SPREADSHEETS:
        problems.add("data.spreadsheet", where=name)
        return None
    before = len(problems)
    is_parquet = path.suffix.lower() == ".parquet"
    table = _read_parquet(path, name, problems) if is_parquet else _read_text(path, name, source, problems)
    if table is None:
        return None
    if table.num_rows == 0:
        if len(problems) == before:  # else every row was refused, and that is said
            problems.add("data.empty_table", where=name)
        return None
    return table.append_column("_file", pa.array(np.full(table.num_rows, index, dtype=np.int32)))


def _names_ok(columns: list[str], name: str, problems: Problems) -> bool:
    """No two columns of one name (SQL does not tell capitals apart), and none of ours."""
    before = len(problems)
    seen: set[str] = set()
    for column in columns:
        if column.casefold() in _OURS:
            problems.add("data.reserved_column", where=name, row=1, column=column)
        if column.casefold() in seen:
            problems.add("data.repeated_column", where=name, row=1, column=column)
        seen.add(column.casefold())
    return len(problems) == before


def _read_parquet(path: Path, name: str, problems: Problems) -> pa.Table | None:
    try:
        table = pq.read_table(path)
    except (pa.ArrowInvalid, OSError) as error:
        problems.add("data.not_parquet", where=name, value=str(error).splitlines()[0][:120])
        return None
    if not _names_ok(table.column_names, name, problems):
        return None
    for i, field in enumerate(table.schema):
        # The day is the one on the client's own clock, whatever machine reads the file.
        if pa.types.is_timestamp(field.type) and field.type.tz:
            table = table.set_column(i, field.name, pc.local_timestamp(table.column(i)))
    return _trimmed(table).append_column("_row", pa.array(np.arange(1, table.num_rows + 1)))


def _has_padding(content: bytes, separator: str) -> bool:
    """Whether some cell of a UTF-8 file may have blanks around it; most files need no trimming."""
    odd = ('"', *BLANKS.replace(" ", "").replace("\n", "").replace("\r", "").replace(separator, ""))
    if any(mark.encode() in content for mark in odd):
        return True
    line = np.frombuffer(b"\n" + content + b"\n", np.uint8)
    blanks = np.flatnonzero(line == ord(" "))
    edges = np.frombuffer(f"{separator}\r\n ".encode(), np.uint8)
    return bool(np.isin(line[blanks - 1], edges).any() or np.isin(line[blanks + 1], edges).any())


def _trimmed(table: pa.Table) -> pa.Table:
    """Text without blanks around it; nothing left is no cell."""
    for i, field in enumerate(table.schema):
        if pa.types.is_string(field.type) or pa.types.is_large_string(field.type):
            column = pc.utf8_trim(table.column(i).cast(pa.string()), characters=BLANKS)
            blank = pc.equal(column, "")
            table = table.set_column(i, field.name, pc.if_else(blank, pa.scalar(None, pa.string()), column))
    return table


def _read_text(path: Path, name: str, source: FileSource, problems: Problems) -> pa.Table | None:
    encoding = source.encoding.lower()
    if encoding not in _ENCODINGS:
        known = ", ".join(sorted(_ENCODINGS))
        problems.add("data.unknown_encoding", where=name, value=source.encoding, known=known)
        return None
    text = _decoded(path.read_bytes(), name, encoding, problems)
    if text is None:
        return None
    if not text or text.isspace():
        problems.add("data.empty_table", where=name)
        return None
    return _parsed(text, name, source, problems)


def _decoded(content: bytes, name: str, encoding: str, problems: Problems) -> str | None:
    try:
        text = content.decode("utf-8-sig" if encoding == "utf-8" else encoding).removeprefix("\ufeff")
        if not _is_other(content, encoding):
            return text
        at = next((i for i, byte in enumerate(content) if byte > 127), 0)
    except UnicodeDecodeError as error:
        at = error.start
    found = _likely_encoding(content, encoding)
    code = "data.wrong_encoding" if found else "data.unreadable"
    problems.add(code, where=name, row=content.count(b"\n", 0, at) + 1, value=encoding, found=found)
    return None


def _is_other(content: bytes, encoding: str) -> bool:
    """Bytes that an encoding turns into some text, though they plainly are in another one.

    Almost any bytes pass as GB 18030 or Latin-1, but Chinese that is not UTF-8 hardly ever passes as UTF-8.
    """
    has_mark = content[:2] in (b"\xff\xfe", b"\xfe\xff")
    if encoding == "utf-16" or has_mark:
        return has_mark != (encoding == "utf-16")
    if b"\x00" in content:
        return True
    if encoding.startswith("utf-8") or content.isascii():
        return False
    return _likely_encoding(content, encoding) == "utf-8"


def _likely_encoding(content: bytes, not_this: str) -> str:
    """The first encoding that reads the whole content: a proposal, to be confirmed by the reader."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    for encoding in _GUESSES:
        if encoding == not_this or b"\x00" in content:
            continue
        try:
            content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return encoding
    return ""


def _parsed(text: str, name: str, source: FileSource, problems: Problems) -> pa.Table | None:
    has_header = not source.names
    open_quote = _open_quote(text, source.separator)
    if open_quote:
        problems.add("data.open_quote", where=name, row=open_quote)
        return None
    try:
        columns = _header(text, source.separator) if has_header else list(source.names)
        if not any(columns):
            problems.add("data.no_header", where=name, row=1)
            return None
        content = text.encode()
        table, bad = _cells(content, len(columns), source.separator, has_header, threads='"' not in text)
        if bad and bad[0].number is None:  # only one thread knows the rows' numbers
            table, bad = _cells(content, len(columns), source.separator, has_header, threads=False)
    except (pa.ArrowInvalid, csv.Error) as error:
        problems.add("data.not_a_table", where=name, value=str(error).splitlines()[0][:120])
        return None
    if not _names_ok([c for c in columns if c], name, problems):
        return None
    noted = [row for row in bad if row.text.strip()]
    for row in noted[:SHOWN]:
        problems.add(
            "data.row_length", where=name, row=row.number, value=row.text[:60],
            expected=row.expected_columns, found=row.actual_columns,
        )  # fmt: skip
    if len(noted) > SHOWN:
        problems.add("data.more_rows", where=name, value=len(noted) - SHOWN)
    numbers = np.arange(1 + has_header, 1 + has_header + table.num_rows + len(bad))
    numbers = np.setdiff1d(numbers, [row.number for row in bad], assume_unique=True)
    if _has_padding(content, source.separator):
        table = _trimmed(table)
    # Columns without a name cannot be meant by anybody: spreadsheets leave them behind.
    table = table.rename_columns(columns).select([i for i, c in enumerate(columns) if c])
    table = table.append_column("_row", pa.array(numbers))
    if any(column.null_count == 0 for column in table.columns[:-1]):
        return table
    return table.filter(reduce(pc.or_, [pc.is_valid(column) for column in table.columns[:-1]]))


def _open_quote(text: str, separator: str) -> int | None:
    """The row whose quote is not closed where its cell ends: it would swallow the rows below in silence."""
    if '"' not in text:
        return None
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    done = 0
    try:
        for _ in rows:
            done += 1
    except csv.Error:
        return done + 1
    return None


def _header(text: str, separator: str) -> list[str]:
    # A quote may hold a line end.
    start = text if '"' in text[:_HEADER] else text[:_HEADER].partition("\n")[0]
    first = next(csv.reader(io.StringIO(start, newline=""), delimiter=separator), [])
    return [column.strip() for column in first]


def _cells(
    content: bytes, width: int, separator: str, has_header: bool, *, threads: bool
) -> tuple[pa.Table, list[pacsv.InvalidRow]]:
    """The cells as text, columns named by position, and the rows that have too many or too few."""
    bad: list[pacsv.InvalidRow] = []

    def skip(row: pacsv.InvalidRow) -> str:
        bad.append(row if len(bad) <= SHOWN else row._replace(text=row.text[:1]))
        return "skip"

    names = [str(i) for i in range(width)]
    table = pacsv.read_csv(
        pa.BufferReader(content),
        # Counted empty lines keep row numbers true.
        read_options=pacsv.ReadOptions(
            column_names=names, use_threads=threads, skip_rows_after_names=int(has_header)
        ),
        parse_options=pacsv.ParseOptions(
            delimiter=separator, newlines_in_values=not threads, ignore_empty_lines=False,
            invalid_row_handler=skip,
        ),
        convert_options=pacsv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=True, null_values=[""],
            quoted_strings_can_be_null=True,
        ),
    )  # fmt: skip
    return table, bad
