"""Values that the table they refer to does not have, and names in two ways, by hand."""

from __future__ import annotations

from typing import Any

import pytest

from tests.data.quality.made import Rows, checked, codes, noted
from toolkit.language import describe


def sale(at: int, **changed: Any) -> dict[str, Any]:
    return {"deal": f"D{at}", "participant": "p1", "product": "GTX Pro", "customer": f"c{at}"} | changed


PRODUCTS: Rows = [{"product": "GTX Pro"}, {"product": "MG Special"}, {"product": "GTX Basic"}]


def test_an_orphan_is_counted_and_the_near_name_proposed() -> None:
    rows = [*(sale(at, product="GTXPro") for at in range(1480)), sale(1480, product="Nova"), sale(1481)]
    note = noted(checked({"deals": rows, "products": PRODUCTS}), "quality.orphans_near")
    assert (note.where, note.column, note.values["count"], note.values["among"]) == (
        "data/deals.csv", "product", 1481, 1482,
    )  # fmt: skip
    said = describe(note, "en")
    assert (
        "not in the table products: 1,481 of 1,482 rows" in said
        and "«GTXPro» (1,480 ≈ «GTX Pro»), «Nova» (1)" in said
    )
    assert "tables.deals.values.product" in said and "tables.deals.values.product" in describe(note, "zh")


def test_an_orphan_without_a_near_name_says_so_by_silence() -> None:
    note = noted(checked({"deals": [sale(1, product="Nova")], "products": PRODUCTS}), "quality.orphans")
    assert note.values["names"] == "«Nova» (1)"


@pytest.mark.parametrize(
    ("table", "row", "other", "there"),
    [
        ("activities", {"participant": "p1", "kind": "visit", "done_on": "2026-03-01", "customer": "c9"},
         "customers", {"customer": "c1"}),
        ("activities", {"participant": "p1", "kind": "visit", "done_on": "2026-03-01", "deal": "D9"},
         "deals", {"deal": "D1", "participant": "p1"}),
        ("payments",
         {"payment": "1", "participant": "p1", "amount": 1, "paid_on": "2026-03-01", "invoice": "9"},
         "invoices", {"invoice": "1", "participant": "p1", "amount": 1, "issued_on": "2026-03-01"}),
        ("feedback", {"participant": "p1", "kind": "complaint", "given_on": "2026-03-01", "customer": "c9"},
         "customers", {"customer": "c1"}),
        ("invoices",
         {"invoice": "1", "participant": "p1", "amount": 1, "issued_on": "2026-03-01", "order": "9"},
         "deals", {"deal": "D1", "order": "1", "participant": "p1"}),
    ],
)  # fmt: skip
def test_every_reference_is_followed(
    table: str, row: dict[str, Any], other: str, there: dict[str, Any]
) -> None:
    assert noted(checked({table: [row], other: [there]}), "quality.orphans").values["other"] == other
    key = next(
        column for column in row if column in there and row[column] != there[column] and "9" in row[column]
    )
    assert codes(checked({table: [row | {key: there[key]}], other: [there]})) == set()
    assert codes(checked({table: [row]})) == set()  # the other table is not supplied


def test_a_credit_for_no_deal_is_an_error_with_the_near_id() -> None:
    tables: dict[str, Rows] = {
        "deals": [sale(1, deal="ORDER-17-A")],
        "credits": [
            {"deal": "ORDER-17-A", "participant": "p1", "share": 1},
            {"deal": "order 17a", "participant": "p1", "share": 0.5},
            {"deal": "ORDER-18-A", "participant": "p1", "share": 0.5},
        ],
    }
    found = checked(tables)
    assert [(p.code, p.row, p.value, p.values["near"]) for p in found] == [
        ("quality.credit_without_deal", 3, "order 17a", "ORDER-17-A"),
        ("quality.credit_without_deal", 4, "ORDER-18-A", "–"),
    ]
    many = [{"deal": f"X{at}", "participant": "p1", "share": 1} for at in range(23)]
    assert [p.code for p in checked(tables | {"credits": many})][20:] == ["data.more_rows"]


def test_customers_in_two_ways_are_shown_with_their_rows() -> None:
    rows = [sale(at, customer="Acme Corp") for at in range(5)] + [sale(6, customer="ACME Corp.")]
    rows += [sale(7 + at, customer=f"Shop {at}") for at in range(30)]
    note = noted(checked({"deals": rows}), "quality.near_names")
    assert note.values["names"] == "«ACME Corp.» (1) ≈ «Acme Corp» (5)" and note.values["pairs"] == "1"
    assert note.values["count"] == 1  # the rows that a merge would rename


def test_a_pair_is_shown_once_and_a_column_with_its_own_table_is_compared_with_that() -> None:
    rows = [sale(1, customer="Acme Corp"), sale(2, customer="ACME Corp.")]
    line = {"participant": "p1", "amount": 1, "issued_on": "2026-03-01"}
    names = ["Acme Corp", "ACME Corp."]
    bill = [{"invoice": str(at), "customer": name} | line for at, name in enumerate(names)]
    assert noted(checked({"deals": rows, "invoices": bill}), "quality.near_names").where == "data/deals.csv"
    found = checked({"deals": rows, "customers": [{"customer": "Acme Corp"}]})
    assert codes(found) == {"quality.orphans_near"}


def test_namesakes_are_shown_and_a_person_who_moved_is_none() -> None:
    people: Rows = [
        {"participant": "p1", "name": "王伟", "team": "北区"},
        {"participant": "p1", "name": "王伟", "team": "南区"},
        {"participant": "p2", "name": "王伟强", "team": "北区"},
    ]
    assert codes(checked({"participants": people})) == set()
    people += [{"participant": "p3", "name": "王 伟", "team": "北区"}]
    note = noted(checked({"participants": people}), "quality.namesakes")
    assert note.values["names"] == "«王 伟» ≈ «王伟»"
    people[-1]["name"] = "王伟"
    assert noted(checked({"participants": people}), "quality.namesakes").values["names"] == "«王伟» (2)"


def test_people_who_own_no_deal_are_named_and_stay() -> None:
    people: Rows = [{"participant": who} for who in ("p1", "p2", "p3")]
    note = noted(checked({"participants": people, "deals": [sale(1, participant="p2")]}), "quality.no_deals")
    assert (note.where, note.values["count"], note.values["among"]) == ("data/participants.csv", 2, 3)
    assert note.values["names"] == "«p1», «p3»"
    everybody = [sale(at, participant=f"p{at}") for at in (1, 2, 3)]
    assert codes(checked({"participants": people, "deals": everybody})) == set()
    assert codes(checked({"participants": people})) == set()


def test_a_rater_is_known_by_number_by_name_or_as_a_manager() -> None:
    people = [{"participant": "p1", "name": "Ann", "manager": "Zhou"}]
    rating = {"participant": "p1", "period": "2026-01", "measure": "m", "kind": "peer", "rating": 4}
    raters = ["p1", "Ann", "Zhou", None, "Zhuo", "Zhuo", "outsider"]
    rows = [rating | {"rater": r, "kind": "self" if r == "p1" else "peer"} for r in raters]
    note = noted(checked({"participants": people, "ratings": rows}), "quality.unknown_rater")
    assert (note.column, note.values["count"]) == ("rater", 3)
    names = str(note.values["names"])
    assert names.startswith("«Zhuo» (2)") and "«outsider» (1)" in names
    assert "quality.unknown_rater" not in codes(checked({"participants": people, "ratings": rows[:4]}))
    assert "quality.unknown_rater" not in codes(checked({"ratings": rows}))  # without a roster nobody knows
