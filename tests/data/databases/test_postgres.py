"""PostgreSQL as a client has it: a login that may only read, a password in the environment, odd types."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import psycopg
import pyarrow as pa
import pytest

from tests.data.helpers import explained
from tests.services import READERS_PASSWORD, Server, free_port
from toolkit.data.connections import Connection
from toolkit.data.databases.engines import Engine, open_engine, run
from toolkit.data.databases.tables import read_table
from toolkit.errors import DataError, Problem, Problems
from toolkit.language import LANGUAGES, describe

pytestmark = pytest.mark.postgres
ODD = """
CREATE TABLE sales.odd (
  "Deal No" int, amount numeric(12,2), rate numeric, at timestamptz, day date, note text, won boolean,
  price money, ref uuid, share real, photo bytea, extra json, code char(5)
);
INSERT INTO sales.odd VALUES
  (1, 1.10, 1.123456789, '2026-01-31 23:30+00', '2026-02-01', E'　hi, "you"\n', true, 1234.5,
   '00000000-0000-0000-0000-000000000001', 1.1, 'abc', '{"a": 1}', 'xy'),
  (2, NULL, 2, NULL, NULL, '  ', false, NULL, NULL, NULL, NULL, NULL, NULL);
CREATE TABLE sales.nothing (deal int);
CREATE TABLE sales.endless (day date, amount numeric, won boolean);
INSERT INTO sales.endless VALUES ('infinity', 'NaN', true), ('2026-01-02', 1.5, false);
CREATE TABLE public.salaries (person text);
"""


@pytest.fixture(scope="module")
def server(postgres: Server) -> Server:
    with psycopg.connect(postgres.owners_url, autocommit=True) as owner:
        owner.execute("DROP TABLE IF EXISTS sales.odd, sales.nothing, sales.endless, public.salaries")
        owner.execute(ODD)
    return postgres


@pytest.fixture
def crm(server: Server, monkeypatch: pytest.MonkeyPatch) -> Connection:
    monkeypatch.setenv("KPI_PASSWORD_CRM", READERS_PASSWORD)
    return Connection("crm", server.url)


@pytest.fixture
def engine(crm: Connection) -> Iterator[Engine]:
    opened = open_engine(crm, Path(), Problems())
    assert opened is not None
    yield opened
    opened.close()


def refused(connection: Connection, table: str) -> Problem:
    """The one reason why a table is not read; it names no password."""
    problems = Problems()
    assert read_table(connection, table, Path(), problems) is None
    (problem,) = problems
    explained(problem)
    for language in LANGUAGES:
        assert READERS_PASSWORD not in describe(problem, language)
    return problem


def test_each_type_is_read_as_it_stands(crm: Connection) -> None:
    problems = Problems()
    table = read_table(crm, "sales.odd", Path(), problems)
    assert table is not None and not problems.items
    first, second = table.to_pylist()
    assert first == {
        "Deal No": 1, "amount": Decimal("1.10"), "rate": Decimal("1.123456789"), "day": dt.date(2026, 2, 1),
        "at": dt.datetime(2026, 1, 31, 23, 30), "note": 'hi, "you"', "won": "true",
        "price": Decimal("1234.50"),
        "ref": "00000000-0000-0000-0000-000000000001", "share": 1.1, "extra": '{"a": 1}', "code": "xy",
        "_file": 0, "_row": 1,
    }  # fmt: skip
    assert second["note"] is None and second["won"] == "false" and second["rate"] == 2 and second["_row"] == 2
    assert table.schema.field("_file").type == pa.int32()
    assert [(n.code, n.column) for n in problems.notes] == [("connection.column_left_out", "photo")]


def test_the_day_is_the_one_on_the_servers_clock(crm: Connection) -> None:
    """23:30 in London is the next day in Shanghai; whose clock it is, the login or the URL says."""
    shanghai = Connection("crm", crm.url + "?options=-c%20timezone%3DAsia/Shanghai")
    table = read_table(shanghai, "sales.odd", Path(), Problems())
    assert table is not None and table["at"][0].as_py() == dt.datetime(2026, 2, 1, 7, 30)


def test_what_is_no_day_or_number_is_kept_as_text_for_its_own_refusal(crm: Connection) -> None:
    table = read_table(crm, "sales.endless", Path(), Problems())
    assert table is not None
    assert table["day"].to_pylist() == ["infinity", "2026-01-02"]
    assert table["amount"].to_pylist() == ["NaN", "1.5"] and table["won"].to_pylist() == ["true", "false"]


def test_a_table_that_is_not_there_is_answered_with_near_names(crm: Connection) -> None:
    problem = refused(crm, "sales.ood")
    assert (problem.code, problem.where) == ("connection.no_such_table", "crm: sales.ood")
    assert str(problem.values["near"]).startswith("sales.odd")
    assert refused(crm, "sale.odd").code == "connection.no_such_table"


def test_a_table_that_the_login_may_not_read(crm: Connection) -> None:
    assert refused(crm, "public.salaries").code == "connection.no_right"


def test_a_table_without_rows(crm: Connection) -> None:
    assert refused(crm, "sales.nothing").code == "data.empty_table"


@pytest.mark.parametrize("password", ["", "wrong-one"])
def test_a_password_that_is_wrong_or_absent(
    server: Server, monkeypatch: pytest.MonkeyPatch, password: str
) -> None:
    monkeypatch.setenv("KPI_PASSWORD_CRM", password)
    problem = refused(Connection("crm", server.url), "sales.odd")
    assert problem.code == "connection.password_refused"
    assert "KPI_PASSWORD_CRM" in describe(problem, "en") and "wrong-one" not in describe(problem, "en")


def test_libpqs_own_variable_serves_too(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGPASSWORD", READERS_PASSWORD)
    assert read_table(Connection("crm", server.url), "sales.odd", Path(), Problems()) is not None


def test_a_server_that_does_not_answer() -> None:
    started = time.monotonic()
    problem = refused(Connection("crm", f"postgresql://reader@127.0.0.1:{free_port()}/crm"), "sales.odd")
    assert problem.code == "connection.no_answer" and "refused" in str(problem.value)
    assert time.monotonic() - started < 15


@pytest.mark.parametrize(
    "statement",
    ["INSERT INTO sales.odd (amount) VALUES (1)", "CREATE TEMP TABLE t (a int)", "DROP TABLE sales.odd"],
)
def test_nothing_can_be_written_not_even_by_the_owner(
    server: Server, monkeypatch: pytest.MonkeyPatch, statement: str
) -> None:
    monkeypatch.setenv("PGUSER", "kpi_owner")
    monkeypatch.setenv("KPI_PASSWORD_CRM", server.owners_url.split(":")[2].split("@")[0])
    opened = open_engine(Connection("crm", server.url.replace("reader@", "")), Path(), Problems())
    assert opened is not None
    with opened.backend, pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
        opened.backend.execute(statement)


def test_a_statement_may_not_run_for_ever(engine: Engine, crm: Connection) -> None:
    assert engine.backend.execute("SHOW statement_timeout").fetchone() == ("30min",)
    hurried = Connection("crm", crm.url + "?options=-c%20statement_timeout%3D50")
    opened = open_engine(hurried, Path(), Problems())
    assert opened is not None
    with opened.backend, pytest.raises(DataError) as caught:
        run(opened, "SELECT count(*) FROM generate_series(1, 100000000) AS s(a)")
    (problem,) = caught.value.problems
    assert problem.code == "connection.failed" and "timeout" in str(problem.value)
    explained(problem)


def test_little_tables_travel_with_the_select(engine: Engine) -> None:
    """Five thousand rows, quotes, percent signs and blanks, for a login that may create nothing."""
    days = [dt.date(2020, 1, 1) + dt.timedelta(i) for i in range(5_000)]
    small = {
        "_days": pa.table({"day": days, "cell": range(5_000), "Who's": ["a'%s", None] * 2_500}),
        "_none": pa.table({"x": pa.array([], pa.string())}),
    }
    started = time.monotonic()
    found = run(
        engine,
        """SELECT count(*) AS n, sum(cell) AS s, count(*) FILTER (WHERE "Who's" LIKE 'a''%') AS w, """
        """(SELECT count(*) FROM _none) AS z, max(day) AS d FROM _days""",
        small,
    )
    assert found.to_pylist() == [
        {"n": 5000, "s": Decimal(12_497_500), "w": 2500, "z": 0, "d": dt.date(2033, 9, 8)}
    ]
    assert time.monotonic() - started < 5


def test_a_select_that_fails_names_the_servers_reason(engine: Engine) -> None:
    with pytest.raises(DataError) as caught:
        run(engine, "SELECT nope FROM sales.odd")
    (problem,) = caught.value.problems
    assert problem.code == "connection.failed" and "nope" in str(problem.value)
    assert engine.backend.execute("SELECT 1").fetchone() == (1,), "the connection is of use afterwards"


def test_what_would_give_another_number_there_is_refused(engine: Engine) -> None:
    with pytest.raises(DataError) as caught:
        run(engine, "SELECT sum(TRY_CAST(note AS DOUBLE)) AS v FROM sales.odd")
    (problem,) = caught.value.problems
    assert problem.code == "connection.not_the_same" and problem.values["kind"] == "postgres"
    explained(problem)
