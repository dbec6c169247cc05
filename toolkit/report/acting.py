"""What agreed weights do, computed once for the chapter and its table; the kept study is read, never made."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd

from toolkit.design.weights.acted import least_rows
from toolkit.design.weights.acting.calibrate import LEAST_PEOPLE
from toolkit.design.weights.acting.history import History, history
from toolkit.design.weights.acting.shares import Shares, acting_shares, pay_parts
from toolkit.design.weights.save import load_weights
from toolkit.design.weights.study import SchemeWeights, WeightStudy
from toolkit.errors import NotEnoughData
from toolkit.report.private import all_shown, reconciled_shown
from toolkit.report.results import Results
from toolkit.scheme.measure import Measure
from toolkit.scheme.scheme import Scheme

SOURCES = ("expert", "equal", "data", "outcome", "reconciled")
CALIBRATED = ("steps", "weights")  # the stages that change weights, the last one first
_COLUMNS = [
    *("scheme", "measure", "kpi", "nominal", "effective_share", "calibrated", "low", "high"),
    *("payout_share", *SOURCES, "adopted"),
]
_NOTHING = (np.nan, np.nan, np.nan)


class Part(NamedTuple):
    """Shares of the differences in scores or in payouts, or why there are none.

    `shares` is None where `why` says no_history, too_few, same or unpaid. `names` are the columns that the
    shares belong to, `rows` and `people` what they rest on, `least` how many rows it takes.
    """

    shares: Shares | None
    names: tuple[str, ...] = ()
    rows: int = 0
    people: int = 0
    least: int = 0
    why: str = ""

    def of(self, name: str) -> tuple[float, float, float]:
        """A column's share with its interval; blank where there is none."""
        if self.shares is None or name not in self.names:
            return _NOTHING
        at = self.names.index(name)
        return float(self.shares.value[at]), float(self.shares.low[at]), float(self.shares.high[at])


class Acting(NamedTuple):
    """A scheme's measures with a weight, and what they make of the differences between people."""

    measures: tuple[Measure, ...]
    score: Part
    payout: Part


def studied(results: Results, language: str) -> WeightStudy | None:
    """The study of weights kept in the engagement; None where there is none."""
    return results.kept("weights", language, lambda: load_weights(results.client, language))


def study_of(results: Results, scheme: Scheme, language: str) -> SchemeWeights | None:
    """A scheme's part of the kept study."""
    study = studied(results, language)
    return None if study is None else next((one for one in study.schemes if one.scheme == scheme.id), None)


def weighed(results: Results, language: str) -> list[Scheme]:
    """The schemes in force, then others of the engagement that the study covers, such as one to come."""
    study = studied(results, language)
    known = {one.scheme for one in study.schemes} if study is not None else set()
    shown = {scheme.id for scheme in results.shown_schemes}
    return [*results.shown_schemes, *(s for s in results.schemes if s.id in known - shown)]


def acting(results: Results, scheme: Scheme) -> Acting:
    """What a scheme's weights do in the tables at hand."""
    return results.kept(f"acting {scheme.id}", "", lambda: _acting(results, scheme))


def _acting(results: Results, scheme: Scheme) -> Acting:
    measures = tuple(m for m in scheme.measures if m.weight > 0)
    if not measures:
        return Acting((), Part(None, why="no_history"), Part(None, why="no_history"))
    try:
        past = history(results, scheme)
    except NotEnoughData:
        return Acting(measures, Part(None, why="no_history"), Part(None, why="no_history"))
    score = _shares(past.points, scheme.score_every, past)
    try:
        paid = pay_parts(past)
    except NotEnoughData:
        return Acting(measures, score, Part(None, why="unpaid"))
    return Acting(measures, score, _shares(paid, scheme.pay_every, past))


def _shares(points: pd.DataFrame, grain: str, past: History) -> Part:
    """Acting shares where there are enough rows of the grain: a quarter's row holds three months."""
    people = points.index.get_level_values("participant").nunique()
    least = least_rows(past.appraisal.client, grain)
    part = Part(None, tuple(str(c) for c in points), len(points), people, least)
    if len(points) < least or people < LEAST_PEOPLE:
        return part._replace(why="too_few")
    try:
        return part._replace(shares=acting_shares(points))
    except NotEnoughData:
        return part._replace(why="same")


def calibrated(part: SchemeWeights) -> dict[str, float]:
    """Measure → the weight that would act as agreed, of the last stage reached; empty where refused."""
    held = part.facts.get("weights")
    stages: Mapping[str, Mapping[str, float]] = held if isinstance(held, Mapping) else {}
    found: Mapping[str, float] = next((stages[stage] for stage in CALIBRATED if stages.get(stage)), {})
    return {str(k): float(v) for k, v in found.items() if v is not None}


def hidden_sources(part: SchemeWeights) -> tuple[str, ...]:
    """The sources whose weights are shown nowhere, lest somebody's own could be computed from them."""
    shown = {"expert": all_shown(part), "reconciled": reconciled_shown(part)}
    return tuple(source for source, may in shown.items() if not may)


def weights_table(results: Results, language: str) -> pd.DataFrame:
    """Agreed weights, what they do and what the study would make of them; `weights.csv`.

    Returns
    -------
    DataFrame
        scheme, measure, kpi, nominal, effective_share (of score differences) with its interval low and high,
        calibrated (the weight that would act as agreed), payout_share, a column a source, adopted.
        Of each scheme, nominal, effective_share and calibrated sum to 1, or are blank. `expert`, and
        `reconciled` where it rests on it, are blank where one or two people's weights could be computed.
    """
    rows = [row for scheme in weighed(results, language) for row in _rows(results, scheme, language)]
    frame = pd.DataFrame(rows, columns=_COLUMNS)
    kinds = {c: "str" if c in ("scheme", "measure", "kpi") else "float64" for c in _COLUMNS}
    return frame.astype(kinds)


def _rows(results: Results, scheme: Scheme, language: str) -> list[dict[str, object]]:
    found, part = acting(results, scheme), study_of(results, scheme, language)
    kept = {r["measure"]: r for r in part.table.to_dict("records")} if part is not None else {}
    fitted = calibrated(part) if part is not None else {}
    named = set(fitted) >= {m.name for m in found.measures}
    hidden = hidden_sources(part) if part is not None else ()
    rows: list[dict[str, object]] = []
    for measure in found.measures:
        own = kept.get(measure.name, {})
        value, low, high = found.score.of(measure.name)
        if part is not None and found.score.why == "no_history":  # settled as if it had held
            value, low, high = (own.get(c, np.nan) for c in ("acting", "low", "high"))
        rows.append(
            {
                **{
                    "scheme": scheme.id,
                    "measure": measure.name,
                    "kpi": measure.kpi,
                    "nominal": measure.weight,
                },
                **{"effective_share": value, "low": low, "high": high},
                "calibrated": fitted[measure.name] if named else np.nan,
                "payout_share": found.payout.of(measure.name)[0],
                **{s: np.nan if s in hidden else own.get(s, np.nan) for s in SOURCES},
                "adopted": own.get("proposed", np.nan),
            }
        )
    return rows
