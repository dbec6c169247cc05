"""SQL from strangers: what is refused before it runs, and that nothing is in reach of what does run."""

from pathlib import Path

import duckdb
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.data.helpers import add, edit, only, place, problems_of, put, write
from toolkit.data.load import load_engagement
from toolkit.data.sql import RefusedSql, adds, divides, parse_aggregate, parse_select, qualified
from toolkit.data.store import connect
from toolkit.errors import Problem

FILES = frozenset({"lines", "people"})

AGGREGATES = [
    # what is written, and the part refused
    ("sum(amount); DROP TABLE deals", "DROP TABLE"),
    ("sum(amount) FROM deals", "FROM deals"),
    ("sum(amount), 1", "sum(amount), 1"),
    ("DISTINCT sum(amount)", "DISTINCT"),
    ("sum(amount) LIMIT 1", "LIMIT"),
    ("sum(amount) OVER (PARTITION BY participant)", "OVER"),
    ("sum((SELECT max(target) FROM targets))", "SELECT"),
    ("sum(amount) FILTER (WHERE customer IN (SELECT customer FROM payments))", "SELECT"),
    ("sum(amount) FILTER (WHERE EXISTS (SELECT 1))", "EXISTS"),
    ("sum(sum(amount))", "SUM(amount)"),
    ("sum(amount) FILTER (WHERE count(*) > 1)", "COUNT(*)"),
    ("getenv('HOME')", "GETENV('HOME')"),
    ("sum(getenv('HOME'))", "GETENV('HOME')"),
    ("max(current_setting('memory_limit'))", "CURRENT_SETTING"),
    ("count(*) FILTER (WHERE ordered_on < current_date)", "CURRENT_DATE"),
    ("sum(random())", "RANDOM()"),
    ("sum(amount) + amount", "amount"),
    ("amount", "amount"),
    ("sum(targets.target)", "targets.target"),
    ("max(amount, 3)", "MAX(amount, 3)"),
    ("abs(amount) FILTER (WHERE stage = 'won') + sum(cost)", "FILTER"),
    ("list(amount)", "LIST(amount)"),
    ("sum(amount) AS x", "AS x"),
    ("sum(unnest(amount))", "UNNEST(amount)"),
    ("sum($1)", "$1"),
    ("COLUMNS(*)", "COLUMNS(*)"),
    ("read_csv('x.csv')", "READ_CSV('x.csv')"),
    ("sum(amount", "sum(amount"),
    ("1", "1"),
    ("", ""),
    ("sum(" * 2000 + "1" + ")" * 2000, "sum("),
]


@pytest.mark.parametrize(("sql", "part"), AGGREGATES, ids=[sql[:40] for sql, _ in AGGREGATES])
def test_an_aggregate_that_is_more_than_one_is_refused_by_name(sql: str, part: str) -> None:
    with pytest.raises(RefusedSql) as refused:
        parse_aggregate(sql)
    assert part in str(refused.value)


SELECTS = [
    ("SELECT * FROM read_csv('x.csv')", "READ_CSV"),
    ("SELECT * FROM read_text('/etc/passwd')", "READ_TEXT"),
    ("SELECT * FROM read_parquet('x')", "READ_PARQUET"),
    ("SELECT * FROM glob('*')", "GLOB"),
    ("SELECT * FROM sniff_csv('x')", "SNIFF_CSV"),
    ("SELECT * FROM query('SELECT 1')", "QUERY"),
    ("SELECT * FROM query_table('people')", "QUERY_TABLE"),
    ("SELECT * FROM duckdb_settings()", "DUCKDB_SETTINGS"),
    ("SELECT * FROM range(10)", "RANGE"),
    ("SELECT * FROM lines, unnest([1, 2])", "UNNEST"),
    ("SELECT * FROM 'data/file.csv'", "data/file.csv"),
    ('SELECT * FROM "data/file.csv"', "data/file.csv"),
    ("SELECT * FROM lines, 'x'", "x"),
    ("SELECT * FROM deals", "deals"),
    ("SELECT * FROM main.lines", "main.lines"),
    ("SELECT * FROM memory.main.lines", "memory.main.lines"),
    ("SELECT * FROM information_schema.tables", "information_schema"),
    ("SELECT * FROM sqlite_master", "sqlite_master"),
    ("SELECT * FROM lines WHERE a IN (SELECT b FROM secret)", "secret"),
    ("SELECT (SELECT max(b) FROM secret) FROM lines", "secret"),
    ("SELECT * FROM lines JOIN LATERAL (SELECT * FROM secret) ON true", "secret"),
    ("SELECT * FROM lines UNION ALL SELECT * FROM secret", "secret"),
    ("SELECT * FROM (FROM secret)", "secret"),
    ("WITH lines AS (SELECT 1 AS a) SELECT * FROM lines", "WITH lines"),
    ("WITH LINES AS (SELECT 1 AS a) SELECT * FROM LINES", "WITH LINES"),
    ("SELECT * FROM secret, (WITH secret AS (SELECT 1) SELECT * FROM secret)", "secret"),
    ("WITH a AS (SELECT * FROM secret), secret AS (SELECT 1) SELECT * FROM a", "secret"),
    ("WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r) SELECT * FROM r", "RECURSIVE"),
    ("COPY lines TO 'x.csv'", "COPY"),
    ("ATTACH 'x.db'", "ATTACH"),
    ("INSTALL httpfs", "INSTALL"),
    ("LOAD httpfs", "LOAD"),
    ("PRAGMA database_list", "PRAGMA"),
    ("SET enable_external_access = true", "SET"),
    ("DROP TABLE lines", "DROP"),
    ("CREATE TABLE x AS SELECT * FROM lines", "CREATE"),
    ("INSERT INTO lines SELECT * FROM lines", "INSERT"),
    ("EXPLAIN SELECT * FROM lines", "EXPLAIN"),
    ("DESCRIBE lines", "DESCRIBE"),
    ("SELECT * FROM (DESCRIBE lines)", "DESCRIBE"),
    ("SELECT * FROM (SUMMARIZE lines)", "SUMMARIZE"),
    ("SELECT * INTO x FROM lines", "x"),
    ("SELECT 1; SELECT 2", "SELECT 2"),
    ("SELECT getenv('HOME') FROM lines", "GETENV"),
    ("SELECT 'HOME'.getenv() FROM lines", "GETENV"),
    ("SELECT list_transform(a, x -> getenv(x)) FROM lines", "GETENV"),
    ("SELECT current_setting('x') FROM lines", "CURRENT_SETTING"),
    ("SELECT nextval('s') FROM lines", "NEXTVAL"),
    ("SELECT random() FROM lines", "RANDOM"),
    ("SELECT uuid() FROM lines", "UUID"),
    ("SELECT now() FROM lines", "NOW"),
    ("SELECT today() FROM lines", "CURRENT_DATE"),
    ("SELECT version() FROM lines", "VERSION"),
    ("SELECT * FROM lines USING SAMPLE 3", "SAMPLE"),
    ("SELEC * FROM lines", "SELEC"),
    ("", ""),
    ("SELECT " + "(" * 3000 + "1" + ")" * 3000, "SELECT"),
]


@pytest.mark.parametrize(("sql", "part"), SELECTS, ids=[sql[:50] for sql, _ in SELECTS])
def test_a_select_beyond_the_clients_files_is_refused_by_name(sql: str, part: str) -> None:
    with pytest.raises(RefusedSql) as refused:
        parse_select(sql, FILES)
    assert part in str(refused.value)


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT a, upper(b) AS b FROM lines WHERE a > 0 -- DROP TABLE lines",
        "SELECT l.a, p.b FROM lines AS l LEFT JOIN people AS p ON l.b = p.b ORDER BY 1",
        "WITH big AS (SELECT * FROM lines), few AS (SELECT * FROM big LIMIT 3) SELECT * FROM few",
        "SELECT a FROM lines UNION ALL SELECT a FROM people",
        "FROM lines SELECT a",
        "SELECT b, sum(a) AS total FROM lines GROUP BY b HAVING count(*) > 1",
        "SELECT a, row_number() OVER (PARTITION BY b ORDER BY a) AS n FROM lines",
        "SELECT * FROM (VALUES (1), (2)) AS v(a) JOIN lines USING (a)",
    ],
)
def test_an_honest_select_runs_as_it_was_meant(sql: str) -> None:
    database = duckdb.connect()
    for name in FILES:
        database.execute(
            f"CREATE TABLE {name} AS SELECT * FROM (VALUES (1, 'x'), (2, 'x'), (3, 'y')) AS v(a, b)"
        )
    parsed = parse_select(sql, FILES)
    assert sorted(database.execute(parsed).fetchall()) == sorted(database.execute(sql).fetchall())


NAMES = st.sampled_from(
    ["lines", "people", "secret", "Lines", "deals", "sqlite_master", "a", "b", "main.lines", '"x.csv"']
)


@st.composite
def queries(draw: st.DrawFn, depth: int = 2) -> str:
    """SELECTs of any shape, over tables that may be read and tables that may not."""
    inner = queries(depth=depth - 1) if depth else NAMES.map(lambda name: f"SELECT 1 AS n FROM {name}")
    shape = draw(st.sampled_from(["plain", "join", "sub", "in", "scalar", "union", "with", "two"]))
    one, two, name = draw(NAMES), draw(NAMES), draw(st.sampled_from(["a", "b", "secret", "people"]))
    query, other = draw(inner), draw(inner)
    return {
        "plain": f"SELECT 1 AS n FROM {one}",
        "join": f"SELECT 1 AS n FROM {one} AS x JOIN {two} AS y ON true",
        "sub": f"SELECT n FROM ({query}) AS q, {one} AS z",
        "in": f"SELECT 1 AS n FROM {one} WHERE 1 IN ({query})",
        "scalar": f"SELECT (SELECT max(n) FROM ({query}) AS q) AS n FROM {one}",
        "union": f"{query} UNION ALL {other}",
        "with": f"WITH {name} AS ({query}) SELECT 1 AS n FROM {one}, {name}",
        "two": f"WITH a AS ({query}), b AS ({other}) SELECT 1 AS n FROM {one}",
    }[shape]


DATABASE = duckdb.connect()


@settings(max_examples=200)
@given(queries())
def test_no_query_gets_through_that_reads_anything_else(query: str) -> None:
    """DuckDB's own parser says which tables of the database a query reads."""
    try:
        passed = parse_select(query, FILES)
    except RefusedSql:
        return
    assert {name.casefold() for name in DATABASE.get_table_names(passed)} <= FILES
    assert {name.casefold() for name in DATABASE.get_table_names(query)} <= FILES


def test_the_property_above_lets_some_queries_through() -> None:
    query = "WITH a AS (SELECT 1 AS n FROM lines), b AS (SELECT n FROM a) SELECT 1 AS n FROM people, b"
    assert duckdb.connect().get_table_names(parse_select(query, FILES)) == {"lines", "people"}


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM read_text('{path}')",
        "SELECT * FROM read_csv('{path}')",
        "SELECT * FROM '{path}'",
        "SELECT * FROM glob('{folder}/*')",
        "COPY (SELECT 1) TO '{folder}/out.csv'",
        "ATTACH '{folder}/new.db'",
        "INSTALL httpfs",
        "SET enable_external_access = true",
    ],
)
def test_the_database_itself_reaches_no_file(tmp_path: Path, sql: str) -> None:
    put(tmp_path, "x.csv", "a\n1\n")
    with pytest.raises(duckdb.Error):
        connect().raw_sql(sql.format(path=(tmp_path / "x.csv").as_posix(), folder=tmp_path.as_posix()))
    assert [path.name for path in tmp_path.iterdir()] == ["x.csv"]


def test_the_database_sees_no_variable_of_python() -> None:
    salaries = pd.DataFrame({"a": [1]})
    with pytest.raises(duckdb.CatalogException, match="salaries"):
        connect().raw_sql("SELECT * FROM salaries")
    assert len(salaries) == 1


def refused_kpi(folder: Path, definition: str) -> Problem:
    """The one fault of a KPI of the engagement's own."""
    write(folder)
    add(folder, "engagement.yaml", f"kpis:\n  own: {{{definition}}}\n")
    edit(folder, "engagement.yaml", "visits, win_rate", "own")
    return only(folder)


HEAD = "name: {en: Own, zh: 自定}, category: result, unit: count, direction: higher"
OWN = [
    ("sql: \"sum(getenv('HOME'))\", date: closed_on", "engagement.sql_refused", "sum(getenv('HOME'))"),
    ("sql: sum(stage), date: closed_on", "engagement.sql_fails", "sum(stage)"),
    ("sql: max(ordered_on), date: closed_on", "engagement.sql_fails", "max(ordered_on)"),
    ("sql: sum(amount), date: customer", "engagement.not_a_day_column", "deals.customer"),
    ("sql: sum(amount)", "engagement.no_date_column", "own"),
    ("sql: sum(amount), date: paid_on", "engagement.column_not_filled", "deals.paid_on"),
    (
        "sql: sum(amount), date: closed_on, owner: customers",
        "engagement.column_not_filled",
        "deals.customers",
    ),
]


@pytest.mark.parametrize(("part", "code", "value"), OWN, ids=[code + value for _, code, value in OWN])
def test_an_own_kpi_that_cannot_be_measured_is_refused_on_loading(
    tmp_path: Path, part: str, code: str, value: str
) -> None:
    found = refused_kpi(tmp_path, f"{HEAD}, numerator: {{table: deals, {part}}}")
    assert place(found) == (code, "engagement.yaml", 20, "kpis.own", value)


def test_an_own_kpi_over_no_standard_table_or_without_sql_is_refused(tmp_path: Path) -> None:
    found = refused_kpi(
        tmp_path / "a", f"{HEAD}, numerator: {{table: duckdb_settings, sql: count(*), date: x}}"
    )
    assert (found.code, found.value) == ("engagement.unknown_table", "duckdb_settings")
    found = refused_kpi(tmp_path / "b", HEAD)
    assert (found.code, found.value) == ("engagement.kpi_without_sql", "own")


def selecting(folder: Path, select: str) -> Path:
    """The small engagement, its deals made by a SELECT over a file of the name `deals`."""
    write(folder)
    edit(folder, "engagement.yaml", "tables:\n", "files:\n  deals: {file: data/deals.csv}\ntables:\n")
    table = "    file: data/deals.csv\n    columns: {participant: rep}\n"
    edit(folder, "engagement.yaml", table, f'    select: "{select}"\n')
    return folder


def test_a_table_may_be_selected_from_a_file_of_its_own_name(tmp_path: Path) -> None:
    select = "SELECT *, rep AS participant FROM deals WHERE stage <> 'open'"
    client = load_engagement(selecting(tmp_path, select))
    assert client.database.table("deals").count().to_pyarrow().as_py() == 11


@pytest.mark.parametrize(
    ("select", "code"),
    [
        ("SELECT * FROM 'data/deals.csv'", "data.select_refused"),
        ("SELECT no_such FROM deals", "data.select_failed"),
        ("SELECT *, rep AS participant FROM deals WHERE false", "data.empty_table"),
    ],
)
def test_a_select_that_may_not_or_does_not_run_is_a_problem_of_the_document(
    tmp_path: Path, select: str, code: str
) -> None:
    found = only(selecting(tmp_path, select))
    assert (found.code, found.where, found.column) == (code, "engagement.yaml", "tables.deals.select")


def test_a_bad_cell_of_a_select_is_named_by_its_row_of_the_result(tmp_path: Path) -> None:
    columns = "rep AS participant, deal, stage, amount || '!' AS amount, ordered_on, closed_on"
    select = f"SELECT {columns} FROM deals LIMIT 2"
    found = problems_of(selecting(tmp_path, select))
    assert [place(p)[0::2] for p in found] == [
        ("data.not_a_number", 1, "100.00!"),
        ("data.not_a_number", 2, "50.50!"),
    ]


@pytest.mark.parametrize(
    ("sql", "empty_is_zero", "has_division"),
    [
        ("sum(amount)", True, False),
        ("count(*) FILTER (WHERE stage = 'won')", True, False),
        ("2 * sum(amount) - count(DISTINCT customer)", True, False),
        ("coalesce(sum(amount), 0)", True, False),
        ("coalesce(sum(amount), 5)", False, False),
        ("avg(amount)", False, False),
        ("sum(amount) / count(*)", False, True),
        ("greatest(sum(amount), 10)", False, False),
    ],
)
def test_which_aggregates_are_zero_over_no_rows(sql: str, empty_is_zero: bool, has_division: bool) -> None:
    assert (adds(sql), divides(sql)) == (empty_is_zero, has_division)


def test_a_sum_of_nothing_does_not_swallow_the_other() -> None:
    """Won less lost, where nothing was lost, is what was won."""
    database = duckdb.connect()
    database.execute("CREATE TABLE t AS SELECT 'won' AS stage, 7 AS amount")
    sql = "sum(amount) FILTER (WHERE stage = 'won') - sum(amount) FILTER (WHERE stage = 'lost')"
    assert database.execute(f"SELECT {sql} FROM t").fetchone() == (None,)
    assert database.execute(f"SELECT {qualified(sql)} FROM t").fetchone() == (7,)
