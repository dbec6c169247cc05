"""Scores and values worked out by hand, each with the source it claims."""

import math
from typing import Any

import pandas as pd
import pytest

from tests.design.select.frames import OBJECTIVES, answered, kpis, screened
from toolkit.design.select.brief import CRITERIA, Brief, Judgement
from toolkit.design.select.criteria import criteria, repeating, served, unknown_shares, values

Z90 = 1.6448536


def scores(
    name: str,
    brief: Brief | None = None,
    rows: pd.DataFrame | None = None,
    said: pd.DataFrame | None = None,
    **more: Any,
) -> pd.DataFrame:
    given = {"measured": [name], "objectives": OBJECTIVES, **more}
    return criteria(
        kpis(name), brief or Brief(), given["objectives"], screened() if rows is None else rows,
        answered() if said is None else said, given["measured"],
    ).set_index("criterion")  # fmt: skip


def test_of_what_nobody_knows_it_is_said_so_and_nothing_is_made_up() -> None:
    found = scores("visits", objectives=())
    for criterion in ("fit", "reliability", "validity", "clarity", "gaming", "data"):
        assert found.loc[criterion, ["score", "sd", "source"]].tolist() == [0.5, 0.25, "unknown"]
    assert found.loc["control", ["score", "source"]].tolist() == [0.6, "catalogue"]  # made for a person
    assert found["weight"].sum() == pytest.approx(1) and set(found.index) == set(CRITERIA)


def test_fit_weighs_the_objectives_served_against_the_weightiest() -> None:
    """0.5 of objective 1 (weight .5) and all of objective 2 (.25): 0.5 + 0.5 × 1 = 1, the most there is."""
    assert scores("net_sales").loc["fit", "score"] == 1
    half = Brief(serves={"visits": {1: 0.2, 2: 0.6}})
    assert scores("visits", half).loc["fit", "score"] == pytest.approx(0.2 + 0.5 * 0.6)
    assert scores("visits", Brief(serves={"visits": {1: 1.0, 2: 1.0}})).loc["fit", "score"] == 1


def test_a_kpi_that_nobody_linked_to_an_objective_fits_none_but_less_surely() -> None:
    assert scores("visits").loc["fit", ["score", "sd", "source"]].tolist() == [0, 0.2, "judgement"]
    said = scores("visits", Brief(serves={"visits": {}}))
    assert said.loc["fit", ["score", "sd"]].tolist() == [0, 0.1]


def test_which_objectives_are_served() -> None:
    brief = Brief(serves={"visits": {2: 0.4, 1: 0.0}, "net_sales": {1: 0.7}})
    assert served("visits", brief, OBJECTIVES) == {2: 0.4}
    assert served("net_sales", brief, OBJECTIVES) == {1: 0.7}  # said otherwise than fully
    assert served("net_sales", Brief(), OBJECTIVES) == {1: 1.0}


def test_reliability_is_that_of_a_quarter() -> None:
    """Spearman-Brown: .3 a month is 3 × .3 ÷ (1 + 2 × .3) = .5625 a quarter; .1 to .5 is .25 to .75."""
    row = {"kpi": "visits", "test": "reliability", "value": 0.3, "low": 0.1, "high": 0.5}
    found = scores("visits", rows=screened(row)).loc["reliability"]
    assert found["score"] == pytest.approx(0.5625) and found["source"] == "data"
    assert found["sd"] == pytest.approx((0.75 - 0.25) / 2 / Z90)
    quarterly = row | {"grain": "quarter"}
    assert scores("visits", rows=screened(quarterly)).loc["reliability", "score"] == pytest.approx(0.3)
    believed = row | {"test": "quarterly_reliability", "value": 0.4}
    assert scores("visits", rows=screened(row, believed)).loc["reliability", "score"] == pytest.approx(0.4)


def test_a_refused_test_counts_as_not_known() -> None:
    row = {"kpi": "visits", "test": "reliability", "value": math.nan, "verdict": "not_enough_data"}
    assert scores("visits", rows=screened(row)).loc["reliability", "source"] == "unknown"


def test_control_is_the_persons_share_of_what_is_no_chance() -> None:
    """.2 of the person beside .1 of the team and .1 of the market: half."""
    row = {"kpi": "visits", "test": "control", "value": 0.2, "low": 0.1, "high": 0.3}
    shares = row | {"share_place": 0.1, "share_period": 0.1}
    found = scores("visits", rows=screened(shares)).loc["control"]
    assert found["score"] == pytest.approx(0.5) and found["source"] == "data"
    assert found["sd"] == pytest.approx((0.75 - 0.25) / 2 / Z90)
    nearly_chance = row | {"value": 0.02, "share_place": 0.01, "share_period": 0.01}
    assert scores("visits", rows=screened(nearly_chance)).loc["control", "source"] == "catalogue"


def test_where_data_and_employees_both_speak_each_has_half_the_weight() -> None:
    row = {"kpi": "visits", "test": "control", "value": 0.2, "share_place": 0.0, "share_period": 0.2}
    said = answered(("visits", "influence", 0.9, 0.8, 1.0))
    found = scores("visits", rows=screened(row), said=said).loc["control"]
    assert found["source"].tolist() == ["data", "employees"]
    assert found["score"].tolist() == pytest.approx([0.5, 0.9])
    assert found["weight"].tolist() == pytest.approx([0.075, 0.075])


def test_answers_come_before_judgement_and_gaming_is_turned_round() -> None:
    brief = Brief(judgements={"visits": Judgement(influence=0.2, clarity=0.3, gaming=0.9)})
    judged = scores("visits", brief)
    assert judged.loc[["control", "clarity", "gaming"], "score"].tolist() == pytest.approx([0.2, 0.3, 0.1])
    assert set(judged.loc[["control", "clarity", "gaming"], "source"]) == {"judgement"}
    said = answered(("visits", "gaming", 0.8, 0.7, 0.9), ("visits", "clarity", math.nan, math.nan, math.nan))
    found = scores("visits", brief, said=said)
    assert found.loc["gaming", ["score", "source"]].tolist() == [pytest.approx(0.2), "employees"]
    assert found.loc["clarity", "source"] == "judgement"  # too few answered, so the mean was refused


@pytest.mark.parametrize(
    ("verdicts", "score", "source"),
    [
        ([("ok", "")], 1.0, "data"),
        ([("fail", "screen.wrong_way")], 0.0, "data"),
        ([("ok", ""), ("fail", "screen.wrong_way"), ("warn", "screen.not_distinguishable")], 0.5, "data"),
        ([("warn", "screen.not_distinguishable")], 0.5, "data"),
        ([("not_enough_data", "screen.few_people")], 0.5, "unknown"),
    ],
)
def test_validity_counts_what_goes_before_a_result_beyond_chance(
    verdicts: list[tuple[str, str]], score: float, source: str
) -> None:
    rows = [
        {"kpi": "visits", "test": "lead_lag", "value": 0.1, "verdict": verdict, "why": why}
        for verdict, why in verdicts
    ]
    found = scores("visits", rows=screened(*rows)).loc["validity"]
    assert found[["score", "source"]].tolist() == [score, source]


def test_a_result_needs_no_proof_that_it_is_wanted() -> None:
    assert scores("net_sales").loc["validity", ["score", "source"]].tolist() == [1.0, "catalogue"]


def test_data_count_from_the_limit_where_coverage_fails() -> None:
    """95 % is three quarters of the way from 80 % to 100 %; blanks of the weak halve it; unmeasured is 0."""
    row = {"kpi": "visits", "test": "coverage", "value": 0.95, "low": 0.95, "high": 0.95}
    assert scores("visits", rows=screened(row)).loc["data", "score"] == pytest.approx(0.75)
    gone = {"kpi": "visits", "test": "missing_at_random", "value": -0.2, "verdict": "warn"}
    assert scores("visits", rows=screened(row, gone)).loc["data", "score"] == pytest.approx(0.375)
    assert scores("visits", rows=screened(row | {"value": 0.7})).loc["data", "score"] == 0
    assert scores("visits", measured=[]).loc["data", ["score", "source"]].tolist() == [0, "data"]


def test_the_value_is_the_weighted_mean_and_its_spread_adds_in_squares() -> None:
    table = pd.DataFrame(
        {"kpi": ["b", "b", "a"], "score": [1.0, 0.0, 0.4], "sd": [0.3, 0.4, 0.1], "weight": [0.5, 0.5, 1.0]}
    )
    found = values(table)
    assert found["kpi"].tolist() == ["b", "a"]
    assert found["value"].tolist() == pytest.approx([0.5, 0.4])
    assert found["sd"].tolist() == pytest.approx([0.25, 0.1])


def test_criteria_that_do_not_count_have_no_weight() -> None:
    only = Brief(value=dict.fromkeys(CRITERIA, 0.0) | {"fit": 2.0})
    found = scores("net_sales", only)
    assert values(found.reset_index()).loc[0, "value"] == 1.0
    assert dict(unknown_shares(found.reset_index())) == {"net_sales": 0.0}


def test_the_share_of_which_nothing_is_known() -> None:
    """Of visits with objectives: reliability .15, validity, clarity, gaming, data .10 each."""
    assert dict(unknown_shares(scores("visits").reset_index()))["visits"] == pytest.approx(0.55)


def test_reliability_by_verdict_believes_quarters() -> None:
    rows = [
        {"kpi": "a", "test": "reliability", "value": 0.2, "verdict": "warn"},
        {"kpi": "a", "test": "quarterly_reliability", "value": 0.05, "verdict": "fail"},
        {"kpi": "b", "test": "reliability", "value": 0.2, "verdict": "warn"},
        {"kpi": "c", "test": "reliability", "value": 0.2, "verdict": "not_enough_data"},
    ]
    assert repeating(screened(*rows), "warn") == {"b"} and repeating(screened(*rows), "fail") == {"a"}
