"""The samples' histories: what was planted is found, and what they cannot tell is said."""

import numpy as np
import pandas as pd
import pytest

import toolkit as tk
from toolkit.assets import asset
from toolkit.scheme.scheme import Schemes
from toolkit.simulate.model import fit_attainment


@pytest.fixture(scope="module")
def manufacturer() -> tuple[Schemes, pd.DataFrame]:
    client = tk.load_engagement(asset("templates", "engagements", "manufacturer"))
    schemes, panel = tk.load_schemes(client), tk.measure(client)
    targets = tk.set_targets(schemes, panel, client.targets, client.participants)
    return schemes, tk.score(schemes, panel, targets, client.participants)


def test_the_old_commission_has_history_enough(manufacturer: tuple[Schemes, pd.DataFrame]) -> None:
    """Planted (README): months share a shock of 4 %, and a month of one person is mostly luck."""
    schemes, card = manufacturer
    model = fit_attainment(schemes, card, scheme="commission")
    months = card[card["scheme"].str.startswith("commission") & card["period"].str.match(r"\d{4}-\d\d$")]
    ratio = (months["actual"] / months["target"])[months["exposure"] >= 0.8]
    assert model.basis == ("fitted",) and model.n == ratio.notna().sum()
    planted = 0.04 / np.log(ratio[ratio > 0]).std()
    assert model.loading_low[0] <= planted <= model.loading_high[0] < 0.3
    assert model.persistence_low[0] <= 0.05  # no month was made to lean on the one before
    # months without a sale are drawn as often as they were
    drawn = model.reached(np.random.default_rng(1).standard_normal((500, len(model.participants), 1)))
    assert (drawn == 0).mean() == pytest.approx((ratio == 0).mean(), abs=0.01)
    assert drawn.mean() == pytest.approx(ratio.mean(), rel=0.03)


def test_half_a_year_of_the_new_scheme_is_a_scenario(manufacturer: tuple[Schemes, pd.DataFrame]) -> None:
    model = fit_attainment(*manufacturer)
    assert model.scheme == "field_sales@2026-01" and set(model.basis) == {"scenario"}
    assert model.combine == ("sum", "sum", "mean", "mean") and model.shares.sum(axis=1) == pytest.approx(1)
    assert len(model.participants) == 12 and len(model.periods) == 6
    codes = [note.code for note in model.notes]
    assert codes.count("simulate.scenario_shock") == 4 and codes[0] == "simulate.scheme_taken"
    ends = [model.at(which).sigma.mean() for which in ("low", "central", "high")]
    assert ends == sorted(ends)
