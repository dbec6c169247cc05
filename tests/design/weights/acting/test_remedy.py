"""From agreed weights to what does it: stages on the same rows, known answers, costs, and what is refused."""

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

import toolkit as tk
from tests.design.weights.acting.planted import exact, planted, roster
from toolkit.appraise.appraisal import settle
from toolkit.assets import asset
from toolkit.design.weights.acting.history import History, history
from toolkit.design.weights.acting.remedy import Remedies, remedies
from toolkit.design.weights.acting.shares import REST
from toolkit.design.weights.acting.stages import settled_again, stage
from toolkit.design.weights.settle.bounds import Bounds
from toolkit.errors import DataError, NotEnoughData, SchemeError
from toolkit.language import describe
from toolkit.scheme.change import replace_at

WEIGHTS = {"revenue": 0.5, "visits": 0.3, "win": 0.2}
MIXED = np.array([[0.0144, 0.003, 0], [0.003, 0.0036, -0.0005], [0, -0.0005, 0.0025]])


def made(covariance: np.ndarray = MIXED, weights: dict[str, float] = WEIGHTS, **parts: Any) -> History:
    return history(planted(1 + exact(covariance), weights, **parts), "planted")


@pytest.fixture(scope="module")
def sample() -> History:
    client = tk.load_engagement(asset("templates", "engagements", "manufacturer"))
    return history(settle(client), "field_sales")


@pytest.fixture(scope="module")
def found(sample: History) -> Remedies:
    return remedies(sample)


def codes(result: Remedies) -> list[str]:
    return [note.code for note in result.notes]


def test_the_sample_is_far_from_what_was_agreed(found: Remedies) -> None:
    """40/20/20/20 were agreed; revenue and conversion make nearly all of the differences."""
    shares = found.stages[0].shares
    assert shares.value == pytest.approx([0.632, -0.011, 0.328, 0.051], abs=5e-4)
    assert (shares.n, shares.people) == (70, 12)
    assert found.stages[0].gap == pytest.approx(0.232, abs=5e-4)  # revenue
    assert [s.name for s in found.stages] == ["agreed", "ranges", "weights", "steps"]


def test_each_stage_is_settled_again_from_actuals_to_payouts(sample: History, found: Remedies) -> None:
    """The last stage's scheme put in place in the client's own files gives the stage's numbers."""
    last = found.stages[-1]
    changes: dict[str, Any] = {f"field_sales.measures.{n}.scoring": rule for n, rule in last.scoring.items()}
    weights = dict(zip(found.measures, last.weights, strict=True))
    changes |= {f"field_sales.measures.{n}.weight": float(w) for n, w in weights.items()}
    appraisal = sample.appraisal
    after = settle(appraisal.client, replace_at(appraisal.schemes, changes), appraisal.records)
    scores = after.scores[after.scores["scheme"].str.startswith("field_sales")]
    months = scores[~scores["period"].str.contains("Q")]
    assert months["points_total"].mean() == pytest.approx(last.mean_score)
    paid = after.payouts[after.payouts["scheme"].str.startswith("field_sales")].astype(
        {"payout": "float64", "target_incentive": "float64"}
    )
    assert (paid["payout"] / paid["target_incentive"]).mean() == pytest.approx(last.mean_payout)


def test_rows_are_the_same_at_every_stage(sample: History, found: Remedies) -> None:
    for one in found.stages:
        assert (one.shares.n, one.shares.people) == (70, 12)
        assert one.pay_shares is not None and one.pay_shares.n == 24
        assert one.parts == (*sample.names, REST)
        assert (one.shares.low <= one.shares.value).all() and (one.shares.value <= one.shares.high).all()
    again = settled_again(sample, np.full(4, 0.25))
    pd.testing.assert_index_equal(again.scores.index, sample.scores.index)
    pd.testing.assert_frame_equal(settled_again(sample).scores, sample.scores)


def test_every_stage_of_the_sample_keeps_its_rules(found: Remedies) -> None:
    agreed, _, weighed, steps = found.stages
    for one in (weighed, steps):
        assert one.weights.sum() == pytest.approx(1)
        assert one.weights[0] >= one.weights[1:].max() - 1e-9  # 40 before 20, 20, 20
        assert one.weights.min() >= 0.05 and one.weights.max() <= 0.5
    assert steps.weights * 20 == pytest.approx(np.round(steps.weights * 20))
    assert weighed.gap < found.stages[1].gap < agreed.gap
    assert found.nearest is weighed and found.gap == steps.gap


def test_never_raised_neither_by_weight_nor_by_range(sample: History) -> None:
    result = remedies(sample, never_raise=["satisfaction", "visits"])
    for one in result.stages:
        weights = dict(zip(result.measures, one.weights, strict=True))
        factors = dict(zip(result.measures, one.factors, strict=True))
        for name in ("satisfaction", "visits"):
            assert weights[name] <= 0.2 + 1e-9 and factors[name] <= 1
    assert "weights.held" in codes(result) and "weights.not_reached" in codes(result)
    why = result.ranges.set_index("measure")["why"]
    assert why["satisfaction"] == "widen_only"


def test_a_known_answer_without_ranges() -> None:
    """Nothing goes together: a share is (w s)² ÷ Σ, so the weights are √share ÷ s, made to sum to 1."""
    spreads = np.array([0.10, 0.08, 0.05])
    result = remedies(made(np.diag(spreads**2)), limit=1.0, keep_order=False, bounds=Bounds.between(3))
    wanted = np.sqrt(list(WEIGHTS.values())) / spreads
    assert [s.name for s in result.stages] == ["agreed", "weights", "steps"]
    assert result.stages[1].weights == pytest.approx(wanted / wanted.sum(), abs=1e-6)
    assert result.stages[1].gap < 1e-6 and result.stages[1].reached
    assert set(result.ranges["why"]) == {"kept"}


def test_a_known_answer_by_ranges() -> None:
    """Planted so that narrowing one range by 1.6 makes every share the agreed weight."""
    spreads = 0.05 / np.sqrt(list(WEIGHTS.values())) / np.array([1, 1.6, 1])
    result = remedies(made(np.diag(spreads**2)))
    ranges = next(s for s in result.stages if s.name == "ranges")
    assert ranges.reached and ranges.factors[1] / ranges.factors[[0, 2]] == pytest.approx([1.6, 1.6], rel=0.1)


def test_another_target_than_the_agreed_weights() -> None:
    target = np.array([1.0, 1.0, 1.0])
    result = remedies(made(), target=target, keep_order=False, bounds=Bounds.between(3))
    weighed = next(s for s in result.stages if s.name == "weights")
    assert result.target == pytest.approx([1 / 3] * 3)
    assert weighed.shares.value == pytest.approx([1 / 3] * 3, abs=1e-6)


def test_what_acts_as_agreed_is_left_alone() -> None:
    spreads = 0.05 / np.sqrt(list(WEIGHTS.values()))
    result = remedies(made(np.diag(spreads**2)))
    assert result.stages[0].reached and "ranges" not in [s.name for s in result.stages]
    assert result.stages[-1].weights == pytest.approx([0.5, 0.3, 0.2])
    assert result.notes == ()


def test_a_measure_that_does_not_vary_is_named_and_keeps_its_weight() -> None:
    covariance = np.diag([0.01, 0.01, 0.01])
    attainment = 1 + exact(covariance)
    attainment[:, :, 1] = 1.0
    result = remedies(history(planted(attainment, WEIGHTS), "planted"))
    assert result.notes[0].code == "weights.constant" and result.notes[0].value == "visits"
    for one in result.stages:
        assert one.shares.value[1] == 0 and one.weights[1] == pytest.approx(0.3)
    assert "weights.not_reached" in codes(result)


def test_collinear_measures_are_named_and_not_weighed() -> None:
    attainment = 1 + exact(np.diag([0.01, 0.01, 0.01]))
    attainment[:, :, 2] = attainment[:, :, 0]
    result = remedies(history(planted(attainment, WEIGHTS), "planted"), limit=1)
    named = [note.value for note in result.notes if note.code == "weights.collinear"]
    assert named == ["revenue, win"] and [s.name for s in result.stages] == ["agreed"]


def test_a_negative_share_says_what_it_means() -> None:
    against = np.array([[0.02, 0, -0.012], [0, 0.02, 0], [-0.012, 0, 0.01]])
    notes = [note for note in remedies(made(against)).notes if note.value == "win"]
    assert [note.code for note in notes] == ["weights.moves_against"]
    assert "lower in total" in describe(notes[0], "en") and "反向" in describe(notes[0], "zh")


def test_ranges_that_cannot_move_are_named_with_their_kind() -> None:
    rank = {"rank": {"best": 150, "step": 10}}
    result = remedies(made(scoring={"visits": rank}))
    row = result.ranges.set_index("measure").loc["visits"]
    assert row["why"] == "rank" and row["factor"] == 1 and row["before"] is None
    assert [note.value for note in result.notes if note.code == "weights.range_fixed"] == ["visits"]


def test_ranges_before_and_after_are_on_the_100_point_scale(found: Remedies) -> None:
    row = found.ranges.set_index("measure").loc["satisfaction"]
    assert row["before"] == ((6.5, 40), (7.5, 80), (8.2, 100), (9.0, 120))
    assert row["after"] == ((7.35, 40), (7.85, 80), (8.2, 100), (8.6, 120)) and row["why"] == "moved"


def test_what_the_bounds_do_not_allow_is_said_with_how_near_it_came() -> None:
    result = remedies(made(), bounds=Bounds.between(3, 0.3, 0.4), limit=1, keep_order=False)
    note = next(n for n in result.notes if n.code == "weights.not_reached")
    nearest = np.abs(result.nearest.shares.value - result.target)
    assert note.values["points"] == pytest.approx(100 * nearest.max(), abs=0.06)
    assert note.value == result.measures[int(nearest.argmax())]
    assert result.stages[1].binding and not result.nearest.reached


def test_steps_that_the_bounds_do_not_allow_are_said_and_the_weights_stand() -> None:
    narrow = Bounds(np.array([0.41, 0.30, 0.21]), np.array([0.44, 0.34, 0.26]))
    result = remedies(made(), bounds=narrow, keep_order=False)
    assert result.stages[-1].name == "weights" and narrow.keeps(result.stages[-1].weights)
    assert any(code.startswith("weights.step") or "step" in code for code in codes(result))


def test_without_pay_the_stages_say_why() -> None:
    people = roster(12, target_incentive=np.nan)
    past = history(planted(1 + exact(MIXED), WEIGHTS, people), "planted")
    one = stage("agreed", past, past.agreed)
    assert one.pay_shares is None and np.isnan(one.mean_payout)
    assert [p.code for p in one.pay_refused] == ["weights.nothing_paid"]


def test_shrinking_meets_the_target_only_nearly_on_the_rows() -> None:
    options: dict[str, Any] = {"limit": 1, "keep_order": False, "bounds": Bounds.between(3)}
    plain, shrunk = (remedies(made(), shrink=s, **options).stages[1] for s in (False, True))
    assert plain.gap < 1e-6 < shrunk.gap < 0.1


def test_every_note_is_said_in_both_languages(sample: History) -> None:
    result = remedies(sample, never_raise=["satisfaction"])
    for note in (*result.notes, *(b for s in result.stages for b in s.binding)):
        assert describe(note, "en") and describe(note, "zh")


@pytest.mark.parametrize(("people", "months"), [(9, 8), (11, 5)])
def test_below_the_gate_it_is_refused_and_the_agreed_stage_is_still_there(people: int, months: int) -> None:
    past = history(planted(1 + exact(MIXED, people, months), WEIGHTS), "planted")
    with pytest.raises(NotEnoughData) as caught:
        remedies(past)
    assert caught.value.problems[0].code == "weights.too_few_rows"
    assert stage("agreed", past, past.agreed).shares.value.sum() == pytest.approx(1)


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"never_raise": ["sales"]}, "weights.no_such_measure"),
        ({"keep": ["sales"]}, "weights.no_such_measure"),
        ({"target": np.array([0.5, 0.5, 0.0])}, "weights.target_not_positive"),
        ({"target": np.array([0.5, 0.5])}, "weights.not_covariance"),
    ],
)
def test_what_does_not_fit_is_refused(options: dict[str, Any], code: str) -> None:
    with pytest.raises(DataError) as caught:
        remedies(made(), **options)
    assert caught.value.problems[0].code == code


def test_bounds_that_contradict_the_agreed_order_are_refused() -> None:
    low, high = np.array([0.1, 0.4, 0.1]), np.array([0.3, 0.6, 0.5])  # revenue below visits
    with pytest.raises(DataError):
        remedies(made(), bounds=Bounds(low, high))


def test_equal_scores_are_refused() -> None:
    past = history(planted(np.ones((12, 6, 3)), WEIGHTS), "planted")
    with pytest.raises(NotEnoughData):
        remedies(past)


def test_weights_that_do_not_sum_to_1_are_no_scheme(sample: History) -> None:
    with pytest.raises(SchemeError):
        settled_again(sample, np.full(4, 0.3))


def test_another_scheme_than_the_historys_is_refused(sample: History) -> None:
    with pytest.raises(DataError):
        remedies(sample, replace(sample.scheme, version="2027-01"))
