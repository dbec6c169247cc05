"""A month's way from open to locked: the moves that change no number."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from toolkit.data.engagement import Engagement
from toolkit.errors import Problem, ReportError
from toolkit.monthly.appeals import undecided
from toolkit.monthly.closing import refuse_changed
from toolkit.monthly.inputs import Inputs, four_eyes, load_inputs, refuse_period
from toolkit.monthly.log import Entry, Writer, writing
from toolkit.monthly.states import allow, make, month, month_folder, named
from toolkit.scheme.load import load_schemes


def open_month(
    client: Engagement, period: str, who: str | None = None, *, now: dt.datetime | None = None
) -> Entry:
    """Open a month: ratings and corrections may be collected, and it may be scored.

    Raises
    ------
    ReportError
        It is open already, or no period that the engagement scores and its data cover.
    """
    who = named(who)
    refuse_period(client, load_schemes(client), period)
    with writing(client.folder, now=now) as log:
        return make(log, period, "open", who)


def advance(
    folder: str | Path,
    period: str,
    move: str,
    who: str | None = None,
    reason: str = "",
    *,
    now: dt.datetime | None = None,
) -> Entry:
    """Review, approve, lock or reopen a month.

    Parameters
    ----------
    folder : str or Path
        The engagement's.
    period : str
    move : {'review', 'approve', 'lock', 'reopen'}
    who : str, optional
        The environment variable KPI_USER by default.
    reason : str
        Needed to reopen.
    now : datetime, optional

    Raises
    ------
    ReportError
        The move is not allowed now; the month's files are not those that were scored; corrections or ratings
        came in since; the approver is who scored (unless the schemes' governance says `four_eyes: false`);
        or it is to be locked while an appeal waits.
    """
    who, home = named(who), month_folder(folder, period)
    with writing(folder, now=now) as log:
        stands = month(log.entries, period)
        allow(stands, move)
        if move == "reopen":
            return make(log, period, move, who, reason=reason)
        refuse_changed(home, stands.last("scored"))
        inputs = load_inputs(home)
        if move in ("review", "approve"):
            refuse_stale(log, inputs)
        waiting = undecided(stands)
        if move == "lock" and waiting:
            numbers = ", ".join(str(appeal.number) for appeal in waiting)
            raise ReportError(Problem("month.appeals_wait", f"months/{period}", value=numbers))
        return make(log, period, move, who, reason=reason, four_eyes=four_eyes(inputs))


def refuse_stale(log: Writer, inputs: Inputs) -> None:
    """Refuse a month that was scored before a correction or a rating that it should have counted.

    Raises
    ------
    ReportError
    """
    scored = month(log.entries, inputs.period).last("scored")
    since = [entry for entry in log.entries if scored is not None and entry.number > scored.number]
    missed = [
        entry.number
        for entry in since
        if entry.data.get("paid_with") in inputs.periods
        or (entry.action == "ratings" and entry.period in inputs.periods)
    ]
    if missed:
        numbers = ", ".join(map(str, missed))
        raise ReportError(Problem("month.stale", f"months/{inputs.period}", value=numbers))
