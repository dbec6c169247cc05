"""What a report was made from: the client's files, and the decisions that its chapters read."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from toolkit.appraise.development.actions import FILE as ACTIONS
from toolkit.data.engagement import Engagement
from toolkit.design.ask import load_answers
from toolkit.design.select.save import WHERE as CHOICE
from toolkit.design.select.save import inputs_of
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
    """What the chapters read beside the data: the choice of KPIs with what it rests on, training actions."""
    own = [client.folder / name for name in (CHOICE, ACTIONS)]
    rests_on = [client.folder / name for name in inputs_of(client)] if own[0].is_file() else []
    forms = [client.folder / name for name, _ in load_answers(client).forms]
    return [path for path in [*own, *rests_on, *forms] if path.is_file()]
