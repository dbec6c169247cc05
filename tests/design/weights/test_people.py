"""Forms turned into weights, the group's, and who differs from whom: numbers that can be done by hand."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.design.weights.forms import MEASURES, judgements, shared_out
from toolkit.design.weights.brief import WeightBrief
from toolkit.design.weights.people import Group, group_of, judges_of, unanswered

CONSISTENT = {("revenue", "visits"): 2, ("revenue", "conversion"): 4, ("revenue", "satisfaction"): 4}
CONSISTENT |= {("visits", "conversion"): 2, ("visits", "satisfaction"): 2, ("conversion", "satisfaction"): 1}
HALVES = [4 / 8, 2 / 8, 1 / 8, 1 / 8]
CIRCLE = {("revenue", "visits"): 5, ("visits", "conversion"): 5, ("conversion", "revenue"): 5}
CIRCLE |= {("satisfaction", "revenue"): 1, ("satisfaction", "visits"): 1, ("satisfaction", "conversion"): 1}


def weights_of(*form: Any) -> np.ndarray:
    (judge,) = judges_of(judgements(form), "field_sales", MEASURES)
    return judge.weights


def group(brief: WeightBrief, *forms: Any) -> Group:
    return group_of(judges_of(judgements(*forms), "field_sales", MEASURES), MEASURES, brief)


def test_every_method_gives_the_weights_that_were_meant() -> None:
    assert weights_of("a", "", "pairwise", CONSISTENT) == pytest.approx(HALVES)
    assert weights_of("a", "", "points", shared_out(40, 20, 30, 10)) == pytest.approx([0.4, 0.2, 0.3, 0.1])
    assert weights_of("a", "", "swing", shared_out(100, 50, 40, 10)) == pytest.approx([0.5, 0.25, 0.2, 0.05])
    centroid = [(1 + 1 / 2 + 1 / 3 + 1 / 4) / 4, (1 / 2 + 1 / 3 + 1 / 4) / 4, (1 / 3 + 1 / 4) / 4, 1 / 16]
    assert weights_of("a", "", "rank", shared_out(1, 2, 3, 4)) == pytest.approx(centroid)
    over, under = shared_out(1, 2, 4, 8), shared_out(8, 4, 2, 1)
    assert weights_of("a", "", "best_worst", (over, under)) == pytest.approx(np.array([8, 4, 2, 1]) / 15)


def test_missing_pairs_follow_from_the_others() -> None:
    chain = {("revenue", "visits"): 2, ("visits", "conversion"): 2, ("conversion", "satisfaction"): 1}
    assert weights_of("a", "", "pairwise", chain) == pytest.approx(HALVES, abs=1e-6)


def test_a_form_about_another_scheme_or_an_older_version() -> None:
    form = ("a", "", "points", shared_out(40, 20, 30, 10))
    assert judges_of(judgements(form, scheme="field_sales@2025-01"), "field_sales", MEASURES)
    assert judges_of(judgements(form, scheme="inside_sales@2026-01"), "field_sales", MEASURES) == []
    assert judges_of(judgements(), "field_sales", MEASURES) == []


def test_the_group_is_the_geometric_mean_of_those_who_count() -> None:
    forms = (("a", "", "points", shared_out(40, 40, 10, 10)), ("b", "", "points", shared_out(10, 10, 40, 40)))
    assert group(WeightBrief(), *forms).weights == pytest.approx([0.25] * 4)
    only = group(WeightBrief(shares={"b": 0.0}), *forms)
    assert only.weights == pytest.approx([0.4, 0.4, 0.1, 0.1])
    assert only.judges["share"].tolist() == [1.0, 0.0]  # shown, not counted
    twice = group(WeightBrief(shares={"a": 2.0}), *forms).weights  # 40² × 10 against 10² × 40, cube roots
    assert twice[0] / twice[2] == pytest.approx(4 ** (1 / 3))
    nobody = group(WeightBrief(shares={"a": 0.0, "b": 0.0}), *forms)
    assert np.isnan(nobody.weights).all() and len(nobody.judges) == 2


def test_who_contradicts_himself_is_shown_with_what_to_look_at_again() -> None:
    found = group(WeightBrief(), ("a", "", "pairwise", CONSISTENT), ("b", "", "pairwise", CIRCLE))
    judges = found.judges.set_index("respondent")
    assert judges["inconsistent"].to_dict() == {"a": False, "b": True}
    assert judges.loc["a", "consistency_ratio"] == pytest.approx(0, abs=1e-9)
    assert set(found.pairs["respondent"]) == {"b"} and len(found.pairs) <= 3
    assert (found.pairs["ratio_then"] < found.pairs["ratio_now"]).all()
    assert set(found.noise["respondent"]) == {"a", "b"} and (found.noise["low"] < found.noise["high"]).all()


def test_sides_stand_in_the_order_of_the_brief() -> None:
    """Directors give visits twice what representatives give, whatever the alphabet says of their names."""
    forms = [(f"d{i}", "director", "points", shared_out(40, 40 - i, 10, 10 + i)) for i in range(3)]
    forms += [(f"r{i}", "field_sales", "points", shared_out(40, 10 + i, 25, 25 - i)) for i in range(4)]
    brief = WeightBrief(sides={"the_board": ("director",), "field": ("field_sales",)})
    found = group(brief, *forms)
    visits = found.sides.set_index("measure").loc["visits"]
    assert visits["first"] > 2 * visits["second"] and visits["ratio"] > 2 and visits["apart"]
    assert list(found.judges["side"]) == ["the_board"] * 3 + ["field"] * 4
    turned = WeightBrief(sides={"field": ("field_sales",), "the_board": ("director",)})
    assert group(turned, *forms).sides.set_index("measure").loc["visits", "ratio"] < 0.5


def test_sides_that_are_too_few_or_absent_are_refused_in_words() -> None:
    forms = (("d", "director", "points", shared_out(40, 40, 10, 10)),)
    forms += (("r", "field_sales", "points", shared_out(40, 10, 25, 25)),)
    few = group(WeightBrief(sides={"a": ("director",), "b": ("field_sales",)}), *forms)
    assert ("sides", "weigh.few_on_side") in [(part, p.code) for part, p in few.refused]
    assert few.sides.empty  # no mean of fewer than three is shown
    absent = group(WeightBrief(sides={"a": ("director",), "b": ("hr",)}), *forms)
    assert ("sides", "weigh.nobody_on_side") in [(part, p.code) for part, p in absent.refused]
    assert absent.sides.empty


def test_one_judge_and_none() -> None:
    one = group(WeightBrief(), ("a", "", "points", shared_out(40, 20, 30, 10)))
    assert one.weights == pytest.approx([0.4, 0.2, 0.3, 0.1])
    assert one.agreement == {"judges": 1} and [part for part, _ in one.refused] == ["agreement"]
    none = group(WeightBrief())
    assert np.isnan(none.weights).all() and none.judges.empty and none.refused == ()
    assert {"revenue", "visits"} <= set(none.judges)


def test_a_measure_that_somebody_did_not_judge_counts_through_the_others() -> None:
    some = {("revenue", "visits"): 2.0, ("visits", "conversion"): 1.0}
    found = group(WeightBrief(), ("a", "", "pairwise", some), ("b", "", "points", shared_out(40, 20, 20, 20)))
    assert np.isnan(found.judges.loc[0, "satisfaction"])
    assert found.weights == pytest.approx([0.4, 0.2, 0.2, 0.2])


def test_a_measure_that_came_after_the_forms_is_refused_in_words() -> None:
    some = {("revenue", "visits"): 2.0, ("visits", "conversion"): 1.0}
    found = group(WeightBrief(), ("a", "", "pairwise", some), ("b", "", "pairwise", some))
    assert np.isnan(found.weights).all() and len(found.judges) == 2
    assert ("judges", "weights.group_apart") in [(part, p.code) for part, p in found.refused]


def test_whom_the_brief_names_without_a_form_is_told_and_stops_nothing() -> None:
    found = judgements(("S001", "field_sales", "points", shared_out(40, 20, 30, 10)))
    brief = WeightBrief(
        sides={"directors": ("M01",), "reps": ("field_sales",)}, shares={"S02": 2.0, "reps": 1.0}
    )
    assert unanswered(brief, found) == ("M01", "S02")
    assert unanswered(brief, judgements()) == ()  # nobody has answered yet: names may be right


def test_who_counts_nothing_is_shown_and_moves_neither_agreement_nor_sides() -> None:
    answers = [(f"r{i}", "reps", "points", shared_out(40 + i, 20 - i, 20, 20)) for i in range(3)]
    answers += [(f"d{i}", "directors", "points", shared_out(30 - i, 30 + i, 20, 20)) for i in range(3)]
    far = ("d9", "directors", "points", shared_out(5, 5, 5, 85))
    sides = {"reps": ("reps",), "directors": ("directors",)}
    without = group(WeightBrief(sides=sides), *answers)
    silent = group(WeightBrief(sides=sides, shares={"d9": 0.0}), *answers, far)
    assert len(silent.judges) == 7 and silent.agreement == without.agreement
    assert silent.weights == pytest.approx(without.weights)
    pd.testing.assert_frame_equal(silent.sides, without.sides)
    nobody = group(WeightBrief(shares={"reps": 0.0, "directors": 0.0}, sides=sides), *answers)
    assert np.isnan(nobody.weights).all()
    assert ("judges", "weigh.nobody_counts") in [(part, p.code) for part, p in nobody.refused]
