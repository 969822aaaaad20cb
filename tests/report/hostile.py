"""Names that try to be a part of the page, of its pictures or of a program."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest

from orchestration.publish.manifest import DATABASE, FILE_NAME
from orchestration.report.site import write_report
from tests.shared import made_once

PAYLOADS = (
    "<script>alert(1)</script>",
    "</script><script>alert(2)</script>",
    '"><script>alert(3)</script>',
    "'><img src=x onerror=alert(4)>",
    '" onmouseover="alert(5)" x="',
    "' autofocus onfocus='alert(6)",
    "<svg/onload=alert(7)>",
    "</svg><iframe src=//evil.example></iframe>",
    "<![CDATA[<b>8</b>]]>",
    "]]><script>alert(9)</script>",
    "</style><style>*{display:none}</style>",
    "</title><h1>10</h1>",
    "</td></tr></table><table>",
    "</text></g></svg><svg>",
    "<!-- 13",
    "--> <b>14</b>",
    "<?xml version='1.0'?><!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>&e;",
    "&lt;script&gt;16&lt;/script&gt;",
    "&#x3C;b&#x3E;17",
    "{{ 7 * 7 }}",
    "{% raw %}19{% endraw %}",
    "${20}",
    "javascript:alert(21)",
    "data:text/html,<b>22</b>",
    "//evil.example/23",
    "../../../etc/passwd#24",
    "datum.x",
    "datum['value'] + 26",
    "signal(27)",
    "=cmd|'/C calc'!A0",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "'; DROP TABLE fct_headline; --",
    '", "table": "31',
    "\\u003cb\\u003e32",
    "\u202egpj.33\u2066",
    "\x00\x01\x1b[2J34",
    "\x7f\x9f\ufeff\u200b35",
    "36\r\n37\t\x0b\x0c",
    "\ufffe\uffff38",
    "W" * 300,
    "ŁÓDŹ ÆØ 漢字 🏛",
)

# The columns that hold what partners write themselves, in whatever table.
COLUMNS = (
    "account",
    "account_code",
    "agreement_id",
    "body_name",
    "department",
    "explanation",
    "file_name",
    "figures_touched",
    "first_sheet",
    "fix",
    "heading",
    "initiative",
    "initiative_id",
    "lead_body_name",
    "message",
    "milestone",
    "name",
    "partners_missing",
    "payee_name",
    "payer_name",
    "peer_group",
    "point_a_name",
    "point_b_name",
    "point_id",
    "point_names",
    "postcode",
    "programme",
    "provider_name",
    "reason",
    "service",
    "service_code",
    "service_group",
    "sheet",
    "short_name",
    "statement",
    "supplier_name",
    "target_name",
)


def made_attacked(factory: pytest.TempPathFactory, release: Path) -> Path:
    """The report of a copy of the release in which every name begins with something hostile, made
    once for all workers."""
    return made_once(factory, "hostile", lambda folder: _write(release, folder)) / "report"


def _write(release: Path, folder: Path) -> None:
    copy = folder / "copy"
    copy.mkdir()
    for file in (FILE_NAME, DATABASE):
        shutil.copyfile(release / file, copy / file)
    with duckdb.connect(str(copy / DATABASE)) as connection:
        texts = connection.execute(
            "SELECT table_name, column_name FROM duckdb_columns() WHERE schema_name = 'main' "
            "AND database_name = current_database() AND data_type = 'VARCHAR'"
        ).fetchall()
        for table, column in texts:
            if column in COLUMNS:
                connection.execute(
                    f"UPDATE {table} SET {column} = "
                    f"list_extract($1, (1 + hash({column}) % len($1))::INTEGER) || {column}",
                    [list(PAYLOADS)],
                )
    write_report(copy, folder / "report")
