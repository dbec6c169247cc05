"""Choosing an engagement's KPIs: evidence, answers and judgement in, the best set with its reasons out."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from toolkit.catalogue.kpi import Kpi
from toolkit.data.engagement import Engagement
from toolkit.design.ask import Answers, load_answers, summary
from toolkit.design.screen import Screening, screen
from toolkit.design.screen.links import linked_pairs
from toolkit.design.select.brief import WHERE, Brief, check_brief, load_brief
from toolkit.design.select.criteria import criteria, repeating, served, unknown_shares, values
from toolkit.design.select.explain import Binding, Flip, binding, flips
from toolkit.design.select.program import UNIT, Found, Program, program
from toolkit.design.select.robust import DRAWS, inclusion
from toolkit.design.select.save import inputs_of
from toolkit.design.select.selection import RunnerUp, Selection
from toolkit.design.select.solve import best_sets, searcher
from toolkit.design.select.wishes import wishes
from toolkit.design.select.words import Fact, binding_words, reason, report_conflicts
from toolkit.errors import DataError, NotEnoughData, Problem, Problems
from toolkit.language import LANGUAGES

LEAST_RHO = 0.2  # METHODS 2: under it two KPIs do not overlap
RUNNERS_UP = 5
DIFFER = 2  # KPIs in which a runner-up must differ: one set with one KPI more is no other choice


class Evidence(NamedTuple):
    """What a choice starts from, as tables: candidates with their values, criteria, pairs, pairs apart."""

    kpis: Mapping[str, Kpi]
    candidates: pd.DataFrame
    criteria: pd.DataFrame
    overlap: pd.DataFrame
    apart: pd.DataFrame


def select(
    client: Engagement,
    brief: Brief | None = None,
    screening: Screening | None = None,
    answers: Answers | None = None,
    *,
    seed: int = 0,
    draws: int = DRAWS,
    language: str | None = None,
) -> Selection:
    """Choose the KPIs that serve the objectives best within the client's wishes; exactly.

    The set with the greatest Σ value − λ Σ |ρ| of its pairs − γ Σ data cost is found and proven; the value
    of a KPI is the weighted mean of its scores, and judgement.

    Parameters
    ----------
    client : Engagement
    brief : Brief, optional
        The engagement's `kpi_brief.yaml` by default.
    screening : Screening, optional
        Of the candidates; made here by default. Needs `.tests` and `.pairs`.
    answers : Answers, optional
        The employees'; those in the engagement's folder by default.
    seed : int
        Of the draws that show how far the choice hangs on judgement.
    draws : int
    language : str, optional
        Of the reasons; the engagement's own by default.

    Raises
    ------
    DataError
        The brief is at fault, or no set meets it: every wish in conflict, with its line.
    NotEnoughData
        Fewer candidates can be chosen than are wanted at least.

    References
    ----------
    Kellerer, Pferschy and Pisinger (2004), Knapsack Problems, ch. 12 (pairs that cost).

    Examples
    --------
    >>> import toolkit as tk
    >>> from toolkit.assets import asset
    >>> client = tk.load_engagement(asset("templates", "engagements", "manufacturer"))
    >>> chosen = select(client, seed=1, draws=20)
    >>> 5 <= len(chosen.best) <= 8, sorted(set(chosen.table["category"]))
    (True, ['growth', 'process', 'quality', 'result'])
    """
    brief = load_brief(client) if brief is None else brief
    check_brief(brief, client)
    names = candidates_of(client, brief)
    here = [name for name in names if name in client.measured]
    screening = screen(client, here) if screening is None else screening
    answers = load_answers(client) if answers is None else answers
    found = evidence(client, brief, names, screening.tests, screening.pairs, _said(answers))
    _refuse_too_few(found.candidates, brief)
    return _chosen(client, brief, found, seed, draws, language or client.language)


def _chosen(
    client: Engagement, brief: Brief, found: Evidence, seed: int, draws: int, language: str
) -> Selection:
    """Search, explain, and put the choice together."""
    task = programme(found, brief)
    search = searcher(task)
    sets = best_sets(search, RUNNERS_UP + 1, DIFFER)
    if not sets:
        problems = Problems()
        report_conflicts(task, brief, problems)
        problems.raise_as(DataError)
    best = sets[0]
    often = inclusion(search, found.candidates["sd"].to_numpy(), seed=seed, draws=draws)
    turned, costly = flips(search, best), binding(search, best)
    facts = _facts(client, brief, found, task, best, turned)
    return Selection(
        best=task.kpis(best.chosen),
        value=best.worth / UNIT,
        runners_up=tuple(_runner_up(task, best, other) for other in sets[1:]),
        facts=_table(found.candidates, best, turned, often),
        criteria=found.criteria,
        costs=_costs(costly),
        reasons=tuple({one: reason(fact, found.kpis, one) for one in LANGUAGES} for fact in facts),
        wishes=tuple({one: binding_words(b, found.kpis, one) for one in LANGUAGES} for b in costly),
        problem={**_size(task, search), "draws": draws, "seed": seed, **vars(brief.price)},
        inputs=inputs_of(client),
        language=language,
    )


def _costs(costly: list[Binding]) -> pd.DataFrame:
    table = pd.DataFrame([(b.wish.name, b.gain) for b in costly], columns=["row", "gain"])
    return table.astype({"row": "str", "gain": float})


def _said(answers: Answers) -> pd.DataFrame:
    """The employees' answers summed up; a table without rows where nobody was asked."""
    if answers.scores.empty:
        return pd.DataFrame(columns=["kpi", "question", "mean", "low", "high", "level"])
    return summary(answers)


def candidates_of(client: Engagement, brief: Brief) -> list[str]:
    """The KPIs to choose from: the brief's, else all that are measured; must-haves in any case."""
    return list(dict.fromkeys([*(brief.candidates or client.measured), *brief.must_have]))


def evidence(
    client: Engagement,
    brief: Brief,
    names: list[str],
    tests: pd.DataFrame,
    pairs: pd.DataFrame,
    answered: pd.DataFrame,
) -> Evidence:
    """Put together what is known of the candidates.

    Parameters
    ----------
    client : Engagement
    brief : Brief
    names : list of str
        The candidates.
    tests, pairs : DataFrame
        A screening's.
    answered : DataFrame
        The employees' answers by KPI and question.
    """
    kpis = {name: client.kpis[name] for name in names if name in client.kpis}
    table = criteria(kpis, brief, client.objectives, tests, answered, client.measured)
    each = brief.data_cost.each
    frame = values(table)
    frame["category"] = [k.category for k in kpis.values()]
    frame["leading"] = [k.lead_lag == "lead" for k in kpis.values()]
    for column, verdict in (("weak", "warn"), ("unreliable", "fail")):
        frame[column] = frame["kpi"].isin(repeating(tests, verdict))
    there = dict.fromkeys(client.measured, 0.0)
    frame["cost"] = [float(each.get(n, there.get(n, brief.data_cost.default))) for n in kpis]
    return Evidence(kpis, frame, table, _overlap(pairs), _apart(kpis, pairs))


def _overlap(pairs: pd.DataFrame) -> pd.DataFrame:
    """kpi_a, kpi_b, rho of pairs that move together more than a little; unknown ones count as nothing."""
    close = pairs[pairs["overall"].abs() > LEAST_RHO]
    return close[["kpi_a", "kpi_b", "overall"]].rename(columns={"overall": "rho"})


def _apart(kpis: Mapping[str, Kpi], pairs: pd.DataFrame) -> pd.DataFrame:
    """Pairs that would count one thing twice: by their formulas, or because they move as one."""
    links = linked_pairs(kpis)
    links = links[links["twice"]][["kpi_a", "kpi_b"]].assign(why="linked")
    seen = {frozenset(pair) for pair in links[["kpi_a", "kpi_b"]].itertuples(index=False)}
    alike = pairs.loc[pairs["verdict"] == "fail", ["kpi_a", "kpi_b"]].assign(why="redundant")
    fresh = [frozenset(pair) not in seen for pair in alike[["kpi_a", "kpi_b"]].itertuples(index=False)]
    return pd.concat([links, alike[np.array(fresh, dtype=bool)]], ignore_index=True)


def programme(found: Evidence, brief: Brief) -> Program:
    """The programme of a choice: values less the price of data, overlaps at λ|ρ|, and every wish as a row.

    Parameters
    ----------
    found : Evidence
    brief : Brief
    """
    names = list(found.candidates["kpi"])
    at = {name: i for i, name in enumerate(names)}
    table = np.zeros((len(names), len(names)))
    for one, other, rho in found.overlap.itertuples(index=False):
        if one in at and other in at:
            i, j = sorted((at[one], at[other]))
            table[i, j] = brief.price.overlap * abs(rho)
    net = found.candidates["value"] - brief.price.data * found.candidates["cost"]
    return program(names, net, table, wishes(brief, found.candidates, found.apart))


def _refuse_too_few(candidates: pd.DataFrame, brief: Brief) -> None:
    dear = candidates["cost"] > brief.data_cost.most
    able = int((~candidates["kpi"].isin(brief.exclude) & ~dear).sum())
    if able < max(1, brief.count[0]):
        values: dict[str, Any] = {"count": len(candidates), "least": max(1, brief.count[0])}
        row = brief.line(("candidates",))
        raise NotEnoughData(Problem("select.too_few", WHERE, row, "candidates", able, values))


def _runner_up(task: Program, best: Found, other: Found) -> RunnerUp:
    joins, leaves = task.kpis(other.chosen & ~best.chosen), task.kpis(best.chosen & ~other.chosen)
    differs = (*(f"+{kpi}" for kpi in joins), *(f"-{kpi}" for kpi in leaves))
    return RunnerUp(task.kpis(other.chosen), other.worth / UNIT, differs)


def _table(candidates: pd.DataFrame, best: Found, turned: list[Flip], often: pd.DataFrame) -> pd.DataFrame:
    table = candidates[["kpi", "category", "value", "sd", "cost", "unreliable"]].copy()
    loss = np.array([flip.loss for flip in turned])
    table["chosen"] = best.chosen
    table["marginal_value"] = loss
    table["break_even"] = np.where(best.chosen, math.nan, candidates["value"] + loss)
    return table.merge(often, on="kpi", how="left", validate="1:1")


def _facts(
    client: Engagement, brief: Brief, found: Evidence, task: Program, best: Found, turned: list[Flip]
) -> list[Fact]:
    """What the words about each candidate are made of."""
    chosen = set(task.kpis(best.chosen))
    nothing = dict(unknown_shares(found.criteria))
    rhos = {frozenset((a, b)): r for a, b, r in found.overlap.itertuples(index=False)}
    kept = {
        frozenset(w.about): w.kind for w in task.wishes if w.kind in ("not_together", "linked", "redundant")
    }
    facts = []
    for name, value, flip in zip(task.names, found.candidates["value"], turned, strict=True):
        others = [k for k in task.kpis(best.chosen) if k != name]
        close = {k: rhos[frozenset((name, k))] for k in others if frozenset((name, k)) in rhos}
        facts.append(
            Fact(
                name,
                name in chosen,
                float(value),
                flip,
                wish="must_have" if name in brief.must_have else "exclude" if name in brief.exclude else "",
                serves=tuple(sorted(served(name, brief, client.objectives))),
                objectives=bool(client.objectives),
                overlaps=dict(sorted(close.items(), key=lambda item: -abs(item[1]))),
                apart={k: kept[frozenset((name, k))] for k in others if frozenset((name, k)) in kept},
                unknown=nothing[name],
            )
        )
    return facts


def _size(task: Program, search: object) -> dict[str, object]:
    return {
        "candidates": len(task.names),
        "pairs": len(task.pairs[0]),
        "wishes": len(task.wishes),
        "search": type(search).__name__.lower(),
    }
