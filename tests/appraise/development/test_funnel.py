"""The funnel: three steps that add up to the distance, and the step that was planted."""

import numpy as np
import pandas as pd
import pytest

from toolkit.appraise.development import funnel
from toolkit.appraise.development.funnel import STEPS, shares

PEOPLE = [f"p{i}" for i in range(9)]
MONTHS = ["2026-01", "2026-02"]


def panel(visits: list[float], deals: list[float], sales: list[float], **columns: object) -> pd.DataFrame:
    """Nine people's months, the same in both."""
    rows = []
    for month in MONTHS:
        for who, v, d, s in zip(PEOPLE, visits, deals, sales, strict=True):
            rows.append((who, month, "visits", v, np.nan))
            rows.append((who, month, "average_deal_size", s, d))
    table = pd.DataFrame(rows, columns=["participant", "period", "kpi", "numerator", "denominator"])
    return table.assign(**{"level": "individual", "exposure": 1.0, **columns})


def test_the_planted_step_is_found_and_the_steps_add_up() -> None:
    """Six people make half the visits of the best three; all win one in ten and sell 1,000 a deal."""
    visits = [20.0] * 6 + [40.0] * 3
    found = funnel(panel(visits, [v / 10 for v in visits], [v * 100 for v in visits]), PEOPLE, MONTHS)
    assert found["total"].tolist() == pytest.approx([-np.log(2)] * 6 + [0.0] * 3)
    assert found["weakest"].tolist() == ["activity"] * 6 + [""] * 3
    assert found[list(STEPS)].sum(axis=1).tolist() == pytest.approx(found["total"].tolist())
    assert shares(found) == pytest.approx({"activity": 1.0, "conversion": 0.0, "ticket": 0.0})


def test_shares_of_several_steps_sum_to_one_and_may_be_negative() -> None:
    random = np.random.default_rng(2)
    numbers = [random.lognormal(3, 0.4, 9), random.lognormal(1, 0.3, 9), random.lognormal(8, 0.5, 9)]
    found = funnel(panel(*[list(n) for n in numbers]), PEOPLE, MONTHS)
    assert sum(shares(found).values()) == pytest.approx(1.0)
    more = funnel(
        panel([40.0] * 6 + [20.0] * 3, [1.0] * 6 + [4.0] * 3, [1000.0] * 6 + [4000.0] * 3), PEOPLE, MONTHS
    )
    assert shares(more)["activity"] < 0 < shares(more)["conversion"]


def test_who_was_there_half_the_time_is_measured_by_that_time() -> None:
    visits = [20.0] * 9
    whole = panel(visits, [2.0] * 9, [2000.0] * 9)
    half = whole.copy()
    mine = half["participant"] == "p0"
    half.loc[mine, ["numerator", "denominator", "exposure"]] *= 0.5
    found = funnel(half, PEOPLE, MONTHS)
    assert found["total"].tolist() == pytest.approx([0.0] * 9, abs=1e-12)


@pytest.mark.parametrize(
    "table",
    [
        panel([20.0] * 9, [2.0] * 9, [2000.0] * 9, kpi="visits"),  # deal size is not measured
        panel([20.0] * 9, [2.0] * 9, [2000.0] * 9, kpi="average_deal_size"),  # no activity is
        panel([20.0] * 9, [0.0] * 4 + [2.0] * 5, [0.0] * 4 + [2000.0] * 5),  # only five sold anything
        panel([20.0] * 9, [2.0] * 9, [2000.0] * 9, level="team"),
    ],
)
def test_without_the_steps_there_is_no_funnel(table: pd.DataFrame) -> None:
    found = funnel(table, PEOPLE, MONTHS)
    assert found.empty and shares(found) == {}


def test_another_activity_may_be_named() -> None:
    table = panel([20.0] * 9, [2.0] * 9, [2000.0] * 9)
    calls = table[table["kpi"] == "visits"].assign(kpi="calls")
    found = funnel(pd.concat([table, calls]), PEOPLE, MONTHS, activity="calls")
    assert set(found["kpi"]) == {"calls"} and shares(found) == {}
