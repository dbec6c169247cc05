"""What those asked were promised: nothing from which the weights of one or two people follow."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.report.chapters.studies import MEASURES, judges, part, study, with_study
from tests.report.test_chapters import blocks_of, prose
from toolkit.design.weights.study import SchemeWeights
from toolkit.report.acting import weights_table
from toolkit.report.blocks import Heading, Table
from toolkit.report.chapters.weights import weights

ASKED, SIDED = ("KPI", "all of them"), ("KPI", "all of them", "directors", "representatives")
SIDES = ["directors"] * 3 + ["representatives"] * 4


def people(sides: list[str], **changed: Any) -> pd.DataFrame:
    """So many who returned a form, on these sides; blank: on neither."""
    one = judges().iloc[[0]].assign(outlying=False, inconsistent=False, consistency_ratio=0.02)
    table = pd.concat([one] * len(sides), ignore_index=True)
    return table.assign(side=sides, respondent=[f"S{i:03d}" for i in range(len(sides))], **changed)


def judged_table(found: SchemeWeights, language: str = "en") -> tuple[tuple[str, ...], ...] | None:
    """The table of what those asked would set, its columns first; None where none is shown."""
    below = False
    for block in weights(with_study(study(found)), language).blocks:
        if isinstance(block, Heading):
            below = block.text in ("What those asked would set", "受访者的意见")
        elif below and isinstance(block, Table):
            return (block.columns, *block.rows)
    return None


def sources(found: SchemeWeights) -> tuple[str, ...]:
    """The columns of the table with all sources side by side."""
    tables = blocks_of(weights(with_study(study(found)), "en"), Table)
    return next(t.columns for t in tables if "from data" in t.columns)


def test_from_all_and_two_sides_follows_what_the_one_left_over_said() -> None:
    """The reason of the rule, by arithmetic alone: geometric means add up in logs."""
    said = np.random.default_rng(7).dirichlet([5, 4, 3, 2], size=7)
    mean, first, second = (np.log(rows).mean(axis=0) for rows in (said, said[:3], said[3:6]))
    left = np.exp(7 * mean - 3 * first - 3 * second)
    assert left / left.sum() == pytest.approx(said[6])


@pytest.mark.parametrize(("left", "shown"), [(0, True), (1, False), (2, False), (3, True), (4, True)])
def test_sides_are_shown_only_where_nobody_or_three_are_left_over(left: int, shown: bool) -> None:
    found = part(judges=people([*SIDES, *[""] * left]))
    table = judged_table(found)
    assert table is not None and table[0][:4] == (SIDED if shown else ASKED)
    said = prose(weights(with_study(study(found)), "en"))
    assert ("The weights of either side are left out" in said) is not shown
    assert "see it differently, beyond chance: Net sales" in said  # on what, without by how much
    chinese = prose(weights(with_study(study(found)), "zh"))
    assert ("双方各自的权重不列示" in chinese) is not shown and ("÷" in chinese) is shown


def test_who_left_a_measure_blank_is_left_over_too() -> None:
    """The sides compare those who judged all of it; of all, the mean holds what the fourth one did judge."""
    found = people(SIDES)
    found.loc[6, "visits"] = np.nan
    table = judged_table(part(judges=found))
    assert table is not None and table[0] == ASKED


def test_a_side_of_which_two_count_is_not_shown() -> None:
    found = people([*SIDES, "", "", ""]).assign(share=[0.0, *[1.0] * 9])
    table = judged_table(part(judges=found))
    assert table is not None and table[0] == ASKED


def hidden(found: SchemeWeights) -> None:
    """Nothing of what was judged is shown: neither on the page nor in the table, nor what rests on it."""
    results = with_study(study(found))
    assert judged_table(found) is None and judged_table(found, "zh") is None
    assert sources(found) == ("KPI", "agreed weight", "would act as agreed", "equal", "from data")
    said = prose(weights(results, "en"))
    assert "The reconciled ones count" not in said and "Kendall" not in said and "÷" not in said
    table = weights_table(results, "en").query("scheme == 'field_sales@2026-01'")
    assert table[["expert", "reconciled"]].isna().all(axis=None)
    assert table[["equal", "data"]].notna().all(axis=None)


@pytest.mark.parametrize("asked", [1, 2])
def test_of_fewer_than_three_neither_their_mean_nor_the_reconciled_weights_are_shown(asked: int) -> None:
    """Reconciled is a known mean of judgement, equal and data: judgement follows from the other three."""
    hidden(part(judges=people(["directors"] * asked)))


def test_who_counts_nothing_makes_no_third() -> None:
    found = part(judges=people(SIDES).assign(share=[1.0, 1.0, *[0.0] * 5]))
    hidden(found)
    said = prose(weights(with_study(study(found)), "en"))
    assert "7 people returned a questionnaire" in said and "Of them, by the brief, 5 people counted" in said
    assert "Of fewer than three" in said


def test_a_measure_that_two_judged_gives_their_ratios_away() -> None:
    found = people(SIDES)
    found.loc[2:, "satisfaction"] = np.nan
    hidden(part(judges=found))
    assert "fewer than three judged a measure" in prose(weights(with_study(study(part(judges=found))), "en"))


@pytest.mark.parametrize(("heaviest", "shown"), [(1.0, True), (5.0, True), (6.0, False), (1e6, False)])
def test_a_mean_that_is_all_but_one_persons_is_not_shown(heaviest: float, shown: bool) -> None:
    """Beside three others who count 1: of shares 5, 1, 1, 1 two people hold 6 of 8, three quarters."""
    found = part(judges=people(["directors"] * 4).assign(share=[1.0, heaviest, 1.0, 1.0]))
    if shown:
        assert judged_table(found) is not None and "those asked" in sources(found)
    else:
        hidden(found)


def test_reconciled_weights_without_judgement_in_them_stay() -> None:
    counts = {"expert": 0.0, "equal": 0.5, "data": 0.5, "outcome": 0.0}
    found = part(judges=people(["directors"]), facts={**part().facts, "counts": counts})
    assert sources(found)[-1] == "reconciled" and "those asked" not in sources(found)
    table = weights_table(with_study(study(found)), "en").query("scheme == 'field_sales@2026-01'")
    assert table["reconciled"].notna().all() and table["expert"].isna().all()


def test_where_nobody_counts_the_agreed_weights_stand_for_them() -> None:
    blank = part().table.assign(expert=np.nan)
    found = part(judges=people(SIDES).assign(share=0.0), table=blank)
    said = prose(weights(with_study(study(found)), "en"))
    assert "By the brief none of them counts" in said and "reconciled" in sources(found)
    assert "the agreed weights (nobody who answered counts) 60 %" in said


def test_of_one_form_with_comparisons_the_words_are_of_one() -> None:
    found = people(SIDES)
    found.loc[1:, "consistency_ratio"] = np.nan
    said = prose(weights(with_study(study(part(judges=found))), "en"))
    assert "The one form with comparisons is consistent" in said
    assert set(MEASURES) <= set(found)
