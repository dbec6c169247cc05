"""What those asked would set, without their names, and how much of the result hangs on the weights."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import partial
from typing import Any

from toolkit.design.weights.study import SchemeWeights
from toolkit.language import has_text, number, percent, period_name, text
from toolkit.report.blocks import Block, Heading, Paragraph, Points, Table
from toolkit.report.phrases import count
from toolkit.report.private import FEWEST_JUDGES, all_shown, counted, side_names, sides_shown
from toolkit.report.results import small
from toolkit.stats import LEVEL

_SIDES = ("first", "second")
_END = 0.0005  # of a weight: shown as none, or as all


def judged_blocks(part: SchemeWeights, names: dict[str, str], language: str) -> list[Block]:
    """Weights given by everybody and by either side, how far people agree, who is apart: never a name."""
    judges = part.judges.drop_duplicates("respondent")
    if judges.empty:
        return []
    say = partial(text, language=language)
    blocks: list[Block] = [Heading(say("report_weights.judged"))]
    if not all_shown(part):
        said = [*_returned(part, language), say(f"report_weights.judges_{_why_hidden(part)}")]
        return [*blocks, Paragraph(say("phrase.space").join(said))]
    said = [*_returned(part, language), *_agreement(part.agreement, language)]
    blocks.append(Paragraph(say("phrase.space").join(said)))
    blocks.append(_sides(part, names, language))
    lines = [*_apart(part, names, language), *_outlying(part, language), *_consistency(part, language)]
    return [*blocks, Paragraph(say("phrase.space").join(lines))] if lines else blocks


def _why_hidden(part: SchemeWeights) -> str:
    """Why no weights of those asked are shown: nobody counts, they are too few, or one could be told."""
    people = len(counted(part))
    return "uncounted" if not people else "few" if people < FEWEST_JUDGES else "told"


def _returned(part: SchemeWeights, language: str) -> list[str]:
    """How many returned a form, by which methods, and how many of them count nothing."""
    say = partial(text, language=language)
    judges = part.judges.drop_duplicates("respondent")
    methods = part.judges["method"].value_counts()
    listed = (
        say(
            "report_weights.method_count",
            method=_known("report_weights.method", str(m), language),
            n=number(n, language),
        )
        for m, n in methods.items()
    )
    people = count(len(judges), "person", language)
    said = [say("report_weights.judged_by", people=people, methods=say("phrase.join").join(listed))]
    if nothing := len(judges) - len(counted(part)):
        said.append(say("report_weights.judged_nothing", people=count(nothing, "person", language)))
    return said


def _known(kind: str, word: str, language: str) -> str:
    """A word of the study in the page's language; a client's own as it is."""
    key = f"{kind}.{word}"
    return text(key, language) if has_text(key) else word


def _agreement(found: Mapping[str, Any], language: str) -> list[str]:
    said = []
    if _is_number(found.get("w")):
        key = "report_weights.agreement_few" if found.get("descriptive") else "report_weights.agreement"
        said.append(text(key, language, w=number(found["w"], language, 2)))
    if _is_number(found.get("consensus")):
        said.append(
            text("report_weights.consensus", language, consensus=percent(found["consensus"], language))
        )
    return said


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not math.isnan(value)


def _side_names(part: SchemeWeights, language: str) -> tuple[str, ...]:
    """The two sides compared, as the page calls them; none where the study names none."""
    return tuple(_known("weigh.side", name, language) for name in side_names(part))


def _inside(name: str, language: str) -> str:
    """A name inside a sentence: in Chinese with a space where Latin letters meet Chinese ones."""
    if language != "zh":
        return name
    ends = [" " if end.isascii() and end.isalnum() else "" for end in (name[:1], name[-1:])]
    return f"{ends[0]}{name}{ends[1]}"


def _sides(part: SchemeWeights, names: dict[str, str], language: str) -> Table:
    """Everybody's weights; beside them either side's and their ratio, where both are large enough."""
    say = partial(text, language=language)
    expert = dict(zip(part.table["measure"], part.table["expert"], strict=True))
    sides = {r["measure"]: r for r in part.sides.to_dict("records") if not math.isnan(r["ratio"])}
    head = (say("report_weights.column_kpi"), say("report_weights.column_everyone"))
    every = {m: "–" if math.isnan(w) else percent(w, language) for m, w in expert.items()}
    if not sides or not sides_shown(part):
        rows = tuple((names.get(m, m), shown) for m, shown in every.items())
        caption = say("report_weights.judged_caption")
        left = [say("report_weights.sides_left")] if sides else []
        return Table(head, rows, say("phrase.space").join((caption, *left)))
    first, second = _side_names(part, language)
    lines = []
    for measure, shown in every.items():
        own = sides.get(measure)
        cells: tuple[str, ...] = ("–", "–", "–")
        if own is not None:
            ratio, low, high = (number(own[c], language, 2) for c in ("ratio", "low", "high"))
            between = say("phrase.short_interval", estimate=ratio, low=low, high=high)
            cells = (*(percent(own[c], language) for c in _SIDES), between)
        lines.append((names.get(measure, measure), shown, *cells))
    columns = (*head, first, second, say("report_weights.column_ratio", first=first, second=second))
    return Table(columns, tuple(lines), say("report_weights.sides_caption", level=percent(LEVEL, language)))


def _apart(part: SchemeWeights, names: dict[str, str], language: str) -> list[str]:
    """On which measures the sides differ beyond chance."""
    known = part.sides[part.sides["ratio"].notna()]
    if known.empty or not side_names(part):
        return []
    first, second = _side_names(part, language)
    sides = {"first": capital(_inside(first, language).lstrip()), "second": _inside(second, language)}
    kpis = [names.get(m, m) for m in known.loc[known["apart"].astype(bool), "measure"]]
    if not kpis:
        return [text("report_weights.apart_none", language, **sides)]
    return [text("report_weights.apart", language, **sides, kpis=text("phrase.join", language).join(kpis))]


def capital(words: str) -> str:
    """Words at the beginning of a sentence."""
    return words[:1].upper() + words[1:]


def _outlying(part: SchemeWeights, language: str) -> list[str]:
    """How many of each side judge far from the others; a small side is not named, lest a person be."""
    judges = part.judges.drop_duplicates("respondent")
    far = judges[judges["outlying"].fillna(False).astype(bool)]
    if far.empty:
        return []
    size = judges["side"].value_counts()
    told: dict[str, int] = {}
    for side in far["side"]:
        named = str(side) if side and size.get(side, 0) >= FEWEST_JUDGES else ""
        told[named] = told.get(named, 0) + 1
    who = []
    for side, n in told.items():
        key = "report_weights.outlying_side" if side else "report_weights.outlying_any"
        values = {"side": _inside(_known("weigh.side", side, language), language).lstrip()} if side else {}
        who.append(text(key, language, n=number(n, language), **values))
    return [text("report_weights.outlying", language, who=text("phrase.join", language).join(who))]


def _consistency(part: SchemeWeights, language: str) -> list[str]:
    """How many contradict themselves, and how many pairs would be worth a second look."""
    checked = part.judges.dropna(subset=["consistency_ratio"])
    if checked.empty:
        return []
    over = int(checked["inconsistent"].fillna(False).astype(bool).sum())
    if not over:
        return [text(f"report_weights.consistent{'_one' if len(checked) == 1 else ''}", language)]
    values = {
        "n": number(over, language),
        "all": number(len(checked), language),
        "pairs": count(len(part.pairs_to_revisit), "pair", language),
    }
    return [text("report_weights.inconsistent", language, **values)]


def robust_blocks(part: SchemeWeights, names: dict[str, str], language: str) -> list[Block]:
    """Between which weights the first place stays, how often it does, what a score's uncertainty is of."""
    say = partial(text, language=language)
    blocks: list[Block] = []
    blocks += _first_place(part, names, language)
    leads = part.places[(part.places["agreed_place"] == 1) & part.places["share_first"].notna()]
    if len(leads) == 1:
        share = percent(float(leads["share_first"].iloc[0]), language)
        blocks.append(Paragraph(say("report_weights.places", share=share)))
    if len(part.sobol):
        blocks += [Paragraph(say("report_weights.sobol")), _sobol(part, language)]
    return [Heading(say("report_weights.robust")), *blocks] if blocks else []


def _first_place(part: SchemeWeights, names: dict[str, str], language: str) -> list[Block]:
    """Measure after measure, or a sentence where none of them alone changes the first place."""
    rows, period = part.first_place.to_dict("records"), str(part.facts.get("period") or "")
    if not rows:
        return []
    when = {"period": period_name(period, language)} if period else {}
    key = "report_weights.first" if period else "report_weights.first_now"
    if all(_stays(row) == (False, False) for row in rows):
        return [Paragraph(text(f"{key}_whatever", language, **when))]
    return [Points(text(key, language, **when), tuple(_first(row, names, language) for row in rows))]


def _stays(row: dict[Any, Any]) -> tuple[bool, bool]:
    """Whether a weight has a least and a most beyond which the first place changes hands."""
    return row["low"] > _END, row["high"] < 1 - _END


def _first(row: dict[Any, Any], names: dict[str, str], language: str) -> str:
    """Between which weights of one measure the first place stays."""
    keys = {(True, True): "between", (True, False): "above", (False, True): "below"}
    key = keys.get(_stays(row), "always")
    values = {end: percent(row[end], language) for end in ("low", "high")}
    kpi = small(names.get(row["measure"], row["measure"]))
    return text(f"report_weights.first_{key}", language, kpi=kpi, **values)


def _sobol(part: SchemeWeights, language: str) -> Table:
    """Shares of a score's uncertainty, the greatest first."""
    rows = []
    for row in part.sobol.sort_values("total", ascending=False).to_dict("records"):
        total = _share(row["total"], row["total_low"], row["total_high"])
        first = _share(min(row["first"], total["estimate"]), row["first_low"], row["first_high"])
        cells = [
            text("phrase.short_interval", language, **{k: percent(v, language) for k, v in shown.items()})
            for shown in (first, total)
        ]
        rows.append((_known("report_weights.part", row["group"], language), *cells))
    heads = tuple(text(f"report_weights.column_{c}", language) for c in ("part", "alone", "whole"))
    return Table(heads, tuple(rows))


def _share(value: float, low: float, high: float) -> dict[str, float]:
    """A share of the variance as it can be: estimates go a little beyond 0 and 1, shares do not."""
    value, low, high = (min(max(x, 0.0), 1.0) for x in (value, low, high))
    return {"estimate": value, "low": min(low, value), "high": max(high, value)}
