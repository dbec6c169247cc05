"""Where a client's tables lie beside files: databases, reached by a URL without a password."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Connection:
    """A database of the client's.

    Parameters
    ----------
    name : str
        What `engagement.yaml` calls it.
    url : str
        `postgresql://reader@host:5432/crm`, `sqlite:data/old.db`, `duckdb:data/mart.duckdb`, `spark:local[2]`.
    in_place : bool
        Measured where it lies, instead of being read first.
    """

    name: str
    url: str
    in_place: bool = False
