"""What a recipient reads: one message with all that concerns them, facts about KPIs and nothing about pay."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from toolkit.language import text

_LONGEST = 100  # characters of a name: it comes from the client's files


@dataclass(frozen=True)
class Message:
    """A message to one recipient.

    Parameters
    ----------
    role, recipient : str
        As `routes` gives them.
    title, body : str
        Plain text.
    alerts : DataFrame
        The alerts that it tells of.
    """

    role: str
    recipient: str
    title: str
    body: str
    alerts: pd.DataFrame


def compose(
    role: str, recipient: str, alerts: pd.DataFrame, language: str, names: Mapping[str, str] | None = None
) -> Message:
    """One message of some alerts to one recipient.

    Parameters
    ----------
    role, recipient : str
    alerts : DataFrame
        Contract `alerts`; its messages are in the language already.
    language : str
    names : mapping, optional
        Participant → name.

    Examples
    --------
    >>> found = pd.DataFrame({"message": ["Lin Yue, visits: 12 by today."]})
    >>> print(compose("manager", "Wang", found, "en").title)
    KPI alert for Wang: 1 matter
    """
    known = {} if names is None else names
    who = text("notify.hr", language) if role == "hr" else plain(known.get(recipient, recipient))
    one = ".one" if len(alerts) == 1 else ""
    title = text(f"notify.title{one}", language, who=who, n=len(alerts))
    lines = [f"{at}. {plain(said, None)}" for at, said in enumerate(alerts["message"], 1)]
    parts = [text(f"notify.opening.{role}", language, who=who), *lines, text("notify.closing", language)]
    return Message(role, recipient, title, "\n\n".join(parts), alerts)


def plain(words: str, longest: int | None = _LONGEST) -> str:
    """Words on one line, without control characters: a client's names may hold anything.

    Examples
    --------
    >>> plain("Lin\\nYue")
    'Lin Yue'
    """
    line = " ".join("".join(c if c.isprintable() else " " for c in str(words)).split())
    return line if longest is None or len(line) <= longest else f"{line[: longest - 1]}…"
