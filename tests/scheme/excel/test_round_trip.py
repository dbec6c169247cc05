"""Every rule and mechanic into a workbook and back: the same scheme, also through LibreOffice."""

import subprocess
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings

from tests.scheme.everything import EVERYTHING, KPIS
from tests.scheme.excel.books import ALL, put, written
from tests.scheme.strategy import schemes
from toolkit.assets import asset
from toolkit.documents import load_document
from toolkit.language import LANGUAGES
from toolkit.scheme import build_scheme, plain
from toolkit.scheme.excel import scheme_from_excel, scheme_to_excel
from toolkit.scheme.excel.form import to_form
from toolkit.scheme.excel.unform import from_form

SAMPLES = sorted(asset("templates", "engagements").glob("*/schemes/*.yaml"))
LENIENT = {
    "deadline": None,
    "suppress_health_check": [HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_scheme_that_says_everything_comes_back_equal(language: str, tmp_path: Path) -> None:
    assert scheme_from_excel(written(tmp_path, language)) == (ALL,)


@pytest.mark.parametrize("path", SAMPLES, ids=lambda p: p.stem)
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_samples_schemes_come_back_equal(path: Path, language: str, tmp_path: Path) -> None:
    scheme = build_scheme(load_document(path).data)
    assert scheme_from_excel(scheme_to_excel(scheme, tmp_path / "a.xlsx", language)) == (scheme,)


@settings(max_examples=100, **LENIENT)  # type: ignore[arg-type]
@given(data=schemes())
def test_random_schemes_come_back_equal(data: dict[str, Any], tmp_path: Path) -> None:
    scheme = build_scheme(data)
    language = LANGUAGES[len(str(data)) % 2]
    assert scheme_from_excel(scheme_to_excel(scheme, tmp_path / "a.xlsx", language)) == (scheme,)


@settings(max_examples=100, **LENIENT)  # type: ignore[arg-type]
@given(data=schemes())
def test_random_schemes_are_the_same_as_a_form_and_as_a_file(data: dict[str, Any]) -> None:
    scheme = build_scheme(data)
    document, cells = from_form(to_form(plain(scheme)))
    assert build_scheme(document) == scheme and not cells.faults
    assert build_scheme(plain(scheme)) == build_scheme(plain(scheme, short=True)) == scheme


def test_several_schemes_stand_behind_each_other(tmp_path: Path) -> None:
    other = build_scheme(
        EVERYTHING
        | {
            "name": "inside_sales",
            "grades": {"A": 80, "B": 0},
            "vetoes": [],
            "pay": {"rate": {"of": "revenue", "rate": 0.02}},
        }
    )
    path = scheme_to_excel([ALL, other], tmp_path / "two.xlsx", "zh", KPIS)
    assert {"方案", "方案 2", "奖金 2"} <= set(openpyxl.load_workbook(path).sheetnames)
    assert scheme_from_excel(path) == (ALL, other)


def test_the_same_scheme_twice_is_the_same_file(tmp_path: Path) -> None:
    first = written(tmp_path).read_bytes()
    assert written(tmp_path).read_bytes() == first


def test_text_that_begins_like_a_formula_is_text(tmp_path: Path) -> None:
    path = written(tmp_path)
    sheet = openpyxl.load_workbook(path)["Scheme"]
    (cell,) = [c for row in sheet.iter_rows() for c in row if c.value == "=SUM(A1)"]
    assert cell.data_type == "s" or cell.quotePrefix or "<f>" not in _sheet_xml(path)


def _sheet_xml(path: Path) -> str:
    with zipfile.ZipFile(path) as file:
        return file.read("xl/worksheets/sheet1.xml").decode()


def test_what_is_not_filled_in_is_locked_and_choices_drop_down(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(written(tmp_path))
    measures = book["Measures"]
    assert all(book[name].protection.sheet for name in ("Scheme", "Measures", "Scoring", "Pay"))
    assert measures["B5"].protection.locked and not measures["B6"].protection.locked
    assert measures["E6"].value == 0.3 and measures["E6"].number_format == "0%"
    assert measures.freeze_panes == "C6"
    rules = {str(v.sqref): v for v in measures.data_validations.dataValidation}
    assert rules["G6:G17"].formula1 == '"individual,team,region,company"'
    assert measures["E18"].value == "=SUM(E6:E17)" and "ABS(E18-1)" in measures["F18"].value
    assert [book[name].sheet_state for name in ("_lists", "_scheme")] == ["veryHidden", "veryHidden"]


def _saved_by_libreoffice(path: Path, folder: Path) -> Path:
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = ["soffice", "--headless", profile, "--convert-to", "xlsx:Calc MS Excel 2007 XML"]
    out = folder / "saved"
    subprocess.run([*command, "--outdir", str(out), str(path)], check=True, capture_output=True, timeout=180)
    return out / path.name


@pytest.mark.office
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_copy_saved_by_libreoffice_comes_back_equal(language: str, tmp_path: Path) -> None:
    assert scheme_from_excel(_saved_by_libreoffice(written(tmp_path, language), tmp_path)) == (ALL,)


@pytest.mark.office
def test_sums_names_and_labels_follow_what_is_filled_in(tmp_path: Path) -> None:
    path = put(written(tmp_path), "Measures", C6="visits", E6=0.5, O6="by rank")  # what was computed is gone
    book = openpyxl.load_workbook(_saved_by_libreoffice(path, tmp_path), data_only=True)
    measures, scoring = book["Measures"], book["Scoring"]
    assert measures["D6"].value == KPIS["visits"].name["en"]
    assert measures["E18"].value == pytest.approx(1.2) and measures["F18"].value == "× not 100 %"
    assert scoring["B4"].value == "revenue · by rank"
    assert [c.value or "" for c in scoring[5][2:8]] == [
        *("First place", "less for each place", "not below", "people at least", "", "")
    ]
