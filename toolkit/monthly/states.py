"""Where a month stands, which moves it allows, and who may make them."""

from __future__ import annotations

import datetime as dt
import os
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from toolkit.errors import Problem, ReportError
from toolkit.monthly.log import Entry, Writer

STATES = ("open", "scored", "reviewed", "approved", "published", "locked")
USER = "KPI_USER"  # the environment variable that names who works
# A move: the states it starts from ("" is a month nobody opened) and the entry it makes.
_MOVES: Mapping[str, tuple[tuple[str, ...], str]] = {
    "open": (("",), "opened"),
    "score": (("open", "scored"), "scored"),
    "review": (("scored",), "reviewed"),
    "approve": (("reviewed",), "approved"),
    "publish": (("approved",), "published"),
    "lock": (("published",), "locked"),
    "reopen": (("reviewed", "approved"), "reopened"),
}
MOVES = tuple(_MOVES)
# A space between two Chinese characters is typing: 李 娜 is 李娜. Between Latin letters it parts names.
_INSIDE = re.compile(r"(?<=[\u3400-\u9fff]) (?=[\u3400-\u9fff])")
_LEADS_TO = {"opened": "open", "reopened": "scored"} | {s: s for s in STATES[1:]}


@dataclass(frozen=True)
class Month:
    """A month as its log tells it.

    Parameters
    ----------
    period : str
        2026-03, or 2026-Q1 where quarters are what is scored.
    state : str
        One of `STATES`; blank where nobody opened it.
    entries : tuple of Entry
        What was done to it, in order.
    """

    period: str
    state: str = ""
    entries: tuple[Entry, ...] = field(default=())

    def last(self, action: str) -> Entry | None:
        """The latest entry of an action; None where there is none."""
        return next((entry for entry in reversed(self.entries) if entry.action == action), None)

    @property
    def settled(self) -> bool:
        """Whether its numbers can change no more unless somebody reopens it: approved, or later."""
        return self.state in ("approved", "published", "locked")


def month(entries: Iterable[Entry], period: str) -> Month:
    """A month from the entries of a log.

    Examples
    --------
    >>> month((), "2026-03").state
    ''
    """
    own = tuple(entry for entry in entries if entry.period == period)
    states = [_LEADS_TO[entry.action] for entry in own if entry.action in _LEADS_TO]
    return Month(period, states[-1] if states else "", own)


def months(entries: Iterable[Entry]) -> dict[str, Month]:
    """Every month that a log speaks of, in order of their names."""
    listed = tuple(entries)
    return {period: month(listed, period) for period in sorted({entry.period for entry in listed})}


def named(who: str | None) -> str:
    """Who works: as given, else as the environment variable KPI_USER says.

    Raises
    ------
    ReportError
        Neither names anybody. A computer's account is no answer to who approved a payout.

    Examples
    --------
    >>> named(" Li Na ")
    'Li Na'
    """
    found = " ".join((who or os.environ.get(USER, "")).split())
    if not found:
        raise ReportError(Problem("month.who", values={"variable": USER}))
    return found


def same_person(one: str, other: str) -> bool:
    """Whether two names are one person's, however they are typed.

    Examples
    --------
    >>> same_person("Li Na", "li  na"), same_person("Ｌi Na", "Li Na"), same_person("Li Na", "Lin A")
    (True, True, False)
    >>> same_person("李娜", "李 娜"), same_person("李娜", "李　娜")
    (True, True)
    """
    return _plain(one) == _plain(other)


def _plain(name: str) -> str:
    spaced = " ".join(unicodedata.normalize("NFKC", name).casefold().split())
    return _INSIDE.sub("", spaced)


def allow(now: Month, move: str) -> None:
    """Refuse a move that the month's state does not allow.

    Raises
    ------
    ReportError
        With the state and what it allows instead.

    Examples
    --------
    >>> allow(Month("2026-03"), "open")
    >>> allow(Month("2026-03", "locked"), "reopen")
    Traceback (most recent call last):
        ...
    toolkit.errors.ReportError: months/2026-03: «reopen» is not possible: the month is locked ...
    """
    if now.state in _MOVES[move][0]:
        return
    said = {"period": now.period}
    raise ReportError(
        Problem(f"month.is_{now.state or 'new'}", f"months/{now.period}", value=move, values=said)
    )


def refuse_reviewed(now: Month) -> None:
    """Refuse ratings for a month that was reviewed: it would no longer be what was reviewed.

    Raises
    ------
    ReportError
    """
    if now.state not in ("", "open", "scored"):
        raise ReportError(Problem("month.ratings_late", f"months/{now.period}", value=now.state))


def make(
    log: Writer, period: str, move: str, who: str, *, reason: str = "", four_eyes: bool = True, **data: object
) -> Entry:
    """Make a move: allowed, by somebody, and by a second pair of eyes where the agreement asks for it.

    Parameters
    ----------
    log : Writer
    period, move, who : str
    reason : str
        Needed to reopen.
    four_eyes : bool
        Who approves is not who scored.
    **data
        Goes into the entry.

    Raises
    ------
    ReportError
        The move is not allowed now, the approver is the scorer, or a month is reopened without a reason.
    """
    now = month(log.entries, period)
    allow(now, move)
    if move == "reopen" and not reason.strip():
        raise ReportError(Problem("month.reason", f"months/{period}", value=move))
    scored = now.last("scored")
    if move == "approve" and four_eyes and scored is not None and same_person(who, scored.who):
        raise ReportError(Problem("month.four_eyes", f"months/{period}", value=who))
    said = {"reason": reason.strip()} if reason.strip() else {}
    return log.add(_MOVES[move][1], period, who, {**said, **data})


def window_ends(published: Entry, days: int) -> dt.date:
    """The last day on which an appeal is taken: so many calendar days after the day of publication (UTC)."""
    return published.day + dt.timedelta(days=days)


def month_folder(folder: str | Path, period: str) -> Path:
    """Where a month's numbers lie."""
    return Path(folder) / "months" / period
