"""P, what was paid: sizes, who is paid nothing, whether pay follows scores, how much of it is luck."""

import re

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from tests.review.lint.made import found, refused
from tests.review.lint.paying import (
    by_score,
    changed,
    commission,
    each,
    payouts,
    roster,
    scores,
)
from toolkit.review.lint.families.payouts import rank_link
from toolkit.scheme.parts import Pool
from toolkit.scheme.pay import PayPlan

PLAN = by_score()


def test_p02_the_mean_payout_is_clearly_above_what_was_promised() -> None:
    """Five people at 1.1, 1.2, 1.3, 1.4 and 1.5: mean 1.3, 1.3 ± 2.132 × .1581 ÷ √5 = 1.15 to 1.45."""
    paid = payouts({f"p{i}": [1.1 + i / 10] * 4 for i in range(5)})
    [(where, message)] = found("P02", PLAN, payouts=paid)
    assert where == "pay"
    assert message == (
        "over 4 periods 130 % of the target incentive was paid (90 % interval 115 % to 145 %, 5 people); as "
        "promised would be 90 % to 110 %"
    )
    assert "50% " in found("P02", PLAN, language="zh", payouts=payouts(each(5, *[0.5] * 4)))[0][1]


def test_p02_an_interval_that_touches_the_range_passes() -> None:
    assert found("P02", PLAN, payouts=payouts({f"p{i}": [0.5 + i / 4] * 4 for i in range(5)})) == []
    assert found("P02", commission(), payouts=payouts(each(5, *[9.0] * 4), None)) == []


def test_p02_beside_a_commission_only_the_incentive_is_compared() -> None:
    plan = changed(PLAN, pay=PayPlan(curve=PLAN.items[0].pay.curve, pool=Pool(amount=1000.0)))
    paid = payouts(each(5, *[1.0] * 4)).assign(payout=9000.0)
    assert found("P02", plan, payouts=paid) == []
    assert len(found("P02", PLAN, payouts=paid)) == 1


def test_p02_p03_and_p17_refuse_few_periods_or_people() -> None:
    assert "only 3 periods" in refused("P02", PLAN, payouts=payouts(each(5, *[2.0] * 3)))
    assert "only 2 people" in refused("P02", PLAN, payouts=payouts(each(2, *[2.0] * 4)))
    assert "only 9 people" in refused("P03", PLAN, payouts=payouts(each(9, *[1.0] * 4)))
    assert "only 5 periods" in refused("P17", PLAN, payouts=payouts(each(9, *[1.0] * 5)))


def test_p03_the_best_earn_little_more_than_the_rest() -> None:
    """Totals .80, .85 … 1.30 over 11 people: P90 is the tenth, 1.25."""
    paid = payouts({f"p{i}": [0.8 + i / 20] * 4 for i in range(11)})
    [(where, message)] = found("P03", PLAN, payouts=paid)
    assert where == "pay"
    assert message == (
        "over 4 periods the P90 earner of 11 people got 125 % of the target incentive, the highest 130 %; "
        "usual for P90 is 150 % to 300 %"
    )
    wide = payouts({f"p{i}": [i / 5] * 4 for i in range(11)})  # 0 to 2: P90 1.8
    assert found("P03", PLAN, payouts=wide) == []
    assert len(found("P03", PLAN, payouts=wide, limits={"P03": {"most": 1.7}})) == 1


def test_p03_sums_periods_so_that_one_lucky_quarter_does_not_count() -> None:
    """Everybody once gets four times the incentive: 11 ÷ 8 = 137.5 % in all."""
    paid = payouts({f"p{i}": [4.0 if i % 8 == j else 1.0 for j in range(8)] for i in range(12)})
    assert "the P90 earner of 12 people got 138 %" in found("P03", PLAN, payouts=paid)[0][1]


def upside_down(n: int = 12) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Who scores higher is paid less."""
    return scores({f"p{i}": [80 + i] * 4 for i in range(n)}), payouts(
        {f"p{i}": [2 - i / n] * 4 for i in range(n)}
    )


def test_p04_pay_that_runs_against_the_scores() -> None:
    score, paid = upside_down()
    [(where, message)] = found("P04", PLAN, scores=score, payouts=paid)
    assert where == "pay" and "over 12 people the rank correlation of score and pay is −1.00" in message
    assert message.endswith("In 66 of 66 pairs the higher score was paid less")


def test_p04_pay_that_follows_passes_and_so_does_what_cannot_be_told() -> None:
    score, _ = upside_down()
    same = payouts({f"p{i}": [1 + i / 10] * 4 for i in range(12)})
    assert found("P04", PLAN, scores=score, payouts=same) == []
    # One swap of distance 4 in 12: r = 1 − 6 × 32 ÷ (12 × 143) = .888
    order = [4, 1, 2, 3, 0, *range(5, 12)]
    assert (
        found("P04", PLAN, scores=score, payouts=payouts({f"p{i}": [x] * 4 for i, x in enumerate(order)}))
        == []
    )
    # r = .5 of 12 people may well be .6
    loose = [6, 3, 9, 0, 5, 1, 4, 2, 11, 8, 7, 10]
    assert 0.3 < stats.spearmanr(range(12), loose).statistic < 0.6
    assert (
        found("P04", PLAN, scores=score, payouts=payouts({f"p{i}": [x] * 4 for i, x in enumerate(loose)}))
        == []
    )


def test_p04_of_a_commission_the_money_counts_and_a_teams_score_is_not_its_members() -> None:
    score, paid = upside_down()
    money = payouts({f"p{i}": [100.0 - i] * 4 for i in range(12)}, None)
    assert len(found("P04", commission(), scores=score, payouts=money)) == 1
    assert found("P04", changed(PLAN, level="team"), scores=score, payouts=paid) == []


def test_p04_refuses_nine_people_and_scores_all_alike() -> None:
    score, paid = upside_down(9)
    assert "only 9 people" in refused("P04", PLAN, scores=score, payouts=paid)
    alike = refused("P04", PLAN, scores=scores(each(12, *[90] * 4)), payouts=payouts(each(12, *[1.0] * 4)))
    assert alike.startswith("all 12 people have the same score")


def test_rank_link_has_its_stated_coverage() -> None:
    """Bivariate normal, correlation .5 → Spearman (6/π) asin(.25) = .4826: 90 % of intervals hold it."""
    rng, truth = np.random.default_rng(5), 6 / np.pi * np.arcsin(0.25)
    held = 0
    for _ in range(400):
        x = rng.standard_normal(24)
        found_, inverted, pairs = rank_link(x, 0.5 * x + np.sqrt(0.75) * rng.standard_normal(24))
        held += found_.low <= truth <= found_.high
        assert pairs == 276 and 0 <= inverted <= 276
    assert 0.86 <= held / 400 <= 0.94


def test_p05_a_third_of_the_payouts_is_zero() -> None:
    paid = payouts(each(12, 1.0, 0.0, 1.0))
    [(where, message)] = found("P05", PLAN, payouts=paid, participants=roster())
    assert where == "pay" and message.startswith("33 % of 36 payouts were zero or less")
    assert message.endswith("12 people); more than 20 % is too many")
    assert found("P05", PLAN, payouts=payouts(each(12, 1.0, 1.0, 1.0)), participants=roster()) == []


def test_p05_leaves_out_whose_own_rate_is_zero() -> None:
    ratios = {f"p{i}": [0.0 if i < 5 else 1.0] * 4 for i in range(13)}
    rates = roster(13, commission_rate=[0.0] * 5 + [0.02] * 8)
    plan = commission(rate="roster")
    assert found("P05", plan, payouts=payouts(ratios, None), participants=rates) == []
    assert len(found("P05", plan, payouts=payouts(ratios, None), participants=roster(13))) == 1
    assert "only 4 paid" in refused(
        "P05", plan, payouts=payouts(each(1, *[0.0] * 4), None), participants=roster()
    )


def test_p14_people_who_were_scored_and_have_no_payout() -> None:
    paid = payouts(each(4, 1.0, 1.0)).query("participant != 'p3'")
    people = roster(4, target_incentive=[1.0, 1.0, 1.0, np.nan])
    tables = {"scores": scores(each(4, 90, 90)), "payouts": paid, "participants": people}
    [(where, message)] = found("P14", PLAN, **tables)
    assert where == "pay"
    assert message == (
        "2 of 8 scored periods have no payout (1 people); the roster lacks target_incentive for some of them"
    )
    whole = tables | {"participants": roster(4)}
    assert found("P14", PLAN, **whole)[0][1].endswith("the table of unpaid people gives the reason")


def test_p14_passes_where_everybody_scored_is_paid_and_at_team_level() -> None:
    tables = {
        "scores": scores(each(4, 90, np.nan)),
        "payouts": payouts(each(4, 1.0)),
        "participants": roster(4),
    }
    assert found("P14", PLAN, **tables) == []
    none = tables | {"payouts": payouts({})}
    assert len(found("P14", PLAN, **none)) == 1
    assert found("P14", changed(PLAN, level="team"), **none) == []


@pytest.mark.parametrize(("spread", "hits"), [(0.0, 1), (2.0, 0)])
def test_p17_pay_that_does_not_repeat(spread: float, hits: int) -> None:
    """Twenty people, eight quarters, noise .3; without lasting differences all of them are luck."""
    rng = np.random.default_rng(3)
    level = 1 + spread * rng.standard_normal(20)
    paid = payouts({f"p{i}": level[i] + 0.3 * rng.standard_normal(8) for i in range(20)})
    messages = found("P17", PLAN, payouts=paid)
    assert len(messages) == hits
    for where, message in messages:
        assert where == "pay" and re.match("about (9.|100) % of the differences in pay", message)
        assert "in one quarter would not repeat" in message and "20 people, 8 periods" in message
