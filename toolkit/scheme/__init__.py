"""The agreed document as plain, frozen, validated data: curves, scoring, pay; files and what-if."""

from toolkit.scheme.change import replace_at, reweight
from toolkit.scheme.curve import Curve
from toolkit.scheme.load import load_schemes, read_schemes, save_scheme
from toolkit.scheme.measure import Measure, Range, Target
from toolkit.scheme.pay import Gate, PayPlan, RatePlan
from toolkit.scheme.plain import build_scheme, plain
from toolkit.scheme.scheme import Effective, Scheme, Schemes
from toolkit.scheme.scoring import Bands, Deduct, Proportional, Scoring, ThresholdTargetExcellence

__all__ = [
    "Bands",
    "Curve",
    "Deduct",
    "Effective",
    "Gate",
    "Measure",
    "PayPlan",
    "Proportional",
    "Range",
    "RatePlan",
    "Scheme",
    "Schemes",
    "Scoring",
    "Target",
    "ThresholdTargetExcellence",
    "build_scheme",
    "load_schemes",
    "plain",
    "read_schemes",
    "replace_at",
    "reweight",
    "save_scheme",
]
