"""The same money twice is a question, with the £: in two sheets, in one file, in two periods.

Two instalments of one day, rents of every month and the months of a workbook are no question.
"""

from datetime import date, timedelta

import openpyxl
import pytest

from orchestration.contracts.load import load_partner, load_partners
from orchestration.intake.judge.judge import JudgeRequest, judge
from orchestration.intake.ledger.ledger import Ledger
from orchestration.intake.submit import dry_run, submit
from orchestration.settings import CHECKOUT

ANYTOWN = load_partner(CHECKOUT / "tests/rules/contract.yml")

PARTNERS = load_partners(CHECKOUT / "data" / "partners")
ANYTOWN = load_partner(CHECKOUT / "tests/rules/contract.yml")
MINE = ("TP-070", "TP-071", "TP-072", "TP-073")
HEAD = "Date,Supplier,Account,Amount\n"
NUMBERED = ["Date", "Supplier", "Transaction Number", "Amount (£)", "Entity", "Expense Type"]
PAYEES = ("Oak", "Birch", "Ash", "Elm", "Yew", "Fir", "Pine", "Rowan", "Hazel", "Larch")


def paid(month, *amounts, day=2):
    """A line a day for each amount, each to another payee."""
    return [
        f"{day + n:02d}/{month:02d}/2024,{PAYEES[n]} Ltd,Care,{a}" for n, a in enumerate(amounts)
    ]


APRIL = paid(4, "100.10", "200.20", "300.30", "400.40", "500.50", "600.60")
MAY = paid(5, "11.10", "12.20", "13.30", "14.40", "15.50", "16.60")


@pytest.fixture
def sent(settings, tmp_path):
    """What is asked of the last of the files of months, sent one after the other."""

    def sent(**months):
        for name, lines in months.items():
            path = tmp_path / f"payments-{name}-2024.csv"
            path.write_text(HEAD + "\n".join(lines) + "\n")
            dry = asked(dry_run(settings, ANYTOWN, path, "spend")[0].findings)
            receipt = submit(settings, ANYTOWN, path, "spend").receipt
        ledger = Ledger(settings.ledger)
        booked = [f["message"] for f in ledger.findings(receipt.seq) if f["code"] in MINE]
        ledger.close()
        assert dry == booked
        return receipt.verdict, booked

    return sent


def asked(findings):
    return [f.message for f in findings if f.code in MINE]


def book(tmp_path, **sheets):
    """A workbook of payments with numbers, a list of (day, payee, number, £) a sheet."""
    made = openpyxl.Workbook()
    made.remove(made.active)
    for name, lines in sheets.items():
        sheet = made.create_sheet(name)
        sheet.append(NUMBERED)
        for day, payee, number, amount in lines:
            sheet.append([day, payee, number, amount, "X", "Clinical"])
    path = tmp_path / "18-19 full year.xlsx"
    made.save(path)
    feed = PARTNERS["nhs_west_leicestershire_ccg"].feeds["spend"]
    return asked(judge(JudgeRequest(path, path.name, "spend", feed)).findings)


def month(number, lines=4):
    return [
        (date(2018, number, 2 + n), f"{PAYEES[n]} Ltd", 1000 * number + n, 30_000 + n)
        for n in range(lines)
    ]


def test_a_copy_of_a_sheet_stands_twice_with_its_pounds(tmp_path):
    assert book(tmp_path, April=month(4), May=month(5), **{"May (2)": month(5)}) == [
        "4 lines stand in one sheet and again in another: 'May' and 'May (2)' (4 lines, "
        "£120,006.00). The file adds up to £360,018.00 as sent, £240,012.00 if each line counts "
        "once."
    ]


def test_a_sheet_of_all_months_stands_beside_each_of_them(tmp_path):
    found = book(tmp_path, April=month(4), May=month(5), All=month(4) + month(5))
    assert found == [
        "8 lines stand in one sheet and again in another: 'All' and 'April' (4 lines, "
        "£120,006.00); 'All' and 'May' (4 lines, £120,006.00). The file adds up to £480,024.00 as "
        "sent, £240,012.00 if each line counts once."
    ]


def test_twelve_months_with_a_rent_in_each_are_no_question(tmp_path):
    months = {
        f"{date(2018, n, 1):%B}": [(date(2018, n, 1), "Landlord Ltd", None, 50_000), *month(n)]
        for n in range(4, 13)
    }
    assert book(tmp_path, **months) == []


def test_a_block_that_stands_again_below_itself(sent):
    verdict, found = sent(april=APRIL * 2)
    assert (verdict, found) == (
        "held",
        [
            "6 lines repeat another of the same date, amount, payee and number in this file, "
            "between rows 8 and 13, more than payments do by chance. The file adds up to "
            "£4,204.20 as sent, £2,102.10 if each line counts once."
        ],
    )


def test_a_large_part_that_was_appended_again(sent):
    many = [
        f"{date(2024, 4, 1) + timedelta(n % 28):%d/%m/%Y},{PAYEES[n % 10]} Ltd,Care,{n + 1}.00"
        for n in range(60)
    ]
    verdict, (said,) = sent(april=many + many[20:30])
    assert verdict == "held"
    assert said.startswith("10 lines repeat another") and "between rows 62 and 71" in said


def test_every_line_twice_in_a_row_as_a_join_doubles_them(sent):
    verdict, (said,) = sent(april=[line for line in APRIL for _ in range(2)])
    assert (verdict, said[:23]) == ("held", "6 lines repeat another ")


def test_instalments_and_vouchers_of_one_day_are_data(sent):
    instalments = ["22/04/2024,Builder Ltd,Care,343630.42"] * 2
    vouchers = ["12/04/2024,Voucher Ltd,Care,50.00"] * 20
    assert sent(april=APRIL + instalments + vouchers) == ("accepted", [])


def test_months_that_add_up(sent):
    verdict, found = sent(april=APRIL, may=APRIL + MAY)
    assert (verdict, found) == (
        "held",
        [
            "6 lines are in force already in another period, with the same date, amount, payee and "
            "number: 2024-04 (receipt R-000001: 6 lines, £2,102.10). If this file counts too, "
            "£2,102.10 counts twice."
        ],
    )


def test_a_few_lines_of_last_month_again(sent):
    verdict, (said,) = sent(april=APRIL, may=APRIL[:2] + MAY)
    assert (verdict, said[:29]) == ("held", "2 lines are in force already ")


def test_april_dated_may(sent):
    verdict, found = sent(april=APRIL, may=[line.replace("/04/", "/05/") for line in APRIL])
    assert (verdict, found) == (
        "held",
        [
            "6 lines are in force already in another period, with the same amount, payee and number"
            " and another date: 2024-04 (receipt R-000001: 6 lines, £2,102.10). If this file counts"
            " too, £2,102.10 counts twice."
        ],
    )


def test_april_dated_october(sent):
    months = {f"{date(2024, n, 1):%B}".lower(): paid(n, f"{n}.10", f"{n}.20") for n in range(5, 10)}
    again = [line.replace("/04/", "/10/") for line in APRIL]
    verdict, (said,) = sent(april=APRIL, **months, october=again)
    assert (verdict, "2024-04 (receipt R-000001: 6 lines" in said) == ("held", True)


def test_the_same_rents_every_month_are_no_question(sent):
    rents = ["Landlord Ltd,Care,900.00", "Lessor Ltd,Care,800.00", "Owner Ltd,Care,700.00"]
    april, may = ([f"01/{m}/2024,{rent}" for rent in rents] for m in ("04", "05"))
    assert sent(april=APRIL + april, may=MAY + may) == ("accepted", [])


def test_lines_with_numbers_of_their_own_are_known_whatever_their_date(settings, tmp_path):
    ccg = PARTNERS["nhs_leicester_city_ccg"].model_copy(update={"questions": "hold"})
    head = "Department family,Entity,Date,Expense Type,Expense area,Supplier,Transaction number,"
    head += "AP Amount (£),VAT registration number,Purchase invoice number\n"
    for name, number, month in (("April", 0, "04"), ("May", 8, "05")):
        path = tmp_path / f"{name} 2018.csv"
        path.write_text(
            head
            + "".join(
                f"D,E,30/{month}/2018,C,A,{PAYEES[n % 10]} Ltd,{n},30000.00,,I{n}\n"
                for n in range(number, number + 10)
            )
        )
        receipt = submit(settings, ccg, path, "spend").receipt
    ledger = Ledger(settings.ledger)
    (said,) = [f["message"] for f in ledger.findings(receipt.seq) if f["code"] in MINE]
    assert receipt.verdict == "held"
    assert "2024" not in said and "2018-04 (receipt R-000001: 2 lines, £60,000.00)" in said


def test_a_withdrawn_file_is_no_longer_the_same_money(sent, settings):
    from orchestration.intake.submit import withdraw

    sent(april=APRIL)
    withdraw(settings, 1, "sent by mistake", None)
    assert sent(may=[line.replace("/04/", "/05/") for line in APRIL]) == ("accepted", [])


def test_no_real_file_is_asked_about(extracts, settings):
    """Fifteen real files, one after the other: none has the same money as another."""
    folder = extracts / "landing"
    for path in sorted(folder.glob("*/spend/*")):
        partner = PARTNERS[path.parent.parent.name]
        receipt = submit(settings, partner, path, "spend").receipt
        ledger = Ledger(settings.ledger)
        codes = {f["code"] for f in ledger.findings(receipt.seq)}
        ledger.close()
        assert not {c for c in codes if "TP-070" <= c <= "TP-089"}, path.name


def test_a_large_file_is_compared_whole_once_a_part_of_it_looks_alike(
    settings, tmp_path, monkeypatch
):
    from orchestration.intake import same_money

    monkeypatch.setattr(same_money, "_PARTS", ((50, 16),))
    head = "Date,Supplier,Account,Amount\n"
    lines = [f"{1 + n % 28:02d}/04/2024,Payee {n},Care,{n}.07\n" for n in range(1, 401)]
    codes = {}
    for name, content in (
        ("payments-april-2024.csv", lines),
        ("payments-may-2024.csv", [line.replace("/04/", "/05/") for line in lines]),
        ("payments-june-2024.csv", [f"02/06/2024,Other {n},Care,{n}.11\n" for n in range(1, 401)]),
    ):
        path = tmp_path / name
        path.write_text(head + "".join(content))
        receipt = submit(settings, ANYTOWN, path, "spend").receipt
        codes[name] = [f["code"] for f in Ledger(settings.ledger).findings(receipt.seq)]
    assert codes["payments-may-2024.csv"] == ["TP-073"]
    assert codes["payments-june-2024.csv"] == []


def test_vat_on_top_is_seen_in_a_large_file_by_a_part_of_its_payees(
    settings, tmp_path, monkeypatch
):
    from orchestration.intake import same_money

    monkeypatch.setattr(same_money, "_PARTS", ((50, 4),))
    for month, number, amounts in (
        ("april", 4, [f"{n}0.50" for n in range(1, 201)]),
        ("may", 5, [f"{n * 12}.60" for n in range(1, 201)]),
    ):
        lines = [
            f"{1 + n % 28:02d}/{number:02d}/2024,Payee {n},Care,{a}" for n, a in enumerate(amounts)
        ]
        path = tmp_path / f"payments-{month}-2024.csv"
        path.write_text(HEAD + "\n".join(lines) + "\n")
        receipt = submit(settings, ANYTOWN, path, "spend").receipt
    codes = [f["code"] for f in Ledger(settings.ledger).findings(receipt.seq)]
    assert "TP-422" in codes
