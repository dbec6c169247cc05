"""Scorecards of the last pay period: attainment of everyone on every measure, scores, grades."""

from __future__ import annotations

from functools import partial

import pandas as pd

from toolkit.language import number, percent, period_name, pick, text
from toolkit.report.blocks import Block, Chapter, Heading, Paragraph, Table
from toolkit.report.chapters.common import PEOPLE_SHOWN, name
from toolkit.report.charts_pay import heat, waterfall
from toolkit.report.look import styled
from toolkit.report.results import Results
from toolkit.scheme.scheme import Scheme


def scorecards(results: Results, language: str) -> Chapter:
    """Attainment, score and grade in the last pay period, scheme by scheme."""
    say = partial(text, language=language)
    last = results.pay_periods[-1]
    blocks: list[Block] = []
    for shown in results.shown_schemes:
        blocks += _one(shown, last, results, language)
    scores = results.scores[results.scores["period"] == last]
    known = scores["score"].dropna()
    title = say(
        "scorecards.title",
        period=period_name(last, language),
        n=len(known),
        median=number(known.median(), language, 1),
        low=number(known.min(), language, 1),
        high=number(known.max(), language, 1),
    )
    return Chapter("scorecards", say("nav.scorecards"), say("kicker.scorecards"), title, tuple(blocks))


def _one(shown: Scheme, period: str, results: Results, language: str) -> list[Block]:
    say = partial(text, language=language)
    scores = results.scores[(results.scores["scheme"] == shown.id) & (results.scores["period"] == period)]
    if scores.empty:
        return []
    scores = scores.sort_values("rank", na_position="last")
    card = results.scorecard[
        (results.scorecard["scheme"] == shown.id) & (results.scorecard["period"] == period)
    ]
    counts = say("phrase.join").join(
        say("scorecards.grade_count", grade=g, n=int((scores["grade"] == g).sum())) for g in shown.grades
    )
    words = {
        "n": len(scores),
        "period": period_name(period, language),
        "shown": min(len(scores), PEOPLE_SHOWN),
    }
    blocks: list[Block] = [
        Heading(pick(shown.title, language)),
        Paragraph(say("scorecards.grades", counts=counts, **words)),
    ]
    if len(shown.measures) > 1:
        with styled(language):
            blocks.append(_heat(shown, scores, card, results, language, words))
            blocks.append(_worked(shown, scores, card, results, language))
    blocks.append(_table(scores, results, language))
    if len(scores) > PEOPLE_SHOWN:
        blocks.append(Paragraph(say("scorecards.more", n=len(scores) - PEOPLE_SHOWN)))
    return blocks


def _heat(
    shown: Scheme,
    scores: pd.DataFrame,
    card: pd.DataFrame,
    results: Results,
    language: str,
    words: dict[str, object],
) -> Block:
    say = partial(text, language=language)
    wide = card.pivot(index="participant", columns="measure", values="attainment")
    order = list(scores["participant"])[:PEOPLE_SHOWN]
    matrix = wide.reindex(index=order, columns=[m.name for m in shown.measures])
    matrix = matrix.dropna(axis=1, how="all")
    matrix.index = pd.Index([results.names.get(p, p) for p in matrix.index])
    matrix.columns = pd.Index([name(results, shown.measure(m).kpi, language) for m in matrix.columns])
    return heat(
        matrix,
        lambda x: percent(x, language),
        say("scorecards.heat_alt", **words),
        say("scorecards.heat_caption", **words),
    )


def _worked(
    shown: Scheme, scores: pd.DataFrame, card: pd.DataFrame, results: Results, language: str
) -> Block:
    """The person in the middle, as an example of how a score comes about."""
    say = partial(text, language=language)
    ranked = scores.dropna(subset=["score"])
    middle = ranked.iloc[len(ranked) // 2]
    rows = card[card["participant"] == middle["participant"]].set_index("measure")
    parts = pd.DataFrame(
        {
            "label": [
                say(
                    "scorecards.part",
                    kpi=name(results, m.kpi, language),
                    weight=percent(rows.loc[m.name, "weight"], language),
                )
                for m in shown.measures
            ],
            "points": [rows.loc[m.name, "points"] for m in shown.measures],
            "possible": [rows.loc[m.name, "weight"] * 100 for m in shown.measures],
        }
    )
    who = results.names.get(str(middle["participant"]), str(middle["participant"]))
    words = {"who": who, "score": number(middle["score"], language, 1)}
    return waterfall(
        parts,
        float(middle["score"]),
        say("scorecards.score"),
        lambda x: number(x, language, 1),
        say("scorecards.waterfall_alt", **words),
        say("scorecards.waterfall_caption", **words),
    )


def _table(scores: pd.DataFrame, results: Results, language: str) -> Table:
    say = partial(text, language=language)
    rows = tuple(
        (
            results.names.get(r.participant, r.participant),
            str(r.participant),
            number(r.score, language, 1),
            r.grade if isinstance(r.grade, str) and r.grade else "–",
            "–" if pd.isna(r.rank) else str(int(r.rank)),
        )
        for r in scores.head(PEOPLE_SHOWN).itertuples()
    )
    return Table(tuple(say(f"scorecards.column_{c}") for c in ("name", "id", "score", "grade", "rank")), rows)
