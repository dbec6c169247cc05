"""Sending through apprise: each message once, each outcome logged, no address ever shown."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from toolkit.errors import DataError, Problem
from toolkit.notify import log
from toolkit.notify.channels import Channel, Channels
from toolkit.notify.messages import Message, compose

COLUMNS = ["role", "recipient", "channel", "alerts", "status", "reason", "title"]
_CODE = re.compile(r"error=(\d{3})")


def send(
    alerts: pd.DataFrame,
    routed: pd.DataFrame,
    channels: Channels,
    folder: Path,
    language: str,
    *,
    names: Mapping[str, str] | None = None,
    again: bool = False,
    dry: bool = False,
    through: Callable[[str, str, str], str] | None = None,
) -> pd.DataFrame:
    """Tell everybody what concerns them, one message a recipient and channel.

    Parameters
    ----------
    alerts, routed : DataFrame
        Contract `alerts`, and who is told of each (`routes`).
    channels : Channels
    folder : Path
        The engagement's; the log `alerts/sent.csv` is in it.
    language : str
    names : mapping, optional
        Participant → name.
    again, dry : bool
        Send also what was sent before; send and log nothing, and say what would be.
    through : callable, optional
        (address, title, body) → reason of failure, blank for success; `deliver` by default.

    Returns
    -------
    DataFrame
        role, recipient, channel (its name, never its address), alerts (their number), status (sent, failed,
        no_address, before; would_send when dry), reason, title.

    Examples
    --------
    >>> found = pd.DataFrame([("p1", "2026-Q2", "visits", "run_rate", "low", "Lin Yue, visits.")],
    ...     columns=["participant", "period", "kpi", "kind", "severity", "message"])
    >>> to = pd.DataFrame([("participant", "p1", 0)], columns=["role", "recipient", "alert"])
    >>> ways = Channels({}, {"KPI_ALERT_URLS": "json://localhost"})
    >>> told = send(found, to, ways, Path("nowhere"), "en", dry=True)
    >>> told[["recipient", "channel", "status"]].values.tolist()
    [['p1', 'KPI_ALERT_URLS', 'would_send']]
    """
    before = set() if again else log.read_sent(folder)
    rows = []
    for (role, recipient), part in routed.groupby(["role", "recipient"], sort=False):
        for channel in channels.of(str(recipient)):
            own = alerts.loc[part["alert"]]
            lines = [_line(alert, str(role), str(recipient), channel) for alert in own.to_dict("records")]
            fresh = np.array([log.key_of(line) not in before for line in lines])
            told = own[fresh] if fresh.any() else own
            message = compose(str(role), str(recipient), told, language, names)
            status, reason = "before", ""
            if fresh.any():
                kept = [line for line, is_new in zip(lines, fresh, strict=True) if is_new]
                status, reason = _one(message, channel, kept, folder, dry, through or deliver)
            rows.append((role, recipient, channel.name, len(told), status, reason, message.title))
    return pd.DataFrame(rows, columns=COLUMNS)


def _one(
    message: Message,
    channel: Channel,
    lines: list[dict[str, Any]],
    folder: Path,
    dry: bool,
    through: Callable[[str, str, str], str],
) -> tuple[str, str]:
    """Send one message and log it; what fails is logged as well, and is tried again the next time."""
    if not channel.url:
        return "no_address", ""
    if dry:
        return "would_send", ""
    reason = through(channel.url, message.title, message.body)
    status = "failed" if reason else "sent"
    now = dt.datetime.now().astimezone().isoformat(timespec="seconds")
    log.append(folder, [line | {"sent_at": now, "status": status, "reason": reason} for line in lines])
    return status, reason


def _line(alert: dict[Any, Any], role: str, recipient: str, channel: Channel) -> dict[str, Any]:
    kept = {name: alert[name] for name in ("participant", "period", "kpi", "kind", "severity")}
    return {"role": role, "recipient": recipient, "channel": channel.name, **kept}


def deliver(url: str, title: str, body: str) -> str:
    """Send one message through apprise.

    Parameters
    ----------
    url : str
        An apprise address: `mailto://…`, `dingtalk://…`, `feishu://…`, `wecombot://…`, `json://…`.
    title, body : str
        Plain text.

    Returns
    -------
    str
        Blank where the service took it, else bad_address, unreachable, or answered_<HTTP status>. Never the
        address.

    Raises
    ------
    DataError
        apprise is not installed.

    Examples
    --------
    >>> deliver("no address at all", "title", "body")
    'bad_address'
    """
    try:
        import apprise
    except ImportError as missing:
        raise DataError(Problem("notify.no_apprise")) from missing
    # apprise's own log may hold parts of an address: it is read, never shown
    with apprise.LogCapture(level=apprise.logging.WARNING, fmt="%(message)s") as said:
        service = apprise.Apprise()
        if not service.add(url):
            return "bad_address"
        taken = service.notify(body=body, title=title, body_format=apprise.NotifyFormat.TEXT)
        found = _CODE.search(said.getvalue())
    return "" if taken else f"answered_{found[1]}" if found else "unreachable"
