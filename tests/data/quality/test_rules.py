"""Every row rule: a row that it flags, a row at the edge that it does not, and how each is told."""

from __future__ import annotations

from typing import Any

import pytest
import sqlglot
from sqlglot import exp

from tests.data.quality.made import checked, codes, noted
from toolkit.data.quality.check import WITH_MONEY
from toolkit.data.quality.rules import rules
from toolkit.data.tables import TABLES
from toolkit.language import LANGUAGES, describe, texts

PEOPLE = [{"participant": "p1", "hired_on": "2026-02-01", "left_on": "2026-05-31", "manager": "m1"}]
WON = {"deal": "D1", "participant": "p1", "stage": "won", "amount": "10", "ordered_on": "2026-03-01"}
LINE = {"invoice": "I1", "participant": "p1", "amount": "10", "issued_on": "2026-03-01"}
RATED = {"participant": "p1", "period": "2026-03", "measure": "m", "rater": "m1", "kind": "peer", "rating": 5}
EVENT = {"participant": "p1", "item": "late", "quantity": 0, "happened_on": "2026-03-01"}
SHARE = {"deal": "D1", "participant": "p1", "share": 1}
# table, a sound row, what is changed, the code, the column named; by hand from the rules' descriptions.
FLAGGED: list[tuple[str, dict[str, Any], dict[str, Any], str, str]] = [
    ("deals", WON, {"amount": None}, "quality.won_without_amount", "amount"),
    ("deals", WON, {"ordered_on": "1989-12-31"}, "quality.impossible_day", "ordered_on"),
    ("deals", WON, {"ordered_on": "2101-01-01"}, "quality.impossible_day", "ordered_on"),
    ("deals", WON, {"amount": "0"}, "quality.zero_won", "amount"),
    ("deals", WON, {"amount": "-0.01"}, "quality.negative", "amount"),
    ("deals", WON, {"list_amount": "100", "discount": "100.01"}, "quality.discount_above_list", "discount"),
    ("deals", WON, {"ordered_on": None, "closed_on": None},
     "quality.won_without_day", "ordered_on + closed_on"),
    ("deals", WON, {"created_on": "2026-03-02"}, "quality.days_reversed", "ordered_on"),
    ("deals", WON, {"returned_on": "2026-02-28"}, "quality.days_reversed", "returned_on"),
    ("deals", WON, {"ordered_on": "2025-12-31"}, "quality.before_cover", "ordered_on"),
    ("deals", WON, {"ordered_on": "2026-07-01"}, "quality.after_cover", "ordered_on"),
    ("deals", WON, {"ordered_on": "2026-01-31"}, "quality.before_hired", "ordered_on"),
    ("deals", WON, {"ordered_on": "2026-06-01"}, "quality.after_left", "ordered_on"),
    ("invoices", LINE, {"due_on": "2026-02-28"}, "quality.days_reversed", "due_on"),
    ("invoices", LINE, {"paid_on": "2026-02-28"}, "quality.days_reversed", "paid_on"),
    ("invoices", LINE, {"amount": "-1"}, "quality.negative", "amount"),
    ("activities", {"participant": "p1", "kind": "visit", "done_on": "2026-03-01"},
     {"done_on": "2026-07-01"}, "quality.after_cover", "done_on"),
    ("payments", {"payment": "1", "participant": "p1", "amount": "1", "paid_on": "2026-03-01"},
     {"amount": "-1"}, "quality.negative", "amount"),
    ("expenses", {"participant": "p1", "kind": "meal", "amount": "1", "spent_on": "2026-03-01"},
     {"amount": "-1"}, "quality.negative", "amount"),
    ("training", {"participant": "p1", "kind": "test", "assigned_on": "2026-03-01", "done_on": "2026-03-01"},
     {"done_on": "2026-02-28"}, "quality.days_reversed", "done_on"),
    ("credits", SHARE, {"share": 0}, "quality.share_outside", "share"),
    ("credits", SHARE, {"share": 1.01}, "quality.share_outside", "share"),
    ("customers", {"customer": "c1", "valid_from": "2026-01-01", "valid_to": "2026-01-01"},
     {"valid_to": "2025-12-31"}, "data.valid_reversed", "valid_to"),
    ("customers", {"customer": "c1", "joined_on": "2020-01-01", "lost_on": "2020-01-01"},
     {"lost_on": "2019-12-31"}, "quality.days_reversed", "lost_on"),
    ("participants", {"participant": "p1", "commission_rate": 1}, {"commission_rate": 5},
     "quality.rate_above_one", "commission_rate"),
    ("participants", {"participant": "p1", "target_incentive": 0}, {"target_incentive": -1},
     "quality.negative", "target_incentive"),
    ("participants", {"participant": "p1", "difficulty": 0.5}, {"difficulty": 0}, "data.no_difficulty",
     "difficulty"),
    ("participants", {"participant": "p1", "difficulty": 2}, {"difficulty": 2.01}, "quality.odd_difficulty",
     "difficulty"),
    ("ratings", RATED, {"kind": "self"}, "data.self_by_another", "rater"),
    ("ratings", RATED, {"rater": "p1"}, "data.own_rating", "kind"),
    ("ratings", RATED, {"rating": 5.5}, "quality.rating_outside", "rating"),
    ("events", EVENT, {"quantity": -1}, "quality.negative_quantity", "quantity"),
    ("events", EVENT, {"happened_on": "2026-07-01"}, "quality.after_cover", "happened_on"),
]  # fmt: skip


@pytest.mark.parametrize(("table", "sound", "change", "code", "column"), FLAGGED)
def test_a_row_at_fault_is_flagged_and_the_sound_one_is_not(
    table: str, sound: dict[str, Any], change: dict[str, Any], code: str, column: str
) -> None:
    roster = [] if table == "participants" else PEOPLE
    people = {"participants": roster} if roster else {}
    deals = {"deals": [WON]} if table == "credits" else {}
    # The columns that the change fills are there, and empty, in the sound row too.
    before = checked({table: [dict.fromkeys(change) | sound], **people, **deals})
    assert codes(before) == set()
    after = checked({table: [sound | change], **people, **deals})
    told = {code, f"{code}_rows"}  # with its money, or where there is none without
    found = [p for p in (*after.items, *after.notes) if p.code in told and p.column == column]
    assert len(found) == 1 and found[0].where == f"data/{table}.csv"
    rule = next(r for r in rules(table) if r.code == code and r.column == column.split(" ")[0])
    assert bool(after.items) == rule.error
    assert (found[0].row == 2) if rule.error else ("2" in str(found[0].values["first"]))
    said = [describe(found[0], language) for language in LANGUAGES]
    assert all("None" not in words and "– in all" not in words and "合计 –" not in words for words in said)


def test_every_kind_of_rule_is_tried() -> None:
    tried = {code for *_, code, _ in FLAGGED}
    assert {rule.code for table in TABLES for rule in rules(table)} == tried


def test_a_long_lived_day_may_be_old_or_open() -> None:
    """A person hired in 1985, a place held since 1900 and an end in 9999 are what exports write."""
    person = {"participant": "p1", "hired_on": "1985-07-01", "left_on": "9999-12-31"}
    place = {"valid_from": "1900-01-01", "valid_to": "2999-12-31"}
    assert codes(checked({"participants": [person | place]})) == set()
    assert codes(checked({"participants": [person | {"hired_on": "1899-12-31"}]})) == {
        "quality.impossible_day"
    }
    assert codes(checked({"participants": [person | {"left_on": "2205-01-01"}]})) == {
        "quality.impossible_day"
    }


def test_a_note_counts_its_rows_names_the_first_and_adds_up_their_money() -> None:
    amounts = ["-5", "7", "-0.25", "-1", "3", "-4"]
    rows = [WON | {"deal": f"D{at}", "amount": amount} for at, amount in enumerate(amounts)]
    note = noted(checked({"deals": rows}), "quality.negative")
    assert (note.values["count"], note.values["among"], str(note.values["total"])) == (4, 6, "-10.2500")
    assert describe(note, "en").startswith(
        "data/deals.csv, amount: below zero: 4 of 6 rows (−10.25 in all; first in row 2, 4, 5, …)."
    )
    assert "6 行中有 4 行为负（合计 −10.25；首见第 2, 4, 5, … 行）" in describe(note, "zh")


def test_errors_are_named_row_by_row_and_the_rest_counted() -> None:
    rows = [WON | {"deal": f"D{at}", "amount": None} for at in range(25)]
    found = checked({"deals": [*rows, WON]})
    assert [(p.code, p.row, p.value) for p in found][:2] == [
        ("quality.won_without_amount", 2, "D0"),
        ("quality.won_without_amount", 3, "D1"),
    ]
    assert [(p.code, p.value) for p in found][20:] == [("data.more_rows", 5)]


def test_a_rule_is_silent_where_a_column_is_not_supplied() -> None:
    """No amounts at all: the client counts deals, and nothing is missing."""
    deal = {"deal": "D1", "participant": "p1", "stage": "won"}
    assert codes(checked({"deals": [deal]})) == set()


def test_a_rule_names_exactly_the_columns_that_its_condition_reads() -> None:
    for table in TABLES:
        for rule in rules(table):
            read = {c.name for c in sqlglot.parse_one(rule.condition, dialect="duckdb").find_all(exp.Column)}
            assert read == set(rule.needs) | (set(rule.either) & read), (table, rule.code)
            assert read <= set(TABLES[table].columns) | {"_from", "_to", "_hired_on", "_left_on"}


def test_every_rule_has_its_words() -> None:
    raised = {rule.code for table in TABLES for rule in rules(table)}
    assert raised | {f"{code}_rows" for code in WITH_MONEY} <= set(texts()) and raised >= WITH_MONEY
