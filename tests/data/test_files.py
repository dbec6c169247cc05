"""How files are read: encodings, line ends, quotes, headers, parquet; rows are numbered as seen."""

import datetime as dt
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.data.helpers import DEALS, PEOPLE, add, edit, only, place, problems_of, put, write
from toolkit.data.files.read import FileSource, read_files
from toolkit.data.load import frame, load_engagement
from toolkit.data.panel.measure import measure
from toolkit.errors import Problems

DOCUMENT, FILE = "engagement.yaml", "data/deals.csv"
DECLARED = "    file: data/deals.csv\n"


def read(folder: Path, *names: str, **how: Any) -> tuple[list[dict[str, Any]] | None, Problems]:
    """The rows of files and the problems met."""
    problems = Problems()
    table = read_files(FileSource(names, **how), folder, problems)
    return (None if table is None else table.to_pylist()), problems


def sales(folder: Path) -> float:
    """Net sales of the whole time that are in the small engagement: 1050.80 by hand."""
    client = load_engagement(folder)
    panel = measure(client, ["net_sales"], ["half"])
    return float(panel.loc[panel["level"] == "company", "value"].item())


TOTAL = 850.80  # 100 + 50.50 + 200 + 70 + 30 + 3 × 0.10 + 400: the won deals of DEALS, added by hand


def test_the_total_of_the_files_as_they_are(tmp_path: Path) -> None:
    assert sales(write(tmp_path)) == TOTAL


@pytest.mark.parametrize(
    ("content", "declared"),
    [
        (DEALS.replace("\n", "\r\n").encode(), ""),
        (DEALS.replace("\n", "\r").encode(), ""),
        (b"\xef\xbb\xbf" + DEALS.encode(), ""),
        ((DEALS + "\n\n").encode(), ""),
        (DEALS.replace("\nD05", "\n\nD05").encode(), ""),
        ((DEALS + ",,,,,,,,\n,,,,,,,,\n").encode(), ""),
        (DEALS.replace("deal,rep", ' deal ,"rep"', 1).replace("amount", "amount\u3000", 1).encode(), ""),
        (DEALS.replace("\n", ",,\n").encode(), ""),
        (DEALS.replace(",", ";").encode(), 'separator: ";"'),
        (DEALS.replace(",", "\t").encode(), 'separator: "\\t"'),
        (DEALS.encode("utf-16"), "encoding: utf-16"),
        (DEALS.replace("D01", "单1").encode("gb18030"), "encoding: GB18030"),
        (DEALS.replace("D01", "單1").encode("big5"), "encoding: big5"),
        (DEALS.replace("D01", '"D\n01"').encode(), ""),
        (DEALS.replace(",p1,", ",\u3000p1\u00a0,").replace("100.00", " 100.00\t").encode(), ""),
        (DEALS.replace("100.00", "1e2").replace("50.50", "+5.05E1").encode(), ""),
        (DEALS.replace("2026-01-10", "2026/1/10 08:30").replace("2026-02-15", "2026年2月15日").encode(), ""),
        (DEALS.replace("2026-01-10", "20260110").replace("2026-02-15", "2026-02-15T23:59:59.999").encode(),
         ""),
    ],
    ids=[
        "windows", "mac", "mark", "empty line at the end", "empty line inside", "rows of separators",
         "header spaces",
        "empty columns", "semicolon", "tab", "utf-16", "gb18030", "big5", "line break in a cell", "spaces",
         "scientific",
        "days with hours", "other days",
    ],
)  # fmt: skip
def test_a_file_in_another_dress_gives_the_same_total(tmp_path: Path, content: bytes, declared: str) -> None:
    put(write(tmp_path), FILE, content)
    edit(tmp_path, DOCUMENT, DECLARED, DECLARED + (f"    {declared}\n" if declared else ""))
    assert sales(tmp_path) == TOTAL


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("a,b\n1,2\n3,4\n", [2, 3]),
        ("a,b\r\n1,2\r\n\r\n3,4\r\n", [2, 4]),
        ('a,b\n"1\n1",2\n3,4\n', [2, 3]),
        ('"a\na",b\n1,2\n', [2]),
        ("a,b\n1,2\n,\n \n3,4\n\n", [2, 5]),
        ("a\n1\n\n3\n", [2, 4]),
        ('a,b\n5" pipe,2\n3,"say ""x"""\n', [2, 3]),
    ],
    ids=[
        "plain",
        "empty line",
        "line break in a cell",
        "line break in the header",
        "blank rows",
        "one column",
        "quotes",
    ],
)
def test_rows_are_numbered_as_a_spreadsheet_shows_them(tmp_path: Path, text: str, rows: list[int]) -> None:
    put(tmp_path, "x.csv", text)
    found, problems = read(tmp_path, "x.csv")
    assert found is not None
    assert [r["_row"] for r in found] == rows
    assert len(problems) == 0


def test_rows_after_a_refused_one_keep_their_numbers(tmp_path: Path) -> None:
    put(tmp_path, "x.csv", 'a,b\n1,2\n3\n"4\n4",5\n6,7,8\n9,10\n')
    found, problems = read(tmp_path, "x.csv")
    assert found is not None
    assert [(r["a"], r["_row"]) for r in found] == [("1", 2), ("4\n4", 4), ("9", 6)]
    assert [(p.row, p.values["found"]) for p in problems] == [(3, 1), (5, 3)]


def test_a_cell_stays_the_text_it_is(tmp_path: Path) -> None:
    put(tmp_path, "x.csv", " id ,day,note\n007,2026-01-02,=1+1\n1e3,NULL,NaN\n")
    found, _ = read(tmp_path, "x.csv")
    assert found is not None
    assert [(r["id"], r["day"], r["note"]) for r in found] == [
        ("007", "2026-01-02", "=1+1"),
        ("1e3", "NULL", "NaN"),
    ]


def test_a_file_without_a_header_names_its_columns(tmp_path: Path) -> None:
    put(tmp_path, "x.tsv", "7\tNorth\n8\tSouth\n")
    found, _ = read(tmp_path, "x.tsv", separator="\t", names=("id", "team"))
    assert found == [
        {"id": "7", "team": "North", "_row": 1, "_file": 0},
        {"id": "8", "team": "South", "_row": 2, "_file": 0},
    ]


def test_several_files_stack_and_rows_keep_their_file(tmp_path: Path) -> None:
    head, *lines = DEALS.splitlines(keepends=True)
    put(write(tmp_path), "data/a.csv", head + "".join(lines[:6]))
    swapped = pd.read_csv(tmp_path / FILE, dtype=str).iloc[6:][["rep", "deal", *head.strip().split(",")[2:]]]
    swapped.to_csv(tmp_path / "data/b.csv", index=False)
    edit(tmp_path, DOCUMENT, DECLARED, "    files: [data/a.csv, data/b.csv]\n")
    assert sales(tmp_path) == TOTAL
    edit(tmp_path, "data/b.csv", "p3,D07", "p3,D01")
    found = only(tmp_path)
    assert place(found) == ("data.duplicate_key", "data/b.csv", 2, "deal", "D01")
    assert found.values["first"] == "2 (data/a.csv)"


def test_files_to_be_stacked_must_have_the_same_columns(tmp_path: Path) -> None:
    put(tmp_path, "a.csv", "x,y\n1,2\n")
    put(tmp_path, "b.csv", "x,z\n1,2\n")
    found, problems = read(tmp_path, "a.csv", "b.csv")
    assert found is None
    assert [place(p)[:4] for p in problems] == [
        ("data.stack_columns", "b.csv", None, "y"),
        ("data.stack_columns", "b.csv", None, "z"),
    ]


def test_parquet_and_text_that_do_not_fit_are_not_stacked(tmp_path: Path) -> None:
    put(tmp_path, "a.csv", "x\n1\n")
    pq.write_table(pa.table({"x": [dt.date(2026, 1, 1)]}), tmp_path / "b.parquet")
    found, problems = read(tmp_path, "a.csv", "b.parquet")
    assert found is None
    assert [p.code for p in problems] == ["data.stack_types"]


REFUSED = [
    ("x.csv", "", {}, "data.empty_table", None, ""),
    ("x.csv", "a,b\n", {}, "data.empty_table", None, ""),
    ("x.csv", "a,b\n,\n\n", {}, "data.empty_table", None, ""),
    ("x.csv", "\ufeff \n", {}, "data.empty_table", None, ""),
    ("x.csv", "a,b,a\n1,2,3\n", {}, "data.repeated_column", 1, "a"),
    ("x.csv", "a,b, A\n1,2,3\n", {}, "data.repeated_column", 1, "A"),
    ("x.csv", "1,2\n", {"names": ("a", "a")}, "data.repeated_column", 1, "a"),
    ("x.csv", "_row,b\n1,2\n", {}, "data.reserved_column", 1, "_row"),
    ("x.csv", 'a,b\n0,0\n1,"2\n3,4\n', {}, "data.open_quote", 3, ""),
    ("x.csv", 'a,b\n0,0\n1,"2\n3,"4\n5,6\n', {}, "data.open_quote", 3, ""),
    ("x.csv", 'a,"b\n0,0\n', {}, "data.open_quote", 1, ""),
    ("x.csv", ",,\n,,\n", {}, "data.no_header", 1, ""),
    ("x.csv", "\na,b\n1,2\n", {"header_row": 1}, "data.no_header", 1, ""),
    ("x.csv", "made by Ann\n1,2,3\n4,5,6\n", {}, "data.no_header", 1, ""),
    ("x.csv", "a,b,c\n1,2\n", {}, "data.row_length", 2, ""),
    ("x.parquet", "a,b\n", {}, "data.not_parquet", None, ""),
    ("x.xlsx", "PK\3\4", {}, "data.damaged_workbook", None, ""),
    ("x.csv", "a,b\n姓名,1\n".encode("gbk"), {"encoding": "utf-8"}, "data.wrong_encoding", 2, ""),
    ("x.csv", "a,b\n姓名,1\n", {"encoding": "gb18030"}, "data.wrong_encoding", 2, ""),
    ("x.csv", "a,b\n姓名,1\n", {"encoding": "gbk"}, "data.wrong_encoding", 2, ""),
    ("x.csv", "a,b\n姓名,1\n", {"encoding": "latin-1"}, "data.wrong_encoding", 2, ""),
    ("x.csv", "a,b\n姓名,1\n", {"encoding": "utf-16"}, "data.wrong_encoding", 2, ""),
    ("x.csv", "a,b\n1,2\n".encode("utf-16"), {"encoding": "utf-8"}, "data.wrong_encoding", 1, ""),
    ("x.csv", "a,b\n1,2\n", {"encoding": "utf-16-le"}, "data.wrong_encoding", 1, ""),
    ("x.csv", "a,b\n" * 3 + "c" * 300_000, {"header_row": 9}, "data.no_header", 9, ""),
    ("x.csv", "a" * 300_000 + "\n1\n", {}, "data.long_line", 1, ""),
    ("x.csv", "a," * 150_000, {}, "data.long_line", 1, ""),
    ("x.csv", "a,b\n姓名,2\n".encode("utf-16"), {"encoding": "gb18030"}, "data.wrong_encoding", 1, ""),
    ("x.csv", b"a,b\n\x80\xff\xff,2\n", {}, "data.unreadable", 2, ""),
]  # fmt: skip


@pytest.mark.parametrize("case", REFUSED, ids=range(len(REFUSED)))
def test_a_file_that_cannot_be_read_says_why(tmp_path: Path, case: tuple) -> None:
    name, content, how, code, row, column = case
    put(tmp_path, name, content)
    found, problems = read(tmp_path, name, **how)
    assert found is None
    assert [place(p)[:4] for p in problems] == [(code, name, row, column)]


@pytest.mark.parametrize(
    ("written", "declared", "proposed"),
    [("gbk", "utf-8", "gb18030"), ("utf-8", "gb18030", "utf-8"), ("utf-16", "utf-8", "utf-16")],
)
def test_the_encoding_that_fits_is_proposed_and_then_works(
    tmp_path: Path, written: str, declared: str, proposed: str
) -> None:
    put(write(tmp_path), "data/people.csv", PEOPLE.replace("Ann", "安娜").encode(written))
    mapped = "participants: {file: data/people.csv}"
    edit(tmp_path, DOCUMENT, mapped, f"participants: {{file: data/people.csv, encoding: {declared}}}")
    found = [p for p in problems_of(tmp_path) if p.code == "data.wrong_encoding"]
    assert [(p.where, p.value, p.values["found"]) for p in found] == [("data/people.csv", declared, proposed)]
    edit(tmp_path, DOCUMENT, f"encoding: {declared}", f"encoding: {proposed}")
    assert load_engagement(tmp_path).participants["name"].tolist() == ["安娜", "Bob", "Cai", "Dee"]


def test_parquet_keeps_its_types_and_its_own_clock(tmp_path: Path) -> None:
    table = pd.read_csv(pd.io.common.StringIO(DEALS), dtype=str)
    typed = table.assign(
        amount=table["amount"].astype(float),
        stage=table["stage"].astype("category"),
        # 00:30 in Shanghai is still the day before in UTC
        ordered_on=pd.to_datetime(table["ordered_on"]).dt.tz_localize("Asia/Shanghai")
        + pd.Timedelta(minutes=30),
    )
    typed.to_parquet(write(tmp_path) / "data/deals.parquet")
    edit(tmp_path, DOCUMENT, "deals.csv", "deals.parquet")
    client = load_engagement(tmp_path)
    deals = frame(client.database, "deals")
    assert deals["amount"].tolist()[8] == Decimal("0.1")
    assert deals["ordered_on"].tolist()[0] == pd.Timestamp("2026-01-10")
    assert sales(tmp_path) == TOTAL


def test_a_declared_order_of_day_and_month_is_followed(tmp_path: Path) -> None:
    days = pd.read_csv(pd.io.common.StringIO(DEALS), dtype=str)
    for column in ("created_on", "ordered_on", "closed_on"):
        days[column] = pd.to_datetime(days[column]).dt.strftime("%d/%m/%Y")
    days.to_csv(write(tmp_path) / FILE, index=False)
    edit(tmp_path, DOCUMENT, DECLARED, DECLARED + '    date_format: "%d/%m/%Y"\n')
    assert sales(tmp_path) == TOTAL
    edit(tmp_path, DOCUMENT, "%d/%m/%Y", "%m/%d/%Y")
    found = problems_of(tmp_path)
    # 20/12/2025 has no 20th month; 10/01/2026 would have been read as October, which a declaration decides
    assert {p.code for p in found} == {"data.not_a_date"}
    assert place(found[0]) == ("data.not_a_date", FILE, 2, "created_on", "20/12/2025")


def test_the_end_of_time_is_a_day(tmp_path: Path) -> None:
    edit(write(tmp_path), "data/people.csv", "120000,24000,,\np2", "120000,24000,2024-01-01,9999-12-31\np2")
    client = load_engagement(tmp_path)
    assert client.participants["valid_to"].iloc[0] == pd.Timestamp("9999-12-31")
    assert sales(tmp_path) == TOTAL


def test_amounts_are_exact_and_zero_has_no_sign(tmp_path: Path) -> None:
    edit(write(tmp_path), FILE, "D08,p4,c4,lost,500.00", "D08,p4,c4,lost,-0")
    add(tmp_path, FILE, "D13,p1,c1,lost,99999999999999.9999,,2026-01-01,,2026-01-01\n")
    deals = frame(load_engagement(tmp_path).database, "deals")
    assert str(deals["amount"].iloc[7]) == "0.0000"
    assert str(deals["amount"].iloc[12]) == "99999999999999.9999"
    assert sum(deals["amount"].iloc[8:11]) == Decimal("0.3")


@pytest.mark.parametrize("values", ["values: {}", "values: {stage: {}}", 'values: {stage: {" 赢单 ": won}}'])
def test_words_may_be_left_as_they_are(tmp_path: Path, values: str) -> None:
    edit(write(tmp_path), DOCUMENT, DECLARED, f"{DECLARED}    {values}\n")
    if "赢单" in values:
        edit(tmp_path, FILE, "D01,p1,c1,won", "D01,p1,c1,赢单")
    assert sales(tmp_path) == TOTAL


def test_grouping_columns_of_the_roster_are_kept_where_mapped(tmp_path: Path) -> None:
    grouped = PEOPLE.replace("role,", "role,试点,扣款,").replace("field,", "field,是,0,")
    write(tmp_path, people=grouped)
    mapped = "participants: {file: data/people.csv, columns: {pilot: 试点}, values: {pilot: {是: pilot}}}"
    edit(tmp_path, DOCUMENT, "participants: {file: data/people.csv}", mapped)
    people = load_engagement(tmp_path).participants
    assert people["pilot"].tolist() == ["pilot"] * 4
    assert "扣款" not in people


def test_reading_costs_no_python_step_for_each_row(tmp_path: Path) -> None:
    calls = {rows: _calls(tmp_path / str(rows), rows) for rows in (1_000, 50_000)}
    assert calls[50_000] < calls[1_000] * 1.5


def _calls(folder: Path, rows: int) -> int:
    """How many Python functions are called to load an engagement and measure it."""
    line = "X{i},p{p},c{c},won,{i}.25,1,2026-01-01,2026-0{m}-15,2026-06-30\n"
    more = "".join(line.format(i=i, p=i % 4 + 1, c=i % 999, m=i % 6 + 1) for i in range(rows))
    write(folder, deals=DEALS + more)
    count = 0

    def counted(_frame: object, event: str, _arg: object) -> None:
        nonlocal count
        count += event == "call"

    sys.setprofile(counted)
    try:
        measure(load_engagement(folder))
    finally:
        sys.setprofile(None)
    return count


def test_a_cell_beyond_all_measure_is_no_table(tmp_path: Path) -> None:
    put(tmp_path, "x.csv", "a,b\n1," + "x" * 3_000_000 + "\n" + "3,4\n" * 10)
    found, problems = read(tmp_path, "x.csv")
    assert found is None
    assert [p.code for p in problems] == ["data.not_a_table"]
