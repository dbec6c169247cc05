"""The client's rows that the tests of the history read: orders, entered numbers, what was booked and paid."""

from __future__ import annotations

from itertools import pairwise

import pandas as pd

from toolkit.catalogue.kpi import Kpi
from toolkit.data.convert import ident
from toolkit.data.engagement import Engagement
from toolkit.data.panel.rows import as_frame, fetched
from toolkit.data.panel.spine import UNASSIGNED
from toolkit.data.records.cash import collected
from toolkit.data.records.deals import credited_deals
from toolkit.data.records.reversals import reversed_deals
from toolkit.review.integrity.found import refuse

_KEY = ["participant", "period"]


def table_rows(client: Engagement, table: str, columns: tuple[str, ...], where: str) -> pd.DataFrame:
    """Some columns of a standard table, wherever it lies.

    Raises
    ------
    NotEnoughData
        The client supplies no such table, or not these columns.
    """
    lacking = [c for c in columns if c not in client.filled.get(table, frozenset())]
    if lacking:
        raise refuse("integrity.no_columns", value=f"{table}.{lacking[0]}")
    relation = client.relations[table]
    listed = ", ".join(f"t.{ident(c)} AS {ident(c)}" for c in columns)
    query = f"SELECT {listed} FROM {relation.select(set(columns))} AS t WHERE {where}"
    return as_frame(fetched(client.database, relation, query))


def won_lines(client: Engagement, more: tuple[str, ...] = ()) -> pd.DataFrame:
    """Deals won in the time covered: participant, day, order, and `more`; a line of an order each."""
    filled = client.filled.get("deals", frozenset())
    columns = ("participant", "ordered_on", *(c for c in ("order", "stage") if c in filled), *more)
    days = f"t.ordered_on BETWEEN DATE '{client.start}' AND DATE '{client.end}'"
    rows = table_rows(client, "deals", columns, days)
    if "stage" in rows:
        rows = rows[rows["stage"].isna() | (rows["stage"] == "won")]
    order = rows["order"] if "order" in rows else pd.Series(rows.index.astype(str), index=rows.index)
    blank = order.isna()
    order = order.mask(blank, "#" + rows.index.astype(str).to_series(index=rows.index))
    return rows.assign(order=order).rename(columns={"ordered_on": "day"}).reset_index(drop=True)


def orders(client: Engagement) -> pd.DataFrame:
    """Orders: participant, day, amount 1 each; the lines of one order on a day are one."""
    lines = won_lines(client).drop_duplicates(["participant", "day", "order"])
    return lines[["participant", "day"]].assign(amount=1.0)


def discounted(client: Engagement) -> pd.DataFrame:
    """Orders with what they list at and the discount on it: participant, day, amount, size, rate."""
    filled = client.filled.get("deals", frozenset())
    columns = ("amount", "list_amount", *(["discount"] if "discount" in filled else []))
    lines = won_lines(client, columns)
    for column in columns:
        lines[column] = lines[column].astype("float64")
    off = lines["list_amount"] - lines["amount"]
    lines["off"] = lines["discount"].fillna(off) if "discount" in lines else off
    lines = lines.dropna(subset=["amount", "list_amount", "off"])
    summed = lines.groupby(["participant", "day", "order"], sort=True)[["amount", "list_amount", "off"]].sum()
    found = summed.reset_index().rename(columns={"list_amount": "size"})
    found = found[found["size"] > 0]
    return found.assign(rate=found["off"] / found["size"]).drop(columns="off")


def is_money_of_orders(kpi: Kpi | None) -> bool:
    """Whether a KPI sums amounts of deals by the day ordered: what the day and discount tests read."""
    part = kpi.numerator if kpi is not None else None
    by_order = part is not None and part.table == "deals" and part.date == "ordered_on"
    return kpi is not None and by_order and kpi.denominator is None and kpi.unit == "currency"


def entered(client: Engagement) -> dict[tuple[str, str], pd.DataFrame]:
    """Numbers that people enter by hand: participant (who entered) and value.

    Returns
    -------
    dict
        By where they stand and of which kind: minutes of visits are apart from those of calls.
    """
    found: dict[tuple[str, str], pd.DataFrame] = {}
    filled, names = client.filled, ["participant", "value"]
    if "activities" in filled:
        more = tuple(c for c in ("kind", "minutes") if c in filled["activities"])
        days = f"t.done_on BETWEEN DATE '{client.start}' AND DATE '{client.end}'"
        rows = table_rows(client, "activities", ("participant", "done_on", *more), days)
        kinds = rows["kind"].fillna("") if "kind" in rows else pd.Series("", index=rows.index)
        for kind in sorted(kinds.unique()) if "minutes" in rows else ():
            own = rows.loc[kinds == kind, ["participant", "minutes"]]
            found["activities.minutes", str(kind)] = own.set_axis(names, axis=1)
        daily = rows.groupby(["participant", "done_on"]).size().rename("value").reset_index()
        found["activities.count", ""] = daily[names]
    if "ratings" in filled:
        whose = "rater" if "rater" in filled["ratings"] else "participant"
        rows = table_rows(client, "ratings", (whose, "rating"), "1 = 1")
        found["ratings.rating", ""] = rows.fillna({whose: ""}).set_axis(names, axis=1)
    return found


def came_to_nothing(client: Engagement, kpi: str, grain: str) -> dict[str, pd.DataFrame]:
    """What was booked and not collected, or cancelled or returned, by the end of the next period.

    Returns
    -------
    dict
        uncollected and returned, where the client's tables tell: participant, period, booked, lost. Periods
        whose next one is not covered are left out, so that all have had the same time.
    """
    periods = client.calendar.between(client.start, client.end, grain)["period"].tolist()
    later = dict(pairwise(periods))
    filled, found = client.filled, {}
    invoices, payments = filled.get("invoices", frozenset()), filled.get("payments", frozenset())
    if "order" in invoices and ("invoice" in payments or "paid_on" in invoices):
        cash = _own(collected(client, kpi, [grain]), later)
        cash = cash[cash["by"] == cash["period"].map(later)]
        lost = cash["credited"] - cash["collected"]
        found["uncollected"] = cash[_KEY].assign(booked=cash["credited"], lost=lost)
    if {"cancelled_on", "returned_on"} & filled.get("deals", frozenset()):
        deals = _own(credited_deals(client, kpi, [grain]), later)
        booked = deals.assign(booked=deals["amount"].astype("float64")).groupby(_KEY, as_index=False)[
            "booked"
        ]
        back = _own(reversed_deals(client, kpi, [grain]), later)
        back = back[(back["by"] == back["period"]) | (back["by"] == back["period"].map(later))]
        reversed_ = back.groupby(_KEY)["amount"].sum().rename("lost").reset_index()
        table = booked.sum().merge(reversed_, on=_KEY, how="left")
        found["returned"] = table.assign(lost=table["lost"].fillna(0.0))
    return found


def _own(rows: pd.DataFrame, later: dict[str, str]) -> pd.DataFrame:
    """Rows of somebody, in periods that are followed by another."""
    return rows[(rows["participant"] != UNASSIGNED) & rows["period"].isin(list(later))]
