"""G: consequences, notice, law and privacy: each rule finds what it is for and leaves a good scheme alone."""

import dataclasses
import datetime as dt
from typing import Any

import pandas as pd
import pytest

from tests.review.lint.governed import GOVERNANCE, client, found, good, governed
from toolkit.appraise.example import example_roster
from toolkit.scheme.change import replace_at
from toolkit.scheme.scheme import Effective, Schemes


@pytest.mark.parametrize(
    ("then", "named"),
    [
        (["coaching", "dismissal"], "dismissal"),
        (["末位淘汰"], "末位淘汰"),
        (["pay_cut", "transfer"], "pay cut and transfer"),
        ("terminate_contract", "terminate contract"),
    ],
)
def test_g09_consequences_without_a_review(then: object, named: str) -> None:
    ((where, message),) = found("G09", good(follow_up={"missed_quarters": 2, "then": then}))
    assert where == "follow_up.then" and message.startswith(f"{named} follows from a missed result")


@pytest.mark.parametrize("then", [["coaching", "transfer_review"], ["调岗评审"], ["interview"], "coaching"])
def test_g09_passes_reviews_and_help(then: object) -> None:
    assert found("G09", good(follow_up={"missed_quarters": 2, "then": then})) == []


def test_g09_looks_at_every_key_of_the_follow_up() -> None:
    deep = {"last_place": {"quarters": 2, "then": ["dismiss"]}, "missed_quarters": 3}
    assert len(found("G09", good(follow_up=deep))) == 1


def test_g10_counts_ordinary_people() -> None:
    """Two in a row of four: 1 − (p⁴ + 4p³q + 3p²q²) = 28 % at p = .65; three in a row: q³(1 + p) = 7 %."""
    p, q = 0.65, 0.35
    assert 1 - (p**4 + 4 * p**3 * q + 3 * p**2 * q**2) == pytest.approx(0.2817, abs=1e-4)
    ((where, message),) = found(
        "G10", good(follow_up={"missed_quarters": 2, "then": ["coaching", "transfer_review"]})
    )
    assert where == "follow_up.missed_quarters"
    assert "2 missed quarters" in message and "lead to transfer after a review" in message
    assert "28 %" in message and "65 %" in message and "10 %" in message
    assert q**3 * (1 + p) < 0.10
    assert found("G10", good(follow_up={"missed_quarters": 3, "then": ["transfer_review"]})) == []


def test_g10_passes_help_and_what_is_no_number() -> None:
    assert found("G10", good()) == []
    for run in (True, "two", 0, None):
        assert found("G10", good(follow_up={"missed_quarters": run, "then": ["transfer_review"]})) == []


def test_g11_known_only_after_the_start() -> None:
    ((where, message),) = found("G11", governed(announced_on=dt.date(2026, 2, 20)))
    assert where == "governance.announced_on"
    assert (
        message == "the scheme holds from 1 January 2026 and was announced 50 days later, on 20 February 2026"
    )
    ((where, _),) = found("G11", governed(consulted_on="2026-01-02"))
    assert where == "governance.consulted_on"


def test_g11_passes_days_before_and_words() -> None:
    same_day = governed(announced_on=dt.date(2026, 1, 1), consulted_on=dt.datetime(2025, 12, 31, 9))
    assert found("G11", same_day) == [] == found("G11", governed(announced_on="in December"))


def test_g12_two_years_are_enough() -> None:
    def running(to: str | None) -> Schemes:
        return good(effective={"from": dt.date(2026, 1, 1), "to": dt.date.fromisoformat(to) if to else None})

    assert found("G12", running("2027-12-31")) == []
    ((where, message),) = found("G12", running("2028-12-31"))
    assert where == "effective.to" and message.startswith("the scheme is agreed for 36 months, until 31")
    assert found("G12", running(None)) == []
    assert found("G12", running(None), client=client(end=dt.date(2027, 12, 31))) == []
    ((_, message),) = found("G12", running(None), client=client(end=dt.date(2028, 6, 30)))
    assert "has been in force for 30 months, until 30 June 2028; more than 24" in message


def test_g13_what_is_nobody_elses_business() -> None:
    both = governed(publishes=["rules", "individual_scores", "pay"])
    assert [message for _, message in found("G13", both)] == [
        "the scheme publishes what individuals are paid",
        "the scheme publishes individuals' scores, without a basis in law",
    ]
    based = governed(publishes=["rules", "individual_scores"], legal_basis="separate consent")
    assert found("G13", based) == [] == found("G13", good())


def test_g14_takes_pay_unchecked() -> None:
    ((where, message),) = found("G14", governed(legal_checked=["privacy"]))
    assert where == "pay.gates.revenue"
    assert (
        message.startswith("the gate can take pay")
        and "does not say that counsel has checked the minimum wage" in message
    )
    assert found("G14", governed(legal_checked=True)) == []


def test_g14_looks_at_every_part_that_takes() -> None:
    parts = {
        "pay": {
            "curve": {"x": "score", "points": [[60, 0.0], [100, 1.0]]},
            "rate": {"of": "revenue", "rate": 0.01},
            "clawback": {"days": 90},
            "guarantee": {"share": 0.5, "months": 3, "recoverable": True},
            "modifiers": [{"grades": {"A": 1.2, "B": 1.0, "C": 0.8, "D": 0.0}}],
        },
        "vetoes": [{"measure": "revenue", "below": 0.5, "pays": 0}],
        "governance": {**GOVERNANCE, "legal_checked": ["minimum_wage"]},
    }
    assert [where for where, _ in found("G14", good(**parts))] == [
        "pay.clawback",
        "pay.guarantee",
        "vetoes.revenue",
    ]
    parts["governance"] = {}
    messages = dict(found("G14", good(**parts)))
    assert set(messages) == {"pay.clawback", "pay.guarantee", "vetoes.revenue", "pay.modifiers.0"}
    assert "deductions from pay and the minimum wage" in messages["pay.guarantee"]


def version(schemes: Schemes, name: str, start: dt.date, to: dt.date | None) -> Any:
    held = Effective(**{"from": start, "to": to})  # type: ignore[arg-type]
    return dataclasses.replace(schemes.items[0], version=name, effective=held)


def test_g16_people_under_two_schemes_or_none() -> None:
    base, year = good(), dt.date(2026, 12, 31)
    late = version(base, "2026-03", dt.date(2026, 3, 1), None)
    both = dataclasses.replace(base, items=(*base.items, late))
    hits = found("G16", both, client=client())
    assert {where for where, _ in hits} == {"applies_to"} and len(hits) == 2  # one for each of the two
    assert hits[0][1] == "for 2 people two schemes hold, first on 1 March 2026: Lin Yue and Zhao Ming"
    gap = dataclasses.replace(
        base, items=(version(base, "a", dt.date(2026, 1, 1), dt.date(2026, 1, 31)), late)
    )
    ((_, message),) = found("G16", gap, client=client())
    assert message == "for 2 people no scheme holds, first on 1 February 2026: Lin Yue and Zhao Ming"
    assert found("G16", base, client=client(end=year)) == []


def test_g16_sees_the_first_day_of_a_scheme_beyond_the_data() -> None:
    base = good()
    planned = version(base, "2027-01", dt.date(2027, 1, 1), None)
    both = dataclasses.replace(base, items=(*base.items, planned))
    messages = [message for _, message in found("G16", both, client=client())]
    assert len(messages) == 2 and "two schemes hold, first on 1 January 2027" in messages[0]


def test_g16_names_the_first_few() -> None:
    roster = pd.concat([example_roster().head(1).assign(participant=f"p{i}") for i in range(8)])
    roster["name"] = [None, *[f"Person {i}" for i in range(1, 8)]]
    ended = version(good(), "a", dt.date(2026, 1, 1), dt.date(2026, 2, 28))
    ((_, message),) = found(
        "G16", dataclasses.replace(good(), items=(ended,)), client=client(participants=roster)
    )
    assert message.startswith("for 8 people") and message.endswith(
        "p0, Person 1, Person 2, Person 3 and Person 4 …"
    )


def test_g17_records_of_visits() -> None:
    ((where, message),) = found("G17", governed(legal_checked=["minimum_wage"]))
    assert where == "measures" and message.startswith("Customer visits: such records")
    others = {"revenue": "net_sales", "visits": "gross_margin_rate"}
    sold = replace_at(good(governance={}), {f"field_sales.measures.{n}.kpi": k for n, k in others.items()})
    assert found("G17", sold) == [] == found("G17", good())
