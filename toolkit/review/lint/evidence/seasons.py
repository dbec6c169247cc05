"""How far a KPI goes with the season, from the company's own history."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from toolkit.catalogue.kpi import Kpi
from toolkit.language import percent, text
from toolkit.review.lint.look import Look

CHANCE = 0.05  # below this probability of chance a season is said to show
FEWEST_YEARS = 2
_NOTHING = 1e-12  # squares that floating point leaves of an exact fit


@dataclass(frozen=True)
class Season:
    """The weakest and the strongest part of the year against an average one, the trend taken off.

    `p_value` is that of the F test of the parts of the year, beside a straight line over time.
    """

    grain: str
    years: int
    weakest: int
    low: float
    strongest: int
    high: float
    p_value: float

    @property
    def shows(self) -> bool:
        """Whether the parts of the year differ beyond chance."""
        return self.p_value < CHANCE


def season_of(look: Look, kpi: Kpi, grain: str) -> Season | None:
    """The season of a KPI by month or quarter; None below two whole years, or where a value is not positive.

    The logs of the company's values are a level for each part of the year and a straight line over time,
    fitted together: a year that rises to its end is no growth, and growth is no season.

    Parameters
    ----------
    look : Look
        With the table `panel`.
    kpi : Kpi
    grain : {'month', 'quarter'}
    """
    values = _company(look, kpi, grain)
    in_year = look.calendar.periods_per_year(grain)
    if len(values) < FEWEST_YEARS * in_year or (values <= 0).any() or in_year < 4:
        return None
    part = np.array([int(name[5:].lstrip("Q")) for name in values.index])
    counts = np.bincount(part, minlength=in_year + 1)[1:]
    if (counts < FEWEST_YEARS).any():
        return None
    levels, p_value = _levels(np.log(values.to_numpy(dtype=float)), part)
    index = np.exp(levels) / np.exp(levels).mean()
    low, high = int(index.argmin()), int(index.argmax())
    years = int(counts.min())
    return Season(grain, years, low + 1, float(index[low]), high + 1, float(index[high]), p_value)


def _levels(logs: np.ndarray, part: np.ndarray) -> tuple[np.ndarray, float]:
    """The level of each part of the year beside a common trend, and the p of all being equal (F test)."""
    count = int(part.max())
    time = np.arange(len(logs), dtype=float)
    parts = (part[:, None] == np.arange(1, count + 1)).astype(float)
    full = np.column_stack([parts, time])
    line = np.column_stack([np.ones(len(logs)), time])
    fitted = np.linalg.lstsq(full, logs)[0]
    left = float(((logs - full @ fitted) ** 2).sum())
    without = float(((logs - line @ np.linalg.lstsq(line, logs)[0]) ** 2).sum())
    spare = len(logs) - count - 1
    if left <= _NOTHING:
        return fitted[:count], 0.0 if without > _NOTHING else 1.0
    ratio = (without - left) / (count - 1) / (left / spare)
    return fitted[:count], float(stats.f.sf(ratio, count - 1, spare))


def _company(look: Look, kpi: Kpi, grain: str) -> pd.Series:
    """The whole company's values in order of time: its own rows, else the sum of the people's."""
    company = _valued(look, kpi, grain, "company")
    if company.empty and kpi.adds_over_time:
        company = _valued(look, kpi, grain, "individual")
    values = company.groupby("period")["value"].sum()
    return values.loc[sorted(values.index, key=look.calendar.bounds)]


def _valued(look: Look, kpi: Kpi, grain: str, level: str) -> pd.DataFrame:
    rows = look.measured(kpi.kpi, level)
    return rows[rows["value"].notna() & look.calendar.of_grain(rows["period"], grain)]


def season_said(look: Look, season: Season | None) -> str:
    """The season in words."""
    if season is None:
        return text("lint.season.unknown", look.language)
    if not season.shows:
        return text("lint.season.not_seen", look.language, years=season.years)
    part = "month" if season.grain == "month" else "quarter"
    return text(
        "lint.season.seen",
        look.language,
        years=season.years,
        grain=text(f"lint.season.{season.grain}", look.language),
        weakest=text(f"{part}.{season.weakest}", look.language),
        strongest=text(f"{part}.{season.strongest}", look.language),
        low=percent(season.low, look.language),
        high=percent(season.high, look.language),
    )
