"""What the rules of pay read in tables: who is covered, what they were paid, shares with their intervals."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import stats

from toolkit.errors import NotEnoughData, Problem
from toolkit.language import number, percent
from toolkit.review.lint.look import Look
from toolkit.scheme.coverage import applies
from toolkit.scheme.parts import ShareOfBase
from toolkit.stats import FEWEST_CLUSTERS, LEVEL, Estimate, share_interval


def covered(look: Look) -> pd.DataFrame:
    """The roster's last row of everybody whom the scheme covers while it holds.

    Returns
    -------
    DataFrame
        The roster's columns, with base and incentive as floats (blank where the roster has no such column);
        both are for the scheme's `pay.per`.

    Raises
    ------
    NotEnoughData
        The roster lacks a column that the scheme applies by.
    """
    scheme, table = look.scheme, look.own("participants")
    lacking = [column for column in scheme.applies_to if column not in table]
    if lacking:
        raise NotEnoughData(Problem("lint_pay.no_column", value=", ".join(lacking)))
    left = table["left_on"] if "left_on" in table else pd.Series(pd.NaT, index=table.index)
    gone = (left < pd.Timestamp(scheme.effective.from_)).to_numpy(dtype=bool)
    rows = table[applies(scheme, table) & ~gone]
    if "valid_from" in rows:
        rows = rows.sort_values("valid_from", na_position="first", kind="stable")
    rows = rows.drop_duplicates("participant", keep="last")
    base, incentive = _floats(rows, "base_salary"), _floats(rows, "target_incentive")
    share = scheme.pay.target_incentive
    if isinstance(share, ShareOfBase):
        incentive = base * share.share_of_base
    return rows.assign(base=base, incentive=incentive)


def _floats(table: pd.DataFrame, column: str) -> np.ndarray:
    if column not in table:
        return np.full(len(table), np.nan)
    return table[column].to_numpy(dtype=float, na_value=np.nan)


def periods_of(look: Look, table: str, column: str) -> pd.DataFrame:
    """The scheme's rows of a table in its pay periods, where a column has a number."""
    rows = look.own(table)
    rows = rows[look.calendar.of_grain(rows["period"], look.scheme.pay_every).to_numpy(dtype=bool)]
    return rows[rows[column].notna()]


def paid(look: Look) -> pd.DataFrame:
    """What everybody was paid in each period in which they had a chance to earn.

    Returns
    -------
    DataFrame
        participant, period, payout, incentive (NaN where the scheme has none), earned (payout without
        commissions and pool where there is an incentive, for only that compares with it), value (earned ÷
        incentive, or the payout itself). Rows that only later events made are left out, and so is whose
        incentive is 0.
    """
    rows, plan = look.own("payouts"), look.scheme.pay
    incentive, ratio = _floats(rows, "target_incentive"), _floats(rows, "payout_ratio")
    payout, credited = _floats(rows, "payout"), _floats(rows, "credited")
    mixed = plan.by_incentive and (bool(plan.rates) or plan.pool is not None)
    earned = incentive * ratio if mixed else payout
    with np.errstate(divide="ignore", invalid="ignore"):
        value = earned / incentive if plan.by_incentive else payout
    due = incentive > 0 if plan.by_incentive else ~np.isnan(credited)
    found = rows[["participant", "period"]].assign(
        payout=payout, incentive=incentive, earned=earned, value=value, credited=credited
    )
    return found[due].reset_index(drop=True)


def enough(rows: pd.DataFrame, *, least_rows: float = 0, people: float = 0, periods: float = 0) -> None:
    """Refuse tables of fewer rows, people or periods.

    Raises
    ------
    NotEnoughData
        Naming what is too few.
    """
    counts = (
        ("lint_pay.too_few_rows", len(rows), least_rows),
        ("lint_pay.too_few_people", rows["participant"].nunique(), people),
        ("lint_pay.too_few_periods", rows["period"].nunique(), periods),
    )
    short = [
        Problem(code, value=have, values={"least": int(need)}) for code, have, need in counts if have < need
    ]
    if short:
        raise NotEnoughData(short)


def pooled(top: np.ndarray, bottom: np.ndarray, people: pd.Series, level: float = LEVEL) -> Estimate:
    """A ratio of sums over people's periods, clustered by person.

    The interval leaves out one person at a time (cluster jackknife) and takes a t quantile on people − 1. It
    does not cover a shock that moved everybody.

    Parameters
    ----------
    top, bottom : ndarray, shape (rows,)
        Numerators and denominators; of a share: 0 or 1, and ones.
    people : Series
        Whose row it is.
    level : float
        Two-sided, 0-1.

    Returns
    -------
    Estimate
        `n` counts people; no interval with fewer than 3.

    References
    ----------
    MacKinnon, Nielsen and Webb (2023), Journal of Applied Econometrics 38:671-694.

    Examples
    --------
    >>> people = pd.Series(["a", "a", "b", "b", "c", "c"])
    >>> found = pooled(np.array([1.0, 1, 0, 0, 1, 0]), np.ones(6), people)
    >>> round(found.value, 3), found.n
    (0.5, 3)
    """
    codes = pd.factorize(people)[0]
    tops, bottoms = np.bincount(codes, top), np.bincount(codes, bottom)
    n = len(tops)
    value = tops.sum() / bottoms.sum()
    if n < FEWEST_CLUSTERS:
        return Estimate(float(value), np.nan, np.nan, n)
    others = (tops.sum() - tops) / (bottoms.sum() - bottoms)
    reach = stats.t.ppf((1 + level) / 2, n - 1) * np.sqrt((n - 1) / n * ((others - value) ** 2).sum())
    return Estimate(float(value), float(value - reach), float(value + reach), n)


def share_of(flags: np.ndarray, people: pd.Series) -> Estimate:
    """A share of people's periods, between 0 and 1.

    Where all are alike people do not differ, and the width comes from their number alone (Wilson).

    Examples
    --------
    >>> found = share_of(np.array([True, True, True]), pd.Series(["a", "b", "c"]))
    >>> found.value, round(found.low, 2), found.high
    (1.0, 0.53, 1.0)
    """
    found = pooled(flags.astype(float), np.ones(len(flags)), people)
    if found.value in (0.0, 1.0):
        return share_interval(int(found.value) * found.n, found.n)
    return found._replace(low=max(found.low, 0.0), high=min(found.high, 1.0))


def interval(found: Estimate, language: str) -> dict[str, str]:
    """An estimate's interval and level for a message: low, high, level, people."""
    low, high = (percent(x, language) for x in (found.low, found.high))
    return {"low": low, "high": high, "level": percent(LEVEL, language), "people": number(found.n, language)}
