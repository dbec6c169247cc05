"""The honours of a pay period, scheme by scheme, each with what it rests on, or why there is none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from toolkit.appraise.confidence import known_steadiness
from toolkit.appraise.recognition.candidates import candidates
from toolkit.appraise.recognition.improved import RANKED_FROM, RELIABLE, improvement
from toolkit.appraise.recognition.stars import achievement, stars
from toolkit.appraise.roster import KEY
from toolkit.appraise.steadiness import PRESENT, Steadiness, family, last_pay_period
from toolkit.language import has_text, number, percent, period_name, pick, text
from toolkit.scheme.scheme import Scheme, Schemes

COLUMNS = [
    *("period", "award", "participant", "evidence", "scheme", "result"),
    *("probability", "score", "rank", "n", "measure", "missing"),
]
STARS = {
    "star_of_month": "month",
    "star_of_quarter": "quarter",
    "star_of_half": "half",
    "star_of_year": "year",
}
IMPROVED, PROMOTION = "most_improved", "promotion_candidates"
_BLANK: dict[str, object] = {
    **dict.fromkeys(("participant", "evidence", "result", "measure", "missing"), ""),
    **dict.fromkeys(("probability", "score", "rank", "n"), np.nan),
}


@dataclass(frozen=True)
class _Given:
    """One scheme and pay period with what all awards ask of it."""

    schemes: Schemes
    scheme: Scheme
    scores: pd.DataFrame
    scorecard: pd.DataFrame
    period: str
    found: Steadiness | str
    language: str

    @property
    def grain(self) -> str:
        return self.schemes.calendar.grain_of(self.period)

    @property
    def paying(self) -> bool:
        """Whether it is a pay period; within one, only its months' stars are called."""
        return self.grain == self.scheme.pay_every

    def say(self, key: str, **values: object) -> str:
        return text(f"recognition.{key}", self.language, **values)

    def refused(self) -> str:
        """Why reliability is unknown, in words."""
        return self.say(f"refused_{self.found}")

    def row(self, award: str, period: str, **known: object) -> dict[str, object]:
        return {**_BLANK, "period": period, "award": award, "scheme": self.scheme.id, **known}

    def present(self, period: str) -> pd.DataFrame:
        """Scores of a period of those employed for most of it."""
        of_scheme = self.scores["scheme"].isin(family(self.schemes, self.scheme))
        rows = self.scores[of_scheme & (self.scores["period"] == period) & self.scores["score"].notna()]
        exposure = self.scorecard.drop_duplicates(KEY)[[*KEY, "exposure"]]
        held = rows[[*KEY, "score"]].merge(exposure, on=KEY, how="left")
        return held[held["exposure"].fillna(1.0) >= PRESENT]


def recognise(
    schemes: Schemes,
    scores: pd.DataFrame,
    scorecard: pd.DataFrame,
    *,
    period: str | None = None,
    language: str = "en",
) -> pd.DataFrame:
    """The honours that each scheme's `recognition` names, of a pay period and the months in it.

    Honours only: nothing here is paid. Each scheme says how many of which under `recognition`:
    `star_of_month` (also of_quarter, of_half, of_year), `most_improved`, `promotion_candidates` (all there
    are, unless it says how many). Who was employed for less than 80 % of a period is left out of it.

    Parameters
    ----------
    schemes : Schemes
    scores, scorecard : DataFrame
        As `grade` and `score` give them.
    period : str, optional
        A pay period, or one of its months for that month's star alone; each scheme's last pay period by
        default. Later periods are not used.
    language : str
        Of the evidence.

    Returns
    -------
    DataFrame
        period, award, participant, evidence (a sentence), scheme, result, probability, score, rank, n (people
        compared), measure, missing. `result` is star (truly the best with a probability of one half or more),
        tie (two or three share it), achievement (no clear star: one verifiable achievement is honoured
        instead), improved, candidate, none (nobody passed), refused (the data cannot carry it; `missing` says
        why) or by_hand (agreed, but nothing to compute it from). Rows without a person leave `participant`
        blank.

    Examples
    --------
    >>> from toolkit.scheme.example import example_schemes
    >>> scores = pd.DataFrame({"scheme": "field_sales@2026-01", "participant": ["p1"], "period": "2026-Q1"})
    >>> card = scores.assign(exposure=1.0, measure="revenue", attainment=1.1, level="individual", weight=0.6)
    >>> recognise(example_schemes(), scores.assign(score=80.0), card)[["award", "missing"]].values.tolist()
    [['promotion_candidates', 'too_few_people']]
    """
    rows: list[dict[str, object]] = []
    for scheme in schemes:
        when = period or last_pay_period(schemes, scheme, scores)
        if when is None or not ((scores["scheme"] == scheme.id) & (scores["period"] == when)).any():
            continue
        found = known_steadiness(schemes, scheme, scores, scorecard, when)
        rows += _of_scheme(_Given(schemes, scheme, scores, scorecard, when, found, language))
    return pd.DataFrame(rows, columns=COLUMNS).astype({"rank": "Int64", "n": "Int64"})


def _of_scheme(given: _Given) -> Iterator[dict[str, object]]:
    agreed = {PROMOTION: None, **given.scheme.recognition}
    for award, count in agreed.items():
        if count == 0 or not (given.paying or STARS.get(award) == given.grain):
            continue
        places = count if isinstance(count, int) and not isinstance(count, bool) else None
        if award in STARS:
            yield from _stars(given, award, places or 1)
        elif award == IMPROVED:
            yield from _improved(given, places or 1)
        elif award == PROMOTION:
            yield from _promotion(given, places)
        else:
            yield given.row(award, given.period, result="by_hand", evidence=given.say("by_hand"))


def _stars(given: _Given, award: str, places: int) -> Iterator[dict[str, object]]:
    scheme, grain = given.scheme, STARS[award]
    if grain not in (scheme.score_every, scheme.pay_every):
        yield given.row(award, given.period, result="by_hand", evidence=given.say("not_scored_so"))
        return
    inside = (
        [given.period] if grain == scheme.pay_every else given.schemes.calendar.contains(given.period, grain)
    )
    for when in inside:
        here = given.present(when)
        if len(here):
            yield from _star(given, award, when, here, places)


def _star(
    given: _Given, award: str, when: str, here: pd.DataFrame, places: int
) -> Iterator[dict[str, object]]:
    if isinstance(given.found, str):
        yield _achieved(given, award, when, len(here), given.refused(), given.found)
        return
    monthly = given.schemes.calendar.grain_of(when) == given.scheme.score_every
    table = stars(here, given.found.scored if monthly else given.found.paid, places)
    called = table[table["result"] != ""]
    if called.empty:
        chance = percent(float(table["probability"].iloc[0]), given.language)
        n = number(len(table), given.language)
        yield _achieved(given, award, when, len(table), given.say("no_clear_star", chance=chance, n=n))
    for found in called.to_dict("records"):
        known = {k: found[k] for k in ("participant", "result", "probability", "score", "rank", "n")}
        yield given.row(award, when, **known, evidence=_starred(given, found, len(called)))


def _starred(given: _Given, found: Mapping[Any, Any], names: int) -> str:
    values = {
        "score": number(found["score"], given.language, 1),
        "chance": percent(found["probability"], given.language),
        "n": number(found["n"], given.language),
        "names": number(names, given.language),
    }
    return given.say(found["result"], **values)


def _achieved(given: _Given, award: str, when: str, n: int, why: str, missing: str = "") -> dict[str, object]:
    """One verifiable achievement where no star is clear."""
    scheme, card = given.scheme, given.scorecard
    own = {m.name for m in scheme.measures if m.weight and (m.level or scheme.level) == scheme.level}
    rows = card[(card["scheme"] == scheme.id) & (card["period"] == when) & card["measure"].isin(own)]
    best = achievement(rows[rows["exposure"].fillna(1.0) >= PRESENT])
    if best is None:
        evidence = given.say("nothing_ahead", why=why)
        return given.row(award, when, result="none", n=n, missing=missing, evidence=evidence)
    kpi = given.schemes.kpis[scheme.measure(best["measure"]).kpi]
    shown = percent(best["attainment"], given.language)
    evidence = given.say("achievement", why=why, kpi=_short(pick(kpi.name, given.language)), attainment=shown)
    known = {"participant": best["participant"], "measure": best["measure"], "n": n, "missing": missing}
    return given.row(award, when, result="achievement", evidence=evidence, **known)


def _short(name: str) -> str:
    """A KPI's name inside a sentence: without the synonyms in brackets, small unless an abbreviation."""
    bare = name.partition("（")[0].partition(" (")[0]
    return bare if bare[1:2].isupper() else bare[:1].lower() + bare[1:]


def _improved(given: _Given, places: int) -> Iterator[dict[str, object]]:
    row = partial(given.row, IMPROVED, given.period)
    if isinstance(given.found, str):
        yield row(result="refused", missing=given.found, evidence=given.refused())
        return
    r, earlier = given.found.paid, given.schemes.calendar.shift(given.period, -1)
    if r.value < RANKED_FROM:
        shown = {
            name: percent(x, given.language) for name, x in zip(("r", "low", "high"), r[:3], strict=True)
        }
        yield row(
            result="refused", missing="reliability_below_half", evidence=given.say("unreliable", **shown)
        )
        return
    table = improvement(given.present(earlier), given.present(given.period), r.value)
    if len(table) < 2:
        yield row(result="refused", missing="no_earlier_period", evidence=given.say("no_earlier"))
        return
    passed = table[table["reliable_change"] > RELIABLE].head(places)
    for one in passed.to_dict("records"):
        values = {k: number(one[k], given.language, 1) for k in ("before", "after", "expected")}
        when = period_name(earlier, given.language)
        evidence = given.say("improved", **values, when=when)
        known = {"participant": one["participant"], "score": one["after"], "rank": one["rank"], "n": one["n"]}
        yield row(result="improved", evidence=evidence, **known)
    if passed.empty:
        yield row(result="none", n=len(table), evidence=given.say("nobody_improved"))


def _promotion(given: _Given, most: int | None) -> Iterator[dict[str, object]]:
    row = partial(given.row, PROMOTION, given.period)
    if given.scheme.level != "individual":
        return
    if isinstance(given.found, str):
        yield row(result="refused", missing=given.found, evidence=given.refused())
        return
    if given.found.scored.low <= 0:  # whether people differ at all is not shown, so nobody is singled out
        yield row(result="refused", missing="not_reliable", evidence=given.say("refused_not_reliable"))
        return
    inputs = (given.schemes, given.scheme, given.scores, given.scorecard, given.found.scored, given.period)
    table = candidates(*inputs)
    named = table[table["candidate"]].head(most if most is not None else len(table))
    for rank, one in enumerate(named.to_dict("records"), 1):
        chance, n = percent(one["probability"], given.language), number(one["n"], given.language)
        evidence = given.say("promotion", chance=chance, n=n)
        known = {"participant": one["participant"], "probability": one["probability"], "n": len(table)}
        yield row(result="candidate", rank=rank, evidence=evidence, **known)
    if named.empty:
        best = percent(float(table["probability"].max()), given.language) if len(table) else "–"
        yield row(result="none", n=len(table), evidence=given.say("no_candidate", chance=best))


def award_name(award: str, language: str) -> str:
    """An award as it is called on a page: its own id where the client invented it.

    Examples
    --------
    >>> award_name("star_of_month", "zh"), award_name("team_spirit", "en")
    ('月度之星', 'team_spirit')
    """
    key = f"recognition.award_{award}"
    return text(key, language) if has_text(key) else award
