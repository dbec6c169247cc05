"""The strict run: parameters checked first, and each way to fail told apart, with the cell that did it."""

import datetime as dt
import os
import threading
from pathlib import Path

import nbformat
import pytest

from toolkit.errors import ReportError
from toolkit.report.page import page_html
from toolkit.report.run import run_notebook

PARAMETERS = "name = 'a'  # whose report\ncount = 1  # how many"


def write(path: Path, *sources: str) -> Path:
    """A notebook of a title, a parameters cell and the given code cells."""
    first = nbformat.v4.new_code_cell(PARAMETERS, metadata={"tags": ["parameters"]})
    cells = [nbformat.v4.new_markdown_cell("# Title"), first, *map(nbformat.v4.new_code_cell, sources)]
    metadata = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=metadata), path)
    return path


def refused(path: Path, parameters: dict[str, object] | None = None, **options: int) -> ReportError:
    """The error of a run that must fail."""
    with pytest.raises(ReportError) as caught:
        run_notebook(path, path.with_name("out.ipynb"), parameters or {}, **options)
    return caught.value


def printed(notebook: dict) -> list[str]:
    """What the cells printed."""
    return [
        output["text"].strip()
        for cell in notebook["cells"]
        for output in cell.get("outputs", ())
        if "text" in output
    ]


def test_parameters_arrive_as_they_were_given(tmp_path: Path) -> None:
    path = write(tmp_path / "n.ipynb", "print(repr(name), repr(count))")
    odd, nested = tmp_path / "王 '\" \\n", [1, {"a": None, "b": 2.5}]
    done = run_notebook(path, tmp_path / "out.ipynb", {"name": odd, "count": nested})
    assert printed(done) == [f"{str(odd)!r} {nested!r}"]
    assert printed(nbformat.read(tmp_path / "out.ipynb", 4)) == printed(done)


def test_every_unknown_parameter_is_named_before_anything_runs(tmp_path: Path) -> None:
    path = write(tmp_path / "n.ipynb", f"open({str(tmp_path / 'ran')!r}, 'w')")
    problems = refused(path, {"nmae": 1, "count": 2, "cuont": 3}).problems
    assert [(p.code, p.value, p.values["known"]) for p in problems] == [
        ("report.unknown_parameter", "nmae", "name, count"),
        ("report.unknown_parameter", "cuont", "name, count"),
    ]
    assert not (tmp_path / "ran").exists() and not (tmp_path / "out.ipynb").exists()


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ((1, 2), "tuple"),
        (dt.date(2026, 3, 31), "date"),
        ([1, (2,)], "tuple"),
        ({"a": {1}}, "set"),
        ({1: "a"}, "dict[int]"),
    ],
)
def test_values_that_would_arrive_as_something_else_are_refused(
    value: object, kind: str, tmp_path: Path
) -> None:
    problem = refused(write(tmp_path / "n.ipynb"), {"count": value}).problems[0]
    assert (problem.code, problem.column, problem.values["kind"]) == ("report.parameter_type", "count", kind)


def test_a_failing_cell_is_named_by_its_place_and_first_line(tmp_path: Path) -> None:
    path = write(tmp_path / "n.ipynb", "x = 1", "\n# share\ny = x / 0", "print('after')")
    for parameters in ({}, {"count": 2}):  # papermill's extra cell does not shift the place
        problem = refused(path, parameters).problems[0]
        assert (problem.code, problem.where) == ("report.cell_failed", "n.ipynb")
        assert dict(problem.values) == {
            "cell": 3,
            "line": "# share",
            "message": "ZeroDivisionError: division by zero",
        }
    assert "third" not in str(refused(path)) and "cell 3 (# share) stopped: ZeroDivisionError" in str(
        refused(path)
    )


def test_a_long_message_is_cut(tmp_path: Path) -> None:
    problem = refused(write(tmp_path / "n.ipynb", "raise ValueError('x' * 5000)")).problems[0]
    message = problem.values["message"]
    assert isinstance(message, str) and message.startswith("ValueError: xxx") and len(message) < 450


def test_a_cell_that_exits_is_no_success(tmp_path: Path) -> None:
    problem = refused(write(tmp_path / "n.ipynb", "import sys; sys.exit(0)", "print('never')")).problems[0]
    assert problem.code == "report.cell_failed" and "SystemExit" in str(problem.values["message"])


def test_a_cell_over_time_is_stopped(tmp_path: Path) -> None:
    path = write(
        tmp_path / "n.ipynb",
        "import os, time",
        f"open({str(tmp_path / 'pid')!r}, 'w').write(str(os.getpid()))",
        "time.sleep(60)",
    )
    problem = refused(path, timeout=2).problems[0]
    assert (problem.code, problem.values["cell"], problem.values["seconds"]) == ("report.cell_timeout", 4, 2)
    if os.name == "posix":
        with pytest.raises(ProcessLookupError):  # the kernel is gone too
            os.kill(int((tmp_path / "pid").read_text()), 0)


def test_a_kernel_that_dies_is_told_from_a_failing_cell(tmp_path: Path) -> None:
    problem = refused(write(tmp_path / "n.ipynb", "import os\nos._exit(9)")).problems[0]
    assert (problem.code, problem.values["cell"], problem.values["line"]) == (
        "report.kernel_died",
        2,
        "import os",
    )


@pytest.mark.parametrize("content", ["", "{}", "not json", "[]"])
def test_an_unreadable_notebook_is_refused(content: str, tmp_path: Path) -> None:
    path = tmp_path / "n.ipynb"
    path.write_text(content, encoding="utf-8")
    assert refused(path, {"count": 1}).problems[0].code == "report.notebook_unreadable"
    assert refused(path).problems[0].code == "report.notebook_unreadable"


def test_a_notebook_that_names_no_kernel_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "n.ipynb")
    notebook = nbformat.read(path, 4)
    notebook["metadata"] = {}
    nbformat.write(notebook, path)
    problem = refused(path, {"count": 1}).problems[0]
    assert problem.code == "report.notebook_unreadable" and "kernel" in str(problem.values["message"])


def test_a_notebook_that_is_not_there_is_refused_by_name(tmp_path: Path) -> None:
    problem = refused(tmp_path / "no.ipynb").problems[0]
    assert (problem.code, problem.where) == ("report.notebook_unreadable", "no.ipynb")


def test_progress_counts_the_notebooks_own_code_cells(tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    path = write(tmp_path / "n.ipynb", "a = 1", "", "b = 2")
    run_notebook(
        path, tmp_path / "out.ipynb", {"count": 5}, on_cell=lambda at, total: seen.append((at, total))
    )
    assert seen == [(1, 3), (2, 3), (3, 3)]


def test_it_runs_from_any_folder_and_with_relative_paths(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "with {braces} and 空格"
    (folder / "elsewhere").mkdir(parents=True)
    write(folder / "n.ipynb", "import toolkit.errors", "print(toolkit.errors.__name__, count)")
    monkeypatch.chdir(folder / "elsewhere")
    done = run_notebook(Path("../n.ipynb"), Path("out.ipynb"), {"count": 7})
    assert printed(done) == ["toolkit.errors 7"] and (folder / "elsewhere" / "out.ipynb").is_file()
    assert Path.cwd() == folder / "elsewhere"
    assert [path.name for path in Path.cwd().iterdir()] == [
        "out.ipynb"
    ]  # the connection leaves no files here


def test_two_notebooks_at_once_keep_apart(tmp_path: Path) -> None:
    results: dict[int, list[str]] = {}

    def run(count: int) -> None:
        path = write(tmp_path / f"{count}.ipynb", "import time; time.sleep(0.3)", "print(count)")
        results[count] = printed(run_notebook(path, tmp_path / f"out{count}.ipynb", {"count": count}))

    threads = [threading.Thread(target=run, args=(count,)) for count in (1, 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == {1: ["1"], 2: ["2"]}


def test_a_callback_that_fails_is_not_mistaken_for_a_cell(tmp_path: Path) -> None:
    def stop(at: int, total: int) -> None:
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        run_notebook(write(tmp_path / "n.ipynb"), tmp_path / "out.ipynb", {}, on_cell=stop)


def test_a_chapter_shown_in_a_notebook_reaches_the_page_and_nothing_else_does(tmp_path: Path) -> None:
    show = "from toolkit.report.page import show\nfrom toolkit.report.blocks import *\n"
    chapter = "show(Chapter('cost', '成本', 'K', 'Cost < 1 m', (Paragraph('a & b'),)), 'zh')"
    path = write(
        tmp_path / "n.ipynb",
        "import sys; print('NOISE', file=sys.stderr); print('NOISE')",
        "{'NOISE': 1}",
        show + chapter,
    )
    html = page_html(run_notebook(path, tmp_path / "out.ipynb", {}), "zh", "标题")
    assert "Cost &lt; 1 m" in html and "a &amp; b" in html and 'href="#cost"' in html
    assert "NOISE" not in html and "Paragraph" not in html
    assert page_html(nbformat.read(tmp_path / "out.ipynb", 4), "zh", "标题") == html
