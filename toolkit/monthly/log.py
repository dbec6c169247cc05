"""The log of the months: who did what when; only ever added to, each entry tied to the last."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from toolkit.errors import Problems, ReportError
from toolkit.monthly.lock import WAIT, only_writer

FOLDER = "months"
NAME = "log.jsonl"
_LOCK = ".log.lock"
_WHERE = f"{FOLDER}/{NAME}"
_FIRST = "0" * 64  # what the first entry has for the checksum of the one before
_FIELDS = {"number", "at", "who", "action", "period", "data", "previous", "sha256"}


@dataclass(frozen=True)
class Entry:
    """One thing done.

    Parameters
    ----------
    number : int
        From 1, without a gap.
    at : str
        UTC, ISO 8601: `2026-04-02T08:15:00Z`.
    who : str
        As they named themselves.
    action : str
        opened, scored, reviewed, approved, published, locked, reopened, corrected, forms, ratings, appealed,
        decided.
    period : str
        The month it concerns.
    data : mapping
        What else belongs to it.
    previous, sha256 : str
        Checksums of the entry before and of this one.
    """

    number: int
    at: str
    who: str
    action: str
    period: str
    data: Mapping[str, Any]
    previous: str
    sha256: str

    @property
    def day(self) -> dt.date:
        """The day it was done, in UTC."""
        return dt.date.fromisoformat(self.at[:10])


def read_log(folder: str | Path) -> tuple[Entry, ...]:
    """The entries of an engagement's log, each checked against the one before.

    Parameters
    ----------
    folder : str or Path
        The engagement's; without a log there are no entries.

    Raises
    ------
    ReportError
        Every line that was edited, is out of order, was cut off, or follows a line that is gone: with its
        number. Who rewrites the whole file with fresh checksums is found by those that publications print.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     with writing(folder) as log:
    ...         _ = log.add("opened", "2026-03", "Li Na")
    ...     [(e.number, e.who, e.action, e.period) for e in read_log(folder)]
    [(1, 'Li Na', 'opened', '2026-03')]
    """
    path = Path(folder) / FOLDER / NAME
    return _checked(path.read_bytes()) if path.exists() else ()


def _checked(content: bytes) -> tuple[Entry, ...]:
    problems, entries, previous, due = Problems(), [], _FIRST, 1
    lines = content.split(b"\n")
    if lines.pop():
        problems.add("month.log_torn", where=_WHERE, row=len(lines) + 1)
    for row, line in enumerate(lines, 1):
        entry = _parsed(line)
        if entry is None:
            problems.add("month.log_edited", where=_WHERE, row=row)
            previous, due = "", 0  # what follows cannot be judged against it
            continue
        if (previous and entry.previous != previous) or (due and entry.number != due):
            problems.add("month.log_broken", where=_WHERE, row=row, value=entry.number)
        previous, due = entry.sha256, entry.number + 1  # a line gone is one fault
        entries.append(entry)
    problems.raise_as(ReportError)
    return tuple(entries)


def _parsed(line: bytes) -> Entry | None:
    """The entry of a line that stands as it was written; else None."""
    try:
        fields = json.loads(line)
        sealed = _sealed({name: value for name, value in fields.items() if name != "sha256"})
        return Entry(**fields) if set(fields) == _FIELDS and sealed == line else None
    except (ValueError, AttributeError):
        return None


def _sealed(fields: Mapping[str, Any]) -> bytes:
    """An entry's line: its fields in one fixed way of writing, closed with the checksum of all before it."""
    digest = hashlib.sha256(_written(fields)).hexdigest()
    return _written({**fields, "sha256": digest})


def _written(fields: Mapping[str, Any]) -> bytes:
    return json.dumps(fields, ensure_ascii=False, separators=(", ", ": ")).encode("utf-8")


class Writer:
    """The log while nobody else writes it."""

    def __init__(self, path: Path, entries: tuple[Entry, ...], now: dt.datetime | None) -> None:
        self.path = path
        self.entries = entries
        self.now = now

    def add(self, action: str, period: str, who: str, data: Mapping[str, Any] | None = None) -> Entry:
        """Add an entry; when this returns, it is on the disk.

        Parameters
        ----------
        action, period, who : str
        data : mapping, optional
            Plain values.
        """
        fields = {
            "number": len(self.entries) + 1,
            "at": stamp(self.now),
            "who": who,
            "action": action,
            "period": period,
            "data": dict(data or {}),
            "previous": self.entries[-1].sha256 if self.entries else _FIRST,
        }
        line = _sealed(fields)
        with self.path.open("ab") as file:
            file.write(line + b"\n")
            file.flush()
            os.fsync(file.fileno())
        self.entries = (*self.entries, Entry(**json.loads(line)))
        return self.entries[-1]


@contextmanager
def writing(folder: str | Path, *, now: dt.datetime | None = None, wait: float = WAIT) -> Iterator[Writer]:
    """The log, read and checked, with nobody else writing it until the block ends.

    Parameters
    ----------
    folder : str or Path
        The engagement's; it exists.
    now : datetime, optional
        With time zone; the clock's by default.
    wait : float
        Seconds to wait for another command.

    Raises
    ------
    ReportError
        The log is broken, or another command held it all that time.
    """
    path = Path(folder) / FOLDER / NAME
    with only_writer(path.with_name(_LOCK), wait):
        yield Writer(path, read_log(folder), now)


def stamp(now: dt.datetime | None = None) -> str:
    """A moment in UTC to the second.

    Examples
    --------
    >>> stamp(dt.datetime(2026, 4, 2, 8, 15, tzinfo=dt.timezone.utc))
    '2026-04-02T08:15:00Z'
    """
    moment = (now or dt.datetime.now(dt.UTC)).astimezone(dt.UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
