"""The manifest: every file with the checksum that others compute, and no path of the machine."""

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from toolkit.errors import ReportError
from toolkit.report.manifest import packages, sha256, write_manifest


def written(tmp_path: Path, **changes: Any) -> dict[str, Any]:
    """A manifest of a small report, read back."""
    root, out = tmp_path / "acme", tmp_path / "out"
    (root / "data").mkdir(parents=True, exist_ok=True)
    (out / "tables").mkdir(parents=True, exist_ok=True)
    (root / "data" / "deals.csv").write_bytes(b"a,b\n")
    (root / "engagement.yaml").write_bytes("客户: 甲\n".encode())
    (out / "tables" / "scores.csv").write_bytes(b"x\n")
    (out / "report.html").write_bytes(b"<html>")
    asked: dict[str, Any] = {
        "command": "kpi report acme --out out --language zh",
        "language": "zh",
        "parameters": {"seed": 7},
        "seed": 7,
        "schemes": ["b@2", "a@1"],
        "inputs": [
            root / "engagement.yaml",
            root / "data" / "deals.csv",
            root / "data" / ".." / "engagement.yaml",
        ],
        "root": root,
    }
    path = write_manifest(out, **{**asked, **changes})
    assert path == out / "manifest.json"
    return json.loads(path.read_text(encoding="utf-8"))


def test_it_lists_inputs_and_outputs_with_their_checksums(tmp_path: Path) -> None:
    manifest = written(tmp_path)
    assert manifest["inputs"] == [
        {"path": "data/deals.csv", "sha256": hashlib.sha256(b"a,b\n").hexdigest()},
        {"path": "engagement.yaml", "sha256": hashlib.sha256("客户: 甲\n".encode()).hexdigest()},
    ]
    assert [entry["path"] for entry in manifest["outputs"]] == ["report.html", "tables/scores.csv"]
    assert manifest["outputs"][1]["sha256"] == hashlib.sha256(b"x\n").hexdigest()
    assert list(manifest) == [
        "schema",
        "command",
        "language",
        "parameters",
        "seed",
        "schemes",
        "packages",
        "inputs",
        "outputs",
    ]
    assert (manifest["schemes"], manifest["seed"], manifest["language"]) == (["a@1", "b@2"], 7, "zh")


def test_written_again_it_does_not_list_itself(tmp_path: Path) -> None:
    assert written(tmp_path) == written(tmp_path)


def test_a_checksum_known_from_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "abc").write_bytes(b"abc")  # FIPS 180-2, appendix B.1
    assert sha256(tmp_path / "abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_no_path_of_this_machine_stands_in_it(tmp_path: Path) -> None:
    parameters = {
        "engagement": tmp_path / "acme",
        "data": str(tmp_path / "acme" / "data"),
        "out": str(tmp_path / "out"),
        "list": [tmp_path / "acme" / "engagement.yaml", {"deep": r"D:\clients\acme"}],
        "share": "1/3",
        "slash": "/",
        "words": "visits / calls",
    }
    manifest = written(tmp_path, parameters=parameters)
    assert manifest["parameters"] == {
        "engagement": ".",
        "data": "data",
        "out": "out",
        "list": ["engagement.yaml", {"deep": "acme"}],
        "share": "1/3",
        "slash": "/",
        "words": "visits / calls",
    }
    assert str(tmp_path) not in json.dumps(manifest)


def test_an_input_from_outside_the_engagement_is_refused_by_name_only(tmp_path: Path) -> None:
    (tmp_path / "secret.csv").write_bytes(b"")
    with pytest.raises(ReportError) as caught:
        written(tmp_path, inputs=[tmp_path / "secret.csv"])
    assert [(p.code, p.value) for p in caught.value.problems] == [("report.outside_engagement", "secret.csv")]
    assert not (tmp_path / "out" / "manifest.json").exists()


def test_versions_are_those_installed() -> None:
    found = packages()
    assert found["numpy"] == np.__version__ and {"pandas", "pyarrow", "matplotlib", "papermill"} <= set(found)
