"""Do two KPIs say the same? Rank correlations between and within people, VIF, and links by formula."""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import combinations

import numpy as np
import pandas as pd
from scipy import stats

from toolkit.design.screen.history import History, coarser
from toolkit.stats import LEVEL

WARN, KEEP_ONE = 0.7, 0.85  # METHODS 1c
VIF_WARN, VIF_FAIL = 5.0, 10.0  # conventions; see O'Brien (2007) on how little they are
FEWEST_PEOPLE, FEWEST_ROWS = 8, 30
OPPOSITE = 0.3  # from here on, two signs that differ are no accident of rounding
PAIRS = [
    "kpi_a", "kpi_b", "grain", "overall", "low", "high", "level", "between", "within", "n", "people",
    "linked", "relation", "third", "twice", "verdict", "why",
]  # fmt: skip
Grids = Mapping[str, Mapping[str, History]]


def overlaps(grids: Grids, own: Mapping[str, str], links: pd.DataFrame, level: float = LEVEL) -> pd.DataFrame:
    """Every pair of KPIs: how they go together, once what a period gave to all is taken off.

    Parameters
    ----------
    grids : mapping
        kpi → grain → History.
    own : mapping
        kpi → the grain it is made for; a pair is compared on the coarser of its two.
    links : DataFrame
        Of `linked_pairs`.

    Returns
    -------
    DataFrame
        kpi_a, kpi_b, grain, overall (Spearman's ρ of people's periods), low, high, level (its interval,
        people as clusters), between (of people's means), within (of what remains), n, people, linked,
        relation, third, twice, verdict, why. An |overall| above .7 warns, above .85 one of the two is enough.

    References
    ----------
    MacKinnon, Nielsen and Webb (2023), Journal of Applied Econometrics 38:671-694, for the jackknife over
    people.
    """
    known = {frozenset((a, b)): (r, t, w) for a, b, r, t, w in links.itertuples(index=False)}
    rows = []
    for a, b in combinations(own, 2):
        relation, third, twice = known.get(frozenset((a, b)), ("", "", False))
        found = _pair(grids, a, b, coarser(own[a], own[b]), level)
        verdict, why = _verdict(found, twice)
        linked = {"linked": relation != "", "relation": relation, "third": third, "twice": twice}
        judged = {"level": level, "verdict": verdict, "why": why}
        rows.append({"kpi_a": a, "kpi_b": b, **found, **linked, **judged})
    frame = pd.DataFrame(rows, columns=PAIRS)
    texts = ("kpi_a", "kpi_b", "grain", "relation", "third", "verdict", "why")
    flags = {"linked": bool, "twice": bool}
    numbers = [c for c in PAIRS if c not in texts and c not in flags]
    return frame.astype(dict.fromkeys(texts, "str") | flags | dict.fromkeys(numbers, float))


def _pair(grids: Grids, a: str, b: str, grain: str, level: float) -> dict[str, object]:
    one, other = grids[a].get(grain), grids[b].get(grain)
    blank: dict[str, object] = {"grain": grain, "n": 0, "people": 0}
    if one is None or other is None:
        return blank
    people, periods = one.people.intersection(other.people), one.periods.intersection(other.periods)
    x, y = one.on(people, periods), other.on(people, periods)
    both = ~np.isnan(x) & ~np.isnan(y)
    many = both.any(axis=1).sum()
    blank |= {"n": both.sum(), "people": many}
    if many < FEWEST_PEOPLE or both.sum() < FEWEST_ROWS:
        return blank
    who, when = np.nonzero(both)
    u, v = (_off(z[both], when, len(periods)) for z in (x, y))
    overall, low, high = _clustered(u, v, who, many, level)
    mean_u, mean_v = (_means(z, who, len(people)) for z in (u, v))
    within = _rho(u - mean_u[who], v - mean_v[who])
    there = ~np.isnan(mean_u)
    between = _rho(mean_u[there], mean_v[there])
    return blank | {"overall": overall, "low": low, "high": high, "between": between, "within": within}


def _off(values: np.ndarray, group: np.ndarray, count: int) -> np.ndarray:
    return values - _means(values, group, count)[group]


def _means(values: np.ndarray, group: np.ndarray, count: int) -> np.ndarray:
    with np.errstate(invalid="ignore"):
        return np.bincount(group, values, count) / np.bincount(group, minlength=count)


def _standardised(values: np.ndarray) -> np.ndarray | None:
    """Ranks with mean 0 and variance 1; None where all values are alike but for rounding."""
    scale = float(np.abs(values).max()) if len(values) else 0.0
    if scale == 0.0 or float(values.std()) < 1e-12 * scale:
        return None
    place = stats.rankdata(np.round(values / scale, 12))  # what rounding left apart is a tie
    spread = place.std()
    return (place - place.mean()) / spread if spread > 0 else None


def _rho(x: np.ndarray, y: np.ndarray) -> float:
    u, v = _standardised(x), _standardised(y)
    return math.nan if u is None or v is None else float((u * v).mean())


def _clustered(
    x: np.ndarray, y: np.ndarray, who: np.ndarray, people: int, level: float
) -> tuple[float, float, float]:
    """ρ with its interval: Fisher's z with one person left out at a time, ranks kept as they are."""
    u, v = _standardised(x), _standardised(y)
    if u is None or v is None:
        return math.nan, math.nan, math.nan
    rho = float((u * v).mean())
    if abs(rho) > 1 - 1e-12:
        return rho, rho, rho
    ones = np.ones(len(u))
    sums = np.array([np.bincount(who, part) for part in (ones, u, v, u * u, v * v, u * v)])
    sums = sums[:, sums[0] > 0]
    z = np.arctanh(np.clip(_correlation(sums.sum(axis=1, keepdims=True) - sums), -1 + 1e-12, 1 - 1e-12))
    reach = stats.t.ppf((1 + level) / 2, people - 1)
    reach *= math.sqrt((people - 1) / people * float(((z - z.mean()) ** 2).sum()))
    return rho, math.tanh(math.atanh(rho) - reach), math.tanh(math.atanh(rho) + reach)


def _correlation(sums: np.ndarray) -> np.ndarray:
    """Correlations of columns n, Σu, Σv, Σu², Σv², Σuv."""
    n, u, v, uu, vv, uv = sums
    return (n * uv - u * v) / np.sqrt((n * uu - u**2) * (n * vv - v**2))


def _verdict(found: Mapping[str, object], twice: bool) -> tuple[str, str]:
    overall = float(str(found.get("overall", math.nan)))
    between, within = (float(str(found.get(k, math.nan))) for k in ("between", "within"))
    if abs(overall) > KEEP_ONE:
        return "fail", "screen.keep_one"
    if twice:
        return "warn", "screen.linked"
    if math.isnan(overall):
        return "not_enough_data", "screen.no_spread" if "overall" in found else "screen.few_in_common"
    if abs(overall) > WARN:
        return "warn", "screen.overlap"
    if between * within < 0 and min(abs(between), abs(within)) > OPPOSITE:
        return "ok", "screen.opposite_signs"
    return "ok", ""


def inflation(table: np.ndarray) -> np.ndarray:
    """Variance inflation factors of a table's columns, with a constant: the diagonal of R⁻¹.

    Infinite where a column follows wholly from the others.

    Parameters
    ----------
    table : ndarray, shape (rows, columns)
        Without blanks; no column constant.

    Examples
    --------
    >>> inflation(np.array([[1.0, 2], [2, 1], [3, 4], [4, 3]])).round(2).tolist()
    [1.56, 1.56]
    """
    centred = table - table.mean(axis=0)
    unit = centred / np.sqrt((centred**2).sum(axis=0))
    upper = np.linalg.qr(unit, mode="r")  # of the data: R itself would square what they are short of
    if (np.abs(np.diag(upper)) < 1e-9).any():
        left = np.array([_left(unit, k) for k in range(unit.shape[1])])
        return np.where(left < 1e-16, np.inf, 1 / np.maximum(left, 1e-16))
    inverse = np.linalg.inv(upper)
    return (inverse**2).sum(axis=1)


def _left(unit: np.ndarray, k: int) -> float:
    """What the other columns leave of one, as a share of its squares."""
    others = np.delete(unit, k, axis=1)
    fit = np.linalg.lstsq(others, unit[:, k], rcond=1e-9)[0]
    return float(((unit[:, k] - others @ fit) ** 2).sum())


def vif(grids: Grids, own: Mapping[str, str], covered: Mapping[str, bool]) -> pd.DataFrame:
    """How far each KPI follows from all the others together, on rows where all have a value.

    KPIs whose coverage fails are left out, for they would take everybody else's rows with them.

    Returns
    -------
    DataFrame
        kpi, vif (blank where it is infinite), n, verdict, why.
    """
    grain = _common_grain(own, grids)
    parts = {k: grids[k][grain] for k in own if covered.get(k, False) and grain in grids[k]}
    table, kpis = _complete(parts)
    dropped = {k: "screen.left_out" for k in own if k not in parts}
    dropped |= {k: "screen.no_spread" for k in parts if k not in kpis}
    enough = len(kpis) > 1 and len(table) >= 5 * len(kpis)
    found = dict(zip(kpis, inflation(table), strict=True)) if enough else {}
    lacking = "screen.few_complete_rows" if len(kpis) > 1 else "screen.alone"
    rows = []
    for kpi in own:
        why = dropped.get(kpi, "" if enough else lacking)
        value = found.get(kpi, math.nan)
        verdict = "fail" if value > VIF_FAIL else "warn" if value > VIF_WARN else "ok"
        if kpi not in found:
            verdict = "not_enough_data"
        elif verdict != "ok":
            why = "screen.follows_wholly" if math.isinf(value) else "screen.follows"
        finite = math.nan if math.isinf(value) else value
        rows.append((kpi, finite, float(len(table)), verdict, why))
    frame = pd.DataFrame(rows, columns=["kpi", "vif", "n", "verdict", "why"])
    return frame.astype({"kpi": "str", "vif": float, "n": float, "verdict": "str", "why": "str"})


def _common_grain(own: Mapping[str, str], grids: Grids) -> str:
    """The coarsest grain that a KPI is made for, a quarter at most where all have it: years leave no rows."""
    grains = list(own.values()) or ["month"]
    grain = grains[0]
    for other in grains[1:]:
        grain = coarser(grain, other)
    beyond = grain in ("half", "year") and all("quarter" in grids[k] for k in own)
    return "quarter" if beyond else grain


def _complete(parts: Mapping[str, History]) -> tuple[np.ndarray, list[str]]:
    """Rows that all KPIs have, each period's mean taken off; KPIs that do not vary are left out."""
    if not parts:
        return np.empty((0, 0)), []
    first = next(iter(parts.values()))
    people, periods = first.people, first.periods
    for history in parts.values():
        people, periods = people.intersection(history.people), periods.intersection(history.periods)
    cube = np.array([h.on(people, periods) for h in parts.values()])
    there = ~np.isnan(cube).any(axis=0)
    when = np.nonzero(there)[1]
    columns = {k: _off(cube[i][there], when, len(periods)) for i, k in enumerate(parts)}
    varied = {k: c for k, c in columns.items() if _standardised(c) is not None}
    table = np.column_stack(list(varied.values())) if varied else np.empty((0, 0))
    return table, list(varied)
