"""What the kept study says of a scheme's weights: the remedies in order, and all sources side by side."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from functools import partial
from typing import Any

import pandas as pd

from toolkit.design.ask.weighing.measures import told_apart
from toolkit.design.weights.acting.history import MEAN
from toolkit.design.weights.study import SchemeWeights
from toolkit.language import day, number, percent, pick, text
from toolkit.report.acting import CALIBRATED, SOURCES, Acting, calibrated, hidden_sources
from toolkit.report.blocks import Block, Details, Heading, Paragraph, Points, Table
from toolkit.report.chapters.common import figure_label
from toolkit.report.charts_weights import acting_picture
from toolkit.report.look import styled
from toolkit.report.private import all_shown, counted
from toolkit.report.results import Results, agreed_number, agreed_percent, small
from toolkit.scheme.scheme import Scheme
from toolkit.stats import LEVEL

_UNMOVED = 0.005  # a factor so close to 1 leaves the range as it is


def labels(scheme: Scheme, results: Results, language: str) -> dict[str, str]:
    """Measure → its KPI's name, as much of it as tells the scheme's measures apart."""
    return told_apart(scheme.measures, results.client.kpis, language)


def short_interval(value: float, low: float, high: float, language: str) -> str:
    """A share with its interval: "63 % (56 % to 71 %)"; a dash where there is none."""
    if math.isnan(value):
        return "–"
    shown = dict(zip(("estimate", "low", "high"), (value, low, high), strict=True))
    if math.isnan(low):
        return percent(value, language)
    return text("phrase.short_interval", language, **{k: percent(v, language) for k, v in shown.items()})


def shares_at(part: SchemeWeights | None, stage: str, of: str = "score") -> dict[str, float]:
    """Measure → its share at a stage of the study; empty where there is none."""
    if part is None:
        return {}
    rows = part.acting[(part.acting["stage"] == stage) & (part.acting["of"] == of)].dropna(subset=["share"])
    return dict(zip(rows["measure"], rows["share"].astype(float), strict=True))


def final_shares(part: SchemeWeights | None) -> dict[str, float]:
    """Measure → its share of score differences after the last remedy that was worked out."""
    return next((found for stage in (*CALIBRATED, "ranges") if (found := shares_at(part, stage))), {})


def picture(
    scheme: Scheme, found: Acting, part: SchemeWeights | None, names: dict[str, str], language: str
) -> list[Block]:
    """Agreed weights, today's shares and those after each remedy; nothing where no share is known."""
    frame = _picture_frame(found, part, names)
    if not frame["acting"].notna().any():
        return []
    after = frame["weights"].notna().any() or frame["ranges"].notna().any()
    legend = {
        mark: text(f"report_weights.mark_{mark}", language)
        for mark in ("agreed", "acting", "ranges", "weights")
    }
    said = [_picture_row(row, language) for row in frame.to_dict("records")]
    alt = text(
        "report_weights.figure_alt",
        language,
        scheme=pick(scheme.title, language),
        rows=text("phrase.semicolon", language).join(said),
    )
    key = "report_weights.figure_caption_after" if after else "report_weights.figure_caption"
    caption = text(key, language, level=percent(LEVEL, language))
    frame["label"] = [figure_label(label) for label in frame["label"]]
    with styled(language):
        return [acting_picture(frame, legend, lambda x: percent(x, language), alt, caption)]


def _picture_frame(found: Acting, part: SchemeWeights | None, names: dict[str, str]) -> pd.DataFrame:
    """A row a measure; shares from the tables at hand, without them the study's."""
    kept = {r["measure"]: r for r in part.table.to_dict("records")} if part is not None else {}
    ranges = shares_at(part, "ranges")
    last = next((s for stage in CALIBRATED if (s := shares_at(part, stage))), {})
    rows = []
    for measure in found.measures:
        value, low, high = found.score.of(measure.name)
        if found.score.why == "no_history" and measure.name in kept:
            value, low, high = (kept[measure.name][c] for c in ("acting", "low", "high"))
        row = {
            "label": names[measure.name],
            "agreed": measure.weight,
            "acting": value,
            "low": low,
            "high": high,
        }
        after = {"ranges": ranges.get(measure.name, math.nan), "weights": last.get(measure.name, math.nan)}
        rows.append({**row, **after})
    return pd.DataFrame(rows)


def _picture_row(row: dict[Any, Any], language: str) -> str:
    after = row["weights"] if not math.isnan(row["weights"]) else row["ranges"]
    shares = {"acting": row["acting"], "after": after}
    values = {k: percent(v, language) for k, v in shares.items() if not math.isnan(v)}
    key = "report_weights.figure_row_after" if "after" in values else "report_weights.figure_row"
    agreed = agreed_percent(row["agreed"], language)
    return text(key, language, kpi=row["label"], agreed=agreed, **{"acting": "–", **values})


def remedy_blocks(scheme: Scheme, part: SchemeWeights, names: dict[str, str], language: str) -> list[Block]:
    """Stage after stage: the gap, what it costs, how near it comes, and the ranges proposed."""
    stages = part.stages.to_dict("records")
    if len(stages) < 2:
        return []
    say = partial(text, language=language)
    columns = ("stage", "gap", "mean_score", "mean_payout")
    rows = tuple(_stage(row, language) for row in stages)
    blocks: list[Block] = [
        Heading(say("report_weights.remedies")),
        Paragraph(say("report_weights.remedies_how")),
        Table(
            tuple(say(f"report_weights.column_{c}") for c in columns),
            rows,
            say("report_weights.stages_caption" + _unit(part)),
        ),
    ]
    said = [_outcome(scheme, part, names, language), _cost(stages[0], stages[-1], _unit(part), language)]
    blocks.append(Paragraph(say("phrase.space").join(filter(None, said))))
    return [*blocks, *_ranges(part, names, language)]


def _stage(row: dict[Any, Any], language: str) -> tuple[str, ...]:
    def shown(value: float, form: Any) -> str:
        return "–" if math.isnan(value) else form(value)

    return (
        text(f"report_weights.stage.{row['stage']}", language),
        shown(
            row["gap"], lambda x: text("report_weights.gap", language, points=number(x * 100, language, 1))
        ),
        shown(row["mean_score"], lambda x: number(x, language, 1)),
        shown(row["mean_payout"], lambda x: percent(x, language, 1)),
    )


def _outcome(scheme: Scheme, part: SchemeWeights, names: dict[str, str], language: str) -> str:
    """Whether the agreed shares are met, or would be but for the rounding, or what stays furthest."""
    met = part.stages.loc[part.stages["reached"].astype(bool), "gap"]
    points = number(float(met.iloc[-1]) * 100, language, 1) if len(met) else ""
    if bool(part.stages["reached"].iloc[-1]):
        return text("report_weights.met", language, points=points)
    agreed = {m.name: m.weight for m in scheme.measures if m.weight > 0}
    last = {k: v for k, v in final_shares(part).items() if k in agreed}
    if not last:
        return ""
    worst = max(last, key=lambda k: abs(last[k] - agreed[k]))
    values = {"share": percent(last[worst], language), "agreed": agreed_percent(agreed[worst], language)}
    if points:
        return text("report_weights.rounded", language, points=points, kpi=small(names[worst]), **values)
    return text("report_weights.nearest", language, kpi=small(names[worst]), **values)


def _unit(part: SchemeWeights) -> str:
    """What payouts are shares of: the target incentive, else today's mean payout, marked `_mean`."""
    return "_mean" if part.facts.get("unit") == MEAN else ""


def _cost(first: dict[Any, Any], last: dict[Any, Any], unit: str, language: str) -> str:
    """What the same performance would have scored and been paid."""
    if math.isnan(first["mean_score"]) or math.isnan(last["mean_score"]):
        return ""
    values = {
        "score": number(first["mean_score"], language, 1),
        "score_after": number(last["mean_score"], language, 1),
    }
    if math.isnan(first["mean_payout"]) or math.isnan(last["mean_payout"]):
        return text("report_weights.cost_score", language, **values)
    paid = {
        "payout": percent(first["mean_payout"], language, 1),
        "payout_after": percent(last["mean_payout"], language, 1),
    }
    return text(f"report_weights.cost{unit}", language, **values, **paid)


def _ranges(part: SchemeWeights, names: dict[str, str], language: str) -> list[Block]:
    """The curves proposed, now and then; below it which stay, and why."""
    say = partial(text, language=language)
    moved, left = [], []
    for row in part.ranges.to_dict("records"):
        factor = row["factor"]
        if math.isnan(factor) or abs(factor - 1) < _UNMOVED:
            left.append(row)
        else:
            moved.append(row)
    blocks: list[Block] = []
    if moved:
        heads = ("kpi", "now", "then", "effect")
        rows = tuple(
            (
                names.get(r["measure"], r["measure"]),
                r["before"],
                r["after"],
                say("report_weights.narrower", times=agreed_number(r["factor"], language)),
            )
            for r in moved
        )
        columns = tuple(say(f"report_weights.column_{c}") for c in heads)
        blocks.append(Table(columns, rows, say("report_weights.ranges")))
    lines = tuple(
        say("report_weights.line", kpi=names.get(r["measure"], r["measure"]), why=r["why"])
        for r in left
        if r["why"]
    )
    return blocks + ([Points(say("report_weights.left"), lines)] if lines else [])


def adopted_blocks(part: SchemeWeights, language: str) -> list[Block]:
    """What the owner of the scheme adopted and when, and what it presupposes; nothing where nothing was."""
    say = partial(text, language=language)
    step, on = (str(part.facts.get(key) or "") for key in ("adopt", "adopted_on"))
    when = {"day": day(dt.date.fromisoformat(on), language)} if on else {}
    key = "_on" if on else ""
    if step in ("", "agreed"):
        return [Paragraph(say("report_weights.adopted_none_on", **when))] if on else []
    held = part.facts.get("weights")
    what = say(f"report_weights.adopted_step.{step}")
    if not isinstance(held, Mapping) or step not in held:
        return [Paragraph(say("report_weights.adopted_unknown", step=what))]
    said = [say(f"report_weights.adopted{key}", step=what, **when)]
    moved = [f for f in part.ranges["factor"] if not math.isnan(f) and abs(f - 1) >= _UNMOVED]
    if step in CALIBRATED and moved:
        said.append(say("report_weights.adopted_ranges"))
    return [Paragraph(say("phrase.space").join(said))]


def source_blocks(part: SchemeWeights, names: dict[str, str], language: str) -> list[Block]:
    """Agreed weights beside those of every source, and those that would act as agreed."""
    say = partial(text, language=language)
    fitted = calibrated(part)
    hidden = hidden_sources(part)
    sources = [s for s in SOURCES if part.table[s].notna().any() and s not in hidden]
    proposed = part.table["proposed"].notna() & ((part.table["proposed"] - part.table["agreed"]).abs() > 1e-9)
    columns = [
        "agreed",
        *(["calibrated"] if fitted else []),
        *sources,
        *(["proposed"] if proposed.any() else []),
    ]
    if len(columns) < 2:
        return []
    rows = []
    for row in part.table.to_dict("records"):
        cells = {**row, "calibrated": fitted.get(row["measure"], math.nan)}
        shown = (_weight(cells[c], c, language) for c in columns)
        rows.append((names.get(row["measure"], row["measure"]), *shown))
    heads = tuple(say(f"report_weights.column_{c}") for c in ("kpi", *columns))
    blocks: list[Block] = [
        Heading(say("report_weights.sources")),
        Paragraph(say("phrase.space").join((say("report_weights.sources_text"), *_counts(part, language)))),
        Table(heads, tuple(rows)),
    ]
    lines = part.table[["measure", "why"]].itertuples(index=False, name=None)
    why = tuple(say("report_weights.line", kpi=names.get(m, m), why=said) for m, said in lines if said)
    told = why and (all_shown(part) or counted(part).empty)  # the sentences hold what was judged
    return blocks + ([Details(say("report_weights.sources_why"), (Points("", why),))] if told else [])


def _counts(part: SchemeWeights, language: str) -> list[str]:
    """What each source counts in the reconciled weights."""
    held = part.facts.get("counts")
    told = part.table["reconciled"].notna().all() and "reconciled" not in hidden_sources(part)
    parts = held if isinstance(held, Mapping) and told else {}
    columns = {s: f"column_{s}" for s in parts}
    if counted(part).empty:  # then the agreed weights stand for what people judge
        columns["expert"] = "counts_agreed" if part.judges.empty else "counts_agreed_none"
    shown = [
        f"{text(f'report_weights.{columns[source]}', language)} {percent(share, language)}"
        for source, share in parts.items()
        if share > 0
    ]
    return (
        [text("report_weights.counts", language, parts=text("phrase.join", language).join(shown))]
        if shown
        else []
    )


def _weight(value: float, column: str, language: str) -> str:
    """A weight as it is shown: agreed ones to their own digits, computed ones to one in a hundred."""
    if math.isnan(value):
        return "–"
    return agreed_percent(value, language) if column in ("agreed", "proposed") else percent(value, language)
