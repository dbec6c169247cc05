"""The agreed document as plain, frozen, validated data: curves, scoring, pay; files and what-if."""

from toolkit.scheme.change import replace_at, reweight
from toolkit.scheme.curve import Curve
from toolkit.scheme.grades import Grades
from toolkit.scheme.items import Item, ItemLimits, Veto
from toolkit.scheme.load import load_schemes, read_schemes, save_scheme
from toolkit.scheme.matrix import Matrix
from toolkit.scheme.measure import Measure, Range, Target
from toolkit.scheme.parts import (
    Caps,
    Clawback,
    Gate,
    Guarantee,
    Holdback,
    MeasurePay,
    Modifier,
    Pool,
    ShareOfBase,
)
from toolkit.scheme.pay import PayPlan
from toolkit.scheme.plain import build_scheme, plain
from toolkit.scheme.rates import RatePlan
from toolkit.scheme.rules import Bands, Deduct, PlusMinus, Proportional, Rating, ThresholdTargetExcellence
from toolkit.scheme.scheme import Effective, Scheme, Schemes
from toolkit.scheme.scoring import Rank, Scoring

__all__ = [
    "Bands",
    "Caps",
    "Clawback",
    "Curve",
    "Deduct",
    "Effective",
    "Gate",
    "Grades",
    "Guarantee",
    "Holdback",
    "Item",
    "ItemLimits",
    "Matrix",
    "Measure",
    "MeasurePay",
    "Modifier",
    "PayPlan",
    "PlusMinus",
    "Pool",
    "Proportional",
    "Range",
    "Rank",
    "RatePlan",
    "Rating",
    "Scheme",
    "Schemes",
    "Scoring",
    "ShareOfBase",
    "Target",
    "ThresholdTargetExcellence",
    "Veto",
    "build_scheme",
    "load_schemes",
    "plain",
    "read_schemes",
    "replace_at",
    "reweight",
    "save_scheme",
]
