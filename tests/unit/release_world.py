"""A tiny build file to publish from, with three marts and three lines."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from orchestration.publish import (
    Candidate,
    PublishOutcome,
    ReleaseInputs,
    SubmissionInForce,
    audit,
    build_candidate,
    publish_release,
    refusals,
)
from orchestration.publish.lineage import Part, Recipe

NOON = datetime(2025, 6, 2, 12, tzinfo=UTC)
PROMISED = ("fct_spend_line", "fct_place_spend", "dim_partner")
LINES = [
    # partner, theme, amount_pence, supplier, is_synthetic, submission, sheet, source_row
    ("alder", "drug_alcohol", 12_345, "Turning Point", False, "s1", None, 2),
    ("alder", "unclassified", -45, None, False, "s1", None, 3),
    ("birch", "unclassified", 9_007_199_254_740_993, "", False, "s2", "May", 7),
]


def build(path: Path, lines: Sequence[tuple[object, ...]] = LINES) -> Path:
    """A build file with three marts made from ``lines``."""
    path.unlink(missing_ok=True)
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            "CREATE TABLE fct_spend_line (partner_id VARCHAR, theme VARCHAR, amount_pence BIGINT, "
            "supplier_name VARCHAR, is_synthetic BOOLEAN, submission_id VARCHAR, sheet VARCHAR, "
            "source_row BIGINT, line_date DATE)"
        )
        for line in lines:
            connection.execute(
                "INSERT INTO fct_spend_line VALUES (?, ?, ?, ?, ?, ?, ?, ?, '2024-05-01')", line
            )
        connection.execute(
            "CREATE TABLE fct_place_spend AS SELECT partner_id, count(*) AS lines, "
            "sum(amount_pence)::BIGINT AS gross_pence FROM fct_spend_line GROUP BY ALL"
        )
        connection.execute(
            "CREATE TABLE dim_partner AS SELECT DISTINCT partner_id, 'The ' || partner_id AS name, "
            "0.5::DECIMAL(9,8) AS share, partner_id AS body_id, partner_id AS short_name "
            "FROM fct_spend_line"
        )
        connection.execute("CREATE TABLE int_scratch AS SELECT 1 AS not_published")
    return path


def submission(name: str, rows: int, pence: int, synthetic: bool = False) -> SubmissionInForce:
    return SubmissionInForce(
        receipt_id=f"R-{name}",
        submission_id=name,
        partner_id="alder",
        feed="spend",
        period="2024-05",
        file_name=f"{name}.csv",
        file_sha256=f"sha of {name}",
        rows_accepted=rows,
        pence_accepted=pence,
        synthetic=synthetic,
    )


TRACES = {
    "fct_spend_line": (Recipe(figures=("amount_pence",), lines=True),),
    "fct_place_spend": (
        Recipe(
            figures=("gross_pence",),
            parts=(
                Part(
                    label="lines", table="fct_spend_line", by=("partner_id",), amount="amount_pence"
                ),
            ),
        ),
    ),
}
INPUTS = ReleaseInputs(
    (submission("s1", 2, 12_300), submission("s2", 1, 9_007_199_254_740_993)), "rules-1", TRACES
)


def candidate_in(home: Path, inputs: ReleaseInputs = INPUTS) -> Candidate:
    return build_candidate(home / "build.duckdb", home / "published", PROMISED, inputs, now=NOON)


def publish_in(home: Path, inputs: ReleaseInputs = INPUTS, **options: object) -> PublishOutcome:
    return publish_release(
        home / "build.duckdb",
        home / "published",
        options.pop("tables", PROMISED),  # type: ignore[arg-type]
        inputs,
        now=options.pop("now", NOON),  # type: ignore[arg-type]
        **options,  # type: ignore[arg-type]
    )


def faults(candidate: Candidate, **options: object) -> list[tuple[str, str]]:
    found = refusals(audit(candidate, **options))  # type: ignore[arg-type]
    return [(f.check, f.message) for f in found]


def rewrite(file: Path, text: str) -> None:
    file.chmod(0o644)
    file.write_text(text)


def visible(home: Path) -> list[str]:
    return sorted(p.name for p in (home / "published").iterdir())


def two_releases(home: Path) -> tuple[str, str]:
    """Publishes two releases in ``home``: of the lines, and an hour later of the first two."""
    made, first, second = _two_releases()
    shutil.copytree(made.name, home, symlinks=True, dirs_exist_ok=True)
    return first, second


@cache
def _two_releases() -> tuple[TemporaryDirectory[str], str, str]:
    """A home with the two releases, made once, and their ids."""
    made = TemporaryDirectory(prefix="two-releases-")
    home = Path(made.name)
    build(home / "build.duckdb")
    first = publish_in(home).release_id
    build(home / "build.duckdb", LINES[:2])
    later = NOON.replace(hour=13)
    inputs = ReleaseInputs(INPUTS.submissions[:1], "rules-1", TRACES)
    second = publish_in(home, inputs, now=later).release_id
    assert first
    assert second
    return made, first, second
