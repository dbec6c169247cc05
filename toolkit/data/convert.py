"""How a client's cell becomes a day, an amount, a number or a word: one SQL expression a kind of column."""

from __future__ import annotations

from collections.abc import Mapping

# Year first, as ISO 8601 and Chinese exports write it; any other order must be declared.
_DAYS = ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日", "%Y%m%d")
_TIMES = ("", " %H:%M:%S", " %H:%M", "T%H:%M:%S", " %H:%M:%S.%f", "T%H:%M:%S.%f")
# `24-01-05` would pass as the year 24, `2024115` as the 5th of November.
_YEAR_FIRST = r"[12]\d{3}([-/.年].*|\d{4}([ T].*)?)|9999-12-31.*"
DAY_OR_MONTH_FIRST = r"\d{1,2}[/.-]\d{1,2}[/.-]\d{4}.*"
EXCEL = {"excel": "1899-12-30", "excel_1904": "1904-01-01"}  # date_format → the day before the first, or it
_EXCEL_LAST = 2_958_465  # 9999-12-31
_SERIAL = r"\d{1,7}(\.\d+)?"
# Signs as Chinese input methods write them, and the sign that they stand for.
_WIDE, _NARROW = "０１２３４５６７８９．，－−＋（）％￥＄／：　", "0123456789.,--+()%¥$/: "
_NUMBER = r"(([1-9]\d{0,2}(,\d{3})+|\d+)(\.\d*)?|\.\d+)"  # thousands commas where they belong, or none
_MARK = r"[¥$€]?\s*"
_SIGNED = rf"[-+]?\s*{_MARK}[-+]?\s*{_NUMBER}\s*"
_BRACKETED = rf"{_MARK}\(\s*{_MARK}{_NUMBER}\s*元?\s*\)"
DECIMAL_COMMA = rf"[-+(]*\s*{_MARK}\d[\d.]*(,[\d.]*)+\s*元?\)?"
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
    as_written: bool = True,
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
        How days are written where they are not year first: `%d/%m/%Y`; `excel` for day numbers.
    as_written : bool
        Plain numbers and days alone, which is fast. Else what people write besides: full-width signs,
        thousands commas, a currency's mark, brackets for a minus, per cent in a column of numbers.

    Examples
    --------
    >>> convert("text", "rep", ident("rep"), True, {})
    '"rep"'
    """
    cell = _mapped_words(cell, values)
    if kind in ("text", "choice"):
        return cell
    from_text = is_text or bool(values)
    if kind == "day":
        if not from_text and date_format not in EXCEL:
            return f"TRY_CAST({ident(column)} AS DATE)"
        return _day(cell if as_written else narrow(cell), date_format)
    source = cell if from_text else ident(column)
    if not as_written and from_text:
        return _written_number(kind, cell)
    if kind == "money":
        return f"TRY_CAST({source} AS DECIMAL(18, 4))"
    return finite(source)


def _mapped_words(cell: str, values: Mapping[str, str]) -> str:
    words = " ".join(f"WHEN {literal(old.strip(BLANKS))} THEN {literal(new)}" for old, new in values.items())
    return f"CASE {cell} {words} ELSE {cell} END" if words else cell


def finite(source: str) -> str:
    """The SQL expression that reads a number; NULL for text, for infinity and for what is not a number."""
    number = f"TRY_CAST({source} AS DOUBLE)"
    return f"CASE WHEN isfinite({number}) THEN {number} END"


def narrow(cell: str) -> str:
    """The SQL expression for a cell with half-width signs for full-width ones."""
    return f"trim(translate({cell}, '{_WIDE}', '{_NARROW}'))"


def _written_number(kind: str, cell: str) -> str:
    """A number as people write it; what has two signs or a comma in a wrong place stays unread."""
    half = narrow(cell)
    unit = "元?" if kind == "money" else "[元%]?"
    sound = (
        f"(regexp_full_match({half}, '{_SIGNED}{unit}') OR regexp_full_match({half}, '{_BRACKETED}')) "
        f"AND NOT regexp_matches({half}, '[-+].*[-+]')"
    )
    sign = f"CASE WHEN regexp_matches({half}, '[-(]') THEN '-' ELSE '' END"
    bare = f"{sign} || regexp_replace({half}, '[^0-9.]', '', 'g')"
    if kind == "money":
        return f"CASE WHEN {sound} THEN TRY_CAST({bare} AS DECIMAL(18, 4)) END"
    whole = f"CASE WHEN contains({half}, '%') THEN 100 ELSE 1 END"
    return f"CASE WHEN {sound} THEN {finite(bare)} / {whole} END"


def _day(cell: str, date_format: str) -> str:
    if date_format in EXCEL:
        return _counted_day(cell, date_format)
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


def _counted_day(cell: str, date_format: str) -> str:
    """A spreadsheet's day number, or a day year first.

    Excel believes in a 29th of February 1900, its day 60; the days before it count from one day later.
    """
    number = f"CAST(floor(TRY_CAST({cell} AS DOUBLE)) AS INTEGER)"
    start = f"DATE '{EXCEL[date_format]}'"
    counted = f"CASE WHEN {number} <= {_EXCEL_LAST} THEN {start} + {number} END"
    if date_format == "excel":
        counted = (
            f"CASE WHEN {number} BETWEEN 1 AND 59 THEN {start} + {number} + 1 "
            f"WHEN {number} BETWEEN 61 AND {_EXCEL_LAST} THEN {start} + {number} END"
        )
    return f"CASE WHEN regexp_full_match({cell}, '{_SERIAL}') THEN {counted} ELSE {_day(cell, '')} END"
