"""The ratings that came back on forms: one file beside the months, read whenever a month is scored."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from toolkit.appraise.records import COLUMNS
from toolkit.errors import Problem, ReportError
from toolkit.report.tables import write_csv

RATINGS = "months/ratings.csv"  # an engagement may also map it as its table `ratings`: nothing counts twice
_KEY = ["rater", "participant", "period", "measure"]
_WRITTEN = [*COLUMNS["ratings"], "rated_on"]
_APOSTROPHE = r"^'('*[=+\-@\t\r\n＝＋－＠])"  # what write_csv puts before a text that looks like a formula


def with_ratings(ratings: pd.DataFrame, folder: str | Path) -> pd.DataFrame:
    """Ratings of the client's table and those of the forms; a form's replaces the same rater's in the table.

    Parameters
    ----------
    ratings : DataFrame
        As `Records.ratings`.
    folder : str or Path
        The engagement's.

    Examples
    --------
    >>> from toolkit.appraise.records import NONE
    >>> len(with_ratings(NONE.ratings, "nowhere"))
    0
    """
    own = read_ratings(folder)[list(COLUMNS["ratings"])]
    return _latest(ratings[list(COLUMNS["ratings"])], own) if len(own) else ratings


def read_ratings(folder: str | Path) -> pd.DataFrame:
    """What the forms gave so far: participant, period, measure, rater, kind, rating, comment, rated_on.

    Raises
    ------
    ReportError
        The file is no longer as it was written: a column is gone, or a rating is no number.
    """
    path = Path(folder) / RATINGS
    if not path.exists():
        return pd.DataFrame({name: pd.Series(dtype=_kind(name)) for name in _WRITTEN})
    table = pd.read_csv(path, dtype="str", keep_default_na=False, encoding="utf-8-sig")
    try:
        numbers = pd.to_numeric(table["rating"])
        texts = table[_WRITTEN].apply(lambda column: column.str.replace(_APOSTROPHE, r"\1", regex=True))
    except (KeyError, ValueError) as error:
        raise ReportError(Problem("month.ratings_file", RATINGS, value=str(error)[:80])) from error
    return texts.assign(rating=numbers.astype("float64"))


def _kind(column: str) -> str:
    return "float64" if column == "rating" else "str"


def add_ratings(folder: str | Path, fresh: pd.DataFrame) -> None:
    """Add ratings to the file, in one step; who rates again replaces what they said before."""
    path = Path(folder) / RATINGS
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    write_csv(_latest(read_ratings(folder), fresh[_WRITTEN]), part)
    part.replace(path)


def _latest(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    both = pd.concat([before, after], ignore_index=True)
    named = both["rater"] != ""  # two anonymous ratings are two people's
    return both[~(named & both.duplicated(_KEY, keep="last"))].reset_index(drop=True)
