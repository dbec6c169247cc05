"""Why each KPI is in or out, what wishes cost, and why no set can be had: in words, in both languages."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from toolkit.catalogue.kpi import Kpi
from toolkit.design.select.brief import WHERE, Brief
from toolkit.design.select.conflicts import concessions, conflicts
from toolkit.design.select.explain import Binding, Flip
from toolkit.design.select.program import Program, Wish
from toolkit.documents import dotted
from toolkit.errors import Problems
from toolkit.language import listed, number, percent, pick, text

_NOTABLE = 0.005  # a loss under it would be shown as 0.00
_MOSTLY = 0.30  # share of a value's weight from which on it is said that nothing is known
_ABOUT_ONE = ("must_have", "exclude")
_PAIR = ("not_together", "linked", "redundant")


@dataclass(frozen=True)
class Fact:
    """What is known of one candidate after the search.

    Parameters
    ----------
    kpi : str
    chosen : bool
    value : float
        By the criteria, 0-1, before the price of its data.
    flip : Flip
    wish : str
        must_have, exclude or nothing.
    serves : tuple of int
        Objectives' numbers.
    objectives : bool
        Whether the engagement has any.
    overlaps : mapping
        Other KPI of the set → ρ, strongest first, above .2 only.
    apart : mapping
        Other KPI of the set → the kind of wish that keeps the two apart.
    unknown : float
        Share of its value's weight of which nothing is known.
    """

    kpi: str
    chosen: bool
    value: float
    flip: Flip
    wish: str = ""
    serves: tuple[int, ...] = ()
    objectives: bool = True
    overlaps: Mapping[str, float] = field(default_factory=dict)
    apart: Mapping[str, str] = field(default_factory=dict)
    unknown: float = 0.0


def reason(fact: Fact, kpis: Mapping[str, Kpi], language: str) -> str:
    """Why a candidate is in or out, in one sentence.

    Parameters
    ----------
    fact : Fact
    kpis : mapping
        For the names.
    language : str
    """
    parts = _in(fact, kpis, language) if fact.chosen else _out(fact, kpis, language)
    if fact.unknown >= _MOSTLY:
        parts.append(text("select.because.unknown", language, share=percent(fact.unknown, language)))
    joined = text("phrase.semicolon", language).join(parts)
    return text("select.in" if fact.chosen else "select.out", language, parts=joined)


def _in(fact: Fact, kpis: Mapping[str, Kpi], language: str) -> list[str]:
    parts = [text("select.because.must", language)] if fact.wish == "must_have" else []
    parts += _serves(fact, language)
    loss, joins = fact.flip.loss, named(fact.flip.joins, kpis, language)
    if math.isnan(loss):
        parts.append(text("select.because.needed", language))
    elif loss < 0:
        parts.append(text("select.because.wish_costs", language, gain=worth(-loss, language)))
    elif loss == 0:
        key = "tie" if joins else "tie_bare"
        parts.append(text(f"select.because.{key}", language, joins=joins))
    else:
        key = "replaced" if joins else "lost"
        parts.append(text(f"select.because.{key}", language, loss=worth(loss, language), joins=joins))
    return parts + _beside(fact, kpis, language)


def _out(fact: Fact, kpis: Mapping[str, Kpi], language: str) -> list[str]:
    loss = fact.flip.loss
    if fact.wish == "exclude":
        parts = [text("select.because.excluded", language)]
        if loss < 0:
            parts.append(text("select.because.wish_costs", language, gain=worth(-loss, language)))
        return parts
    parts = _serves(fact, language) + _beside(fact, kpis, language)
    if math.isnan(loss):
        return [*parts, text("select.because.impossible", language)]
    needed = fact.value + loss
    values = {"needed": number(needed, language, 2), "value": number(fact.value, language, 2)}
    leaves = named(fact.flip.leaves, kpis, language)
    if loss == 0:
        parts.append(
            text("select.because.as_good" if leaves else "select.because.no_gain", language, leaves=leaves)
        )
    elif needed > 1:
        parts.append(text("select.because.never", language, **values))
    elif loss < _NOTABLE:
        parts.append(text("select.because.nearly", language, leaves=leaves or "–"))
    else:
        key = "break_even_for" if leaves else "break_even"
        parts.append(text(f"select.because.{key}", language, leaves=leaves, **values))
    return parts


def _serves(fact: Fact, language: str) -> list[str]:
    if fact.serves:
        each = [str(n) for n in fact.serves]
        numbers = "、".join(each) if language == "zh" else listed(each, language)
        key = "serves" if len(fact.serves) == 1 else "serves_many"
        return [text(f"select.because.{key}", language, numbers=numbers)]
    return [text("select.because.no_objective", language)] if fact.objectives else []


def _beside(fact: Fact, kpis: Mapping[str, Kpi], language: str) -> list[str]:
    """What ties it to members of the set: a pair kept apart, else the one it moves with most."""
    kept = [
        text(f"select.because.{kind}", language, other=named([other], kpis, language))
        for other, kind in fact.apart.items()
    ]
    strongest = next(iter(fact.overlaps.items()), None)
    if strongest is not None and strongest[0] not in fact.apart:
        values = {"other": named([strongest[0]], kpis, language), "rho": number(strongest[1], language, 2)}
        key = "moves_with" if strongest[1] > 0 else "moves_against"
        kept.append(text(f"select.because.{key}", language, **values))
    return kept


def named(names: Sequence[str], kpis: Mapping[str, Kpi], language: str) -> str:
    """KPIs by their names, listed; nothing for none."""
    return listed([pick(kpis[n].name, language) if n in kpis else n for n in names], language)


def worth(value: float, language: str) -> str:
    """A value in two decimals, in four where two would show nothing."""
    return number(value, language, 2 if abs(value) >= _NOTABLE else 4)


def wish_words(wish: Wish, kpis: Mapping[str, Kpi], language: str) -> str:
    """A wish in words: at least 5 KPIs.

    Parameters
    ----------
    wish : Wish
    kpis : mapping
        For the names.
    language : str
    """
    return text(_code(wish), language, **_values(wish, [named([n], kpis, language) for n in wish.about]))


def binding_words(one: Binding, kpis: Mapping[str, Kpi], language: str) -> str:
    """What a wish costs and how the set would change without it."""
    values = {
        "wish": wish_words(one.wish, kpis, language),
        "gain": worth(one.gain, language),
        "joins": named(one.joins, kpis, language),
        "leaves": named(one.leaves, kpis, language),
    }
    key = "swap" if one.joins and one.leaves else "joins" if one.joins else "leaves"
    return text(f"select.binding.{key}", language, **values)


def _code(wish: Wish) -> str:
    of_category = wish.kind.startswith("category_")
    return f"select.wish.{wish.kind}.{wish.about[0]}" if of_category else f"select.wish.{wish.kind}"


def _values(wish: Wish, names: Sequence[str]) -> dict[str, object]:
    values: dict[str, object] = {"value": _plain(wish.bound)}
    if wish.kind in _ABOUT_ONE:
        values = {"value": names[0]}
    elif wish.kind in _PAIR:
        values = {"value": names[0], "other": names[1]}
    return values


def report_conflicts(program: Program, brief: Brief, problems: Problems) -> None:
    """Name every group of wishes that cannot all hold, each wish with its line, and the least that would do.

    Parameters
    ----------
    program : Program
        Without an answer.
    brief : Brief
    problems : Problems
        Is added to.
    """
    for group in conflicts(program):
        code = "select.infeasible" if len(group) > 1 else "select.infeasible_alone"
        column = dotted(group[0].address)  # tells this group from another of the same size
        problems.add(code, where=WHERE, column=column, value=len(group), count=len(program.names))
        for wish in group:
            values = _values(wish, wish.about)
            if "other" in values:  # as the first of the two is shown
                values["other"] = f"«{values['other']}»"
            _add(_code(wish), wish, brief, problems, **values)
    for wish, needed in concessions(program):
        if wish.kind in (*_ABOUT_ONE, *_PAIR):
            _add("select.give_up", wish, brief, problems, value=listed(list(wish.about), "en"))
        else:
            _add("select.give_way", wish, brief, problems, value=_plain(wish.bound), needed=_plain(needed))


def _plain(bound: float) -> int | float:
    """2 for 2.0, as it was written."""
    return int(bound) if float(bound).is_integer() else bound


def _add(code: str, wish: Wish, brief: Brief, problems: Problems, **values: object) -> None:
    column = dotted(wish.address)
    problems.add(code, where=WHERE, row=brief.line(wish.address), column=column, **values)
