"""Who is paid on a card, with every number that the payouts' columns start from."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from toolkit.appraise.commission import AMOUNT_DIGITS, commission
from toolkit.appraise.statement.base import incentives, takes_incentive
from toolkit.appraise.statement.sheet import Sheet, sheets
from toolkit.appraise.statement.steps import FREE, guarantee
from toolkit.data.panel.spine import UNASSIGNED
from toolkit.money import minor_digits, to_units
from toolkit.report.workbook.forms import struck_by
from toolkit.report.workbook.inputs import Card, Tables
from toolkit.scheme.curve import DECIMALS
from toolkit.scheme.rates import RatePlan
from toolkit.scheme.scheme import Scheme

_UNIT = 10.0**AMOUNT_DIGITS


def paid_people(card: Card, tables: Tables, vetoes: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The people paid by a card's formulas, and payouts of people who were not due in the period.

    Parameters
    ----------
    card : Card
    tables : Tables
    vetoes : int
        The form's row of the first veto.

    Returns
    -------
    people : DataFrame
        As `Payroll.people`.
    others : DataFrame
        Their rows of the payouts table: only releases, clawbacks and corrections of earlier periods.
    """
    scheme, digits = card.scheme, minor_digits(card.scheme.currency)
    payouts = tables.of("payouts", scheme.id, card.period)
    sheet = _sheet(card, tables)
    place = {p: i for i, p in enumerate(sheet.rows["person"].tolist())}
    earned = tables.of("components", scheme.id, card.period)["participant"]  # of all who were paid when due
    due = payouts["participant"].isin(earned)
    others, payouts = payouts[~due], payouts[due].reset_index(drop=True)
    kept = np.array([place[p] for p in payouts["participant"]], dtype=np.int64)
    own = sheet.only(kept)
    people = pd.DataFrame({"person": payouts["participant"].astype(str)})
    names = tables.participants.drop_duplicates("participant").set_index("participant")["name"].to_dict()
    people["name"] = [names.get(p) or p for p in people["person"]]
    for column in ("team", "region"):
        people[column] = own.rows[column].to_numpy() if column in own.rows else None
    people["unit"] = [card.place[u] for u in own.rows["participant"]]
    people["exposure"] = own.numbers("exposure")
    people["commission_rate"] = own.numbers("commission_rate")
    people["payout_ratio"] = payouts["payout_ratio"].to_numpy(dtype=float, na_value=np.nan)
    people["base_units"] = to_units(payouts["base_payout"], digits)
    people["payout_units"] = to_units(payouts["payout"], digits)
    incentive = incentives(own) if takes_incentive(scheme) else np.zeros(len(own), dtype=np.int64)
    people["incentive_units"] = incentive
    people["veto_row"] = vetoes
    for i, struck in enumerate(struck_by(card)):
        people[f"struck_{i}"] = struck[people["unit"]]
    people["guaranteed"] = _guaranteed(own, incentive)
    people["owed_units"] = _owed(card, tables, people, digits)
    people = people.assign(**_logged(card, tables, people, digits))
    for i, parts in enumerate(_commissions(card, tables, own, people)):
        people[f"rate_{i}"] = pd.Series(parts, index=people.index, dtype=object)
    people = people.assign(**_pooled(card, tables, sheet, own, people, digits))
    by = ["group", "person"] if scheme.pay.pool is not None else ["unit", "name", "person"]
    return people.sort_values(by, ignore_index=True), others


def _sheet(card: Card, tables: Tables) -> Sheet:
    """Everybody due under the scheme in the period."""
    given = (tables.scorecard, tables.scores)
    card_rows, score_rows = (t[(t["scheme"] == card.scheme.id) & (t["period"] == card.period)] for t in given)
    found = sheets(tables.schemes, card_rows, score_rows, tables.participants)
    return next(sheet for sheet in found if sheet.scheme.id == card.scheme.id)


def _guaranteed(own: Sheet, incentive: np.ndarray) -> np.ndarray:
    """The share guaranteed to each; 0 to whom none is."""
    step = guarantee(own, incentive)
    if step is None or step.least is None:
        return np.zeros(len(own))
    return np.where(step.least > -FREE, step.details["factor"], 0.0)


def _owed(card: Card, tables: Tables, people: pd.DataFrame, digits: int) -> np.ndarray:
    """What each still owes of draws, from the adjustments of earlier periods."""
    rows = tables.adjustments
    if rows.empty or card.scheme.pay.guarantee is None:
        return np.zeros(len(people), dtype=np.int64)
    lends = {s.id for s in tables.schemes if s.pay.guarantee is not None and s.pay.guarantee.recoverable}
    start = tables.calendar.bounds(card.period)[0]
    ends = {p: tables.calendar.bounds(p)[1] for p in rows["period"].unique()}
    rows = rows[rows["period"].map(ends) < start]
    rows = rows[
        ((rows["step"] == "guarantee") & rows["scheme"].isin(list(lends))) | (rows["step"] == "recovery")
    ]
    units = pd.Series(to_units(rows["amount"], digits), index=rows.index).groupby(rows["participant"]).sum()
    return units.reindex(people["person"]).fillna(0).to_numpy(dtype=np.int64)


def _logged(card: Card, tables: Tables, people: pd.DataFrame, digits: int) -> dict[str, np.ndarray]:
    """Amounts that come from a log or from other periods, and the cash share of the period's own release."""
    rows = tables.of("adjustments", card.scheme.id, card.period)
    names = ("clawback_units", "correction_units", "released_units")
    if rows.empty:
        found = {name: np.zeros(len(people), dtype=np.int64) for name in names}
        return found | {"collected": np.full(len(people), np.nan)}
    rows = rows.assign(units=to_units(rows["amount"], digits))
    own = (rows["step"] == "release") & (rows["concerns"].fillna("") == card.period)

    def total(chosen: pd.Series) -> np.ndarray:
        sums = rows[chosen].groupby("participant")["units"].sum()
        return sums.reindex(people["person"]).fillna(0).to_numpy(dtype=np.int64)

    share = rows[own].drop_duplicates("participant").set_index("participant")["factor"]
    return {
        "clawback_units": total(rows["step"] == "clawback"),
        "correction_units": total(rows["step"] == "correction"),
        "released_units": total((rows["step"] == "release") & ~own),
        "collected": share.reindex(people["person"]).to_numpy(dtype=float),
    }


def _commissions(card: Card, tables: Tables, own: Sheet, people: pd.DataFrame) -> list[list[dict[str, Any]]]:
    """For each commission and person what the components say of it."""
    plans = card.scheme.pay.rates
    if not plans:
        return []
    rows = tables.of("components", card.scheme.id, card.period)
    rows = rows[rows["component"] == "rate"] if len(rows) else pd.DataFrame(columns=["participant"])
    nth = rows.groupby("participant").cumcount() if len(rows) else pd.Series(dtype="int64")
    found = []
    for i, plan in enumerate(plans):
        mine = rows[nth == i].set_index("participant").reindex(people["person"])
        columns = {
            key: mine[key].astype("float64").to_numpy() if key in mine else np.full(len(people), np.nan)
            for key in ("credited", "before", "target", "over_cap", "amount", "rate")
        }
        columns |= _before(plan, columns, own, card.scheme)
        found.append([dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)])
    return found


def _before(
    plan: RatePlan, columns: dict[str, np.ndarray], own: Sheet, scheme: Scheme
) -> dict[str, np.ndarray]:
    """Of a cumulative commission: the targets and the earnings of the earlier periods."""
    now = np.nan_to_num(own.read(plan.of, "target"))
    if plan.cumulative is None:
        return {"target": now, "target_before": np.zeros(len(own)), "paid_before": np.zeros(len(own))}
    before = to_units(np.nan_to_num(columns["before"]), AMOUNT_DIGITS)
    whole = np.nan_to_num(columns["target"])
    owed = np.round(whole - now, AMOUNT_DIGITS) if plan.by == "attainment" else np.zeros(len(own))
    units = to_units(owed, AMOUNT_DIGITS)
    reached = np.round(np.where(units > 0, before / np.maximum(units, 1), 0.0), DECIMALS)
    rates = own.numbers("commission_rate")
    paid, _ = commission(plan, before, reached, units / _UNIT, rates, scheme.currency)
    return {
        "target": whole if plan.by == "attainment" else now,
        "target_before": owed,
        "paid_before": paid / 10.0 ** minor_digits(scheme.currency),
    }


def _pooled(
    card: Card, tables: Tables, sheet: Sheet, own: Sheet, people: pd.DataFrame, digits: int
) -> dict[str, Any]:
    """Who shares a pool, the pool, the points, and what those feed who are not paid."""
    plan = card.scheme.pay.pool
    size = len(people)
    if plan is None:
        return {"group": np.zeros(size, dtype=np.int64)}
    named = pd.Series("", index=sheet.rows.index)
    if plan.within != "scheme":
        named = sheet.rows[plan.within].fillna(UNASSIGNED).astype(str)
    place = {p: i for i, p in enumerate(sheet.rows["person"].tolist())}
    kept = np.array([place[p] for p in people["person"]], dtype=np.int64)
    rows = tables.of("components", card.scheme.id, card.period)
    rows = rows[rows["component"] == "pool"].set_index("participant").reindex(people["person"])
    found: dict[str, Any] = {
        "group": pd.factorize(named)[0][kept],
        "pool_units": to_units(rows["credited"].fillna(0), digits),
        "pool_amount": to_units(rows["amount"].fillna(0), digits),
        "pool_points": rows["read"].fillna(0.0).to_numpy(dtype=float),
        "pool_counts": np.ones(size, dtype=bool),
        "pool_other": np.zeros(size),
    }
    if plan.of:
        again = pd.DataFrame(
            {"group": named.to_numpy(), "unit": sheet.units(plan.of).to_numpy()}
        ).duplicated()
        actual = np.where(again, 0.0, np.nan_to_num(sheet.read(plan.of, "actual")))
        paid = np.isin(np.arange(len(sheet)), kept)
        other = pd.Series(np.where(paid, 0.0, actual)).groupby(named.to_numpy()).sum()
        found["pool_counts"] = ~again.to_numpy()[kept]
        found["pool_other"] = named.iloc[kept].map(other).to_numpy(dtype=float)
    return found
