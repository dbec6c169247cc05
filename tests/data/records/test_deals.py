"""What single deals credited: their amounts sum to the panel at every level, and other KPIs are refused."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pandas as pd
import pytest

from tests.data.databases.test_engagement import CONTENT, into_server, lies_elsewhere
from tests.data.helpers import explained, write
from tests.data.panel.test_crediting import client as with_credits
from tests.data.records.sold import told
from tests.services import READERS_PASSWORD, Server
from toolkit.assets import asset
from toolkit.data.engagement import Engagement
from toolkit.data.load import load_engagement
from toolkit.data.panel.measure import measure
from toolkit.data.panel.spine import LEVELS
from toolkit.data.records.deals import credited_deals
from toolkit.errors import DataError


def against_the_panel(client: Engagement, kpi: str, grains: list[str]) -> None:
    panel = measure(client, [kpi], grains)
    for level in LEVELS:
        own = panel[(panel["level"] == level) & (panel["numerator"].fillna(0) != 0)]
        wanted = own.set_index(["participant", "period"])["numerator"]
        deals = credited_deals(client, kpi, grains, level)
        assert not deals.duplicated(["participant", "period", "deal"]).any()
        found = deals.groupby(["participant", "period"])["amount"].sum()
        found = found[found != 0]
        pd.testing.assert_series_equal(
            found.sort_index(), wanted.sort_index(), check_names=False, check_dtype=False, atol=1e-6
        )


@pytest.mark.parametrize("kpi", ["net_sales", "gross_margin"])
def test_deals_sum_to_the_panel_in_the_sample(kpi: str) -> None:
    client = load_engagement(asset("templates", "engagements", "manufacturer"))
    against_the_panel(client, kpi, ["month", "quarter", "half", "year"])
    assert not [t for t in client.database.list_tables() if t.endswith(("_lines", "_there"))]


def test_shared_deals_sum_to_the_panel(tmp_path: Path) -> None:
    client = load_engagement(with_credits(tmp_path))
    against_the_panel(client, "net_sales", ["month", "quarter"])
    january = credited_deals(client, "net_sales", ["month"])
    january = january[january["period"] == "2026-01"]
    # D01 100.00 shared 60/40, D02 whole
    assert told(january, "participant", "deal", "amount") == [
        ("p1", "D01", 60.0), ("p1", "D02", 50.5), ("p2", "D01", 40.0),
    ]  # fmt: skip
    team = credited_deals(client, "net_sales", ["month"], "team")
    assert told(team[team["period"] == "2026-01"], "participant", "deal", "amount") == [
        ("North", "D01", 100.0), ("North", "D02", 50.5),
    ]  # fmt: skip


def test_all_periods_of_the_calendar_by_default(tmp_path: Path) -> None:
    deals = credited_deals(load_engagement(write(tmp_path)), "net_sales")
    d01 = deals[deals["deal"] == "D01"]
    assert d01["period"].tolist() == ["2026-01", "2026-H1", "2026-Q1"]  # of the year only half is covered
    assert str(deals["amount"].dtype) == "float64" and str(deals["deal"].dtype) == "str"


def test_deals_in_a_database_give_the_same(tmp_path: Path) -> None:
    here = load_engagement(write(tmp_path / "here"))
    said = {name: f"table: {name}" for name in CONTENT}
    folder = lies_elsewhere(tmp_path / "there", "duckdb:data/crm.duckdb", "in_place", said)
    with duckdb.connect(str(folder / "data/crm.duckdb")) as mart:
        for name in CONTENT:
            mart.execute(f"CREATE TABLE {name} AS FROM read_csv('{tmp_path}/here/data/{name}.csv')")
    there = load_engagement(folder)
    for level in ("individual", "team"):
        found, wanted = (credited_deals(c, "net_sales", ["quarter"], level) for c in (there, here))
        pd.testing.assert_frame_equal(found, wanted)
    assert len(wanted) > 5 and "_deal_lines_there" not in there.database.list_tables()


@pytest.mark.postgres
def test_deals_in_postgres_give_the_same(
    tmp_path: Path, postgres: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KPI_PASSWORD_CRM", READERS_PASSWORD)
    for name, content in CONTENT.items():
        into_server(postgres, name, content)
    said = {name: f"table: sales.crm_{name}" for name in CONTENT}
    there = load_engagement(lies_elsewhere(tmp_path / "there", postgres.url, "in_place", said))
    here = load_engagement(write(tmp_path / "here"))
    for kpi in ("net_sales", "gross_margin"):
        found, wanted = (credited_deals(c, kpi, ["month"], "team") for c in (there, here))
        pd.testing.assert_frame_equal(found, wanted)


@pytest.mark.parametrize(
    ("kpi", "code"),
    [
        ("deals_won", "records.not_by_deal"),  # counts, not amounts
        ("win_rate", "records.not_by_deal"),  # a rate
        ("visits", "records.not_by_deal"),  # not of deals
        ("open_pipeline", "records.not_by_deal"),  # stands on a day
        ("net_salez", "engagement.unknown_kpi"),
        ("cash_collected", "engagement.table_not_supplied"),
    ],
)
def test_other_kpis_are_refused(kpi: str, code: str, tmp_path: Path) -> None:
    with pytest.raises(DataError) as caught:
        credited_deals(load_engagement(write(tmp_path)), kpi)
    assert [p.code for p in caught.value.problems] == [code]
    explained(caught.value.problems[0])


def test_a_strange_grain_or_level_is_refused(tmp_path: Path) -> None:
    client = load_engagement(write(tmp_path))
    for grains, level, code in (
        (["week"], "individual", "data.unknown_grain"),
        (["month"], "street", "records.no_level"),
    ):
        with pytest.raises(DataError) as caught:
            credited_deals(client, "net_sales", grains, level)
        assert [p.code for p in caught.value.problems] == [code]
