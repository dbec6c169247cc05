"""What single deals credited to whom and in which period: the ground of deal caps, holdback and clawback."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd
import pyarrow as pa

from toolkit.catalogue.kpi import Aggregate
from toolkit.data.convert import ident
from toolkit.data.engagement import Engagement
from toolkit.data.panel.cells import roster_table
from toolkit.data.panel.crediting import credited
from toolkit.data.panel.per_row import adds, counts
from toolkit.data.panel.rows import as_frame, check_measurable, fetched
from toolkit.data.panel.scan import scan_of
from toolkit.data.panel.spine import COMPANY, LEVELS, UNASSIGNED
from toolkit.data.sql import parse_aggregate
from toolkit.data.store import put
from toolkit.data.tables import TABLES
from toolkit.errors import DataError, Problems

EXACT = "DECIMAL(38, 12)"  # an amount of 4 decimals times a share of 8
PERIODS = "_whole_periods"  # the tables that this part makes in the toolkit's own database
_ROSTER, LINES = "_deal_roster", "_deal_lines"


def credited_deals(
    client: Engagement, kpi: str, grains: Iterable[str] | None = None, level: str = "individual"
) -> pd.DataFrame:
    """What each deal credited to each participant, in every whole period that the engagement covers.

    Parameters
    ----------
    client : Engagement
    kpi : str
        A KPI that adds up an amount of the table deals by a day, such as `net_sales`.
    grains : iterable of str, optional
        month, quarter, half, year; all that the calendar has by default.
    level : str
        individual, team, region or company.

    Returns
    -------
    DataFrame
        participant (`unassigned` for what nobody is credited with), period, deal, amount (shared deals by
        their shares). For a participant and period the amounts sum to the panel's value.

    Raises
    ------
    DataError
        The KPI cannot be measured, or is not made of amounts of deals.

    Examples
    --------
    >>> import toolkit as tk
    >>> from toolkit.assets import asset
    >>> client = tk.load_engagement(asset("templates", "engagements", "manufacturer"))
    >>> deals = credited_deals(client, "net_sales", ["quarter"])
    >>> own = deals[(deals["participant"] == "S001") & (deals["period"] == "2026-Q1")]
    >>> round(float(own["amount"].sum()), 2)
    1508456.19
    """
    lay_lines(client, deal_aggregate(client, kpi), level, ())
    lay_periods(client, grains)
    found = client.database.raw_sql(
        f"SELECT c.participant, p.period, c.deal, CAST(sum(c.amount) AS DOUBLE) AS amount "
        f'FROM {LINES} AS c JOIN {PERIODS} AS p ON c.day BETWEEN p.start AND p."end" '
        f"GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"
    )
    frame = as_frame(found.arrow().read_all())
    drop(client, LINES)
    return frame


def deal_aggregate(client: Engagement, kpi: str) -> Aggregate:
    """The aggregate of a KPI that adds up amounts deal by deal.

    Raises
    ------
    DataError
        It is another kind of KPI, or cannot be measured.
    """
    problems = Problems()
    check_measurable(client, kpi, problems)
    problems.raise_as(DataError)
    definition = client.kpis[kpi]
    part, given = definition.numerator, bool((client.kpi_values["kpi"] == kpi).any())
    if part is not None and not given and definition.denominator is None and part.table == "deals":
        columns = parse_aggregate(part.sql).columns
        money = {c for c, spec in TABLES["deals"].columns.items() if spec.kind == "money"}
        if part.date and columns & money and adds(part.sql):
            return part
    problems.add("records.not_by_deal", column=f"kpis.{kpi}", value=kpi)
    raise DataError(problems.items)


def lay_lines(client: Engagement, part: Aggregate, level: str, more: tuple[str, ...]) -> None:
    """Make the table of the deals that count: deal, day, participant, amount, share, and some more columns.

    A deal that several people share has a row for each, at a level above them in one group as well.

    Parameters
    ----------
    more : tuple of str
        Columns of deals to be kept.
    """
    if level not in LEVELS:
        problems = Problems()
        problems.add("records.no_level", column="level", value=level, known=", ".join(LEVELS))
        problems.raise_as(DataError)
    scan, relation = scan_of(part), client.relations["deals"]
    columns = parse_aggregate(part.sql).columns | scan.columns | {"deal", *more}
    _, rows, share = next(credited(relation, "deals", scan.owner, relation.select(columns), [level]))
    met = counts(part.sql)
    kept = "".join(f", t.{ident(column)} AS {ident(column)}" for column in more)
    weight = f"t.{ident(share)}" if share else "1"
    query = (
        f"SELECT t.deal AS deal, t.{ident(scan.date)} AS day, t.{ident(scan.owner)} AS who, "
        f"{adds(part.sql, share)} AS amount, {weight} AS share{kept} FROM {rows} AS t "
        f"WHERE t.{ident(scan.date)} IS NOT NULL" + (f" AND ({met})" if met else "")
    )
    if relation.engine is not None:
        put(client.database, there(LINES), fetched(client.database, relation, query))
        query = f"SELECT * FROM {there(LINES)}"
    put(client.database, _ROSTER, roster_table(client.participants))
    group = {
        "individual": f"coalesce(c.who, '{UNASSIGNED}')",
        "team": f"coalesce(r.team, '{UNASSIGNED}')",
        "region": f"coalesce(r.region, '{UNASSIGNED}')",
        "company": f"'{COMPANY}'",
    }[level]
    client.database.raw_sql(
        f"CREATE OR REPLACE TABLE {LINES} AS "
        f"SELECT c.* EXCLUDE (who, amount), {group} AS participant, CAST(c.amount AS {EXACT}) AS amount "
        f"FROM ({query}) AS c LEFT JOIN {_ROSTER} AS r "
        "ON r.participant = c.who AND c.day BETWEEN r.valid_from AND r.valid_to"
    )


def lay_periods(client: Engagement, grains: Iterable[str] | None) -> None:
    """Make the table of the whole periods covered: period, grain, start, end.

    Raises
    ------
    DataError
        A grain that the calendar does not have.
    """
    wanted = list(dict.fromkeys(client.calendar.grains if grains is None else grains))
    problems = Problems()
    for grain in wanted:
        if grain not in client.calendar.grains:
            known = ", ".join(client.calendar.grains)
            problems.add("data.unknown_grain", column="grains", value=grain, known=known)
    problems.raise_as(DataError)
    frames = [client.calendar.between(client.start, client.end, grain) for grain in wanted]
    lay(client, PERIODS, pd.concat(frames, ignore_index=True))


def lay(client: Engagement, name: str, frame: pd.DataFrame) -> None:
    """Put a small frame into the toolkit's own database, its days as days."""
    content = pa.Table.from_pandas(frame, preserve_index=False)
    for i, field in enumerate(content.schema):
        if pa.types.is_timestamp(field.type):
            content = content.set_column(i, field.name, content.column(i).cast(pa.date32()))
    put(client.database, name, content)


def drop(client: Engagement, *names: str) -> None:
    """Let go of tables of ours, and of what was fetched from elsewhere to make them."""
    for name in names:
        client.database.raw_sql(f"DROP TABLE IF EXISTS {ident(name)}")
        client.database.raw_sql(f"DROP TABLE IF EXISTS {ident(there(name))}")


def there(name: str) -> str:
    """What a table of ours is called as it comes from elsewhere."""
    return f"{name}_there"
