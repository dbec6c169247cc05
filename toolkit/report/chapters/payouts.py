"""Payouts: what each period cost, what each person was paid last, and why a zero is a zero."""

from __future__ import annotations

from functools import partial
from typing import Any

import pandas as pd

from toolkit.language import amount, currency_name, money, number, percent, period_name, pick, text
from toolkit.money import minor_digits
from toolkit.report.blocks import Block, Chapter, Heading, Paragraph, Points, Table
from toolkit.report.chapters.common import PEOPLE_SHOWN, clip, figure_label, period_names
from toolkit.report.charts_pay import payouts_bars
from toolkit.report.look import styled
from toolkit.report.phrases import count
from toolkit.report.reasons import unpaid_reason, zero_reasons
from toolkit.report.results import Results

PERIODS_SHOWN = 8  # the last ones; payouts.csv has all
REASONS_SHOWN = 20


def payouts(results: Results, language: str) -> Chapter:
    """The money, exact to the minor unit."""
    say = partial(text, language=language)
    paid = results.latest(results.payouts)
    blocks: list[Block] = [Paragraph(say("payouts.exact"))]
    if len(results.payouts):
        blocks.append(_periods(results, language))
    if len(paid):
        period = period_names(paid, results, language)
        blocks += [Heading(say("payouts.last", period=period)), *_people(paid, results, language)]
    zeros = zero_reasons(results, results.windows.after, language)
    if zeros:
        blocks.append(Points(say("payouts.zero"), tuple(clip(zeros, REASONS_SHOWN, language))))
    if len(results.unpaid):
        rows = results.unpaid.drop_duplicates(["participant", "reason"]).to_dict("records")
        reasons = [unpaid_reason(r, results, language) for r in rows]
        blocks.append(Points(say("payouts.unpaid"), tuple(clip(reasons, REASONS_SHOWN, language))))
    title = _title(paid, results, language)
    return Chapter("payouts", say("nav.payouts"), say("kicker.payouts"), title, tuple(blocks))


def _title(paid: pd.DataFrame, results: Results, language: str) -> str:
    period = period_names(paid, results, language)
    if paid.empty:
        return text("payouts.title_none", language, period=period)
    amounts = paid["payout"].astype(float)
    zero = int((amounts <= 0).sum())
    values = {
        "total": money(amounts.sum(), results.client.currency, language),
        "period": period,
        "people": count(paid["participant"].nunique(), "person", language),
        "zero": number(zero, language),
    }
    return text("payouts.title" if zero else "payouts.title_no_zero", language, **values)


def _periods(results: Results, language: str) -> Table:
    """The last periods' cost, scheme by scheme."""
    say = partial(text, language=language)
    order = {p: results.client.calendar.bounds(p) for p in results.payouts["period"].unique()}
    money_columns = ("base_payout", "adjustments", "payout")
    rows = []
    for period in sorted(order, key=lambda p: order[p])[-PERIODS_SHOWN:]:
        part = results.payouts[results.payouts["period"] == period]
        for scheme in results.schemes:
            own, digits = part[part["scheme"] == scheme.id], minor_digits(scheme.currency)
            if len(own):
                sums = (amount(own[c].sum(), language, digits) for c in money_columns)
                people = number(own["participant"].nunique(), language)
                rows.append((period_name(period, language), pick(scheme.title, language), people, *sums))
    columns = ("period", "scheme", "people", "base", "adjustments", "payout")
    caption = say("payouts.periods_caption", currency=currency_name(results.client.currency, language))
    return Table(tuple(say(f"payouts.column_{c}") for c in columns), tuple(rows), caption)


def _people(paid: pd.DataFrame, results: Results, language: str) -> list[Block]:
    """A bar and a line a person, the highest paid first; beyond fifty, how many more there are."""
    say = partial(text, language=language)
    size = paid["payout"].astype(float)
    ordered = paid.assign(size=size).sort_values(["size", "participant"], ascending=[False, True])
    shown = ordered.head(PEOPLE_SHOWN)
    rows = shown.to_dict("records")
    names = [results.names.get(r["participant"], r["participant"]) for r in rows]
    frame = pd.DataFrame(
        {
            "label": [figure_label(name) for name in names],
            "base": shown["base_payout"].astype(float).to_numpy(),
            "adjustments": shown["adjustments"].astype(float).to_numpy(),
        }
    )
    currency = results.client.currency
    words = {
        "people": count(len(shown), "person", language),
        "period": period_names(paid, results, language),
        "currency": currency_name(currency, language),
    }
    with styled(language):
        figure = payouts_bars(
            frame,
            say("payouts.base"),
            say("payouts.adjustments"),
            lambda x: money(x, currency, language),
            say("payouts.bars_alt", **words),
            say("payouts.bars_caption", **words),
        )
    blocks: list[Block] = [
        figure,
        _lines(names, rows, say("payouts.people_caption", **words), results, language),
    ]
    if len(ordered) > len(shown):
        more = count(len(ordered) - len(shown), "more_person", language)
        blocks.append(Paragraph(say("payouts.more", people=more)))
    return blocks


def _lines(
    names: list[str], rows: list[dict[Any, Any]], caption: str, results: Results, language: str
) -> Table:
    """How each person's payout comes about; columns that nobody has are left out."""
    digits = minor_digits(results.client.currency)
    cells = [
        (
            who,
            amount(r["target_incentive"], language, digits),
            percent(r["payout_ratio"], language, 2),
            amount(r["credited"], language, digits),
            percent(r["rate"], language, 3),
            amount(r["base_payout"], language, digits),
            amount(r["adjustments"], language, digits),
            amount(r["payout"], language, digits),
        )
        for who, r in zip(names, rows, strict=True)
    ]
    columns = ("name", "incentive", "ratio", "credited", "rate", "base", "adjustments", "payout")
    shown = [i for i in range(len(columns)) if i == 0 or any(row[i] != "–" for row in cells)]
    header = tuple(text(f"payouts.column_{columns[i]}", language) for i in shown)
    return Table(header, tuple(tuple(row[i] for i in shown) for row in cells), caption)
