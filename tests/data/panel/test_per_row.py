"""An aggregate row by row: what each row adds, against the same aggregate in plain SQL."""

from __future__ import annotations

import duckdb
import pytest

from toolkit.data.panel.per_row import adds, counts

ROWS = "(VALUES ('a', 1, true), ('a', 2, false), ('b', NULL, true), (NULL, 10, NULL)) AS t(kind, n, ok)"
ADDING = [
    "count(*)",
    "count(n)",
    "sum(n)",
    "3 * count(*)",
    "-sum(n)",
    "sum(n) FILTER (WHERE kind = 'a')",
    "count(n) + count(kind)",
    "sum(n) FILTER (WHERE ok) - sum(n) FILTER (WHERE kind = 'a')",
    "100 * (count(*) FILTER (WHERE n > 1) - count(*) FILTER (WHERE ok))",
    "coalesce(sum(n), 0)",
    "(sum(n * 2 + 1)) * 2",
]


def of_rows(sql: str) -> float:
    found = duckdb.sql(f"SELECT {sql} FROM {ROWS}").fetchone()
    assert found is not None
    return float(found[0])


@pytest.mark.parametrize("sql", ADDING)
def test_what_the_rows_add_is_the_aggregate(sql: str) -> None:
    assert of_rows(f"sum({adds(sql)})") == of_rows(sql)


@pytest.mark.parametrize(
    "sql",
    ["count(DISTINCT kind)", "avg(n)", "median(n)", "max(n)", "sum(n) / count(*)", "sum(n) * sum(n)",
     "sum(n) + 5", "abs(sum(n))", "sum(n) - max(n)", "coalesce(sum(n), 1)"],
)  # fmt: skip
def test_what_does_not_simply_add_is_left_blank(sql: str) -> None:
    assert adds(sql) == ""


def test_a_shared_row_adds_its_share() -> None:
    half = ROWS.replace(" AS t(kind, n, ok)", " AS s(kind, n, ok)")
    shared = f"(SELECT *, 0.5 AS _share FROM {half}) AS t"
    for sql, wanted in (("sum(n)", 6.5), ("count(*)", 2.0), ("count(n)", 1.5)):
        found = duckdb.sql(f"SELECT sum({adds(sql, '_share')}) FROM {shared}").fetchone()
        assert found is not None and float(found[0]) == wanted


@pytest.mark.parametrize(
    ("sql", "taken"),
    [("sum(n)", 4), ("sum(n) FILTER (WHERE kind = 'a')", 2), ("count(*) FILTER (WHERE ok)", 2),
     ("sum(n) FILTER (WHERE ok) - sum(n) FILTER (WHERE n > 9)", 3), ("sum(n) FILTER (WHERE ok) + sum(n)", 4)],
)  # fmt: skip
def test_the_rows_that_an_aggregate_takes(sql: str, taken: int) -> None:
    """By hand: kind a twice, ok twice, above 9 once; without a FILTER every row is taken."""
    condition = counts(sql) or "true"
    assert of_rows(f"count(*) FILTER (WHERE {condition})") == taken
