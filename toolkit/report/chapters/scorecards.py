"""Scorecards of the last pay period: attainment of everyone on every measure, scores, grades."""

from __future__ import annotations

from functools import partial
from typing import Any

import pandas as pd

from toolkit.language import number, percent, pick, text
from toolkit.report.blocks import Block, Chapter, Heading, Paragraph, Table
from toolkit.report.chapters.common import PEOPLE_SHOWN, figure_label, name, period_names
from toolkit.report.chapters.raters import raters, unread
from toolkit.report.charts_pay import heat, waterfall
from toolkit.report.look import styled
from toolkit.report.phrases import count
from toolkit.report.results import Results, agreed_percent
from toolkit.scheme.scheme import Scheme


def scorecards(results: Results, language: str) -> Chapter:
    """Attainment, score and grade in the last pay period, scheme by scheme."""
    say = partial(text, language=language)
    blocks = [block for shown in results.shown_schemes for block in _one(shown, results, language)]
    blocks += [*raters(results, language), *unread(results, language)]
    title = _title(results, language)
    return Chapter("scorecards", say("nav.scorecards"), say("kicker.scorecards"), title, tuple(blocks))


def _title(results: Results, language: str) -> str:
    scores = results.latest(results.scores)
    known = scores["score"].dropna()
    values = {
        "period": period_names(scores, results, language),
        "scores": count(len(known), "score", language),
        "median": number(known.median(), language, 1),
        "low": number(known.min(), language, 1),
        "high": number(known.max(), language, 1),
    }
    key = "none" if known.empty else "one" if len(known) == 1 else "many"
    return text(f"scorecards.title_{key}", language, **values)


def _one(shown: Scheme, results: Results, language: str) -> list[Block]:
    say = partial(text, language=language)
    latest = (results.latest(table) for table in (results.scores, results.scorecard))
    scores, card = (rows[rows["scheme"] == shown.id] for rows in latest)
    if scores.empty:
        return []
    scores = scores.sort_values("rank", na_position="last")
    held = {g: number(int((scores["grade"] == g).sum()), language) for g in shown.grades.names}
    counts = [say("scorecards.grade_count", grade=g, n=n) for g, n in held.items()]
    noun = "person" if shown.level == "individual" else "participant"
    words = {
        "people": count(len(scores), noun, language),
        "period": period_names(scores, results, language),
        "shown": number(min(len(scores), PEOPLE_SHOWN), language),
    }
    blocks: list[Block] = [Heading(pick(shown.title, language))]
    if scores["score"].notna().any():
        blocks.append(Paragraph(say("scorecards.grades", counts=say("phrase.join").join(counts), **words)))
    if len(shown.measures) > 1 and card["attainment"].notna().any():
        with styled(language):
            blocks.append(_heat(shown, scores, card, words, results, language))
    if len(shown.measures) > 1 and scores["score"].notna().any():
        with styled(language):
            blocks.append(_worked(shown, scores, card, results, language))
    blocks.append(_table(scores, shown, results, language))
    if len(scores) > PEOPLE_SHOWN:
        more = count(len(scores) - PEOPLE_SHOWN, f"more_{noun}", language)
        blocks.append(Paragraph(say("scorecards.more", people=more)))
    return blocks


def _heat(
    shown: Scheme,
    scores: pd.DataFrame,
    card: pd.DataFrame,
    words: dict[str, str],
    results: Results,
    language: str,
) -> Block:
    """Attainment of the best fifty; a measure that is scored on its actual has none and is left out."""
    wide = card.pivot(index="participant", columns="measure", values="attainment")
    order = list(scores["participant"])[:PEOPLE_SHOWN]
    matrix = wide.reindex(index=order, columns=[m.name for m in shown.measures])
    matrix = matrix.dropna(axis=1, how="all")
    matrix.index = pd.Index([figure_label(results.names.get(p, p)) for p in matrix.index])
    matrix.columns = pd.Index([name(results, shown.measure(m).kpi, language) for m in matrix.columns])
    key = "scorecards.heat_caption" if len(scores) <= PEOPLE_SHOWN else "scorecards.heat_caption_part"
    return heat(
        matrix,
        lambda x: percent(x, language),
        text("scorecards.heat_alt", language, **words),
        text(key, language, **words),
    )


def _worked(
    shown: Scheme, scores: pd.DataFrame, card: pd.DataFrame, results: Results, language: str
) -> Block:
    """The person in the middle, as an example of how a score comes about."""
    say = partial(text, language=language)
    ranked = scores.dropna(subset=["score"]).to_dict("records")
    middle = ranked[len(ranked) // 2]
    rows = {r["measure"]: r for r in card[card["participant"] == middle["participant"]].to_dict("records")}
    counting = [(m, rows[m.name]) for m in shown.measures if m.weight]
    parts = pd.DataFrame(
        {
            "label": [
                say(
                    "scorecards.part",
                    kpi=name(results, m.kpi, language),
                    weight=agreed_percent(row["weight"], language),
                )
                for m, row in counting
            ],
            "points": [row["points"] for _, row in counting],
            "possible": [row["weight"] * 100 for _, row in counting],
        }
    )
    who = results.names.get(middle["participant"], middle["participant"])
    words = {"who": who, "score": number(middle["score"], language, 1)}
    return waterfall(
        parts,
        float(middle["score"]),
        say("scorecards.score"),
        lambda x: number(x, language, 1),
        say("scorecards.waterfall_alt", **words),
        say("scorecards.waterfall_caption", **words),
    )


def _table(scores: pd.DataFrame, shown: Scheme, results: Results, language: str) -> Table:
    """Name, id, score, grade and rank; a group has its name alone."""
    columns = ("name", "id") if shown.level == "individual" else ("group",)
    rows = [_row(r, results, language) for r in scores.head(PEOPLE_SHOWN).to_dict("records")]
    header = tuple(text(f"scorecards.column_{c}", language) for c in (*columns, "score", "grade", "rank"))
    return Table(header, tuple((*row[: len(columns)], *row[2:]) for row in rows))


def _row(row: dict[Any, Any], results: Results, language: str) -> tuple[str, ...]:
    graded = isinstance(row["grade"], str) and row["grade"]
    return (
        results.names.get(row["participant"], row["participant"]),
        row["participant"],
        number(row["score"], language, 1),
        row["grade"] if graded else "–",
        "–" if pd.isna(row["rank"]) else number(int(row["rank"]), language),
    )
