"""`kpi scheme`: out to a workbook, changed there, shown, and written only when asked."""

import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import openpyxl
import pytest
from typer.testing import CliRunner

import toolkit.cli.scheme  # noqa: F401  registers the command
from toolkit.assets import asset
from toolkit.cli.common import app
from toolkit.documents import load_document
from toolkit.scheme import load_schemes
from toolkit.scheme.example import example_schemes


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The manufacturer without its data: a scheme is designed before there are any."""
    source, made = asset("templates", "engagements", "manufacturer"), tmp_path / "acme"
    shutil.copytree(source / "schemes", made / "schemes")
    shutil.copyfile(source / "engagement.yaml", made / "engagement.yaml")
    return made


def run(*words: Any) -> Any:
    return CliRunner().invoke(app, ["scheme", *(str(word) for word in words)])


def exported(folder: Path, *more: str) -> Path:
    book = folder / "scheme.xlsx"
    done = run(folder, "--to-excel", book, "--scheme", "field_sales", *more)
    assert done.exit_code == 0, done.output
    return book


def changed(book: Path, sheet: str, **cells: Any) -> Path:
    opened = openpyxl.load_workbook(book)
    for cell, value in cells.items():
        opened[sheet][cell].value = value
    opened.save(book)
    return book


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (folder / "schemes").iterdir()}


def test_out_and_back_changes_nothing(folder: Path) -> None:
    before = files(folder)
    done = run(folder, "--from-excel", exported(folder), "--write", "-l", "en")
    assert done.exit_code == 0 and "nothing to write" in done.output
    assert files(folder) == before


def test_a_change_is_shown_and_written_only_when_asked(folder: Path) -> None:
    book = changed(exported(folder, "-l", "en"), "Measures", E6=0.5, E7="10%")
    before = files(folder)
    shown = run(folder, "--from-excel", book, "-l", "en")
    assert shown.exit_code == 2 and "--write" in shown.output
    assert "measures.revenue.weight: 0.4 → 0.5" in shown.output
    assert "measures.visits.weight: 0.2 → 0.1" in shown.output
    assert files(folder) == before

    done = run(folder, "--from-excel", book, "--write", "-l", "zh")
    assert done.exit_code == 0 and "已写入" in done.output and "2 处改动" in done.output
    after = files(folder)
    (name,) = [n for n, content in before.items() if after[n] != content]
    assert after[f"{name}.bak"] == before[name] and set(after) == {*before, f"{name}.bak"}
    saved = load_document(folder / "schemes" / name).data
    assert [m["weight"] for m in saved["measures"]] == [0.5, 0.1, 0.2, 0.2]
    assert saved["follow_up"] == {"missed_quarters": 2, "then": ["coaching", "transfer_review"]}
    assert run(folder, "--from-excel", book, "-l", "en").exit_code == 0


def test_a_new_version_gets_a_file_of_its_own(folder: Path) -> None:
    book = exported(folder, "-l", "en")
    book = changed(book, "Scheme", C6="2027-01", C9="2027-01-01")
    before = files(folder)
    done = run(folder, "--from-excel", book, "-l", "en")
    assert done.exit_code == 0 and "schemes/field_sales_2027-01.yaml: a new scheme" in done.output
    assert set(files(folder)) == {*before, "field_sales_2027-01.yaml"}
    example = example_schemes()
    client = SimpleNamespace(folder=folder, calendar=example.calendar, kpis=example.kpis)
    assert "field_sales@2027-01" in [s.id for s in load_schemes(client)]


def test_faults_are_told_with_their_cells_and_nothing_is_written(folder: Path) -> None:
    book = changed(exported(folder, "-l", "en"), "Measures", E6="much", C7="visit")
    before = files(folder)
    done = run(folder, "--from-excel", book, "--write", "-l", "en")
    assert done.exit_code == 2 and "scheme.xlsx Measures!E6: «much» is no number" in done.output
    assert files(folder) == before


def test_a_kpi_that_the_engagement_does_not_know(folder: Path) -> None:
    book = changed(exported(folder, "-l", "en"), "Measures", C7="visit")
    done = run(folder, "--from-excel", book, "--write", "-l", "en")
    assert done.exit_code == 2 and "Measures!C7: there is no KPI «visit»" in done.output


def test_which_scheme_and_which_way_must_be_said(folder: Path) -> None:
    several = run(folder, "--to-excel", folder / "a.xlsx", "-l", "en")
    assert several.exit_code == 2 and "field_sales@2026-01" in several.output
    assert not (folder / "a.xlsx").exists()
    for both in ([], ["--to-excel", "a.xlsx", "--from-excel", "b.xlsx"]):
        assert run(folder, *both, "-l", "en").exit_code == 2
    missing = run(folder, "--from-excel", folder / "none.xlsx", "-l", "zh")
    assert missing.exit_code == 2 and "none.xlsx" in missing.output
    unknown = run(folder, "--to-excel", folder / "a.xlsx", "--scheme", "sales", "-l", "en")
    assert unknown.exit_code == 2 and "field_sales" in unknown.output
