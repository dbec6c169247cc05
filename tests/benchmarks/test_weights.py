"""What the bench of the weights stands on: fair inputs, plain numpy that agrees, peers that are pinned."""

import importlib
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from benchmarks import weights as bench
from benchmarks.measure import Row
from benchmarks.peers import ask as asking
from benchmarks.peers import worker
from benchmarks.peers.ask import Answer

PINS = Path(asking.__file__).parent / "requirements.txt"


def test_judgements_are_those_that_people_can_give() -> None:
    matrices = bench.judgements(np.random.default_rng(1), 50, 8)
    assert np.allclose(matrices * matrices.transpose(0, 2, 1), 1)
    assert np.isclose(matrices[..., None], bench.SCALE).any(axis=-1).all()


@pytest.mark.parametrize(
    ("make", "near"), [(bench._complete, 1e-4), (bench._incomplete, 0.02), (bench._smaa, 1e-12)]
)
def test_plain_numpy_answers_the_same_question(
    make: Callable[[np.random.Generator], bench.Job], near: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Log least squares is near the best completion, no more."""
    monkeypatch.setattr(bench, "MATRICES", 200)
    job = make(np.random.default_rng(3))
    assert np.nanmax(np.abs(job.numpy() - job.toolkit())) < near
    assert np.isnan(job.numpy()).any() == (job.key == "incomplete")


def test_the_programme_as_written_has_the_same_optimum() -> None:
    job = bench._best_worst()
    assert job.numpy() == pytest.approx(job.toolkit(), abs=1e-9)
    assert bench._left(np.array([0.6, 0.4]), np.array([1, 2]), np.array([2, 1])) == pytest.approx(0.2)


def test_every_peer_is_pinned_and_every_line_is_a_pin() -> None:
    lines = [line for line in PINS.read_text(encoding="utf-8").splitlines() if line and line[0] != "#"]
    assert all(re.fullmatch(r"[a-z0-9-]+==[0-9.]+", line) for line in lines) and len(lines) > 10
    pinned = {line.partition("==")[0] for line in lines}
    assert {peer.split()[0] for peers in worker.PEERS.values() for peer in peers} <= pinned


def toy(x: np.ndarray) -> worker.Work:
    return lambda: x * 2


def test_the_worker_saves_its_result_and_tells_its_seconds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(worker.PEERS, "toy", {"numpy (bare)": toy})
    np.save(tmp_path / "x.npy", np.arange(3.0))
    worker.main("toy", "numpy (bare)", str(tmp_path))
    assert np.load(tmp_path / "result.npy").tolist() == [0.0, 2.0, 4.0]
    assert f'"version": "{np.__version__}"' in capsys.readouterr().out


def test_shares_of_places() -> None:
    found = worker._shares([np.array([1, 2]), np.array([2, 1]), np.array([1, 2]), np.array([1, 2])])
    assert found.tolist() == [[0.75, 0.25], [0.25, 0.75]]


def test_a_peer_that_fails_is_not_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "environment", lambda: Path(sys.executable))
    with pytest.raises(subprocess.CalledProcessError):
        asking.ask("ahp", "nobody", {"matrices": np.ones((1, 2, 2))})


def test_a_peer_answers_through_a_process_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The toolkit's own Python stands in for the peers', and numpy for a peer."""
    toy_too = 'PEERS["toy"] = {"numpy": lambda x: lambda: x * 2}\nif __name__'
    code = Path(worker.__file__).read_text(encoding="utf-8").replace("if __name__", toy_too)
    (tmp_path / "worker.py").write_text(code, encoding="utf-8")
    monkeypatch.setattr(asking, "environment", lambda: Path(sys.executable))
    monkeypatch.setattr(asking, "_HERE", tmp_path)
    answer = asking.ask("toy", "numpy", {"x": np.arange(3.0)})
    assert answer.result.tolist() == [0.0, 2.0, 4.0]
    assert answer.peer == f"numpy {np.__version__}" and 0 < answer.seconds < 1


def test_the_environment_is_made_once_and_again_when_the_pins_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commands: list[list[str]] = []

    def run(command: list[str], check: bool) -> None:
        commands.append(command)
        (tmp_path / "peers").mkdir(exist_ok=True)

    monkeypatch.setattr(asking.subprocess, "run", run)
    monkeypatch.setattr(asking, "_HOME", tmp_path / "peers")
    for times in (2, 2, 4):
        if times == 4:
            (tmp_path / "peers" / "installed").write_text("other pins", encoding="utf-8")
        asking.environment.cache_clear()
        python = asking.environment()
        assert len(commands) == times and python.is_relative_to(tmp_path / "peers")
    asking.environment.cache_clear()
    assert "--no-deps" in commands[1] and commands[1][-1] == str(PINS)


def test_a_bare_method_is_shown_but_is_not_the_measure(monkeypatch: pytest.MonkeyPatch) -> None:
    seconds = {"pysensmcda": 4.0, "pysensmcda (bare)": 1.0, "pymcdm": 3.0}

    def ask(work: str, peer: str, inputs: object) -> Answer:
        return Answer(f"{peer} 1.0", seconds.get(peer, 9.0), job.toolkit())

    job = bench._smaa(np.random.default_rng(1))
    monkeypatch.setattr(bench, "ask", ask)
    rows: list[Row] = list(bench._rows(job))
    assert "3,000 ms, pymcdm 1.0" in rows[0].measured and rows[0].holds
    told = {row.what.strip(): row.value for row in rows[1:]}
    assert "off by 0e+00" in told["pymcdm 1.0"] and told["pyrepo-mcda 1.0"].endswith("ranks by VIKOR")
    assert set(told) == {f"{peer} 1.0" for peer in worker.PEERS["smaa"]} | {"plain numpy"}


def test_the_bench_is_among_those_that_are_run() -> None:
    assert importlib.import_module("benchmarks.__main__").BENCHMARKS["weights"] is bench.run
