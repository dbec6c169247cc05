"""What changes a payout, told: each step with the rule's reading, and from what to what it brings the pay."""

import datetime as dt
import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from tests.report.statement.cases import appraised, grid, person, plan, records, told
from toolkit.appraise.appraisal import Appraisal
from toolkit.language import LANGUAGES

PANEL = grid(
    {
        ("p001", "net_sales"): [1200.5, 900, 700, 1500.3333, 800, 400],
        ("p002", "net_sales"): [500, 500, 500, 0, 500, 500],
        ("p003", "net_sales"): [500, 600],
        ("p001", "collection_rate"): [(70, 90), (1, 2), (1, 2), (95, 100), (9, 10), (9, 10)],
        ("p002", "collection_rate"): [(79.99, 100)] + [(1, 4)] * 5,
        ("p003", "collection_rate"): [(1, 2), (1, 2)],
    }
)
MATRIX = {"with": "cash", "measure": "sales", "rows": [0, 1], "columns": [0.1, 0.9]}
MODIFIERS = [
    {"measure": "cash", "curve": {"x": "attainment", "points": [[0.8, 0.9], [1, 1.1]], "below": 0.8}},
    {"measure": "sales", "curve": {"x": "actual", "points": [[0, 0.5], [1000, 1.5]]}},
    {"measure": "sales", "curve": {"x": "score", "points": [[0, 0.9], [40, 0.95], [50, 1.0]]}},
    {"grades": {"A": 1.2, "B": 1.0, "C": 0.77}},
    {"matrix": MATRIX | {"values": [[0.8, 0.9], [1, 1.2]]}},
]
PAY = {
    "curve": {"x": "score", "points": [[0, 0.2], [100, 1.0], [120, 1.5]]},
    "rate": {"of": "sales", "rate": 0.1},
    "modifiers": MODIFIERS,
    "gates": [
        {"measure": "cash", "below": 0.999875, "pays": 0.5},
        {"measure": "sales", "below": 0.3, "pays": 0},
    ],
    "caps": {"ratio": 1.2, "amount": 1100},
    "guarantee": {"share": 0.8, "months": 3, "recoverable": True},
    "holdback": {"share": 0.3},
    "clawback": {"days": 180},
}
SCHEME = plan(
    pay=PAY,
    items=[{"name": "breach", "title": {"en": "Breach", "zh": "违规"}, "points": 0}],
    vetoes=[{"item": "breach", "pays": 0.5}, {"measure": "cash", "below": 0.4, "pays": 0.9}],
)
PEOPLE = [
    person(1, hired_on="2025-11-15"),
    person(2, target_incentive=10_000),
    person(3, left_on="2026-02-20"),
]
MARCH = dt.datetime(2026, 3, 1)
RECORDS = records(
    events=[("p001", "breach", 1, dt.datetime(2026, 2, 5), "")],
    collected=[
        ("p001", "2026-01", "net_sales", "2026-01", 1200.5, 300),
        ("p001", "2026-01", "net_sales", "2026-03", 1200.5, 1200.5),
        ("p003", "2026-01", "net_sales", "2026-04", 500, 400),
    ],
    reversed=[
        ("p001", "2026-01", "net_sales", "2026-02", "D-7", 200.0, 20.0),
        ("p002", "2026-01", "net_sales", "2026-01", "D-8", 500.0, 1.0),
        ("p003", "2026-02", "net_sales", "2026-03", "D-9", 600.0, 20.0),
    ],
    corrections=[
        ("p002", "2026-02", "2026-01", -12.5, "typo in amount", "Li", MARCH),
        ("p002", "2026-03", "2026-01", -1112.5, "", "", MARCH),
        ("p002", "2026-05", "spring bonus", 10.0, "promised", "Li", MARCH),
    ],
)


@pytest.fixture(scope="module")
def rich(tmp_path_factory: pytest.TempPathFactory) -> Appraisal:
    return appraised(tmp_path_factory.mktemp("rich"), SCHEME, PANEL, PEOPLE, RECORDS)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("who", ["p001", "p002", "p003"])
def test_each_step_leads_from_what_was_left_to_what_is_left(rich: Appraisal, who: str, language: str) -> None:
    """The chain holds from what was earned to the payout: no step begins where the last did not end."""
    for row in rich.payouts[rich.payouts["participant"] == who].to_dict("records"):
        steps = told(rich, who, row["period"], language).steps
        pay = steps[steps["part"] == {"en": "The payout", "zh": "奖金"}[language]]["how"].tolist()
        chains = [re.search(r"([−\d,.]+) [×+−] [\d,.%]+ ?%? = ([−\d,.]+)$", how) for how in pay]
        moves = [(found[1], found[2]) for found in chains if found]
        changes = rich.adjustments.query("participant == @who and period == @row['period']")
        assert len(moves) == len(changes)
        for (_, ended), (begins, _) in pairwise(moves):
            assert ended == begins
        if moves:
            assert moves[0][0] == f"{row['base_payout']:,.2f}"
            assert moves[-1][1].replace("−", "-") == f"{row['payout']:,.2f}"


@pytest.mark.parametrize(
    ("who", "period", "said"),
    [
        # 97.2222 % lies between 80 % (0.9) and 100 % (1.1): 0.9 + 0.172222 ÷ 0.2 × 0.2
        ("p001", "2026-01", "= 1.07222222); 1,393.02 × 1.07222222 = 1,493.63"),
        (
            "p001",
            "2026-02",
            "factor on net sales: × 1.4 (by the actual, between 0.00 (0.5) and 1,000.00 (1.5)",
        ),
        ("p002", "2026-04", "factor on net sales: × 0.9 (by the score of the measure, 0 gives 0.9)"),
        ("p001", "2026-01", "grade A: × 1.2; 2,240.45 × 1.2 = 2,688.54"),
        ("p001", "2026-01", "× 1.2 (row from 100 %, column from 90 %: 1.2)"),
        ("p001", "2026-01", "97.2 % of target, below the gate of 99.9875 %"),
        ("p001", "2026-02", "Breach was recorded; 50 % of what was earned is paid"),
        ("p002", "2026-02", "31.3 % of target, below 40 %, is a veto; 90 % of what was earned is paid"),
        ("p001", "2026-01", "capped at 120 % of the target incentive, 1,200.00"),
        ("p001", "2026-01", "capped at 1,100.00 a pay period; 1,200.00 − 100.00 = 1,100.00"),
        # hired on 15 November: 14 of the 28 days of February lie within three months; 80 % × 14 ÷ 28
        ("p001", "2026-02", "the guarantee for joiners, 40 % of the target incentive: 400.00"),
        ("p001", "2026-03", "an earlier draw (guarantee paid in advance) is recovered; still owed: 0.00"),
        ("p001", "2026-01", "30 % is held until customers have paid; 1,100.00 − 330.00 = 770.00"),
        # 300 of 1,200.50
        ("p001", "2026-01", "customers have paid 24.989588 % within the period itself; still held: 247.53"),
        ("p001", "2026-03", "customers have paid 100 % of the sales of January 2026; still held: 0.00"),
        ("p002", "2026-01", "deal D-8, credited for January 2026, was cancelled or returned"),
        ("p002", "2026-02", "correction of January 2026 by Li: typo in amount; 77.62 − 12.50 = 65.12"),
        ("p002", "2026-03", "correction of January 2026: no reason given"),
        ("p002", "2026-05", "correction of spring bonus by Li: promised"),
        ("p003", "2026-04", "customers have paid 80 % of the sales of January 2026; still held: 10.20"),
    ],
)
def test_a_change_says_what_it_read(rich: Appraisal, who: str, period: str, said: str) -> None:
    assert said in str(told(rich, who, period))


def test_an_attainment_just_below_a_gate_is_shown_below_it(tmp_path: Path) -> None:
    pay = {"curve": PAY["curve"], "gates": [{"measure": "cash", "below": 1.0, "pays": 0}]}
    found = told(appraised(tmp_path, plan(pay=pay), PANEL, PEOPLE), "p002")
    assert "at 99.99 % of target, below the gate of 100 %; nothing is paid" in found.steps.iloc[-1]["how"]


def test_what_is_owed_back_after_leaving_is_a_statement_of_its_own(rich: Appraisal) -> None:
    found = told(rich, "p003", "2026-03")
    assert found.title == "Person 3, March 2026: −14.78 CNY"
    assert [c.id for c in found.chapters] == ["answer", "pay"]
    assert "nothing was earned in this one" in found.page()
    assert "deal D-9" in found.steps.iloc[-1]["how"] and "owed back" in found.steps.iloc[-1]["how"]
    assert "本期无当期应得" in told(rich, "p003", "2026-03", "zh").page()


LATER: list[tuple[str, dict[str, Any], str]] = [
    # 30 % held of 50.00, of which the whole deal takes the share held first
    ("held", {"holdback": {"share": 1.0}}, "this comes out of what is still held, of which 0.00 is left"),
    ("limited", {"guarantee": {"share": 1.0, "months": 1}}, "was cancelled or returned"),
]


@pytest.mark.parametrize(("name", "more", "said"), LATER, ids=[n for n, _, _ in LATER])
def test_a_deal_that_falls_away_later(name: str, more: dict[str, Any], said: str, tmp_path: Path) -> None:
    base: dict[str, Any] = {"rate": {"of": "sales", "rate": 0.1}, "clawback": {"days": 180}}
    if name == "limited":
        more = {"gates": [], "caps": {"amount": 10}}
    gone = records(reversed=[("p001", "2026-01", "net_sales", "2026-02", "D-7", 1200.5, 20.0)])
    appraisal = appraised(tmp_path, plan(pay=base | more), PANEL, PEOPLE, gone)
    for language in LANGUAGES:
        told(appraisal, "p001", "2026-02", language)
    assert said in str(told(appraisal, "p001", "2026-02"))


def test_what_cannot_be_taken_back_is_named(tmp_path: Path) -> None:
    """Returned twice over: what the first return took cannot be taken again."""
    pay = {"rate": {"of": "sales", "rate": 0.1}, "clawback": {"days": 180}, "holdback": {"share": 0.5}}
    gone = [
        ("p001", "2026-01", "net_sales", "2026-02", "D-7", 1200.5, 20.0),
        ("p001", "2026-01", "net_sales", "2026-03", "D-8", 1200.5, 50.0),
    ]
    appraisal = appraised(tmp_path, plan(pay=pay), PANEL, PEOPLE, records(reversed=gone))
    rows = appraisal.adjustments[appraisal.adjustments["step"] == "clawback"]
    limited = rows[rows["unclaimed"].astype(float) > 0]
    assert len(limited) == 1
    for language, said in {"en": "more is not, because no more was paid", "zh": "不追扣"}.items():
        assert said in str(told(appraisal, "p001", limited.iloc[0]["period"], language))
