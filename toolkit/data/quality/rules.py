"""The row rules of the standard tables, each declared once: what a row must not be, and what looks odd in it.

A rule is an SQL condition that flags a row. The pandera contracts (`toolkit.data.contracts`) evaluate it on a
frame; over large tables all rules of a table are compiled into one aggregate query.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from toolkit.data.tables import TABLES

OPEN_ENDS = ("2999-12-31", "9999-12-31")  # how exports write that there is no end
_FIRST, _LAST = (
    "1990-01-01",
    "2100-12-31",
)  # no client's transactions are older, none are planned so far ahead
_EARLIEST = "1900-01-01"  # for people, accounts and products, which may be older than the records of them
_LONG_LIVED = {"hired_on", "left_on", "valid_from", "valid_to", "joined_on", "lost_on", "launched_on"}
_ENDS = {"left_on", "valid_to", "lost_on"}


@dataclass(frozen=True)
class Rule:
    """What flags a row of a standard table.

    Parameters
    ----------
    code : str
        The text of the error or note.
    condition : str
        SQL over the table's columns; true for a row at fault, NULL counts as false. It may name
        the first and the last day covered too (`_from`, `_to`) and the owner's employment (`_hired_on`,
        `_left_on`).
    needs : tuple of str
        Columns without which the rule says nothing.
    column : str
        The column that the text names.
    error : bool
        Whether the row stops an engagement; else it is a note.
    either : tuple of str
        Columns of which at least one must be there.
    shown : str
        The column whose value the text shows; `column` if blank.
    money : str
        The amounts that a note adds up.
    other : str
        A second column that the text names.
    """

    code: str
    condition: str
    needs: tuple[str, ...]
    column: str
    error: bool = False
    either: tuple[str, ...] = ()
    shown: str = ""
    money: str = ""
    other: str = ""


def main_day(table: str) -> str:
    """The SQL of the day that places a row of a table in time; blank where it has none.

    Examples
    --------
    >>> main_day("payments"), main_day("products")
    ('paid_on', '')
    """
    return _MAIN_DAYS.get(table, ("", ()))[0]


_MAIN_DAYS: dict[str, tuple[str, tuple[str, ...]]] = {
    "deals": ("coalesce(ordered_on, closed_on, created_on)", ("ordered_on", "closed_on", "created_on")),
    "activities": ("done_on", ()),
    "invoices": ("issued_on", ()),
    "payments": ("paid_on", ()),
    "feedback": ("given_on", ()),
    "training": ("done_on", ()),
    "expenses": ("spent_on", ()),
    "events": ("happened_on", ()),
}
# An earlier and a later day of one thing, table by table: the later one must not come first.
_IN_ORDER = {
    "deals": (
        ("created_on", "closed_on"),
        ("created_on", "ordered_on"),
        ("created_on", "accepted_on"),
        ("ordered_on", "returned_on"),
    ),
    "invoices": (("issued_on", "due_on"), ("issued_on", "paid_on"), ("issued_on", "written_off_on")),
    "training": (("assigned_on", "done_on"),),
    "customers": (("joined_on", "lost_on"),),
}
_MAY_NOT_BE_NEGATIVE = {
    "participants": ("base_salary", "target_incentive", "commission_rate"),
    "deals": ("amount", "list_amount", "discount", "cost"),
    "invoices": ("amount", "paid_amount"),
    "payments": ("amount",),
    "expenses": ("amount", "budget"),
    "products": ("list_price",),
}
_OWN: dict[str, tuple[Rule, ...]] = {
    "participants": (
        Rule("quality.rate_above_one", "commission_rate > 1", ("commission_rate",), "commission_rate"),
        Rule("data.no_difficulty", "difficulty <= 0", ("difficulty",), "difficulty", error=True),
        Rule("quality.odd_difficulty", "difficulty < 0.5 OR difficulty > 2", ("difficulty",), "difficulty"),
    ),
    "ratings": (
        Rule(
            "data.self_by_another",
            "kind = 'self' AND rater <> participant",
            ("kind", "rater", "participant"),
            "rater",
            error=True,
        ),
        Rule(
            "data.own_rating",
            "kind <> 'self' AND rater = participant",
            ("kind", "rater", "participant"),
            "kind",
            error=True,
        ),
        Rule("quality.rating_outside", "rating < 1 OR rating > 5", ("rating",), "rating"),
    ),
    "events": (Rule("quality.negative_quantity", "quantity < 0", ("quantity",), "quantity"),),
    "deals": (
        Rule(
            "quality.won_without_amount",
            "stage = 'won' AND amount IS NULL",
            ("stage", "amount"),
            "amount",
            error=True,
            shown="deal",
        ),
        Rule("quality.zero_won", "stage = 'won' AND amount = 0", ("stage", "amount"), "amount"),
        Rule(
            "quality.discount_above_list",
            "list_amount > 0 AND discount > list_amount",
            ("discount", "list_amount"),
            "discount",
            money="discount",
            other="list_amount",
        ),
        Rule(
            "quality.won_without_day",
            "stage = 'won' AND ordered_on IS NULL AND closed_on IS NULL",
            ("stage",),
            "ordered_on",
            either=("ordered_on", "closed_on"),
            money="amount",
        ),
    ),
    "credits": (Rule("quality.share_outside", "share <= 0 OR share > 1", ("share",), "share", error=True),),
    "customers": (
        Rule(
            "data.valid_reversed",
            "valid_to < valid_from",
            ("valid_from", "valid_to"),
            "valid_to",
            error=True,
            shown="customer",
        ),
    ),
}


@cache
def rules(table: str) -> tuple[Rule, ...]:
    """The row rules of a standard table, errors first.

    Examples
    --------
    >>> [rule.code for rule in rules("credits")]
    ['quality.share_outside']
    """
    found = [*_OWN.get(table, ()), *_impossible(table), *_reversed(table), *_negative(table), *_placed(table)]
    return tuple(sorted(found, key=lambda rule: not rule.error))


def _impossible(table: str) -> list[Rule]:
    days = [c for c, spec in TABLES[table].columns.items() if spec.kind == "day"]
    found = []
    for day in days:
        first = _EARLIEST if day in _LONG_LIVED else _FIRST
        condition = f"({day} < DATE '{first}' OR {day} > DATE '{_LAST}')"
        if day in _ENDS:
            condition += f" AND {day} NOT IN ({', '.join(f'DATE {end!r}' for end in OPEN_ENDS)})"
        found.append(Rule("quality.impossible_day", condition, (day,), day, error=True))
    return found


def _reversed(table: str) -> list[Rule]:
    pairs = _IN_ORDER.get(table, ())
    return [
        Rule("quality.days_reversed", f"{later} < {first}", (first, later), later, other=first)
        for first, later in pairs
    ]


def _negative(table: str) -> list[Rule]:
    return [
        Rule("quality.negative", f"{column} < 0", (column,), column, money=column)
        for column in _MAY_NOT_BE_NEGATIVE.get(table, ())
    ]


def _placed(table: str) -> list[Rule]:
    """A row before or after the days covered, and before or after its owner's employment."""
    if table not in _MAIN_DAYS:
        return []
    day, either = _MAIN_DAYS[table]
    own, column = (() if either else (day,)), either[0] if either else day
    money = "amount" if "amount" in TABLES[table].columns else ""
    conditions = {
        "quality.before_cover": (f"{day} < _from", "_from"),
        "quality.after_cover": (f"{day} > _to", "_to"),
        "quality.before_hired": (f"{day} < _hired_on", "_hired_on"),
        "quality.after_left": (f"{day} > _left_on", "_left_on"),
    }
    return [
        Rule(code, condition, (*own, context), column, either=either, money=money)
        for code, (condition, context) in conditions.items()
    ]
