"""Servers that tests start themselves and end themselves: PostgreSQL on a loopback port, a local Spark."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

OWNER = "kpi_owner"
OWNERS_PASSWORD, READERS_PASSWORD = "owner-not-secret", "reader-not-secret"


@dataclass(frozen=True)
class Server:
    """A PostgreSQL server of the tests' own.

    `reader` may only SELECT from what stands in the schema `sales`.
    """

    port: int
    database: str = "crm"

    @property
    def owners_url(self) -> str:
        return f"postgresql://{OWNER}:{OWNERS_PASSWORD}@127.0.0.1:{self.port}/{self.database}"

    @property
    def url(self) -> str:
        """What an engagement writes: no password in it."""
        return f"postgresql://reader@127.0.0.1:{self.port}/{self.database}"


def programs() -> Path | None:
    """The folder of PostgreSQL's server programs; Debian keeps them off the path."""
    found = shutil.which("initdb")
    if found and shutil.which("pg_ctl"):
        return Path(found).parent
    config = shutil.which("pg_config")
    if config:
        named = subprocess.run(
            [config, "--bindir"], capture_output=True, text=True, check=False
        ).stdout.strip()
        if named and (Path(named) / "initdb").is_file():
            return Path(named)
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: int(p.parts[-3]))
    return versions[-1].parent if versions else None


def _unprivileged(folder: Path) -> list[str]:
    """What to put before a command: PostgreSQL refuses to run as root, so it gets its own user and folder."""
    if os.name == "nt" or os.geteuid() != 0:
        return []
    user = "postgres"
    shutil.chown(folder, user)
    return ["setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups"]


def free_port() -> int:
    """A port of the loopback that nobody listens to."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _done(command: list[str], folder: Path) -> None:
    said = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert said.returncode == 0, f"{command[-1]}: {said.stdout}{said.stderr}"


@contextmanager
def postgres_server() -> Iterator[Server]:
    """Start a server in a folder of its own, on the loopback only, and end it by its own pg_ctl."""
    where = programs()
    assert where is not None, "mark the test with @pytest.mark.postgres"
    folder = Path(tempfile.mkdtemp(prefix="kpi-pg-"))
    before = _unprivileged(folder)
    data, port = folder / "data", free_port()
    secret = folder / "owner.txt"
    secret.write_text(OWNERS_PASSWORD, encoding="utf-8")
    secret.chmod(0o644)
    control = [*before, str(where / "pg_ctl"), "-D", str(data), "-w", "-t", "60"]
    options = (
        f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='{folder}' "
        "-c timezone=UTC -c fsync=off"
    )
    try:
        # fmt: off
        _done([*before, str(where / "initdb"), "-D", str(data), "-U", OWNER, "-A", "scram-sha-256",
               "--pwfile", str(secret), "-E", "UTF8", "--locale=C", "--no-sync"], folder)
        # fmt: on
        _done([*control, "-l", str(folder / "log.txt"), "-o", options, "start"], folder)
        try:
            yield _with_reader(Server(port))
        finally:
            _done([*control, "-m", "immediate", "stop"], folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _with_reader(server: Server) -> Server:
    import psycopg

    first = server.owners_url.replace("/crm", "/postgres")
    with psycopg.connect(first, autocommit=True) as owner:
        owner.execute("CREATE DATABASE crm")
        owner.execute(f"CREATE ROLE reader LOGIN PASSWORD '{READERS_PASSWORD}'")
    with psycopg.connect(server.owners_url, autocommit=True) as owner:
        owner.execute("REVOKE ALL ON DATABASE crm FROM PUBLIC")
        owner.execute("REVOKE ALL ON SCHEMA public FROM PUBLIC")
        owner.execute("GRANT CONNECT ON DATABASE crm TO reader")
        owner.execute("CREATE SCHEMA sales")
        owner.execute("GRANT USAGE ON SCHEMA sales TO reader")
        owner.execute("ALTER DEFAULT PRIVILEGES IN SCHEMA sales GRANT SELECT ON TABLES TO reader")
    return server


@contextmanager
def local_spark() -> Iterator[str]:
    """A Spark in this process on two cores; the session is shared by all that ask for this URL."""
    from pyspark.sql import SparkSession

    yield "spark:local[2]"
    session = SparkSession.getActiveSession()
    if session is not None:
        session.stop()
