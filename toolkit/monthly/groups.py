"""Results of teams and regions for everybody to see: no group, nor what two differ by, is a person."""

from __future__ import annotations

import numpy as np
import pandas as pd

from toolkit.appraise.roster import assignments, period_table
from toolkit.monthly.inputs import Inputs
from toolkit.scheme.scheme import Scheme

LEAST = 5  # people a published mean is taken over (DESIGN.md: groups under 5 are suppressed)
LEVELS = ("region", "team")
EVERYBODY = "*"


def group_results(inputs: Inputs, scheme: Scheme, tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Mean scores of a scheme's regions and teams in the month.

    A mean of fewer than `LEAST` people is left out. So is one more group, the smallest, where what was left
    out could be told from the total: four people short of a whole are four people.

    Parameters
    ----------
    inputs : Inputs
    scheme : Scheme
    tables : dict
        With scores and scorecard.

    Returns
    -------
    DataFrame
        level (company, region, team), group, people (with a score), shown, score and a column for each
        measure's mean score, blank where not shown. No rows in a month that the scheme does not score.
    """
    period = next((p for p in inputs.periods if scheme.score_every == _grain(inputs, p)), None)
    columns = ["level", "group", "people", "shown", "score", *(m.name for m in scheme.measures)]
    if period is None:
        return pd.DataFrame(columns=columns)
    people = _scored(inputs, scheme, period, tables)
    found = [_of(people, "company", pd.Series(EVERYBODY, index=people.index), columns)]
    for level in LEVELS:
        rows = _of(people[people[level].notna()], level, people[level].dropna(), columns)
        parent = people.groupby(level)["region"].first() if level == "team" else None
        rows["shown"] = _safe(rows, None if parent is None else rows["group"].map(parent))
        found.append(rows)
    table = pd.concat(found, ignore_index=True)
    table[columns[4:]] = table[columns[4:]].where(table["shown"])
    return table[columns]


def _grain(inputs: Inputs, period: str) -> str:
    return inputs.schemes.calendar.grain_of(period)


def _scored(inputs: Inputs, scheme: Scheme, period: str, tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """The scheme's people with a score: region, team, score, and the score of each measure."""
    assigned = assignments(
        inputs.schemes, inputs.participants, period_table(inputs.schemes.calendar, [period])
    )
    people = assigned.loc[assigned["scheme"] == scheme.id, ["participant", "person", "team", "region"]]
    scores, card = (
        table[(table["scheme"] == scheme.id) & (table["period"] == period)]
        for table in (tables["scores"], tables["scorecard"])
    )
    measures = card.pivot(index="participant", columns="measure", values="score")
    wanted = measures.reindex(columns=[m.name for m in scheme.measures])
    known = people.merge(scores[["participant", "score"]].dropna(), on="participant")
    return known.merge(wanted.reset_index(), on="participant", how="left", suffixes=("", "\n"))


def _of(people: pd.DataFrame, level: str, groups: pd.Series, columns: list[str]) -> pd.DataFrame:
    """Means by group; of a measure that fewer than `LEAST` have a score in, none."""
    values = people[columns[4:]].groupby(groups)
    means, counts = values.mean(), values.count()
    rows = means.where(counts >= LEAST).assign(people=groups.groupby(groups).size())
    rows = rows.rename_axis("group").reset_index().assign(level=level)
    return rows.assign(shown=rows["people"] >= LEAST)


def _safe(rows: pd.DataFrame, parent: pd.Series | None) -> pd.Series:
    """Which groups can be shown so that those left out, taken together, are `LEAST` people or nobody."""
    shown = rows["shown"].copy()
    wholes = [np.ones(len(rows), dtype=bool)]
    if parent is not None:
        wholes = [(parent == name).to_numpy() for name in parent.dropna().unique()] + wholes
    for whole in wholes:
        while True:
            left_out = rows.loc[whole & ~shown, "people"].sum()
            rest = rows.loc[whole & shown, "people"]
            if not 0 < left_out < LEAST or rest.empty:
                break
            shown[rest.idxmin()] = False
    return shown
