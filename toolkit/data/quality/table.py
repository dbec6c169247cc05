"""What was noted of a client's data, as a table."""

from __future__ import annotations

import pandas as pd

from toolkit.data.engagement import Engagement
from toolkit.language import describe


def notes_table(client: Engagement, language: str) -> pd.DataFrame:
    """How files were read and what looks odd, a row a note.

    Parameters
    ----------
    language : str
        en or zh.

    Returns
    -------
    DataFrame
        code, where, row, column, message.

    Examples
    --------
    >>> import toolkit as tk
    >>> from toolkit.assets import asset
    >>> client = tk.load_engagement(asset("templates", "engagements", "adventureworks"))
    >>> sorted(notes_table(client, "en")["code"])
    ['quality.constant', 'quality.twins']
    """
    columns = ["code", "where", "row", "column", "message"]
    rows = [(n.code, n.where, n.row, n.column, describe(n, language, remedied=False)) for n in client.notes]
    return pd.DataFrame(rows, columns=columns).astype({"row": "Int64"})
