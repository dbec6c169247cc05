"""What weights must keep to, from a brief."""

import dataclasses

import numpy as np
import pytest

from toolkit.design.weights.brief import Limits, WeightBrief
from toolkit.design.weights.limits import bounds_of
from toolkit.errors import DataError
from toolkit.scheme.example import example_schemes

SCHEMES = example_schemes()
SCHEME = SCHEMES["field_sales"]
NAMES = [m.name for m in SCHEME.measures if m.weight > 0]
AGREED = np.array([m.weight for m in SCHEME.measures if m.weight > 0])


def test_defaults_make_room_for_what_was_agreed() -> None:
    """The example's 60 % is over the rule of thumb of 50 %: it was agreed, so it may stay."""
    assert AGREED.tolist() == [0.6, 0.2, 0.2]
    bounds = bounds_of(WeightBrief(), SCHEME, SCHEMES.kpis)
    assert bounds.low.tolist() == [0.05] * 3 and bounds.high.tolist() == [0.6, 0.5, 0.5]
    assert bounds.keeps(AGREED) and bounds.order == ((0, 1), (0, 2)) and bounds.at_most is None


def test_own_limits_hold_as_they_stand() -> None:
    brief = WeightBrief(bounds=Limits(measures={NAMES[0]: (0.3, 0.5)}), keep_order=False)
    bounds = bounds_of(brief, SCHEME, SCHEMES.kpis)
    assert bounds.high[0] == 0.5 and not bounds.keeps(AGREED) and bounds.order == ()


def test_categories_become_groups() -> None:
    kind = SCHEMES.kpis[SCHEME.measures[0].kpi].category
    brief = WeightBrief(bounds=Limits(categories={kind: (0.1, 0.7)}))
    ((mask, least, most),) = bounds_of(brief, SCHEME, SCHEMES.kpis).groups
    assert mask[0] and (least, most) == (0.1, 0.7)


def test_a_warning_is_a_limit_at_what_was_agreed() -> None:
    bounds = bounds_of(WeightBrief(never_raise=(NAMES[1],)), SCHEME, SCHEMES.kpis, {NAMES[2]})
    assert np.isnan(bounds.at_most[0]) and bounds.at_most[1:].tolist() == [0.2, 0.2]  # type: ignore[index]


def test_an_order_of_ones_own() -> None:
    turned = tuple(reversed(NAMES))
    assert bounds_of(WeightBrief(keep_order=turned), SCHEME, SCHEMES.kpis).order == ((2, 1), (1, 0))
    with pytest.raises(DataError) as caught:
        bounds_of(WeightBrief(keep_order=tuple(NAMES[:2])), SCHEME, SCHEMES.kpis)
    assert [(p.code, p.value) for p in caught.value.problems] == [("weigh.order_partial", NAMES[2])]


def test_wishes_that_contradict_each_other_are_named() -> None:
    brief = WeightBrief(bounds=Limits(measures=dict.fromkeys(NAMES, (0.4, 0.6))))
    with pytest.raises(DataError) as caught:
        bounds_of(brief, SCHEME, SCHEMES.kpis)
    assert {p.where for p in caught.value.problems} == {"weight_brief.yaml"}
    assert "weights.bounds_above" in [p.code for p in caught.value.problems]


def test_a_measure_without_a_weight_takes_no_part() -> None:
    gate = dataclasses.replace(SCHEME.measures[-1], name="gate_only", weight=0.0)
    scheme = dataclasses.replace(SCHEME, measures=(*SCHEME.measures, gate))
    assert bounds_of(WeightBrief(), scheme, SCHEMES.kpis).names == tuple(NAMES)
