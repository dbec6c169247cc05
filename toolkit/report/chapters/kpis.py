"""Why these KPIs: the choice that was kept, its reasons, what came close, and what employees said."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from toolkit.design.ask import Answers, load_answers, summary
from toolkit.design.select import RunnerUp, Selection, load_selection
from toolkit.language import number, percent, pick, text
from toolkit.report.blocks import Block, Chapter, Details, Heading, Note, Paragraph, Points, Table
from toolkit.report.chapters.common import name
from toolkit.report.charts_choice import frequencies
from toolkit.report.look import styled
from toolkit.report.phrases import count
from toolkit.report.results import Results
from toolkit.scheme.scheme import Scheme

_CRITERIA = ("fit", "reliability", "control", "validity", "clarity", "gaming", "data")
_MARKS = {"data": "d", "employees": "e", "judgement": "j", "catalogue": "c", "unknown": "?"}
_PROPOSALS_SHOWN = 10


def chosen(results: Results, language: str) -> Selection | None:
    """The choice kept in the engagement; nothing is searched for here."""
    return results.kept("selection", language, lambda: load_selection(results.client, language))


def selection_table(results: Results, language: str) -> pd.DataFrame | None:
    """The candidates of the kept choice with their reasons; `selection.csv`."""
    found = chosen(results, language)
    return None if found is None else found.table


def kpis(results: Results, language: str) -> Chapter:
    """The set chosen, every candidate's reason, other sets, the wishes' price, the employees' part."""
    say = partial(text, language=language)
    found = chosen(results, language)
    if found is None:
        blocks: list[Block] = [Paragraph(say("kpis.none")), *_employees(results, [], language)]
        return Chapter("kpis", say("nav.kpis"), say("kicker.kpis"), say("kpis.title_none"), tuple(blocks))
    table = found.table
    blocks = [Paragraph(say("kpis.how"))]
    blocks += [Note(say("kpis.stale"))] if found.stale else []
    blocks += _rows(table[table["chosen"]], "loss", results, language)
    unknown = [name(results, k, language) for k in found.best if k not in results.client.measured]
    blocks += [Note(say("kpis.unmeasured", kpis=say("phrase.join").join(unknown)))] if unknown else []
    with styled(language):
        blocks += [Paragraph(_standing(table, results, language)), _figure(found, results, language)]
    out = table[~table["chosen"]]
    if len(out):
        title = say("kpis.left_out", n=count(len(out), "candidate", language))
        blocks.append(Details(title, tuple(_rows(out, "gain", results, language))))
    others = tuple(_other(one, found, results, language) for one in found.runners_up)
    blocks += [Points(say("kpis.others"), others)] if others else []
    wishes = tuple(found.binding["words"])
    blocks += [Points(say("kpis.wishes"), wishes)] if wishes else []
    against = [Paragraph(_against_scheme(found, s, results, language)) for s in results.shown_schemes]
    blocks += [Heading(say("kpis.agreed")), *against]
    blocks += _employees(results, list(table["kpi"]), language)
    blocks.append(Details(say("kpis.criteria"), (_criteria(found, results, language),)))
    title = _title(found, results, language)
    return Chapter("kpis", say("nav.kpis"), say("kicker.kpis"), title, tuple(blocks))


def _agreed(results: Results) -> list[str]:
    """KPIs with a weight in any scheme in force."""
    return list(dict.fromkeys(m.kpi for s in results.shown_schemes for m in s.measures if m.weight))


def _title(found: Selection, results: Results, language: str) -> str:
    agreed = _agreed(results)
    values = {
        "n": number(len(found.best), language),
        "all": number(len(found.table), language),
        "agreed": number(len(set(agreed) & set(found.best)), language),
        "measures": count(len(agreed), "measure", language),
    }
    key = "kpis.title_same" if set(agreed) == set(found.best) else "kpis.title"
    return text(key, language, **values)


def _rows(rows: pd.DataFrame, turned: str, results: Results, language: str) -> list[Block]:
    """KPI, category, value, what turning it around costs, how often it is in; below it why."""
    columns = ("kpi", "category", "value", turned, "often")
    ordered = rows.sort_values("value", ascending=False).to_dict("records")
    lines = tuple(
        (
            name(results, r["kpi"], language),
            text(f"category.{r['category']}", language),
            _score(r["value"], language),
            _score(r["marginal_value"], language),
            percent(r["inclusion_frequency"], language),
        )
        for r in ordered
    )
    why = tuple(
        text("kpis.reason", language, kpi=name(results, r["kpi"], language), reason=r["reason"])
        for r in ordered
    )
    heads = tuple(text(f"kpis.column_{c}", language) for c in columns)
    return [Table(heads, lines), Points(text("kpis.column_why", language), why)]


def _score(value: float, language: str) -> str:
    return "–" if pd.isna(value) else number(float(value), language, 2)


def _standing(table: pd.DataFrame, results: Results, language: str) -> str:
    """What holds, and what swings, each where there is any."""
    said = []
    for standing in ("core", "swing"):
        kpis = [name(results, k, language) for k in table.loc[table["standing"] == standing, "kpi"]]
        if kpis:
            listed = text("phrase.join", language).join(kpis)
            said.append(text(f"kpis.figure_{standing}", language, kpis=listed))
    return ("" if language == "zh" else " ").join(said)


def _figure(found: Selection, results: Results, language: str) -> Block:
    table = found.table.sort_values("inclusion_frequency", ascending=False)
    labels = [name(results, k, language) for k in table["kpi"]]
    frame = pd.DataFrame(
        {
            "label": labels,
            "share": table["inclusion_frequency"].to_numpy(),
            "low": table["low"].to_numpy(),
            "high": table["high"].to_numpy(),
            "chosen": table["chosen"].to_numpy(),
        }
    )
    said = {"first": labels[0], "share": percent(frame["share"].iloc[0], language)}
    alt = text("kpis.figure_alt", language, n=number(len(frame), language), **said)
    draws = number(int(str(found.problem["draws"])), language)
    caption = text("kpis.figure_caption", language, draws=draws)
    return frequencies(frame, lambda x: percent(x, language), alt, caption)


def _other(one: RunnerUp, found: Selection, results: Results, language: str) -> str:
    """A set that came close, by what it has and lacks beside the best."""
    join = text("phrase.join", language)
    inside = join.join(name(results, d[1:], language) for d in one.differs_in if d[0] == "+")
    outside = join.join(name(results, d[1:], language) for d in one.differs_in if d[0] == "-")
    key = "kpis.other" if inside and outside else "kpis.other_more" if inside else "kpis.other_less"
    values = {"value": number(one.value, language, 2), "best": number(found.value, language, 2)}
    return text(key, language, inside=inside, outside=outside, **values)


def _against_scheme(found: Selection, shown: Scheme, results: Results, language: str) -> str:
    """What one scheme lacks of the set, and has beside it."""
    agreed = list(dict.fromkeys(m.kpi for m in shown.measures if m.weight))
    told = {
        "missing": [name(results, k, language) for k in found.best if k not in agreed],
        "more": [name(results, k, language) for k in agreed if k not in found.best],
    }
    title, join = pick(shown.title, language), text("phrase.join", language)
    said = [
        text(f"kpis.agreed_{what}", language, scheme=title, kpis=join.join(kpis))
        for what, kpis in told.items()
        if kpis
    ]
    return ("" if language == "zh" else " ").join(said) or text("kpis.agreed_all", language, scheme=title)


def _employees(results: Results, order: list[str], language: str) -> list[Block]:
    """Means of what was answered, and own proposals without their authors."""
    say = partial(text, language=language)
    answers = results.kept("answers", language, lambda: load_answers(results.client))
    blocks: list[Block] = [Heading(say("kpis.employees"))]
    if answers.scores.empty:
        return [*blocks, Paragraph(say("kpis.employees_none"))]
    table = summary(answers)
    people = count(answers.scores["respondent"].nunique(), "person", language)
    level = percent(float(table["level"].iloc[0]), language) if len(table) else ""
    blocks.append(Paragraph(say("kpis.employees_text", people=people, level=level)))
    blocks.append(_answered(table, order, results, language))
    proposals = _proposals(answers, language)
    return blocks + ([Points(say("kpis.proposals"), proposals)] if proposals else [])


def _answered(table: pd.DataFrame, order: list[str], results: Results, language: str) -> Table:
    questions = ("influence", "clarity", "gaming")
    cells = {(r["kpi"], r["question"]): _mean(r, language) for r in table.to_dict("records")}
    known = [k for k in dict.fromkeys([*order, *table["kpi"]]) if k in set(table["kpi"])]
    lines = tuple((name(results, k, language), *(cells.get((k, q), "–") for q in questions)) for k in known)
    heads = (text("kpis.column_kpi", language), *(text(f"kpis.question.{q}", language) for q in questions))
    return Table(heads, lines)


def _mean(row: dict[Any, Any], language: str) -> str:
    if np.isnan(row["mean"]):
        return f"– (n = {row['n']})"
    shown = (number(row[key], language, 2) for key in ("mean", "low", "high"))
    mean, low, high = shown
    return f"{mean} ({low}–{high}), n = {row['n']}"


def _proposals(answers: Answers, language: str) -> tuple[str, ...]:
    rows = answers.proposals.drop_duplicates("proposal").head(_PROPOSALS_SHOWN)
    return tuple(
        text("kpis.proposal", language, proposal=r["proposal"], reason=r["reason"])
        if r["reason"]
        else r["proposal"]
        for r in rows.to_dict("records")
    )


def _criteria(found: Selection, results: Results, language: str) -> Table:
    """Each candidate's scores with a mark of where they come from."""
    cells: dict[tuple[str, str], list[str]] = {}
    for row in found.criteria.to_dict("records"):
        shown = f"{number(row['score'], language, 2)} {_MARKS.get(row['source'], '')}"
        cells.setdefault((row["kpi"], row["criterion"]), []).append(shown)
    held = [c for c in _CRITERIA if c in set(found.criteria["criterion"])]
    heads = (text("kpis.column_kpi", language), *(text(f"kpis.criterion.{c}", language) for c in held))
    rows = tuple(
        (name(results, k, language), *(" · ".join(cells.get((k, c), ["–"])) for c in held))
        for k in found.table["kpi"]
    )
    return Table(heads, rows, text("kpis.criteria_caption", language))
