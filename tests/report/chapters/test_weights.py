"""The chapter "do the weights do what they say" without a study: shares counted anew; table and picture."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import toolkit as tk
from tests.report.chapters.studies import AGREED, CALIBRATED, MEASURES, part, study, with_study
from tests.report.client import SCHEME, engagement, person
from tests.report.test_chapters import blocks_of, prose, sample
from toolkit.language import percent
from toolkit.report.acting import acting, calibrated, weights_table
from toolkit.report.blocks import Code, Figure, Table
from toolkit.report.chapters.weights import weights
from toolkit.report.charts_weights import acting_picture
from toolkit.report.look import styled
from toolkit.report.results import Results, evaluate


def small(folder: Path, *args: Any, **changed: Any) -> Results:
    return with_study(None, evaluate(tk.load_engagement(engagement(folder / "client", *args, **changed))))


def counted(results: Results, scheme: str) -> dict[str, tuple[float, float, float]]:
    """Shares of the monthly points by their definition, and their 90 % interval, person after person."""
    card = results.scorecard
    card = card[(card["scheme"] == scheme) & (card["period"].str.fullmatch(r"\d{4}-\d\d"))]
    points = card.pivot(index=["participant", "period"], columns="measure", values="points").dropna()
    apart = points - points.groupby("period").transform("mean")
    people = sorted(set(points.index.get_level_values("participant")))
    t_90 = {12: 1.7959}[len(people)]  # Student's t, two-sided 90 %, 11 degrees of freedom (any table)

    def share(rows: pd.DataFrame, name: str) -> float:
        total = rows.sum(axis=1)
        return float(np.sum(rows[name] * total) / np.sum(total * total))

    found = {}
    for name in points:
        without = [share(apart.drop(index=p, level="participant"), name) for p in people]
        n = len(people)
        error = np.sqrt((n - 1) / n * sum((x - np.mean(without)) ** 2 for x in without))
        value = share(apart, name)
        found[str(name)] = (value, value - t_90 * error, value + t_90 * error)
    return found


def test_the_pilots_shares_are_those_counted_from_the_scorecard() -> None:
    results = with_study(None)
    own = counted(results, "field_sales@2026-01")
    scheme = results.schemes["field_sales@2026-01"]
    score = acting(results, scheme).score
    assert (score.rows, score.people) == (70, 12)
    for name, expected in own.items():
        assert score.of(name) == pytest.approx(expected, abs=1e-4)
    rows = blocks_of(weights(results, "en"), Table)[0].rows
    for row, name in zip(rows, MEASURES, strict=False):
        value, low, high = (f"{x * 100:.0f} %".replace("-", "−") for x in own[name])
        assert row[2] == f"{value} ({low} to {high})"
    assert [row[1] for row in rows] == ["40 %", "20 %", "20 %", "20 %", "–"]


def test_shares_of_payout_differences_add_up_with_the_rest() -> None:
    results = with_study(None)
    payout = acting(results, results.schemes["field_sales@2026-01"]).payout
    assert payout.names == (*MEASURES, "rest") and (payout.rows, payout.people) == (24, 12)
    assert payout.shares is not None and payout.shares.value.sum() == pytest.approx(1)
    assert blocks_of(weights(results, "zh"), Table)[0].rows[-1][0] == "门槛条件、一票否决、封顶等"


@pytest.mark.parametrize(
    ("language", "title"),
    [
        ("en", "Net sales weighs 40 % and makes 63 % of the differences between people's scores"),
        ("zh", "净销售额约定权重 40%，实际占得分差异的 63%"),
    ],
)
def test_the_title_names_the_measure_that_acts_furthest_from_its_weight(language: str, title: str) -> None:
    assert weights(with_study(None), language).title == title


def test_what_stands_out_is_told_by_whole_intervals_alone() -> None:
    said = prose(weights(with_study(None), "en"))
    assert "Makes more of the differences than agreed: Net sales, New-customer conversion." in said
    assert "Makes less of them than agreed: Customer satisfaction." in said
    assert "told from none: Customer visits, where scores hardly differ" in said
    assert "decide" not in said


def test_without_a_study_the_live_part_stands_and_the_way_to_one() -> None:
    chapter = weights(with_study(None), "en")
    assert [code.text for code in blocks_of(chapter, Code)] == ["kpi weigh <folder> --save"]
    assert len(blocks_of(chapter, Table)) == 1 and len(blocks_of(chapter, Figure)) == 1
    assert "No study of the weights is kept" in prose(chapter)


def test_a_scheme_of_one_measure_has_nothing_to_weigh() -> None:
    results = with_study(None, sample("adventureworks"))
    chapter = weights(results, "en")
    assert chapter.title == "Pay rests on one measure: there is nothing to weigh"
    assert not blocks_of(chapter, Table) and not blocks_of(chapter, Figure)
    assert "Net sales is the one measure with a weight" in prose(chapter)
    row = weights_table(results, "en").iloc[0]
    assert (row["nominal"], row["effective_share"]) == (1, 1)


def test_below_the_gate_only_the_agreed_weights_are_shown_and_why(tmp_path: Path) -> None:
    results = small(tmp_path)
    chapter = weights(results, "en")
    assert chapter.title == "What the weights do cannot be told from so few scores yet"
    (table,) = blocks_of(chapter, Table)
    assert table.columns == ("KPI", "agreed weight")
    assert table.rows == (("Net sales", "60 %"), ("Customer visits", "40 %"))
    assert "it takes 60 complete scores of 10 people, and there are 24 of 4" in prose(chapter)
    assert not blocks_of(chapter, Figure)
    frame = weights_table(results, "en")
    assert frame["nominal"].tolist() == [0.6, 0.4] and frame["effective_share"].isna().all()


def test_ten_people_over_six_months_are_enough(tmp_path: Path) -> None:
    """Everybody makes the same visits: sales make all the differences, in scores and in payouts."""
    results = small(tmp_path, 10)
    found = acting(results, results.schemes["field@2026-01"])
    assert found.score.of("revenue")[0] == pytest.approx(1)
    assert found.score.of("visits")[0] == pytest.approx(0)
    chapter = weights(results, "en")
    assert "Net sales weighs 60 % and makes 100 %" in chapter.title
    assert (found.payout.rows, found.payout.least) == (20, 20)


def test_scores_that_are_all_the_same_have_no_differences(tmp_path: Path) -> None:
    flat = {**SCHEME["measures"][0], "scoring": {"curve": {"x": "attainment", "points": [[0, 80], [2, 80]]}}}
    results = small(tmp_path, 10, schemes=[{**SCHEME, "measures": [flat, SCHEME["measures"][1]]}])
    found = acting(results, results.schemes["field@2026-01"])
    assert found.score.why == "same" and found.score.shares is None
    assert "there are no differences to share out" in prose(weights(results, "en"))
    assert "没有差异可以分解" in prose(weights(results, "zh"))


def test_people_without_pay_leave_the_shares_of_scores(tmp_path: Path) -> None:
    results = small(tmp_path, [person(at, target_incentive="") for at in range(1, 11)])
    found = acting(results, results.schemes["field@2026-01"])
    assert found.payout.why == "unpaid" and found.score.shares is not None
    chapter = weights(results, "en")
    assert blocks_of(chapter, Table)[0].columns == ("KPI", "agreed weight", "share of score differences")
    assert "No payout could be computed in these periods" in prose(chapter)


def test_the_table_holds_every_source_and_sums_to_one() -> None:
    table = weights_table(with_study(study(part())), "en")
    pilot = table[table["scheme"] == "field_sales@2026-01"]
    assert list(table) == [
        *("scheme", "measure", "kpi", "nominal", "effective_share", "calibrated", "low", "high"),
        *("payout_share", "expert", "equal", "data", "outcome", "reconciled", "adopted"),
    ]
    assert pilot["nominal"].tolist() == list(AGREED) and pilot["calibrated"].tolist() == list(CALIBRATED)
    assert pilot["expert"].tolist() == [0.38, 0.17, 0.24, 0.21] and pilot["outcome"].isna().all()
    for column in ("nominal", "effective_share", "calibrated"):
        assert pilot[column].sum() == pytest.approx(1)


def test_calibrated_weights_that_lack_a_measure_are_left_out_whole() -> None:
    facts = {"weights": {"steps": {"revenue": 0.6, "visits": 0.4}}}
    table = weights_table(with_study(study(part(facts=facts))), "en")
    assert table["calibrated"].isna().all()
    assert calibrated(part(facts={"weights": {"agreed": {"revenue": 1.0}}})) == {}
    assert calibrated(part(facts={"weights": {"weights": {"revenue": 1.0}}})) == {"revenue": 1.0}


def test_two_measures_of_one_kpi_are_told_apart(tmp_path: Path) -> None:
    first = {**SCHEME["measures"][0], "weight": 0.4}
    twice = {
        **first,
        "name": "team_revenue",
        "level": "team",
        "weight": 0.2,
        "target": {"fixed": 3000, "per": "month"},
    }
    results = small(tmp_path, 10, schemes=[{**SCHEME, "measures": [first, twice, SCHEME["measures"][1]]}])
    rows = blocks_of(weights(results, "en"), Table)[0].rows
    assert [row[0] for row in rows][:3] == [
        "Net sales · revenue",
        "Net sales · team_revenue",
        "Customer visits",
    ]


def test_two_kpis_that_differ_in_brackets_alone_keep_them(tmp_path: Path) -> None:
    base, measure = {**SCHEME["measures"][1], "weight": 0.2}, {"new": "新客户", "old": "老客户"}
    kpis = {
        f"{which}_visits": {"name": {"en": f"Visits ({which} customers)", "zh": f"拜访次数（{chinese}）"}}
        | {"formula": {"en": "counted", "zh": "计数"}, "category": "process", "unit": "count"}
        | {"direction": "higher", "numerator": {"table": "activities", "sql": "count(*)", "date": "done_on"}}
        for which, chinese in measure.items()
    }
    measures = [SCHEME["measures"][0], *({**base, "name": w, "kpi": f"{w}_visits"} for w in measure)]
    results = small(tmp_path, 10, schemes=[{**SCHEME, "measures": measures}], kpis=kpis)
    for language, names in (
        ("en", ["Net sales", "Visits (new customers)", "Visits (old customers)"]),
        ("zh", ["净销售额", "拜访次数（新客户）", "拜访次数（老客户）"]),
    ):
        assert [row[0] for row in blocks_of(weights(results, language), Table)[0].rows][:3] == names


def rows_of_picture(**changed: Any) -> pd.DataFrame:
    given = {
        "label": ["Net sales", "Customer visits"],
        "agreed": [0.6, 0.4],
        "acting": [1.02, -0.02],
        "low": [0.98, np.nan],
        "high": [1.06, np.nan],
        "ranges": [0.8, 0.2],
        "weights": [0.61, 0.39],
    }
    return pd.DataFrame({**given, **changed})


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_picture_is_drawn_alike_twice_for_page_and_telephone(language: str) -> None:
    words = dict.fromkeys(("agreed", "acting", "ranges", "weights"), "约定" if language == "zh" else "mark")

    def drawn(rows: pd.DataFrame) -> Figure:
        with styled(language):
            return acting_picture(rows, words, lambda x: percent(x, language), "what it says")

    whole, again = drawn(rows_of_picture()), drawn(rows_of_picture())
    assert whole == again and whole.narrow != whole.svg and "what it says" in whole.svg
    today = drawn(rows_of_picture(ranges=[np.nan] * 2, weights=[np.nan] * 2))
    assert len(today.svg) < len(whole.svg)
