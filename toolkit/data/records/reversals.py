"""What of the deals credited in a period was cancelled or returned, and in which period that happened."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from toolkit.data.engagement import Engagement
from toolkit.data.panel.rows import as_frame
from toolkit.data.records.deals import (
    EXACT,
    LINES,
    PERIODS,
    deal_aggregate,
    drop,
    lay_lines,
    lay_periods,
)
from toolkit.data.sql import parse_aggregate
from toolkit.errors import DataError, Problems

# A day of reversal, and the columns by which a KPI's own definition would have taken it off already.
_READ = {"cancelled_on": {"cancelled_on"}, "returned_on": {"returned_on", "returned_amount"}}


def reversed_deals(
    client: Engagement, kpi: str, grains: Iterable[str] | None = None, level: str = "individual"
) -> pd.DataFrame:
    """What was cancelled or returned of the deals credited in a period, and when.

    A cancelled deal is reversed whole; a return with its amount, at most what was credited, or whole where
    the amount is blank. What comes second reverses what is left. A KPI whose own definition reads the
    cancellation or the return has taken it off already, and gives no row for it.

    Parameters
    ----------
    client, kpi, grains, level
        As in `credited_deals`.

    Returns
    -------
    DataFrame
        participant, period (of the credit), kpi, by (the period of the same length in which it was
        reversed), deal, amount (above 0), days (from credit to reversal).

    Raises
    ------
    DataError
        The KPI is not made of amounts of deals; deals have neither a day cancelled nor a day returned.

    Examples
    --------
    >>> import toolkit as tk
    >>> from toolkit.assets import asset
    >>> client = tk.load_engagement(asset("templates", "engagements", "manufacturer"))
    >>> try:
    ...     reversed_deals(client, "net_sales")
    ... except DataError as error:
    ...     print(error.problems[0].code)
    records.no_reversals
    """
    part = deal_aggregate(client, kpi)
    filled, read = client.filled["deals"], parse_aggregate(part.sql).columns
    days = [day for day in _READ if day in filled]
    if not days:
        problems = Problems()
        problems.add("records.no_reversals", where="engagement.yaml", column="tables.deals.columns")
        problems.raise_as(DataError)
    used = [day for day in days if not _READ[day] & read]
    amounts = {"returned_amount"} & filled
    lay_lines(client, part, level, (*used, *amounts))
    lay_periods(client, grains)
    found = client.database.raw_sql(_reversed_sql(_lines(used, bool(amounts))))
    frame = as_frame(found.arrow().read_all())
    drop(client, LINES)
    frame.insert(2, "kpi", pd.Series(kpi, index=frame.index, dtype="str"))
    return frame


def _reversed_sql(lines: str) -> str:
    """The SELECT of each reversal with its periods; `lines` is that of the deals."""
    return f"""
        WITH lines AS ({lines}),
        first AS (SELECT *, returned IS NOT NULL AND (cancelled IS NULL OR returned <= cancelled) AS is_first
                  FROM lines),
        events AS (
            SELECT participant, deal, day, returned AS at, back AS amount FROM first WHERE is_first UNION ALL
            SELECT participant, deal, day, cancelled, CASE WHEN is_first THEN amount - back ELSE amount END
            FROM first WHERE cancelled IS NOT NULL)
        SELECT e.participant, p.period, b.period AS "by", e.deal, CAST(sum(e.amount) AS DOUBLE) AS amount,
               CAST(greatest(0, date_diff('day', e.day, e.at)) AS DOUBLE) AS days
        FROM events AS e JOIN {PERIODS} AS p ON e.day BETWEEN p.start AND p."end"
        JOIN {PERIODS} AS b ON b.grain = p.grain AND greatest(e.at, e.day) BETWEEN b.start AND b."end"
        WHERE e.amount > 0 GROUP BY e.participant, p.period, b.period, e.deal, e.day, e.at
        ORDER BY 1, 2, 3, 4, 6"""


def _lines(used: list[str], has_amounts: bool) -> str:
    """The SELECT of the deals that count: day, amount, the days cancelled and returned, what came back."""
    days = {day: day if day in used else "CAST(NULL AS DATE)" for day in _READ}
    back = f"coalesce(CAST(returned_amount * share AS {EXACT}), amount)" if has_amounts else "amount"
    return (
        f"SELECT participant, deal, day, amount, {days['cancelled_on']} AS cancelled, "
        f"{days['returned_on']} AS returned, greatest(0, least(amount, {back})) AS back "
        f"FROM {LINES} WHERE amount > 0"
    )
