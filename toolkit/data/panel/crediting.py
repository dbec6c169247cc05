"""Whose deal: credit for one deal split among several people, so that every level still adds up.

A deal of 100 shared 60/40 is 60 and 40 of its amount and 0.6 and 0.4 of a deal. What nobody is credited with
belongs to the group `unassigned`. Where the scheme grants double credit (a specialist beside the seller), the
people's shares pass the whole, but a team, a region and the company have a deal once at most.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

import pandas as pd
from ibis.backends.duckdb import Backend

from toolkit.data.convert import ident
from toolkit.data.files.read import SHOWN
from toolkit.data.panel.cells import roster_table
from toolkit.data.relations import Relation
from toolkit.data.sources import TableSource, source_name
from toolkit.data.store import put
from toolkit.data.typed import note_rest
from toolkit.errors import Problems
from toolkit.scheme.coverage import applies
from toolkit.scheme.scheme import Scheme

ROUNDING = 0.0005  # 33.33 % three times is meant to be the whole
_SHARE = "DECIMAL(9, 8)"  # times an amount of 4 decimals this stays exact
_DAY = "coalesce(ordered_on, closed_on, created_on)"  # on which a deal's people are looked up in their teams
_NEAR_WHOLE = f"abs(1 - total) <= {ROUNDING}"


def check_credits(
    database: Backend,
    source: TableSource,
    schemes: Iterable[Scheme],
    people: pd.DataFrame,
    problems: Problems,
) -> None:
    """Note every deal whose credits pass the whole, but for people whose scheme grants double credit."""
    double = _double(schemes, people)
    found: list[tuple[Any, ...]] = database.raw_sql(
        f"SELECT deal, arg_max(_file, (_file, _row)), arg_max(_row, (_file, _row)), sum(share), "
        f"count(*) OVER () "
        f"FROM credits WHERE participant NOT IN (SELECT unnest({double})) GROUP BY deal "
        f"HAVING sum(share) > 1 + {ROUNDING} ORDER BY 2, 3 LIMIT {SHOWN}"
    ).fetchall()
    column = source.written("share")
    for deal, file, row, total, _ in found:
        where = source_name("credits", source, file)
        problems.add(
            "data.credit_over", where=where, row=row, column=column, value=deal, total=f"{total:.2%}"
        )
    if found and found[0][4] > SHOWN:
        note_rest(source_name("credits", source), column, found[0][4] - SHOWN, problems)


def _double(schemes: Iterable[Scheme], people: pd.DataFrame) -> list[str]:
    """The people whose scheme grants double credit."""
    granted = [people.loc[applies(s, people), "participant"] for s in schemes if s.double_credit]
    return sorted(set(pd.concat(granted))) if granted else []


def split_credit(database: Backend, deals: Relation, people: pd.DataFrame) -> Relation:
    """Make `_shares` from the credits: for every deal who has which share of it, the whole always.

    Returns
    -------
    Relation
        The deals, as shared: `double` where some deal's people have more than the whole of it together.
    """
    put(database, "_roster", roster_table(people))
    database.raw_sql(
        f"""CREATE OR REPLACE TABLE _shares AS
        WITH given AS (SELECT deal, participant, CAST(share AS {_SHARE}) AS share FROM credits),
        totals AS (SELECT deal, sum(share) AS total, arg_max(participant, (share, participant)) AS first
                   FROM given GROUP BY deal),
        rounded AS (SELECT g.deal, g.participant, g.share + CASE WHEN {_NEAR_WHOLE} AND g.participant = first
                    THEN 1 - total ELSE 0 END AS share FROM given AS g JOIN totals USING (deal)),
        all_of AS (SELECT * FROM rounded UNION ALL
                   SELECT deal, NULL, 1 - total FROM totals WHERE total < 1 AND NOT {_NEAR_WHOLE} UNION ALL
                   SELECT deal, participant, 1 FROM {deals.source} AS d
                   WHERE deal NOT IN (SELECT deal FROM totals)),
        placed AS (SELECT a.*, r.team, r.region FROM all_of AS a JOIN
                   (SELECT deal, {_DAY} AS day FROM {deals.source} AS d) AS d USING (deal)
                   LEFT JOIN _roster AS r
                   ON r.participant = a.participant AND d.day BETWEEN r.valid_from AND r.valid_to)
        SELECT deal, participant, CAST(share AS {_SHARE}) AS individual,
               {_once("deal, team")} AS team, {_once("deal, region")} AS region, {_once("deal")} AS company
        FROM placed"""
    )
    row = database.raw_sql("SELECT coalesce(bool_or(individual <> company), false) FROM _shares").fetchone()
    return replace(deals, credit="double" if row[0] else "split")


def _once(group: str) -> str:
    """A person's share within a group, which has a deal once at most."""
    total = f"sum(share) OVER (PARTITION BY {group})"
    return f"CAST(CASE WHEN {total} > 1 THEN share / {total} ELSE share END AS {_SHARE})"


def credited(
    relation: Relation, table: str, owner: str, source: str, levels: list[str]
) -> Iterator[tuple[list[str], str, str]]:
    """How to read a table's rows for each level: what a FROM names, and the column that weighs a row."""
    if table != "deals" or owner != "participant" or not relation.credit:
        yield levels, source, ""
        return
    for group in [[level] for level in levels] if relation.credit == "double" else [levels]:
        share = group[0] if relation.credit == "double" else "individual"
        rows = (
            f"(SELECT d.* EXCLUDE (participant), s.participant, s.{ident(share)} AS _share "
            f"FROM {source} AS d JOIN _shares AS s USING (deal))"
        )
        yield group, rows, "_share"
