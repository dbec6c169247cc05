"""CSV, TSV and other separated text → a table of text, read by Arrow."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv

from toolkit.data.convert import BLANKS
from toolkit.data.files.body import finished, names_ok, trimmed
from toolkit.data.files.encoding import as_utf8
from toolkit.data.files.layout import HEAD_ROWS, find_head
from toolkit.data.files.source import SHOWN, FileSource
from toolkit.errors import Problems

_SAMPLE = 200_000  # bytes in which the column names and some rows surely stand
_CHUNK = 1 << 24  # bytes searched for quotes and blanks at a time
_SEPARATORS = {",": ",", ";": ";", "\t": "tab", "|": "|"}


def read_text(content: bytes, where: str, source: FileSource, problems: Problems) -> pa.Table | None:
    """Read a text file; None if it could not be read whole, with the reasons in `problems`.

    Rows of the wrong length are noted and left out, so that the others can be checked too; empty rows are
    no rows.

    Examples
    --------
    >>> problems = Problems()
    >>> read_text(b"deal;rep\\nD1;p1\\n", "a.csv", FileSource(("a.csv",)), problems).to_pylist()
    [{'deal': 'D1', 'rep': 'p1', '_row': 2}]
    >>> [note.code for note in problems.notes]
    ['data.separator_found']
    """
    utf8 = as_utf8(content, source.encoding, where, problems)
    if utf8 is None:
        return None
    if not utf8 or utf8.isspace():
        problems.add("data.empty_table", where=where)
        return None
    separator = source.separator or _found_separator(utf8, where, problems)
    if not separator:
        return None
    try:
        return _parsed(utf8, separator, where, source, problems)
    except (pa.ArrowInvalid, csv.Error) as error:
        problems.add("data.not_a_table", where=where, value=str(error).splitlines()[0][:120])
        return None


def _head(content: bytes, separator: str, wanted: int) -> tuple[list[list[str]], list[int]]:
    """The first rows, and the byte at which each ends; a row that the sample cuts is left out."""
    sample = content[:_SAMPLE].decode("utf-8", "ignore")
    rows: list[list[str]] = []
    ends: list[int] = []
    read = 0

    def lines() -> Iterator[str]:
        nonlocal read
        for line in io.StringIO(sample, newline=""):
            read += len(line.encode())
            yield line

    reader = csv.reader(lines(), delimiter=separator)
    while len(rows) < wanted:
        try:
            rows.append(next(reader))
        except (StopIteration, csv.Error):  # what is wrong below the names, the whole reading will say
            break
        ends.append(read)
    if len(content) > _SAMPLE and ends and ends[-1] >= len(sample.encode()):
        return rows[:-1], ends[:-1]
    return rows, ends


def _found_separator(content: bytes, where: str, problems: Problems) -> str:
    """The separator that cuts most of the first rows alike; empty where two do, and the problem is noted."""
    scores = {}
    for separator in _SEPARATORS:
        lengths = [len(row) for row in _head(content, separator, HEAD_ROWS)[0] if any(row)]
        usual = max(set(lengths), key=lambda n: (n > 1, lengths.count(n), n), default=1)
        scores[separator] = lengths.count(usual) / len(lengths) if usual > 1 else 0.0
    best = max(scores.values())
    found = [separator for separator, score in scores.items() if score == best]
    if not best or (len(found) > 1 and best < 1):
        return ","  # one column, or rows cut in two ways, which their lengths will show
    if len(found) > 1:
        listed = " ".join(_SEPARATORS[separator] for separator in found)
        problems.add("data.which_separator", where=where, value=listed)
        return ""
    if found != [","]:
        problems.note("data.separator_found", where=where, value=_SEPARATORS[found[0]])
    return found[0]


def _parsed(
    content: bytes, separator: str, where: str, source: FileSource, problems: Problems
) -> pa.Table | None:
    open_quote = _open_quote(content, separator)
    if open_quote:
        problems.add("data.open_quote", where=where, row=open_quote)
        return None
    rows, ends = _head(content, separator, max(HEAD_ROWS, source.header_row + HEAD_ROWS))
    if not rows:
        problems.add("data.long_line", where=where, row=1, value=_SAMPLE)
        return None
    head = find_head(rows, source, where, problems)
    if head is None or not names_ok([n for n in head.names if n], where, max(head.body, 1), problems):
        return None
    below = pa.py_buffer(content).slice(ends[head.body - 1] if head.body else 0)
    table, bad = _cells(below, len(head.names), separator, threads=b'"' not in content)
    if bad and bad[0].number is None:  # only one thread knows the rows' numbers
        table, bad = _cells(below, len(head.names), separator, threads=False)
    _note_lengths(bad, head.body, where, problems)
    numbers = np.arange(1, 1 + table.num_rows + len(bad))
    numbers = np.setdiff1d(numbers, [row.number for row in bad], assume_unique=True) + head.body
    if _has_padding(content, separator):
        table = trimmed(table)
    return finished(table, head.names, numbers, where, problems)


def _note_lengths(bad: list[pacsv.InvalidRow], above: int, where: str, problems: Problems) -> None:
    noted = [row for row in bad if row.text.strip()]
    for row in noted[:SHOWN]:
        problems.add(
            "data.row_length", where=where, row=row.number + above, value=row.text[:60],
            expected=row.expected_columns, found=row.actual_columns,
        )  # fmt: skip
    if len(noted) > SHOWN:
        problems.add("data.more_rows", where=where, value=len(noted) - SHOWN)


def _has_padding(content: bytes, separator: str) -> bool:
    """Whether some cell of a UTF-8 file may have blanks around it; most files need no trimming."""
    odd = ('"', *BLANKS.replace(" ", "").replace("\n", "").replace("\r", "").replace(separator, ""))
    if any(mark.encode() in content for mark in odd):
        return True
    if b" " not in content:
        return False
    edge = np.zeros(256, bool)
    edge[[*f"{separator}\r\n ".encode()]] = True
    line = np.frombuffer(b"\n" + content + b"\n", np.uint8)
    for start in range(0, len(line), _CHUNK):
        blanks = np.flatnonzero(line[start : start + _CHUNK] == ord(" ")) + start
        if edge[line[blanks - 1]].any() or edge[line[blanks + 1]].any():
            return True
    return False


def _open_quote(content: bytes, separator: str) -> int | None:
    """The row whose quote is not closed where its cell ends: it would swallow the rows below in silence."""
    if b'"' not in content:
        return None
    if _plainly_quoted(content, separator):
        return None
    rows = csv.reader(io.StringIO(content.decode(), newline=""), delimiter=separator, strict=True)
    done = 0
    try:
        for _ in rows:
            done += 1
    except csv.Error:
        return done + 1
    return None


def _plainly_quoted(content: bytes, separator: str) -> bool:
    """Whether every quote opens after a cell's edge or closes before one; `""` within closes and opens.

    False is no fault yet: a quote within an unquoted word is one too, and only reading row by row can tell.
    """
    text = np.frombuffer(b"\n" + content + b"\n", np.uint8)
    edge = np.zeros(256, bool)
    edge[[*f'{separator}\r\n"'.encode()]] = True
    opened = 0
    for start in range(0, len(text), _CHUNK):
        quotes = np.flatnonzero(text[start : start + _CHUNK] == ord('"')) + start
        opening, closing = quotes[opened::2], quotes[1 - opened :: 2]
        if not (edge[text[opening - 1]].all() and edge[text[closing + 1]].all()):
            return False
        opened = (opened + len(quotes)) % 2
    return not opened


def _cells(
    content: pa.Buffer, width: int, separator: str, *, threads: bool
) -> tuple[pa.Table, list[pacsv.InvalidRow]]:
    """The cells as text, columns named by position, and the rows that have too many or too few."""
    bad: list[pacsv.InvalidRow] = []

    def skip(row: pacsv.InvalidRow) -> str:
        bad.append(row if len(bad) <= SHOWN else row._replace(text=row.text[:1]))
        return "skip"

    names = [str(i) for i in range(width)]
    if not content.size:
        return pa.table({name: pa.array([], pa.string()) for name in names}), bad
    table = pacsv.read_csv(
        pa.BufferReader(content),
        # Counted empty lines keep row numbers true.
        read_options=pacsv.ReadOptions(column_names=names, use_threads=threads),
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
