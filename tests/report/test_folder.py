"""Deliverables change as a whole: failures, kills and other people's folders leave what was there."""

import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from toolkit.errors import ReportError
from toolkit.report.folder import replace_folder

MANIFEST = json.dumps({"outputs": [{"path": "report.html"}, {"path": "tables/scores.csv"}]})


def report(out: Path, words: str) -> None:
    """Write a report of two files, which its manifest names with one more."""
    with replace_folder(out) as new:
        (new / "report.html").write_text(words, encoding="utf-8")
        (new / "manifest.json").write_text(MANIFEST, encoding="utf-8")


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_new_report_takes_the_old_ones_place_whole(tmp_path: Path) -> None:
    out = tmp_path / "deep" / "out"
    report(out, "one")
    (out / "tables").mkdir()
    (out / "tables" / "scores.csv").write_text("old", encoding="utf-8")
    report(out, "two")
    assert names(out) == ["manifest.json", "report.html"]
    assert (out / "report.html").read_text(encoding="utf-8") == "two"
    assert [name for name in names(out.parent) if not name.endswith(".lock")] == ["out"]


@pytest.mark.parametrize("failure", [ValueError, KeyboardInterrupt, SystemExit])
def test_a_failure_leaves_the_old_report_and_nothing_else(
    failure: type[BaseException], tmp_path: Path
) -> None:
    report(tmp_path / "out", "old")
    with pytest.raises(failure), replace_folder(tmp_path / "out") as new:
        (new / "report.html").write_text("half", encoding="utf-8")
        raise failure
    assert (tmp_path / "out" / "report.html").read_text(encoding="utf-8") == "old"
    assert [name for name in names(tmp_path) if not name.endswith(".lock")] == ["out"]


def test_an_empty_folder_is_taken(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    report(tmp_path / "out", "one")
    assert names(tmp_path / "out") == ["manifest.json", "report.html"]


def test_someone_elses_folder_is_not_touched(tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "a.jpg").write_text("x", encoding="utf-8")
    (tmp_path / "letter.txt").write_text("x", encoding="utf-8")
    for out in (tmp_path / "photos", tmp_path / "letter.txt"):
        with pytest.raises(ReportError) as caught:
            report(out, "one")
        assert [(p.code, p.value) for p in caught.value.problems] == [("report.not_our_folder", out.name)]
    assert (
        names(tmp_path / "photos") == ["a.jpg"]
        and (tmp_path / "letter.txt").read_text(encoding="utf-8") == "x"
    )


@pytest.mark.parametrize("own", ["notes.txt", "tables/mine.xlsx", "表格/备注.txt", ".hidden"])
def test_own_files_in_a_reports_folder_are_named_and_kept(own: str, tmp_path: Path) -> None:
    out = tmp_path / "out"
    report(out, "old")
    (out / own).parent.mkdir(exist_ok=True)
    (out / own).write_text("mine", encoding="utf-8")
    with pytest.raises(ReportError) as caught:
        report(out, "new")
    problem = caught.value.problems[0]
    assert (problem.code, problem.value, problem.values["files"]) == ("report.own_files", "out", own)
    assert own in str(caught.value) and "Move them elsewhere" in str(caught.value)
    assert (out / own).read_text(encoding="utf-8") == "mine"
    assert (out / "report.html").read_text(encoding="utf-8") == "old"
    (out / own).unlink()
    report(out, "new")
    assert (out / "report.html").read_text(encoding="utf-8") == "new"


def test_many_own_files_are_named_as_far_as_can_be_read(tmp_path: Path) -> None:
    report(tmp_path / "out", "old")
    for at in range(12):
        (tmp_path / "out" / f"{at:02d}.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(ReportError) as caught:
        report(tmp_path / "out", "new")
    named = str(caught.value.problems[0].values["files"])
    assert named.startswith("00.txt, 01.txt") and named.endswith("09.txt …")


def test_a_file_put_there_while_the_report_is_written_is_kept(tmp_path: Path) -> None:
    out = tmp_path / "out"
    report(out, "old")
    with pytest.raises(ReportError) as caught, replace_folder(out) as new:
        (new / "report.html").write_text("new", encoding="utf-8")
        (out / "meanwhile.txt").write_text("mine", encoding="utf-8")
    assert [p.code for p in caught.value.problems] == ["report.own_files"]
    assert names(out) == ["manifest.json", "meanwhile.txt", "report.html"]
    assert (out / "report.html").read_text(encoding="utf-8") == "old"


def test_what_an_operating_system_leaves_in_a_folder_is_nobodys(tmp_path: Path) -> None:
    report(tmp_path / "out", "old")
    for name in (".DS_Store", "Thumbs.db", "desktop.ini"):
        (tmp_path / "out" / name).write_text("", encoding="utf-8")
    report(tmp_path / "out", "new")
    assert names(tmp_path / "out") == ["manifest.json", "report.html"]


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"outputs": [1]}', '{"name": "a web app"}', "\udcff"])
def test_a_manifest_that_is_not_a_reports_protects_the_folder(content: str, tmp_path: Path) -> None:
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "manifest.json").write_bytes(content.encode("utf-8", "surrogateescape"))
    with pytest.raises(ReportError) as caught:
        report(tmp_path / "app", "one")
    assert [p.code for p in caught.value.problems] == ["report.not_our_folder"]
    assert names(tmp_path / "app") == ["manifest.json"]


def test_two_runs_at_once_are_told_apart(tmp_path: Path) -> None:
    with replace_folder(tmp_path / "out") as new:
        with pytest.raises(ReportError) as caught:
            report(tmp_path / "out", "second")
        (new / "manifest.json").write_text("{}", encoding="utf-8")
    assert [p.code for p in caught.value.problems] == ["report.folder_busy"]
    assert names(tmp_path / "out") == ["manifest.json"]


def test_many_runs_at_once_leave_one_whole_report(tmp_path: Path) -> None:
    def run(words: str) -> None:
        try:
            report(tmp_path / "out", words)
        except ReportError as error:
            refused.extend(problem.code for problem in error.problems)

    refused: list[str] = []
    threads = [threading.Thread(target=run, args=(f"run {at}",)) for at in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert names(tmp_path / "out") == ["manifest.json", "report.html"] and set(refused) <= {
        "report.folder_busy"
    }
    assert [name for name in names(tmp_path) if not name.endswith(".lock")] == ["out"]


# A run that stops for good at a given point: in the block, or between the two renames.
KILLED = """
import os, sys, time
from pathlib import Path
from toolkit.report.folder import replace_folder
out, moment = Path(sys.argv[1]), sys.argv[2]
if moment == "between":
    rename = Path.rename
    def stop(self, target):
        rename(self, target)
        print("there", flush=True)
        time.sleep(60)
    Path.rename = stop
with replace_folder(out) as new:
    (new / "report.html").write_text("half", encoding="utf-8")
    if moment == "block":
        print("there", flush=True)
        time.sleep(60)
"""


def kill(out: Path, moment: str) -> None:
    """Start a run and kill it at a moment."""
    home = Path(__file__).parents[2]
    command = [sys.executable, "-c", KILLED, str(out), moment]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": str(home)}
    ) as run:
        assert run.stdout is not None and run.stdout.readline().strip() == b"there"
        run.send_signal(signal.SIGKILL if os.name == "posix" else signal.SIGTERM)


def test_a_run_killed_while_writing_leaves_the_old_report(tmp_path: Path) -> None:
    out = tmp_path / "out"
    report(out, "old")
    kill(out, "block")
    assert (out / "report.html").read_text(encoding="utf-8") == "old"
    assert any(name.startswith(".out.new-") for name in names(tmp_path))
    report(out, "next")
    assert (out / "report.html").read_text(encoding="utf-8") == "next"
    assert [name for name in names(tmp_path) if not name.endswith(".lock")] == ["out"]


def test_a_run_killed_between_the_renames_is_mended_by_the_next(tmp_path: Path) -> None:
    out = tmp_path / "o[u]t"
    report(out, "old")
    kill(out, "between")
    assert not out.exists()
    with pytest.raises(ValueError, match="next run fails too"), replace_folder(out):
        assert (out / "report.html").read_text(encoding="utf-8") == "old"
        raise ValueError("next run fails too")
    assert (out / "report.html").read_text(encoding="utf-8") == "old"
    assert [name for name in names(tmp_path) if not name.endswith(".lock")] == ["o[u]t"]


def test_a_leftover_of_another_report_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / ".other.new-1").mkdir()
    report(tmp_path / "out", "one")
    assert (tmp_path / ".other.new-1").is_dir()


def test_a_folder_that_cannot_be_moved_is_said_and_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    report(out, "old")
    rename = Path.rename

    def second_fails(self: Path, target: Path) -> Path:
        if self.name.startswith(".out.new-"):
            raise PermissionError(13, "in use")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", second_fails)
    with pytest.raises(ReportError) as caught:
        report(out, "new")
    problem = caught.value.problems[0]
    assert (problem.code, problem.value, problem.values["message"]) == ("report.folder_open", "out", "in use")
    assert (out / "report.html").read_text(encoding="utf-8") == "old"
