"""What those who review a month look at: results, what is missing, what moved, what must be decided."""

from __future__ import annotations

import dataclasses
from functools import partial
from typing import Any

import pandas as pd

from toolkit.data.engagement import Engagement
from toolkit.language import has_text, number, period_name, text
from toolkit.monthly.appeals import appeals
from toolkit.monthly.closing import appraised, gather
from toolkit.monthly.inputs import closing_grain, closing_periods
from toolkit.monthly.log import read_log
from toolkit.monthly.states import month
from toolkit.report.blocks import Block, Chapter, Heading, Note, Paragraph, Points, Table
from toolkit.report.phrases import count
from toolkit.report.results import Results, evaluate, kpi_name
from toolkit.scheme.load import load_schemes

_SHOWN = 50  # people on a page
_MOVED = 5  # who rose and who fell most


def month_results(client: Engagement, period: str = "") -> Results:
    """Everything known at the end of a month, with the corrections and ratings that its log has.

    Parameters
    ----------
    client : Engagement
    period : str
        The month; the last one that the data cover whole by default.

    Returns
    -------
    Results
        As `evaluate` gives them, as if the data ended with the month. `windows.after` ends with it or before.

    Raises
    ------
    NotEnoughData
        No whole pay period has ended by then.
    """
    schemes = load_schemes(client)
    grain, calendar = closing_grain(schemes), client.calendar
    period = period or calendar.between(client.start, client.end, grain)["period"].iloc[-1]
    inputs = gather(client, period, read_log(client.folder))
    cut = dataclasses.replace(client, end=calendar.bounds(period)[1].date())
    logged: dict[str, Any] = {"records": inputs.records, **appraised(inputs)}
    return dataclasses.replace(evaluate(cut), **logged)


def last_month(results: Results) -> str:
    """The month that the results end with."""
    client = results.client
    return str(
        client.calendar.between(client.start, client.end, closing_grain(results.schemes))["period"].iloc[-1]
    )


def team_chapter(results: Results, language: str) -> Chapter:
    """The teams' mean scores, this month and the one before."""
    say = partial(text, language=language)
    period = last_month(results)
    before = results.client.calendar.shift(period, -1)
    teams = _teams(results, [period, before], language)
    rows = tuple(
        (
            str(r["team"]),
            number(r["people"], language),
            *(number(r[c], language, 1) for c in (before, period, "change")),
        )
        for r in teams.to_dict("records")
    )
    heads = (
        say("review.team"),
        say("publish.people"),
        period_name(before, language),
        period_name(period, language),
    )
    known = results.scores.loc[results.scores["period"] == period, "score"].dropna()
    words = {
        "period": period_name(period, language),
        "people": count(len(known), "participant", language),
        "mean": number(known.mean(), language, 1),
    }
    blocks: tuple[Block, ...] = (
        Table((*heads, say("review.change")), rows, caption=say("review.teams_caption")),
        Note(say("review.teams_note")),
    )
    nav = say("publish.nav_results")
    return Chapter("teams", nav, nav, say("review.teams_title", **words), blocks, front=True)


def _teams(results: Results, periods: list[str], language: str) -> pd.DataFrame:
    """team, people (scored in both months), a column for each month, change."""
    wide = _by_person(results, periods).dropna()
    people = results.client.participants.drop_duplicates("participant", keep="last").set_index("participant")
    ids = pd.Series(wide.index, wide.index)
    none = text("review.no_team", language)
    # At team level the participant is the team.
    team = ids.map(people["team"]).fillna(ids.map(lambda who: none if who in people.index else who))
    found = wide.groupby(team).agg(["mean", "size"]) if len(wide) else pd.DataFrame()
    if found.empty:
        return pd.DataFrame(columns=["team", "people", *periods, "change"])
    table = pd.DataFrame({p: found[p]["mean"] for p in periods} | {"people": found[periods[0]]["size"]})
    table["change"] = table[periods[0]] - table[periods[1]]
    return table.rename_axis("team").reset_index().sort_values(periods[0], ascending=False)


def _by_person(results: Results, periods: list[str]) -> pd.DataFrame:
    """Scores, a row a participant, a column a month."""
    rows = results.scores[results.scores["period"].isin(periods)]
    wide = rows.pivot_table(index="participant", columns="period", values="score", aggfunc="last")
    return wide.reindex(columns=periods)


def missing_chapter(results: Results, language: str) -> Chapter:
    """Which numbers are missing, of whom and why: each is a question to answer before the review."""
    say = partial(text, language=language)
    period = last_month(results)
    ending = closing_periods(results.schemes, period)
    card = results.scorecard[results.scorecard["period"].isin(ending) & (results.scorecard["missing"] != "")]
    rows = tuple(
        (
            results.names.get(r["participant"], r["participant"]),
            period_name(r["period"], language),
            kpi_name(results.client.kpis[r["kpi"]], language),
            missing_words(r["missing"], language),
        )
        for r in card.head(_SHOWN).to_dict("records")
    )
    heads = tuple(say(f"review.column_{c}") for c in ("name", "period", "kpi", "why"))
    blocks: list[Block] = [Table(heads, rows)] if rows else [Paragraph(say("review.nothing_missing"))]
    if len(card) > _SHOWN:
        blocks.append(Paragraph(say("review.more", n=number(len(card) - _SHOWN, language))))
    lines = count(len(card), "card_line", language)
    title = say("review.missing_title", lines=lines) if len(card) else say("review.missing_none")
    nav = say("review.nav_missing")
    return Chapter("missing", nav, nav, title, tuple(blocks))


def missing_words(code: str, language: str) -> str:
    """Why a line of the scorecard has no number.

    Examples
    --------
    >>> missing_words("no_actual:zero_denominator", "en"), missing_words("carried:2026-02", "zh")
    ('nothing to divide by', '沿用2026年2月的得分')
    """
    name, _, rest = code.partition(":")
    if name == "carried":
        return text("review.missing.carried", language, period=period_name(rest, language))
    key = f"review.missing.{rest or name}"
    return text(key, language) if has_text(key) else code


def changes_chapter(results: Results, language: str) -> Chapter:
    """Whose score moved most since the month before, who came and who went."""
    say = partial(text, language=language)
    period = last_month(results)
    before = results.client.calendar.shift(period, -1)
    wide = _by_person(results, [before, period])
    both = wide.dropna().assign(change=lambda t: t[period] - t[before]).sort_values("change", ascending=False)
    moved = pd.concat([both.head(_MOVED), both.tail(_MOVED)])
    moved = moved[~moved.index.duplicated() & (moved["change"] != 0)]
    rows = tuple(
        (
            results.names.get(str(who), str(who)),
            *(number(row[c], language, 1) for c in (before, period, "change")),
        )
        for who, row in moved.iterrows()
    )
    heads = (say("review.column_name"), period_name(before, language), period_name(period, language))
    blocks: list[Block] = [Table((*heads, say("review.change")), rows)] if rows else []
    came, went = (
        _listed(results, wide, one, other, language) for one, other in ((period, before), (before, period))
    )
    blocks += [Paragraph(say("review.came", names=came)), Paragraph(say("review.went", names=went))]
    blocks.append(Note(say("review.changes_note")))
    rose, fell = (number(int(n), language) for n in ((both["change"] > 0).sum(), (both["change"] < 0).sum()))
    title = say("review.changes_title", rose=rose, fell=fell, before=period_name(before, language))
    return Chapter("since", say("review.nav_changes"), say("review.nav_changes"), title, tuple(blocks))


def _listed(results: Results, wide: pd.DataFrame, here: str, not_here: str, language: str) -> str:
    ids = wide.index[wide[here].notna() & wide[not_here].isna()]
    names = [results.names.get(str(who), str(who)) for who in ids[:_SHOWN]]
    return text("phrase.join", language).join(names) or "–"


def decisions_chapter(results: Results, language: str) -> Chapter:
    """What waits for somebody: who cannot be paid, appeals, corrections to be paid, the month's next step."""
    say = partial(text, language=language)
    period = last_month(results)
    ending = closing_periods(results.schemes, period)
    unpaid = results.unpaid[results.unpaid["period"].isin(ending)]
    items = [
        say(
            "review.unpaid",
            name=results.names.get(r["participant"], r["participant"]),
            why=_why(r["reason"], language),
        )
        for r in unpaid.to_dict("records")
    ]
    entries = read_log(results.client.folder)
    waiting = [a for a in appeals(entries) if not a.decision]
    items += [
        say("review.appeal", number=a.number, period=period_name(a.period, language), claim=a.claim)
        for a in waiting
    ]
    corrected = results.records.corrections
    items += [
        say(
            "review.correction",
            name=results.names.get(r["participant"], r["participant"]),
            amount=number(r["amount"], language, 2),
            reason=r["reason"],
            author=r["author"],
        )
        for r in corrected[corrected["period"].isin(ending)].to_dict("records")
    ]
    state = month(entries, period).state
    items.append(say(f"review.state_{state or 'new'}"))
    heading = Heading(say("review.to_decide"))
    blocks = (heading, Points(say("review.nav_decisions"), tuple(items)))
    matters = len(items) - 1
    n = count(matters, "decision", language)
    title = say("review.decisions_title", n=n) if matters else say("review.decisions_none")
    return Chapter("decide", say("review.nav_decisions"), say("review.nav_decisions"), title, blocks)


def _why(reason: str, language: str) -> str:
    key = f"appraise.unpaid.{reason}"
    return text(key, language) if has_text(key) else reason
