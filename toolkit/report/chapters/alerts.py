"""Alerts at the last day covered: what needs a look, and how much of it chance does."""

from __future__ import annotations

from functools import partial
from typing import Any

from toolkit.appraise.alerts import Watch, watch
from toolkit.appraise.alerts.words import said_chance
from toolkit.language import number, period_name, text
from toolkit.report.blocks import Block, Chapter, Details, Note, Paragraph, Table
from toolkit.report.chapters.common import PEOPLE_SHOWN
from toolkit.report.phrases import count
from toolkit.report.results import Results, kpi_name

_COLUMNS = ("who", "kpi", "period", "kind", "severity", "probability")


def watched(results: Results, language: str, country: str = "") -> Watch:
    """The alerts of the last day covered with what to make of them; `alerts.csv` has them all."""
    return results.kept(
        f"alerts {country}",
        language,
        lambda: watch(results.client, results, language=language, country=country),
    )


def alerts(results: Results, language: str, country: str = "") -> Chapter:
    """What needs a look on the last day covered.

    Parameters
    ----------
    results : Results
    language : str
    country : str
        Whose working days count; blank for the currency's own.
    """
    say = partial(text, language=language)
    found = watched(results, language, country)
    heard = found.alerts[found.alerts["severity"] != "refused"]
    people = heard["participant"].nunique()
    words = {
        "matters": count(len(heard), "matter", language),
        "people": count(people, "participant", language),
    }
    title = say("alerts.title_none" if heard.empty else "alerts.title", **words)
    blocks = [*_shown(found, results, language), *_beside(found, language)]
    return Chapter("alerts", say("nav.alerts"), say("kicker.alerts"), title, tuple(blocks))


def _shown(found: Watch, results: Results, language: str) -> list[Block]:
    """A table of who, what and how sure; each alert's own words folded away."""
    heard = found.alerts[found.alerts["severity"] != "refused"].head(PEOPLE_SHOWN)
    if heard.empty:
        return [Paragraph(text("alerts.nothing", language))]
    rows = tuple(_row(row, results, language) for row in heard.to_dict("records"))
    header = tuple(text(f"alerts.column_{c}", language) for c in _COLUMNS)
    caption = text("alerts.probability_of", language)
    more = len(found.alerts[found.alerts["severity"] != "refused"]) - len(heard)
    said: tuple[Block, ...] = tuple(Paragraph(message) for message in heard["message"])
    blocks: list[Block] = [Table(header, rows, caption), Details(text("alerts.words", language), said)]
    if more > 0:
        blocks.append(Paragraph(text("alerts.more", language, n=number(more, language))))
    return blocks


def _row(row: dict[Any, Any], results: Results, language: str) -> tuple[str, ...]:
    who = results.names.get(row["participant"], row["participant"])
    is_score = row["kpi"] == "score"
    return (
        who if row["level"] == "individual" else row["participant"],
        text("alerts.score", language) if is_score else kpi_name(results.client.kpis[row["kpi"]], language),
        period_name(row["period"], language),
        text(f"alerts.kind.{row['kind']}", language),
        text(f"alerts.severity.{row['severity']}", language),
        said_chance(row["probability"], row["kind"], language),
    )


def _beside(found: Watch, language: str) -> list[Block]:
    """What to expect by chance stands open; what could not be watched is folded away."""
    blocks: list[Block] = [Note(note) for note in found.notes]
    rest: tuple[Block, ...] = tuple(Paragraph(note) for note in found.unwatched)
    if rest:
        blocks.append(Details(text("alerts.refused_title", language, n=number(len(rest), language)), rest))
    return blocks
