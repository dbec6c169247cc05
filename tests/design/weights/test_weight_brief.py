"""What is wished of the weights: defaults, a first brief that says them, and every fault with its line."""

import dataclasses
import shutil
from typing import Any

import pytest
from pydantic import ValidationError

import toolkit as tk
from toolkit.assets import asset
from toolkit.design.weights.brief import (
    Adopt,
    Limits,
    Outcome,
    Ranges,
    WeightBrief,
    check_weight_brief,
    load_weight_brief,
)
from toolkit.design.weights.template import write_weight_brief
from toolkit.errors import DataError


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = tmp_path_factory.mktemp("weight_brief") / "client"
    left_out = shutil.ignore_patterns("answers", "decisions", "weight_brief.yaml", "__pycache__")
    shutil.copytree(asset("templates", "engagements", "manufacturer"), folder, ignore=left_out)
    return tk.load_engagement(folder)


def written(client: Any, content: str) -> WeightBrief:
    (client.folder / "weight_brief.yaml").write_text(content, encoding="utf-8")
    return load_weight_brief(client)


def faults(client: Any, content: str) -> set[tuple[str, int | None]]:
    with pytest.raises(DataError) as caught:
        written(client, content)
    return {(p.code, p.row) for p in caught.value.problems}


def test_the_defaults_are_those_of_the_methods() -> None:
    """METHODS 3f: expert .6, equal .2, data .2; 3b: weights between 5 and 50 %, in steps of 5 %."""
    brief = WeightBrief()
    assert brief.counts == pytest.approx({"expert": 0.6, "equal": 0.2, "data": 0.2, "outcome": 0.0})
    assert brief.limits("anything") == (0.05, 0.5) and brief.step == 0.05
    assert brief.keep_order is True and brief.ranges.limit == 2.0 and brief.adopt.step == "agreed"


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_first_brief_reads_back_as_the_defaults(client: Any, language: str) -> None:
    (client.folder / "weight_brief.yaml").unlink(missing_ok=True)
    path = write_weight_brief(client, language)
    brief = load_weight_brief(client)
    assert brief.counts == WeightBrief().counts
    assert dataclasses.replace(brief, sources={}) == WeightBrief()
    content = path.read_text(encoding="utf-8")
    assert "field_sales · revenue · " in content and ("销售额" in content) == (language == "zh")
    with pytest.raises(DataError) as caught:
        write_weight_brief(client, language)
    assert caught.value.problems[0].code == "weigh.brief_exists"


def test_what_is_written_is_read(client: Any) -> None:
    brief = written(
        client,
        """\
schemes: [field_sales]
sides: {directors: [D01, hr], representatives: [field_sales]}
shares: {representatives: 0.5, S003: 2}
sources: {data: 0}
bounds: {measures: {revenue: [0.3, 0.45]}, categories: {process: [0.1, 0.3]}}
keep_order: [revenue, conversion, satisfaction, visits]
never_raise: [visits]
ranges: {limit: 1.5, keep: [conversion]}
outcome: {kpi: net_sales, after: month}
adopt: {step: steps, on: 2026-04-01}
""",
    )
    assert brief.limits("revenue") == (0.3, 0.45) and brief.limits("visits") == (0.05, 0.5)
    assert brief.counts == pytest.approx({"expert": 0.75, "equal": 0.25, "data": 0, "outcome": 0})
    assert brief.side("D01", "field_sales") == "directors"  # by name before role
    assert brief.side("S009", "field_sales") == "representatives" and brief.side("X", "") == ""
    shares = [brief.share(*who) for who in (("S003", "field_sales"), ("S009", "field_sales"), ("D01", ""))]
    assert shares == [2.0, 0.5, 1.0]
    assert brief.outcome == Outcome("net_sales", "month") and str(brief.adopt.on) == "2026-04-01"
    assert brief.line(("step",)) is None and brief.line(("never_raise",)) == 7


def test_all_faults_at_once_with_their_lines(client: Any) -> None:
    found = faults(
        client,
        """\
schemes: [field_sale]
sources: {expert: 1.2, export: 0.1}
bounds: {default: [0.5, 0.1], measures: {revenu: [0, 1]}, categories: {results: [0, 1]}}
step: 0.03
keep_order: [revenue, revenue]
never_raise: [visit]
ranges: {limit: 0.5, keep: [conversions]}
outcome: {kpi: net_sale}
adopt: {step: all}
colour: blue
""",
    )
    assert {row for _, row in found} >= {1, 2, 3, 6, 7, 8, 9, 10}
    assert {("weigh.unknown_scheme", 1), ("weigh.unknown_measure", 3), ("weigh.unknown_measure", 6)} <= found
    assert {("weigh.unknown_measure", 7), ("weigh.unknown_kpi", 8), ("document.unknown_key", 10)} <= found
    own = faults(client, "bounds: {default: [0.5, 0.1]}\nstep: 0.03\nkeep_order: [visits, visits]\n")
    assert own == {("weigh.range", 1), ("weigh.step", 2), ("weigh.twice", 3)}
    assert faults(client, "sides: {a: [S001], b: [S001]}\n") == {("weigh.twice", 1)}
    nothing = "sources: {expert: 0, equal: 0, data: 0}\n"
    assert faults(client, nothing) == {("weigh.no_source", 1)}


def test_near_names_are_proposed(client: Any) -> None:
    with pytest.raises(DataError) as caught:
        written(client, "never_raise: [visit]\n")
    assert "visits" in str(caught.value)


def test_a_brief_made_in_python_is_held_against_the_engagement(client: Any) -> None:
    check_weight_brief(
        WeightBrief(schemes=("field_sales",), bounds=Limits(measures={"visits": (0, 1)})), client
    )
    wrong = WeightBrief(
        schemes=("field_saless",),
        never_raise=("visit",),
        bounds=Limits(measures={"x": (0.0, 1.0)}),
        ranges=Ranges(keep=("y",)),
        outcome=Outcome("z"),
    )
    with pytest.raises(DataError) as caught:
        check_weight_brief(wrong, client)
    assert len(caught.value.problems) == 5
    with pytest.raises(ValidationError):
        WeightBrief(step=0.3)
    with pytest.raises(ValidationError):
        WeightBrief(adopt=Adopt(step="everything"))  # type: ignore[arg-type]
