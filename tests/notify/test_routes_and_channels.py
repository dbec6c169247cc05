"""Who is told, and where addresses may stand: in the environment alone."""

from pathlib import Path

import pandas as pd
import pytest

from toolkit.errors import DataError
from toolkit.notify import compose, load_channels, routes

PEOPLE = pd.DataFrame(
    [
        ("p1", "Lin", "North", "N", "Wang", "2020-01-01", "2026-05-31"),
        ("p1", "Lin", "South", "N", "Zhao", "2026-06-01", None),
        ("p2", "He", "South", "N", "Zhao", "2020-01-01", None),
        ("p3", "Yu", "North", "N", " ", "2020-01-01", None),
    ],
    columns=["participant", "name", "team", "region", "manager", "valid_from", "valid_to"],
).assign(
    valid_from=lambda t: pd.to_datetime(t["valid_from"]), valid_to=lambda t: pd.to_datetime(t["valid_to"])
)


def told(*alerts: tuple[str, str, str], as_of: str = "2026-06-30") -> list[tuple[str, str, int]]:
    table = pd.DataFrame(alerts, columns=["participant", "severity", "level"])
    found = routes(table, PEOPLE, pd.Timestamp(as_of))
    return list(found.itertuples(index=False, name=None))


def test_each_severity_reaches_one_more() -> None:
    assert told(("p2", "low", "individual")) == [("participant", "p2", 0)]
    assert told(("p2", "medium", "individual"))[1:] == [("manager", "Zhao", 0)]
    assert told(("p2", "high", "individual"))[2:] == [("hr", "hr", 0)]
    assert told(("p2", "refused", "individual")) == []


def test_the_manager_is_that_of_the_day() -> None:
    assert told(("p1", "medium", "individual"))[1] == ("manager", "Zhao", 0)
    assert told(("p1", "medium", "individual"), as_of="2026-05-20")[1] == ("manager", "Wang", 0)


def test_without_a_manager_hr_is_told_once() -> None:
    assert told(("p3", "high", "individual")) == [("participant", "p3", 0), ("hr", "hr", 0)]


def test_a_teams_alert_goes_to_its_managers() -> None:
    assert told(("South", "medium", "team")) == [("manager", "Zhao", 0)]
    assert told(("North", "low", "team")) == [("hr", "hr", 0)]  # nobody there has one
    assert told(("all", "low", "company")) == [("manager", "Zhao", 0)]


def test_a_roster_without_managers_sends_them_to_hr() -> None:
    table = pd.DataFrame([("p2", "medium", "individual")], columns=["participant", "severity", "level"])
    found = routes(table, PEOPLE.drop(columns="manager"))
    assert found["recipient"].tolist() == ["p2", "hr"]


def contacts(folder: Path, *lines: str) -> Path:
    path = folder / "alerts" / "contacts.csv"
    path.parent.mkdir(exist_ok=True)
    path.write_text("\n".join(lines), encoding="utf-8-sig")
    return folder


def test_a_contact_has_their_own_variable_others_the_common_one(tmp_path: Path) -> None:
    folder = contacts(tmp_path, "recipient,variable", "王芳,URL_WANG", "hr,URL_HR URL_HR_CHAT", "")
    ways = load_channels(
        folder, {"URL_WANG": "json://a", "URL_HR": "json://b", "KPI_ALERT_URLS": "json://c json://d"}
    )
    assert [(w.name, w.url) for w in ways.of("王芳")] == [("URL_WANG", "json://a")]
    assert [(w.name, w.url) for w in ways.of("hr")] == [("URL_HR", "json://b"), ("URL_HR_CHAT", "")]
    assert [w.name for w in ways.of("p1")] == ["KPI_ALERT_URLS 1", "KPI_ALERT_URLS 2"]


def test_addresses_given_by_hand_take_the_place_of_all(tmp_path: Path) -> None:
    ways = load_channels(contacts(tmp_path, "recipient,variable", "hr,URL_HR"), {}, ["json://x", "json://y"])
    assert [(w.name, w.url) for w in ways.of("hr")] == [("to:1", "json://x"), ("to:2", "json://y")]


def test_addresses_never_show() -> None:
    ways = load_channels(Path("nowhere"), {"KPI_ALERT_URLS": "mailto://me:secret@host"}, ["json://token"])
    assert "secret" not in repr(ways) and "token" not in repr(ways)
    assert "token" not in repr(ways.of("hr"))


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        (["recipient,variable", "hr,mailto://me:secret@host"], "notify.contact_is_address"),
        (["recipient,variable", "hr,URL-HR"], "notify.bad_variable"),
        (["recipient,variable", "hr,"], "notify.contact_blank"),
        (["recipient,variable", ",URL_HR"], "notify.contact_blank"),
        (["who,url", "hr,URL_HR"], "notify.contacts_columns"),
    ],
)
def test_contacts_that_cannot_be_used_are_refused(tmp_path: Path, lines: list[str], code: str) -> None:
    with pytest.raises(DataError) as refused:
        load_channels(contacts(tmp_path, *lines), {})
    assert [p.code for p in refused.value.problems] == [code]
    assert "secret" not in str(refused.value) and refused.value.problems[0].where == "alerts/contacts.csv"


def test_contacts_in_another_encoding_are_refused(tmp_path: Path) -> None:
    contacts(tmp_path, "")
    (tmp_path / "alerts" / "contacts.csv").write_bytes("recipient,variable\n王芳,X".encode("gb18030"))
    with pytest.raises(DataError, match="UTF-8"):
        load_channels(tmp_path, {})


def test_a_message_has_all_that_concerns_the_recipient() -> None:
    alerts = pd.DataFrame({"message": ["Lin, visits: 3.", "He, visits: 4."]})
    english, chinese = (compose("manager", "Zhao", alerts, language) for language in ("en", "zh"))
    assert english.title == "KPI alert for Zhao: 2 matters" and "2 项" in chinese.title
    assert "1. Lin, visits: 3.\n\n2. He, visits: 4." in english.body
    assert "decide nothing" in english.body and "不作为任何处理决定" in chinese.body


def test_names_from_files_stay_on_their_line() -> None:
    alerts = pd.DataFrame({"message": ["Lin\r\nBcc: all\x00, visits."]})
    message = compose("participant", "p1", alerts, "en", {"p1": "Lin\nSubject: x" + "y" * 200})
    assert "\n" not in message.title and len(message.title) < 150
    assert "Lin Bcc: all , visits." in message.body
