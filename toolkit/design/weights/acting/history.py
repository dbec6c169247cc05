"""A scheme's past in scores and in pay: the rows from which one sees what its weights do."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import numpy as np
import pandas as pd

from toolkit.appraise.appraisal import Appraisal, settle
from toolkit.appraise.records import Records
from toolkit.appraise.roster import assignments, period_table
from toolkit.appraise.steadiness import family
from toolkit.data.engagement import Engagement
from toolkit.data.records.load import load_records
from toolkit.errors import NotEnoughData, Problem
from toolkit.periods import Calendar
from toolkit.scheme.measure import Measure
from toolkit.scheme.scheme import Effective, Scheme, Schemes

ROW = ["participant", "period"]
INCENTIVE, MEAN = "target_incentive", "mean_payout"
# What belongs to the period itself; recoveries, holdbacks, clawbacks and corrections are of other periods.
_OWN_STEPS = ("modifier", "gate", "veto", "cap", "guarantee")


@dataclass(frozen=True)
class History:
    """Complete rows of a scheme: what was read, scored and paid, a row a participant and period.

    Parameters
    ----------
    scheme : Scheme
    measures : tuple of Measure
        Those that carry a weight, in the scheme's order; the columns of the tables, by name.
    reading, scores : DataFrame
        Of the periods that are scored: attainment (a ratio) or actual (the KPI's unit) as the rule reads it,
        and the score (of 100). At the measure's own level, as the scorecard has it.
    pay_reading, pay_scores : DataFrame
        The same of the periods that are paid.
    payout : Series
        What each pay row paid for its own period after gates, vetoes and caps, in `unit`; NaN where nobody
        could be paid.
    direct : DataFrame
        The part of it that measures paid by themselves (own curves, commissions); no column where none does.
    scale, pool : Series
        Of each pay row in `unit`: what the pay curve's ratio is multiplied with, and what came from a pool.
    unit : {'target_incentive', 'mean_payout'}
        What 1.0 is: the row's target incentive, or, with commissions or a pool, the mean payout of the rows.
    dropped, pay_dropped : DataFrame
        participant, period, measure, missing: why a row is not complete.
    appraisal : Appraisal
        What the rows were taken from.
    """

    scheme: Scheme
    measures: tuple[Measure, ...]
    reading: pd.DataFrame
    scores: pd.DataFrame
    pay_reading: pd.DataFrame
    pay_scores: pd.DataFrame
    payout: pd.Series
    direct: pd.DataFrame
    scale: pd.Series
    pool: pd.Series
    unit: str
    dropped: pd.DataFrame
    pay_dropped: pd.DataFrame
    appraisal: Appraisal

    @property
    def names(self) -> tuple[str, ...]:
        """The measures' names."""
        return tuple(m.name for m in self.measures)

    @property
    def agreed(self) -> np.ndarray:
        """The agreed weights."""
        return np.array([m.weight for m in self.measures])

    @property
    def points(self) -> pd.DataFrame:
        """Score × agreed weight of the rows that are scored."""
        return self.scores * self.agreed

    @property
    def pay_points(self) -> pd.DataFrame:
        """Score × agreed weight of the rows that are paid."""
        return self.pay_scores * self.agreed


def history(appraisal: Appraisal, scheme: Scheme | str) -> History:
    """The complete rows of a scheme, of all its versions that measure and weigh alike.

    A row is complete where every measure that carries a weight has a number of its own: a row whose weights
    were shifted, or whose score was carried over, does not show what the agreed weights do.

    Parameters
    ----------
    appraisal : Appraisal
        As `settle` or `as_if` gives it.
    scheme : Scheme or str
        One of its schemes; by `name@version`, or by name for the latest version.

    Raises
    ------
    NotEnoughData
        The scheme has no complete row.

    Examples
    --------
    >>> import toolkit as tk
    >>> from toolkit.assets import asset
    >>> client = tk.load_engagement(asset("templates", "engagements", "manufacturer"))
    >>> found = history(tk.settle(client), "field_sales")
    >>> found.names, len(found.scores), len(found.pay_scores), found.unit
    (('revenue', 'visits', 'conversion', 'satisfaction'), 70, 24, 'target_incentive')
    """
    own = appraisal.schemes[scheme] if isinstance(scheme, str) else scheme
    return rows_of(appraisal, own, tuple(m for m in own.measures if m.weight > 0))


def rows_of(appraisal: Appraisal, scheme: Scheme, measures: tuple[Measure, ...]) -> History:
    """`history` with the measures named that are looked at, whatever their weight."""
    schemes = appraisal.schemes
    alike = family(schemes, scheme)
    card = appraisal.scorecard
    card = card[card["scheme"].isin(alike) & card["measure"].isin([m.name for m in measures])]
    reading, scores, dropped = _complete(card, measures, schemes.calendar, scheme.score_every)
    if scores.empty:
        raise NotEnoughData(Problem("weights.no_history", where=scheme.id, value=len(dropped)))
    paid_alike = [one for one in alike if schemes[one].pay == scheme.pay]
    paid = card[card["scheme"].isin(paid_alike)]
    pay_reading, pay_scores, unpaid = _complete(paid, measures, schemes.calendar, scheme.pay_every)
    earned = _earned(appraisal, scheme, paid_alike).reindex(pay_scores.index)
    payout, direct, scale, pool, unit = _in_unit(scheme, earned)
    return History(
        scheme=scheme,
        measures=measures,
        reading=reading,
        scores=scores,
        pay_reading=pay_reading,
        pay_scores=pay_scores,
        payout=payout,
        direct=direct,
        scale=scale,
        pool=pool,
        unit=unit,
        dropped=dropped,
        pay_dropped=unpaid,
        appraisal=appraisal,
    )


def reads(measure: Measure) -> str:
    """What a measure's rule reads: `attainment` or `actual`."""
    if measure.scoring.rank is not None:
        return "actual" if measure.target is None else "attainment"
    return measure.scoring.reads


def _complete(
    card: pd.DataFrame, measures: tuple[Measure, ...], calendar: Calendar, grain: str
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Readings and scores of the complete rows of a grain, and which measure lacks in the others."""
    names = [m.name for m in measures]
    rows = card[calendar.of_grain(card["period"], grain).to_numpy(dtype=bool)]
    own = rows.assign(score=rows["score"].where(rows["missing"] == ""))
    wide = own.pivot(index=ROW, columns="measure", values=["score", "attainment", "actual"])
    columns = pd.MultiIndex.from_product([["score", "attainment", "actual"], names])
    wide = wide.reindex(columns=columns).astype("float64")
    scores = pd.DataFrame({name: wide["score", name] for name in names}).dropna()
    reading = pd.DataFrame({m.name: wide[(reads(m), m.name)] for m in measures}).loc[scores.index]
    whole = pd.MultiIndex.from_frame(rows[ROW]).isin(scores.index)
    lacking = rows.loc[~whole & (rows["missing"] != "").to_numpy(), [*ROW, "measure", "missing"]]
    scores.columns.name = reading.columns.name = None
    return reading, scores, lacking.reset_index(drop=True)


def _earned(appraisal: Appraisal, scheme: Scheme, ids: list[str]) -> pd.DataFrame:
    """Money of each row's own period: incentive, payout, `by:<component>:<measure>`; of a group summed."""
    keys, tables = ["scheme", *ROW], {}
    for name in ("payouts", "components", "adjustments"):
        table = getattr(appraisal, name)
        tables[name] = table[table["scheme"].isin(ids)]
    paid = tables["payouts"].set_index(keys)[["target_incentive", "base_payout"]].astype("float64")
    steps = tables["adjustments"]
    steps = steps[steps["step"].isin(_OWN_STEPS)]
    changed = steps.assign(amount=steps["amount"].astype("float64")).groupby(keys)["amount"].sum()
    paid = paid.assign(payout=paid["base_payout"] + changed.reindex(paid.index).fillna(0.0))
    parts = tables["components"]
    column = "by:" + parts["component"].astype(str) + ":" + parts["measure"].astype(str)
    amounts = parts.assign(column=column, amount=parts["amount"].astype("float64"))
    by = amounts.pivot_table(index=keys, columns="column", values="amount", aggfunc="sum")
    joined = paid.join(by).reset_index()
    if scheme.level != "individual":
        joined["participant"] = _groups(appraisal, joined)
    sums = joined.drop(columns=["scheme"]).groupby(ROW).sum(min_count=1)
    return sums


def _groups(appraisal: Appraisal, rows: pd.DataFrame) -> pd.Series:
    """The team or region that each person's pay row belongs to."""
    schemes = appraisal.schemes
    periods = period_table(schemes.calendar, rows["period"].unique())
    assigned = assignments(schemes, appraisal.client.participants, periods)
    keys = ["scheme", "person", "period"]
    groups = assigned.drop_duplicates(keys).set_index(keys)["participant"]
    asked = pd.MultiIndex.from_frame(rows[["scheme", "participant", "period"]])
    return pd.Series(groups.reindex(asked).to_numpy(), index=rows.index)


def _in_unit(
    scheme: Scheme, earned: pd.DataFrame
) -> tuple[pd.Series, pd.DataFrame, pd.Series, pd.Series, str]:
    """Payout, what measures paid by themselves, the curve's scale, what came from a pool, and their unit."""
    plan = scheme.pay
    by_ratio = plan.by_incentive and not plan.rates and plan.pool is None
    payout = earned["payout"]
    unit = earned["target_incentive"] if by_ratio else pd.Series(payout.mean(), index=earned.index)
    unit = unit.where(unit > 0)
    own = [c for c in earned if str(c).startswith(("by:measure:", "by:rate:"))]
    direct = earned[own].fillna(0.0).div(unit, axis=0)
    direct.columns = pd.Index([str(c).split(":", 2)[2] for c in own], dtype="str")
    direct = direct.T.groupby(level=0, sort=False).sum().T if len(own) else direct
    scale = (earned["target_incentive"] / unit).fillna(0.0)
    shared = [c for c in earned if str(c).startswith("by:pool:")]
    pool = earned[shared].sum(axis=1) / unit
    return payout / unit, direct, scale, pool.fillna(0.0), INCENTIVE if by_ratio else MEAN


def as_if(client: Engagement, scheme: Scheme) -> Appraisal:
    """The client settled as if a scheme had held all the time for everybody whom it applies to.

    For a new scheme, which has no past of its own. Other schemes and corrections of what was paid are left
    out. People worked under other rules then: it shows how the measures' numbers go together, not what
    people would have done.

    Parameters
    ----------
    client : Engagement
    scheme : Scheme
        Need not be one of the client's.

    Examples
    --------
    >>> import toolkit as tk
    >>> from toolkit.assets import asset
    >>> client = tk.load_engagement(asset("templates", "engagements", "manufacturer"))
    >>> past = as_if(client, tk.load_schemes(client)["field_sales"])
    >>> sorted(past.scores["period"].str[:4].unique())
    ['2024', '2025', '2026']
    """
    always = dataclasses.replace(scheme, effective=Effective(client.start))
    alone = Schemes((always,), client.calendar, client.kpis)
    others = tuple(s for s in client.schemes if s.id != scheme.id)  # whose ratings and events are known too
    return settle(client, alone, Records(**load_records(client, (*others, always))))
