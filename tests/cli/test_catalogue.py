"""`kpi catalogue`: what it lists, how one KPI is shown, what it refuses."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.test_engagement import HOME, kpi, said
from toolkit.catalogue.load import load_catalogue, load_packs

KPIS = load_catalogue()


def listed(output: str) -> list[str]:
    """The ids in the first column."""
    return [word for line in output.splitlines() if (word := line.partition(" ")[0]) in KPIS]


def test_the_whole_list_names_every_kpi_in_full() -> None:
    result = kpi("catalogue")
    assert result.exit_code == 0 and listed(result.output) == list(KPIS)
    with_sql = sum(k.has_sql for k in KPIS.values())
    assert f"{len(KPIS)} of {len(KPIS)} KPIs, {with_sql} of them with SQL" in said(result)
    assert all(name in said(result) for name in load_packs())


def test_a_row_says_what_a_kpi_is() -> None:
    line = next(x for x in kpi("catalogue").output.splitlines() if x.startswith("win_rate "))
    assert line.split("  ")[0] == "win_rate" and [w.strip() for w in line.split("  ") if w.strip()] == [
        "win_rate", "Win rate", "result", "ratio", "higher", "lag", "yes",
    ]  # fmt: skip
    line = next(x for x in kpi("catalogue").output.splitlines() if x.startswith("shop_conversion "))
    assert line.split()[-2:] == ["lead", "–"]  # no SQL


def test_filters_and_words() -> None:
    assert listed(kpi("catalogue", "--category", "growth").output) == [
        name for name, k in KPIS.items() if k.category == "growth"
    ]
    assert listed(kpi("catalogue", "--search", "回款率").output)[0] == "collection_rate"
    assert "annual_contract_value" in listed(kpi("catalogue", "--industry", "saas").output)
    assert "annual_contract_value" not in listed(kpi("catalogue", "--role", "store").output)


def test_a_pack_gives_the_reasons() -> None:
    result = kpi("catalogue", "--pack", "hunter", "-l", "zh")
    pack = load_packs()["hunter"]
    assert listed(result.output) == list(pack.kpis)
    assert all(reason["zh"] in said(result) for reason in pack.kpis.values())
    assert pack.name["zh"] in said(result) and pack.purpose["zh"] in said(result)


def test_one_kpi_whole() -> None:
    words = said(kpi("catalogue", "win_rate"))
    win = KPIS["win_rate"]
    assert win.numerator and win.denominator
    for part in (win.formula["en"], win.numerator.sql, win.denominator.sql, win.needs["en"], win.source):
        assert part in words
    assert "deals, by closed_on, of participant" in words and win.gaming_risk["en"] in words
    assert kpi("catalogue", "P11").output == kpi("catalogue", "win_rate").output


def test_one_kpi_in_chinese_says_how_it_is_counted() -> None:
    words = said(kpi("catalogue", "won_within_90_days", "-l", "zh"))
    assert "同期群（当期记录的后续结果），观察 90 天" in words and "做数风险：推迟创建商机" in words
    stands = said(kpi("catalogue", "open_pipeline", "-l", "zh"))
    assert "deals，期末存量：自 created_on 起、closed_on 之前，归属 participant" in stands
    assert "适用岗位：各岗位" in stands and "出处：gaspwiki.pages.dev/v1/metrics/sales（P30）" in stands


def test_a_kpi_without_sql_says_who_supplies_it() -> None:
    assert "SQL: none: the client supplies the values in kpi_values" in said(kpi("catalogue", "market_share"))
    assert "由客户在 kpi_values 中提供数值" in said(kpi("catalogue", "market_share", "-l", "zh"))


@pytest.mark.parametrize("name", list(KPIS))
@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_kpi_can_be_shown(name: str, language: str) -> None:
    result = kpi("catalogue", name, "-l", language)
    assert result.exit_code == 0 and result.output.startswith(f"{name} · ")


def test_nothing_found_is_said() -> None:
    result = kpi("catalogue", "--search", "zebra")
    assert result.exit_code == 0 and said(result).strip() == "No KPI fits. Drop a filter or try other words."
    assert "没有符合条件的指标" in said(kpi("catalogue", "--search", "zebra", "-l", "zh"))


def test_unknown_words_are_refused_with_the_known_and_the_near() -> None:
    result = kpi("catalogue", "--category", "resul", "--role", "huntr", "--industry", "x", "--pack", "y")
    assert result.exit_code == 2
    words = said(result)
    assert "category: «resul» is not known. Nearest: result." in words
    assert "role: «huntr» is not known. Nearest: hunter" in words and "medical_rep" in words
    assert "4 problems found." in words and listed(result.output) == []
    assert "相近的有：hunter" in said(kpi("catalogue", "--role", "huntr", "-l", "zh"))


def test_an_unknown_kpi_is_refused_with_the_nearest() -> None:
    result = kpi("catalogue", "net_sale")
    assert result.exit_code == 2
    assert "there is no KPI «net_sale» in the catalogue. The nearest: net_sales" in said(result)


def test_a_kpi_and_filters_do_not_go_together() -> None:
    result = kpi("catalogue", "net_sales", "--role", "hunter", "--search", "x")
    assert result.exit_code == 2 and "--role, --search: one KPI is shown whole" in said(result)


def test_an_unknown_language_is_refused() -> None:
    assert kpi("catalogue", "-l", "xx").exit_code == 2


def test_help_has_examples() -> None:
    words = said(kpi("catalogue", "--help"))
    assert "Example: kpi catalogue net_sales -l zh" in words and "--pack" in words


def test_a_pipe_gets_ids_and_names_whole(tmp_path: Path) -> None:
    """Another program reads the list: however narrow the terminal it came from, nothing is cut or wrapped."""
    narrow = {**os.environ, "COLUMNS": "40", "PYTHONPATH": str(HOME), "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(
        [sys.executable, "-m", "toolkit.cli", "catalogue", "-l", "zh"],
        cwd=tmp_path, env=narrow, capture_output=True, text=True, encoding="utf-8", check=True,
    )  # fmt: skip
    assert listed(done.stdout) == list(KPIS)
    assert all(k.name["zh"] in done.stdout for k in KPIS.values())
