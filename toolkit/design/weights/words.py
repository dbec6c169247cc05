"""A study of weights in words that a director understands, in both languages: each measure, and the whole."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import pandas as pd

from toolkit.design.weights.acted import Acted
from toolkit.design.weights.acting.history import INCENTIVE
from toolkit.design.weights.acting.stages import Stage
from toolkit.design.weights.brief import WeightBrief
from toolkit.design.weights.holding import Holding
from toolkit.design.weights.people import Group
from toolkit.errors import Problem
from toolkit.language import day, describe, has_text, listed, number, percent, text
from toolkit.stats import LEVEL

_EDGE = 0.0005  # a weight this near to 0 or 100 % is shown as that
_FELT = 0.005  # half a percentage point: what is shown as a difference


@dataclass(frozen=True)
class Told:
    """What the sentences are made of.

    Parameters
    ----------
    names : mapping
        Language → measure → what it is called.
    agreed, expert, reconciled : ndarray, shape (k,)
    found : Acted
    group : Group
    robust : Holding, optional
    brief : WeightBrief
    warned : mapping
        Measure → codes of the warnings that it stands under.
    counts : mapping
        Source → its share in the reconciled weights.
    """

    names: Mapping[str, Mapping[str, str]]
    agreed: np.ndarray
    expert: np.ndarray
    reconciled: np.ndarray
    found: Acted
    group: Group
    robust: Holding | None
    brief: WeightBrief
    warned: Mapping[str, tuple[str, ...]]
    counts: Mapping[str, float]

    @property
    def measures(self) -> tuple[str, ...]:
        """The measures, in the scheme's order."""
        return tuple(self.names["en"])


def measure_words(told: Told, k: int, language: str) -> str:
    """What one weight does, beside what was agreed and what people would set."""
    measure, agreed = told.measures[k], float(told.agreed[k])
    parts = list(_does(told, k, language))
    if not np.isnan(told.expert[k]):
        values = {"weight": percent(told.expert[k], language), "people": _people(told.group, language)}
        one = int((told.group.judges["share"] > 0).sum()) == 1
        parts.append(_say("judged_one" if one else "judged", language, **values))
    if measure in told.warned:
        signs = [_say(f"sign.{code}", language) for code in told.warned[measure]]
        parts.append(_say("warned", language, signs=listed(signs, language)))
    last = told.found.stages[-1] if len(told.found.stages) > 1 else None
    if last is not None:
        share = float(last.shares.value[k])
        weight = float(last.weights[k])
        key = "after" if abs(weight - agreed) < 1e-9 else "after_weight"
        values = {"share": percent(share, language), "weight": percent(weight, language, 0)}
        parts.append(_say(key, language, **values))
    return _say("sentence", language, parts=text("phrase.semicolon", language).join(parts))


def _does(told: Told, k: int, language: str) -> Iterator[str]:
    """Agreed, acting in scores and in payouts, and what to think of it."""
    agreed, now = float(told.agreed[k]), told.found.at("agreed")
    shown = percent(agreed, language)
    if len(told.measures) == 1:
        yield _say("alone", language, agreed=shown)
        return
    if now is None:
        yield _say("unknown", language, agreed=shown)
        return
    share, low, high = (float(x[k]) for x in now.shares[:3])
    values = {"agreed": shown, "share": percent(share, language)}
    values |= {"low": percent(low, language), "high": percent(high, language)}
    paid = _paid(now, told.measures[k])
    if math.isnan(paid):
        yield _say("makes", language, **values)
    else:
        yield _say("makes_both", language, **values, paid=percent(paid, language))
    if high < 0:
        yield _say("against", language)
    elif low <= 0 <= high:
        yield _say("nothing" if high < agreed else "unsure", language)
    else:
        key = "more" if low > agreed else "less" if high < agreed else "alike"
        yield _say(key, language)


def _paid(stage: Stage, measure: str) -> float:
    if stage.pay_shares is None or measure not in stage.parts:
        return math.nan
    return float(stage.pay_shares.value[stage.parts.index(measure)])


def scheme_words(told: Told, language: str) -> tuple[str, ...]:
    """The whole in sentences: on what it rests, remedies with their cost, people, robustness, the choice."""
    parts = (_rests, _remedies, _judged, _pooled, _holds, _chosen)
    return tuple(sentence for part in parts for sentence in part(told, language))


def _rests(told: Told, language: str) -> Iterator[str]:
    now = told.found.at("agreed")
    if told.found.as_if and told.found.past is not None:
        yield _say("as_if", language)
    if now is None or len(told.measures) == 1:
        return
    values: dict[str, str] = {
        "n": number(now.shares.n, language),
        "people": number(now.shares.people, language),
    }
    values["level"] = percent(LEVEL, language)
    yield _say("rests", language, **values)
    k = int(np.abs(now.shares.value - told.agreed).argmax())
    gap = {"kpi": _name(told, k, language), "agreed": percent(told.agreed[k], language)}
    yield _say("gap", language, **gap, share=percent(now.shares.value[k], language))


def _remedies(told: Told, language: str) -> Iterator[str]:
    """How far each remedy goes, and what the last one costs."""
    stages = told.found.stages
    if len(stages) < 2:
        return
    first, last = stages[0], stages[-1]
    for before, after in pairwise(stages):
        gaps = {"before": _points(before.gap, language), "after": _points(after.gap, language)}
        helps = after.name != "weights" or after.gap < before.gap - _FELT
        yield _say(f"stage.{after.name}" if helps else "stage.no_weights", language, **gaps)
    cost = {"before": number(first.mean_score, language, 1), "after": number(last.mean_score, language, 1)}
    if math.isnan(first.mean_payout) or math.isnan(last.mean_payout):
        yield _say("cost_score", language, **cost)
    else:
        paid = {
            "paid": percent(first.mean_payout, language, 1),
            "then": percent(last.mean_payout, language, 1),
        }
        own = told.found.past is not None and told.found.past.unit == INCENTIVE
        yield _say("cost" if own else "cost_mean", language, **cost, **paid)
    if not last.reached:
        k = int(np.abs(last.shares.value - told.agreed).argmax())
        values = {"kpi": _name(told, k, language), "agreed": percent(told.agreed[k], language)}
        values["step"] = percent(told.brief.step, language, 0 if told.brief.step >= 0.01 else 1)
        key = "nearest_steps" if any(s.gap < _FELT for s in stages) else "nearest"
        yield _say(key, language, **values, share=percent(last.shares.value[k], language))


def _judged(told: Told, language: str) -> Iterator[str]:
    judges = told.group.judges
    if len(told.measures) < 2:
        return
    if judges.empty:
        yield _say("nobody_asked", language)
        return
    counting = int((judges["share"] > 0).sum())
    if not counting:
        yield _say("asked_none", language)
        return
    yield _say("asked" if counting > 1 else "asked_one", language, people=_people(told.group, language))
    agreement = told.group.agreement
    if "w" in agreement:
        key = "concordance_few" if agreement["descriptive"] else "concordance"
        values = {"w": number(_as_float(agreement["w"]), language, 2)}
        values["consensus"] = percent(_as_float(agreement["consensus"]), language)
        yield _say(key, language, **values)
    over = int(judges["inconsistent"].sum())
    if over:
        yield _say("inconsistent" if over > 1 else "inconsistent_one", language, n=number(over, language))
    apart = told.group.sides
    named = list(told.brief.sides)[:2]
    for row in apart[apart["apart"]].to_dict("records"):
        values = {"kpi": told.names[language][str(row["measure"])]}
        values |= {c: percent(row[c], language) for c in ("first", "second")}
        values |= {"one": _side(named[0], language), "other": _side(named[1], language)}
        yield _say("apart", language, **values)
    far = int(judges["outlying"].sum())
    if far:
        yield _say("outlying" if far > 1 else "outlying_one", language, n=number(far, language))


def _pooled(told: Told, language: str) -> Iterator[str]:
    """What the reconciled weights are made of."""
    if len(told.measures) < 2 or np.isnan(told.reconciled).any():
        return
    parts = [
        _say("source", language, source=_say(f"source.{name}", language), share=percent(share, language))
        for name, share in told.counts.items()
        if share > 0
    ]
    yield _say("pooled", language, parts=listed(parts, language))


def _holds(told: Told, language: str) -> Iterator[str]:
    """Between which weights the first place stays, and what a score's doubt is made of."""
    if told.robust is None:
        return
    reach = told.robust.first[["low", "high"]]
    if len(reach) and (reach["low"] <= _EDGE).all() and (reach["high"] >= 1 - _EDGE).all():
        yield _say("first_always", language)
    for row in told.robust.first.to_dict("records"):
        low, high = float(row["low"]), float(row["high"])
        if low > _EDGE or high < 1 - _EDGE:
            key = (
                "first_between"
                if low > _EDGE and high < 1 - _EDGE
                else "first_above"
                if low > _EDGE
                else "first_below"
            )
            values = {"kpi": told.names[language][str(row["measure"])]}
            yield _say(key, language, **values, low=percent(low, language), high=percent(high, language))
    sobol = told.robust.sobol
    if len(sobol):
        most = sobol.sort_values("total", ascending=False).iloc[0]
        total = min(max(float(most["total"]), 0.0), 1.0)
        ends = {"low": max(float(most["total_low"]), 0.0), "high": min(float(most["total_high"]), 1.0)}
        shares = {end: percent(value, language) for end, value in {"share": total, **ends}.items()}
        key = "doubt" if total > 0.5 else "doubt_part"
        yield _say(key, language, group=_say(f"doubt.{most['group']}", language), **shares)


def _chosen(told: Told, language: str) -> Iterator[str]:
    if len(told.measures) < 2:
        return
    adopt = told.brief.adopt
    if adopt.step == "agreed" or told.found.at(adopt.step) is None:
        key = "adopt.agreed" if adopt.step == "agreed" else "adopt.unknown"
        yield _say(key, language, step=_say(f"step.{adopt.step}", language))
        return
    when = day(pd.Timestamp(adopt.on), language) if adopt.on is not None else ""
    key = "adopt.on" if when else "adopt.chosen"
    yield _say(key, language, step=_say(f"step.{adopt.step}", language), day=when)


def problem_words(problem: Problem, names: Mapping[str, str], language: str) -> str:
    """A problem in words, measures by what they are called."""
    value, values = problem.value, dict(problem.values)
    if isinstance(value, str):
        value = text("phrase.join", language).join(names.get(part, part) for part in value.split(", "))
    if isinstance(values.get("name"), str):
        values["name"] = names.get(str(values["name"]), values["name"])
    return describe(
        replace(problem, where="", row=None, column="", value=value, values=values), language, remedied=False
    )


def _say(key: str, language: str, **values: object) -> str:
    return text(f"weigh.say.{key}", language, **values)


def _name(told: Told, k: int, language: str) -> str:
    return told.names[language][told.measures[k]]


def _people(group: Group, language: str) -> str:
    return number(int((group.judges["share"] > 0).sum()), language)


def _points(gap: float, language: str) -> str:
    return number(100 * gap, language, 1)


def _as_float(value: object) -> float:
    return float(str(value))


def _side(side: str, language: str) -> str:
    key = f"weigh.side.{side}"
    return text(key, language) if has_text(key) else side
