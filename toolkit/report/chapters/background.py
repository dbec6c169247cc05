"""Background and goal: what the client wants, what was wrong, what else happened."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import partial
from typing import Any

from toolkit.language import day, percent, period_name, pick, text
from toolkit.periods import NAME
from toolkit.report.blocks import Block, Chapter, Heading, Paragraph, Table
from toolkit.report.chapters.common import name
from toolkit.report.phrases import count
from toolkit.report.results import Results


def background(results: Results, language: str) -> Chapter:
    """The client's own words, as `engagement.yaml` has them."""
    client, say = results.client, partial(text, language=language)
    blocks: list[Block] = [Paragraph(pick(client.background, language))] if client.background else []
    if client.objectives:
        blocks += [Heading(say("background.goals")), _goals(results, language)]
    if client.problems:
        rows = tuple((pick(p.text, language), pick(p.source, language) or "–") for p in client.problems)
        blocks += [
            Heading(say("background.problems")),
            Table((say("background.problem"), say("background.source")), rows),
        ]
    if client.other_changes:
        blocks += [
            Heading(say("background.other")),
            Paragraph(say("background.other_why")),
            other_changes(client.other_changes, language),
        ]
    title = say("background.title_none")
    if client.objectives:
        goals = count(len(client.objectives), "goal", language)
        first = max(client.objectives, key=lambda o: o.weight)
        title = say("background.title", goals=goals, first=pick(first.text, language))
    return Chapter("background", say("nav.background"), say("kicker.background"), title, tuple(blocks))


def _goals(results: Results, language: str) -> Table:
    goals = sorted(results.client.objectives, key=lambda o: -o.weight)
    total = sum(g.weight for g in goals)
    rows = tuple(
        (
            pick(g.text, language),
            percent(g.weight / total if total else None, language),
            name(results, g.kpi, language) if g.kpi in results.client.kpis else g.kpi or "–",
            period_name(g.horizon, language) if NAME.fullmatch(g.horizon) else g.horizon or "–",
        )
        for g in goals
    )
    return Table(
        tuple(text(f"background.goal_{c}", language) for c in ("text", "weight", "kpi", "horizon")), rows
    )


def other_changes(listed: tuple[Mapping[str, Any], ...], language: str) -> Table:
    """What else happened, and since when where a day is given."""
    rows = tuple((pick(c.get("text"), language), _since(c.get("from"), language)) for c in listed)
    return Table((text("background.other_what", language), text("background.other_from", language)), rows)


def _since(value: object, language: str) -> str:
    return day(value, language) if isinstance(value, dt.date) else str(value or "–")
