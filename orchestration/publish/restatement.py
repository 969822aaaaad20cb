"""What changed since the release before: one row a figure that differs, with old, new and why.

A figure is a cell of a table of sums, known by the table's declared key. Tables of lines are too
long to list cell by cell; of them it is said which submissions' lines came or went. Applied to the
release before, the rows give this one (``replays`` proves it on the files as they are on disk).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import duckdb

from .candidate import Draft, write_table
from .causes import Change, attributed, slot
from .change_words import Restated, sentences
from .content import IS_SYNTHETIC, attach, name
from .figure_causes import kind_of, made_of, name_causes, why_differing
from .manifest import DATABASE, Manifest, PublishedTable
from .notes import notes_on
from .store import current_release

TABLE, VIEW = "fct_restatement", "v_release_change"
CHANGES = "CHANGES.md"
COLUMNS = {
    "table_name": "VARCHAR",
    "figure_key": "VARCHAR",
    "financial_year": "VARCHAR",
    "body_id": "VARCHAR",
    "column_name": "VARCHAR",
    "change": "VARCHAR",
    "old_value": "VARCHAR",
    "new_value": "VARCHAR",
    "difference_pence": "BIGINT",
    "difference_number": "DECIMAL(18,4)",
    "cause": "VARCHAR",
    "cause_references": "VARCHAR",
}
VIEW_COLUMNS = {
    "table_name": "VARCHAR",
    "figure": "VARCHAR",
    "financial_year": "VARCHAR",
    "body_name": "VARCHAR",
    "figure_key": "VARCHAR",
    "change": "VARCHAR",
    "before_pounds": "DECIMAL(20,2)",
    "after_pounds": "DECIMAL(20,2)",
    "difference_pounds": "DECIMAL(20,2)",
    "cause": "VARCHAR",
    "cause_references": "VARCHAR",
}
# Columns that make a table one of lines or of deliveries, which are listed by submission.
_LINES = ("submission_id", "receipt_id", "line_id", "cell_id")
# What a Board asks for, in pounds: the same figures as in the tables of facts.
_VIEW = "v_"
_NUMBERS = ("INT", "DECIMAL", "DOUBLE")


def with_restatement(draft: Draft, after: Manifest) -> Draft:
    """The draft with the table of what changed since the current release; empty if it is the first.
    ``after`` is what its manifest will say. The same draft, if nobody promised the table. Lines are
    not compared, so it may be asked before ``stamp``."""
    if TABLE not in draft.promised:
        return draft
    folder = current_release(draft.published)
    with draft.opened() as connection:
        declared = ", ".join(f"{n} {kind}" for n, kind in COLUMNS.items())
        connection.execute(f"CREATE TEMP TABLE restated ({declared})")
        if folder is not None:
            before = Manifest.read(folder)
            attach(connection, folder / DATABASE, "before")
            insert_differences(connection, before, after, "before", "target", "restated")
            connection.execute("DETACH before")
        content = {}
        tables = ((TABLE, COLUMNS, "FROM restated"), (VIEW, VIEW_COLUMNS, _view_sql()))
        for table, columns, made in tables:
            marked = f"(SELECT *, {str(draft.synthetic).lower()} AS {IS_SYNTHETIC} FROM ({made}))"
            types = {**columns, IS_SYNTHETIC: "BOOLEAN"}
            content[table] = write_table(connection, draft.folder, table, types, marked)
        _write_changes(connection, draft, after)
    return replace(draft, content={**draft.content, **content})


def _view_sql() -> str:
    """The figures in pence that changed, in pounds and with names of bodies."""
    old, new = (_pounds(f"{side}_value") for side in ("old", "new"))
    return (
        f"SELECT table_name, column_name AS figure, coalesce(financial_year, 'all_years') AS "
        f"financial_year, coalesce(p.short_name, r.body_id, 'place') AS body_name, figure_key, "
        f"change, {old} AS before_pounds, {new} AS after_pounds, "
        f"{_pounds('difference_pence')} AS difference_pounds, cause, "
        "cause_references FROM restated AS r LEFT JOIN target.dim_partner AS p "
        "ON r.body_id = p.body_id "
        "WHERE difference_pence IS NOT NULL AND column_name IS NOT NULL"
    )


def _pounds(pence: str) -> str:
    """Pence as pounds, exactly: a division would go through a float."""
    return f"({pence}::DECIMAL(20, 0) * 0.01::DECIMAL(3, 2))::DECIMAL(20, 2)"


def _write_changes(con: duckdb.DuckDBPyConnection, draft: Draft, after: Manifest) -> None:
    """``CHANGES.md``: the same in sentences, and what people noted about the release before."""
    bodies = dict(con.execute("SELECT body_id, short_name FROM target.dim_partner").fetchall())
    rows = [Restated(*row) for row in con.execute("FROM restated ORDER BY ALL").fetchall()]
    earlier = after.previous.release_id if after.previous else ""
    title = f"# What changed in release {after.release_id}"
    if after.synthetic:
        title += " (SYNTHETIC data)"
    said = [f"- {line}" for line in sentences(rows, bodies)]
    if not earlier:
        said = ["This is the first release."]
    since = [f"Since release {earlier}. Every figure is in `{TABLE}`."] if earlier else []
    notes = [
        f"- {n.text} ({n.name}, {n.at[:10]})" for n in notes_on(draft.published, earlier) if earlier
    ]
    parts = [title, *since, "\n".join(said) or "No figure differs."]
    if notes:
        parts += [f"## Noted about release {earlier}", "\n".join(notes)]
    (draft.folder / CHANGES).write_text("\n\n".join(parts) + "\n", encoding="utf-8")


def insert_differences(
    con: duckdb.DuckDBPyConnection,
    before: Manifest,
    after: Manifest,
    old: str,
    new: str,
    into: str,
) -> None:
    """Adds a row to the table ``into`` for everything that differs between two attached files."""
    why = why_differing(con, before, after, old, new)
    rows: list[Mapping[str, object]] = [*_schema_changes(before, after)]
    for row in [*rows, *_submission_lines(before, after)]:
        _insert(con, into, row, why.counted)
    for table in compared(before, after):
        shape, columns = after.tables[table], _shared(before, after, table)
        query = _differing(table, shape, columns, f"{old}.main.{name(table)}",
                           f"{new}.main.{name(table)}")  # fmt: skip
        con.execute(f"CREATE OR REPLACE TEMP TABLE differing AS {query}")
        name_causes(con, shape, why)
        con.execute(
            f"INSERT INTO {into} SELECT ?, figure_key, financial_year, body_id, column_name, "
            "change, old_value, new_value, difference_pence, difference_number, cause, "
            "cause_references FROM differing JOIN cause "
            "USING (financial_year_key, bodies, made_of, kind)",
            [table],
        )


def compared(before: Manifest, after: Manifest) -> list[str]:
    """The tables of sums that both releases hold under the same key, and something in them is
    other."""
    return [
        table
        for table, shape in after.tables.items()
        if shape.key
        and not table.startswith(_VIEW)
        and not {*shape.columns}.intersection(_LINES)
        and table in before.tables
        and (before.tables[table].key or shape.key) == shape.key
        and before.tables[table].columns.keys() >= {*shape.key}
        and before.tables[table].content_sha256 != shape.content_sha256
    ]


def replays(con: duckdb.DuckDBPyConnection, before: Manifest, after: Manifest) -> list[str]:
    """A sentence for every table of ``release`` that the rows of its restatement, applied to
    ``before``, do not give. Both names are attached databases."""
    problems = []
    for table in compared(before, after):
        columns, key = _shared(before, after, table), _key(after.tables[table].key)
        kept, made = (
            f"SELECT {key} AS figure_key, UNNEST([{_cells(columns)}], recursive := true) "
            f"FROM {release}.main.{name(table)}"
            for release in ("before", "release")
        )
        restated = f"SELECT * FROM release.main.{TABLE} WHERE table_name = ?"
        con.execute(
            f"CREATE OR REPLACE TEMP TABLE applied AS WITH restated AS ({restated}), "
            f"kept AS ({kept}) "
            "SELECT figure_key, column_name, value FROM kept ANTI JOIN restated "
            "USING (figure_key, column_name) "
            "WHERE value IS NOT NULL UNION ALL "
            "SELECT figure_key, column_name, new_value FROM restated WHERE new_value IS NOT NULL",
            [table],
        )
        con.execute(
            f"CREATE OR REPLACE TEMP TABLE made AS SELECT * FROM ({made}) WHERE value IS NOT NULL"
        )
        query = (
            "SELECT (SELECT count(*) FROM (FROM applied EXCEPT ALL FROM made)) + "
            "(SELECT count(*) FROM (FROM made EXCEPT ALL FROM applied))"
        )
        if wrong := con.execute(query).fetchall()[0][0]:
            problems.append(
                f"{table}: applied to the release before, {TABLE} misses {wrong} of its cells"
            )
    return problems


def _schema_changes(before: Manifest, after: Manifest) -> Iterator[dict[str, str]]:
    for table in sorted({*before.tables, *after.tables} - {TABLE, VIEW}):
        old, new = before.tables.get(table), after.tables.get(table)
        if old is None or new is None:
            yield {"table_name": table, "change": f"table {'dis' if new is None else ''}appeared"}
        elif old.key and new.key and tuple(old.key) != tuple(new.key):
            yield {"table_name": table, "change": "key changed",
                   "old_value": ", ".join(old.key), "new_value": ", ".join(new.key)}  # fmt: skip
        else:
            for column in sorted(old.columns.keys() ^ new.columns.keys()):
                gone = "dis" if column in old.columns else ""
                yield {"table_name": table, "column_name": column,
                       "change": f"column {gone}appeared"}  # fmt: skip


def _submission_lines(before: Manifest, after: Manifest) -> Iterator[dict[str, object]]:
    """Whose lines came or went, with their number and pence, and by what they were replaced."""
    old, new = ({s.submission_id: s for s in m.submissions} for m in (before, after))
    by_slot = {slot(s): s.receipt_id for s in new.values()}
    for way, sign, here, there in (
        ("appeared", 1, new, old),
        ("disappeared", -1, old, new),
    ):
        for s in here.values():
            if s.submission_id not in there:
                rows = str(s.rows_accepted)
                yield {
                    "table_name": s.feed, "figure_key": json.dumps({"receipt_id": s.receipt_id}),
                    "financial_year": s.financial_year or None, "body_id": s.partner_id,
                    "change": f"lines {way}", "difference_pence": sign * s.pence_accepted,
                    "difference_number": sign * s.rows_accepted,
                    "old_value" if sign < 0 else "new_value": rows,
                    "receipts": {s.receipt_id, by_slot.get(slot(s))},
                }  # fmt: skip


def _insert(
    con: duckdb.DuckDBPyConnection,
    into: str,
    row: Mapping[str, object],
    why: Sequence[Change],
) -> None:
    year, body, table = row.get("financial_year"), row.get("body_id"), str(row["table_name"])
    feeds = (table,) if row.get("figure_key") else ()
    receipts = row.get("receipts")
    own = [c for c in why if isinstance(receipts, set) and c.reference in receipts]
    cause, references = attributed(
        own or why, feeds, str(year) if year else None, [str(body)] if body else []
    )
    values = {**row, "cause": cause, "cause_references": references}
    con.execute(
        f"INSERT INTO {into} VALUES ({', '.join('?' for _ in COLUMNS)})",
        [values.get(column) for column in COLUMNS],
    )


def _shared(before: Manifest, after: Manifest, table: str) -> dict[str, str]:
    """The columns of figures that both releases have: all but the key, with their types."""
    shape = after.tables[table]
    return {
        column: kind
        for column, kind in shape.columns.items()
        if column not in (*shape.key, IS_SYNTHETIC) and column in before.tables[table].columns
    }


def _key(columns: Sequence[str]) -> str:
    """The key of a row as JSON, in the order in which it is declared."""
    fields = ", ".join(f"{name(c)} := {name(c)}" for c in columns)
    return f"to_json(struct_pack({fields}))::VARCHAR"


def _cells(columns: Mapping[str, str]) -> str:
    return ", ".join(
        f"{{'column_name': '{column}', 'value': {name(column)}::VARCHAR}}" for column in columns
    )


def _differing(
    table: str, shape: PublishedTable, columns: Mapping[str, str], old: str, new: str
) -> str:
    """SQL of a row for every cell that is not the same in both relations."""
    year = "financial_year" if "financial_year" in shape.key else "NULL::VARCHAR"
    bodies = [column for column in shape.key if column.endswith("_id") and "body" in column]
    body = bodies[0] if bodies else "NULL::VARCHAR"
    every = ", ".join(bodies) or "NULL::VARCHAR"
    known = (
        f"{year} AS k_year, {body} AS k_body, [{every}] AS k_bodies, {made_of(shape)} AS k_made_of"
    )
    kind = kind_of(table)
    cells = ", ".join(
        f"{{'column_name': '{c}', 'old_value': o.{name(c)}::VARCHAR, "
        f"'new_value': n.{name(c)}::VARCHAR, 'difference_pence': {_pence(c)}, "
        f"'difference_number': {_number(c, kind)}}}"
        for c, kind in columns.items()
    )
    key = _key(shape.key)
    return f"""
    WITH o AS (SELECT *, {key} AS figure_key FROM {old}),
    n AS (SELECT *, {key} AS figure_key FROM {new}),
    both_rows AS (
        SELECT coalesce(n.figure_key, o.figure_key) AS figure_key,
            coalesce(n.k_year, o.k_year) AS financial_year,
            coalesce(n.k_body, o.k_body) AS body_id,
            coalesce(n.k_bodies, o.k_bodies) AS bodies,
            coalesce(n.k_made_of, o.k_made_of) AS made_of,
            CASE WHEN o.figure_key IS NULL THEN 'appeared'
                WHEN n.figure_key IS NULL THEN 'disappeared' ELSE 'changed' END AS change,
            UNNEST([{cells}], recursive := true)
        FROM (SELECT *, {known} FROM o) AS o FULL JOIN (SELECT *, {known} FROM n) AS n
            USING (figure_key)
    )
    SELECT *, coalesce(financial_year, '') AS financial_year_key, {kind} AS kind FROM both_rows
    WHERE old_value IS DISTINCT FROM new_value"""


def _is_pence(column: str) -> bool:
    return column == "pence" or column.endswith("_pence")


def _pence(column: str) -> str:
    if not _is_pence(column):
        return "NULL::BIGINT"
    return f"coalesce(n.{name(column)}, 0) - coalesce(o.{name(column)}, 0)"


def _number(column: str, kind: str) -> str:
    if _is_pence(column) or not any(word in kind for word in _NUMBERS):
        return "NULL::DECIMAL(18,4)"
    both = (f"coalesce({side}.{name(column)}, 0)" for side in ("n", "o"))
    return f"({' - '.join(both)})::DECIMAL(18,4)"
