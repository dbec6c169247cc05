"""The chapter "data and how far it carries": what was read otherwise, what looks odd, what adds up."""

from __future__ import annotations

import dataclasses
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import toolkit as tk
from tests.report.client import engagement, person
from toolkit.errors import Problem
from toolkit.language import texts
from toolkit.report import chapters
from toolkit.report.blocks import Paragraph, Points, Table
from toolkit.report.chapters.data_parts import behind
from toolkit.report.results import Results, evaluate


def results_of(folder: Path, *args: Any, **changed: Any) -> Results:
    return evaluate(tk.load_engagement(engagement(folder / "client", *args, **changed)))


def with_notes(results: Results, *notes: Problem) -> Results:
    return dataclasses.replace(results, client=dataclasses.replace(results.client, notes=notes))


def with_panel(results: Results, panel: pd.DataFrame) -> Results:
    return dataclasses.replace(results, panel=panel)


def said(results: Results, language: str = "en") -> list[str]:
    """The chapter's paragraphs and the rows of its tables, a row as one line."""
    lines = []
    for block in chapters.data(results, language).blocks:
        if isinstance(block, Table):
            lines += [" | ".join(row) for row in block.rows]
        elif isinstance(block, Points):
            lines += block.items
        elif hasattr(block, "text"):
            lines.append(block.text)
    return lines


def odd(count: int, total: object, code: str = "quality.negative", column: str = "amount") -> Problem:
    values = {"table": "deals", "count": count, "among": 200, "total": total, "rows": str(count)}
    return Problem(code, "data/deals.csv", None, column, None, values)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Results:
    return results_of(tmp_path_factory.mktemp("small"))


def test_nothing_odd_and_nothing_read_otherwise_is_said_in_a_sentence(small: Results) -> None:
    lines = said(with_notes(small))
    assert "Every file was read as it stands; nothing was left out." in lines
    assert any(line.startswith("No row looks odd") for line in lines)


def test_what_looks_odd_stands_with_its_rows_share_and_money(small: Results) -> None:
    # 7 of 200 rows are 3.5 %; 1,250,000 is 1.25 m, 125 万.
    noted = with_notes(
        small, odd(7, Decimal("-1250000.0000")), odd(3, None, "quality.days_reversed", "关闭日期")
    )
    lines = said(noted)
    assert "below zero | deals and order lines: amount | 7 | 3.5 % | −1.25 m CNY" in lines
    assert "days in the wrong order | deals and order lines: 关闭日期 | 3 | 1.5 % | –" in lines
    assert "金额为负 | 商机与订单: amount | 7 | 3.5% | −125 万元" in [
        line.replace("：", ": ") for line in said(noted, "zh")
    ]


def test_a_share_too_small_to_show_is_not_none(small: Results) -> None:
    one = odd(1, None)
    note = dataclasses.replace(one, values={**one.values, "among": 60_855})
    assert any("| 1 | < 0.1 % |" in line for line in said(with_notes(small, note)))


def test_at_most_twelve_are_shown_and_the_rest_counted(small: Results) -> None:
    notes = [odd(at, None, column=f"c{at}") for at in range(1, 16)]
    chapter = chapters.data(with_notes(small, *notes), "en")
    assert [len(b.rows) for b in chapter.blocks if isinstance(b, Table)][1] == 12
    assert Paragraph("3 things more, which the check of the data lists.") in chapter.blocks


def test_what_was_read_otherwise_is_said_without_its_remedy(small: Results) -> None:
    note = Problem("data.repeated_column", "data/deals.csv", 1, "amount")
    lines = said(with_notes(small, note))
    assert "data/deals.csv, row 1, amount: two columns have this name (capitals make no difference)." in lines


def test_an_encoding_that_several_files_have_is_said_once(small: Results) -> None:
    found = [Problem("data.encoding_found", f"data/{name}.csv", None, "", code, {"sample": "工号"})
             for name, code in (("a", "gb18030"), ("b", "utf-16"), ("c", "gb18030"))]  # fmt: skip
    lines = said(with_notes(small, *found))
    at = lines.index("in gb18030: data/a.csv, data/c.csv")
    assert lines[at + 1] == "in utf-16: data/b.csv"


def test_a_long_list_of_columns_is_cut(small: Results) -> None:
    note = odd(1, None, "quality.twins", "a + b + c + d")
    assert any("deals and order lines: a + b + … |" in line for line in said(with_notes(small, note)))


def test_every_note_has_a_short_name_for_the_page() -> None:
    """Codes with a count are notes; errors never reach a report."""
    errors = {"won_without_amount", "impossible_day", "share_outside", "credit_without_deal", "owner_near",
              "mixed_currencies", "other_currency"}  # fmt: skip
    codes = {k.removeprefix("quality.").removesuffix("_rows") for k in texts() if k.startswith("quality.")}
    named = {k.removeprefix("odd.") for k in texts() if k.startswith("odd.")}
    assert named == codes - errors - {"things", "of_file"}


def test_people_teams_and_regions_add_up_to_the_company(small: Results) -> None:
    assert (
        "People, teams and regions each add up to the company exactly for net sales, customer visits."
        in said(small)
    )


def test_a_difference_between_the_levels_is_named(small: Results) -> None:
    """Six months of 500 + 750 + 1,000 + 1,250 are 21,000; then p001 gets 100 more."""
    panel = small.panel.copy()
    first = (panel["level"] == "individual") & (panel["kpi"] == "net_sales") & (panel["period"] == "2026-01")
    panel.loc[first & (panel["participant"] == "p001"), "numerator"] += 100
    lines = said(with_panel(small, panel))
    assert (
        "Net sales: people add up to 21.1 k CNY, the company has 21.0 k CNY, a difference of 100 CNY."
        in lines
    )
    assert any("exactly for customer visits." in line for line in lines)


def test_what_belongs_to_no_team_is_shown(tmp_path: Path) -> None:
    """p002 has no team: 750 of 3,500 a month are 21.4 %, 4 of 16 visits 25 %."""
    people = [person(at, **({"team": ""} if at == 2 else {})) for at in range(1, 5)]
    lines = said(results_of(tmp_path, people))
    assert (
        "Belonging to no team on its day, and shown as “unassigned”: net sales 4.50 k CNY (21.4 %), "
        "customer visits 24 (25.0 %)." in lines
    )


def test_a_ratio_rests_on_the_rows_that_its_denominator_counts() -> None:
    kpis = tk.load_catalogue()
    part = pd.DataFrame(
        {
            "missing": ["", "", "", "zero_denominator"],
            "denominator": [3.0, 9.0, 4.0, 0.0],
            "rows": [1, 5, 2, 0],
        }
    )
    assert behind(part, kpis["win_rate"], "en") == "4 (3)"
    assert behind(part, kpis["net_sales"], "en") == "2 (1)"
    assert behind(part.iloc[3:], kpis["win_rate"], "en") == "–"
