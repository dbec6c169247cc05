"""What the chapter on weights takes from the kept study: remedies, sources, judges without names, doubt."""

import dataclasses
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import toolkit as tk
from tests.report.chapters.studies import (
    NAMES,
    frame,
    judges,
    part,
    study,
    with_study,
)
from tests.report.client import SCHEME, engagement
from tests.report.test_chapters import blocks_of, prose
from toolkit.design.weights.save import save_weights
from toolkit.design.weights.study import SchemeWeights, WeightStudy
from toolkit.report.acting import weights_table
from toolkit.report.blocks import Chapter, Figure, Heading, Note, Paragraph, Points, Table
from toolkit.report.chapters.weights import weights
from toolkit.report.results import evaluate, small


@cache
def whole() -> Chapter:
    return weights(with_study(study()), "en")


def studied(**changed: Any) -> Chapter:
    """The chapter with the study made by hand, anything of it replaced."""
    return weights(with_study(study(part(**changed))), "en") if changed else whole()


def headed(chapter: Chapter, title: str) -> Iterator[object]:
    """The blocks below a heading."""
    inside = False
    for block in chapter.blocks:
        if isinstance(block, Heading):
            inside = block.text == title
        elif inside:
            yield block


def test_the_remedies_are_shown_with_their_cost_and_what_stays_out_of_reach() -> None:
    chapter = studied()
    assert chapter.title.endswith("; other ranges and weights would make it 44 %")
    first, table, outcome, *rest = headed(chapter, "What would bring them to do what was agreed")
    assert isinstance(first, Paragraph) and "the owner of the scheme chooses" in first.text
    assert isinstance(table, Table)
    assert [row[1] for row in table.rows] == ["23.0 points", "15.0 points", "3.0 points", "4.0 points"]
    assert isinstance(outcome, Paragraph)
    # The furthest of the last stage: 16 % where 20 % was agreed, as far as 44 % from 40 %, the first named.
    assert re.search(
        r"leaves (net sales at 44 % instead of 40|customer visits at 16 % instead of 20) %", outcome.text
    )
    assert (
        "scored 97.0 on average instead of 96.4, and paid 92.6 % of the target incentive instead of 91.3 %"
        in (outcome.text)
    )
    ranges, left = rest
    assert isinstance(ranges, Table) and isinstance(left, Points)
    assert [row[0] for row in ranges.rows] == ["Net sales", "Customer visits"]
    assert left.items == ("New-customer conversion – a data warning holds it back",)


def test_pay_that_is_no_share_of_a_target_incentive_is_told_as_a_share_of_the_mean() -> None:
    said = prose(studied(facts={**part().facts, "unit": "mean_payout"}))
    assert "and paid 92.6 % of today's mean payout." in said and "of the target incentive" not in said


def test_what_is_met_is_said_to_be_met() -> None:
    stages = part().stages.assign(reached=[False, False, True, True])
    assert "The agreed shares are met to 4.0 percentage points." in prose(studied(stages=stages))


def test_what_only_rounding_misses_is_put_down_to_rounding() -> None:
    stages = part().stages.assign(reached=[False, False, True, False])
    said = prose(studied(stages=stages))
    assert "Unrounded weights meet the agreed shares to 3.0 percentage points; in round steps" in said
    assert "out of reach" not in said


def test_agreed_and_other_weights_stand_side_by_side() -> None:
    table = next(b for b in headed(studied(), "The weights beside each other") if isinstance(b, Table))
    assert table.columns == (
        *("KPI", "agreed weight", "would act as agreed", "those asked", "equal", "from data", "reconciled"),
    )
    assert table.rows[0] == ("Net sales", "40 %", "25 %", "38 %", "25 %", "31 %", "35 %")
    assert "The reconciled ones count: those asked 60 %, equal 20 %, from data 20 %." in prose(studied())


def test_the_judges_are_counted_and_never_named() -> None:
    for language in ("en", "zh"):
        said = prose(weights(with_study(study(part())), language))
        assert not [name for name in NAMES if name in said] and not re.search(r"S00\d", said)
    said = prose(studied())
    assert "7 people returned a questionnaire (pairs compared 4, 100 points shared out 3)" in said
    assert "to 0.62 (Kendall's W" in said and "their consensus is 81 %" in said
    assert "Directors and representatives see it differently, beyond chance: Net sales." in said
    assert "worth a conversation: 1 of the representatives." in said
    assert (
        "Forms with comparisons: 4, of them inconsistent beyond what is accepted: 1;" in said
        and "1 pair." in said
    )


def test_somebody_far_from_the_others_on_a_small_side_is_not_given_away() -> None:
    few = judges().assign(side=["directors"] + ["representatives"] * 6, outlying=[True] + [False] * 6)
    said = prose(studied(judges=few))
    assert "worth a conversation: 1 of those asked." in said


def test_of_fewer_than_three_judges_no_weight_is_shown() -> None:
    results = with_study(study(part(judges=judges().head(2))))
    said = prose(weights(results, "en"))
    assert "Of fewer than three, as they were promised, no weights are shown." in said
    assert "those asked\n" not in said and "÷" not in said
    assert weights_table(results, "en")["expert"].isna().all()


def test_sentences_that_hold_what_few_judged_stay_away() -> None:
    """The study's sentence of a measure says what those asked would give it."""
    told = "would give it"
    table = part().table.assign(why=f"those asked {told} 40 %")
    assert told in prose(studied(table=table))
    assert told not in prose(studied(table=table, judges=judges().head(2)))
    assert told in prose(studied(table=table, judges=judges().head(0)))


def test_where_nobody_was_asked_the_column_of_those_asked_is_left_out() -> None:
    """The study then puts the agreed weights in their place, which nobody judged."""
    chapter = studied(judges=judges().head(0), sides=part().sides.head(0))
    table = next(b for b in headed(chapter, "The weights beside each other") if isinstance(b, Table))
    assert "The reconciled ones count: the agreed weights (nobody was asked) 60 %, equal" in prose(chapter)
    assert "those asked" not in table.columns and "What those asked would set" not in prose(chapter)


def test_sides_too_small_to_compare_are_left_out() -> None:
    blank = part().sides.assign(ratio=np.nan, low=np.nan, high=np.nan, apart=False)
    table = next(
        b for b in headed(studied(sides=blank), "What those asked would set") if isinstance(b, Table)
    )
    assert table.columns == ("KPI", "all of them") and table.rows[1] == ("Customer visits", "17 %")


def test_a_clients_own_name_of_a_side_is_kept() -> None:
    facts = {**part().facts, "side_names": ["Head office", "branches"]}
    assert "Head office and branches see it differently" in prose(studied(facts=facts))


def test_a_clients_latin_name_of_a_side_stands_apart_from_chinese() -> None:
    facts = {**part().facts, "side_names": ["directors", "reps"]}
    judged = judges()
    judged["side"] = judged["side"].replace("representatives", "reps")
    said = prose(weights(with_study(study(part(facts=facts, judges=judged))), "zh"))
    assert "管理层与 reps 看法不同、超出偶然的有：净销售额。" in said
    assert "值得沟通的：reps 中 1 人。" in said and "管理层 ÷ reps" in said


def test_shares_of_the_variance_lie_between_none_and_all_of_it() -> None:
    """Estimated shares go a little over 1 and under 0, and the part by itself beyond the whole."""
    rows = [("targets", 1.02, 0.93, 1.04, 1.01, 0.91, 1.0), ("weights", 0.03, -0.02, 0.05, 0.02, -0.01, 0.04)]
    table = next(
        b
        for b in headed(studied(sobol=frame("sobol", rows)), "How much hangs on the weights")
        if isinstance(b, Table)
    )
    assert table.rows == (
        ("targets", "100 % (93 % to 100 %)", "100 % (91 % to 100 %)"),
        ("weights", "2 % (0 % to 5 %)", "2 % (0 % to 4 %)"),
    )


def test_what_the_owner_adopted_is_told_with_its_day_and_what_it_presupposes() -> None:
    facts = {**part().facts, "adopt": "steps", "adopted_on": "2026-07-01"}
    said = prose(studied(facts=facts))
    assert "On 1 July 2026 the owner of the scheme adopted the weights that would act as agreed in" in said
    assert "These weights hold only together with the scoring ranges proposed above" in said
    chinese = prose(weights(with_study(study(part(facts=facts))), "zh"))
    assert "方案负责人于2026年7月1日采纳取整后的可达约定作用的权重。这套权重以同时采用" in chinese
    unmoved = prose(studied(facts=facts, ranges=part().ranges.assign(factor=1.0)))
    assert "hold only together" not in unmoved and "adopted the weights" in unmoved
    ranges = {**facts, "adopt": "ranges", "adopted_on": "", "weights": {"ranges": {"revenue": 0.4}}}
    assert "The owner of the scheme has adopted the scoring ranges proposed." in prose(studied(facts=ranges))


def test_nothing_adopted_and_nothing_to_adopt_is_told_too() -> None:
    assert "owner of the scheme adopted" not in prose(studied())
    kept = {**part().facts, "adopt": "agreed", "adopted_on": "2026-07-01"}
    assert "decided to leave the agreed weights and ranges as they are" in prose(studied(facts=kept))
    gone = {**part().facts, "adopt": "weights", "weights": {}}
    assert "could not work them out; the agreed weights stand." in prose(studied(facts=gone))


@pytest.mark.parametrize(
    ("given", "inside"),
    [
        ("Net sales", "net sales"),
        ("New-customer conversion", "new-customer conversion"),
        ("CRM completeness", "CRM completeness"),
        ("Li Ning sales", "Li Ning sales"),
        ("A/R days", "A/R days"),
        ("净销售额", "净销售额"),
    ],
)
def test_inside_a_sentence_only_ordinary_words_begin_small(given: str, inside: str) -> None:
    assert small(given) == inside


def test_between_which_weights_the_first_place_stays() -> None:
    points = next(b for b in headed(studied(), "How much hangs on the weights") if isinstance(b, Points))
    assert points.title == "The first place in Q2 2026 stays"
    assert points.items == (
        "as long as net sales weighs between 22 % and 71 %, the others keeping their proportions",
        "as long as customer visits weighs 35 % or less",
        "as long as new-customer conversion weighs 10 % or more",
        "whatever customer satisfaction weighs",
    )
    said = prose(studied())
    assert "83 % leave the same participant first" in said
    table = next(b for b in headed(studied(), "How much hangs on the weights") if isinstance(b, Table))
    assert table.rows[0] == ("targets", "55 % (48 % to 62 %)", "61 % (55 % to 67 %)")


def test_a_first_place_that_no_weight_moves_is_one_sentence() -> None:
    rows = part().first_place.assign(low=0.0, high=1.0)
    said = prose(studied(first_place=rows))
    assert "The first place in Q2 2026 stays, whatever any one measure weighs" in said
    without = {k: v for k, v in part().facts.items() if k != "period"}
    assert "The first place stays, whatever" in prose(studied(first_place=rows, facts=without))
    assert any(p.title == "The first place stays" for p in blocks_of(studied(facts=without), Points))


def test_what_was_refused_and_what_is_out_of_date_is_said() -> None:
    chapter = weights(with_study(study(part(), stale=True)), "en")
    assert any("it should be made again" in note.text for note in blocks_of(chapter, Note))
    assert any(
        p.items == ("Weights from outcomes need 120 rows of 15 people.",) for p in blocks_of(chapter, Points)
    )
    assert not blocks_of(weights(with_study(study(part())), "en"), Note)


def test_a_study_that_says_nothing_yet_adds_nothing() -> None:
    bare = SchemeWeights("field_sales@2026-01", part().table.assign(why=""))
    blank = bare.table.assign(expert=np.nan, equal=np.nan, data=np.nan, reconciled=np.nan)
    chapter = weights(with_study(study(dataclasses.replace(bare, table=blank))), "en")
    assert len(blocks_of(chapter, Table)) == 1
    assert len([b for b in chapter.blocks if isinstance(b, Heading)]) == 2
    assert not re.search(r"\bnan\b|\{", prose(chapter))


def test_a_scheme_that_the_study_leaves_out_is_named_as_such() -> None:
    other = part(scheme="another@2026-01")
    assert "The study of the weights does not cover this scheme." in prose(
        weights(with_study(study(other)), "en")
    )


def test_a_scheme_to_come_is_shown_as_if_it_had_held(tmp_path: Path) -> None:
    later = {
        **SCHEME,
        "name": "later",
        "effective": {"from": SCHEME["effective"]["from"].replace(year=2027), "to": None},
    }
    now = {
        **SCHEME,
        "effective": {**SCHEME["effective"], "to": SCHEME["effective"]["from"].replace(month=12, day=31)},
    }
    results = evaluate(tk.load_engagement(engagement(tmp_path / "client", 10, schemes=[now, later])))
    table = part().table.head(2).assign(measure=["revenue", "visits"], agreed=[0.6, 0.4], acting=[0.9, 0.1])
    told = SchemeWeights(
        "later@2026-01", table.assign(low=[0.8, 0.0], high=[1.0, 0.2]), facts={"as_if": True}
    )
    held = with_study(study(told), results)
    chapter = weights(held, "en")
    assert any(
        "It was settled over the time covered as if it had held" in n.text for n in blocks_of(chapter, Note)
    )
    own = weights_table(held, "en").query("scheme == 'later@2026-01'")
    assert own["effective_share"].tolist() == [0.9, 0.1] and own["low"].tolist() == [0.8, 0.0]


def test_the_study_is_read_from_the_engagement_and_grows_old_with_it(tmp_path: Path) -> None:
    folder = engagement(tmp_path / "client", 10)
    client = tk.load_engagement(folder)
    table = part().table.head(2).assign(measure=["revenue", "visits"], agreed=[0.6, 0.4])
    save_weights(client, WeightStudy((SchemeWeights("field@2026-01", table),), {"data/gone.csv": "0"}, 0))
    chapter = weights(evaluate(client), "en")
    assert any("it should be made again" in note.text for note in blocks_of(chapter, Note))
    heads = next(b for b in headed(chapter, "The weights beside each other") if isinstance(b, Table)).columns
    assert "reconciled" in heads and "kpi weigh" not in prose(chapter)


def test_ranges_that_all_move_or_all_stay() -> None:
    moved = part().ranges.head(2)
    assert not [
        b
        for b in headed(studied(ranges=moved), "What would bring them to do what was agreed")
        if isinstance(b, Points)
    ]
    stays = frame("ranges", [("revenue", 1.0, "a", "a", "not needed"), ("visits", None, "", "", "ranked")])
    chapter = studied(ranges=stays)
    left = [
        b for b in headed(chapter, "What would bring them to do what was agreed") if isinstance(b, Points)
    ]
    assert left[0].items == ("Net sales – not needed", "Customer visits – ranked")


def test_shares_at_hand_are_drawn_where_the_study_has_none() -> None:
    blank = part().table.assign(acting=np.nan, low=np.nan, high=np.nan)
    told = dataclasses.replace(part(), table=blank, acting=part().acting.head(0))
    results = with_study(study(told))
    assert len(blocks_of(weights(results, "en"), Figure)) == 1
