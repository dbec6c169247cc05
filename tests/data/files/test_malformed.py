"""Every malformed file ends in a right reading with a note, or in a clear refusal: one table says which."""

import datetime as dt
from decimal import Decimal as D
from typing import Any

import pytest

from tests.data.files.reading import MALFORMED, cells, load, places, read
from toolkit.documents import load_document
from toolkit.errors import DataError

PLAIN = [("D1", "王芳", "100.5", "2026-01-05"), ("D2", "李强", "200", "2026-01-05")]
WESTERN = [("D1", "Jérôme", "100.5", "2026-01-05"), ("D2", "Müller", "200", "2026-01-05")]
GROUPS = [("D1", "王芳", "10", "6", "20", "12"), ("D2", "李强", "30", "9", "40", "16")]
GROUP_NAMES = ["编号", "姓名", "一月 / 金额", "一月 / 成本", "二月 / 金额", "二月 / 成本"]
DAYS = [dt.date(2026, 1, 5), dt.date(2026, 1, 5), dt.date(2026, 1, 6)]
Place = tuple[str, int | None, str, object]
Declared = dict[str, Any]

# A file, what is declared, its cells (None: refused), then each problem or note: code, row, column, value.
READ: list[tuple[str, Declared, list | None, list[Place]]] = [
    ("gb18030.csv", {}, PLAIN, [("data.encoding_found", None, "", "gb18030")]),
    ("gb18030.csv", {"encoding": "gbk"}, PLAIN, []),
    ("gb18030.csv", {"encoding": "utf-8"}, None, [("data.wrong_encoding", 2, "", "utf-8")]),
    ("utf16_mark.csv", {}, PLAIN, [("data.encoding_found", None, "", "utf-16")]),
    ("utf16_le.csv", {}, PLAIN, [("data.encoding_found", None, "", "utf-16-le")]),
    ("utf16_be.csv", {}, PLAIN, [("data.encoding_found", None, "", "utf-16-be")]),
    ("utf16_be.csv", {"encoding": "utf-16-be"}, PLAIN, []),
    ("mark.csv", {}, PLAIN, []),  # Excel's "CSV UTF-8": the mark says what it is
    ("western.csv", {}, WESTERN, [("data.encoding_found", None, "", "cp1252")]),
    ("big5.csv", {}, [("D1", "陳雅婷", "100.5", "2026-01-05"), ("D2", "張國華", "200", "2026-01-05")],
     [("data.encoding_found", None, "", "big5")]),
    ("no_encoding.csv", {}, None, [("data.unreadable", 2, "", "utf-8")]),
    ("nul.csv", {}, None, [("data.null_characters", 2, "", "utf-8")]),
    ("semicolons.csv", {}, PLAIN, [("data.separator_found", None, "", ";")]),
    ("semicolons.csv", {"separator": ";"}, PLAIN, []),
    ("tabs.txt", {}, PLAIN, [("data.separator_found", None, "", "tab")]),
    ("mixed_separators.csv", {}, [PLAIN[0]], [("data.row_length", 3, "", "D2;李强;200;2026-01-05")]),
    ("either_separator.csv", {"names": ("a", "b", "c")}, None,
     [("data.which_separator", None, "", ", ;")]),
    ("either_separator.csv", {"names": ("a", "b", "c"), "separator": ";"},
     [("1,5", "2,5", "3"), ("2,5", "3,5", "4")], []),
    ("titles.csv", {}, PLAIN, [("data.title_rows", 4, "", "2026年销售明细 / 单位：元")]),
    ("titles.csv", {"header_row": 4}, PLAIN, []),
    ("titles.csv", {"header_row": 2}, None, [("data.no_header", 2, "", None)]),
    ("titles.csv", {"header_row": 99}, None, [("data.no_header", 99, "", None)]),
    ("two_headers.csv", {}, None, [("data.two_headers", 1, "", "编号 | 姓名 | 一月 | 二月")]),
    ("two_headers.csv", {"header_rows": 2}, GROUPS, []),
    ("totals.csv", {}, PLAIN, [("data.totals_row", 4, "", "合计 | 300.5")]),
    ("subtotals.csv", {}, [PLAIN[0], ("小计", None, "100.5", None), PLAIN[1]],
     [("data.totals_inside", 3, "", "小计"), ("data.totals_row", 5, "", "Grand Total | 300.5")]),
    ("plain_total.csv", {}, [("Ann", "3"), ("Bob", "4.5")], [("data.totals_row", 4, "", "Total | 7.5")]),
    ("no_total.csv", {}, [("Ann", "3"), ("Bob", "4.5"), ("Total", "9")], []),
    ("spaces.csv", {}, PLAIN, []),
    ("gaps.csv", {}, PLAIN, []),
    ("unnamed.csv", {}, PLAIN, [("data.unnamed_column", None, "", 5)]),
    ("empty.csv", {}, None, [("data.empty_table", None, "", None)]),
    ("header_only.csv", {}, None, [("data.empty_table", None, "", None)]),
    ("folder.csv", {}, None, [("data.is_folder", None, "", None)]),
    ("page.xls", {}, None, [("data.web_page", None, "", "html")]),
    ("letter.docx", {}, None, [("data.other_kind_of_file", None, "", "docx")]),
    ("text_named.xlsx", {}, PLAIN, [("data.other_name", None, "", ".xlsx")]),
    ("xlsx_named.csv", {}, PLAIN, [("data.other_name", None, "", ".csv")]),
    ("xls_named.xlsx", {}, PLAIN, [("data.other_name", None, "", ".xlsx"), ("data.hidden_rows", 3, "", 1)]),
    ("plain.xlsx", {}, PLAIN, []),
    ("plain.xlsx", {"sheet": "Sheet1"}, PLAIN, []),
    ("plain.xlsx", {"sheet": "Deals"}, None, [("data.no_sheet", None, "", "Deals")]),
    ("titles.xlsx", {}, PLAIN, [("data.title_rows", 3, "", "2026 sales"),
     ("data.totals_row", 6, "", "Total | 300.5")]),
    ("two_sheets.xlsx", {}, None, [("data.which_sheet", None, "", "Sheet1, Notes")]),
    ("two_sheets.xlsx", {"sheet": "Sheet1"}, PLAIN, []),
    ("hidden_sheet.xlsx", {}, PLAIN, [("data.hidden_sheet", None, "", "Data")]),
    ("hidden_rows.xlsx", {}, PLAIN, [("data.hidden_rows", 3, "", 1)]),
    ("merged_header.xlsx", {}, None, [("data.two_headers", 1, "", "编号 | 姓名 | 一月 | 二月")]),
    ("merged_header.xlsx", {"header_rows": 2}, GROUPS[:1], []),
    ("merged_body.xlsx", {},
     [("D1", "王芳", "1", "2026-01-05"), ("D2", "王芳", "2", "2026-01-05"),
      ("D3", "王芳", "3", "2026-01-05"), ("D4", "李强", "4", "2026-01-05")],
     [("data.merged_cells", 2, "", "王芳")]),
    ("unsaved.xlsx", {}, None, [("data.formula_unsaved", 2, "amount", "C2")]),
    ("saved.xlsx", {}, [("D1", "p1", "42")], []),
    ("errors.xlsx", {}, None, [("data.error_cell", 2, "amount", "#N/A"),
     ("data.error_cell", 3, "participant", "#REF!")]),
    ("errors.xls", {}, None, [("data.error_cell", 5, "amount", "#N/A")]),
    ("errors.ods", {}, None, [("data.error_cell", 2, "amount", "#N/A")]),
    ("plain.ods", {}, [("D1", "王芳", "100.5")], []),
    ("numbers.xlsx", {}, [("1001", "007", "1,200", "2026/1/5"), ("1002", "p2", "0.3", "2026-01-05")], []),
    ("long_number.xlsx", {}, [("1.23456789012346e+18", "p1", "5", "2026-01-05")],
     [("data.long_number", 2, "deal", "1.23456789012346e+18")]),
    ("stray_cell.xlsx", {}, None, [("data.sheet_too_large", None, "", "Sheet1")]),
    ("macros.xlsm", {}, PLAIN, []),
    ("truncated.xlsx", {}, None, [("data.damaged_workbook", None, "", "File is not a zip file")]),
    ("bomb.xlsx", {}, None, [("data.zip_bomb", None, "", "16.0")]),
    ("lying.xlsx", {}, None, [("data.damaged_workbook", None, "", "xl/worksheets/sheet1.xml")]),
    ("entities.xlsx", {}, None, [("data.hostile_workbook", None, "", "xl/worksheets/sheet1.xml")]),
    ("looped.xls", {}, None, [("data.damaged_workbook", None, "", "chain of sectors")]),
    ("locked.xlsx", {}, None, [("data.locked_workbook", None, "", None)]),
]  # fmt: skip


@pytest.mark.parametrize("case", READ, ids=lambda case: f"{case[0]}-{'-'.join(case[1])}")
def test_a_file_is_read_rightly_or_refused(case: tuple[str, Declared, list | None, list[Place]]) -> None:
    name, declared, expected, said = case
    table, problems = read(MALFORMED, name, **declared)
    ignored = {"data.other_name"} if name == "locked.xlsx" else set()
    found = [p for p in places([*problems.items, *problems.notes]) if p[0] not in ignored]
    assert found == said
    assert cells(table) == expected


def test_two_rows_of_names_are_joined() -> None:
    for name in ("two_headers.csv", "merged_header.xlsx"):
        table, _ = read(MALFORMED, name, header_rows=2)
        assert table is not None and table.column_names[:-2] == GROUP_NAMES
        assert table["_row"].to_pylist()[0] == 3


# As above, and the column of a standard table; its exact values, none where the table was refused.
LOADED: list[tuple[str, Declared, str, list, list[Place]]] = [
    ("thousands.csv", {}, "amount", [D("1200.5"), D(1234567), D(80)],
     [("data.number_thousands", 2, "amount", "1,200.50")]),
    ("bad_thousands.csv", {}, "amount", [], [("data.decimal_comma", 2, "amount", "12,34"),
     ("data.decimal_comma", 3, "amount", "1.234,56"), ("data.decimal_comma", 4, "amount", "0,123")]),
    ("full_width.csv", {}, "amount", [D("123.5"), D(-200), D(-80), D(7500)],
     [("data.number_full_width", 2, "amount", "１２３．５"),
      ("data.number_thousands", 5, "amount", "７，５００")]),
    ("currency.csv", {}, "amount", [D(500), D(1200), D(300)],
     [("data.number_currency", 2, "amount", "￥500")]),
    ("two_currencies.csv", {}, "amount", [], [("data.mixed_marks", 3, "amount", "$ ¥"),
     ("data.number_currency", 2, "amount", "$500")]),
    ("brackets.csv", {}, "amount", [D(-1200), D(-80)], [("data.number_brackets", 2, "amount", "(1,200)")]),
    ("decimals.csv", {}, "amount", [D("33.3333"), D(5), D("0.0001")],
     [("data.money_decimals", 2, "amount", "33.333333")]),
    ("formula_text.csv", {}, "amount", [], [("data.formula_text", 3, "amount", "=SUM(C2:C2)")]),
    ("percent.csv", {}, "quantity", [0.85, 0.905, 0.7], [("data.number_percent", 2, "quantity", "85%")]),
    ("mixed_percent.csv", {}, "quantity", [], [("data.mixed_percent", 3, "quantity", "85"),
     ("data.number_percent", 2, "quantity", "85%")]),
    ("serial_days.csv", {}, "ordered_on", [], [("data.excel_serial", 2, "ordered_on", "46027"),
     ("data.excel_serial", 3, "ordered_on", "46027.75")]),
    ("serial_days.csv", {"date_format": "excel"}, "ordered_on", DAYS, []),
    ("first_serials.csv", {"date_format": "excel"}, "ordered_on",
     [dt.date(1900, 1, 1), dt.date(1900, 2, 28), dt.date(1900, 3, 1), dt.date(1900, 3, 2)], []),
    ("first_serials.csv", {"date_format": "excel_1904"}, "ordered_on",
     [dt.date(1904, 1, 2), dt.date(1904, 2, 29), dt.date(1904, 3, 2), dt.date(1904, 3, 3)], []),
    ("no_such_day.csv", {"date_format": "excel"}, "ordered_on", [],
     [("data.not_a_date", 2, "ordered_on", "60")]),
    ("two_digit_years.csv", {}, "ordered_on", [], [("data.not_a_date", 2, "ordered_on", "26-01-05"),
     ("data.not_a_date", 3, "ordered_on", "05/01/26")]),
    ("full_width_days.csv", {}, "ordered_on", [DAYS[0], DAYS[2]],
     [("data.day_read", 2, "ordered_on", "２０２６－０１－０５")]),
    ("swapped_days.csv", {"date_format": "%d/%m/%Y"}, "ordered_on", [],
     [("data.mixed_dates", 3, "ordered_on", "2026-05-01")]),
    ("iso_days.csv", {"date_format": "%d/%m/%Y"}, "ordered_on", [DAYS[0], dt.date(2026, 1, 13)],
     [("data.year_first", 2, "ordered_on", 2)]),
    ("numbers.xlsx", {}, "amount", [D(1200), D("0.3")], [("data.number_thousands", 2, "amount", "1,200")]),
    ("since_1904.xlsx", {"date_format": "excel_1904"}, "ordered_on", [DAYS[0], dt.date(2026, 1, 6)],
     [("data.workbook_1904", None, "", None)]),
    ("since_1904.xlsx", {"date_format": "excel"}, "ordered_on", [],
     [("data.date_system", None, "", "excel"), ("data.workbook_1904", None, "", None)]),
    ("since_1904.xlsx", {}, "ordered_on", [], [("data.excel_serial", 3, "ordered_on", "44566"),
     ("data.workbook_1904", None, "", None)]),
    ("plain.xlsx", {"date_format": "excel_1904"}, "ordered_on", [],
     [("data.date_system", None, "", "excel_1904")]),
]  # fmt: skip


@pytest.mark.parametrize("case", LOADED, ids=lambda case: f"{case[0]}-{'-'.join(case[1].values())}")
def test_cells_are_read_exactly_or_refused(case: tuple[str, Declared, str, list, list[Place]]) -> None:
    name, declared, column, expected, said = case
    found, problems = load(MALFORMED, name, column, **declared)
    assert places([*problems.items, *problems.notes]) == said
    assert found == expected


def test_a_note_says_how_many_cells_and_what_one_became() -> None:
    _, problems = load(MALFORMED, "thousands.csv", "amount")
    assert dict(problems.notes[0].values) == {"cells": 2, "became": "1200.5"}
    _, problems = load(MALFORMED, "percent.csv", "quantity")
    assert dict(problems.notes[0].values) == {"cells": 2, "became": "0.85"}
    _, problems = load(MALFORMED, "decimals.csv", "amount")
    assert dict(problems.notes[0].values) == {"cells": 2, "became": "33.3333"}


def test_broken_xml_in_a_sound_container_is_refused() -> None:
    table, problems = read(MALFORMED, "broken_sheet.xlsx")
    assert table is None and {p.code for p in problems} == {"data.damaged_workbook"}


def test_a_document_that_unfolds_to_billions_is_refused_before_it_does() -> None:
    with pytest.raises(DataError) as caught:
        load_document(MALFORMED / "laughs.yaml")
    assert {(p.code, p.row) for p in caught.value.problems} >= {("document.anchor", 1)}


def test_every_fixture_is_in_a_table_and_small() -> None:
    told = {case[0] for case in READ} | {case[0] for case in LOADED}
    kept = {path.name for path in MALFORMED.iterdir()} - {"make.py", "__pycache__"}
    assert kept - told == {"broken_sheet.xlsx", "laughs.yaml"} and len(kept) >= 50
    assert all(path.stat().st_size < 20_000 for path in MALFORMED.iterdir() if path.is_file())
