"""What is translated by hand, for the same words would give other numbers (which test_every_kpi compares)."""

from __future__ import annotations

import pytest

from toolkit.data.databases.dialects import POSTGRES, SPARK, translated
from toolkit.data.sql import RefusedSql


@pytest.mark.parametrize(
    "part",
    [
        "TRY_CAST(note AS DOUBLE)",
        "CAST(amount AS INT)",
        "CAST(quantity * 2 AS BIGINT)",
        "DATE_DIFF('CENTURY', created_on, closed_on)",
    ],
)
@pytest.mark.parametrize("dialect", [POSTGRES, SPARK])
def test_what_engines_answer_differently_is_refused_by_name(part: str, dialect: str) -> None:
    with pytest.raises(RefusedSql) as caught:
        translated(f"SELECT sum({part}) AS v FROM t", dialect)
    assert str(caught.value) == part


@pytest.mark.parametrize(
    "part",
    ["CAST(is_new_customer AS INT)", "CAST(a > 1 AS INT)", "CAST(count(*) AS BIGINT)", "CAST('7' AS INT)"],
)
def test_a_whole_number_of_what_is_whole_may_stand(part: str) -> None:
    assert "CAST(" in translated(f"SELECT {part} AS v FROM t", POSTGRES)


@pytest.mark.parametrize(
    ("duckdb", "postgres", "spark"),
    [
        ("a / b / c", 2, 2),  # a divisor each that may be zero
        ("a / b + avg(c)", 1, 2),  # Spark's mean is a sum over a count
        ("avg(a / b) FILTER (WHERE c / d > 1)", 2, 5),  # whose condition stands with both of them
    ],
)
def test_every_division_is_made_safe_once(duckdb: str, postgres: int, spark: int) -> None:
    for dialect, count in ((POSTGRES, postgres), (SPARK, spark)):
        found = translated(f"SELECT {duckdb} AS v FROM t", dialect)
        assert found.count("NULLIF(") == found.count(" / ") == count


def test_days_are_told_from_other_columns_by_their_standard_names() -> None:
    assert "DATEDIFF" in translated("SELECT closed_on - created_on AS v FROM t", SPARK)
    assert translated("SELECT amount - cost AS v FROM t", SPARK) == "SELECT amount - cost AS v FROM t"
    assert translated("SELECT closed_on - 1 AS v FROM t", SPARK) == "SELECT closed_on - 1 AS v FROM t"


def test_names_are_quoted_as_each_engine_quotes() -> None:
    sql = 'SELECT t."order", "Deal ""No""" FROM "sales"."Deals" AS t'
    assert translated(sql, POSTGRES) == sql
    assert translated(sql, SPARK) == 'SELECT t.`order`, `Deal "No"` FROM `sales`.`Deals` AS t'
