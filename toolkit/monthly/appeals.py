"""Appeals against a published month: filed within the agreed days, decided by somebody else, paid later."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from toolkit.appraise.roster import assignments, period_table
from toolkit.data.engagement import Engagement
from toolkit.errors import Problem, Problems, ReportError
from toolkit.monthly.amounts import check_concerned, closing_of, exact_amount, pay_period
from toolkit.monthly.inputs import Inputs, four_eyes, load_inputs
from toolkit.monthly.log import Entry, Writer, writing
from toolkit.monthly.states import Month, month, month_folder, named, same_person, window_ends
from toolkit.report.manifest import sha256
from toolkit.scheme.load import load_schemes
from toolkit.scheme.scheme import Scheme, Schemes

DECISIONS = ("upheld", "partly", "rejected")
_LATER = 60  # pay periods ahead that are looked through for one that is not approved yet


@dataclass(frozen=True)
class Appeal:
    """A claim against a published month, and what was decided.

    Parameters
    ----------
    number : int
        The log entry's of the claim; decisions name it.
    period, participant, claim, evidence, filed_by, filed_on : str
    decision : str
        upheld, partly, rejected; blank while undecided.
    amount, paid_with, reason, decided_by : str
        Of the decision.
    """

    number: int
    period: str
    participant: str
    claim: str
    evidence: str
    filed_by: str
    filed_on: str
    decision: str = ""
    amount: str = ""
    paid_with: str = ""
    reason: str = ""
    decided_by: str = ""


def appeals(entries: Iterable[Entry]) -> tuple[Appeal, ...]:
    """The appeals of a log, in the order filed."""
    listed = tuple(entries)
    decided = {entry.data["appeal"]: entry for entry in listed if entry.action == "decided"}
    found = []
    for entry in listed:
        if entry.action != "appealed":
            continue
        said: Mapping[str, Any] = entry.data
        own = {name: said[name] for name in ("participant", "claim", "evidence")}
        end = decided.get(entry.number)
        if end is not None:
            own |= {name: end.data.get(name, "") for name in ("decision", "amount", "paid_with", "reason")}
            own["decided_by"] = end.who
        found.append(Appeal(entry.number, entry.period, filed_by=entry.who, filed_on=entry.at[:10], **own))
    return tuple(found)


def appeal(
    client: Engagement,
    period: str,
    participant: str,
    claim: str,
    who: str | None = None,
    *,
    evidence: str | Path = "",
    now: dt.datetime | None = None,
) -> Entry:
    """File a participant's appeal against a published month.

    Parameters
    ----------
    client : Engagement
    period, participant, claim : str
        The month, whose numbers they are, and what is claimed.
    who : str, optional
        Who files it; the environment variable KPI_USER by default.
    evidence : str or Path
        A file; its name is kept, and its checksum if it is there.
    now : datetime, optional

    Raises
    ------
    ReportError
        The month is not published, the participant has no numbers in it, nothing is claimed, or the window
        that the scheme's `governance.appeal_days` gives, counted from the day of publication, has passed.
    """
    who = named(who)
    with writing(client.folder, now=now) as log:
        stands, where = month(log.entries, period), f"months/{period}"
        published = stands.last("published")
        if published is None:
            raise ReportError(Problem("month.not_published", where, value=participant))
        problems = Problems()
        if not claim.strip():
            problems.add("month.no_claim", where=where, value=participant)
        scheme = _scheme_of(load_inputs(month_folder(client.folder, period)), participant)
        if scheme is None:
            problems.add("month.no_numbers", where=where, value=participant)
        problems.raise_as(ReportError)
        assert scheme is not None
        days = appeal_days(scheme)
        today = (now or dt.datetime.now(dt.UTC)).astimezone(dt.UTC).date()
        if days is not None and today > window_ends(published, days):
            last = window_ends(published, days)
            values = {"last": last, "days": days, "published": published.day}
            raise ReportError(Problem("month.appeal_late", where, value=participant, values=values))
        data = {"participant": participant, "claim": claim.strip(), **_evidence(evidence)}
        return log.add("appealed", period, who, data)


def decide(
    client: Engagement,
    period: str,
    number: int,
    decision: str,
    reason: str,
    who: str | None = None,
    *,
    amount: str = "",
    note: str = "",
    pay_with: str = "",
    now: dt.datetime | None = None,
) -> Entry:
    """Decide an appeal: reject it, or uphold it with an amount to be paid or a note on what is measured anew.

    Parameters
    ----------
    client : Engagement
    period : str
        The month appealed against.
    number : int
        The appeal's.
    decision : {'upheld', 'partly', 'rejected'}
    reason : str
    who : str, optional
        Who decides: not who filed it, unless the schemes' governance says `four_eyes: false`.
    amount : str
        Paid as a correction of the pay period that the month ended, or of the month itself.
    note : str
        What is to be measured anew, instead of an amount.
    pay_with : str
        The pay period it is paid with; by default the next one that is not approved yet.
    now : datetime, optional

    Raises
    ------
    ReportError
        Everything that is wrong with it, at once.
    """
    who = named(who)
    schemes = load_schemes(client)
    with writing(client.folder, now=now) as log:
        found = next((a for a in appeals(log.entries) if (a.number, a.period) == (number, period)), None)
        if found is None:
            raise ReportError(Problem("month.no_appeal", value=number))
        problems, where = Problems(), f"months/{found.period}"
        inputs = load_inputs(month_folder(client.folder, found.period))
        _check_decision(found, decision, reason, amount, note, who, four_eyes(inputs), problems)
        data: dict[str, Any] = {"appeal": number, "participant": found.participant, "decision": decision}
        if amount.strip():
            exact = exact_amount(amount, client.currency, problems)
            people = client.participants
            own = people[people["participant"] == found.participant]
            data |= _payment(found, own, exact, pay_with, inputs, schemes, log, problems)
        if problems.items:
            raise ReportError([p if p.where else _placed(p, where) for p in problems])
        return log.add("decided", found.period, who, data | {"reason": reason.strip(), "note": note.strip()})


def appeal_days(scheme: Scheme) -> int | None:
    """How many days a scheme gives for appeals; None where it names none: then there is no last day."""
    days = scheme.governance.get("appeal_days")
    return days if isinstance(days, int) and not isinstance(days, bool) else None


def undecided(now: Month) -> tuple[Appeal, ...]:
    """The appeals against a month that wait for a decision."""
    return tuple(a for a in appeals(now.entries) if not a.decision)


def _check_decision(
    found: Appeal,
    decision: str,
    reason: str,
    amount: str,
    note: str,
    who: str,
    two: bool,
    problems: Problems,
) -> None:
    if found.decision:
        problems.add("month.decided", value=found.number, decision=found.decision, who=found.decided_by)
    if decision not in DECISIONS:
        problems.add("month.decision", value=decision)
    if not reason.strip():
        problems.add("month.reason", value="appeal")
    given = [bool(amount.strip()), bool(note.strip())]
    if decision == "rejected" and any(given):
        problems.add("month.rejected_amount", value=amount or note)
    if decision in ("upheld", "partly") and sum(given) != 1:
        problems.add("month.amount_or_note", value=decision)
    if two and same_person(who, found.filed_by):
        problems.add("month.own_appeal", value=who)


def _payment(
    found: Appeal,
    own: pd.DataFrame,
    exact: str,
    pay_with: str,
    inputs: Inputs,
    schemes: Schemes,
    log: Writer,
    problems: Problems,
) -> dict[str, str]:
    """What is paid for an appeal: of the pay period that the month ended, or of the month, and with which."""
    scheme = _scheme_of(inputs, found.participant)
    assert scheme is not None  # or the appeal would not have been taken
    ended = [p for p in inputs.periods if schemes.calendar.grain_of(p) == scheme.pay_every]
    concerned = (*ended, found.period)[0]
    later = pay_with or _next_pay_period(schemes, scheme, concerned, log)
    paid_with = pay_period(schemes, own, later, log, problems)
    check_concerned(schemes, concerned, paid_with, log, problems)
    return {"amount": exact, "concerns": concerned, "paid_with": paid_with}


def _next_pay_period(schemes: Schemes, scheme: Scheme, concerned: str, log: Writer) -> str:
    """The scheme's first pay period to end after one, whose month is not approved yet; else blank."""
    calendar = schemes.calendar
    first = calendar.within(concerned, scheme.pay_every)
    for by in range(_LATER):
        found = calendar.shift(first, by)
        try:
            later = calendar.bounds(found)[1] > calendar.bounds(concerned)[1]
        except KeyError:  # named quarters end somewhere
            return ""
        if later and not month(log.entries, closing_of(schemes, found)).settled:
            return found
    return ""


def _scheme_of(inputs: Inputs, participant: str) -> Scheme | None:
    """The scheme that the month was scored by for a person; None for who has no numbers in it."""
    periods = period_table(inputs.schemes.calendar, inputs.periods)
    assigned = assignments(inputs.schemes, inputs.participants, periods)
    own = assigned[assigned["person"] == participant]
    return inputs.schemes[own["scheme"].iloc[-1]] if len(own) else None


def _evidence(path: str | Path) -> dict[str, str]:
    """A file's name, and its checksum where it is there: later nobody can bring another one."""
    if not str(path):
        return {"evidence": ""}
    file = Path(path)
    return {"evidence": file.name} | ({"sha256": sha256(file)} if file.is_file() else {})


def _placed(problem: Problem, where: str) -> Problem:
    return Problem(problem.code, where, problem.row, problem.column, problem.value, problem.values)
