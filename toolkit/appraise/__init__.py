"""Targets applied, scorecards, scores and payouts, each a table whose every step is a column."""

from toolkit.appraise.attainment import attainment
from toolkit.appraise.commission import commission
from toolkit.appraise.grade import grade
from toolkit.appraise.pay import pay, statements
from toolkit.appraise.roster import assignments
from toolkit.appraise.score import score
from toolkit.appraise.targets import set_targets

__all__ = [
    "assignments",
    "attainment",
    "commission",
    "grade",
    "pay",
    "score",
    "set_targets",
    "statements",
]
