"""Whether discounts grow where a late deal can still lift somebody over a tier (Larkin 2014)."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import stats

from toolkit.review.integrity.found import Found, need_people, refuse
from toolkit.stats import LEVEL

FEWEST_DEALS = 100
FEWEST_TOGETHER = 10  # deals that are both late and near, and as many of each other kind
LATE = 10  # days to the period's end
NEAR = 0.15  # of the target still to go to the next tier


def discount_near_tier(deals: pd.DataFrame, *, level: float = LEVEL) -> Found:
    """Discount rate of deals that are late and near a tier, beyond what being late and being near explain.

    A regression of the discount rate on late × near, with the person, the period by late (all discount more
    at some ends of a quarter), near, and the deal's list amount taken out. Its error comes from leaving one
    person out at a time.

    Parameters
    ----------
    deals : DataFrame
        participant, period, rate (discount ÷ list amount), size (list amount, above 0), days_left (to the
        period's end), gap (what is still lacking to the next tier before the deal, ÷ target; NaN above the
        last).

    Returns
    -------
    Found
        value: the additional discount, as a ratio of the list amount (0.02 is two points); facts: late_near
        (deals), plain (mean discount of all deals).

    Raises
    ------
    NotEnoughData
        Fewer than 100 deals with a discount, 10 deals of each kind, or 5 people; or the discount never
        differs.

    References
    ----------
    Larkin (2014), Journal of Labor Economics 32:199-227; jackknife over clusters as in `toolkit.stats`.

    Examples
    --------
    >>> random = np.random.default_rng(3)
    >>> deals = pd.DataFrame({"participant": random.integers(0, 12, 900), "period": 0})
    >>> deals["size"], deals["days_left"] = random.lognormal(11, 0.4, 900), random.integers(0, 90, 900)
    >>> deals["gap"], deals["rate"] = random.uniform(0, 1, 900), random.uniform(0, 0.12, 900)
    >>> deals.loc[(deals["days_left"] <= 10) & (deals["gap"] <= 0.15), "rate"] += 0.06
    >>> found = discount_near_tier(deals)
    >>> 0.03 < found.value < 0.09, found.p_value < 0.01
    (True, True)
    """
    known = deals.dropna(subset=["rate", "size", "days_left"])
    known = known[known["size"] > 0]
    if len(known) < FEWEST_DEALS:
        raise refuse("integrity.few_deals", value=len(known), need=FEWEST_DEALS)
    late = (known["days_left"] <= LATE).to_numpy()
    near = (known["gap"] <= NEAR).to_numpy()  # NaN is not near
    kinds = [int((late == a).astype(int) @ (near == b)) for a in (True, False) for b in (True, False)]
    if min(kinds) < FEWEST_TOGETHER:
        raise refuse("integrity.few_near_tier", value=min(kinds), need=FEWEST_TOGETHER)
    people = pd.factorize(known["participant"], sort=True)[0]
    need_people(len(np.unique(people[late & near])))
    rate = known["rate"].to_numpy(float)
    if float(np.ptp(rate)) == 0:
        raise refuse("integrity.no_discounts", value=round(100 * float(rate[0]), 1))
    value, spread, groups = _slope(rate, known, late, near, people)
    reach = stats.t.ppf((1 + level) / 2, groups - 1) * spread
    chance = float(stats.t.sf(value / spread, groups - 1)) if spread > 0 else float(value <= 0)
    facts = {"late_near": float(kinds[0]), "plain": float(rate.mean())}
    return Found(value, value - reach, value + reach, chance, len(known), groups, facts)


def _slope(
    rate: np.ndarray, known: pd.DataFrame, late: np.ndarray, near: np.ndarray, people: np.ndarray
) -> tuple[float, float, int]:
    """The coefficient of late × near, its jackknife error over people, and the number of people."""
    cells = pd.factorize(known["period"], sort=True)[0] * 2 + late
    together = (late & near).astype(float)
    columns = np.column_stack([together, near, np.log(known["size"].to_numpy(float)), rate])
    dummies = (cells[:, None] == np.unique(cells)[None, 1:]).astype(float)
    table = _within(np.column_stack([columns[:, :3], dummies, columns[:, 3]]), people)
    count = int(people.max()) + 1
    products = np.zeros((count, table.shape[1], table.shape[1]))
    for who, rows in enumerate(np.split(table[np.argsort(people, kind="stable")], _borders(people))):
        products[who] = rows.T @ rows
    every = products.sum(axis=0)
    whole = _solved(every[None])[0]
    left_out = _solved(every - products)
    apart = left_out - whole
    return float(whole), float(np.sqrt((count - 1) / count * (apart**2).sum())), count


def _within(table: np.ndarray, people: np.ndarray) -> np.ndarray:
    """Columns less each person's mean: leaving a person out then takes that person's rows and no more."""
    count = np.bincount(people)
    means = np.column_stack([np.bincount(people, column) for column in table.T]) / count[:, None]
    return table - means[people]


def _borders(people: np.ndarray) -> np.ndarray:
    return np.cumsum(np.bincount(people))[:-1]


def _solved(products: np.ndarray) -> np.ndarray:
    """The first coefficient of many regressions, given the products of their columns, the outcome last."""
    left, right = products[:, :-1, :-1], products[:, :-1, -1]
    # the least-squares solution of least length, where a period is one person's alone
    return np.einsum("gab,gb->ga", np.linalg.pinv(left, hermitian=True, rcond=1e-10), right)[:, 0]
