"""Scores told: every rule, target, missing number and step in its sentence, whose arithmetic is right."""

import datetime as dt
from pathlib import Path

import pandas as pd
import pytest

from tests.report.statement.cases import appraised, grid, measure, person, plan, proved, records, told
from toolkit.appraise.appraisal import Appraisal
from toolkit.language import LANGUAGES, has_text
from toolkit.report.statement.actuals import missing_words
from toolkit.report.statement.explain import explain

NAN = float("nan")
MATRIX = {"with": "sales", "rows": [0, 0.5, 1.0], "columns": [0, 0.8], "values": [[0, 0], [6, 12], [16, 24]]}
PLUS_MINUS = {"base": 100, "per": 0.01, "plus": 1, "minus": 2, "most": 20, "least": 30}
RANK = {"best": 100, "step": 5, "worst": 97, "least": 2}
MEASURES = (
    measure("sales", "net_sales", 0.2, {"fixed": 3000, "per": "quarter"}, {"rank": RANK}),
    measure("cash", "collection_rate", 0.2, {"fixed": 0.8}, {"matrix": MATRIX}, out_of=20),
    measure("visits", "visits", 0.2, {"fixed": 40, "per": "month"}, {"plus_minus": PLUS_MINUS}),
    measure(
        *("conduct", "conduct", 0.2, None, {"rating": [[1, 20], [3, 60], [5, 100]]}),
        raters={"self": 0.1, "peer": 0.3, "manager": 0.6},
    ),
    measure(
        *("complaints", "complaint_rate", 0.2, {"fixed": 0.02}, {"bands": [[0, 30], [0.6, 60], [1, 100]]}),
        attainment="inverse",
    ),
    measure("again", "net_sales", 0.0, {"growth": 0.1, "over": "previous_quarter", "otherwise": "table"}),
)
ITEMS = [
    {
        "name": "key_account",
        "title": {"en": "Key account won", "zh": "新增重点客户"},
        "points": 2,
        "most": 10,
    },
    {"name": "late_report", "points": -30},
    {"name": "breach", "points": 0},
]
VETOES = [
    {"item": "breach", "score": 50, "grade": "C", "pays": 0.5},
    {"measure": "cash", "below": 0.5, "grade": "B"},
    {"measure": "sales", "below": 0.51, "score": 30},
]
SHARES = {"A": 0.4, "B": 0.4, "C": 0.2}
EDGES = {"A": 90, "B": 60, "C": 0}
RICH = plan(
    *MEASURES,
    missing="carry",
    ramp=[0.25, 0.5, 0.75],
    difficulty="roster",
    items=ITEMS,
    item_limits={"up": 5, "down": 20},
    vetoes=VETOES,
    grades={"by": "shares", "shares": SHARES, "within": "team", "least": 2, "edges": EDGES},
)
PANEL = grid(
    {
        ("p001", "net_sales"): [1200.5, 900],
        ("p002", "net_sales"): [500, 500],
        ("p003", "net_sales"): [800, NAN],
        ("p001", "collection_rate"): [(70, 90), (1, 0)],
        ("p002", "collection_rate"): [(1, 4), (1, 4)],
        ("p003", "collection_rate"): [(7, 9), (1, 4)],
        ("p001", "visits"): [44, NAN],
        ("p002", "visits"): [0, 41],
        ("p003", "visits"): [33, 41],
        ("p001", "complaint_rate"): [0.0, 0.03],
        ("p002", "complaint_rate"): [0.01, 0.001],
        ("p003", "complaint_rate"): [NAN, NAN],
    }
)
PEOPLE = [
    person(1, difficulty=1.1),
    person(2, difficulty=""),
    person(3, difficulty=0.9, hired_on="2026-01-11"),
]


def on(day: str) -> dt.datetime:
    return dt.datetime.fromisoformat(day)


RECORDS = records(
    ratings=[
        ("p001", "2026-01", "conduct", "p001", "self", 5, ""),
        ("p001", "2026-01", "conduct", "p002", "peer", 4, ""),
        ("p001", "2026-01", "conduct", "p003", "peer", 3, ""),
        ("p001", "2026-01-01", "conduct", "m1", "manager", 3.5, ""),
        ("p002", "2026-01", "conduct", "m1", "manager", 3.5, ""),
        ("p002", "1/2/2026", "conduct", "m1", "peer", 1, ""),
    ],
    events=[
        ("p001", "key_account", 3, on("2026-01-05"), ""),
        ("p002", "late_report", 1, on("2026-01-05"), ""),
        ("p002", "breach", 1, on("2026-01-06"), ""),
        ("p003", "key_account", 7, on("2026-02-06"), ""),
        ("p003", "breach", 2, on("2026-01-16"), ""),
    ],
)


@pytest.fixture(scope="module")
def rich(tmp_path_factory: pytest.TempPathFactory) -> Appraisal:
    return appraised(tmp_path_factory.mktemp("rich"), RICH, PANEL, PEOPLE, RECORDS)


def how(appraisal: Appraisal, part: str, name: str, who: str = "p001", period: str = "2026-01") -> str:
    steps = told(appraisal, who, period).steps
    own = steps[(steps["part"] == part) & (steps["name"] == name)]
    assert len(own) == 1, steps[["part", "name"]].values.tolist()
    return str(own.iloc[0]["how"])


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("period", ["2026-01", "2026-02"])
@pytest.mark.parametrize("who", ["p001", "p002", "p003"])
def test_every_sum_of_every_sentence_is_right(rich: Appraisal, who: str, period: str, language: str) -> None:
    assert proved(told(rich, who, period, language)) >= 12


@pytest.mark.parametrize(
    ("who", "part", "name", "end"),
    [
        # 3,000 a quarter is 1,000 a month; 21 of 31 days, all in the first 30 days of employment
        (
            *("p003", "Net sales (sales)", "Target"),
            "by the ramp for joiners: 3,000.00 ÷ 3 × 67.741935 % × 25 %",
        ),
        (
            "p003",
            "Net sales (again)",
            "Target",
            "the targets table, by the ramp for joiners: 1,000.00 × 25 %",
        ),
        # sales 1,200.50, 500 and 800 of 169.35: places 2, 3 and 1
        ("p003", "Net sales (sales)", "Score", "place 1 of 3: 100 − 0 × 5"),
        ("p002", "Net sales (sales)", "Score", "place 3 of 3, where the lowest points hold: 97"),
        (
            *("p001", "Cash collected against amounts due", "Score"),
            "at 97.222222 % (row from 50 %) and net sales at 120.05 % (column from 80 %): 12 × 100 ÷ 20",
        ),
        (
            *("p001", "Conduct", "Actual"),
            "colleagues: mean 3.5 of 2, manager: mean 3.5 of 1; 5 × 10 % + 3.5 × 30 % + 3.5 × 60 %",
        ),
        ("p002", "Conduct", "Actual", "so that the others count for all of it: (3.5 × 60 %) ÷ 60 %"),
        ("p001", "Complaints per order", "Attainment", "and 0 % is the best there is: 1,000 %"),
        # conduct and complaints, 20 % each, are missing
        (
            *("p003", "Customer visits", "Points"),
            "20 % ÷ 60 % = 33.333333 %; score × weight: 120 × 33.333333 %",
        ),
        ("p003", "Conduct", "Score", "nobody has rated; its weight goes to the other measures"),
        ("p001", "Total score", "Difficulty", ": 88 × 1.1 − 88"),
        ("p001", "Total score", "Key account won", "3 × 2 points"),
        ("p001", "Total score", "Limit of items", "all additions come to 6, at most 5 count: 5 − 6"),
        ("p002", "Total score", "Limit of items", "all deductions come to 30, at most 20 count: 30 − 20"),
        (
            "p003",
            "Total score",
            "Veto: breach",
            "recorded 2 times in the period; the score is at most 50: "
            "50 − 84, grade C at best, only 50 % of what was earned",
        ),
        (
            "p002",
            "Total score",
            "Veto: cash collected against amounts due",
            "at 31.3 % of target, below 50 %; grade B at best",
        ),
        (
            "p002",
            "Total score",
            "Veto: net sales",
            "at 50.0 % of target, below 51 %; the score is at most 30: 30 − 47.4",
        ),
        ("p002", "Total score", "Grade", "by the veto at best C"),
        ("p001", "Total score", "Rank", "place 1 of 3 under the scheme"),
    ],
)
def test_a_sentence_holds_what_it_is_computed_from(
    rich: Appraisal, who: str, part: str, name: str, end: str
) -> None:
    assert how(rich, part, name, who).endswith(end)


def test_in_the_second_month_scores_are_carried_and_an_item_is_bounded(rich: Appraisal) -> None:
    assert how(rich, "Conduct", "Score", "p001", "2026-02") == (
        "no number this time; the score of January 2026 is kept"
    )
    # 15 days... of February's 28, 19 are in the first 30 days of employment and 9 in the second
    assert "≈" not in how(rich, "Customer visits", "Target", "p003", "2026-02")
    assert how(rich, "Total score", "Key account won", "p003", "2026-02") == (
        "7 × 2 = 14 points, but no more than 10 count in a period"
    )
    assert "2 % ÷ 0.1 % = 2,000 %, at most 1,000 %" in how(
        rich, "Complaints per order", "Attainment", "p002", "2026-02"
    )
    # of p001 and p003 in the team North one is an A (0.8 of 2 is rounded to 1), and C has no seat
    assert "A to place 1, B to place 2 (shares agreed: A 40 %, B 40 %, C 20 %)" in how(
        rich, "Total score", "Grade", "p001", "2026-02"
    )


def test_a_team_of_one_is_graded_by_score(rich: Appraisal) -> None:
    assert "only 1 in the group, fewer than 2: by score; score 30; A from 90" in how(
        rich, "Total score", "Grade", "p002"
    )


def test_a_group_too_small_has_no_grade_and_says_so(tmp_path: Path) -> None:
    grades = {"by": "shares", "shares": SHARES, "least": 9}
    found = told(appraised(tmp_path, plan(grades=grades), PANEL))
    grade = found.steps.set_index("name").loc["Grade"]
    assert grade["value"] == "–" and grade["how"].endswith("fewer than 9 are not graded")
    assert "grade" not in found.title


def test_grades_by_place_name_the_places(tmp_path: Path) -> None:
    grades = {"by": "rank", "first": {"A": 1, "B": 2}, "then": "C"}
    appraisal = appraised(tmp_path, plan(grades=grades), PANEL)
    assert how(appraisal, "Total score", "Grade", "p002") == (
        "place 2 of 2 among all under the scheme; A to place 1, B to place 2, C for all others"
    )


def test_items_stop_at_the_floor(tmp_path: Path) -> None:
    late = records(events=[("p002", "late_report", 3, on("2026-01-05"), "")])
    items = [{"name": "late_report", "points": -30}]
    # sales 500 of 1,000 and cash 25 % of 80 %: 50 × 60 % + 31.25 × 40 % = 42.5, less 90
    found = appraised(tmp_path, plan(items=items), PANEL, given=late)
    assert how(found, "Total score", "Floor", "p002").endswith(": 0 − (−47.5)")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_missing_number_may_count_as_nothing(language: str, tmp_path: Path) -> None:
    appraisal = appraised(tmp_path, plan(missing="zero"), PANEL)
    steps = told(appraisal, "p001", "2026-02", language).steps
    own = steps[steps["part"] == steps["part"].unique()[1]]
    assert own["how"].str.contains({"en": "scores 0$", "zh": "计 0 分$"}[language]).sum() == 1


def test_where_no_measure_has_a_number_there_is_no_score(tmp_path: Path) -> None:
    blank = grid({("p001", "net_sales"): [NAN], ("p001", "collection_rate"): [(1, 0)]})
    found = told(appraised(tmp_path, plan(), blank))
    assert found.title == "Person 1, January 2026"
    assert found.steps.iloc[-1]["how"] == "No payout could be computed: no score."


@pytest.mark.parametrize(
    ("over", "period", "ends"),
    [
        # The first quarter's 3,000 × 110 %, of which a month owes a third
        (
            "previous_quarter",
            "2026-04",
            "on the actual of Q1 2026, for the length of the period: 3,000.00 × (100 % + 10 %) ÷ 3",
        ),
        (
            "previous_quarter",
            "2026-Q2",
            "on the actual of Q1 2026, for the days employed now and then: "
            "3,000.00 × (100 % + 10 %) × 100 % ÷ 50 %",
        ),
        ("same_quarter_last_year", "2026-04", "on the actual of April 2025: 900.00 × (100 % + 10 %)"),
        ("same_quarter_last_year", "2026-Q1", "the earlier period gives no base to grow from"),
    ],
)
def test_each_form_of_growth(over: str, period: str, ends: str, tmp_path: Path) -> None:
    growing = measure("sales", "net_sales", 0.6, {"growth": 0.1, "over": over})
    rows = [("2026-Q1", 3000, 1.0 if period == "2026-04" else 0.5), ("2026-04", 1500, 1.0)]
    rows += [("2026-Q2", 4000, 1.0), ("2025-04", 900, 1.0)]
    base = grid({("p001", "net_sales"): [1.0]})
    panel = pd.concat([base.assign(period=p, value=float(v), exposure=e) for p, v, e in rows])
    scheme = plan(growing, measure("visits", "visits", 0.4, {"fixed": 1}), pay_every="quarter")
    found = appraised(tmp_path, scheme, panel.reset_index(drop=True))
    assert how(found, "Net sales", "Target", period=period).endswith(ends)


@pytest.mark.parametrize(
    ("target", "rule", "values", "said", "value"),
    [
        # Lower is better
        (0.02, None, 0.01, "lower is better: 2 − 1 % ÷ 2 %", "150 %"),
        (0.02, None, 0.05, "lower is better: 2 − 5 % ÷ 2 % = −50 %, not below 0", "0 %"),
        (0.02, {"range": 0.1}, 0.05, "(5 % − 10 %) ÷ (2 % − 10 %)", "62.5 %"),
        (-0.02, {"range": -0.1}, 0.05, "(5 % − (−10 %)) ÷ (−2 % − (−10 %))", "187.5 %"),
    ],
)
def test_attainments_where_less_is_more(
    target: float, rule: object, values: float, said: str, value: str, tmp_path: Path
) -> None:
    own = measure("complaints", "complaint_rate", 1.0, {"fixed": target}, attainment=rule)
    found = told(appraised(tmp_path, plan(own), grid({("p001", "complaint_rate"): [values]})))
    step = found.steps.set_index("name").loc["Attainment"]
    assert (step["how"], step["value"]) == (said, value)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "code",
    [
        *("no_rows_in_period", "not_additive", "zero_denominator", "cohort_open", "not_employed"),
        *("group_empty", "not_measured", "not_rated"),
    ],
)
def test_every_reason_of_the_panel_has_its_words(code: str, language: str, tmp_path: Path) -> None:
    panel = grid({("p001", "net_sales"): [NAN, 1], ("p001", "collection_rate"): [(1, 2), (1, 2)]})
    panel.loc[panel["value"].isna(), "missing"] = code
    found = told(appraised(tmp_path, plan(), panel), language=language)
    words = missing_words(f"no_actual:{code}", language)
    assert found.steps["how"].str.contains(words, regex=False).sum() == 2  # beside the actual and the score
    assert has_text(f"explain.why_{code}")


@pytest.mark.parametrize(
    ("target", "rule", "code"),
    [
        ({"fixed": -1.0}, None, "target_not_positive"),
        ({"fixed": 0.5}, {"range": 0.5}, "target_at_floor"),
        ("table", None, "no_target"),
    ],
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reason_of_a_target_has_its_words(
    target: object, rule: object, code: str, language: str, tmp_path: Path
) -> None:
    measures = (
        measure("cash", "collection_rate", 0.5, target, attainment=rule),
        measure("visits", "visits", 0.5, {"fixed": 40}),
    )
    panel = grid({("p001", "collection_rate"): [(1, 2)], ("p001", "visits"): [40]})
    found = told(appraised(tmp_path, plan(*measures), panel), language=language)
    assert found.steps["how"].str.contains(missing_words(code, language), regex=False).any()


def test_too_few_to_rank(tmp_path: Path) -> None:
    ranked = measure(
        "sales", "net_sales", 0.6, {"fixed": 100}, {"rank": {"best": 100, "step": 5, "least": 5}}
    )
    found = told(appraised(tmp_path, plan(ranked, measure("visits", "visits", 0.4, {"fixed": 9})), PANEL))
    assert found.steps["how"].str.startswith("too few participants to rank").any()


def test_a_rank_by_the_actual_of_a_kpi_best_low(tmp_path: Path) -> None:
    ranked = measure("complaints", "complaint_rate", 1.0, None, {"rank": {"best": 100, "step": 5}})
    values = {("p001", "complaint_rate"): [0.02], ("p002", "complaint_rate"): [0.02]}
    values |= {("p003", "complaint_rate"): [0.01]}
    found = appraised(tmp_path, plan(ranked), grid(values), [person(at) for at in (1, 2, 3)])
    assert how(found, "Complaints per order", "Score").endswith("place 2 of 3, shared: 100 − 1 × 5")


def test_a_target_of_ones_own_table_is_told_as_supplied(rich: Appraisal) -> None:
    import dataclasses

    own = dataclasses.replace(rich, targets=rich.targets.assign(basis="board_meeting"))
    assert "as supplied" in set(explain(own, "p001", "2026-01", "en", rows=False).steps["how"])
