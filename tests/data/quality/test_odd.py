"""What looks odd in a table as a whole: planted by hand, and the sound neighbour that is left alone."""

from __future__ import annotations

from typing import Any

import pytest

from tests.data.quality.made import Rows, checked, codes, noted
from toolkit.language import describe


def deal(at: int, **changed: Any) -> dict[str, Any]:
    """A won deal like no other."""
    day = f"2026-0{1 + at % 6}-{1 + at % 28:02d}"
    base = {"deal": f"D{at}", "order": f"O{at}", "participant": f"p{at % 3}", "customer": f"c{at}",
            "product": f"P{at % 4}", "stage": ("won", "open")[at % 9 == 8], "amount": 100 + 7 * at,
            "ordered_on": day}  # fmt: skip
    return base | changed


def deals(n: int = 40) -> Rows:
    return [deal(at) for at in range(n)]


def invoice(at: int, amount: float, **changed: Any) -> dict[str, Any]:
    base = {"invoice": f"I{at}", "participant": f"p{at % 3}", "customer": f"c{at}", "order": f"O{at}"}
    return base | {"amount": amount, "issued_on": f"2026-03-{1 + at % 28:02d}"} | changed


def test_a_sound_table_has_nothing_odd() -> None:
    assert codes(checked({"deals": deals()}, "CNY", ("deals",))) == set()


def test_several_currencies_are_an_error_where_a_kpi_adds_them() -> None:
    rows = [deal(at, currency=("CNY", "USD", "EUR")[at % 8 // 3]) for at in range(40)]
    found = checked({"deals": rows}, "CNY", ("deals",))
    assert [(p.code, p.column, p.value) for p in found] == [
        ("quality.mixed_currencies", "currency", "CNY 15, USD 15, EUR 10")
    ]
    note = noted(checked({"deals": rows}, "CNY"), "quality.currencies_unused")
    assert (note.values["count"], note.values["currencies"]) == (25, "CNY 15, USD 15, EUR 10")


def test_one_currency_in_several_spellings_is_one() -> None:
    rows = [deal(at, currency=("CNY", "RMB", "人民币", "￥", None, "cny")[at % 6]) for at in range(40)]
    assert codes(checked({"deals": rows}, "CNY", ("deals",))) == set()


def test_amounts_all_in_another_currency_are_an_error() -> None:
    rows = [deal(at, currency="$") for at in range(40)]
    found = checked({"deals": rows}, "CNY", ("deals",))
    assert [(p.code, p.value) for p in found] == [("quality.other_currency", "USD 40")]
    assert "CNY" in describe(found.items[0], "en") and "CNY" in describe(found.items[0], "zh")


def test_rows_with_and_without_tax_are_noted() -> None:
    rows = [deal(at, tax_included=("no", "yes")[at % 4 == 0]) for at in range(40)]
    assert noted(checked({"deals": rows}), "quality.tax_mixed").values["count"] == 10


def test_deals_without_tax_against_invoices_with_it_are_noted() -> None:
    sold = [deal(at, tax_included="no") for at in range(40)]
    billed = [invoice(at, 90.0 + 3 * at, tax_included="yes") for at in range(40)]
    note = noted(checked({"deals": sold, "invoices": billed}), "quality.tax_differs")
    assert (note.where, note.values["other"]) == ("data/invoices.csv", "data/deals.csv")
    alike = [row | {"tax_included": "no"} for row in billed]
    assert codes(checked({"deals": sold, "invoices": alike})) == set()


@pytest.mark.parametrize(
    ("rate", "ratio"), [(1.13, "1.13"), (1.09, "1.09"), (1.06, "1.06"), (1.03, "1.03"), (1.0, ""), (1.2, "")]
)
def test_invoices_at_a_tax_rate_above_their_orders_are_noted(rate: float, ratio: str) -> None:
    """Three quarters of the orders are billed at the rate; the others are billed in part."""
    sold = [deal(at, stage="won") for at in range(40)]
    billed = [invoice(at, round((100 + 7 * at) * (rate if at % 4 else 0.4), 2)) for at in range(40)]
    found = checked({"deals": sold, "invoices": billed})
    if not ratio:
        assert "quality.tax_ratio" not in codes(found)
        return
    note = noted(found, "quality.tax_ratio")
    assert (note.values["ratio"], note.values["share"], note.values["count"]) == (ratio, "75%", 30)


def score(at: int, value: float, kind: str = "satisfaction") -> dict[str, Any]:
    return {"feedback": f"F{at}", "participant": "p1", "kind": kind, "score": value, "given_on": "2026-03-01"}


@pytest.mark.parametrize(
    ("values", "stray"),
    [
        ([4, 5, 3, 4, 85, 90], 2),  # some on 100 points
        ([4] * 99 + [92], 1),  # one on 100 points among a hundred
        ([85] * 99 + [7], 0),  # one honest 7 of 100
        ([8, 9, 10, 6], 0),
        ([60, 85, 99, 100], 0),
    ],
)
def test_scores_on_two_scales_are_noted(values: list[float], stray: int) -> None:
    found = checked({"feedback": [score(at, value) for at, value in enumerate(values)]})
    if stray:
        assert noted(found, "quality.mixed_scales").values["count"] == stray
    assert ("quality.mixed_scales" in codes(found)) == bool(stray)


def test_each_kind_of_score_may_have_its_own_scale() -> None:
    rows = [score(at, 4) for at in range(9)] + [score(at, 88, "service") for at in range(9, 18)]
    assert "quality.mixed_scales" not in codes(checked({"feedback": rows}))


def test_amounts_in_another_unit_are_noted() -> None:
    """Two rows in 元 among rows in 万元: 10,000 times as much."""
    rows = deals()
    rows[5]["amount"], rows[9]["amount"] = 1_350_000, 1_630_000
    note = noted(checked({"deals": rows}), "quality.extreme")
    assert (note.values["count"], note.values["first"], note.values["total"]) == (2, "7, 11", 2_980_000)
    rows[5]["amount"], rows[9]["amount"] = 13_500, 0.01
    assert noted(checked({"deals": rows}), "quality.extreme").values["count"] == 1  # the cent, not 50 times


def test_amounts_that_vary_widely_by_nature_are_not_noted() -> None:
    """From 1 to 1,000,000 evenly in powers of ten: a thousand times the middle is no outlier."""
    rows = [deal(at, amount=round(10 ** (at * 6.2 / 39), 2)) for at in range(40)]
    assert "quality.extreme" not in codes(checked({"deals": rows}))


def test_rows_that_repeat_another_but_for_their_id_are_noted() -> None:
    rows = [*deals(), deal(4, deal="D4-copy", order="other"), deal(4, deal="D4-again"), deal(7, deal="D7b")]
    note = noted(checked({"deals": rows}), "quality.twins")
    # 4 repeated twice at 128, 7 once at 149; they stand first in rows 6 and 9.
    assert (note.values["count"], note.values["total"], note.values["first"]) == (3, 405, "6, 9")
    other = [*deals(), deal(4, deal="D4-copy", product="P9")]
    assert codes(checked({"deals": other})) == set()


def test_a_column_that_never_changes_is_noted() -> None:
    rows = [deal(at, stage="won", customer="c1") for at in range(40)]
    note = noted(checked({"deals": rows}), "quality.constant")
    assert (note.column, note.values["held"]) == ("customer + stage", "«c1», «won»")
    assert "quality.constant" not in codes(checked({"deals": rows[:19]}))  # too few to say
