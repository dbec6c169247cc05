"""One form about weights that came back, read by its method; every fault with its cell, nothing guessed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from toolkit.data.engagement import Engagement
from toolkit.design.ask.opened import Opened, open_form
from toolkit.design.ask.page import Sent, Weighing
from toolkit.design.ask.weighing.measures import current_scheme, still_fits
from toolkit.design.ask.weighing.read_best_worst import read_best_worst
from toolkit.design.ask.weighing.read_pairs import read_pairs
from toolkit.design.ask.weighing.read_values import read_points, read_rank, read_swing
from toolkit.design.ask.weighing.said import ABOUT, Said
from toolkit.errors import Problems

READ: Mapping[str, Callable[[Opened, Weighing, Problems], Said]] = {
    "pairwise": read_pairs,
    "best_worst": read_best_worst,
    "points": read_points,
    "swing": read_swing,
    "rank": read_rank,
}


@dataclass(frozen=True)
class WeightForm(Opened):
    """A form about weights that came back sound: what it says, of which scheme as it stands today."""

    scheme: str
    weighing: Weighing
    said: Said


def read_weight_form(path: Path, client: Engagement, problems: Problems) -> WeightForm | None:
    """Read one form; None, with every fault in `problems`, where anything about it is wrong.

    Parameters
    ----------
    path : Path
    client : Engagement
        Whose scheme it must be about.
    problems : Problems
    """

    def fits(sent: Sent, where: str, problems: Problems) -> None:
        if sent.weighing is not None and sent.weighing.method not in READ:
            problems.add("ask.not_ours", where=where)
        else:
            still_fits(client, sent, where, problems)

    before = len(problems)
    opened = open_form(path, client.name, ABOUT, problems, fits)
    if opened is None or opened.sent.weighing is None or len(problems) > before:
        # What was moved beside the answers may have moved them: they are read when that is mended.
        return None
    weighing = opened.sent.weighing
    said = READ[weighing.method](opened, weighing, problems)
    scheme = current_scheme(client, weighing)
    if scheme is None or len(problems) > before:
        return None
    return WeightForm(path, opened.content, opened.sent, opened.cells, scheme.id, weighing, said)
