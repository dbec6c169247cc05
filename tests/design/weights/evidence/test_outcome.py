"""Shapley shares of R² against every order written out and statsmodels; simulated truth; the gate."""

import itertools

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from toolkit.design.weights.evidence.outcome import LEAST_PEOPLE, LEAST_ROWS, lmg, outcome_shares
from toolkit.errors import DataError, NotEnoughData
from toolkit.language import LANGUAGES, describe

SLOPES = np.array([0.3, 0.2, 0.1])
LINKED = np.array([[1, 0.6, 0.3], [0.6, 1, 0.3], [0.3, 0.3, 1]])
NOISE = np.sqrt(1 - SLOPES @ LINKED @ SLOPES)  # so that the outcome's variance is 1


def r2(x: np.ndarray, y: np.ndarray) -> float:
    return sm.OLS(y, sm.add_constant(x)).fit().rsquared if x.shape[1] else 0.0


def by_orders(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """The mean of what each column adds to statsmodels' R², over all orders of entering."""
    k = x.shape[1]
    added = np.zeros(k)
    orders = list(itertools.permutations(range(k)))
    for order in orders:
        for place, j in enumerate(order):
            added[j] += r2(x[:, order[: place + 1]], y) - r2(x[:, order[:place]], y)
    return added / len(orders)


def sample(seed: int, people: int = 20, months: int = 12, k: int = 3) -> tuple[np.ndarray, ...]:
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(people * months, k)) @ np.linalg.cholesky(0.5 * np.eye(k) + 0.5).T
    y = x @ np.linspace(0.5, 0.1, k) + rng.normal(size=len(x))
    return x * np.logspace(0, 6, k) + 50, y, np.repeat(np.arange(people), months)


@pytest.mark.parametrize("k", [1, 2, 3, 4])
def test_shares_against_every_order_of_entering(k: int) -> None:
    x, y, people = sample(k, k=k)
    found, whole = outcome_shares(x, y, people), by_orders(x, y)
    assert found.weights * found.r2 == pytest.approx(whole, abs=1e-10)
    assert found.r2 == pytest.approx(r2(x, y), abs=1e-10) and found.weights.sum() == pytest.approx(1)


def test_the_interval_against_leaving_people_out_by_hand() -> None:
    x, y, people = sample(7, people=16, months=8)
    found = outcome_shares(x, y, people)
    without = []
    for person in range(16):
        others = people != person
        shares = by_orders(x[others], y[others])
        without.append(shares / shares.sum())
    centred = np.array(without) - np.mean(without, axis=0)
    reach = 1.753050 * np.sqrt(15 / 16 * (centred**2).sum(axis=0))  # t table: 15 df, 95 %
    assert found.high == pytest.approx(np.minimum(found.weights + reach, 1), abs=1e-6)
    assert found.low == pytest.approx(np.maximum(found.weights - reach, 0), abs=1e-6)


def test_the_order_of_rows_and_the_people_s_names_do_not_matter() -> None:
    x, y, people = sample(8)
    shuffled = np.random.default_rng(1).permutation(len(y))
    named = np.array([f"rep {19 - p}" for p in people])
    one, other = outcome_shares(x, y, people), outcome_shares(x[shuffled], y[shuffled], named[shuffled])
    assert other.weights == pytest.approx(one.weights) and other.low == pytest.approx(one.low)


def test_many_people_are_left_out_in_blocks_without_a_trace() -> None:
    x, y, people = sample(9, people=130, months=2)
    found = outcome_shares(x, y, people)
    others = people != 129
    alone = outcome_shares(x[others], y[others], people[others])
    assert alone.people == 129 and alone.weights == pytest.approx(found.weights, abs=0.02)
    assert (found.low < found.weights).all() and (found.weights < found.high).all()


def test_twelve_kpis_add_up_and_thirteen_are_refused() -> None:
    x, y, people = sample(10, k=12)
    found = outcome_shares(x, y, people)
    assert found.r2 == pytest.approx(r2(x, y), abs=1e-9) and found.weights.sum() == pytest.approx(1)
    with pytest.raises(DataError) as refused:
        outcome_shares(np.column_stack([x, y]), y, people)
    assert refused.value.problems[0].code == "weights.outcome_kpis"


def test_the_same_kpi_twice_shares_evenly_and_it_is_said() -> None:
    x, y, people = sample(11)
    twice = pd.DataFrame(x, columns=["a", "b", "c"]).assign(again=lambda t: 7 - 3 * t["a"])
    found = outcome_shares(twice, y, people)
    assert found.weights[0] == pytest.approx(found.weights[3], abs=1e-9)
    assert found.r2 == pytest.approx(r2(x, y), abs=1e-9)
    assert [note.code for note in found.notes] == ["weights.collinear_kpis"]
    assert all("a + again" in describe(found.notes[0], language) for language in LANGUAGES)


@pytest.mark.filterwarnings("ignore:The design matrix is rank-deficient")
def test_a_sum_of_two_kpis_beside_them_is_split_as_over_all_orders() -> None:
    x, y, people = sample(12)
    x = (x - x.mean(axis=0)) / x.std(axis=0)
    found = outcome_shares(np.column_stack([x[:, :2], x[:, 0] + x[:, 1]]), y, people)
    expected = by_orders(np.column_stack([x[:, :2], x[:, 0] + x[:, 1]]), y)  # statsmodels uses the pinv
    assert found.weights * found.r2 == pytest.approx(expected, abs=1e-8)
    assert describe(found.notes[0]).startswith("«1 + 2 + 3» determine each other")


def test_a_constant_kpi_gets_nothing_and_blanks_drop_out() -> None:
    x, y, people = sample(13)
    wider = np.column_stack([x, np.full(len(x), 0.3)])
    wider[0, 1], y[5] = np.nan, np.nan
    found = outcome_shares(wider, y, people)
    whole = np.delete(np.arange(len(y)), [0, 5])
    assert (found.dropped, found.n, found.people, found.weights[3]) == (2, 238, 20, 0)
    assert found.weights[:3] == pytest.approx(outcome_shares(x[whole], y[whole], people[whole]).weights)
    assert [note.code for note in found.notes] == ["weights.constant_kpi"]


def test_kpis_that_went_against_the_outcome_are_marked() -> None:
    rng = np.random.default_rng(14)
    x = rng.normal(size=(240, 2))
    found = outcome_shares(x, x[:, 0] - 0.5 * x[:, 1] + rng.normal(size=240), np.repeat(np.arange(20), 12))
    assert found.negative.tolist() == [False, True]


def test_below_the_gate_nothing_is_said() -> None:
    x, y, people = sample(15, people=15, months=8)
    assert outcome_shares(x, y, people).n == LEAST_ROWS and len(set(people)) == LEAST_PEOPLE
    for rows, by in ((slice(1, None), people), (slice(None), np.minimum(people, 13))):
        with pytest.raises(NotEnoughData) as refused:
            outcome_shares(x[rows], y[rows], by[rows])
        assert refused.value.problems[0].code == "weights.few_outcomes"


def test_nothing_is_split_where_nothing_is_explained() -> None:
    x, y, people = sample(16)
    for outcome, code in ((np.full(len(y), 4.2), "constant_outcome"), (y, "nothing_explained")):
        kpis = x if code == "constant_outcome" else np.ones_like(x)
        with pytest.raises(NotEnoughData) as refused:
            outcome_shares(kpis, outcome, people)
        assert refused.value.problems[0].code == f"weights.{code}"


@pytest.mark.parametrize("shape", ["flat", "short", "empty"])
def test_shapes_that_do_not_go_together_are_refused(shape: str) -> None:
    x, y, people = sample(17)
    wrong = {"flat": (x[:, 0], y, people), "short": (x, y[1:], people), "empty": (x[:, :0], y, people)}
    with pytest.raises(DataError) as refused:
        outcome_shares(*wrong[shape])
    assert refused.value.problems[0].code == "weights.outcome_shape"


@pytest.mark.parametrize(
    ("rows", "coefficients", "negative", "shares"), [(20, 0.24, 0.60, 0.34), (240, 0.63, 0.06, 0.75)]
)
def test_how_often_the_order_is_right_by_simulation(
    rows: int, coefficients: float, negative: float, shares: float
) -> None:
    """METHODS 3e: regression coefficients in their true order in 24 % of cases and one negative in 60 % with
    20 independent rows, 63 % and 6 % with 240; the shares keep the order somewhat more often."""
    rng = np.random.default_rng(7)
    x = rng.normal(size=(4000, rows, 3)) @ np.linalg.cholesky(LINKED).T
    table = np.concatenate([x, (x @ SLOPES + NOISE * rng.normal(size=(4000, rows)))[..., None]], axis=-1)
    table -= table.mean(axis=1, keepdims=True)
    covariance = np.einsum("bni,bnj->bij", table, table) / rows
    found = lmg(covariance)[0]
    slopes = np.linalg.solve(covariance[:, :3, :3], covariance[:, :3, 3:])[..., 0]
    assert (np.diff(slopes) < 0).all(axis=1).mean() == pytest.approx(coefficients, abs=0.025)
    assert (slopes < 0).any(axis=1).mean() == pytest.approx(negative, abs=0.025)
    assert (np.diff(found) < 0).all(axis=1).mean() == pytest.approx(shares, abs=0.025)


@pytest.mark.parametrize(("own", "least"), [(0.0, 0.85), (0.5, 0.79)])
def test_how_often_the_interval_holds_the_truth(own: float, least: float) -> None:
    """20 people of 12 rows; `own` of the differences in KPIs is the person's, half of it in the outcome."""
    truth, whole = lmg(np.block([[LINKED, (LINKED @ SLOPES)[:, None]], [LINKED @ SLOPES, np.ones((1, 1))]]))
    rng, root, held = np.random.default_rng(5), np.linalg.cholesky(LINKED).T, np.zeros(3)
    people, runs = np.repeat(np.arange(20), 12), 300
    for _ in range(runs):
        x = (own**0.5 * rng.normal(size=(20, 1, 3)) + (1 - own) ** 0.5 * rng.normal(size=(20, 12, 3))) @ root
        noise = (own / 2) ** 0.5 * rng.normal(size=(20, 1)) + (1 - own / 2) ** 0.5 * rng.normal(size=(20, 12))
        found = outcome_shares(x.reshape(-1, 3), (x @ SLOPES + NOISE * noise).ravel(), people)
        held += (found.low <= truth / whole) & (truth / whole <= found.high)
    assert (held / runs >= least).all() and (held / runs <= 0.95).all()
