"""Screening: what a client's own history says for and against each KPI, before anybody chooses."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from toolkit.data.engagement import Engagement
from toolkit.data.panel.measure import measure
from toolkit.design.screen.control import controllability, places_of
from toolkit.design.screen.coverage import FAIL, coverage, missing_at_random
from toolkit.design.screen.history import History, histories, own_grain
from toolkit.design.screen.lead_lag import DEFAULT_MONTHS, lead_lags
from toolkit.design.screen.links import linked_pairs
from toolkit.design.screen.overlap import overlaps, vif
from toolkit.design.screen.repeat import repeats
from toolkit.design.screen.rows import Row, refused, table
from toolkit.errors import DataError
from toolkit.stats import LEVEL

_CYCLE, _DAYS_A_MONTH = "sales_cycle", 30.4
_ALONE = ("coverage", "missing_at_random", "reliability", "control")


@dataclass(frozen=True)
class Screening:
    """What history says of KPIs, as tables.

    Parameters
    ----------
    tests : DataFrame
        A row a KPI and test. test: coverage, missing_at_random, reliability, quarterly_reliability,
        own_trend_reliability, control, lead_lag (kpi the leading KPI, `result` what it should move). grain is
        what the KPI is made for; value, low, high, level the number with its interval; n the values used,
        people, periods; verdict ok, warn, fail or not_enough_data, `why` the code of a text. months_needed
        (months_low, months_high) for a reliability of .7; zero the share of zeros; share_place, share_period,
        share_rest beside the person's; p_value, p_adjusted, lags, per_unit, placebo_p of what is tested.
    pairs : DataFrame
        kpi_a, kpi_b, grain, overall, low, high, level, between, within, n, people, linked, relation, third,
        twice, verdict, why.
    vif : DataFrame
        kpi, vif, n, verdict, why.
    months : float
        How long a sale takes; the lags follow from it.
    months_from : str
        `sales_cycle` (measured) or `default`.
    unit : str
        What places are in test control: team, or region where there are no teams.
    """

    tests: pd.DataFrame
    pairs: pd.DataFrame
    vif: pd.DataFrame
    months: float
    months_from: str
    unit: str


def screen(
    client: Engagement,
    kpis: Iterable[str] | None = None,
    *,
    panel: pd.DataFrame | None = None,
    level: float = LEVEL,
    seed: int = 0,
) -> Screening:
    """Screen KPIs by the client's history: coverage, blanks, reliability, redundancy, control, lead and lag.

    Each KPI is looked at by the periods it is made for (a KPI by the quarter is not blamed for blank months),
    one person a row, where the person was employed.

    Parameters
    ----------
    client : Engagement
    kpis : iterable of str, optional
        KPI ids; by default what the engagement measures, or what `panel` holds.
    panel : DataFrame, optional
        Of `measure`, where it is at hand.
    level : float
        Of all intervals, two-sided.
    seed : int
        Of the draws by which chance is judged.

    Returns
    -------
    Screening

    Raises
    ------
    DataError
        A KPI that is unknown or that the client's data cannot measure.

    Examples
    --------
    >>> import toolkit as tk
    >>> from toolkit.assets import asset
    >>> client = tk.load_engagement(asset("templates", "engagements", "manufacturer"))
    >>> found = screen(client, ["net_sales", "average_deal_size"])
    >>> found.pairs[["relation", "verdict"]].values.tolist()
    [['numerator', 'warn']]
    """
    names = _names(client, kpis, panel)
    if panel is None:
        panel = measure(client, names, _grains(client, names)) if names else _nothing()
    grids = histories(panel, client.kpis, names, client.calendar)
    own = {k: own_grain(client.kpis[k], tuple(grids[k])) for k in names if grids[k]}
    mine = {k: client.kpis[k] for k in names}
    links = linked_pairs(mine)
    months, source = _sale(client, panel)
    unit = "team" if _known(client.participants, "team") else "region"
    rows: list[Row] = []
    for name in names:
        history = grids[name].get(own.get(name, ""))
        rows += _absent(name, level) if history is None else _alone(client, history, unit, level, seed)
    tests = table(rows + lead_lags(grids, own, mine, links, months=months, level=level, seed=seed))
    covered = (tests["test"] == "coverage") & (tests["value"] >= FAIL)
    inflated = vif(grids, own, dict.fromkeys(tests[covered]["kpi"], True))
    return Screening(tests, overlaps(grids, own, links, level), inflated, months, source, unit)


def _names(client: Engagement, kpis: Iterable[str] | None, panel: pd.DataFrame | None) -> list[str]:
    if kpis is None:
        kpis = client.measured if panel is None else [k for k in panel["kpi"].unique() if k in client.kpis]
    return list(dict.fromkeys(kpis))


def _nothing() -> pd.DataFrame:
    numbers = ("numerator", "denominator", "value", "exposure")
    texts = ("participant", "level", "period", "kpi", "missing")
    columns = dict.fromkeys(texts, "str") | dict.fromkeys(numbers, "float64")
    return pd.DataFrame({name: pd.Series(dtype=dtype) for name, dtype in columns.items()})


def _grains(client: Engagement, names: Iterable[str]) -> list[str]:
    """Months and quarters, and what is coarser where a KPI is made for it."""
    made_for = {client.kpis[k].grain[1] for k in names if k in client.kpis}
    return [g for g in client.calendar.grains if g in ("month", "quarter") or g in made_for]


def _alone(client: Engagement, history: History, unit: str, level: float, seed: int) -> list[Row]:
    """The tests that look at a KPI by itself."""
    places = places_of(history, client.participants, client.calendar, unit)
    return [
        coverage(history, level),
        missing_at_random(history, level, seed),
        *repeats(history, client.calendar, level),
        controllability(history, places, level, unit),
    ]


def _known(participants: pd.DataFrame, column: str) -> bool:
    return column in participants and participants[column].replace("", None).nunique() > 1


def _absent(kpi: str, level: float) -> list[Row]:
    return [refused(kpi, test, "screen.nothing_eligible", level=level) for test in _ALONE]


def _sale(client: Engagement, panel: pd.DataFrame) -> tuple[float, str]:
    """Months from a deal's opening to its close, where the client's deals tell them."""
    found = panel[panel["kpi"] == _CYCLE]
    if found.empty and _CYCLE in client.kpis:
        try:
            found = measure(client, [_CYCLE], client.calendar.grains[:1])
        except DataError:  # deals without the day they were opened: nothing is wrong with that here
            return DEFAULT_MONTHS, "default"
    found = found[found["level"] == "company"].dropna(subset=["value"])
    grain = client.calendar.grain_of(found["period"].iloc[0]) if len(found) else ""
    found = found[client.calendar.of_grain(found["period"], grain)]
    deals = found["denominator"].sum()
    days = found["numerator"].sum() / deals if deals > 0 else math.nan
    return (float(days / _DAYS_A_MONTH), _CYCLE) if days > 0 else (DEFAULT_MONTHS, "default")
