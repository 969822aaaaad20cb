"""What changed between two releases: every figure once, with its cause, and nothing else."""

from __future__ import annotations

import random
from pathlib import Path

import duckdb
import pytest
import yaml

from orchestration.publish.causes import (
    ANSWER,
    CONTRACT,
    CORRECTION,
    DECISION,
    LIBRARY,
    NEW,
    READ_AGAIN,
    RULE,
    SEVERAL,
    UNKNOWN,
    WITHDRAWAL,
    attributed,
    changes,
)
from orchestration.publish.lineage import Recipe
from orchestration.publish.made_from import MadeFrom
from orchestration.publish.manifest import (
    Manifest,
    PublishedTable,
    ReleaseInputs,
    Shape,
    SubmissionInForce,
)
from orchestration.publish.release import PublishOutcome
from orchestration.publish.restatement import TABLE, compared
from orchestration.release.opened import opened
from orchestration.release.trace import trace_figure
from orchestration.settings import CHECKOUT
from tests.unit.release_world import LINES, NOON, PROMISED, TRACES, build, publish_in, submission

pytestmark = pytest.mark.long

SHAPES = {
    "fct_place_spend": Shape(("partner_id",), ("spend",)),
    "fct_spend_line": Shape(("submission_id", "sheet", "source_row"), ("spend",)),
    "dim_partner": Shape(("partner_id",)),
}
TABLES = (*PROMISED, TABLE)
MADE = MadeFrom(
    contracts={"alder": "a1", "birch": "b1"}, place="p1", references="r1",
    rules={"models": "m1", "seeds": "s1"}, code="c1",
)  # fmt: skip
ALDER = submission("s1", 2, 12_300)
BIRCH = submission("s2", 1, 9_007_199_254_740_993)


# What the tables of what changed declare in dbt's YAML: the audit of every release here asks it.
DECLARED = {
    table["name"]: tuple(map(Recipe.model_validate, table["meta"]["trace"]))
    for table in yaml.load(
        (CHECKOUT / "dbt_project" / "models" / "marts" / "_release.yml").read_text("utf-8"),
        Loader=yaml.CSafeLoader,
    )["sources"][0]["tables"]
}


def inputs(*submissions: SubmissionInForce, made: MadeFrom = MADE) -> ReleaseInputs:
    traces = {**TRACES, **DECLARED}
    return ReleaseInputs(submissions, "rules-1", traces, made, SHAPES)


def released(
    home: Path, lines: list[tuple[object, ...]], made_of: ReleaseInputs, hour: int
) -> PublishOutcome:
    build(home / "build.duckdb", lines)
    outcome = publish_in(home, made_of, tables=TABLES, now=NOON.replace(hour=hour))
    assert outcome.status == "published", outcome.refusals
    return outcome


def restated(outcome: PublishOutcome, columns: str) -> list[tuple[object, ...]]:
    assert outcome.path
    with duckdb.connect(str(outcome.path / "totalplace.duckdb"), read_only=True) as con:
        query = f"SELECT {columns} FROM fct_restatement ORDER BY ALL"
        return [tuple(row) for row in con.execute(query).fetchall()]


def test_a_first_release_restates_nothing(tmp_path: Path) -> None:
    first = released(tmp_path, LINES, inputs(ALDER, BIRCH), 12)
    assert restated(first, "*") == []


def test_a_corrected_amount_is_one_row_with_old_new_difference_and_receipt(tmp_path: Path) -> None:
    released(tmp_path, LINES, inputs(ALDER, BIRCH), 12)
    corrected = [(*LINES[0][:2], 12_346, *LINES[0][3:5], "s3", None, 2), *LINES[1:]]
    corrected[1] = (*LINES[1][:5], "s3", None, 3)
    after = inputs(submission("s3", 2, 12_301), BIRCH)
    second = released(tmp_path, corrected, after, 13)
    assert restated(
        second, "table_name, figure_key, column_name, change, old_value, new_value, "
        "difference_pence, cause, cause_references",
    ) == [
        ("fct_place_spend", '{"partner_id":"alder"}', "gross_pence", "changed", "12300", "12301",
         1, CORRECTION, "R-s3"),
        ("spend", '{"receipt_id": "R-s1"}', None, "lines disappeared", "2", None,
         -12_300, CORRECTION, "R-s3"),
        ("spend", '{"receipt_id": "R-s3"}', None, "lines appeared", None, "2",
         12_301, CORRECTION, "R-s3"),
    ]  # fmt: skip


def test_lines_that_went_out_follow_from_what_took_their_place_alone(tmp_path: Path) -> None:
    """Alder corrects its file and birch withdraws its own: neither is the cause of the other."""
    birch = BIRCH.model_copy(update={"partner_id": "birch"})
    released(tmp_path, LINES, inputs(ALDER, birch), 12)
    corrected = [(*each[:5], "s3", None, n) for n, each in enumerate(LINES[:2], 2)]
    second = released(tmp_path, corrected, inputs(submission("s3", 2, 12_300)), 13)
    of_lines = [
        row
        for row in restated(second, "figure_key, change, cause, cause_references")
        if row[1].startswith("lines ")
    ]
    assert of_lines == [
        ('{"receipt_id": "R-s1"}', "lines disappeared", CORRECTION, "R-s3"),
        ('{"receipt_id": "R-s2"}', "lines disappeared", WITHDRAWAL, "R-s2"),
        ('{"receipt_id": "R-s3"}', "lines appeared", CORRECTION, "R-s3"),
    ]


def test_what_changed_in_pounds_is_traced_to_the_figure_in_pence(tmp_path: Path) -> None:
    released(tmp_path, LINES, inputs(ALDER, BIRCH), 12)
    corrected = [(*LINES[0][:2], 12_346, *LINES[0][3:5], "s3", None, 2), *LINES[1:]]
    corrected[1] = (*LINES[1][:5], "s3", None, 3)
    second = released(tmp_path, corrected, inputs(submission("s3", 2, 12_301), BIRCH), 13)
    assert second.path

    with opened(second.path) as release:
        trace = trace_figure(release, "v_release_change", {"figure": "gross_pence"})

    assert [(f.column, f.published, f.again) for f in trace.figures] == [
        ("before_pounds", 12_300, 12_300),
        ("after_pounds", 12_301, 12_301),
        ("difference_pounds", 1, 1),
    ]
    assert trace.column == "difference_pounds"
    assert [(s.table, s.column, s.pence) for s in trace.steps] == [
        ("fct_restatement", "difference_pence", 1)
    ]


def test_a_body_that_is_gone_has_every_figure_disappear(tmp_path: Path) -> None:
    released(tmp_path, LINES, inputs(ALDER, BIRCH), 12)
    second = released(tmp_path, LINES[:2], inputs(ALDER), 13)
    assert restated(second, "table_name, column_name, change, old_value, new_value, cause") == [
        ("dim_partner", "body_id", "disappeared", "birch", None, WITHDRAWAL),
        ("dim_partner", "name", "disappeared", "The birch", None, WITHDRAWAL),
        ("dim_partner", "share", "disappeared", "0.50000000", None, WITHDRAWAL),
        ("dim_partner", "short_name", "disappeared", "birch", None, WITHDRAWAL),
        ("fct_place_spend", "gross_pence", "disappeared", "9007199254740993", None, WITHDRAWAL),
        ("fct_place_spend", "lines", "disappeared", "1", None, WITHDRAWAL),
        ("spend", None, "lines disappeared", "1", None, WITHDRAWAL),
    ]


def test_a_restatement_that_does_not_replay_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    released(tmp_path, LINES, inputs(ALDER, BIRCH), 12)
    monkeypatch.setattr(
        "orchestration.publish.restatement._differing",
        lambda *_: (
            "SELECT * FROM (SELECT '' AS figure_key, '' AS financial_year_key, "
            "NULL::VARCHAR AS financial_year, NULL::VARCHAR AS body_id, ['x'] AS bodies, "
            "'' AS change, '' AS made_of, '' AS kind, "
            "'' AS column_name, '' AS old_value, '' AS new_value, 0 AS difference_pence, "
            "0 AS difference_number) WHERE false"
        ),
    )
    build(tmp_path / "build.duckdb", LINES[:2])
    outcome = publish_in(tmp_path, inputs(ALDER), tables=TABLES, now=NOON.replace(hour=13))
    assert outcome.status == "refused"
    assert [f.message for f in outcome.refusals] == [
        "dim_partner: applied to the release before, fct_restatement misses 4 of its cells",
        "fct_place_spend: applied to the release before, fct_restatement misses 2 of its cells",
    ]


def test_lists_of_lines_and_of_deliveries_are_not_compared_cell_by_cell() -> None:
    def holding(digest: str) -> Manifest:
        columns = {"issue_id": "VARCHAR", "receipt_id": "VARCHAR", "amount_pence": "BIGINT"}
        issues = PublishedTable(columns=columns, rows=1, content_sha256=digest, key=["issue_id"])
        place = {"body_id": "VARCHAR", "gross_pence": "BIGINT"}
        spend = PublishedTable(columns=place, rows=1, content_sha256=digest, key=["body_id"])
        tables = {"fct_issue": issues, "fct_place_spend": spend, "v_provider": spend}
        return manifest().model_copy(update={"tables": tables})

    assert compared(holding("a"), holding("b")) == ["fct_place_spend"]


def test_random_histories_replay(tmp_path: Path) -> None:
    chance = random.Random(7)
    for hour in range(8):
        lines = [
            (body, "other", chance.randrange(-500, 500), None, False, f"s-{body}", None, row)
            for body in ("alder", "birch", "cedar", "dogwood")
            if chance.random() > 0.3
            for row in range(2, chance.randrange(3, 6))
        ] or LINES[:1]
        sums: dict[str, list[int]] = {}
        for line in lines:
            sums.setdefault(str(line[5]), []).append(int(str(line[2])))
        made = inputs(*(submission(s, len(p), sum(p)) for s, p in sums.items()))
        build(tmp_path / "build.duckdb", lines)
        outcome = publish_in(tmp_path, made, tables=TABLES, now=NOON.replace(hour=hour))
        assert outcome.status == "published"


def manifest(*submissions: SubmissionInForce, made: MadeFrom = MADE) -> Manifest:
    return Manifest(
        release_id="x", created_at="", content_hash="", synthetic=False, rules_version="rules-1",
        made_from=made, previous=None, years=[], submissions=list(submissions), tables={}, files={},
    )  # fmt: skip


OCTOBER = SubmissionInForce(
    receipt_id="R-1", submission_id="S-1", partner_id="alder", feed="spend", period="2011-10",
    file_name="o.csv", file_sha256="f1", rows_accepted=1, pence_accepted=1, synthetic=False,
    financial_year="2011-12",
)  # fmt: skip


def again(**facts: object) -> SubmissionInForce:
    return OCTOBER.model_copy(update={"receipt_id": "R-2", "submission_id": "S-2", **facts})


@pytest.mark.parametrize(
    ("before", "after", "cause", "reference"),
    [
        ([], [OCTOBER], NEW, "R-1"),
        ([OCTOBER], [again(file_sha256="f2")], CORRECTION, "R-2"),
        ([OCTOBER], [], WITHDRAWAL, "R-1"),
        ([], [again(explained=True)], ANSWER, "R-2"),
        ([OCTOBER], [OCTOBER.model_copy(update={"receipt_id": "R-3", "rows_accepted": 2})],
         READ_AGAIN, "R-3"),
    ],
)  # fmt: skip
def test_what_became_of_a_submission(
    before: list[SubmissionInForce], after: list[SubmissionInForce], cause: str, reference: str
) -> None:
    (found,) = changes(manifest(*before), manifest(*after))
    assert (found.cause, found.reference) == (cause, reference)


@pytest.mark.parametrize(
    ("part", "cause", "reference"),
    [
        ({"contracts": {"alder": "a2", "birch": "b1"}}, CONTRACT, "alder"),
        ({"rules": {"models": "m1", "seeds": "s2"}}, RULE, "seeds s2"),
    ],
)
def test_what_is_different_beside_the_submissions(
    part: dict[str, dict[str, str]], cause: str, reference: str
) -> None:
    (found,) = changes(manifest(), manifest(made=MADE.model_copy(update=part)))
    assert (found.cause, found.reference) == (cause, reference)


def test_a_decision_of_the_review_reaches_what_is_made_of_the_bodys_spend() -> None:
    decided = MADE.model_copy(update={"decisions": {"U-0a1b2c3d": "alder other"}})
    found = changes(manifest(), manifest(made=decided))
    assert [(c.cause, c.reference, c.body, c.feed) for c in found] == [
        (DECISION, "U-0a1b2c3d", "alder", "spend")
    ]
    back = changes(manifest(made=decided), manifest())
    assert [(c.cause, c.body) for c in back] == [(DECISION, "alder")]


def test_a_saving_may_follow_from_a_ledger_of_an_earlier_year_beside_any_other_cause() -> None:
    """What the ledgers of 2011-12 showed is what 2014-15 is held against."""
    decided = MADE.model_copy(update={"decisions": {"U-0a1b2c3d": "alder other"}})
    found = changes(manifest(OCTOBER), manifest(made=decided))
    of_savings = attributed(found, ["savings", "spend"], "2014-15", [])
    assert of_savings == (SEVERAL, "withdrawal R-1; review decision U-0a1b2c3d")
    assert attributed(found, ["spend"], "2014-15", []) == (DECISION, "U-0a1b2c3d")


def test_another_version_of_a_library_is_a_cause() -> None:
    old, new = (
        manifest().model_copy(update={"versions": {"duckdb": v}}) for v in ("1.5.4", "2.0.0")
    )
    (found,) = changes(old, new)
    assert (found.cause, found.reference) == (LIBRARY, "duckdb 1.5.4 to 2.0.0")


def test_beside_a_release_without_parts_the_cause_is_not_known() -> None:
    found = changes(manifest(made=MadeFrom()), manifest())
    assert attributed(found, ["spend"], "2011-12", [])[0] == UNKNOWN


def test_of_two_causes_the_one_that_reaches_the_figure_is_named() -> None:
    contacts = again(feed="contacts", file_sha256="f2")
    found = changes(manifest(OCTOBER), manifest(contacts))
    assert attributed(found, ["contacts"], "2011-12", ["alder"]) == (NEW, "R-2")
    assert attributed(found, ["spend"], "2011-12", ["alder"]) == (WITHDRAWAL, "R-1")


def test_of_two_years_the_figures_own_is_named() -> None:
    later = again(period="2014-10", financial_year="2014-15", file_sha256="f2", explained=True)
    found = changes(manifest(), manifest(OCTOBER, later))
    assert attributed(found, ["spend"], "2011-12", ["alder"]) == (NEW, "R-1")
    assert attributed(found, ["spend"], "2014-15", ["alder"]) == (ANSWER, "R-2")


def test_a_figure_of_all_years_may_follow_from_any_of_them() -> None:
    later = again(period="2014-10", financial_year="2014-15", file_sha256="f2", explained=True)
    found = changes(manifest(), manifest(OCTOBER, later))
    assert attributed(found, ["spend"], "all_years", []) == (
        SEVERAL, "new submission R-1; answer to a question R-2",
    )  # fmt: skip


def test_where_two_kinds_may_be_at_work_all_are_named() -> None:
    found = changes(manifest(), manifest(OCTOBER, again(partner_id="birch", explained=True)))
    assert attributed(found, ["spend"], "2011-12", ["birch"]) == (
        SEVERAL, "answer to a question R-2; new submission R-1",
    )  # fmt: skip
