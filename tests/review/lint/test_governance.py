"""G: what is made known, heard, reviewed and helped: each rule finds and passes."""

import datetime as dt
from typing import Any

import pytest

from tests.review.lint.governed import GOVERNANCE, client, found, good, governed
from toolkit.review.lint.lint import lint
from toolkit.scheme.scheme import Schemes


def test_impeccable_governance_has_no_finding() -> None:
    assert lint(good(), select=["G"], packs=("core", "intl", "cn"), client=client()).empty


@pytest.mark.parametrize("never", [None, False, "never", ""])
def test_g01_results_that_nobody_sees(never: object) -> None:
    assert found("G01", governed(published=never)) == [
        ("governance.published", "the scheme does not say when results are made known")
    ]
    ((where, _),) = found("G01", governed(publishes=["honours"]))
    assert where == "governance.publishes" and found("G01", governed(publishes=None)) == []


@pytest.mark.parametrize(("days", "said"), [(None, "0"), (0, "0"), (3, "3"), (4.5, "4.5")])
def test_g02_too_short_an_appeal(days: object, said: str) -> None:
    ((where, message),) = found("G02", governed(appeal_days=days))
    assert where == "governance.appeal_days"
    assert message == f"{said} days are agreed for objecting to a result; 5 at least are advised"


@pytest.mark.parametrize("days", [5, 30, "ten working days"])
def test_g02_passes_days_enough_and_words(days: object) -> None:
    assert found("G02", governed(appeal_days=days)) == []


def test_g02_has_its_limit_changed() -> None:
    ((_, message),) = found("G02", governed(appeal_days=6), limits={"G02": {"least": 7}})
    assert "6 days" in message and "7 at least" in message


@pytest.mark.parametrize("consulted", [None, [], "none"])
def test_g03_employees_who_were_not_asked(consulted: object) -> None:
    assert [where for where, _ in found("G03", governed(consulted=consulted))] == ["governance.consulted"]
    assert found("G03", governed(consulted="union")) == []


def test_g04_no_review() -> None:
    assert [where for where, _ in found("G04", governed(review_every=None))] == ["governance.review_every"]
    assert found("G04", governed(review_every=None, review_on=dt.date(2026, 7, 1))) == []


def test_g05_cycles_that_press_or_come_too_late() -> None:
    ((where, message),) = found("G05", good(pay_every="month"))
    assert where == "pay_every" and "paid by score every month: so often" in message
    halves = found("G05", good(score_every="half", pay_every="half"))
    assert halves == [
        ("score_every", "the scheme is scored every half-year: too seldom for feedback in time")
    ]
    assert found("G05", good(score_every="quarter")) == []


def test_g05_leaves_monthly_commission_alone() -> None:
    commission = {"pay": {"rate": {"of": "revenue", "rate": 0.02}}, "pay_every": "month"}
    assert found("G05", good(**commission)) == []


def test_g06_no_talk_or_too_seldom() -> None:
    assert found("G06", governed(interview_every=None)) == [
        ("governance.interview_every", "no talk about results is agreed")
    ]
    assert found("G06", governed(interview_every="year")) == [
        ("governance.interview_every", "results are talked about every year, but paid on every quarter")
    ]
    assert found("G06", governed(interview_every="quarter")) == []
    assert found("G06", governed(interview_every="after each result")) == []


def test_g07_no_honours() -> None:
    assert [w for w, _ in found("G07", good(recognition={}))] == ["recognition"]
    assert [w for w, _ in found("G07", good(recognition={"star_of_month": 0}))] == ["recognition"]
    assert found("G07", good(recognition={"most_improved": 1})) == []


@pytest.mark.parametrize(("then", "helped"), [(["transfer_review"], False), (["培训"], True), (None, False)])
def test_g08_help_for_those_behind(then: list[str] | None, helped: bool) -> None:
    follow_up = {"missed_quarters": 2, "then": then} if then else {}
    assert (found("G08", good(follow_up=follow_up)) == []) is helped


def test_g15_numbers_without_an_owner() -> None:
    ((where, message),) = found("G15", governed(data_owner=None))
    assert (
        where == "governance.data_owner"
        and "these numbers: Net sales, Customer visits and Customer satis" in message
    )
    one = governed(data_owner={"net_sales": "finance", "visits": "sales operations"})
    ((_, message),) = found("G15", one)
    assert message.endswith("these numbers: Customer satisfaction")
    by_measure = {"revenue": "finance", "visits": "finance", "satisfaction": "service"}
    assert found("G15", governed(data_owner=by_measure)) == []


@pytest.mark.parametrize(
    ("pilot", "lacking"),
    [
        ({"until": "2026-06-30"}, "what it is compared with"),
        ({"compared_with": "the other teams"}, "when it ends"),
        (True, "when it ends and what it is compared with"),
    ],
)
def test_g18_a_pilot_must_end_and_be_compared(pilot: object, lacking: str) -> None:
    ((where, message),) = found("G18", governed(pilot=pilot))
    assert where == "governance.pilot" and message == f"the pilot does not say {lacking}"


def test_g18_knows_a_pilot_by_the_roster_and_passes_a_whole_one() -> None:
    by_roster = good(applies_to={"pilot": ["pilot"]})
    assert len(found("G18", by_roster)) == 1
    assert found("G18", good(applies_to={"pilot": ["comparison"]})) == [] == found("G18", good())
    whole = {**GOVERNANCE, "pilot": {"compared_with": "the other teams"}}
    until = {"from": dt.date(2026, 1, 1), "to": dt.date(2026, 6, 30)}
    assert found("G18", good(applies_to={"pilot": ["pilot"]}, governance=whole, effective=until)) == []


def test_g19_titles_in_the_clients_language() -> None:
    english = good(title={"en": "Field sales 2026"}, items=[{"name": "late_report", "points": -1}])
    assert found("G19", english, client=client()) == [
        ("title.zh", "«Field sales 2026» has no title in Chinese, the language of the engagement"),
        (
            "items.late_report.title.zh",
            "«late_report» has no title in Chinese, the language of the engagement",
        ),
    ]
    assert found("G19", good(), client=client()) == []


def accepting(*entries: dict[str, str], **changed: Any) -> Schemes:
    return good(accepted=list(entries), **changed)


def test_g20_exceptions_that_nothing_needs() -> None:
    entry = {"rule": "G07", "reason": "A team of two"}
    findings = lint(accepting(entry), select=["G"])
    assert findings[["code", "severity", "where", "message"]].values.tolist() == [
        ["G20", "note", "accepted.G07", "the scheme accepts G07 (anywhere), but the rule finds nothing there"]
    ]
    unknown = lint(accepting({"rule": "Z42", "reason": "A slip of the pen"}), select=["G20"])
    assert unknown["message"].tolist() == ["the scheme accepts Z42 (anywhere), but there is no such rule"]


def test_g20_passes_what_is_used_and_what_was_not_run() -> None:
    used = accepting({"rule": "G07", "reason": "A team of two"}, recognition={})
    findings = lint(used, select=["G"])
    assert findings[["code", "accepted"]].values.tolist() == [["G07", "A team of two"]]
    for options in ({"ignore": ["G07"]}, {"select": ["G20"]}):
        assert lint(accepting({"rule": "G07", "reason": "Not run now"}), **{"select": ["G"], **options}).empty
    lacking = accepting({"rule": "G16", "reason": "The board is on the roster"})
    assert lint(lacking, select=["G"]).empty  # without a client the rule was not run
