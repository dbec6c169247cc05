"""T: targets against the history of the KPI: its season, its highest value, its last year."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from toolkit.errors import NotEnoughData, Problem
from toolkit.language import listed, percent, text
from toolkit.review.lint.evidence.attained import base, counting, kpi_name, of_pay_period, too_few
from toolkit.review.lint.evidence.seasons import season_of, season_said
from toolkit.review.lint.look import Hit, Look, rule
from toolkit.scheme.measure import Measure

_SEASONAL = ("month", "quarter")
_NAMED = 5  # participants that a message names


@rule("T10")
def same_target_all_year(look: Look) -> Iterator[Hit]:
    """The same target for every month or quarter of a KPI that goes with the season."""
    grain = look.scheme.score_every
    level = [m for m in counting(look) if look.kpi(m).adds_over_time and _is_level(look, m, grain)]
    if grain not in _SEASONAL or not level:
        return
    seasons = [(measure, season_of(look, look.kpi(measure), grain)) for measure in level]
    if all(season is None for _, season in seasons):
        panel = look.tables["panel"]
        there = look.calendar.of_grain(panel["period"], grain)
        raise NotEnoughData(Problem("lint.too_few_years", value=panel.loc[there, "period"].nunique()))
    for measure, season in seasons:
        if season is None or not season.shows or season.high < look.limits["swing"] * season.low:
            continue
        said = {
            "kpi": kpi_name(look, measure),
            "grain": text(f"lint.season.{grain}", look.language),
            "season": season_said(look, season),
        }
        yield Hit(f"measures.{measure.name}.target", said)


def _is_level(look: Look, measure: Measure, grain: str) -> bool:
    """Whether people owe the same in every period: a fixed target, or a table that repeats one number."""
    target = measure.target
    if target is None or target.kind != "table" or "targets" not in look.tables:
        return target is not None and target.kind == "fixed"
    rows = _set(look, measure)
    rows = rows[look.calendar.of_grain(rows["period"], grain)]
    each = rows.groupby("participant")["target"].agg(["nunique", "count"])
    each = each[each["count"] >= look.calendar.periods_per_year(grain)]  # a season has to have passed
    return bool(len(each) and (each["nunique"] == 1).mean() > look.limits["alike"])


def _set(look: Look, measure: Measure) -> pd.DataFrame:
    rows = look.own("targets")
    return rows[(rows["measure"] == measure.name) & rows["target"].notna()]


def _own_level(look: Look) -> tuple[Measure, ...]:
    """Measures with a target whose value is the participant's own, more being better."""
    return tuple(
        m
        for m in counting(look)
        if m.target is not None
        and m.level in (None, look.scheme.level)
        and look.kpi(m).direction == "higher"
        and not m.raters
    )


def _values(look: Look, measure: Measure) -> pd.DataFrame:
    """The participants' values of a KPI by pay period: participant, period, value, exposure."""
    own = look.measured(measure.kpi, look.scheme.level)
    own = of_pay_period(look, own[own["value"].notna()])
    return own[["participant", "period", "value", "exposure"]]


@rule("T12")
def above_everything_reached(look: Look) -> Iterator[Hit]:
    """Targets above everything that the same people ever reached."""
    measures = _own_level(look)
    checked = [(m, rows) for m in measures if len(rows := _against_best(look, m))]
    least = int(look.limits["periods"])
    if measures and not checked:
        raise too_few(0, 0, 1, least)
    for measure, rows in checked:
        above = rows[rows["target"] > rows["best"]]
        if len(above) <= look.limits["most"] * len(rows):
            continue
        names = [str(name) for name in above["participant"].unique()]
        said = {
            "kpi": kpi_name(look, measure),
            "people": len(above),
            "all": len(rows),
            "earlier": int(rows["count"].min()),
            "grain": text(f"lint.grain.{look.scheme.pay_every}", look.language),
            "most": percent(look.limits["most"], look.language),
            "who": listed(names[:_NAMED], look.language) + (" …" if len(names) > _NAMED else ""),
        }
        yield Hit(f"measures.{measure.name}.target", said)


def _against_best(look: Look, measure: Measure) -> pd.DataFrame:
    """Each participant's latest target with the best of the earlier periods, where these are enough."""
    targets, history = of_pay_period(look, _set(look, measure)), _values(look, measure)
    start = {p: look.calendar.bounds(p)[0] for p in {*targets["period"], *history["period"]}}
    history = history.assign(start=history["period"].map(start).astype("datetime64[s]")).sort_values("start")
    by_person = history.groupby("participant")["value"]
    history = history.assign(best=by_person.cummax(), count=by_person.cumcount() + 1)
    targets = targets.assign(start=targets["period"].map(start).astype("datetime64[s]")).sort_values("start")
    rows = pd.merge_asof(
        targets[["participant", "start", "target"]],
        history[["participant", "start", "best", "count"]],
        on="start",
        by="participant",
        allow_exact_matches=False,
    )
    return rows[rows["count"] >= look.limits["periods"]].drop_duplicates("participant", keep="last")


@rule("T16")
def below_last_year(look: Look) -> Iterator[Hit]:
    """Targets that together fall short of what was reached before."""
    measures, found = _own_level(look), 0
    fewest, most = int(look.limits["rows"]), 0
    for measure in measures:
        rows = _with_last_year(look, measure)
        most = max(most, len(rows))
        if len(rows) < fewest:
            continue
        found += 1
        target, last = rows["target"].sum(), _baseline(rows)
        if last > 0 and target < (1 - look.limits["short"]) * last:
            short = {"short": percent(1 - target / last, look.language, 1)}
            said = {"kpi": kpi_name(look, measure), "base": base(look, rows), **short}
            yield Hit(f"measures.{measure.name}.target", said)
    if measures and not found:
        raise too_few(most, 0, fewest, 1)


def _baseline(rows: pd.DataFrame) -> float:
    """The lower of last year and the mean of three years, the latter where all rows have three."""
    years = rows[["before_1", "before_2", "before_3"]]
    last = float(years["before_1"].sum())
    return min(last, float(years.mean(axis=1).sum())) if years.notna().all(axis=None) else last


def _with_last_year(look: Look, measure: Measure) -> pd.DataFrame:
    """The latest year's targets of people who were there the whole period, with the years before."""
    targets, values = of_pay_period(look, _set(look, measure)), _values(look, measure)
    whole = values[values["exposure"] > look.limits["exposure"]].drop(columns="exposure")
    rows = targets[targets["period"].str[:4] == targets["period"].str[:4].max()]
    rows = rows.merge(whole[["participant", "period"]], on=["participant", "period"])
    known = whole.set_index(["participant", "period"])["value"]
    period = rows["period"]
    for years in (1, 2, 3):
        period = period.map({p: look.calendar.year_before(p) for p in period.unique()})
        keys = pd.MultiIndex.from_arrays([rows["participant"], period])
        rows = rows.assign(**{f"before_{years}": known.reindex(keys).to_numpy()})
    return rows[rows["before_1"].notna()]
