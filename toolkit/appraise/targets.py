"""Targets: the schemes' target rules applied to everybody's periods and frozen in a table."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from toolkit.appraise.lookup import at_level, matched, numbers, text_array
from toolkit.appraise.ramp import ramp_shares
from toolkit.appraise.roster import period_table, presence, subjects, unit_names
from toolkit.appraise.table_targets import TableTargets
from toolkit.catalogue.kpi import Kpi
from toolkit.errors import Problems, SchemeError
from toolkit.scheme.coverage import employment
from toolkit.scheme.measure import Measure
from toolkit.scheme.scheme import Scheme, Schemes

COLUMNS = ["scheme", "participant", "period", "measure", "target", "hit_probability", "low", "high", "basis"]

_RAMPED = ("fixed", "table", "table_sum")


@dataclass(frozen=True)
class _Ground:
    """What target rules are applied to, prepared once."""

    schemes: Schemes
    panel: pd.DataFrame
    table: TableTargets
    present: pd.DataFrame
    hired: pd.Series


@dataclass(frozen=True)
class _Cells:
    """One measure's rows: whose value counts, in which period, for how much of it."""

    level: str
    units: pd.Series
    periods: pd.Series
    grains: pd.Series
    exposure: np.ndarray


def set_targets(
    schemes: Schemes, panel: pd.DataFrame, targets: pd.DataFrame, participants: pd.DataFrame
) -> pd.DataFrame:
    """Apply every measure's target rule to every participant and period that is scored or paid.

    A fixed target counts for its `per` (the scheme's `score_every` when left out); sums (flows without a
    denominator) are scaled to the period and by exposure, rates and snapshots are not. A table target stands
    in the client's table for that period, else it is the sum of its finer periods' targets or of the group's
    members' targets (sums only). A growth target grows the actual of an earlier period of the same length,
    for sums scaled by exposure now ÷ then; over `previous_quarter` a month gets a third of its quarter's
    target. Where the scheme has a `ramp`, people owe that share of fixed and table targets that are sums in
    their first, second, ... 30 days of employment; a period's share is the mean over its employed days.

    Parameters
    ----------
    schemes : Schemes
    panel : DataFrame
        Contract `panel`; its periods are those that get targets, its values the bases of growth.
    targets : DataFrame
        The client's table: participant (person, team, region, or `all`), period (name or first day), kpi,
        target.
    participants : DataFrame
        The standard table.

    Returns
    -------
    DataFrame
        scheme, participant, period, measure, target, hit_probability, low, high, basis; sorted by scheme,
        participant, period and the scheme's order of measures. `basis` is fixed, table, table_sum,
        table_members, growth_previous_quarter, growth_same_quarter_last_year, or, without a target,
        no_table_row, no_base or not_needed; a ramped one has `_ramp` behind.

    Raises
    ------
    SchemeError
        A measure's `hit_probability` target has not been computed and frozen yet.

    Examples
    --------
    >>> from toolkit.scheme.example import example_schemes
    >>> from toolkit.appraise.example import example_panel, example_roster, example_targets
    >>> found = set_targets(example_schemes(), example_panel(), example_targets(), example_roster())
    >>> found.loc[found["participant"] == "p2", ["period", "measure", "target", "basis"]].values.tolist()[:2]
    [['2026-02', 'revenue', 50000.0, 'table'], ['2026-02', 'visits', 20.0, 'fixed']]
    """
    _refuse_unfrozen(schemes)
    names = list(panel["period"].unique())
    known = period_table(schemes.calendar, [*names, *TableTargets.periods(targets, schemes.calendar, names)])
    people = employment(participants, known)
    table = TableTargets(targets, schemes.calendar, people)
    hired = participants.groupby("participant")["hired_on"].min()
    ground = _Ground(schemes, panel, table, presence(people), hired)
    rows = subjects(schemes, participants, names)
    parts = [_of_scheme(scheme, rows[rows["scheme"] == scheme.id], ground) for scheme in schemes]
    every = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=COLUMNS)
    return every.sort_values("scheme", kind="stable", ignore_index=True)[COLUMNS]


def _refuse_unfrozen(schemes: Schemes) -> None:
    problems = Problems()
    for scheme in schemes:
        for measure in scheme.measures:
            if measure.target is not None and measure.target.kind == "hit_probability":
                address = f"measures.{measure.name}.target"
                problems.add("scheme.target_not_frozen", where=scheme.id, column=address, value=measure.name)
    problems.raise_as(SchemeError)


def _of_scheme(scheme: Scheme, rows: pd.DataFrame, ground: _Ground) -> pd.DataFrame:
    """Every measure's targets for one scheme, measures in their order within a participant's period."""
    found = [
        _ramped(scheme, measure, rows, ground, *_of_measure(scheme, measure, rows, ground))
        for measure in scheme.measures
    ]
    count, width = len(rows), len(found)
    table = rows[["scheme", "participant", "period"]].loc[rows.index.repeat(width)].reset_index(drop=True)
    table["measure"] = pd.Series([m.name for m in scheme.measures] * count, dtype="str")
    table["target"] = np.stack([target for target, _ in found], axis=1).ravel()
    table[["hit_probability", "low", "high"]] = np.nan
    table["basis"] = pd.Series(np.stack([basis for _, basis in found], axis=1).ravel(), dtype="str")
    return table


def _of_measure(
    scheme: Scheme, measure: Measure, rows: pd.DataFrame, ground: _Ground
) -> tuple[np.ndarray, np.ndarray]:
    """Target and basis for each row."""
    rule, kpi = measure.target, ground.schemes.kpis[measure.kpi]
    if rule is None:
        return np.full(len(rows), np.nan), text_array(len(rows), "not_needed")
    cells = _cells(scheme, measure, rows, ground)
    if rule.kind == "fixed":
        return _fixed(scheme, measure, kpi, cells, ground), text_array(len(rows), "fixed")
    if rule.kind == "table":
        return ground.table.look_up(kpi, cells.level, cells.units, cells.periods, scheme.score_every)
    target, basis = _growth(measure, kpi, cells, ground)
    blank = np.isnan(target)
    if rule.otherwise == "table" and blank.any():
        others = ground.table.look_up(
            kpi, cells.level, cells.units[blank], cells.periods[blank], scheme.score_every
        )
        target[blank], basis[blank] = others
    return target, basis


def _ramped(
    scheme: Scheme,
    measure: Measure,
    rows: pd.DataFrame,
    ground: _Ground,
    target: np.ndarray,
    basis: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """Joiners' targets and bases: sums from a fixed or table target of a person, by the scheme's ramp."""
    person = scheme.level == "individual" and measure.level in (None, "individual")
    if not scheme.ramp or not person or not ground.schemes.kpis[measure.kpi].adds_over_time:
        return target, basis
    hired = rows["participant"].map(ground.hired)
    owed = ramp_shares(scheme.ramp, hired, rows["start"], rows["last_day"])
    given = np.isin(basis.astype(str), _RAMPED) & (owed != 1.0)
    return np.where(given, target * owed, target), np.where(given, basis + "_ramp", basis)


def _cells(scheme: Scheme, measure: Measure, rows: pd.DataFrame, ground: _Ground) -> _Cells:
    level = measure.level or scheme.level
    units = unit_names(rows, scheme, level)
    exposure = rows["exposure"].to_numpy()
    if level != scheme.level:
        here = ground.present[ground.present["level"] == level].drop(columns="level")
        exposure = matched(units, rows["period"], here)["exposure"].to_numpy()
    return _Cells(level, units, rows["period"], rows["grain"], exposure)


def _fixed(scheme: Scheme, measure: Measure, kpi: Kpi, cells: _Cells, ground: _Ground) -> np.ndarray:
    assert measure.target is not None and measure.target.fixed is not None
    if not kpi.adds_over_time:
        return np.full(len(cells.units), measure.target.fixed)
    in_year = ground.schemes.calendar.periods_per_year
    given = in_year(measure.target.per or scheme.score_every)
    scale = cells.grains.map({grain: given / in_year(grain) for grain in cells.grains.unique()})
    return measure.target.fixed * scale.to_numpy(dtype=float) * cells.exposure


def _growth(measure: Measure, kpi: Kpi, cells: _Cells, ground: _Ground) -> tuple[np.ndarray, np.ndarray]:
    assert measure.target is not None and measure.target.growth is not None
    over, calendar = measure.target.over, ground.schemes.calendar
    names = [str(name) for name in cells.periods.unique()]
    if over == "previous_quarter":
        # A month's base is the quarter before its quarter, of which it owes a third.
        base = {n: calendar.shift(calendar.within(n, "quarter"), -1) for n in names}
    else:
        base = {n: calendar.year_before(n) for n in names}
    panel = at_level(ground.panel, cells.level, kpi.kpi)
    before = matched(cells.units, cells.periods.map(base), panel)
    actual = numbers(before["value"])
    target = actual * (1 + measure.target.growth)
    if kpi.adds_over_time:
        in_year = {n: calendar.periods_per_year(calendar.grain_of(n)) for n in [*names, *base.values()]}
        part = numbers(cells.periods.map({n: in_year[base[n]] / in_year[n] for n in names}))
        now = numbers(matched(cells.units, cells.periods, panel)["exposure"])
        target = target * part * (now / numbers(before["exposure"]))
    sound = np.isfinite(target) & (actual > 0)
    basis = np.where(sound, f"growth_{over}", "no_base").astype(object)
    return np.where(sound, target, np.nan), basis
