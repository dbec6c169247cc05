"""Adding the ratings that came back on forms to the file that is read whenever anything is scored."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from toolkit.data.records.kept import RATINGS, WRITTEN, latest, read_ratings
from toolkit.report.tables import write_csv


def add_ratings(folder: str | Path, fresh: pd.DataFrame) -> None:
    """Add ratings to the file, in one step; who rates again replaces what they said before."""
    path = Path(folder) / RATINGS
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    write_csv(latest(read_ratings(folder), fresh[list(WRITTEN)]), part)
    part.replace(path)
