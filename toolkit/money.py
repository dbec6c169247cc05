"""Exact money: integer minor units inside, exact decimals in tables, half-up rounding, pools that sum."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation

import numpy as np
import pandas as pd
import pyarrow as pa

_EXACT = Context(prec=100, rounding=ROUND_HALF_UP)  # decimal's half-up is away from zero
# Digits of an exact amount: an int64 has 19; at Arrow's limit of 38 two columns could not be added.
MONEY_DIGITS = 20
RATIO_UNITS = 10**8  # ratios and rates are read at 8 decimals
_SAFE = 2**62  # products below this fit an int64 with room for the rounding half
_NO_MINOR_UNIT = frozenset({"JPY", "KRW", "VND", "CLP", "ISK"})  # ISO 4217, exponent 0
_THREE_DIGITS = frozenset({"KWD", "BHD", "OMR", "TND", "JOD", "IQD"})  # ISO 4217, exponent 3


def minor_digits(currency: str) -> int:
    """How many decimals the currency's minor unit has (ISO 4217): CNY 2, JPY 0, KWD 3."""
    return 0 if currency in _NO_MINOR_UNIT else 3 if currency in _THREE_DIGITS else 2


def to_units(values: pd.Series | np.ndarray | list[float], digits: int) -> np.ndarray:
    """Amounts as whole numbers of 10^-digits, rounded half-up away from zero at that digit.

    A float is taken for the decimal it is written as: 2.675 is 2.68 at two digits, as on paper.

    Raises
    ------
    ValueError
        An amount is missing or not finite, or too large for exact work (over 4 × 10^18 units).
    """
    series = pd.Series(values)
    if series.isna().any():
        raise ValueError("an amount is missing or not finite")
    floating = not isinstance(series.dtype, pd.ArrowDtype) and pd.api.types.is_float_dtype(series.dtype)
    if floating:
        return _floats_to_units(series.to_numpy(dtype=float), digits)
    return _sized([_half_up(v, digits) for v in series])


def _floats_to_units(floats: np.ndarray, digits: int) -> np.ndarray:
    if not np.isfinite(floats).all():
        raise ValueError("an amount is missing or not finite")
    scaled = np.abs(floats) * 10.0**digits
    if len(floats) and scaled.max() >= _SAFE:
        raise ValueError("an amount is too large for exact work")
    units = np.floor(scaled + 0.5).astype(np.int64)
    # The product is off by up to 2^-52 of its size; where that could decide, the written decimal does.
    in_doubt = np.abs(scaled - np.floor(scaled) - 0.5) <= scaled * 2.0**-51
    units[in_doubt] = [_half_up(v, digits) for v in np.abs(floats[in_doubt])]
    return np.where(floats < 0, -units, units)


def _half_up(value: object, digits: int) -> int:
    try:
        scaled = Decimal(str(value)).scaleb(digits, _EXACT)
        return int(scaled.to_integral_value(context=_EXACT))
    except (InvalidOperation, OverflowError, ValueError):
        raise ValueError(f"an amount is missing or not finite: {value!r}") from None


def _sized(units: list[int]) -> np.ndarray:
    if any(abs(unit) >= _SAFE for unit in units):
        raise ValueError("an amount is too large for exact work")
    return np.array(units, dtype=np.int64)


def to_minor(values: pd.Series | np.ndarray | list[float], currency: str) -> np.ndarray:
    """Amounts as whole minor units (cents, 分), half-up.

    Examples
    --------
    >>> to_minor([12.345, 0.1], "CNY").tolist()
    [1235, 10]
    """
    return to_units(values, minor_digits(currency))


def from_units(units: np.ndarray, digits: int, index: pd.Index | None = None) -> pd.Series:
    """Whole units as exact decimals with `digits` places (Arrow decimal128)."""
    units = np.ascontiguousarray(units, dtype="<i8")
    words = np.empty((len(units), 2), dtype="<i8")  # a 128-bit integer: low word, then its sign
    words[:, 0], words[:, 1] = units, units >> 63
    kind, buffer = pa.decimal128(MONEY_DIGITS, digits), pa.py_buffer(words.tobytes())
    array = pa.Array.from_buffers(kind, len(units), [None, buffer])
    return pd.Series(array, index=index, dtype=pd.ArrowDtype(array.type))


def from_minor(units: np.ndarray, currency: str, index: pd.Index | None = None) -> pd.Series:
    """Whole minor units as exact amounts.

    Examples
    --------
    >>> from_minor(np.array([1235, -10]), "CNY").astype(str).tolist()
    ['12.35', '-0.10']
    """
    return from_units(units, minor_digits(currency), index)


def times(units: np.ndarray, ratio: np.ndarray | float) -> np.ndarray:
    """units × ratio, half-up away from zero, in integers; the ratio is read at 8 decimals.

    Raises
    ------
    ValueError
        A ratio is missing or not finite.
    OverflowError
        A product has more units than an int64 holds.

    Examples
    --------
    >>> times(np.array([1000, 3]), np.array([0.0005, 0.5])).tolist()
    [1, 2]
    """
    rates = to_units(np.broadcast_to(np.asarray(ratio, dtype=float), np.shape(units)), 8)
    return divide(product(np.asarray(units, dtype=np.int64), rates), RATIO_UNITS)


def product(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """a × b exactly: int64 where it fits, Python integers where it does not."""
    if len(a) and int(np.abs(a).max()) * int(np.abs(b).max()) >= _SAFE:
        return a.astype(object) * b.astype(object)
    return a * b


def divide(a: np.ndarray, by: int) -> np.ndarray:
    """a ÷ by, half-up away from zero, as int64.

    Raises
    ------
    OverflowError
        A quotient is beyond an int64.

    Examples
    --------
    >>> divide(np.array([5, -5, 4]), 10).tolist()
    [1, -1, 0]
    """
    size = np.abs(a)
    whole = (size * 2 + by) // (2 * by) if size.dtype == object else (size // by) + ((size % by) * 2 >= by)
    return np.where(a < 0, -whole, whole).astype(np.int64)


def split(total: int, shares: np.ndarray | list[float]) -> np.ndarray:
    """Split a total of whole units by shares with nothing lost: largest remainder, ties by order.

    Raises
    ------
    ValueError
        A share is negative, missing, or all are zero.

    Examples
    --------
    >>> split(100, [1, 1, 1]).tolist()
    [34, 33, 33]
    """
    weights = _whole_weights(shares)
    whole = sum(weights)
    if whole <= 0 or min(weights) < 0:
        raise ValueError("shares must be zero or more, and not all zero")
    size, sign = abs(int(total)), -1 if total < 0 else 1
    units = [size * w // whole for w in weights]
    left = size - sum(units)
    for i in sorted(range(len(units)), key=lambda i: -(size * weights[i] % whole))[:left]:
        units[i] += 1
    return np.array([sign * u for u in units], dtype=np.int64)


def _whole_weights(shares: np.ndarray | list[float]) -> list[int]:
    """Shares as integers in the same proportions: each at the decimal it is written as."""
    if pd.isna(pd.Series(list(shares), dtype=object)).any():
        raise ValueError("a share is missing")
    weights = [Decimal(str(s)) for s in shares]
    if not all(w.is_finite() for w in weights):
        raise ValueError("a share is not finite")
    places = max((-int(w.as_tuple().exponent) for w in weights), default=0)
    return [int(w.scaleb(max(places, 0), Context(prec=1000))) for w in weights]
