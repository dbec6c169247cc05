"""`kpi ask --about weights`: forms out, judgements in, who returned what with which weights."""

from pathlib import Path

import pytest

from tests.cli.test_ask import said
from tests.design.ask.weighing.forms import OWN, pairs_filled, scheme, sent, values_filled
from tests.report.client import engagement, person
from toolkit.data.load import load_engagement


@pytest.fixture
def client(tmp_path: Path) -> Path:
    people = [person(at, name=f"[red]P{at}" if at == 1 else f"P{at}") for at in range(1, 4)]
    return engagement(tmp_path / "client", people, schemes=[scheme(3)], kpis=OWN)


def test_help_names_the_methods() -> None:
    words = said("ask", "--help")
    assert "kpi ask acme --about weights" in words and "best_worst" in words


def test_from_forms_to_weights(client: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    words = said("ask", client, "--about", "weights", "--by", "2026-07-15")
    assert "3 forms in client-ask-weights" in words and "--about weights --collect FILES" in words
    one, two, three = sorted((tmp_path / "client-ask-weights").iterdir())
    pairs_filled(one, {(0, 1): 2, (0, 2): 2, (1, 2): 1}, 3)  # 50/25/25, without contradiction
    pairs_filled(two, {(0, 1): 9, (1, 2): 9, (0, 2): -9}, 3)  # a circle: each counts the same
    three.unlink()
    third = sent(load_engagement(client), tmp_path / "points", "points", "p003")
    values_filled(third, [50, 25, 25])
    words = said("ask", client, "--about", "weights", "--collect", one, two, third)
    assert "3 forms taken in." in words and "Field scheme · field@2026-01" in words
    assert "[red]P1 pairwise 3 of 3 0.00 good 50 % 25 % 25 %" in words
    assert "look again 33 % 33 % 33 %" in words
    assert "P3 100 points 3 of 3 – 50 % 25 % 25 %" in words
    # geometric means: .5·.5·1/3 to .25·.25·1/3, cube roots 4^(1/3) to 1
    assert "all together (geometric mean) 44 % 28 % 28 %" in words
    assert "contradict each other, and counted all the same: 1 form." in words
    words = said("ask", client, "--about", "weights", "--read", "-l", "zh")
    assert "两两比较" in words and "需复核" in words and "综合（几何平均） 44% 28% 28%" in words


def test_the_method_may_be_named(client: Path, tmp_path: Path) -> None:
    from tests.design.ask.weighing.forms import opened

    out = tmp_path / "forms"
    chosen = ("--method", "swing", "--scheme", "field", "--respondents", "p002")
    said("ask", client, "--about", "weights", *chosen, "--out", out, "-l", "zh")
    (form,) = out.iterdir()
    assert opened(form).sheetnames[1] == "提升价值"


def test_nothing_back_yet(client: Path) -> None:
    assert "No form has come back yet" in said("ask", client, "--about", "weights", "--read")


def test_a_blank_form_has_no_weights(client: Path, tmp_path: Path) -> None:
    form = sent(load_engagement(client), tmp_path / "f", "points", "p002")
    words = said("ask", client, "--about", "weights", "--collect", form)
    assert "P2 100 points 0 of 3 – – – –" in words and words.count("all together") == 1


def test_a_form_about_weights_is_told_from_one_about_kpis(client: Path, tmp_path: Path) -> None:
    form = sent(load_engagement(client), tmp_path / "f", "points", "p002")
    assert "Read it in with --about «weights»" in said("ask", client, "--collect", form, code=2)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("--about", "weights", "--method", "dice"), "weights are not asked by «dice»"),
        (("--about", "weights", "--scheme", "feild"), "there is no scheme «feild»; like it: field@2026-01"),
        (("--about", "weights", "--kpi", "visits"), "«--kpi» is for forms about KPIs"),
        (("--method", "points"), "«--method» is for forms about weights"),
        (("--about", "weights", "--collect"), "no form is named"),
    ],
)
def test_what_cannot_be_done_is_refused(
    words: tuple[str, ...], expected: str, client: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert expected in said("ask", client, *words, code=2)
    assert [p.name for p in tmp_path.iterdir()] == ["client"]
