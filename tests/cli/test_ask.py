"""`kpi ask` on the command line: forms out, answers in, what is shown and what is refused."""

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

import toolkit.cli.ask  # noqa: F401  (importing it registers the command)
from tests.design.ask.forms import answered, put
from tests.report.client import engagement, person
from toolkit.cli import app


def kpi(*words: object) -> Result:
    env = {"COLUMNS": "200", "TERM": "dumb"}
    return CliRunner(env=env).invoke(app, [str(word) for word in words])


def said(*words: object, code: int = 0) -> str:
    result = kpi(*words)
    assert result.exit_code == code, result.output
    assert "Traceback" not in result.output
    return re.sub(r"\s+", " ", re.sub(r"\x1b\[[0-9;]*m", "", result.output))


@pytest.fixture
def client(tmp_path: Path) -> Path:
    people = [person(at, name=f"[red]P{at}" if at == 1 else f"P{at}") for at in range(1, 5)]
    return engagement(tmp_path / "client", people, measure=["net_sales", "visits", "calls"])


def test_help_has_examples() -> None:
    words = said("ask", "--help")
    assert "Example: kpi ask acme --about kpis" in words and "--collect returned/*.xlsx" in words


def test_from_forms_to_means_and_proposals(
    client: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    words = said("ask", client, "--by", "2026-07-15")
    assert "4 forms in client-ask-kpis" in words and "--collect FILES" in words
    forms = sorted((tmp_path / "client-ask-kpis").iterdir())
    for at, path in enumerate(forms[:3]):
        # 3, 4, 5 on influence: mean 4, sd 1, t(.95; 2) = 2.92 ÷ √3: 4 ± 1.69
        given = {(0, "influence"): 3 + at} | ({(1, "clarity"): 2} if at else {})
        answered(path, {(i, q): v for (i, q), v in given.items()})
    put(forms[0], 2, {"C6": "[bold]赢单率", "D6": "says more"})
    words = said("ask", client, "--collect", *forms[:3])
    assert "3 forms taken in." in words
    assert "[red]P1 1 of 9" in words and "P2 2 of 9" in words
    assert "Net sales 4.0 (2.3–5.0; 3)" in words
    assert re.search(r"Customer visits \(2\)", words)
    assert "[bold]赢单率 says more Win rate" in words
    assert "1 form taken in; the others were there already." in said("ask", client, "--collect", *forms)
    words = said("ask", client, "--read", "-l", "zh")
    assert "净销售额 4.0（2.3–5.0；3）" in words and "已作答" in words


def test_asked_are_the_briefs_candidates_or_those_named(client: Path, tmp_path: Path) -> None:
    import openpyxl

    def asked(out: str, *more: object) -> list[str]:
        said("ask", client, "--respondents", "p002", "--out", tmp_path / out, *more)
        (path,) = (tmp_path / out).iterdir()
        sheet = openpyxl.load_workbook(path).worksheets[1]
        return [sheet[f"C{row}"].value for row in range(8, 14) if sheet[f"C{row}"].value]

    assert asked("a") == ["Net sales", "Customer visits", "Phone calls made"]
    assert asked("b", "--kpi", "win_rate,visits", "--kpi", "calls") == [
        *("Win rate", "Customer visits", "Phone calls made"),
    ]
    brief = "candidates: [win_rate, visits, net_sales, calls, new_customers]\n"
    (client / "kpi_brief.yaml").write_text(brief, encoding="utf-8")
    assert asked("c") == [
        *("Win rate", "Customer visits", "Net sales", "Phone calls made", "New customers won"),
    ]


def test_nothing_back_yet(client: Path) -> None:
    assert "No form has come back yet" in said("ask", client, "--read")


def test_what_is_wrong_is_told_by_cell_and_nothing_taken_in(client: Path, tmp_path: Path) -> None:
    said("ask", client, "--out", tmp_path / "forms")
    one, two, *_ = sorted((tmp_path / "forms").iterdir())
    answered(one, {(0, "influence"): 7, (1, "gaming"): "a lot"})
    words = said("ask", client, "--collect", one, two, code=2)
    assert (
        "01 p001 redP1.xlsx · KPIs, F8: «7» is no answer of the scale. Write a whole number from 1 to"
        in words
    )
    assert "KPIs, H9: «a lot» is no answer" in words and "2 problems; nothing was written" in words
    assert not (client / "answers").exists()
    words = said("ask", client, "--collect", two, "-l", "zh", code=0)
    assert "已收入 1 份表格" in words and "0 / 9" in words and "平均得分" not in words


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("--about", "weather"), "nothing is asked about «weather». Choose one of: kpis, weights."),
        (("--respondents", "p9"), "«p9» is not in the roster"),
        (("--kpi", "vists"), "the KPI «vists» is not known; like it: visits"),
        (("--collect",), "no form is named"),
        (("--collect", "gone.xlsx"), "gone.xlsx: the file cannot be opened"),
    ],
)
def test_what_cannot_be_done_is_refused(
    words: tuple[str, ...], expected: str, client: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert expected in said("ask", client, *words, code=2)
    assert [p.name for p in tmp_path.iterdir()] == ["client"]
