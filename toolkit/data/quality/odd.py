"""What looks odd in a table as a whole: scales, extremes, twins, columns that never change, money and tax."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from toolkit.data.convert import ident, literal
from toolkit.data.quality.subject import FIRST, Subject, first_rows
from toolkit.data.tables import TABLES
from toolkit.language import number, percent

_FEW = 20  # rows; below it neither an extreme nor a constant means anything
_EXTREME = 3.0  # powers of ten from the median: 1,000 times as much, or as little (元 among 万元 is 10,000)
_SPREADS = 5.0  # and so many robust standard deviations of the logarithms, for amounts that vary widely
_NORMAL_IQR = 1.349  # interquartile range of a normal distribution in standard deviations
_SCALE = 10  # a score above it is on a 100-point scale, one up to it on a 5- or 10-point scale
_STRAY = 0.02  # scores on the other scale, as a share: fewer low ones may be honest scores of 8 out of 100
_TAX = (0.13, 0.09, 0.06, 0.03)  # value-added tax in China, by kind of goods and taxpayer
_TAX_TOLERANCE = 0.0005  # of the ratio: rounding to cents
_MOSTLY = 0.5  # of the orders matched; fewer may be a partial invoice that happens to fit
_TWINS = {
    "deals": (
        "participant",
        "customer",
        "product",
        "stage",
        "amount",
        "created_on",
        "ordered_on",
        "closed_on",
    ),
    "invoices": ("participant", "customer", "order", "amount", "issued_on"),
    "payments": ("participant", "customer", "invoice", "amount", "paid_on"),
    "expenses": ("participant", "kind", "amount", "spent_on"),
}
_TWIN_NEEDS = {"deals": ("customer",), "invoices": ("customer",), "payments": ("customer",), "expenses": ()}
# How exports write a currency, upper-cased; what is not here stands for itself.
_CURRENCIES = {
    "CNY": ("RMB", "CNH", "人民币", "元", "¥", "￥", "人民币元"),
    "USD": ("$", "US$", "美元", "美金"),
    "EUR": ("€", "欧元"),
    "GBP": ("£", "英镑"),
    "JPY": ("日元", "円", "YEN"),
    "HKD": ("HK$", "港元", "港币"),
}


def odd_currencies(subject: Subject, currency: str, summed: Collection[str]) -> None:
    """Amounts in several currencies, or in another than the engagement's: an error where a KPI adds them."""
    if not subject.has("currency"):
        return
    alias = {word: code for code, words in _CURRENCIES.items() for word in words}
    cases = " ".join(f"WHEN {literal(word)} THEN {literal(code)}" for word, code in alias.items())
    upper = f"upper(coalesce(currency, {literal(currency)}))"
    found = subject.fetch(
        f"SELECT CASE {upper} {cases} ELSE {upper} END AS code, count(*) AS n FROM {ident(subject.name)} "
        "GROUP BY 1 ORDER BY n DESC, code"
    )
    named = ", ".join(f"{code} {number(n, 'en')}" for code, n in found[:6])
    other = sum(n for code, n in found if code != currency)
    if not other:
        return
    code = "quality.other_currency" if len(found) == 1 else "quality.mixed_currencies"
    if subject.name in summed:
        where, column = subject.where(), subject.written("currency")
        subject.problems.add(code, where=where, column=column, value=named, currency=currency)
    else:
        subject.note("quality.currencies_unused", ["currency"], other, currencies=named, currency=currency)


def odd_tax(subject: Subject) -> None:
    """Rows with tax and rows without it in one table."""
    if subject.has("tax_included"):
        found = dict(
            subject.fetch(f"SELECT tax_included, count(*) FROM {ident(subject.name)} GROUP BY 1 ORDER BY 2")
        )
        if "yes" in found and "no" in found:
            subject.note("quality.tax_mixed", ["tax_included"], found["yes"])


def odd_tax_between(deals: Subject, invoices: Subject) -> None:
    """Deals without tax against invoices with it: as the columns say, else as the amounts of orders show."""
    needed = ("order", "amount")
    if not (deals.has(*needed) and invoices.has(*needed)):
        return
    stated = [
        s.fetch(f"SELECT min(tax_included), max(tax_included) FROM {ident(s.name)}")[0]
        for s in (deals, invoices)
    ]
    if all(low is not None for low, _ in stated):
        if stated[0] != stated[1] and all(low == high for low, high in stated):
            invoices.note("quality.tax_differs", ["tax_included"], invoices.rows, other=deals.where())
        return
    near = " OR ".join(f"abs(i.total / d.total - {1 + rate}) < {_TAX_TOLERANCE}" for rate in _TAX)
    one = 'SELECT "order" AS id, sum(amount) AS total FROM {} WHERE "order" IS NOT NULL {} GROUP BY 1'
    won = "AND stage = 'won'" if deals.has("stage") else ""
    ((orders, taxed, ratio),) = deals.fetch(
        f"SELECT count(*), count(*) FILTER (WHERE {near}), median(i.total / d.total) FILTER (WHERE {near}) "
        f"FROM ({one.format('invoices', '')}) AS i JOIN ({one.format('deals', won)}) AS d USING (id) "
        "WHERE d.total > 0 AND i.total > 0"
    )
    if orders >= _FEW and taxed >= _MOSTLY * orders:
        share = percent(taxed / orders, "en").replace(" ", "")
        rate = number(float(ratio), "en", 2)
        invoices.note("quality.tax_ratio", ["amount"], taxed, ratio=rate, share=share, other=deals.where())


def odd_scales(subject: Subject) -> None:
    """Scores of one kind on two scales: 4 of 5 among 85 of 100."""
    if not subject.has("kind", "score"):
        return
    found = subject.fetch(
        f"SELECT kind, count(*) FILTER (WHERE score <= {_SCALE}), count(*) FILTER (WHERE score > {_SCALE}), "
        f"min(score), max(score) FROM {ident(subject.name)} WHERE score >= 0 GROUP BY 1 ORDER BY 1"
    )
    for kind, low, high, least, most in found:
        if low and high and (low >= _STRAY * (low + high) or high <= _STRAY * (low + high)):
            ends = [number(end, "en", 1) for end in (least, most)]
            stray = min(low, high)
            subject.note("quality.mixed_scales", ["score"], stray, kind=kind, least=ends[0], most=ends[1])


def odd_extremes(subject: Subject) -> None:
    """Amounts a thousand times the usual, or a thousandth of it: another unit, or digits too many."""
    if not subject.has("amount"):
        return
    table, log = ident(subject.name), "log10(CAST(amount AS DOUBLE))"
    ((n, quartiles),) = subject.fetch(
        f"SELECT count(*), quantile_cont({log}, [0.25, 0.5, 0.75]) FROM {table} WHERE amount > 0"
    )
    if n < _FEW:
        return
    low, middle, high = quartiles
    width = max(_EXTREME, _SPREADS * (high - low) / _NORMAL_IQR)
    rows = subject.fetch(
        f"SELECT _file, _row, amount, count(*) OVER (), sum(amount) OVER () FROM {table} "
        f"WHERE amount > 0 AND abs({log} - {middle!r}) >= {width!r} ORDER BY _file, _row LIMIT {FIRST}"
    )
    if rows:
        file, _, example, count, total = rows[0]
        words: dict[str, Any] = {"example": number(example, "en", 2), "middle": number(10**middle, "en", 2)}
        words["first"] = first_rows([row[1] for row in rows], count)
        subject.note("quality.extreme", ["amount"], count, total, file, **words)


def odd_twins(subject: Subject) -> None:
    """Rows alike in person, customer, amount and days under different ids: entered twice, perhaps."""
    needs = (*_TWIN_NEEDS.get(subject.name, ()), "amount", "participant")
    if subject.name not in _TWINS or not subject.has(*needs):
        return
    alike = [c for c in _TWINS[subject.name] if c in subject.filled]
    filled = " AND ".join(f"{ident(c)} IS NOT NULL" for c in needs)
    twins = (
        f"SELECT min(_row) AS _row, min(_file) AS _file, count(*) AS n, any_value(amount) AS amount "
        f"FROM {ident(subject.name)} WHERE {filled} AND amount > 0 "
        f"GROUP BY {', '.join(ident(c) for c in alike)} HAVING count(*) > 1"
    )
    rows = subject.fetch(
        f"SELECT _file, _row, sum(n - 1) OVER (), sum(amount * (n - 1)) OVER (), count(*) OVER () "
        f"FROM ({twins}) ORDER BY _file, _row LIMIT {FIRST}"
    )
    if rows:
        file, _, more, total, groups = rows[0]
        first = first_rows([row[1] for row in rows], groups)
        subject.note("quality.twins", alike, int(more), total, file, first=first)


def odd_constants(subject: Subject) -> None:
    """Columns that hold one value in every row: a filter left on in the export, a default never changed."""
    if subject.rows < _FEW or subject.name in ("participants", "customers", "products", "targets"):
        return
    standard: Mapping[str, object] = TABLES[subject.name].columns
    columns = sorted(c for c in subject.filled & set(standard) if c not in ("currency", "tax_included"))
    if not columns:
        return
    tests = (f"min({ident(c)}), max({ident(c)}), count({ident(c)})" for c in columns)
    (found,) = subject.fetch(f"SELECT {', '.join(tests)} FROM {ident(subject.name)}")
    same = {
        c: found[3 * i]
        for i, c in enumerate(columns)
        if found[3 * i] == found[3 * i + 1] and found[3 * i + 2] == subject.rows
    }
    if same:
        subject.note("quality.constant", same, subject.rows, held=_shown(same.values()))


def _shown(values: Iterable[object]) -> str:
    return ", ".join(f"«{str(value)[:40]}»" for value in values)
