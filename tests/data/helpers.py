"""A small valid engagement on disk, for tests to break one thing at a time, and what to ask of a refusal."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

import pandas as pd
import pytest

from toolkit.data.load import load_engagement
from toolkit.errors import DataError, Problem
from toolkit.language import LANGUAGES, describe, texts

DOCUMENT = """\
name: small
client: {en: Small Ltd, zh: 小公司}
language: en
currency: CNY
calendar: months
covers: {from: 2026-01-01, to: 2026-06-30}
objectives:
  - {text: {en: Grow, zh: 增长}, weight: 1, kpi: net_sales}
measure: [net_sales, visits, win_rate]
tables:
  participants: {file: data/people.csv}
  deals:
    file: data/deals.csv
    columns: {participant: rep}
  activities:
    file: data/activities.csv
    values: {kind: {拜访: visit}}
  targets: {file: data/targets.csv}
"""

SCHEME = """\
name: field_sales
version: 2026-01
title: {en: Field sales, zh: 外勤销售考核方案}
effective: {from: 2026-01-01, to: null}
applies_to: {role: [field]}
score_every: month
pay_every: quarter
currency: CNY
measures:
  - name: revenue
    kpi: net_sales
    weight: 0.6
    target: table
    scoring: {proportional: {from: 0.6, cap: 1.2}}
  - name: visits
    kpi: visits
    weight: 0.4
    target: {fixed: 40, per: month}
    scoring: {bands: [[0, 30], [0.6, 60], [1.0, 100]]}
grades: {A: 90, B: 60, C: 0}
pay: {curve: {x: score, points: [[60, 0], [100, 1], [120, 1.5]]}}
"""

PEOPLE = """\
participant,name,team,region,role,hired_on,left_on,base_salary,target_incentive,valid_from,valid_to
p1,Ann,North,Coast,field,2024-01-01,,120000,24000,,
p2,Bob,North,Coast,field,2024-01-01,,120000,24000,,
p3,Cai,South,Coast,field,2024-01-01,,120000,24000,,
p4,Dee,South,Coast,field,2024-01-01,,120000,24000,,
"""

DEALS = """\
deal,rep,customer,stage,amount,cost,created_on,ordered_on,closed_on
D01,p1,c1,won,100.00,60.00,2025-12-20,2026-01-10,2026-01-10
D02,p1,c1,won,50.50,30.00,2026-01-05,2026-01-31,2026-01-31
D03,p1,c2,lost,80.00,,2026-01-07,,2026-02-03
D04,p2,c2,won,200.00,120.00,2026-01-08,2026-02-15,2026-02-15
D05,p2,c3,open,300.00,,2026-02-20,,
D06,p3,c3,won,70.00,90.00,2026-01-15,2026-03-31,2026-03-31
D07,p3,c1,won,30.00,10.00,2026-03-01,2026-04-01,2026-04-01
D08,p4,c4,lost,500.00,,2026-04-02,,2026-04-20
D09,p4,c4,won,0.10,0.05,2026-05-01,2026-05-05,2026-05-05
D10,p4,c4,won,0.10,0.05,2026-05-02,2026-05-06,2026-05-06
D11,p4,c5,won,0.10,0.05,2026-05-03,2026-05-07,2026-05-07
D12,p2,c6,won,400.00,250.00,2026-03-15,2026-06-30,2026-06-30
"""

ACTIVITIES = """\
activity,participant,kind,done_on
1,p1,拜访,2026-01-02
2,p1,visit,2026-01-03
3,p1,call,2026-01-03
4,p2,visit,2026-02-01
5,p3,call,2026-03-01
6,p1,visit,2026-06-01
"""

TARGETS = """\
participant,period,kpi,target
p1,2026-01,net_sales,100
p2,2026-01,net_sales,100
p3,2026-01-01,net_sales,100
p4,2026-01,net_sales,100
"""

FILES = {
    "engagement.yaml": DOCUMENT,
    "schemes/field_sales.yaml": SCHEME,
    "data/people.csv": PEOPLE,
    "data/deals.csv": DEALS,
    "data/activities.csv": ACTIVITIES,
    "data/targets.csv": TARGETS,
}


def write(folder: Path, **changed: str) -> Path:
    """The engagement's files; some with another content, by the file's stem: `write(folder, deals="…")`."""
    stems = {Path(name).stem: name for name in FILES}
    assert set(changed) <= set(stems), f"no such file: {set(changed) - set(stems)}"
    for stem, name in stems.items():
        put(folder, name, changed.get(stem, FILES[name]))
    return folder


def put(folder: Path, name: str, content: str | bytes) -> None:
    """One file as it is given, line ends and all."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())


def edit(folder: Path, name: str, old: str, new: str) -> None:
    """Replace the first occurrence of a text in a file; it must be there."""
    content = (folder / name).read_text(encoding="utf-8")
    assert old in content, f"{name} has no {old!r}"
    put(folder, name, content.replace(old, new, 1))


def add(folder: Path, name: str, more: str) -> None:
    """Lines at the end of a file."""
    put(folder, name, (folder / name).read_bytes() + more.encode())


def line_of(folder: Path, name: str, needle: str) -> int:
    """The line of a file in which a text first stands, counted from 1."""
    lines = (folder / name).read_text(encoding="utf-8").splitlines()
    return next(i for i, line in enumerate(lines, 1) if needle in line)


def problems_of(folder: Path) -> list[Problem]:
    """Everything that is wrong with an engagement; each must say, in both languages, where and what to do."""
    with pytest.raises(DataError) as caught:
        load_engagement(folder)
    for problem in caught.value.problems:
        explained(problem)
    return list(caught.value.problems)


def only(folder: Path) -> Problem:
    """The one thing that is wrong."""
    found = problems_of(folder)
    assert len(found) == 1, [(p.code, p.where, p.row, p.column, p.value) for p in found]
    return found[0]


def place(problem: Problem) -> tuple[str, str, int | None, str, object]:
    """What a problem says of itself."""
    return problem.code, problem.where, problem.row, problem.column, problem.value


def explained(problem: Problem) -> None:
    """The wording in both languages names the file and ends with the remedy."""
    for language in LANGUAGES:
        said = describe(problem, language)
        remedy = texts()[problem.code]["remedy"]
        assert isinstance(remedy, dict)
        fixed = [part for part, *_ in Formatter().parse(remedy[language]) if part.strip()]
        assert fixed, problem.code
        assert all(part in said for part in fixed), said
        assert problem.where in said
        assert "None" not in said or problem.code.startswith("document.")
        assert bool(re.search("[\u4e00-\u9fff]", said.replace(str(problem.value), ""))) or language == "en"


def row(panel: pd.DataFrame, level: str, participant: str, period: str, kpi: str) -> pd.Series:
    """The one row of a panel."""
    found = panel[
        (panel["level"] == level)
        & (panel["participant"] == participant)
        & (panel["period"] == period)
        & (panel["kpi"] == kpi)
    ]
    assert len(found) == 1, (level, participant, period, kpi, len(found))
    return found.iloc[0]


def numbers(panel: pd.DataFrame, level: str, period: str, kpi: str) -> dict[str, object]:
    """Participant → value, or why there is none."""
    found = panel[(panel["level"] == level) & (panel["period"] == period) & (panel["kpi"] == kpi)]
    return {
        who: why or round(value, 10)
        for who, why, value in zip(found["participant"], found["missing"], found["value"], strict=True)
    }
