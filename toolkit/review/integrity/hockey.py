"""Whether orders crowd into the last days of a pay period and are missing in the first days of the next."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import stats

from toolkit.periods import Calendar
from toolkit.review.integrity.found import Found, need_people, refuse, sign_chance
from toolkit.stats import LEVEL, Estimate, ratio_change
from toolkit.working_days import are_working

FEWEST_PERIODS = 4  # a convention
FEWEST_ORDERS = 100  # with fewer the last five days hold a handful
FEWEST_OTHERS = 4  # month ends that end no pay period, to compare with
FEWEST_ORDER_DAYS = 5  # days with orders in the middle month: systems that book in a batch have no rhythm
WINDOW = 5  # working days
SHORTEST = 12  # working days of a month that has a middle beside both windows
_SHUFFLES = 1999
_DAY = np.timedelta64(1, "D")
COLUMNS = [
    *("period", "start", "first_to", "last_from", "end", "working", "off", "off_first", "off_last"),
    *("ends", "begins", "turn"),
]


def stretches(periods: pd.DataFrame, calendar: Calendar, country: str | None = None) -> pd.DataFrame:
    """The months of each pay period, with the first and last five working days of each.

    A calendar of named periods has no months: there each period is cut into three stretches of equally many
    working days.

    Parameters
    ----------
    periods : DataFrame
        period, start, end (days, inclusive), in order of time.
    calendar : Calendar
    country : str, optional
        Whose working days count, as in `toolkit.working_days`.

    Returns
    -------
    DataFrame
        period, start, first_to (last day of the first window), last_from (first day of the last window), end,
        working and off (days), off_first and off_last (days off in either window), ends and begins (whether
        the pay period ends or begins with it), turn (it begins a calendar year). Months of fewer than 12
        working days are left out.

    Examples
    --------
    >>> quarter = Calendar().between("2026-01-01", "2026-03-31", "quarter")
    >>> stretches(quarter, Calendar())[["first_to", "last_from", "ends"]].astype(str).iloc[-1].tolist()
    ['2026-03-06', '2026-03-25', 'True']
    """
    rows = []
    for name, start, end in periods[["period", "start", "end"]].itertuples(index=False):
        parts = _parts(name, start, end, calendar, country)
        for i, (first, last) in enumerate(parts):
            days = np.arange(first, last + _DAY)
            on = are_working(days, country)
            worked, free = days[on], days[~on]
            if len(worked) < SHORTEST:
                continue
            turn = i == 0 and (first - WINDOW * _DAY).astype("datetime64[Y]") < last.astype("datetime64[Y]")
            place = (first, worked[WINDOW - 1], worked[-WINDOW], last)
            off = len(free), int((free <= place[1]).sum()), int((free >= place[2]).sum())
            rows.append((name, *place, len(worked), *off, i == len(parts) - 1, i == 0, bool(turn)))
    frame = pd.DataFrame(rows, columns=COLUMNS)
    return frame.astype(dict.fromkeys(COLUMNS[1:5], "datetime64[s]") | {"period": "str"})


def _parts(
    name: str, start: pd.Timestamp, end: pd.Timestamp, calendar: Calendar, country: str | None
) -> list[tuple[np.datetime64, np.datetime64]]:
    months = calendar.contains(name, "month") if "month" in calendar.grains else []
    if months:
        return [(_on(a), _on(b)) for a, b in map(calendar.bounds, months)]
    days = np.arange(_on(start), _on(end) + _DAY)
    borders = np.array_split(days[are_working(days, country)], 3)
    firsts = [days[0], *(part[0] for part in borders[1:])]
    return list(zip(firsts, [*(x - _DAY for x in firsts[1:]), days[-1]], strict=True))


def _on(day: pd.Timestamp) -> np.datetime64:
    return np.datetime64(day, "D")


def hockey_stick(
    orders: pd.DataFrame,
    months: pd.DataFrame,
    country: str | None = None,
    *,
    level: float = LEVEL,
    seed: int = 0,
) -> Found:
    """Compare the last and first working days of pay periods with those of the months in between.

    A season makes whole months high or low, and every month has a rhythm of its own; both are in the months
    that end no pay period too. So orders a day on the last five working days of a month, against the middle
    of the month, are compared between months that end a pay period and all others, and those on the first
    five working days between months that begin one and all others. Orders pulled forward raise the first and
    lower the second; a year-end only raises the first. The dip leaves out the first days of a calendar year,
    when much trade rests, and of the first period. The chance is the largest of four: spike and dip, each
    between people (one left out at a time) and between months (shuffled), which all people share.

    Parameters
    ----------
    orders : DataFrame
        participant, day and amount (or 1 an order) above 0.
    months, country
        As `stretches` gives and takes them.

    Returns
    -------
    Found
        value: the relative rise of the last days' pace at the ends of pay periods; facts: dip (change of the
        first days' pace after), last_month and even (the last month's share of orders and of working days).

    Raises
    ------
    NotEnoughData
        Fewer than 4 pay periods, 100 orders, 5 people or 4 other month ends; orders on under 5 days a month.

    References
    ----------
    Oyer (1998), Quarterly Journal of Economics 113:149-185; Larkin (2014), Journal of Labor Economics
    32:199-227. The comparison with other months is ours.

    Examples
    --------
    >>> random, calendar = np.random.default_rng(2), Calendar()
    >>> months = stretches(calendar.between("2024-01-01", "2025-12-31", "quarter"), calendar)
    >>> days = pd.Timestamp("2024-01-01") + pd.to_timedelta(random.integers(0, 731, 6000), "D")
    >>> orders = pd.DataFrame({"participant": random.integers(0, 20, 6000), "day": days, "amount": 1.0})
    >>> hockey_stick(orders, months).p_value > 0.05
    True
    """
    placed = _placed(orders, months)
    _check(placed, months)
    worked = are_working(placed["day"].to_numpy("datetime64[D]"), country)
    rests = 1 - float(np.average(worked, weights=placed["amount"]))
    spike = _contrast(placed, months, "last", months["ends"], ~months["ends"], rests, level, seed)
    follows = months["begins"] & ~months["turn"] & (months["period"] != months["period"].iloc[0])
    dip = _contrast(placed, months, "first", follows, ~months["begins"], rests, level, seed, up=False)
    chance = max(spike.p_value, dip.p_value)
    facts = {"dip": dip.value} | _described(placed, months)
    return Found(spike.value, spike.low, spike.high, chance, len(placed), spike.people, facts)


def _described(placed: pd.DataFrame, months: pd.DataFrame) -> dict[str, float]:
    """The share of orders and of working days in the last months of pay periods."""
    ends = placed["month"].map(months["ends"])
    inside = months["working"].groupby(months["ends"]).sum()
    return {
        "last_month": float(placed.loc[ends, "amount"].sum() / placed["amount"].sum()),
        "even": float(inside[True] / inside.sum()),
    }


def _placed(orders: pd.DataFrame, months: pd.DataFrame) -> pd.DataFrame:
    """Orders with their month's row and whether they lie in its first or last window."""
    day = orders["day"].to_numpy("datetime64[s]")
    at = np.searchsorted(months["start"].to_numpy("datetime64[s]"), day, side="right") - 1
    row = np.maximum(at, 0)
    bounds = {c: months[c].to_numpy("datetime64[s]")[row] for c in ("first_to", "last_from", "end")}
    placed = pd.DataFrame(
        {
            "participant": orders["participant"].to_numpy(),
            "month": row,
            "day": day,
            "amount": orders["amount"].to_numpy(float),
            "first": day <= bounds["first_to"],
            "last": day >= bounds["last_from"],
        }
    )
    return placed[(at >= 0) & (day <= bounds["end"]) & (placed["amount"] > 0)]


def _check(placed: pd.DataFrame, months: pd.DataFrame) -> None:
    if months["period"].nunique() < FEWEST_PERIODS:
        raise refuse("integrity.few_periods", value=months["period"].nunique(), need=FEWEST_PERIODS)
    others = int((~months["ends"]).sum())
    if others < FEWEST_OTHERS:
        raise refuse("integrity.no_other_months", value=others, need=FEWEST_OTHERS)
    if len(placed) < FEWEST_ORDERS:
        raise refuse("integrity.few_orders", value=len(placed), need=FEWEST_ORDERS)
    days = float(placed.groupby("month")["day"].nunique().reindex(months.index, fill_value=0).median())
    if days < FEWEST_ORDER_DAYS:
        raise refuse("integrity.orders_in_batches", value=round(days), need=FEWEST_ORDER_DAYS)
    need_people(placed["participant"].nunique())


def _contrast(
    placed: pd.DataFrame,
    months: pd.DataFrame,
    window: str,
    those: pd.Series,
    others: pd.Series,
    rests: float,
    level: float,
    seed: int,
    *,
    up: bool = True,
) -> Found:
    """A window's orders a day in some months against others, and the chance of as much (or as little).

    Both are relative to the middle of their month, which neither window touches: orders that move from one
    month to the next change no middle.
    """
    top, middle = _pace(placed, months, window, rests)
    people = placed["participant"].to_numpy()
    before, before_middle, after, after_middle = (
        pd.Series(values * placed["month"].map(chosen).to_numpy(bool)).groupby(people).sum().to_numpy()
        for chosen in (others, those)
        for values in (top, middle)
    )
    found = ratio_change(before, before_middle, after, after_middle, level)
    sign = 1 if up else -1
    if after.sum() > 0:
        people_chance = _between_people(found, sign, level)
    else:  # not one order in the window: no ratio to take the logarithm of, and the dip is whole
        missed = before.sum() / before_middle.sum() * after_middle - after
        people_chance, found = sign_chance(-sign * missed, seed), found._replace(value=-1.0)
    sums = pd.DataFrame({"top": top, "middle": middle}).groupby(placed["month"].to_numpy()).sum()
    sums = sums.reindex(months.index)
    # the root evens out the spread of such ratios
    roots = np.sqrt((sums["top"] / sums["middle"].where(sums["middle"] > 0)).to_numpy(float))
    chance = max(people_chance, _between_months(sign * roots, those, others, seed))
    return Found(found.value, found.low, found.high, chance, len(placed), found.n)


def _pace(
    placed: pd.DataFrame, months: pd.DataFrame, window: str, rests: float
) -> tuple[np.ndarray, np.ndarray]:
    """Each order's part in its window and in the middle of its month; an even pace gives equal sums.

    An order in the window counts by how much longer the middle is: in working days, and for the share `rests`
    of all orders, which come on days off, in days off. So long and short months are alike.
    """
    free = months["off"] - months["off_first"] - months["off_last"]
    off = (months[f"off_{window}"] / free.where(free > 0)).fillna(0.0)
    even = (1 - rests) * WINDOW / (months["working"] - 2 * WINDOW) + rests * off
    amount = placed["amount"].to_numpy(float)
    top = np.where(placed[window], amount / placed["month"].map(even).to_numpy(), 0.0)
    return top, np.where(placed["first"] | placed["last"], 0.0, amount)


def _between_people(found: Estimate, sign: int, level: float) -> float:
    """The one-sided chance that belongs to the jackknife's interval; 1 where it has none."""
    value, low, high, n = found
    if not np.isfinite([value, low, high]).all():
        return 1.0
    spread = (np.log1p(high) - np.log1p(low)) / 2 / stats.t.ppf((1 + level) / 2, n - 1)
    if spread == 0:
        return 0.0 if sign * value > 0 else 1.0
    return float(stats.t.sf(sign * np.log1p(value) / spread, n - 1))


def _between_months(shares: np.ndarray, those: pd.Series, others: pd.Series, seed: int) -> float:
    """How often months shuffled between the two groups differ as much."""
    known = np.isfinite(shares)
    first, second = those.to_numpy(bool) & known, others.to_numpy(bool) & known
    if not first.any() or not second.any():
        return 1.0
    pool, size = np.concatenate([shares[first], shares[second]]), int(first.sum())
    orders = np.random.default_rng(seed).random((_SHUFFLES, len(pool))).argpartition(size - 1, axis=1)
    sums = pool[orders[:, :size]].sum(axis=1)
    return float((1 + (sums >= shares[first].sum() - 1e-12).sum()) / (_SHUFFLES + 1))
