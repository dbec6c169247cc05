"""What changed between two windows of time, per KPI, group and team: described, not yet explained."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from toolkit.periods import Calendar
from toolkit.scheme.scheme import Schemes
from toolkit.stats import FEWEST_CLUSTERS, LEVEL, ratio_changes

SAME_PERIODS_LAST_YEAR = "same_periods_last_year"
PERIODS_BEFORE = "periods_before"
WITHOUT_CHANGE = 4  # periods against the same number before, where no scheme changed
CHANGED, UNCHANGED, EVERYONE = "changed", "unchanged", "everyone"
COLUMNS = (
    "kpi", "level", "group", "team", "unit", "before", "after", "estimate", "low", "high", "confidence", "n",
    "per_person", "heads_before", "heads_after",
)  # fmt: skip
_KEY, _SUMMED = ["participant", "period", "kpi"], ["numerator", "denominator", "exposure"]
_CELL = ["kpi", "level", "group", "team", "unit"]
_WIDE = pd.MultiIndex.from_product([_SUMMED, ["before", "after"]])


@dataclass(frozen=True)
class Windows:
    """The two windows compared, and who belongs to which group.

    Parameters
    ----------
    before, after : tuple of str
        Pay periods.
    basis : str
        same_periods_last_year or periods_before.
    change : str
        First period under the new scheme; empty when no scheme changed.
    people : DataFrame
        participant, group (changed, unchanged or everyone), scheme, team, region: as in their last period of
        the later window.
    employed : DataFrame
        person, period, team: where each person belonged in every pay period.
    new_schemes : tuple of str
        The schemes (name@version) that came into force.
    """

    before: tuple[str, ...]
    after: tuple[str, ...]
    basis: str
    change: str
    people: pd.DataFrame
    employed: pd.DataFrame
    new_schemes: tuple[str, ...] = ()


def windows(schemes: Schemes, assigned: pd.DataFrame, calendar: Calendar) -> Windows:
    """Choose what to compare with what.

    The change is the pay period in which most people came under a scheme of another name than before, of
    equals the last: one person's transfer is no change of scheme. The window after it is compared with the
    same periods a year earlier where the data reach back that far, else with as many periods just before.
    Without a change the last four periods stand against the four before.

    Changed is who came under another scheme then, and who came under one of those schemes later.

    Parameters
    ----------
    schemes : Schemes
    assigned : DataFrame
        Who is under which scheme in each period (`assignments`).
    calendar : Calendar

    Examples
    --------
    >>> from toolkit.appraise.example import example_roster
    >>> from toolkit.appraise.roster import assignments, period_table
    >>> from toolkit.scheme.example import example_schemes
    >>> schemes = example_schemes()
    >>> quarters = period_table(schemes.calendar, ["2026-Q1", "2026-Q2"])
    >>> chosen = windows(schemes, assignments(schemes, example_roster(), quarters), schemes.calendar)
    >>> chosen.before, chosen.after, chosen.change
    (('2026-Q1',), ('2026-Q2',), '')
    """
    grain = min((s.pay_every for s in schemes), key=calendar.periods_per_year)
    rows = assigned[assigned["grain"] == grain].sort_values(["start", "person"])
    periods = list(dict.fromkeys(rows["period"]))
    rows = rows.assign(name=_name(rows["scheme"]))
    switched = rows["name"] != rows.groupby("person")["name"].shift().fillna(rows["name"])
    if not switched.any():
        n = min(WITHOUT_CHANGE, len(periods) // 2)
        later, earlier = periods[len(periods) - n :], periods[len(periods) - 2 * n : len(periods) - n]
        everyone = _people(rows, later, set(), EVERYONE)
        return Windows(tuple(earlier), tuple(later), PERIODS_BEFORE, "", everyone, rows)
    waves = rows[switched].groupby("start")["person"].nunique()
    began = waves[waves == waves.max()].index.max()
    change = rows.loc[rows["start"] == began, "period"].iloc[0]
    after = periods[periods.index(change) :]
    last_year = [calendar.year_before(p) for p in after]
    if all(p in periods for p in last_year) and not set(last_year) & set(after):
        before, basis = last_year, SAME_PERIODS_LAST_YEAR
    else:
        start = periods.index(change)
        before, basis = periods[max(0, start - len(after)) : start], PERIODS_BEFORE
    new = rows[switched & (rows["period"] == change)]
    people = _people(rows, after, set(new["person"]), UNCHANGED)
    under = rows[rows["name"].isin(set(new["name"]))].groupby("person")["start"].min()
    later = people["participant"].map(under) >= began
    people.loc[later & _name(people["scheme"]).isin(set(new["name"])), "group"] = CHANGED
    came = tuple(sorted(set(new["scheme"])))
    return Windows(tuple(before), tuple(after), basis, change, people, rows, came)


def _name(schemes: pd.Series) -> pd.Series:
    """The name before the @: a new version of a scheme is no new scheme."""
    return schemes.str.partition("@")[0]


def _people(rows: pd.DataFrame, after: list[str], changed: set[str], rest: str) -> pd.DataFrame:
    """Everyone seen in the later window, as in their last period of it."""
    last = rows[rows["period"].isin(after)].drop_duplicates("person", keep="last").sort_values("person")
    people = last[["person", "scheme", "team", "region"]].rename(columns={"person": "participant"})
    group = np.where(people["participant"].isin(changed), CHANGED, rest)
    return people.assign(group=group).reset_index(drop=True)


def compare(panel: pd.DataFrame, chosen: Windows, kpis: tuple[str, ...]) -> pd.DataFrame:
    """Change of every KPI between the windows, for each group and each team.

    Where whole teams are under one scheme and each group has three teams or more, the group's interval is
    taken between teams, for the scheme was given to teams; else between people. A team's own interval is
    between its people.

    Parameters
    ----------
    panel : DataFrame
        participant, level, period, kpi, numerator, denominator (blank: a total), exposure, missing;
        rows of the levels individual and team are used.
    chosen : Windows
    kpis : tuple of str
        What to compare.

    Returns
    -------
    DataFrame
        kpi, level (group or team), group, team, unit (team or person: what the interval is taken between),
        before, after (a total per period, or a ratio), estimate (relative change), low, high, confidence,
        n (units), per_person (relative change per person employed, totals only), heads_before, heads_after
        (people employed on average). A blank estimate is refused: a base that is not above zero.

    Examples
    --------
    >>> team = {"participant": ["p1", "p2"], "scheme": "new@1", "team": "North", "group": EVERYONE}
    >>> people = pd.DataFrame(team)
    >>> years = [people.assign(person=people["participant"], period=p) for p in ("2025", "2026")]
    >>> chosen = Windows(("2025",), ("2026",), PERIODS_BEFORE, "", people, pd.concat(years))
    >>> panel = pd.concat(years).drop(columns="team").assign(
    ...     level="individual", kpi="visits", numerator=[100.0, 50, 120, 60], denominator=np.nan,
    ...     exposure=1.0, missing="",
    ... )
    >>> found = compare(panel, chosen, ("visits",))
    >>> found[["level", "before", "after", "estimate"]].round(3).values.tolist()
    [['group', 150.0, 180.0, 0.2], ['team', 150.0, 180.0, 0.2]]
    """
    teams = _team_groups(chosen)
    belonged = chosen.employed[["person", "period", "team"]].rename(columns={"person": "participant"})
    by_person = _rows(panel, chosen, "individual").merge(belonged, on=["participant", "period"], how="left")
    by_team = _rows(panel, chosen, "team")
    grouped = (
        by_team.assign(group=by_team["participant"].map(teams)) if teams else _grouped(by_person, chosen)
    )
    own_team = chosen.people.dropna(subset=["team"]).drop_duplicates("team").set_index("team")["group"]
    inside = by_person.assign(group=by_person["team"].map(teams or own_team))
    unit = "team" if teams else "person"
    both = [grouped.assign(level="group", team="", unit=unit), inside.assign(level="team", unit="person")]
    rows = pd.concat(both, ignore_index=True).dropna(subset=["group", "team"])
    found = _changes(rows[rows["kpi"].isin(kpis)], chosen)
    place = found["kpi"].map({kpi: i for i, kpi in enumerate(kpis)})
    ordered = found.assign(place=place).sort_values(["place", "level", "group", "team"], ignore_index=True)
    return ordered[list(COLUMNS)]


def _rows(panel: pd.DataFrame, chosen: Windows, level: str) -> pd.DataFrame:
    """Panel rows of a level in the two windows that have something to add."""
    compared = panel["period"].isin([*chosen.before, *chosen.after])
    # Whose own denominator is zero has no value, but complaints without an order are complaints of the group.
    counted = panel["missing"].isin(["", "zero_denominator"])
    rows = panel.loc[(panel["level"] == level) & compared & counted, [*_KEY, *_SUMMED]]
    return rows.assign(window=np.where(rows["period"].isin(chosen.after), "after", "before"))


def _grouped(by_person: pd.DataFrame, chosen: Windows) -> pd.DataFrame:
    """People's rows with their group."""
    found = by_person.merge(chosen.people[["participant", "group"]], on="participant", how="left")
    # Who left before the later window still sold in the earlier one, for the group of the team then.
    of_team = found["team"].map(_whole_teams(chosen))
    return found.assign(group=found["group"].fillna(_only_group(chosen) or of_team))


def _whole_teams(chosen: Windows) -> pd.Series:
    """Team → group of the teams whose people are all in one."""
    pairs = chosen.people.dropna(subset=["team"])[["team", "group"]].drop_duplicates()
    return pairs.drop_duplicates("team", keep=False).set_index("team")["group"]


def _only_group(chosen: Windows) -> str:
    groups = chosen.people["group"].unique()
    return str(groups[0]) if len(groups) == 1 else ""


def _team_groups(chosen: Windows) -> dict[str, str]:
    """Team → group where every team is wholly in one group and each group has enough teams; else none."""
    whole = _whole_teams(chosen)
    sizes = whole.value_counts()
    every = len(whole) == chosen.people["team"].nunique()
    enough = len(sizes) > 1 and sizes.min() >= FEWEST_CLUSTERS
    return {str(team): str(group) for team, group in whole.items()} if every and enough else {}


def _changes(rows: pd.DataFrame, chosen: Windows) -> pd.DataFrame:
    """The change of every KPI in every group and team: a row each of `_CELL`."""
    is_ratio = rows["denominator"].notna().groupby(rows["kpi"]).any()
    sums = rows.groupby([*_CELL, "participant", "window"])[_SUMMED].sum().astype(float)
    wide = pd.DataFrame(sums.unstack("window", fill_value=0.0)).reindex(columns=_WIDE, fill_value=0.0)
    cells = wide.groupby(level=_CELL).ngroup().to_numpy()
    total = wide.groupby(level=_CELL).sum()
    periods = {"before": len(chosen.before), "after": len(chosen.after)}
    ratio = {"row": _of_kpi(wide, is_ratio), "cell": _of_kpi(total, is_ratio)}
    bottom = {w: np.where(ratio["row"], wide["denominator", w], float(n)) for w, n in periods.items()}
    tops = {w: wide["numerator", w].to_numpy() for w in periods}
    value, low, high, n = ratio_changes(
        tops["before"], bottom["before"], tops["after"], bottom["after"], cells, len(total)
    )
    heads = {w: total["exposure", w].to_numpy() / count for w, count in periods.items()}
    with np.errstate(all="ignore"):  # a denominator of zero leaves no value
        level = {
            w: total["numerator", w].to_numpy()
            / np.where(ratio["cell"], total["denominator", w], float(count))
            for w, count in periods.items()
        }
        level = {w: np.where(np.isfinite(x), x, np.nan) for w, x in level.items()}
        each = level["after"] / heads["after"] / (level["before"] / heads["before"]) - 1
    refused = ratio["cell"] | (np.minimum(heads["before"], heads["after"]) <= 0) | np.isnan(value)
    found = total.index.to_frame(index=False)
    return found.assign(
        before=level["before"], after=level["after"], estimate=value, low=low, high=high, confidence=LEVEL,
        n=n, per_person=np.where(refused, np.nan, each), heads_before=heads["before"],
        heads_after=heads["after"],
    )  # fmt: skip


def _of_kpi(table: pd.DataFrame, flags: pd.Series) -> np.ndarray:
    return flags.reindex(table.index.get_level_values("kpi")).to_numpy(dtype=bool)
