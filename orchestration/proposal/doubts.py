"""What is asked about columns: two that fit one field alike, one that was guessed, one not found.

Here belongs what the officer is shown of the evidence; never the text of a payee.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ..contracts.layout import DATE_STYLES, YEARLESS
from ..display import display_safe, pounds
from ..intake.judge.parse import date_sql, money_sql
from .layouts import Group
from .meanings import Meaning
from .reading import LAYOUT, Reading
from .styles import cells_sql, date_styles
from .vocabulary import heading_scores, plain_words

# A heading that surely means the date.
_HEADED = 0.7
_IRRECOVERABLE = re.compile(r"irrecoverable|non ?recoverable")


def ask_about_columns(reading: Reading) -> None:
    """Columns that fit one field alike, columns that were guessed, and what has none."""
    proposal = reading.proposal
    if "supplier_name" not in reading.columns:
        proposal.ask(f"{LAYOUT}.columns", "no column was found for the payee")
    if "line_date" not in reading.columns:
        proposal.ask(f"{LAYOUT}.columns", _no_dates(reading))
    group = reading.groups[0]
    for name, rivals in group.meanings.rivals.items():
        if name in ("line_date", "amount_pence", "supplier_name"):
            _ask_about_rivals(reading, group, name, rivals)
    words = {word for h in group.headings for word in plain_words(h).split()}
    key = f"{LAYOUT}.columns.amount_pence"
    said = "credits_under" in reading.keys["amount_pence"] or any(
        "credits stand" in q.text for q in proposal.questions
    )
    if {"debit", "credit"} <= words and not said:
        text = (
            "debits and credits stand in columns of their own, and one column is read: bring them "
            "into one, credits with a minus sign"
        )
        proposal.ask(key, text)
    vat = reading.columns.get("vat_pence")
    if vat and not _IRRECOVERABLE.search(plain_words(vat.heading)):
        text = (
            f"'{vat.heading}' was taken for VAT that the body cannot recover; if it can, list it"
            " under ignored"
        )
        proposal.assume(f"{LAYOUT}.columns.vat_pence", text)
    for column in reading.columns.values():
        key = f"{LAYOUT}.columns.{column.name}"
        for text in column.doubts:
            proposal.ask(key, text)
        if column.meaning.confidence == "guess":
            proposal.ask(key, f"'{column.heading}' was taken for it {column.meaning.why} alone")


def _no_dates(reading: Reading) -> str:
    """What is said where no column holds days: of one headed so, what its cells look like."""
    group = reading.groups[0]
    text = "no column was found for the date"
    for index, heading in enumerate(group.headings):
        if heading_scores(heading).get("line_date", 0.0) < _HEADED or not group.facts[index].filled:
            continue
        shape = "regexp_replace(regexp_replace(t, '[0-9]', '9', 'g'), '[A-Za-z]', 'a', 'g')"
        cells = cells_sql([(table, index) for table in group.tables])
        query = f"SELECT {shape} FROM ({cells}) GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1"
        if _lacks_years(reading, cells):
            return (
                f"{text}: days below '{display_safe(heading)}' have no year, and the file's name "
                "states no period. Put the period in the name and propose the contract again"
            )
        looks = display_safe(reading.con.execute(query).fetchall()[0][0])
        return (
            f"{text}: cells below '{display_safe(heading)}' look like {looks}, which no style reads"
        )
    return text


def _lacks_years(reading: Reading, cells: str) -> bool:
    """Whether most cells of a column are days without a year."""
    shapes = "|".join(DATE_STYLES[style][0] for style in YEARLESS)
    found, total = reading.con.execute(
        f"SELECT count(*) FILTER (regexp_full_match(t, $shapes)), count(*) FROM ({cells})",
        {"shapes": shapes},
    ).fetchall()[0]
    return bool(2 * found > total)


def _ask_about_rivals(reading: Reading, group: Group, name: str, rivals: Sequence[Meaning]) -> None:
    label = {"line_date": "date", "amount_pence": "amount", "supplier_name": "payee"}[name]
    chosen = reading.columns[name]
    shown = [_shown(reading, group, name, meaning) for meaning in (chosen.meaning, *rivals)]
    number = "both columns" if len(shown) == 2 else f"{len(shown)} columns"
    text = f"{number} could be the {label}: {' and '.join(shown)}; the first was taken"
    reading.proposal.ask(f"{LAYOUT}.columns.{name}", text)


def _shown(reading: Reading, group: Group, name: str, meaning: Meaning) -> str:
    """A column with what it shows: the sum of its amounts, or its days. Never a payee."""
    heading = display_safe(group.headings[meaning.index]) or "without a heading"
    cells = cells_sql([(table, meaning.index) for table in group.tables])
    if name == "amount_pence":
        query = f"SELECT CAST(coalesce(sum({money_sql('t')}), 0) AS BIGINT) FROM ({cells})"
        return f"'{heading}' (adds up to {pounds(reading.con.execute(query).fetchall()[0][0])})"
    if name == "line_date":
        styles = date_styles(reading.con, [(t, meaning.index) for t in group.tables], None)
        day = date_sql("t", styles.formats) if styles.formats else "CAST(NULL AS DATE)"
        query = f"SELECT min({day}), max({day}) FROM ({cells})"
        first, last = reading.con.execute(query).fetchall()[0]
        return f"'{heading}' ({first} to {last})"
    distinct = group.facts[meaning.index].distinct
    return f"'{heading}' ({distinct:,} different texts)"
