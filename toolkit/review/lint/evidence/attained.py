"""What rules on targets and scores read of the scorecard: rows of one grain, and shares with intervals."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from toolkit.errors import NotEnoughData, Problem
from toolkit.language import percent, pick, text
from toolkit.review.lint.look import Look
from toolkit.scheme.measure import Measure
from toolkit.stats import LEVEL, Estimate


@dataclass(frozen=True)
class Seen:
    """A measure with its complete rows of the scorecard, of the pay period."""

    measure: Measure
    rows: pd.DataFrame


def counting(look: Look) -> tuple[Measure, ...]:
    """The measures that decide something: by weight or by pay."""
    paid = look.paid
    return tuple(m for m in look.scheme.measures if m.weight > 0 or m.name in paid)


def of_pay_period(look: Look, rows: pd.DataFrame) -> pd.DataFrame:
    """The rows of the pay period: that is where a target counts.

    Months of a scheme that pays by the quarter are feedback. They scatter more than quarters do and hold the
    same sales, so they neither stand in for quarters nor are pooled with them.
    """
    return rows[look.calendar.of_grain(rows["period"], look.scheme.pay_every)]


def seen(look: Look, measures: tuple[Measure, ...], column: str = "attainment") -> Iterator[Seen]:
    """Each measure that has enough complete rows: `rows` and `periods` of the rule's limits.

    Raises
    ------
    NotEnoughData
        There are such measures, and none has enough.
    """
    fewest, least = int(look.limits["rows"]), int(look.limits["periods"])
    card = look.own("scorecard")
    best, enough = (0, 0), False
    for measure in measures:
        own = card[(card["measure"] == measure.name) & card[column].notna() & (card["missing"] == "")]
        rows = of_pay_period(look, own)
        count = (len(rows), rows["period"].nunique())
        if count[0] >= fewest and count[1] >= least:
            enough = True
            yield Seen(measure, rows)
        else:
            best = max(best, count)
    if measures and not enough:
        raise too_few(best[0], best[1], fewest, least)


def too_few(rows: int, periods: int, least: int, least_periods: int) -> NotEnoughData:
    """Too few rows or periods, ready to raise."""
    values = {"periods": periods, "least": least, "least_periods": least_periods}
    return NotEnoughData(Problem("lint.too_few_person_periods", value=rows, values=values))


def clustered_share(rows: pd.DataFrame, yes: np.ndarray, level: float = LEVEL) -> Estimate:
    """A share of participant-periods with a Wilson interval that knows how far the rows go together.

    The same people come back each period, and a good quarter lifts all: n is divided by the design effect,
    the larger of that by participant and that by period, at least 1.

    Parameters
    ----------
    rows : DataFrame
        participant, period.
    yes : ndarray of bool
        Of each row.
    level : float
        Two-sided, 0-1.

    Returns
    -------
    Estimate
        `n` counts the rows; refused (NaN) of nothing.

    References
    ----------
    Kish (1965), Survey Sampling, section 5.4 (design effect); Wilson (1927), JASA 22:209-212.

    Examples
    --------
    >>> rows = pd.DataFrame({"participant": list("abcd"), "period": ["2026-Q1"] * 4})
    >>> round(clustered_share(rows, np.array([True, True, True, False])).value, 2)
    0.75
    """
    n = len(rows)
    if n == 0:
        return Estimate(np.nan, np.nan, np.nan, 0)
    share = float(np.mean(yes))
    effect = max(_design_effect(rows["participant"], yes), _design_effect(rows["period"], yes))
    counted, z = n / effect, float(stats.norm.ppf((1 + level) / 2))
    middle = (share + z**2 / (2 * counted)) / (1 + z**2 / counted)
    reach = z * np.sqrt(share * (1 - share) / counted + (z / (2 * counted)) ** 2) / (1 + z**2 / counted)
    return Estimate(share, float(max(middle - reach, 0)), float(min(middle + reach, 1)), n)


def _design_effect(cluster: pd.Series, yes: np.ndarray) -> float:
    """How many times larger the variance of a share is than if all rows were independent."""
    share, count = float(np.mean(yes)), cluster.nunique()
    if count < 2 or share in (0.0, 1.0):
        return 1.0
    sums = pd.Series(np.asarray(yes, float) - share).groupby(cluster.to_numpy()).sum()
    variance = float((sums**2).sum()) * count / (count - 1) / len(yes) ** 2
    return max(1.0, variance / (share * (1 - share) / len(yes)))


def spoken(look: Look, found: Seen, share: Estimate) -> dict[str, str]:
    """What messages say of a share: kpi, share, low, high, level, base."""
    said = {name: percent(getattr(share, name), look.language) for name in ("low", "high")}
    return {
        "kpi": kpi_name(look, found.measure),
        "share": percent(share.value, look.language),
        **said,
        "level": percent(LEVEL, look.language),
        "base": base(look, found.rows),
    }


def base(look: Look, rows: pd.DataFrame) -> str:
    """How many rows, participants and periods a number rests on, in words."""
    return text(
        "lint.base",
        look.language,
        n=len(rows),
        people=rows["participant"].nunique(),
        periods=rows["period"].nunique(),
        grain=text(f"lint.grain.{look.scheme.pay_every}", look.language),
    )


def kpi_name(look: Look, measure: Measure) -> str:
    """A measure's KPI in the language of the look."""
    return pick(look.kpi(measure).name, look.language)
