"""An engagement whose rows lie in a client's database gives the panel that its exported files give."""

from __future__ import annotations

import io
import sqlite3
from pathlib import Path

import duckdb
import pandas as pd
import psycopg
import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from tests.data.helpers import ACTIVITIES, DEALS, DOCUMENT, edit, only, problems_of, write
from tests.services import READERS_PASSWORD, Server
from toolkit.cli import app
from toolkit.data.load import load_engagement
from toolkit.data.panel.extent import extents, months_with_rows
from toolkit.data.panel.measure import measure

FILES = {
    "deals": "deals:\n    file: data/deals.csv\n",
    "activities": "activities:\n    file: data/activities.csv\n",
}
TYPES = {
    "deals": {"amount": "numeric(12,2)", "cost": "numeric(12,2)", "created_on": "date", "ordered_on": "date",
              "closed_on": "date"},
    "activities": {"activity": "integer", "done_on": "date"},
}  # fmt: skip
CONTENT = {"deals": DEALS, "activities": ACTIVITIES}


def lies_elsewhere(folder: Path, url: str, measured: str, said: dict[str, str], **changed: str) -> Path:
    """The small engagement with its deals and activities in a database."""
    document = DOCUMENT
    for name, lines in FILES.items():
        assert lines in document
        document = document.replace(lines, f"{name}:\n    connection: crm\n    {said[name]}\n")
    document += f'connections:\n  crm: {{url: "{url}", measure: {measured}}}\n'
    return write(folder, engagement=document, **changed)


def panel(folder: Path) -> pd.DataFrame:
    return measure(load_engagement(folder))


@pytest.fixture
def expected(tmp_path: Path) -> pd.DataFrame:
    found = panel(write(tmp_path / "files"))
    assert found["value"].notna().sum() > 50
    return found


def into_server(server: Server, table: str, content: str) -> None:
    header = content.splitlines()[0].split(",")
    columns = ", ".join(f'"{c}" {TYPES[table].get(c, "text")}' for c in header)
    with psycopg.connect(server.owners_url, autocommit=True) as owner:
        owner.execute(f"DROP TABLE IF EXISTS sales.crm_{table}")
        owner.execute(f"CREATE TABLE sales.crm_{table} ({columns})")
        with owner.cursor().copy(f"COPY sales.crm_{table} FROM STDIN (FORMAT csv, HEADER)") as copy:
            copy.write(content)


@pytest.mark.postgres
@pytest.mark.parametrize("measured", ["in_place", "copied"])
def test_in_postgres(
    tmp_path: Path, postgres: Server, monkeypatch: pytest.MonkeyPatch, expected: pd.DataFrame, measured: str
) -> None:
    for table, content in CONTENT.items():
        into_server(postgres, table, content)
    monkeypatch.setenv("KPI_PASSWORD_CRM", READERS_PASSWORD)
    said = {name: f"table: sales.crm_{name}" for name in CONTENT}
    client = load_engagement(lies_elsewhere(tmp_path / "there", postgres.url, measured, said))
    pd.testing.assert_frame_equal(measure(client), expected, rtol=1e-9)
    here = load_engagement(tmp_path / "files")
    assert extents(client) == extents(here)
    months = [list(months_with_rows(c, "deals", "ordered_on")) for c in (client, here)]
    assert months[0] == months[1] and len(months[0]) == 6  # January to June 2026


@pytest.mark.slow
@pytest.mark.postgres
def test_a_report_from_a_server_has_the_tables_of_one_from_files(
    tmp_path: Path, postgres: Server, monkeypatch: pytest.MonkeyPatch, expected: pd.DataFrame
) -> None:
    for table, content in CONTENT.items():
        into_server(postgres, table, content)
    monkeypatch.setenv("KPI_PASSWORD_CRM", READERS_PASSWORD)
    said = {name: f"table: sales.crm_{name}" for name in CONTENT}
    folders = lies_elsewhere(tmp_path / "there", postgres.url, "in_place", said), tmp_path / "files"
    outs = tmp_path / "out-there", tmp_path / "out-files"
    for folder, out in zip(folders, outs, strict=True):
        done = CliRunner().invoke(app, ["report", str(folder), "--out", str(out), "--language", "zh"])
        assert done.exit_code == 0, done.output
    for name in ("panel", "scorecard", "payouts"):
        there, here = (pd.read_csv(out / "tables" / f"{name}.csv") for out in outs)
        pd.testing.assert_frame_equal(there, here, rtol=1e-9)
    written = "".join((outs[0] / name).read_text("utf-8") for name in ("report.html", "manifest.json"))
    assert "sales.crm_deals" in written and READERS_PASSWORD not in written


@pytest.mark.postgres
def test_what_is_wrong_in_postgres_is_said_with_the_rest(
    tmp_path: Path, postgres: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    into_server(
        postgres, "deals", DEALS.replace("D01,p1", "D01,p9").replace("D03,p1,c2,lost", "D03,p1,c2,gone")
    )
    into_server(postgres, "activities", ACTIVITIES)
    monkeypatch.setenv("KPI_PASSWORD_CRM", READERS_PASSWORD)
    said = {name: f"table: sales.crm_{name}" for name in CONTENT}
    folder = lies_elsewhere(tmp_path, postgres.url, "in_place", said)
    problem = only(folder)
    assert (problem.code, problem.where, problem.value) == (
        "data.unknown_word",
        "crm: sales.crm_deals",
        "gone",
    )
    into_server(postgres, "deals", DEALS.replace("D01,p1", "D01,p9"))
    problem = only(folder)
    assert (problem.code, problem.value, problem.column) == ("data.unknown_participant", "p9", "rep")


@pytest.mark.slow
@pytest.mark.spark
def test_in_spark(tmp_path: Path, spark: str, expected: pd.DataFrame) -> None:
    said = {name: f"files: [data/{name}.parquet]" for name in CONTENT}
    folder = lies_elsewhere(tmp_path / "there", spark, "in_place", said)
    arrow = {"numeric(12,2)": pa.decimal128(12, 2), "date": pa.date32(), "integer": pa.int64()}
    for name, content in CONTENT.items():
        kinds = {column: arrow[kind] for column, kind in TYPES[name].items()}
        options = pacsv.ConvertOptions(column_types=kinds, strings_can_be_null=True, null_values=[""])
        table = pacsv.read_csv(io.BytesIO(content.encode()), convert_options=options)
        pq.write_table(table, folder / "data" / f"{name}.parquet")
    pd.testing.assert_frame_equal(panel(folder), expected, rtol=1e-9)


def test_in_sqlite(tmp_path: Path, expected: pd.DataFrame) -> None:
    """SQLite has no days and no exact numbers: what it gives is read as the cells of a file are."""
    said = {name: f"table: {name}" for name in CONTENT}
    folder = lies_elsewhere(tmp_path / "there", "sqlite:data/old.db", "copied", said)
    with sqlite3.connect(folder / "data" / "old.db") as old:
        for name, content in CONTENT.items():
            frame = pd.read_csv(io.StringIO(content))
            frame.to_sql(name, old, index=False)
    old.close()
    pd.testing.assert_frame_equal(panel(folder), expected, rtol=1e-9)


@pytest.mark.parametrize("measured", ["in_place", "copied"])
def test_in_duckdb(tmp_path: Path, expected: pd.DataFrame, measured: str) -> None:
    said = {name: f"table: crm.{name}" for name in CONTENT}
    folder = lies_elsewhere(tmp_path / "there", "duckdb:data/mart.duckdb", measured, said)
    with duckdb.connect(str(folder / "data" / "mart.duckdb")) as mart:
        mart.execute("CREATE SCHEMA crm")
        for name in CONTENT:
            path = folder / "data" / f"{name}.csv"
            kinds = ", ".join(f"'{c}': '{kind}'" for c, kind in TYPES[name].items())
            mart.execute(f"CREATE TABLE crm.{name} AS SELECT * FROM read_csv('{path}', types={{{kinds}}})")
    pd.testing.assert_frame_equal(panel(folder), expected, rtol=1e-9)


def test_a_server_that_is_away_stops_the_engagement_with_its_remedy(tmp_path: Path) -> None:
    said = {name: f"table: sales.{name}" for name in CONTENT}
    folder = lies_elsewhere(tmp_path, "postgresql://reader@127.0.0.1:1/crm", "in_place", said)
    (problem,) = problems_of(folder)
    assert problem.code == "connection.no_answer"


def test_the_roster_in_a_lakes_parquet_file_is_read_without_spark(tmp_path: Path) -> None:
    """It is needed whole, and a file can be read by whoever has it."""
    document = DOCUMENT.replace("{file: data/people.csv}", "{connection: lake, file: data/people.parquet}")
    assert document != DOCUMENT
    folder = write(tmp_path, engagement=document + 'connections:\n  lake: {url: "spark://127.0.0.1:1"}\n')
    pq.write_table(
        pa.Table.from_pandas(pd.read_csv(folder / "data" / "people.csv")), folder / "data" / "people.parquet"
    )
    assert load_engagement(folder).participants["participant"].tolist() == ["p1", "p2", "p3", "p4"]


ODD = DEALS.replace("won,100.00,60.00", "won,-100.00,60.00").replace("2026-02-20,,", "2027-02-20,,")
ODD = ODD.replace("2026-01-08,2026-02-15,2026-02-15", "2026-03-08,2026-02-15,2026-02-15")


def looked_at(folder: Path) -> dict[tuple[str, str], int]:
    """What was noted of the deals' rows: code and column → rows."""
    notes = load_engagement(folder).notes
    return {
        (n.code, n.column): int(str(n.values["count"])) for n in notes if n.values.get("table") == "deals"
    }


@pytest.mark.parametrize("kind", ["duckdb", pytest.param("postgres", marks=pytest.mark.postgres)])
def test_rows_are_checked_where_they_are(
    tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    files = write(tmp_path / "files", deals=ODD)
    said = {name: f"table: sales.crm_{name}" for name in CONTENT}
    if kind == "postgres":
        server = request.getfixturevalue("postgres")
        for table, content in {"deals": ODD, "activities": ACTIVITIES}.items():
            into_server(server, table, content)
        monkeypatch.setenv("KPI_PASSWORD_CRM", READERS_PASSWORD)
        there = lies_elsewhere(tmp_path / "there", server.url, "in_place", said)
    else:
        there = lies_elsewhere(tmp_path / "there", "duckdb:data/mart.duckdb", "in_place", said, deals=ODD)
        with duckdb.connect(str(there / "data" / "mart.duckdb")) as mart:
            mart.execute("CREATE SCHEMA sales")
            for name in CONTENT:
                kinds = ", ".join(f"'{c}': '{k}'" for c, k in TYPES[name].items())
                path = there / "data" / f"{name}.csv"
                mart.execute(f"CREATE TABLE sales.crm_{name} AS FROM read_csv('{path}', types={{{kinds}}})")
    for folder in (there, files):  # hired after D01 was won
        edit(folder, "data/people.csv", "field,2024-01-01,", "field,2026-01-20,")
    expected, found = looked_at(files), looked_at(there)
    assert found.pop(("quality.elsewhere", "")) == 0
    assert {code for code, _ in found} >= {"quality.negative", "quality.before_hired"}
    assert found == {place: rows for place, rows in expected.items() if place in found} and len(found) >= 4


@pytest.mark.parametrize("elsewhere", ["deals", "activities"])
def test_tables_of_files_and_of_a_database_are_measured_side_by_side(
    tmp_path: Path, elsewhere: str, expected: pd.DataFrame
) -> None:
    """What one table's first step left behind must not be taken for the other's."""
    document = DOCUMENT.replace(
        FILES[elsewhere], f"{elsewhere}:\n    connection: crm\n    table: crm.{elsewhere}\n"
    )
    document += 'connections:\n  crm: {url: "duckdb:data/mart.duckdb", measure: in_place}\n'
    folder = write(tmp_path / "there", engagement=document)
    with duckdb.connect(str(folder / "data" / "mart.duckdb")) as mart:
        kinds = ", ".join(f"'{c}': '{kind}'" for c, kind in TYPES[elsewhere].items())
        path = folder / "data" / f"{elsewhere}.csv"
        mart.execute("CREATE SCHEMA crm")
        mart.execute(f"CREATE TABLE crm.{elsewhere} AS FROM read_csv('{path}', types={{{kinds}}})")
    client = load_engagement(folder)
    pd.testing.assert_frame_equal(measure(client), expected, rtol=1e-9)
    kept = {name for name in client.database.list_tables() if name.startswith(("_parts", "_k", "_wide"))}
    assert not kept  # nothing of a measurement stays in memory
