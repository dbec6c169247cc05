"""The public sample: what its README says of it, and the panel against the parquet files themselves."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from toolkit.assets import asset
from toolkit.data.engagement import Engagement
from toolkit.data.load import load_engagement
from toolkit.data.panel.measure import measure

SAMPLE = asset("templates", "engagements", "adventureworks")
LINES = pq.read_table(SAMPLE / "data" / "FactResellerSales.parquet")
QUOTAS = pq.read_table(SAMPLE / "data" / "FactSalesQuota.parquet")


@pytest.fixture(scope="module")
def client() -> Iterator[Engagement]:
    yield load_engagement(SAMPLE)


@pytest.fixture(scope="module")
def panel(client: Engagement) -> pd.DataFrame:
    return measure(client)


def test_the_sizes_of_the_sample(client: Engagement) -> None:
    deals = client.database.table("deals")
    assert deals.count().to_pyarrow().as_py() == LINES.num_rows == 60_855
    assert client.participants["participant"].nunique() == 17
    assert len(client.targets) == QUOTAS.num_rows == 163


def test_quotas_against_sales(client: Engagement, panel: pd.DataFrame) -> None:
    """Mean attainment 85.5 %, 8 of 163 reached: the sample's README."""
    sales = panel[(panel["level"] == "individual") & (panel["kpi"] == "net_sales")]
    both = client.targets.merge(sales, on=["participant", "period", "kpi"], validate="one_to_one")
    attainment = both["value"] / both["target"]
    assert len(both) == 163
    assert round(attainment.mean(), 3) == 0.855
    assert (attainment >= 1).sum() == 8


@pytest.mark.parametrize("level", ["individual", "team", "region", "company"])
def test_sales_of_every_level_are_the_files_total(panel: pd.DataFrame, level: str) -> None:
    sales = panel[(panel["level"] == level) & (panel["kpi"] == "net_sales")]
    days = pc.cast(LINES["OrderDate"], "date32")
    assert pc.min(days).as_py() >= dt.date(2010, 12, 29)
    assert pc.max(days).as_py() <= dt.date(2013, 12, 28)
    total = pc.sum(pc.cast(LINES["SalesAmount"], pa.decimal128(18, 4))).as_py()
    assert sum(Decimal(str(round(x, 4))) for x in sales["numerator"]) == total


def test_a_persons_quarter_is_the_sum_of_the_persons_lines(panel: pd.DataFrame) -> None:
    """2012-Q2 runs from the quota of 2012-03-30 to the day before that of 2012-06-30."""
    days = pc.cast(LINES["OrderDate"], "date32")
    quarter = pc.and_(pc.greater_equal(days, dt.date(2012, 3, 30)), pc.less(days, dt.date(2012, 6, 30)))
    lines = LINES.filter(quarter).to_pandas()
    expected = lines["SalesAmount"].astype(float).groupby(lines["EmployeeKey"].astype(str)).sum()
    sales = panel[
        (panel["level"] == "individual") & (panel["kpi"] == "net_sales") & (panel["period"] == "2012-Q2")
    ]
    found = sales.set_index("participant")["value"]
    pd.testing.assert_series_equal(found[found > 0], expected[expected > 0], check_names=False, rtol=1e-9)
    customers = panel[
        (panel["level"] == "company") & (panel["kpi"] == "active_customers") & (panel["period"] == "2012-Q2")
    ]
    assert customers["value"].item() == lines["ResellerKey"].nunique()


def test_lines_below_cost(client: Engagement) -> None:
    """36 % of the lines sell below cost: the sample's README."""
    deals = client.database.table("deals")
    below = deals.filter(deals["amount"] < deals["cost"]).count().to_pyarrow().as_py()
    assert below == pc.sum(pc.less(LINES["SalesAmount"], LINES["TotalProductCost"])).as_py()
    assert round(below / 60_855, 2) == 0.36


def test_months_without_an_order(client: Engagement) -> None:
    deals = client.database.table("deals")
    months = set(deals["ordered_on"].strftime("%Y-%m").to_pyarrow().to_pylist())
    in_2011 = [f"2011-{m:02d}" for m in range(1, 13)]
    assert [month for month in in_2011 if month not in months] == ["2011-02", "2011-04", "2011-06"]


def test_people_without_a_territory_are_unassigned(client: Engagement, panel: pd.DataFrame) -> None:
    """Three managers, and one representative from April 2012 on."""
    sales = panel[(panel["kpi"] == "net_sales") & (panel["participant"] == "unassigned")]
    assert set(sales["level"]) == {"team", "region"}
    homeless = client.participants[client.participants["team"].isna()]
    assert sorted(homeless["role"].str.contains("Manager").tolist()) == [False, True, True, True]
    last = homeless.loc[~homeless["role"].str.contains("Manager"), "valid_from"].item()
    assert (last.year, last.month) == (2012, 4)
