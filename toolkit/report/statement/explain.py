"""`tk.explain`: how a participant's number of a period came about, to read, to print, to check."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import pandas as pd

from toolkit.appraise.appraisal import Appraisal
from toolkit.language import currency_name, day, number, period_name, pick, text
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
from toolkit.report.page import chapter_html, chapters_page
from toolkit.report.statement.pay import money, pay_steps, why_zero
from toolkit.report.statement.scores import measure_steps, measure_title, total_steps
from toolkit.report.statement.source import rows_chapter
from toolkit.report.statement.steps import Step
from toolkit.report.statement.subject import Subject, subject


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
    own = subject(payouts, participant, period)
    say = partial(text, language=language)
    blocks, steps = _score_part(own, language)
    front = _front(own, language)
    chapters = [front, Chapter("score", say("explain.nav_score"), "", say("explain.title_score"), blocks)]
    paid = pay_steps(own, language) if own.pays else []
    if paid:
        steps += [(say("explain.nav_pay"), step) for step in paid]
        table = _table(paid, language)
        chapters.append(Chapter("pay", say("explain.nav_pay"), "", say("explain.title_pay"), (table,)))
    zero = why_zero(own, language) if own.pays else ""
    if zero:
        steps.append((say("explain.nav_pay"), Step(say("explain.why_zero"), zero, "–")))
    if rows:
        chapters.append(rows_chapter(own, language))
    frame = pd.DataFrame([{"part": part, **vars(step)} for part, step in steps])
    return Explanation(front.title, front.kicker, tuple(chapters), frame, language)


def _front(own: Subject, language: str) -> Chapter:
    """The outcome in a sentence, with its facts, and why nothing is paid where nothing is."""
    say = partial(text, language=language)
    scores, paid = own.tables["scores"], own.tables["payouts"]
    facts = []
    words = {"who": own.name, "period": period_name(own.period, language)}
    key = "explain.title"
    if len(scores) and pd.notna(scores.iloc[0]["score"]):
        row = scores.iloc[0]
        words |= {"score": number(row["score"], language, 2), "grade": str(row["grade"])}
        key = "explain.title_scored"
        facts += [
            Fact(words["score"], say("explain.score_total")),
            Fact(words["grade"], say("explain.grade")),
        ]
    if len(paid):
        unit = currency_name(own.scheme.currency, language)
        words["payout"] = f"{money(own, paid.iloc[0]['payout'], language)} {unit}"
        key = "explain.title_paid"
        facts.insert(0, Fact(words["payout"], say("explain.payout_fact")))
    blocks: list[Block] = []
    zero = why_zero(own, language) if own.pays else ""
    if zero:
        blocks.append(Note(zero))
    last = day(own.roster["last_day"], language)
    lead = say("explain.lead", scheme=pick(own.scheme.title, language), version=own.scheme.version, day=last)
    blocks.append(Paragraph(_appeal(own, language)))
    kicker = say("explain.kicker", client=pick(own.appraisal.client.client, language), id=own.participant)
    answer = Answer(lead, tuple(facts), tuple(blocks))
    return Chapter("answer", say("explain.nav_front"), kicker, say(key, **words), (answer,), front=True)


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
