"""What was sent to whom: `alerts/sent.csv` in the engagement, a line an alert, recipient and channel."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from pathlib import Path

from toolkit.errors import DataError, Problem

SENT = "alerts/sent.csv"
COLUMNS = [
    *("sent_at", "status", "reason", "role", "recipient", "channel"),
    *("participant", "period", "kpi", "kind", "severity"),
]
KEY = ("recipient", "channel", "participant", "period", "kpi", "kind", "severity")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet would compute


def read_sent(folder: Path) -> set[tuple[str, ...]]:
    """What has reached its channel: (recipient, channel, participant, period, kpi, kind, severity).

    Raises
    ------
    DataError
        The log is there and is no log.

    Examples
    --------
    >>> read_sent(Path("nowhere"))
    set()
    """
    path = folder / SENT
    if not path.is_file():
        return set()
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        if not set(COLUMNS) <= set(reader.fieldnames or []):
            raise DataError(Problem("notify.no_log", SENT, 1))
        return {tuple(row[name] or "" for name in KEY) for row in reader if row["status"] == "sent"}


def key_of(line: Mapping[str, object]) -> tuple[str, ...]:
    """What tells a line of the log from others, as it is written.

    Examples
    --------
    >>> key_of(dict.fromkeys(KEY, "a") | {"recipient": "=b"})[:2]
    ("'=b", 'a')
    """
    return tuple(_written(line[name]) for name in KEY)


def append(folder: Path, lines: Iterable[Mapping[str, object]]) -> None:
    """Add lines to the log at once, so that a run that is broken off has lost none of what it did."""
    path = folder / SENT
    path.parent.mkdir(parents=True, exist_ok=True)
    new = not path.is_file()
    with path.open("a", encoding="utf-8-sig" if new else "utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        if new:
            writer.writeheader()
        writer.writerows({name: _written(line[name]) for name in COLUMNS} for line in lines)


def _written(value: object) -> str:
    shown = str(value)
    return f"'{shown}" if shown.startswith(_FORMULA) else shown
