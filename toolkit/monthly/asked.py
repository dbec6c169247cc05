"""Who is asked to rate whom: oneself, colleagues of the team, the superior, as the schemes' measures say."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from toolkit.appraise.roster import assignments, period_table
from toolkit.data.records.forms import rated_measures
from toolkit.monthly.inputs import closing_periods
from toolkit.scheme.scheme import Schemes

PEERS = 5  # colleagues who rate a person: enough for a mean, few enough to be answered with care
SCALE = (1.0, 5.0)  # where a measure's own rule has no ratings in it


class Asked(NamedTuple):
    """One rating that is asked for."""

    rater: str
    participant: str
    name: str
    period: str
    measure: str
    kpi: str
    kind: str
    low: int
    high: int


def ratings_asked(schemes: Schemes, participants: pd.DataFrame, period: str) -> list[Asked]:
    """Every rating that the schemes need for a month, by rater.

    A person rates themselves; `PEERS` colleagues of their team, the next ones in the order of their ids, rate
    them; so does whom the roster names as their manager, by id or by a name that only one person has. The
    manager is not asked as a colleague too. Nobody is asked where the roster names none.

    Parameters
    ----------
    schemes : Schemes
    participants : DataFrame
        The standard table.
    period : str
        The month. A scheme that is scored by quarters asks in the month that ends one, for the quarter.

    Examples
    --------
    >>> from toolkit.scheme.example import example_schemes
    >>> from toolkit.appraise.example import example_roster
    >>> ratings_asked(example_schemes(), example_roster(), "2026-03")
    []
    """
    periods = period_table(schemes.calendar, closing_periods(schemes, period))
    assigned = assignments(schemes, participants, periods)
    scales, known = rated_measures(schemes), _ids(participants)
    found = []
    for scheme in schemes:
        measures = [measure for measure in scheme.measures if measure.raters]
        rows = assigned[assigned["grain"] == scheme.score_every]
        own = rows[rows["scheme"] == scheme.id]
        if not measures or scheme.level != "individual":
            continue
        for person in own.to_dict("records"):
            who, name = str(person["person"]), _name(person)
            for kind, rater in _raters(person, rows, known):
                for measure in measures:
                    if kind in measure.raters:
                        low, high = scales[measure.name] or SCALE
                        edges = int(np.ceil(low)), int(np.floor(high))
                        asked = (rater, who, name, person["period"], measure.name, measure.kpi, kind, *edges)
                        found.append(Asked(*asked))
    return sorted(found)


def _name(person: Mapping[Hashable, Any]) -> str:
    return str(person["name"] if pd.notna(person.get("name")) else person["person"])


def _ids(participants: pd.DataFrame) -> dict[str, str]:
    """How a roster may write its people as managers → their ids; a name that two people have is nobody's."""
    people = participants.drop_duplicates("participant")
    single = people[people["name"].notna() & ~people["name"].duplicated(keep=False)]
    ids = dict(zip(single["name"].astype(str), single["participant"].astype(str), strict=True))
    return ids | {str(who): str(who) for who in people["participant"]}


def _raters(
    person: Mapping[Hashable, Any], rows: pd.DataFrame, known: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    own, manager = str(person["person"]), person.get("manager")
    above = manager.strip() if isinstance(manager, str) else ""
    above = known.get(above, above)
    yield "self", own
    team = rows[(rows["team"] == person["team"]) & (rows["period"] == person["period"])]
    members = sorted(team["person"].unique())
    if own in members:
        at = members.index(own)
        # One person has one say: a manager of the same team would replace their own rating as a colleague's.
        others = [other for other in members[at + 1 :] + members[:at] if other != above]
        yield from (("peer", other) for other in others[:PEERS])
    if above not in ("", own):
        yield "manager", above
