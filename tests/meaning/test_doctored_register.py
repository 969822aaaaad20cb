"""The county's sound register of 2012-13, doctored one trick at a time: every trick is asked
about, and the sound one is not."""

import csv
import io
from decimal import Decimal

import pytest

from orchestration.intake.submit import dry_run
from orchestration.settings import CHECKOUT, Settings
from tests.meaning.returns import CITY, COUNTY, PARTNERS, deliver_file, questions, text_of
from tests.shared import made_once

SAMPLES = CHECKOUT / "data" / "samples"
NAME = "SYNTHETIC-savings-2012-13.csv"


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    """A home that holds the county's registers up to 2011-12 and the city's of 2012-13."""

    def make(home):
        settings = Settings.from_environment(home=home)
        settings.prepare()
        for path in sorted((SAMPLES / COUNTY / "savings").iterdir()):
            if path.name != NAME:
                deliver_file(settings, COUNTY, "savings", path)
        deliver_file(settings, CITY, "savings", SAMPLES / CITY / "savings" / NAME)

    return Settings.from_environment(home=made_once(tmp_path_factory, "registers", make))


def register(partner=COUNTY, year="2012-13"):
    """The rows of a sample register by their references, by our names of the fields."""
    path = SAMPLES / partner / "savings" / f"SYNTHETIC-savings-{year}.csv"
    try:
        text = path.read_text("utf-8-sig")
    except UnicodeDecodeError:
        text = path.read_text("cp1252")
    columns = PARTNERS[partner].feeds["savings"].layouts[-1].columns
    names = {column.heading: name for name, column in columns.items()}
    rows = csv.DictReader(io.StringIO(text))
    return {r["Ref"]: {names[h]: cell for h, cell in r.items() if h in names} for r in rows}


def pounds(cell):
    return Decimal(cell.replace(",", ""))


def repeated(rows):
    return {**rows, "again": rows["CF-01"]}


def changed(reference, **cells):
    def change(rows):
        return {**rows, reference: {**rows[reference], **cells}}

    return change


def ten_times(rows):
    return changed("CF-01", actual_pence=str(pounds(rows["CF-01"]["actual_pence"]) * 10))(rows)


def cumulative(rows):
    """Each actual with what was saved in the years before added to it."""
    for year in ("2009-10", "2010-11", "2011-12"):
        for reference, before in register(year=year).items():
            if reference in rows and before["actual_pence"]:
                so_far = pounds(before["actual_pence"]) + pounds(rows[reference]["actual_pence"])
                rows = changed(reference, actual_pence=str(so_far))(rows)
    return rows


def of_the_city(**cells):
    def copy(rows):
        return {**rows, "copied": {**register(CITY)["CF-04"], **cells}}

    return copy


TRICKS = {
    "rows repeated": (repeated, {"TP-350"}),
    "a cost in brackets": (changed("CF-01", one_off_cost_pence="(178,100.00)"), {"TP-351"}),
    "more saved than was spent": (
        changed("CF-01", actual_pence="1,120,000.01"),
        {"TP-352", "TP-377"},
    ),
    "a claim before the start": (changed("CF-01", start_date="01/04/2013"), {"TP-353"}),
    "a plan with an actual": (changed("CF-01", status="Planned"), {"TP-354"}),
    "ten times as much": (ten_times, {"TP-352", "TP-377"}),
    "sums of all years so far": (cumulative, {"TP-162", "TP-352", "TP-377"}),
    "another baseline": (changed("OE-01", baseline_pence="8,400,000.00"), {"TP-365"}),
    "the city's saving under another reference": (
        of_the_city(initiative_id="CX-04", programme="Customer First"),
        {"TP-379"},
    ),
    "the city's saving, renamed": (
        of_the_city(initiative_id="CX-04", initiative="One counter for both"),
        {"TP-379"},
    ),
    "the city's saving, whole": (of_the_city(partner_share="1"), {"TP-380"}),
}


def checked(settings, folder, rows):
    path = folder / NAME
    path.write_text(text_of(COUNTY, "savings", *rows.values()))
    judgement, compared = dry_run(settings, PARTNERS[COUNTY], path, "savings")
    assert compared
    return judgement, {f.code for f in judgement.findings if f.level == "please_explain"}


def test_the_sound_register_is_not_asked_about(sound, tmp_path):
    judgement, codes = checked(sound, tmp_path, register())
    assert (judgement.verdict, codes) == ("accepted", set())


@pytest.mark.parametrize("trick", TRICKS)
def test_a_trick_is_asked_about(sound, tmp_path, trick):
    doctor, codes = TRICKS[trick]
    judgement, asked = checked(sound, tmp_path, doctor(register()))
    assert judgement.verdict == "held"
    assert asked == codes


def test_all_tricks_together_hold_the_register(settings, tmp_path):
    rows = register()
    for doctor, _ in TRICKS.values():
        rows = doctor(rows)
    path = tmp_path / NAME
    path.write_text(text_of(COUNTY, "savings", *rows.values()))
    receipt = deliver_file(settings, COUNTY, "savings", path)
    assert receipt.verdict == "held"
    assert {"TP-350", "TP-351", "TP-352", "TP-353", "TP-354"} <= questions(settings, receipt).keys()
