"""The training plan of a pay period: at most two priorities a person, and what is a whole team's matter."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from toolkit.appraise.confidence import known_steadiness
from toolkit.appraise.development.actions import Actions, Skill, load_actions
from toolkit.appraise.development.gaps import REACHED, gaps, reached, shared
from toolkit.appraise.recognition.candidates import candidates
from toolkit.appraise.roster import assignments, period_table
from toolkit.appraise.steadiness import family, history, last_pay_period, recent
from toolkit.errors import NotEnoughData
from toolkit.language import pick, text
from toolkit.reliability import reliability
from toolkit.scheme.measure import Measure
from toolkit.scheme.scheme import Scheme, Schemes

PRIORITIES = 2  # a person; more are none
COLUMNS = [
    *("participant", "kpi", "gap", "probability", "priority", "action"),
    *("scheme", "period", "level", "measure", "skill", "own", "benchmark", "size", "weight", "trainability"),
    *("need", "n", "basis", "owner", "check_on", "last_fifth", "missing"),
]


@dataclass(frozen=True)
class _Given:
    """One scheme and pay period with what every part of the plan asks of it."""

    schemes: Schemes
    scheme: Scheme
    scores: pd.DataFrame
    scorecard: pd.DataFrame
    people: pd.DataFrame
    period: str
    actions: Actions
    language: str

    def row(self, who: str, level: str, advice: Skill | None, **known: object) -> dict[str, object]:
        """A row of the plan with what its skill says."""
        row: dict[str, object] = {"participant": who, "level": level, "scheme": self.scheme.id}
        row |= {"period": self.period, "kpi": "", "measure": "", "skill": "", "missing": "", "action": ""}
        if advice is not None:
            title, action = pick(advice.title, self.language), pick(advice.action, self.language)
            end = self.schemes.calendar.bounds(self.period)[1]
            row["action"] = text("development.action", self.language, title=title, action=action)
            row["owner"] = advice.owner
            row["check_on"] = end + pd.DateOffset(months=advice.check_after)
        return {**row, **known}


def develop(
    schemes: Schemes,
    scores: pd.DataFrame,
    scorecard: pd.DataFrame,
    participants: pd.DataFrame,
    *,
    actions: Actions | None = None,
    period: str | None = None,
    language: str = "en",
) -> pd.DataFrame:
    """A training plan: where each person is behind comparable colleagues and what helps.

    A gap counts where the target is not reached and the person's attainment, drawn towards the mean as its
    noise demands, is below the median of the best third of comparable people with a probability above .8, by
    5 % of the target or more. Gaps rank by size (in standard deviations between people) × weight ×
    trainability. What more than half of a team, or of all, has is one row of the team's or scheme's.

    Parameters
    ----------
    schemes : Schemes
        Those whose participants are people.
    scores, scorecard : DataFrame
        As `grade` and `score` give them; the last twelve score periods count.
    participants : DataFrame
        The standard table; people of one `territory`, if it has that column, are compared with each other.
    actions : Actions, optional
        As `load_actions` gives them; the toolkit's own if left out.
    period : str, optional
        A pay period; each scheme's last one by default. Later periods are not used.
    language : str
        Of the actions.

    Returns
    -------
    DataFrame
        participant (the team or the scheme where `level` says so), kpi, gap (share of the target),
        probability, priority (1, 2; 1 for a team), action, scheme, period, level (person, team, scheme),
        measure, skill, own, benchmark, size, weight, trainability, need, n (own periods; of a team, people
        assessed), basis, owner, check_on, last_fifth (probability to be truly among the last fifth over the
        periods), missing (why a measure has no gaps: too_few_people, no_spread, or not_reliable: the interval
        of its reliability reaches 0). A person truly in the last fifth with a probability above .8, with a
        score below 100 and without a gap has a row with a blank KPI: a conversation.

    Examples
    --------
    >>> from toolkit.scheme.example import example_schemes
    >>> from toolkit.appraise.example import example_roster
    >>> scores = pd.DataFrame({"scheme": "field_sales@2026-01", "participant": ["p1"], "period": "2026-Q1"})
    >>> scores = scores.assign(score=80.0)
    >>> card = scores.assign(exposure=1.0, measure="revenue", kpi="net_sales", missing="", attainment=0.8)
    >>> develop(example_schemes(), scores, card, example_roster())[["kpi", "missing"]].values.tolist()[0]
    ['net_sales', 'too_few_people']
    """
    rows: list[dict[str, object]] = []
    tables, chosen = (scores, scorecard, participants), actions or load_actions()
    for scheme in schemes:
        given = _given(schemes, scheme, *tables, period, chosen, language)
        rows += _plan(given) if given is not None else []
    table = pd.DataFrame(rows, columns=COLUMNS)
    return table.astype({"priority": "Int64", "n": "Int64", "check_on": "datetime64[s]"})


def _given(
    schemes: Schemes,
    scheme: Scheme,
    scores: pd.DataFrame,
    scorecard: pd.DataFrame,
    participants: pd.DataFrame,
    period: str | None,
    actions: Actions,
    language: str,
) -> _Given | None:
    """A scheme's people of the period with their team then; None where nobody has a score, or teams have."""
    when = period or last_pay_period(schemes, scheme, scores)
    here = scores[(scores["scheme"] == scheme.id) & (scores["period"] == when) & scores["score"].notna()]
    if when is None or here.empty or scheme.level != "individual":
        return None
    assigned = assignments(schemes, participants, period_table(schemes.calendar, [when]))
    held = (assigned["scheme"] == scheme.id) & assigned["person"].isin(here["participant"])
    people = assigned[held].set_index("person")
    return _Given(schemes, scheme, scores, scorecard, people, when, actions, language)


def _plan(given: _Given) -> Iterator[dict[str, object]]:
    own: list[pd.DataFrame] = []
    explained: set[str] = set()  # who is behind in a measure, as a person or with the team
    for measure in given.scheme.measures:
        if measure.weight and (measure.level or given.scheme.level) == "individual":
            found = _measured(given, measure)
            if isinstance(found, str):
                yield given.row(given.scheme.id, "scheme", None, **_named(measure), missing=found)
                continue
            explained |= set(found.loc[found["behind"], "participant"])
            everybody, teams = shared(found, given.people["team"])
            yield from _common(given, measure, found, everybody, teams)
            behind = found[found["behind"] & ~found["participant"].map(given.people["team"]).isin(teams)]
            own.append(behind.iloc[: 0 if everybody else None])
    last = _last_fifth(given)
    personal = pd.concat(own) if own else pd.DataFrame(columns=["participant"])
    yield from _personal(given, personal, last)
    for who, chance in last.items():
        if chance[1] and who not in explained:
            known = {"skill": "conversation", "last_fifth": chance[0], "priority": 1}
            yield given.row(who, "person", given.actions.conversation, **known)


def _named(measure: Measure) -> dict[str, object]:
    return {"kpi": measure.kpi, "measure": measure.name, "weight": measure.weight}


def _measured(given: _Given, measure: Measure) -> pd.DataFrame | str:
    """Everybody's gap in a measure with what ranks it, or why there is none."""
    card, ids = given.scorecard, family(given.schemes, given.scheme)
    rows = card[card["scheme"].isin(ids) & (card["measure"] == measure.name) & (card["missing"] == "")]
    rows = history(given.schemes, given.scheme, rows, card, given.scheme.score_every, given.period)
    rows = rows.assign(reached=reached(rows))
    try:
        found = reliability(rows, "reached")
    except NotEnoughData as error:
        known = {"reliability.too_few": "too_few_people", "reliability.no_spread": "no_spread"}
        return known[error.problems[0].code]
    if found.low <= 0:  # whether people differ at all is not shown, so nobody is singled out
        return "not_reliable"
    peers = given.people.get("territory")
    table = gaps(recent(given.schemes, rows), found, peers)
    table = table[table["participant"].isin(given.people.index)]
    skill = given.actions.skill_of(measure.kpi)
    trainability = given.actions.skills[skill].trainability
    need = table["size"] * measure.weight * trainability
    named = {"kpi": measure.kpi, "measure": measure.name, "skill": skill}
    return table.assign(**named, weight=measure.weight, trainability=trainability, need=need)


def _common(
    given: _Given, measure: Measure, found: pd.DataFrame, everybody: bool, teams: list[str]
) -> Iterator[dict[str, object]]:
    """A row for all, or for each team, of whom more than half have the gap."""
    team = found["participant"].map(given.people["team"])
    units = [(given.scheme.id, "scheme", found)] if everybody else []
    units += [] if everybody else [(name, "team", found[team == name]) for name in teams]
    for name, level, rows in units:
        behind = rows[rows["behind"]]
        columns = ("gap", "probability", "own", "benchmark", "size", "need")
        known = {column: float(behind[column].median()) for column in columns}
        share = {"n": len(rows), "basis": "process", "priority": 1, "skill": "process"}
        yield given.row(name, level, given.actions.process, **_named(measure), **known, **share)


def _personal(
    given: _Given, rows: pd.DataFrame, last: dict[str, tuple[float, bool]]
) -> Iterator[dict[str, object]]:
    """The two gaps of each person that weigh most."""
    if rows.empty:
        return
    order = rows.sort_values(["participant", "need", "kpi"], ascending=[True, False, True])
    order["priority"] = order.groupby("participant").cumcount() + 1
    for one in order[order["priority"] <= PRIORITIES].to_dict("records"):
        skill = given.actions.skills[one["skill"]]
        known = {str(k): v for k, v in one.items() if k in COLUMNS and k != "participant"}
        chance = last.get(one["participant"], (np.nan, False))[0]
        yield given.row(one["participant"], "person", skill, **known, last_fifth=chance)


def _last_fifth(given: _Given) -> dict[str, tuple[float, bool]]:
    """Person → the probability to be truly among the last fifth, and whether that calls for a talk."""
    inputs = (given.schemes, given.scheme, given.scores, given.scorecard)
    found = known_steadiness(*inputs, given.period)
    if isinstance(found, str) or found.scored.low <= 0:
        return {}
    table = candidates(*inputs, found.scored, given.period, top=False)
    return {
        str(r["participant"]): (float(r["probability"]), bool(r["candidate"] and r["own"] < 100 * REACHED))
        for r in table.to_dict("records")
    }
