"""Where a client's tables lie beside files: databases, reached by a URL without a password.

The password comes from the environment: `KPI_PASSWORD_<NAME>`, else what libpq knows (PGPASSWORD, .pgpass).
Nothing here ever repeats a URL that may hold one.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import duckdb

from toolkit.errors import Problems

KINDS = {
    "postgresql": "postgres",
    "postgres": "postgres",
    "sqlite": "sqlite",
    "duckdb": "duckdb",
    "spark": "spark",
}
SHOWN_KINDS = "postgresql://, sqlite:, duckdb:, spark:"
# What libpq may be told in a URL that is no secret and moves no file of this machine's.
_PARAMETERS = {
    "sslmode", "sslrootcert", "sslcert", "sslkey", "sslcrl", "sslsni", "ssl_min_protocol_version", "options",
    "application_name", "connect_timeout", "target_session_attrs", "channel_binding", "gssencmode",
    "krbsrvname", "keepalives", "keepalives_idle", "keepalives_interval", "keepalives_count", "hostaddr",
    "host", "port", "user", "dbname", "load_balance_hosts",
}  # fmt: skip
_SECRETS = re.compile(r"passw|pwd|secret|token", re.IGNORECASE)
_IN_URL = re.compile(r"(//[^:@/?#]*):.*@")  # a password may hold any sign
_IN_QUERY = re.compile(r"([?&;\s](?:[^=&;\s]*(?:passw|pwd|secret|token)[^=&;\s]*))=[^&;\s]*", re.IGNORECASE)
_NAME = re.compile(r"[^\W\d][\w$ -]*(\.[^\W\d][\w$ -]*){0,2}")


@dataclass(frozen=True)
class Connection:
    """A database of the client's.

    Parameters
    ----------
    name : str
        What `engagement.yaml` calls it.
    url : str
        `postgresql://reader@host:5432/crm`, `sqlite:data/old.db`, `duckdb:data/mart.duckdb`,
        `spark:local[2]`.
    in_place : bool
        Measured where it lies, instead of being read first.

    Examples
    --------
    >>> crm = Connection("crm", "postgresql://reader@db.acme.example:5432/crm")
    >>> crm.kind, crm.password_variable
    ('postgres', 'KPI_PASSWORD_CRM')
    """

    name: str
    url: str
    in_place: bool = False

    @property
    def kind(self) -> str:
        """postgres, sqlite, duckdb or spark; '' for a kind that is not known."""
        return KINDS.get(self.url.partition(":")[0].lower(), "")

    @property
    def password_variable(self) -> str:
        """The environment's variable that holds this connection's password."""
        return f"KPI_PASSWORD_{self.name.upper()}"

    @property
    def password(self) -> str:
        """The password, from the environment; '' where libpq is to look for it itself."""
        return os.environ.get(self.password_variable, "")

    @property
    def file(self) -> str:
        """The file of a SQLite or DuckDB database, as the URL names it; '' for a server."""
        if self.kind not in ("sqlite", "duckdb"):
            return ""
        rest = self.url.partition(":")[2]
        return rest[3:] if rest.startswith("///") else rest.removeprefix("//")

    def path(self, folder: Path) -> Path | None:
        """The database's file; None for a server."""
        return (folder / self.file.replace("\0", "?")).resolve() if self.file else None

    @property
    def master(self) -> str:
        """Spark's master: `local[2]`, `spark://host:7077`."""
        return self.url if self.url.lower().startswith("spark://") else self.url.partition(":")[2]


def without_passwords(said: Any, found: list[str] | None = None) -> Any:
    """What a document says under `connections`, with nothing in it that may be a password.

    Parameters
    ----------
    found : list of str, optional
        Takes the names of the connections that held one.

    Examples
    --------
    >>> without_passwords({"crm": {"url": "postgresql://reader:s3cret@host/crm", "password": "s3cret"}})
    {'crm': {'url': 'postgresql://reader@host/crm'}}
    """
    if not isinstance(said, Mapping):
        return _masked(said)
    clean = {}
    for name, given in said.items():
        clean[name] = _without(given)
        if clean[name] != given and found is not None:
            found.append(str(name))
    return clean


def _without(said: Any) -> Any:
    if isinstance(said, Mapping):
        return {key: _without(value) for key, value in said.items() if not _SECRETS.search(str(key))}
    return [_without(value) for value in said] if isinstance(said, list) else _masked(said)


def _masked(said: Any) -> Any:
    """A URL without its password, also one that stands among its parameters."""
    if not isinstance(said, str):
        return said
    parts = _IN_QUERY.sub("", _IN_URL.sub(r"\1@", said))
    return parts if "?" in parts or "&" not in parts else parts.replace("&", "?", 1)


def check_connection(connection: Connection, place: Mapping[str, Any], problems: Problems) -> None:
    """Note what is wrong with a connection's own words; nothing is opened.

    Parameters
    ----------
    place : mapping
        where, row and column of the connection in the document.
    """
    url = connection.url
    if not re.fullmatch("[A-Za-z][A-Za-z0-9_]*", connection.name):  # a shell cannot set another variable
        problems.add("connection.name", value=connection.name, **place)
    if not connection.kind:
        problems.add("connection.unknown_kind", value=url.partition(":")[0][:20], known=SHOWN_KINDS, **place)
        return
    if connection.in_place and connection.kind == "sqlite":
        problems.add("connection.not_in_place", value=connection.name, **place)
    if connection.kind == "postgres":
        _check_parameters(connection, place, problems)
    elif not (connection.master if connection.kind == "spark" else connection.file):
        problems.add("connection.bad_url", **place)


def _check_parameters(connection: Connection, place: Mapping[str, Any], problems: Problems) -> None:
    try:
        parts = urlsplit(connection.url)
    except ValueError:
        problems.add("connection.bad_url", **place)
        return
    if not parts.netloc and not parts.query:
        problems.add("connection.bad_url", **place)
    known = ", ".join(sorted(_PARAMETERS - {"host", "port", "user", "dbname"}))
    for name, _ in parse_qsl(parts.query, keep_blank_values=True):
        if name not in _PARAMETERS:
            problems.add("connection.parameter", value=unquote(name)[:40], known=known, **place)


def is_table_name(name: str) -> bool:
    """Whether a text is a table's plain name, with its schema perhaps, and no piece of SQL.

    Examples
    --------
    >>> is_table_name("sales.opportunities"), is_table_name("a; DROP TABLE b"), is_table_name('x"y')
    (True, False, False)
    """
    return _NAME.fullmatch(name) is not None


def quoted(name: str) -> str:
    """A table's name for SQL, each part of it quoted.

    Examples
    --------
    >>> quoted("sales.Opportunities")
    '"sales"."Opportunities"'
    """
    return ".".join(f'"{part}"' for part in name.split("."))


def database_file(connection: Connection, folder: Path, problems: Problems) -> Path | None:
    """The file of a SQLite or DuckDB database, inside the engagement's folder and there."""
    path = connection.path(folder)
    assert path is not None  # only databases that are files are asked for one
    if not path.is_relative_to(folder.resolve()):
        problems.add("data.outside_folder", where=connection.file)
    elif not path.is_file():
        problems.add("data.missing_file", where=connection.file)
    else:
        return path
    return None


def open_duckdb(path: Path) -> duckdb.DuckDBPyConnection:
    """A DuckDB database of the client's, to be read only, reaching for nothing outside its file."""
    return duckdb.connect(str(path), read_only=True, config={"enable_external_access": "false"})
