"""Aggregates measured from source rows: KPIs that share a table, a date and an owner take one pass."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import pandas as pd
from ibis.backends.duckdb import Backend

from toolkit.catalogue.kpi import Aggregate, Kpi
from toolkit.data.convert import ident
from toolkit.data.databases.engines import run
from toolkit.data.panel.cells import Cells
from toolkit.data.panel.crediting import credited
from toolkit.data.panel.parts import Steps, rows_counted, rows_used, split, splits
from toolkit.data.panel.spine import COMPANY, KEY, LEVELS, UNASSIGNED
from toolkit.data.relations import Relation
from toolkit.data.sql import parse_aggregate, qualified
from toolkit.data.store import put

_GROUPS = {
    "individual": f"coalesce(t._owner, '{UNASSIGNED}')",
    "team": f"coalesce(r.team, '{UNASSIGNED}')",
    "region": f"coalesce(r.region, '{UNASSIGNED}')",
    "company": f"'{COMPANY}'",
}


@dataclass(frozen=True)
class Scan:
    """What KPIs must share to be measured in one pass over a table."""

    table: str
    owner: str
    date: str
    opened: str
    closed: str

    @property
    def columns(self) -> set[str]:
        """The columns that say whose a row is and when it counts."""
        return {c for c in (self.owner, self.date, self.opened, self.closed) if c}


def scan_of(part: Aggregate) -> Scan:
    """The scan that measures a numerator or denominator: what was opened counts as it stands on a day."""
    if part.opened:
        return Scan(part.table, part.owner, "", part.opened, part.closed)
    return Scan(part.table, part.owner, part.date, "", "")


def measured_parts(
    database: Backend, relations: Mapping[str, Relation], cells: Cells, kpis: Iterable[Kpi]
) -> dict[tuple[Scan, str], pd.DataFrame]:
    """Run every scan that the KPIs need.

    Parameters
    ----------
    database : Backend
        The toolkit's own, with the tables of `cells` in it.
    relations : mapping
        Standard table → where its rows are.

    Returns
    -------
    dict
        (scan, aggregate) → level, participant, period, value, rows (that the aggregate used), any_rows
        (of the table).
    """
    wanted: dict[Scan, list[str]] = {}
    for kpi in kpis:
        for part in (kpi.numerator, kpi.denominator):
            if part is not None and part.sql not in wanted.setdefault(scan_of(part), []):
                wanted[scan_of(part)].append(part.sql)
    wide = {table: _widened(database, relations[table], table, wanted) for table in {s.table for s in wanted}}
    found = {}
    for scan, sqls in wanted.items():
        for group in ([s for s in sqls if splits(s)], [s for s in sqls if not splits(s)]):
            if group:
                found.update(_measured(database, wide[scan.table], cells, scan, group))
    for made in {r.source for r in wide.values()} - {r.source for r in relations.values()}:
        database.raw_sql(f"DROP TABLE {made}")
    return found


def _columns(scan: Scan, sqls: Iterable[str]) -> set[str]:
    """The columns of its table that a scan reads."""
    return scan.columns.union(*(parse_aggregate(sql).columns for sql in sqls))


def _widened(database: Backend, relation: Relation, table: str, wanted: Mapping[Scan, list[str]]) -> Relation:
    """The table with its derived columns made once for all the scans that read it, where they need any."""
    columns = set().union(*(_columns(scan, sqls) for scan, sqls in wanted.items() if scan.table == table))
    made = columns & {*relation.derived, *relation.lookups}
    if not made or relation.engine is not None or relation.is_view:
        return relation
    listed = ", ".join(ident(c) for c in sorted(columns | ({"deal"} if relation.credit else set())))
    name = f"_wide_{table}"
    rows = relation.select(columns)
    database.raw_sql(f"CREATE OR REPLACE TABLE {name} AS SELECT {listed} FROM {rows} AS t")
    return replace(relation, source=name, derived={}, lookups={})


def _measured(
    database: Backend, relation: Relation, cells: Cells, scan: Scan, sqls: list[str]
) -> dict[tuple[Scan, str], pd.DataFrame]:
    """One scan: its first step where the rows lie, its second here, level by level."""
    columns = _columns(scan, sqls)
    source = relation.select(columns)
    frames = []
    for levels, rows, share in credited(relation, scan.table, scan.owner, source, LEVELS):
        steps = Steps(share)
        if splits(sqls[0]):
            finals = [(split(sql, steps), rows_used(sql, steps)) for sql in sqls]
            _keep(database, relation, cells, first_step(scan, rows, steps))
            _keep_values(database, steps)
        else:
            finals = [(qualified(sql), rows_counted(sql)) for sql in sqls]
            _keep(database, relation, cells, rows_step(scan, rows, columns))
        frames += [_level(database, level, finals, steps) for level in levels]
        for made in ("_parts", *(f"_{key}" for key in steps.keys.values())):
            database.raw_sql(f"DROP TABLE {made}")
    result = pd.concat(frames, ignore_index=True)
    found = {}
    for i, sql in enumerate(sqls):
        named = result[[*KEY, "any_rows"]].assign(value=result[f"v{i}"], rows=result[f"n{i}"])
        found[scan, sql] = named
    return found


def first_step(scan: Scan, rows: str, steps: Steps) -> str:
    """The SELECT that reads the source rows: _owner, _cell, _n (rows), then a column a partial result.

    Parameters
    ----------
    rows : str
        What the FROM names.
    """
    partials = [f"{sql} AS {name}" for sql, name in {**steps.partials, **steps.keys}.items()]
    selected = ", ".join([_whose(scan), "count(*) AS _n", *partials])
    return f"SELECT {selected} FROM {_from(scan, rows)} GROUP BY 1, 2"


def rows_step(scan: Scan, rows: str, columns: Iterable[str]) -> str:
    """The SELECT of the rows themselves, for aggregates that cannot be made of parts."""
    listed = "".join(f", t.{ident(c)} AS {ident(c)}" for c in sorted(columns))
    return f"SELECT {_whose(scan)}, 1 AS _n{listed} FROM {_from(scan, rows)}"


def _whose(scan: Scan) -> str:
    return f"t.{ident(scan.owner)} AS _owner, p.cell AS _cell"


def _from(scan: Scan, rows: str) -> str:
    if scan.date:
        return f"{rows} AS t JOIN _days AS p ON t.{ident(scan.date)} = p.day"
    opened = f"{rows} AS t JOIN _ends AS p ON t.{ident(scan.opened)} <= p.day"
    closed = f"t.{ident(scan.closed)}"
    return f"{opened} AND ({closed} IS NULL OR {closed} > p.day)" if scan.closed else opened


def _keep(database: Backend, relation: Relation, cells: Cells, first: str) -> None:
    """Keep the first step's result as `_parts`; from elsewhere only it crosses the network."""
    if relation.engine is None:
        database.raw_sql(f"CREATE OR REPLACE TABLE _parts AS {first}")
    else:
        small = {name: table for name, table in cells.travelling().items() if f" {name} AS p" in first}
        put(database, "_parts", run(relation.engine, first, small))


def _keep_values(database: Backend, steps: Steps) -> None:
    """Keep each list of distinct values as rows; a whole number stands for a value: it compares faster."""
    for key in steps.keys.values():
        database.raw_sql(
            f"CREATE OR REPLACE TABLE _{key} AS "
            f"WITH listed AS (SELECT _owner, _cell, unnest({key}) AS v FROM _parts), "
            f"codes AS (SELECT v, CAST(row_number() OVER () AS INTEGER) AS code "
            "FROM (SELECT DISTINCT v FROM listed)) "
            "SELECT _owner, _cell, code FROM listed JOIN codes USING (v)"
        )


def _level(database: Backend, level: str, finals: list[tuple[str, str]], steps: Steps) -> pd.DataFrame:
    """The second step for one level: every person, team or region in every period."""
    selected = ", ".join(
        f"CAST({value} AS DOUBLE) AS v{i}, CAST({rows} AS BIGINT) AS n{i}"
        for i, (value, rows) in enumerate(finals)
    )
    group = f"SELECT {_GROUPS[level]} AS participant, c.period"
    if steps.partials:
        rolled = ", ".join(f"{rollup}({name}) AS {name}" for name, rollup in steps.rollups.items())
        t = f"({group}, sum(_n) AS _n, {rolled} FROM {_placed('_parts')} GROUP BY 1, 2) AS t"
        for key in steps.keys.values():
            values = f"(SELECT DISTINCT * FROM ({group}, code FROM {_placed('_' + key)}))"
            counted = f"(SELECT participant, period, count(*) AS {key} FROM {values} GROUP BY 1, 2)"
            t = f"{t} LEFT JOIN {counted} AS {key} USING (participant, period)"
        t = f"(SELECT * FROM {t}) AS t"
        query = f"SELECT participant, period, CAST(_n AS BIGINT) AS any_rows, {selected} FROM {t}"
    else:
        rows = f"({group}, t.* FROM {_placed('_parts')}) AS t"
        counted = "CAST(sum(_n) AS BIGINT) AS any_rows"
        query = f"SELECT participant, period, {counted}, {selected} FROM {rows} GROUP BY 1, 2"
    found: pd.DataFrame = database.raw_sql(query).arrow().read_all().to_pandas()
    return found.assign(level=level)


def _placed(parts: str) -> str:
    """Parts with the periods they count in and the places of their people."""
    return (
        f"{parts} AS t JOIN _cells AS c ON c.cell = t._cell LEFT JOIN _roster AS r "
        f"ON r.participant = t._owner AND c.day BETWEEN r.valid_from AND r.valid_to"
    )
