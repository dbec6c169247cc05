"""All alerts of a day: their table, their words in both languages, what is said of chance."""

import datetime as dt
from importlib import import_module

import pandas as pd
import pytest

from tests.appraise.alerts.planted import END, planted, rows_of
from toolkit.appraise.alerts import Watch, alerts, watch
from toolkit.appraise.appraisal import Appraisal, settle
from toolkit.data.engagement import Engagement
from toolkit.data.load import load_engagement
from toolkit.errors import DataError

PEOPLE, AS_OF = 12, dt.date(2025, 8, 20)
CONTRACT = ["participant", "period", "kpi", "probability", "severity", "message"]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Engagement, Appraisal]:
    rows = rows_of(PEOPLE, seed=61, drops={3: dt.date(2025, 2, 1)})
    joined = {"p011": {"hired_on": "2025-06-01"}}
    client = load_engagement(planted(tmp_path_factory.mktemp("watch"), rows, PEOPLE, **joined))
    return client, settle(client)


@pytest.fixture(scope="module")
def seen(made: tuple[Engagement, Appraisal]) -> Watch:
    return watch(*made, AS_OF)


def test_the_contracts_columns_and_ranges(seen: Watch) -> None:
    assert list(seen.alerts)[:6] == CONTRACT
    known = seen.alerts["probability"].dropna()
    assert known.between(0, 1).all() and set(seen.alerts["severity"]) <= {"low", "medium", "high", "refused"}
    assert (seen.alerts["message"].str.len() > 20).all()


def test_the_gravest_come_first_and_who_dropped_is_there(seen: Watch) -> None:
    order = ["high", "medium", "low", "refused"]
    assert seen.alerts["severity"].map(order.index).is_monotonic_increasing
    own = seen.alerts[seen.alerts["participant"] == "p003"]
    assert set(own["kind"]) == {"run_rate", "drift", "missed"}


def test_hr_hears_of_missed_quarters_only_where_the_level_is_truly_low(seen: Watch) -> None:
    runs = seen.alerts[seen.alerts["kind"] == "missed"]
    assert len(runs) and ((runs["probability"] > 0.8) == (runs["severity"] == "high")).all()


def test_severity_follows_the_probability(seen: Watch) -> None:
    running = seen.alerts[(seen.alerts["kind"] == "run_rate") & (seen.alerts["severity"] != "refused")]
    assert (running["probability"] < 0.25).all()
    assert ((running["probability"] < 0.10) == (running["severity"] == "medium")).all()


def test_what_is_refused_is_blank_and_says_why(seen: Watch) -> None:
    out = seen.alerts[seen.alerts["severity"] == "refused"]
    assert len(out) and out["probability"].isna().all() and (out["refused"] != "").all()
    joiner = out[out["participant"] == "p011"]["message"]
    assert joiner.str.contains("too few earlier periods").any()
    assert any("Person 11" in line for line in seen.unwatched)


def test_false_alarms_are_stated_for_each_kind_and_together(seen: Watch) -> None:
    expected = seen.expected.set_index("kind")["expected_false_per_year"]
    assert set(expected.index) == {"run_rate", "drift", "missed"} and (expected >= 0).all()
    total = f"{expected.sum():.1f}"
    assert any(total in note and "Together" in note for note in seen.notes)
    assert 1.2 < expected["drift"] < 1.5  # a tenth a month and a little more, for alarms come together
    in_rows = (
        seen.alerts[seen.alerts["severity"] != "refused"].groupby("kind")["expected_false_per_year"].first()
    )
    assert in_rows.to_dict() == pytest.approx(expected[in_rows.index].to_dict())


def test_the_rule_of_missed_quarters_is_said_to_decide_nothing(seen: Watch) -> None:
    assert any("ordinary people" in note and "never automatic" in note for note in seen.notes)
    own = seen.alerts[seen.alerts["kind"] == "missed"]["message"]
    assert own.str.contains("conversation").all() and own.str.contains("Nothing follows").all()


def test_messages_name_the_person_the_kpi_the_numbers_and_the_next_step(seen: Watch) -> None:
    row = seen.alerts[(seen.alerts["participant"] == "p003") & (seen.alerts["kpi"] == "visits")]
    said = row.loc[row["kind"] == "run_rate", "message"].iloc[0]
    for words in ("Person 3, ", "visits", "Q3 2025", "65", "29 working days left", "under 5 %", "Next:"):
        assert words in said
    assert "by 20 August 2025" in said


def test_chinese_messages_are_chinese(made: tuple[Engagement, Appraisal], seen: Watch) -> None:
    chinese = watch(*made, AS_OF, language="zh")
    pd.testing.assert_frame_equal(chinese.alerts.drop(columns="message"), seen.alerts.drop(columns="message"))
    assert chinese.alerts["message"].str.contains("目标|水平|未达标|期数|均值").all()
    assert any("绝不自动处理" in note for note in chinese.notes) and len(chinese.notes) == len(seen.notes)
    assert not any("(" in note or ", " in note for note in chinese.notes)


def test_the_working_days_counted_are_named(made: tuple[Engagement, Appraisal]) -> None:
    plain, german = watch(*made, AS_OF), watch(*made, AS_OF, country="DE")
    assert any("Monday to Friday" in note for note in plain.notes)
    assert any("the working days of DE" in note for note in german.notes)


def test_at_a_periods_end_no_target_is_to_come(made: tuple[Engagement, Appraisal]) -> None:
    last = watch(*made)
    assert last.as_of == pd.Timestamp(END) and "run_rate" not in set(last.alerts["kind"])
    assert "No pay period is running" in last.notes[0]


def test_a_day_with_nothing_to_tell_gives_an_empty_table(
    made: tuple[Engagement, Appraisal], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Everybody watched may simply be well: each kind looks, and none has a row."""
    looking = import_module("toolkit.appraise.alerts.watch")
    for kind in ("run_rate", "drift", "missed"):
        whole = getattr(looking, kind)
        monkeypatch.setattr(looking, kind, lambda look, whole=whole: whole(look)[:0])
    nothing = watch(*made, AS_OF).alerts
    assert nothing.empty and list(nothing)[:6] == CONTRACT


@pytest.mark.parametrize("day", [dt.date(2023, 12, 31), dt.date(2025, 10, 1)])
def test_a_day_outside_the_time_covered_is_refused(made: tuple[Engagement, Appraisal], day: dt.date) -> None:
    with pytest.raises(DataError, match="extend covers") as refused:
        alerts(*made, day)
    assert refused.value.problems[0].code == "alerts.outside"


def test_inputs_are_left_as_they_were(made: tuple[Engagement, Appraisal]) -> None:
    before = made[1].panel.copy(), made[1].scores.copy()
    alerts(*made, AS_OF)
    pd.testing.assert_frame_equal(made[1].panel, before[0])
    pd.testing.assert_frame_equal(made[1].scores, before[1])
