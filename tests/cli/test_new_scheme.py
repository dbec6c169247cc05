"""`kpi new --scheme`: a scheme template becomes the engagement's own."""

import datetime as dt
from pathlib import Path

import pytest

from tests.cli.test_engagement import kpi, said
from toolkit.assets import asset
from toolkit.catalogue.load import load_catalogue
from toolkit.errors import Problems
from toolkit.periods import Calendar
from toolkit.review.lint.lint import lint
from toolkit.scheme.load import read_schemes
from toolkit.scheme.scheme import Scheme, Schemes

TEMPLATES = sorted(path.stem for path in asset("templates", "schemes").glob("*.yaml"))
STAGES = {"entry", "growth", "mature"}


def read(path: Path) -> Scheme:
    problems = Problems()
    found = read_schemes([path], Calendar(), load_catalogue(), problems)
    assert not list(problems)
    return found[0]


def test_there_are_eight_for_roles_and_every_stage_of_a_company() -> None:
    assert len(TEMPLATES) == 8
    assert {name.rsplit("_", 1)[1] for name in TEMPLATES} == STAGES


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_is_sound_bilingual_and_follows_the_article(name: str) -> None:
    path = asset("templates", "schemes", f"{name}.yaml")
    scheme = read(path)
    assert scheme.name == name and set(scheme.title) == {"en", "zh"}
    kpis = load_catalogue()
    held = [kpis[m.kpi] for m in scheme.measures]
    assert 5 <= len(held) <= 8
    assert {k.category for k in held} == {"result", "process", "quality", "growth"}
    roles = {role for k in held for role in k.roles} - {"all"}
    assert not roles or set(scheme.applies_to["role"]) <= roles


@pytest.mark.parametrize("name", TEMPLATES)
@pytest.mark.parametrize("packs", [("core", "cn"), ("core",), ("cn",)])
def test_the_linter_finds_nothing_in_a_template(name: str, packs: tuple[str, ...]) -> None:
    scheme = read(asset("templates", "schemes", f"{name}.yaml"))
    found = lint(Schemes((scheme,), Calendar(), load_catalogue()), packs=packs)  # type: ignore[arg-type]
    assert found[["code", "where", "message"]].values.tolist() == []


@pytest.mark.parametrize("name", TEMPLATES)
def test_new_writes_the_template_in_force_from_the_next_quarter(name: str, tmp_path: Path) -> None:
    result = kpi("new", tmp_path / "acme", "--scheme", name)
    assert result.exit_code == 0 and f"kpi map {tmp_path / 'acme'}" in said(result)
    made = read(tmp_path / "acme" / "schemes" / f"{name}.yaml")
    begins, today = made.effective.from_, dt.date.today()
    assert begins.day == 1 and begins.month in (1, 4, 7, 10)
    assert dt.timedelta(0) < begins - today <= dt.timedelta(92)
    assert made.version == f"{begins:%Y-%m}"
    template = read(asset("templates", "schemes", f"{name}.yaml"))
    assert made.measures == template.measures and made.pay == template.pay
    assert (tmp_path / "acme" / "data").is_dir()


def test_the_data_can_be_asked_for_next(tmp_path: Path) -> None:
    assert kpi("new", tmp_path / "acme", "--scheme", "key_account_mature", "-l", "zh").exit_code == 0
    asked = kpi("request", tmp_path / "acme", "--out", tmp_path / "ask.xlsx")
    assert asked.exit_code == 0 and (tmp_path / "ask.xlsx").exists(), asked.output


def test_a_template_is_added_to_an_engagement_and_never_over_a_file(tmp_path: Path) -> None:
    kpi("new", tmp_path / "acme", "--scheme", "hunter_growth")
    assert kpi("new", tmp_path / "acme", "--scheme", "manager_mature").exit_code == 0
    kept = tmp_path / "acme" / "schemes" / "hunter_growth.yaml"
    kept.write_text("mine", encoding="utf-8")
    again = kpi("new", tmp_path / "acme", "--scheme", "channel_growth", "--scheme", "hunter_growth")
    assert again.exit_code == 2 and "hunter_growth.yaml exists already" in said(again)
    assert kept.read_text(encoding="utf-8") == "mine"
    assert not (tmp_path / "acme" / "schemes" / "channel_growth.yaml").exists()


def test_a_sample_and_a_template_go_together(tmp_path: Path) -> None:
    result = kpi("new", tmp_path / "acme", "--from", "manufacturer", "--scheme", "hunter_growth")
    assert result.exit_code == 0
    names = {path.name for path in (tmp_path / "acme" / "schemes").glob("*.yaml")}
    assert "hunter_growth.yaml" in names and len(names) == 4
    assert kpi("check", tmp_path / "acme").exit_code == 0


def test_everything_wrong_is_said_at_once_and_nothing_made(tmp_path: Path) -> None:
    result = kpi("new", tmp_path / "acme", "--from", "nobody", "--scheme", "key_account_matur")
    assert result.exit_code == 2 and not (tmp_path / "acme").exists()
    assert "There is no sample nobody" in said(result)
    assert "There is no scheme template key_account_matur; choose one of: channel_growth" in said(result)
