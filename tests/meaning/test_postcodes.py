"""Letters for digits in a postcode are named and the postcode they mean is offered; a postcode
that ended is told with its month."""

import dataclasses
import re

import pytest

from orchestration.intake.judge.postcodes import POSTCODE, corrected
from orchestration.intake.ledger.blob_store import cells_path
from orchestration.intake.ledger.finding_cells import kept_findings
from orchestration.intake.ledger.ledger import Ledger
from tests.meaning.returns import COUNTY, SITE, deliver, questions


@pytest.mark.parametrize(
    ("written", "postcode"),
    [
        ("LE1O 2NL", "LE10 2NL"),
        ("LE13 OAA", "LE13 0AA"),
        ("LE1I4NA", "LE11 4NA"),
        ("LEI 1AA", "LE1 1AA"),
        ("le1 iaa", "LE1 1AA"),
        ("LE1 OAA", "LE1 0AA"),
        ("LE1OAA", "LE1 0AA"),
        ("le1oaa", "LE1 0AA"),
        ("LEI1AA", "LE1 1AA"),
        ("lei 1aa", "LE1 1AA"),
        ("LEl 1AA", "LE1 1AA"),
        ("le1o2nl", "LE10 2NL"),
        ("LE1 1AA1", None),
        ("tbc", None),
    ],
)
def test_what_a_mistyped_postcode_means(written, postcode):
    assert corrected(written) == postcode


@pytest.mark.parametrize("postcode", ["EC1A1BB", "W1A0AX", "M11AE", "B338TH", "CR26XH", "DN551PT"])
def test_every_form_of_postcode_is_one(postcode):
    assert re.fullmatch(POSTCODE, postcode)


@pytest.mark.parametrize("written", ["LE1O2NL", "W1O0AX", "QE11AA1", "LE1 1AC"])
def test_a_district_that_cannot_be_is_none(written):
    assert not re.fullmatch(POSTCODE, written)


DIRECTORY = """pcd,pcds,dointr,doterm,oslaua,oseast1m,osnrth1m
"LE1 1TQ","LE1 1TQ",198001,,E06000016,459089,304540
"LE1 1ZZ","LE1 1ZZ",198001,201206,E06000016,459100,304500
"LE1 1ZY","LE1 1ZY",198001,200506,E06000016,459100,304500
"""


@pytest.mark.parametrize(
    ("postcode", "told"),
    [
        ("LE1 1TQ", []),
        ("le11zz", ["TP-386"]),
        ("LE1 1ZY", ["TP-387"]),
    ],
)
def test_a_postcode_that_ended_before_the_year_is_asked_about(settings, tmp_path, postcode, told):
    path = tmp_path / "directory.csv"
    path.write_text(DIRECTORY)
    with_ends = dataclasses.replace(settings, postcodes=path)
    site = {**SITE, "point_id": "LC-01", "name": "Reception", "postcode": postcode}
    receipt = deliver(with_ends, COUNTY, "access_points", "2011-12", site)
    assert [f["code"] for f in Ledger(settings.ledger).findings(receipt.seq)] == told


def test_the_month_in_which_a_postcode_ended_is_told(settings, tmp_path):
    path = tmp_path / "directory.csv"
    path.write_text(DIRECTORY)
    with_ends = dataclasses.replace(settings, postcodes=path)
    site = {**SITE, "point_id": "LC-01", "name": "Reception", "postcode": "LE1 1ZY"}
    receipt = deliver(with_ends, COUNTY, "access_points", "2011-12", site)
    assert questions(settings, receipt) == {
        "TP-387": "1 row has a postcode under 'Postcode' that had ended before the year for which "
        "it is listed: LE1 1ZY in row 2 ended in June 2005."
    }


@pytest.mark.parametrize(
    ("written", "postcode"),
    [
        ("LE1 OAA", "LE1 0AA"),
        ("le1oaa", "LE1 0AA"),
        ("LEI 1AA", "LE1 1AA"),
        ("lei1aa", "LE1 1AA"),
        ("LE1O 2NL", "LE10 2NL"),
        ("le1o2nl", "LE10 2NL"),
    ],
)
def test_letters_for_digits_cost_the_cell_and_the_postcode_is_offered(settings, written, postcode):
    sites = [
        {**SITE, "point_id": f"LC-0{n}", "name": f"Desk {n}", "postcode": code}
        for n, code in enumerate((written, *["LE1 1TQ"] * 20))
    ]
    receipt = deliver(settings, COUNTY, "access_points", "2011-12", *sites)
    assert (receipt.rows_accepted, receipt.rows_set_aside) == (21, 0)
    ledger = Ledger(settings.ledger)
    cells = cells_path(settings, receipt.receipt_id)
    (found,) = kept_findings(ledger.findings(receipt.seq), cells)
    assert (found.code, found.groups[0].value, found.groups[0].suggestion) == (
        "TP-370",
        written,
        postcode,
    )
