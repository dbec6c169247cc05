"""The screening in words: numbers with n, no number where none can be had, both languages."""

import re
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.design.screen.made import KPIS
from toolkit.design.screen.gathered import following, lucky, refusals
from toolkit.design.screen.rows import refused, row, table
from toolkit.design.screen.screen import Screening
from toolkit.design.screen.words import named, pair_sentence, reason, sentence, summary

SIZE = {"n": 683, "people": 24, "periods": 30, "grain": "month"}


def one(*rows: dict[str, object]) -> list[dict[Any, Any]]:
    return table(rows).to_dict("records")


def reliability(
    value: float, low: float, high: float, months: tuple[float, float, float], verdict: str
) -> Any:
    needed = dict(zip(("months_needed", "months_low", "months_high"), months, strict=True))
    why = "" if verdict == "ok" else "screen.mostly_luck"
    return row("net_sales", "reliability", verdict, why, value=value, low=low, high=high, **needed, **SIZE)


def screening(*rows: dict[str, object], pairs: list[dict[str, object]] | None = None) -> Screening:
    names = ["kpi_a", "kpi_b", "verdict", "why"]
    vif = pd.DataFrame(
        {"kpi": ["net_sales"], "vif": [12.34], "n": [200.0], "verdict": ["fail"], "why": ["x"]}
    )
    return Screening(table(rows), pd.DataFrame(pairs or [], columns=names), vif, 3.0, "default", "team")


def whole(**parts: Any) -> tuple[dict[str, object], ...]:
    """A KPI's four rows."""
    covered = {"value": 0.949, "low": 0.93, "high": 0.96, "zero": 0.02}
    own = {"value": 0.06, "low": 0.0, "high": 0.12, "share_place": 0.01, "share_period": 0.07}
    rows = {
        "coverage": row("net_sales", "coverage", "warn", "zero_denominator", **covered, **SIZE),
        "reliability": reliability(0.07, 0.01, 0.21, (29.3, 8.9, 254.7), "fail"),
        "control": row("net_sales", "control", "ok", share_rest=0.86, **own, **SIZE),
    }
    return tuple((rows | parts).values())


def test_the_summary_of_a_kpi() -> None:
    lead = row("net_sales", "lead_lag", "ok", result="new_customers", value=0.4, low=0.2, high=0.5, **SIZE)
    overlap = {"kpi_a": "net_sales", "kpi_b": "bookings", "verdict": "warn"}
    line = summary(screening(*whole(), lead, pairs=[overlap]), KPIS, "en").iloc[0]
    assert line.to_dict() == {
        "kpi": "Net sales",
        "size": "24 × 30",
        "coverage": "94.9 % · look",  # not 95 %, which would be enough
        "reliability": "mostly luck (0.0 to 0.2)",
        "months": "about 30, 9 at least",
        "control": "6 % (0 % to 12 %)",
        "leads": "New customers won",
        "overlap": named("bookings", KPIS, "en"),
        "vif": "12.3",
        "verdict": "fail",
    }


@pytest.mark.parametrize(
    ("months", "expected"),
    [
        ((4.6, 1.8, 12.7), "5 (2 to 13)"),
        ((0.4, 0.1, 0.9), "1"),  # not below one
        ((29.3, 8.9, 254.7), "about 30, 9 at least"),
        ((40.0, 17.6, np.nan), "18 at least"),
        ((941.0, 86.1, np.nan), "over 36"),
        ((np.nan, np.nan, np.nan), "over 36"),
    ],
)
def test_months_are_never_told_more_exactly_than_known(
    months: tuple[float, float, float], expected: str
) -> None:
    found = summary(screening(*whole(reliability=reliability(0.1, 0.0, 0.2, months, "warn"))), KPIS, "en")
    assert found["months"].iloc[0] == expected


def test_what_is_refused_has_no_number() -> None:
    rows = {
        test: refused("net_sales", test, why)
        for test, why in (("reliability", "screen.too_few"), ("control", "screen.few_people_or_periods"))
    }
    line = summary(screening(*whole(**rows)), KPIS, "en").iloc[0]
    assert (line["reliability"], line["months"], line["control"]) == ("not judged", "–", "not judged")
    told = refusals(screening(*whole(**rows)), KPIS, "en")
    assert told == [
        "reliability (Net sales): fewer than 8 people with 4 periods each",
        "person or place (Net sales): fewer than 8 people or 4 periods",
    ]


def test_a_joint_share_is_marked() -> None:
    joint = row(
        "net_sales", "control", "not_enough_data", "screen.joint", value=0.5, low=0.3, high=0.7, **SIZE
    )
    assert summary(screening(*whole(control=joint)), KPIS, "en")["control"].iloc[0] == "50 % (30 % to 70 %)*"
    assert sentence(one(joint)[0], KPIS, "en").startswith(
        "50 % of all differences lie with person and place together"
    )


def test_sentences_carry_numbers_intervals_and_n() -> None:
    coverage, reliable, control = (sentence(r, KPIS, "en") for r in one(*whole()))
    assert coverage == (
        "94.9 % of 683 person-months have a value (93 % to 96 %); 2 % of the values are 0: "
        "most blanks had nothing to divide by"
    )
    assert "0.1 (0.0 to 0.2; 24 people, 30 periods): mostly luck" in reliable
    assert "6 % lie with the person (0 % to 12 %), 1 % with the team, 7 %" in control
    blanks = row(
        "visits", "missing_at_random", "warn", "screen.weak_go_blank", value=-0.153, low=-0.25, high=-0.05,
        p_value=0.0004, **SIZE,
    )  # fmt: skip
    said = sentence(one(blanks)[0], KPIS, "en")
    assert "15 of 100 places lower" in said and "<0.001" in said and said.endswith("so averages flatter")


def test_a_lead_names_its_lags_and_claims_no_cause() -> None:
    values = {"value": 0.39, "low": 0.24, "high": 0.54, "p_value": 0.001, "p_adjusted": 0.015}
    for lags, words in ((2, "this and the next 2 months"), (1, "this and the next month")):
        lead = row("follow_ups", "lead_lag", "ok", result="net_sales", lags=lags, **values, **SIZE)
        said = sentence(one(lead)[0], KPIS, "en")
        assert words in said and "differs by 0.4" in said and "24 people, 30 periods" in said
        assert not re.search("cause|drive|lead to", said)


def test_pairs() -> None:
    numbers = {"overall": 0.44, "low": 0.34, "high": 0.53, "between": 0.59, "within": 0.43, "n": 227}
    names = {"kpi_a": "net_sales", "kpi_b": "deals_won", "grain": "quarter", "third": "average_deal_size"}
    product = {**names, **numbers, "relation": "product", "why": ""}
    said = pair_sentence(product, KPIS, "en")
    assert "0.44 (0.34 to 0.53; between people 0.59, within 0.43; 227 person-quarters)" in said
    assert said.endswith("with Average deal size they make a product: two of the three determine the third")
    blank = {**product, "overall": np.nan, "relation": "", "why": "screen.few_in_common"}
    assert "no correlation to be had" in pair_sentence(blank, KPIS, "en")


def test_groups_of_kpis() -> None:
    found = screening(*whole())
    assert lucky(found, KPIS, "en") == [
        "Mostly luck in a single month (24 people): Net sales. Do not rank or pay people by so short a time; "
        "judge by longer periods or by team."
    ]
    assert following(found, KPIS, "en") == [
        "Each follows largely from the others together (VIF over 5): Net sales (12.3)."
    ]


@pytest.mark.parametrize("why", ["", "no_rows_in_period", "a_code_of_tomorrow", "screen.joint"])
def test_every_reason_has_words(why: str) -> None:
    for language in ("en", "zh"):
        assert bool(reason(why, language)) == bool(why)


def test_chinese_is_chinese() -> None:
    line = summary(screening(*whole()), KPIS, "zh").iloc[0]
    assert line["reliability"] == "多属偶然（0.0 至 0.2）" and line["months"] == "约 30，至少 9"
    for said in [sentence(r, KPIS, "zh") for r in one(*whole())]:
        assert re.search("[\u4e00-\u9fff]", said) and "  " not in said


def test_a_kpi_of_the_clients_own_is_called_by_its_id() -> None:
    assert named("own_index", KPIS, "en") == "own_index"
