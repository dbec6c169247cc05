"""How a score is completed and graded, in words: missing numbers, difficulty, items, vetoes, grades."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from itertools import pairwise

from toolkit.catalogue.kpi import Kpi
from toolkit.language import pick, text
from toolkit.report.results import agreed_number, agreed_percent
from toolkit.report.rules import measure_name
from toolkit.scheme.grades import Grades
from toolkit.scheme.items import Item, Veto
from toolkit.scheme.scheme import Scheme


def grades_words(scheme: Scheme, language: str) -> str:
    """How a score becomes a grade: by edges, by rank or in agreed shares."""
    grades = scheme.grades
    if grades.by == "rank":
        return _by_rank(grades, language)
    if grades.by == "shares":
        return _by_shares(grades, language)
    return text("scheme.grades", language, grades=_edges(grades, language))


def _edges(grades: Grades, language: str) -> str:
    edges = [
        text("scheme.grade", language, grade=g, edge=agreed_number(e, language))
        for g, e in grades.edges.items()
    ]
    return text("phrase.join", language).join(edges)


def _by_rank(grades: Grades, language: str) -> str:
    say = partial(text, language=language)
    listed = []
    for (_, before), (grade, end) in pairwise([("", 0), *grades.first.items()]):
        start = before + 1
        key = "grades.first" if end == 1 else "grades.place" if start == end else "grades.places_to"
        listed.append(say(key, grade=grade, start=start, end=end))
    listed.append(say("grades.others", grade=grades.then))
    return say(
        "grades.by_rank", within=say(f"within.{grades.within}"), grades=say("phrase.join").join(listed)
    )


def _by_shares(grades: Grades, language: str) -> str:
    say = partial(text, language=language)
    shares = [
        say("grades.share", grade=g, share=agreed_percent(s, language)) for g, s in grades.shares.items()
    ]
    listed = say("phrase.join").join(shares)
    said = [say("grades.by_shares", within=say(f"within.{grades.within}"), grades=listed)]
    if grades.edges:
        said.append(say("grades.small_by_score", least=grades.least, grades=_edges(grades, language)))
    else:
        said.append(say("grades.small_blank", least=grades.least))
    return say("phrase.space").join(said)


def score_words(scheme: Scheme, kpis: Mapping[str, Kpi], language: str) -> str:
    """What happens to the points on their way to the score, in the order in which it happens.

    Parameters
    ----------
    scheme : Scheme
    kpis : mapping
        KPI id -> definition.
    language : str
    """
    say = partial(text, language=language)
    said = []
    if scheme.ramp:
        shares = say("phrase.join").join(agreed_percent(share, language) for share in scheme.ramp)
        said.append(say("rule.ramp", shares=shares, n=len(scheme.ramp)))
    said.append(say(f"rule.missing_{scheme.missing}"))
    if scheme.difficulty:
        said.append(say("rule.difficulty"))
    said += _item_words(scheme, language)
    said += [_veto_words(veto, scheme, kpis, language) for veto in scheme.vetoes]
    return say("phrase.space").join(said)


def _item_words(scheme: Scheme, language: str) -> list[str]:
    """Items with points (one of 0 points serves a veto and is told there), and their common limits."""
    say, limits = partial(text, language=language), scheme.item_limits
    listed = [_item(item, language) for item in scheme.items if item.points]
    said = [say("items.list", items=say("phrase.join").join(listed))] if listed else []
    if limits is not None and limits.up is not None:
        said.append(say("items.up", up=agreed_number(limits.up, language)))
    if limits is not None and limits.down is not None:
        said.append(say("items.down", down=agreed_number(limits.down, language)))
    return said


def _item(item: Item, language: str) -> str:
    plus = "+" if item.points > 0 else ""
    words = {
        "item": pick(item.title, language) or item.name,
        "points": plus + agreed_number(item.points, language),
    }
    if item.most is None:
        return text("items.one", language, **words)
    return text("items.one_most", language, most=agreed_number(item.most, language), **words)


def _veto_words(veto: Veto, scheme: Scheme, kpis: Mapping[str, Kpi], language: str) -> str:
    say = partial(text, language=language)
    effects = []
    if veto.score is not None:
        effects.append(say("veto.score", score=agreed_number(veto.score, language)))
    if veto.grade:
        effects.append(say("veto.grade", grade=veto.grade))
    if veto.pays == 0:
        effects.append(say("veto.pays_nothing"))
    elif veto.pays is not None:
        effects.append(say("veto.pays", pays=agreed_percent(veto.pays, language)))
    told = say("phrase.join").join(effects)
    if veto.measure:
        kpi, below = (
            measure_name(veto.measure, scheme, kpis, language),
            agreed_percent(veto.below or 0, language),
        )
        return say("veto.measure", kpi=kpi, below=below, effects=told)
    item = next(item for item in scheme.items if item.name == veto.item)
    return say("veto.item", item=pick(item.title, language) or item.name, effects=told)
