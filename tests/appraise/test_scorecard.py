"""Scorecard and scores: one small case by hand, then each rule on its own."""

import numpy as np
import pandas as pd
import pytest

from tests.appraise.cases import NO_TARGETS, measure, panel, people, schemes, targets
from toolkit.appraise import grade, score, set_targets
from toolkit.errors import DataError
from toolkit.language import describe

# p1 all along; p2 hired on 15 February 2026: half of February, half of the quarter.
ROSTER = pd.concat(
    [people([("p1", "A", "N")]), people([("p2", "A", "N")], hired="2026-02-15", incentive=36000.0)],
    ignore_index=True,
)
SCHEMES = schemes(
    measure("revenue", "net_sales", 0.4, "table"),
    measure("visits", "visits", 0.2, {"fixed": 40, "per": "month"}, {"deduct": {"points": 5, "per": 0.05}}),
    measure("complaints", "complaints", 0.2, {"fixed": 5, "per": "month"}, {"proportional": {"cap": 1.5}}),
    measure(
        "rating", "customer_satisfaction", 0.2, {"fixed": 8}, {"bands": [[0, 30], [0.8, 60], [1.0, 100]]}
    ),
)
KPIS = ("net_sales", "visits", "complaints", "customer_satisfaction")
ACTUALS = {
    ("p1", "2026-01"): (80_000, 38, 6, 8.4),
    ("p1", "2026-02"): (130_000, 40, 0, np.nan),
    ("p1", "2026-03"): (50_000, 20, 5, 7.2),
    ("p1", "2026-Q1"): (260_000, 98, 11, 7.9),
    ("p2", "2026-02"): (45_000, 13, 4, 8.8),
    ("p2", "2026-03"): (60_000, 44, 20, 6.4),
    ("p2", "2026-Q1"): (105_000, 57, 24, 8.0),
}
PANEL = panel([(*who, k, v) for who, row in ACTUALS.items() for k, v in zip(KPIS, row, strict=True)])
TARGETS = targets(
    [("p1", f"2026-0{m}", "net_sales", 100_000.0) for m in (1, 2, 3)]
    + [("p2", "2026-02", "net_sales", 50_000.0), ("p2", "2026-03", "net_sales", 100_000.0)]
)
CARD = score(SCHEMES, PANEL, set_targets(SCHEMES, PANEL, TARGETS, ROSTER), ROSTER)
SCORES = grade(SCHEMES, CARD)

# By hand, measure by measure: attainment, score, weight, points.
#   Feb, p1: no rating, so 0.4, 0.2, 0.2 become 0.5, 0.25, 0.25. Complaints: 2 − actual ÷ target, to 1.5.
#   Q1, p2: targets 150,000, 40 × 3 × ½ = 60 visits, 5 × 3 × ½ = 7.5 complaints.
BY_HAND = {
    ("p1", "2026-01"): [(0.8, 80, 0.4, 32), (0.95, 95, 0.2, 19), (0.8, 80, 0.2, 16), (1.05, 100, 0.2, 20)],
    ("p1", "2026-02"): [(1.3, 120, 0.5, 60), (1.0, 100, 0.25, 25), (2.0, 150, 0.25, 37.5), None],
    ("p1", "2026-03"): [(0.5, 0, 0.4, 0), (0.5, 50, 0.2, 10), (1.0, 100, 0.2, 20), (0.9, 60, 0.2, 12)],
    ("p2", "2026-02"): [(0.9, 90, 0.4, 36), (0.65, 65, 0.2, 13), (0.4, 40, 0.2, 8), (1.1, 100, 0.2, 20)],
    ("p2", "2026-03"): [(0.6, 60, 0.4, 24), (1.1, 100, 0.2, 20), (0.0, 0, 0.2, 0), (0.8, 60, 0.2, 12)],
    ("p2", "2026-Q1"): [(0.7, 70, 0.4, 28), (0.95, 95, 0.2, 19), (0.0, 0, 0.2, 0), (1.0, 100, 0.2, 20)],
}


@pytest.mark.parametrize(("who", "expected"), BY_HAND.items())
def test_the_scorecard_by_hand(who: tuple[str, str], expected: list[tuple[float, ...] | None]) -> None:
    rows = CARD[(CARD["participant"] == who[0]) & (CARD["period"] == who[1])]
    assert rows["measure"].tolist() == ["revenue", "visits", "complaints", "rating"]
    for row, numbers in zip(rows.itertuples(), expected, strict=True):
        if numbers is None:
            assert (row.weight, row.missing) == (0, "no_actual:no_rows_in_period")
            assert np.isnan([row.attainment, row.score, row.points]).all()
        else:
            found = (row.attainment, row.score, row.weight, row.points)
            assert found == pytest.approx(numbers, abs=1e-9)
            assert row.missing == ""


def test_scores_grades_and_ranks_by_hand() -> None:
    # Q1, p1: 34.6666668 + 16.3333334 + 25.3333334 + 12, from attainments at 8 decimals.
    assert SCORES[["participant", "period", "score", "grade", "rank"]].values.tolist() == [
        ["p1", "2026-01", 87, "B", 1],
        ["p1", "2026-02", 122.5, "A", 1],
        ["p1", "2026-03", 42, "D", 2],
        ["p1", "2026-Q1", 88.3333336, "B", 1],
        ["p2", "2026-02", 77, "C", 2],
        ["p2", "2026-03", 56, "D", 1],
        ["p2", "2026-Q1", 67, "C", 2],
    ]


def test_the_tables_have_the_agreed_columns() -> None:
    card = "scheme participant period measure kpi target actual attainment score weight points missing level"
    scores = "scheme participant period points_total adjustment score grade rank"
    assert list(CARD.columns) == [*card.split(), "exposure"]
    assert list(SCORES.columns) == scores.split()
    assert CARD["exposure"].unique().tolist() == [1.0, 0.5]
    assert (SCORES["adjustment"] == 0).all()


def test_weights_applied_sum_to_one_everywhere() -> None:
    sums = CARD.groupby(["scheme", "participant", "period"])["weight"].sum()
    assert (sums - 1).abs().max() < 1e-15


def test_the_clients_own_table_is_not_yet_a_table_of_targets() -> None:
    with pytest.raises(DataError) as error:
        score(SCHEMES, PANEL, TARGETS, ROSTER)
    assert "set_targets" in describe(error.value.problems[0], "en")
    assert "set_targets" in describe(error.value.problems[0], "zh")


def card_of(plan: object, rows: pd.DataFrame, roster: pd.DataFrame = ROSTER[:1]) -> pd.DataFrame:
    return score(plan, rows, set_targets(plan, rows, NO_TARGETS, roster), roster)  # type: ignore[arg-type]


TWO = (
    measure("visits", "visits", 0.5, {"fixed": 40}),
    measure("rate", "win_rate", 0.5, {"fixed": 0.2}),
)
ONE_MISSING = panel(
    [("p1", "2026-01", "visits", 40.0), ("p1", "2026-01", "win_rate", np.nan)], missing="cohort_open"
)
NONE = panel([("p1", "2026-01", "calls", 1.0)])


def test_zero_counts_a_missing_measure_as_nothing() -> None:
    card = card_of(schemes(*TWO, missing="zero"), ONE_MISSING)
    assert card[["score", "weight", "points"]].values.tolist() == [[100, 0.5, 50], [0, 0.5, 0]]
    assert card["missing"].tolist() == ["", "no_actual:cohort_open"]


@pytest.mark.parametrize("missing", ["reweight", "zero"])
def test_without_any_number_the_agreed_weights_stay_and_all_else_is_blank(missing: str) -> None:
    plan = schemes(*TWO, missing=missing)
    card = card_of(plan, NONE)
    assert card["weight"].tolist() == [0.5, 0.5]
    assert card[["score", "points"]].isna().all(axis=None)
    assert card["missing"].tolist() == ["no_actual:not_measured"] * 2
    scores = grade(plan, card)
    assert scores[["points_total", "score", "grade", "rank"]].isna().all(axis=None)


def test_a_measure_that_only_gates_makes_no_score() -> None:
    gate = measure("gate", "calls", 0.0, {"fixed": 2})
    plan = schemes(*TWO, gate)
    card = card_of(plan, NONE)
    assert card["points"].tolist()[2] == 0
    assert grade(plan, card)["score"].isna().all()
    assert card_of(plan, ONE_MISSING)["weight"].tolist() == [1, 0, 0]


def test_reasons_for_missing_targets() -> None:
    plan = schemes(measure("m", "visits", 1.0, "table"), measure("n", "win_rate", 0.0, {"fixed": 0}))
    assert card_of(plan, panel([("p1", "2026-01", "visits", 1.0), ("p1", "2026-01", "win_rate", 0.1)]))[
        "missing"
    ].tolist() == ["no_target", "target_not_positive"]


def test_a_band_is_scored_on_its_actual_and_has_no_attainment() -> None:
    own = {"curve": {"x": "actual", "points": [[20, 0], [30, 100], [45, 100], [60, 0]]}}
    card = card_of(
        schemes(measure("stock", "stock_days", 1.0, None, own)), panel([("p1", "2026-01", "stock_days", 50)])
    )
    assert card["score"].tolist() == [pytest.approx(66.66666667)]
    assert card["attainment"].isna().all()
    assert card["missing"].tolist() == [""]


def test_a_team_measure_gives_a_person_the_value_of_the_team_of_the_last_day() -> None:
    moved = people([("p1", "A", "N"), ("p1", "B", "S")], moves="2026-02-10")
    rows = panel(
        [(t, p, "visits", v) for t, v in (("A", 20.0), ("B", 60.0)) for p in ("2026-01", "2026-02")], "team"
    )
    card = card_of(schemes(measure("m", "visits", 1.0, {"fixed": 40}, level="team")), rows, moved)
    assert card[["period", "actual", "level"]].values.tolist() == [
        ["2026-01", 20, "team"],
        ["2026-02", 60, "team"],
    ]


def test_a_team_is_one_participant() -> None:
    roster = people([("p1", "A", "N"), ("p2", "A", "N"), ("p3", None, "N")])  # type: ignore[list-item]
    rows = panel([("A", "2026-01", "visits", 30.0), ("unassigned", "2026-01", "visits", 4.0)], "team")
    card = card_of(schemes(measure("m", "visits", 1.0, {"fixed": 40}), level="team"), rows, roster)
    assert card[["participant", "actual", "attainment"]].values.tolist() == [
        ["A", 30, 0.75],
        ["unassigned", 4, 0.1],
    ]


def test_a_company_measure_is_everybodys() -> None:
    rows = panel([("all", "2026-01", "visits", 30.0)], "company")
    card = card_of(schemes(measure("m", "visits", 1.0, {"fixed": 40}, level="company")), rows, ROSTER[:1])
    assert card["attainment"].tolist() == [0.75]


def test_grades_hold_from_their_edge_on_and_ties_share_a_rank() -> None:
    points = {"p1": 90.0, "p2": 89.999999994, "p3": 90 - 1e-10, "p4": 59.0, "p5": -3.0, "p6": 59.0}
    rows = pd.DataFrame({"participant": list(points), "points": list(points.values())})
    rows = rows.assign(scheme="plan@1", period="2026-01", weight=1.0)
    scores = grade(schemes(*TWO), rows)
    assert scores["grade"].tolist() == ["A", "B", "A", "D", "D", "D"]
    assert scores["rank"].tolist() == [1, 3, 1, 4, 6, 4]
