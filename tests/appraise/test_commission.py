"""Commissions against vendors' published examples and exact fractions."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.appraise import commission
from toolkit.scheme import RatePlan

# Oracle Sales Cloud, "Examples of Calculating Earnings Using Step Rates".
ORACLE = RatePlan(of="sales", by="amount", tiers=((0, 0.01), (1000, 0.02), (3000, 0.03), (8000, 0.05)))
UNITS = 10_000  # a credited amount comes in ten-thousandths


def earned(
    plan: RatePlan,
    amounts: list[float],
    reached: float = np.nan,
    target: float = np.nan,
    currency: str = "CNY",
) -> tuple[list[float], list[float]]:
    units = np.array([round(a * UNITS) for a in amounts])
    same = np.full(len(units), 1.0)
    minor, rate = commission(plan, units, same * reached, same * target, same * 0.03, currency)
    return (minor / (1 if currency == "JPY" else 100)).tolist(), rate.tolist()


def test_oracle_step_rates_of_single_periods() -> None:
    # The example's running totals 200, 500, 2,000, 3,200, 5,200, 9,700 as one credit each; its own increments
    # 2, 3, 20, 14, 30, 95 summed: 2, 5, 25, 39, 69, 164.
    assert earned(ORACLE, [200, 500, 2000, 3200, 5200])[0] == [2, 5, 30, 56, 116]
    assert earned(ORACLE, [1000, 3000, 8000, 9700])[0] == [10, 50, 200, 285]


def test_oracle_report_split_rates() -> None:
    # Oracle 24B, "Report Split Rates": 2,500 credited, 1 % to 1,000 and 2 % above: 40, a blended 1.6 %.
    plan = RatePlan(of="sales", by="amount", tiers=((0, 0.01), (1000, 0.02)))
    assert earned(plan, [2500]) == ([40.0], [0.016])


@pytest.mark.parametrize("split", ["none", "interpolated"])
def test_a_value_on_the_edge_takes_the_higher_tier(split: str) -> None:
    # Oracle Sales Cloud, "Equal Tier Values".
    plan = RatePlan(of="sales", by="amount", tiers=((0, 0.01), (1000, 0.02)), split=split)  # type: ignore[arg-type]
    assert earned(plan, [1000])[1] == [0.02]


def test_accelerators_at_a_hundred_and_thirty_percent() -> None:
    # prowi.io, "quota attainment": quota 250,000 at 130 % pays 19,375.
    tiers = ((0, 0), (0.5, 0.08), (1.0, 0.12), (1.25, 0.15), (1.5, 0.18))
    plan = RatePlan(of="sales", by="attainment", tiers=tiers)
    amounts, rate = earned(plan, [325_000], reached=1.3, target=250_000)
    assert amounts == [19_375.0]
    assert rate[0] == pytest.approx(19_375 / 325_000)


def test_none_puts_the_reached_tiers_rate_on_the_whole() -> None:
    plan = RatePlan(of="sales", by="attainment", tiers=((0, 0.05), (1.0, 0.08)), split="none")
    assert earned(plan, [99_000], reached=0.99, target=100_000)[0] == [4950]
    assert earned(plan, [100_000], reached=1.0, target=100_000)[0] == [8000]


def test_interpolated_rates_rise_between_edges_and_hold_for_the_whole() -> None:
    plan = RatePlan(
        of="sales", by="attainment", tiers=((0, 0.04), (1.0, 0.08), (1.5, 0.10)), split="interpolated"
    )
    assert earned(plan, [50_000], reached=0.5, target=100_000) == ([3000], [0.06])
    assert earned(plan, [200_000], reached=2.0, target=100_000) == ([20_000], [0.1])
    by_amount = RatePlan(of="sales", by="amount", tiers=((0, 0.0), (1000, 0.1)), split="interpolated")
    assert earned(by_amount, [250]) == ([6.25], [0.025])


def test_the_rosters_rate_and_one_rate_for_all() -> None:
    assert earned(RatePlan(of="sales", rate="roster"), [1000.5]) == ([30.02], [0.03])  # 30.015 half-up
    assert earned(RatePlan(of="sales", rate=0), [1000]) == ([0], [0])


def test_returns_are_taken_back_at_the_first_tiers_rate_and_nothing_earns_nothing() -> None:
    assert earned(ORACLE, [-500, 0]) == ([-5, 0], [0.01, 0.01])
    none = RatePlan(of="sales", by="attainment", tiers=((0, 0.05), (1.0, 0.08)), split="none")
    assert earned(none, [-100], reached=-0.1, target=1000) == ([-5], [0.05])


def test_a_currency_without_minor_units() -> None:
    assert earned(RatePlan(of="sales", rate=0.5), [1001], currency="JPY")[0] == [501]


def test_amounts_far_beyond_64_bits_of_a_product_stay_exact() -> None:
    assert earned(RatePlan(of="sales", rate=0.12345678), [9_999_999_999.99])[0] == [
        (1234567799.998765).__round__(2)
    ]


@given(
    st.lists(
        st.tuples(st.integers(1, 500_000), st.integers(0, 10**7)),
        min_size=1,
        max_size=4,
        unique_by=lambda t: t[0],
    ),
    st.integers(-(10**9), 10**10),
)
def test_steps_are_the_sum_of_slices_in_exact_fractions(tiers: list[tuple[int, int]], cents: int) -> None:
    ordered = sorted(tiers)
    edges = [0, *[edge for edge, _ in ordered[1:]]]
    rates = [rate for _, rate in ordered]
    plan = RatePlan(
        of="s", by="amount", tiers=tuple((e, r / 10**8) for e, r in zip(edges, rates, strict=True))
    )
    amount, total = Fraction(cents, 100), Fraction(0)
    for i, edge in enumerate(edges):
        upper = min(amount, Fraction(edges[i + 1])) if i + 1 < len(edges) else amount
        slice_ = upper if i == 0 else max(upper - edge, Fraction(0))
        total += slice_ * Fraction(rates[i], 10**8) * 100
    half_up = int(abs(total) + Fraction(1, 2)) * (1 if total >= 0 else -1)
    minor, _ = commission(
        plan, np.array([cents * 100]), np.array([np.nan]), np.array([np.nan]), np.array([0.0]), "CNY"
    )
    assert minor.tolist() == [half_up]
