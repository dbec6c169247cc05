"""The log: only ever added to, by one writer at a time; whatever was done to it is found with its line."""

import datetime as dt
import hashlib
import json
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from toolkit.errors import ReportError
from toolkit.language import describe_error
from toolkit.monthly.lock import only_writer
from toolkit.monthly.log import read_log, writing

HOME = Path(__file__).parents[2]
NOW = dt.datetime(2026, 4, 2, 10, 15, tzinfo=dt.timezone(dt.timedelta(hours=8)))


def log_of(folder: Path, entries: int = 4) -> Path:
    """A log of so many entries."""
    folder.mkdir(exist_ok=True)
    with writing(folder, now=NOW) as log:
        for n in range(entries):
            log.add("corrected", "2026-03", "李娜", {"reason": f"第 {n} 项", "amount": "1.00"})
    return folder / "months" / "log.jsonl"


def faults(folder: Path) -> list[tuple[str, int | None]]:
    with pytest.raises(ReportError) as refused:
        read_log(folder)
    assert all(p.where == "months/log.jsonl" for p in refused.value.problems)
    return [(p.code, p.row) for p in refused.value.problems]


def test_no_log_is_no_entries(tmp_path: Path) -> None:
    assert read_log(tmp_path) == () and list(tmp_path.iterdir()) == []


def test_a_line_an_entry_each_with_the_checksum_of_the_one_before(tmp_path: Path) -> None:
    path = log_of(tmp_path, 3)
    lines = path.read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["number"] for line in lines] == [1, 2, 3]
    before = "0" * 64
    for line in lines:
        fields = json.loads(line)
        assert fields["previous"] == before and fields["at"] == "2026-04-02T02:15:00Z"  # eight hours back
        # An independent reading of the seal: the line without its last field, closed again.
        body, _, seal = line.rpartition(', "sha256": ')
        before = json.loads(seal.removesuffix("}"))
        assert hashlib.sha256((body + "}").encode()).hexdigest() == before == fields["sha256"]


def test_adding_leaves_every_byte_before_it(tmp_path: Path) -> None:
    before = log_of(tmp_path, 3).read_bytes()
    assert log_of(tmp_path, 2).read_bytes().startswith(before)
    assert [entry.number for entry in read_log(tmp_path)] == [1, 2, 3, 4, 5]


@pytest.mark.parametrize("at", [0, 1, 2, 3])
@pytest.mark.parametrize(
    ("old", "new"), [('"1.00"', '"9.00"'), ("李娜", "王伟"), (", ", ",  "), ("02:15", "02:16")]
)
def test_an_edited_line_is_found(at: int, old: str, new: str, tmp_path: Path) -> None:
    path = log_of(tmp_path)
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    lines[at] = lines[at].replace(old, new, 1)
    path.write_text("".join(lines), encoding="utf-8", newline="\n")
    assert faults(tmp_path) == [("month.log_edited", at + 1)]


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (lambda lines: lines[:1] + lines[2:], [("month.log_broken", 2)]),
        (lambda lines: lines[1:], [("month.log_broken", 1)]),
        (
            lambda lines: [lines[0], lines[2], lines[1], lines[3]],
            [("month.log_broken", n) for n in (2, 3, 4)],
        ),
        (lambda lines: [*lines[:2], lines[1], *lines[2:]], [("month.log_broken", 3)]),
        (lambda lines: [*lines[:2], "\n", *lines[2:]], [("month.log_edited", 3)]),
        (lambda lines: [*lines[:3], lines[3][:-20]], [("month.log_torn", 4)]),
        (lambda lines: [*lines, "x"], [("month.log_torn", 5)]),
        (lambda lines: ["[1]\n", *lines[1:]], [("month.log_edited", 1)]),
    ],
    ids=[
        "a line gone",
        "the first gone",
        "two swapped",
        "one twice",
        "a blank line",
        "torn",
        "a stray sign",
        "no entry",
    ],
)
def test_what_was_done_to_the_file_is_found(change, found, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    path = log_of(tmp_path)
    path.write_text(
        "".join(change(path.read_text(encoding="utf-8").splitlines(keepends=True))), encoding="utf-8"
    )
    assert faults(tmp_path) == found


def test_an_entry_made_anew_with_a_good_seal_breaks_the_chain_after_it(tmp_path: Path) -> None:
    path = log_of(tmp_path)
    fields = json.loads(path.read_text(encoding="utf-8").splitlines()[1])
    del fields["sha256"]
    fields["data"]["amount"] = "9.00"
    body = json.dumps(fields, ensure_ascii=False)
    seal = hashlib.sha256(body.encode()).hexdigest()
    lines = path.read_text(encoding="utf-8").splitlines()
    lines[1] = f'{body[:-1]}, "sha256": "{seal}"}}'
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert faults(tmp_path) == [("month.log_broken", 3)]


def test_nothing_is_added_to_a_broken_log(tmp_path: Path) -> None:
    path = log_of(tmp_path)
    torn = path.read_bytes()[:-5]
    path.write_bytes(torn)
    with pytest.raises(ReportError), writing(tmp_path) as log:
        log.add("locked", "2026-03", "x")
    assert path.read_bytes() == torn


def test_a_fault_is_told_with_its_line_in_both_languages(tmp_path: Path) -> None:
    path = log_of(tmp_path)
    path.write_bytes(path.read_bytes()[:-5])
    with pytest.raises(ReportError) as refused:
        read_log(tmp_path)
    assert describe_error(refused.value, "en")[0].startswith(
        "months/log.jsonl, row 4: the last line was cut off"
    )
    assert "中断" in describe_error(refused.value, "zh")[0]


_WRITER = """
import sys
from toolkit.monthly.log import writing
for n in range(25):
    with writing(sys.argv[1], wait=60) as log:
        log.add("corrected", "2026-03", sys.argv[2], {"n": n})
"""


def test_two_programs_writing_at_once_lose_nothing(tmp_path: Path) -> None:
    both = [
        subprocess.Popen([sys.executable, "-c", _WRITER, str(tmp_path), who], cwd=HOME) for who in ("a", "b")
    ]
    assert [run.wait(timeout=120) for run in both] == [0, 0]
    entries = read_log(tmp_path)
    assert len(entries) == 50
    assert all([e.data["n"] for e in entries if e.who == who] == list(range(25)) for who in ("a", "b"))


def test_who_waits_too_long_is_told_so(tmp_path: Path) -> None:
    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        with only_writer(tmp_path / "months" / ".log.lock"):
            held.set()
            done.wait(30)

    thread = threading.Thread(target=hold)
    thread.start()
    held.wait(30)
    with pytest.raises(ReportError, match="another command is writing"), writing(tmp_path, wait=0.2):
        pass
    done.set()
    thread.join()
    with writing(tmp_path, wait=0.2) as log:  # and goes on once the other has ended
        assert log.add("opened", "2026-03", "x").number == 1


def test_a_killed_writer_leaves_no_lock(tmp_path: Path) -> None:
    code = "import sys, os; from toolkit.monthly.log import writing\nwith writing(sys.argv[1]): os._exit(9)"
    assert subprocess.run([sys.executable, "-c", code, str(tmp_path)], cwd=HOME, check=False).returncode == 9
    with writing(tmp_path, wait=0.2) as log:
        assert log.entries == ()
