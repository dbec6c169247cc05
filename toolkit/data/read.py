"""Clients' files → tables of text as it stands in them (parquet: as typed there)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from toolkit.errors import Problems

_ENCODINGS = {"utf-8", "utf-8-sig", "utf-16", "gb18030", "gbk", "gb2312", "big5", "latin-1", "cp1252"}
_GUESSES = ("utf-8", "gb18030")


@dataclass(frozen=True)
class FileSource:
    """Where a table's rows come from.

    Parameters
    ----------
    files : tuple of str
        Paths relative to the engagement; several are stacked.
    names : tuple of str
        Column names of files without a header.
    """

    files: tuple[str, ...]
    encoding: str = "utf-8"
    separator: str = ","
    names: tuple[str, ...] = ()


def read_files(source: FileSource, folder: Path, problems: Problems) -> pa.Table | None:
    """Read and stack the files of a source; None if any could not be read (the problems say why).

    Returns
    -------
    Table
        The file's columns (text from CSV and TSV, parquet's own types), `_file` its index in the source and `_row`
        the row as a spreadsheet shows it.
    """
    parts = [_read_one(name, i, source, folder, problems) for i, name in enumerate(source.files)]
    if any(part is None for part in parts) or not parts:
        return None
    whole = [part for part in parts if part is not None]
    first = set(whole[0].column_names)
    for name, part in zip(source.files[1:], whole[1:], strict=True):
        for column in sorted(first ^ set(part.column_names)):
            problems.add("data.stack_columns", where=name, column=column, first=source.files[0])
    if any(set(part.column_names) != first for part in whole):
        return None
    return pa.concat_tables([part.select(whole[0].column_names) for part in whole], promote_options="permissive")


def _read_one(name: str, index: int, source: FileSource, folder: Path, problems: Problems) -> pa.Table | None:
    path = (folder / name).resolve()
    if not path.is_relative_to(folder.resolve()):
        problems.add("data.outside_folder", where=name)
        return None
    if not path.is_file():
        problems.add("data.missing_file", where=name)
        return None
    table = _read_parquet(path, name, problems) if path.suffix == ".parquet" else _read_text(path, name, source, problems)
    if table is None:
        return None
    if table.num_rows == 0:
        problems.add("data.empty_table", where=name)
        return None
    offset = 1 if source.names or path.suffix == ".parquet" else 2
    table = table.append_column("_file", pa.array([index] * table.num_rows, pa.int32()))
    return table.append_column("_row", pa.array(range(offset, table.num_rows + offset), pa.int64()))


def _read_parquet(path: Path, name: str, problems: Problems) -> pa.Table | None:
    try:
        return pq.read_table(path)
    except (pa.ArrowInvalid, OSError) as error:
        problems.add("data.not_parquet", where=name, value=str(error).splitlines()[0][:120])
        return None


def _read_text(path: Path, name: str, source: FileSource, problems: Problems) -> pa.Table | None:
    if source.encoding.lower() not in _ENCODINGS:
        problems.add("data.unknown_encoding", where=name, value=source.encoding, known=", ".join(sorted(_ENCODINGS)))
        return None
    content = path.read_bytes()
    text = _decoded(content, name, source.encoding, problems)
    if text is None:
        return None
    if not text.strip():
        problems.add("data.empty_table", where=name)
        return None
    return _parsed(text.encode(), name, source, problems)


def _decoded(content: bytes, name: str, encoding: str, problems: Problems) -> str | None:
    try:
        return content.decode("utf-8-sig" if encoding.lower() == "utf-8" else encoding)
    except UnicodeDecodeError as error:
        row = content.count(b"\n", 0, error.start) + 1
        problems.add(
            "data.wrong_encoding", where=name, row=row, value=encoding, found=_likely_encoding(content, encoding)
        )
        return None


def _likely_encoding(content: bytes, not_this: str) -> str:
    """The first encoding that reads the whole content: a proposal, to be confirmed by the reader."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    for encoding in _GUESSES:
        if encoding == not_this.lower():
            continue
        try:
            content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return encoding
    return "?"


def _parsed(content: bytes, name: str, source: FileSource, problems: Problems) -> pa.Table | None:
    bad: list[pacsv.InvalidRow] = []

    def skip(row: pacsv.InvalidRow) -> str:
        bad.append(row)
        return "skip"

    header = content.split(b"\n", 1)[0].decode()
    names = list(source.names) or None
    columns = names or [c.strip().strip('"') for c in header.rstrip("\r").split(source.separator)]
    for column in sorted({c for c in columns if columns.count(c) > 1}):
        problems.add("data.repeated_column", where=name, row=1, column=column)
    try:
        table = pacsv.read_csv(
            pa.BufferReader(content),
            # One thread keeps row numbers known where a row is refused.
            read_options=pacsv.ReadOptions(column_names=names, use_threads=False),
            parse_options=pacsv.ParseOptions(
                delimiter=source.separator, newlines_in_values=True, invalid_row_handler=skip
            ),
            convert_options=pacsv.ConvertOptions(
                column_types=dict.fromkeys(columns, pa.string()), strings_can_be_null=True, null_values=[""],
                quoted_strings_can_be_null=True,
            ),
        )  # fmt: skip
    except pa.ArrowInvalid as error:
        problems.add("data.not_a_table", where=name, value=str(error).splitlines()[0][:120])
        return None
    for row in bad[:20]:
        problems.add("data.row_length", where=name, row=row.number, expected=row.expected_columns, found=row.actual_columns, value=row.text[:60])
    names_ok = len(set(columns)) == len(columns) and not bad
    return table.rename_columns([c.strip() for c in table.column_names]) if names_ok else None
