"""What is found where nothing is declared: encodings, separators, column names, totals; and what is not."""

import io
import zipfile
from pathlib import Path

import openpyxl
import pytest
import xlwt

from tests.data.files.reading import cells, load, places, read
from tests.data.helpers import put
from toolkit.data.files.container import kind_of
from toolkit.data.files.encoding import as_utf8
from toolkit.data.files.layout import find_head
from toolkit.data.files.source import FileSource
from toolkit.data.files.text import _open_quote, _plainly_quoted
from toolkit.errors import Problems

SOURCE = FileSource(("a.csv",))
CHINESE = "客户,负责人,签单金额\n上海宏达贸易有限公司,王芳,1200\n深圳市华强电子,李强,800\n"
TRADITIONAL = "客戶,負責人,簽單金額\n臺灣積體電路,陳雅婷,1200\n國泰金控,張國華,800\n"
WESTERN = "name,city\nJérôme Lefèvre,Besançon\nMüller,Köln\nO’Brien,Málaga\n"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [(CHINESE, "gb18030"), (TRADITIONAL, "big5"), (WESTERN, "cp1252"), ("a\nMüller\n", "cp1252"),
     ("名\n王\n", "gb18030"), (CHINESE, "utf-16-le"), (CHINESE, "utf-16-be")],
)  # fmt: skip
def test_an_encoding_is_found_by_its_characters(text: str, encoding: str) -> None:
    problems = Problems()
    found = as_utf8(text.encode(encoding), "", "a.csv", problems)
    assert found is not None and found.decode() == text
    assert [note.value for note in problems.notes] == [encoding]


@pytest.mark.parametrize(
    "content",
    [
        b"a\n\x80\x81\xff\n",
        b"a,\xe9\xff\xfe\x00\n",
        "a\nМосква\n".encode("cp1251"),
        b"\x00" * 50,
        b"a\x00b\n",
    ],
)
def test_an_encoding_in_doubt_is_asked_for(content: bytes) -> None:
    problems = Problems()
    assert as_utf8(content, "", "a.csv", problems) is None
    assert [p.code in ("data.unreadable", "data.null_characters") for p in problems] == [True]


# Rows, and the row (from 1) in which the names are found; None where they are refused.
HEADS = [
    ([["a", "b"], ["1", "2"], ["3", "4", "5", "6", "7"]], 1),
    ([["a", "b"], ["1", "2"], ["1", "2"], ["3"] * 7, ["3"] * 7, ["1", "2"], ["1", "2"]], 1),
    ([["a"], ["1"], ["2"]], 1),
    ([["Prepared by:", "Ann"], ["a", "b", "c", "d"], ["x", "1", "2", "3"], ["y", "1", "", ""]], 2),
    ([["Sales"], ["January"], [], ["a", "b", "c"], ["x", "1", "2"]], 4),
    ([["name", "2026-01", "2026-02"], ["Ann", "1", "2"], ["Bob", "3", "4"]], 1),
    ([["deal", "note", ""], ["D1", "first", "x"], ["D2", "second", "y"]], 1),
    ([["title"], ["7", "8", "9"], ["1", "2", "3"]], None),
    ([["North", "South"], ["a", "b", "c", "d"], ["1", "2", "3", "4"]], None),
    ([["amount", "cost", "rep"], ["(CNY)", "(CNY)", ""], ["1", "2", "Ann"], ["3", "4", "Bob"]], None),
    ([[""], [""]], None),
]  # fmt: skip


@pytest.mark.parametrize(("rows", "row"), HEADS, ids=range(len(HEADS)))
def test_the_names_are_found_below_titles(rows: list[list[str]], row: int | None) -> None:
    problems = Problems()
    head = find_head(rows, SOURCE, "a.csv", problems)
    assert (head.body if head else None) == row
    assert bool(problems.items) == (row is None)
    assert bool(problems.notes) == (row is not None and row > 1)


def test_a_groups_name_goes_to_the_right_and_no_other_does() -> None:
    rows = [["id", "", "Q1", "", "note"], ["", "name", "sales", "cost", ""], ["1", "Ann", "5", "2", "x"]]
    head = find_head(rows, FileSource(("a.csv",), header_rows=2, header_row=1), "a.csv", Problems())
    assert head is not None and head.names == ["id", "name", "Q1 / sales", "Q1 / cost", "note"]


@pytest.mark.parametrize(
    ("rows", "left", "noted"),
    [
        ([("Ann", "3"), ("Total", "")], [("Ann", "3")], True),
        ([("Ann", "3"), ("TOTAL:", "3")], [("Ann", "3")], True),
        ([("Total", "3"), ("Ann", "3")], [("Total", "3"), ("Ann", "3")], False),
        ([("Ann", "3"), ("Total Energies", "")], [("Ann", "3"), ("Total Energies", None)], False),
        ([("Ann", "3"), ("小 计", ""), ("总计：", "")], [("Ann", "3")], True),
    ],
)
def test_totals_at_the_end_are_left_out(tmp_path: Path, rows: list, left: list, noted: bool) -> None:
    put(tmp_path, "x.csv", "rep,amount\n" + "".join(f"{a},{b}\n" for a, b in rows))
    table, problems = read(tmp_path, "x.csv")
    assert cells(table) == left
    assert bool([n for n in problems.notes if n.code == "data.totals_row"]) == noted


@pytest.mark.parametrize(
    ("start", "kind"),
    [(b"PK\3\4", "zip"), (b"\xef\xbb\xbf <HTML>", "html"), (b'<?xml version="1.0"?><html>', "html"),
     (b"<?xml?><Workbook/>", "xml"), (b"MIME-Version: 1.0", "mht"), (b"%PDF-1.7", "pdf"), (b"a,b", "text")],
)  # fmt: skip
def test_a_file_is_what_its_content_says(start: bytes, kind: str) -> None:
    assert kind_of(start) == kind


def test_a_file_that_may_not_be_opened_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path, "x.csv", "a\n1\n")

    def refuse(_path: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", refuse)
    table, problems = read(tmp_path, "x.csv")
    assert table is None and places(list(problems)) == [("data.cannot_open", None, "", "Permission denied")]


def test_a_million_declared_entries_are_not_unpacked(tmp_path: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as many:
        for i in range(10_001):
            many.writestr(f"xl/{i}", b"")
    put(tmp_path, "x.xlsx", out.getvalue())
    _, problems = read(tmp_path, "x.xlsx")
    assert [p.code for p in problems] == ["data.zip_bomb"]


def test_what_is_read_otherwise_in_many_places_is_counted(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["team", "rep"])
    for i in range(25):
        book.active.append([f"team {i}", f"a{i}"])
        book.active.append([None, f"b{i}"])
        book.active.merge_cells(start_row=2 * i + 2, end_row=2 * i + 3, start_column=1, end_column=1)
    book.save(tmp_path / "x.xlsx")
    table, problems = read(tmp_path, "x.xlsx")
    assert cells(table) == [(f"team {i}", f"{who}{i}") for i in range(25) for who in "ab"]
    assert places(problems.notes)[-1] == ("data.more_merged_cells", None, "", 5)


def test_formulas_of_an_old_workbook_that_show_nothing_are_noted(tmp_path: Path) -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("A")
    for column, name in enumerate(("rep", "sum")):
        sheet.write(0, column, name)
    sheet.write(1, 0, "Ann")
    sheet.write(1, 1, xlwt.Formula("1+1"))
    book.save(str(tmp_path / "x.xls"))
    table, problems = read(tmp_path, "x.xls")
    assert cells(table) == [("Ann", None)]
    assert places(problems.notes) == [("data.formula_blank", 2, "sum", 1)]


@pytest.mark.parametrize(
    ("text", "row"),
    [('a,b\n5" pipe,"x ""y"""\n', None), ('"a","b"\n"1","2"\n', None), ('a\n"1"2\n', 2), ('a\n1\n"2\n', 3)],
)
def test_a_quote_that_is_not_closed_is_found(text: str, row: int | None) -> None:
    assert _open_quote(text.encode(), ",") == row


def test_the_quick_look_at_quotes_does_not_depend_on_where_it_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    text = b'"a","b ""c""","",d\n"1\n2",3,4,"5"\n'
    whole = _plainly_quoted(text, ",")
    for size in range(1, 12):
        monkeypatch.setattr("toolkit.data.files.text._CHUNK", size)
        assert _plainly_quoted(text, ",") == whole


@pytest.mark.parametrize("cell", ["1e2", "+5", " 7 ", ".5", "1,000"])
def test_plain_numbers_are_not_worth_a_note_and_others_are(tmp_path: Path, cell: str) -> None:
    put(tmp_path, "x.csv", f'deal,participant,amount\nD1,p1,"{cell}"\n')
    found, problems = load(tmp_path, "x.csv", "amount")
    assert float(found[0]) == float(cell.replace(",", ""))
    assert bool(problems.notes) == ("," in cell)


@pytest.mark.parametrize(
    "months", [["1月", "2月", "3月"], ["2025-01", "2025-02", "2025-03"], ["2025年1月", "1季度", "2025"]]
)
def test_months_head_columns_below_a_title(months: list[str]) -> None:
    rows = [
        ["2025年销售目标", *[""] * 3],
        ["工号", *months],
        ["E01", "10", "12", "9"],
        ["E02", "8", "9", "11"],
    ]
    problems = Problems()
    found = find_head(rows, SOURCE, "a.xlsx", problems, [(0, 0, 3)])
    assert found is not None and found.names == ["工号", *months] and found.body == 2
    assert [note.code for note in problems.notes] == ["data.title_rows"] and not problems.items


def test_a_row_of_days_and_amounts_is_still_no_row_of_names() -> None:
    problems = Problems()
    rows = [["title", "", ""], ["2025-01-03", "12.50", "7"], ["2025-01-04", "3.00", "8"]]
    assert find_head(rows, SOURCE, "a.csv", problems) is None
    assert [p.code for p in problems] == ["data.no_header"]
