"""Pay told: every kind of part in its sentence, whose sums come to the amount beside it."""

import datetime as dt
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from tests.report.statement.cases import appraised, grid, measure, person, plan, proved, records, told
from toolkit.language import LANGUAGES

NAN = float("nan")
VALUES = {
    ("p001", "net_sales"): [1200.5, 900, -300, 1500.3333],
    ("p002", "net_sales"): [500, 500, 500, 0],
    ("p001", "collection_rate"): [(70, 90), (1, 2), (1, 2), (95, 100)],
    ("p002", "collection_rate"): [(1, 4)] * 4,
}
PANEL = grid(VALUES)
PEOPLE = [person(at, commission_rate=0.025, base_salary=61_000) for at in (1, 2)]
DEALS = records(
    deals=[("p001", "2026-01", "net_sales", "d1", 700.0), ("p001", "2026-01", "net_sales", "d2", 500.5)]
)
ATTAINED = {"by": "attainment", "tiers": [[0, 0.05], [1.0, 0.08], [1.2, 0.1]]}
AMOUNT = {"by": "amount", "tiers": [[0, 0.05], [500, 0.08], [1000, 0.1]]}
MEASURED = {
    "sales": {
        "share": 0.6,
        "curve": {"x": "attainment", "points": [[0.8, 0.5], [1, 1], [1.5, 3]]},
        "cap": 1.2,
    },
    "cash": {"share": 0.4, "curve": {"x": "score", "points": [[60, 0.5], [100, 1]], "below": 0.1}},
}
BY_ACTUAL = MEASURED | {
    "cash": {"share": 0.4, "curve": {"x": "actual", "points": [[0.2, 0.333], [0.9, 1]]}},
}
CURVE = {"x": "score", "points": [[60, 0.0], [100, 1.0], [120, 1.5]]}


def of(**rule: Any) -> dict[str, Any]:
    """A commission on sales."""
    return {"rate": {"of": "sales"} | rule}


PAYS: dict[str, dict[str, Any]] = {
    "slices by attainment": of(**ATTAINED),
    "slices with a cap by deal": of(deal_cap=600, **ATTAINED),
    "one tier by attainment": of(split="none", **ATTAINED),
    "interpolated": of(split="interpolated", **ATTAINED),
    "slices by amount": of(**AMOUNT),
    "one tier by amount": of(split="none", **AMOUNT),
    "interpolated by amount": of(split="interpolated", **AMOUNT),
    "the year so far": of(cumulative="year", **ATTAINED),
    "the year so far, by amount": of(cumulative="year", deal_cap=600, **AMOUNT),
    "the quarter so far, one tier": of(cumulative="quarter", split="none", **ATTAINED),
    "the quarter so far, interpolated": of(cumulative="quarter", split="interpolated", **AMOUNT),
    "the roster's rate": of(rate="roster"),
    "one rate": of(rate=0.02),
    "one rate, the year so far": of(rate=0.02, cumulative="year"),
    "two on one measure": {"rate": [{"of": "sales", "rate": 0.02}, {"of": "sales", **AMOUNT}]},
    "a pool": {"pool": {"amount": 10_000}},
    "a pool of sales": {
        "pool": {"of": "sales", "rate": 0.1, "points": "score_by_incentive", "within": "team"}
    },
    "a pool by region": {"pool": {"of": "sales", "rate": 0.1, "within": "region"}},
    "measures": {"measures": MEASURED},
    "measures by actual": {"measures": BY_ACTUAL, "target_incentive": {"share_of_base": 0.3}},
    "a share of base": {"curve": CURVE, "target_incentive": {"share_of_base": 0.17}},
    "amounts of a quarter": {"curve": CURVE, "per": "quarter"},
    "all together": {"curve": CURVE, "pool": {"amount": 10_000}} | of(**AMOUNT),
}


@pytest.mark.parametrize("name", PAYS)
def test_every_sum_comes_to_what_is_paid(name: str, tmp_path: Path) -> None:
    appraisal = appraised(tmp_path, plan(pay=PAYS[name]), PANEL, PEOPLE, DEALS)
    for language in LANGUAGES:
        for who in ("p001", "p002"):
            for period in ("2026-01", "2026-03", "2026-04"):
                assert proved(told(appraisal, who, period, language)) > 6


@pytest.mark.parametrize(
    ("name", "period", "said"),
    [
        # Tiers from 1,000 and 1,200 of a target of 1,000
        (
            *("slices by attainment", "2026-04"),
            "1,000.00 × 5 % + 200.00 × 8 % + 300.3333 × 10 % (tiers: 5 % from 0.00, "
            "8 % from 100 % of target = 1,000.00, 10 % from 120 % of target = 1,200.00)",
        ),
        # of the deals of 700 and 500.50 one has 100 above 600
        (
            "slices with a cap by deal",
            "2026-01",
            "1,200.50 − 100.00 = 1,100.50; 1,000.00 × 5 % + 100.50 × 8 %",
        ),
        ("slices by attainment", "2026-03", "−300.00 × 5 %"),
        (
            *("one tier by attainment", "2026-01"),
            "attainment 120.05 % is in the tier from 120 %, whose rate holds for all of it: 1,200.50 × 10 %",
        ),
        (
            *("interpolated by amount", "2026-02"),
            "500.00 (8 %) and 1,000.00 (10 %): 8 % + (900.00 − 500.00) ÷ (1,000.00 − 500.00) × (10 % − 8 %) "
            "= 9.6 %; for all of it: 900.00 × 9.6 %",
        ),
        # 2,100.50 by February, 1,800.50 by March, of targets of 2,000 and 3,000
        (
            *("the quarter so far, one tier", "2026-03"),
            "2,100.50 + (−300.00) = 1,800.50; commission on it: attainment 60.016667 % is in the tier from",
        ),
        ("the year so far", "2026-01", "the first credit of the year: 1,000.00 × 5 %"),
        (
            "a pool",
            "2026-04",
            "own points 137.5 × 100 % = 137.5, of 150 for 2 people together: 10,000.00 × 137.5 ÷ 150",
        ),
        ("a pool of sales", "2026-03", "net sales came to −300.00, so the pool is 0.00"),
        ("a pool by region", "2026-01", "10 % of net sales: 1,700.50 × 10 % = 170.05"),
        (
            "measures",
            "2026-01",
            "= 180.2 %, capped at 120 %; target incentive × its share × payout ratio: "
            "1,000.00 × 60 % × 120 %",
        ),
        ("measures", "2026-01", "by the score of the measure, between 60 (50 %) and 100 (100 %)"),
        ("measures by actual", "2026-01", "by the actual, between 20 % (33.3 %) and 90 % (100 %)"),
        # 61,000 × 17 % = 10,370.00, of which a twelfth is 864.1666…
        ("a share of base", "2026-01", "61,000.00 × 17 % ÷ 12 ≈ 864.17 (cents that do not divide"),
        ("amounts of a quarter", "2026-01", "12,000.00 ÷ 3"),
    ],
)
def test_a_part_says_what_it_is_computed_from(name: str, period: str, said: str, tmp_path: Path) -> None:
    found = told(appraised(tmp_path, plan(pay=PAYS[name]), PANEL, PEOPLE, DEALS), period=period)
    assert found.steps["how"].str.contains(said, regex=False).sum() == 1, str(found)


def test_two_commissions_on_one_measure_are_told_apart(tmp_path: Path) -> None:
    found = told(appraised(tmp_path, plan(pay=PAYS["two on one measure"]), PANEL, PEOPLE))
    own = found.steps[found.steps["name"] == "Commission on net sales"]
    assert own["value"].tolist() == ["24.01", "85.05"]
    assert own["how"].tolist()[0] == "1,200.50 × 2 %" and "200.50 × 10 %" in own["how"].tolist()[1]


@pytest.mark.parametrize(("missing", "en"), [("reweight", "its share goes to"), ("zero", "so nothing")])
def test_a_measure_without_a_number_and_the_others_share(missing: str, en: str, tmp_path: Path) -> None:
    values = VALUES | {("p001", "collection_rate"): [(1, 0)] * 4}
    scheme = plan(pay=PAYS["measures by actual"], missing=missing)
    found = told(appraised(tmp_path, scheme, grid(values), PEOPLE))
    assert found.steps["how"].str.contains(en).any()
    grown = found.steps["how"].str.contains("its share of 60 % has grown").any()
    assert grown == (missing == "reweight")


def test_the_rounding_of_parts_is_told_where_it_shows(tmp_path: Path) -> None:
    """A third each of 100.01: 33.34 rounded by itself, 33.33 where the parts come to 100.01."""
    third = {"curve": {"x": "attainment", "points": [[0, 1.0]]}}
    names = ("sales", "cash", "visits")
    shares = dict(zip(names, (0.3333, 0.3333, 0.3334), strict=True))
    pay = {"per": "month", "measures": {n: {"share": s, **third} for n, s in shares.items()}}
    scheme = plan(
        measure("sales", "net_sales", 0.4, {"fixed": 1000}),
        measure("cash", "collection_rate", 0.4, {"fixed": 0.8}),
        measure("visits", "visits", 0.2, {"fixed": 4}),
        pay=pay,
    )
    panel = grid(VALUES | {("p001", "visits"): [4]})
    appraisal = appraised(tmp_path, scheme, panel, [person(1, target_incentive=1000.05)])
    steps = told(appraisal).steps
    told_apart = steps["how"].str.contains("so that the parts add up").sum()
    parts = appraisal.components.query("participant == 'p001' and period == '2026-01'")["amount"]
    alone = [round(1000.05 * s + 1e-9, 2) for s in shares.values()]
    assert told_apart == sum(abs(float(a) - b) > 0.001 for a, b in zip(parts, alone, strict=True))
    assert float(parts.sum()) == 1000.05


@pytest.mark.parametrize(
    ("pay", "values", "en"),
    [
        ({"curve": CURVE}, {}, "the score is below where pay begins"),
        ({"measures": {"sales": MEASURED["sales"] | {"share": 1.0}}}, {}, "no measure reached the point"),
        (of(rate=0.0), {}, "the agreed rate is 0"),
        (of(rate=0.1), {("p002", "net_sales"): [0.0]}, "nothing was credited"),
        (of(rate=0.1), {("p002", "net_sales"): [-5.0]}, "returns outweigh what was sold"),
        ({"pool": {"of": "sales", "rate": 0.1}}, {("p001", "net_sales"): [-600.0]}, "the pool is empty"),
    ],
)
def test_nothing_earned_says_why(pay: Any, values: Any, en: str, tmp_path: Path) -> None:
    appraisal = appraised(tmp_path, plan(pay=pay), grid(VALUES | values), PEOPLE)
    for language in LANGUAGES:
        told(appraisal, "p002", "2026-01", language)
    found = told(appraisal, "p002")
    assert en in found.steps.iloc[-1]["how"] and found.steps.iloc[-1]["name"] == "Why nothing is paid"


def test_a_target_incentive_of_nothing_is_named(tmp_path: Path) -> None:
    people = [person(1), person(2, target_incentive=0)]
    found = told(appraised(tmp_path, plan(), PANEL, people), "p002")
    assert "the target incentive in the roster is 0" in found.steps.iloc[-1]["how"]


UNPAID: list[tuple[str, Any, dict[str, Any]]] = [
    ("no_target_incentive", {"curve": CURVE}, {"target_incentive": ""}),
    ("no_base_salary", {"curve": CURVE, "target_incentive": {"share_of_base": 0.3}}, {"base_salary": ""}),
    ("no_commission_rate", of(rate="roster"), {"commission_rate": ""}),
    ("no_score", {"curve": CURVE}, {}),
    ("no_measures", {"measures": MEASURED}, {}),
    ("no_credited", of(rate=0.1), {}),
    ("no_attainment", of(**ATTAINED), {}),
    ("no_grade", {"curve": CURVE, "modifiers": [{"grades": {"A": 1.0, "B": 1.0}}]}, {}),
    ("pool_no_points", {"pool": {"amount": 100}}, {}),
]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("reason", "pay", "changed"), UNPAID, ids=[r for r, _, _ in UNPAID])
def test_every_reason_for_no_payout(
    reason: str, pay: Any, changed: dict[str, Any], language: str, tmp_path: Path
) -> None:
    first = {"commission_rate": 0.02, "base_salary": 60_000}
    people = [person(1, **(first | changed)), person(2, **first)]
    more: dict[str, Any] = {}
    values: dict[Any, Any] = dict(VALUES)
    sales = measure("sales", "net_sales", 0.6, {"fixed": 1000, "per": "month"})
    if reason in ("no_score", "no_measures"):
        values |= {("p001", "net_sales"): [NAN], ("p001", "collection_rate"): [(1, 0)]}
    if reason == "no_credited":
        values |= {("p001", "net_sales"): [NAN]}
    if reason == "no_attainment":
        sales = measure("sales", "net_sales", 0.6, {"fixed": -1.0, "per": "month"})
    if reason == "no_grade":
        more = {"grades": {"by": "shares", "shares": {"A": 0.5, "B": 0.5}}}
    if reason == "pool_no_points":
        values |= {(p, k): [0.0] for p in ("p001", "p002") for k in ("net_sales", "collection_rate")}
    cash = measure("cash", "collection_rate", 0.4, {"fixed": 0.8})
    scheme = plan(sales, cash, pay=pay, **more)
    appraisal = appraised(tmp_path, scheme, grid(values), people)
    rows = appraisal.unpaid.query("participant == 'p001' and period == '2026-01'")
    assert rows["reason"].tolist() == [reason]
    found = told(appraisal, language=language)
    last = found.steps.iloc[-1]
    assert {"en": "No payout could be computed: ", "zh": "本期未能核算奖金，原因："}[language] in last["how"]
    assert last["how"] in found.page()


def test_a_month_without_pay_periods_still_says_what_could_not_be_paid(tmp_path: Path) -> None:
    """A correction to be paid with a month, where the scheme pays by quarter."""
    late = records(corrections=[("p001", "2026-01", "2025-12", 50.0, "x", "Li", dt.datetime(2026, 2, 1))])
    panel = pd.concat(
        [PANEL, PANEL[PANEL["period"] == "2026-01"].assign(period="2026-Q1")], ignore_index=True
    )
    appraisal = appraised(tmp_path, plan(pay_every="quarter"), panel, PEOPLE, late)
    assert appraisal.unpaid["reason"].tolist() == ["no_pay_period"]
    assert "a correction for a period in which nobody was scored" in str(told(appraisal))
