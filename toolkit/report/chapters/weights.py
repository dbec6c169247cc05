"""Do the weights do what they say: what agreed weights do to scores and pay, what the kept study found."""

from __future__ import annotations

from functools import partial

from toolkit.design.weights.acting.calibrate import LEAST_PEOPLE
from toolkit.design.weights.acting.shares import REST
from toolkit.language import number, percent, pick, text
from toolkit.report.acting import Acting, Part, acting, studied, study_of, weighed
from toolkit.report.blocks import Block, Chapter, Code, Heading, Link, Note, Paragraph, Points, Table
from toolkit.report.chapters.common import scheme_title
from toolkit.report.chapters.weights_judged import capital, judged_blocks, robust_blocks
from toolkit.report.chapters.weights_parts import (
    adopted_blocks,
    final_shares,
    labels,
    picture,
    remedy_blocks,
    short_interval,
    source_blocks,
)
from toolkit.report.phrases import count
from toolkit.report.results import Results, agreed_percent
from toolkit.scheme.scheme import Scheme
from toolkit.stats import LEVEL


def weights(results: Results, language: str) -> Chapter:
    """Shares of every scheme in force from the tables at hand; from the kept study the rest."""
    say = partial(text, language=language)
    study = studied(results, language)
    blocks: list[Block] = [Paragraph(say("report_weights.how"))]
    blocks += [Note(say("report_weights.stale"))] if study is not None and study.stale else []
    for scheme in weighed(results, language):
        blocks += [Heading(scheme_title(scheme, language)), *_one(scheme, results, language)]
    if study is None:
        blocks += [Paragraph(say("report_weights.none")), Code(say("report_weights.command"))]
    blocks.append(Link(say("report_weights.link"), "tables/weights.csv"))
    title = _title(results, language)
    return Chapter("weights", say("nav.weights"), say("kicker.weights"), title, tuple(blocks))


def _title(results: Results, language: str) -> str:
    """The measure that acts furthest from its weight, beyond its interval; else why none is named."""
    told, furthest = False, None
    several = False
    for scheme in weighed(results, language):
        found = acting(results, scheme)
        several |= len(found.measures) > 1
        if len(found.measures) < 2 or found.score.shares is None:
            continue
        told = True
        for measure in found.measures:
            value, low, high = found.score.of(measure.name)
            beyond = abs(value - measure.weight) if not low <= measure.weight <= high else 0.0
            if beyond > (furthest[0] if furthest else 0.0):
                furthest = (beyond, scheme, measure, value)
    if furthest is None:
        return text(f"report_weights.title_{'close' if told else 'unknown' if several else 'one'}", language)
    _, scheme, measure, value = furthest
    values = {
        "kpi": labels(scheme, results, language)[measure.name],
        "agreed": agreed_percent(measure.weight, language),
        "acting": percent(value, language),
    }
    after = final_shares(study_of(results, scheme, language)).get(measure.name)
    if after is None:
        return text("report_weights.title_apart", language, **values)
    return text("report_weights.title_remedied", language, **values, after=percent(after, language))


def _one(scheme: Scheme, results: Results, language: str) -> list[Block]:
    """One scheme: what its weights do, what would mend them, what people would set, what hangs on it."""
    say = partial(text, language=language)
    found, part = acting(results, scheme), study_of(results, scheme, language)
    names = labels(scheme, results, language)
    if len(found.measures) < 2:
        first = found.measures[0] if found.measures else None
        key = "report_weights.one_measure" if first else "report_weights.no_weights"
        return [Paragraph(say(key, **({"kpi": names[first.name]} if first else {})))]
    as_if = part is not None and found.score.why == "no_history" and bool(part.facts.get("as_if"))
    blocks = [Note(say("report_weights.as_if"))] if as_if else _live(found, names, language)
    blocks += picture(scheme, found, part, names, language)
    if part is None:
        return blocks + ([Paragraph(say("report_weights.no_part"))] if studied(results, language) else [])
    blocks += remedy_blocks(scheme, part, names, language)
    blocks += adopted_blocks(part, language)
    blocks += source_blocks(part, names, language)
    blocks += judged_blocks(part, names, language)
    blocks += robust_blocks(part, names, language)
    told = [words for what, words in part.refused if what != "unanswered"]  # that names people
    refused = tuple(dict.fromkeys(capital(pick(words, language)) for words in told))
    return blocks + ([Points(say("report_weights.refused"), refused)] if refused else [])


def _live(found: Acting, names: dict[str, str], language: str) -> list[Block]:
    """The table of agreed weights and shares, what stands out, and what is not told."""
    blocks: list[Block] = [_table(found, names, language)]
    if found.score.shares is None:
        return [*blocks, Paragraph(_why(found.score, "score", language))]
    blocks.append(Paragraph(_stands_out(found, names, language)))
    if found.payout.shares is None:
        blocks.append(Paragraph(_why(found.payout, "payout", language)))
    return blocks


def _table(found: Acting, names: dict[str, str], language: str) -> Table:
    parts = {kind: part for kind, part in (("score", found.score), ("payout", found.payout)) if part.shares}
    heads = ("kpi", "agreed", *parts)
    rows = [
        (
            names[m.name],
            agreed_percent(m.weight, language),
            *(short_interval(*part.of(m.name), language) for part in parts.values()),
        )
        for m in found.measures
    ]
    beside = [name for name in found.payout.names if "payout" in parts and name not in names]
    for name in beside:
        value, low, high = found.payout.of(name)
        if max(abs(value), abs(low), abs(high)) >= 0.0005:
            label = text("report_weights.rest", language) if name == REST else name
            cells = ("–",) * (len(parts) - 1)
            rows.append((label, "–", *cells, short_interval(value, low, high, language)))
    columns = tuple(text(f"report_weights.column_{c}", language) for c in heads)
    return Table(columns, tuple(rows), _caption(found, language))


def _caption(found: Acting, language: str) -> str:
    """How many scores and payouts of how many people the shares rest on."""
    score, payout = found.score, found.payout
    shown = [k for k, part in (("score", score), ("payout", payout)) if part.shares]
    if not shown:
        return text("report_weights.caption_agreed", language)
    values = {
        "n": count(score.rows, "score", language),
        "people": count(max(score.people, payout.people), "participant", language),
        "paid": count(payout.rows, "payout", language),
        "level": percent(LEVEL, language),
    }
    key = {1: "caption" if "score" in shown else "caption_payout", 2: "caption_both"}[len(shown)]
    return text(f"report_weights.{key}", language, **values)


def _why(part: Part, kind: str, language: str) -> str:
    """Why shares are not told."""
    least = {"least_rows": part.least, "least_people": LEAST_PEOPLE, "rows": part.rows, "people": part.people}
    values = {k: number(v, language) for k, v in least.items()}
    return text(f"report_weights.{part.why}_{kind}", language, **values)


def _stands_out(found: Acting, names: dict[str, str], language: str) -> str:
    """The measures that do more or less than agreed by their whole interval, and those that do nothing."""
    kinds: dict[str, list[str]] = {"more": [], "less": [], "against": []}
    for measure in found.measures:
        _, low, high = found.score.of(measure.name)
        if low > measure.weight:
            kinds["more"].append(names[measure.name])
        elif high < measure.weight:
            kinds["against" if low <= 0 else "less"].append(names[measure.name])
    said = [
        text(f"report_weights.{kind}", language, kpis=text("phrase.join", language).join(held))
        for kind, held in kinds.items()
        if held
    ]
    if not said:
        return text("report_weights.none_apart", language)
    return text("phrase.space", language).join([*said, text("report_weights.whole", language)])
