"""S: what the scheme alone shows of the scoring rules of its lines."""

import pytest

from tests.review.lint.hand_made import found, scorecard, with_fields, with_parts
from toolkit.review.lint.families.scoring import at_nothing, highest
from toolkit.review.lint.look import Look
from toolkit.scheme.parts import Pool
from toolkit.scheme.pay import PayPlan
from toolkit.scheme.scheme import Schemes

CAPPED = {"measures.revenue.scoring": {"proportional": {"from": 0.6, "cap": 1.0}}}
RANK = {"rank": {"best": 100.0, "step": 5.0, "worst": 40.0, "least": 12}}
LINE = {"curve": {"x": "attainment", "points": [[0.6, 60.0], [1.2, 120.0]]}}


def ranked(**changes: object) -> Schemes:
    return with_parts({"measures.visits.scoring": {"rank": {**RANK["rank"], **changes}}})


def test_S01_finds_lines_that_all_end_at_100() -> None:
    ((where, message),) = found("S01", with_parts(CAPPED))
    assert where == "measures" and "all 3 lines end at 100 points" in message


def test_S01_passes_one_line_above_100_and_items_that_add() -> None:
    assert found("S01") == []  # revenue goes to 120
    both = with_parts({**CAPPED, "items": [{"name": "key_account", "points": 2.0, "most": 6.0}]})
    assert found("S01", both) == []


def test_S02_finds_a_line_without_a_cap() -> None:
    ((where, message),) = found("S02", with_parts({"measures.revenue.scoring": {"proportional": {}}}))
    assert where == "measures.revenue.scoring"
    # an uncapped rule ends at ten times the target; 60 % of 1,000 points
    assert "1,000 of 100 points" in message and "600 points of the total" in message and "60 %" in message


def test_S02_passes_a_line_of_150() -> None:
    edge = {"proportional": {"from": 0.6, "cap": 1.5}}
    assert found("S02", with_parts({"measures.revenue.scoring": edge})) == []
    assert len(found("S02", with_parts({"measures.revenue.scoring": {"proportional": {"cap": 1.51}}}))) == 1


def test_S03_finds_a_line_of_500_points() -> None:
    ((where, message),) = found("S03", with_parts({"measures.revenue.out_of": 500.0}))
    assert where == "measures.revenue.out_of"
    assert "out of 500 points, its neighbours out of 20 and 100" in message


def test_S03_passes_lines_out_of_100_or_out_of_their_weight() -> None:
    assert found("S03") == []  # visits weigh 20 % and are written out of 20
    points = {"measures.revenue.out_of": 60.0, "measures.satisfaction.out_of": 20.0}
    assert found("S03", with_parts(points)) == []


def test_S04_finds_a_rank_among_few() -> None:
    ((where, message),) = found("S04", ranked(least=2))
    assert where == "measures.visits.scoring.rank" and "as few as 2 participants" in message


def test_S04_counts_who_is_ranked_in_the_scorecard() -> None:
    six, twelve = (scorecard([[1.0, 1.0]] * count, "visits") for count in (6, 12))
    ((_, message),) = found("S04", ranked(), scorecard=six)
    assert "only 6 participants are ranked" in message and "at least 10" in message
    assert found("S04", ranked(least=2), scorecard=twelve) == []


def test_S04_finds_a_rank_beside_cooperation() -> None:
    team = with_parts({"measures.visits.scoring": RANK, "measures.revenue.level": "team"})
    ((_, message),) = found("S04", team)
    assert "asks for cooperation (Net sales)" in message
    scheme = ranked()["field_sales"]
    pooled = with_fields(measures=scheme.measures, pay=PayPlan(pool=Pool(amount=1000.0)))
    ((_, message),) = found("S04", pooled)
    assert "a shared pool" in message


def test_S04_passes_a_large_field_of_rivals() -> None:
    assert found("S04", ranked()) == [] and found("S04") == []


def test_S05_finds_twenty_points_a_place() -> None:
    ((where, message),) = found(
        "S05", with_parts({"measures.revenue.scoring": {"rank": {"best": 100.0, "step": 20.0}}})
    )
    assert where == "measures.revenue.scoring.rank.step"
    assert "costs 20.0 points" in message and "12.0 of the total" in message


def test_S05_passes_a_small_step_and_reads_the_points_of_the_line() -> None:
    assert found("S05", with_parts({"measures.revenue.scoring": RANK})) == []
    out_of_twenty = ranked(best=20.0, step=4.0, worst=0.0)  # visits are out of 20: 4 are 20 of 100
    assert len(found("S05", out_of_twenty)) == 1


BANDS = "measures.satisfaction.scoring"


def test_S07_finds_a_step_of_forty_points() -> None:
    ((where, message),) = found("S07")  # the example's bands: 30, 60 and 100
    assert where == BANDS
    assert "jumps by 40.0 points at the step 100 %" in message and "8.0 points of the total" in message


def test_S07_finds_all_or_nothing_at_the_entry() -> None:
    ((_, message),) = found("S07", with_parts({BANDS: {"bands": [[0.9, 100.0]]}}))
    assert "100.0 points at the entry threshold 90 %" in message and "limit 60.0" in message


def test_S07_finds_steps_of_a_matrix() -> None:
    grid = {
        "with": "revenue",
        "rows": [0.5, 1.0],
        "columns": [0.5, 1.0],
        "values": [[40.0, 50.0], [60.0, 75.0]],
    }
    ((_, message),) = found("S07", with_parts({BANDS: {"matrix": grid}}))
    assert "25.0 points at neighbouring cells" in message  # 75 less 50


def test_S07_passes_small_steps_lines_and_a_threshold_of_sixty() -> None:
    small = [[0.0, 30.0], [0.7, 45.0], [0.8, 64.0], [0.9, 82.0], [1.0, 100.0]]
    assert found("S07", with_parts({BANDS: {"bands": small}})) == []
    assert found("S07", with_parts({BANDS: LINE})) == []


DEDUCT = {"deduct": {"points": 2.0, "per": 0.01}}


def test_S12_finds_a_scheme_that_only_takes_off() -> None:
    ((where, message),) = found("S12", with_parts({"measures.revenue.scoring": DEDUCT}))
    assert where == "measures"
    assert "80 % of the weight" in message and "Net sales and Customer visits" in message


def test_S12_passes_a_small_part_and_items_that_add() -> None:
    assert found("S12") == []  # visits, 20 %
    change = {"measures.revenue.scoring": DEDUCT, "items": [{"name": "prize", "points": 2.0, "most": 4.0}]}
    assert found("S12", with_parts(change)) == []


SASAC = {"plus_minus": {"base": 30.0, "per": 0.03, "plus": 1.0, "minus": 1.0, "most": 6.0, "least": 6.0}}


def test_S13_finds_points_for_nothing() -> None:
    parts = {"measures.revenue.scoring": SASAC, "measures.revenue.out_of": 30.0}
    ((where, message),) = found("S13", with_parts(parts))
    assert where == "measures.revenue.scoring"
    assert "80.0 of 100 points" in message and "48.0 of the total" in message  # 24 of 30, weight 60 %


def test_S13_passes_a_start_of_thirty() -> None:
    assert found("S13") == []


@pytest.mark.parametrize(
    ("kpi", "scoring", "given"),
    [
        (
            "net_sales",
            {"curve": {"x": "actual", "points": [[10.0, 55.0], [20.0, 100.0]], "below": 50.0}},
            50.0,
        ),
        ("complaint_rate", {"curve": {"x": "actual", "points": [[0.0, 100.0], [0.1, 20.0]]}}, 20.0),
        ("net_sales", {"rank": {"best": 100.0, "step": 5.0, "worst": 60.0}}, 60.0),
        ("net_sales", {"rating": [[1.0, 20.0], [5.0, 100.0]]}, 20.0),
    ],
)
def test_what_a_line_gives_for_nothing(kpi: str, scoring: dict[str, object], given: float) -> None:
    schemes = with_parts({"measures.revenue.kpi": kpi, "measures.revenue.scoring": scoring})
    look = Look(schemes["field_sales"], schemes, {}, "en")
    assert at_nothing(look, schemes["field_sales"].measure("revenue")) == given


def test_the_most_of_a_matrix_and_of_a_rank() -> None:
    grid = {"with": "visits", "rows": [0.5], "columns": [0.5, 1.0], "values": [[40.0, 130.0]]}
    schemes = with_parts({"measures.revenue.scoring": {"matrix": grid}})
    assert highest(schemes["field_sales"].measure("revenue")) == 130.0
    assert highest(ranked(best=20.0, worst=0.0)["field_sales"].measure("visits")) == 100.0  # of 20 points
