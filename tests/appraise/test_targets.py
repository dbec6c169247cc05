"""Target rules by hand: fixed, table, growth; scaled to periods, exposure and groups."""

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.appraise.cases import NO_TARGETS, measure, panel, people, schemes, targets
from toolkit.appraise import set_targets
from toolkit.periods import Calendar

P1 = people([("p1", "A", "N")])
JOINER = people([("p1", "A", "N")], hired="2026-02-15")  # half of February, half of the first quarter
Q1 = ["2026-01", "2026-02", "2026-03", "2026-Q1"]
GROWTH = {"growth": 0.1, "over": "same_quarter_last_year"}


def found(
    target: Any,
    roster: pd.DataFrame = P1,
    *,
    kpi: str = "net_sales",
    periods: list[str] = Q1,
    values: list[tuple[Any, ...]] = [],  # noqa: B006
    table: pd.DataFrame = NO_TARGETS,
    level: str = "individual",
    more: pd.DataFrame | None = None,
    **scheme: Any,
) -> dict[str, tuple[float, str]]:
    """Period → (target, basis) of one measure for the only participant."""
    rows = panel([("p1", p, kpi, 1.0) for p in periods] + values)
    rows = pd.concat([rows, more]) if more is not None else rows
    plan = schemes(measure("m", kpi, 1.0, target, level=level), **scheme)
    got = set_targets(plan, rows, table, roster)
    got = got[got["period"].isin(periods)]
    assert list(got["scheme"].unique()) == ["plan@1"]
    return {r.period: (round(r.target, 6), r.basis) for r in got.itertuples()}


def test_a_fixed_monthly_target_is_three_times_that_in_a_quarter() -> None:
    assert found({"fixed": 40, "per": "month"}) == {
        "2026-01": (40, "fixed"),
        "2026-02": (40, "fixed"),
        "2026-03": (40, "fixed"),
        "2026-Q1": (120, "fixed"),
    }


def test_a_fixed_yearly_target_is_split_over_months() -> None:
    assert found({"fixed": 1200, "per": "year"})["2026-01"] == (100, "fixed")


def test_without_per_a_fixed_target_counts_for_what_is_scored() -> None:
    assert found({"fixed": 40}, score_every="quarter", pay_every="quarter") == {"2026-Q1": (40, "fixed")}
    assert found({"fixed": 40})["2026-Q1"] == (120, "fixed")


def test_a_joiner_owes_the_employed_share_of_a_sum_and_the_whole_of_a_rate() -> None:
    assert found({"fixed": 40, "per": "month"}, JOINER) == {
        "2026-02": (20, "fixed"),
        "2026-03": (40, "fixed"),
        "2026-Q1": (60, "fixed"),
    }
    rates = found({"fixed": 0.25, "per": "month"}, JOINER, kpi="win_rate")
    assert rates["2026-02"] == rates["2026-Q1"] == (0.25, "fixed")


@pytest.mark.parametrize("kpi", ["market_share", "route_compliance", "lead_response_time"])
def test_a_share_that_the_client_supplies_is_the_same_in_a_quarter_and_for_a_joiner(kpi: str) -> None:
    rates = found({"fixed": 0.95, "per": "month"}, JOINER, kpi=kpi)
    assert rates["2026-02"] == rates["2026-03"] == rates["2026-Q1"] == (0.95, "fixed")


def test_table_rows_hold_as_they_stand_and_sum_to_the_quarter() -> None:
    table = targets([("p1", "2026-01", "net_sales", 100), ("p1", "2026-02", "net_sales", 80)])
    assert found("table", table=table) == {
        "2026-01": (100, "table"),
        "2026-02": (80, "table"),
        "2026-03": (pytest.approx(np.nan, nan_ok=True), "no_table_row"),
        "2026-Q1": (pytest.approx(np.nan, nan_ok=True), "no_table_row"),
    }
    third = pd.concat([table, targets([("p1", "2026-03", "net_sales", 120)])])
    assert found("table", table=third)["2026-Q1"] == (300, "table_sum")
    own = pd.concat([third, targets([("p1", "2026-Q1", "net_sales", 310)])])
    assert found("table", table=own)["2026-Q1"] == (310, "table")


def test_a_joiners_quarter_needs_only_the_months_employed() -> None:
    table = targets([("p1", "2026-02", "net_sales", 50), ("p1", "2026-03", "net_sales", 100)])
    assert found("table", JOINER, table=table)["2026-Q1"] == (150, "table_sum")


def test_rates_of_months_do_not_sum_to_a_quarters() -> None:
    table = targets([("p1", p, "win_rate", 0.2) for p in Q1[:3]])
    assert found("table", kpi="win_rate", table=table)["2026-Q1"][1] == "no_table_row"


def test_a_first_day_means_the_period_that_is_scored() -> None:
    table = targets([("p1", "2026-01-01", "net_sales", 100)])
    assert found("table", table=table)["2026-01"] == (100, "table")
    quarterly = {"score_every": "quarter", "pay_every": "quarter"}
    assert found("table", table=table, **quarterly) == {"2026-Q1": (100, "table")}


def test_growth_on_the_same_period_last_year() -> None:
    values = [("p1", "2025-01", "net_sales", 200.0), ("p1", "2025-Q1", "net_sales", 900.0)]
    got = found(GROWTH, values=values)
    assert got["2026-01"] == (220, "growth_same_quarter_last_year")
    assert got["2026-Q1"] == (990, "growth_same_quarter_last_year")
    assert got["2026-02"][1] == "no_base"


def test_growth_on_the_previous_quarter_gives_a_month_a_third() -> None:
    got = found(GROWTH | {"over": "previous_quarter"}, values=[("p1", "2025-Q4", "net_sales", 900.0)])
    assert got == {p: (990 if p == "2026-Q1" else 330, "growth_previous_quarter") for p in Q1}


def test_growth_of_a_rate_is_not_cut_in_three() -> None:
    rule = {"growth": 0.5, "over": "previous_quarter"}
    assert found(rule, kpi="win_rate", values=[("p1", "2025-Q4", "win_rate", 0.2)])["2026-02"] == (
        0.3,
        "growth_previous_quarter",
    )


def test_a_base_of_half_a_quarter_counts_double_for_a_sum_only() -> None:
    values = [("p1", "2025-Q1", "net_sales", 300.0, 0.5)]
    assert found(GROWTH, values=values)["2026-Q1"] == (660, "growth_same_quarter_last_year")
    rate = [("p1", "2025-Q1", "win_rate", 0.2, 0.5)]
    assert found(GROWTH, kpi="win_rate", values=rate)["2026-Q1"] == (0.22, "growth_same_quarter_last_year")


@pytest.mark.parametrize("base", [0.0, -50.0, np.nan])
def test_a_base_that_cannot_grow_gives_way_to_the_table_or_to_nothing(base: float) -> None:
    values = [("p1", "2025-Q1", "net_sales", base)]
    assert found(GROWTH, values=values)["2026-Q1"][1] == "no_base"
    table = targets([("p1", "2026-Q1", "net_sales", 500)])
    otherwise = found(GROWTH | {"otherwise": "table"}, values=values, table=table)
    assert otherwise["2026-Q1"] == (500, "table")
    assert otherwise["2026-01"][1] == "no_table_row"


TEAM = people([("p1", "A", "N"), ("p2", "A", "N"), ("boss", "A", "N")])


def of_team(table: pd.DataFrame, roster: pd.DataFrame = TEAM) -> dict[str, tuple[float, str]]:
    plan = schemes(measure("m", "net_sales", 1.0, "table"), level="team")
    got = set_targets(plan, panel([("A", p, "net_sales", 1.0) for p in Q1], "team"), table, roster)
    return {r.period: (r.target, r.basis) for r in got.itertuples() if r.participant == "A"}


def test_a_teams_own_row_comes_before_its_members() -> None:
    table = targets([("A", "2026-01", "net_sales", 500), ("p1", "2026-01", "net_sales", 1)])
    assert of_team(table)["2026-01"] == (500, "table")


def test_members_who_carry_the_kpi_sum_to_the_team() -> None:
    rows = [("p1", "2026-01", "net_sales", 100.0), ("p2", "2026-01", "net_sales", 60.0)]
    rows += [("p1", "2026-02", "net_sales", 100.0)]
    got = of_team(targets(rows))
    assert got["2026-01"] == (160, "table_members")  # the boss never has a target and is not waited for
    assert got["2026-02"][1] == "no_table_row"  # p2 carries the KPI and has none in February
    assert got["2026-Q1"][1] == "no_table_row"


def test_a_team_takes_the_months_of_who_was_in_it() -> None:
    moved = people([("p1", "A", "N"), ("p1", "B", "N"), ("p2", "A", "N")], moves="2026-03-01")
    rows = [(p, m, "net_sales", 100.0) for p in ("p1", "p2") for m in Q1[:3]]
    assert of_team(targets(rows), moved) == {
        "2026-01": (200, "table_members"),
        "2026-02": (200, "table_members"),
        "2026-03": (100, "table_members"),
        "2026-Q1": (500, "table_sum"),
    }


def test_a_persons_team_and_company_measures_take_the_groups_target() -> None:
    table = targets([("A", "2026-01", "net_sales", 500), ("all", "2026-01", "net_sales", 9000)])
    assert found("table", TEAM[:1], table=table, level="team")["2026-01"] == (500, "table")
    assert found("table", TEAM[:1], table=table, level="company")["2026-01"] == (9000, "table")


def test_a_fixed_team_target_is_the_teams_not_the_joiners_share() -> None:
    roster = pd.concat([JOINER, people([("p2", "A", "N")])])
    plan = schemes(measure("m", "net_sales", 1.0, {"fixed": 900, "per": "quarter"}, level="team"))
    got = set_targets(plan, panel([("p1", "2026-Q1", "net_sales", 1.0)]), NO_TARGETS, roster)
    assert got["target"].tolist() == [900, 900]


def test_a_curve_over_the_actual_needs_no_target() -> None:
    own = measure("m", "win_rate", 1.0, None, {"curve": {"x": "actual", "points": [[0, 0], [1, 100]]}})
    got = set_targets(schemes(own), panel([("p1", "2026-01", "win_rate", 0.2)]), NO_TARGETS, P1)
    assert got["basis"].tolist() == ["not_needed"]
    assert got["target"].isna().all()


def test_named_quarters() -> None:
    starts = {
        "2025-Q4": dt.date(2025, 9, 28),
        "2026-Q1": dt.date(2025, 12, 28),
        "2026-Q2": dt.date(2026, 3, 29),
    }
    named = Calendar(starts=starts, ends=dt.date(2026, 6, 27))
    quarterly = {"score_every": "quarter", "pay_every": "quarter", "calendar": named}
    rule = {"growth": 0.1, "over": "previous_quarter"}
    values = [("p1", "2025-Q4", "net_sales", 100.0)]
    got = found(rule, periods=["2026-Q1", "2026-Q2"], values=values, **quarterly)
    assert got == {"2026-Q1": (110, "growth_previous_quarter"), "2026-Q2": (1.1, "growth_previous_quarter")}
    first_days = targets([("p1", "2025-12-28", "net_sales", 70)])
    assert found("table", periods=["2026-Q1"], table=first_days, **quarterly) == {"2026-Q1": (70, "table")}


def test_the_table_has_the_agreed_columns() -> None:
    plan = schemes(measure("m", "visits", 1.0, {"fixed": 1}))
    got = set_targets(plan, panel([("p1", "2026-01", "visits", 1.0)]), NO_TARGETS, P1)
    columns = "scheme participant period measure target hit_probability low high basis"
    assert list(got.columns) == columns.split()
    assert got[["hit_probability", "low", "high"]].isna().all(axis=None)
