"""What a workbook can have wrong: values, and changes where none were meant; each with sheet and cell."""

from pathlib import Path
from typing import Any

import pytest

from tests.scheme.everything import EVERYTHING, KPIS
from tests.scheme.excel.books import ALL, edited, put, refused, written
from toolkit.errors import SchemeError
from toolkit.language import describe
from toolkit.periods import Calendar
from toolkit.scheme import build_scheme
from toolkit.scheme.excel import scheme_from_excel, scheme_to_excel
from toolkit.scheme.excel.form import to_form
from toolkit.scheme.excel.layout import layout
from toolkit.scheme.excel.refer import cell_of
from toolkit.scheme.excel.sizes import sizes_of
from toolkit.scheme.plain import plain

CELLS = {
    place.address: (page.name, cell_of(place.row, place.col))
    for page in layout(sizes_of(to_form(plain(ALL))), "en")
    for place in page.places
}


def at(path: Path, *address: str | int, value: Any) -> tuple[Path, str]:
    """The workbook with one place filled in otherwise, and how its cell is named."""
    sheet, cell = CELLS[address]
    return put(path, sheet, **{cell: value}), f"{path.name} {sheet}!{cell}"


@pytest.mark.parametrize(
    ("address", "value", "read"),
    [
        (("measures", 0, "weight"), "３０％", ("measures", 0, "weight", 0.3)),
        (("measures", 0, "weight"), "30 %", ("measures", 0, "weight", 0.3)),
        (("pay", "caps", "amount"), "60,000", ("pay", "caps", "amount", 60000)),
        (("pay", "measures", 0, "x"), "达成率", ("pay", "measures", "revenue", "curve", "x", "attainment")),
        (("measures", 2, "per"), "Quarter ", ("measures", 2, "target", "per", "quarter")),
        (("effective", "to"), "2026年12月30日", ("effective", "to", "2026-12-30")),
        (("double_credit",), "否", ("double_credit", False)),
        (("version",), 2027, ("version", "2027")),
        (("pay", "clawback", "days"), "９０", ("pay", "clawback", "days", 90)),
        (("pay", "rates", 1, "rate"), "0.5%", ("pay", "rate", 1, "rate", 0.005)),
        (("pay", "rates", 1, "rate"), "按人员表", ("pay", "rate", 1, "rate", "roster")),
    ],
)
def test_what_people_type_is_read(
    address: tuple[str | int, ...], value: Any, read: tuple[Any, ...], tmp_path: Path
) -> None:
    path, _ = at(written(tmp_path), *address, value=value)
    (scheme,) = scheme_from_excel(path)
    here = plain(scheme)
    for part in read[:-1]:
        here = here[part]
    assert (str(here) if address[-1] == "to" else here) == read[-1]


@pytest.mark.parametrize(
    ("address", "value", "code"),
    [
        (("measures", 0, "weight"), "a third", "excel.not_a_number"),
        (("measures", 0, "weight"), "0,3", "excel.not_a_number"),
        (("measures", 0, "weight"), True, "excel.not_a_number"),
        (("pay", "caps", "amount"), "nan", "excel.not_a_number"),
        (("effective", "from"), "in spring", "excel.not_a_day"),
        (("effective", "from"), "2026-02-30", "excel.not_a_day"),
        (("missing",), "forget it", "excel.not_a_choice"),
        (("measures", 6, "p", 0), "mood", "excel.not_a_choice"),
        (("pay", "rates", 1, "rate"), "some", "excel.not_a_choice"),
        (("agreed", 0, "value"), "[open", "excel.odd_list"),
        (("agreed", 0, "value"), "[no]", "excel.odd_list"),
        (("grades", "rows", 1, "name"), "A", "excel.twice"),
        (("pay", "measures", 1, "measure"), "revenue", "excel.twice"),
        (("measures", 2, "points", 0, 0), 0.5, "excel.not_used"),
        (("pay", "gates", 0, "pays"), 1.5, "document.out_of_range"),
        (("pay", "gates", 0, "measure"), "collections", "scheme.no_such_measure"),
        (("measures", 0, "weight"), 0.2, "scheme.weights_sum"),
        (("currency",), None, "document.missing_key"),
        (("currency",), "yuan", "document.odd_name"),
        (("pay", "guarantee", "months"), 2.5, "document.not_a_number"),
        (("grids", 0, "values", 1, 1), None, "document.not_a_number"),
        (("grids", 1, "with"), "visit", "scheme.no_such_measure"),
        (("vetoes", 0, "item"), "theft", "scheme.no_such_item"),
        (("measures", 7, "points", 1, 0), 1.5, "scheme.not_increasing"),
    ],
)
def test_a_fault_is_named_with_its_cell(
    address: tuple[str | int, ...], value: Any, code: str, tmp_path: Path
) -> None:
    path, where = at(written(tmp_path), *address, value=value)
    found = refused(path)
    if code == "scheme.not_increasing":  # told of the next point, which the moved one has passed
        where = where.replace("D", "E")
    assert (code, where) in [(p.code, p.where) for p in found]


def test_faults_of_several_sheets_are_told_at_once(tmp_path: Path) -> None:
    path, first = at(written(tmp_path), "currency", value="yuan")
    path, second = at(path, "pay", "holdback", "share", value=3)
    path, third = at(path, "items", 1, "points", value=None)
    assert {p.where for p in refused(path)} == {first, second, third}


def test_what_cannot_be_read_hides_no_fault_elsewhere_and_is_told_once(tmp_path: Path) -> None:
    path, first = at(written(tmp_path), "measures", 4, "scoring", value="as we like")
    path, second = at(path, "measures", 0, "weight", value="much")
    path, third = at(path, "currency", value="yuan")
    path, fourth = at(path, "grades", "by", value="by mood")
    found = {p.where: p.code for p in refused(path)}
    assert len(refused(path)) == 4
    assert [found[w] for w in (first, second, third, fourth)] == [
        "excel.not_a_choice",
        "excel.not_a_number",
        "document.odd_name",
        "excel.not_a_choice",
    ]


def test_a_rule_that_does_not_fit_its_kpi_is_named_with_its_cell(tmp_path: Path) -> None:
    path, where = at(written(tmp_path), "pay", "rates", 0, "of", value="visits")
    with pytest.raises(SchemeError) as error:
        scheme_from_excel(path, Calendar(), KPIS)
    assert [(p.code, p.where) for p in error.value.problems] == [("scheme.rate_of_no_money", where)]
    path, where = at(written(tmp_path), "measures", 2, "kpi", value="visit")
    with pytest.raises(SchemeError) as error:
        scheme_from_excel(path, Calendar(), KPIS)
    assert [(p.code, p.where) for p in error.value.problems] == [("scheme.unknown_kpi", where)]


def test_a_rule_without_its_numbers_and_a_grid_without_an_owner(tmp_path: Path) -> None:
    path, _ = at(written(tmp_path), "measures", 0, "scoring", value="in proportion")
    found = refused(path)
    assert {p.code for p in found} == {"excel.not_used"}
    assert all(p.where.startswith("scheme.xlsx Grids!") for p in found)


def test_a_heading_that_was_changed_or_moved(tmp_path: Path) -> None:
    assert [p.code for p in refused(put(written(tmp_path), "Pay", B5="Bonus"))] == ["excel.heading"]
    moved = edited(written(tmp_path), lambda book: book["Grades"].insert_rows(4))
    found = refused(moved)
    assert {p.code for p in found} == {"excel.heading"} and len(found) == 3


def test_a_sheet_that_was_deleted_or_renamed(tmp_path: Path) -> None:
    found = refused(edited(written(tmp_path), lambda book: book.remove(book["Grades"])))
    assert [(p.code, p.value) for p in found] == [("excel.no_sheet", "Grades")]

    def rename(book: Any) -> None:
        book["Pay"].title = "Bonus"

    assert [p.value for p in refused(edited(written(tmp_path), rename))] == ["Pay"]


def test_a_formula_in_a_cell_to_fill_in(tmp_path: Path) -> None:
    path, where = at(written(tmp_path), "measures", 0, "weight", value="=0.1+0.2")
    assert [(p.code, p.where, p.value) for p in refused(path)] == [("excel.formula", where, "=0.1+0.2")]


def test_cells_that_were_merged(tmp_path: Path) -> None:
    found = refused(edited(written(tmp_path), lambda book: book["Measures"].merge_cells("E6:E7")))
    assert [(p.code, p.value) for p in found] == [("excel.merged", "E6:E7")]


def test_a_note_beside_the_table_is_not_dropped_in_silence(tmp_path: Path) -> None:
    found = refused(put(written(tmp_path), "Grades", H9="ask Ms Li"))
    assert [(p.code, p.value) for p in found] == [("excel.outside", "ask Ms Li")]


def test_the_hidden_sheet(tmp_path: Path) -> None:
    gone = edited(written(tmp_path), lambda book: book.remove(book["_scheme"]))
    assert [p.code for p in refused(gone)] == ["excel.not_ours"]
    for cell, value, code in (
        ("B1", 2, "excel.other_version"),
        ("B2", "fr", "excel.other_version"),
        ("B3", "0123456789abcdef", "excel.other_version"),
        ("B4", 0, "excel.not_ours"),
        ("B5", 1e9, "excel.not_ours"),
        ("B6", "many", "excel.not_ours"),
    ):
        assert [p.code for p in refused(put(written(tmp_path), "_scheme", **{cell: value}))] == [code], cell


@pytest.mark.parametrize("content", [b"", b"name,weight\n", b"PK\x03\x04broken"])
def test_a_file_that_is_no_workbook(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "scheme.xlsx"
    path.write_bytes(content)
    assert [(p.code, p.where) for p in refused(path)] == [("excel.not_excel", "scheme.xlsx")]
    assert [p.code for p in refused(tmp_path / "absent.xlsx")] == ["excel.not_excel"]


def test_places_are_written_as_excel_writes_them_in_whatever_language_is_read(tmp_path: Path) -> None:
    path = put(written(tmp_path, "zh"), "方案", C6="")
    (problem,) = refused(path)
    assert problem.where == "scheme.xlsx 方案!C6"
    assert describe(problem, "en").startswith("scheme.xlsx 方案!C6: ")


def test_a_remark_beside_the_cells_hides_no_other_fault(tmp_path: Path) -> None:
    path = put(put(written(tmp_path, "zh"), "方案", C6=""), "奖金", H60="请财务核对")
    assert {(p.code, p.where) for p in refused(path)} >= {
        ("excel.outside", "scheme.xlsx 奖金!H60"),
        ("document.missing_key", "scheme.xlsx 方案!C6"),
    }


def test_a_new_measure_in_a_spare_row_is_a_new_measure(tmp_path: Path) -> None:
    path = written(tmp_path)
    row = {
        "name": "calls",
        "kpi": "visits",
        "weight": 0.05,
        "target": "fixed",
        "value": 30,
        "scoring": "in proportion",
    }
    for key, value in row.items():
        path, _ = at(path, "measures", 10, key, value=value)  # a blank row before it is passed over
    path, _ = at(path, "measures", 10, "p", 1, value="150%")
    path, _ = at(path, "measures", 0, "weight", value=0.25)
    (scheme,) = scheme_from_excel(path)
    assert scheme.measures[-1].name == "calls" and len(scheme.measures) == 10
    assert scheme.measure("calls").curve([2.0]).tolist() == [150]


def test_a_blank_workbook_of_the_smallest_scheme_leaves_every_default(tmp_path: Path) -> None:
    small = build_scheme(
        {
            key: EVERYTHING[key]
            for key in ("name", "version", "title", "effective", "score_every", "pay_every")
        }
        | {"currency": "CNY", "grades": {"A": 0}, "pay": {"rate": {"of": "a", "rate": "roster"}}}
        | {
            "measures": [
                {
                    "name": "a",
                    "kpi": "net_sales",
                    "weight": 1,
                    "target": "table",
                    "scoring": {"proportional": {}},
                }
            ]
        }
    )
    assert scheme_from_excel(scheme_to_excel(small, tmp_path / "s.xlsx", "zh")) == (small,)


def test_an_accepted_finding_needs_its_rule_and_a_reason(tmp_path: Path) -> None:
    path, rule = at(written(tmp_path), "accepted", 0, "rule", value="weights")
    path, reason = at(path, "accepted", 1, "reason", value=None)
    path, day = at(path, "accepted", 0, "on", value="soon")
    assert {p.where for p in refused(path)} == {rule, reason, day}


def test_an_accepted_finding_is_added_in_a_blank_row(tmp_path: Path) -> None:
    path = written(tmp_path, "zh")
    cells = {
        place.address: (page.name, cell_of(place.row, place.col))
        for page in layout(sizes_of(to_form(plain(ALL))), "zh")
        for place in page.places
        if place.address[0] == "accepted"
    }
    for key, value in (("rule", "C03"), ("reason", "上半年观察"), ("on", "2026年1月5日")):
        sheet, cell = cells[("accepted", 3, key)]
        path = put(path, sheet, **{cell: value})
    (scheme,) = scheme_from_excel(path)
    added = scheme.accepted[-1]
    assert (len(scheme.accepted), added.rule, added.reason, str(added.on)) == (
        3,
        "C03",
        "上半年观察",
        "2026-01-05",
    )


def test_what_an_entry_means_stands_beside_it(tmp_path: Path) -> None:
    import openpyxl

    sheet = openpyxl.load_workbook(written(tmp_path), data_only=True)["Scheme"]
    told = {row[2].value: row[4].value for row in sheet.iter_rows(min_col=1, max_col=5) if row[2].value}
    assert told["pilot"].startswith("a trial: ") and told["star_of_month"].startswith("stars of the month")
    assert told["legal"] in (None, "")  # the client's own word
