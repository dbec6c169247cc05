"""Forms about weights in: what was judged comes back, and every way in which a form must not come back."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from tests.design.ask.weighing.forms import (
    OWN,
    best_worst_filled,
    edited,
    opened,
    pairs_filled,
    put,
    refused,
    returned,
    scheme,
    sent,
    values_filled,
)
from tests.report.client import engagement
from toolkit.data.engagement import Engagement
from toolkit.data.load import load_engagement
from toolkit.design.ask import (
    Respondent,
    collect_judgements,
    load_judgements,
    write_weight_forms,
)
from toolkit.errors import DataError

SCHEME = "field@2026-01"
PAIRS = {(0, 1): 3, (0, 2): -2, (0, 3): 1, (1, 2): -5, (2, 3): 4}  # the pair 1, 3 left blank


def rows(frame: pd.DataFrame) -> list[tuple[object, ...]]:
    return [tuple(row) for row in frame.itertuples(index=False)]


def test_without_forms_everything_is_empty(client: Engagement) -> None:
    found = load_judgements(client)
    assert found.forms == () and found.returned.empty and found.pairs.empty
    assert list(found.pairs.columns[:6]) == ["respondent", "method", "first", "second", "ratio", "kind"]
    assert list(found.values.columns[:4]) == ["respondent", "method", "measure", "value"]
    assert found.pairs["ratio"].dtype == "float64" and found.returned["asked"].dtype == "int64"


@pytest.mark.parametrize("language", ["en", "zh"])
def test_comparisons_come_back(language: str, client: Engagement, tmp_path: Path) -> None:
    form = pairs_filled(sent(client, tmp_path / "f", "pairwise", language=language), PAIRS, 4, language)
    returned(client, form)
    found = load_judgements(client)
    assert rows(found.pairs) == [
        ("p001", "pairwise", "m0", "m1", 3.0, "pair", SCHEME),
        ("p001", "pairwise", "m0", "m2", 0.5, "pair", SCHEME),
        ("p001", "pairwise", "m0", "m3", 1.0, "pair", SCHEME),
        ("p001", "pairwise", "m1", "m2", 0.2, "pair", SCHEME),
        ("p001", "pairwise", "m2", "m3", 4.0, "pair", SCHEME),
    ]
    assert rows(found.blank) == [("p001", "pairwise", "m1", "m3", SCHEME)]
    name = "01 p001 王喆堃.xlsx"
    assert rows(found.returned) == [(name, "p001", "王喆堃", "field", "pairwise", SCHEME, 6, 5)]
    assert [path for path, _ in found.forms] == [f"answers/weights/{name}"]


def test_names_and_numbers_may_be_typed_by_hand(client: Engagement, tmp_path: Path) -> None:
    cells = {"D8": " net  SALES", "E8": "３", "D9": "Ｗin rate", "E9": " 7 ", "D10": "EQUAL", "E10": 1}
    returned(client, put(sent(client, tmp_path / "f", "pairwise"), cells))
    assert load_judgements(client).pairs["ratio"].tolist() == pytest.approx([3, 1 / 7, 1])


def test_answers_that_contradict_each_other_are_no_fault(client: Engagement, tmp_path: Path) -> None:
    from toolkit.design import ahp, pairwise

    ratios = {(0, 1): 9, (1, 2): 9, (0, 2): -9, (0, 3): 5, (1, 3): -5, (2, 3): 5}
    returned(client, pairs_filled(sent(client, tmp_path / "f", "pairwise"), ratios, 4))
    found = load_judgements(client).pairs
    said = {(a, b): r for a, b, r in found[["first", "second", "ratio"]].itertuples(index=False)}
    assert len(found) == 6 and ahp(pairwise(["m0", "m1", "m2", "m3"], said)).consistency_ratio > 0.1


def test_best_and_worst_come_back_as_pairs_of_two_kinds(client: Engagement, tmp_path: Path) -> None:
    form = best_worst_filled(sent(client, tmp_path / "f", "best_worst"), [2, 1, 8, 4], [4, 8, 1, 2])
    returned(client, form)
    found = load_judgements(client)
    assert rows(found.pairs[["first", "second", "ratio", "kind"]]) == [
        ("m1", "m0", 2.0, "best"),
        ("m1", "m2", 8.0, "best"),
        ("m1", "m3", 4.0, "best"),
        ("m0", "m2", 4.0, "worst"),
        ("m1", "m2", 8.0, "worst"),
        ("m3", "m2", 2.0, "worst"),
    ]
    assert rows(found.returned[["asked", "answered"]]) == [(8, 8)]


@pytest.mark.parametrize(
    ("method", "values", "expected", "blank"),
    [
        ("points", [50, "30", 20.0, None], [50, 30, 20, 0], []),  # what is blank of 100 has none
        ("points", [33.3, 33.3, 33.4, 0], [33.3, 33.3, 33.4, 0], []),
        ("swing", [100, None, 0, 40.5], [100, 0, 40.5], ["m1"]),
        ("rank", [1, 2, 2, 4], [1, 2, 2, 4], []),
        ("rank", [1, 2, 2, 3], [1, 2, 2, 4], []),
        ("rank", [1, 3, None, 4], [1, 2, 3], ["m2"]),  # a gap is closed, the order stands
    ],
)
def test_values_come_back(
    method: str,
    values: list[Any],
    expected: list[float],
    blank: list[str],
    client: Engagement,
    tmp_path: Path,
) -> None:
    returned(client, values_filled(sent(client, tmp_path / "f", method), values))
    found = load_judgements(client)
    assert found.values["value"].tolist() == expected and set(found.values["method"]) == {method}
    assert found.blank["first"].tolist() == blank
    assert found.returned["answered"].tolist() == [sum(v is not None for v in values)]


@pytest.mark.parametrize("method", ["pairwise", "best_worst", "points", "swing", "rank"])
def test_a_form_sent_back_blank_says_nothing(method: str, client: Engagement, tmp_path: Path) -> None:
    returned(client, sent(client, tmp_path / "f", method))
    found = load_judgements(client)
    assert found.returned["answered"].tolist() == [0] and found.pairs.empty and found.values.empty
    assert len(found.blank) == (6 if method == "pairwise" else 4)


# What somebody may write, and the fault it is: method, cells, code, cell told.
FAULTS = [
    ("pairwise", {"D8": "Net sales", "E8": 10}, "ask.off_scale", "E8"),
    ("pairwise", {"D8": "Net sales", "E8": 0}, "ask.off_scale", "E8"),
    ("pairwise", {"D8": "Net sales", "E8": 2.5}, "ask.off_scale", "E8"),
    ("pairwise", {"D8": "Net sales", "E8": "much"}, "ask.off_scale", "E8"),
    ("pairwise", {"D8": "Net sales", "E8": True}, "ask.off_scale", "E8"),
    ("pairwise", {"D8": "Net sales", "E8": "nan"}, "ask.off_scale", "E8"),
    ("pairwise", {"D8": "Win rate", "E8": 3}, "ask.not_offered", "D8"),  # of another pair
    ("pairwise", {"D8": "the first", "E8": 3}, "ask.not_offered", "D8"),
    ("pairwise", {"D8": "Net sales"}, "ask.no_times", "E8"),
    ("pairwise", {"E8": 3}, "ask.times_alone", "E8"),
    ("pairwise", {"D8": "Net sales", "E8": 1}, "ask.more_by_one", "E8"),
    ("pairwise", {"D8": "Equal", "E8": 4}, "ask.equal_by_more", "E8"),
    ("pairwise", {"D8": "=C8", "E8": 3}, "ask.formula", "D8"),
    ("pairwise", {"D8": "Equal", "D13": "Equal"}, "ask.disconnected", "D9"),
    ("pairwise", {"C8": "Sales"}, "ask.edited", "C8"),
    ("pairwise", {"L20": "see me"}, "ask.extra", "L20"),
    ("points", {"E8": 40, "E9": 40}, "ask.not_hundred", "E8:E11"),
    ("points", {"E8": 99.4}, "ask.not_hundred", "E8:E11"),
    ("points", {"E8": 120, "E9": -20}, "ask.off_range", "E8"),
    ("points", {"E8": "half", "E9": 50, "E10": 50}, "ask.off_range", "E8"),
    ("swing", {"E8": 90, "E9": 20}, "ask.no_hundred", "E8:E11"),
    ("swing", {"E8": 101}, "ask.off_range", "E8"),
    ("rank", {"E8": 5}, "ask.off_scale", "E8"),
    ("rank", {"E9": 1.5}, "ask.off_scale", "E9"),
]


@pytest.mark.parametrize(("method", "cells", "code", "cell"), FAULTS)
def test_what_must_not_be_is_refused_with_its_cell(
    method: str, cells: dict[str, Any], code: str, cell: str, client: Engagement, tmp_path: Path
) -> None:
    returned(client, put(sent(client, tmp_path / "f", method), cells))
    problem = refused(client)[0]
    assert (problem.code, problem.column) == (code, cell)
    assert problem.where.startswith("01 p001 王喆堃.xlsx · ")


BEST_WORST = {"D7": "Net sales", "D8": "Win rate", "E12": 2, "E13": 6, "E14": 3, "F11": 6, "F12": 3, "F14": 2}


@pytest.mark.parametrize(
    ("changed", "code", "cell"),
    [
        ({"E12": 1}, "ask.two_best", "E12"),
        ({"F14": 1}, "ask.two_worst", "F14"),
        ({"D8": "Net sales"}, "ask.best_is_worst", "D8"),
        ({"D8": "nobody"}, "ask.not_offered", "D8"),
        ({"D7": None}, "ask.left_blank", "D7"),
        ({"F12": None}, "ask.left_blank", "F12"),
        ({"E11": 3}, "ask.itself", "E11"),
        ({"E13": 7}, "ask.best_worst_differ", "F11"),
        ({"E14": 0}, "ask.off_scale", "E14"),
    ],
)
def test_faults_of_best_worst(
    changed: dict[str, Any], code: str, cell: str, client: Engagement, tmp_path: Path
) -> None:
    returned(client, put(sent(client, tmp_path / "f", "best_worst"), BEST_WORST | changed))
    assert (code, cell) in [(p.code, p.column) for p in refused(client)]
    assert len(refused(client)) <= 2


def test_the_forms_of_best_worst_are_sound_without_those_faults(client: Engagement, tmp_path: Path) -> None:
    returned(client, put(sent(client, tmp_path / "f", "best_worst"), BEST_WORST))
    assert len(load_judgements(client).pairs) == 6


def test_a_disconnected_form_names_both_sides(client: Engagement, tmp_path: Path) -> None:
    returned(client, put(sent(client, tmp_path / "f", "pairwise"), {"D8": "Equal", "D13": "Equal"}))
    (problem,) = refused(client)
    assert problem.value == "Net sales, Customer visits"
    assert problem.values["others"] == "Win rate, New customers won"


def spoilt_mark(book: Any) -> None:
    cell = book["kpi_ask"]["A2"]
    cell.value = cell.value.replace("p001", "p003")


@pytest.mark.parametrize(
    ("edit", "codes"),
    [
        (spoilt_mark, ["ask.mark_changed"]),
        (lambda b: b.remove(b["kpi_ask"]), ["ask.not_ours"]),
        (lambda b: b.remove(b["Working"]), ["ask.no_sheet"]),
        (lambda b: b.create_sheet("Notes"), ["ask.extra_sheet"]),
        (lambda b: b["Working"].__setitem__("A14", "Sales"), ["ask.edited"]),
        (lambda b: b["Comparisons"].delete_rows(8), ["ask.edited"] * 5 + ["ask.more_edited"]),
    ],
)
def test_what_was_changed_beside_the_yellow_cells_is_told(
    edit: Callable[[Any], object], codes: list[str], client: Engagement, tmp_path: Path
) -> None:
    returned(client, edited(sent(client, tmp_path / "f", "pairwise"), edit))
    assert [p.code for p in refused(client)] == codes


def test_a_form_of_another_engagement_or_about_kpis(client: Engagement, tmp_path: Path) -> None:
    from tests.design.ask import forms as about_kpis

    folder = engagement(tmp_path / "other", name="other", schemes=[scheme(4)], kpis=OWN)
    returned(client, sent(load_engagement(folder), tmp_path / "a", "points"), "a.xlsx")
    returned(client, about_kpis.sent(client, tmp_path / "b", "p002"), "b.xlsx")
    assert [(p.code, p.where, p.value) for p in refused(client)] == [
        ("ask.other_client", "a.xlsx", "other"),
        ("ask.other_questions", "b.xlsx", "kpis"),
    ]


def client_with(tmp_path: Path, name: str, changed: dict[str, Any]) -> Engagement:
    return load_engagement(engagement(tmp_path / name, schemes=[changed], kpis=OWN))


def test_measures_that_the_scheme_lost_are_named(client: Engagement, tmp_path: Path) -> None:
    """Three became two, and one of those measures another KPI: the form's answers are about neither."""
    changed = scheme(3)
    changed["measures"][1]["kpi"] = "cash"
    later = client_with(tmp_path, "later", changed)
    returned(later, sent(client, tmp_path / "f", "pairwise"))
    (problem,) = refused(later)
    assert problem.code == "ask.measures_gone" and problem.where == "01 p001 王喆堃.xlsx"
    assert problem.value == "Customer visits (m1), New customers won (m3)"
    assert problem.values["scheme"] == SCHEME


def test_a_form_about_a_scheme_that_is_gone(client: Engagement, tmp_path: Path) -> None:
    later = client_with(tmp_path, "later", scheme(4, name="fields"))
    returned(later, sent(client, tmp_path / "f", "pairwise"))
    (problem,) = refused(later)
    assert (problem.code, problem.value, problem.values["known"]) == (
        "ask.no_such_scheme",
        SCHEME,
        "fields@2026-01",
    )


def test_a_new_version_with_the_same_measures_takes_the_form(client: Engagement, tmp_path: Path) -> None:
    later = client_with(tmp_path, "later", scheme(5, version="2026-07"))
    returned(later, values_filled(sent(client, tmp_path / "f", "points"), [25, 25, 25, 25]))
    found = load_judgements(later)
    assert set(found.values["scheme"]) == {"field@2026-07"} and found.values["measure"].nunique() == 4


def test_two_forms_of_one_person_are_refused_and_of_two_schemes_are_not(
    client: Engagement, tmp_path: Path
) -> None:
    returned(client, values_filled(sent(client, tmp_path / "a", "points"), [25] * 4), "a.xlsx")
    returned(client, values_filled(sent(client, tmp_path / "b", "rank"), [1, 2, 3, 4]), "b.xlsx")
    (problem,) = refused(client)
    assert (problem.code, problem.where, problem.values["other"]) == ("ask.twice", "b.xlsx", "a.xlsx")
    other = scheme(3, name="inside", applies_to={"role": ["inside"]})
    first = scheme(4, applies_to={"role": ["field"]})
    folder = engagement(tmp_path / "both", schemes=[first, other], kpis=OWN)
    both = load_engagement(folder)
    for name, numbers in (("field", [25] * 4), ("inside", [50, 30, 20])):
        (form,) = write_weight_forms(both, tmp_path / name, "p001", scheme=name, method="points")
        returned(both, values_filled(form, numbers), f"{name}.xlsx")
    found = load_judgements(both)
    assert found.values.groupby("scheme")["value"].sum().to_dict() == {SCHEME: 100, "inside@2026-01": 100}
    inside = found.of("inside@2026-01")
    assert len(inside.values) == 3 and [name for name, _ in inside.forms] == ["answers/weights/inside.xlsx"]


def test_forms_are_taken_in_together_or_not_at_all(client: Engagement, tmp_path: Path) -> None:
    good = values_filled(sent(client, tmp_path / "a", "points", "p001"), [40, 20, 20, 20])
    bad = values_filled(sent(client, tmp_path / "b", "points", "p002"), [40, 20, 20, 30])
    with pytest.raises(DataError) as error:
        collect_judgements(client, [good, bad])
    assert [(p.code, p.value) for p in error.value.problems] == [("ask.not_hundred", "110")]
    assert not (client.folder / "answers").exists()
    assert [p.name for p in collect_judgements(client, [good])] == ["01 p001 王喆堃.xlsx"]
    assert collect_judgements(client, [good]) == ()
    assert load_judgements(client).values["value"].tolist() == [40, 20, 20, 20]


def test_people_outside_the_roster_come_back_with_their_role(client: Engagement, tmp_path: Path) -> None:
    director = Respondent("d1", "=Bo & Co", "总监")
    (form,) = write_weight_forms(client, tmp_path / "f", [director], method="points")
    returned(client, values_filled(form, [100, 0, 0, 0]))
    assert rows(load_judgements(client).returned[["respondent", "name", "role"]]) == [tuple(director)]


@pytest.mark.office
@pytest.mark.parametrize("method", ["pairwise", "best_worst", "rank"])
def test_a_form_saved_by_libreoffice_says_the_same(method: str, client: Engagement, tmp_path: Path) -> None:
    from tests.report.workbook.office import recalculated

    form = sent(client, tmp_path / "f", method, language="zh")
    if method == "pairwise":
        pairs_filled(form, PAIRS, 4, "zh")
    elif method == "best_worst":
        best_worst_filled(form, [1, 2, 3, 8], [8, 4, 3, 1])
    else:
        values_filled(form, [1, 2, 2, 4])
    (saved,) = recalculated([form], tmp_path)
    assert saved.read_bytes() != form.read_bytes()
    shutil.copy(saved, tmp_path / "copy.xlsx")
    returned(client, saved, "one.xlsx")
    by_office = load_judgements(client)
    (client.folder / "answers" / "weights" / "one.xlsx").unlink()
    returned(client, form, "one.xlsx")
    as_sent = load_judgements(client)
    for name in ("returned", "pairs", "values", "blank"):
        pd.testing.assert_frame_equal(getattr(by_office, name), getattr(as_sent, name))
    assert len(as_sent.pairs) + len(as_sent.values) > 3


def test_the_sample_is_as_planted() -> None:
    """Near 40/20/20/20; salespeople give visits less and satisfaction more; one apart, one to redo."""
    from toolkit.assets import asset
    from toolkit.design import aggregate_priorities, outlying
    from toolkit.design.weights.people import judges_of

    client = load_engagement(asset("templates", "engagements", "manufacturer"))
    found = load_judgements(client)
    names = ["revenue", "visits", "conversion", "satisfaction"]
    judges = judges_of(found, "field_sales", names)
    given = pd.DataFrame([j.weights for j in judges], [j.person.respondent for j in judges], names)
    assert len(given) == 12 and (found.returned["answered"] == found.returned["asked"]).sum() == 11
    together = dict(zip(names, aggregate_priorities(given), strict=True))
    assert together == pytest.approx(
        {"revenue": 0.4, "visits": 0.2, "conversion": 0.2, "satisfaction": 0.2}, abs=0.03
    )
    managers, sales = (given[given.index.str.startswith(side)].median() for side in "MS")
    assert managers["visits"] > sales["visits"] and managers["satisfaction"] < sales["satisfaction"]
    assert [j.person.respondent for j in judges if j.inconsistent] == ["S008"]
    apart = outlying(given)
    assert apart.index[apart["outlying"]].tolist() == ["S019"]


def test_a_workbook_is_never_changed_by_reading(client: Engagement, tmp_path: Path) -> None:
    form = returned(client, values_filled(sent(client, tmp_path / "f", "points"), [40, 20, 20, 20]))
    before = form.read_bytes()
    load_judgements(client)
    assert form.read_bytes() == before and opened(form)["kpi_ask"].sheet_state == "veryHidden"
