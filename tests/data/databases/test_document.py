"""What `engagement.yaml` may say of connections; a password in it is never repeated."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.data.helpers import DOCUMENT, explained
from toolkit.data.connections import Connection, without_passwords
from toolkit.data.spec import Spec, parse_spec
from toolkit.documents import load_document
from toolkit.errors import Problem, Problems
from toolkit.language import LANGUAGES, describe

SECRET = "s3cr/et@?x"
CONNECTIONS = """\
connections:
  crm: {url: "postgresql://reader@db.acme.example:5432/crm?sslmode=require", measure: in_place}
  old: {url: "sqlite:data/old.db"}
  mart: {url: "duckdb:data/mart.duckdb"}
  lake: {url: "spark:local[2]"}
"""
DEALS = "  deals:\n    file: data/deals.csv\n    columns: {participant: rep}\n"


def parsed(
    folder: Path, deals: str = "file: data/deals.csv", connections: str = CONNECTIONS
) -> tuple[Spec | None, Problems]:
    assert DEALS in DOCUMENT
    content = DOCUMENT.replace(DEALS, f"  deals: {{{deals}}}\n") + connections
    path = folder / "engagement.yaml"
    path.write_text(content, encoding="utf-8")
    problems = Problems()
    return parse_spec(load_document(path, "engagement.yaml"), problems), problems


def only(found: tuple[Spec | None, Problems]) -> Problem:
    (problem,) = found[1]
    explained(problem)
    assert found[0] is None or "deals" not in found[0].tables or "connections" in problem.column
    return problem


def test_a_table_of_a_database(tmp_path: Path) -> None:
    spec, problems = parsed(tmp_path, "connection: crm, table: sales.opportunities, columns: {amount: value}")
    assert spec is not None and not problems.items
    source = spec.tables["deals"]
    url = "postgresql://reader@db.acme.example:5432/crm?sslmode=require"
    assert source.connection == Connection("crm", url, in_place=True)
    assert source.table == "sales.opportunities" and source.source is None
    assert [c.in_place for c in spec.connections.values()] == [True, False, False, True]


def test_spark_reads_the_engagements_own_parquet_files(tmp_path: Path) -> None:
    spec, problems = parsed(tmp_path, "connection: lake, files: [data/a.parquet, data/b.parquet]")
    assert spec is not None and not problems.items
    source = spec.tables["deals"]
    assert source.source is not None and source.source.files == ("data/a.parquet", "data/b.parquet")
    assert source.connection is not None and source.connection.master == "local[2]"


@pytest.mark.parametrize(
    ("deals", "code"),
    [
        ("connection: cmr, table: a", "connection.unknown"),
        ("connection: crm", "connection.no_table"),
        ("table: a, file: data/deals.csv", "connection.table_alone"),
        ("connection: crm, file: data/deals.csv", "connection.two_sources"),
        ("connection: lake, table: a, file: data/a.parquet", "connection.two_sources"),
        ("connection: lake, file: data/deals.csv", "connection.files_of_spark"),
        ("connection: crm, select: SELECT 1 AS a", "connection.select"),
        ("connection: crm, table: 'a; DROP TABLE b'", "connection.table_name"),
        ("connection: crm, table: 'a\"b'", "connection.table_name"),
        ("connection: crm, table: (SELECT 1)", "connection.table_name"),
    ],
)
def test_a_table_says_where_it_is_in_one_way(tmp_path: Path, deals: str, code: str) -> None:
    assert only(parsed(tmp_path, deals)).code == code


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("mysql://reader@host/crm", "connection.unknown_kind"),
        ("data/old.db", "connection.unknown_kind"),
        ("postgresql://", "connection.bad_url"),
        ("postgresql://[::1/crm", "connection.bad_url"),
        ("sqlite:", "connection.bad_url"),
        ("spark:", "connection.bad_url"),
        ("postgresql://reader@host/crm?passfile=x.pgpass", "connection.parameter"),
        ("postgresql://reader@host/crm?service=crm", "connection.parameter"),
        ("postgresql://reader@host/crm?ssl_mode=require", "connection.parameter"),
    ],
)
def test_a_url_that_cannot_be_used(tmp_path: Path, url: str, code: str) -> None:
    """And the table that would come from it gets no second complaint."""
    said = f'connections:\n  crm: {{url: "{url}"}}\n'
    problem = only(parsed(tmp_path, "connection: crm, table: a", said))
    assert problem.code == code and problem.column == "connections.crm" and problem.row is not None


def test_what_can_be_measured_in_place_and_what_a_connection_may_be_called(tmp_path: Path) -> None:
    said = 'connections:\n  old: {url: "sqlite:data/old.db", measure: in_place}\n'
    assert only(parsed(tmp_path, connections=said)).code == "connection.not_in_place"
    named = 'connections:\n  客户: {url: "sqlite:data/old.db"}\n'
    assert only(parsed(tmp_path, connections=named)).code == "connection.name"


@pytest.mark.parametrize(
    "written",
    [
        f'crm: {{url: "postgresql://reader:{SECRET}@host:5432/crm"}}',
        f'crm: {{url: "postgresql://host/crm?user=reader&password={SECRET}"}}',
        f'crm: {{url: "postgresql://host/crm?sslpassword={SECRET}&sslmode=require"}}',
        f'crm: {{url: "postgresql://reader@host/crm", password: "{SECRET}"}}',
        f'crm: {{url: "postgresql://reader@host/crm", PWD: "{SECRET}"}}',
        f'crm: "postgresql://reader:{SECRET}@host:5432/crm"',
        f'crm: ["postgresql://reader:{SECRET}@host:5432/crm"]',
        f'crm: {{url: "mysql://reader:{SECRET}@host:5432/crm", mesure: copied}}',
    ],
)
def test_a_password_is_refused_and_repeated_nowhere(tmp_path: Path, written: str) -> None:
    _, problems = parsed(tmp_path, "connection: crm, table: a", f"connections:\n  {written}\n")
    first = problems.items[0]
    assert (first.code, first.values["variable"]) == ("connection.password", "KPI_PASSWORD_CRM")
    for problem in problems:
        for language in LANGUAGES:
            said = describe(problem, language)
            assert SECRET not in said and "s3cr" not in said, said
        assert "s3cr" not in repr(problem.__reduce__())


def test_a_url_without_a_password_stays_as_it_is() -> None:
    urls = ["postgresql://reader@h:5432/crm?sslmode=require", "postgresql://h:5432/crm", "sqlite:a b/c.db",
            "spark://host:7077", "duckdb:data/m.duckdb", "postgresql://r@h1:5432,h2:5433/db"]  # fmt: skip
    assert [without_passwords(url) for url in urls] == urls


def test_the_password_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    crm = Connection("crm", "postgresql://reader@host/crm")
    assert crm.password == ""
    monkeypatch.setenv("KPI_PASSWORD_CRM", SECRET)
    assert crm.password == SECRET and SECRET not in repr(crm)


@pytest.mark.parametrize(
    ("url", "file"),
    [("sqlite:data/a.db", "data/a.db"), ("sqlite:///data/a.db", "data/a.db"), ("duckdb:m.db", "m.db")],
)
def test_a_file_is_named_relative_to_the_engagement(tmp_path: Path, url: str, file: str) -> None:
    assert Connection("x", url).path(tmp_path) == tmp_path / file
    assert Connection("x", "spark:local[2]").path(tmp_path) is None
