"""What the model is made of, what it refuses, and what it says where it cannot know."""

import dataclasses
import datetime as dt

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from tests.simulate.fit.planted import KPIS, Truth, months, ratios, schemes, scorecard
from toolkit.errors import NotEnoughData, SchemeError
from toolkit.language import describe
from toolkit.scheme.curve import Curve
from toolkit.scheme.measure import Range, Target
from toolkit.scheme.scheme import Schemes
from toolkit.scheme.scoring import Scoring
from toolkit.simulate.fit.shock import SCENARIO_PERSISTENCE, SCENARIO_SHOCK
from toolkit.simulate.model import AttainmentModel, fit_attainment


def codes(model: AttainmentModel) -> list[str]:
    return [note.code for note in model.notes]


def refused(error: pytest.ExceptionInfo[NotEnoughData]) -> list[str]:
    problems = error.value.problems
    assert all(describe(p, language) for p in problems for language in ("en", "zh"))
    return [p.code for p in problems]


def changed(k: int, all_schemes: Schemes, **change: object) -> Schemes:
    """The schemes with one measure changed."""
    one = next(iter(all_schemes))
    parts = list(one.measures)
    parts[k] = dataclasses.replace(parts[k], **change)
    return Schemes((dataclasses.replace(one, measures=tuple(parts)),), all_schemes.calendar, all_schemes.kpis)


ACTUAL = Scoring(curve=Curve("actual", ((0.5, 0.0), (1.5, 100.0))))
VALUES = ratios(Truth(24, 18), 1)


def test_the_order_of_rows_and_the_size_of_targets_change_nothing() -> None:
    card = scorecard(VALUES)
    one, shuffled = (fit_attainment(schemes(3), c) for c in (card, card.sample(frac=1, random_state=2)))
    large = fit_attainment(schemes(3), scorecard(VALUES, target=250_000.0))
    for name in ("mu", "sigma", "loading", "persistence", "dependence", "market", "table", "shares"):
        assert np.array_equal(getattr(one, name), getattr(shuffled, name))
        assert getattr(large, name) == pytest.approx(getattr(one, name), rel=1e-6)
    assert one.participants == tuple(sorted(one.participants)) and one.periods == tuple(months(18))


def test_the_table_of_diagnostics() -> None:
    model = fit_attainment(schemes(3), scorecard(VALUES))
    table = model.fit.set_index("measure")
    logs = VALUES[:, :, 1]
    assert table.loc["m1", ["n", "people", "periods"]].tolist() == [432, 24, 18]
    assert table.loc["m1", "mean"] == pytest.approx(logs.mean())
    assert table.loc["m1", "cv"] == pytest.approx(logs.std(ddof=1) / logs.mean())
    assert (table["persistence_low"] <= table["persistence"]).all()
    assert (table["loading"] <= table["loading_high"]).all() and (table["basis"] == "fitted").all()
    assert table["pit_distance"].between(0, 0.1).all() and table["kpi"].tolist() == list(KPIS[:3])


def test_observed_and_drawn_quantiles_lie_on_a_line() -> None:
    table = fit_attainment(schemes(3), scorecard(VALUES)).quantiles(19)
    assert len(table) == 57 and (table["probability"] < 1).all()
    seen = np.quantile(VALUES[:, :, 0], 0.5)
    assert table.query("measure == 'm0' and probability == 0.5")["observed"].item() == pytest.approx(seen)
    assert (table["drawn"] / table["observed"] - 1).abs().max() < 0.08


def test_no_history_is_refused() -> None:
    card = scorecard(VALUES)
    quarters = card.assign(period="2026-Q1")
    for rows in (card.iloc[:0], card.assign(scheme="other@1"), quarters):
        with pytest.raises(NotEnoughData) as error:
            fit_attainment(schemes(3), rows)
        assert refused(error) == ["simulate.no_history"]
    with pytest.raises(NotEnoughData) as error:
        fit_attainment(Schemes((), schemes(3).calendar, schemes(3).kpis), card)
    assert refused(error) == ["simulate.no_history"]
    with pytest.raises(SchemeError):
        fit_attainment(schemes(3), card, scheme="nobody")


def test_people_employed_for_part_of_every_period_are_no_history() -> None:
    with pytest.raises(NotEnoughData) as error:
        fit_attainment(schemes(3), scorecard(VALUES).assign(exposure=0.5))
    assert refused(error) == ["simulate.no_history"]


def test_one_period_is_refused() -> None:
    with pytest.raises(NotEnoughData) as error:
        fit_attainment(schemes(3), scorecard(VALUES[:, :1]))
    assert refused(error) == ["simulate.one_period"]


def test_measures_without_numbers_are_refused_all_at_once() -> None:
    values = VALUES.copy()
    values[:, :, 1], values[:, 1:, 2] = np.nan, np.nan
    with pytest.raises(NotEnoughData) as error:
        fit_attainment(schemes(3), scorecard(values))
    assert [(p.code, p.column) for p in error.value.problems] == [
        ("simulate.measure_without_history", "measures.m1"),
        ("simulate.measure_without_history", "measures.m2"),
    ]
    with pytest.raises(NotEnoughData):
        fit_attainment(schemes(3), scorecard(VALUES).assign(target=0.0))


def test_a_measure_that_never_differs_is_held_and_said() -> None:
    for constant in (1.1, 0.0, -0.3):
        values = VALUES.copy()
        values[:, :, 1] = constant
        model = fit_attainment(schemes(3), scorecard(values))
        assert model.basis == ("fitted", "constant", "fitted") and codes(model) == ["simulate.constant"]
        drawn = model.reached(np.random.default_rng(1).standard_normal((50, 24, 3)))
        assert drawn[:, :, 1] == pytest.approx(constant)
        assert np.isfinite(model.at("high").reached(np.zeros((24, 3)))).all()
    with pytest.raises(NotEnoughData) as error:
        fit_attainment(schemes(3), scorecard(np.ones_like(VALUES)))
    assert refused(error) == ["simulate.no_spread"]


def test_perfectly_correlated_measures_are_drawn_as_one_and_said() -> None:
    values = VALUES.copy()
    values[:, :, 2] = 0.5 * values[:, :, 0] ** 2
    model = fit_attainment(schemes(3), scorecard(values))
    assert codes(model) == ["simulate.same_numbers"]
    assert model.dependence[0, 2] > 0.99 and np.linalg.eigvalsh(model.dependence)[0] > 0


def test_too_few_periods_are_a_stated_range() -> None:
    model = fit_attainment(schemes(3), scorecard(VALUES[:, :6]))
    assert model.basis == ("scenario",) * 3 and codes(model).count("simulate.scenario_shock") == 3
    ends = np.stack([model.loading_low, model.loading, model.loading_high], axis=1)
    assert ends.tolist() == [list(SCENARIO_SHOCK)] * 3
    assert model.market.tolist() == np.eye(3).tolist()
    note = next(n for n in model.notes if n.code == "simulate.scenario_shock")
    for language, word in (("en", "scenario"), ("zh", "情景")):
        said = describe(note, language)
        assert word in said and all(str(x) in said for x in (*SCENARIO_SHOCK, 144, 6, 8, 30))


def test_three_periods_do_not_tell_persistence_either() -> None:
    model = fit_attainment(schemes(3), scorecard(VALUES[:, :3]))
    assert model.persistence.tolist() == [SCENARIO_PERSISTENCE[1]] * 3
    assert codes(model).count("simulate.scenario_persistence") == 3
    assert model.group_sigma == pytest.approx(0.3, abs=0.1)


def test_eight_periods_of_few_people_are_a_range_too() -> None:
    model = fit_attainment(schemes(3), scorecard(VALUES[:3, :9]))
    assert set(model.basis) == {"scenario"}
    alone = fit_attainment(schemes(3), scorecard(VALUES[:1]))
    assert set(alone.basis) == {"scenario"} and np.isfinite(alone.sigma).all() and (alone.sigma > 0.1).all()


def test_low_and_high_keep_what_people_vary_by_of_their_own() -> None:
    model = fit_attainment(schemes(3), scorecard(VALUES))
    assert model.at("central") is model
    for which in ("low", "high"):
        other = model.at(which)
        assert other.loading.tolist() == getattr(model, f"loading_{which}").tolist()
        assert other.persistence.tolist() == getattr(model, f"persistence_{which}").tolist()
        own, theirs = (m.sigma * np.sqrt(1 - m.loading**2) for m in (model, other))
        assert theirs == pytest.approx(own)
    with pytest.raises(ValueError, match="highest"):
        model.at("highest")


def test_people_in_another_order_and_newcomers() -> None:
    model = fit_attainment(schemes(3), scorecard(VALUES))
    asked = [model.participants[3], "new", model.participants[0]]
    found = model.for_people(asked)
    assert found.participants == tuple(asked) and found.mu.shape == (3, 3)
    assert found.mu[2].tolist() == model.mu[0].tolist() and found.sigma[0].tolist() == model.sigma[3].tolist()
    assert found.mu[1].tolist() == model.group_mu.tolist()
    assert found.unit.tolist() == [[0] * 3, [1] * 3, [2] * 3]
    assert codes(found)[-1] == "simulate.newcomers" and np.isnan(found.observed[1]).all()
    with pytest.raises(NotEnoughData) as error:
        model.for_people([])
    assert refused(error) == ["simulate.nobody"]


def test_negative_numbers_are_drawn_as_observed() -> None:
    values = VALUES.copy()
    values[:, :, 0] -= 1.0
    model = fit_attainment(schemes(3), scorecard(values))
    assert model.kind == ("empirical", "lognormal", "lognormal") and model.zero_below[0] == -np.inf
    drawn = model.reached(np.random.default_rng(1).standard_normal((300, 24, 3)))[:, :, 0]
    assert (drawn < 0).mean() == pytest.approx((values[:, :, 0] < 0).mean(), abs=0.03)
    assert drawn.min() >= values[:, :, 0].min()


def test_lower_is_better_is_drawn_as_actual_over_target() -> None:
    """The scheme's direction is applied to what is drawn, so the fit does not know it."""
    lower = changed(0, schemes(3), kpi="complaint_rate")
    assert lower.kpis["complaint_rate"].direction == "lower"
    model, higher = (fit_attainment(s, scorecard(VALUES)) for s in (lower, schemes(3)))
    assert model.draws[0] == "ratio" and model.mu.tolist() == higher.mu.tolist()


def test_a_measure_without_a_target_draws_the_actual() -> None:
    no_target = changed(2, schemes(3), target=None, scoring=ACTUAL)
    values = VALUES.copy()
    values[:, :, 2] *= 8
    card = scorecard(values)
    card.loc[card["measure"] == "m2", "target"] = np.nan
    model = fit_attainment(no_target, card)
    assert model.draws == ("ratio", "ratio", "actual")
    assert model.reached(np.zeros((24, 3)))[:, 2].mean() == pytest.approx(8, rel=0.15)


def test_a_measure_from_a_floor_draws_its_attainment() -> None:
    ranged = changed(1, schemes(3), attainment=Range(-100.0), target=Target(fixed=-20.0))
    card = scorecard(VALUES)
    ours = card["measure"] == "m1"
    card["attainment"] = card["actual"]
    card.loc[ours, ["target", "actual"]] = [-20.0, -50.0]
    model = fit_attainment(ranged, card)
    assert model.draws[1] == "attainment" and model.observed[:, :, 1] == pytest.approx(VALUES[:, :, 1])


def test_the_companys_number_is_all_common_shock() -> None:
    company = changed(1, schemes(3), level="company")
    values = VALUES.copy()
    values[:, :, 1] = values[0, :, 1]
    model = fit_attainment(company, scorecard(values))
    assert model.basis[1] == "shared" and model.loading[1] == 1 and "simulate.shared_value" in codes(model)
    assert model.sigma[:, 1] == pytest.approx(np.log(values[0, :, 1]).std(ddof=1))
    assert set(model.unit[:, 1]) == {0} and model.at("high").loading[1] == 1


def test_a_teams_number_is_fitted_once_a_team() -> None:
    teams = changed(1, schemes(3), level="team")
    values = np.repeat(VALUES, 3, axis=0)
    rng = np.random.default_rng(1)
    values[:, :, [0, 2]] *= np.exp(0.1 * rng.standard_normal((72, 18, 2)))
    model = fit_attainment(teams, scorecard(values))
    plain = fit_attainment(schemes(3), scorecard(VALUES))
    assert model.loading[1] == pytest.approx(plain.loading[1])
    assert model.sigma[::3, 1] == pytest.approx(plain.sigma[:, 1])
    assert model.unit[:, 1].tolist() == (np.arange(72) // 3 * 3).tolist()
    assert model.unit[:, 0].tolist() == list(range(72))


def test_missing_numbers_are_told() -> None:
    values = VALUES.copy()
    values[np.random.default_rng(2).random(values.shape[:2]) < 0.2, 1] = np.nan
    model = fit_attainment(schemes(3), scorecard(values))
    assert codes(model) == ["simulate.often_missing"]
    assert model.fit["missing"][1] == pytest.approx(np.isnan(values[:, :, 1]).mean())
    assert model.persistence[1] == pytest.approx(0.4, abs=0.2)


def test_shocks_that_come_in_runs_are_told() -> None:
    wave = np.exp(0.4 * np.sin(np.arange(36) / 4))
    model = fit_attainment(schemes(3), scorecard(ratios(Truth(30, 36), 2) * wave[None, :, None]))
    assert codes(model).count("simulate.market_persists") == 3
    assert all(describe(note, "zh") for note in model.notes)


def test_few_numbers_with_zeros_are_told() -> None:
    values = VALUES[:4, :6].copy()
    values[0, 0, 0] = 0.0
    model = fit_attainment(schemes(3), scorecard(values))
    assert "simulate.few_values" in codes(model) and model.kind[0] == "empirical"


def test_the_scheme_that_starts_last_is_taken_and_said() -> None:
    one = next(iter(schemes(3)))
    later = dataclasses.replace(one, version="2027-01", effective=type(one.effective)(dt.date(2027, 1, 1)))
    both = Schemes((one, later), schemes(3).calendar, schemes(3).kpis)
    model = fit_attainment(both, scorecard(VALUES))  # the same measures: one history
    assert model.scheme == "field_sales@2027-01" and codes(model) == ["simulate.scheme_taken"]
    named = fit_attainment(both, scorecard(VALUES), scheme="field_sales@2026-01")
    assert named.scheme == "field_sales@2026-01" and not named.notes
    assert named.mu.tolist() == model.mu.tolist()


def test_pay_periods_are_made_of_months_by_the_kpis_kind() -> None:
    card = scorecard(VALUES)
    month = card["period"].str[-2:].astype(int)
    card["target"] = 1.0 + (month % 3 == 0)  # the third month of a quarter owes twice as much
    model = fit_attainment(schemes(3), card)
    assert model.combine == ("sum", "sum", "mean")
    assert model.shares[0] == pytest.approx([0.25, 0.25, 0.5])
    assert model.shares[2] == pytest.approx([1 / 3] * 3)


def test_a_gap_between_periods_is_kept() -> None:
    card = scorecard(VALUES)
    model = fit_attainment(schemes(3), card[card["period"] != "2023-05"])
    assert model.periods == tuple(months(18)) and np.isnan(model.observed[:, 4]).all()
    assert model.fit["periods"].tolist() == [17] * 3


def test_a_named_history_ranks_people_as_they_were() -> None:
    model = fit_attainment(schemes(3), scorecard(VALUES))
    own = pd.Series(np.log(VALUES[:, :, 0]).mean(axis=1))
    assert stats.spearmanr(model.mu[:, 0], own).statistic == pytest.approx(1.0)


def test_quarters_that_are_scored_are_those_that_are_paid() -> None:
    quarterly = schemes(3, score_every="quarter", pay_every="quarter")
    card = scorecard(VALUES[:, :12])
    names = {m: f"{2023 + i // 4}-Q{i % 4 + 1}" for i, m in enumerate(months(12))}
    model = fit_attainment(quarterly, card.assign(period=card["period"].map(names)))
    assert model.grain == "quarter" and model.shares.tolist() == [[1.0]] * 3
    assert model.periods == tuple(names.values()) and set(model.basis) == {"fitted"}
