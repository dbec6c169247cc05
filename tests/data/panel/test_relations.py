"""Columns that another table fills, measured; and large parquet files that stay where they are."""

from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.data.helpers import DEALS, DOCUMENT, numbers, put, write
from toolkit.data.files import large
from toolkit.data.load import load_engagement
from toolkit.data.panel.measure import measure

OWN = """\
kpis:
  key_sales:
    name: {en: Sales of key products, zh: 重点产品销售额}
    category: result
    unit: currency
    direction: higher
    numerator:
      table: deals
      sql: "sum(amount) FILTER (WHERE stage = 'won' AND is_key_product = 'yes')"
      date: ordered_on
"""


def test_a_product_listed_twice_or_not_at_all_neither_adds_nor_loses_a_row(tmp_path: Path) -> None:
    lines = DEALS.splitlines()
    wares = ["product", *(["A", "B", "C"] * 4)]
    deals = "".join(f"{line},{ware}\n" for line, ware in zip(lines, wares, strict=True))
    folder = write(
        tmp_path, deals=deals, engagement=DOCUMENT + "  products: {file: data/products.csv}\n" + OWN
    )
    put(folder, "data/products.csv", "product,key\nA,yes\nB,no\n")
    panel = measure(load_engagement(folder), ["key_sales", "net_sales"], ["quarter"])
    # A stands on D01 (100.00), D04 (200.00) in the first quarter; on D07 (30.00) and D10 (0.10) in the second
    assert numbers(panel, "company", "2026-Q1", "key_sales") == {"all": 300.0}
    assert numbers(panel, "company", "2026-Q2", "key_sales") == {"all": 30.1}
    assert numbers(panel, "company", "2026-Q1", "net_sales") == {"all": 420.5}


def test_an_own_column_stands_before_what_is_looked_up(tmp_path: Path) -> None:
    payments = "payment,participant,invoice,amount,paid_on,due_on\nY1,p1,I1,40,2026-02-20,2026-02-19\n"
    folder = write(
        tmp_path,
        engagement=DOCUMENT + "  payments: {file: data/payments.csv}\n  invoices: {file: data/i.csv}\n",
    )
    put(folder, "data/payments.csv", payments)
    put(folder, "data/i.csv", "invoice,participant,amount,issued_on,due_on\nI1,p1,40,2026-01-10,2026-03-31\n")
    client = load_engagement(folder)
    assert "due_on" in client.filled["payments"] and not client.relations["payments"].lookups
    put(folder, "data/payments.csv", "payment,participant,invoice,amount,paid_on\nY1,p1,I1,40,2026-02-20\n")
    client = load_engagement(folder)
    rows = client.relations["payments"].select(["due_on"])
    assert str(client.database.raw_sql(f"SELECT due_on FROM {rows} AS t").fetchone()[0]) == "2026-03-31"


@pytest.fixture
def stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(large, "ROWS", 5)


def parquet_client(folder: Path, deals: pd.DataFrame) -> Path:
    write(folder, engagement=DOCUMENT.replace("data/deals.csv", "data/deals.parquet"))
    pq.write_table(pa.Table.from_pandas(deals, preserve_index=False), folder / "data" / "deals.parquet")
    return folder


def deals_frame(folder: Path) -> pd.DataFrame:
    put(folder, "deals.csv", DEALS)
    days = ["created_on", "ordered_on", "closed_on"]
    frame = pd.read_csv(folder / "deals.csv", parse_dates=days)
    return frame.assign(**{day: frame[day].dt.date for day in days})


KPIS = [
    "net_sales",
    "win_rate",
    "new_customers",
    "new_customer_win_rate",
    "open_pipeline",
    "active_customers",
]


def test_a_large_file_is_measured_where_it_is_and_to_the_same_numbers(
    tmp_path: Path, stays: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = parquet_client(tmp_path, deals_frame(tmp_path))
    there = load_engagement(folder)
    kinds = dict(
        there.database.raw_sql("SELECT table_name, table_type FROM information_schema.tables").fetchall()
    )
    assert kinds["deals"] == "VIEW" and kinds["activities"] != "VIEW"
    with monkeypatch.context() as patch:
        patch.setattr(large, "ROWS", 10**9)
        copied = load_engagement(folder)
    pd.testing.assert_frame_equal(measure(there, KPIS), measure(copied, KPIS))


def test_nothing_else_can_be_read_beside_a_large_file(tmp_path: Path, stays: None) -> None:
    put(tmp_path, "secret.csv", "a\n1\n")
    client = load_engagement(parquet_client(tmp_path, deals_frame(tmp_path)))
    with pytest.raises(Exception, match="disabled by configuration"):
        client.database.raw_sql(f"SELECT * FROM read_csv('{tmp_path / 'secret.csv'}')")
    with pytest.raises(Exception, match="disabled by configuration"):
        client.database.raw_sql(f"COPY (SELECT 1) TO '{tmp_path / 'data' / 'deals.parquet'}'")
    with pytest.raises(Exception, match="allowed_paths"):
        client.database.raw_sql("SET allowed_paths = ['/']")


def test_a_large_file_is_checked_cell_by_cell_too(tmp_path: Path, stays: None) -> None:
    deals = deals_frame(tmp_path)
    deals.loc[3, "rep"] = None
    deals.loc[4, "stage"] = "lost?"
    deals.loc[5, "rep"] = " p3 "  # blanks around a name are no other name
    folder = parquet_client(tmp_path, deals)
    from tests.data.helpers import place, problems_of

    found = {place(p)[:4] for p in problems_of(folder)}
    assert found == {
        ("data.blank", "data/deals.parquet", 4, "rep"),
        ("data.unknown_word", "data/deals.parquet", 5, "stage"),
    }


def test_files_that_differ_are_read_and_told_in_the_ordinary_way(tmp_path: Path, stays: None) -> None:
    folder = write(tmp_path)
    frame = deals_frame(tmp_path)
    for name, part in (("a", frame), ("b", frame.drop(columns="cost"))):
        pq.write_table(pa.Table.from_pandas(part, preserve_index=False), folder / "data" / f"{name}.parquet")
    source = large.FileSource(("data/a.parquet", "data/b.parquet"))
    assert large.large_parquet(source, folder) == []
    assert large.large_parquet(large.FileSource(("data/a.parquet",)), folder) == [
        (folder / "data/a.parquet").resolve()
    ]
    assert large.large_parquet(large.FileSource(("../a.parquet",)), folder / "data") == []
    put(folder, "data/c.parquet", b"PAR1 cut")
    assert large.large_parquet(large.FileSource(("data/c.parquet",)), folder) == []


def test_a_deal_may_belong_to_whoever_held_the_account_on_its_day(tmp_path: Path) -> None:
    """c1 went from p1 to p4 on 15 January: D01 (10 January) was p1's, D02 (31 January) is p4's."""
    own = (
        "kpis:\n  account_sales:\n    name: {en: Sales by account, zh: 按客户归属的销售额}\n"
        "    category: result\n    unit: currency\n    direction: higher\n"
        "    numerator: {table: deals, date: ordered_on, "
        "owner: customer_owner, sql: \"sum(amount) FILTER (WHERE stage = 'won')\"}\n"
    )
    folder = write(tmp_path, engagement=DOCUMENT + "  customers: {file: data/customers.csv}\n" + own)
    accounts = (
        "customer,participant,valid_from,valid_to\nc1,p1,,2026-01-14\nc1,p4,2026-01-15,\n"
        "c2,p2,,\nc3,p3,,\nc4,p4,,\nc5,p4,,\n"
    )
    put(folder, "data/customers.csv", accounts)
    panel = measure(load_engagement(folder), ["account_sales", "net_sales"], ["month"])
    january = numbers(panel, "individual", "2026-01", "account_sales")
    assert january == {"p1": 100.0, "p2": 0.0, "p3": 0.0, "p4": 50.5}
    assert numbers(panel, "team", "2026-01", "account_sales") == {"North": 100.0, "South": 50.5}
    # c6, of D12 in June (400.00), stands in no list: nobody's, and the whole still adds up
    june = numbers(panel, "individual", "2026-06", "account_sales")
    assert june["unassigned"] == 400.0
    assert numbers(panel, "company", "2026-06", "account_sales") == {"all": 400.0}
