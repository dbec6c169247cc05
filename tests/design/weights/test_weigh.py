"""A whole study: the sample, warnings, the owner's choice, and clients of whom little is known."""

import dataclasses
import datetime as dt
import shutil
from typing import Any

import numpy as np
import pandas as pd
import pytest
from pydantic import ValidationError

import toolkit as tk
from tests.design.weights.forms import judgements, shared_out
from toolkit.appraise.appraisal import Appraisal, settle
from toolkit.assets import asset
from toolkit.design.weights.brief import Adopt, Limits, Ranges, WeightBrief
from toolkit.design.weights.save import load_weights, save_weights
from toolkit.design.weights.study import COLUMNS, SchemeWeights, WeightStudy
from toolkit.design.weights.weigh import warnings_of, weigh, weighed_schemes
from toolkit.errors import DataError
from toolkit.scheme.scheme import Effective, Schemes

NO_SIGNS: dict[str, tuple[str, ...]] = {}
FORMS = judgements(
    ("D1", "director", "points", shared_out(40, 25, 20, 15)),
    ("D2", "director", "points", shared_out(45, 25, 15, 15)),
    ("D3", "hr", "points", shared_out(40, 20, 25, 15)),
    ("S001", "field_sales", "points", shared_out(40, 10, 25, 25)),
    ("S002", "field_sales", "points", shared_out(35, 10, 25, 30)),
    ("S003", "field_sales", "points", shared_out(40, 15, 20, 25)),
)
SIDES = {"directors": ("director", "hr"), "representatives": ("field_sales",)}


@pytest.fixture(scope="module")
def study(unasked: Any, settled: Appraisal) -> WeightStudy:
    return weigh(unasked, settled, WeightBrief(sides=SIDES), warned=NO_SIGNS, judgements=FORMS, language="en")


@pytest.fixture(scope="module")
def one(study: WeightStudy) -> SchemeWeights:
    return study["field_sales"]


def changed(client: Any, **scheme: Any) -> Any:
    """The client with something of its weighed scheme replaced."""
    others = [s for s in client.schemes if s.name != "field_sales"]
    (own,) = (s for s in client.schemes if s.name == "field_sales")
    return dataclasses.replace(client, schemes=(*others, dataclasses.replace(own, **scheme)))


def tables(client: Any) -> Appraisal:
    return settle(client, Schemes(client.schemes, client.calendar, client.kpis))


def refusals(part: SchemeWeights) -> dict[str, str]:
    return {name: words["en"] for name, words in part.refused}


def test_what_the_samples_weights_do(one: SchemeWeights) -> None:
    """Worked out by hand from the scorecard: 70 rows of 12 people, agreed 40/20/20/20."""
    table = one.table.set_index("measure")
    assert table["agreed"].to_dict() == {
        "revenue": 0.4, "visits": 0.2, "conversion": 0.2, "satisfaction": 0.2,
    }  # fmt: skip
    assert table["acting"].round(2).tolist() == [0.63, -0.01, 0.33, 0.05]
    assert table["acting"].sum() == pytest.approx(1) and (one.facts["n"], one.facts["people"]) == (70, 12)
    assert (table["low"] < table["acting"]).all() and (table["acting"] < table["high"]).all()
    paid = one.acting[(one.acting["stage"] == "agreed") & (one.acting["of"] == "payout")]
    assert paid["share"].sum() == pytest.approx(1) and "rest" in set(paid["measure"])


def test_every_table_has_its_columns(one: SchemeWeights) -> None:
    for name, columns in COLUMNS.items():
        assert tuple(getattr(one, name))[: len(columns)] == columns, name
    assert one.stages["stage"].tolist() == ["agreed", "ranges", "weights", "steps"]
    gaps = one.stages.set_index("stage")["gap"]
    assert gaps["ranges"] < gaps["agreed"] and gaps["weights"] < gaps["ranges"]
    assert one.stages["mean_score"].between(0, 150).all() and one.stages["mean_payout"].gt(0).all()


def test_nothing_is_replaced_until_the_owner_chooses(
    unasked: Any, settled: Appraisal, one: SchemeWeights
) -> None:
    assert one.table["proposed"].tolist() == one.table["agreed"].tolist()
    assert any("Nothing is replaced" in sentence for sentence in one.words["en"])
    brief = WeightBrief(adopt=Adopt("steps", dt.date(2026, 7, 1)))
    chosen = weigh(unasked, settled, brief, warned=NO_SIGNS, judgements=FORMS, language="en")["field_sales"]
    steps = chosen.facts["weights"]["steps"]  # type: ignore[index]
    assert dict(zip(chosen.table["measure"], chosen.table["proposed"], strict=True)) == steps
    assert any("On 1 July 2026" in sentence for sentence in chosen.words["en"])


def test_people_are_pooled_and_held_against_each_other(one: SchemeWeights) -> None:
    expert = one.table.set_index("measure")["expert"]
    points = pd.DataFrame([[40, 25, 20, 15], [45, 25, 15, 15], [40, 20, 25, 15], [40, 10, 25, 25],
                           [35, 10, 25, 30], [40, 15, 20, 25]])  # fmt: skip
    geometric = np.exp(np.log(points).mean())
    assert expert.to_numpy() == pytest.approx(geometric / geometric.sum())
    visits = one.sides.set_index("measure").loc["visits"]
    assert visits["first"] > visits["second"] and visits["apart"]  # directors give visits more
    assert one.agreement["judges"] == 6 and 0 < float(str(one.agreement["w"])) < 1
    assert len(one.judges) == 6 and set(one.judges["side"]) == {"directors", "representatives"}
    assert one.table["reconciled"].sum() == pytest.approx(1)
    assert np.allclose(one.table["reconciled"] * 20, (one.table["reconciled"] * 20).round())


def test_a_warning_is_never_raised_by_weight_nor_by_range(unasked: Any, settled: Appraisal) -> None:
    """Unwarned, satisfaction's range is narrowed and visits' weight raised: both must not be."""
    warned = {"customer_satisfaction": ("integrity",), "visits": ("coverage",)}
    found = weigh(unasked, settled, WeightBrief(), warned=warned, judgements=FORMS, language="en")[
        "field_sales"
    ]
    for stage, weights in found.facts["weights"].items():  # type: ignore[attr-defined]
        assert weights["visits"] <= 0.2 + 1e-9 and weights["satisfaction"] <= 0.2 + 1e-9, stage
    assert found.ranges.set_index("measure").loc[["visits", "satisfaction"], "factor"].le(1).all()
    held = found.table.set_index("measure")
    assert held.loc[["visits", "satisfaction"], "reconciled"].le(0.2 + 1e-9).all()
    assert "under a warning (signs of gaming)" in held.loc["satisfaction", "why"]
    assert "too many blanks" in held.loc["visits", "why"]


def test_what_the_brief_keeps_is_kept(unasked: Any, settled: Appraisal) -> None:
    limits = Limits(default=(0.1, 0.5), measures={"revenue": (0.4, 0.4)})
    brief = WeightBrief(ranges=Ranges(keep=("visits", "conversion")), bounds=limits, step=0.1)
    found = weigh(unasked, settled, brief, warned=NO_SIGNS, judgements=FORMS, language="en")["field_sales"]
    kept = found.ranges.set_index("measure")
    assert kept.loc[["visits", "conversion"], "factor"].tolist() == [1.0, 1.0]
    assert "the brief keeps it" in kept.loc["visits", "why"]
    steps = found.facts["weights"]["steps"]  # type: ignore[index]
    assert steps["revenue"] == 0.4 and min(steps.values()) >= 0.1
    whole = np.array(list(steps.values())) * 10
    assert np.allclose(whole, whole.round())


def test_words_say_shares_of_differences_and_never_that_a_measure_decides(one: SchemeWeights) -> None:
    revenue = one.reasons[0]
    assert "agreed 40 %, makes 63 % (56 % to 71 %) of the differences in scores" in revenue["en"]
    assert "约定 40%，实际造成得分差异的 63%（56%～71%）" in revenue["zh"]
    said = " ".join([*one.words["en"], *(r["en"] for r in one.reasons), *(w["en"] for _, w in one.refused)])
    assert "decide" not in said and "70 complete scores of 12 people" in said and "90 %" in said
    chinese = " ".join(
        [*one.words["zh"], *(r["zh"] for r in one.reasons), *(w["zh"] for _, w in one.refused)]
    )
    assert "决定得分" not in chinese and "70 条完整得分" in chinese
    assert "revenue" not in chinese  # measures go by their KPI's name
    assert not any(name in said for name in ("D1", "S001", "name of"))  # people are counted, never named


def test_a_study_kept_and_read_again_is_the_same(unasked: Any, study: WeightStudy) -> None:
    path = save_weights(unasked, study)
    try:
        back = load_weights(unasked, "en")
    finally:
        shutil.rmtree(path.parent)
    assert back is not None and not back.stale
    for name in COLUMNS:
        given, kept = (getattr(s["field_sales"], name) for s in (study, back))
        pd.testing.assert_frame_equal(given, kept, check_dtype=False, atol=1e-6)
    assert back["field_sales"].words == study["field_sales"].words


def test_seeds_give_the_same_numbers_again(unasked: Any, settled: Appraisal, one: SchemeWeights) -> None:
    again = weigh(
        unasked, settled, WeightBrief(sides=SIDES), warned=NO_SIGNS, judgements=FORMS, language="en"
    )
    pd.testing.assert_frame_equal(again["field_sales"].table, one.table)
    pd.testing.assert_frame_equal(again["field_sales"].sobol, one.sobol)


def test_which_schemes_are_weighed(unasked: Any) -> None:
    assert [s.id for s in weighed_schemes(unasked, WeightBrief())] == ["field_sales@2026-01"]
    both = WeightBrief(schemes=("commission", "field_sales", "commission@2026-01"))
    assert [s.id for s in weighed_schemes(unasked, both)] == ["commission@2026-01", "field_sales@2026-01"]
    none = dataclasses.replace(unasked, schemes=())
    with pytest.raises(DataError) as caught:
        weighed_schemes(none, WeightBrief())
    assert caught.value.problems[0].code == "weigh.no_scheme"


def test_one_measure_is_said_and_nothing_else() -> None:
    client = tk.load_engagement(asset("templates", "engagements", "adventureworks"))
    (part,) = weigh(client, brief=WeightBrief(), warned=NO_SIGNS, language="en").schemes
    assert part.table["acting"].tolist() == [1.0] and part.table["reconciled"].tolist() == [1.0]
    assert refusals(part) == {
        "scheme": "one measure carries all of the weight, so there is nothing to weigh."
    }
    assert part.stages["stage"].tolist() == ["agreed"] and part.words == {"en": (), "zh": ()}


def test_a_scheme_without_history_is_settled_as_if_and_says_so(unasked: Any) -> None:
    client = changed(unasked, effective=Effective(dt.date(2027, 1, 1)))
    part = weigh(client, tables(client), WeightBrief(), warned=NO_SIGNS, judgements=FORMS, language="en")[
        "field_sales"
    ]
    assert part.facts["as_if"] is True and int(str(part.facts["n"])) > 70
    assert part.words["en"][0].startswith("The scheme has no history of its own.")
    assert part.words["zh"][0].startswith("该方案尚无自身历史")
    assert part.table["acting"].sum() == pytest.approx(1)


def test_fewer_people_than_the_gate_show_agreed_and_judged_weights_only(unasked: Any) -> None:
    client = changed(unasked, applies_to={"participant": ("S001", "S002", "S003", "S010")})
    part = weigh(client, tables(client), WeightBrief(), warned=NO_SIGNS, judgements=FORMS, language="en")[
        "field_sales"
    ]
    assert part.table["acting"].isna().all() and part.table["expert"].notna().all()
    assert part.stages.empty and part.ranges.empty and "acting" in refusals(part)
    assert "cannot be told yet" in part.table["why"].iloc[0]
    assert part.table["reconciled"].sum() == pytest.approx(1) and part.first_place.empty
    assert "first_place" in refusals(part)  # four people are too few to say how firm a place is


def test_forms_alone(unasked: Any) -> None:
    """Nobody falls under the scheme: nothing of it can be seen, and what people said is still there."""
    client = changed(unasked, applies_to={"participant": ("nobody",)})
    part = weigh(client, tables(client), WeightBrief(), warned=NO_SIGNS, judgements=FORMS, language="en")[
        "field_sales"
    ]
    assert part.table["expert"].notna().all() and part.table["reconciled"].sum() == pytest.approx(1)
    assert part.table[["acting", "payout_acting", "data"]].isna().all(axis=None)
    assert part.stages.empty and part.places.empty and part.facts["as_if"] is False
    assert "acting" in refusals(part) and not part.words["en"][0].startswith("The scheme has no history")


def test_a_measure_at_team_level(unasked: Any) -> None:
    measures = unasked.schemes[-1].measures
    client = changed(unasked, measures=(*measures[:3], dataclasses.replace(measures[3], level="team")))
    part = weigh(client, tables(client), WeightBrief(), warned=NO_SIGNS, language="en")["field_sales"]
    assert part.table["acting"].sum() == pytest.approx(1) and len(part.stages) >= 2
    assert part.table["acting"].iloc[3] < 0.05  # one number for a whole team tells nobody in it apart


def test_nobody_asked(unasked: Any, settled: Appraisal) -> None:
    part = weigh(unasked, settled, WeightBrief(), warned=NO_SIGNS, language="zh")["field_sales"]
    assert part.judges.empty and part.table["expert"].isna().all() and part.sides.empty
    assert part.table["reconciled"].sum() == pytest.approx(1)
    assert any("尚无人交回权重问卷" in sentence for sentence in part.words["zh"])
    assert part.table["why"].str.startswith("约定").all()


def test_without_warnings_passed_blanks_are_looked_at_and_signs_are_said_not_to_be(
    unasked: Any, settled: Appraisal
) -> None:
    part = weigh(unasked, settled, WeightBrief(), judgements=FORMS, language="en")["field_sales"]
    assert "were not looked at" in refusals(part)["warnings"] and part.facts["warned"] == {}


def test_warnings_come_from_signs_and_from_blanks() -> None:
    signs = pd.DataFrame({"kpi": ["visits", "visits", "calls"], "verdict": ["look", "look", "nothing_seen"]})
    tests = pd.DataFrame(
        {
            "kpi": ["visits", "calls", "net_sales"],
            "test": ["coverage", "coverage", "reliability"],
            "verdict": ["fail", "warn", "fail"],
        }
    )
    assert warnings_of(signs, tests) == {"visits": ("integrity", "coverage")}
    assert warnings_of(None, None) == {}


def test_a_faulty_brief_and_unknown_names_end_the_study(unasked: Any, settled: Appraisal) -> None:
    with pytest.raises(DataError) as caught:
        weigh(unasked, settled, WeightBrief(never_raise=("visit",)), warned=NO_SIGNS)
    assert caught.value.problems[0].code == "weigh.unknown_measure"
    empty_category = WeightBrief(bounds=Limits(categories={"growth": (0.1, 0.2)}))
    with pytest.raises(DataError) as caught:
        weigh(unasked, settled, empty_category, warned=NO_SIGNS, judgements=FORMS)
    assert caught.value.problems[0].code == "weigh.category_empty"
    with pytest.raises(ValidationError, match="empty_side"):
        WeightBrief(sides={"reps": ()})
    tight = WeightBrief(
        bounds=Limits(measures={"revenue": (0.0, 0.1), "visits": (0.0, 0.1)}), keep_order=False
    )
    with pytest.raises(DataError) as caught:
        tight_bounds = dataclasses.replace(tight, bounds=Limits((0.0, 0.2), dict(tight.bounds.measures)))
        weigh(unasked, settled, tight_bounds, warned=NO_SIGNS, judgements=FORMS)
    assert caught.value.problems[0].code == "weights.bounds_below"
