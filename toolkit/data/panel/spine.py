"""Who is to be measured in which period: people employed in it, and the groups they then belong to."""

from __future__ import annotations

import pandas as pd

from toolkit.scheme.coverage import employment

UNASSIGNED = "unassigned"  # the group of people without a team or region on the day
COMPANY = "all"
KEY = ["level", "participant", "period"]
LEVELS = ["individual", "team", "region", "company"]


def spine(participants: pd.DataFrame, periods: pd.DataFrame) -> pd.DataFrame:
    """The panel's rows before anything is measured.

    Parameters
    ----------
    participants : DataFrame
        The standard table.
    periods : DataFrame
        period, grain, start, end.

    Returns
    -------
    DataFrame
        level, participant, period, exposure: the employed share of the period's days, for a group the
        sum over the people who belong to it on their last day in the period.
    """
    people = employment(participants, periods)
    groups = [people.assign(level="individual")]
    for level, name in (("team", people["team"]), ("region", people["region"]), ("company", COMPANY)):
        groups.append(people.assign(level=level, participant=name))
    rows = pd.concat(groups, ignore_index=True)
    rows["participant"] = rows["participant"].fillna(UNASSIGNED)
    summed = rows.groupby(KEY, sort=False)["exposure"].sum()
    return summed.reset_index()
