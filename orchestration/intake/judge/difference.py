"""What a file changes against the one whose place it takes: lines, £, labels, columns, days.

Here is what differs; ``steward.difference`` puts it into words.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from ...contracts.feeds import FEEDS, FeedSchema
from ...contracts.layout import Layout
from ...contracts.periods import Period, financial_year
from ...display import pounds
from ...sql import private_cursor
from .findings import Finding, finding

# A correction moves a line or two in a hundred. A twentieth of the lines or of the £ gone is more
# often half an export.
LOST_SHARE = 0.05
# Days at an end of the period that the earlier file had and the new one has not: a long week-end
# without payments is sound, a fortnight is not.
DAYS_MISSING = 7
_LABELS_SHOWN = 10
# Corrections are of single lines: nine in ten changed by one factor are another unit, sign or VAT.
_LEAST_MULTIPLIED, _MULTIPLIED = 3, 0.9
# The first of these that a layout has says to whom a line belongs.
_LABELS = ("department", "area", "account", "entity", "programme", "agreement_id", "channel")


@dataclass(frozen=True)
class Amount:
    """Lines and their £; ``pence`` is 0 in a feed without money."""

    lines: int = 0
    pence: int = 0


@dataclass(frozen=True)
class Label:
    """The £ of one label, such as a department, before and now."""

    value: str | None
    before: Amount
    now: Amount


@dataclass(frozen=True)
class Published:
    """What readers see of a body's spend in a year, and what it would be with the new file."""

    financial_year: str
    pence_before: int
    pence_now: int


@dataclass(frozen=True)
class Difference:
    """A file beside the receipt that it takes the place of.

    A changed line has the same reference (else the same payee and day, or the same key) as a line
    that is gone; ``changed`` holds what those lines come to now less what they came to before.
    ``emptied`` names columns that were filled. ``days`` are the first and last date before and now.
    ``multiplied`` lines, nearly all that changed, have ``times`` the amount that they had.
    """

    replaces: str
    before: Amount
    now: Amount
    new: Amount = Amount()
    gone: Amount = Amount()
    changed: Amount = Amount()
    heading: str = ""
    labels: Sequence[Label] = ()
    more_labels: int = 0
    emptied: Sequence[str] = ()
    days: tuple[tuple[str, str] | None, tuple[str, str] | None] = (None, None)
    published: Published | None = None
    times: str = ""
    multiplied: int = 0

    def as_text(self) -> str:
        """JSON, as the ledger keeps it."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def from_text(cls, text: str) -> Difference:
        found = json.loads(text)
        amounts = ("before", "now", "new", "gone", "changed")
        days = tuple(tuple(d) if d else None for d in found["days"])
        return cls(
            **found
            | {name: Amount(**found[name]) for name in amounts}
            | {
                "days": days,
                "labels": [_label(one) for one in found["labels"]],
                "published": Published(**found["published"]) if found["published"] else None,
            }
        )


def _label(one: Mapping[str, Any]) -> Label:
    return Label(one["value"], Amount(**one["before"]), Amount(**one["now"]))


def difference(replaces: str, feed: str, layout: Layout, before: Path, now: Path) -> Difference:
    """Compares two Parquet files of raw lines of a feed, of the receipt numbered ``replaces`` and
    of the new file; ``OSError`` or ``duckdb.Error`` if one of them cannot be read."""
    schema = FEEDS[feed]
    with private_cursor() as con:
        for name, path in (("before", before), ("now", now)):
            con.execute(
                f"CREATE TEMP TABLE {name}_lines AS SELECT {', '.join(schema.names)}, "
                f"coalesce({schema.pence}, 0)::BIGINT AS pence FROM read_parquet(?)",
                [str(path)],
            )
        new, gone, changed = _lines(con, schema)
        heading, labels, more = _labels(con, layout)
        times, multiplied = _times(con)
        return Difference(
            replaces,
            _amount(con, "before_lines"),
            _amount(con, "now_lines"),
            new,
            gone,
            changed,
            heading,
            labels,
            more,
            _emptied(con, layout),
            _days(con, schema),
            times=times,
            multiplied=multiplied,
        )


def lines_that_differ(before: Path, now: Path) -> int:
    """How many lines of the same bytes two readings have otherwise; a line is known by its row.

    Only columns that both have are compared: an upgrade that adds one changes no line.
    """
    with private_cursor() as con:
        columns = [
            {row[0] for row in con.execute("DESCRIBE FROM read_parquet(?)", [str(p)]).fetchall()}
            for p in (before, now)
        ]
        names = ", ".join(sorted(columns[0] & columns[1] - {"submission_id", "file_sha256"}))
        query = (
            f"SELECT count(DISTINCT (sheet, source_row)) FROM (SELECT {names} FROM read_parquet(?) "
            f"EXCEPT ALL SELECT {names} FROM read_parquet(?))"
        )
        counts = [
            con.execute(query, [str(a), str(b)]).fetchall()[0][0]
            for a, b in ((before, now), (now, before))
        ]
        return int(max(counts))


def _amount(con: duckdb.DuckDBPyConnection, relation: str) -> Amount:
    query = f"SELECT count(*), coalesce(sum(pence), 0)::BIGINT FROM {relation}"
    return Amount(*con.execute(query).fetchall()[0])


def _lines(con: duckdb.DuckDBPyConnection, schema: FeedSchema) -> tuple[Amount, Amount, Amount]:
    """Lines that are new, gone, and changed: the same key with something else in it."""
    con.execute("CREATE TEMP TABLE added AS FROM now_lines EXCEPT ALL FROM before_lines")
    con.execute("CREATE TEMP TABLE dropped AS FROM before_lines EXCEPT ALL FROM now_lines")
    key = ", ".join(_key(con, schema))
    numbered = f"SELECT pence, {key}, row_number() OVER (PARTITION BY {key} ORDER BY pence) AS nth"
    same = " AND ".join(f"a.{k} = d.{k}" for k in [*key.split(", "), "nth"])
    con.execute(
        f"CREATE TEMP TABLE pairs AS WITH a AS ({numbered} FROM added), "
        f"d AS ({numbered} FROM dropped) "
        f"SELECT a.pence AS now, d.pence AS before FROM a JOIN d ON {same}"
    )
    pairs = con.execute(
        "SELECT count(*), coalesce(sum(now), 0)::BIGINT, coalesce(sum(before), 0)::BIGINT "
        "FROM pairs"
    ).fetchall()
    lines, now, before = pairs[0]
    new, gone = _amount(con, "added"), _amount(con, "dropped")
    return (
        Amount(new.lines - lines, new.pence - now),
        Amount(gone.lines - lines, gone.pence - before),
        Amount(lines, now - before),
    )


def _times(con: duckdb.DuckDBPyConnection) -> tuple[str, int]:
    """By what nearly all lines that changed were multiplied, and how many they are, where that is
    half of the file and more."""
    lines, times, multiplied = con.execute(
        "SELECT sum(n)::BIGINT, arg_max(times, n), max(n) FROM (SELECT round(now / before, "
        # A thousandth of a small amount is rounded by much.
        "CASE WHEN abs(now) < abs(before) THEN 4 ELSE 2 END) AS times, count(*) AS n FROM pairs "
        "WHERE before <> 0 AND abs(now - before) > 1 AND least(abs(now), abs(before)) >= 100 "
        "GROUP BY 1)"
    ).fetchall()[0]
    whole = _amount(con, "now_lines").lines
    if not lines or multiplied < _LEAST_MULTIPLIED or 2 * multiplied < whole:
        return "", 0
    return (f"{times:g}", multiplied) if multiplied >= _MULTIPLIED * lines else ("", 0)


def _key(con: duckdb.DuckDBPyConnection, schema: FeedSchema) -> list[str]:
    """The fields by which a line is known again."""
    if "transaction_no" not in schema.names:
        kinds = ("text", "date", "year", "flag")
        return [f.name for f in schema.fields if f.required and (f.type in kinds or f.listed)]
    query = "SELECT count(transaction_no) = count(*) FROM {}"
    referenced = all(
        con.execute(query.format(t)).fetchall()[0][0] for t in ("before_lines", "now_lines")
    )
    return ["transaction_no"] if referenced else ["supplier_name", "line_date"]


def _labels(con: duckdb.DuckDBPyConnection, layout: Layout) -> tuple[str, list[Label], int]:
    """The £ by the first label that the layout has, those that moved most first."""
    name = next((n for n in _LABELS if n in layout.columns), None)
    if name is None:
        return "", [], 0
    rows = con.execute(
        f"SELECT value, sum(b_lines)::BIGINT, sum(b_pence)::BIGINT, sum(n_lines)::BIGINT, "
        "sum(n_pence)::BIGINT FROM ("
        f"SELECT {name} AS value, 1 AS b_lines, pence AS b_pence, 0 AS n_lines, 0 AS n_pence "
        f"FROM before_lines UNION ALL SELECT {name}, 0, 0, 1, pence FROM now_lines) "
        "GROUP BY value HAVING sum(b_pence) <> sum(n_pence) OR sum(b_lines) <> sum(n_lines) "
        "ORDER BY abs(sum(n_pence) - sum(b_pence)) DESC, value"
    ).fetchall()
    labels = [Label(r[0], Amount(r[1], r[2]), Amount(r[3], r[4])) for r in rows[:_LABELS_SHOWN]]
    return layout.columns[name].heading, labels, max(0, len(rows) - _LABELS_SHOWN)


def _emptied(con: duckdb.DuckDBPyConnection, layout: Layout) -> list[str]:
    """Headings of columns that had cells before and have none now."""
    counted = ", ".join(f"count({name})" for name in layout.columns)
    rows = [con.execute(f"SELECT {counted} FROM {t}").fetchall()[0] for t in _TABLES]
    filled = zip(layout.columns.values(), *rows, strict=True)
    return [column.heading for column, before, now in filled if before and not now]


_TABLES = ("before_lines", "now_lines")


def _days(
    con: duckdb.DuckDBPyConnection, schema: FeedSchema
) -> tuple[tuple[str, str] | None, tuple[str, str] | None]:
    """The first and last date before and now; ``None`` without dates."""
    if not schema.date_field:
        return None, None
    query = f"SELECT min({schema.date_field})::VARCHAR, max({schema.date_field})::VARCHAR FROM "
    before, now = (con.execute(query + table).fetchall()[0] for table in _TABLES)
    return before if before[0] else None, now if now[0] else None


def with_published(found: Difference, release: Path, partner_id: str, period: Period) -> Difference:
    """The same, with the body's published spend of the year, and what it would be."""
    year = financial_year(period.start)
    with duckdb.connect(str(release), read_only=True) as con:
        ((pence,),) = con.execute(
            "SELECT sum(amount_pence)::BIGINT FROM fct_spend_line "
            "WHERE body_id = ? AND financial_year = ? AND feed = 'spend'",
            [partner_id, year],
        ).fetchall()
    if pence is None:
        return found
    after = pence + found.now.pence - found.before.pence
    return replace(found, published=Published(year, pence, after))


def replacing(found: Difference, *, money: bool) -> Finding:
    """That the file replaces another one; a question if it loses much of it."""
    lost = []
    if found.now.lines < found.before.lines * (1 - LOST_SHARE):
        lost.append(f"{found.before.lines:,} lines fall to {found.now.lines:,}")
    before, now = found.before.pence, found.now.pence
    if money and before > 0 and now < before * (1 - LOST_SHARE):
        lost.append(f"{pounds(before)} falls to {pounds(now)}")
    lost += _days_lost(found.days)
    if not lost:
        return finding("TP-061", detail=f"receipt {found.replaces}")
    amount = found.now.pence - found.before.pence if money else None
    detail = "; ".join(lost)
    return finding("TP-062", detail=detail, rows=f"receipt {found.replaces}", amount_pence=amount)


def _days_lost(days: tuple[tuple[str, str] | None, tuple[str, str] | None]) -> list[str]:
    """What the new lines no longer cover of the time that the earlier ones covered."""
    before, now = days
    if before is None or now is None:
        return []
    first, last = (
        (date.fromisoformat(now[end]) - date.fromisoformat(before[end])).days for end in (0, 1)
    )
    if first <= DAYS_MISSING and last >= -DAYS_MISSING:
        return []
    return [
        f"its dates run from {now[0]} to {now[1]}, where they ran from {before[0]} to {before[1]}"
    ]


def multiplied(found: Difference) -> Finding | None:
    """That the file has nearly every amount of the one before, multiplied."""
    if not found.times:
        return None
    return finding(
        "TP-421",
        count=found.multiplied,
        amount_pence=found.now.pence - found.before.pence,
        detail=found.times,
        rows=f"receipt {found.replaces}",
        hint=f"The file adds up to {pounds(found.now.pence)}, where it was "
        f"{pounds(found.before.pence)}.",
    )
