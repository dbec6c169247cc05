"""Every SQL definition on a dozen rows a table: `cases/expected.csv` was worked out by hand."""

import math
import textwrap
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from tests.catalogue.client import Case, by_hand, in_duckdb, read_cases, write_client
from tests.repository.checkout import ROOT
from toolkit.catalogue.load import load_catalogue
from toolkit.data.load import load_engagement
from toolkit.data.panel.measure import measure
from toolkit.errors import DataError
from toolkit.periods import Calendar

KPIS = load_catalogue()
WITH_SQL = {name for name, kpi in KPIS.items() if kpi.has_sql}
EXPECTED = read_cases()
NEAR = 1e-6  # the values by hand have six decimals


@pytest.fixture(scope="module")
def panel(tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    """Everything measured as a client's is: files, mapping, contracts, scans."""
    client = load_engagement(write_client(tmp_path_factory.mktemp("client")))
    return measure(client, sorted(WITH_SQL), ["month", "quarter"])


@pytest.fixture(scope="module")
def database() -> Iterator[duckdb.DuckDBPyConnection]:
    connection = in_duckdb()
    yield connection
    connection.close()


def test_every_kpi_with_sql_has_a_number_worked_out_by_hand() -> None:
    cases = {case.kpi for case in EXPECTED}
    assert WITH_SQL - cases == set() and cases - WITH_SQL == set()
    assert all(case.why for case in EXPECTED)
    assert len({str(case) for case in EXPECTED}) == len(EXPECTED)


@pytest.mark.parametrize("case", EXPECTED, ids=str)
def test_the_working_is_right_in_itself(case: Case) -> None:
    if case.missing:
        assert case.value is None and (case.missing != "zero_denominator" or case.denominator == 0)
    elif case.denominator is None:
        assert case.value == case.numerator
    else:
        assert case.numerator is not None and case.value is not None
        assert math.isclose(case.value, case.numerator / case.denominator, abs_tol=NEAR)
    assert (case.denominator is not None or bool(case.missing)) == KPIS[case.kpi].is_ratio


@pytest.mark.parametrize("case", EXPECTED, ids=str)
def test_a_clients_rows_give_the_number_worked_out_by_hand(case: Case, panel: pd.DataFrame) -> None:
    level = "company" if case.participant == "all" else "individual"
    keys = (panel["kpi"] == case.kpi) & (panel["period"] == case.period) & (panel["level"] == level)
    found = panel[keys & (panel["participant"] == case.participant)]
    assert len(found) == 1
    row = found.iloc[0]
    assert row["missing"] == case.missing, case.why
    if case.missing:
        assert math.isnan(row["value"])
        return
    for column in ("numerator", "denominator", "value"):
        wanted = getattr(case, column)
        assert wanted is None or math.isclose(row[column], wanted, abs_tol=NEAR), (column, case.why)


@pytest.mark.parametrize("case", [c for c in EXPECTED if c.missing != "cohort_open"], ids=str)
def test_the_definition_itself_gives_it_in_plain_sql(case: Case, database: duckdb.DuckDBPyConnection) -> None:
    """Without the toolkit's scans: what a client's analyst would type."""
    start, end = (f"{day:%Y-%m-%d}" for day in Calendar().bounds(case.period))
    kpi = KPIS[case.kpi]
    for part, wanted in ((kpi.numerator, case.numerator), (kpi.denominator, case.denominator)):
        if part is not None and wanted is not None:
            found = by_hand(database, part, case.participant, start, end)
            assert math.isclose(found or 0.0, wanted, abs_tol=NEAR), (part.sql, case.why)


def test_kept_and_churned_make_up_the_customers_of_a_year_ago(panel: pd.DataFrame) -> None:
    both = panel[panel["kpi"].isin(["customer_retention", "customer_churn"]) & (panel["missing"] == "")]
    sums = both.groupby(["level", "participant", "period"])["value"].agg(["sum", "count"])
    assert len(sums) > 20 and (sums["count"] == 2).all()
    assert sums["sum"].to_numpy() == pytest.approx(1.0)


def test_an_engagement_may_move_a_kpi_to_another_date(tmp_path: Path) -> None:
    """Only `date` is given; the rest, with the new fields, stays the catalogue's."""
    own = "measure: [net_sales, new_customer_rate]\nkpis:\n  net_sales: {date: closed_on}\n"
    client = load_engagement(write_client(tmp_path, own + "  new_customer_rate: {date: closed_on}\n"))
    assert client.kpis["net_sales"].needs == KPIS["net_sales"].needs
    found = measure(client, ["net_sales", "new_customer_rate"], ["quarter"])
    q1 = found[(found["participant"] == "p1") & (found["period"] == "2026-Q1")].set_index("kpi")
    assert q1.loc["net_sales", "value"] == 2900  # by the day signed: as bookings
    assert q1.loc["new_customer_rate", "denominator"] == 2  # what stands at the end has no such date


def test_an_engagement_may_turn_a_flow_into_a_snapshot(tmp_path: Path) -> None:
    own = """kpis:
  bookings:
    numerator: {table: deals, sql: sum(amount), opened: created_on, closed: closed_on}
  my_visits:
    name: {en: Visits to c1, zh: 客户一拜访}
    category: process
    unit: count
    direction: higher
    grain: [person, week]
    roles: [field_sales]
    industries: [fmcg]
    needs: {en: Visits, zh: 拜访记录}
    numerator: {table: activities, sql: count(*) FILTER (WHERE customer = 'c1'), date: done_on}
measure: [bookings, my_visits]
"""
    client = load_engagement(write_client(tmp_path, own))
    assert client.kpis["bookings"].kind == "snapshot" and client.kpis["my_visits"].kind == "flow"
    found = measure(client, ["bookings", "my_visits"], ["quarter"])
    q1 = found[(found["participant"] == "p1") & (found["period"] == "2026-Q1")].set_index("kpi")["value"]
    assert dict(q1) == {"bookings": 300, "my_visits": 2}  # D08 is open; visits 1 and 2


def test_a_snapshot_alone_has_no_date_to_move(tmp_path: Path) -> None:
    with pytest.raises(DataError) as error:
        load_engagement(write_client(tmp_path, "kpis:\n  open_pipeline: {date: ordered_on}\n"))
    problems = error.value.problems
    assert [(p.code, p.where) for p in problems] == [("catalogue.flow_and_snapshot", "engagement.yaml")]
    assert problems[0].column == "kpis.open_pipeline.numerator.date" and problems[0].value == "ordered_on"


def test_the_guides_example_of_own_definitions_works(tmp_path: Path) -> None:
    guide = (ROOT / "docs" / "how-to" / "catalogue.md").read_text(encoding="utf-8")
    block = guide.split("## Change or add one")[1].split("\n\n")[1]
    client = load_engagement(write_client(tmp_path, textwrap.dedent(block) + "\n"))
    found = measure(client, ["net_sales", "return_rate", "demos"], ["quarter"])
    q1 = found[(found["participant"] == "p1") & (found["period"] == "2026-Q1")].set_index("kpi")["value"]
    assert dict(q1) == {"net_sales": 2900, "return_rate": 0.025, "demos": 0}
