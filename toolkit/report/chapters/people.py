"""Recognition and development: honours by name, training by subject; who is coached, only HR's table says."""

from __future__ import annotations

from functools import partial

import pandas as pd

from toolkit.appraise.development import develop, funnel, load_actions
from toolkit.appraise.development.funnel import STEPS, shares
from toolkit.appraise.recognition import recognise
from toolkit.appraise.recognition.recognise import PROMOTION, award_name
from toolkit.appraise.steadiness import WINDOW, history, recent
from toolkit.language import number, percent, period_name, pick, text
from toolkit.report.blocks import Block, Chapter, Heading, Note, Paragraph, Points, Table
from toolkit.report.chapters.common import PEOPLE_SHOWN, inside, name, period_names
from toolkit.report.phrases import count
from toolkit.report.results import Results
from toolkit.scheme.scheme import Scheme

HONOURED = ("star", "tie", "achievement", "improved")


def recognition_table(results: Results, language: str) -> pd.DataFrame:
    """The honours of the last pay period under the schemes in force; `recognition.csv`."""
    given = (results.schemes, results.scores, results.scorecard)
    return results.kept(
        "recognition", language, lambda: _in_force(recognise(*given, language=language), results)
    )


def development_table(results: Results, language: str) -> pd.DataFrame:
    """The training plan after the last pay period under the schemes in force; `development.csv`, for HR."""
    client = results.client
    tables = (results.scores, results.scorecard, client.participants)

    def make() -> pd.DataFrame:
        actions = load_actions(client.folder)
        return _in_force(develop(results.schemes, *tables, actions=actions, language=language), results)

    return results.kept("development", language, make)


def _in_force(table: pd.DataFrame, results: Results) -> pd.DataFrame:
    return table[table["scheme"].isin([s.id for s in results.shown_schemes])].reset_index(drop=True)


def people(results: Results, language: str) -> Chapter:
    """Who is honoured for what, what is trained, and what is a process and not a person's matter."""
    say = partial(text, language=language)
    honours, plan = recognition_table(results, language), development_table(results, language)
    blocks: list[Block] = [Paragraph(say("people.intro")), Heading(say("people.honours"))]
    blocks += _honours(honours, results, language)
    blocks += [Heading(say("people.development")), *_development(plan, results, language)]
    blocks.append(Note(say("people.note")))
    title = _title(honours, plan, results, language)
    return Chapter("people", say("nav.people"), say("kicker.people"), title, tuple(blocks))


def _title(honours: pd.DataFrame, plan: pd.DataFrame, results: Results, language: str) -> str:
    named = int(honours["result"].isin(HONOURED).sum())
    trained = plan.loc[plan["level"].eq("person"), "participant"].nunique()
    common = int((plan["level"].ne("person") & plan["missing"].eq("")).sum())
    period = period_names(results.latest(results.scores), results, language)
    if not (named or trained or common):
        return text("people.title_nothing", language, period=period)
    return text(
        "people.title" if common else "people.title_without_common",
        language,
        period=period,
        honours=count(named, "honour", language),
        people=count(trained, "person", language),
        common=count(common, "common_matter", language),
    )


def _honours(honours: pd.DataFrame, results: Results, language: str) -> list[Block]:
    say = partial(text, language=language)
    blocks: list[Block] = []
    given = honours[honours["result"].isin(HONOURED)]
    if len(given):
        header = tuple(say(f"people.column_{c}") for c in ("period", "award", "name", "evidence"))
        rows = tuple(
            (
                period_name(r["period"], language),
                award_name(r["award"], language),
                results.names.get(r["participant"], r["participant"]),
                r["evidence"],
            )
            for r in given.head(PEOPLE_SHOWN).to_dict("records")
        )
        blocks.append(Table(header, rows, say("people.honours_caption")))
    open_ones = honours[honours["result"].isin(["none", "refused", "by_hand"])]
    open_ones = open_ones[open_ones["award"] != PROMOTION]
    if len(open_ones):
        lines = (_not_given(r, results, language) for r in open_ones.to_dict("records"))
        blocks.append(Points(say("people.not_given"), tuple(lines)))
    if honours[honours["award"] != PROMOTION].empty:
        blocks.append(Paragraph(say("people.none_agreed")))
    candidates = int((honours["result"] == "candidate").sum())
    proposed = honours[honours["award"] == PROMOTION]
    unknown = len(proposed) and proposed["result"].eq("refused").all()
    key = "promotion" if candidates else "promotion_unknown" if unknown else "no_promotion"
    blocks.append(Paragraph(say(f"people.{key}", people=count(candidates, "person", language))))
    return blocks


def _not_given(row: dict[object, object] | dict[str, object], results: Results, language: str) -> str:
    values = {key: str(value) for key, value in row.items()}
    scheme = pick(results.schemes[values["scheme"]].title, language)
    when = period_name(values["period"], language)
    award = award_name(values["award"], language)
    return text(
        "people.award_line", language, award=award, scheme=scheme, period=when, why=values["evidence"]
    )


def _development(plan: pd.DataFrame, results: Results, language: str) -> list[Block]:
    say = partial(text, language=language)
    blocks: list[Block] = []
    personal = plan[(plan["level"] == "person") & (plan["kpi"] != "")]
    if len(personal):
        who = count(personal["participant"].nunique(), "person", language)
        blocks += [Paragraph(say("people.personal", people=who)), _subjects(personal, results, language)]
    else:
        blocks.append(Paragraph(say("people.no_personal")))
    common = plan[(plan["level"] != "person") & (plan["missing"] == "")]
    if len(common):
        lines = tuple(_common(r, results, language) for r in common.to_dict("records"))
        blocks.append(Points(say("people.common"), lines))
    talks = int(plan["skill"].eq("conversation").sum())
    if talks:
        blocks.append(Paragraph(say("people.coaching", people=count(talks, "person", language))))
    blocks += [Paragraph(s) for s in _funnels(results, language)]
    refused = plan[plan["missing"] != ""]
    if len(refused):
        lines = tuple(_refused(why, rows, results, language) for why, rows in refused.groupby("missing"))
        blocks.append(Points(say("people.refused"), lines))
    return blocks


def _subjects(personal: pd.DataFrame, results: Results, language: str) -> Table:
    """How many people are to work on which measure, and by what: no names."""
    rows = [
        (
            name(results, str(kpi), language),
            number(part["participant"].nunique(), language),
            percent(part["own"].median(), language),
            percent(part["benchmark"].median(), language),
            str(part["action"].iloc[0]),
        )
        for kpi, part in personal.groupby("kpi", sort=False)
    ]
    columns = ("kpi", "people", "own", "benchmark", "action")
    header = tuple(text(f"people.column_{c}", language) for c in columns)
    return Table(header, tuple(rows), text("people.subjects_caption", language))


def _common(row: dict[object, object] | dict[str, object], results: Results, language: str) -> str:
    values = {str(key): value for key, value in row.items()}
    everybody = values["level"] == "scheme"
    whole = pick(results.schemes[str(values["scheme"])].title, language)
    return text(
        "people.common_line",
        language,
        unit=whole if everybody else str(values["participant"]),
        kpi=inside(results, str(values["kpi"]), language),
        own=percent(float(str(values["own"])), language),
        benchmark=percent(float(str(values["benchmark"])), language),
        action=str(values["action"]),
    )


def _refused(why: object, rows: pd.DataFrame, results: Results, language: str) -> str:
    """The measures that share a reason."""
    kpis = [
        text(
            "people.refused_kpi",
            language,
            kpi=name(results, r["kpi"], language),
            scheme=pick(results.schemes[r["scheme"]].title, language),
        )
        for r in rows.to_dict("records")
    ]
    said = text(f"people.refused_{why}", language)
    return text("people.refused_line", language, kpis=text("phrase.join", language).join(kpis), why=said)


def _funnels(results: Results, language: str) -> list[str]:
    """Where the distance to the best third comes from, scheme by scheme, all who are below it together."""
    found = [(s, _funnel(s, results)) for s in results.shown_schemes if s.level == "individual"]
    return [_told(scheme, table, language) for scheme, table in found if shares(table)]


def _funnel(scheme: Scheme, results: Results) -> pd.DataFrame:
    latest = results.latest(results.scores)
    here = latest[latest["scheme"] == scheme.id]
    until = str(here["period"].iloc[0]) if len(here) else results.pay_periods[-1]
    rows = history(results.schemes, scheme, results.scores, results.scorecard, scheme.score_every, until)
    periods = recent(results.schemes, rows, WINDOW)["period"].unique()
    return funnel(results.panel, here["participant"], periods)


def _told(scheme: Scheme, table: pd.DataFrame, language: str) -> str:
    parts = shares(table)
    ordered = sorted(STEPS, key=lambda step: -parts[step])
    told = [text(f"people.step_{s}", language, share=percent(parts[s], language)) for s in ordered]
    below = count(int((table["weakest"] != "").sum()), "person", language)
    title, steps = pick(scheme.title, language), text("phrase.join", language).join(told)
    said = text("people.funnel", language, scheme=title, people=below, steps=steps)
    if min(parts.values()) >= 0:
        return said
    return said + text("phrase.space", language) + text("people.funnel_negative", language)
