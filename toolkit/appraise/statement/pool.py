"""A pool shared by points: to the minor unit, with nothing lost, within the scheme, a team or a region."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from toolkit.appraise.commission import AMOUNT_DIGITS
from toolkit.appraise.statement.sheet import Sheet
from toolkit.data.panel.spine import UNASSIGNED
from toolkit.money import RATIO_UNITS, divide, minor_digits, split, to_minor, to_units
from toolkit.scheme.curve import DECIMALS


@dataclass(frozen=True)
class PoolShares:
    """Of each row: its group, the group's pool and its part of it in minor units, points, their share."""

    group: np.ndarray
    pool: np.ndarray
    amount: np.ndarray
    points: np.ndarray
    share: np.ndarray

    def only(self, kept: np.ndarray) -> PoolShares:
        """The shares of some of the rows."""
        return PoolShares(*(column[kept] for column in vars(self).values()))


def pool_shares(sheet: Sheet, takes: np.ndarray, incentive: np.ndarray) -> PoolShares:
    """Share out the pools of every pay period.

    Parameters
    ----------
    sheet : Sheet
        All rows that are due: the actuals of those who cannot be paid still feed a pool `of` a measure.
    takes : array of bool
        Who has a share.
    incentive : array of int
        Minor units; read by points `score_by_incentive`.
    """
    plan = sheet.scheme.pay.pool
    assert plan is not None
    group = _groups(sheet)
    pools = _pools(sheet, group)
    weights = _points(sheet, takes, incentive)
    amount, share = np.zeros(len(sheet), dtype=np.int64), np.zeros(len(sheet))
    order = np.argsort(group, kind="stable")
    edges = np.flatnonzero(np.diff(group[order])) + 1
    for rows in np.split(order, edges) if len(order) else ():
        own = [weights[i] for i in rows]
        total = sum(own)
        if total > 0:
            amount[rows] = split(int(pools[rows[0]]), np.array(own, dtype=object))
            share[rows] = [w / total for w in own]
    by = RATIO_UNITS if plan.points == "score" else 10 ** minor_digits(sheet.scheme.currency)
    scale = RATIO_UNITS * by
    points = np.array([w / scale for w in weights], dtype=float)
    return PoolShares(group, pools, amount, points, share)


def _groups(sheet: Sheet) -> np.ndarray:
    """A number for each period and team, region or scheme."""
    within = sheet.scheme.pay.pool.within if sheet.scheme.pay.pool is not None else "scheme"
    when, names = pd.factorize(sheet.rows["period"])
    if within == "scheme":
        return when
    return pd.factorize(sheet.rows[within].fillna(UNASSIGNED))[0] * len(names) + when


def _pools(sheet: Sheet, group: np.ndarray) -> np.ndarray:
    """Each row's pool in minor units: a sum agreed, or a rate of what the group brought; never below 0."""
    plan, currency = sheet.scheme.pay.pool, sheet.scheme.currency
    assert plan is not None
    if plan.amount is not None:
        return np.full(len(sheet), to_minor([plan.amount], currency)[0], dtype=np.int64)
    actual = np.nan_to_num(sheet.read(plan.of, "actual"))
    # A team's own measure stands on each of its members and counts once.
    again = pd.DataFrame({"group": group, "unit": sheet.units(plan.of).to_numpy()}).duplicated().to_numpy()
    units = to_units(np.where(again, 0.0, actual), AMOUNT_DIGITS)
    total = np.zeros(int(group.max(initial=-1)) + 1, dtype=np.int64)
    np.add.at(total, group, units)
    rate = int(to_units([plan.rate or 0.0], DECIMALS)[0])
    exact = np.maximum(total, 0).astype(object) * rate
    return divide(exact, 10 ** (AMOUNT_DIGITS + DECIMALS - minor_digits(currency)))[group]


def _points(sheet: Sheet, takes: np.ndarray, incentive: np.ndarray) -> list[int]:
    """Each row's points as whole numbers: score × exposure, or score × target incentive; none below 0."""
    plan = sheet.scheme.pay.pool
    assert plan is not None
    score = np.where(takes, np.maximum(np.nan_to_num(sheet.numbers("score")), 0.0), 0.0)
    by = to_units(np.nan_to_num(sheet.numbers("exposure")), DECIMALS) if plan.points == "score" else incentive
    by = np.where(takes, by, 0)
    return (to_units(score, DECIMALS).astype(object) * by.astype(object)).tolist()
