"""`kpi map` and `kpi request` on the command line: what they print, refuse and leave behind."""

from __future__ import annotations

import re
from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner, Result

from tests.intake.exports import EXPORTS, write
from tests.intake.filling import add_scheme
from toolkit.cli import app


def kpi(*words: object) -> Result:
    return CliRunner(env={"COLUMNS": "200", "TERM": "dumb"}).invoke(app, [str(word) for word in words])


def said(result: Result) -> str:
    return re.sub(r"\s+", " ", re.sub(r"\x1b\[[0-9;]*m", "", result.output))


@pytest.mark.parametrize("command", ["map", "request"])
def test_help_has_an_example(command: str) -> None:
    assert f"Example: kpi {command} acme" in said(kpi(command, "--help"))


def test_map_prints_what_it_wrote_what_it_asks_and_the_next_step(tmp_path: Path) -> None:
    EXPORTS["english_crm"](tmp_path)
    (tmp_path / "data" / "notes.docx").write_bytes(b"x")
    result = kpi("map", tmp_path)
    words = said(result)
    assert result.exit_code == 0
    assert "deals data/opportunity_report.csv" in words
    assert "closed_on Close Date 0.92 name written" in words
    assert "ordered_on Close Date 0.80 the day closed; there is no order date written" in words
    assert "data/notes.docx" in words and ".docx" in words
    assert f"Written to {tmp_path / 'engagement.yaml'}" in words
    assert "write a scheme into" in words


def test_map_speaks_the_files_language_and_counts_what_is_open(tmp_path: Path) -> None:
    EXPORTS["monthly_sheet"](tmp_path)
    words = said(kpi("map", tmp_path))
    assert "待确认 2 项" in words  # the currency, and a column that may be a KPI
    assert "拜访次数" in (tmp_path / "engagement.yaml").read_text(encoding="utf-8")
    assert "没有新内容" in said(kpi("map", tmp_path))


def test_after_map_and_a_scheme_check_finds_nothing_wrong(tmp_path: Path) -> None:
    EXPORTS["english_crm"](tmp_path)
    kpi("map", tmp_path)
    add_scheme(tmp_path, "USD", "deals_won")
    result = kpi("check", tmp_path)
    assert result.exit_code == 0, result.output


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("map", "nowhere"), "There is no folder nowhere"),
        (("map", ".", "-l", "fr"), "The language fr is not known"),
        (("request", ".", "-l", "fr"), "The language fr is not known"),
        (("request", ".", "--out", "a.pdf"), "a.pdf is no .xlsx file"),
        (("request", ".", "--tables", "deels"), "«deels» is no standard table. Choose from: deals"),
    ],
)
def test_what_cannot_be_done_is_refused(
    words: tuple[str, ...], expected: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = kpi(*words)
    assert result.exit_code == 2 and expected in said(result)
    assert list(tmp_path.iterdir()) == []


def test_map_without_files_says_where_they_go(tmp_path: Path) -> None:
    result = kpi("map", tmp_path, "-l", "zh")
    assert result.exit_code == 2 and "请把客户文件" in said(result)


def test_a_file_that_cannot_be_read_is_told_with_its_remedy(tmp_path: Path) -> None:
    EXPORTS["ar_ledger"](tmp_path)
    write(tmp_path, "odd.csv", [["a", "a"], [1, 2]])
    words = said(kpi("map", tmp_path))
    assert "data/odd.csv" in words and "could not be read and is not mapped" in words


def test_request_writes_the_tables_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "acme"
    folder.mkdir()
    words = said(kpi("request", folder, "--tables", "deals, activities"))
    assert "acme-request-en.xlsx" in words and "kpi map" in words
    book = openpyxl.load_workbook(tmp_path / "acme-request-en.xlsx")
    assert book.sheetnames == ["Cover", "Deals and orders", "Activities", "Dictionary", "kpi_form"]
