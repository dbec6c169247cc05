"""The source rows behind a number of the panel: which rows, from which file, and what each of them adds."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import pyarrow as pa
from ibis.backends.duckdb import Backend

from toolkit.catalogue.kpi import Aggregate
from toolkit.data.convert import ident, literal
from toolkit.data.databases.engines import run
from toolkit.data.engagement import Engagement
from toolkit.data.kpis import Measurable, check_kpis
from toolkit.data.panel.cells import roster_table
from toolkit.data.panel.crediting import credited
from toolkit.data.panel.given_rows import given_rows
from toolkit.data.panel.per_row import adds, counts
from toolkit.data.panel.scan import Scan, scan_of
from toolkit.data.panel.spine import COMPANY, LEVELS, UNASSIGNED
from toolkit.data.relations import Relation
from toolkit.data.sources import source_name
from toolkit.data.sql import parse_aggregate
from toolkit.data.store import put
from toolkit.data.tables import TABLES
from toolkit.errors import DataError, Problems
from toolkit.faults import near

FIXED = ["part", "table", "id", "date", "owner", "customer", "counts", "share", "adds", "file", "row"]


def source_rows(
    client: Engagement, kpi: str, participant: str, period: str, limit: int | None = None, level: str = ""
) -> pd.DataFrame:
    """The rows of the client's data behind a participant's number in a period.

    Parameters
    ----------
    client : Engagement
    kpi : str
        A KPI that the engagement can measure.
    participant : str
        A person, a team, a region, or `all` for the company; `unassigned` for rows of nobody's.
    period : str
        `2026-03`, `2026-Q1`, ...
    limit : int, optional
        At most so many rows of the numerator, and of the denominator; those that count come first.
    level : str, optional
        individual, team, region or company, where a name could be either.

    Returns
    -------
    DataFrame
        part (numerator, denominator), table, id (the row's key), date (for what stands on a day, when it was
        opened), owner, customer, counts (yes, no: whether the aggregate's FILTER takes the row), share (of a
        shared deal), adds (what the row adds to the part; blank where rows do not simply add up, as distinct
        customers), file and row (where it stands; row is blank for a table in a database), then the columns
        that the aggregate reads.

    Raises
    ------
    DataError
        The KPI cannot be measured; nobody of that name; no such period; a server refuses the question.

    Examples
    --------
    >>> import toolkit as tk
    >>> from toolkit.assets import asset
    >>> client = tk.load_engagement(asset("templates", "engagements", "manufacturer"))
    >>> rows = source_rows(client, "net_sales", "S001", "2026-03", limit=2)
    >>> rows[["id", "counts", "file"]].values.tolist()
    [['OPP008013', 'yes', 'data/商机订单.csv'], ['OPP007680', 'yes', 'data/商机订单.csv']]
    """
    level = _asked(client, kpi, participant, period, level)
    if (client.kpi_values["kpi"] == kpi).any():
        return given_rows(client, kpi, participant, period, level, limit)
    start, end = (f"{day:%Y-%m-%d}" for day in client.calendar.bounds(period))
    definition, frames = client.kpis[kpi], []
    for name, part in (("numerator", definition.numerator), ("denominator", definition.denominator)):
        if part is not None:
            content = _of_part(client, part, participant, level, (start, end), limit)
            frames.append(content.add_column(0, "part", pa.array([name] * len(content), pa.string())))
    return as_frame(_tidy(pa.concat_tables(frames, promote_options="permissive")))


def _asked(client: Engagement, kpi: str, participant: str, period: str, level: str) -> str:
    """The level of what is asked for, with everything wrong with it at once."""
    problems = Problems()
    check_measurable(client, kpi, problems)
    try:
        client.calendar.bounds(period)
    except (KeyError, ValueError):
        problems.add("records.no_period", column="period", value=period)
    people = client.participants
    known = {
        "individual": {*people["participant"], UNASSIGNED},
        "team": {*people["team"].dropna(), UNASSIGNED},
        "region": {*people["region"].dropna(), UNASSIGNED},
        "company": {COMPANY},
    }
    given = set(client.kpi_values["participant"])
    found = [at for at in ([level] if level in known else LEVELS) if participant in known[at]]
    if level and level not in known:
        problems.add("records.no_level", column="level", value=level, known=", ".join(LEVELS))
    elif not found and participant not in given:
        names = set().union(*known.values())
        problems.add(
            "records.nobody", column="participant", value=participant, near=near(participant, names) or "–"
        )
    problems.raise_as(DataError)
    return found[0] if found else level or "company"


def check_measurable(client: Engagement, kpi: str, problems: Problems) -> None:
    """Note a KPI that is unknown or that the client's data cannot measure."""
    given = frozenset(client.kpi_values["kpi"])
    able = Measurable(client.database, client.kpis, client.filled, client.relations, given)
    check_kpis([kpi], able, lambda name: {"column": f"kpis.{name}"}, problems)


def _of_part(
    client: Engagement,
    part: Aggregate,
    participant: str,
    level: str,
    days: tuple[str, str],
    limit: int | None,
) -> pa.Table:
    scan, relation = scan_of(part), client.relations[part.table]
    table, filled = TABLES[part.table], client.filled[part.table]
    read = sorted(parse_aggregate(part.sql).columns | ({scan.closed} if scan.closed else set()))
    keys = [c for c in table.key if c in filled]
    customer = "customer" if "customer" in filled else ""
    columns = {*scan.columns, *read, *keys, customer, *(["deal"] if relation.credit else [])} - {""}
    _, rows, share = next(credited(relation, part.table, scan.owner, relation.select(columns), [level]))
    met, added = counts(part.sql), adds(part.sql, share)
    opened = scan.date or scan.opened
    fixed = {
        "id": _joined(keys),
        "date": f"t.{ident(opened)}",
        "owner": f"t.{ident(scan.owner)}",
        "customer": f"t.{ident(customer)}" if customer else "CAST(NULL AS VARCHAR)",
        "counts": f"CASE WHEN {met} THEN 'yes' ELSE 'no' END" if met else "'yes'",
        "share": f"CAST(t.{ident(share)} AS DOUBLE)" if share else "CAST(1 AS DOUBLE)",
        "adds": f"CAST({added} AS DOUBLE)" if added else "CAST(NULL AS DOUBLE)",
    } | _place(relation)
    more = {_free(c): f"t.{ident(c)}" for c in read if c not in (opened, scan.owner, customer)}
    selected = ", ".join(f"{sql} AS {ident(name)}" for name, sql in (fixed | more).items())
    joined, whose = _whose(scan, participant, level, days[1])
    query = (
        f"SELECT {selected} FROM {rows} AS t{joined} WHERE {_when(scan, days)} AND {whose} "
        f"ORDER BY counts DESC, date, id" + (f" LIMIT {int(limit)}" if limit is not None else "")
    )
    held = {"_held": _members(client, participant, level)} if joined else {}
    return _with_file(client, part.table, fetched(client.database, relation, query, held))


def _free(column: str) -> str:
    """A column's name where none of the fixed ones is meant."""
    return f"{column}_" if column in FIXED else column


def _joined(keys: list[str]) -> str:
    if not keys:
        return "CAST(NULL AS VARCHAR)"
    return f"concat_ws(' / ', {', '.join(f'CAST(t.{ident(key)} AS VARCHAR)' for key in keys)})"


def _place(relation: Relation) -> dict[str, str]:
    """Where a row stands; a server's rows have no numbers."""
    return {} if relation.engine is not None else {"_file": "t._file", "row": "CAST(t._row AS BIGINT)"}


def _when(scan: Scan, days: tuple[str, str]) -> str:
    start, end = (f"DATE '{day}'" for day in days)
    if scan.date:
        return f"t.{ident(scan.date)} BETWEEN {start} AND {end}"
    opened, closed = f"t.{ident(scan.opened)} <= {end}", f"t.{ident(scan.closed)}"
    return f"{opened} AND ({closed} IS NULL OR {closed} > {end})" if scan.closed else opened


def _whose(scan: Scan, participant: str, level: str, end: str) -> tuple[str, str]:
    """What to join, and the condition, for rows that are a participant's as the panel counts them."""
    owner = f"t.{ident(scan.owner)}"
    if level == "company":
        return "", "1 = 1"
    if level == "individual":
        return "", f"{owner} IS NULL" if participant == UNASSIGNED else f"{owner} = {literal(participant)}"
    day = f"t.{ident(scan.date)}" if scan.date else f"DATE '{end}'"
    joined = f" LEFT JOIN _held AS h ON h.participant = {owner} AND {day} BETWEEN h.valid_from AND h.valid_to"
    return joined, "h.participant IS NULL" if participant == UNASSIGNED else "h.participant IS NOT NULL"


def _members(client: Engagement, participant: str, level: str) -> pa.Table:
    """Who is in a team or region from when to when; for the group of the others, who is in any."""
    people = client.participants
    named = people[level].notna() if participant == UNASSIGNED else people[level] == participant
    return roster_table(people[named]).select(["participant", "valid_from", "valid_to"])


def fetched(
    database: Backend, relation: Relation, query: str, small: Mapping[str, pa.Table] | None = None
) -> pa.Table:
    """The rows of a SELECT over a standard table, wherever it lies.

    Parameters
    ----------
    small : mapping
        Little tables that the SELECT names.
    """
    if relation.engine is not None:
        return run(relation.engine, query, small or {})
    for name, table in (small or {}).items():
        put(database, name, table)
    content: pa.Table = database.raw_sql(query).arrow().read_all()
    for name in small or {}:
        database.raw_sql(f"DROP TABLE {ident(name)}")
    return content


def _with_file(client: Engagement, table: str, content: pa.Table) -> pa.Table:
    """The file's name for its number, and the table's name in front."""
    source, rows = client.sources[table], len(content)
    if "_file" not in content.column_names:
        for name in ("_file", "row"):
            content = content.append_column(name, pa.nulls(rows, pa.int64()))
    numbers = content.column("_file").to_pylist()
    named = {n: source_name(table, source, n or 0) for n in set(numbers)}
    files = pa.array([named[n] for n in numbers], pa.string())
    content = content.set_column(content.column_names.index("_file"), "file", files)
    return content.add_column(0, "table", pa.array([table] * rows, pa.string()))


def _tidy(content: pa.Table) -> pa.Table:
    return content.select([*FIXED, *(c for c in content.column_names if c not in FIXED)])


def as_frame(content: pa.Table) -> pd.DataFrame:
    """Rows as the toolkit holds them: text as str, days as datetime64[s], amounts as Arrow decimals."""
    made = {}
    for field in content.schema:
        column, kind = content.column(field.name), field.type
        if pa.types.is_decimal(kind):
            made[field.name] = pd.Series(column, dtype=pd.ArrowDtype(kind))
        elif pa.types.is_date(kind) or pa.types.is_timestamp(kind):
            made[field.name] = column.to_pandas().astype("datetime64[s]")
        elif field.name == "row":
            made[field.name] = column.to_pandas(types_mapper={pa.int64(): pd.Int64Dtype()}.get)
        elif pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_null(kind):
            made[field.name] = column.to_pandas().astype("str")
        else:
            made[field.name] = column.to_pandas()
    return pd.DataFrame(made, columns=content.column_names)
