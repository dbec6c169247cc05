"""Weighing an engagement's schemes: what people judge, what weights do, what mends them, how far it holds."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from toolkit.appraise.appraisal import Appraisal, settle
from toolkit.data.engagement import Engagement
from toolkit.design.ask.weighing import Judgements, load_judgements
from toolkit.design.screen import screen
from toolkit.design.weights.acted import Acted, acted, acting_table, agreed_columns, stages_table
from toolkit.design.weights.brief import WeightBrief, check_weight_brief, load_weight_brief
from toolkit.design.weights.holding import Holding, holding
from toolkit.design.weights.limits import bounds_of
from toolkit.design.weights.people import Group, group_of, judges_of, unanswered
from toolkit.design.weights.save import inputs_of
from toolkit.design.weights.shown import range_points, range_words, ranges_table
from toolkit.design.weights.sources import NAMES, reconcile, sources_of
from toolkit.design.weights.study import SchemeWeights, WeightStudy, empty
from toolkit.design.weights.words import Told, measure_words, problem_words, scheme_words
from toolkit.errors import DataError, Problem
from toolkit.language import LANGUAGES, pick
from toolkit.scheme.scheme import Scheme

Warned = Mapping[str, tuple[str, ...]]


def weigh(
    client: Engagement,
    appraisal: Appraisal | None = None,
    brief: WeightBrief | None = None,
    *,
    warned: Warned | None = None,
    judgements: Judgements | None = None,
    seed: int = 0,
    language: str | None = None,
) -> WeightStudy:
    """What the weights of an engagement's schemes are, what they do, and what they might be.

    Of each scheme: what people judge, and how far they agree; weights from data; the share of the differences
    between people that each measure makes, in scores and in payouts, with the remedies in their order; one
    set of weights from all sources; and how far places hang on the weights. No scheme is changed.

    Parameters
    ----------
    client : Engagement
    appraisal : Appraisal, optional
        The engagement's tables, where they are at hand; computed otherwise.
    brief : WeightBrief, optional
        The engagement's `weight_brief.yaml` by default.
    warned : mapping, optional
        KPI → codes of its warnings (integrity, coverage), as `warnings_of` makes them: never raised. Without
        it only coverage is looked at, and the study says so.
    judgements : Judgements, optional
        The returned forms; those in the engagement's folder by default.
    seed : int
        Of the draws.
    language : str, optional
        Of the sentences in the tables; the engagement's own by default.

    Raises
    ------
    DataError
        The brief, a form or the wishes for the weights are at fault, or there is nothing to weigh.

    Examples
    --------
    >>> import toolkit as tk
    >>> from toolkit.assets import asset
    >>> client = tk.load_engagement(asset("templates", "engagements", "adventureworks"))
    >>> study = weigh(client, language="en")
    >>> study["reseller_commission"].table[["measure", "agreed"]].values.tolist()
    [['sales', 1.0]]
    """
    brief = load_weight_brief(client) if brief is None else brief
    check_weight_brief(brief, client)
    schemes = weighed_schemes(client, brief)
    judgements = load_judgements(client) if judgements is None else judgements
    tables = settle(client) if appraisal is None else appraisal
    looked = warned is not None
    signs = dict(warned) if warned is not None else blanks_of(client, schemes)
    parts = tuple(_weighed(client, tables, s, brief, judgements, signs, looked, seed) for s in schemes)
    return WeightStudy(parts, inputs_of(client), seed).told_in(language or client.language)


def weighed_schemes(client: Engagement, brief: WeightBrief) -> tuple[Scheme, ...]:
    """The schemes to weigh: the brief's, else those that still hold, by preference those with two measures.

    Raises
    ------
    DataError
        No scheme has a measure that carries a weight.
    """
    if brief.schemes:
        named = [_named(client, name) for name in brief.schemes]
        return tuple({s.id: s for s in named}.values())
    latest = {s.name: s for s in sorted(client.schemes, key=lambda s: s.effective.from_)}
    holding = [s for s in latest.values() if s.effective.to is None or s.effective.to >= client.end]
    counted = {s.id: sum(m.weight > 0 for m in s.measures) for s in holding}
    found = [s for s in holding if counted[s.id] > 1] or [s for s in holding if counted[s.id] == 1]
    if not found:
        raise DataError(Problem("weigh.no_scheme"))
    return tuple(found)


def _named(client: Engagement, name: str) -> Scheme:
    found = [s for s in client.schemes if name in (s.id, s.name)]
    return max(found, key=lambda s: s.effective.from_)


def warnings_of(signs: pd.DataFrame | None, tests: pd.DataFrame | None) -> dict[str, tuple[str, ...]]:
    """KPI → codes of the warnings under which it is never raised.

    Parameters
    ----------
    signs : DataFrame, optional
        Of `tk.integrity`: a verdict `look` is a warning.
    tests : DataFrame, optional
        Of `tk.screen(...).tests`: a coverage that fails is one. Lack of reliability is none.

    Examples
    --------
    >>> signs = pd.DataFrame({"kpi": ["visits", "calls"], "verdict": ["look", "nothing_seen"]})
    >>> warnings_of(signs, None)
    {'visits': ('integrity',)}
    """
    found: dict[str, list[str]] = {}
    if signs is not None:
        flagged = signs.loc[(signs["verdict"] == "look") & (signs["kpi"] != ""), "kpi"]
        for kpi in dict.fromkeys(flagged):
            found.setdefault(str(kpi), []).append("integrity")
    if tests is not None:
        failing = tests[(tests["test"] == "coverage") & (tests["verdict"] == "fail")]
        for kpi in dict.fromkeys(failing["kpi"]):
            found.setdefault(str(kpi), []).append("coverage")
    return {kpi: tuple(codes) for kpi, codes in found.items()}


def kpis_weighed(client: Engagement, schemes: tuple[Scheme, ...]) -> list[str]:
    """The measured KPIs that carry a weight in some schemes."""
    return list(
        dict.fromkeys(m.kpi for s in schemes for m in s.measures if m.weight > 0 and m.kpi in client.measured)
    )


def blanks_of(client: Engagement, schemes: tuple[Scheme, ...]) -> dict[str, tuple[str, ...]]:
    """Warnings of KPIs with too many blanks, by the screening."""
    kpis = kpis_weighed(client, schemes)
    return warnings_of(None, screen(client, kpis).tests) if kpis else {}


def _weighed(
    client: Engagement,
    tables: Appraisal,
    scheme: Scheme,
    brief: WeightBrief,
    judgements: Judgements,
    signs: Warned,
    looked: bool,
    seed: int,
) -> SchemeWeights:
    measures = [m for m in scheme.measures if m.weight > 0]
    names = tuple(m.name for m in measures)
    agreed = np.array([m.weight for m in measures])
    held = {m.name: signs[m.kpi] for m in measures if m.kpi in signs}
    group = group_of(judges_of(judgements, scheme.name, names, seed), names, brief)
    bounds = bounds_of(brief, scheme, client.kpis, held)
    found = acted(client, tables, scheme, bounds, brief, held, seed)
    weights, shares, refused = sources_of(client, found.past, agreed, group.weights, brief)
    reconciled, why = reconcile(weights, shares, agreed, bounds, brief.step)
    robust = (
        holding(found.past, brief.uncertainty, seed) if found.past is not None and len(names) > 1 else None
    )
    away = unanswered(brief, judgements)
    missing = [("unanswered", Problem("weigh.not_answered", value=", ".join(away)))] if away else []
    refused = [*missing, *group.refused, *found.refused, *refused, *(robust.refused if robust else ())]
    refused += [("reconciled", why)] if why is not None else []
    refused += [("scheme", Problem("weigh.one_measure"))] if len(names) == 1 else []
    refused += [] if looked or len(names) == 1 else [("warnings", Problem("weigh.signs_not_looked_at"))]
    refused += [("remedies", note) for note in found.notes]
    called = {one: {m.name: pick(client.kpis[m.kpi].name, one) for m in measures} for one in LANGUAGES}
    counts = _counts(weights, shares)
    told = Told(called, agreed, weights[0], reconciled, found, group, robust, brief, held, counts)
    columns = {name: weights[i] for i, name in enumerate(NAMES)} | {"reconciled": reconciled}
    table = _table(scheme, agreed, columns, found, brief)
    return _part(scheme, table, told, refused)


def _counts(weights: np.ndarray, shares: np.ndarray) -> dict[str, float]:
    """What each source counts in the end: one that was refused drops out, but judgement has a stand-in."""
    there = ~np.isnan(weights).any(axis=1)
    there[NAMES.index("expert")] = True
    counted = np.where(there, shares, 0.0)
    return dict(zip(NAMES, (counted / counted.sum() if counted.sum() > 0 else counted).tolist(), strict=True))


def _table(
    scheme: Scheme, agreed: np.ndarray, sources: Mapping[str, np.ndarray], found: Acted, brief: WeightBrief
) -> pd.DataFrame:
    measures = [m for m in scheme.measures if m.weight > 0]
    names = tuple(m.name for m in measures)
    adopted = found.at(brief.adopt.step)
    frame = pd.DataFrame({"measure": names, "kpi": [m.kpi for m in measures], "agreed": agreed, "why": ""})
    frame = frame.assign(proposed=agreed if adopted is None else adopted.weights)
    frame = frame.assign(**agreed_columns(found, names), **sources)
    return frame[list(empty("table"))].astype(empty("table").dtypes.to_dict())


def _part(
    scheme: Scheme, table: pd.DataFrame, told: Told, refused: list[tuple[str, Problem]]
) -> SchemeWeights:
    """Everything of one scheme put together, in words of both languages."""
    found, group, robust = told.found, told.group, told.robust
    said = tuple(
        (part, {one: problem_words(problem, told.names[one], one) for one in LANGUAGES})
        for part, problem in _once(refused)
    )
    ranges = ranges_table(found)
    return SchemeWeights(
        scheme=scheme.id,
        table=table,
        stages=stages_table(found),
        acting=acting_table(found),
        ranges=ranges,
        judges=group.judges,
        noise=group.noise,
        pairs_to_revisit=group.pairs,
        agreement=group.agreement,
        sides=group.sides,
        first_place=robust.first if robust else empty("first_place"),
        sobol=robust.sobol if robust else empty("sobol"),
        places=robust.places if robust else empty("places"),
        refused=said,
        words={one: scheme_words(told, one) for one in LANGUAGES},
        reasons=tuple({one: measure_words(told, k, one) for one in LANGUAGES} for k in range(len(table))),
        range_reasons=range_words(found),
        range_points=range_points(found),
        facts=_facts(told, robust, group),
    )


def _once(refused: list[tuple[str, Problem]]) -> list[tuple[str, Problem]]:
    """Each refusal once: problems hold mappings, which are no keys."""
    seen: dict[str, tuple[str, Problem]] = {}
    for part, problem in refused:
        seen.setdefault(f"{part} {problem.code} {problem.value}", (part, problem))
    return list(seen.values())


def _facts(told: Told, robust: Holding | None, group: Group) -> dict[str, object]:
    now = told.found.at("agreed")
    paid = now.pay_shares if now is not None else None
    adopt = told.brief.adopt
    return {
        "n": now.shares.n if now is not None else 0,
        "people": now.shares.people if now is not None else 0,
        "pay_n": paid.n if paid is not None else 0,
        "pay_people": paid.people if paid is not None else 0,
        "as_if": told.found.as_if and told.found.past is not None,
        "unit": told.found.past.unit if told.found.past is not None else "",
        "period": robust.period if robust else "",
        "judges": len(group.judges),
        "side_names": list(told.brief.sides)[:2],
        "counts": dict(told.counts),
        "warned": {name: list(codes) for name, codes in told.warned.items()},
        "adopt": adopt.step,
        "adopted_on": adopt.on.isoformat() if adopt.on is not None else "",
        "weights": told.found.weights,
    }
