"""Parts of the data chapter: how files were read, what looks odd, whether the levels add up."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from functools import partial

import pandas as pd

from toolkit.catalogue.kpi import Kpi
from toolkit.data.panel.spine import UNASSIGNED
from toolkit.data.sql import adds
from toolkit.errors import Problem
from toolkit.language import describe, has_text, money, number, percent, text
from toolkit.report.blocks import Block, Heading, Note, Paragraph, Points, Table
from toolkit.report.chapters.common import clip, inside, name
from toolkit.report.phrases import count
from toolkit.report.results import Results, kpi_value

SHOWN = 12  # notes of a kind that the page names; the check of the data lists all
_EQUAL = 1e-9  # of the company's value: sums in another order differ by less
_TINY = 0.0005  # a share that a tenth of a percent would show as none
_LEVELS = ("individual", "team", "region")


def read_otherwise(results: Results, language: str) -> list[Block]:
    """How the files were read: what was found, converted or left out, each with its place."""
    say = partial(text, language=language)
    notes = [note for note in results.client.notes if not _is_odd(note)]
    if not notes:
        return [Heading(say("data.read")), Paragraph(say("data.read_plain"))]
    said = list(_said_once(notes, language))
    listed = Points(say("data.read_otherwise"), tuple(said[:SHOWN]))
    return [Heading(say("data.read")), listed, *_more(len(said), language)]


def _said_once(notes: list[Problem], language: str) -> Iterator[str]:
    """A note's words; what is the same for several files, an encoding or a separator, is said once of all."""
    files: dict[tuple[str, str], list[str]] = {}
    for note in notes:
        files.setdefault((note.code, str(note.value)), []).append(note.where)
    for note in notes:
        short = note.code.replace("data.", "read.", 1)
        if not has_text(short):
            yield describe(note, language, remedied=False)
        elif named := files.pop((note.code, str(note.value)), []):
            joined = text("phrase.join", language).join(clip(named, SHOWN, language))
            yield text(short, language, value=note.value, files=joined)


def looks_odd(results: Results, language: str) -> list[Block]:
    """What looks odd: how many rows, which share of the table, and the money in them."""
    say = partial(text, language=language)
    notes = [note for note in results.client.notes if _is_odd(note)]
    if not notes:
        return [Heading(say("data.odd")), Paragraph(say("data.odd_none"))]
    header = tuple(say(f"data.column_{c}") for c in ("what", "where", "count", "share", "money"))
    rows = tuple(_odd_row(note, results, language) for note in notes[:SHOWN])
    table = Table(header, rows, first_left=True)
    return [Heading(say("data.odd")), Paragraph(say("data.odd_text")), table, *_more(len(notes), language)]


def _is_odd(note: Problem) -> bool:
    return note.code.startswith("quality.")


def _more(n: int, language: str) -> list[Block]:
    if n <= SHOWN:
        return []
    return [Paragraph(text("data.odd_more", language, things=count(n - SHOWN, "thing", language)))]


def _odd_row(note: Problem, results: Results, language: str) -> tuple[str, ...]:
    what = note.code.removeprefix("quality.").removesuffix("_rows")
    values = note.values
    table = text(f"table.{values['table']}", language)
    columns = note.column.split(" + ")
    shown = " + ".join([*columns[:2], "…"] if len(columns) > 3 else columns)
    where = text("data.where", language, table=table, column=shown) if note.column else table
    rows, among, total = values["count"], values["among"], values["total"]
    assert isinstance(rows, int) and isinstance(among, int)
    amount = float(total) if isinstance(total, Decimal | float) else None
    return (
        text(f"odd.{what}", language),
        where,
        number(rows, language) if rows else "–",
        _share(rows / among, language) if rows and among else "–",
        money(amount, results.client.currency, language),
    )


def _share(ratio: float, language: str) -> str:
    return text("data.tiny", language) if ratio < _TINY else percent(ratio, language, 1)


def behind(part: pd.DataFrame, kpi: Kpi, language: str) -> str:
    """How many source rows a value rests on: the median, and the fewest.

    Where the denominator counts rows, a ratio rests on these; else on the rows that its numerator used.
    """
    known = part[part["missing"] == ""]
    if known.empty or (kpi.numerator is None and known["denominator"].isna().all()):
        return "–"
    below = kpi.denominator
    counted = below is not None and below.sql.strip().casefold().startswith("count(")
    n = known["denominator"] if counted else known["rows"]
    median, least = number(float(n.median()), language), number(float(n.min()), language)
    return text("data.behind", language, median=median, least=least)


def levels(results: Results, language: str) -> list[Block]:
    """Whether people, teams and regions add up to the company, and what belongs to no team."""
    say = partial(text, language=language)
    finest = results.client.calendar.grains[0]
    panel = results.panel[results.client.calendar.of_grain(results.panel["period"], finest)]
    additive = [k for k in results.client.measured if _adds(results.client.kpis[k])]
    if not additive or panel.empty:
        return []
    exact, differing = [], []
    for kpi in additive:
        found = _differences(panel[panel["kpi"] == kpi], results, kpi, language)
        differing += found
        exact += [] if found else [inside(results, kpi, language)]
    blocks: list[Block] = [Heading(say("data.levels"))]
    if exact:
        listed = say("phrase.join").join(exact)
        blocks.append(Paragraph(say("data.levels_exact", kpis=listed)))
    if differing:
        blocks += [Paragraph(line) for line in clip(differing, SHOWN, language)]
        blocks.append(Note(say("data.levels_why")))
    return blocks + _unassigned(panel, additive, results, language)


def _adds(kpi: Kpi) -> bool:
    """A KPI whose values add over people: one aggregate of sums and counts, and nothing counted once."""
    part = kpi.numerator
    return (
        part is not None and kpi.denominator is None and adds(part.sql) and "DISTINCT" not in part.sql.upper()
    )


def _differences(part: pd.DataFrame, results: Results, kpi: str, language: str) -> list[str]:
    """The levels whose values, added over all periods, are not the company's."""
    company = float(part.loc[part["level"] == "company", "numerator"].sum())
    found = []
    for level in _LEVELS:
        summed = float(part.loc[part["level"] == level, "numerator"].sum())
        if abs(summed - company) > _EQUAL * max(abs(company), 1.0):
            shown = {"sum": summed, "company": company, "difference": summed - company}
            words = {key: _value(value, results, kpi, language) for key, value in shown.items()}
            words |= {"kpi": name(results, kpi, language), "level": text(f"data.level.{level}", language)}
            found.append(text("data.levels_differ", language, **words))
    return found


def _unassigned(panel: pd.DataFrame, kpis: list[str], results: Results, language: str) -> list[Block]:
    """What belongs to no team on its day."""
    listed = []
    for kpi in kpis:
        part = panel[panel["kpi"] == kpi]
        company = float(part.loc[part["level"] == "company", "numerator"].sum())
        mine = (part["level"] == "team") & (part["participant"] == UNASSIGNED)
        loose = float(part.loc[mine, "numerator"].sum())
        if loose:
            share = percent(loose / company, language, 1) if company else "–"
            words = {"kpi": inside(results, kpi, language), "value": _value(loose, results, kpi, language)}
            listed.append(text("data.unassigned_one", language, share=share, **words))
    if not listed:
        return []
    joined = text("phrase.join", language).join(clip(listed, SHOWN, language))
    return [Paragraph(text("data.unassigned", language, listed=joined))]


def _value(value: float, results: Results, kpi: str, language: str) -> str:
    defined = results.client.kpis[kpi]
    if defined.unit == "count":
        return number(value, language)
    return kpi_value(value, defined, results.client.currency, language)
