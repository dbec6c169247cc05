"""A large client made up for benchmarks: activities and deals in parquet, 500 people in 25 teams.

Written by DuckDB from hashes of the row's number, so that the same size is the same client everywhere.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

PEOPLE, CUSTOMERS = 500, 400  # each person's customers
FIRST, DAYS = "2024-01-01", 912  # to 30 June 2026: 30 months

_ENGAGEMENT = """\
name: big
client: {en: Big Ltd, zh: 大客户公司}
covers: {from: 2024-01-01, to: 2026-06-30}
kpis:
  customers_reached:
    name: {en: Customers reached, zh: 触达客户数}
    category: process
    unit: count
    direction: higher
    numerator:
      table: activities
      sql: "count(DISTINCT customer) FILTER (WHERE kind = 'visit')"
      date: done_on
  minutes_spent:
    name: {en: Minutes per contact, zh: 次均时长}
    category: process
    unit: points
    direction: higher
    numerator: {table: activities, sql: sum(minutes), date: done_on}
    denominator: {table: activities, sql: count(minutes), date: done_on}
tables:
  participants: {file: data/people.csv}
  deals: {file: data/deals.parquet}
  activities: {file: data/activities.parquet}
"""

_SCHEME = """\
name: field
version: 2024-01
title: {en: Field sales, zh: 外勤}
effective: {from: 2024-01-01, to: null}
score_every: month
pay_every: quarter
currency: CNY
measures:
  - name: sales
    kpi: net_sales
    weight: 1.0
    target: {fixed: 1000000, per: month}
    scoring: {proportional: {}}
grades: {A: 90, B: 0}
pay: {target_incentive: roster, curve: {x: score, points: [[60, 0], [100, 1]]}}
"""


def make(folder: Path, activities: int, deals: int) -> Path:
    """Write an engagement of that many rows; returns its folder."""
    (folder / "data").mkdir(parents=True)
    (folder / "schemes").mkdir()
    (folder / "engagement.yaml").write_text(_ENGAGEMENT, encoding="utf-8")
    (folder / "schemes" / "field.yaml").write_text(_SCHEME, encoding="utf-8")
    rows = "participant,team,region,hired_on,base_salary,target_incentive\n" + "".join(
        f"P{i:04d},T{i % 25:02d},R{i % 5},2020-01-01,120000,60000\n" for i in range(PEOPLE)
    )
    (folder / "data" / "people.csv").write_text(rows, encoding="utf-8")
    database = duckdb.connect()
    person = f"hash(i) % {PEOPLE}"
    whose = f"'P' || lpad(({person})::VARCHAR, 4, '0') AS participant"
    customer = (
        f"'C' || lpad(({person} * {CUSTOMERS} + hash(i * 7) % {CUSTOMERS})::VARCHAR, 6, '0') AS customer"
    )
    database.execute(
        f"COPY (SELECT 'A' || i AS activity, {whose}, {customer}, "
        "['visit', 'call', 'follow_up', 'mail'][1 + (hash(i * 13) % 4)::INT] AS kind, "
        f"DATE '{FIRST}' + (i * {DAYS} // {activities})::INT AS done_on, "
        f"(hash(i * 17) % 90)::DOUBLE AS minutes "
        f"FROM range({activities}) AS r(i)) TO '{folder / 'data' / 'activities.parquet'}' (FORMAT parquet)"
    )
    day = f"DATE '{FIRST}' + (i * {DAYS} // {deals})::INT"
    database.execute(
        f"COPY (SELECT 'D' || i AS deal, {whose}, {customer}, "
        "['won', 'won', 'lost'][1 + (hash(i * 3) % 3)::INT] AS stage, "
        "(1000 + hash(i * 5) % 90000)::DECIMAL(18, 2) AS amount, "
        "(2000 + hash(i * 5) % 90000)::DECIMAL(18, 2) AS list_amount, 1000::DECIMAL(18, 2) AS discount, "
        "(500 + hash(i * 5) % 60000)::DECIMAL(18, 2) AS cost, "
        f"{day} - 30 AS created_on, {day} AS ordered_on, {day} AS closed_on FROM range({deals}) AS r(i)) "
        f"TO '{folder / 'data' / 'deals.parquet'}' (FORMAT parquet)"
    )
    return folder
