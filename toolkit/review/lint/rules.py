"""Every rule, by code: importing the families registers them."""

from __future__ import annotations

from importlib import import_module

from toolkit.review.lint.look import RULES, Rule

FAMILY_MODULES = (
    *("measures", "measures_fit", "weights", "targets", "target_evidence", "target_history"),
    *("scoring", "grading", "score_evidence"),
    *(
        "curves",
        "commissions",
        "reached",
        "payouts",
        "pay_plans",
        "governance",
        "lawful",
        "data",
        "data_history",
    ),
)


def all_rules() -> dict[str, Rule]:
    """Code → function, in the order of the codes' families and numbers."""
    for name in FAMILY_MODULES:
        import_module(f"toolkit.review.lint.families.{name}")
    order = "MWTSCPGD"
    return dict(sorted(RULES.items(), key=lambda item: (order.index(item[0][0]), item[0])))
