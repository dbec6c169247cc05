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
class StandardTable:
    """A standard table: its columns, the key that may not repeat, and SQL for columns derived from others."""

    columns: dict[str, Column]
    key: tuple[str, ...] = ()
    derived: dict[str, str] = field(default_factory=dict)
    needs: dict[str, tuple[str, ...]] = field(default_factory=dict)


TEXT, DAY, MONEY, NUMBER = Column("text"), Column("day"), Column("money"), Column("number")
_ID, _DAY, _MONEY = Column("text", True), Column("day", True), Column("money", True)

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
            "amount": _MONEY,
            "list_amount": MONEY,
            "discount": MONEY,
            "cost": MONEY,
            "created_on": DAY,
            "ordered_on": DAY,
            "closed_on": DAY,
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
            "days_to_close": "date_diff('day', created_on, closed_on)",
        },
        needs={
            "customer_first_on": ("customer", "stage", "ordered_on"),
            "is_new_customer": ("customer", "stage", "ordered_on"),
            "days_to_close": ("created_on", "closed_on"),
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
            "minutes": NUMBER,
        },
        key=("activity",),
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
        },
        key=("invoice",),
    ),
    "payments": StandardTable(
        {
            "payment": _ID,
            "participant": _ID,
            "invoice": TEXT,
            "customer": TEXT,
            "amount": _MONEY,
            "paid_on": _DAY,
        },
        key=("payment",),
    ),
    "feedback": StandardTable(
        {
            "feedback": TEXT,
            "participant": _ID,
            "customer": TEXT,
            "kind": _ID,
            "score": NUMBER,
            "given_on": _DAY,
        },
        key=("feedback",),
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
