"""The form that a client fills in: what it asks, what its cells allow, and that it reads back equal."""

from __future__ import annotations

import zipfile
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from tests.intake.filling import ROWS, add_scheme, fill
from toolkit.assets import asset
from toolkit.data.load import frame, load_engagement
from toolkit.data.tables import TABLES
from toolkit.errors import DataError
from toolkit.intake.form import client_name, write_request
from toolkit.intake.needs import needs_of
from toolkit.intake.words import asked_columns, client_words, known_words, plain
from toolkit.intake.write import map_files
from toolkit.language import LANGUAGES

ASKED = ("participants", "deals", "activities", "invoices")
SAMPLE = asset("templates", "engagements", "manufacturer")


def filled_in(folder: Path, language: str) -> None:
    form = write_request(folder, folder / "form.xlsx", language, ASKED)
    (folder / "data").mkdir()
    fill(form, folder / "data" / "came back (2).xlsx", language)


@pytest.mark.parametrize(("language", "currency"), [("zh", "CNY"), ("en", "USD")])
def test_a_filled_form_reads_back_equal(language: str, currency: str, tmp_path: Path) -> None:
    filled_in(tmp_path, language)
    done = map_files(tmp_path)
    assert [t.table for t in done.proposal.tables] == list(ROWS)  # invoices were left blank
    assert {x.confidence for t in done.proposal.tables for x in t.lines} == {1.0}
    add_scheme(tmp_path, currency, "deals_won")
    client = load_engagement(tmp_path)
    for table, rows in ROWS.items():
        found = frame(client.database, table)
        for column in rows[0]:
            expected = [None if r[column] is None else r[column] for r in rows]
            kind = TABLES[table].columns[column].kind
            got = [None if pd.isna(v) else v for v in found[column]]
            if kind == "day":
                got = [None if v is None else v.date() for v in got]
            if kind in ("money", "number"):
                got = [None if v is None else float(v) for v in got]
            assert got == expected, (table, column)


def test_the_forms_example_is_not_read_as_data(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    write_request(tmp_path, tmp_path / "data" / "blank.xlsx", "en", ("deals",))
    with pytest.raises(DataError) as caught:
        map_files(tmp_path)
    assert caught.value.problems[0].code == "intake.no_files"


def test_the_form_asks_for_what_the_engagements_kpis_need() -> None:
    needs = needs_of(SAMPLE)
    assert set(needs.columns) == {
        "participants",
        "deals",
        "activities",
        "invoices",
        "payments",
        "feedback",
        "training",
        "targets",
    }
    # Gross margin needs the cost, and nothing that is measured needs a renewal's day.
    assert "gross_margin_rate" in needs.kpis["deals", "cost"]
    assert "cost" in needs.columns["deals"] and "renewal_due_on" not in needs.columns["deals"]


def test_without_kpis_the_core_tables_are_asked_for_whole(tmp_path: Path) -> None:
    needs = needs_of(tmp_path)
    assert "deals" in needs.columns and "kpi_values" not in needs.columns
    assert needs.columns["deals"] == tuple(TABLES["deals"].columns)


def test_an_unknown_table_is_refused_with_near_names(tmp_path: Path) -> None:
    with pytest.raises(DataError) as caught:
        write_request(tmp_path, tmp_path / "a.xlsx", "en", ("deal", "orders"))
    assert [(p.code, p.value) for p in caught.value.problems] == [
        ("intake.unknown_table", "deal"),
        ("intake.unknown_table", "orders"),
    ]
    assert "deals" in str(caught.value.problems[0].values["near"])
    assert not (tmp_path / "a.xlsx").exists()


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> openpyxl.Workbook:
    path = write_request(SAMPLE, tmp_path_factory.mktemp("form") / "f.xlsx", "zh", client='=HYPERLINK("x")')
    return openpyxl.load_workbook(path)


def test_the_forms_sheets_are_in_the_clients_language(book: openpyxl.Workbook) -> None:
    assert book.sheetnames == [
        "说明",
        "人员花名册",
        "商机与订单",
        "销售活动",
        "开票与应收",
        "回款记录",
        "客户反馈",
        "培训与技能",
        "目标值",
        "字段说明",
        "kpi_form",
    ]
    assert book["kpi_form"].sheet_state == "veryHidden"
    assert book["说明"]["B3"].value == '=HYPERLINK("x")' and book["说明"]["B3"].data_type == "s"


def test_cells_allow_what_the_tables_take(book: openpyxl.Workbook) -> None:
    sheet = book["商机与订单"]
    rules = {str(r.sqref).split(":")[0]: r for r in sheet.data_validations.dataValidation}
    columns = {str(c.value).split(" · ")[0]: c.column_letter for c in sheet[3] if c.value}
    assert rules[f"{columns['stage']}6"].formula1 == '"赢单,输单,跟进中"'
    assert rules[f"{columns['ordered_on']}6"].type == "date"
    assert rules[f"{columns['amount']}6"].type == "decimal"
    assert sheet.freeze_panes == "C6"
    kpis = book["目标值"].data_validations.dataValidation
    assert any(r.formula1 == "kpi_form!$H$2:$H$17" for r in kpis)
    assert book["kpi_form"]["H2"].value == "净销售额（销售额）"


def test_required_columns_are_marked_and_the_dictionary_says_why(book: openpyxl.Workbook) -> None:
    sheet = book["商机与订单"]
    marks = {
        str(c.value).split(" · ")[0]: str(c.value).split(" · ")[1]
        for c in sheet[3]
        if c.value and "·" in c.value
    }
    assert marks["deal"] == "必填" and marks["cost"] == "指标所需" and marks["product"] == "选填"
    fills = {c.value: c.fill.fgColor.rgb for c in sheet[5] if c.value}
    assert fills["商机编号"] != fills["产品"]
    rows = list(book["字段说明"].iter_rows(min_row=2, values_only=True))
    cost = next(r for r in rows if r[:2] == ("商机与订单", "成本"))
    assert cost[2:6] == ("所售产品或服务的成本。", "指标所需", "金额", "") and "毛利率" in str(cost[6])


def test_the_same_form_twice_is_the_same_file(tmp_path: Path) -> None:
    a = write_request(SAMPLE, tmp_path / "a.xlsx", "en").read_bytes()
    assert write_request(SAMPLE, tmp_path / "b.xlsx", "en").read_bytes() == a
    with zipfile.ZipFile(tmp_path / "a.xlsx") as parts:
        assert not [n for n in parts.namelist() if "external" in n or "vba" in n.lower()]


def test_a_mark_that_was_tampered_with_is_noted(tmp_path: Path) -> None:
    filled_in(tmp_path, "en")
    path = tmp_path / "data" / "came back (2).xlsx"
    workbook = openpyxl.load_workbook(path)
    workbook["kpi_form"]["A1"] = "x"
    workbook.save(path)
    with pytest.raises(DataError):
        map_files(tmp_path)


def test_every_standard_column_has_its_words_in_both_languages() -> None:
    for table, standard in TABLES.items():
        asked = asked_columns()[table]
        assert set(asked["columns"]) == set(standard.columns), table
        assert all(asked[part][one] for part in ("label", "means") for one in LANGUAGES)
        for language in LANGUAGES:
            names = [plain(entry[language][0]) for entry in asked["columns"].values()]
            assert len(names) == len(set(names)), table  # a heading means one column
            assert all(
                entry[language][1].endswith("。" if language == "zh" else ".")
                for entry in asked["columns"].values()
            )
    labels = [asked_columns()[t]["label"][one] for t in TABLES for one in LANGUAGES]
    assert len(set(labels)) == len(labels) and all(len(x) <= 31 for x in labels)  # Excel's limit


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_offered_is_understood_when_it_comes_back(language: str) -> None:
    offered = 0
    for table, standard in TABLES.items():
        for column, spec in standard.columns.items():
            words = client_words(table, column, language)
            assert set(spec.choices) <= set(words.values())
            for said, meant in words.items():
                assert known_words(table, column)[plain(said)] == meant
                offered += 1
    assert offered > 30


def test_the_clients_name_is_the_engagements(tmp_path: Path) -> None:
    assert client_name(SAMPLE, "en") == "Acme Machinery" and client_name(tmp_path, "en") == ""
