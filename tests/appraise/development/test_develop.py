"""The training plan: planted weaknesses are found, noise is not, and a team's matter is no person's."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from tests.appraise.made_scores import MONTHS, SCHEME, card_of, roster, schemes_with, scores_of, steady
from toolkit.appraise.development import develop, load_actions
from toolkit.appraise.development.develop import COLUMNS


def client(people: int = 12, seed: int = 1, **weak: dict[int, float]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Scores and a scorecard in which all reach 103-115 % of each measure, and some fall short of some."""
    random = np.random.default_rng(seed)
    levels = {}
    for measure in ("revenue", "visits", "satisfaction"):
        lasting = random.uniform(1.03, 1.15, people)
        for who, level in weak.get(measure, {}).items():
            lasting[who] = level
        levels[measure] = lasting[:, None] + random.normal(0, 0.03, (people, 12))
    scores = scores_of(100 * sum(levels.values()) / 3)  # type: ignore[arg-type]
    wide = {m: scores_of(table).set_index(["participant", "period"])["score"] for m, table in levels.items()}
    index = pd.MultiIndex.from_frame(scores[["participant", "period"]])
    attained = {m: pd.Series(v.reindex(index).to_numpy(), index=scores.index) for m, v in wide.items()}
    return scores, card_of(scores, **attained)


def plan(people: int = 12, teams: int = 3, **weak: dict[int, float]) -> pd.DataFrame:
    scores, card = client(people, **weak)
    return develop(schemes_with(), scores, card, roster(people, teams))


def test_a_planted_weakness_is_found_with_its_action_owner_and_day() -> None:
    found = plan(visits={4: 0.6})
    row = found.iloc[0]
    assert len(found) == 1 and list(found.columns) == COLUMNS
    assert (row["participant"], row["kpi"], row["priority"], row["level"]) == ("p04", "visits", 1, "person")
    assert row["own"] == pytest.approx(0.6, abs=0.03) and row["gap"] == pytest.approx(
        row["benchmark"] - row["own"]
    )
    assert row["probability"] > 0.99 and row["n"] == 12 and row["basis"] == "scheme"
    assert row["action"].startswith("Planning and making visits: ") and row["owner"] == "line_manager"
    assert row["check_on"].date() == dt.date(2027, 2, 28) and row["scheme"] == SCHEME


def test_a_person_has_two_priorities_at_most_the_heaviest_first() -> None:
    """Equal gaps: revenue weighs .6 × .4 trainable, visits .2 × .8, satisfaction .2 × .6."""
    found = plan(visits={4: 0.7}, revenue={4: 0.7}, satisfaction={4: 0.7})
    assert found["participant"].tolist() == ["p04", "p04"] and found["priority"].tolist() == [1, 2]
    assert found["measure"].tolist() == ["revenue", "visits"]
    assert found["need"].is_monotonic_decreasing
    assert found["need"].tolist() == pytest.approx(
        (found["size"] * found["weight"] * found["trainability"]).tolist()
    )


def test_what_most_of_a_team_has_is_the_teams_and_no_persons() -> None:
    found = plan(visits={0: 0.6, 3: 0.6, 6: 0.6, 1: 0.6})  # p00, p03, p06 of four in T0; p01 of four in T1
    team = found[found["level"] == "team"].iloc[0]
    assert (team["participant"], team["kpi"], team["basis"], team["n"]) == ("T0", "visits", "process", 4)
    assert team["action"].startswith("Process or programme") and team["own"] == pytest.approx(0.6, abs=0.03)
    assert found.loc[found["level"] == "person", "participant"].tolist() == ["p01"]


def test_what_most_of_all_have_is_one_matter_of_the_scheme() -> None:
    found = plan(visits=dict.fromkeys(range(7), 0.6))
    assert found["level"].tolist() == ["scheme"] and found["participant"].tolist() == [SCHEME]
    assert found["n"].tolist() == [12]


def test_luck_singles_out_nobody() -> None:
    named = 0
    for seed in range(12):
        scores = scores_of(steady(spread=0.0, noise=12.0, seed=seed))
        found = develop(schemes_with(), scores, card_of(scores), roster(12))
        named += found.loc[found["level"] == "person", "participant"].nunique()
        assert {"", "not_reliable"} >= set(found["missing"])
    assert named <= 6  # of 144 people, over twelve clients without any true difference


def test_who_is_last_throughout_without_a_measure_behind_it_gets_a_conversation() -> None:
    scores = scores_of(steady(people=15, noise=2.0))
    flat = dict.fromkeys(("revenue", "visits", "satisfaction"), 1.0)
    found = develop(schemes_with(), scores, card_of(scores, **flat), roster(15))
    talks = found[found["kpi"] == ""]
    assert {"p00", "p01"} <= set(talks["participant"]) and (talks["last_fifth"] > 0.8).all()
    assert talks["action"].str.startswith("Coaching conversation").all()
    assert (found.loc[found["kpi"] != "", "missing"] == "no_spread").all()


def test_who_reaches_the_targets_needs_no_conversation_even_as_the_last() -> None:
    scores = scores_of(steady(people=15, noise=2.0) + 60)
    flat = dict.fromkeys(("revenue", "visits", "satisfaction"), 1.0)
    found = develop(schemes_with(), scores, card_of(scores, **flat), roster(15))
    assert (found["kpi"] != "").all()


def test_too_few_people_are_said_measure_by_measure() -> None:
    scores = scores_of(steady(people=5))
    found = develop(schemes_with(), scores, card_of(scores), roster(5))
    assert found["missing"].tolist() == ["too_few_people"] * 3 and found["gap"].isna().all()


def test_measures_of_the_team_and_of_no_weight_are_no_persons_matter() -> None:
    scores, card = client(visits={4: 0.6})
    every = schemes_with()
    measures = tuple(
        m if m.name != "visits" else type(m)(**{**vars(m), "level": "team"})
        for m in every["field_sales"].measures
    )
    found = develop(schemes_with(measures=measures), scores, card, roster(12))
    assert "visits" not in set(found["kpi"])


def test_zeros_for_missing_numbers_are_no_weakness() -> None:
    scores, card = client()
    blank = (card["participant"] == "p04") & (card["measure"] == "visits") & card["period"].isin(MONTHS[4:])
    card.loc[blank, ["attainment", "score"]] = [np.nan, 0.0]
    card.loc[blank, "missing"] = "no_actual:no_rows_in_period"
    assert "p04" not in set(develop(schemes_with(), scores, card, roster(12))["participant"])


def test_people_of_one_territory_are_compared_with_each_other() -> None:
    weak = dict.fromkeys(range(6), 0.8)
    scores, card = client(visits={**weak, 0: 0.6})
    poor = ["poor"] * 6 + ["rich"] * 6
    found = develop(schemes_with(), scores, card, roster(12, teams=12, territory=poor))
    visits = found[found["kpi"] == "visits"]
    assert visits["participant"].tolist() == ["p00"] and visits["basis"].tolist() == ["poor"]
    assert visits["benchmark"].iloc[0] == pytest.approx(0.8, abs=0.03)


def test_later_periods_change_nothing_order_is_irrelevant_and_inputs_stay() -> None:
    scores, card = client(visits={4: 0.6})
    before = card.copy()
    early = develop(schemes_with(), scores, card, roster(12), period="2026-Q3")
    cut = scores["period"].isin([*MONTHS[:9], "2026-Q1", "2026-Q2", "2026-Q3"])
    parts = card[card["period"].isin(scores.loc[cut, "period"].unique())]
    again = develop(schemes_with(), scores[cut].sample(frac=1, random_state=3), parts[::-1], roster(12)[::-1])
    pd.testing.assert_frame_equal(early, again)
    pd.testing.assert_frame_equal(card, before)


def test_the_clients_own_actions_and_language_are_used() -> None:
    scores, card = client(visits={4: 0.6})
    found = develop(schemes_with(), scores, card, roster(12), actions=load_actions(), language="zh")
    assert found["action"].iloc[0].startswith("拜访计划与执行：")


def test_a_scheme_of_teams_plans_for_nobody() -> None:
    scores, card = client()
    assert develop(schemes_with(level="team"), scores, card, roster(12)).empty
