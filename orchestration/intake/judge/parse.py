"""Compiles a contract's layout to DuckDB SQL: text cells in, typed and judged columns out.

The one place where a value is parsed. Shapes are tested on the text first and only then read, so
that nothing is guessed: DuckDB alone would take ``1e3``, ``1_000`` and ``05-Aug-24`` in year 24.
No partner's text becomes SQL: cells are columns, and the contract's own words are quoted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from ...contracts.feeds import DUCKDB_TYPES, FeedSchema, Field
from ...contracts.layout import DATE_STYLES, PERIODS, YEARLESS, Column, Layout
from ...display import SERIAL
from ...sql import literal
from ..read.source import numbers_of
from . import listed, marks, numbers
from .batch import At, RowRule
from .layout import Match
from .total_labels import ON_A_BARE_ROW

# Below £10bn, more than any council spends in a year: what is longer is no amount of one line, and
# even nine million such lines add up within 64 bits.
_WHOLE = r"[0-9]{1,10}|[0-9]{1,3}(?:,[0-9]{3}){1,2}|[0-9](?:,[0-9]{3}){3}"
_NUMBER = rf"(?:{_WHOLE})(?:\.[0-9]{{1,18}})?|\.[0-9]{{1,18}}"
MONEY_SHAPE = rf"(?:-? ?£? ?|£ ?- ?)(?:{_NUMBER})|\( ?£? ?(?:{_NUMBER}) ?\)"
# The commonest ways: one cell in ten read by the whole shape took 0.19 s a million lines more.
_PLAIN = r"-?[0-9]{1,10}(?:\.[0-9]{1,2})?"
_POUND = r"-?£?[0-9]{1,3}(?:,[0-9]{3}){0,2}\.[0-9]{2}"
# What a row is; as an ENUM, which costs a byte a row and is compared as a number.
KINDS = ("data", "blank", "total", "heading", "note")
# 0.0001 pence, in pounds: floats such as 1428.6399999999999 are whole pennies.
_ARTEFACT = "0.000001"
# Pence in a thousand and in a million pounds.
_FACTORS = {"thousands": 100_000, "millions": 100_000_000}
# More than two decimals, where the point cannot be one of thousands, as in 12.345.
_FINE = r"\.[0-9]{4}|[0-9]{4}\.[0-9]{3}|,[0-9]{3}\.[0-9]{3}"


def money_sql(text: str, unit: str = "pounds", sign: str = "as_is") -> str:
    """Integer pence of a trimmed cell, NULL when it is no amount.

    What a formula left beyond the penny is rounded; ``finer_than_pence_sql`` finds it, to be asked.
    """
    flip = "-1 * " if sign == "reversed" else ""
    if unit == "pence":
        return (
            f"{flip}CASE WHEN regexp_full_match({text}, '-?[0-9]{{1,12}}') "
            f"THEN TRY_CAST({text} AS BIGINT) END"
        )
    if unit in _FACTORS:
        # Digits beyond the penny are not asked about here: the amount was rounded when written.
        value = f"(TRY_CAST(translate({text}, '-£(), ', '') AS DECIMAL(38, 12)) * {_FACTORS[unit]})"
        negative = f"contains({text}, '-') OR starts_with({text}, '(')"
        return (
            f"{flip}CASE WHEN regexp_full_match({text}, '-? ?£? ?-') THEN 0 "
            f"WHEN regexp_full_match({text}, {literal(MONEY_SHAPE)}) "
            f"AND abs({value} - round({value})) <= 0.0001 "
            f"THEN (CASE WHEN {negative} THEN -1 ELSE 1 END) * CAST(round({value}) AS BIGINT) END"
        )
    exact, pounds = _exact(text)
    minus = f"CASE WHEN contains({text}, '-') OR starts_with({text}, '(') THEN -1 ELSE 1 END"
    return (
        f"{flip}CASE WHEN regexp_full_match({text}, {literal(_PLAIN)}) "
        f"THEN CAST(TRY_CAST({text} AS DECIMAL(18, 2)) * 100 AS BIGINT) "
        f"WHEN regexp_full_match({text}, {literal(_POUND)}) "
        f"THEN TRY_CAST(translate({text}, '£,.', '') AS BIGINT) "
        f"WHEN regexp_full_match({text}, '-? ?£? ?-') THEN 0 "
        f"WHEN regexp_full_match({text}, {literal(MONEY_SHAPE)}) "
        f"AND (abs({exact} - {pounds}) <= {_ARTEFACT} "
        f"OR regexp_matches({text}, {literal(_FINE)})) "
        f"THEN {minus} * CAST({pounds} * 100 AS BIGINT) END"
    )


def _exact(text: str) -> tuple[str, str]:
    """A cell's pounds without their sign, with every digit the shape allows and to the penny."""
    exact = f"TRY_CAST(translate({text}, '-£(), ', '') AS DECIMAL(38, 18))"
    return exact, f"CAST({exact} AS DECIMAL(20, 2))"


def finer_than_pence_sql(text: str) -> str:
    """Whether the amount in a trimmed cell was rounded when it was read."""
    exact, pounds = _exact(text)
    return f"regexp_matches({text}, {literal(_FINE)}) AND abs({exact} - {pounds}) > {_ARTEFACT}"


def has_many_decimals(cells: pa.ChunkedArray) -> bool:
    """Whether an amount may be finer than a penny: asked without SQL, for a third of the time."""
    for part in cells.chunks:
        point = numbers_of(pc.find_substring(part, "."))
        if ((numbers_of(pc.binary_length(part)) - point > 3) & (point >= 0)).any():
            return True
    return False


def date_sql(text: str, formats: list[str]) -> str:
    """A date in the first of the contract's styles in which the cell is a day, else NULL."""
    alike: dict[str, list[str]] = {}
    for name in formats:
        shape, style = DATE_STYLES[name]
        day = f"left({text}, 10)" if name == "yyyy-mm-dd" else text
        if name == "dd/mm/yyyy hh:mm":
            day, style = f"split_part({text}, ' ', 1)", "%d/%m/%Y"
        value = f"TRY_CAST(try_strptime({day}, {literal(style)}) AS DATE)"
        if name == PERIODS:
            year = f"TRY_CAST(left({text}, 4) AS INTEGER)"
            value = (
                f"CASE WHEN TRY_CAST(substr({text}, 6, 2) AS INTEGER) = ({year} + 1) % 100 THEN "
                f"CAST(make_date({year}, 4, 1) + to_months(CAST(TRY_CAST(right({text}, 2) "
                "AS INTEGER) - 1 AS INTEGER)) AS DATE) END"
            )
        if name in YEARLESS:
            value = _in_the_year_sql(text, style)
        if name == SERIAL:
            value = f"DATE '1899-12-30' + TRY_CAST({text} AS INTEGER)"
        alike.setdefault(shape, []).append(value)
    # Of styles of one shape the next is tried: 2/28/2019 is no day with the day first.
    branches = [
        f"WHEN regexp_full_match({text}, {literal(shape)}) THEN coalesce({', '.join(values)})"
        for shape, values in alike.items()
    ]
    return f"CASE {' '.join(branches)} END"


def _in_the_year_sql(text: str, style: str) -> str:
    """A day without a year, in the twelve months from the variable ``year_from`` on; NULL where
    they have no such day, or the variable is not set."""
    start = "CAST(getvariable('year_from') AS DATE)"
    first, second = (
        f"TRY_CAST(try_strptime(concat({text}, ' ', year({start}) + {more}), "
        f"{literal(f'{style} %Y')}) AS DATE)"
        for more in (0, 1)
    )
    return (
        f"CASE WHEN {first} >= {start} THEN {first} "
        f"WHEN {second} < {start} + INTERVAL 1 YEAR THEN {second} END"
    )


def number_text_sql(column: Column, text: str) -> str:
    """An amount with its sign in front, where the contract lets it stand behind; any other text as
    it is. CR is a credit and DR a debit, of amounts that have no sign of their own."""
    if column.trailing_minus:
        return f"regexp_replace({text}, '^([^-]*[0-9])-$', '-\\1')"
    if column.has_letters:
        number = f"regexp_replace({text}, ' ?[CcDd][Rr][.]?$', '')"
        return (
            f"CASE WHEN regexp_full_match({text}, '[^-(]*[0-9] ?[Cc][Rr][.]?') "
            f"THEN concat('-', {number}) "
            f"WHEN regexp_full_match({text}, '[^-(]*[0-9] ?[Dd][Rr][.]?') THEN {number} "
            f"ELSE {text} END"
        )
    return text


def value_sql(field: Field, column: Column, text: str) -> str:
    """The typed value of a trimmed cell, NULL when the cell is empty or cannot be read."""
    if column.marks and not field.marked and field.type != "text":
        text = marks.without_agreed_sql(column, text)
    value = _read_sql(field, column, marks.number_sql(column, text) if field.marked else text)
    if field.marked and column.marks:
        no_number = f"{marks.is_suppressed_sql(column, text)} OR "
        no_number += marks.is_not_available_sql(column, text)
        value = f"CASE WHEN NOT ({no_number}) THEN {value} END"
    if field.least is None or field.required or column.required:
        return value
    # What cannot be is no value; of a required cell it costs the row, under a rule of its own.
    return f"CASE WHEN {value} >= {field.least} THEN {value} END"


def _read_sql(field: Field, column: Column, text: str) -> str:
    """The typed value of a trimmed cell, by what the field is."""
    if field.type == "money":
        return money_sql(number_text_sql(column, text), column.unit, column.sign)
    if field.type == "date":
        return date_sql(text, column.formats)
    if read := numbers.READ.get(field.type):
        return read(text)
    if column.codes or field.values:
        codes = {k.casefold(): v for k, v in column.codes.items()}
        codes |= {v: v for v in field.values if v not in codes}
        cases = " ".join(f"WHEN {literal(k)} THEN {literal(v)}" for k, v in codes.items())
        return f"CASE lower({text}) {cases} END"
    return listed.value_sql(field.listed, text)


@dataclass(frozen=True)
class MaskedFault:
    """One fault a row can have that is seen while it is read: a bit, the rule, the field at fault.

    The bit is one of ``mask`` where the row is ``aside`` for it, and else one of ``noted``.
    """

    bit: int
    field: str
    code: str
    condition: str
    needs: str | None = None
    aside: bool = True


def masked_faults(
    schema: FeedSchema, layout: Layout, rules: Sequence[RowRule]
) -> list[MaskedFault]:
    """Every fault that is seen under this layout while rows are read, each with its bit.

    The first is a ragged row, which is at fault as a whole.
    """
    faults = [MaskedFault(1, "", "TP-030", "ragged")]
    for field in schema.fields:
        if field.name not in layout.columns:
            continue
        at = At(schema, layout, field)
        for rule in rules:
            if rule.effect in ("set_aside", "note") and rule.applies(at):
                aside = rule.effect == "set_aside"
                bit = 1 << sum(f.aside == aside for f in faults)
                faults.append(
                    MaskedFault(
                        bit, field.name, rule.code, rule.condition(at), rule.needs(at), aside
                    )
                )
    return faults


def typed_sql(
    schema: FeedSchema, match: Match, relation: str, possible: Sequence[MaskedFault]
) -> str:
    """One SELECT over a batch of cells: what its rows are, their faults, and the values read.

    ``possible`` are the faults of ``masked_faults``. ``relation`` has ``source_row, ragged, c0 …``
    and the same cells without surrounding white space as ``w0 …``. Columns out, in the rows' own
    order: ``source_row``, ``kind`` (data, blank, total, heading, note), ``mask`` of faults that
    cost the row, ``noted`` of those that do not, ``shifted``, ``v_<field>`` of every field that is
    more than its text and of what is kept beside it; ``line`` and ``money``, hashes of what an
    accepted line is known again by, with its date and without. Texts are left
    where they are: copying them cost twice all the rest.
    """
    layout = match.layout
    shifted = "false"
    code = _position(match, layout.realign.code_heading) if layout.realign else 0
    if layout.realign and code:  # a first column, or none, has no left neighbour to have gone to
        pattern = literal(layout.realign.code_pattern)
        shifted = (
            f"regexp_full_match(w{code - 1}, {pattern}) "
            f"AND NOT regexp_full_match(w{code}, {pattern})"
        )
    there = match.positions
    faults = [f for f in possible if {f.field, f.needs or f.field} <= {*there}]
    # What only the kind of a rare row depends on is made where it is asked for.
    tested = {f.field: f"t_{f.field}" for f in faults}
    tested |= {f.reason: f"t_{f.reason}" for f in schema.fields if f.reason}
    texts = "".join(
        f", {_text(match, n) if n in there else 'NULL'} AS {t}" for n, t in tested.items()
    )
    typed = {f.name: f"v_{f.name}" for f in schema.fields if _is_typed(f, match)}
    values = "".join(f", {_value(schema.field(n), match)} AS {v}" for n, v in typed.items())
    kept = {k: sql for n in there for k, sql in _beside(schema.field(n), match).items()}
    values += "".join(f", {sql} AS v_{name}" for name, sql in kept.items())
    # Columns of a ragged row are unreliable; report only its length.
    mask = f"CASE WHEN ragged THEN 1 ELSE {_bits(faults, aside=True)} END"
    noted = f"CASE WHEN NOT ragged THEN {_bits(faults, aside=False)} ELSE 0 END"
    return f"""
    WITH flagged AS (SELECT *, {shifted} AS shifted FROM {relation}),
    picked AS (SELECT *{texts} FROM flagged),
    parsed AS (SELECT *{values} FROM picked),
    kinds AS (SELECT *, {_kind_sql(schema, match, tested)} AS kind FROM parsed)
    SELECT source_row, kind, CAST(CASE WHEN kind = 'data' THEN {mask} ELSE 0 END AS BIGINT) AS mask,
        CAST(CASE WHEN kind = 'data' THEN {noted} ELSE 0 END AS BIGINT) AS noted,
        {", ".join(["shifted", *typed.values(), *(f"v_{name}" for name in kept)])},
        {_line_sql(schema, match)} AS line, {_line_sql(schema, match, dated=False)} AS money
    FROM kinds"""


def _bits(faults: Sequence[MaskedFault], *, aside: bool) -> str:
    cases = [f"CASE WHEN {f.condition} THEN {f.bit} ELSE 0 END" for f in faults if f.aside == aside]
    return " + ".join(cases) or "0"


def _beside(field: Field, match: Match) -> dict[str, str]:
    """What is kept beside a field, by column: nothing but of marked ones."""
    if not field.marked:
        return {}
    column = match.layout.columns[field.name]
    text = f"t_{field.name}"
    return marks.beside_sql(field, column, text, value_sql(field, column, text))


def _line_sql(schema: FeedSchema, match: Match, dated: bool = True) -> str:
    """What an accepted line is known again by, as a hash; NULL for other rows and other feeds."""
    known = [n for n in schema.line_key if n in match.positions]
    if not known:
        return "CAST(NULL AS UBIGINT)"
    values = ", ".join(
        f"v_{n}" if _is_typed(schema.field(n), match) else _text(match, n)
        for n in known
        if dated or n != schema.date_field
    )
    return f"CASE WHEN mask = 0 AND kind = 'data' THEN hash({values}) END"


def judged_sql(schema: FeedSchema, match: Match, relation: str) -> str:
    """One SELECT over a batch of cells with what ``typed_sql`` said of them beside.

    Columns out: ``source_row, sheet, shifted, kind, mask, noted, part``, and for every field of the
    feed ``v_<field>`` typed and ``s_<field>`` as submitted; ``v_`` of what is kept beside fields.
    """
    part = "part" if match.spread else "CAST(NULL AS INTEGER) AS part"
    columns = ["source_row", "sheet", "shifted", "kind", "mask", "noted", part]
    for field in schema.fields:
        name, read = field.name, _is_typed(field, match)
        columns.append(f"v_{name}" if read else f"{_value(field, match)} AS v_{name}")
        cell = _cell(match, "c", match.positions[name]) if name in match.positions else "NULL"
        columns.append(f"CAST({cell} AS VARCHAR) AS s_{name}")
    there = {k for n in match.positions for k in _beside(schema.field(n), match)}
    for name, kind in schema.beside.items():
        columns.append(f"v_{name}" if name in there else f"CAST(NULL AS {kind}) AS v_{name}")
    return f"SELECT {', '.join(columns)} FROM {relation}"


def _is_typed(field: Field, match: Match) -> bool:
    """Whether a field has a cell that means more than its text."""
    there = field.name in match.positions
    return there and match.layout.columns[field.name].reads(field)


def _cell(match: Match, kind: str, index: int) -> str:
    """A cell of a row, taken from its left neighbour where the row stands one column too far."""
    realign = match.layout.realign
    first = _position(match, realign.from_heading) if realign else match.width
    if index < first:
        return f"{kind}{index}"
    left = "''" if index == first else f"{kind}{index - 1}"
    return f"CASE WHEN shifted THEN {left} ELSE {kind}{index} END"


def _text(match: Match, name: str) -> str:
    default = match.layout.columns[name].default
    text = f"nullif({_cell(match, 'w', match.positions[name])}, '')"
    return text if default is None else f"coalesce({text}, {literal(default)})"


def _position(match: Match, heading: str) -> int:
    for name, column in match.layout.columns.items():
        if heading in column.headings and name in match.positions:
            return match.positions[name]
    return 0


def _value(field: Field, match: Match) -> str:
    """The typed value of a field: of its cell, or of its default where it has none."""
    name, columns = field.name, match.layout.columns
    if name not in match.positions:
        default = columns[name].default if name in columns else None
        value = "NULL" if default is None else value_sql(field, columns[name], literal(default))
    elif _is_typed(field, match):
        value = value_sql(field, columns[name], f"t_{name}")
    else:
        return _text(match, name)
    return f"CAST({value} AS {DUCKDB_TYPES[field.type]})"


def _kind_sql(schema: FeedSchema, match: Match, tested: dict[str, str]) -> str:
    """A row placed in time is data; of the others, totals and notes lack what makes a line.

    The first branch decides nearly every row, so what comes after may be dear.
    """
    placed = [n for n in (schema.date_field, schema.year_field) if n in match.positions]
    # A default says nothing of the row.
    said = [n for n in match.positions if match.layout.columns[n].default is None]
    text = {n: tested.get(n) or _text(match, n) for n in match.positions}
    money = text.get(schema.money_field or "", "NULL")
    readable = " OR ".join(f"v_{n} IS NOT NULL" for n in placed) or "false"
    unplaced = " AND ".join(f"{text[n]} IS NULL" for n in placed) or "true"
    everything = ", ".join(f"w{i}" for i in range(match.width))
    heading = " AND ".join(
        f"w{i} = {literal(match.headings[i].strip())}" for i in sorted(match.positions.values())
    )
    # A totals label may stand in any column.
    labels = ", chr(10), ".join(f"w{i}" for i in range(match.width))
    filled = " + ".join(f"CASE WHEN {text[n]} IS NULL THEN 0 ELSE 1 END" for n in said)
    kinds = ", ".join(map(literal, KINDS))
    totals = "".join(
        f"WHEN regexp_full_match({text[n]}, {literal(pattern)}) THEN 'total' "
        for n, pattern in match.layout.totals.items()
        if n in text
    )
    return (
        f"CAST(CASE {totals}WHEN {readable} THEN 'data' "
        f"WHEN concat({everything}) = '' THEN 'blank' "
        f"WHEN {heading} THEN 'heading' "
        f"WHEN {filled} > 3 THEN 'data' "
        f"WHEN regexp_matches(lower(concat({labels})), {literal(ON_A_BARE_ROW)}) THEN 'total' "
        f"WHEN {money} IS NULL AND ({filled} = 1 OR ({unplaced} AND {filled} <= 2)) THEN 'note' "
        f"ELSE 'data' END AS ENUM({kinds}))"
    )
