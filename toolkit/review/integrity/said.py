"""The sentence of each test: what was seen, by how much, how sure; never more than a reason to look."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from toolkit.data.engagement import Engagement
from toolkit.errors import NotEnoughData
from toolkit.language import describe, has_text, number, percent, pick, text
from toolkit.review.integrity.found import Found

_NAMED = 5  # where more stand out it is everybody's habit, and no list of names
_SMALLEST = 0.001  # a chance below is said to be below
_COUNTED = {"below", "above", "seen", "late_near"}  # facts that count rows; the others are shares


def sentence(
    row: Mapping[str, Any],
    result: Found | NotEnoughData,
    reads: str,
    tests: int,
    client: Engagement,
    language: str,
) -> str:
    """One test's result in words.

    Parameters
    ----------
    row : mapping
        The test's row of the table.
    result : Found or NotEnoughData
    reads : str
        In which unit the threshold stands: attainment, actual, score; blank for tests without one.
    tests : int
        How many tests of the run gave a chance.
    """
    where = _where(row, reads, client, language)
    if isinstance(result, NotEnoughData):
        said = " ".join(describe(problem, language) for problem in result.problems)
        return text("integrity.refused", language, where=where, said=said)
    values = _values(row["test"], result, language)
    said = text(f"integrity.said.{row['test']}", language, where=where, **values)
    chances = {"p": _chance(result.p_value, language), "adjusted": _chance(row["p_adjusted"], language)}
    verdict = text(f"integrity.verdict.{row['verdict']}", language, tests=number(tests, language), **chances)
    return said + verdict + _who(row, result, language)


def _where(row: Mapping[str, Any], reads: str, client: Engagement, language: str) -> str:
    """The KPI, and the threshold where there is one."""
    by_hand = row["test"] == "digit_heaping" and row["kpi"]
    entered = text(f"integrity.table.{row['kpi']}", language) if by_hand else ""
    if entered and row["measure"]:
        own = f"integrity.activity.{row['measure']}"
        kind = text(own, language) if has_text(own) else row["measure"]
        entered = text("integrity.of_kind", language, what=entered, kind=kind)
    kpi = client.kpis.get(row["kpi"])
    name = entered or (pick(kpi.name, language) if kpi is not None else "")
    if reads == "score":
        name = text("integrity.score", language)
    parts = [row["scheme"], name]
    if reads and not math.isnan(row["edge"]):
        kinds = "/".join(text(f"integrity.kind.{kind}", language) for kind in row["kind"].split("+"))
        at = percent(row["edge"], language, _digits(row["edge"] * 100)) if reads == "attainment" else ""
        at = at or number(row["edge"], language, _digits(row["edge"]))
        grain = text(f"integrity.grain.{row['grain']}", language)
        parts.append(text(f"integrity.at.{reads}", language, at=at, kind=kinds, grain=grain))
    joined = ("，" if language == "zh" else ", ").join(part for part in parts if part)
    return joined or text(f"integrity.test.{row['test']}", language)


def _digits(x: float) -> int:
    """As many decimals as a threshold needs, two at most."""
    return next((d for d in (0, 1) if abs(round(x, d) - x) < 1e-9), 2)


def _values(test: str, found: Found, language: str) -> dict[str, str]:
    """The numbers that a test's sentence names, in words."""
    facts = found.facts
    said = {
        name: percent(getattr(found, name), language, 1 if test == "discount_near_tier" else 0)
        for name in ("value", "low", "high")
    }
    if test == "excess_mass":
        said = {name: number(getattr(found, name), language) for name in ("value", "low", "high")}
    said |= {"n": number(found.n, language), "people": number(found.people, language)}
    for name, value in facts.items():
        counted = name in _COUNTED or (test == "excess_mass" and name == "expected")
        said[name] = number(value, language) if counted else percent(value, language, signed=name == "dip")
    if test == "hockey_stick":
        signed = {n: percent(getattr(found, n), language, signed=True) for n in ("value", "low", "high")}
        said |= signed
    return said


def _chance(p: float, language: str) -> str:
    if p < _SMALLEST:
        return text("integrity.below", language, p=percent(_SMALLEST, language, 1))
    return percent(p, language, 1)


def _who(row: Mapping[str, Any], found: Found, language: str) -> str:
    if row["verdict"] != "look" or not found.who:
        return ""
    if len(found.who) > _NAMED:
        return text("integrity.many", language, n=number(len(found.who), language))
    return text("integrity.who", language, who=row["who"])
