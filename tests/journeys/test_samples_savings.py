"""A board asks of the samples' savings: how much counts, and why does the rest not?"""

import duckdb
import pytest
import yaml

from orchestration.settings import CHECKOUT

UNKNOWNS = "basis, start year, end year, prices, net or gross, bodies"
STORY = yaml.load((CHECKOUT / "data" / "story.yml").read_text(), Loader=yaml.CSafeLoader)


@pytest.fixture(scope="module")
def release(samples_home):
    with duckdb.connect(str(samples_home.current.resolve() / "totalplace.duckdb"), True) as con:
        yield con


def test_what_counts_is_what_the_story_tells_to_the_penny(release):
    found = {}
    for year, step, pence in release.execute(
        "SELECT financial_year, step, sum(step_pence)::BIGINT FROM fct_savings_waterfall "
        "GROUP BY ALL UNION ALL SELECT financial_year, 'counted', sum(step_pence)::BIGINT "
        "FROM fct_savings_waterfall GROUP BY ALL UNION ALL "
        "SELECT financial_year, 'recurring', sum(recurring_a_year_pence)::BIGINT "
        "FROM fct_savings_initiative GROUP BY ALL"
    ).fetchall():
        found.setdefault(year, {})[step] = pence
    assert found == STORY["savings"]


def test_every_planted_fault_of_a_register_shows(release):
    assert release.execute(
        "SELECT initiative_id, financial_year, assurance_claimed, assurance, exclusion_reason, "
        "duplicate_of, lapsed_in, CAST(share_total AS DOUBLE) FROM fct_savings_initiative "
        "WHERE (initiative_id, financial_year) IN (('OE-03', '2011-12'), ('OE-09', '2011-12'), "
        "('PP-02', '2009-10'), ('JC-03', '2012-13')) ORDER BY ALL"
    ).fetchall() == [
        ("JC-03", "2012-13", "interim", "interim", "shares_do_not_add_up", None, None, 0.6),
        ("OE-03", "2011-12", "final", "preliminary", "no_baseline", None, None, 1.0),
        ("OE-09", "2011-12", "preliminary", "preliminary", "duplicate", "JC-02", None, 1.0),
        ("PP-02", "2009-10", "interim", "interim", "not_sustained", None, "2010-11", 1.0),
    ]
    told = release.execute("SELECT message FROM fct_issue WHERE code = 'TP-310'").fetchall()
    for wording in ("add up to 1 over the bodies", "claimed twice", "signed off too high"):
        assert any(wording in message for (message,) in told), (wording, told)


def test_the_screen_gives_no_share_of_the_target(samples_home):
    part = samples_home.first.out.split("Savings beside the target of £200,000,000")[1]
    head, *lines = part.split("The target's basis")[0].strip().splitlines()
    headings = "shown by the ledgers counted in the year claimed recurring a year"
    assert head.split() == headings.split()
    assert lines[-1].split() == [
        "2012-13",
        "*£3,072,919",
        "£8,627,545",
        "£12,515,400",
        "£8,627,545",
    ]
    assert "%" not in part


def test_both_meanings_of_the_target_stand_side_by_side(release):
    assert release.execute(
        "SELECT target_part, latest_year, evidenced_in_latest_year_pence, "
        "counted_in_latest_year_pence, claimed_in_latest_year_pence, recurring_a_year_pence, "
        "counted_to_date_pence "
        "FROM fct_target_progress ORDER BY 1"
    ).fetchall() == [
        (
            "belongs_to_target",
            "2012-13",
            154_295_048,
            334_428_543,
            438_350_000,
            334_428_543,
            1_100_766_096,
        ),
        (
            "not_confirmed",
            "2012-13",
            152_996_862,
            528_325_995,
            813_190_000,
            528_325_995,
            1_152_014_346,
        ),
        ("not_of_target", "2012-13", 0, 0, 0, 0, 0),
    ]
    assert release.execute("SELECT target_pence, target_unknowns FROM dim_target").fetchall() == [
        (20_000_000_000, UNKNOWNS)
    ]


def test_the_lines_behind_the_evidence_add_up_to_it(release):
    lines = release.execute(
        "SELECT initiative_id, claim_year, financial_year, count(*), sum(amount_pence)::BIGINT "
        "FROM fct_savings_evidence_line WHERE role = 'scope' GROUP BY ALL"
    ).fetchall()
    behind = {row[:3]: row[3:] for row in lines}
    held = release.execute(
        "SELECT initiative_id, financial_year, base_year, claim_year_lines, claim_year_pence, "
        "base_lines, base_pence FROM fct_savings_evidence WHERE evidence_status <> 'no_scope_given'"
    ).fetchall()
    assert len(held) == 34
    for initiative, year, base_year, *figures in held:
        this, base = ((initiative, year, y) for y in (year, base_year))
        assert [*behind[this], *behind[base]] == figures
