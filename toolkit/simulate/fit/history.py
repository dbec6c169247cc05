"""What a scheme's history holds: what was reached of each target by everybody in every period."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from toolkit.appraise.steadiness import PRESENT, family
from toolkit.catalogue.kpi import Kpi
from toolkit.errors import NotEnoughData, Problem, Problems
from toolkit.scheme.measure import Measure, Range
from toolkit.scheme.scheme import Scheme, Schemes


@dataclass(frozen=True)
class History:
    """A scheme's numbers, people × periods × measures, periods in calendar order without gaps.

    `draws` says what `reached` holds of each measure: actual ÷ target (`ratio`), the `attainment` where it is
    measured from a floor, or the `actual` where there is no target. `combine` says how a pay period is made
    of its periods (`sum`, `mean`, `last`) and `shares` (measures × periods of a pay period) by what shares.
    `missing` is the share of people's periods without a number.
    """

    scheme: Scheme
    participants: tuple[str, ...]
    periods: tuple[str, ...]
    reached: np.ndarray
    draws: tuple[str, ...]
    levels: tuple[str, ...]
    combine: tuple[str, ...]
    shares: np.ndarray
    missing: np.ndarray


def chosen(schemes: Schemes, name: str | None, problems: Problems) -> Scheme:
    """The scheme asked for; else the one that starts last, of these the one with the most measures."""
    if name is not None:
        return schemes[name]
    if not len(schemes):
        raise NotEnoughData(Problem("simulate.no_history", value="–"))
    found = max(schemes, key=lambda s: (s.effective.from_, len(s.measures)))
    if len(schemes) > 1:
        problems.note("simulate.scheme_taken", value=found.id, count=len(schemes))
    return found


def collect(schemes: Schemes, scorecard: pd.DataFrame, scheme: Scheme) -> History:
    """A scheme's history from the scorecard, at the grain at which it scores.

    Rows of earlier versions that measure and weigh alike count; rows of people employed for less than 80 % of
    a period do not.

    Raises
    ------
    NotEnoughData
        No row, one period, or a measure without a single number: all measures at once.
    """
    calendar, grain = schemes.calendar, scheme.score_every
    ours = scorecard[scorecard["scheme"].isin(family(schemes, scheme))]
    names = [p for p in ours["period"].unique() if calendar.grain_of(p) == grain]
    rows = ours[ours["period"].isin(names)]
    if not len(rows):
        raise NotEnoughData(Problem("simulate.no_history", where=scheme.id, value=scheme.id))
    everybody = sorted(rows["participant"].unique())
    bounds = [calendar.bounds(p) for p in names]
    spine = calendar.between(min(b[0] for b in bounds), max(b[1] for b in bounds), grain)["period"]
    place = rows.assign(
        i=pd.Categorical(rows["participant"], everybody).codes,
        t=pd.Categorical(rows["period"], list(spine)).codes,
    )
    full = place[place["exposure"].isna() | (place["exposure"] >= PRESENT)]
    if not len(full):
        raise NotEnoughData(Problem("simulate.no_history", where=scheme.id, value=scheme.id))
    if full["period"].nunique() == 1:
        raise NotEnoughData(Problem("simulate.one_period", where=scheme.id, value=names[0]))
    shape = (len(everybody), len(spine))
    kept = [_measure(m, schemes.kpis[m.kpi], full[full["measure"] == m.name], shape) for m in scheme.measures]
    reached = np.stack([values for values, _ in kept], axis=2)
    _refuse_empty(scheme, reached)
    held = np.zeros(shape, bool)
    held[full["i"], full["t"]] = True
    combine = tuple(_combine(schemes.kpis[m.kpi]) for m in scheme.measures)
    return History(
        scheme,
        tuple(everybody),
        tuple(spine),
        reached,
        tuple(draws for _, draws in kept),
        tuple(m.level or scheme.level for m in scheme.measures),
        combine,
        _shares(schemes, scheme, rows, combine),
        1 - np.isfinite(reached).sum(axis=(0, 1)) / held.sum(),
    )


def _measure(
    measure: Measure, kpi: Kpi, rows: pd.DataFrame, shape: tuple[int, int]
) -> tuple[np.ndarray, str]:
    """One measure's numbers and what they are."""
    actual, target = rows["actual"].to_numpy(float), rows["target"].to_numpy(float)
    draws = "ratio"
    if measure.target is None:
        draws, values = "actual", actual
    elif isinstance(measure.attainment, Range) and kpi.direction != "band":
        draws, values = "attainment", rows["attainment"].to_numpy(float)
    else:
        with np.errstate(divide="ignore", invalid="ignore"):
            values = np.where(target > 0, actual / target, np.nan)
    table = np.full(shape, np.nan)
    table[rows["i"].to_numpy(), rows["t"].to_numpy()] = np.where(np.isfinite(values), values, np.nan)
    return table, draws


def _refuse_empty(scheme: Scheme, reached: np.ndarray) -> None:
    problems = Problems()
    for k, measure in enumerate(scheme.measures):
        periods = int(np.isfinite(reached[:, :, k]).any(axis=0).sum())
        if periods < 2:
            problems.add(
                "simulate.measure_without_history",
                where=scheme.id,
                column=f"measures.{measure.name}",
                value=measure.name,
                periods=periods,
            )
    problems.raise_as(NotEnoughData)


def _combine(kpi: Kpi) -> str:
    return "sum" if kpi.adds_over_time else "last" if kpi.kind == "snapshot" else "mean"


def _shares(schemes: Schemes, scheme: Scheme, rows: pd.DataFrame, combine: tuple[str, ...]) -> np.ndarray:
    """Each measure's share of a pay period's target in its first, second, ... period.

    Sums take the mean shares of past targets; means count their periods alike, for the scorecard has no
    denominators; a snapshot's last period is the pay period's.
    """
    calendar = schemes.calendar
    paid = {p: calendar.within(p, scheme.pay_every) for p in rows["period"].unique()}
    order = {p: calendar.contains(q, scheme.score_every) for p, q in paid.items()}
    length = max(len(names) for names in order.values())
    shares = np.full((len(combine), length), 1 / length)
    at = rows["period"].map({p: names.index(p) for p, names in order.items() if p in names})
    for k, (measure, how) in enumerate(zip(scheme.measures, combine, strict=True)):
        if how == "last":
            shares[k] = np.eye(length)[-1]
        elif how == "sum":
            own = rows["measure"] == measure.name
            means = rows.loc[own, "target"].groupby(at[own]).mean()
            if len(means) == length and (means > 0).all():
                shares[k] = (means / means.sum()).to_numpy()
    return shares
