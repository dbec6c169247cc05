"""A joiner's ramp by hand and day by day."""

import datetime as dt
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.appraise.cases import NO_TARGETS, measure, panel, people, schemes, targets
from toolkit.appraise.ramp import ramp_shares
from toolkit.appraise.targets import set_targets

RAMP = [0.25, 0.5, 0.75]
PERIODS = ["2026-01", "2026-02", "2026-03", "2026-04", "2026-Q1"]


def found(
    target: Any,
    *,
    kpi: str = "visits",
    level: str | None = None,
    table: Any = NO_TARGETS,
    hired: str = "2026-01-16",
) -> dict[str, tuple[float, str]]:
    """Period → (target, basis) of one measure of p1."""
    plan = schemes(measure("m", kpi, 1.0, target, level=level), ramp=RAMP)
    unit = "p1" if level is None else "A"
    rows = panel([(unit, p, kpi, 1.0) for p in PERIODS], level or "individual")
    got = set_targets(plan, rows, table, people([("p1", "A", "N")], hired=hired))
    return {r.period: (round(r.target, 6), r.basis) for r in got.itertuples()}


def test_a_fixed_target_is_owed_by_blocks_of_thirty_days() -> None:
    # Hired on 16 January: block 1 to 14 February, block 2 to 16 March, block 3 to 15 April.
    # January 16 of 31 days, all at 25 %: 310 × 16/31 × 0.25 = 40. February (14 × 0.25 + 14 × 0.5) ÷ 28:
    # 37.5 %.
    # March (16 × 0.5 + 15 × 0.75) ÷ 31 = 19.25/31: 192.5. April (15 × 0.75 + 15) ÷ 30: 87.5 %.
    # The quarter: 75 of 90 days, owed 30 × 0.25 + 30 × 0.5 + 15 × 0.75 = 33.75 days: 930 × 33.75/90 = 348.75.
    assert found({"fixed": 310, "per": "month"}) == {
        "2026-01": (pytest.approx(40, abs=1e-5), "fixed_ramp"),
        "2026-02": (116.25, "fixed_ramp"),
        "2026-03": (192.5, "fixed_ramp"),
        "2026-04": (271.25, "fixed_ramp"),
        "2026-Q1": (pytest.approx(348.75, abs=1e-4), "fixed_ramp"),
    }


def test_a_table_target_is_ramped_too_and_its_sum() -> None:
    given_ = targets([("p1", p, "visits", 100.0) for p in PERIODS[:3]])
    got = found("table", table=given_)
    assert got["2026-02"] == (37.5, "table_ramp")
    assert got["2026-Q1"] == (135.0, "table_sum_ramp")  # 300 × 33.75/75
    assert got["2026-04"][1] == "no_table_row"


def test_rates_teams_and_old_hands_owe_the_whole() -> None:
    assert found({"fixed": 0.4}, kpi="win_rate")["2026-01"] == (0.4, "fixed")
    assert found({"fixed": 310, "per": "month"}, level="team")["2026-02"] == (310, "fixed")
    assert found({"fixed": 310, "per": "month"}, hired="2025-10-03")["2026-01"] == (310, "fixed")
    assert (
        found({"fixed": 310, "per": "month"}, hired="2025-10-04")["2026-01"][1] == "fixed_ramp"
    )  # its 90th day


def test_without_a_day_hired_nothing_is_ramped() -> None:
    day = pd.Series(pd.to_datetime(["2026-01-01"]))
    assert ramp_shares((0.5,), pd.Series([pd.NaT]), day, day).tolist() == [1.0]


@given(
    st.lists(st.floats(0, 1.5), max_size=4),
    st.dates(dt.date(2025, 1, 1), dt.date(2026, 12, 31)),
    st.integers(-60, 200),
    st.integers(1, 92),
)
def test_the_share_owed_is_the_mean_over_the_employed_days(
    shares: list[float], hired: dt.date, offset: int, length: int
) -> None:
    first = hired + dt.timedelta(days=offset)
    days = [first + dt.timedelta(days=i) for i in range(length)]
    since = [(day - hired).days for day in days if day >= hired]
    owed = [shares[s // 30] if s // 30 < len(shares) else 1.0 for s in since]
    columns = [pd.Series([pd.Timestamp(d)]) for d in (hired, first, days[-1])]
    expected = sum(owed) / len(owed) if owed else 1.0
    assert ramp_shares(tuple(shares), *columns)[0] == pytest.approx(expected, abs=1e-9)
