"""Where KPIs are measured: the toolkit's own DuckDB, or the client's server, on which the rows stay."""

from __future__ import annotations

import os
import socket
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import duckdb
import pyarrow as pa

from toolkit.data.connections import Connection, database_file, open_duckdb
from toolkit.data.databases.dialects import translated
from toolkit.data.databases.postgres import fetch, open_postgres
from toolkit.data.sql import RefusedSql
from toolkit.errors import DataError, Problem, Problems

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

_SECONDS = 10  # to wait for a cluster's first answer


@dataclass(frozen=True)
class Engine:
    """Something that runs a SELECT.

    Parameters
    ----------
    kind : str
        duckdb, postgres or spark.
    backend : object
        ibis' DuckDB backend, psycopg's connection, or a Spark session.
    name : str
        What `engagement.yaml` calls the connection; '' for the toolkit's own database.
    folder : Path
        The engagement's, in which the files lie that Spark reads.
    """

    kind: str
    backend: Any
    name: str = ""
    folder: Path = Path()

    def close(self) -> None:
        """Let go of the server; a Spark session is shared and ends with the program."""
        if self.kind == "postgres":
            self.backend.close()
        elif self.kind == "duckdb":
            self.backend.disconnect()


def open_engine(connection: Connection, folder: Path, problems: Problems) -> Engine | None:
    """Open a connection to be measured in place; None with the reason in `problems`.

    Parameters
    ----------
    folder : Path
        The engagement's.
    """
    if connection.kind == "postgres":
        backend: Any = open_postgres(connection, problems)
    elif connection.kind == "spark":
        backend = open_spark(connection, problems)
    else:
        backend = _open_file(connection, folder, problems)
    return None if backend is None else Engine(connection.kind, backend, connection.name, folder)


def _open_file(connection: Connection, folder: Path, problems: Problems) -> Any:
    import ibis

    path = database_file(connection, folder, problems)
    if path is None:
        return None
    try:
        opened = open_duckdb(path)
    except duckdb.Error as error:
        said = str(error).splitlines()[0][:160].replace(str(path), connection.file)
        problems.add("connection.not_a_database", where=connection.file, value=said)
        return None
    opened.execute("SET ieee_floating_point_ops = false")  # a number over zero is missing, as everywhere
    return ibis.duckdb.from_connection(opened)


def open_spark(connection: Connection, problems: Problems, where: str = "") -> SparkSession | None:
    """A session of Spark's with settings of its own; None with the reason in `problems`."""
    where = where or f"engagement.yaml connections.{connection.name}"
    try:
        from pyspark.errors import PySparkException
        from pyspark.sql import SparkSession
    except ImportError:
        problems.add("connection.needs_package", where=where, value="pyspark")
        return None
    master = connection.master
    if not _answers(master):
        problems.add("connection.no_answer", where=where, value=master)
        return None
    builder = SparkSession.builder.master(master).appName("kpi")
    for name, value in _settings(master).items():
        builder = builder.config(name, value)
    try:
        session = builder.getOrCreate().newSession()
    except (PySparkException, OSError) as error:
        problems.add("connection.no_answer", where=where, value=str(error).splitlines()[0][:160])
        return None
    session.conf.set("spark.sql.session.timeZone", "UTC")  # never the clock of whatever machine runs this
    session.conf.set("spark.sql.ansi.enabled", "true")  # a number too large is an error, never another number
    session.sparkContext.setLogLevel("ERROR")
    return session


def _settings(master: str) -> dict[str, str]:
    settings = {"spark.ui.enabled": "false", "spark.ui.showConsoleProgress": "false"}
    if master.startswith("local"):
        own = {"spark.driver.bindAddress": "127.0.0.1", "spark.driver.host": "127.0.0.1"}
        settings |= own | {"spark.sql.shuffle.partitions": str(os.cpu_count() or 2)}
        # Else Spark leaves an empty folder wherever the program is started.
        settings["spark.sql.warehouse.dir"] = (Path(tempfile.gettempdir()) / "kpi-spark").as_uri()
    return settings


def _answers(master: str) -> bool:
    """Whether a cluster's port is open; Spark itself would try for a minute."""
    if not master.startswith("spark://"):
        return True
    try:
        first = urlsplit(master.split(",")[0])
        with socket.create_connection((first.hostname or "", first.port or 7077), timeout=_SECONDS):
            return True
    except (OSError, ValueError):
        return False


def run(engine: Engine, sql: str, small: Mapping[str, pa.Table] | None = None) -> pa.Table:
    """Run a SELECT written in DuckDB's dialect where the rows lie.

    Parameters
    ----------
    small : mapping
        Little tables that the SELECT names (days, roster): they travel to the rows. No right to create
        anything there is needed.

    Raises
    ------
    DataError
        The SELECT would not give the same there, or the server refuses it.

    Examples
    --------
    >>> import ibis
    >>> engine = Engine("duckdb", ibis.duckdb.connect())
    >>> run(engine, "SELECT sum(day) AS s FROM _d", {"_d": pa.table({"day": [1, 2, 3]})}).to_pylist()
    [{'s': Decimal('6')}]
    """
    try:
        return _RUN[engine.kind](engine, sql, small or {})
    except RefusedSql as error:
        code, said = "connection.not_the_same", str(error)
    except Exception as error:
        if not is_servers(error):
            raise
        code, said = "connection.failed", " ".join(str(error).split())[:240]
    raise DataError(Problem(code, engine.name, None, "", said, {"kind": engine.kind}))


def is_servers(error: Exception) -> bool:
    """Whether an exception is an engine's answer: none of its libraries need be there to be asked."""
    return {
        kind.__name__ for kind in type(error).__mro__ if kind.__module__.split(".")[0] in _LIBRARIES
    } != set()


_LIBRARIES = ("duckdb", "_duckdb", "psycopg", "pyspark", "py4j")


def _run_duckdb(engine: Engine, sql: str, small: Mapping[str, pa.Table]) -> pa.Table:
    connection = engine.backend.con
    for name, table in small.items():
        connection.register(name, table)
    try:
        return connection.execute(sql).to_arrow_table()
    finally:
        for name in small:
            connection.unregister(name)


def _run_postgres(engine: Engine, sql: str, small: Mapping[str, pa.Table]) -> pa.Table:
    return fetch(engine.backend, translated(sql, "postgres"), small)


def _run_spark(engine: Engine, sql: str, small: Mapping[str, pa.Table]) -> pa.Table:
    session = engine.backend
    for name, table in small.items():
        session.createDataFrame(table).createOrReplaceTempView(name)
    try:
        return session.sql(translated(sql, "spark")).toArrow()
    finally:
        for name in small:
            session.catalog.dropTempView(name)


_RUN = {"duckdb": _run_duckdb, "postgres": _run_postgres, "spark": _run_spark}
