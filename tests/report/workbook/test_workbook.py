"""The workbook as a document: what it says, what may be changed, what it never does."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import openpyxl
import pytest
from openpyxl.cell.cell import MergedCell

from tests.report.workbook.clients import CURVE, appraised, client_targets, panel, roster, scheme
from tests.report.workbook.office import formulas, values
from tests.report.workbook.plans import CASH, PLANS, SALES, VISITS
from toolkit.errors import NotEnoughData
from toolkit.language import text
from toolkit.report.workbook.example import example_tables
from toolkit.report.workbook.inputs import ending_with
from toolkit.report.workbook.names import Names
from toolkit.report.workbook.write import write_workbook

# Functions that both Excel 2007 and LibreOffice 4 have.
BOTH = frozenset(
    {
        "ABS",
        "AND",
        "COUNT",
        "IF",
        "IFERROR",
        "INDEX",
        "INT",
        "ISNUMBER",
        "MATCH",
        "MAX",
        "MIN",
        "MOD",
        "N",
        "OR",
    }
    | {"RANK", "ROUND", "SIGN", "SUM", "SUMIF", "SUMPRODUCT", "TRUE", "VLOOKUP"}
)
HEADS = (
    *(
        "category",
        "name",
        "definition",
        "formula",
        "unit",
        "direction",
        "agreed",
        "floor",
        "target",
        "stretch",
    ),
    *("rule", "source", "department", "cycle", "actual", "attainment", "score", "weight", "points"),
    *("self", "manager", "remark"),
)


@pytest.fixture(scope="module")
def items(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_workbook(PLANS["items"](1), tmp_path_factory.mktemp("items") / "items.xlsx", "en")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_form_has_every_field_of_the_trade(language: str, tmp_path: Path) -> None:
    path = write_workbook(PLANS["factors"](1), tmp_path / "f.xlsx", language)
    sheet = openpyxl.load_workbook(path)["Name 1"]
    assert [cell.value for cell in sheet[4] if cell.value] == [
        text(f"workbook.head.{h}", language) for h in HEADS
    ]
    said = {cell.value for row in sheet.iter_rows() for cell in row}
    for key in ("field.name", "field.manager", "field.team", "field.role", "field.period", "sign_participant",
                "sign_manager", "interview", "grade", "score", "rank", "ratio", "payout"):  # fmt: skip
        assert text(f"workbook.{key}", language) in said, key


def test_floor_target_and_stretch_of_a_proportional_rule_are_its_corners(tmp_path: Path) -> None:
    tables = example_tables()  # revenue: from 60 % to 120 % of 300,000; visits: 2 points of 20 off a percent
    path = write_workbook(tables, tmp_path / "e.xlsx", "en")
    sheet = openpyxl.load_workbook(path)["Lin Yue"]
    assert [sheet.cell(5, c).value for c in (8, 9, 10)] == [180000, 300000, 360000]
    assert [sheet.cell(6, c).value for c in (8, 9, 10)] == [108, 120, 120]
    assert [sheet.cell(7, c).value for c in (8, 9, 10)] == [None, 8, 8]  # 30 points are given from 0 on


def test_the_summary_has_a_row_each_and_leads_to_the_forms(items: Path) -> None:
    tables = PLANS["items"](1)
    book = openpyxl.load_workbook(items, data_only=True)
    rows = [row for row in book["Summary"].iter_rows(min_row=6) if row[0].value]
    assert {row[1].value for row in rows} == set(tables.participants["participant"])
    scores = tables.scores[tables.scores["period"] == "2026-03"].set_index("participant")
    for row in rows:
        own = scores.loc[row[1].value]
        assert row[5].value == own["grade"] or (row[5].value is None and own.isna()["grade"])
        target = row[-1].hyperlink.location.split("!")[0].strip("'")
        assert book[target]["B2"].value == row[0].value


def test_only_the_yellow_cells_are_open_and_no_password_is_set(items: Path) -> None:
    book = openpyxl.load_workbook(items)
    for sheet in book:
        assert sheet.protection.sheet, sheet.title
        assert not sheet.protection.password
        for row in sheet.iter_rows():
            for cell in row:
                if not cell.protection.locked and not isinstance(cell, MergedCell):
                    assert cell.fill.fgColor.rgb == "FFFFF8E1", (sheet.title, cell.coordinate)
                    assert cell.data_type != "f" or "ISNUMBER" in cell.value
    form = book["Name 1"]
    opened = {cell.coordinate for row in form.iter_rows() for cell in row if not cell.protection.locked}
    assert {"O5", "O6", "O7", "T5", "V5", "M5"} <= opened
    assert not {"I5", "P5", "Q5", "G5", "B5"} & opened


def test_hostile_texts_stay_texts(items: Path) -> None:
    book = openpyxl.load_workbook(items)
    hostile = [
        c
        for s in book
        for r in s.iter_rows()
        for c in r
        if isinstance(c.value, str) and c.value.startswith("=Name")
    ]
    assert hostile
    assert {cell.data_type for cell in hostile} == {"s"}
    assert "=Name 3" in book.sheetnames
    assert any(
        "=Key account" in str(c.value) and c.data_type == "s" for r in book["=Name 3"].iter_rows() for c in r
    )
    assert not [f for f in formulas(items).values() if f.startswith(("Name", "Key", "Client"))]


def test_formulas_use_only_what_both_programs_have(tmp_path: Path) -> None:
    used: set[str] = set()
    for name in ("rules", "items", "by_shares_in_teams", "factors", "records", "pool_in_teams", "cumulative"):
        path = write_workbook(PLANS[name](1), tmp_path / f"{name}.xlsx", "en")
        for formula in formulas(path).values():
            bare = re.sub(r"'[^']*'|\"[^\"]*\"", "", formula)
            used |= set(re.findall(r"([A-Z][A-Z0-9.]*)\(", bare)) | ({"TRUE"} if "TRUE" in bare else set())
            assert len(formula) < 8192
    assert used <= BOTH
    assert {"VLOOKUP", "RANK", "SUMPRODUCT", "MOD"} <= used


def test_no_links_outside_no_macros_and_the_same_file_twice(items: Path, tmp_path: Path) -> None:
    again = write_workbook(PLANS["items"](1), tmp_path / "again.xlsx", "en")
    assert again.read_bytes() == items.read_bytes()
    names = zipfile.ZipFile(items).namelist()
    assert not [n for n in names if "externalLink" in n or "vba" in n.lower()]
    with zipfile.ZipFile(items) as book:
        rels = [book.read(n).decode() for n in names if n.endswith(".rels")]
    assert not [r for r in rels if 'TargetMode="External"' in r]


def test_a_printed_form_is_landscape_as_wide_as_the_page_with_headings_in_view(items: Path) -> None:
    book = openpyxl.load_workbook(items)
    for title in ("Summary", "Payouts", "Name 1"):
        sheet = book[title]
        assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
        assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)
        assert sheet.freeze_panes is not None
    assert book["Payouts"].print_title_rows == "$5:$5"


def test_above_a_hundred_people_the_forms_stand_on_one_sheet_a_scheme(tmp_path: Path) -> None:
    people = roster(104, 2)
    tables = appraised(scheme(SALES, VISITS), people, panel(people, 2), client_targets(people))
    path = write_workbook(tables, tmp_path / "many.xlsx", "en", periods=("2026-03",))
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["Summary", "Payouts", "Plan", "Rules"]
    assert len(book["Plan"].row_breaks.brk) == 103
    names = [row[1].value for row in book["Plan"].iter_rows() if row[0].value == "Name"]
    assert len(set(names)) == 104


def test_who_is_not_paid_is_named_with_the_reason(tmp_path: Path) -> None:
    people = roster(6, 1)
    people.loc[2, "target_incentive"] = None
    tables = appraised(scheme(SALES, VISITS), people, panel(people, 1), client_targets(people))
    path = write_workbook(tables, tmp_path / "unpaid.xlsx", "en", periods=("2026-03",))
    found = openpyxl.load_workbook(path)["Payouts"]
    lines = {row[0].value: row[1].value for row in found.iter_rows() if row[0].value}
    assert lines["e02"] == text("appraise.unpaid.no_target_incentive", "en")


def test_a_team_s_actual_is_filled_in_once(tmp_path: Path) -> None:
    path = write_workbook(PLANS["team_measure"](1), tmp_path / "t.xlsx", "en", periods=("2026-03",))
    linked = [key for key, formula in formulas(path).items() if key[1] == "O5"]
    assert len(linked) == 24 - 3  # three teams: the first of each is typed in


def test_periods_are_those_that_end_last_unless_named(tmp_path: Path) -> None:
    tables = PLANS["quarterly"](1)
    assert ending_with(tables) == ("2026-03", "2026-Q1")
    assert ending_with(tables, "2026-02") == ("2026-02",)
    both = openpyxl.load_workbook(write_workbook(tables, tmp_path / "both.xlsx", "en"))
    assert (
        len(both["Name 1"].row_breaks.brk) == 1
    )  # the month's form, then the quarter's on a page of its own
    path = write_workbook(tables, tmp_path / "feb.xlsx", "en", periods=("2026-02",))
    assert "Payouts" not in openpyxl.load_workbook(path).sheetnames  # no pay period ends in February
    with pytest.raises(NotEnoughData, match="2031-01"):
        ending_with(tables, "2031-01")
    with pytest.raises(NotEnoughData, match="2031-01"):
        write_workbook(tables, tmp_path / "none.xlsx", "en", periods=("2031-01",))
    assert not (tmp_path / "none.xlsx").exists()


def test_sheet_names_are_what_excel_takes() -> None:
    names = Names()
    assert names.free("a/b:c*[d]?'e'") == "a b c  d   e"
    assert names.free("History") == "History 2"
    assert names.free("x" * 40) == "x" * 31
    assert names.free("X" * 40) == "X" * 29 + " 2"
    assert names.free("", "e7") == "e7"
    assert names.free("王芳", "e8") == "王芳"
    assert names.free("王芳", "e9") == "e9"


def test_every_cached_number_is_the_table_s(items: Path) -> None:
    tables = PLANS["items"](1)
    pay = tables.payouts[tables.payouts["period"] == "2026-03"]
    assert CURVE["x"] == "score"
    assert CASH["weight"] == 0
    shown = values(items)
    for who, payout in zip(pay["participant"], pay["payout"], strict=True):
        row = next(at[1:] for (sheet, at), v in shown.items() if sheet == "Payouts" and v == who)
        cells = [
            v for (sheet, at), v in shown.items() if sheet == "Payouts" and re.fullmatch(rf"[A-Z]+{row}", at)
        ]
        assert round(float(payout), 2) in cells
