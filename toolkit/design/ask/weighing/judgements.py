"""What everybody judged whose form about weights came back: read from the engagement, or taken in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from toolkit.data.engagement import Engagement
from toolkit.design.ask.taken import read_folder, take_in
from toolkit.design.ask.weighing.read import WeightForm, read_weight_form
from toolkit.design.ask.weighing.said import ABOUT
from toolkit.design.ask.write import FOLDER

_COLUMNS = {
    "returned": ("form", "respondent", "name", "role", "method", "scheme", "asked", "answered"),
    "pairs": ("respondent", "method", "first", "second", "ratio", "kind", "scheme"),
    "values": ("respondent", "method", "measure", "value", "scheme"),
    "blank": ("respondent", "method", "first", "second", "scheme"),
}
_NUMBERS = {"asked": "int64", "answered": "int64", "ratio": "float64", "value": "float64"}


@dataclass(frozen=True)
class Judgements:
    """What the forms about weights say that came back.

    Parameters
    ----------
    returned : DataFrame
        form, respondent, name, role, method (pairwise, best_worst, points, swing, rank), scheme
        (name@version), asked, answered: a row a form, with counts of comparisons or values.
    pairs : DataFrame
        respondent, method, first, second, ratio (1/9 to 9), kind, scheme: the measure `first` counts `ratio`
        times as much as `second`. kind: `pair`; of best_worst `best` (the first is the most important) or
        `worst` (the second is the least important).
    values : DataFrame
        respondent, method, measure, value, scheme: points (sum 100), swing (largest 100) or rank (1 is first,
        ties share a place, as in a race: 1, 2, 2, 4).
    forms : tuple of (str, str)
        Each file relative to the engagement with its SHA-256.
    blank : DataFrame
        respondent, method, first, second, scheme: the pairs, or measures (no second), left blank.

    Notes
    -----
    The tables name people; what leaves the consultant's hands is what follows from all of them together.
    """

    returned: pd.DataFrame
    pairs: pd.DataFrame
    values: pd.DataFrame
    forms: tuple[tuple[str, str], ...]
    blank: pd.DataFrame

    def of(self, scheme: str) -> Judgements:
        """The judgements on one scheme (name@version)."""
        tables = {name: getattr(self, name) for name in _COLUMNS}
        kept = {
            name: table[table["scheme"] == scheme].reset_index(drop=True) for name, table in tables.items()
        }
        names = set(kept["returned"]["form"])
        return Judgements(**kept, forms=tuple(f for f in self.forms if Path(f[0]).name in names))


def load_judgements(client: Engagement) -> Judgements:
    """Read the returned forms in `answers/weights/` of an engagement; without any, all tables are empty.

    Parameters
    ----------
    client : Engagement

    Returns
    -------
    Judgements
        A pairwise form whose comparisons contradict each other is taken in: that is a finding, not a fault.

    Raises
    ------
    DataError
        Every fault of every form, with its cell: an answer off the scale, a name that is not one of the two,
        "more" without how many times, points that do not sum to 100, two best KPIs, comparisons that fall
        apart; a changed cell, a form of another engagement, measures that the scheme does not have any more,
        two forms of one person about one scheme.

    Examples
    --------
    >>> import toolkit as tk
    >>> client = tk.load_engagement("templates/engagements/manufacturer")
    >>> judged = load_judgements(client)
    >>> sorted(set(judged.returned["method"]))
    ['best_worst', 'pairwise', 'points']
    """
    folder = client.folder / FOLDER / ABOUT
    return _tables(
        client, read_folder(folder, lambda path, problems: read_weight_form(path, client, problems))
    )


def collect_judgements(client: Engagement, paths: Iterable[str | Path]) -> tuple[Path, ...]:
    """Take returned forms into `answers/weights/`: all of them, or none if anything in any is wrong.

    Parameters
    ----------
    client : Engagement
    paths : iterable of str or Path
        The files as they came back, whatever they are called. One that is there already is passed over.

    Returns
    -------
    tuple of Path
        The files added.

    Raises
    ------
    DataError
        As `load_judgements`, of the new forms and those there already.
    """
    folder = client.folder / FOLDER / ABOUT
    return take_in(paths, folder, lambda path, problems: read_weight_form(path, client, problems))


def _tables(client: Engagement, forms: Sequence[WeightForm]) -> Judgements:
    rows: dict[str, list[tuple[object, ...]]] = {name: [] for name in _COLUMNS}
    for form in forms:
        who, method, said = form.sent.respondent, form.weighing.method, form.said
        told = (form.path.name, who, form.sent.name, form.sent.role, method, form.scheme)
        rows["returned"].append((*told, said.asked, said.answered))
        rows["pairs"] += [(who, method, *pair, form.scheme) for pair in said.pairs]
        rows["values"] += [(who, method, *value, form.scheme) for value in said.values]
        rows["blank"] += [(who, method, *blank, form.scheme) for blank in said.blank]
    tables = {name: _frame(name, found) for name, found in rows.items()}
    files = tuple((form.path.relative_to(client.folder).as_posix(), form.sha256) for form in forms)
    return Judgements(**tables, forms=files)


def _frame(name: str, rows: list[tuple[object, ...]]) -> pd.DataFrame:
    types = {column: _NUMBERS.get(column, "str") for column in _COLUMNS[name]}
    return pd.DataFrame(rows, columns=list(_COLUMNS[name])).astype(types)
