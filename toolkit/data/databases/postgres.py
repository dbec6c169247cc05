"""PostgreSQL, read only: a login that may only SELECT is enough, and nothing is ever created there."""

from __future__ import annotations

import io
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv

from toolkit.data.connections import Connection, quoted
from toolkit.data.convert import ident
from toolkit.errors import Problems
from toolkit.faults import near

if TYPE_CHECKING:
    import psycopg

_SECONDS = 10  # to wait for a server's first answer
_LONGEST = "30min"  # a statement runs, where neither the login nor the URL says otherwise
_BLOCK = 1 << 26  # bytes parsed at a time; no cell may be longer
_DIGITS = 38  # of an exact number in Arrow
# Types by their numbers, which are the same on every server (pg_type.dat).
_BOOL, _BYTEA, _MONEY, _NUMERIC, _ZONED = 16, 17, 790, 1700, 1184
_TYPES = {
    _BOOL: pa.bool_(), 20: pa.int64(), 21: pa.int64(), 23: pa.int64(), 700: pa.float64(), 701: pa.float64(),
    1082: pa.date32(), 1114: pa.timestamp("us"), _ZONED: pa.timestamp("us"),
}  # fmt: skip
_ARRAYS = (
    (pa.types.is_date, "date[]"),
    (pa.types.is_boolean, "boolean[]"),
    (pa.types.is_integer, "bigint[]"),
    (pa.types.is_floating, "float8[]"),
    (pa.types.is_decimal, "numeric[]"),
    (pa.types.is_timestamp, "timestamp[]"),
)


def open_postgres(
    connection: Connection, problems: Problems, where: str = ""
) -> psycopg.Connection[Any] | None:
    """Connect to a server, read only; None with the reason in `problems`, which never names the password."""
    where = where or f"engagement.yaml connections.{connection.name}"
    try:
        import psycopg
    except ImportError:
        problems.add("connection.needs_package", where=where, value="psycopg[binary]")
        return None
    more: dict[str, Any] = {"fallback_application_name": "kpi", "client_encoding": "UTF8"}
    if "connect_timeout" not in connection.url:
        more["connect_timeout"] = _SECONDS
    if connection.password:
        more["password"] = connection.password
    try:
        opened = psycopg.connect(connection.url, autocommit=True, **more)
    except psycopg.Error as error:
        _not_connected(error, connection, problems, where)
        return None
    # Said after connecting: a pool in front of the server would refuse these among the URL's options.
    opened.execute("SET default_transaction_read_only = on")
    opened.execute("SET datestyle = 'ISO, YMD'")
    if opened.execute("SHOW statement_timeout").fetchone() == ("0",):
        opened.execute(f"SET statement_timeout = '{_LONGEST}'")
    return opened


def _not_connected(error: psycopg.Error, connection: Connection, problems: Problems, where: str) -> None:
    said = " ".join(str(error).split())
    if connection.password:
        said = said.replace(connection.password, "***")
    pgconn = error.pgconn
    if pgconn is not None and (pgconn.needs_password or pgconn.used_password):
        variable = connection.password_variable
        problems.add("connection.password_refused", where=where, variable=variable)
    else:
        problems.add("connection.no_answer", where=where, value=said[:240])


def no_rights(
    error: psycopg.Error, opened: psycopg.Connection[Any], table: str, problems: Problems, where: str
) -> None:
    """Put a statement's failure into a problem: no table, no right, or what was said."""
    if error.sqlstate in ("42P01", "3F000"):  # undefined_table, invalid_schema_name
        listed = opened.execute(
            "SELECT CASE table_schema WHEN 'public' THEN '' ELSE table_schema || '.' END || table_name "
            "FROM information_schema.tables WHERE table_schema NOT IN ('pg_catalog', 'information_schema')"
        ).fetchall()
        names = near(table, [row[0] for row in listed])
        problems.add("connection.no_such_table", where=where, value=table, near=names)
    elif error.sqlstate == "42501":  # insufficient_privilege
        problems.add("connection.no_right", where=where, value=table)
    else:
        problems.add("connection.failed", where=where, value=" ".join(str(error).split())[:240])


def may_read(opened: psycopg.Connection[Any], table: str, problems: Problems, where: str) -> bool:
    """Whether a table is there and the login may SELECT from it; else the reason is in `problems`."""
    import psycopg

    try:
        opened.execute(f"SELECT * FROM {quoted(table)} LIMIT 0")
    except psycopg.Error as error:
        no_rights(error, opened, table, problems, where)
        return False
    return True


def table_columns(
    opened: psycopg.Connection[Any], table: str, problems: Problems, where: str
) -> dict[str, int] | None:
    """A table's readable columns with their types' numbers; files kept in a column are left out and noted."""
    described = opened.execute(f"SELECT * FROM {quoted(table)} LIMIT 0").description or []
    columns = {column.name: column.type_code for column in described}
    for name in [name for name, kind in columns.items() if kind == _BYTEA]:
        problems.note("connection.column_left_out", where=where, column=name, value="bytea")
        del columns[name]
    return columns


def fetch(
    opened: psycopg.Connection[Any], query: str, small: Mapping[str, pa.Table] | None = None
) -> pa.Table:
    """What a SELECT in PostgreSQL's dialect gives, as it is copied out of the server in one stream.

    Parameters
    ----------
    small : mapping
        Little tables that the SELECT names; they travel with it as arrays.

    Returns
    -------
    Table
        numeric as decimals with all their digits (as text where Arrow has no room, or one is not a number),
        times with a zone on the clock of the server's session, what Arrow does not know as text.
    """
    import psycopg

    ahead, values = _ahead(small or {})
    body = query.replace("%", "%%") if values else query
    cursor = psycopg.ClientCursor(opened)
    described = (
        cursor.execute(f"{ahead} SELECT * FROM ({body}) AS q LIMIT 0", values or None).description or []
    )
    types = {column.name: column.type_code for column in described}
    selected = ", ".join(_selected(name, kind) for name, kind in types.items())
    content = io.BytesIO()
    statement = f"COPY ({ahead} SELECT {selected} FROM ({body}) AS q) TO STDOUT (FORMAT csv)"
    with cursor.copy(statement, values or None) as copy:
        for block in copy:
            content.write(block)
    return _table(content.getbuffer(), types)


def _ahead(small: Mapping[str, pa.Table]) -> tuple[str, list[list[Any]]]:
    """Little tables in front of a SELECT, for a login that may create nothing; and their columns' values."""
    named, values = [], []
    for name, table in small.items():
        kinds = [_array_type(field.type) for field in table.schema]
        arrays = ", ".join(f"%s::{kind}" for kind in kinds)
        columns = ", ".join(ident(column) for column in table.column_names)
        named.append(f"{ident(name)} AS (SELECT * FROM unnest({arrays}) AS s({columns}))")
        values += [table.column(column).to_pylist() for column in table.column_names]
    return (f"WITH {', '.join(named)}" if named else ""), values


def _array_type(kind: pa.DataType) -> str:
    return next((array for is_kind, array in _ARRAYS if is_kind(kind)), "text[]")


def _selected(name: str, kind: int) -> str:
    """A column on its way out: what has no type of Arrow's as text, an amount of `money` as a number."""
    if kind in _TYPES or kind == _NUMERIC:
        target = "timestamp" if kind == _ZONED else ""
    else:
        target = "numeric" if kind == _MONEY else "text"
    return f"CAST({ident(name)} AS {target}) AS {ident(name)}" if target else ident(name)


def _table(content: memoryview, types: Mapping[str, int]) -> pa.Table:
    kinds = {name: _TYPES.get(kind, pa.string()) for name, kind in types.items()}
    try:
        table = _parsed(content, kinds)
    except pa.ArrowInvalid:  # a day such as `infinity` is kept as text, to be refused in its own words
        text = {n: k if pa.types.is_boolean(k) else pa.string() for n, k in kinds.items()}
        table = _parsed(content, text)
    for i, (name, kind) in enumerate(types.items()):
        if kind in (_NUMERIC, _MONEY):
            table = table.set_column(i, name, _exact(table.column(i)))
    return table


def _parsed(content: memoryview, kinds: Mapping[str, pa.DataType]) -> pa.Table:
    if not len(content):
        return pa.table({name: pa.array([], kind) for name, kind in kinds.items()})
    return pacsv.read_csv(
        pa.py_buffer(content),
        read_options=pacsv.ReadOptions(column_names=list(kinds), block_size=_BLOCK),
        parse_options=pacsv.ParseOptions(newlines_in_values=True, ignore_empty_lines=len(kinds) > 1),
        convert_options=pacsv.ConvertOptions(
            column_types=dict(kinds), null_values=[""], strings_can_be_null=True,
            quoted_strings_can_be_null=False, true_values=["t"], false_values=["f"],
        ),
    )  # fmt: skip


def _exact(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Numbers written out → decimals; text where one of them is no number or has too many digits."""
    scale = pc.max(pc.utf8_length(pc.replace_substring_regex(column, r"^[^.]*\.?", ""))).as_py() or 0
    try:
        numbers = [None if cell is None else Decimal(cell) for cell in column.to_pylist()]
        return pa.chunked_array([pa.array(numbers, pa.decimal128(_DIGITS, min(scale, _DIGITS)))])
    except (pa.ArrowInvalid, InvalidOperation):
        return column
