"""Whom an alert goes to: the participant first, the manager with them, HR only where it is grave."""

from __future__ import annotations

import pandas as pd

PARTICIPANT, MANAGER, HR = "participant", "manager", "hr"
REACH = {"low": (PARTICIPANT,), "medium": (PARTICIPANT, MANAGER), "high": (PARTICIPANT, MANAGER, HR)}
COLUMNS = ["role", "recipient", "alert"]


def routes(
    alerts: pd.DataFrame, participants: pd.DataFrame, as_of: pd.Timestamp | None = None
) -> pd.DataFrame:
    """Who is told of each alert.

    A low alert goes to the participant, a medium one also to the manager, a high one also to HR. An alert of
    a team goes to its people's managers in the place of a participant. Where a manager should be told and the
    roster names none, HR is told. What was refused goes to nobody.

    Parameters
    ----------
    alerts : DataFrame
        Contract `alerts`, with `level`.
    participants : DataFrame
        The standard table; of a person's several rows that of the day counts.
    as_of : Timestamp, optional
        The day; the last row of each person by default.

    Returns
    -------
    DataFrame
        role (participant, manager, hr), recipient (a participant's id, a manager as the roster writes them,
        or `hr`), alert (the alert's row label). Each alert once a recipient.

    Examples
    --------
    >>> columns = ["participant", "severity", "level"]
    >>> found = pd.DataFrame([("p1", "medium", "individual")], columns=columns)
    >>> people = pd.DataFrame({"participant": ["p1"], "manager": ["Wang"], "valid_from": [pd.NaT]})
    >>> routes(found, people)[["role", "recipient"]].values.tolist()
    [['participant', 'p1'], ['manager', 'Wang']]
    """
    people = _of_day(participants, as_of)
    rows = []
    for label, alert in alerts.iterrows():
        for role in REACH.get(str(alert["severity"]), ()):
            rows += [(*who, label) for who in _recipients(role, alert, people)]
    return pd.DataFrame(rows, columns=COLUMNS).drop_duplicates(ignore_index=True)


def _of_day(participants: pd.DataFrame, as_of: pd.Timestamp | None) -> pd.DataFrame:
    """A row a person: the one that holds on the day, else the last that began before it."""
    rows = participants.sort_values("valid_from", na_position="first", kind="stable")
    if as_of is not None:
        rows = rows[rows["valid_from"].isna() | (rows["valid_from"] <= as_of)]
    return rows.drop_duplicates("participant", keep="last")


def _recipients(role: str, alert: pd.Series, people: pd.DataFrame) -> list[tuple[str, str]]:
    own = alert["level"] == "individual"
    if role == HR:
        return [(HR, HR)]
    if role == PARTICIPANT and own:
        return [(PARTICIPANT, str(alert["participant"]))]
    column = "participant" if own else str(alert["level"])
    members = people[people[column] == alert["participant"]] if column in people else people
    managers = members["manager"].dropna().unique() if "manager" in members else []
    named = [(MANAGER, str(name)) for name in managers if str(name).strip()]
    return named or [(HR, HR)]
