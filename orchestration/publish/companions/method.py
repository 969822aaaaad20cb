"""``METHOD.md``: the method that made a release, with what was known when it was made.

First what is particular to the release (versions, prices, populations, the target's unknowns, what
is missing), then the pages of the method, of which the project holds the text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import duckdb

from ...display import pounds
from ..dictionary import SYNTHETIC
from ..manifest import Manifest

FILE = "METHOD.md"
_HEADING = re.compile(r"^(#+) ", re.MULTILINE)
_LINK = re.compile(r"\[[^\]]*\]\(([\w-]+)\.md\)")

Rows = list[tuple[object, ...]]


def method_pages(folder: Path) -> tuple[str, ...]:
    """The pages of the method in order: the count first. ``FileNotFoundError`` if there is none."""
    pages = sorted(folder.glob("*.md"), key=lambda path: (path.stem != "count", path.stem))
    if not pages:
        raise FileNotFoundError(f"{folder} holds no page of the method")
    return tuple(page.read_text(encoding="utf-8") for page in pages)


def write_method(
    connection: duckdb.DuckDBPyConnection, folder: Path, manifest: Manifest, pages: Sequence[str]
) -> Path:
    """Writes the method of a release into ``folder``. What was known is read from the tables
    attached as ``target``; of a table that is not there nothing is said."""
    synthetic = [f"**{SYNTHETIC.strip()}**"] if manifest.synthetic else []
    parts = [
        f"# How release {manifest.release_id} was made",
        *synthetic,
        *_section("What it is made from", _made_from(manifest)),
        *_section("How complete it is", _completeness(connection, manifest)),
        *_section("Prices", _prices(connection, manifest)),
        *_section("Populations and other keys", _keys(connection, manifest)),
        *_section("The target", _target(connection, manifest)),
        *map(_within, pages),
    ]
    path = folder / FILE
    path.write_text("\n\n".join(parts) + "\n", encoding="utf-8")
    return path


def _section(title: str, items: list[str]) -> list[str]:
    return [f"## {title}", "\n".join(f"* {item}" for item in items)] if items else []


def _made_from(manifest: Manifest) -> list[str]:
    tools = ", ".join(f"{tool} {version}" for tool, version in manifest.versions.items())
    made = manifest.made_from
    digests = {**made.rules, "place": made.place, "code": made.code}
    known = ", ".join(f"{part} {digest[:12]}" for part, digest in digests.items() if digest)
    return [
        f"What counts: {manifest.received_from}, each with its file and SHA-256 in "
        "`manifest.json`.",
        f"Rules that judged them: {manifest.rules_version[:12]}.",
        *(
            [f"What decides a figure, by the first digits of its SHA-256: {known}."]
            if known
            else []
        ),
        f"Read and calculated by {tools}.",
    ]


def _completeness(connection: duckdb.DuckDBPyConnection, manifest: Manifest) -> list[str]:
    years = [
        f"{year.financial_year}: {year.partners_present} of {year.partners_expected} partners "
        "delivered all of their spend."
        for year in manifest.years
    ]
    missing = _rows(
        connection, manifest, "v_missing_delivery",
        "SELECT body_name, feed, state, count(*), min(period_id), max(period_id) "
        "FROM target.v_missing_delivery GROUP BY ALL ORDER BY ALL",
    )  # fmt: skip
    listed = [
        f"{body}, {feed}, {str(state).replace('_', ' ')}: {first}"
        + (f" to {last}, {periods} periods." if first != last else ".")
        for body, feed, state, periods, first, last in missing
    ]
    return [*years, *(f"Not counted: {item}" for item in listed)]


def _prices(connection: duckdb.DuckDBPyConnection, manifest: Manifest) -> list[str]:
    found = _rows(
        connection, manifest, "fct_place_spend",
        "SELECT DISTINCT price_release, price_base_year FROM target.fct_place_spend "
        "WHERE price_release IS NOT NULL ORDER BY ALL",
        ("price_release", "price_base_year"),
    )  # fmt: skip
    return [
        f"Real terms are at the prices of {base_year}, by the GDP deflator of release {release}; "
        "cash is at the prices of its own year."
        for release, base_year in found
    ]


def _keys(connection: duckdb.DuckDBPyConnection, manifest: Manifest) -> list[str]:
    found = _rows(
        connection, manifest, "dim_apportionment_key",
        "SELECT DISTINCT key_id, driver, vintage, source FROM target.dim_apportionment_key "
        "ORDER BY ALL",
    )  # fmt: skip
    return [f"`{key}`: {driver}, {vintage} ({source})." for key, driver, vintage, source in found]


def _target(connection: duckdb.DuckDBPyConnection, manifest: Manifest) -> list[str]:
    found = _rows(
        connection, manifest, "dim_target",
        "SELECT target_name, target_pence, target_unknowns FROM target.dim_target ORDER BY ALL",
    )  # fmt: skip
    said = []
    for title, pence, unknowns in found:
        amount = pounds(int(str(pence))) if pence is not None else "an amount that is not known"
        rest = (
            f"not confirmed: {unknowns}; until it is, no share and no probability of it is stated"
        )
        said.append(f"{title}: {amount}; {rest if unknowns else 'all about it is confirmed'}.")
    return said


def _rows(
    connection: duckdb.DuckDBPyConnection,
    manifest: Manifest,
    table: str,
    query: str,
    columns: Sequence[str] = (),
) -> Rows:
    """The rows of a query on one table, or none where the release has no such table."""
    published = manifest.tables.get(table)
    if published is None or not {*columns} <= {*published.columns}:
        return []
    return [tuple(map(_one_line, row)) for row in connection.execute(query).fetchall()]


def _one_line(value: object) -> object:
    return " ".join(value.split()) if isinstance(value, str) else value


def _within(page: str) -> str:
    """A page of the method as a part of one file: its headings a step lower, its links by title."""
    lower = _HEADING.sub(r"#\1 ", page.strip())
    return _LINK.sub(lambda link: link[1].replace("-", " "), lower)
