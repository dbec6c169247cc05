"""KPIs linked by formula: found from the SQL, whatever it looks like and whatever the KPIs are called."""

from itertools import combinations

import pytest

from tests.design.screen.made import KPIS
from toolkit.catalogue.kpi import Aggregate, Kpi
from toolkit.design.screen import linked_pairs

WON = "sum(amount) FILTER (WHERE stage = 'won')"
DEALS = "count(*) FILTER (WHERE stage = 'won')"


def kpi(name: str, sql: str, below: str = "", table: str = "deals", date: str = "ordered_on") -> Kpi:
    bottom = Aggregate(table, below, date) if below else None
    return Kpi(name, {"en": name}, "result", "count", "higher", None, Aggregate(table, sql, date), bottom)


def relation(a: Kpi, b: Kpi, *others: Kpi) -> tuple[str, bool] | None:
    """Of a and b, with others there."""
    found = linked_pairs([a, b, *others])
    found = found[(found["kpi_a"] == a.kpi) & (found["kpi_b"] == b.kpi)]
    return None if found.empty else (found["relation"].iloc[0], bool(found["twice"].iloc[0]))


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ("net_sales", "bookings", ("same_other_day", True)),  # signed or closed, the same deals
        ("net_sales", "average_deal_size", ("numerator", True)),
        ("deals_won", "average_deal_size", ("denominator", False)),
        ("average_deal_size", "average_transaction_value", ("same_numerator", True)),
        ("gross_margin", "gross_margin_rate", ("numerator", True)),
        ("cash_collected", "collection_rate", ("numerator", True)),
        ("net_sales", "gross_margin_rate", ("denominator", False)),  # but for deals whose cost is blank
        ("visits", "visits_per_day", ("numerator", True)),
        ("net_sales", "visits", None),
        ("net_sales", "deals_won", None),  # without the deal size nothing makes a product
        ("win_rate", "new_customer_win_rate", None),  # a part of the same rows: the correlation tells
        ("collection_rate", "on_time_collection", None),  # the same denominator makes nothing twice
        ("opportunities_created", "leads_accepted", None),  # the day alone says which rows are meant
        ("overdue_receivables", "net_sales", None),
        ("sales_growth_yoy", "net_sales", None),  # no SQL, no link
    ],
)
def test_links_in_the_catalogue(a: str, b: str, expected: tuple[str, bool] | None) -> None:
    assert relation(KPIS[a], KPIS[b]) == expected


def test_revenue_is_deals_times_deal_size() -> None:
    three = [KPIS[name] for name in ("deals_won", "net_sales", "average_deal_size")]
    found = linked_pairs(three).set_index(["kpi_a", "kpi_b"])
    assert found.loc[("deals_won", "net_sales")].tolist() == ["product", "average_deal_size", False]
    assert len(found) == 3


def test_a_chain_of_rates_is_a_product() -> None:
    """orders ÷ calls = visits ÷ calls × orders ÷ visits."""
    visits, calls, orders = (f"count(*) FILTER (WHERE kind = '{k}')" for k in ("visit", "call", "order"))
    parts = {"day": "done_on", "table": "activities"}
    first = kpi("reached", visits, calls, parts["table"], parts["day"])
    second = kpi("closing", orders, visits, parts["table"], parts["day"])
    whole = kpi("yield", orders, calls, parts["table"], parts["day"])
    found = linked_pairs([first, second, whole])
    assert found["relation"].tolist() == ["product", "product", "same_numerator"]
    assert found["third"].tolist() == ["yield", "closing", ""]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (WON, "100 * SUM(Amount) FILTER (WHERE 'won' = stage)"),
        (WON, "sum(CASE WHEN stage = 'won' THEN amount END)"),
        (WON, "sum(CASE WHEN stage = 'won' THEN amount ELSE 0 END)"),
        (WON, "sum(amount) FILTER (WHERE stage IN ('won'))"),
        (WON, "sum(amount) FILTER (WHERE (stage = 'won') AND amount IS NOT NULL)"),
        (WON, "coalesce(sum(amount) FILTER (WHERE stage = 'won'), 0)"),
        (DEALS, "sum(CASE WHEN stage = 'won' THEN 1 ELSE 0 END)"),
        (DEALS, "count(CASE WHEN stage = 'won' THEN 1 END)"),
        ("sum(a) FILTER (WHERE x = 1 AND y = 2)", "sum(a) FILTER (WHERE y = 2 AND x = 1)"),
        ("sum(a + b)", "sum(b + a)"),
        ("sum(a) FILTER (WHERE k IN ('p', 'q'))", "sum(a) FILTER (WHERE k IN ('q', 'p'))"),
    ],
)
def test_the_same_written_otherwise(one: str, other: str) -> None:
    assert relation(kpi("a", one), kpi("b", other)) == ("same", True)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (WON, "sum(amount) FILTER (WHERE stage = 'lost')"),
        (WON, "sum(amount)"),
        (WON, "avg(amount) FILTER (WHERE stage = 'won')"),
        ("sum(a - b)", "sum(b - a)"),
        ("count(DISTINCT customer)", "count(customer)"),
        ("sum(CASE WHEN x = 1 THEN a ELSE b END)", "sum(a) FILTER (WHERE x = 1)"),
        ("count(CASE WHEN x = 1 THEN 1 ELSE 0 END)", "count(*) FILTER (WHERE x = 1)"),
    ],
)
def test_what_differs_is_not_the_same(one: str, other: str) -> None:
    assert relation(kpi("a", one), kpi("b", other)) in (None, ("numerator", True))
    assert relation(kpi("a", one), kpi("b", other)) != ("same", True)


def test_a_mean_is_its_sum_over_its_count() -> None:
    mean = kpi("mean", "avg(score) FILTER (WHERE kind = 'test')")
    spelt = kpi(
        "spelt", "sum(score) FILTER (WHERE kind = 'test')", "count(score) FILTER (WHERE kind = 'test')"
    )
    within = kpi("within", "sum(score) FILTER (WHERE kind = 'test') / nullif(count(score), 0)")
    assert relation(mean, spelt) == ("same", True)
    assert relation(mean, within) == ("same_numerator", True)


def test_a_rate_and_its_inverse() -> None:
    assert relation(kpi("a", WON, DEALS), kpi("b", DEALS, WON)) == ("inverse", True)


def test_another_table_is_another_thing() -> None:
    assert relation(kpi("a", "sum(amount)"), kpi("b", "sum(amount)", table="invoices")) is None


def test_a_balance_is_no_flow_of_the_same_sum() -> None:
    stock = Aggregate("deals", WON, opened="created_on", closed="closed_on")
    assert relation(kpi("a", WON), Kpi("b", {"en": "b"}, "result", "count", "higher", None, stock)) is None


def test_sql_that_does_not_parse_is_linked_to_nothing() -> None:
    assert linked_pairs([kpi("a", "sum(amount"), kpi("b", WON)]).empty


def test_what_cancels_out_is_linked_to_nothing() -> None:
    assert linked_pairs([kpi("a", WON, WON), kpi("b", DEALS, DEALS)]).empty


def test_the_order_of_kpis_changes_only_the_order_of_names() -> None:
    forwards, backwards = linked_pairs(KPIS), linked_pairs(list(reversed(list(KPIS.values()))))
    kinds = [
        {frozenset((r.kpi_a, r.kpi_b)): (r.relation, r.twice) for r in found.itertuples()}
        for found in (forwards, backwards)
    ]
    assert kinds[0] == kinds[1] and len(kinds[0]) > 40


def test_a_mapping_and_nothing() -> None:
    assert len(linked_pairs({"net_sales": KPIS["net_sales"], "bookings": KPIS["bookings"]})) == 1
    nothing = linked_pairs([])
    assert nothing.empty and list(nothing) == ["kpi_a", "kpi_b", "relation", "third", "twice"]


def test_every_numerator_link_holds_in_the_definitions() -> None:
    """The parts of the catalogue's KPIs compared as they are written, which needs no reading of SQL."""
    found = {(r.kpi_a, r.kpi_b): r.relation for r in linked_pairs(KPIS).itertuples()}
    checked = 0
    for a, b in combinations(KPIS.values(), 2):
        plain, ratio = (b, a) if a.denominator else (a, b)
        if plain.numerator is None or plain.denominator or ratio.denominator is None:
            continue
        if plain.numerator == ratio.numerator and not plain.within_days:
            assert found[a.kpi, b.kpi] == "numerator"
            checked += 1
    assert checked >= 8
