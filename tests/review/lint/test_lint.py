"""The engine: which rules run, what their findings look like and in which order, and what is refused."""

import dataclasses
from collections.abc import Iterator
from typing import Any

import pandas as pd
import pytest

from tests.review.lint.governed import client, good
from toolkit.assets import asset
from toolkit.catalogue.load import load_catalogue
from toolkit.errors import NotEnoughData, Problem, Problems, SchemeError
from toolkit.periods import Calendar
from toolkit.review.lint.lint import COLUMNS, lint, linted
from toolkit.review.lint.look import RULES, Hit, Look
from toolkit.review.lint.rules import all_rules
from toolkit.scheme.change import replace_at
from toolkit.scheme.example import example_schemes
from toolkit.scheme.load import read_schemes
from toolkit.scheme.scheme import Schemes

EXAMPLE = example_schemes()
OURS = ["M01", "G"]  # rules whose findings on the example these tests know


def bent(**parts: Any) -> Schemes:
    return replace_at(EXAMPLE, {f"field_sales.{part}": value for part, value in parts.items()})


def put(monkeypatch: pytest.MonkeyPatch, code: str, *hits: Hit, error: Exception | None = None) -> None:
    """Let a rule find these hits, or fail."""

    def rule(_: Look) -> Iterator[Hit]:
        if error is not None:
            raise error
        yield from hits

    all_rules()
    monkeypatch.setitem(RULES, code, rule)


def test_findings_are_sorted_by_severity_and_code() -> None:
    found = lint(EXAMPLE, select=OURS)
    assert tuple(found.columns) == COLUMNS and {str(kind) for kind in found.dtypes} == {"str"}
    codes = found["code"].tolist()
    assert codes == ["M01", "G01", "G02", "G03", "G04", "G06", "G14", "G07", "G08", "G15", "G17"]
    assert found["severity"].tolist() == ["warning"] * 7 + ["note"] * 4
    follow_up = {"then": ["dismissal"]}
    assert lint(bent(follow_up=follow_up), select=OURS)["code"].iloc[0] == "G09"  # an error, so first


def test_what_one_rule_finds_keeps_its_order(monkeypatch: pytest.MonkeyPatch) -> None:
    put(monkeypatch, "G04", Hit("b"), Hit("a"), Hit("c"))
    assert lint(EXAMPLE, select=["G04"])["where"].tolist() == ["b", "a", "c"]


def test_nothing_found_is_a_table_of_the_same_columns() -> None:
    found = linted(good(), select=["G01"])
    assert tuple(found.findings.columns) == COLUMNS and found.findings.empty
    assert found.run.values.tolist() == [["G01", "field_sales@2026-01"]] and found.skipped.empty


def test_each_scheme_has_its_own_findings() -> None:
    again = dataclasses.replace(EXAMPLE.items[0], version="2027-01")
    both = dataclasses.replace(EXAMPLE, items=(*EXAMPLE.items, again))
    assert lint(both, select=["M01"])["scheme"].tolist() == ["field_sales@2026-01", "field_sales@2027-01"]
    one = linted(both, select=["M01"], only=["field_sales@2026-01"])
    assert one.run["scheme"].tolist() == ["field_sales@2026-01"]
    with pytest.raises(SchemeError, match="nobody"):
        lint(both, only=["nobody"])


@pytest.mark.parametrize(
    ("currency", "packs", "runs"),
    [
        ("CNY", None, {"G03", "G09"}),
        ("USD", None, {"G03"}),
        ("USD", ("cn",), {"G03", "G09"}),
        ("CNY", ("intl",), set()),
    ],
)
def test_the_currency_chooses_the_packs(currency: str, packs: Any, runs: set[str]) -> None:
    """G03 is in core and cn, G09 in cn alone."""
    found = linted(bent(currency=currency), select=["G03", "G09"], packs=packs)
    assert set(found.run["code"]) == runs


def test_codes_are_chosen_by_their_beginning() -> None:
    run = linted(EXAMPLE, select=["G0"], ignore=["G01", "G09"]).run["code"]
    assert set(run) == {"G02", "G03", "G04", "G05", "G06", "G07", "G08"}


def test_limits_are_changed_and_stand_in_the_message() -> None:
    assert lint(EXAMPLE, select=["M01"], limits={"M01": {"least": 3}}).empty
    (message,) = lint(EXAMPLE, select=["M01"], limits={"M01": {"least": 4, "most": 6}})["message"]
    assert message == "the scheme has 3 KPIs with a weight; 4 to 6 are advised"


def test_findings_are_told_in_chinese() -> None:
    found = lint(EXAMPLE, select=["M01"], language="zh")
    assert found["message"].tolist() == ["方案只有 3 个有权重的指标，建议 5～8 个"]


def test_a_scorecards_rule_leaves_a_single_measure_alone_unless_core_asks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    single = bent(
        measures=[
            {
                "name": "revenue",
                "kpi": "net_sales",
                "weight": 1,
                "target": "table",
                "scoring": {"proportional": {}},
            }
        ],
        pay={"rate": {"of": "revenue", "rate": 0.01}},
    )
    assert lint(single, select=["M01"])["code"].tolist() == ["M01"]
    monkeypatch.setattr("toolkit.review.lint.lint.load_cards", lambda: _only_intl("M01"))
    found = linted(single, select=["M01"], packs=("intl",))
    assert found.run.empty and found.skipped.empty
    assert linted(EXAMPLE, select=["M01"], packs=("intl",)).run["code"].tolist() == ["M01"]


def _only_intl(code: str) -> dict[str, Any]:
    from toolkit.review.lint.cards import load_cards

    return {code: dataclasses.replace(load_cards()[code], packs=("intl",))}


def test_rules_without_their_tables_are_listed_with_what_they_need() -> None:
    found = linted(EXAMPLE, select=["G16", "G01"])
    assert found.skipped.values.tolist() == [["G16", "field_sales@2026-01", "needs:client"]]
    assert found.run["code"].tolist() == ["G01"]
    assert linted(EXAMPLE, select=["G16"], client=client()).skipped.empty


def test_rules_that_the_data_do_not_carry_are_listed_with_the_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    put(monkeypatch, "M01", error=NotEnoughData(Problem("lint.limit_form", value="four months")))
    found = linted(EXAMPLE, select=["M01"])
    assert found.findings.empty and found.run.empty
    assert found.skipped["reason"].tolist() == ["«four months» is no parameter and number."]


def test_what_a_rule_found_before_it_had_to_stop_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    def rule(_: Look) -> Iterator[Hit]:
        yield Hit("measures.revenue", {"kpis": "3 KPIs", "least": "5", "most": "8"})
        raise NotEnoughData(Problem("lint.limit_form", value="four months"))

    all_rules()
    monkeypatch.setitem(RULES, "M01", rule)
    entry = {"rule": "M01", "where": "measures.visits", "reason": "Agreed"}
    found = linted(bent(accepted=[entry]), select=["M01", "G20"])
    assert found.findings[["code", "where"]].values.tolist() == [["M01", "measures.revenue"]]
    assert found.skipped[["code", "reason"]].values.tolist() == [
        ["M01", "«four months» is no parameter and number."]
    ]
    assert found.run["code"].tolist() == [
        "G20"
    ]  # which does not judge exceptions of a rule not run to its end


def test_the_rows_that_many_rules_read_are_taken_once() -> None:
    panel = pd.DataFrame({"kpi": ["visits", "visits", "calls"], "level": ["team", "individual", "team"]})
    look = Look(EXAMPLE.items[0], EXAMPLE, {}, "en", tables={"panel": panel})
    assert look.measured("visits", "team").index.tolist() == [0]
    assert look.measured("visits", "team") is look.measured("visits", "team")
    assert look.measured("calls", "individual").empty


def test_how_the_file_says_it_stands_apart_from_the_advice() -> None:
    found = lint(bent(governance={}), select=["G02"])
    assert found.columns[-1] == "write" and found["write"].tolist() == ["governance: {appeal_days: 10}"]
    assert "appeal_days" not in found["advice"].iloc[0]


def test_other_failures_are_not_swallowed(monkeypatch: pytest.MonkeyPatch) -> None:
    put(monkeypatch, "M01", error=ZeroDivisionError("a bug"))
    with pytest.raises(ZeroDivisionError):
        lint(EXAMPLE, select=["M01"])


def test_a_message_that_lacks_a_value_is_a_bug(monkeypatch: pytest.MonkeyPatch) -> None:
    put(monkeypatch, "M01", Hit("measures", {"n": 3, "kpis": "3 KPIs"}))
    with pytest.raises(KeyError, match="least"):
        lint(EXAMPLE, select=["M01"])


def test_the_clients_roster_is_the_participants_unless_another_is_given(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen: list[pd.DataFrame] = []

    def rule(look: Look) -> Iterator[Hit]:
        seen.append(look.own("participants"))
        yield from ()

    all_rules()
    monkeypatch.setitem(RULES, "M01", rule)
    own, other = client(), pd.DataFrame({"participant": ["x"]})
    lint(EXAMPLE, select=["M01"], client=own)
    lint(EXAMPLE, select=["M01"], client=own, participants=other)
    assert seen[0] is own.participants and seen[1] is other


@pytest.mark.parametrize(
    ("where", "accepted"),
    [("", True), ("measures", True), ("meas", False), ("measures.revenue", False), ("pay", False)],
)
def test_accepted_findings_keep_their_reason(where: str, accepted: bool) -> None:
    entry = {"rule": "M01", "reason": "Pilot with three measures", "where": where}
    found = lint(bent(accepted=[entry]), select=["M01", "G20"])
    assert found["accepted"].iloc[0] == ("Pilot with three measures" if accepted else "")
    assert found["code"].tolist() == (["M01"] if accepted else ["M01", "G20"])


def test_an_accepted_part_covers_what_lies_inside_it(monkeypatch: pytest.MonkeyPatch) -> None:
    put(monkeypatch, "G04", Hit("measures.visits.weight"), Hit("measures.visits_new.weight"))
    entry = {"rule": "G04", "reason": "Agreed", "where": "measures.visits"}
    assert lint(bent(accepted=[entry]), select=["G04"])["accepted"].tolist() == ["Agreed", ""]


def test_everything_unknown_is_refused_at_once() -> None:
    with pytest.raises(SchemeError) as error:
        lint(
            EXAMPLE,
            packs=("core", "eu"),  # type: ignore[arg-type]
            select=["Z"],
            ignore=[""],
            limits={"M01": {"fewest": 1}, "Q09": {"a": 1}},
            language="fr",
            forecast=pd.DataFrame(),
        )
    assert sorted(p.code for p in error.value.problems) == [
        "lint.unknown_language",
        "lint.unknown_limit",
        "lint.unknown_limit",
        "lint.unknown_pack",
        "lint.unknown_rule",
        "lint.unknown_rule",
        "lint.unknown_rule",
        "lint.unknown_table",
    ]
    assert "least, most" in str(error.value) and "cn, core, intl" in str(error.value)


def test_linting_leaves_the_tables_as_they_were() -> None:
    own = client()
    before = own.participants.copy()
    lint(EXAMPLE, client=own, select=["G"])
    pd.testing.assert_frame_equal(own.participants, before)


def of_article() -> Schemes:
    """The scheme of the article's case, as the sample carries it."""
    paths = [asset("templates", "engagements", "manufacturer", "schemes", "field_sales_2026.yaml")]
    problems = Problems()
    items = read_schemes(paths, Calendar(), load_catalogue(), problems)
    problems.raise_as(SchemeError)
    return Schemes(items, Calendar(), load_catalogue())


def test_the_articles_own_scheme_breaks_the_articles_own_advice() -> None:
    found = lint(of_article()).set_index("code")["message"]
    assert found["M01"] == "the scheme has 4 KPIs with a weight; 5 to 8 are advised"
    assert "growth" in " ".join(found[["M05"]].tolist())  # no KPI of people's own growth


def test_the_articles_own_scheme_has_these_gaps_of_governance_and_no_others() -> None:
    """It publishes, hears objections, consulted, honours and reviews; what it leaves open is found."""
    found = lint(of_article(), select=["G"]).set_index("code")
    assert found.index.tolist() == ["G06", "G14", "G18", "G10", "G15", "G17"]
    assert "28 %" in found.loc["G10", "message"] and "transfer after a review" in found.loc["G10", "message"]
    assert "when it ends and what it is compared with" in found.loc["G18", "message"]
    assert found.loc["G14", "where"] == "pay.gates.revenue"
