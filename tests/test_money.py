"""Exact money against Python's own decimals and integers, at sizes where floats and int64 fail."""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from toolkit.money import (
    divide,
    from_minor,
    from_units,
    minor_digits,
    product,
    split,
    times,
    to_minor,
    to_units,
)

AMOUNTS = st.floats(-1e13, 1e13, allow_nan=False)
HALVES = st.integers(-(10**13), 10**13).map(
    lambda k: (2 * k + 1) / 200
)  # a half minor unit, as a float writes it
BIG = 2**62 - 1


def by_decimal(written: str, digits: int) -> int:
    """Half-up away from zero, as decimal does it."""
    return int(Decimal(written).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP).scaleb(digits))


def by_fraction(x: Fraction) -> int:
    size = (2 * abs(x) + 1) // 2
    return int(size if x >= 0 else -size)


@pytest.mark.parametrize(
    ("currency", "digits"), [("CNY", 2), ("USD", 2), ("JPY", 0), ("KRW", 0), ("KWD", 3), ("BHD", 3)]
)
def test_minor_units_are_those_of_iso_4217(currency: str, digits: int) -> None:
    assert minor_digits(currency) == digits


def test_a_half_goes_up_as_on_paper_though_the_float_lies_below_it() -> None:
    assert 1.005 * 100 < 100.5  # what a float makes of it
    assert to_minor([2.675, 1.005, -2.675, 0.5], "CNY").tolist() == [268, 101, -268, 50]
    assert to_minor([0.5, 1.5, 2.5, -0.5], "JPY").tolist() == [1, 2, 3, -1]
    assert to_minor([1.2345, 1.2344], "KWD").tolist() == [1235, 1234]


@given(st.one_of(AMOUNTS, HALVES), st.sampled_from([0, 2, 3, 4]))
@example(0.0049999995, 2)  # so near a half that a tolerance would call it one
@example(12345678901234.564, 2)  # ×100 rounds to a half that is none
@example(4503599627370497.0, 0)  # +0.5 rounds to an even neighbour
@example(-0.0, 2)
def test_floats_round_as_the_decimal_they_are_written_as(amount: float, digits: int) -> None:
    assert to_units([amount], digits).tolist() == [by_decimal(repr(amount), digits)]


@given(st.decimals(-(10**12), 10**12, places=6))
def test_decimals_of_a_table_round_alike(amount: Decimal) -> None:
    column = pd.Series([amount], dtype=pd.ArrowDtype(pa.decimal128(20, 6)))
    assert to_minor(column, "CNY").tolist() == [by_decimal(str(amount), 2)]
    assert to_minor(pd.Series([amount], dtype=object), "CNY").tolist() == [by_decimal(str(amount), 2)]


def test_integers_beyond_a_floats_53_bits_stay_exact() -> None:
    odd = 2**53 + 1
    assert float(odd) != odd
    assert to_minor([odd, -odd], "JPY").tolist() == [odd, -odd]
    assert to_minor(pd.Series([odd]), "CNY").tolist() == [odd * 100]


@pytest.mark.parametrize(
    "amounts",
    [
        [1.0, float("nan")],
        [float("inf")],
        pd.Series([Decimal(1), None], dtype=object),
        pd.Series([Decimal("Infinity")], dtype=object),
        pd.Series([None, Decimal(1)], dtype=pd.ArrowDtype(pa.decimal128(10, 2))),
        ["twelve"],
    ],
)
def test_a_missing_or_endless_amount_is_refused(amounts: object) -> None:
    with pytest.raises(ValueError, match="missing or not finite"):
        to_minor(amounts, "CNY")  # type: ignore[arg-type]


@pytest.mark.parametrize("amounts", [[5e16], [-5e16], [10**17], pd.Series([Decimal(10**17)], dtype=object)])
def test_an_amount_beyond_exact_work_is_refused(amounts: object) -> None:
    with pytest.raises(ValueError, match="too large"):
        to_minor(amounts, "CNY")  # type: ignore[arg-type]


def test_nothing_gives_nothing() -> None:
    assert to_minor([], "CNY").dtype == np.int64 and len(to_minor([], "CNY")) == 0
    assert from_minor(np.array([], dtype=np.int64), "CNY").empty


@given(st.lists(st.integers(-BIG, BIG), min_size=1), st.sampled_from(["JPY", "CNY", "KWD"]))
@example([2**53 + 1, -(2**53) - 1, -1, 0], "CNY")
def test_from_minor_is_exact_and_comes_back(units: list[int], currency: str) -> None:
    column = from_minor(np.array(units), currency)
    places = {"JPY": 0, "CNY": 2, "KWD": 3}[currency]
    assert column.tolist() == [Decimal(u).scaleb(-places) for u in units]
    assert column.dtype == pd.ArrowDtype(pa.decimal128(20, places))
    assert to_minor(column, currency).tolist() == units


def test_from_units_keeps_the_index_and_sums_exactly() -> None:
    column = from_units(np.array([10, 2**53 + 1]), 1, pd.Index(["a", "b"]))
    assert column.index.tolist() == ["a", "b"]
    assert column.sum() == Decimal("900719925474100.3")


@given(st.integers(-(10**17), 10**17), st.decimals(0, 40, places=8))
@example(10**17, Decimal("40"))  # 4 × 10^26 before the division: beyond int64
@example(-5, Decimal("0.5"))
def test_times_is_half_up_at_any_size(units: int, ratio: Decimal) -> None:
    expected = by_fraction(Fraction(units) * Fraction(ratio))
    assert times(np.array([units]), np.array([float(ratio)])).tolist() == [expected]


def test_times_reads_a_ratio_at_eight_decimals_and_takes_one_for_all() -> None:
    assert times(np.array([10**9]), 0.000000014).tolist() == [10]  # read as 0.00000001
    assert times(np.array([100, 200, -50]), 0.07).tolist() == [7, 14, -4]  # −3.5 away from zero


def test_times_refuses_a_missing_ratio_and_a_product_beyond_int64() -> None:
    with pytest.raises(ValueError, match="missing"):
        times(np.array([100]), np.array([np.nan]))
    with pytest.raises(OverflowError):
        times(np.array([BIG]), np.array([40.0]))


@given(st.lists(st.tuples(st.integers(-BIG, BIG), st.integers(-BIG, BIG)), min_size=1))
def test_products_are_those_of_python_integers(pairs: list[tuple[int, int]]) -> None:
    a, b = (np.array(side) for side in zip(*pairs, strict=True))
    assert [int(x) for x in product(a, b)] == [x * y for x, y in pairs]


@given(st.lists(st.integers(-BIG, BIG), min_size=1), st.integers(1, 10**9))
def test_divide_is_half_up_away_from_zero(units: list[int], by: int) -> None:
    expected = [by_fraction(Fraction(u, by)) for u in units]
    assert divide(np.array(units), by).tolist() == expected
    assert divide(np.array(units, dtype=object), by).tolist() == expected


SHARES = st.lists(
    st.one_of(st.floats(0, 1e6), st.integers(0, 10**6), st.sampled_from([1e-12, 1 / 3, 1e15])), min_size=1
)


@given(st.integers(-(10**18), 10**18), SHARES.filter(lambda shares: sum(shares) > 0))
@example(10**18, [1e-30, 1, 1e30])
@example(100, [1e-300, 1e-300, 1e-300])
def test_a_split_loses_nothing_and_is_within_a_unit_of_each(total: int, shares: list[float]) -> None:
    parts = split(total, shares)
    assert sum(int(p) for p in parts) == total
    weights = [Fraction(Decimal(str(s))) for s in shares]
    exact = [total * w / sum(weights) for w in weights]
    assert all(abs(int(p) - e) < 1 for p, e in zip(parts, exact, strict=True))


def test_the_largest_remainders_take_what_is_left_and_ties_go_by_order() -> None:
    # Hamilton's method by hand: 10 × (0.48, 0.31, 0.21) = 4.8, 3.1, 2.1, so the last one goes to the first
    assert split(10, [0.48, 0.31, 0.21]).tolist() == [5, 3, 2]
    assert split(5, [1, 1, 1]).tolist() == [2, 2, 1]
    assert split(-5, [1, 1, 1]).tolist() == [-2, -2, -1]
    assert split(1, [0, 1, 1]).tolist() == [0, 1, 0]


def test_who_has_no_share_gets_nothing() -> None:
    assert split(7, [0, 3, 0]).tolist() == [0, 7, 0]
    assert split(0, [1, 2]).tolist() == [0, 0]


@pytest.mark.parametrize(
    "shares", [[], [0, 0], [1, -1, 3], [1, float("nan")], [1, None], [1, float("inf")], [-1, -2]]
)
def test_shares_that_are_none_are_refused(shares: list[float]) -> None:
    with pytest.raises(ValueError, match="share"):
        split(100, shares)
