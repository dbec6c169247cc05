"""Cash that came in of what was credited, each number followed by hand through orders, invoices, payments."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.data.helpers import explained, put
from tests.data.records.sold import DEALS, INVOICES, PAYMENTS, client_folder, told
from toolkit.assets import asset
from toolkit.data.load import load_engagement
from toolkit.data.records.cash import collected
from toolkit.errors import DataError

COLUMNS = ["participant", "period", "kpi", "by", "credited", "collected", "uninvoiced"]
# O1 (400): 100 of 400 paid in January, the rest in March. O2 (200): 120 of it invoiced in February and paid
# in March, the rest invoiced in April and paid in May. C1 has no order number but its own; 60 were paid
# for 50. O5 (40) is invoiced with 13 % tax, half of which is paid. O4 has no invoice.
BY_HAND = {
    ("p1", "2026-01"): [25, 25, 100, 100, 100, 100],
    ("p2", "2026-01"): [75, 75, 300, 300, 300, 300],
    ("p1", "2026-02"): [0, 170, 170, 250, 250],  # B1 200 and C1 50
    ("p3", "2026-03"): [0, 0, 0, 0],
    ("p4", "2026-03"): [20, 20, 20, 20],
}
MONTHS = [f"2026-{month:02d}" for month in range(1, 7)]


def monthly(folder: Path) -> dict[tuple[str, str], list[float]]:
    cash = collected(load_engagement(folder), "net_sales", ["month"])
    for (_, period), part in cash.groupby(["participant", "period"]):
        assert part["by"].tolist() == MONTHS[MONTHS.index(period) :]
        assert part["credited"].nunique() == 1
    found = cash.groupby(["participant", "period"])["collected"]
    return {key: [round(x, 6) for x in part] for key, part in found}  # type: ignore[misc]


def test_cash_comes_in_month_by_month(tmp_path: Path) -> None:
    assert monthly(client_folder(tmp_path)) == BY_HAND


def test_by_quarters_with_what_has_no_invoice(tmp_path: Path) -> None:
    cash = collected(load_engagement(client_folder(tmp_path)), "net_sales", ["quarter"])
    assert list(cash.columns) == COLUMNS and set(cash["kpi"]) == {"net_sales"}
    assert told(cash, "participant", "by", "credited", "collected", "uninvoiced") == [
        ("p1", "2026-Q1", 350, 270, 0), ("p1", "2026-Q2", 350, 350, 0),
        ("p2", "2026-Q1", 300, 300, 0), ("p2", "2026-Q2", 300, 300, 0),
        ("p3", "2026-Q1", 80, 0, 80), ("p3", "2026-Q2", 80, 0, 80),
        ("p4", "2026-Q1", 40, 20, 0), ("p4", "2026-Q2", 40, 20, 0),
    ]  # fmt: skip


def test_a_team_has_the_cash_of_its_people(tmp_path: Path) -> None:
    cash = collected(load_engagement(client_folder(tmp_path)), "net_sales", ["quarter"], "team")
    first = cash[cash["by"] == "2026-Q1"]
    assert told(first, "participant", "credited", "collected") == [("North", 650, 570), ("South", 120, 20)]


def test_without_payments_the_invoices_say_what_was_paid(tmp_path: Path) -> None:
    invoices = """\
invoice,participant,order,amount,issued_on,paid_on,paid_amount
I1,p1,O1,400.00,2026-01-20,2026-03-15,100
I2,p1,O2,200.00,2026-02-10,2026-03-10,
I4,p1,C1,50.00,2026-02-25,,
"""
    found = monthly(client_folder(tmp_path, payments="", invoices=invoices))
    # of O1 100 of 400 in March; O2, amount blank, is paid whole in March; C1 not at all
    assert found["p1", "2026-01"] == [0, 0, 25, 25, 25, 25]
    assert found["p1", "2026-02"] == [0, 200, 200, 200, 200]


def test_what_was_collected_never_falls_when_another_invoice_is_written(tmp_path: Path) -> None:
    """Net 100, two invoices of 56.50 with tax: the first paid in February, the second written in March."""
    deals = "deal,rep,order,stage,amount,ordered_on\nA,p1,O,won,100,2026-01-10\n"
    invoices = (
        "invoice,participant,order,amount,issued_on\nI1,p1,O,56.5,2026-01-20\nI2,p1,O,56.5,2026-03-01\n"
    )
    payments = (
        "payment,participant,invoice,amount,paid_on\nP1,p1,I1,56.5,2026-02-02\nP2,p1,I2,56.5,2026-05-02\n"
    )
    found = monthly(client_folder(tmp_path, deals=deals, invoices=invoices, payments=payments))
    assert found["p1", "2026-01"] == [0, 56.5, 56.5, 56.5, 100, 100]


def test_an_order_of_which_the_kpi_counts_a_part_is_paid_in_proportion(tmp_path: Path) -> None:
    """Key products only: 40 of an order of 100; 30 of it are invoiced and paid, so 30 % of the 40."""
    deals = (
        "deal,rep,order,stage,product,amount,ordered_on\n"
        "A,p1,O,won,K,40,2026-01-10\nB,p1,O,won,N,60,2026-01-10\n"
    )
    invoices = "invoice,participant,order,amount,issued_on\nI1,p1,O,30,2026-01-20\n"
    payments = "payment,participant,invoice,amount,paid_on\nP1,p1,I1,30,2026-01-25\n"
    more = "  products: {file: data/products.csv}\n"
    folder = client_folder(tmp_path, more, deals=deals, invoices=invoices, payments=payments)
    put(folder, "data/products.csv", "product,key\nK,yes\nN,no\n")
    cash = collected(load_engagement(folder), "key_product_sales", ["quarter"])
    assert told(cash, "credited", "collected")[0] == (40, 12)


def test_shared_deals_share_the_cash(tmp_path: Path) -> None:
    folder = client_folder(tmp_path, "  credits: {file: data/credits.csv}\n")
    put(folder, "data/credits.csv", "deal,participant,share\nA1,p1,0.6\nA1,p3,0.3\n")
    found = monthly(folder)
    assert found["p1", "2026-01"][0] == 15 and found["p3", "2026-01"][0] == 7.5
    assert found["unassigned", "2026-01"][:3] == [2.5, 2.5, 10]  # what nobody has: 10 of A1


def test_cash_never_passes_the_credit_and_never_falls_in_the_sample() -> None:
    client = load_engagement(asset("templates", "engagements", "manufacturer"))
    cash = collected(client, "net_sales", ["month", "quarter"])
    assert (cash["collected"] <= cash["credited"] + 1e-6).all() and (cash["collected"] >= 0).all()
    steps = cash.groupby(["participant", "period"])["collected"].diff().dropna()
    assert (steps >= -1e-6).all() and len(cash) > 10_000
    assert (cash["collected"] + cash["uninvoiced"] <= cash["credited"] + 1e-6).all()
    # the sample's invoices are as its orders: of all that was credited in 2025-Q1 nearly all has come in
    late = cash[(cash["period"] == "2025-Q1") & (cash["by"] == "2026-Q2")]
    assert 0.93 < late["collected"].sum() / late["credited"].sum() < 1


@pytest.mark.parametrize(
    "changed",
    [
        {"invoices": "invoice,participant,amount,issued_on\nI1,p1,400,2026-01-20\n"},  # of no order
        {"payments": ""},  # and the invoices do not say what was paid
        {"invoices": "", "payments": ""},
    ],
)
def test_without_a_way_to_the_cash_it_is_refused(changed: dict[str, str], tmp_path: Path) -> None:
    with pytest.raises(DataError) as caught:
        collected(load_engagement(client_folder(tmp_path, **changed)), "net_sales")
    assert [p.code for p in caught.value.problems] == ["records.no_way_to_cash"]
    explained(caught.value.problems[0])


def test_the_case_itself_adds_up() -> None:
    assert sum(float(line.split(",")[4]) for line in DEALS.splitlines()[1:-1]) == 770
    assert len(INVOICES.splitlines()) == 6 and len(PAYMENTS.splitlines()) == 7
