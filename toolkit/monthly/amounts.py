"""Corrections: what is paid later for an earlier period, each with its reason and author."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation

import pandas as pd

from toolkit.appraise.records import Records
from toolkit.data.engagement import Engagement
from toolkit.errors import Problems, ReportError
from toolkit.money import minor_digits
from toolkit.monthly.inputs import closing_grain, closing_periods
from toolkit.monthly.log import Entry, Writer, writing
from toolkit.monthly.states import month, named
from toolkit.scheme.coverage import applies
from toolkit.scheme.load import load_schemes
from toolkit.scheme.scheme import Schemes


def corrections(entries: Iterable[Entry]) -> pd.DataFrame:
    """What the log says is paid for earlier periods, as `Records.corrections`.

    Parameters
    ----------
    entries : iterable of Entry
        Corrections, and decisions on appeals that have an amount.

    Returns
    -------
    DataFrame
        participant, period (paid with), concerns, amount, reason, author, at.

    Examples
    --------
    >>> len(corrections(()))
    0
    """
    rows = [
        {
            "participant": entry.data["participant"],
            "period": entry.data["paid_with"],
            "concerns": entry.data["concerns"],
            "amount": float(entry.data["amount"]),
            "reason": entry.data["reason"],
            "author": entry.who,
            "at": pd.Timestamp(entry.at).tz_localize(None),
        }
        for entry in entries
        if entry.action in ("corrected", "decided") and entry.data.get("amount")
    ]
    empty = Records().corrections
    return pd.DataFrame(rows, columns=list(empty.columns)).astype(empty.dtypes) if rows else empty


def correct(
    client: Engagement,
    period: str,
    participant: str,
    concerns: str,
    amount: str,
    reason: str,
    who: str | None = None,
    *,
    now: dt.datetime | None = None,
) -> Entry:
    """Put down a correction of an earlier period, to be paid with a later one.

    Parameters
    ----------
    client : Engagement
    period : str
        The pay period it is paid with, or the month that this ends with: not approved yet.
    participant : str
        In the roster.
    concerns : str
        The period corrected: ended before, and not still being scored.
    amount : str
        In the engagement's currency, exact: `-120.50`. Not 0.
    reason : str
    who : str, optional
        The author; the environment variable KPI_USER by default.
    now : datetime, optional

    Raises
    ------
    ReportError
        Everything that is wrong with it, at once.
    """
    who = named(who)
    schemes = load_schemes(client)
    with writing(client.folder, now=now) as log:
        problems = Problems()
        exact = exact_amount(amount, client.currency, problems)
        if participant not in set(client.participants["participant"]):
            problems.add("month.unknown_participant", value=participant)
        if not reason.strip():
            problems.add("month.reason", value="correct")
        own = client.participants[client.participants["participant"] == participant]
        paid_with = pay_period(schemes, own, period, log, problems)
        check_concerned(schemes, concerns, paid_with, log, problems)
        problems.raise_as(ReportError)
        data = {"participant": participant, "concerns": concerns, "amount": exact, "paid_with": paid_with}
        closes = closing_of(schemes, paid_with)
        return log.add("corrected", closes, who, data | {"reason": reason.strip()})


def exact_amount(amount: str, currency: str, problems: Problems) -> str:
    """An amount as it is paid, to the minor unit; nothing is rounded away."""
    digits = minor_digits(currency)
    try:
        exact = Decimal(amount.strip())
        fine = exact.is_finite() and exact != 0 and abs(exact) < 10**12
        rounded = exact.quantize(Decimal(1).scaleb(-digits)) if fine else exact
    except InvalidOperation:
        problems.add("month.amount", value=amount, digits=digits, currency=currency)
        return ""
    if not fine or rounded != exact:
        problems.add("month.amount", value=amount, digits=digits, currency=currency)
    return str(rounded)


def closing_of(schemes: Schemes, period: str) -> str:
    """The month that a period ends with."""
    grain, calendar = closing_grain(schemes), schemes.calendar
    return period if calendar.grain_of(period) == grain else calendar.contains(period, grain)[-1]


def pay_period(schemes: Schemes, own: pd.DataFrame, period: str, log: Writer, problems: Problems) -> str:
    """The pay period named, or ended by the month named; its month must not be approved yet.

    `own` are the participant's rows of the roster: who is paid by quarters is paid nothing with a month.
    """
    paid = _paid_every(schemes, own, period)
    calendar = schemes.calendar
    try:
        closes = closing_of(schemes, period)
        if calendar.grain_of(period) not in paid:
            ends = [p for p in closing_periods(schemes, period) if calendar.grain_of(p) in paid]
            period = ends[0] if ends else ""
    except (ValueError, KeyError, IndexError):
        period, closes = "", ""
    if not period:
        problems.add("month.no_pay_period", value=period or closes, paid=", ".join(sorted(paid)))
    elif month(log.entries, closes).settled:
        problems.add("month.settled", where=f"months/{closes}", value=period)
    return period


def _paid_every(schemes: Schemes, own: pd.DataFrame, period: str) -> set[str]:
    """How often the schemes pay that hold for a person around a period; all of them where none does."""
    try:
        start, end = schemes.calendar.bounds(period)
    except (ValueError, KeyError):
        return {scheme.pay_every for scheme in schemes}
    held = [s for s in schemes if s.effective.from_ <= end.date() and applies(s, own).any()]
    held = [s for s in held if s.effective.to is None or s.effective.to >= start.date()]
    return {scheme.pay_every for scheme in held or schemes}


def check_concerned(schemes: Schemes, concerns: str, paid_with: str, log: Writer, problems: Problems) -> None:
    """The corrected period ended before the one it is paid with, and is not still being worked on."""
    calendar = schemes.calendar
    try:
        ends, closes = calendar.bounds(concerns)[1], closing_of(schemes, concerns)
    except (ValueError, KeyError, IndexError):
        problems.add("month.no_such_period", value=concerns)
        return
    if paid_with and ends >= calendar.bounds(paid_with)[1]:
        problems.add("month.concerns_later", value=concerns, paid_with=paid_with)
    if month(log.entries, closes).state in ("open", "scored", "reviewed", "approved"):
        problems.add("month.still_open", where=f"months/{closes}", value=concerns)
