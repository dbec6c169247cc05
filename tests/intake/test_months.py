"""Sheets with a column a month: what they are taken for, and that the answer given is read."""

from pathlib import Path

import openpyxl
import pytest

from toolkit.data.load import load_engagement
from toolkit.errors import DataError
from toolkit.intake.months import period_named
from toolkit.intake.propose import propose
from toolkit.intake.write import map_files


@pytest.mark.parametrize(
    ("header", "year", "period"),
    [
        ("1月", "2025", "2025-01"), ("12月份", "2025", "2025-12"), ("2025年3月", "", "2025-03"),
        ("2025-04", "", "2025-04"), ("2025/11", "2024", "2025-11"), ("Q3", "2025", "2025-Q3"),
        ("第二季度", "2025", "2025-Q2"), ("2026年4季度", "", "2026-Q4"), ("Sep", "2025", "2025-09"),
        ("March 2025", "", "2025-03"), ("1月", "", ""), ("13月", "2025", ""), ("合计", "2025", ""),
        ("Marketing", "2025", ""), ("5", "2025", ""),
    ],
)  # fmt: skip
def test_a_columns_name_means_a_period_or_none(header: str, year: str, period: str) -> None:
    assert period_named(header, year) == period


def client(folder: Path, name: str = "2025年销售目标.xlsx") -> Path:
    """Four people with orders, and their targets as a planner keeps them: a title, months, a sum below."""
    (folder / "data").mkdir(parents=True)
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["销售目标（元）"])
    sheet.merge_cells("A1:G1")
    sheet.append(["工号", "姓名", *(f"{m}月" for m in range(1, 6))])
    for i in range(4):
        sheet.append([f"E{i}", f"员工{i}", *(1000 * i + m for m in range(1, 6))])
    sheet.append(["合计", "", *(6000 + 4 * m for m in range(1, 6))])
    book.save(folder / "data" / name)
    orders = [f"SO{i},E{i % 4},2025-0{1 + i % 5}-1{i % 9},{100 + i},已成交" for i in range(40)]
    (folder / "data" / "订单.csv").write_text(
        "\n".join(["订单编号,业务员工号,订单日期,订单金额,订单状态", *orders]), encoding="utf-8"
    )
    return folder


def test_targets_by_month_are_proposed_and_asked_for_no_column_says_which_kpi(tmp_path: Path) -> None:
    found = propose(client(tmp_path))
    targets = next(t for t in found.tables if t.table == "targets")
    assert not targets.taken and "'2025-05' AS period" in targets.select
    assert targets.select.count("UNION ALL") == 4


def test_without_a_year_nothing_is_made_up(tmp_path: Path) -> None:
    assert "targets" not in {t.table for t in propose(client(tmp_path, "销售目标.xlsx")).tables}


def test_the_answer_is_read(tmp_path: Path) -> None:
    folder = client(tmp_path)
    done = map_files(folder, "zh")
    lines = done.path.read_text(encoding="utf-8").splitlines()
    at = next(i for i, line in enumerate(lines) if "asked: targets" in line)
    answered = [line.replace("# ", "", 1) if at < i <= at + 7 else line for i, line in enumerate(lines)]
    done.path.write_text("\n".join(answered) + "\n", encoding="utf-8")
    with pytest.raises(DataError) as error:
        load_engagement(folder)
    assert {p.code for p in error.value.problems} == {"engagement.no_schemes"}
    (folder / "schemes").mkdir()
    (folder / "schemes" / "s.yaml").write_text(SCHEME, encoding="utf-8")
    targets = load_engagement(folder).targets.set_index(["participant", "period"])["target"]
    assert len(targets) == 20 and targets["E3", "2025-05"] == 3005 and targets["E0", "2025-01"] == 1


SCHEME = """\
name: s
version: 2025-01
title: {zh: 提成}
effective: {from: 2025-01-01, to: null}
score_every: month
pay_every: month
currency: CNY
measures:
  - {name: sales, kpi: net_sales, weight: 1, target: table, scoring: {proportional: {}}}
grades: {A: 100, B: 0}
pay: {rate: {of: sales, rate: 0.01}}
"""
