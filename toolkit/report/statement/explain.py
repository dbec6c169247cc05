"""`tk.explain`: how a participant's number of a period came about, to read, to print, to check."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import pandas as pd

from toolkit.appraise.appraisal import Appraisal
from toolkit.language import currency_name, day, listed, number, period_name, pick, text
from toolkit.report.blocks import (
    Answer,
    Block,
    Chapter,
    Fact,
    Heading,
    Note,
    Paragraph,
    Table,
)
from toolkit.report.page import chapter_html, chapters_page, chapters_pages
from toolkit.report.statement.pay import pay_steps, why_zero
from toolkit.report.statement.period import of_period
from toolkit.report.statement.readings import in_full
from toolkit.report.statement.scores import measure_steps, measure_title
from toolkit.report.statement.source import rows_chapter
from toolkit.report.statement.steps import Step
from toolkit.report.statement.subject import Subject, subjects
from toolkit.report.statement.totals import total_steps

TOGETHER = 50  # statements that share one font: cut down for each alone it would take longer than the rest
_COLUMNS = ["part", "name", "how", "value"]


@dataclass(frozen=True)
class Explanation:
    """A statement: its title, its chapters, and the steps as a table.

    Parameters
    ----------
    title, kicker : str
        What came out, and whose and when it is.
    chapters : tuple of Chapter
        For a page; printed, they read as text.
    steps : DataFrame
        part (measure, `score` or `pay`), name, how, value: every step in its order.
    language : str
    """

    title: str
    kicker: str
    chapters: tuple[Chapter, ...]
    steps: pd.DataFrame
    language: str

    def __str__(self) -> str:
        lines, part = [self.title, self.kicker], ""
        for step in self.steps.to_dict("records"):
            if step["part"] != part:
                part = step["part"]
                lines += ["", str(part)]
            lines.append(f"  {step['name']}: {step['how']} → {step['value']}")
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        return "".join(chapter_html(chapter, self.language) for chapter in self.chapters)

    def page(self) -> str:
        """The statement as one HTML file, offline, without script."""
        return chapters_page(self.chapters, self.language, self.title, self.kicker)


def explain(
    payouts: Appraisal, participant: str, period: str, language: str | None = None, *, rows: bool = True
) -> Explanation:
    """How a participant's score and payout of a period came about, each step in words and numbers.

    Parameters
    ----------
    payouts : Appraisal
        What `settle` gives: the payouts with all that they were made from.
    participant, period : str
        As in the tables: `E03`, `2026-Q1`.
    language : str, optional
        en or zh; the engagement's own by default.
    rows : bool
        Show the source rows behind each measure (asks the engagement's database).

    Raises
    ------
    DataError
        Nobody has this id, the period has no scores, or no scheme held for the participant in it.

    Examples
    --------
    >>> from toolkit.assets import asset
    >>> from toolkit.appraise.appraisal import settle
    >>> from toolkit.data.load import load_engagement
    >>> client = load_engagement(asset("templates", "engagements", "adventureworks"))
    >>> print(explain(settle(client), "282", "2013-Q4", "en", rows=False).title)  # doctest: +SKIP
    José Saraiva, Q4 2013: 36,000.00 USD
    """
    language = language or payouts.client.language
    own, *later = subjects(payouts, participant, period)
    blocks, steps = _score_part(own, language)
    front = _front([own, *later], language)
    chapters = [front]
    if blocks:
        say = partial(text, language=language)
        chapters.append(Chapter("score", say("explain.nav_score"), "", say("explain.title_score"), blocks))
    for n, one in enumerate([own, *later], 1):
        found, chapter = _pay_part(one, "pay" if n == 1 else f"pay-{n}", language)
        steps += found
        chapters += [chapter] if chapter is not None else []
    if rows and not own.late:
        chapters.append(rows_chapter(own, language))
    frame = pd.DataFrame(
        [{"part": part, **vars(step)} for part, step in steps], columns=_COLUMNS, dtype="str"
    )
    return Explanation(front.title, front.kicker, tuple(chapters), frame, language)


def statement_pages(
    payouts: Appraisal, people: Iterable[str], period: str, language: str | None = None
) -> Iterator[tuple[str, str]]:
    """Statements of many people for a period as pages, without their source rows: quick for thousands.

    Yields
    ------
    participant, page : str
        In the order given.

    Raises
    ------
    DataError
        As `explain`.
    """
    everybody, whole = list(people), of_period(payouts, period)
    for start in range(0, len(everybody), TOGETHER):
        some = everybody[start : start + TOGETHER]
        told = [explain(whole, who, period, language, rows=False) for who in some]
        pages = [(one.chapters, one.title, one.kicker) for one in told]
        if told:
            yield from zip(some, chapters_pages(pages, told[0].language), strict=True)


def _pay_part(own: Subject, address: str, language: str) -> tuple[list[tuple[str, Step]], Chapter | None]:
    """The steps of pay under one scheme, and their chapter if there are any."""
    say, nav = partial(text, language=language), text("explain.nav_pay", language)
    paid = pay_steps(own, language) if own.pays else []
    steps = [(nav, step) for step in paid]
    zero = why_zero(own, language)
    if zero:
        steps.append((nav, Step(say("explain.why_zero"), zero, "–")))
    if not paid:
        return steps, None
    title = say("explain.title_pay")
    if own.late:
        title = say("explain.title_pay_late", scheme=pick(own.scheme.title, language))
    return steps, Chapter(address, nav, "", title, (_table(paid, language),))


def _front(owns: Sequence[Subject], language: str) -> Chapter:
    """The outcome in a sentence, with its facts, and why nothing is paid where nothing is."""
    say, own = partial(text, language=language), owns[0]
    scores, facts = own.tables["scores"], []
    words = {"who": own.name, "period": period_name(own.period, language)}
    key = "explain.title"
    if len(scores) and pd.notna(scores.iloc[0]["score"]):
        row = scores.iloc[0]
        words["score"] = number(row["score"], language, 2)
        key = "explain.title_scored"
        facts.append(Fact(words["score"], say("explain.score_total")))
        if pd.notna(row["grade"]):
            key, words["grade"] = "explain.title_graded", str(row["grade"])
            facts.append(Fact(words["grade"], say("explain.grade")))
    paid = [_paid(one, language) for one in owns if len(one.tables["payouts"])]
    if paid:
        words["payout"] = listed(paid, language)
        key = "explain.title_paid"
        facts = [*(Fact(amount, say("explain.payout_fact")) for amount in paid), *facts]
    blocks: list[Block] = [Note(zero) for zero in (why_zero(one, language) for one in owns) if zero]
    blocks.append(Paragraph(_appeal(own, language)))
    kicker = say("explain.kicker", client=pick(own.appraisal.client.client, language), id=own.participant)
    answer = Answer(_lead(own, language), tuple(facts), tuple(blocks))
    return Chapter("answer", say("explain.nav_front"), kicker, say(key, **words), (answer,), front=True)


def _paid(own: Subject, language: str) -> str:
    unit = currency_name(own.scheme.currency, language)
    return f"{in_full(own.tables['payouts'].iloc[0]['payout'], own.scheme.currency, language)} {unit}"


def _lead(own: Subject, language: str) -> str:
    """Which scheme the statement follows, and why this one."""
    words = {"scheme": pick(own.scheme.title, language), "version": own.scheme.version}
    if own.late:
        return text("explain.lead_late", language, **words)
    return text("explain.lead", language, day=day(own.roster["last_day"], language), **words)


def _appeal(own: Subject, language: str) -> str:
    days = own.scheme.governance.get("appeal_days")
    if isinstance(days, int):
        return text("explain.appeal_days", language, days=number(days, language))
    return text("explain.appeal", language)


def _score_part(own: Subject, language: str) -> tuple[tuple[Block, ...], list[tuple[str, Step]]]:
    blocks: list[Block] = []
    steps: list[tuple[str, Step]] = []
    for _, row in own.tables["scorecard"].iterrows():
        title = measure_title(own, own.scheme.measure(row["measure"]), language)
        found = measure_steps(own, row, language)
        blocks += [Heading(title), _table(found, language)]
        steps += [(title, step) for step in found]
    total = total_steps(own, language)
    if total:
        title = text("explain.score_total", language)
        blocks += [Heading(title), _table(total, language)]
        steps += [(title, step) for step in total]
    return tuple(blocks), steps


def _table(steps: list[Step], language: str) -> Table:
    columns = tuple(text(f"explain.column_{c}", language) for c in ("step", "how", "value"))
    return Table(columns, tuple((s.name, s.how, s.value) for s in steps))
