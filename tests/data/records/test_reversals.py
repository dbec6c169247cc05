"""Deals cancelled and returned: when, how much of them, how many days after; each by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.data.helpers import explained, put, write
from tests.data.records.sold import REVERSED, client_folder, told
from toolkit.data.engagement import Engagement
from toolkit.data.load import load_engagement
from toolkit.data.records.reversals import reversed_deals
from toolkit.errors import DataError

SHOWN = ("participant", "deal", "period", "by", "amount", "days")
OWN = """kpis:
  kept_sales:
    name: {en: Kept sales, zh: 保留销售额}
    category: result
    unit: currency
    direction: higher
    numerator: {table: deals, sql: "sum(amount) FILTER (WHERE cancelled_on IS NULL)", date: ordered_on}
"""


def client(folder: Path, more: str = "", deals: str = REVERSED) -> Engagement:
    return load_engagement(client_folder(folder, more, deals=deals, invoices="", payments=""))


def test_each_reversal_has_its_month_its_amount_and_its_days(tmp_path: Path) -> None:
    found = reversed_deals(client(tmp_path), "net_sales", ["month"])
    assert told(found, *SHOWN) == [
        ("p1", "R1", "2026-01", "2026-03", 100, 54),  # 21 days of January, 28 and 5
        ("p1", "R2", "2026-02", "2026-02", 50, 19),  # a part came back,
        ("p1", "R2", "2026-02", "2026-04", 150, 59),  # then the rest was cancelled
        ("p2", "R3", "2026-03", "2026-03", 80, 9),  # no amount: all of it
        ("p2", "R4", "2026-04", "2026-05", 60, 30),  # 90 came back of 60
        ("p3", "R5", "2026-04", "2026-05", 70, 16),  # cancelled whole; nothing is left to return in June
        ("p4", "R8", "2026-05", "2026-05", 20, 0),  # returned before it was ordered: on the day
    ]  # R6 is reversed after the days covered, R7 was never won
    assert set(found["kpi"]) == {"net_sales"}


def test_by_quarters_and_teams(tmp_path: Path) -> None:
    found = reversed_deals(client(tmp_path), "net_sales", ["quarter"], "team")
    assert told(found, "participant", "deal", "period", "by", "amount") == [
        ("North", "R1", "2026-Q1", "2026-Q1", 100),
        ("North", "R2", "2026-Q1", "2026-Q1", 50),
        ("North", "R3", "2026-Q1", "2026-Q1", 80),
        ("North", "R2", "2026-Q1", "2026-Q2", 150),
        ("North", "R4", "2026-Q2", "2026-Q2", 60),
        ("South", "R5", "2026-Q2", "2026-Q2", 70),
        ("South", "R8", "2026-Q2", "2026-Q2", 20),
    ]


def test_a_shared_deal_is_reversed_by_shares(tmp_path: Path) -> None:
    folder = client_folder(
        tmp_path, "  credits: {file: data/credits.csv}\n", deals=REVERSED, invoices="", payments=""
    )
    put(folder, "data/credits.csv", "deal,participant,share\nR2,p1,0.5\nR2,p3,0.5\n")
    found = reversed_deals(load_engagement(folder), "net_sales", ["quarter"])
    second = found[found["deal"] == "R2"]
    assert told(second, "participant", "by", "amount") == [
        ("p1", "2026-Q1", 25), ("p1", "2026-Q2", 75), ("p3", "2026-Q1", 25), ("p3", "2026-Q2", 75),
    ]  # fmt: skip


def test_what_the_kpi_takes_off_itself_is_not_taken_off_again(tmp_path: Path) -> None:
    found = reversed_deals(client(tmp_path, OWN), "kept_sales", ["month"])
    # of the deals that were not cancelled only R3, R4 and R8 came back (R7 was lost, and cancelled)
    assert told(found, "deal", "amount") == [("R3", 80), ("R4", 60), ("R8", 20)]


def test_days_cancelled_alone_are_enough(tmp_path: Path) -> None:
    deals = "deal,rep,stage,amount,ordered_on,cancelled_on\nR1,p1,won,100,2026-01-10,2026-03-05\n"
    found = reversed_deals(client(tmp_path, deals=deals), "net_sales", ["month"])
    assert told(found, "deal", "amount", "days") == [("R1", 100, 54)]


def test_without_either_day_it_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError) as caught:
        reversed_deals(load_engagement(write(tmp_path)), "net_sales")
    assert [p.code for p in caught.value.problems] == ["records.no_reversals"]
    explained(caught.value.problems[0])
