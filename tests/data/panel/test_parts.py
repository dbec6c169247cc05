"""An aggregate measured in two steps is the aggregate: held against one plain query over the rows."""

from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toolkit.data.panel.parts import Steps, rows_counted, split, splits

SPLIT = [
    "sum(a)",
    "count(*)",
    "count(a)",
    "count(*) FILTER (WHERE b = 'x')",
    "sum(a) FILTER (WHERE b = 'x' AND a > 2)",
    "coalesce(sum(a) FILTER (WHERE b = 'x'), 0) - coalesce(sum(a) FILTER (WHERE b = 'y'), 0)",
    "sum(a * 2 + 1) / count(*)",
    "avg(a)",
    "avg(a) FILTER (WHERE b = 'y')",
    "min(a) FILTER (WHERE b = 'x')",
    "max(a)",
    "count(DISTINCT b)",
    "count(DISTINCT a) FILTER (WHERE b = 'x')",
    "sum(a) / count(DISTINCT b)",
    "count(DISTINCT CASE WHEN b = 'x' THEN a END) * 1.5",
    "coalesce(sum(a), 0) + nullif(count(DISTINCT b), 1)",
    "abs(sum(a)) - greatest(count(*), 3)",
]
WHOLE = ["median(a)", "stddev(a)", "sum(DISTINCT a)", "avg(DISTINCT a)", "count(*) + median(a)"]
ROWS = st.lists(
    st.tuples(
        st.sampled_from([None, 1, 2, 3.5, -4]), st.sampled_from([None, "x", "y", "z"]), st.integers(0, 3)
    ),
    max_size=30,
)


def in_two_steps(database: duckdb.DuckDBPyConnection, sql: str) -> Any:
    """What the two steps give, the groups of the first being `g`."""
    steps = Steps()
    final = split(sql, steps)
    first = [f"{part} AS {name}" for part, name in {**steps.partials, **steps.keys}.items()]
    database.execute(
        f"CREATE OR REPLACE TEMP TABLE parts AS SELECT g, {', '.join(first)} FROM r AS t GROUP BY g"
    )
    rolled = ["count(*) AS n", *(f"{how}({name}) AS {name}" for name, how in steps.rollups.items())]
    rolled += [
        f"(SELECT count(DISTINCT v) FROM (SELECT unnest({k}) AS v FROM parts)) AS {k}"
        for k in steps.keys.values()
    ]
    return database.execute(f"SELECT {final} FROM (SELECT {', '.join(rolled)} FROM parts) AS t").fetchone()


@pytest.mark.parametrize("sql", SPLIT)
@settings(max_examples=25, deadline=None)
@given(rows=ROWS)
def test_two_steps_give_what_one_gives(sql: str, rows: list[tuple[float | None, str | None, int]]) -> None:
    assert splits(sql)
    database = duckdb.connect()
    database.execute("SET ieee_floating_point_ops = false")
    database.execute("CREATE TABLE r (a DOUBLE, b VARCHAR, g INTEGER)")
    if rows:
        database.executemany("INSERT INTO r VALUES (?, ?, ?)", rows)
    direct = database.execute(f"SELECT {sql} FROM r").fetchone()
    got = in_two_steps(database, sql)
    assert direct is not None
    if direct[0] is None:
        calculated = any(sign in sql for sign in "-+/")
        assert got[0] is None or (calculated and got[0] == 0)  # within a calculation a sum of nothing is 0
    else:
        assert float(got[0]) == pytest.approx(float(direct[0]), abs=1e-9)


@pytest.mark.parametrize("sql", WHOLE)
def test_what_has_no_parts_says_so(sql: str) -> None:
    assert not splits(sql)


def test_kpis_share_the_parts_they_have_in_common() -> None:
    steps = Steps()
    for sql in ("sum(a) FILTER (WHERE b = 'x')", "sum(a) FILTER (WHERE b = 'x') / count(*)", "count(*)"):
        split(sql, steps)
    assert len(steps.partials) == 2 and not steps.keys


def test_a_weight_counts_rows_by_their_share() -> None:
    database = duckdb.connect()
    database.execute(
        "CREATE TABLE r AS SELECT * FROM (VALUES (10, 'x', 0.5, 1), (20, 'y', 1, 1)) AS v(a, b, s, g)"
    )
    steps = Steps("s")
    finals = [
        split(sql, steps) for sql in ("sum(a)", "count(*)", "count(*) FILTER (WHERE b = 'x')", "avg(a)")
    ]
    first = [f"{part} AS {name}" for part, name in steps.partials.items()]
    got = database.execute(
        f"SELECT {', '.join(finals)} FROM (SELECT {', '.join(first)} FROM r AS t) AS t"
    ).fetchone()
    assert got is not None
    assert [float(x) for x in got] == pytest.approx([25, 1.5, 0.5, 25 / 1.5])


def test_the_rows_that_an_aggregate_used_are_counted_whole() -> None:
    assert rows_counted("sum(a) FILTER (WHERE b = 'x')") == "COUNT(*) FILTER(WHERE t.\"b\" = 'x')"
    assert rows_counted("sum(a) / count(b)") == "COUNT(*)"
