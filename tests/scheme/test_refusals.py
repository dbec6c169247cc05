"""Every way in which a scheme is refused: the code, the place, and a wording in both languages."""

from pathlib import Path
from typing import Any

import pytest

from tests.scheme.documents import KPIS, SCHEME, changed, client_with
from tests.scheme.refused import check_wording, one_scheme, refused
from toolkit.appraise.targets import set_targets
from toolkit.errors import Problem, Problems, SchemeError
from toolkit.language import describe
from toolkit.periods import Calendar
from toolkit.scheme import Schemes, build_scheme, load_schemes, replace_at, reweight
from toolkit.scheme.coverage import coverage_problems

PAY = {"curve": {"x": "score", "points": [[60, 0], [100, 1]]}}
COMMISSION = {"of": "revenue", "rate": 0.02}
CASES: list[tuple[str, str, Any, str]] = [
    # code, changed address, value, address of the problem
    ("document.missing_key", "currency", ..., "currency"),
    ("document.missing_key", "measures.1.target", ..., "measures.visits.target"),
    ("document.unknown_key", "measures.0.wieght", 0.6, "measures.revenue.wieght"),
    ("document.not_one_of", "level", "person", "level"),
    ("document.not_a_number", "measures.0.weight", "0.6", "measures.revenue.weight"),
    ("document.not_text", "measures.0.kpi", 7, "measures.revenue.kpi"),
    ("document.odd_name", "name", "field sales", "name"),
    ("document.odd_name", "currency", "yuan", "currency"),
    ("document.not_a_date", "effective.from", "January", "effective.from"),
    ("document.not_a_list", "measures.1.scoring.bands", {"edges": 3}, "measures.visits.scoring.bands.edges"),
    ("document.not_a_mapping", "pay", [1, 2], "pay"),
    ("document.not_a_pair", "pay.curve.points", [[60, 0], [100]], "pay.curve.points.1"),
    ("document.not_a_pair", "pay.curve.points", [[60, 0, 1]], "pay.curve.points.0"),
    ("document.too_few", "measures", [], "measures"),
    ("document.too_few", "measures.1.scoring.bands", [], "measures.visits.scoring.bands"),
    ("document.too_few", "title", {}, "title"),
    ("document.out_of_range", "measures.0.weight", -0.1, "measures.revenue.weight"),
    (
        "document.out_of_range",
        "measures.0.target",
        {"hit_probability": 1.5},
        "measures.revenue.target.hit_probability",
    ),
    ("document.not_true_false", "measures.1.target.table", "maybe", "measures.visits.target.table"),
    ("scheme.weights_sum", "measures.0.weight", 0.5, "measures"),
    ("scheme.measure_twice", "measures.1.name", "revenue", "measures.revenue.name"),
    ("scheme.measure_level", "level", "team", ""),
    ("scheme.grades_order", "grades", {"A": 90, "B": 95, "C": 0}, "grades.B"),
    ("scheme.grades_lowest", "grades", {"A": 90, "B": 60}, "grades"),
    ("scheme.pays_before_score", "score_every", "year", "pay_every"),
    (
        "scheme.ends_before_start",
        "effective.to",
        SCHEME["effective"]["from"].replace(year=2025),
        "effective.to",
    ),
    ("scheme.one_target_rule", "measures.1.target", {"fixed": 40, "growth": 0.1}, "measures.visits.target"),
    ("scheme.one_target_rule", "measures.1.target", {}, "measures.visits.target"),
    (
        "scheme.belongs_to",
        "measures.1.target",
        {"hit_probability": 0.6, "per": "month"},
        "measures.visits.target.per",
    ),
    ("scheme.belongs_to", "measures.1.target.otherwise", "table", "measures.visits.target.otherwise"),
    ("scheme.growth_over", "measures.1.target", {"growth": 0.1}, "measures.visits.target"),
    ("scheme.attainment_rule", "measures.1.attainment", "invert", "measures.visits.attainment"),
    ("scheme.attainment_rule", "measures.1.attainment", {"range": "x"}, "measures.visits.attainment"),
    ("scheme.one_scoring_rule", "measures.1.scoring", {}, "measures.visits.scoring"),
    (
        "scheme.one_scoring_rule",
        "measures.1.scoring.deduct",
        {"points": 1, "per": 0.1},
        "measures.visits.scoring",
    ),
    ("scheme.scoring_reads_score", "measures.1.scoring", PAY, "measures.visits.scoring.curve.x"),
    (
        "scheme.cap_not_above",
        "measures.0.scoring.proportional.cap",
        0.6,
        "measures.revenue.scoring.proportional.cap",
    ),
    ("scheme.not_increasing", "measures.1.scoring.bands.1.0", 1.5, "measures.visits.scoring.bands.2.0"),
    ("scheme.curve_empty", "pay.curve.points", [], "pay.curve.points"),
    ("scheme.curve_order", "pay.curve.points.1.0", 50, "pay.curve.points.1"),
    ("scheme.curve_thrice", "pay.curve.points", [[60, 0], [60, 1], [60, 2]], "pay.curve.points.2"),
    (
        "scheme.no_such_measure",
        "pay.gates",
        [{"measure": "visit", "below": 0.8, "pays": 0}],
        "pay.gates.visit.measure",
    ),
    ("scheme.no_such_measure", "pay.rate", COMMISSION | {"of": "sales"}, "pay.rate.of"),
    ("scheme.pays_nothing", "pay", {}, "pay"),
    ("scheme.pay_reads_score", "pay.curve.x", "attainment", "pay.curve.x"),
    ("scheme.negative_pay", "pay.curve.points.0.1", -0.2, "pay.curve.points.0.1"),
    ("scheme.negative_pay", "pay.curve.below", -0.2, "pay.curve.below"),
    (
        "scheme.negative_pay",
        "pay.rate",
        {"of": "revenue", "by": "amount", "tiers": [[0, -0.1]]},
        "pay.rate.tiers.0.1",
    ),
    ("scheme.rate_value", "pay.rate", COMMISSION | {"rate": -0.1}, "pay.rate.rate"),
    ("scheme.rate_value", "pay.rate", COMMISSION | {"rate": "table"}, "pay.rate.rate"),
    ("scheme.rate_or_tiers", "pay.rate", {"of": "revenue"}, "pay.rate"),
    ("scheme.rate_or_tiers", "pay.rate", COMMISSION | {"by": "amount", "tiers": [[0, 0.1]]}, "pay.rate"),
    ("scheme.rate_or_tiers", "pay.rate", {"of": "revenue", "by": "amount"}, "pay.rate"),
    (
        "scheme.first_tier",
        "pay.rate",
        {"of": "revenue", "by": "amount", "tiers": [[5, 0.1]]},
        "pay.rate.tiers.0.0",
    ),
    ("scheme.unknown_kpi", "measures.0.kpi", "net_sale", "measures.revenue.kpi"),
    ("scheme.band_needs_actual", "measures.1.kpi", "stock_days", "measures.visits.scoring"),
    ("scheme.inverse_direction", "measures.1.attainment", "inverse", "measures.visits.attainment"),
    ("scheme.rate_of_no_money", "pay.rate", COMMISSION | {"of": "visits"}, "pay.rate.of"),
]
TIERS = {"of": "revenue", "by": "attainment", "tiers": [[0, 0.01]]}
ACTUAL = {"curve": {"x": "actual", "points": [[0, 0], [50, 100]]}}
GATE = [{"measure": "visits", "below": 0.8, "pays": 0}]
TWO_CHANGES: list[tuple[str, dict[str, Any], str]] = [
    ("scheme.measure_level", {"level": "team", "measures.1.level": "individual"}, "measures.visits.level"),
    (
        "scheme.growth_grain",
        {"measures.1.target": {"growth": 0.1, "over": "previous_quarter"}, "pay_every": "year"},
        "measures.visits.target.over",
    ),
    (
        "scheme.needs_target",
        {"measures.1.target": None, "measures.1.scoring": ACTUAL, "pay.gates": GATE},
        "pay.gates",
    ),
    (
        "scheme.gate_on_band",
        {"measures.1.kpi": "stock_days", "measures.1.scoring": ACTUAL, "pay.gates": GATE},
        "pay.gates",
    ),
    ("scheme.team_rate", {"level": "team", "pay.rate": COMMISSION}, "pay.rate"),
    (
        "scheme.tiers_need_plain_attainment",
        {"measures.0.attainment": {"range": -5}, "pay.rate": TIERS},
        "measures.revenue.attainment",
    ),
]


@pytest.mark.parametrize(("code", "address", "value", "where"), CASES)
def test_one_fault_is_named_with_its_address(code: str, address: str, value: Any, where: str) -> None:
    data = changed(address, value)
    if code == "scheme.measure_level":
        data["measures"][0]["level"] = "individual"
        where = "measures.revenue.level"
    problems = refused(lambda: one_scheme(data))
    assert (code, where) in [(p.code, p.column) for p in problems]


@pytest.mark.parametrize(("code", "changes", "where"), TWO_CHANGES)
def test_parts_that_contradict_each_other(code: str, changes: dict[str, Any], where: str) -> None:
    data = changed("name", "field_sales")
    for address, value in changes.items():
        here: Any = data
        *above, last = [int(part) if part.isdecimal() else part for part in address.split(".")]
        for part in above:
            here = here[part]
        here[last] = value
    problems = refused(lambda: one_scheme(data))
    assert code in [p.code for p in problems]
    assert all(p.column.startswith(where) for p in problems)


def test_the_same_id_twice() -> None:
    scheme = build_scheme(SCHEME)
    assert [p.code for p in refused(lambda: Schemes((scheme, scheme), Calendar(), KPIS))] == [
        "scheme.id_twice"
    ]


def test_months_in_a_calendar_of_named_quarters() -> None:
    start = SCHEME["effective"]["from"]
    named = Calendar(starts={"2026-Q1": start}, ends=start.replace(month=3))
    problems = refused(lambda: one_scheme(SCHEME, named))
    assert [(p.code, p.column) for p in problems] == [("scheme.no_such_grain", "score_every")]


def test_unknown_names_propose_the_nearest() -> None:
    problem = refused(lambda: one_scheme(changed("measures.0.kpi", "custmer_satisfaction")))[0]
    assert str(problem.values["known"]).startswith("customer_satisfaction")
    assert "customer_satisfaction" in describe(problem, "zh")


@pytest.mark.parametrize(
    ("address", "meant"),
    [
        ("curency", "currency"),
        ("effective.frm", "from"),
        ("measures.0.wieght", "weight"),
        ("measures.1.target.fixd", "fixed"),
        ("measures.0.scoring.proportional.form", "from"),
        ("pay.curve.pionts", "points"),
    ],
)
def test_an_unknown_field_proposes_the_nearest_of_its_own_block(address: str, meant: str) -> None:
    problems = refused(lambda: one_scheme(changed(address, 1)))
    (unknown,) = [p for p in problems if p.code == "document.unknown_key"]
    assert (unknown.values["known"], unknown.value) == (meant, 1)


def test_a_scheme_and_a_measure_that_do_not_exist() -> None:
    schemes = one_scheme(SCHEME)
    assert refused(lambda: schemes["fieldsales"])[0].code == "scheme.no_such_scheme"
    assert refused(lambda: schemes["field_sales"].measure("visit"))[0].values["known"] == "visits"


def test_addresses_that_do_not_exist() -> None:
    schemes = one_scheme(SCHEME)
    wrong = "field_sales.measures.revenu.weight"
    problem = refused(lambda: replace_at(schemes, wrong, 0.5))[0]
    assert (problem.code, problem.column, problem.value) == ("scheme.no_such_part", wrong, "revenu")
    assert problem.values["known"] == "revenue"
    assert refused(lambda: replace_at(schemes, "field_sales.pay.curve.points.3.0", 1))[0].value == "3"
    assert refused(lambda: replace_at(schemes, "field_sales.currency.x", 1))[0].value == "x"
    assert refused(lambda: replace_at(schemes, "sales.currency", 1))[0].value == "sales"
    assert refused(lambda: replace_at(schemes, "field_sales", {}))[0].code == "scheme.address_too_short"


def test_weights_that_leave_nothing() -> None:
    schemes = one_scheme(SCHEME)
    problem = refused(lambda: reweight(schemes, "field_sales", {"revenue": 1.2}))[0]
    assert (problem.code, problem.value) == ("scheme.weights_given", 1.2)
    assert refused(lambda: reweight(schemes, "field_sales", {"revenue": 0.5, "visits": 0.4}))[0].value == 0.9


def test_no_files(tmp_path: Path) -> None:
    assert [p.code for p in refused(lambda: load_schemes(client_with(tmp_path)))] == ["scheme.no_files"]


def test_an_empty_file(tmp_path: Path) -> None:
    client = client_with(tmp_path)
    (tmp_path / "schemes" / "a.yaml").write_text("# nothing yet\n", encoding="utf-8")
    with pytest.raises(SchemeError) as error:
        load_schemes(client)
    assert [p.code for p in error.value.problems] == ["document.not_a_mapping"]


def test_columns_and_coverage() -> None:
    from tests.appraise.cases import people

    roster = people([("p1", "North", "N")])
    problems = Problems()
    coverage_problems(one_scheme(changed("applies_to", {"rank": ["x"]})), roster, *_QUARTER, problems)
    coverage_problems(one_scheme(changed("applies_to", {"role": ["x"]})), roster, *_QUARTER, problems)
    twin = build_scheme(changed("name", "twin"))
    coverage_problems(Schemes((build_scheme(SCHEME), twin), Calendar(), KPIS), roster, *_QUARTER, problems)
    assert [p.code for p in problems] == ["scheme.no_such_column", "scheme.no_scheme", "scheme.two_schemes"]
    for problem in problems:
        check_wording(problem)


_QUARTER = (SCHEME["effective"]["from"], SCHEME["effective"]["from"].replace(month=3))


def test_a_target_by_probability_is_not_applied_before_it_is_frozen() -> None:
    from tests.appraise.cases import NO_TARGETS, panel, people

    schemes = one_scheme(changed("measures.0.target", {"hit_probability": 0.65}))
    found = refused(
        lambda: set_targets(
            schemes, panel([("p1", "2026-01", "visits", 1)]), NO_TARGETS, people([("p1", "N", "N")])
        )
    )
    assert [(p.code, p.column) for p in found] == [("scheme.target_not_frozen", "measures.revenue.target")]


def test_a_fault_of_a_kind_nobody_foresaw_still_has_words() -> None:
    check_wording(Problem("document.wrong_value", "schemes/a.yaml", 3, "pay", "x"))
