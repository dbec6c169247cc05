"""From the panel to matrices: own grain, no gaps, who could have a value, sums per full period."""

import numpy as np
import pytest

from tests.design.screen.made import KPIS, history, panel
from toolkit.catalogue.kpi import Kpi
from toolkit.design.screen.history import coarser, histories, own_grain
from toolkit.periods import Calendar


@pytest.mark.parametrize(
    ("kpi", "there", "expected"),
    [
        ("visits", ("month", "quarter"), "month"),
        ("win_rate", ("month", "quarter"), "quarter"),
        ("win_rate", ("month",), "month"),  # coarser is not at hand
        ("visits", ("quarter", "year"), "quarter"),  # named quarters have no months
        ("bad_debt_rate", ("month", "quarter"), "quarter"),  # made for the year
        ("bad_debt_rate", ("month", "quarter", "year"), "year"),
        ("average_transaction_value", ("month",), "month"),  # made for the day
    ],
)
def test_the_grain_a_kpi_is_judged_by(kpi: str, there: tuple[str, ...], expected: str) -> None:
    assert own_grain(KPIS[kpi], there) == expected


def test_coarser() -> None:
    assert coarser("month", "quarter") == coarser("quarter", "month") == "quarter"


def test_a_month_without_any_row_is_a_column_of_blanks() -> None:
    rows = panel({"visits": [[1.0, 2, 3, 4], [5, 6, 7, 8]]})
    rows = rows[rows["period"] != "2024-03"]
    found = histories(rows, KPIS, ["visits"], Calendar())["visits"]["month"]
    assert list(found.periods) == ["2024-01", "2024-02", "2024-03", "2024-04"]
    assert np.isnan(found.values[:, 2]).all() and not found.eligible[:, 2].any()


def test_only_people_employed_and_only_individuals() -> None:
    rows = panel({"visits": [[1.0, 2], [3, 4]]}, exposure=[[1.0, 0.0], [1.0, 1.0]])
    team = rows.assign(level="team", participant="东区")
    found = histories(rows, KPIS, ["visits"], Calendar())["visits"]["month"]
    assert found.eligible.tolist() == [[True, False], [True, True]]
    both = histories(panel({"visits": [[1.0, 2]]}), KPIS, ["visits", "calls"], Calendar())
    assert both["calls"] == {} and histories(team, KPIS, ["visits"], Calendar()) == {"visits": {}}


def test_an_open_cohort_is_nobodys_gap() -> None:
    codes, missing = ("", "cohort_open", "zero_denominator"), [[-1, 2, 1]]
    found = history([[1.0, np.nan, np.nan]], missing=np.array(missing), codes=codes)
    assert found.eligible.tolist() == [[True, True, False]]


def test_sums_are_per_full_period_and_rates_are_not() -> None:
    half = np.array([[1.0, 0.5, 0.2]])
    assert history([[10.0, 5, 2]], "visits", exposure=half).level[0, :2].tolist() == [10.0, 10.0]
    assert np.isnan(history([[10.0, 5, 2]], "visits", exposure=half).level[0, 2])  # six days tell nothing
    assert history([[0.4, 0.4, 1.0]], "win_rate", exposure=half).level[0, :2].tolist() == [0.4, 0.4]


def test_the_sign_of_a_kpi() -> None:
    band = Kpi("b", {"en": "b"}, "result", "ratio", "band")
    kinds = (KPIS["visits"], KPIS["complaint_rate"], band)
    assert [history([[1.0]], kpi).sign for kpi in kinds] == [1, -1, 1]


def test_values_on_other_people_and_periods() -> None:
    found = history([[1.0, 2], [3, 4]])
    wider = found.people.append(found.people[:1].map(lambda name: f"{name}x"))
    on = found.on(wider[::-1], found.periods[1:])
    assert np.isnan(on[0, 0]) and on[1:, 0].tolist() == [4.0, 2.0]
