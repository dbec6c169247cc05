"""How a client's cell becomes a day, an amount, a number or a word: one SQL expression a kind of column."""

from __future__ import annotations

from collections.abc import Mapping

# Year first, as ISO 8601 and Chinese exports write it; any other order must be declared.
_DAYS = ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日", "%Y%m%d")
_TIMES = ("", " %H:%M:%S", " %H:%M", "T%H:%M:%S", " %H:%M:%S.%f", "T%H:%M:%S.%f")
# `24-01-05` would pass as the year 24, `2024115` as the 5th of November.
_YEAR_FIRST = r"[12]\d{3}([-/.年].*|\d{4}([ T].*)?)|9999-12-31.*"
DAY_OR_MONTH_FIRST = r"\d{1,2}[/.-]\d{1,2}[/.-]\d{4}.*"
BLANKS = " \t\r\n\u3000\u00a0"  # also the ideographic and the no-break space


def ident(name: str) -> str:
    """A column or table name, quoted for SQL."""
    return '"' + name.replace('"', '""') + '"'


def literal(value: str) -> str:
    """A text value, quoted for SQL, where no text may hold a null character."""
    return "'" + value.replace("'", "''").replace("\0", "") + "'"


def trimmed(column: str, is_text: bool) -> str:
    """The cell's text without spaces around it (an ideographic space too); NULL where nothing is left."""
    source = ident(column) if is_text else f"CAST({ident(column)} AS VARCHAR)"
    return f"nullif(trim({source}, '{BLANKS}'), '')"


def convert(
    kind: str,
    column: str,
    cell: str,
    is_text: bool,
    values: Mapping[str, str],
    date_format: str = "",
) -> str:
    """The SQL expression that reads a source column as a kind; NULL where the cell cannot be read.

    Parameters
    ----------
    kind : str
        text, choice, day, money or number.
    column : str
        The source's column.
    cell : str
        The expression for its text, trimmed.
    is_text : bool
        Whether the source holds text; a parquet file's own types are cast instead.
    values : mapping
        The client's words → the toolkit's.
    date_format : str
        How days are written where they are not year first: `%d/%m/%Y`.
    """
    if values:
        cases = " ".join(
            f"WHEN {literal(old.strip(BLANKS))} THEN {literal(new)}" for old, new in values.items()
        )
        cell = f"CASE {cell} {cases} ELSE {cell} END"
    if kind in ("text", "choice"):
        return cell
    if kind == "day":
        return _day(cell, date_format) if is_text or values else f"TRY_CAST({ident(column)} AS DATE)"
    source = cell if is_text or values else ident(column)
    if kind == "money":
        return f"TRY_CAST({source} AS DECIMAL(18, 4))"
    return finite(source)


def finite(source: str) -> str:
    """The SQL expression that reads a number; NULL for text, for infinity and for what is not a number."""
    number = f"TRY_CAST({source} AS DOUBLE)"
    return f"CASE WHEN isfinite({number}) THEN {number} END"


def _day(cell: str, date_format: str) -> str:
    if date_format:
        declared = f"CAST(try_strptime({cell}, {literal(date_format)}) AS DATE)"
        return f"CASE WHEN year({declared}) >= 1000 THEN {declared} END"
    listed = ", ".join(literal(day + time) for time in _TIMES for day in _DAYS)
    parsed = f"CAST(try_strptime({cell}, [{listed}]) AS DATE)"
    # ISO dates, nearly all there are, take a cast; what it is too lenient for goes the long way.
    is_iso = f"{cell} LIKE '____-__-__' AND {cell} >= '1000' AND {cell} < '3'"
    return (
        f"CASE WHEN {is_iso} THEN TRY_CAST({cell} AS DATE) "
        f"WHEN regexp_full_match({cell}, '{_YEAR_FIRST}') THEN {parsed} END"
    )
