"""S: what stands around the lines: raters, blanks, items, vetoes, grades."""

from __future__ import annotations

import math
from collections.abc import Iterator

from toolkit.language import listed, number, percent, pick, text
from toolkit.review.lint.evidence.attained import kpi_name
from toolkit.review.lint.look import Hit, Look, rule
from toolkit.scheme.items import Item


@rule("S06")
def missing_is_zero(look: Look) -> Iterator[Hit]:
    """A measure without a number scores 0, whoever the blank comes from."""
    if look.scheme.missing == "zero":
        yield Hit("missing", {"rows": _zeroed(look)})


def _zeroed(look: Look) -> str:
    """How many rows were scored 0 for want of a number, where a scorecard was given."""
    if "scorecard" not in look.tables:
        return ""
    card = look.own("scorecard")
    rows = card[card["weight"] > 0]
    blank = int(((rows["missing"] != "") & (rows["score"] == 0)).sum())
    return text("lint.s06.rows", look.language, rows=blank, n=len(rows))


@rule("S09")
def forced_in_small_groups(look: Look) -> Iterator[Hit]:
    """Agreed shares of grades are forced on groups in which a grade is a person or two."""
    grades, fewest = look.scheme.grades, int(look.limits["fewest"])
    if grades.by == "shares" and grades.least < fewest:
        last = grades.names[-1]
        said = {
            "least": grades.least,
            "fewest": fewest,
            "grade": last,
            "share": percent(grades.shares[last], look.language),
            "people": number(grades.shares[last] * grades.least, look.language, 1),
        }
        yield Hit("grades.least", said)


@rule("S20")
def forced_shares(look: Look) -> Iterator[Hit]:
    """Grades are given in fixed shares, whatever people reached."""
    grades = look.scheme.grades
    if grades.by == "shares":
        shown = [f"{name} {percent(share, look.language)}" for name, share in grades.shares.items()]
        yield Hit("grades.shares", {"shares": listed(shown, look.language)})


@rule("S10")
def last_place_unpaid(look: Look) -> Iterator[Hit]:
    """Somebody must come last, and who comes last gets nothing."""
    grades = look.scheme.grades
    if grades.by == "score":
        return
    last = grades.names[-1]
    for i, modifier in enumerate(look.scheme.pay.modifiers):
        factor = modifier.grades.get(last)
        if factor is not None and factor <= look.limits["factor"]:
            shown = percent(factor, look.language)
            yield Hit(f"pay.modifiers.{i}.grades.{last}", {"grade": last, "factor": shown})


@rule("S14")
def rated_by_one_side(look: Look) -> Iterator[Hit]:
    """A rating given by one side alone, or much of it by the person themselves."""
    for measure in look.scheme.measures:
        raters, most = measure.raters, look.limits["self"]
        reasons = []
        if len(raters) == 1:
            kind = text(f"lint.s14.kind.{next(iter(raters))}", look.language)
            reasons = [text("lint.s14.only", look.language, kind=kind)]
        elif raters.get("self", 0.0) > most + 1e-9:
            share = percent(raters["self"], look.language)
            reasons = [text("lint.s14.self", look.language, share=share)]
        for reason in reasons:
            said = {"kpi": kpi_name(look, measure), "reason": reason}
            yield Hit(f"measures.{measure.name}.raters", {**said, "most": percent(most, look.language)})


@rule("S16")
def items_move_too_much(look: Look) -> Iterator[Hit]:
    """Bonus and deduction items that can outweigh the lines themselves."""
    bounds, most = look.scheme.item_limits, look.limits["most"]
    for side, sign in (("up", 1), ("down", -1)):
        items = [item for item in look.scheme.items if item.points * sign > 0]
        bound = getattr(bounds, side, None)
        reach = min(sum(_reach(item) for item in items), math.inf if bound is None else bound)
        if reach > most:
            shown = number(reach, look.language, 1)
            kind = "unlimited" if math.isinf(reach) else "limited"
            said = {
                "way": text(f"lint.s16.{side}", look.language),
                "amount": text(f"lint.s16.{kind}", look.language, points=shown),
                "items": listed([_item_name(item, look.language) for item in items], look.language),
                "most": number(most, look.language),
            }
            yield Hit(f"item_limits.{side}" if bound is not None else "items", said)


def _reach(item: Item) -> float:
    return math.inf if item.most is None else item.most


def _item_name(item: Item, language: str) -> str:
    return pick(item.title, language) or item.name


@rule("S17")
def veto_without_safeguard(look: Look) -> Iterator[Hit]:
    """One event decides everything, without a definition or a way of appeal."""
    items = {item.name: item for item in look.scheme.items}
    for i, veto in enumerate(look.scheme.vetoes):
        reasons = []
        if not look.scheme.governance.get("appeal_days"):
            reasons.append(text("lint.s17.appeal", look.language))
        if veto.item and not items[veto.item].title:
            reasons.append(text("lint.s17.defined", look.language, item=veto.item))
        if reasons:
            about = _item_name(items[veto.item], look.language) if veto.item else _of(look, veto.measure)
            yield Hit(f"vetoes.{i}", {"veto": about, "reason": listed(reasons, look.language)})


def _of(look: Look, measure: str) -> str:
    return kpi_name(look, look.scheme.measure(measure))
