"""T: targets against what was set and reached; every number in a message counted by hand."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from tests.review.lint.hand_made import (
    QUARTERS,
    found,
    people,
    scorecard,
    skipped,
    targets,
    with_fields,
    with_parts,
)
from toolkit.appraise.example import example_roster
from toolkit.review.lint.evidence.attained import clustered_share
from toolkit.review.lint.families.target_evidence import _rank_correlation
from toolkit.stats import share_interval


def hits(count: int, periods: int, of: int) -> np.ndarray:
    """`of` of the people reach in each period, another person in turn."""
    cells = np.arange(count)[:, None] + np.arange(periods)[None, :]
    return np.where(cells % count < of, 1.1, 0.9)


def test_T05_counts_people_without_a_target() -> None:
    rows = targets([("p01", "2026-Q1", 10.0), ("p02", "2026-Q1", np.nan), ("p02", "2026-Q2", np.nan)])
    ((where, message),) = found("T05", targets=rows)
    assert where == "measures.revenue.target"
    assert "1 of 2 participants have no target of Net sales in 2 of 3 cases: p02" in message


def test_T05_names_five_and_says_that_there_are_more() -> None:
    rows = targets([(who, "2026-Q1", np.nan) for who in people(7)])
    ((_, message),) = found("T05", targets=rows)
    assert "p05 …" in message and "p06" not in message


def test_T05_passes_a_full_table_and_measures_that_need_none() -> None:
    assert found("T05", targets=targets([("p01", "2026-Q1", 10.0)])) == []
    not_needed = targets([("p01", "2026-Q1", np.nan)]).assign(basis="not_needed")
    assert found("T05", targets=not_needed) == []


def test_T06_finds_a_target_that_all_reach() -> None:
    ((where, message),) = found("T06", scorecard=scorecard(np.full((12, 4), 1.2)))
    assert where == "measures.revenue.target"
    low = share_interval(48, 48).low  # nobody differs, so nothing goes together
    assert "100 % of cases" in message and f"interval {round(100 * low)} % to 100 %" in message
    assert "48 cases of 12 participants in 4 quarters" in message and "above 90 %" in message


def test_T06_passes_where_the_interval_reaches_below_the_limit() -> None:
    card = scorecard(hits(12, 4, 11))  # 44 of 48: 92 %, which chance alone may give at 85 %
    assert found("T06", scorecard=card) == []


def test_T06_and_T07_refuse_three_quarters_and_ignore_the_months() -> None:
    card = scorecard(np.full((20, 3), 1.2))
    monthly = scorecard(np.full((20, 6), 1.2), periods=[f"2026-{m:02d}" for m in range(1, 7)])
    both = pd.concat([card, monthly], ignore_index=True)
    for code in ("T06", "T07"):
        assert "60 rows with a number in 3 periods; the rule needs 30 in 4" in skipped(code, scorecard=both)


def test_T07_finds_a_target_that_few_reach() -> None:
    once = np.where((np.arange(12)[:, None] + np.arange(4)) % 4 == 0, 1.1, 0.9)
    ((where, message),) = found("T07", scorecard=scorecard(once))
    # each person once, and three people in each quarter: as if independent, Wilson on 12 of 48
    interval = share_interval(12, 48)
    assert where == "measures.revenue.target"
    assert "25 % of cases" in message
    assert f"{round(100 * interval.low)} % to {round(100 * interval.high)} %" in message


def test_T07_passes_a_share_of_about_a_half() -> None:
    assert found("T07", scorecard=scorecard(hits(12, 4, 5))) == []  # 42 %, not distinguishable from 50 %


def test_the_same_people_failing_each_time_are_no_independent_cases() -> None:
    """12 of 48 by three people who always reach: an interval for 12 people, not for 48 cases."""
    always = np.where(np.arange(12)[:, None] < 3, 1.1, 0.9) * np.ones((12, 4))
    card = scorecard(always)
    share = clustered_share(card, card["attainment"].to_numpy() >= 1)
    # by hand: the design effect is 4 · 12/11, so Wilson at n = 11 and a share of 1/4, with z = 1.64485:
    # (0.25 + 0.12298) / 1.24596 = 0.29935 ± 1.64485 · 0.15045 / 1.24596 = 0.19862
    assert (share.value, share.n) == (0.25, 48)
    assert (round(share.low, 4), round(share.high, 4)) == (0.1007, 0.4980)


def test_a_share_of_nothing_is_refused() -> None:
    empty = clustered_share(pd.DataFrame({"participant": [], "period": []}), np.array([], dtype=bool))
    assert np.isnan(empty.value) and empty.n == 0


def bunched(above: int, below: int) -> np.ndarray:
    """Cases just above and just below the target, the rest far away, in four quarters of twelve people."""
    values = [1.01] * above + [0.99] * below
    return np.array(values + [0.7] * (48 - len(values))).reshape(12, 4)


def test_T08_finds_results_that_end_just_above() -> None:
    ((where, message),) = found("T08", scorecard=scorecard(bunched(14, 2)))
    assert where == "measures.revenue.target"
    assert "14 cases end within 3 % above the target and 2 within 3 % below" in message
    # exact: (1 + 16 + 120) / 2^16
    assert "p = 0.0021" in message and "never proof" in message


def test_T08_passes_equal_sides_and_refuses_too_few() -> None:
    assert found("T08", scorecard=scorecard(bunched(9, 7))) == []
    assert "9 rows lie close" in skipped("T08", scorecard=scorecard(bunched(7, 2)))


def test_T08_gives_whole_numbers_equally_many_values_on_either_side() -> None:
    """Of 40 visits 3 % is 1.2 visits: 39 below and 40 above; 41 is outside, else the upper side had two."""
    actual = np.array([39.0] * 10 + [40.0] * 10 + [41.0] * 28).reshape(12, 4)
    card = scorecard(actual / 40, "visits", target=40.0)
    assert found("T08", scorecard=card) == []


def test_T08_does_not_look_at_measures_that_do_not_add() -> None:
    card = scorecard(bunched(20, 0), "satisfaction")
    assert "0 rows with a number" in skipped("T08", scorecard=card)


def test_T09_finds_joiners_who_owe_all() -> None:
    ((where, message),) = found("T09", participants=example_roster())
    assert where == "measures.visits.target"  # a fixed sum; the revenue's table is not known here
    assert "1 joined: p2" in message


def test_T09_reads_the_joiners_targets_in_the_table() -> None:
    roster = example_roster()
    rows = [("p1", "2026-03", 100.0), ("p1", "2026-04", 100.0), ("p2", "2026-03", 95.0)]
    full = found("T09", participants=roster, targets=targets(rows))
    assert [where for where, _ in full] == ["measures.revenue.target", "measures.visits.target"]
    ramped = targets([*rows[:2], ("p2", "2026-03", 50.0)])
    assert [w for w, _ in found("T09", participants=roster, targets=ramped)] == ["measures.visits.target"]


def test_T09_passes_a_ramp_and_a_team_that_nobody_joins() -> None:
    assert found("T09", with_fields(ramp=(0.25, 0.5, 0.75)), participants=example_roster()) == []
    old = example_roster().iloc[:1]
    assert found("T09", participants=old) == []


def sized(slope: float, count: int = 20) -> pd.DataFrame:
    """People with targets from 1,000 up whose attainment goes with them, or with chance."""
    rank, noise = np.arange(count), np.random.default_rng(2).permutation(count)
    level = 1 + 0.02 * (slope * rank + (1 - abs(slope)) * noise)
    season = np.array([0.7, 1.0, 1.0, 1.3])  # of all targets alike
    card = scorecard(np.repeat(level[:, None], 4, axis=1))
    return card.assign(target=((1000.0 + 100 * rank)[:, None] * season).ravel())


def test_T11_finds_quotas_that_are_easier_for_the_large() -> None:
    ((where, message),) = found("T11", scorecard=sized(1.0))
    assert where == "measures.revenue.target"
    assert "rank correlation 1.00" in message and "p = 0.0002" in message and "20 participants" in message
    assert "easier to reach for those with large targets" in message


def test_T11_finds_quotas_that_are_harder_for_the_large() -> None:
    ((_, message),) = found("T11", scorecard=sized(-1.0))
    assert "rank correlation −1.00" in message and "harder to reach" in message


def test_T11_passes_chance_and_one_target_for_all() -> None:
    assert found("T11", scorecard=sized(0.0)) == []
    assert found("T11", scorecard=sized(1.0).assign(target=1000.0)) == []  # another rule's finding


def test_T11_leaves_out_parts_of_periods_and_refuses_fewer_than_fifteen() -> None:
    assert "14 participants can be compared; the rule needs 15" in skipped("T11", scorecard=sized(1.0, 14))
    card = sized(1.0)
    card.loc[card["participant"] > "p12", "exposure"] = 0.5
    assert "12 participants can be compared" in skipped("T11", scorecard=card)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_rank_correlation_is_spearman_s(seed: int) -> None:
    rng = np.random.default_rng(seed)
    x, y = rng.integers(0, 9, 30).astype(float), rng.normal(size=30)
    rho, p_value = _rank_correlation(x, y)
    other = stats.spearmanr(x, y)
    assert rho == pytest.approx(other.statistic) and p_value == pytest.approx(other.pvalue, abs=0.03)


def test_the_rank_correlation_of_what_does_not_vary_is_nothing() -> None:
    assert _rank_correlation(np.ones(20), np.arange(20.0)) == (0.0, 1.0)


def test_rules_on_the_scorecard_read_a_scheme_that_pays_by_the_month_by_its_months() -> None:
    monthly = with_parts({"pay_every": "month"})
    card = scorecard(np.full((12, 4), 1.2), periods=[f"2026-{m:02d}" for m in range(1, 5)])
    ((_, message),) = found("T06", monthly, scorecard=card)
    assert "in 4 months" in message and len(QUARTERS) == 8
