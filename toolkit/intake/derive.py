"""Tables that a file holds without being them: order lines, people who own deals, KPIs side by side."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

import pyarrow as pa

from toolkit.catalogue.load import load_catalogue
from toolkit.data.convert import ident, literal
from toolkit.data.sql import adds
from toolkit.intake.catalogue_names import kpi_like, kpi_named
from toolkit.intake.evidence import TAKEN, evidence
from toolkit.intake.fill import words_of
from toolkit.intake.proposal import Line, TableProposal
from toolkit.intake.sources import Source
from toolkit.intake.words import name_score, plain

_LINE_NAMES = {plain(n) for n in (
    "line", "line no", "line number", "line item", "item", "item no", "order line", "position", "row no",
    "行号", "行", "行次", "分录号", "分录", "序号", "项次", "明细行号", "订单行号",
)}  # fmt: skip
_DERIVED = 0.85  # what follows from how the file is made, not from a column of its own
_TARGET = re.compile(
    r"(目标|计划|任务|定额|指标值)值?$|^(目标|计划)|[ _]?(target|quota|plan|goal)$|^(target|plan)[ _]?", re.I
)
_ACTUAL = re.compile(
    r"(实际|完成|实绩|达成|完成值|实际值)$|^(实际|完成)|[ _]?(actual|result|achieved)$|^actual[ _]?", re.I
)
_SHARE = re.compile(r"(完成率|达成率|完成比|attainment|achievement)", re.I)
_OWNED = 0.8  # the owners of deals as the roster, where there is no other


def order_key(source: Source) -> str:
    """SQL for the key of an order list: its order number, with the line number where orders have lines.

    Lines of goods without a number are counted within their order. Blank where the file has a key of its
    own, or is no list of orders.
    """
    headers = list(source.columns)
    keys = [h for h in headers if evidence(source, "deals", "deal", h).confidence >= TAKEN]
    scores = {h: name_score("deals", "order", h) for h in headers}
    order = max(scores, key=lambda h: scores[h], default="")
    has_goods = any(name_score("deals", c, h) >= 0.7 for c in ("product", "quantity") for h in headers)
    enough = 0.5 if has_goods else 0.7  # a 单据编号 alone may number anything; beside goods it numbers orders
    if keys or not order or scores[order] < enough or source.columns[order].share_filled < 1:
        return ""
    if source.columns[order].share_distinct == 1:
        return ident(order)
    for line in headers:
        if plain(line) in _LINE_NAMES and tells_apart(source, (order, line)):
            return f"{ident(order)} || '-' || {ident(line)}"
    return f"{ident(order)} || '-' || row_number() OVER (PARTITION BY {ident(order)})" if has_goods else ""


def tells_apart(source: Source, columns: tuple[str, ...]) -> bool:
    counted: int = source.table.select(columns).group_by(list(columns)).aggregate([]).num_rows
    return counted == source.table.num_rows


def with_order_key(source: Source) -> Source:
    """The source with the key of its order lines, if it is a list of orders without a key of its own."""
    key = order_key(source) if not source.marked else ""
    return replace(source, made={"deal": key}) if key else source


def order_lines(proposal: TableProposal) -> TableProposal:
    """The proposal of an order list as a SELECT that adds what the file does not say."""
    source, name = proposal.source, proposal.source.plain_name
    added = [f"{source.made['deal']} AS deal"]
    lines = [replace(x, reasons=("intake.by_order_no",)) if x.column == "deal" else x for x in proposal.lines]
    if not any(line.column == "stage" for line in lines):
        added.append("'won' AS stage")
        lines.append(Line("stage", "stage", _DERIVED, ("intake.by_orders",)))
    select = f"SELECT *, {', '.join(added)} FROM {ident(name)}"
    return replace(
        proposal, lines=tuple(lines), select=select, files={name: source}, reason="intake.by_order_list"
    )


def roster_of(owned: list[TableProposal]) -> TableProposal | None:
    """The people whom the data name as a roster, with what the first file says of each."""
    parts: dict[str, tuple[Source, str]] = {}
    for proposal in owned:
        line = next((x for x in proposal.lines if x.column == "participant" and x.taken), None)
        header = str(line.words.get("header", line.header)) if line else ""
        if header in proposal.source.columns:
            parts.setdefault(proposal.source.plain_name, (proposal.source, header))
    if not parts:
        return None
    source, header = next(iter(parts.values()))
    columns = _of_owner(source, header, {h for p in owned if p.source is source for h in p.columns.values()})
    lines = tuple(
        Line(c, c, _OWNED, ("intake.by_owner",), words={"header": h})
        for c, h in {"participant": header, **columns}.items()
    )
    files = {name: one for name, (one, _) in parts.items()}
    return TableProposal(
        "participants", source, _OWNED, lines, select=_roster_select(header, columns, source, parts),
        files=files, reason="intake.by_no_roster",
    )  # fmt: skip


def _roster_select(
    header: str, columns: Mapping[str, str], source: Source, parts: Mapping[str, tuple[Source, str]]
) -> str:
    listed = ", ".join(
        [f"{ident(header)} AS participant", *(f"{ident(h)} AS {ident(c)}" for c, h in columns.items())]
    )
    first = f"SELECT DISTINCT {listed} FROM {ident(source.plain_name)} WHERE {ident(header)} IS NOT NULL"
    rest = [(name, h) for name, (one, h) in parts.items() if one is not source]
    if not rest:
        return first
    blanks = ", NULL" * len(columns)
    more = [f"SELECT {ident(h)}{blanks} FROM {ident(name)} WHERE {ident(h)} IS NOT NULL" for name, h in rest]
    kept = "".join(f", max({ident(c)}) AS {ident(c)}" for c in columns)
    return f"SELECT participant{kept} FROM ({' UNION ALL '.join([first, *more])}) GROUP BY participant"


def _of_owner(source: Source, owner: str, used: set[str]) -> dict[str, str]:
    """Columns that name each owner's team, region, manager: one for each, and filled."""
    out: dict[str, str] = {}
    for column in ("team", "region", "manager", "role"):
        for header in source.columns:
            sure = evidence(source, "participants", column, header).name >= 0.85
            if sure and header not in used | set(out.values()) and _one_each(source, owner, header):
                out[column] = header
                break
    return out


def _one_each(source: Source, owner: str, header: str) -> bool:
    pairs = source.table.select([owner, header]).filter(pa.compute.is_valid(source.table[owner]))
    return bool(
        pairs.group_by([owner, header]).aggregate([]).num_rows
        == pairs.group_by([owner]).aggregate([]).num_rows
    )


def wide_columns(source: Source) -> dict[str, tuple[str, str]]:
    """Columns that are KPIs, of a sheet with one row a person and period: header → (table, KPI)."""
    if source.marked:
        return {}
    out: dict[str, tuple[str, str]] = {}
    for header, found in source.columns.items():
        if not found.is_number or found.is_day or _SHARE.search(header):
            continue
        target, actual = _TARGET.sub("", header), _ACTUAL.sub("", header)
        table, bare = ("targets", target) if target != header else ("kpi_values", actual)
        kpi = kpi_named(bare.strip(" _-"))
        if kpi and (table, kpi) not in out.values():
            out[header] = table, kpi
    return out if len(out) >= 2 else {}


def wide_tables(source: Source) -> list[TableProposal]:
    """`kpi_values` and `targets` from a sheet whose columns are KPIs; nothing where it is no such sheet."""
    columns = wide_columns(source)
    if not columns:
        return []
    when = named_columns(source, "period", columns)
    who = [
        h
        for h in named_columns(source, "participant", columns)
        if len(when) == 1 and tells_apart(source, (h, when[0]))
    ]
    if not who or not when:
        return []
    out = []
    for table in ("targets", "kpi_values"):
        kpis = {h: kpi for h, (t, kpi) in columns.items() if t == table}
        if kpis:
            out.append(_unpivoted(source, table, kpis, who, when[0]))
    return out


def named_columns(source: Source, column: str, others: Iterable[str]) -> list[str]:
    """Columns that may be a sheet's people or periods, the likeliest first."""
    scores = {h: name_score("targets", column, h) for h in source.columns if h not in others}
    return sorted((h for h, n in scores.items() if n >= 0.6), key=lambda h: -scores[h])


def _unpivoted(
    source: Source, table: str, kpis: Mapping[str, str], people: list[str], when: str
) -> TableProposal:
    name, number, who = source.plain_name, "target" if table == "targets" else "value", people[0]
    parts = [
        f"SELECT {ident(who)} AS participant, {ident(when)} AS period, {literal(kpi)} AS kpi, "
        f"{ident(header)} AS {number}{additive(kpi) if table == 'kpi_values' else ''} "
        f"FROM {ident(name)} WHERE {ident(header)} IS NOT NULL"
        for header, kpi in kpis.items()
    ]
    known, asked = words_of(table, "period", source.cells(when))
    unknown = {"period": asked} if asked else {}
    rest = [h for h, p in source.columns.items() if p.is_number and h not in wide_columns(source)]
    likely = {h: kpi_like(h) for h in rest if not _SHARE.search(h) and kpi_like(h)}
    unknown |= {"kpi": likely} if likely and table == "kpi_values" else {}
    listed = ("participant", "period", "kpi", number, *(("additive",) if table == "kpi_values" else ()))
    words = {"kpis": ", ".join(kpis.values()), "header": who}
    lines = tuple(Line(c, c, _DERIVED, ("intake.by_kpi_columns",), words=words) for c in listed)
    return TableProposal(
        table, source, _DERIVED, lines, {"period": known} if known else {}, unknown,
        select=" UNION ALL ".join(parts), files={name: source}, reason="intake.by_kpi_columns",
        rivals=tuple(people[1:]),
    )  # fmt: skip


def additive(kpi: str) -> str:
    """Amounts and counts of rows add up over months and people; rates, and customers counted once, do not."""
    found = load_catalogue()[kpi]
    part = found.numerator
    counted = part is not None and adds(part.sql) and "DISTINCT" not in part.sql.upper()
    return f", {literal('yes' if found.adds_over_time and counted else 'no')} AS additive"


def describes_others(source: Source, others: Iterable[Source]) -> bool:
    """Whether a file's cells are the names of the other files and their columns: a data dictionary."""
    names = {plain(h) for other in others for h in other.columns}
    names |= {plain(other.plain_name) for other in others}
    cells = {plain(cell) for found in source.columns.values() for cell in found.cells}
    return bool(cells) and sum(cell in names for cell in cells) >= 0.6 * len(cells) and len(cells) < 2000
