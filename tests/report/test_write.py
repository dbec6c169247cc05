"""A report is written whole, in one step, from the engagement's own folder; or the old one stays."""

import json
import shutil
from pathlib import Path

import nbformat
import pytest

import toolkit as tk
from tests.report.client import engagement
from toolkit.errors import DataError, ReportError
from toolkit.report import write
from toolkit.report.write import write_report

Written = tuple[Path, list[tuple[int, int]]]  # the report's folder, and the progress told


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Written:
    """A report in the client's own language, Chinese, from a folder with a blank in its name."""
    place = tmp_path_factory.mktemp("with blank")
    client = tk.load_engagement(engagement(place / "client", language="zh"))
    steps: list[tuple[int, int]] = []
    page = write_report(client, place / "out", on_progress=lambda done, total: steps.append((done, total)))
    assert page == place / "out" / "report.html"
    return place / "out", steps


def test_the_deliverables_are_there(written: Written) -> None:
    out, _ = written
    assert sorted(p.name for p in out.iterdir()) == [
        "manifest.json",
        "report.html",
        "report.ipynb",
        "scorecards.xlsx",
        "tables",
    ]
    page = (out / "report.html").read_text(encoding="utf-8")
    assert '<html lang="zh"' in page and "小公司" in page


def test_progress_counts_the_notebooks_cells(written: Written) -> None:
    _, steps = written
    total = steps[0][1]
    assert [done for done, _ in steps] == list(range(1, total + 1)) and {t for _, t in steps} == {total}
    assert total <= 20


def test_the_manifest_lists_what_was_read_and_written(written: Written) -> None:
    out, _ = written
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["command"] == "kpi report" and manifest["language"] == "zh" and manifest["seed"] is None
    assert manifest["schemes"] == ["field@2026-01"]
    assert manifest["parameters"] == {"engagement": "small", "language": "zh"}
    data = [f"data/{name}.csv" for name in ("activities", "deals", "participants", "targets")]
    assert [entry["path"] for entry in manifest["inputs"]] == [*data, "engagement.yaml", "schemes/1.yaml"]
    assert {"report.html", "report.ipynb", "tables/scores.csv"} <= {e["path"] for e in manifest["outputs"]}


def test_the_run_can_be_read_again_cell_by_cell(written: Written) -> None:
    out, _ = written
    notebook = nbformat.read(out / "report.ipynb", as_version=4)
    assert all(cell.execution_count for cell in notebook.cells if cell.cell_type == "code")
    assert not any(o.output_type == "error" for c in notebook.cells for o in c.get("outputs", ()))


def test_an_unknown_language_is_refused_before_anything_runs(tmp_path: Path) -> None:
    client = tk.load_engagement(engagement(tmp_path / "client"))
    with pytest.raises(ReportError) as caught:
        write_report(client, tmp_path / "out", "fr")
    assert [(p.code, p.value) for p in caught.value.problems] == [("report.unknown_language", "fr")]
    assert not (tmp_path / "out").exists()


def test_a_notebook_that_fails_leaves_the_old_report_whole(
    written: Written, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out, _ = written
    before = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}
    broken = nbformat.v4.new_notebook(
        metadata={"kernelspec": {"name": "python3", "display_name": "", "language": "python"}}
    )
    parameters = nbformat.v4.new_code_cell("engagement = ''\nlanguage = ''\nout = ''")
    parameters.metadata["tags"] = ["parameters"]
    broken.cells = [parameters, nbformat.v4.new_code_cell("open(out + '/half.csv', 'w').close()\n1 / 0")]
    nbformat.write(broken, tmp_path / "broken.ipynb")
    monkeypatch.setattr(write, "asset", lambda *parts: tmp_path / "broken.ipynb")
    client = tk.load_engagement(out.parent / "client")
    with pytest.raises(ReportError) as caught:
        write_report(client, out, "en")
    problem = caught.value.problems[0]
    assert (problem.code, problem.values["cell"]) == ("report.cell_failed", 2)
    assert "ZeroDivisionError" in str(caught.value)
    assert {path: path.read_bytes() for path in out.rglob("*") if path.is_file()} == before
    assert sorted(p.name for p in out.parent.iterdir() if not p.name.endswith(".lock")) == ["client", "out"]


def test_a_folder_with_somebodys_own_notes_is_left_alone(
    written: Written, monkeypatch: pytest.MonkeyPatch
) -> None:
    out, _ = written
    monkeypatch.setattr(write, "run_notebook", lambda *_, **__: pytest.fail("nothing may run"))
    note = out / "tables" / "my notes.txt"
    note.write_text("call Ann", encoding="utf-8")
    try:
        with pytest.raises(ReportError) as caught:
            write_report(tk.load_engagement(out.parent / "client"), out)
    finally:
        note.unlink()
    assert [(p.code, p.values["files"]) for p in caught.value.problems] == [
        ("report.own_files", "tables/my notes.txt")
    ]


def test_a_folder_with_faults_is_told_all_of_them_and_leaves_the_old_report(
    written: Written, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    shutil.copytree(written[0], out)
    before = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}
    folder = engagement(tmp_path / "client")
    for name in ("deals", "activities"):
        table = folder / "data" / f"{name}.csv"
        table.write_text(table.read_text(encoding="utf-8").replace("2026-01-", "2026-13-"), encoding="utf-8")
    with pytest.raises(DataError) as caught:
        write_report(folder, out, "en")
    assert {p.where for p in caught.value.problems} == {"data/deals.csv", "data/activities.csv"}
    assert {path: path.read_bytes() for path in out.rglob("*") if path.is_file()} == before


def test_the_folder_alone_gives_the_same_tables(written: Written, tmp_path: Path) -> None:
    out, _ = written
    write_report(out.parent / "client", tmp_path / "out")  # in the client's own language
    for table in (out / "tables").iterdir():
        assert (tmp_path / "out" / "tables" / table.name).read_bytes() == table.read_bytes()
    assert '<html lang="zh"' in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
