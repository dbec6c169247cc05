"""The contracts in pandera: types, keys, words; and that pandera and the compiled SQL flag the same rows."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
import warnings
from decimal import Decimal
from typing import Any

import duckdb
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.data.quality.made import COVER, make
from toolkit.data.contracts import DTYPES, contract
from toolkit.data.quality.compiled import Cover, applying, counts_sql, relation
from toolkit.data.quality.rules import rules
from toolkit.data.tables import TABLES

with warnings.catch_warnings():  # pandera imports PySpark where it is installed, which warns of pandas 3
    warnings.simplefilter("ignore", FutureWarning)
    from pandera.errors import SchemaErrors, SchemaWarning


def frame(table: str, rows: list[dict[str, Any]]) -> pd.DataFrame:
    """A standard table as the toolkit holds it."""
    columns = list(dict.fromkeys(column for row in rows for column in row))
    made = {}
    for column in columns:
        kind = TABLES[table].columns[column].kind
        values = [row.get(column) for row in rows]
        if kind == "money":
            exact = [None if v is None else Decimal(str(v)) for v in values]
            made[column] = pd.Series(pd.array(exact, dtype=DTYPES["money"]))
        elif kind == "day":
            made[column] = pd.Series(pd.to_datetime(pd.Series(values))).astype("datetime64[s]")
        else:
            made[column] = pd.Series(values, dtype=DTYPES[kind])
    return pd.DataFrame(made)


def failures(table: str, rows: list[dict[str, Any]], **context: Any) -> dict[str, set[int]]:
    """Check → the places of the rows at fault."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SchemaWarning)
        try:
            contract(table, **context).validate(frame(table, rows), lazy=True)
        except SchemaErrors as error:
            cases = error.failure_cases
            return {str(c): set(part["index"].astype(int)) for c, part in cases.groupby("check")}
    return {}


DEAL = {"deal": "D1", "participant": "p1", "stage": "won", "amount": 10, "ordered_on": "2026-03-01"}


def test_a_sound_table_passes_in_the_types_that_the_toolkit_holds() -> None:
    assert failures("deals", [DEAL, DEAL | {"deal": "D2", "stage": "open", "amount": None}]) == {}


@pytest.mark.parametrize(
    ("change", "check"),
    [
        ({"stage": "lost?"}, "isin(('won', 'lost', 'open'))"),
        ({"deal": None}, "not_nullable"),
        ({"amount": None}, "quality.won_without_amount"),
        ({"ordered_on": "1970-01-01"}, "quality.impossible_day"),
    ],
)
def test_a_row_at_fault_fails_by_name_and_place(change: dict[str, Any], check: str) -> None:
    assert failures("deals", [DEAL, DEAL | {"deal": "D2"} | change]) == {check: {1}}


def test_a_key_may_not_repeat_but_may_be_absent() -> None:
    rows = [DEAL, DEAL | {"deal": "D2"}, DEAL]
    found = failures("deals", rows)
    assert list(found) == ["data.duplicate_key"] and found["data.duplicate_key"] == {2}
    activity = {"activity": None, "participant": "p1", "kind": "visit", "done_on": "2026-03-01"}
    assert failures("activities", [activity, activity]) == {}


def test_all_faults_come_at_once() -> None:
    rows = [DEAL | {"amount": None}, DEAL | {"deal": "D2", "stage": "gone"}]
    assert len(failures("deals", rows)) == 2


@pytest.mark.parametrize(("column", "wrong"), [("amount", "float64"), ("ordered_on", "str")])
def test_a_column_of_another_type_is_refused(column: str, wrong: str) -> None:
    with pytest.raises(SchemaErrors) as caught:
        contract("deals").validate(frame("deals", [DEAL]).astype({column: wrong}), lazy=True)
    assert set(caught.value.failure_cases["column"]) >= {column}


def test_a_required_column_must_be_there() -> None:
    with pytest.raises(SchemaErrors) as caught:
        contract("credits").validate(frame("credits", [{"deal": "D1", "participant": "p1"}]), lazy=True)
    assert list(caught.value.failure_cases["failure_case"]) == ["share"]


def test_what_looks_odd_warns_and_passes() -> None:
    with pytest.warns(SchemaWarning, match="negative"):
        passed = contract("deals").validate(frame("deals", [DEAL | {"amount": -1}]), lazy=True)
    assert len(passed) == 1


def test_rows_outside_the_cover_and_the_employment_are_seen_where_these_are_given() -> None:
    roster = frame("participants", [{"participant": "p1", "hired_on": "2026-03-02"}])
    rows = frame("deals", [DEAL])
    with pytest.warns(SchemaWarning, match="before_hired"):
        contract("deals", participants=roster).validate(rows, lazy=True)
    with pytest.warns(SchemaWarning, match="before_cover"):
        contract("deals", covers=(dt.date(2026, 3, 2), dt.date(2026, 6, 30))).validate(rows, lazy=True)


def test_every_table_has_a_contract_with_its_columns() -> None:
    for table, standard in TABLES.items():
        schema = contract(table)
        assert set(schema.columns) == set(standard.columns)
        assert {c for c, column in schema.columns.items() if column.required} == {
            c for c, spec in standard.columns.items() if spec.required
        }
    with pytest.raises(KeyError):
        contract("leads")


def test_pandera_is_asked_for_only_when_a_contract_is_and_no_library_warns_of_another() -> None:
    code = (
        "import sys, toolkit.data.contracts as c, toolkit.data.load; assert 'pandera' not in sys.modules; "
        "c.contract('credits')"
    )
    run = subprocess.run([sys.executable, "-W", "default", "-c", code], capture_output=True, text=True)
    assert run.returncode == 0 and "FutureWarning" not in run.stderr, run.stderr


DAYS = st.sampled_from(
    [None, "1980-05-05", "2025-12-31", "2026-01-01", "2026-03-15", "2026-07-01", "2150-01-01"]
)
AMOUNTS = st.sampled_from([None, "-10.5", "0", "0.0001", "99", "100"])
WORDS = {
    "participant": st.sampled_from(["p1", "p2"]),
    "stage": st.sampled_from([None, "won", "lost", "open"]),
}


def cells(table: str) -> st.SearchStrategy[dict[str, Any]]:
    """A random row of a standard table: edges, blanks and impossible values."""
    kinds = {"day": DAYS, "money": AMOUNTS, "number": st.sampled_from([None, -1.0, 0.0, 0.5, 1.0, 2.0])}
    made = {}
    for column, spec in TABLES[table].columns.items():
        text = st.sampled_from([spec.choices[0]] if spec.choices else ["a", "b"])
        made[column] = kinds.get(spec.kind, WORDS.get(column, text))
    return st.fixed_dictionaries(made)


@pytest.mark.parametrize("table", ["deals", "invoices", "payments", "credits", "customers", "participants"])
@settings(max_examples=8)
@given(data=st.data())
def test_pandera_and_the_compiled_sql_count_the_same_rows(table: str, data: st.DataObject) -> None:
    rows = data.draw(st.lists(cells(table), min_size=1, max_size=8))
    roster = [{"participant": "p1", "hired_on": "2026-02-01", "left_on": "2026-06-30"}]
    people = frame("participants", roster) if table != "participants" else None
    built = contract(table, COVER, people)
    held = frame(table, rows)
    seen = {}
    for check in built.checks:
        if check.name != "data.duplicate_key":
            seen[check.name] = int((~check(held).check_output).sum())
    with duckdb.connect() as connection:
        filled = make(connection, table, rows)
        if people is not None:
            make(connection, "participants", roster)
        used = applying(rules(table), filled, Cover(*COVER), roster=people is not None)
        row = connection.execute(counts_sql(used, relation(table, used, Cover(*COVER)))).fetchone()
    assert row is not None and row[0] == len(rows)
    counted = {f"{rule.code}:{rule.column}": row[1 + 2 * at] for at, rule in enumerate(used)}
    assert counted == {name: n for name, n in seen.items() if name in counted}
    assert all(n == 0 for name, n in seen.items() if name not in counted)
