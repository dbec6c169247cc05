"""Formulas that Excel and LibreOffice compute alike: curves, grids, and exact products of money.

Rounding is Python's: ratios and scores at 8 decimals before they meet an edge, money half-up in whole minor
units. Only functions that both programs have since 2007 are used: nothing spills, nothing needs a macro.
"""

from __future__ import annotations

from collections.abc import Sequence

from toolkit.money import minor_digits
from toolkit.scheme.curve import DECIMALS, Curve

BELOW = -1e99  # where a curve's lowest step begins


def curve_rows(curve: Curve) -> list[tuple[float, float, float, float]]:
    """A curve as the rows of its table: from x on, the value there, its change to the next x, the way to it.

    Examples
    --------
    >>> curve_rows(Curve("score", ((60, 0.0), (80, 0.5))))
    [(-1e+99, 0.0, 0.0, 1.0), (60.0, 0.0, 0.5, 20.0), (80.0, 0.5, 0.0, 1.0)]
    """
    rows = [(BELOW, float(curve.below or 0.0), 0.0, 1.0)]
    points = [(round(x, DECIMALS), y) for x, y in curve.points]
    for i, (x, y) in enumerate(points):
        following = points[i + 1] if i + 1 < len(points) else (x + 1.0, y)
        if following[0] > x:  # of a repeated x the second value holds from there on
            rows.append((x, y, following[1] - y, following[0] - x))
    return rows


def on_curve(x: str, table: str) -> str:
    """The value of a curve's table at x, a cell that holds a number at 8 decimals.

    Examples
    --------
    >>> on_curve("P4", "curve_1")[:21]
    'ROUND(VLOOKUP(P4,curv'
    """
    found = [f"VLOOKUP({x},{table},{column})" for column in (1, 2, 3, 4)]
    return f"ROUND({found[1]}+{found[2]}*(({x}-{found[0]})/{found[3]}),{DECIMALS})"


def in_grid(row: str, column: str, rows: str, columns: str, values: str) -> str:
    """The value of a grid; below the first edge on either side 0."""
    outside = f"OR({row}<INDEX({rows},1),{column}<INDEX({columns},1))"
    found = f"INDEX({values},MATCH({row},{rows},1),MATCH({column},{columns},1))"
    return f"IF({outside},0,{found})"


def in_units(cell: str, digits: int) -> str:
    """An amount as a whole number of its smallest units."""
    return f"ROUND({cell}*1E{digits},0)" if digits else f"ROUND({cell},0)"


def times(cell: str, ratio: str, currency: str) -> str:
    """An amount of money, zero or more, times a ratio: half-up at the minor unit, exactly.

    Units × ratio reaches 10^17 and more, beyond the 2^53 up to which a spreadsheet counts exactly and the 15
    digits at which it compares. So both are split at 10^4: with u = a·10^4 + b and r = c·10^4 + d the product
    over 10^8 is a·c + (a·d + b·c + b·d/10^4)/10^4. Every term is a whole number below 10^15 for amounts under
    10^12 units, and what `b·d/10^4` loses cannot reach the half, which is a multiple of it.
    """
    digits = minor_digits(currency)
    return _money(exact([(in_units(cell, digits), in_units(ratio, 8))], 4), digits)


def scaled(amount: str, ratio: str) -> str:
    """An amount of 4 decimals, zero or more, times a ratio: half-up at its fourth decimal, exactly."""
    return _money(exact([(in_units(amount, 4), in_units(ratio, 8))], 4), 4)


def commission(parts: Sequence[tuple[str, str]], sign: str, currency: str) -> str:
    """Amounts (4 decimals) at their rates (8 decimals), summed, then rounded once, half-up.

    Parameters
    ----------
    parts : sequence of (cell of the amount, cell of the rate)
    sign : str
        The cell whose sign the sum has: a return takes back.
    currency : str
    """
    digits = minor_digits(currency)
    places = 12 - digits  # the sum counts in 10^-12
    rate = "*10" if places % 2 else ""  # split at half of its places, which must be whole
    terms = [(f"ABS({in_units(amount, 4)})", f"({in_units(cell, 8)}{rate})") for amount, cell in parts]
    return f"SIGN({sign})*{_money(exact(terms, (places + 1) // 2), digits)}"


def exact(terms: Sequence[tuple[str, str]], places: int) -> str:
    """The sum of products of whole numbers, over 10^(2 × places), half-up; every part of it stays exact."""
    base = f"1E{places}"
    high = [(f"INT({u}/{base})", f"INT({r}/{base})") for u, r in terms]
    low = [(f"MOD({u},{base})", f"MOD({r},{base})") for u, r in terms]
    whole = "+".join(f"{a}*{c}" for a, c in high)
    middle = "+".join(f"{a}*{d}+{b}*{c}" for (a, c), (b, d) in zip(high, low, strict=True))
    rest = "+".join(f"{b}*{d}" for b, d in low)
    return f"({whole}+INT(({middle}+INT(({rest})/{base})+5E{places - 1})/{base}))"


def _money(units: str, digits: int) -> str:
    return f"{units}/1E{digits}" if digits else units
