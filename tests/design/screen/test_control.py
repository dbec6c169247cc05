"""Shares of variance: the analysis of variance by hand, REML, planted truth, and refusals."""

import warnings

import numpy as np
import pandas as pd
import pytest
from statsmodels.formula import api as formula

from tests.design.screen.made import history, people
from toolkit.design.screen.control import controllability, places_of, separable, shares
from toolkit.periods import Calendar

Codes = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]


def drawn(
    random: np.random.Generator, teams: int, each: int, periods: int, sd: tuple[float, float, float, float]
) -> np.ndarray:
    """People × periods: standard deviations of person, place, period and rest."""
    person, place, period, rest = (
        s * random.normal(size=size)
        for s, size in zip(sd, [(teams * each, 1), (teams, 1), periods, (teams * each, periods)], strict=True)
    )
    return person + np.repeat(place, each, axis=0) + period + rest


def flat(table: np.ndarray, each: int) -> Codes:
    who, when = np.nonzero(~np.isnan(table))
    return table[who, when], who, who // each, when


def by_hand(table: np.ndarray, each: int) -> np.ndarray:
    """Components of a balanced nested design, from mean squares: person, place, period, rest."""
    n, t = table.shape
    j = n // each
    m, p = table.mean(), table.mean(axis=1)
    team = p.reshape(j, each).mean(axis=1)
    month = table.mean(axis=0)
    ms_team = each * t * ((team - m) ** 2).sum() / (j - 1)
    ms_person = t * ((p - np.repeat(team, each)) ** 2).sum() / (n - j)
    ms_month = n * ((month - m) ** 2).sum() / (t - 1)
    ms_rest = ((table - p[:, None] - month + m) ** 2).sum() / ((n - 1) * (t - 1))
    return np.array(
        [
            (ms_person - ms_rest) / t,
            (ms_team - ms_person) / (each * t),
            (ms_month - ms_rest) / n,
            ms_rest,
        ]
    )


def test_balanced_shares_are_those_of_the_analysis_of_variance() -> None:
    table = drawn(np.random.default_rng(4), 8, 3, 12, (1.0, 0.8, 0.5, 1.0))
    parts = by_hand(table, 3)
    assert (parts > 0).all()
    assert shares(*flat(table, 3), apart=True) == pytest.approx(parts / parts.sum())


def test_person_alone_is_the_two_way_analysis_by_hand() -> None:
    """2 × 2: [[1, 3], [5, 11]]. Mean squares: people 36, periods 16, rest 4 → 16, 6, 4 of 26."""
    found = shares(*flat(np.array([[1.0, 3], [5, 11]]), 1), apart=False)
    assert (found.person, found.period, found.rest) == pytest.approx((16 / 26, 6 / 26, 4 / 26))
    assert np.isnan(found.place)


def test_unbalanced_shares_against_reml() -> None:
    """statsmodels' MixedLM with fixed periods, on people with blanks and five of them moved."""
    random = np.random.default_rng(12)
    table = drawn(random, 20, 4, 10, (1.0, 0.7, 0.0, 1.0))
    table[random.random(table.shape) < 0.15] = np.nan
    y, who, where, when = flat(table, 4)
    found = shares(y, who, where, when, apart=True)
    data = pd.DataFrame({"y": y, "who": who, "place": where, "when": when})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = formula.mixedlm(
            "y ~ C(when)", data, groups="place", re_formula="1", vc_formula={"who": "0 + C(who)"}
        ).fit(reml=True)
    place, person, rest = float(model.cov_re.iloc[0, 0]), float(model.vcomp[0]), float(model.scale)
    total = (place + person + rest) / (1 - found.period)
    assert found.person == pytest.approx(person / total, abs=0.05)
    assert found.place == pytest.approx(place / total, abs=0.05)


@pytest.mark.parametrize("gaps", [0.0, 0.25], ids=["balanced", "unbalanced"])
def test_planted_shares_are_found_on_average(gaps: float) -> None:
    """Variances 1, .5, .25 and 1, sum 2.75; also where people moved half way."""
    random, found = np.random.default_rng(7), []
    for _ in range(60):
        table = drawn(random, 25, 4, 20, (1.0, 0.0, 0.5, 1.0))
        where = np.repeat(np.arange(100)[:, None] // 4, 20, axis=1)
        where[:30, 10:] = (where[:30, 10:] + 7) % 25
        table = table + np.sqrt(0.5) * random.normal(size=25)[where]
        table[random.random(table.shape) < gaps] = np.nan
        known = ~np.isnan(table)
        who, when = np.nonzero(known)
        found.append(shares(table[known], who, where[known], when, apart=True))
    assert np.mean(found, axis=0) == pytest.approx(np.array([1.0, 0.5, 0.25, 1.0]) / 2.75, abs=0.02)


def test_the_joint_share_holds_both() -> None:
    table = drawn(np.random.default_rng(5), 300, 1, 12, (1.0, 1.0, 0.0, 1.0))
    assert shares(*flat(table, 1), apart=False).person == pytest.approx(2 / 3, abs=0.04)


@pytest.mark.parametrize(
    ("who", "where", "expected"),
    [
        (np.arange(10), np.arange(10) // 2, True),  # five places with two people
        (np.arange(8), np.arange(8) // 2, False),  # four
        (np.arange(10), np.arange(10), False),
        (np.repeat(np.arange(10), 2), np.arange(20) % 12, True),  # all moved
        (
            np.repeat(np.arange(9), 2),
            np.array([*range(10), *np.repeat(range(10, 14), 2)]),
            True,
        ),  # five moved
        (np.repeat(np.arange(9), 2), np.array([*range(8), *np.repeat(range(8, 13), 2)]), False),  # four
        (np.arange(10), np.zeros(10, int), False),  # one place has nothing to be told from
        (np.arange(10), np.full(10, -1), False),
    ],
)
def test_when_person_and_place_can_be_told_apart(who: np.ndarray, where: np.ndarray, expected: bool) -> None:
    assert separable(who, where) is expected


def judged(table: np.ndarray, each: int, unit: str = "team") -> dict[str, object]:
    where = np.repeat(np.arange(len(table))[:, None] // each, table.shape[1], axis=1)
    return controllability(history(table), where, leaders=unit)


def number(row: dict[str, object], name: str) -> float:
    return float(str(row[name]))


def test_verdicts() -> None:
    random = np.random.default_rng(6)
    own = judged(drawn(random, 30, 4, 20, (1.0, 0.3, 0.3, 1.0)), 4)
    assert (own["verdict"], own["why"]) == ("ok", "")
    place = judged(drawn(random, 30, 4, 20, (0.3, 1.0, 0.3, 1.0)), 4, "region")
    assert (place["verdict"], place["why"]) == ("warn", "screen.region_decides")
    market = judged(drawn(random, 30, 4, 20, (1.0, 0.3, 3.0, 1.0)), 4)
    assert (market["verdict"], market["why"]) == ("warn", "screen.market_decides")


def test_the_joint_share_is_said_to_be_joint() -> None:
    found = judged(drawn(np.random.default_rng(6), 20, 1, 12, (1.0, 1.0, 0.0, 1.0)), 1)
    assert (found["verdict"], found["why"]) == ("not_enough_data", "screen.joint")
    assert number(found, "low") < 2 / 3 < number(found, "high") and np.isnan(number(found, "share_place"))


@pytest.mark.parametrize(("places", "each"), [(12, 3), (5, 2), (6, 20)])
def test_the_interval_covers_and_a_zero_is_not_certain(places: int, each: int) -> None:
    """90 % said, 85 % asked: 150 runs. Where nobody's own share is more than 0, that is never certain."""
    random, covered = np.random.default_rng(9), []
    for _ in range(150):
        found = judged(drawn(random, places, each, 12, (1.0, 0.5, 0.5, 1.0)), each)
        covered.append(number(found, "low") <= 1 / 2.5 <= number(found, "high"))
    assert np.mean(covered) >= 0.85
    for _ in range(60):
        nothing = judged(drawn(random, places, each, 12, (0.0, 0.0, 0.5, 1.0)), each)
        assert number(nothing, "high") > 0


def test_too_few_people_or_periods_and_no_spread_are_refused() -> None:
    random = np.random.default_rng(2)
    assert judged(random.normal(size=(7, 12)), 2)["why"] == "screen.few_people_or_periods"
    assert judged(random.normal(size=(12, 3)), 2)["why"] == "screen.few_people_or_periods"
    assert judged(np.full((12, 12), 3.0), 2)["why"] == "screen.no_spread"


def test_where_people_were() -> None:
    """The first moved in March 2024, the second has no team, the third is not in the roster."""
    names = people(3)
    roster = pd.DataFrame(
        {
            "participant": [names[0], names[0], names[1], "别人"],
            "team": ["甲", "乙", None, "甲"],
            "valid_from": pd.to_datetime(["2020-01-01", "2024-03-01", None, None]).astype("datetime64[s]"),
            "valid_to": pd.to_datetime(["2024-02-29", None, None, None]).astype("datetime64[s]"),
        }
    ).astype({"team": "str"})
    found = places_of(history(np.ones((3, 4))), roster, Calendar(), "team")
    first = found[0].tolist()
    assert first[0] == first[1] != first[2] == first[3] and min(first) >= 0
    assert (found[1:] == -1).all()
    assert (places_of(history(np.ones((3, 4))), roster, Calendar(), "region") == -1).all()
