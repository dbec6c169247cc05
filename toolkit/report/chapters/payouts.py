"""Payouts: what each period cost, what each person was paid last, and why a zero is a zero."""

from __future__ import annotations

from functools import partial

import pandas as pd

from toolkit.language import amount, money, percent, period_name, pick, text
from toolkit.money import minor_digits
from toolkit.report.blocks import Block, Chapter, Heading, Note, Paragraph, Table
from toolkit.report.chapters.common import PEOPLE_SHOWN, clip
from toolkit.report.charts_pay import payouts_bars
from toolkit.report.look import styled
from toolkit.report.reasons import unpaid_reason, zero_reasons
from toolkit.report.results import Results


def payouts(results: Results, language: str) -> Chapter:
    """The money, exact to the minor unit."""
    say = partial(text, language=language)
    last = results.pay_periods[-1]
    paid = results.payouts[results.payouts["period"] == last]
    total, zero = paid["payout"].sum(), int((paid["payout"].astype(float) <= 0).sum())
    blocks: list[Block] = [Paragraph(say("payouts.exact")), _periods(results, language)]
    blocks += [
        Heading(say("payouts.last", period=period_name(last, language))),
        *_people(paid, results, language),
    ]
    zeros = zero_reasons(results, results.windows.after, language)
    if zeros:
        listed = say("phrase.semicolon").join(clip(zeros, 20, language))
        blocks += [Heading(say("payouts.zero")), Paragraph(listed + say("phrase.stop"))]
    if len(results.unpaid):
        rows = results.unpaid.drop_duplicates(["participant", "reason"]).to_dict("records")
        listed = say("phrase.semicolon").join(
            clip([unpaid_reason(r, results, language) for r in rows], 20, language)
        )
        blocks += [Heading(say("payouts.unpaid")), Note(listed)]
    title = say(
        "payouts.title",
        total=money(float(total), results.client.currency, language),
        period=period_name(last, language),
        n=len(paid),
        zero=zero,
    )
    return Chapter("payouts", say("nav.payouts"), say("kicker.payouts"), title, tuple(blocks))


def _periods(results: Results, language: str) -> Table:
    say = partial(text, language=language)
    currency = results.client.currency
    digits = minor_digits(currency)
    schemes = [s for s in results.schemes if s.id in set(results.payouts["scheme"])]
    rows = []
    for period in results.pay_periods[-8:]:
        part = results.payouts[results.payouts["period"] == period]
        for scheme in schemes:
            own = part[part["scheme"] == scheme.id]
            if len(own):
                rows.append(
                    (
                        period_name(period, language),
                        pick(scheme.title, language),
                        str(len(own)),
                        *(
                            amount(own[c].sum(), language, digits)
                            for c in ("base_payout", "adjustments", "payout")
                        ),
                    )
                )
    return Table(
        tuple(
            say(f"payouts.column_{c}")
            for c in ("period", "scheme", "people", "base", "adjustments", "payout")
        ),
        tuple(rows),
        say("payouts.periods_caption", currency=currency),
    )


def _people(paid: pd.DataFrame, results: Results, language: str) -> list[Block]:
    say = partial(text, language=language)
    currency = results.client.currency
    digits = minor_digits(currency)
    ordered = (
        paid.assign(size=paid["payout"].astype(float))
        .sort_values(["size", "participant"], ascending=[False, True])
        .head(PEOPLE_SHOWN)
    )
    names = [results.names.get(p, p) for p in ordered["participant"]]
    frame = pd.DataFrame(
        {
            "label": names,
            "base": ordered["base_payout"].astype(float),
            "adjustments": ordered["adjustments"].astype(float),
        }
    )
    words = {
        "n": len(ordered),
        "period": period_name(ordered["period"].iloc[0], language),
        "currency": currency,
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
    rows = tuple(
        (
            who,
            amount(r.target_incentive, language, digits),
            percent(r.payout_ratio, language, 2),
            amount(r.credited, language, digits),
            percent(r.rate, language, 3),
            amount(r.base_payout, language, digits),
            amount(r.adjustments, language, digits),
            amount(r.payout, language, digits),
        )
        for who, r in zip(names, ordered.itertuples(), strict=True)
    )
    columns = ("name", "incentive", "ratio", "credited", "rate", "base", "adjustments", "payout")
    shown = [i for i, c in enumerate(columns) if i == 0 or any(row[i] != "–" for row in rows)]
    table = Table(
        tuple(say(f"payouts.column_{columns[i]}") for i in shown),
        tuple(tuple(row[i] for i in shown) for row in rows),
        say("payouts.people_caption", **words),
    )
    return [figure, table]
