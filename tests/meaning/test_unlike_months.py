"""One month of a longer file in another unit, with the other sign, redated or left out is asked
about; months that differ as months do are not."""

import openpyxl
import pytest

from orchestration.contracts.load import load_partner
from orchestration.contracts.periods import parse_for
from orchestration.intake.judge.judge import JudgeRequest, judge
from orchestration.settings import CHECKOUT

FEEDS = load_partner(CHECKOUT / "tests/rules/contract.yml").feeds
SPEND = FEEDS["spend"].model_copy(update={"cadence": "financial_year"})
MONTHS = [(2024, month) for month in range(4, 13)] + [(2025, month) for month in (1, 2, 3)]
CODES = ("TP-413", "TP-414", "TP-415")
FIRST = ("120.50", "340.10", "2150.00")


def lines_of(year, month, amounts=FIRST):
    return [
        (f"{10 + n}/{month:02d}/{year}", f"Alder Care {n} Ltd", "Care", amount)
        for n, amount in enumerate(amounts)
    ]


def said(path, feed="spend", agreed=SPEND):
    period = parse_for("2024-25", "financial_year")
    result = judge(JudgeRequest(path, path.name, feed, agreed, period=period))
    return {f.code: f.message for f in result.findings if f.code in CODES}


@pytest.fixture
def asked(tmp_path):
    """What is asked of a year in which the lines of August are other ones, as one table and as a
    workbook with a sheet a month."""

    def asked(august, sheets=False):
        by_month = {m: lines_of(*m) for m in MONTHS} | {(2024, 8): august}
        book, text = openpyxl.Workbook(), "Date,Supplier,Account,Amount\n"
        book.remove(book.active)
        for (year, month), lines in by_month.items():
            text += "".join(",".join(line) + "\n" for line in lines)
            if lines:
                sheet = book.create_sheet(f"{year}-{month:02d}")
                sheet.append(["Date", "Supplier", "Account", "Amount"])
                for *words, amount in lines:
                    sheet.append([*words, float(amount)])
        path = tmp_path / f"payments.{'xlsx' if sheets else 'csv'}"
        if sheets:
            book.save(path)
        else:
            path.write_text(text)
        return said(path)

    return asked


@pytest.mark.parametrize("sheets", [False, True])
@pytest.mark.parametrize(
    ("amounts", "read"),
    [
        (("0.12", "0.34", "2.15"), "they are in thousands"),
        (("12050", "34010", "215000"), "they are in pence"),
        (("-120.50", "-340.10", "-2150.00"), "their signs are turned round"),
    ],
)
def test_a_month_in_another_unit_or_with_the_other_sign(asked, sheets, amounts, read):
    found = asked(lines_of(2024, 8, amounts), sheets)
    assert list(found) == ["TP-413"]
    assert ("sheet '2024-08'" if sheets else "2024-08") in found["TP-413"]
    # £2,610.60 a month.
    assert found["TP-413"].endswith(f"as sent, £31,327.20 if {read}.") or read.endswith("thousands")


@pytest.mark.parametrize("amounts", [("12.05", "34.01", "215.00"), ("900", "2200", "9000")])
def test_a_quiet_month_and_a_full_one_are_sound(asked, amounts):
    assert asked(lines_of(2024, 8, amounts)) == {}


def test_a_month_of_credits_among_payments_is_sound(asked):
    assert asked(lines_of(2024, 8, ("-120.50", "340.10", "2150.00"))) == {}


@pytest.mark.parametrize("sheets", [False, True])
def test_a_month_that_is_missing(asked, sheets):
    assert asked([], sheets) == {
        "TP-414": "This file is for 2024-25, one financial year, but no line under 'Date' is dated "
        "in 2024-08. The other months come to £2,610.60 each."
    }


@pytest.mark.parametrize("sheets", [False, True])
def test_a_month_that_bears_the_dates_of_another(asked, sheets):
    julys = [(f"2{n}/07/2024", f"Birch {n} Ltd", "Care", a) for n, a in enumerate(FIRST)]
    assert asked(julys, sheets) == {
        "TP-414": "This file is for 2024-25, one financial year, but no line under 'Date' is dated "
        "in 2024-08. The other months come to £2,610.60 to £5,221.20 each. 2024-07 has 6 lines, as "
        "many as two months, and may hold both."
    }


def test_sheets_that_are_no_months_may_differ_as_they_like(tmp_path):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, factor in (("Invoices", 1), ("Credits", -1), ("Cards", 0.01)):
        sheet = book.create_sheet(name)
        sheet.append(["Date", "Supplier", "Account", "Amount"])
        for n, month in enumerate(MONTHS):
            for day, payee, account, amount in lines_of(*month):
                sheet.append(
                    [day, f"{payee} {name} {n}", account, round(float(amount) * factor, 2)]
                )
    path = tmp_path / "payments.xlsx"
    book.save(path)
    assert said(path) == {}


def test_a_few_payments_a_year_have_months_without_any(tmp_path):
    path = tmp_path / "payments.csv"
    days = ("10/04/2024", "11/04/2024", "10/06/2024", "10/09/2024", "10/12/2024", "10/03/2025")
    lines = "".join(f"{day},Alder Ltd {n},Care,{n + 100}.50\n" for n, day in enumerate(days))
    path.write_text(f"Date,Supplier,Account,Amount\n{lines}")
    assert said(path) == {}


def contacts(tmp_path, **months):
    path = tmp_path / "contacts.csv"
    lines = [
        f"01/{month:02d}/{year},{channel},279,{months.get(f'm{month}', usual)}\n"
        for year, month in MONTHS
        for channel, usual in (("Counter", 2104 + month), ("Phone", 5100 + month))
        if months.get(f"m{month}", usual) is not None
    ]
    path.write_text("Month,Channel,Service,Contacts\n" + "".join(lines))
    return said(path, "contacts", FEEDS["contacts"])


def test_contacts_of_one_month_in_thousands(tmp_path):
    assert contacts(tmp_path) == {}
    assert contacts(tmp_path, m8=3) == {
        "TP-413": "The figures under 'Contacts' are not alike in all months: 6 in 2024-08, where "
        "7,216 is usual in the others. The file adds up to 79,390 as sent, 85,384 if 2024-08 is in "
        "thousands."
    }


def test_a_month_without_contacts(tmp_path):
    (found,) = contacts(tmp_path, m8=None).items()
    assert found[0] == "TP-414" and found[1].endswith("The other months hold 2 lines each.")


def test_a_year_so_far_is_said_and_not_asked_about(tmp_path):
    path = tmp_path / "payments.csv"
    lines = [line for month in MONTHS[:10] for line in lines_of(*month)]
    path.write_text("Date,Supplier,Account,Amount\n" + "".join(",".join(x) + "\n" for x in lines))
    assert said(path) == {
        "TP-415": "The last line is dated 12/01/2025, and the period ends on 31/03/2025."
    }


def test_a_quarter_without_its_middle_month(tmp_path):
    path = tmp_path / "payments.csv"
    lines = [line for month in (MONTHS[0], MONTHS[2]) for line in lines_of(*month)]
    path.write_text("Date,Supplier,Account,Amount\n" + "".join(",".join(x) + "\n" for x in lines))
    quarter = SPEND.model_copy(update={"cadence": "quarter"})
    period = parse_for("2024-25-Q1", "quarter")
    result = judge(JudgeRequest(path, path.name, "spend", quarter, period=period))
    assert [f.message for f in result.findings if f.code == "TP-414"] == [
        "This file is for 2024-25-Q1, one quarter, but no line under 'Date' is dated in 2024-05. "
        "The other months come to £2,610.60 each."
    ]
