"""CSV: read back the same by others and by us; no formula gets through."""

import csv
import io
from decimal import Decimal
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.errors import ReportError
from toolkit.report.tables import read_csv, write_csv


def cells(path: Path) -> list[list[str]]:
    """The file as Python's own csv module reads it."""
    return list(csv.reader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline="")))


def test_a_table_as_it_stands_in_the_file(tmp_path: Path) -> None:
    money = pd.Series(
        pa.array([Decimal("12345.60"), None], pa.decimal128(20, 2)), dtype=pd.ArrowDtype(pa.decimal128(38, 2))
    )
    frame = pd.DataFrame(
        {
            "participant": ["王喆", 'O\'Neil, "Bo"'],
            "value": [0.1 + 0.2, np.nan],
            "rows": [3, 0],
            "payout": money,
            "hired_on": pd.to_datetime(["2026-03-31", None]),
            "chosen": [True, False],
            "missing": ["", None],
        }
    )
    write_csv(frame, tmp_path / "t.csv")
    assert (tmp_path / "t.csv").read_bytes().decode("utf-8") == (
        "\ufeffparticipant,value,rows,payout,hired_on,chosen,missing\n"
        "王喆,0.30000000000000004,3,12345.60,2026-03-31,true,\n"
        '"O\'Neil, ""Bo""",,0,,,false,\n'
    )


@pytest.mark.parametrize(
    "text", ["=1+1", "+cmd", "-2+3", "@SUM(A1)", "\tx", "\r=x", "＝1", "-", "+86 138", "=5", "-1,5"]
)
def test_what_looks_like_a_formula_gets_an_apostrophe(text: str, tmp_path: Path) -> None:
    write_csv(pd.DataFrame({"name": [text], text: [1.0]}), tmp_path / "t.csv")
    header, row = cells(tmp_path / "t.csv")
    assert row[0] == f"'{text}" and header[1] == f"'{text}"
    back = read_csv(tmp_path / "t.csv")
    assert back["name"].tolist() == [text] and back.columns.tolist() == ["name", text]


@pytest.mark.parametrize("text", ["-5", "+3.25", "-1e5", "-.5", "−3 %", "a=b", "王", "'quoted'"])
def test_numbers_and_plain_words_stay_as_they_are(text: str, tmp_path: Path) -> None:
    write_csv(pd.DataFrame({"name": [text]}), tmp_path / "t.csv")
    assert cells(tmp_path / "t.csv")[1] == [text]


NAMES = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\x00"), max_size=12)


@given(
    rows=st.lists(st.tuples(NAMES, st.floats(allow_nan=True, allow_infinity=False)), min_size=1, max_size=8)
)
def test_any_text_and_number_comes_back_the_same(
    rows: list[tuple[str, float]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("csv") / "t.csv"
    frame = pd.DataFrame(rows, columns=["name", "value"]).astype({"name": "str", "value": "float64"})
    write_csv(frame, path)
    pd.testing.assert_frame_equal(read_csv(path), frame)
    strict = cells(path)
    assert [row[0].removeprefix("'") for row in strict[1:]] == [name.removeprefix("'") for name, _ in rows]


def test_python_reads_the_bits_that_were_written(tmp_path: Path) -> None:
    values = np.random.default_rng(7).normal(size=500) * 10.0 ** np.arange(-250, 250)
    write_csv(pd.DataFrame({"value": values}), tmp_path / "t.csv")
    assert [float(row[0]) for row in cells(tmp_path / "t.csv")[1:]] == values.tolist()


def test_codes_stay_text_and_money_stays_exact(tmp_path: Path) -> None:
    exact = pd.ArrowDtype(pa.decimal128(20, 2))
    frame = pd.DataFrame(
        {
            "participant": ["007", "42"],
            "period": ["2026", "2026-Q1"],
            "payout": pd.Series([Decimal("0.10"), Decimal("90071992547409.93")], dtype=exact),
            "value": [np.nan, np.nan],
        }
    )
    write_csv(frame, tmp_path / "t.csv")
    pd.testing.assert_frame_equal(read_csv(tmp_path / "t.csv"), frame)


def test_an_empty_table_keeps_its_header(tmp_path: Path) -> None:
    write_csv(
        pd.DataFrame({"participant": pd.Series([], dtype="str"), "value": pd.Series([], dtype=float)}),
        tmp_path / "t.csv",
    )
    assert cells(tmp_path / "t.csv") == [["participant", "value"]]
    assert read_csv(tmp_path / "t.csv").empty


def test_rows_beyond_one_batch_are_all_there(tmp_path: Path) -> None:
    frame = pd.DataFrame({"name": [f"P{i},x" for i in range(450_000)], "value": np.arange(450_000) / 7})
    write_csv(frame, tmp_path / "t.csv")
    pd.testing.assert_frame_equal(read_csv(tmp_path / "t.csv"), frame)


def test_a_time_of_day_is_kept(tmp_path: Path) -> None:
    write_csv(pd.DataFrame({"at": pd.to_datetime(["2026-03-31 10:30:00"])}), tmp_path / "t.csv")
    assert cells(tmp_path / "t.csv")[1][0].startswith("2026-03-31 10:30:00")


@pytest.mark.parametrize("bad", [np.inf, -np.inf])
def test_an_infinite_number_is_refused_by_column(bad: float, tmp_path: Path) -> None:
    with pytest.raises(ReportError) as caught:
        write_csv(pd.DataFrame({"kpi": ["a"], "value": [bad]}), tmp_path / "t.csv")
    problem = caught.value.problems[0]
    assert (problem.code, problem.where, problem.column) == ("report.not_finite", "t.csv", "value")
    assert not (tmp_path / "t.csv").exists()
