"""Where messages go. Addresses hold passwords and stand in environment variables, never in files or logs."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from toolkit.errors import DataError, Problems

DEFAULT = "KPI_ALERT_URLS"
CONTACTS = "alerts/contacts.csv"
_COLUMNS = ["recipient", "variable"]
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@dataclass(frozen=True)
class Channel:
    """A way to a recipient: what it is called in logs, and its address; blank where none is set."""

    name: str
    url: str = field(default="", repr=False)


@dataclass(frozen=True)
class Channels:
    """The ways to everybody.

    Parameters
    ----------
    contacts : mapping
        Recipient → the environment variables that hold their addresses.
    environ : mapping
        The environment.
    to : sequence of str
        Addresses for all messages, in the place of all others.
    """

    contacts: Mapping[str, tuple[str, ...]]
    environ: Mapping[str, str] = field(repr=False)
    to: Sequence[str] = field(default=(), repr=False)

    def of(self, recipient: str) -> list[Channel]:
        """A recipient's channels; one without an address where nothing is set.

        Examples
        --------
        >>> ways = Channels({"Wang": ("URL_OF_WANG",)}, {"URL_OF_WANG": "json://localhost"})
        >>> [way.name for way in ways.of("Wang")], ways.of("hr")
        (['URL_OF_WANG'], [Channel(name='KPI_ALERT_URLS')])
        """
        if self.to:
            return [Channel(f"to:{at}", url) for at, url in enumerate(self.to, 1)]
        found = []
        for name in self.contacts.get(recipient, (DEFAULT,)):
            urls = self.environ.get(name, "").split()
            many = len(urls) > 1
            found += [Channel(f"{name} {at}" if many else name, url) for at, url in enumerate(urls, 1)]
            if not urls:
                found.append(Channel(name))
        return found


def load_channels(folder: Path, environ: Mapping[str, str], to: Sequence[str] = ()) -> Channels:
    """An engagement's contacts with the environment's addresses.

    Parameters
    ----------
    folder : Path
        The engagement's; `alerts/contacts.csv` in it may name, a line each, a recipient (a participant's id,
        a manager as the roster writes them, or `hr`) and the environment variable that holds their address,
        or several, separated by blanks. Who is not listed is reached through `KPI_ALERT_URLS`.
    environ : mapping
    to : sequence of str
        Addresses for all messages, in the place of all others.

    Raises
    ------
    DataError
        The file lacks a column, a variable's name is none, or an address itself stands in the file.

    Examples
    --------
    >>> load_channels(Path("nowhere"), {}).contacts
    {}
    """
    path = folder / CONTACTS
    if not path.is_file():
        return Channels({}, environ, to)
    problems = Problems()
    contacts = _contacts(path, problems)
    problems.raise_as(DataError)
    return Channels(contacts, environ, to)


def _contacts(path: Path, problems: Problems) -> dict[str, tuple[str, ...]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            header = [str(name).strip() for name in reader.fieldnames or []]
            if not set(_COLUMNS) <= set(header):
                problems.add("notify.contacts_columns", where=CONTACTS, row=1, value=", ".join(header))
                return {}
            reader.fieldnames = header
            rows = list(reader)
    except UnicodeDecodeError:
        problems.add("notify.contacts_encoding", where=CONTACTS)
        return {}
    found: dict[str, tuple[str, ...]] = {}
    for at, row in enumerate(rows, 2):
        recipient, names = (row["recipient"] or "").strip(), (row["variable"] or "").split()
        if not recipient and not names:
            continue
        for name in names:
            if "://" in name:  # a password may be in it: not shown
                problems.add("notify.contact_is_address", where=CONTACTS, row=at, column="variable")
            elif not _VARIABLE.fullmatch(name):
                problems.add("notify.bad_variable", where=CONTACTS, row=at, column="variable", value=name)
        if not recipient or not names:
            blank = "recipient" if names else "variable"
            problems.add("notify.contact_blank", where=CONTACTS, row=at, column=blank)
        found[recipient] = (*found.get(recipient, ()), *names)
    return found
