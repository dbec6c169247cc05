"""Pools: shared by points, to the cent, within scheme, team or region."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.appraise.cases import people
from tests.appraise.pay_cases import CURVE, MEASURES, amounts, in_line, pay_for, payouts, plan
from toolkit.appraise.pay import Statements

JAN = "2026-01"
TEAMS = people([("p1", "A", "N"), ("p2", "A", "N"), ("p3", "B", "N"), ("p4", "B", "S")])


def shared(scores: Mapping[str, Any], roster: pd.DataFrame = TEAMS, **pool: Any) -> Statements:
    own = plan(pay={"pool": {"amount": 100} | pool if "of" not in pool else pool})
    rows = {(p, JAN, "sales"): (1000.005, 1.0) for p in scores}
    found = pay_for(own, {(p, JAN): s for p, s in scores.items()}, rows, roster)
    in_line(found)
    return found


def test_equal_points_share_to_the_cent_and_the_first_names_take_the_rest() -> None:
    found = shared({"p1": 50.0, "p2": 50.0, "p3": 50.0})
    assert amounts(found.payouts["payout"]) == ["33.34", "33.33", "33.33"]
    assert amounts(found.payouts["credited"]) == ["100.0000"] * 3
    assert found.payouts["rate"].tolist() == [0.3334, 0.3333, 0.3333]
    assert found.components["share"].tolist() == [1 / 3] * 3
    assert found.payouts["target_incentive"].isna().all()


def test_points_count_exposure_and_a_score_below_zero_is_no_points() -> None:
    roster = pd.concat(
        [TEAMS.iloc[[0, 2]], people([("p2", "A", "N")], hired="2026-01-16")], ignore_index=True
    )
    found = shared({"p1": 60.0, "p2": 60.0, "p3": -60.0}, roster)
    # p2 was employed on 16 of 31 days: 60 × 0.51612903 = 30.9677418 points of 90.9677418.
    assert found.components["read"].tolist() == [60.0, 30.9677418, 0.0]
    assert amounts(found.payouts["payout"]) == ["65.96", "34.04", "0.00"]


def test_points_times_target_incentive() -> None:
    roster = TEAMS.assign(target_incentive=[12_000.0, 36_000.0, 12_000.0, 12_000.0])
    found = shared({"p1": 80.0, "p2": 40.0, "p3": 80.0}, roster, points="score_by_incentive")
    # 80 × 1,000, 40 × 3,000, 80 × 1,000 of 280,000
    assert amounts(found.payouts["payout"]) == ["28.57", "42.86", "28.57"]
    assert found.components["read"].tolist() == [80_000.0, 120_000.0, 80_000.0]
    assert found.payouts["payout_ratio"].isna().all()


@pytest.mark.parametrize(
    ("within", "expected"),
    [("scheme", ["25.00"] * 4), ("team", ["50.00"] * 4), ("region", ["33.34", "33.33", "33.33", "100.00"])],
)
def test_everybody_of_a_group_shares_its_own_pool(within: str, expected: list[str]) -> None:
    found = shared({f"p{i}": 70.0 for i in (1, 2, 3, 4)}, within=within)
    assert amounts(found.payouts["payout"]) == expected


def test_a_team_of_one_has_its_pool_alone_and_the_teamless_share_one() -> None:
    alone = shared({"p1": 1.0, "p2": 99.0, "p3": 5.0}, TEAMS.iloc[:3], within="team")
    assert amounts(alone.payouts["payout"]) == ["1.00", "99.00", "100.00"]
    nowhere = shared({"p1": 50.0, "p2": 50.0}, TEAMS.assign(team=None), within="team")
    assert amounts(nowhere.payouts["payout"]) == ["50.00", "50.00"]


def test_a_pool_of_a_rate_of_what_all_who_are_due_brought() -> None:
    roster = TEAMS.assign(target_incentive=[12_000.0, 12_000.0, np.nan, 12_000.0])
    found = shared({"p1": 50.0, "p2": np.nan, "p3": 50.0}, roster, of="sales", rate=0.01)
    # Three times 1,000.005 × 1 %; p2 has no score and no share, p3 needs no incentive here.
    assert amounts(found.payouts["credited"]) == ["30.0000", "30.0000"] and len(found.unpaid) == 1
    assert amounts(found.payouts["payout"]) == ["15.00", "15.00"]
    assert found.unpaid["reason"].tolist() == ["no_score"]


def test_a_teams_own_measure_feeds_the_pool_once() -> None:
    document = {"pool": {"of": "sales", "rate": 0.1}}
    own = plan(pay=document)
    at_team = plan(pay=document, measures=[{**m, "level": "team"} for m in MEASURES])
    rows = {(p, JAN, "sales"): (1000.0 if p != "p3" else 500.0, 1.0) for p in ("p1", "p2", "p3")}
    scores = {(p, JAN): 50.0 for p in ("p1", "p2", "p3")}
    assert amounts(pay_for(own, scores, rows, TEAMS).payouts["credited"]) == ["250.0000"] * 3
    assert amounts(pay_for(at_team, scores, rows, TEAMS).payouts["credited"]) == ["150.0000"] * 3


def test_returns_beyond_sales_make_a_pool_of_nothing() -> None:
    own = plan(pay={"pool": {"of": "sales", "rate": 0.01}, "curve": CURVE})
    found = pay_for(own, {("p1", JAN): 80.0}, {("p1", JAN, "sales"): (-5000.0, 1.0)})
    assert payouts(found) == ["2000.00"]
    in_line(found)


def test_nobody_with_points_is_paid_from_a_pool() -> None:
    found = shared({"p1": 0.0, "p2": -3.0, "p3": 10.0}, within="team")
    assert found.payouts["participant"].tolist() == ["p3"]
    assert found.unpaid[["participant", "reason"]].values.tolist() == [
        ["p1", "pool_no_points"],
        ["p2", "pool_no_points"],
    ]
    beside = pay_for(plan(pay={"pool": {"amount": 100}, "curve": CURVE}), {("p1", JAN): 0.0})
    assert payouts(beside) == ["0.00"] and beside.unpaid.empty


def test_ten_thousand_random_pools_are_shared_to_the_cent() -> None:
    """A pool for each of some 430 teams, of 25 random sizes: every one sums to its amount."""
    rng = np.random.default_rng(11)
    names = [f"p{i:04d}" for i in range(1600)]
    teams = rng.integers(0, 450, len(names))
    roster = people([(n, f"T{t:03d}", "N") for n, t in zip(names, teams, strict=True)])
    pools = 0
    for _ in range(25):
        cents = int(rng.integers(1, 10**9))
        drawn = np.round(rng.gamma(1.0, 50.0, len(names)), rng.integers(0, 8)) * (
            rng.random(len(names)) > 0.2
        )
        own = plan(pay={"pool": {"amount": cents / 100, "within": "team"}})
        scores = {(n, JAN): float(s) for n, s in zip(names, drawn, strict=True)}
        found = pay_for(own, scores, roster=roster).payouts
        team = found["participant"].map(dict(zip(names, teams, strict=True)))
        sums = found.groupby(team)["payout"].sum()
        assert (sums == Decimal(cents) / 100).all()
        pools += len(sums)
    assert pools >= 10_000
