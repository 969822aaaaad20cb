"""Codes, postcodes and coordinates against the lists; numbers as they are; feeds without money."""

from __future__ import annotations

import dataclasses
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from orchestration.contracts.feeds import FEEDS
from orchestration.contracts.load import ContractError, load_partner, load_partners
from orchestration.contracts.place import load_place
from orchestration.intake.judge.judge import JudgeRequest, judge
from orchestration.intake.judge.judgement import Judgement
from orchestration.intake.judge.layout import find_headings
from orchestration.intake.judge.reference import Reference
from orchestration.intake.judge.rules.headings import heading_findings
from orchestration.intake.landing import Delivery
from orchestration.intake.ledger.ledger import Ledger
from orchestration.intake.receive import receive
from orchestration.settings import CHECKOUT, Settings
from orchestration.warehouse.inputs import write_inputs

PARTNER = load_partner(CHECKOUT / "tests/rules/contract.yml")
POINTS = "Year,Ref,Site,Type,Postcode,East,North,Services,Cost\n"


def points(
    folder: Path, *rows: str, reference: Reference | None = None, lines: Path | None = None
) -> Judgement:
    path = folder / "points.csv"
    path.write_text(POINTS + "".join(f"2024-25,{row}\n" for row in rows), "utf-8")
    feed = PARTNER.feeds["access_points"]
    return judge(
        JudgeRequest(path, path.name, "access_points", feed, reference=reference, lines=lines)
    )


def cells(result: Judgement, code: str) -> list[tuple[int, str | None]]:
    return [(c.row, c.value) for f in result.findings if f.code == code for c in f.cells]


def with_postcodes(settings: Settings, path: Path, number: int) -> Reference:
    """A list of ``number`` postcodes of the area LE, LE99 1AA among them."""
    letters = "ABDEFGHJLNPQRSTUWXYZ"
    made = [f"LE99{n}{a}{b}" for n in range(1, 10) for a in letters for b in letters]
    row = '"{}",10,458000,304000,"E92000001","E19000001","E18000004","","E06000016","E05001789"\n'
    path.write_text("".join(row.format(code) for code in made[:number]), "utf-8")
    return Reference.of(dataclasses.replace(settings, postcodes=path))


@pytest.mark.parametrize(
    ("codes", "known"),
    [
        *[(codes, True) for codes in ("57", "57;69", "57; 69", "57 ; 69;", '"57,69"', "", "057")],
        *[(codes, False) for codes in ("9999", "57; 9999", "57/69", "council tax", "57.0", "1e1")],
    ],
)
def test_every_code_of_a_point_must_be_on_the_list(codes: str, known: bool, tmp_path: Path) -> None:
    result = points(tmp_path, f"A1,Hall,Office,,,,{codes},1.00")
    assert [f.code for f in result.findings if f.code == "TP-372"] == ([] if known else ["TP-372"])
    assert (result.rows_accepted, result.pence_accepted) == (1, 100)


@pytest.mark.parametrize("code", ["LE1 1AA", "le11aa", "LE11 3TU", "SW1A 1AA", "M1 1AE", "W1A 0AX"])
def test_what_looks_like_a_postcode_passes(code: str, tmp_path: Path) -> None:
    assert cells(points(tmp_path, f"A1,Hall,Office,{code},,,57,1.00"), "TP-343") == []


@pytest.mark.parametrize("code", ["LE1", "LEI 1AA", "LE1 AA1", "LE1 1AO9", "12345", "LE1 1CA"])
def test_what_looks_like_none_is_set_aside(code: str, tmp_path: Path) -> None:
    result = points(tmp_path, f"A1,Hall,Office,{code},,,57,1.00", "A2,Hall,Office,,,,57,2.00")
    assert cells(result, "TP-343") == [(2, code)]
    assert (result.rows_accepted, result.rows_set_aside) == (1, 1)


def test_a_postcode_is_asked_about_only_where_the_list_covers_its_area(
    settings: Settings, tmp_path: Path
) -> None:
    rows = ("A1,Hall,Office,LE99 1AA,,,57,1.00", "A2,Hall,Office,LE1 9ZZ,,,57,2.00")
    rows += ("A3,Hall,Office,SW1A 1AA,,,57,3.00",)
    whole = with_postcodes(settings, tmp_path / "whole.csv", 500)
    result = points(tmp_path, *rows, reference=whole)
    assert cells(result, "TP-344") == [(3, "LE1 9ZZ")]
    assert result.verdict == "accepted"
    few = with_postcodes(settings, tmp_path / "few.csv", 499)
    assert cells(points(tmp_path, *rows, reference=few), "TP-344") == []


def test_a_list_of_postcodes_that_is_not_there_is_told(settings: Settings, tmp_path: Path) -> None:
    gone = Reference.of(dataclasses.replace(settings, postcodes=tmp_path / "gone.csv"))
    with pytest.raises(ContractError, match="TOTALPLACE_POSTCODES"):
        points(tmp_path, "A1,Hall,Office,LE1 1AA,,,57,1.00", reference=gone)


def test_coordinates_are_held_against_the_place_where_it_says_where_it_lies(
    settings: Settings, tmp_path: Path
) -> None:
    rows = ("A1,Hall,Office,,304500,658700,57,1.00", "A2,Hall,Office,,458700,304500,57,1.00")
    assert cells(points(tmp_path, *rows), "TP-345") == [(2, "304500"), (2, "658700")]
    text = (CHECKOUT / "data/place.yml").read_text("utf-8")
    start, end = text.index("  box:"), text.index("\nprices:")
    (tmp_path / "place.yml").write_text(text[:start] + text[end:], "utf-8")
    nowhere = Reference.of(dataclasses.replace(settings, place=tmp_path / "place.yml"))
    assert cells(points(tmp_path, *rows, reference=nowhere), "TP-345") == []


def test_the_list_of_services_is_the_builds_own(settings: Settings) -> None:
    codes = Reference.of(settings).services
    assert len(codes) == len(set(codes)) == 117
    assert {57, 69, 92, 112, 209, 279, 287, 353, 428, 437, 524, 557, 860, 870} <= set(codes)


def test_a_proposal_is_made_only_for_what_cannot_be_read(tmp_path: Path) -> None:
    path = tmp_path / "contacts.csv"
    head = "Month,Channel,Service,Contacts,Avoidable,Resolved\n"
    path.write_text(f'{head}01/04/2024,Counter,9999,100,,\n01/04/2024,Counter,57,"1 200",,\n')
    found = judge(JudgeRequest(path, path.name, "contacts", PARTNER.feeds["contacts"])).findings
    groups = {f.code: [g.suggestion for g in f.groups] for f in found if f.groups}
    assert groups == {"TP-340": [None], "TP-028": ["1200"]}


@pytest.mark.parametrize(
    ("heading", "refused"),
    [
        *[(h, True) for h in ("Client", "Client ID", "Initials", "Name", "Age", "Postcode")],
        *[(h, True) for h in ("Date of birth", "NHS number", "Episode ref", "Referral date")],
        *[(h, False) for h in ("Age group", "Agency", "Service name", "Ward", "Notes")],
    ],
)
def test_a_column_of_a_clients_record_refuses_the_file(heading: str, refused: bool) -> None:
    feed = PARTNER.feeds["treatment"]
    head = [c.heading for c in feed.layouts[0].columns.values()]
    match = find_headings([[*head, heading]], FEEDS["treatment"], feed.layouts)
    assert match is not None
    levels = [f.level for f in heading_findings(match, FEEDS["treatment"])]
    assert levels == ["must_fix" if refused else "information"]


def test_a_count_that_is_not_told_stays_empty_and_is_no_nought(tmp_path: Path) -> None:
    path, lines = tmp_path / "treatment.csv", tmp_path / "lines.parquet"
    rows = "2024-25,opiate,4,left,\n2024-25,opiate,3,left,0\n2024-25,all,,left,12\n"
    path.write_text(f"Year,Substance,Tier,Measure,People\n{rows}")
    result = judge(
        JudgeRequest(path, path.name, "treatment", PARTNER.feeds["treatment"], lines=lines)
    )
    assert (result.verdict, result.pence_accepted) == ("accepted", 0)
    told = duckdb.sql(f"SELECT clients FROM '{lines}'").fetchall()
    assert told == [(None,), (0,), (12,)]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("62.5", "62.5"),
        ("-3", "-3"),
        ("61.300000000000004", "61.3"),
        ("0.00005", None),
        ("62.5%", "62.5"),
        ("1,200", "1200"),
        ("1,20", None),
        ("1e3", None),
        ("123456789012345", None),
    ],
)
def test_a_number_is_read_exactly_or_not_at_all(
    text: str, value: str | None, tmp_path: Path
) -> None:
    partners = load_partners(CHECKOUT / "data/partners")
    feed = next(p.feeds["indicators"] for p in partners.values() if "indicators" in p.feeds)
    layout = feed.layouts[0].columns
    line = {"financial_year": "2009-10", "indicator_id": "NI 1", "polarity": "Higher"}
    line["value"] = f'"{text}"'
    path, lines = tmp_path / "indicators-2009-10.csv", tmp_path / "lines.parquet"
    rows = [",".join(c.heading for c in layout.values())]
    rows += [
        ",".join(line.get(n, "") for n in layout),
        ",".join({**line, "value": "1"}.get(n, "") for n in layout),
    ]
    path.write_text("\n".join(rows), "utf-8")
    result = judge(JudgeRequest(path, path.name, "indicators", feed, lines=lines))
    assert [f.code for f in result.findings if f.code == "TP-370"] == ([] if value else ["TP-370"])
    if value:
        found = duckdb.sql(f"SELECT value FROM '{lines}'").fetchall()
        assert found[0] == (Decimal(value),)


def test_a_feed_without_money_is_booked_by_its_rows(settings: Settings, tmp_path: Path) -> None:
    path = tmp_path / "contacts.csv"
    head = "Month,Channel,Service,Contacts,Avoidable,Resolved\n"
    path.write_text(f"{head}01/04/2024,Counter,57,100,20,70\n01/05/2024,Phone,69,80,,\n")
    delivery = Delivery(path, f"{PARTNER.id}/contacts/{path.name}", PARTNER.id, "contacts")
    receipt = receive(settings, Ledger(settings.ledger), {PARTNER.id: PARTNER}, delivery)
    assert (receipt.verdict, receipt.rows_accepted, receipt.pence_accepted) == ("accepted", 2, 0)
    assert receipt.pence_by_month == {"2024-04": 0, "2024-05": 0}


PLACE = (CHECKOUT / "tests/rules/place/place.yml").read_text("utf-8")


def test_a_place_that_says_nothing_hides_small_counts_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "place.yml").write_text(PLACE, "utf-8")
    place = load_place(tmp_path / "place.yml")
    assert [(d.feed, d.suppress_from, d.suppress_to) for d in place.disclosure] == [
        ("treatment", 1, 7)
    ]
    assert place.access is None


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("disclosure: []", "must speak of the feed treatment, once"),
        (
            "disclosure: [{feed: treatment, suppress_from: 8, suppress_to: 7, round_to: 5, "
            "reason: r}]",
            "suppress_from is above suppress_to",
        ),
        ("access: {walking_metres: 800}", "access.reason"),
        ("access: {walking_metres: 0, reason: r}", "access.walking_metres"),
    ],
)
def test_settings_that_make_no_sense_are_told(text: str, told: str, tmp_path: Path) -> None:
    (tmp_path / "place.yml").write_text(f"{PLACE}{text}\n", "utf-8")
    with pytest.raises(ContractError, match=told):
        load_place(tmp_path / "place.yml")


def test_the_build_gets_postcodes_settings_and_what_is_not_shown(settings: Settings) -> None:
    write_inputs(settings, Ledger(settings.ledger), load_partners(settings.partners))
    folder = settings.inputs
    number, squeezed = duckdb.sql(
        "SELECT count(*), bool_and(postcode NOT LIKE '% %' AND easting > 400000) "
        f"FROM '{folder}/postcodes.parquet'"
    ).fetchall()[0]
    assert (0 < number < 60, squeezed) == (True, True)
    hidden = duckdb.sql(f"SELECT * EXCLUDE (reason) FROM '{folder}/disclosure.parquet'").fetchall()
    assert hidden == [("treatment", 1, 7, 5)]
    walk = duckdb.sql(f"SELECT walking_metres FROM '{folder}/access_settings.parquet'").fetchall()
    assert walk == [(800,)]
