"""Background and goal: what the client wants, what was wrong, what else happened."""

from __future__ import annotations

import datetime as dt
from functools import partial

from toolkit.language import day, percent, pick, text
from toolkit.report.blocks import Block, Chapter, Heading, Paragraph, Table
from toolkit.report.chapters.common import name
from toolkit.report.results import Results


def background(results: Results, language: str) -> Chapter:
    """The client's own words, as `engagement.yaml` has them."""
    client, say = results.client, partial(text, language=language)
    goals = sorted(client.objectives, key=lambda o: -o.weight)
    blocks: list[Block] = [Paragraph(pick(client.background, language))] if client.background else []
    if goals:
        total = sum(g.weight for g in goals)
        rows = tuple(
            (
                pick(g.text, language),
                percent(g.weight / total, language),
                name(results, g.kpi, language) if g.kpi else "–",
                g.horizon or "–",
            )
            for g in goals
        )
        blocks += [
            Heading(say("background.goals")),
            Table(tuple(say(f"background.goal_{c}") for c in ("text", "weight", "kpi", "horizon")), rows),
        ]
    if client.problems:
        rows = tuple((pick(p.text, language), pick(p.source, language) or "–") for p in client.problems)
        blocks += [
            Heading(say("background.problems")),
            Table((say("background.problem"), say("background.source")), rows),
        ]
    if client.other_changes:
        rows = tuple(
            (pick(c.get("text"), language), _since(c.get("from"), language)) for c in client.other_changes
        )  # type: ignore[arg-type]
        blocks += [
            Heading(say("background.other")),
            Paragraph(say("background.other_why")),
            Table((say("background.other_what"), say("background.other_from")), rows),
        ]
    title = (
        say("background.title", n=len(goals), first=pick(goals[0].text, language))
        if goals
        else say("background.title_none")
    )
    return Chapter("background", say("nav.background"), say("kicker.background"), title, tuple(blocks))


def _since(value: object, language: str) -> str:
    return day(value, language) if isinstance(value, dt.date) else "–"
