"""Every command and example of the README works as it stands there."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.repository.checkout import ROOT, committed_files

_BLOCK = re.compile(r"^```(bash|python)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
# What sets up a machine or a server, or would run these very tests again: looked at, not run.
NOT_RUN = ("git clone", "cd ", "make", "pip install", "python -m pip", "python -m venv", "conda ", "jupyter ")
# These stay open until the reader closes them.
SERVERS = {"workshop", "apps", "app"}


def blocks(text: str, language: str) -> list[str]:
    """Return the contents of a Markdown page's fenced blocks of one language."""
    return [body for kind, body in _BLOCK.findall(text) if kind == language]


def commands(text: str) -> list[str]:
    """Return the bash blocks' commands without comments, continued lines joined."""
    joined = "".join(blocks(text, "bash")).replace("\\\n", " ")
    lines = (shlex.join(shlex.split(line, comments=True)) for line in joined.splitlines())
    return [line for line in lines if line]


def readme() -> str:
    """Return the README's text."""
    return (ROOT / "README.md").read_text(encoding="utf-8")


def targets() -> set[str]:
    """Return the targets of the Makefile."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    return set(re.findall(r"^([a-z]+):(?!=)", makefile, re.MULTILINE))


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a fresh copy of the committed files, in which blocks may write what they like."""
    folder = tmp_path_factory.mktemp("readme")
    for path in committed_files():
        place = folder / path.relative_to(ROOT)
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, place)
    return folder


def run(arguments: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    """Run this Python with `arguments` in a copy of the checkout, on the copy's own toolkit."""
    environment = os.environ | {"PYTHONPATH": str(folder), "PYTHONUTF8": "1"}
    return subprocess.run(
        [sys.executable, *arguments], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


def test_every_command_is_of_a_known_kind() -> None:
    strange = [line for line in commands(readme()) if not line.startswith((*NOT_RUN, "kpi "))]
    assert not strange


def test_make_targets_exist() -> None:
    named = [
        word
        for line in commands(readme())
        if line.startswith("make")
        for word in line.split()[1:]
        if "=" not in word
    ]
    assert named
    assert set(named) <= targets()


def test_requirements_and_folders_named_exist() -> None:
    for line in commands(readme()):
        for file in re.findall(r"\S+\.(?:lock|yml|toml)\b", line):
            assert (ROOT / file).is_file(), line
        if engagement := re.search(r"ENGAGEMENT=(\S+)", line):
            assert (ROOT / engagement[1]).is_dir(), line


@pytest.mark.slow
def test_kpi_commands_run_in_their_order(copy: Path) -> None:
    lines = [line for line in commands(readme()) if line.startswith("kpi ")]
    assert lines
    for line in lines:
        arguments = shlex.split(line)[1:]
        if arguments[0] in SERVERS:
            arguments = [arguments[0], "--help"]
        done = run(["-c", "from toolkit.cli import main; main()", *arguments], copy)
        # the linter ends with 1 where it finds something, and it must in the article's own scheme
        expected = 1 if arguments[0] == "lint" and "acme" in arguments else 0
        assert done.returncode == expected, f"{line}\n{done.stdout}{done.stderr}"


@pytest.mark.slow
def test_python_blocks_run_in_their_order(copy: Path) -> None:
    done = run(["-c", "\n".join(blocks(readme(), "python"))], copy)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_reader_of_blocks_joins_and_strips() -> None:
    page = "x\n```bash\n# set up\nmake report \\\n  LANGUAGE=zh  # Chinese\n```\n```python\na = 1\n```\n"
    assert [" ".join(line.split()) for line in commands(page)] == ["make report LANGUAGE=zh"]
    assert blocks(page, "python") == ["a = 1\n"]


def test_the_tests_command_is_the_one_that_ci_runs() -> None:
    assert "make test" in commands(readme())
    assert (ROOT / ".ci" / "run").read_text(encoding="utf-8").rstrip().endswith("make test")
