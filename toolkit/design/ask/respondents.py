"""Who is asked: everybody employed, some ids, or a list that may name people outside the roster."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from toolkit.data.engagement import Engagement
from toolkit.data.files.encoding import as_utf8
from toolkit.errors import DataError, Problem, Problems
from toolkit.faults import near
from toolkit.language import describe

EVERYBODY = "all"
_FIELDS = ("respondent", "name", "role")
_HEADS = {"respondent", "participant", "id", "编号", "工号"}  # a list's first cell that is a heading


class Respondent(NamedTuple):
    """Somebody who gets a form."""

    respondent: str
    name: str = ""
    role: str = ""


def find_respondents(client: Engagement, said: str = EVERYBODY) -> tuple[Respondent, ...]:
    """The people that a command or a notebook names.

    Parameters
    ----------
    client : Engagement
    said : str
        `all`: everybody of the roster who is employed on the last day covered; ids of the roster,
        separated by commas; or a file with a line for each person: id, name, role. Only the file may name
        people whom the roster does not know, such as managers or HR.

    Returns
    -------
    tuple of Respondent
        In the roster's order, or as listed.

    Raises
    ------
    DataError
        Nobody is left to ask; every id that is unknown or stands twice, every line that cannot be read.
    """
    roster = _roster(client)
    problems = Problems()
    if said.strip() == EVERYBODY:
        found = [person for person, employed in roster.values() if employed]
    elif Path(said).suffix.lower() in (".csv", ".txt"):
        found = _listed(Path(said), roster, problems)
    else:
        ids = [part.strip() for part in said.replace("，", ",").split(",") if part.strip()]
        for who in ids:
            if who not in roster:
                problems.add("ask.unknown_respondent", value=who, known=near(who, roster))
        found = [roster[who][0] for who in ids if who in roster]
    _refuse_twice(found, problems)
    problems.raise_as(DataError)
    if not found:
        raise DataError(Problem("ask.no_respondents"))
    return tuple(found)


def _roster(client: Engagement) -> dict[str, tuple[Respondent, bool]]:
    """Everybody by id, as their latest row has them, and whether they are employed at the end."""
    people = client.participants
    if "valid_from" in people:
        people = people.sort_values("valid_from", kind="stable", na_position="first")
    latest = people.drop_duplicates("participant", keep="last")
    end = pd.Timestamp(client.end)
    here = pd.Series(True, latest.index)
    if "left_on" in latest:
        here &= latest["left_on"].isna() | (latest["left_on"] >= end)
    if "hired_on" in latest:
        here &= latest["hired_on"].isna() | (latest["hired_on"] <= end)
    told = {name: latest[name].fillna("").astype(str) for name in ("name", "role") if name in latest}
    blank = pd.Series("", latest.index)
    found = {
        who: (Respondent(who, name or who, role), bool(employed))
        for who, name, role, employed in zip(
            latest["participant"].astype(str),
            told.get("name", blank),
            told.get("role", blank),
            here,
            strict=True,
        )
    }
    order = dict.fromkeys(client.participants["participant"].astype(str))
    return {who: found[who] for who in order}


def _listed(path: Path, roster: dict[str, tuple[Respondent, bool]], problems: Problems) -> list[Respondent]:
    own = Problems()
    try:
        content = as_utf8(path.read_bytes(), "", path.name, own)
    except OSError as error:
        problems.add("ask.list_unreadable", where=path.name, value=str(error.strerror or error))
        return []
    if content is None:
        problems.add("ask.list_unreadable", where=path.name, value=describe(own.items[0], remedied=False))
        return []
    found = []
    rows = csv.reader(content.decode("utf-8").replace("，", ",").splitlines())
    for line, row in enumerate(rows, 1):
        cells = [cell.strip() for cell in row]
        while cells and not cells[-1]:
            cells.pop()
        if not cells or (line == 1 and cells[0].casefold() in _HEADS):
            continue
        if not cells[0] or len(cells) > len(_FIELDS):
            problems.add("ask.list_line", where=path.name, row=line, value=",".join(row))
            continue
        person = Respondent(*cells)
        known = roster.get(person.respondent, (person, True))[0]
        found.append(
            Respondent(person.respondent, person.name or known.name or cells[0], person.role or known.role)
        )
    return found


def _refuse_twice(found: list[Respondent], problems: Problems) -> None:
    ids = [person.respondent for person in found]
    for who in dict.fromkeys(ids):
        if ids.count(who) > 1:
            problems.add("ask.twice_listed", value=who)
