"""The standard tables, declared once: their columns, what each holds, what must be there, what is unique."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Column:
    """A column of a standard table.

    Parameters
    ----------
    kind : str
        text, day, money (exact, 4 decimals), number, or choice (one of `choices`).
    required : bool
        The column must be there and filled in every row.
    choices : tuple of str
        For a choice: the words the toolkit knows; a client's own are mapped to them.
    """

    kind: str
    required: bool = False
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Lookup:
    """A column that another standard table fills: its value where that table's key equals ours.

    Parameters
    ----------
    table, on, column : str
        The other table, the column that both have, and the column taken. A column of the same name that the
        client fills stands before it.
    day : str
        Where the other table's rows hold from `valid_from` to `valid_to`: SQL for the day of our row.
    """

    table: str
    on: str
    column: str
    day: str = ""


@dataclass(frozen=True)
class StandardTable:
    """A standard table: its columns, the key that may not repeat, and what is filled from elsewhere.

    Parameters
    ----------
    derived, needs : mapping
        Column → SQL over the table's own columns and lookups, and the columns that it needs.
    lookups : mapping
        Column → the column of another standard table.
    """

    columns: dict[str, Column]
    key: tuple[str, ...] = ()
    derived: dict[str, str] = field(default_factory=dict)
    needs: dict[str, tuple[str, ...]] = field(default_factory=dict)
    lookups: dict[str, Lookup] = field(default_factory=dict)


TEXT, DAY, MONEY, NUMBER = Column("text"), Column("day"), Column("money"), Column("number")
_ID, _DAY, _MONEY = Column("text", True), Column("day", True), Column("money", True)
_YES_NO = Column("choice", choices=("yes", "no"))


def _customer_owner(day: str) -> dict[str, Lookup]:
    """Who held the account on that day: a system's export often names only who holds it now."""
    return {"customer_owner": Lookup("customers", "customer", "participant", day)}


TABLES: dict[str, StandardTable] = {
    "participants": StandardTable(
        {
            "participant": _ID,
            "name": TEXT,
            "team": TEXT,
            "region": TEXT,
            "role": TEXT,
            "manager": TEXT,
            "hired_on": DAY,
            "left_on": DAY,
            "base_salary": MONEY,
            "target_incentive": MONEY,
            "commission_rate": NUMBER,
            "difficulty": NUMBER,
            "valid_from": DAY,
            "valid_to": DAY,
        },
        key=("participant", "valid_from"),
    ),
    "deals": StandardTable(
        {
            "deal": _ID,
            "order": TEXT,
            "participant": _ID,
            "customer": TEXT,
            "product": TEXT,
            "stage": Column("choice", choices=("won", "lost", "open")),
            "kind": Column("choice", choices=("new", "renewal", "expansion")),
            "source": TEXT,
            "amount": MONEY,
            "list_amount": MONEY,
            "discount": MONEY,
            "cost": MONEY,
            "returned_amount": MONEY,
            "forecast_amount": MONEY,
            "quantity": NUMBER,
            "term_months": NUMBER,
            "created_on": DAY,
            "accepted_on": DAY,
            "ordered_on": DAY,
            "closed_on": DAY,
            "returned_on": DAY,
            "cancelled_on": DAY,
            "renewal_due_on": DAY,
            "currency": TEXT,
            "tax_included": _YES_NO,
        },
        key=("deal",),
        # An account's first order and a deal's age are more than an aggregate: defined here, once.
        derived={
            "customer_first_on": (
                "min(CASE WHEN stage = 'won' THEN ordered_on END) OVER (PARTITION BY customer)"
            ),
            "is_new_customer": (
                "customer_first_on IS NULL "
                "OR customer_first_on >= coalesce(ordered_on, closed_on, created_on)"
            ),
            "customer_second_on": (
                "min(CASE WHEN stage = 'won' AND ordered_on > customer_first_on THEN ordered_on END) "
                "OVER (PARTITION BY customer)"
            ),
            "customer_product": "customer || ' | ' || product",
            "days_to_close": "date_diff('day', created_on, closed_on)",
            "closed_day": "extract(day FROM closed_on)",
            "ordered_on_next_year": "CAST(ordered_on + INTERVAL 1 YEAR AS DATE)",
        },
        needs={
            "customer_first_on": ("customer", "stage", "ordered_on"),
            "customer_second_on": ("customer", "stage", "ordered_on"),
            "customer_product": ("customer", "product"),
            "closed_day": ("closed_on",),
            "ordered_on_next_year": ("ordered_on",),
            "is_new_customer": ("customer", "stage", "ordered_on"),
            "days_to_close": ("created_on", "closed_on"),
        },
        lookups={
            "product_group": Lookup("products", "product", "group"),
            "product_launched_on": Lookup("products", "product", "launched_on"),
            "is_key_product": Lookup("products", "product", "key"),
            "customer_segment": Lookup("customers", "customer", "segment"),
            "is_key_customer": Lookup("customers", "customer", "key"),
            **_customer_owner("coalesce(d.ordered_on, d.closed_on, d.created_on)"),
        },
    ),
    "activities": StandardTable(
        {
            "activity": TEXT,
            "participant": _ID,
            "customer": TEXT,
            "deal": TEXT,
            "kind": _ID,
            "done_on": _DAY,
            "planned_on": DAY,
            "minutes": NUMBER,
            "outcome": TEXT,
        },
        key=("activity",),
        lookups={
            "customer_segment": Lookup("customers", "customer", "segment"),
            "is_key_customer": Lookup("customers", "customer", "key"),
            **_customer_owner("d.done_on"),
        },
    ),
    "invoices": StandardTable(
        {
            "invoice": _ID,
            "participant": _ID,
            "customer": TEXT,
            "order": TEXT,
            "amount": _MONEY,
            "issued_on": _DAY,
            "due_on": DAY,
            "paid_on": DAY,
            "paid_amount": MONEY,
            "written_off": MONEY,
            "written_off_on": DAY,
            "currency": TEXT,
            "tax_included": _YES_NO,
        },
        key=("invoice",),
        lookups=_customer_owner("d.issued_on"),
        # Open until paid in full or written off; overdue from the day after the day due.
        derived={
            "settled_on": (
                "CASE WHEN paid_amount < amount THEN written_off_on ELSE least(paid_on, written_off_on) END"
            ),
            "overdue_from": "CAST(due_on + INTERVAL 1 DAY AS DATE)",
            "issued_on_plus_90": "CAST(issued_on + INTERVAL 90 DAY AS DATE)",
        },
        needs={
            "settled_on": ("paid_on",),
            "overdue_from": ("due_on",),
            "issued_on_plus_90": ("issued_on",),
        },
    ),
    "payments": StandardTable(
        {
            "payment": _ID,
            "participant": _ID,
            "invoice": TEXT,
            "customer": TEXT,
            "amount": _MONEY,
            "paid_on": _DAY,
            "due_on": DAY,
            "currency": TEXT,
        },
        key=("payment",),
        lookups={"due_on": Lookup("invoices", "invoice", "due_on"), **_customer_owner("d.paid_on")},
    ),
    "feedback": StandardTable(
        {
            "feedback": TEXT,
            "participant": _ID,
            "customer": TEXT,
            "kind": _ID,
            "score": NUMBER,
            "given_on": _DAY,
            "resolved": _YES_NO,
        },
        key=("feedback",),
        lookups=_customer_owner("d.given_on"),
    ),
    "training": StandardTable(
        {
            "training": TEXT,
            "participant": _ID,
            "kind": _ID,
            "title": TEXT,
            "score": NUMBER,
            "status": TEXT,
            "assigned_on": DAY,
            "done_on": DAY,
        },
        key=("training",),
    ),
    # Who may claim a deal, where it is not one person alone; shares are of the deal, 0.5 is half.
    "credits": StandardTable(
        {"deal": _ID, "participant": _ID, "share": Column("number", True)},
        key=("deal", "participant"),
    ),
    # The account list: one row an account, or one for each time that it changed hands.
    "customers": StandardTable(
        {
            "customer": _ID,
            "name": TEXT,
            "participant": TEXT,
            "segment": TEXT,
            "key": _YES_NO,
            "joined_on": DAY,
            "lost_on": DAY,
            "planned_visits": NUMBER,
            "potential": MONEY,
            "valid_from": DAY,
            "valid_to": DAY,
        },
        key=("customer", "valid_from"),
        # Whose account it is on a day: on the list (assigned), a customer (held), one for a year (year_held).
        # A lost account stays with its last holder, so that kept and churned sum to those held a year ago.
        derived={
            "assigned_from": "coalesce(valid_from, DATE '1900-01-01')",
            "handed_over_on": "lead(valid_from) OVER (PARTITION BY customer ORDER BY assigned_from)",
            "assigned_until": "least(CAST(valid_to + INTERVAL 1 DAY AS DATE), lost_on, handed_over_on)",
            "held_from": "CASE WHEN valid_from > joined_on THEN valid_from ELSE joined_on END",
            "held_until": "assigned_until",
            "year_held_from": (
                "CASE WHEN valid_from > CAST(joined_on + INTERVAL 1 YEAR AS DATE) THEN valid_from "
                "ELSE CAST(joined_on + INTERVAL 1 YEAR AS DATE) END"
            ),
            "year_held_until": "least(CAST(lost_on + INTERVAL 1 YEAR AS DATE), handed_over_on)",
            "kept_until": "least(lost_on, handed_over_on)",
            "churned_from": "CASE WHEN lost_on > year_held_from THEN lost_on WHEN lost_on IS NOT NULL "
            "THEN year_held_from END",
        },
        needs={
            "assigned_from": (),
            "handed_over_on": (),
            "assigned_until": (),
            "held_from": ("joined_on",),
            "held_until": ("lost_on",),
            "year_held_from": ("joined_on",),
            "year_held_until": ("lost_on",),
            "kept_until": ("lost_on",),
            "churned_from": ("joined_on", "lost_on"),
        },
    ),
    "products": StandardTable(
        {
            "product": _ID,
            "name": TEXT,
            "group": TEXT,
            "list_price": MONEY,
            "launched_on": DAY,
            "key": _YES_NO,
        },
        key=("product",),
    ),
    "expenses": StandardTable(
        {
            "expense": TEXT,
            "participant": _ID,
            "kind": _ID,
            "amount": _MONEY,
            "budget": MONEY,
            "spent_on": _DAY,
            "currency": TEXT,
        },
        key=("expense",),
    ),
    # What people say of each other's work. A blank rater is an anonymous one; the key tells the others apart.
    "ratings": StandardTable(
        {
            "participant": _ID,
            "period": _ID,
            "measure": _ID,
            "rater": TEXT,
            "kind": Column("choice", True, ("self", "peer", "manager")),
            "rating": Column("number", True),
            "comment": TEXT,
            "rated_on": DAY,
        },
        key=("rater", "participant", "period", "measure"),
    ),
    # What adds or takes points beside the KPIs; a blank quantity is one.
    "events": StandardTable(
        {
            "event": TEXT,
            "participant": _ID,
            "item": _ID,
            "quantity": NUMBER,
            "happened_on": _DAY,
            "note": TEXT,
            "recorded_by": TEXT,
        },
        key=("event",),
    ),
    "targets": StandardTable(
        {"participant": _ID, "period": _ID, "kpi": _ID, "target": Column("number", True)},
        key=("participant", "period", "kpi"),
    ),
    "kpi_values": StandardTable(
        {
            "participant": _ID,
            "period": _ID,
            "kpi": _ID,
            "value": NUMBER,
            "numerator": NUMBER,
            "denominator": NUMBER,
            "additive": Column("choice", choices=("yes", "no")),
        },
        key=("participant", "period", "kpi"),
    ),
}

SQL_TYPES = {
    "text": "VARCHAR",
    "choice": "VARCHAR",
    "day": "DATE",
    "money": "DECIMAL(18, 4)",
    "number": "DOUBLE",
}
