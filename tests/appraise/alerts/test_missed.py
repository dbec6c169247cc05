"""The rule of missed quarters: closed forms of the methods, every sequence counted, true levels planted."""

from itertools import product

import numpy as np
import pandas as pd
import pytest

from tests.appraise.alerts.planted import SCHEME, planted, rows_of
from toolkit.appraise.alerts import Look, missed, run_probability
from toolkit.appraise.alerts.missed import TOLERABLE, true_level
from toolkit.appraise.appraisal import settle
from toolkit.data.load import load_engagement


@pytest.mark.parametrize(
    ("p_hit", "periods", "expected"),
    [(0.65, 4, 0.28), (0.65, 8, 0.52), (0.80, 4, 0.10)],  # METHODS 9
)
def test_two_missed_quarters_in_the_methods(p_hit: float, periods: int, expected: float) -> None:
    assert run_probability(p_hit, 2, periods) == pytest.approx(expected, abs=0.005)


@pytest.mark.parametrize(("p_hit", "run", "periods"), [(0.65, 2, 4), (0.3, 3, 7), (0.9, 1, 5), (0.5, 4, 3)])
def test_every_sequence_counted(p_hit: float, run: int, periods: int) -> None:
    total = 0.0
    for hits in product([True, False], repeat=periods):
        if "x" * run in "".join("o" if hit else "x" for hit in hits):
            total += float(np.prod([p_hit if hit else 1 - p_hit for hit in hits]))
    assert run_probability(p_hit, run, periods) == pytest.approx(total)


def test_true_levels_are_as_sure_as_they_say() -> None:
    draw = np.random.default_rng(41)
    spread = []
    for _ in range(400):
        truth = draw.normal(1.0, 0.12, 20)
        seen = truth[:, None] + draw.normal(0, 0.2, (20, 8)) + draw.normal(0, 0.3, (1, 8))
        own = true_level(seen)
        if np.isfinite(own.mean).all():
            common = seen.mean() - truth.mean()  # the periods' own course cannot be told from the level
            spread.append((truth + common - own.mean) / own.sd)
    found = np.concatenate(spread)
    assert found.mean() == pytest.approx(0, abs=0.05) and found.std() == pytest.approx(1, abs=0.12)


def test_people_who_differ_by_chance_alone_are_not_told_apart() -> None:
    alike = np.array([[1.0, 0.8, 1.2], [0.8, 1.2, 1.0], [1.2, 1.0, 0.8]])
    assert all(np.isnan(part).all() for part in true_level(alike))


PEOPLE = 10
ROWS = rows_of(PEOPLE, seed=51, drops={2: pd.Timestamp("2024-01-01").date()})


def table_of(folder, as_of: str = "2025-09-30", people: int = PEOPLE, **follow_up):  # type: ignore[no-untyped-def]
    scheme = {**SCHEME, "follow_up": follow_up or SCHEME["follow_up"]}
    client = load_engagement(planted(folder, ROWS, people, scheme=scheme))
    tables = settle(client)
    return missed(Look(client, tables, pd.Timestamp(as_of), None, "en")), tables


def test_runs_are_those_of_the_scores(tmp_path) -> None:  # type: ignore[no-untyped-def]
    found, tables = table_of(tmp_path / "a")
    quarters = tables.scores[tables.scores["period"].str.contains("Q")].sort_values("period")
    for who, own in quarters.groupby("participant"):
        misses = "".join("x" if score < 100 else "o" for score in own["score"])
        run = len(misses) - len(misses.rstrip("x"))
        row = found[found["participant"] == who].iloc[0]
        assert (row["run"], row["flagged"]) == (run, run >= 2), who
    hits = (quarters["score"] >= 100).mean()
    assert found["p_hit"].unique() == pytest.approx([hits])
    assert found["ordinary"].unique() == pytest.approx([run_probability(hits, 2, 4)])
    assert found["per_year"].unique() == pytest.approx([run_probability(hits, 2, 4) * PEOPLE])


def test_who_is_truly_below_is_told_from_who_is_not(tmp_path) -> None:  # type: ignore[no-untyped-def]
    found, _ = table_of(tmp_path / "a")
    own = found.set_index("participant")
    assert own.loc["p002", "probability"] > 0.99  # planted: a quarter of the others' work
    assert set(own["n"]) == {7} and TOLERABLE == 0.9
    assert own["probability"].drop("p002").min() < own.loc["p002", "probability"]


def test_the_rule_may_name_a_measure_and_a_level(tmp_path) -> None:  # type: ignore[no-untyped-def]
    found, tables = table_of(tmp_path / "a", missed_quarters=3, measure="visits", below=0.5)
    card = tables.scorecard.query("measure == 'visits' and period == '2025-Q3'").set_index("participant")
    assert set(found["kpi"]) == {"visits"} and set(found["rule"]) == {3}
    last = found.set_index("participant")["attainment"]
    assert last.to_dict() == pytest.approx(card["attainment"].to_dict())
    assert found.loc[found["flagged"], "participant"].tolist() == ["p002"]


def test_three_quarters_or_seven_people_carry_no_probability(tmp_path) -> None:  # type: ignore[no-untyped-def]
    early, _ = table_of(tmp_path / "a", "2024-09-30")
    few, _ = table_of(tmp_path / "b", people=7)
    for found in (early, few):
        assert found["probability"].isna().all() and set(found["refused"]) == {"too_few"}
        assert found["flagged"].any()


def test_without_an_agreed_rule_nobody_is_flagged(tmp_path) -> None:  # type: ignore[no-untyped-def]
    assert table_of(tmp_path / "a", then=["coaching"])[0].empty
    assert table_of(tmp_path / "b", missed_quarters=True)[0].empty
