"""A small appraisal for docstrings: the example scheme, two people, the first quarter."""

from __future__ import annotations

from toolkit.appraise.example import example_panel, example_roster, example_targets
from toolkit.appraise.grade import grade
from toolkit.appraise.pay import statements
from toolkit.appraise.score import score
from toolkit.appraise.targets import set_targets
from toolkit.report.workbook.inputs import Tables
from toolkit.scheme.example import example_schemes


def example_tables() -> Tables:
    """The tables of the example scheme.

    Examples
    --------
    >>> example_tables().payouts["payout"].astype(str).tolist()[0]
    '10800.00'
    """
    schemes, panel, people = example_schemes(), example_panel(), example_roster()
    targets = set_targets(schemes, panel, example_targets(), people)
    card = score(schemes, panel, targets, people)
    scores = grade(schemes, card)
    paid = statements(schemes, card, scores, people)
    return Tables(
        schemes,
        people,
        card,
        scores,
        payouts=paid.payouts,
        components=paid.components,
        adjustments=paid.adjustments,
        unpaid=paid.unpaid,
    )
