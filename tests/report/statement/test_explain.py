"""A statement tells the tables' own numbers, all of them, and why a zero is a zero."""

import dataclasses
import re

import pandas as pd
import pytest

from toolkit.appraise.appraisal import Appraisal, settle
from toolkit.assets import asset
from toolkit.data.load import load_engagement
from toolkit.errors import DataError
from toolkit.report.statement.explain import explain
from toolkit.report.statement.period import of_period


@pytest.fixture(scope="module")
def manufacturer() -> Appraisal:
    return settle(load_engagement(asset("templates", "engagements", "manufacturer")))


def shown(value: str) -> float:
    """A number as the page shows it, read back."""
    bare = value.replace(",", "").replace("−", "-")
    share = bare.rstrip().endswith("%")
    return float(re.sub(r"[^\d.-]", "", bare)) / (100 if share else 1)


def steps(found: pd.DataFrame, name: str) -> list[float]:
    return [shown(v) for v in found.loc[found["name"] == name, "value"]]


def test_every_step_of_a_gated_payout_is_told(manufacturer: Appraisal) -> None:
    told = explain(manufacturer, "S019", "2026-Q1", "en").steps
    card = manufacturer.scorecard.query("participant == 'S019' and period == '2026-Q1'")
    assert steps(told, "Attainment") == pytest.approx(card["attainment"].dropna().tolist(), abs=5e-7)
    assert steps(told, "Points") == pytest.approx(card["points"].tolist(), abs=5e-5)
    # 48,000 ÷ 4; between 80 (50 %) and 100 (100 %) a score of 85.7679 pays 64.4197 %; the gate takes all
    assert steps(told, "Target incentive") == [12000.0]
    assert steps(told, "By the score") == [7730.36]
    assert steps(told, "Gate") == [-7730.36]
    assert steps(told, "Payout") == [0.0]
    why = told.loc[told["name"] == "Why nothing is paid", "how"].item()
    assert why.startswith("Why the payout is zero: net sales at 65.5 % of target, below the gate of 70 %")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_is_earned_and_changed_adds_up_to_the_payout(manufacturer: Appraisal, language: str) -> None:
    """Over a whole quarter: components and adjustments as shown sum to the payout as shown, to the cent."""
    quarter = of_period(manufacturer, "2026-Q2")
    last = {"en": "Payout", "zh": "应发"}[language]
    first = {"en": "Target incentive", "zh": "目标奖金"}[language]
    assert len(quarter.payouts) == 24
    for row in quarter.payouts.to_dict("records"):
        told = explain(quarter, row["participant"], "2026-Q2", language, rows=False).steps
        money = told[told["part"] == told["part"].iloc[-1]]
        parts = money[~money["name"].isin([first, last])]
        total = sum(round(shown(v) * 100) for v in parts["value"] if v != "–")
        assert total == round(float(row["payout"]) * 100)
        assert shown(money.loc[money["name"] == last, "value"].item()) == float(row["payout"])


def test_the_records_behind_an_actual_are_listed_with_their_rows(manufacturer: Appraisal) -> None:
    page = explain(manufacturer, "S019", "2026-Q1", "zh").page()
    path = asset("templates", "engagements", "manufacturer", "data", "商机订单.csv")
    deals = pd.read_csv(path, dtype=str, encoding="utf-8-sig")
    in_quarter = deals["签约日期"].between("2026-01-01", "2026-03-31")
    own = deals[(deals["业务员工号"] == "S019") & (deals["阶段"] == "赢单") & in_quarter]
    assert len(own) == 10
    for row, deal in own["商机编号"].items():
        assert deal in page and f">{int(str(row)) + 2:,}<".replace(",", "") in page.replace(",", "")


def test_a_month_is_scored_and_not_paid(manufacturer: Appraisal) -> None:
    told = explain(manufacturer, "S019", "2026-03", "en", rows=False)
    assert "The payout" not in set(told.steps["part"])
    assert "score" in told.title


def test_as_text_it_reads_line_by_line(manufacturer: Appraisal) -> None:
    lines = str(explain(manufacturer, "S019", "2026-Q1", "en", rows=False)).splitlines()
    assert lines[0] == "于启明, Q1 2026: 0.00 CNY"
    assert any(
        line.startswith("  Attainment: 1,474,359.38 ÷ 2,249,871.789 ") and line.endswith("→ 65.5308 %")
        for line in lines
    )


def test_hostile_names_are_escaped(manufacturer: Appraisal) -> None:
    people = manufacturer.client.participants.copy()
    people.loc[people["participant"] == "S019", "name"] = "<script>alert(1)</script>"
    renamed = dataclasses.replace(
        manufacturer, client=dataclasses.replace(manufacturer.client, participants=people)
    )
    page = explain(renamed, "S019", "2026-Q1", "en", rows=False).page()
    assert "<script>" not in page and "&lt;script&gt;" in page


@pytest.mark.parametrize(
    ("who", "period", "code"),
    [
        ("S19", "2026-Q1", "explain.no_such_participant"),
        ("S019", "2031-Q1", "explain.no_such_period"),
    ],
)
def test_an_unknown_one_is_refused_with_those_there_are(
    manufacturer: Appraisal, who: str, period: str, code: str
) -> None:
    with pytest.raises(DataError) as caught:
        explain(manufacturer, who, period)
    problem = caught.value.problems[0]
    assert problem.code == code and problem.values["known"] != "–"
