"""What changed between two windows of time, per KPI, group and team: described, not yet explained."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from toolkit.periods import Calendar
from toolkit.scheme.scheme import Schemes
from toolkit.stats import FEWEST_CLUSTERS, LEVEL, ratio_change

SAME_PERIODS_LAST_YEAR = "same_periods_last_year"
PERIODS_BEFORE = "periods_before"
WITHOUT_CHANGE = 4  # periods against the same number before, where no scheme changed
CHANGED, UNCHANGED, EVERYONE = "changed", "unchanged", "everyone"


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
        participant, group (changed, unchanged or everyone), scheme, team: as in their last period of the later window.
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

    A change is the last pay period in which somebody came under a scheme of another name than before. The window after
    it is compared with the same periods a year earlier where the data reach back that far, else with as many periods
    just before. Without a change the last four periods are compared with the four before.

    Parameters
    ----------
    schemes : Schemes
    assigned : DataFrame
        Who is under which scheme in each period (`assignments`).
    calendar : Calendar
    """
    grain = max((s.pay_every for s in schemes), key=lambda g: -calendar.periods_per_year(g))
    rows = assigned[assigned["grain"] == grain].sort_values(["start", "person"])
    periods = list(dict.fromkeys(rows["period"]))
    rows = rows.assign(name=rows["scheme"].str.partition("@")[0])
    switched = rows["name"] != rows.groupby("person")["name"].shift().fillna(rows["name"])
    if not switched.any():
        n = min(WITHOUT_CHANGE, len(periods) // 2)
        later, earlier = periods[len(periods) - n :], periods[len(periods) - 2 * n : len(periods) - n]
        return Windows(tuple(earlier), tuple(later), PERIODS_BEFORE, "", _people(rows, later, {}), rows)
    change = rows.loc[switched, "period"].iloc[-1]
    after = periods[periods.index(change) :]
    last_year = [calendar.year_before(p) for p in after]
    if all(p in periods for p in last_year) and not set(last_year) & set(after):
        before, basis = last_year, SAME_PERIODS_LAST_YEAR
    else:
        start = periods.index(change)
        before, basis = periods[max(0, start - len(after)) : start], PERIODS_BEFORE
    new = rows[switched & (rows["period"] == change)]
    group = dict.fromkeys(new["person"], CHANGED)
    people = _people(rows, after, group | {p: UNCHANGED for p in set(rows["person"]) - set(group)})
    # Who joins a changed team later belongs to it too.
    people.loc[people["scheme"].isin(set(new["scheme"])), "group"] = CHANGED
    return Windows(tuple(before), tuple(after), basis, change, people, rows, tuple(sorted(set(new["scheme"]))))


def _people(rows: pd.DataFrame, after: list[str], group: dict[str, str]) -> pd.DataFrame:
    """Everyone seen in the later window, as in their last period of it."""
    last = rows[rows["period"].isin(after)].groupby("person", as_index=False).last()
    people = last.rename(columns={"participant": "appraised"})[["person", "scheme", "team", "region"]]
    people = people.rename(columns={"person": "participant"})
    return people.assign(group=people["participant"].map(group).fillna(EVERYONE))


def compare(panel: pd.DataFrame, chosen: Windows, kpis: tuple[str, ...]) -> pd.DataFrame:
    """Change of every KPI between the windows, for each group and each team.

    Where whole teams are under one scheme and each group has three teams or more, the group's interval is taken
    between teams, for the scheme was given to teams; else between people. A team's own interval is between its people.

    Parameters
    ----------
    panel : DataFrame
        Rows of the levels individual and team are used.
    chosen : Windows
    kpis : tuple of str
        What to compare.

    Returns
    -------
    DataFrame
        kpi, level (group or team), group, team, unit (team or person: what the interval is taken between), before,
        after (a total per period, or a ratio), estimate (relative change), low, high, confidence, n (units),
        per_person (relative change per person employed, totals only), heads_before, heads_after (people employed on
        average). A blank estimate is refused: a base that is not above zero.
    """
    by_person = _rows(panel, chosen, "individual", chosen.employed[["person", "period", "team"]].rename(columns={"person": "participant"}))
    by_team = _rows(panel, chosen, "team", None).assign(team=lambda rows: rows["participant"])
    teams = _team_groups(chosen)
    unit = "team" if teams else "person"
    if teams:
        grouped = by_team.assign(group=by_team["participant"].map(teams)).dropna(subset=["group"])
    else:
        grouped = by_person.merge(chosen.people[["participant", "group"]], on="participant", how="left")
        only = chosen.people["group"].iloc[0] if chosen.people["group"].nunique() == 1 else None
        grouped["group"] = grouped["group"].fillna(only)  # who left before the later window still sold in the earlier one
    own_team = teams or chosen.people.drop_duplicates("team").set_index("team")["group"].to_dict()
    inside = by_person.assign(group=by_person["team"].map(own_team)).dropna(subset=["group"])
    out = []
    for kpi in kpis:
        for group, part in grouped[grouped["kpi"] == kpi].groupby("group"):
            out.append({"kpi": kpi, "level": "group", "group": group, "team": "", "unit": unit} | _change(part, chosen))
        for (group, team), part in inside[inside["kpi"] == kpi].groupby(["group", "team"]):
            out.append({"kpi": kpi, "level": "team", "group": group, "team": team, "unit": "person"} | _change(part, chosen))
    return pd.DataFrame(out)


def _rows(panel: pd.DataFrame, chosen: Windows, level: str, teams: pd.DataFrame | None) -> pd.DataFrame:
    """Panel rows of a level in the two windows, with a value."""
    rows = panel[(panel["level"] == level) & panel["period"].isin([*chosen.before, *chosen.after]) & (panel["missing"] == "")]
    rows = rows.assign(window=np.where(rows["period"].isin(chosen.after), "after", "before"))
    return rows if teams is None else rows.merge(teams, on=["participant", "period"], how="left")


def _team_groups(chosen: Windows) -> dict[str, str]:
    """Team → group where every team is wholly in one group and each group has three teams or more; else empty."""
    pairs = chosen.people.dropna(subset=["team"])[["team", "group"]].drop_duplicates()
    sizes = pairs["group"].value_counts()
    whole = not pairs["team"].duplicated().any() and len(pairs) > 0 and pairs["group"].nunique() > 1
    return dict(zip(pairs["team"], pairs["group"], strict=True)) if whole and sizes.min() >= FEWEST_CLUSTERS else {}


_COLUMNS = pd.MultiIndex.from_product([["numerator", "denominator", "exposure"], ["before", "after"]])


def _change(part: pd.DataFrame, chosen: Windows) -> dict[str, object]:
    """The change of one KPI among some units."""
    sums = part.groupby(["participant", "window"])[["numerator", "denominator", "exposure"]].sum()
    wide = sums.unstack("window", fill_value=0.0).reindex(columns=_COLUMNS, fill_value=0.0)
    periods = {"before": len(chosen.before), "after": len(chosen.after)}
    top = {w: wide["numerator", w].to_numpy() for w in periods}
    is_ratio = bool(part["denominator"].notna().any())
    bottom = {w: wide["denominator", w].to_numpy() if is_ratio else np.full(len(wide), float(n)) for w, n in periods.items()}
    change = ratio_change(top["before"], bottom["before"], top["after"], bottom["after"])
    heads = {w: float(wide["exposure", w].sum()) / n for w, n in periods.items()}
    scale = {w: bottom[w].sum() if is_ratio else n for w, n in periods.items()}
    values = {w: float(top[w].sum() / scale[w]) if scale[w] else np.nan for w in periods}
    each = np.nan
    if not is_ratio and min(heads.values()) > 0 and change.value == change.value:  # refused with the total
        each = values["after"] / heads["after"] / (values["before"] / heads["before"]) - 1
    return {
        **values, "estimate": change.value, "low": change.low, "high": change.high, "confidence": LEVEL, "n": change.n,
        "per_person": each, "heads_before": heads["before"], "heads_after": heads["after"],
    }  # fmt: skip
