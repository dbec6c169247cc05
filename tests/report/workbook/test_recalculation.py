"""LibreOffice computes every formula of every rule and mechanic anew and gets the toolkit's numbers."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest
import xlsxwriter

from tests.report.workbook.clients import appraised, client_targets, panel, roster, scheme
from tests.report.workbook.office import differences, formulas, recalculated, spoiled, values
from tests.report.workbook.plans import PLANS, SALES, VISITS, mixed
from toolkit.report.workbook import formulas as excel
from toolkit.report.workbook.inputs import Tables
from toolkit.report.workbook.write import write_workbook

pytestmark = [pytest.mark.office, pytest.mark.slow]
SEEDS = (1, 2)
CASES = [(name, seed) for name in PLANS for seed in SEEDS]


@pytest.fixture(scope="module")
def computed(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, int], tuple[Tables, Path, Path]]:
    """Every plan's tables, its workbook, and what LibreOffice made of a copy with wrong cached values."""
    folder = tmp_path_factory.mktemp("plans")
    (folder / "wrong").mkdir()
    made = {}
    for name, seed in CASES:
        tables = PLANS[name](seed)
        language = "zh" if seed % 2 else "en"
        made[name, seed] = (tables, write_workbook(tables, folder / f"{name}_{seed}.xlsx", language))
    wrong = [spoiled(path, folder / "wrong" / path.name) for _, path in made.values()]
    out = recalculated(wrong, folder)
    return {key: (*made[key], path) for key, path in zip(made, out, strict=True)}


@pytest.mark.parametrize(("name", "seed"), CASES)
def test_every_formula_computes_what_python_computed(name: str, seed: int, computed: dict) -> None:
    _, written, out = computed[name, seed]
    assert len(formulas(written)) > 150
    assert differences(written, out) == []


@pytest.mark.parametrize(("name", "seed"), CASES)
def test_payouts_are_the_tables_to_the_cent(name: str, seed: int, computed: dict) -> None:
    tables, _, out = computed[name, seed]
    rows = tables.payouts[tables.payouts["period"] == tables.payouts["period"].max()]
    earned = tables.components
    rows = rows.merge(earned[["participant", "period"]].drop_duplicates(), on=["participant", "period"])
    book = openpyxl.load_workbook(out, data_only=True)
    name_of = "奖金核算" if seed % 2 else "Payouts"
    found = {}
    for row in book[name_of].iter_rows(min_row=6, values_only=True):
        if row[1] in set(rows["participant"]):
            found[row[1]] = [value for value in row if value is not None][-1]
    assert len(found) == len(rows) > 0
    places = Decimal(1).scaleb(-{"JPY": 0, "KWD": 3}.get(next(iter(tables.schemes)).currency, 2))
    for who, payout in zip(rows["participant"], rows["payout"], strict=True):
        assert Decimal(repr(float(found[who]))).quantize(places) == Decimal(str(payout)).quantize(places)
        assert abs(float(found[who]) - float(payout)) < 1e-6  # nothing hides behind the rounding


def test_the_proof_would_notice_values_that_were_not_computed(computed: dict) -> None:
    _, written, out = computed["rules", 1]
    wrong = out.parents[1] / "wrong" / written.name
    assert len(differences(written, wrong)) == len(formulas(written))
    assert -987654.25 in set(values(wrong).values())
    assert -987654.25 not in set(values(out).values())


@pytest.mark.parametrize("seed", [8, 9])
def test_many_random_schemes_in_one_workbook_of_stacked_forms(seed: int, tmp_path: Path) -> None:
    tables = mixed(seed=seed, count=14, size=9)
    assert len(tables.participants) > 100
    written = write_workbook(tables, tmp_path / "mixed.xlsx", "en")
    out = recalculated([spoiled(written, tmp_path / "wrong.xlsx")], tmp_path)[0]
    assert len(formulas(written)) > 5000
    assert differences(written, out) == []


EDITED = (
    "rules",
    "zero",
    "carry",
    "items",
    "by_rank",
    "by_shares_in_teams",
    "factors",
    "draw",
    "by_measure",
    "rates",
    "cumulative",
    "pool",
    "pool_in_teams",
    "team_measure",
)


def test_an_actual_changed_in_the_workbook_is_scored_and_paid_as_python_does(tmp_path: Path) -> None:
    """Changed are a sale, an actual at an edge, one below zero, and one that is taken out."""
    for folder in ("edited", "expected"):
        (tmp_path / folder).mkdir()
    for name in EDITED:
        before = PLANS[name](1)
        path = write_workbook(before, tmp_path / f"{name}.xlsx", "en")
        _edit(path, tmp_path / "edited" / path.name, before)
        write_workbook(PLANS[name](1, EDITS), tmp_path / "expected" / path.name, "en")
    out = recalculated([tmp_path / "edited" / f"{name}.xlsx" for name in EDITED], tmp_path)
    for name, path in zip(EDITED, out, strict=True):
        expected = tmp_path / "expected" / path.name
        assert differences(tmp_path / f"{name}.xlsx", expected) != [], f"{name}: the edit changes nothing"
        assert differences(expected, path) == [], name


EDITS = {
    ("e01", "net_sales"): 2_345_678.91,
    ("e02", "visits"): 40.0,
    ("e10", "net_sales"): -12_345.6,
    ("e11", "visits"): None,
    ("e12", "net_sales"): 1_520_000.0,
}


def _edit(path: Path, out: Path, tables: Tables) -> None:
    """Type the edits into the yellow cells of the forms, as HR would."""
    book = openpyxl.load_workbook(path)
    names = tables.participants.set_index("participant")["name"]
    found = next(iter(tables.schemes))
    heads = {cell.value: cell.column for cell in book[str(names["e01"])][4]}
    for (who, kpi), value in EDITS.items():
        for i, measure in enumerate(found.measures):
            if measure.kpi == kpi and measure.level in (None, "individual"):
                cell = book[str(names[who])].cell(5 + i, heads["Actual"])
                assert not cell.protection.locked
                cell.value = value
    book.save(out)


def test_products_of_money_are_exact_at_any_size(tmp_path: Path) -> None:
    """Against decimals: ties, tiny and huge amounts, ratios of 8 decimals, returns."""
    draw = np.random.default_rng(3)
    cases = []
    for _ in range(1500):
        # The results fit the 15 digits that a spreadsheet keeps.
        amount = Decimal(int(draw.integers(0, 10 ** int(draw.integers(1, 12))))) / 100
        ratio = Decimal(int(draw.integers(0, 10 ** int(draw.integers(1, 11))))) / 10**8
        cases.append((amount, ratio))
    cases += [
        (Decimal("0.01"), Decimal("0.5")),
        (Decimal("1.01"), Decimal("1.5")),
        (Decimal("99999999.99"), Decimal("9.99999999")),
    ]
    with xlsxwriter.Workbook(tmp_path / "products.xlsx") as book:
        sheet = book.add_worksheet("x")
        for row, (amount, ratio) in enumerate(cases):
            sheet.write_row(row, 0, [float(amount), float(ratio), -float(amount)])
            at = (f"A{row + 1}", f"B{row + 1}", f"C{row + 1}")
            sheet.write_formula(row, 3, excel.times(at[0], at[1], "CNY"))
            sheet.write_formula(row, 4, excel.commission([(at[2], at[1])], at[2], "CNY"))
            sheet.write_formula(row, 5, excel.commission([(at[0], at[1]), (at[0], at[1])], at[0], "KWD"))
            sheet.write_formula(row, 6, excel.commission([(at[0], at[1])], at[0], "JPY"))
            sheet.write_formula(row, 7, excel.scaled(at[0], at[1]))
    out = recalculated([tmp_path / "products.xlsx"], tmp_path)[0]
    found = pd.DataFrame(openpyxl.load_workbook(out, data_only=True)["x"].values)
    for row, (amount, ratio) in enumerate(cases):
        exact = amount * ratio
        expected = (exact, -exact, 2 * exact, exact, exact)
        for column, (value, places) in enumerate(
            zip(expected, ("0.01", "0.01", "0.001", "1", "0.0001"), strict=True), 3
        ):
            whole = value.quantize(Decimal(places), ROUND_HALF_UP)
            got = Decimal(repr(float(found.iat[row, column]))).quantize(Decimal(places), ROUND_HALF_UP)
            assert got == whole, (amount, ratio, places)


def test_a_half_at_the_ninth_decimal_is_rounded_alike(tmp_path: Path) -> None:
    """Odd cents over a target of 2,000,000 always end in a 5 at the ninth decimal."""
    people = roster(6, 1)
    actuals = panel(people, 1)
    sold = actuals["kpi"] == "net_sales"
    actuals.loc[sold, "value"] = 1_600_000.01 + 10_000.02 * np.arange(sold.sum())
    goals = client_targets(people).assign(target=2_000_000.0)
    tables = appraised(scheme(SALES, VISITS), people, actuals, goals)
    written = write_workbook(tables, tmp_path / "ties.xlsx", "en")
    out = recalculated([written], tmp_path)[0]
    assert differences(written, out) == []
