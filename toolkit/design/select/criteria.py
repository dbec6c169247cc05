"""What each candidate is worth: scores from 0 to 1 by criterion, each with its source and how sure it is.

Nothing is made up: what nobody measured, answered or judged is 0.5 with a wide spread, its source `unknown`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from scipy.stats import norm

from toolkit.catalogue.kpi import Kpi
from toolkit.data.spec import Objective
from toolkit.design.select.brief import CRITERIA, Brief
from toolkit.reliability.estimate import stepped_up

COLUMNS = ["kpi", "criterion", "score", "sd", "source", "weight"]
UNKNOWN, UNKNOWN_SD = 0.5, 0.25  # anywhere between nothing and everything
JUDGED_SD = 0.1  # METHODS: a judgement on a scale from 0 to 1 is good to about a tenth
SAID_SD = 0.2  # what the catalogue says of KPIs of its kind, not of this client's
SUREST = 0.02  # no measurement of a few people is surer than this
PERSONAL = {
    "person": 0.6,
    "team": 0.45,
    "store": 0.4,
    "region": 0.35,
    "company": 0.2,
}  # judgement, by kpi.grain
COVERED = 0.80  # METHODS 1a: coverage under which a KPI fails; it scores 0, a whole one 1
MONTHS = 3.0  # in the quarter over whose mean people are appraised
LASTING = 0.05  # share of all differences that must be no chance before it is asked whose it is
WRONG_WAY = "screen.wrong_way"  # the screening's word for: more of it goes before a worse result
_ASKED = {"control": "influence", "clarity": "clarity", "gaming": "gaming"}  # criterion → question


class Score(NamedTuple):
    """A criterion's score of one KPI by one source."""

    score: float
    sd: float
    source: str


def criteria(
    kpis: Mapping[str, Kpi],
    brief: Brief,
    objectives: Sequence[Objective],
    tests: pd.DataFrame,
    answered: pd.DataFrame,
    measured: Iterable[str],
) -> pd.DataFrame:
    """Score every candidate on every criterion.

    Parameters
    ----------
    kpis : mapping
        Candidate → definition.
    brief : Brief
    objectives : sequence of Objective
    tests : DataFrame
        A screening's: kpi, test, grain, value, low, high, level, verdict, why, share_place,
        share_period.
    answered : DataFrame
        The employees' answers: kpi, question, mean (0-1), low, high, level.
    measured : iterable of str
        KPIs that the engagement's data measure.

    Returns
    -------
    DataFrame
        kpi, criterion, score (0-1, more is better, also of gaming), sd, source (data, employees, judgement,
        catalogue, unknown), weight. Where both data and employees speak of a criterion each has a row and
        half of its weight. A KPI's weights sum to 1.
    """
    has = frozenset(measured)
    sound = judged(tests)
    facts: dict[tuple[str, str], Any] = {(r["kpi"], r["test"]): r for r in sound.to_dict("records")}
    leads = dict(iter(sound[sound["test"] == "lead_lag"].groupby("kpi")))
    known = answered[answered["mean"].notna()]
    said = {(row["kpi"], row["question"]): row for row in known.to_dict("records")}
    fits = _fits(kpis, brief, objectives)
    rows = []
    for name, kpi in kpis.items():
        scores = {
            "fit": [fits[name]],
            "reliability": _reliability(
                facts.get((name, "quarterly_reliability")) or facts.get((name, "reliability"))
            ),
            "control": [*_control(facts.get((name, "control"))), *_people(name, "control", said)],
            "validity": _validity(kpi, leads.get(name)),
            "clarity": _people(name, "clarity", said),
            "gaming": _people(name, "gaming", said),
            "data": _data(name in has, facts.get((name, "coverage")), facts.get((name, "missing_at_random"))),
        }
        for criterion in CRITERIA:
            found = scores[criterion] or [_otherwise(kpi, criterion, brief)]
            share = brief.counts[criterion] / len(found)
            rows += [(name, criterion, s.score, s.sd, s.source, share) for s in found]
    return pd.DataFrame(rows, columns=COLUMNS).astype(dict.fromkeys(("kpi", "criterion", "source"), "str"))


def values(table: pd.DataFrame) -> pd.DataFrame:
    """Each KPI's value and how sure it is: value Σ weight × score, sd √Σ (weight × sd)².

    Parameters
    ----------
    table : DataFrame
        As `criteria` gives it.

    Returns
    -------
    DataFrame
        kpi, value, sd; in the order of the table.

    Examples
    --------
    >>> table = pd.DataFrame({"kpi": ["a", "a"], "score": [1.0, 0.5], "sd": [0.0, 0.2], "weight": [0.6, 0.4]})
    >>> values(table).round(2).values.tolist()
    [['a', 0.8, 0.08]]
    """
    parts = table.assign(value=table["weight"] * table["score"], sd=(table["weight"] * table["sd"]) ** 2)
    found = parts.groupby("kpi", sort=False)[["value", "sd"]].sum().reset_index()
    return found.assign(sd=np.sqrt(found["sd"]))


def served(kpi: str, brief: Brief, objectives: Sequence[Objective]) -> dict[int, float]:
    """Which objectives a KPI serves, by number from 1, and how far."""
    own = {i: 1.0 for i, objective in enumerate(objectives, 1) if objective.kpi == kpi}
    return {i: s for i, s in {**own, **brief.serves.get(kpi, {})}.items() if s > 0}


def _fits(kpis: Iterable[str], brief: Brief, objectives: Sequence[Objective]) -> dict[str, Score]:
    """Fit: objectives served, each weighed against the weightiest; 1 at most.

    A KPI that nobody has linked to an objective scores 0, with a spread wider than a judgement's.
    """
    most = max((o.weight for o in objectives), default=0.0)
    if most <= 0:
        return dict.fromkeys(kpis, Score(UNKNOWN, UNKNOWN_SD, "unknown"))
    found = {}
    for kpi in kpis:
        links = served(kpi, brief, objectives)
        score = sum(max(0.0, objectives[i - 1].weight) / most * s for i, s in links.items())
        linked = bool(links) or kpi in brief.serves
        found[kpi] = Score(min(1.0, score), JUDGED_SD if linked else SAID_SD, "judgement")
    return found


def judged(tests: pd.DataFrame) -> pd.DataFrame:
    """A screening's tests that came to a number and a verdict."""
    return tests[(tests["verdict"] != "not_enough_data") & tests["value"].notna()]


def repeating(tests: pd.DataFrame, verdict: str) -> frozenset[str]:
    """KPIs whose reliability has a verdict, of quarters where they are judged, else of single periods."""
    found = judged(tests)
    quarters = found[found["test"] == "quarterly_reliability"]
    months = found[(found["test"] == "reliability") & ~found["kpi"].isin(quarters["kpi"])]
    both = pd.concat([quarters, months])
    return frozenset(both.loc[both["verdict"] == verdict, "kpi"])


def _reliability(fact: Mapping[str, object] | None) -> list[Score]:
    """Reliability of a quarter's mean, over which people are appraised.

    Where the quarters themselves could be judged they are believed: months that hang together look more
    reliable than they are.
    """
    if fact is None:
        return []
    periods = MONTHS if fact["grain"] == "month" and fact["test"] == "reliability" else 1.0
    value, low, high = (stepped_up(_share(fact[k]), periods) for k in ("value", "low", "high"))
    return [_measured(value, low, high, fact)]


def _control(fact: Mapping[str, object] | None) -> list[Score]:
    """The person's share of what is no chance: beside it stand the team's or region's and the market's.

    Chance is left out because reliability counts it already; where nearly all is chance nothing is said.
    """
    if fact is None:
        return []
    own = _share(fact["value"])
    others = np.array([fact.get(k) for k in ("share_place", "share_period")], dtype=float)
    lasting = own + float(np.nansum(np.maximum(others, 0.0)))
    if lasting < LASTING:
        return []
    low, high = (_share(fact[k]) / lasting for k in ("low", "high"))
    return [_measured(own / lasting, low, high, fact)]


def _share(value: object) -> float:
    """A share as measured; estimates may leave 0 to 1."""
    return float(np.clip(float(value), 0.0, 1.0))  # type: ignore[arg-type]


def _measured(value: float, low: float, high: float, fact: Mapping[str, object]) -> Score:
    return Score(value, _spread(low, high, fact), "data")


def _spread(low: float, high: float, fact: Mapping[str, object]) -> float:
    """The standard error that an interval implies; a judgement's where there is no interval."""
    level = float(fact.get("level") or np.nan)  # type: ignore[arg-type]
    wide = (high - low) / 2 / norm.ppf((1 + level) / 2)
    return float(min(max(wide, SUREST), UNKNOWN_SD)) if np.isfinite(wide) else JUDGED_SD


def _people(
    kpi: str, criterion: str, said: Mapping[tuple[object, object], Mapping[object, object]]
) -> list[Score]:
    """What the employees answered; of gaming the other way round, for more must be better."""
    row = said.get((kpi, _ASKED[criterion]))
    if row is None:
        return []
    mean, low, high = (_share(row[k]) for k in ("mean", "low", "high"))
    sd = _spread(low, high, {"level": row.get("level")})
    return [Score(1 - mean if criterion == "gaming" else mean, sd, "employees")]


def _validity(kpi: Kpi, found: pd.DataFrame | None) -> list[Score]:
    """Whether the KPI goes before a result: 1 where good goes with good beyond chance, 0 where with bad.

    Results for which it cannot be told do not count; where none can be told it is 0.5. A result needs no
    such proof: it is what is wanted.
    """
    if kpi.category == "result":
        return [Score(1.0, JUDGED_SD, "catalogue")]
    if found is None:
        return []
    good, bad = (found["verdict"] == "ok").sum(), (found["why"] == WRONG_WAY).sum()
    if not good + bad:
        return [Score(UNKNOWN, UNKNOWN_SD, "data")]
    return [Score(float(good / (good + bad)), JUDGED_SD, "data")]


def _data(
    measured: bool, covered: Mapping[str, object] | None, at_random: Mapping[str, object] | None
) -> list[Score]:
    """How whole the data are: 1 with nothing missing, 0 at the limit where coverage fails, or unmeasured."""
    if not measured:
        return [Score(0.0, JUDGED_SD, "data")]
    if covered is None:
        return []
    value, low, high = (
        max(0.0, _share(covered[k]) - COVERED) / (1 - COVERED) for k in ("value", "low", "high")
    )
    score = _measured(value, low, high, covered)
    flagged = at_random is not None and at_random["verdict"] in ("warn", "fail")
    return [score._replace(score=score.score / 2) if flagged else score]


def _otherwise(kpi: Kpi, criterion: str, brief: Brief) -> Score:
    """Judgement, else what the catalogue says of KPIs of its kind, else that nothing is known."""
    judged = brief.judgements.get(kpi.kpi)
    given = getattr(judged, _ASKED[criterion]) if judged is not None and criterion in _ASKED else None
    if given is not None:
        return Score(1 - given if criterion == "gaming" else given, JUDGED_SD, "judgement")
    if criterion == "control":
        return Score(PERSONAL[kpi.grain[0]], SAID_SD, "catalogue")
    return Score(UNKNOWN, UNKNOWN_SD, "unknown")


def unknown_shares(table: pd.DataFrame) -> Iterator[tuple[str, float]]:
    """Of each KPI the share of its value's weight of which nothing is known."""
    lacking = table["weight"].where(table["source"] == "unknown", 0.0).groupby(table["kpi"], sort=False).sum()
    yield from ((str(kpi), float(share)) for kpi, share in lacking.items())
