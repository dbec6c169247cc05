"""What has come in of the deals credited in a period: their orders, the invoices of these, the payments."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from toolkit.data.convert import ident
from toolkit.data.engagement import Engagement
from toolkit.data.panel.rows import as_frame, fetched
from toolkit.data.records.deals import (
    EXACT,
    LINES,
    PERIODS,
    deal_aggregate,
    drop,
    lay_lines,
    lay_periods,
    there,
)
from toolkit.data.store import put
from toolkit.errors import DataError, Problems

# The tables that this part makes in the toolkit's own database.
_ORDERS, _MOVES, _INVOICES, _PAYMENTS = "_order_amounts", "_order_moves", "_order_invoices", "_order_payments"
_DIGITS = 8  # decimals of an order's share collected, as of every ratio


def collected(
    client: Engagement, kpi: str, grains: Iterable[str] | None = None, level: str = "individual"
) -> pd.DataFrame:
    """Of the amount credited in a period, the cash that has come in by the end of it and of each later one.

    A deal's order leads to its invoices and their payments (where the table payments is not supplied, to
    what the invoices say was paid). The share collected of an order is what was paid by then ÷ what was
    invoiced by then, or ÷ the order's own amount where that is more: an order invoiced with tax is collected
    in full when the tax is paid too, and a part invoice is a part. It never passes 1 and never falls again:
    what comes back is for `reversed_deals`. Every deal of the order has that share of what it credited.

    Parameters
    ----------
    client, kpi, grains, level
        As in `credited_deals`.

    Returns
    -------
    DataFrame
        participant, period, kpi, by, credited, collected, uninvoiced (credited on orders without an invoice
        by then: nothing of it is collected). `by` is a period of the same length, `period` or a later one.

    Raises
    ------
    DataError
        The KPI is not made of amounts of deals; no invoices name orders, or none says what was paid.

    Examples
    --------
    >>> import toolkit as tk
    >>> from toolkit.assets import asset
    >>> client = tk.load_engagement(asset("templates", "engagements", "manufacturer"))
    >>> cash = collected(client, "net_sales", ["quarter"])
    >>> bool((cash["collected"] <= cash["credited"]).all())
    True
    """
    part = deal_aggregate(client, kpi)
    _check_invoices(client)
    more = ("order",) if "order" in client.filled["deals"] else ()
    lay_lines(client, part, level, more)
    lay_periods(client, grains)
    _lay_orders(client, more)
    _lay_moves(client)
    found = client.database.raw_sql(_cash_sql('coalesce(c."order", c.deal)' if more else "c.deal"))
    frame = as_frame(found.arrow().read_all())
    drop(client, LINES, _ORDERS, _MOVES, _INVOICES, _PAYMENTS)
    frame.insert(2, "kpi", pd.Series(kpi, index=frame.index, dtype="str"))
    return frame


def _cash_sql(order: str) -> str:
    """The SELECT of what was credited, collected and not yet invoiced; `order` is a line's order, as SQL."""
    return f"""
        WITH sold AS (
            SELECT c.participant, p.period, p.grain, p."end", {order} AS o, sum(c.amount) AS amount
            FROM {LINES} AS c JOIN {PERIODS} AS p ON c.day BETWEEN p.start AND p."end" GROUP BY ALL),
        shares AS ({_SHARES}),
        later AS (
            SELECT s.*, e.period AS until, coalesce(r.share, 0) AS share, r.o IS NULL AS is_uninvoiced
            FROM sold AS s JOIN {PERIODS} AS e ON e.grain = s.grain AND e."end" >= s."end"
            LEFT JOIN shares AS r ON r.o = s.o AND r.until = e.period)
        SELECT participant, period, until AS "by", CAST(sum(amount) AS DOUBLE) AS credited,
               CAST(sum(CASE WHEN share = 1 THEN amount
                        ELSE CAST(CAST(amount AS DOUBLE) * share AS {EXACT}) END) AS DOUBLE) AS collected,
               CAST(coalesce(sum(amount) FILTER (WHERE is_uninvoiced), 0) AS DOUBLE) AS uninvoiced
        FROM later GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"""


# Of each order that has an invoice by then: the share of it that is paid, which only grows.
_SHARES = f"""
    SELECT o, until, max(share) OVER (PARTITION BY o, grain ORDER BY "end") AS share FROM (
        SELECT o, period AS until, grain, "end", invoiced, round(CASE
                   WHEN greatest(invoiced, amount) <= 0 OR paid >= greatest(invoiced, amount) THEN 1
                   WHEN paid <= 0 THEN 0
                   ELSE CAST(paid AS DOUBLE) / CAST(greatest(invoiced, amount) AS DOUBLE)
                   END, {_DIGITS}) AS share
        FROM (SELECT m.o, p.period, p.grain, p."end", any_value(a.amount) AS amount, sum(m.paid) AS paid,
                     sum(m.invoiced) AS invoiced, bool_or(m.is_invoice) AS has_invoice
              FROM {_MOVES} AS m JOIN {PERIODS} AS p ON m.day <= p."end" JOIN {_ORDERS} AS a ON a.o = m.o
              GROUP BY 1, 2, 3, 4)
        WHERE has_invoice)"""


def _check_invoices(client: Engagement) -> None:
    """Orders must lead to invoices, and these to what was paid."""
    filled = client.filled
    invoices, payments = filled.get("invoices", frozenset()), filled.get("payments", frozenset())
    if "order" not in invoices or not ("invoice" in payments or "paid_on" in invoices):
        problems = Problems()
        problems.add("records.no_way_to_cash", where="engagement.yaml", column="tables.invoices")
        problems.raise_as(DataError)


def _lay_orders(client: Engagement, more: tuple[str, ...]) -> None:
    """What each order is worth: all of its lines that were not lost, whatever the KPI takes of them."""
    relation, filled = client.relations["deals"], client.filled["deals"]
    order = 'coalesce(t."order", t.deal)' if more else "t.deal"
    columns = {"deal", *more, *({"amount", "stage"} & filled)}
    amount = "sum(t.amount)" if "amount" in filled else "0"
    kept = " WHERE t.stage IS NULL OR t.stage <> 'lost'" if "stage" in filled else ""
    rows = relation.select(columns)
    query = f"SELECT {order} AS o, {amount} AS amount FROM {rows} AS t{kept} GROUP BY {order}"
    _lay_query(client, _ORDERS, "deals", query, "o, coalesce(amount, 0) AS amount")


def _lay_moves(client: Engagement) -> None:
    """What was invoiced and what was paid, on which day, order by order."""
    relation = client.relations["invoices"]
    own = {"invoice", "order", "amount", "issued_on"}
    by_payment = "invoice" in client.filled.get("payments", frozenset())
    paid = () if by_payment else tuple(sorted({"paid_on", "paid_amount"} & client.filled["invoices"]))
    listed = ", ".join(f"t.{ident(c)} AS {ident(c)}" for c in (*sorted(own), *paid))
    rows = relation.select(own | set(paid))
    query = f"SELECT {listed} FROM {rows} AS t WHERE t.{ident('order')} IS NOT NULL"
    _lay_query(client, _INVOICES, "invoices", query, "*")
    if by_payment:
        rows = client.relations["payments"].select({"invoice", "amount", "paid_on"})
        query = f"SELECT t.invoice AS invoice, t.paid_on AS day, t.amount AS paid FROM {rows} AS t"
        _lay_query(client, _PAYMENTS, "payments", query, "*")
        payments = (
            f'SELECT i."order" AS o, p.day, p.paid FROM {_PAYMENTS} AS p '
            f"JOIN {_INVOICES} AS i USING (invoice)"
        )
    else:
        amount = "coalesce(paid_amount, amount)" if "paid_amount" in paid else "amount"
        payments = (
            f'SELECT "order" AS o, paid_on AS day, {amount} AS paid FROM {_INVOICES} '
            "WHERE paid_on IS NOT NULL"
        )
    client.database.raw_sql(
        f"CREATE OR REPLACE TABLE {_MOVES} AS "
        f'SELECT "order" AS o, issued_on AS day, amount AS invoiced, 0 AS paid, true AS is_invoice '
        f"FROM {_INVOICES} UNION ALL SELECT o, day, 0, paid, false FROM ({payments})"
    )


def _lay_query(client: Engagement, name: str, table: str, query: str, selected: str) -> None:
    """Make a table of ours of what a SELECT gives, wherever the rows lie."""
    relation = client.relations[table]
    if relation.engine is not None:
        put(client.database, there(name), fetched(client.database, relation, query))
        query = f"SELECT * FROM {there(name)}"
    client.database.raw_sql(f"CREATE OR REPLACE TABLE {name} AS SELECT {selected} FROM ({query})")
