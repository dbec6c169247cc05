"""What-if by address: one value, several together, weights rescaled; the original stays."""

import copy
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.scheme.documents import KPIS, SCHEME, changed
from tests.scheme.everything import EVERYTHING
from tests.scheme.everything import KPIS as ALL_KPIS
from toolkit.errors import SchemeError
from toolkit.periods import Calendar
from toolkit.scheme import Proportional, Schemes, build_scheme, replace_at, reweight

GATED = changed("pay.gates", [{"measure": "visits", "below": 0.8, "pays": 0}])
SCHEMES = Schemes((build_scheme(GATED), build_scheme(SCHEME | {"name": "inside"})), Calendar(), KPIS)


def weights(schemes: Schemes) -> dict[str, float]:
    return {m.name: m.weight for m in schemes["field_sales"].measures}


def test_a_point_of_the_pay_curve() -> None:
    tougher = replace_at(SCHEMES, "field_sales.pay.curve.points.0.0", 70)
    assert tougher["field_sales"].pay.curve.points == ((70, 0), (100, 1), (120, 1.5))  # type: ignore[union-attr]
    assert SCHEMES["field_sales"].pay.curve.points[0] == (60, 0)  # type: ignore[union-attr]
    assert tougher["inside"] is SCHEMES["inside"]


def test_places_are_named_as_people_name_them() -> None:
    eased = replace_at(
        SCHEMES,
        {
            "field_sales@2026-01.pay.gates.visits.pays": 0.5,
            "field_sales.measures.visits.scoring.bands.0.1": 40,
            "field_sales.measures.revenue.scoring.proportional.from": 0.5,
            "inside.grades.A": 95,
            "inside.effective.to": SCHEME["effective"]["from"],
        },
    )
    scheme = eased["field_sales"]
    assert scheme.pay.gates[0].pays == 0.5
    assert scheme.measure("visits").curve([0.1]).tolist() == [40]
    assert scheme.measure("revenue").curve([0.5]).tolist() == [50]
    assert eased["inside"].grades.edges["A"] == 95


def test_items_vetoes_modifiers_rates_and_shares_of_pay_have_addresses() -> None:
    schemes = Schemes((build_scheme(EVERYTHING),), Calendar(), ALL_KPIS)
    changes = {
        "pay.measures.revenue.share": 0.7,
        "pay.measures.collection.share": 0.3,
        "pay.measures.revenue.curve.points.1.1": 0.9,
        "vetoes.compliance_breach.pays": 0.5,
        "vetoes.collection.below": 0.4,
        "items.late_report.points": -3,
        "item_limits.down": 15,
        "pay.modifiers.margin.curve.below": 0.7,
        "pay.modifiers.1.grades.A": 1.5,
        "pay.modifiers.2.matrix.values.1.1": 1.3,
        "pay.rate.new_business.rate": 0.01,
        "pay.guarantee.months": 6,
        "grades.shares.A": 0.1,
        "grades.shares.C": 0.3,
        "measures.revenue.scoring.matrix.rows.1": 0.6,
        "measures.conduct.raters.self": 0.2,
        "measures.conduct.raters.manager": 0.5,
        "ramp.0": 0.3,
    }
    scheme = replace_at(schemes, {f"field_sales.{a}": v for a, v in changes.items()})["field_sales"]
    pay = scheme.pay
    assert (pay.measures["revenue"].share, pay.measures["revenue"].curve.points[1]) == (0.7, (1, 0.9))
    assert (scheme.vetoes[0].pays, scheme.vetoes[1].below, scheme.items[1].points) == (0.5, 0.4, -3)
    assert (pay.modifiers[0].curve.below, pay.modifiers[1].grades["A"]) == (0.7, 1.5)  # type: ignore[union-attr]
    assert pay.modifiers[2].matrix.values[1][1] == 1.3  # type: ignore[union-attr]
    assert (pay.rates[1].rate, pay.guarantee.months) == (0.01, 6)  # type: ignore[union-attr]
    assert scheme.measure("revenue").scoring.matrix.rows[1] == 0.6  # type: ignore[union-attr]
    assert (scheme.measure("conduct").raters["self"], scheme.ramp[0]) == (0.2, 0.3)


def test_two_gates_on_one_measure_are_told_apart_by_position() -> None:
    gates = [{"measure": "visits", "below": 0.5, "pays": 0}, {"measure": "visits", "below": 0.8, "pays": 0.5}]
    schemes = Schemes((build_scheme(changed("pay.gates", gates)),), Calendar(), KPIS)
    assert replace_at(schemes, "field_sales.pay.gates.1.pays", 0.6)["field_sales"].pay.gates[1].pays == 0.6
    with pytest.raises(SchemeError) as error:
        replace_at(schemes, "field_sales.pay.gates.visits.pays", 0.6)
    assert error.value.problems[0].values["known"] in ("0, 1", "1, 0")


def test_a_whole_part_may_be_replaced_by_data_or_by_its_object() -> None:
    by_data = replace_at(SCHEMES, "field_sales.measures.visits.scoring", {"proportional": {"from": 0.5}})
    by_object = replace_at(
        SCHEMES, "field_sales.measures.visits.scoring", {"proportional": Proportional(0.5)}
    )
    assert by_data.items == by_object.items
    assert by_data["field_sales"].measure("visits").scoring.kind == "proportional"


def test_one_weight_alone_is_refused_and_two_together_are_not() -> None:
    with pytest.raises(SchemeError) as error:
        replace_at(SCHEMES, "field_sales.measures.revenue.weight", 0.5)
    assert [p.code for p in error.value.problems] == ["scheme.weights_sum"]
    both = {"field_sales.measures.revenue.weight": 0.5, "field_sales.measures.visits.weight": 0.5}
    assert weights(replace_at(SCHEMES, both)) == {"revenue": 0.5, "visits": 0.5}


def test_a_version_with_points_in_it_is_addressed_whole() -> None:
    dotted = Schemes((build_scheme(changed("version", "1.2")),), Calendar(), KPIS)
    assert replace_at(dotted, "field_sales@1.2.currency", "EUR")["field_sales"].currency == "EUR"


def test_the_given_data_are_not_changed() -> None:
    before = copy.deepcopy(GATED)
    replace_at(SCHEMES, "field_sales.grades.A", 91)
    assert before == GATED


def test_reweighting_keeps_the_others_in_proportion() -> None:
    three = copy.deepcopy(SCHEME)
    three["measures"] = [
        dict(three["measures"][1], name=n, weight=w) for n, w in (("a", 0.4), ("b", 0.4), ("c", 0.2))
    ]
    found = weights(reweight(Schemes((build_scheme(three),), Calendar(), KPIS), "field_sales", {"a": 0.1}))
    assert found == pytest.approx({"a": 0.1, "b": 0.6, "c": 0.3})


def test_reweighting_all_measures_takes_them_as_given() -> None:
    assert weights(reweight(SCHEMES, "field_sales", {"revenue": 0.3, "visits": 0.7})) == {
        "revenue": 0.3,
        "visits": 0.7,
    }


def test_reweighting_a_measure_that_does_not_exist() -> None:
    with pytest.raises(SchemeError) as error:
        reweight(SCHEMES, "field_sales", {"visit": 0.3})
    assert error.value.problems[0].value == "visit"


@given(st.floats(0, 1))
def test_reweighted_weights_sum_to_exactly_one(weight: float) -> None:
    found = weights(reweight(SCHEMES, "field_sales", {"revenue": weight}))
    assert found["revenue"] == weight
    assert math.fsum(found.values()) == 1.0
