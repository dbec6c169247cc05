"""Pairs against scipy and planted truth; VIF against Longley; refusals."""

import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from tests.design.screen.made import KPIS, history
from toolkit.design.screen.links import linked_pairs
from toolkit.design.screen.overlap import inflation, overlaps, vif

# Longley (1967), JASA 62:819-841: GNP deflator, GNP, unemployed, armed forces, population, year.
LONGLEY = np.array([
    (83.0, 234289, 2356, 1590, 107608, 1947), (88.5, 259426, 2325, 1456, 108632, 1948),
    (88.2, 258054, 3682, 1616, 109773, 1949), (89.5, 284599, 3351, 1650, 110929, 1950),
    (96.2, 328975, 2099, 3099, 112075, 1951), (98.1, 346999, 1932, 3594, 113270, 1952),
    (99.0, 365385, 1870, 3547, 115094, 1953), (100.0, 363112, 3578, 3350, 116219, 1954),
    (101.2, 397469, 2904, 3048, 117388, 1955), (104.6, 419180, 2822, 2857, 118734, 1956),
    (108.4, 442769, 2936, 2798, 120445, 1957), (110.8, 444546, 4681, 2637, 121950, 1958),
    (112.6, 482704, 3813, 2552, 123366, 1959), (114.2, 502601, 3931, 2514, 125368, 1960),
    (115.7, 518173, 4806, 2572, 127852, 1961), (116.9, 554894, 4007, 2827, 130081, 1962),
])  # fmt: skip


def compared(tables: dict[str, np.ndarray], grain: str = "month") -> pd.Series:
    """The first pair of some KPIs' tables."""
    grids = {name: {grain: history(table, name, grain)} for name, table in tables.items()}
    links = linked_pairs([KPIS[name] for name in tables])
    return overlaps(grids, dict.fromkeys(tables, grain), links).iloc[0]


def pair(
    between: float, within: float, people: int = 200, periods: int = 20, seed: int = 2
) -> dict[str, np.ndarray]:
    """Two KPIs whose people and whose months go together so far, in a season that both share."""
    random = np.random.default_rng(seed)
    season = 5 * random.normal(size=periods)

    def drawn(rho: float, size: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
        x, y = random.normal(size=(2, *size))
        return x, rho * x + math.sqrt(1 - rho**2) * y

    (a, b), (u, v) = drawn(between, (people, 1)), drawn(within, (people, periods))
    return {"visits": a + u + season, "calls": b + v + season}


def test_longleys_vifs() -> None:
    """As printed for these data by R's car::vif and by statsmodels with a constant."""
    assert inflation(LONGLEY) == pytest.approx([135.53, 1788.51, 33.62, 3.59, 399.15, 758.98], abs=0.01)


def test_vif_by_regression_one_at_a_time() -> None:
    table = np.random.default_rng(1).normal(size=(60, 4)) @ np.random.default_rng(2).normal(size=(4, 4)) + 100
    ones = np.ones((60, 1))
    for k, found in enumerate(inflation(table)):
        others = np.hstack([ones, np.delete(table, k, axis=1)])
        left = table[:, k] - others @ np.linalg.lstsq(others, table[:, k])[0]
        assert found == pytest.approx(table[:, k].var() / left.var())


def test_a_column_that_follows_wholly_is_infinite_and_the_others_are_not() -> None:
    a, b, c = np.random.default_rng(1).normal(size=(3, 50))
    found = inflation(np.column_stack([a, b, a + b, c]))
    assert np.isinf(found[:3]).all() and 1 <= found[3] < 2


def test_the_numbers_are_scipys_on_values_less_the_months_means() -> None:
    tables = pair(0.3, -0.4, people=12, periods=9)
    tables["visits"][3, 4] = tables["calls"][5, 6] = np.nan
    found = compared(tables)
    x, y = (pd.DataFrame(t).stack() for t in tables.values())
    both = pd.concat([x, y], axis=1, join="inner").dropna()
    off = both - both.groupby(level=1).transform("mean")
    means = off.groupby(level=0).mean()
    inside = off - off.groupby(level=0).transform("mean")
    for name, table in {"overall": off, "between": means, "within": inside}.items():
        assert found[name] == pytest.approx(stats.spearmanr(table[0], table[1]).statistic)
    assert (found["n"], found["people"]) == (12 * 9 - 2, 12)


def test_opposite_signs_between_and_within_are_told() -> None:
    found = compared(pair(0.8, -0.6))
    assert found["between"] > 0.6 and found["within"] < -0.5
    assert (found["verdict"], found["why"]) == ("ok", "screen.opposite_signs")


def test_a_common_season_is_no_overlap() -> None:
    found = compared(pair(0.0, 0.0))
    assert abs(found["overall"]) < 0.1 and found["verdict"] == "ok"
    assert found["low"] < 0 < found["high"]


@pytest.mark.parametrize(("rho", "verdict", "why"), [(0.78, "warn", "overlap"), (-0.95, "fail", "keep_one")])
def test_limits(rho: float, verdict: str, why: str) -> None:
    found = compared(pair(rho, rho))
    assert (found["verdict"], found["why"]) == (verdict, f"screen.{why}")


def test_the_interval_covers_what_repeats_of_the_study_give() -> None:
    """90 % of studies with 15 people hold the ρ of a very large one; independent rows would hold fewer."""
    truth = compared(pair(0.8, 0.2, people=4000))["overall"]
    found = [compared(pair(0.8, 0.2, people=15, periods=10, seed=seed)) for seed in range(200)]
    assert np.mean([f["low"] <= truth <= f["high"] for f in found]) == pytest.approx(0.9, abs=0.06)


def test_linked_pairs_warn_whatever_the_numbers_say() -> None:
    tables = dict(zip(("net_sales", "average_deal_size"), pair(0.1, 0.1).values(), strict=True))
    found = compared(tables)
    assert found["linked"] and found["twice"] and found["relation"] == "numerator"
    assert (found["verdict"], found["why"]) == ("warn", "screen.linked")


def test_few_in_common_and_no_spread_are_refused() -> None:
    few = compared(pair(0.5, 0.5, people=7))
    short = compared(pair(0.5, 0.5, people=9, periods=3))
    for found in (few, short):
        assert (found["verdict"], found["why"]) == ("not_enough_data", "screen.few_in_common")
        assert math.isnan(found["overall"])
    flat = pair(0.5, 0.5) | {"calls": np.full((200, 20), 0.1)}
    assert compared(flat)["why"] == "screen.no_spread"


def test_a_pair_is_compared_on_the_coarser_grain() -> None:
    tables = pair(0.5, 0.5, people=10, periods=12)
    months, quarters = history(tables["visits"]), history(tables["visits"][:, :4], grain="quarter")
    rates = history(tables["calls"][:, :4], "win_rate", "quarter")
    grids = {"visits": {"month": months, "quarter": quarters}, "win_rate": {"quarter": rates}}
    found = overlaps(grids, {"visits": "month", "win_rate": "quarter"}, linked_pairs([]))
    assert found["grain"].tolist() == ["quarter"] and found["n"].tolist() == [40]


def test_vif_of_kpis() -> None:
    tables = pair(0.97, 0.97, people=10, periods=6)
    tables["follow_ups"] = np.random.default_rng(9).normal(size=(10, 6))
    grids = {name: {"month": history(table, name)} for name, table in tables.items()}
    own = dict.fromkeys(tables, "month")
    found = vif(grids, own, dict.fromkeys(tables, True)).set_index("kpi")
    assert found.loc["visits", "verdict"] == "fail" and found.loc["visits", "why"] == "screen.follows"
    assert found.loc["follow_ups", "verdict"] == "ok" and found.loc["follow_ups", "vif"] < 1.2
    left_out = vif(grids, own, {"visits": True, "follow_ups": True}).set_index("kpi")
    assert left_out.loc["calls", "why"] == "screen.left_out" and left_out.loc["visits", "verdict"] == "ok"


def test_vif_is_refused_below_five_rows_a_kpi() -> None:
    tables = {k: np.random.default_rng(i).normal(size=(7, 2)) for i, k in enumerate(("visits", "calls"))}
    grids = {name: {"month": history(table, name)} for name, table in tables.items()}
    own, covered = dict.fromkeys(tables, "month"), dict.fromkeys(tables, True)
    assert vif(grids, own, covered)["verdict"].tolist() == ["ok", "ok"]
    grids["calls"] = {"month": history(np.where(np.arange(14).reshape(7, 2) < 5, np.nan, 1.0), "calls")}
    assert vif(grids, own, covered)["verdict"].tolist() == ["not_enough_data"] * 2
    assert vif({}, {}, {}).empty


def test_a_kpi_that_follows_wholly_says_so_without_a_number() -> None:
    tables = pair(0.1, 0.1, people=10, periods=6)
    tables["follow_ups"] = tables["visits"] + tables["calls"]
    grids = {name: {"month": history(table, name)} for name, table in tables.items()}
    found = vif(grids, dict.fromkeys(tables, "month"), dict.fromkeys(tables, True))
    assert found["why"].tolist() == ["screen.follows_wholly"] * 3 and found["vif"].isna().all()


def test_a_yearly_kpi_does_not_leave_the_others_with_a_handful_of_rows() -> None:
    random = np.random.default_rng(3)
    quarters = {k: history(random.normal(size=(10, 8)), k, "quarter") for k in ("win_rate", "bad_debt_rate")}
    grids = {name: {"quarter": found, "year": found} for name, found in quarters.items()}
    found = vif(grids, {"win_rate": "quarter", "bad_debt_rate": "year"}, dict.fromkeys(quarters, True))
    assert found["n"].tolist() == [80.0, 80.0]
