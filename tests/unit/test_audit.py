"""The audit: what must hold in the very files before anyone reads them."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from orchestration.publish import ReleaseError, ReleaseInputs, audit, publish, refusals
from tests.unit.release_world import (
    INPUTS,
    LINES,
    TRACES,
    build,
    candidate_in,
    faults,
    publish_in,
    rewrite,
    submission,
    visible,
)

pytestmark = pytest.mark.long


@pytest.fixture
def home(tmp_path: Path) -> Path:
    build(tmp_path / "build.duckdb")
    return tmp_path


def test_a_good_candidate_passes_every_check(home: Path) -> None:
    findings = audit(candidate_in(home))

    assert {f.outcome for f in findings} == {"passed"}
    assert len(findings) == 15


def test_a_table_altered_after_the_manifest_is_caught(home: Path) -> None:
    candidate = candidate_in(home)
    candidate.database.chmod(0o644)
    with duckdb.connect(str(candidate.database)) as connection:
        connection.execute("UPDATE fct_spend_line SET amount_pence = 1 WHERE source_row = 2")

    assert {check for check, _ in faults(candidate)} == {
        "files_are_sealed",
        "copies_agree",
        "lines_are_the_receipts",
        "every_figure_adds_up",
        "workbook_is_the_tables",
    }


def test_a_csv_that_differs_by_one_cell_is_caught(home: Path) -> None:
    candidate = candidate_in(home)
    csv = candidate.folder / "csv" / "fct_spend_line.csv"
    rewrite(csv, csv.read_text().replace("Turning Point", "Turning point"))

    checks = [check for check, _ in faults(candidate)]

    assert checks == ["files_are_sealed", "copies_agree"]


def test_a_file_too_many_is_caught(home: Path) -> None:
    candidate = candidate_in(home)
    (candidate.folder / "notes.txt").write_text("not published")

    assert faults(candidate) == [("files_are_sealed", "notes.txt is not in the manifest")]


def test_a_missing_promised_table_is_refused(home: Path) -> None:
    with duckdb.connect(str(home / "build.duckdb")) as connection:
        connection.execute("DROP TABLE dim_partner")

    assert [f.message for f in publish_in(home).refusals] == [
        "dim_partner is missing: a release must hold it, run the build again"
    ]


def test_lines_that_are_not_the_receipts_are_refused(home: Path) -> None:
    inputs = ReleaseInputs((submission("s1", 2, 12_299), submission("s3", 5, 1)), "rules-1", TRACES)

    assert [f.message for f in publish_in(home, inputs).refusals] == [
        "s1 counts 2 lines and 12300 pence, its receipt says 2 and 12299",
        "1 lines of s2 are counted, but it is not in force",
        "s3 counts 0 lines and 0 pence, its receipt says 5 and 1",
    ]


def test_synthetic_and_real_submissions_are_refused_together(home: Path) -> None:
    mixed = ReleaseInputs(
        (submission("demo", 0, 0, synthetic=True), *INPUTS.submissions), "r", TRACES
    )

    (refusal,) = publish_in(home, mixed).refusals

    assert refusal.check == "synthetic_and_real_never_meet"
    assert refusal.message == (
        "synthetic and real submissions are both in force (1 synthetic, such as demo.csv; 2 real, "
        "such as s1.csv), and their money must never meet. Withdraw one kind (totalplace withdraw "
        "R-demo --reason ...) or keep them apart with --home"
    )


def test_a_synthetic_line_among_real_submissions_is_refused(home: Path) -> None:
    line = (*LINES[0][:4], True, *LINES[0][5:])
    build(home / "build.duckdb", [line, *LINES[1:]])

    assert [f.message for f in publish_in(home).refusals] == [
        "fct_spend_line: 1 rows have not is_synthetic = false"
    ]


def test_findings_on_a_withdrawn_synthetic_file_do_not_stop_real_money(home: Path) -> None:
    with duckdb.connect(str(home / "build.duckdb")) as connection:
        connection.execute(
            "CREATE TABLE fct_issue AS SELECT 'TP-001' AS code, false AS in_force, "
            "true AS is_synthetic"
        )

    assert publish_in(home).status == "published"


@pytest.mark.parametrize("kind", ["DOUBLE", "HUGEINT", "DECIMAL(18,2)"])
def test_money_that_is_not_integer_pence_is_refused(home: Path, kind: str) -> None:
    with duckdb.connect(str(home / "build.duckdb")) as connection:
        connection.execute(f"CREATE TABLE fct_other AS SELECT 1::{kind} AS amount_pence")

    messages = [f.message for f in publish_in(home).refusals if f.check == "types_are_exact"]

    assert messages == [
        f"fct_other.amount_pence {kind}: cast it in the model (money to BIGINT pence, lists to "
        "text)"
    ]


def test_a_check_that_crashes_has_not_passed_and_quotes_no_cell(home: Path) -> None:
    def broken(evidence: object) -> list[str]:
        """Never said."""
        raise ValueError("the supplier Jane Citizen")

    (finding,) = refusals(audit(candidate_in(home), checks=[broken]))

    assert (finding.outcome, finding.check) == ("could_not_run", "broken")
    assert "ValueError" in finding.message
    assert "Jane" not in finding.message


def test_checking_nothing_is_a_failure(home: Path) -> None:
    candidate = candidate_in(home)

    assert faults(candidate, checks=[]) == [("audit", "there was nothing to check")]
    assert faults(candidate, judgements=[]) == [
        ("expectations", "no expectation was checked at all")
    ]
    with pytest.raises(ReleaseError, match="nothing was checked"):
        publish(candidate, [])


def test_nothing_in_force_is_nothing_to_publish(home: Path) -> None:
    build(home / "build.duckdb", [])

    messages = [f.message for f in publish_in(home, ReleaseInputs((), "rules-1", TRACES)).refusals]

    assert messages == ["no submission is in force: there is nothing to publish"]


class Result:
    """What another tool says about a candidate."""

    table = "dim_partner"
    description = "Every row has a name"
    unexpected_count = 3

    def __init__(self, outcome: str, severity: str) -> None:
        self.outcome, self.severity = outcome, severity


@pytest.mark.parametrize(
    ("outcome", "severity", "status"),
    [
        ("passed", "critical", "published"),
        ("failed", "warning", "published"),
        ("failed", "critical", "refused"),
        ("could_not_run", "critical", "refused"),
    ],
)
def test_what_another_tool_judged_counts(
    home: Path, outcome: str, severity: str, status: str
) -> None:
    assert publish_in(home, judge=lambda _: [Result(outcome, severity)]).status == status


def test_a_judge_that_crashes_refuses_the_release(home: Path) -> None:
    def crash(database: Path) -> list[Result]:
        raise RuntimeError("no such module")

    (refusal,) = publish_in(home, judge=crash).refusals

    assert (refusal.check, refusal.outcome) == ("expectations", "could_not_run")


def test_a_refusal_leaves_the_release_before_and_no_debris(home: Path) -> None:
    first = publish_in(home)
    build(home / "build.duckdb", LINES[:1])

    outcome = publish_in(home)

    assert (outcome.status, outcome.release_id) == ("refused", first.release_id)
    assert visible(home) == [".lock", first.release_id, "current", "releases.jsonl"]
