"""A table that is written in any of the ways clients write tables is read back equal."""

import csv
import io
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.data.files.reading import cells, read
from toolkit.data.convert import BLANKS
from toolkit.data.files.body import _TOTALS

few = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
NAMES = ["编号", "姓名", "amount"]
TOTALS = set(_TOTALS.to_pylist())
# What GB 18030 writes in two bytes: common Chinese, Latin letters, marks and separators of every kind.
WORDS = st.text(alphabet="王芳李强陈公司华东区ABCxyz019,;|\"' -.\n（）", min_size=0, max_size=8)


def kept(cell: str) -> str | None:
    """A cell as it is to be read: without blanks around it."""
    return cell.strip(BLANKS) or None


@st.composite
def tables(draw: st.DrawFn) -> list[list[str]]:
    """Rows under NAMES, with ids that no total and no blank row has, and a number where headings end."""
    rows = draw(st.lists(st.tuples(WORDS, WORDS), min_size=1, max_size=6))
    return [[f"编号{i}", name, amount if i else "0"] for i, (name, amount) in enumerate(rows)]


def expected(rows: list[list[str]]) -> list[tuple]:
    return [tuple(kept(cell) for cell in row) for row in rows]


def written(rows: list[list[str]], separator: str) -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=separator, lineterminator="\n").writerows([NAMES, *rows])
    return out.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030"])
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@few
@given(rows=tables())
def test_text_reads_back_whatever_its_encoding_and_separator(
    tmp_path: Path, encoding: str, separator: str, rows: list[list[str]]
) -> None:
    (tmp_path / "x.csv").write_bytes(written(rows, separator).encode(encoding))
    table, problems = read(tmp_path, "x.csv", separator=separator)
    assert cells(table) == expected(rows) and not problems.items
    found = [note.value for note in problems.notes if note.code == "data.encoding_found"]
    assert found == ([] if encoding in ("utf-8", "utf-8-sig") else [encoding])


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@few
@given(rows=tables())
def test_the_separator_is_found_or_asked_for(tmp_path: Path, separator: str, rows: list[list[str]]) -> None:
    (tmp_path / "x.csv").write_text(written(rows, separator), encoding="utf-8", newline="")
    table, problems = read(tmp_path, "x.csv")
    # Cells full of other separators may leave two readings; then neither is taken.
    assert cells(table) == expected(rows) or problems.items


@few
@given(rows=tables())
def test_a_workbook_reads_back(tmp_path: Path, rows: list[list[str]]) -> None:
    book = openpyxl.Workbook()
    for row in [NAMES, *rows]:
        book.active.append(row)
    book.save(tmp_path / "x.xlsx")
    table, problems = read(tmp_path, "x.xlsx")
    assert cells(table) == expected(rows) and not problems.items


@few
@given(rows=tables())
def test_parquet_reads_back(tmp_path: Path, rows: list[list[str]]) -> None:
    columns = list(zip(*rows, strict=True))
    pq.write_table(pa.table(dict(zip(NAMES, map(list, columns), strict=True))), tmp_path / "x.parquet")
    table, problems = read(tmp_path, "x.parquet")
    assert cells(table) == expected(rows) and not problems.items


@few
@given(
    numbers=st.lists(
        st.one_of(st.integers(-(10**14), 10**14), st.decimals(-(10**6), 10**6, places=4)), min_size=1
    )
)
def test_a_workbooks_numbers_read_back_exactly(tmp_path: Path, numbers: list) -> None:
    book = openpyxl.Workbook()
    for row in [["id", "value"], *([f"n{i}", number] for i, number in enumerate(numbers))]:
        book.active.append(row)
    book.save(tmp_path / "x.xlsx")
    table, _ = read(tmp_path, "x.xlsx")
    assert table is not None
    assert [type(n)(text) for n, text in zip(numbers, table["value"].to_pylist(), strict=True)] == numbers
