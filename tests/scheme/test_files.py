"""Schemes from files and back: every rule round trip, and all problems of two broken files at once."""

import copy
from pathlib import Path
from typing import Any

import pytest

from tests.scheme.documents import SCHEME, Client, changed, client_with
from tests.scheme.everything import EVERYTHING
from toolkit.assets import asset
from toolkit.documents import load_document
from toolkit.errors import SchemeError
from toolkit.language import describe
from toolkit.scheme import build_scheme, load_schemes, plain, save_scheme

RULES: list[dict[str, Any]] = [
    {"proportional": {"from": 0.5}},
    {"proportional": {"from": 0.0, "cap": 1.5}},
    {
        "threshold_target_excellence": {
            "threshold": [0.75, 50],
            "target": [1.0, 100],
            "excellence": [1.2, 150],
        }
    },
    {"bands": [[0, 30], [0.6, 60], [0.8, 80], [1.0, 100]]},
    {"deduct": {"points": 2, "per": 0.01, "from": 0.98, "floor": 10}},
    {"curve": {"x": "actual", "points": [[1, 20], [5, 100], [5, 120]], "below": 10}},
]
TARGETS: list[Any] = [
    "table",
    {"fixed": 40, "per": "quarter"},
    {"fixed": 0.25},
    {"growth": 0.1, "over": "same_quarter_last_year", "otherwise": "table"},
    {"growth": -0.05, "over": "previous_quarter"},
    {"hit_probability": 0.65},
]
PLANS: list[dict[str, Any]] = [
    {"per": "quarter", "curve": {"x": "score", "points": [[60, 0], [80, 0.5], [80, 0.8]]}},
    {"rate": {"of": "revenue", "rate": "roster"}},
    {"rate": {"of": "revenue", "rate": 0}},
    {"rate": {"of": "revenue", "by": "attainment", "tiers": [[0, 0], [1.0, 0.08]], "split": "none"}},
    {
        "rate": {"of": "revenue", "by": "amount", "tiers": [[0, 0.01]], "split": "interpolated"},
        "gates": [{"measure": "visits", "below": 0.8, "pays": 0.5}],
    },
]


def assert_round_trip(data: dict[str, Any], folder: Path) -> None:
    scheme = build_scheme(data)
    save_scheme(scheme, folder / "saved.yaml")
    again = build_scheme(load_document(folder / "saved.yaml").data)
    assert again == scheme
    assert plain(again) == plain(scheme)


def test_a_scheme_that_says_everything_survives_saving(tmp_path: Path) -> None:
    assert_round_trip(EVERYTHING, tmp_path)
    saved = load_document(tmp_path / "saved.yaml").data
    assert saved["grades"]["within"] == "team" and saved["pay"]["rate"][1]["rate"] == "roster"
    assert "measure" not in saved["measures"][0]["scoring"]["matrix"]  # short: no defaults


@pytest.mark.parametrize("rule", RULES)
def test_every_scoring_rule_survives_saving(rule: dict[str, Any], tmp_path: Path) -> None:
    assert_round_trip(changed("measures.1.scoring", rule), tmp_path)


@pytest.mark.parametrize("target", TARGETS)
def test_every_target_rule_survives_saving(target: Any, tmp_path: Path) -> None:
    assert_round_trip(changed("measures.1.target", target), tmp_path)


@pytest.mark.parametrize("pay", PLANS)
def test_every_pay_plan_survives_saving(pay: dict[str, Any], tmp_path: Path) -> None:
    assert_round_trip(changed("pay", pay), tmp_path)


@pytest.mark.parametrize(
    ("address", "value"),
    [
        ("measures.1.attainment", {"range": -100}),
        ("measures.1.out_of", 20),
        ("measures.1.level", "team"),
        ("missing", "zero"),
        ("version", "1.2"),
        ("title", {"zh": "外勤"}),
        ("grades", {"优": 90, "良": 60, "差": 0}),
        ("follow_up", {"missed_quarters": 2, "then": ["coaching"]}),
        ("applies_to", {"team": ["华东一组", "华南一组"], "grade": ["1", "2"]}),
    ],
)
def test_every_other_field_survives_saving(address: str, value: Any, tmp_path: Path) -> None:
    assert_round_trip(changed(address, value), tmp_path)


def test_a_saved_scheme_holds_only_what_differs_from_the_defaults(tmp_path: Path) -> None:
    save_scheme(build_scheme(SCHEME), tmp_path / "saved.yaml")
    saved = load_document(tmp_path / "saved.yaml").data
    assert "recognition" not in saved
    assert saved["measures"][1]["target"] == {"fixed": 40, "per": "month"}
    assert saved["effective"] == {"from": SCHEME["effective"]["from"]}


def test_versions_and_grouping_values_that_yaml_reads_as_numbers_are_names(tmp_path: Path) -> None:
    client = client_with(tmp_path, changed("version", 2026) | {"applies_to": {"territory": [1, 2]}})
    scheme = load_schemes(client)["field_sales"]
    assert (scheme.id, scheme.applies_to) == ("field_sales@2026", {"territory": ("1", "2")})


def test_schemes_are_read_in_the_order_of_their_files(tmp_path: Path) -> None:
    older = copy.deepcopy(SCHEME) | {"version": "2025-01"}
    older["effective"] = {"from": SCHEME["effective"]["from"].replace(year=2025), "to": None}
    schemes = load_schemes(client_with(tmp_path, SCHEME, older))
    assert [s.id for s in schemes] == ["field_sales@2026-01", "field_sales@2025-01"]
    assert schemes["field_sales"].version == "2026-01"  # by name alone: the one that starts last
    assert schemes["field_sales@2025-01"].version == "2025-01"


A = """\
name: field_sales
version: 2026-01
title: {en: Field sales}
effective: {from: 2026-01-01}
score_every: month
pay_every: quarter
currency: CNY
measures:
  - name: revenue
    kpi: net_sale
    weight: 0.6
    target: table
    scoring: {proportional: {from: 0.6, cap: 0.5}}
  - name: visits
    kpi: visits
    weight: 0.3
    target: {fixed: 40, pre: month}
    scoring: {bands: [[0, 30], [1.0, 100]]}
grades: {A: 90, B: 60}
pay: {curve: {x: score, points: [[60, 0], [100, 1]]}}
"""
B = """\
name: inside_sales
version: 2026-01
title: {en: Inside sales}
effective: {from: 2026-01-01}
score_every: monthly
pay_every: quarter
currency: CNY
measures:
  - name: calls
    kpi: callz
    weight: 1
    target: {fixed: 200}
    scoring: {deduct: {points: 2, per: 0.01}}
grades: {A: 90, B: 0}
"""


def test_all_problems_of_two_broken_files_come_at_once_with_their_lines(tmp_path: Path) -> None:
    client = client_with(tmp_path)
    (tmp_path / "schemes" / "a.yaml").write_text(A, encoding="utf-8")
    (tmp_path / "schemes" / "b.yaml").write_text(B, encoding="utf-8")
    (tmp_path / "schemes" / "c.yaml").write_text("name: x\nname: z\n", encoding="utf-8")
    with pytest.raises(SchemeError) as error:
        load_schemes(client)
    assert [(p.where, p.row, p.column, p.code) for p in error.value.problems] == [
        ("schemes/a.yaml", 8, "measures", "scheme.weights_sum"),
        ("schemes/a.yaml", 10, "measures.revenue.kpi", "scheme.unknown_kpi"),
        ("schemes/a.yaml", 13, "measures.revenue.scoring.proportional.cap", "scheme.cap_not_above"),
        ("schemes/a.yaml", 17, "measures.visits.target.pre", "document.unknown_key"),
        ("schemes/a.yaml", 19, "grades", "scheme.grades_lowest"),
        ("schemes/b.yaml", 1, "pay", "document.missing_key"),
        ("schemes/b.yaml", 5, "score_every", "document.not_one_of"),
        ("schemes/b.yaml", 10, "measures.calls.kpi", "scheme.unknown_kpi"),
        ("schemes/c.yaml", 2, "name", "document.duplicate_key"),
    ]
    said = describe(error.value.problems[3], "en")
    assert said.startswith("schemes/a.yaml, line 17, measures.visits.target.pre: there is no field «pre»")


def test_a_fault_between_sound_files_stands_on_its_line(tmp_path: Path) -> None:
    with pytest.raises(SchemeError) as error:
        load_schemes(client_with(tmp_path, SCHEME, SCHEME))
    problem = error.value.problems[0]
    assert (problem.where, problem.code, problem.value) == (
        "schemes/b.yaml",
        "scheme.id_twice",
        "field_sales@2026-01",
    )


def test_the_shipped_schemes_are_valid_and_survive_saving(tmp_path: Path) -> None:
    shipped = sorted(asset("templates").glob("engagements/*/schemes/*.yaml"))
    assert shipped
    for path in shipped:
        assert_round_trip(load_document(path).data, tmp_path)


def test_a_client_needs_no_more_than_folder_calendar_and_kpis(tmp_path: Path) -> None:
    client_with(tmp_path, SCHEME)
    assert len(load_schemes(Client(tmp_path))) == 1
