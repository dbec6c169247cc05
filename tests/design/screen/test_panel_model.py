"""The panel regression against libraries, the bootstrap against its definition, and its size."""

from itertools import product

import numpy as np
import pandas as pd
import pytest
from statsmodels.formula import api as formula

from toolkit.design.screen import panel_model
from toolkit.design.screen.lead_lag import stacked, summed
from toolkit.design.screen.panel_model import fit

Rows = tuple[np.ndarray, list[np.ndarray], np.ndarray, np.ndarray]


def rows(people: int = 12, periods: int = 20, seed: int = 5) -> Rows:
    """Outcome, three columns, person and period, with two blanks."""
    random = np.random.default_rng(seed)
    x = random.normal(size=(people, periods))
    y = 0.3 * x + random.normal(size=(people, periods)) + random.normal(size=(people, 1))
    y[3, 4] = x[5, 7] = np.nan
    table, who, when = stacked(x, y, 2)
    return table[:, 0], summed(table[:, 1:]), who, when


def test_against_pyfixest_and_wildboottest() -> None:
    """pyfixest 0.60 with CRV1 by person, and wildboottest 0.3.2 over all 2¹² signs, on these very rows."""
    found = fit(*rows())
    assert found is not None
    assert (found.value, found.error) == pytest.approx((0.156881, 0.154923), abs=1e-6)
    assert found.p_value == pytest.approx(0.3349609375)
    assert (found.rows, found.people) == (212, 12)


def test_against_dummies_in_statsmodels() -> None:
    y, columns, who, when = rows(35, 14, seed=8)
    found = fit(y, columns, who, when)
    data = pd.DataFrame(dict(zip("abc", columns, strict=True)) | {"y": y, "who": who, "when": when})
    model = formula.ols("y ~ a + b + c + C(who) + C(when)", data).fit(
        cov_type="cluster", cov_kwds={"groups": data["who"], "use_correction": False}
    )
    parameters = 3 + data["when"].nunique()  # people's own are nested in the clusters
    factor = 35 / 34 * (len(y) - 1) / (len(y) - parameters)
    assert found is not None
    assert found.value == pytest.approx(model.params["a"])
    assert found.error == pytest.approx(model.bse["a"] * np.sqrt(factor))
    assert found.high - found.value == pytest.approx(1.690924 * found.error, rel=1e-5)  # t at .95, 34


def test_the_bootstrap_by_its_definition() -> None:
    """Every way of signs, each with a regression of its own on dummies; ten people."""
    random = np.random.default_rng(11)
    people, periods = 10, 5
    who, when = np.repeat(np.arange(people), periods), np.tile(np.arange(periods), people)
    x, other = random.normal(size=(2, people * periods))
    y = 0.2 * x + other + random.normal(size=people * periods)
    dummies = np.hstack([np.eye(people)[who], np.eye(periods)[when][:, 1:]])
    full, null = (np.column_stack([*cols, dummies]) for cols in ([x, other], [other]))

    def t_of(outcome: np.ndarray) -> float:
        beta = np.linalg.lstsq(full, outcome)[0]
        left, bread = outcome - full @ beta, np.linalg.pinv(full.T @ full)
        scores = np.array([full[who == g].T @ left[who == g] for g in range(people)])
        return float(abs(beta[0]) / np.sqrt((bread @ scores.T @ scores @ bread)[0, 0]))

    fitted = null @ np.linalg.lstsq(null, y)[0]
    ways = product((1, -1), repeat=people - 1)  # all signs turned give the same |t|: half the ways will do
    turned = [t_of(fitted + np.array([*signs, 1])[who] * (y - fitted)) for signs in ways]
    found = fit(y, [x, other], who, when)
    assert found is not None
    assert found.p_value == pytest.approx(np.mean(np.array(turned) >= t_of(y) - 1e-9))


def test_p_value_and_interval_agree() -> None:
    for seed in range(40):
        for people in (11, 20, 40):
            found = fit(*rows(people, 10, seed), level=0.9, seed=seed)
            assert found is not None
            assert (found.p_value < 0.1) == (found.low > 0 or found.high < 0)


def test_units_change_nothing_but_units() -> None:
    y, columns, who, when = rows()
    one, other = fit(y, columns, who, when), fit(y * 1e6, [c / 1e3 for c in columns], who, when)
    assert one is not None and other is not None
    assert other.value == pytest.approx(one.value * 1e9) and other.p_value == one.p_value


def test_the_same_seed_gives_the_same_numbers_and_rows_need_no_order() -> None:
    y, columns, who, when = rows(20, 10)
    assert fit(y, columns, who, when, seed=3) == fit(y, columns, who, when, seed=3)
    order = np.random.default_rng(1).permutation(len(y))
    mixed = fit(y[order], [c[order] for c in columns], who[order], when[order], seed=3)
    assert mixed == pytest.approx(fit(y, columns, who, when, seed=3))


def test_what_person_and_period_explain_wholly_is_no_fit() -> None:
    y, _, who, when = rows()
    assert fit(y, [who + 2.0 * when], who, when) is None
    assert fit(np.ones(len(y)), [np.random.default_rng(1).normal(size=len(y))], who, when) is None
    alone = np.arange(30)
    assert fit(y[:30], [y[:30] ** 2], alone, alone % 5) is None  # everybody has one row


def test_an_exact_relation_has_no_error() -> None:
    _, columns, who, when = rows()
    found = fit(3 * columns[0] + who, [columns[0]], who, when)
    assert found is not None and found.value == pytest.approx(3) and found.p_value < 0.01


def carried(random: np.random.Generator, people: int, periods: int, rho: float) -> np.ndarray:
    noise = random.normal(size=(people, periods + 20))
    for t in range(1, periods + 20):
        noise[:, t] += rho * noise[:, t - 1]
    return noise[:, 20:] + random.normal(size=(people, 1)) + random.normal(size=periods)


@pytest.mark.parametrize("people", [10, 20, 40])
def test_it_rejects_no_more_often_than_it_says(people: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Months that hang together and people of unequal spread; 400 runs: 5 % may come out as 7 or 8."""
    monkeypatch.setattr(panel_model, "DRAWS", 999)
    random = np.random.default_rng(people)
    wrong = 0
    for run in range(400):
        x, y = carried(random, people, 18, 0.5), carried(random, people, 18, 0.5)
        table, who, when = stacked(x, y * np.exp(0.3 * random.normal(size=(people, 1))), 3)
        found = fit(table[:, 0], summed(table[:, 1:]), who, when, seed=run)
        assert found is not None
        wrong += found.p_value < 0.05
    assert wrong / 400 <= 0.05 + 0.02 + 0.01  # two points, and what 400 runs cannot tell
