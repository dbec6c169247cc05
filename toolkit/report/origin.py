"""What a report was made from: the client's files, and the decisions that its chapters read."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from toolkit.appraise.development.actions import FILE as ACTIONS
from toolkit.data.engagement import Engagement
from toolkit.design.ask import load_answers
from toolkit.design.select import save as kpis
from toolkit.design.weights import save as weights
from toolkit.report.manifest import write_manifest


def write_origin(folder: Path, client: Engagement, language: str, outputs: Iterable[Path]) -> None:
    """Write the manifest of what was made from the client's files and decisions so far."""
    write_manifest(
        folder,
        command="kpi report",
        language=language,
        parameters={"engagement": client.name, "language": language},
        seed=None,
        schemes=[s.id for s in client.schemes],
        inputs=[*client.inputs, *_decided(client)],
        root=client.folder,
        outputs=outputs,
    )


def _decided(client: Engagement) -> list[Path]:
    """What the chapters read beside the data: decisions with what they rest on, answers, training actions."""
    read = [client.folder / ACTIONS]
    for decision in (kpis, weights):
        kept = client.folder / decision.WHERE
        if kept.is_file():
            read += [kept, *(client.folder / name for name in decision.inputs_of(client))]
    read += [client.folder / name for name, _ in load_answers(client).forms]
    return [path for path in read if path.is_file()]
