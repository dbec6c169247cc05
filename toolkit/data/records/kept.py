"""The ratings that came back on forms: `kpi month … ratings` keeps them in a file beside the months."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from toolkit.data.records.forms import RATINGS as COLUMNS
from toolkit.errors import Problem, ReportError

LOG = "months/log.jsonl"  # corrections stand in it; `toolkit.monthly` reads it
RATINGS = "months/ratings.csv"  # an engagement may also map it as its table `ratings`: nothing counts twice
WRITTEN = (*COLUMNS, "rated_on")
_KEY = ["rater", "participant", "period", "measure"]
_APOSTROPHE = r"^'('*[=+\-@\t\r\n＝＋－＠])"  # what write_csv puts before a text that looks like a formula


def with_ratings(ratings: pd.DataFrame, folder: str | Path) -> pd.DataFrame:
    """Ratings of the client's table and those of the forms; a form's replaces the same rater's in the table.

    Parameters
    ----------
    ratings : DataFrame
        As `load_ratings` gives them.
    folder : str or Path
        The engagement's.

    Examples
    --------
    >>> from toolkit.appraise.records import NONE
    >>> len(with_ratings(NONE.ratings, "nowhere"))
    0
    """
    own = read_ratings(folder)[list(COLUMNS)]
    return latest(ratings[list(COLUMNS)], own) if len(own) else ratings


def read_ratings(folder: str | Path) -> pd.DataFrame:
    """What the forms gave so far: participant, period, measure, rater, kind, rating, comment, rated_on.

    Raises
    ------
    ReportError
        The file is no longer as it was written: a column is gone, or a rating is no number.
    """
    path = Path(folder) / RATINGS
    if not path.exists():
        return pd.DataFrame({name: pd.Series(dtype=_kind(name)) for name in WRITTEN})
    table = pd.read_csv(path, dtype="str", keep_default_na=False, encoding="utf-8-sig")
    try:
        numbers = pd.to_numeric(table["rating"])
        texts = table[list(WRITTEN)].apply(lambda column: column.str.replace(_APOSTROPHE, r"\1", regex=True))
    except (KeyError, ValueError) as error:
        raise ReportError(Problem("month.ratings_file", RATINGS, value=str(error)[:80])) from error
    return texts.assign(rating=numbers.astype("float64"))


def latest(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """Both, without what a rater said before and has said again; anonymous ratings all stay."""
    both = pd.concat([before, after], ignore_index=True)
    named = both["rater"] != ""  # two anonymous ratings are two people's
    return both[~(named & both.duplicated(_KEY, keep="last"))].reset_index(drop=True)


def _kind(column: str) -> str:
    return "float64" if column == "rating" else "str"
