"""What a form says as it is filled in, as LibreOffice computes it, against the methods and by hand."""

import re
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.design.ask.weighing.conftest import Measures
from tests.design.ask.weighing.forms import (
    FIRST_BEST,
    FIRST_PAIR,
    FIRST_VALUE,
    best_worst_filled,
    pairs_filled,
    put,
    sent,
    values_filled,
)
from tests.report.workbook.office import recalculated, values
from toolkit.design import ahp, best_worst, pairwise, rank_order_centroid
from toolkit.design.weights.judged.ahp import accepted_ratio
from toolkit.language import text

pytestmark = pytest.mark.office
SHEETS = {
    method: text(f"ask.weights.{method}.sheet", "en")
    for method in ("pairwise", "best_worst", "points", "swing", "rank")
}
Ratios = dict[tuple[int, int], int]
Cells = dict[tuple[str, str], Any]


def computed(forms: dict[str, Path], folder: Path) -> dict[str, Cells]:
    """Every form as LibreOffice has it after computing, one start for all of them."""
    out = folder / "filled"
    out.mkdir()
    paths = [path.rename(out / f"{name}.xlsx") for name, path in forms.items()]
    return {path.stem: values(path) for path in recalculated(paths, folder)}


def random_ratios(draw: np.random.Generator, n: int, blank: int = 0, noise: float = 0.4) -> Ratios:
    """Comparisons on Saaty's scale about random weights, some left out but so that all stay linked."""
    weights = draw.dirichlet(np.full(n, 2.0))
    ratios = {}
    for i, j in combinations(range(n), 2):
        ratio = weights[i] / weights[j] * np.exp(draw.normal(0, noise))
        times = int(np.clip(round(max(ratio, 1 / ratio)), 1, 9))
        ratios[i, j] = 1 if times == 1 else times if ratio > 1 else -times
    removable = [pair for pair in ratios if pair[0] != 0]  # those with the first keep all linked
    for at in draw.permutation(len(removable))[:blank]:
        del ratios[removable[at]]
    return ratios


def matrix(ratios: Ratios, n: int) -> np.ndarray:
    return pairwise(n, {pair: float(r) if r > 0 else 1 / -r for pair, r in ratios.items()})


def shown_ratio(said: str) -> float:
    """The consistency ratio that a sentence names."""
    found = re.search(r"ratio (\d+\.\d+)", said)
    assert found, said
    return float(found[1])


def suggestion(said: str, names: list[str]) -> tuple[int, int]:
    """Which row to look at again, and what the others point to: 3, -3 or 1 as in `Ratios`."""
    found = re.fullmatch(r"No\. (\d+)\. You say: .+\. Your other answers point to: (.+)\.", said)
    assert found, said
    row = int(found[1]) - 1
    if found[2] == "Equal":
        return row, 1
    name, times = re.fullmatch(r"(.+) (\d) times", found[2]).groups()  # type: ignore[union-attr]
    first, second = list(combinations(names, 2))[row]
    return row, int(times) if name == first else -int(times) if name == second else 0


CASES = [
    *((n, 0, noise) for n in (3, 4, 5, 7) for noise in (0.2, 1.0)),
    *((4, 1, 0.5), (5, 3, 0.5), (6, 4, 0.6), (9, 10, 0.4)),
]


def test_live_weights_and_consistency_are_those_of_ahp(with_measures: Measures, tmp_path: Path) -> None:
    """Weights agree to rounding; so does the ratio of complete answers, that of incomplete ones to 0.001."""
    draw, given, forms, clients = np.random.default_rng(11), {}, {}, {}
    for at, (n, blank, noise) in enumerate(CASES):
        if n not in clients:
            clients[n] = with_measures(n)
        client = clients[n]
        given[f"case{at}"] = (n, blank, ratios := random_ratios(draw, n, blank, noise))
        forms[f"case{at}"] = pairs_filled(sent(client, tmp_path / f"f{at}", "pairwise"), ratios, n)
    judged_again = 0
    for name, cells in computed(forms, tmp_path).items():
        n, blank, ratios = given[name]
        form = {cell: value for (sheet, cell), value in cells.items() if sheet == SHEETS["pairwise"]}
        table, near = matrix(ratios, n), 1e-9 if not blank else 1e-3
        judged, accepted = ahp(table), accepted_ratio(table)
        assert cells["Working", "D5"] == pytest.approx(judged.consistency_ratio, abs=near)
        assert cells["Working", "D6"] == pytest.approx(accepted, abs=1e-9)
        live = [form[f"J{FIRST_PAIR + i}"] for i in range(n)]
        assert live == pytest.approx(judged.weights.tolist(), abs=1e-9)
        assert form["D3"] == f"{len(ratios)} of {n * (n - 1) // 2}"
        well = judged.consistency_ratio <= accepted
        assert form["D4"].startswith("Good" if well else "Please look again") and "Err" not in form["D4"]
        assert shown_ratio(form["D4"]) == pytest.approx(judged.consistency_ratio, abs=0.0015)
        if well:
            assert form["D5"] == "–"
            continue
        kpis = [form[f"I{FIRST_PAIR + i}"] for i in range(n)]
        row, then = suggestion(form["D5"], kpis)
        pair = list(combinations(range(n), 2))[row]
        changed = ahp(matrix(ratios | {pair: then}, n)).consistency_ratio
        assert changed < judged.consistency_ratio and then != ratios[pair]
        judged_again += 1
    assert judged_again >= 4


def test_comparisons_that_fall_apart_or_are_unfinished_are_told(
    with_measures: Measures, tmp_path: Path
) -> None:
    client, forms = with_measures(4), {}
    filled: dict[str, Ratios] = {
        "none": {},
        "apart": {(0, 1): 3, (2, 3): -2},
        "tree": {(0, 1): 3, (1, 2): 1, (2, 3): -2},
    }
    for name, ratios in filled.items():
        forms[name] = pairs_filled(sent(client, tmp_path / name, "pairwise"), ratios, 4)
    found = computed(forms, tmp_path)
    said = {
        name: {c: v for (s, c), v in cells.items() if s == "Comparisons"} for name, cells in found.items()
    }
    assert said["none"]["D4"] == "Nothing compared yet." and said["none"]["D3"] == "0 of 6"
    assert said["apart"]["D4"] == (
        "Not yet linked with Net sales: Win rate, New customers won. Answer a pair that links them."
    )
    assert "J8" not in said["apart"] and said["apart"]["D5"] == "–"
    assert said["tree"]["D4"].startswith("All KPIs are linked, so weights follow.")
    # 3 : 1 : 1 : 2 of 7
    assert [said["tree"][f"J{row}"] for row in range(8, 12)] == pytest.approx([3 / 7, 1 / 7, 1 / 7, 2 / 7])
    assert said["tree"]["G8"] == "Net sales: moderately more important"
    assert said["tree"]["G13"] == "New customers won: slightly more important"


def test_each_row_says_what_it_lacks(with_measures: Measures, tmp_path: Path) -> None:
    form = put(
        sent(with_measures(4), tmp_path / "f", "pairwise"),
        {"D8": "Net sales", "E9": 3, "D10": "Equal", "E10": 4, "D11": "Visits", "E11": 3, "D12": "Equal"}
        | {"D13": "win rate ", "E13": "7"},
    )
    cells = computed({"a": form}, tmp_path)["a"]
    assert [cells["Comparisons", f"G{row}"] for row in range(8, 14)] == [
        "How many times? 2 to 9",
        "Which of the two counts more?",
        "Equal: leave the number blank, or 1",
        "Please choose from the list",
        "Customer visits = New customers won: equally important",
        "Win rate: very strongly more important",
    ]
    assert cells["Comparisons", "D3"] == "2 of 6; 4 not finished, see the words in the row"


def test_two_measures_cannot_contradict_each_other(with_measures: Measures, tmp_path: Path) -> None:
    form = pairs_filled(sent(with_measures(2), tmp_path / "f", "pairwise"), {(0, 1): -4}, 2)
    cells = computed({"a": form}, tmp_path)["a"]
    assert cells["Comparisons", "D4"] == "One comparison decides; nothing can contradict it."
    assert [cells["Comparisons", f"J{row}"] for row in (8, 9)] == pytest.approx([0.2, 0.8])


def test_live_best_worst_has_the_input_based_consistency(with_measures: Measures, tmp_path: Path) -> None:
    given = {
        # Rezaei (2016), example of section 5: over 2 1 4 3 8, under 4 8 2 3 1
        "rezaei": ([2, 1, 4, 3, 8], [4, 8, 2, 3, 1]),
        "exact": ([1, 2, 4, 4, 8], [8, 4, 2, 2, 1]),
        "bad": ([1, 8, 2, 9, 3], [9, 7, 2, 1, 8]),
    }
    client = with_measures(5)
    forms = {
        name: best_worst_filled(sent(client, tmp_path / name, "best_worst"), over, under)
        for name, (over, under) in given.items()
    }
    forms["equal ends"] = best_worst_filled(
        sent(client, tmp_path / "e", "best_worst"), [1, 2, 3, 4, 5], [1, 2, 3, 4, 5]
    )
    forms["half"] = best_worst_filled(
        sent(client, tmp_path / "h", "best_worst"), [1, 2, None, 9, 8], [8, None, 2, 1, 1]
    )
    found = {
        name: {c: v for (s, c), v in cells.items() if s == SHEETS["best_worst"]}
        for name, cells in computed(forms, tmp_path).items()
    }
    for name, (over, under) in given.items():
        judged, said = best_worst(over, under), found[name]
        assert shown_ratio(said["D4"]) == pytest.approx(judged.consistency_ratio, abs=5e-4)
        assert judged.threshold is not None
        assert said["D4"].startswith("Good") == (judged.consistency_ratio <= judged.threshold)
        weights = [said[f"H{FIRST_BEST + i}"] for i in range(5)]
        assert sum(weights) == pytest.approx(1)
        assert np.argmax(weights) == over.index(1) and np.argmin(weights) == under.index(1)
        if name != "bad":
            # least squares against the linear programme: near where the answers fit together
            assert weights == pytest.approx(judged.weights.tolist(), abs=0.03)
    # |8 × 7 − 9| / (81 − 9) = 47/72 is the largest disagreement: KPI 2
    assert shown_ratio(found["bad"]["D4"]) == pytest.approx(47 / 72, abs=5e-4)
    assert found["bad"]["D5"] == (
        "Customer visits: Net sales counts 8 times as much as it, and it counts 7 times as much as "
        "New customers won; together 56 times, where you say 9 times."
    )
    assert "same" in found["equal ends"]["D4"]
    assert found["half"]["D4"].startswith("Still to answer: Customer visits, Win rate")
    assert found["half"]["G15"].startswith("1 would make it as little important")


def test_points_say_how_many_are_left(client: Any, tmp_path: Path) -> None:
    given = {
        "none": ([None] * 4, "100 points to share out."),
        "left": ([42, 20, 20, None], "So far 82 of 100 points; 18 left."),
        "over": ([40, 30, 20, "15"], "105 points: 5 too many."),
        "done": ([40, 33.3, 13.3, 13.4], "100 points shared out. Done."),
        "wrong": ([40, "a lot", 20, 20], "There is an entry that is no number from 0 to 100."),
    }
    forms = {
        name: values_filled(sent(client, tmp_path / name, "points"), numbers)
        for name, (numbers, _) in given.items()
    }
    found = computed(forms, tmp_path)
    assert {name: cells["Points", "D4"] for name, cells in found.items()} == {
        name: said for name, (_, said) in given.items()
    }
    assert [found["done"]["Points", f"G{row}"] for row in range(8, 12)] == pytest.approx(
        [0.4, 0.333, 0.133, 0.134]
    )
    assert found["wrong"]["Points", f"F{FIRST_VALUE + 1}"] == "A number from 0 to 100, please"


def test_swings_want_one_hundred_and_places_tell_their_gaps(client: Any, tmp_path: Path) -> None:
    swings = {
        "no top": ([90, 20, 20, 10], "The largest so far is 90; one must be 100."),
        "some": (
            [100, 20, None, 10],
            "One is 100; KPIs with a number: 3 of 4. What is blank gets no weight from you.",
        ),
        "all": ([100, 50, 50, 0], "All KPIs have a number and one is 100. Done."),
    }
    places = {
        "gap": ([1, 1, 4, None], "Places still open: 3."),
        "gaps": ([2, 4, 4, None], "Places still open: 1, 3."),
        "race": ([1, 2, 2, 4], "All KPIs have a place. Done."),
        "dense": ([3, 1, 2, 2], "All KPIs have a place. Done."),
        "few": ([1, None, None, 2], "KPIs with a place: 2 of 4; weights follow when all have one."),
        "far": ([1, 5, 2, 3], "There is an entry that is no place from 1 to 4."),
    }
    forms = {f"s {n}": values_filled(sent(client, tmp_path / n, "swing"), v) for n, (v, _) in swings.items()}
    forms |= {f"r {n}": values_filled(sent(client, tmp_path / n, "rank"), v) for n, (v, _) in places.items()}
    found = computed(forms, tmp_path)
    assert {n: found[f"s {n}"]["Steps", "D4"] for n in swings} == {n: said for n, (_, said) in swings.items()}
    assert {n: found[f"r {n}"]["Order", "D4"] for n in places} == {n: said for n, (_, said) in places.items()}
    live = [found["s all"]["Steps", f"G{row}"] for row in range(8, 12)]
    assert live == pytest.approx([0.5, 0.25, 0.25, 0])
    assert "G10" not in {cell for sheet, cell in found["s some"] if sheet == "Steps"}  # not judged, not 0
    for name in ("race", "dense"):
        live = [found[f"r {name}"]["Order", f"G{row}"] for row in range(8, 12)]
        assert live == pytest.approx(rank_order_centroid(places[name][0]).tolist())


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_live_cell_computes_in_both_languages(language: str, client: Any, tmp_path: Path) -> None:
    forms = {}
    for method in SHEETS:
        forms[method] = sent(client, tmp_path / method, method, language=language)
    pairs_filled(
        forms["pairwise"], {(0, 1): 9, (0, 2): -9, (0, 3): 1, (1, 2): 9, (1, 3): 5, (2, 3): 9}, 4, language
    )
    best_worst_filled(forms["best_worst"], [1, 2, 3, 8], [8, 2, 9, 1])
    for method, numbers in (
        ("points", [50, 50, 10, None]),
        ("swing", [100, 1, 2, 3]),
        ("rank", [1, 2, 2, 4]),
    ):
        values_filled(forms[method], numbers)
    latin = re.compile("[A-Za-z]{2,}")
    for method, cells in computed(forms, tmp_path).items():
        shown = [str(value) for (sheet, _), value in cells.items() if sheet != "kpi_ask"]
        assert not [s for s in shown if s.startswith(("#", "Err:"))], method
        if language == "zh":
            strange = {s for s in shown if latin.search(s)} - {"2026-07-15"}
            assert {s for s in strange if not re.search("p001|xlsx|SQL", s)} == set(), method
