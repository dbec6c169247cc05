"""Why an amount is cut, zero or not there, in sentences, on people whose pay was worked out by hand."""

from pathlib import Path

import pytest

import toolkit as tk
from tests.report.client import SCHEME, engagement, person
from toolkit.errors import NotEnoughData
from toolkit.language import LANGUAGES
from toolkit.report.reasons import adjustment_reason, unpaid_reason, who, zero_reasons
from toolkit.report.results import Results, evaluate

BOTH = ("2026-Q1", "2026-Q2")


@pytest.fixture(scope="module")
def gated(tmp_path_factory: pytest.TempPathFactory) -> Results:
    """Person 1 reaches half the sales target and pays the gate; below 90 % nothing is paid."""
    gates = [{"measure": "revenue", "below": 0.9, "pays": 0.0}]
    pay = {"curve": {"x": "score", "points": [[0, 1.0], [100, 1.0]]}, "gates": gates}
    folder = engagement(tmp_path_factory.mktemp("gated") / "c", schemes=[{**SCHEME, "pay": pay}])
    return evaluate(tk.load_engagement(folder))


@pytest.fixture(scope="module")
def halved(tmp_path_factory: pytest.TempPathFactory) -> Results:
    """The usual scheme, whose gate at 70 % pays half; two people are called the same, one has no name."""
    names = ["Kim", "Kim", "", "Zoë"]
    people = [person(at, name=name) for at, name in enumerate(names, 1)]
    people[3]["target_incentive"] = ""
    curve = {"x": "score", "points": [[0, 1.0], [100, 1.0]]}
    scheme = {**SCHEME, "pay": {**SCHEME["pay"], "curve": curve}}
    return evaluate(
        tk.load_engagement(engagement(tmp_path_factory.mktemp("halved") / "c", people, schemes=[scheme]))
    )


def test_a_gate_says_what_was_reached_and_what_is_left(halved: Results) -> None:
    row = halved.adjustments.to_dict("records")[0]
    # Person 1 sells 500 of 1,000 a month and is owed 3,000 a quarter; the gate leaves half.
    assert (row["participant"], row["period"], str(row["amount"])) == ("p001", "2026-Q1", "-1500.00")
    assert [adjustment_reason(row, halved, language) for language in LANGUAGES] == [
        "net sales at 50.0 % of target, below the gate of 70 %; 50 % of what was earned is paid",
        "净销售额达成率 50.0%，低于门槛 70%，只发应得的 50%",
    ]


def test_a_zero_is_said_once_for_all_the_periods_it_holds(gated: Results) -> None:
    en, zh = (zero_reasons(gated, BOTH, language) for language in LANGUAGES)
    assert en == [
        "Person 1, Q1–Q2 2026: net sales at 50.0 % of target, below the gate of 90 %; nothing is paid",
        "Person 2, Q1–Q2 2026: net sales at 75.0 % of target, below the gate of 90 %; nothing is paid",
    ]
    assert zh[0] == "Person 1，2026年上半年：净销售额达成率 50.0%，低于门槛 90%，不发奖金"
    assert zero_reasons(gated, ("2026-Q2",), "en")[0].startswith("Person 1, Q2 2026: ")


def test_no_zero_needs_no_reason(halved: Results) -> None:
    assert zero_reasons(halved, BOTH, "en") == []


@pytest.mark.parametrize(
    ("pay", "en", "zh"),
    [
        ({"rate": {"of": "revenue", "rate": 0.0}}, "the agreed rate is 0", "约定的提成比例为 0"),
        (
            {"curve": {"x": "score", "points": [[200, 1.0]]}},
            "the score is below where pay begins",
            "得分未达起付线",
        ),
    ],
)
def test_a_rate_of_zero_and_a_low_score(pay: dict[str, object], en: str, zh: str, tmp_path: Path) -> None:
    client = tk.load_engagement(engagement(tmp_path / "c", 1, schemes=[{**SCHEME, "pay": pay}]))
    results = evaluate(client)
    assert zero_reasons(results, BOTH, "en") == [f"Person 1, Q1–Q2 2026: {en}"]
    assert zero_reasons(results, BOTH, "zh") == [f"Person 1，2026年上半年：{zh}"]


def test_nothing_sold_is_nothing_credited_and_gaps_split_a_span(tmp_path: Path) -> None:
    """A commission on sales that end in March; the gap between first and last quarter is kept."""
    pay = {"rate": {"of": "revenue", "rate": 0.01}}
    folder = engagement(tmp_path / "c", 2, months=12, schemes=[{**SCHEME, "pay": pay}])
    deals = folder / "data" / "deals.csv"
    kept = [
        line
        for line in deals.read_text(encoding="utf-8").splitlines()
        if "p001" not in line or any(month in line for month in ("-04-", "-05-", "-06-"))
    ]
    deals.write_text("\n".join(kept) + "\n", encoding="utf-8")
    results = evaluate(tk.load_engagement(folder))
    every = tuple(f"2026-Q{quarter}" for quarter in (1, 2, 3, 4))
    assert zero_reasons(results, every, "en") == ["Person 1, Q1 2026, Q3–Q4 2026: nothing was credited"]
    assert zero_reasons(results, every, "zh") == ["Person 1，2026年第一季度、2026年下半年：没有计提基数"]


def test_who_is_not_paid_and_why(halved: Results) -> None:
    rows = halved.unpaid.to_dict("records")
    assert {(r["participant"], r["reason"]) for r in rows} == {("p004", "no_target_incentive")}
    assert unpaid_reason(rows[0], halved, "en") == "Zoë: no target incentive in the roster"
    assert unpaid_reason(rows[0], halved, "zh") == "Zoë：人员表中没有目标奖金"


def test_names_that_are_shared_or_missing_give_way_to_the_id(halved: Results) -> None:
    assert [who(halved, f"p00{at}") for at in (1, 2, 3, 4)] == ["p001", "p002", "p003", "Zoë"]
    assert who(halved, "North") == "North"


def test_an_engagement_without_a_whole_pay_period_is_refused(tmp_path: Path) -> None:
    client = tk.load_engagement(engagement(tmp_path / "c", months=2))
    with pytest.raises(NotEnoughData) as caught:
        evaluate(client)
    assert [p.code for p in caught.value.problems] == ["report.no_pay_period"]
    assert "from 2026-01-01 to 2026-02-28" in str(caught.value)
