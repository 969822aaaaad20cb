"""What the cells of every column look like, counted by DuckDB over columns.

Here belong counts alone; what they say of a column is ``meanings``'.
"""

from __future__ import annotations

import duckdb

from ..intake.judge.parse import MONEY_SHAPE
from ..sql import literal
from .evidence import Facts

# A cell that may be a day, whatever its style; which style reads it is asked of few columns.
_DAY = (
    r"[0-9]{1,4}[-/. ][0-9A-Za-z]{1,9}[-/. ][0-9]{2,4}(?:[ T][0-9:.]+(?: ?[AaPp][Mm])?Z?)?"
    r"|(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])"
    r"|[0-9]{1,2}[- ][A-Za-z]{3,9}|[0-9]{1,2}/[0-9]{1,2}"
)
_MONTH = (
    r"[A-Za-z]{3,9}[-/ ][0-9]{2}|[A-Za-z]{3,9}[-/ ]20[0-9]{2}|20[0-9]{2}-(?:0[1-9]|1[0-2])"
    r"|20[0-9]{2} M[0-9]{2}|20[0-9]{2}[/-][0-9]{2} P[0-9]{2}"
)
TRAILING_MINUS = r"£? ?[0-9][0-9,]*(?:\.[0-9]+)?-"
LETTERS = r"£? ?[0-9][0-9,]*(?:\.[0-9]+)? ?(?:[Cc]|[Dd])[Rr]\.?"
_CODE = r"[A-Za-z]{0,8}[-/_.]?[0-9][0-9A-Za-z/_.\\-]*"
_VAT = r"(?:GB ?)?[0-9]{3} ?[0-9]{4} ?[0-9]{2}(?: ?[0-9]{3})?"
_COMPANY = (
    r"\b(?:ltd|limited|plc|llp|inc|cic|t/a|uk|university|borough council|county council|"
    r"foundation trust|nhs trust|surgery|solicitors|consultants|associates)\b|& (?:co|sons?)\b"
)
_BODY = r"\b(?:council|nhs|ccg|icb|pct|police|fire|constabulary|authority|trust|commissioner)\b"

_MONEY = f"{MONEY_SHAPE}|{TRAILING_MINUS}|{LETTERS}|-? ?£? ?-"

_COUNTS: dict[str, str] = {
    "filled": "{w} <> ''",
    "money": f"regexp_full_match({{w}}, {literal(_MONEY)})",
    "decimals": r"regexp_full_match({w}, '[-(£ ]*[0-9,]*\.[0-9]{1,18}[-) ]*')",
    "grouped": r"regexp_full_match({w}, '[-(£ ]*[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?[-) ]*')",
    "negative": r"regexp_full_match({w}, '(- ?£?|£ ?-|\().*[0-9].*|.*[0-9]-')",
    "pounds": "contains({w}, '£')",
    "trailing": f"regexp_full_match({{w}}, {literal(TRAILING_MINUS)})",
    "dates": f"regexp_full_match({{w}}, {literal(_DAY)})",
    "serials": "regexp_full_match({w}, '[34][0-9]{4}')",
    "months": f"regexp_full_match({{w}}, {literal(_MONTH)})",
    "digits": "regexp_full_match({w}, '[0-9]+')",
    "codes": f"regexp_full_match({{w}}, {literal(_CODE)})",
    "vat_numbers": f"regexp_full_match({{w}}, {literal(_VAT)})",
    "words": "regexp_matches({w}, '[A-Za-z]{2,}[^A-Za-z]+[A-Za-z]{2,}')",
    "letters": "regexp_matches({w}, '[A-Za-z]{3,}')",
    "companies": f"regexp_matches(lower({{w}}), {literal(_COMPANY)})",
    "bodies": f"regexp_matches(lower({{w}}), {literal(_BODY)})",
}


def column_facts(con: duckdb.DuckDBPyConnection, relation: str, width: int) -> list[Facts]:
    """The facts of each column of a table with columns ``w0 …``."""
    return [_facts(con, relation, index) for index in range(width)]


def _facts(con: duckdb.DuckDBPyConnection, relation: str, index: int) -> Facts:
    """The facts of one column. Each text is looked at once, however often it stands there."""
    counts = [f"coalesce(sum(n) FILTER ({sql.replace('{w}', 'w')}), 0)" for sql in _COUNTS.values()]
    row = con.execute(
        "SELECT coalesce(sum(n), 0), count(*) FILTER (w <> ''), coalesce(max(length(w)), 0), "
        "coalesce(min(length(w)) FILTER (w <> ''), 0), coalesce(sum(n * length(w)), 0), "
        f"{', '.join(counts)} FROM (SELECT w{index} AS w, count(*) AS n FROM {relation} GROUP BY 1)"
    ).fetchall()[0]
    rows, distinct, longest, shortest, letters, *found = map(int, row)
    by_name = dict(zip(_COUNTS, found, strict=True))
    mean = letters / by_name["filled"] if by_name["filled"] else 0.0
    return Facts(
        index,
        rows,
        distinct=distinct,
        longest=longest,
        shortest=shortest,
        mean_length=mean,
        **by_name,
    )
