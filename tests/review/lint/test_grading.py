"""S: what stands around the lines: blanks, grades, raters, items and vetoes."""

import pytest

from tests.review.lint.hand_made import found, scorecard, with_fields, with_parts
from toolkit.scheme.curve import Curve
from toolkit.scheme.grades import Grades
from toolkit.scheme.items import Item, ItemLimits, Veto
from toolkit.scheme.parts import Modifier
from toolkit.scheme.pay import PayPlan
from toolkit.scheme.scheme import Schemes


def test_S06_finds_zero_for_a_blank() -> None:
    assert found("S06", with_parts({"missing": "zero"})) == [
        ("missing", "a measure without a number scores 0")
    ]


def test_S06_counts_the_blanks_that_were_scored_zero() -> None:
    card = scorecard([[1.0, 0.0], [1.0, 0.0]])
    card.loc[1, "missing"] = "no_actual:no_rows_in_period"  # the other zero was reached
    ((_, message),) = found("S06", with_parts({"missing": "zero"}), scorecard=card)
    assert "1 of 4 rows" in message


@pytest.mark.parametrize("rule", ["reweight", "carry"])
def test_S06_passes_other_rules(rule: str) -> None:
    assert found("S06", with_parts({"missing": rule})) == []


GRADES = {"A": 0.2, "B": 0.7, "C": 0.1}


def by_shares(least: int) -> Schemes:
    return with_fields(grades=Grades(by="shares", shares=GRADES, least=least))


def test_S09_finds_shares_of_a_small_group() -> None:
    ((where, message),) = found("S09", by_shares(10))
    assert where == "grades.least"
    assert "groups of 10 or more" in message and "10 % in grade C are 1.0 people" in message


def test_S09_passes_large_groups_and_grades_by_score() -> None:
    assert found("S09", by_shares(30)) == [] and found("S09") == []


def test_S20_finds_fixed_shares_of_any_group() -> None:
    ((where, message),) = found("S20", by_shares(200))
    assert where == "grades.shares" and "A 20 %, B 70 % and C 10 %" in message


def test_S20_passes_grades_by_score() -> None:
    assert found("S20") == []


def paid_by_grade(grades: Grades, last: float) -> Schemes:
    plan = PayPlan(
        curve=Curve("score", ((60, 0.0), (100, 1.0))),
        modifiers=(Modifier(grades={"A": 1.2, "B": 1.0, "C": last}),),
    )
    return with_fields(grades=grades, pay=plan)


FORCED = Grades(by="shares", shares=GRADES, least=30)


def test_S10_finds_a_forced_last_grade_that_is_not_paid() -> None:
    ((where, message),) = found("S10", paid_by_grade(FORCED, 0.0))
    assert where == "pay.modifiers.0.grades.C"
    assert "grade C is paid 0 %" in message and "counsel" in message


def test_S10_finds_it_by_rank_too() -> None:
    last = Grades(by="rank", first={"A": 2, "B": 8}, then="C")
    assert len(found("S10", paid_by_grade(last, 0.0))) == 1


def test_S10_passes_a_factor_above_zero_and_a_grade_by_score() -> None:
    assert found("S10", paid_by_grade(FORCED, 0.6)) == []
    assert found("S10", paid_by_grade(Grades(edges={"A": 90, "B": 60, "C": 0}), 0.0)) == []


def rated(**raters: float) -> Schemes:
    return with_parts({"measures.satisfaction.raters": dict(raters)})


def test_S14_finds_the_manager_alone_and_a_heavy_self_rating() -> None:
    ((where, message),) = found("S14", rated(manager=1.0))
    assert where == "measures.satisfaction.raters" and "only one side rates: the manager" in message
    ((_, message),) = found("S14", rated(self=0.3, manager=0.7))
    assert "self-rating counts for 30 %" in message and "at most 20 %" in message


def test_S14_passes_several_sides() -> None:
    assert found("S14", rated(self=0.2, peer=0.3, manager=0.5)) == [] and found("S14") == []


def test_S16_finds_items_without_limit() -> None:
    items = (Item(name="key_account", points=5.0), Item(name="late", points=-1.0, most=3.0))
    ((where, message),) = found("S16", with_fields(items=items))
    assert where == "items" and "items can add points without limit (limit 20): key_account" in message


def test_S16_adds_up_what_is_taken_off_to_the_limit_of_all() -> None:
    items = tuple(Item(name=name, points=-2.0, most=15.0, title={"en": name}) for name in ("late", "sloppy"))
    ((where, message),) = found("S16", with_fields(items=items))
    assert where == "items" and "take off up to 30.0 points" in message and "late and sloppy" in message
    wide = with_fields(items=items, item_limits=ItemLimits(down=25.0))
    ((where, message),) = found("S16", wide)
    assert where == "item_limits.down" and "up to 25.0 points" in message
    assert found("S16", with_fields(items=items, item_limits=ItemLimits(down=10.0))) == []


def test_S16_passes_items_of_six_points_and_none() -> None:
    assert found("S16", with_fields(items=(Item(name="prize", points=2.0, most=6.0),))) == []
    assert found("S16") == []


def vetoed(title: dict[str, str], **governance: object) -> Schemes:
    item = Item(name="breach", points=0.0, title=title)  # type: ignore[arg-type]
    return with_fields(items=(item,), vetoes=(Veto(item="breach", pays=0.0),), governance=governance)


def test_S17_finds_a_veto_without_appeal_or_definition() -> None:
    ((where, message),) = found("S17", vetoed({}))
    assert where == "vetoes.0"
    assert "no way of appeal" in message and "breach that triggers it is not defined" in message
    ((_, message),) = found("S17", with_fields(vetoes=(Veto(measure="revenue", below=0.5, grade="C"),)))
    assert "veto on Net sales" in message and "not defined" not in message


def test_S17_passes_a_defined_veto_with_appeal() -> None:
    assert found("S17", vetoed({"en": "Written finding of a bribe"}, appeal_days=10)) == []
    assert found("S17") == []


def test_the_messages_are_chinese_where_asked() -> None:
    ((_, message),) = found("S14", rated(manager=1.0), "zh")
    assert "仅由一方评分：直接上级" in message and "20%" in message
