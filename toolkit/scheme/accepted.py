"""Findings of the linter that the client accepts, with the reason, kept in the scheme itself."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from pydantic import Field
from pydantic.dataclasses import dataclass

from toolkit.scheme.curve import STRICT


@dataclass(frozen=True, config=STRICT, kw_only=True)
class Accepted:
    """One rule of the linter that is knowingly not followed.

    Parameters
    ----------
    rule : str
        Its code: `M01`.
    reason : str
        Why, in the client's words; it is shown beside the finding.
    where : str
        The address it is accepted for; blank: everywhere in the scheme.
    by : str
        Who accepted it.
    on : date, optional
        When.

    Examples
    --------
    >>> Accepted(rule="M01", reason="Pilot with four measures, reviewed in July").where
    ''
    """

    rule: Annotated[str, Field(strict=True, pattern=r"^[A-Z]\d{2}$")]
    reason: Annotated[str, Field(strict=True, min_length=3)]
    where: str = ""
    by: str = ""
    on: Annotated[dt.date, Field(strict=True)] | None = None
