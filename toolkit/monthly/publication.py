"""What everybody may see of a month (公示): rules, teams' results, honours; nobody's score, nobody's pay."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from functools import partial
from pathlib import Path

import pandas as pd
import xlsxwriter

from toolkit.appraise.recognition import recognise
from toolkit.appraise.recognition.recognise import award_name
from toolkit.data.engagement import Engagement
from toolkit.language import day, number, period_name, pick, text
from toolkit.monthly.appeals import appeal_days
from toolkit.monthly.closing import PUBLICATION, appraised, refuse_changed
from toolkit.monthly.groups import EVERYBODY, LEAST, group_results
from toolkit.monthly.inputs import Inputs, in_force, load_inputs
from toolkit.monthly.log import Entry, writing
from toolkit.monthly.states import allow, make, month, month_folder, named
from toolkit.report.blocks import Block, Chapter, Heading, Note, Paragraph, Table
from toolkit.report.folder import replace_folder
from toolkit.report.manifest import NAME as MANIFEST
from toolkit.report.manifest import sha256
from toolkit.report.page import chapters_page
from toolkit.report.phrases import count
from toolkit.report.results import agreed_percent, kpi_name
from toolkit.report.rules import coverage_words, scoring_words, target_words
from toolkit.report.rules_pay import pay_words
from toolkit.report.rules_score import grades_words, score_words
from toolkit.scheme.scheme import Scheme

HONOURED = ("star", "tie", "achievement", "improved")
_WIDEST = 60


def publish(
    client: Engagement,
    period: str,
    who: str | None = None,
    language: str | None = None,
    *,
    now: dt.datetime | None = None,
) -> Path:
    """Publish an approved month: write its page and workbook, and start the days for appeals.

    Parameters
    ----------
    client : Engagement
    period : str
    who : str, optional
        The environment variable KPI_USER by default.
    language : str, optional
        The engagement's own by default.
    now : datetime, optional
        The day of publication.

    Returns
    -------
    Path
        The page, `months/<period>/publication.html`; the workbook is beside it.

    Raises
    ------
    ReportError
        The month is not approved, or its files are not those that were.
    """
    who, language = named(who), language or client.language
    folder = month_folder(client.folder, period)
    with writing(client.folder, now=now) as log:
        stands = month(log.entries, period)
        allow(stands, "publish")
        refuse_changed(folder, stands.last("scored"))
        today = (now or dt.datetime.now(dt.UTC)).astimezone(dt.UTC).date()
        chapters = publication(client, load_inputs(folder), language, today, log.entries[-1])
        with replace_folder(folder) as new:
            shutil.copytree(folder, new, dirs_exist_ok=True)
            _write(chapters, new, period, client, language)
        make(log, period, "publish", who, page=sha256(folder / f"{PUBLICATION}.html"))
    return folder / f"{PUBLICATION}.html"


def publication(
    client: Engagement, inputs: Inputs, language: str, today: dt.date, approved: Entry
) -> tuple[Chapter, ...]:
    """The chapters of a publication: results of the groups, honours, rules, how to appeal.

    Parameters
    ----------
    client : Engagement
        For its names.
    inputs : Inputs
        Of the month that was approved.
    language : str
    today : date
        From which the days for appeals count.
    approved : Entry
        The log's last entry, whose checksum the page prints.
    """
    tables = appraised(inputs)
    return (
        _results(inputs, tables, language),
        _honours(inputs, tables, language),
        _rules(client, inputs, language),
        _appeals(inputs, language, today, approved),
    )


def _results(inputs: Inputs, tables: dict[str, pd.DataFrame], language: str) -> Chapter:
    say = partial(text, language=language)
    blocks: list[Block] = [Paragraph(say("publish.results_intro", least=LEAST))]
    for scheme in inputs.schemes:
        found = group_results(inputs, scheme, tables)
        if found.empty or not found["people"].sum():
            continue
        blocks += [Heading(pick(scheme.title, language)), _group_table(scheme, found, inputs, language)]
        left_out = int((~found["shown"].astype(bool)).sum())
        if left_out:
            blocks.append(
                Paragraph(say("publish.left_out", n=count(left_out, "group", language), least=LEAST))
            )
    title = say("publish.title", period=period_name(inputs.period, language))
    kicker = say("publish.kicker")
    return Chapter("results", say("publish.nav_results"), kicker, title, tuple(blocks), front=True)


def _group_table(scheme: Scheme, found: pd.DataFrame, inputs: Inputs, language: str) -> Table:
    say = partial(text, language=language)
    names = [kpi_name(inputs.schemes.kpis[m.kpi], language) for m in scheme.measures]
    columns = (say("publish.group"), say("publish.people"), say("publish.score"), *names)
    rows = []
    for row in found[found["shown"].astype(bool)].to_dict("records"):
        group = say("publish.everybody") if row["group"] == EVERYBODY else str(row["group"])
        values = [row["score"], *(row[m.name] for m in scheme.measures)]
        cells = (number(value, language, 1) for value in values)
        rows.append((group, number(row["people"], language), *cells))
    return Table(columns, tuple(rows), caption=say("publish.group_caption", least=LEAST))


def _honours(inputs: Inputs, tables: dict[str, pd.DataFrame], language: str) -> Chapter:
    """Who is honoured for what; the reasons hold numbers of the person, so they are not shown."""
    say = partial(text, language=language)
    given = [
        recognise(inputs.schemes, tables["scores"], tables["scorecard"], period=period, language=language)
        for period in inputs.periods
    ]
    honours = pd.concat(given, ignore_index=True)
    kept = honours["period"].isin(inputs.periods) & honours["result"].isin(HONOURED)
    honours = honours[kept].drop_duplicates(["period", "award", "participant"])
    names = _names(inputs.participants)
    rows = tuple(
        (period_name(r["period"], language), award_name(r["award"], language), names[r["participant"]])
        for r in honours.to_dict("records")
        if r["participant"] in names
    )
    columns = tuple(say(f"publish.column_{c}") for c in ("period", "award", "name"))
    block = Table(columns, rows) if rows else Paragraph(say("publish.no_honours"))
    nav = say("publish.nav_honours")
    return Chapter(
        "honours", nav, nav, say("publish.honours" if rows else "publish.no_honours_title"), (block,)
    )


def _names(participants: pd.DataFrame) -> dict[str, str]:
    """Participant → name; with the id where two have the same."""
    people = participants.drop_duplicates("participant").fillna({"name": ""})
    twice = people["name"].duplicated(keep=False)
    shown = people["name"].where(~twice, people["name"] + " (" + people["participant"] + ")")
    return dict(
        zip(people["participant"], shown.where(people["name"] != "", people["participant"]), strict=True)
    )


def _rules(client: Engagement, inputs: Inputs, language: str) -> Chapter:
    say = partial(text, language=language)
    blocks: list[Block] = []
    for scheme in in_force(inputs):
        blocks += _scheme_rules(scheme, client, inputs, language)
    nav = say("publish.nav_rules")
    return Chapter("rules", nav, nav, say("publish.rules"), tuple(blocks))


def _scheme_rules(scheme: Scheme, client: Engagement, inputs: Inputs, language: str) -> list[Block]:
    say, kpis = partial(text, language=language), inputs.schemes.kpis
    columns = tuple(say(f"scheme.column_{c}") for c in ("kpi", "weight", "target", "scoring"))
    rows = tuple(
        (
            kpi_name(kpis[m.kpi], language),
            agreed_percent(m.weight, language),
            target_words(m, scheme, kpis[m.kpi], language),
            scoring_words(m, scheme, kpis[m.kpi], language, kpis),
        )
        for m in scheme.measures
    )
    words = (
        score_words(scheme, kpis, language),
        grades_words(scheme, language),
        pay_words(scheme, kpis, language),
    )
    holds = say("publish.holds", who=coverage_words(scheme, client, language))
    said: list[Block] = [Paragraph(line) for line in words if line]
    return [Heading(pick(scheme.title, language)), Paragraph(holds), Table(columns, rows), *said]


def _appeals(inputs: Inputs, language: str, today: dt.date, approved: Entry) -> Chapter:
    say = partial(text, language=language)
    lines, schemes = [], in_force(inputs)
    for scheme in schemes:
        days = appeal_days(scheme)
        contact = scheme.governance.get("contact")
        to = pick(contact, language) if isinstance(contact, str | dict) else say("publish.hr")
        if days is None:
            line = say("publish.appeal_open", contact=to)
        else:
            last = day(today + dt.timedelta(days=days), language)
            line = say("publish.appeal_until", last=last, days=days, contact=to)
        title = pick(scheme.title, language)
        lines.append(say("publish.of_scheme", scheme=title, line=line) if len(schemes) > 1 else line)
    sealed = say("publish.sealed", number=approved.number, checksum=approved.sha256[:16])
    blocks: list[Block] = [Paragraph(line) for line in dict.fromkeys(lines)]
    blocks += [Paragraph(say("publish.how_to_appeal")), Note(say("publish.private")), Paragraph(sealed)]
    nav = say("publish.nav_appeals")
    return Chapter("appeals", nav, nav, say("publish.appeals"), tuple(blocks))


def _write(
    chapters: tuple[Chapter, ...], folder: Path, period: str, client: Engagement, language: str
) -> None:
    """The page, the workbook, and both in the manifest."""
    page, book = (folder / f"{PUBLICATION}.{kind}" for kind in ("html", "xlsx"))
    kicker = f"{pick(client.client, language)} · {period_name(period, language)}"
    page.write_text(
        chapters_page(chapters, language, chapters[0].title, kicker), encoding="utf-8", newline="\n"
    )
    _write_book(chapters, book, language)
    manifest = folder / MANIFEST
    content = json.loads(manifest.read_text(encoding="utf-8"))
    own = {path.name: {"path": path.name, "sha256": sha256(path)} for path in (book, page)}
    kept = [entry for entry in content["outputs"] if entry["path"] not in own]
    content["outputs"] = sorted([*kept, *own.values()], key=lambda entry: entry["path"])
    written = json.dumps(content, ensure_ascii=False, indent=1) + "\n"
    manifest.write_text(written, encoding="utf-8", newline="\n")


def _write_book(chapters: tuple[Chapter, ...], path: Path, language: str) -> None:
    """A sheet a chapter, as on the page; whatever a name begins with, it is text."""
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(path, options) as book:
        book.set_properties({"title": chapters[0].title, "created": dt.datetime(2026, 1, 1)})
        base = {
            "font_name": "Microsoft YaHei" if language == "zh" else "Arial",
            "text_wrap": True,
            "valign": "top",
        }
        cell, head = book.add_format(base), book.add_format(base | {"bold": True, "bottom": 1})
        for chapter in chapters:
            sheet = book.add_worksheet(chapter.nav[:31])
            sheet.set_column(0, 0, 28)
            sheet.set_column(1, 8, 18)
            for line, (row, style) in enumerate(_lines(chapter)):
                if len(row) == 1:
                    sheet.merge_range(line, 0, line, 5, "", cell)
                    sheet.set_row(line, 15 * (1 + len(row[0]) // _WIDEST))
                for column, shown in enumerate(row):
                    sheet.write_string(line, column, shown, head if style == "head" else cell)
            sheet.set_landscape()
            sheet.set_paper(9)
            sheet.fit_to_pages(1, 0)


def _lines(chapter: Chapter) -> list[tuple[tuple[str, ...], str]]:
    """A chapter's blocks as rows of cells."""
    lines: list[tuple[tuple[str, ...], str]] = [((chapter.title,), "head")]
    for block in chapter.blocks:
        if isinstance(block, Table):
            lines += [(block.columns, "head"), *((row, "") for row in block.rows)]
        elif isinstance(block, Heading):
            lines.append(((block.text,), "head"))
        elif isinstance(block, Paragraph | Note):
            lines.append(((block.text,), ""))
    return lines
