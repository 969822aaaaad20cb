"""Shapes that files of councils, police, fire and health bodies have: what is proposed for each,
and that it reads the file to the penny. Every example is made up.
"""

from datetime import date

import pytest
import xlsxwriter

from orchestration.proposal.checked import checked
from orchestration.proposal.eras import propose_from
from orchestration.proposal.evidence import NothingProposedError

PAYEES = ("Anytown Care Ltd", "Oak Clinics Limited", "Beta Building plc", "Elm Homes Ltd")
SERVICES = ("Home Care North", "Street Lighting", "Libraries", "Parks")
DAYS = ("02/04/2024", "13/04/2024", "24/04/2024", "29/04/2024")
AMOUNTS = ("1,200.50", "650.00", "-700.25", "5,010.99")
PENCE = 120050 + 65000 - 70025 + 501099


def csv_text(*rows):
    return "".join(",".join(f'"{c}"' for c in row) + "\n" for row in rows)


def lines(days=DAYS, amounts=AMOUNTS):
    return zip(days, PAYEES, SERVICES, amounts, strict=True)


@pytest.fixture
def proposed(tmp_path, settings):
    """Proposes a contract from one file and judges the file by it."""

    def made(content, name="payments.csv", *, body="anytown_council"):
        path = tmp_path / name
        if isinstance(content, bytes):
            path.write_bytes(content)
        elif isinstance(content, str):
            path.write_text(content, encoding="utf-8")
        else:
            with xlsxwriter.Workbook(str(path), {"default_date_format": "dd/mm/yyyy"}) as book:
                for title, rows in content.items():
                    sheet = book.add_worksheet(title)
                    for number, row in enumerate(rows):
                        sheet.write_row(number, 0, row)
        proposal = propose_from(settings, [path], body, "spend")
        return proposal, checked(settings, proposal, [path]).judgements[name]

    return made


def columns(proposal):
    return proposal.contract["feeds"]["spend"]["layouts"][0]["columns"]


def layout(proposal):
    return proposal.contract["feeds"]["spend"]["layouts"][0]


def asked(proposal, key):
    return [q.text for q in proposal.open_questions if q.key.endswith(key)]


def read(result):
    return result.rows_accepted, result.pence_accepted, result.rows_set_aside


WHOLE = (4, PENCE, 0)


def headed(headings, *, days=DAYS, amounts=AMOUNTS):
    return csv_text(headings, *lines(days, amounts))


@pytest.mark.parametrize(
    "headings",
    [
        ("Payment Date", "Beneficiary", "Service Area", "Net Amount"),
        ("Date Paid", "Vendor Name", "Cost Centre Description", "Amount exc VAT (£)"),
        ("PaymentDate", "SupplierName", "ServiceCategoryLabel", "NetAmount"),
        ("Effective Date", "Creditor", "Expense Area", "AP Amount (£)"),
        ("Posting_Date", "Payee", "Cost Centre Name", "Value"),
        ("Trans Date", "Merchant Name", "Service", "Original Gross Amt"),
    ],
)
def test_the_usual_words_of_headings_are_known(proposed, headings):
    proposal, result = proposed(headed(headings))
    assert read(result) == WHOLE
    assert [c["heading"] for c in columns(proposal).values()] == list(headings)
    assert list(columns(proposal))[:2] == ["line_date", "supplier_name"]
    assert list(columns(proposal))[3] == "amount_pence"
    assert not asked(proposal, "columns")


def test_headings_that_nobody_knows_are_told_by_their_cells(proposed):
    proposal, result = proposed(headed(("Dyddiad", "Cyflenwr", "Gwasanaeth", "Swm")))
    assert read(result) == WHOLE
    there = columns(proposal)
    assert there["line_date"]["heading"] == "Dyddiad"
    assert there["supplier_name"]["heading"] == "Cyflenwr"
    assert there["amount_pence"]["heading"] == "Swm"
    assert asked(proposal, "columns.supplier_name")


def test_a_file_without_headings_is_read_by_the_letters_of_its_columns(proposed):
    proposal, result = proposed(csv_text(*lines()))
    assert read(result) == WHOLE
    assert layout(proposal)["headings"] == "none"
    assert columns(proposal)["line_date"]["position"] == "A"
    assert columns(proposal)["amount_pence"]["position"] == "D"


def test_titles_above_the_headings_are_no_lines(proposed):
    text = csv_text(["Anytown Council"], ["Payments over £500, April 2024"], []) + headed(
        ("Date", "Supplier", "Service", "Amount")
    )
    proposal, result = proposed(text)
    assert read(result) == WHOLE
    assert proposal.contract["feeds"]["spend"]["basis"] == "payments_over_500"
    assert "headings in row 4, below 3 rows of titles" in proposal.notes


@pytest.mark.parametrize(
    ("style", "days"),
    [
        ("dd/mm/yyyy", DAYS),
        ("mm/dd/yyyy", ("04/02/2024", "04/13/2024", "04/24/2024", "04/29/2024")),
        ("dd/mm/yyyy hh:mm", tuple(f"{day} 00:00" for day in DAYS)),
        ("dd/mm/yyyy hh:mm", tuple(f"{day} 00:00:00" for day in DAYS)),
        ("dd-mmm-yy", ("02-Apr-24", "13-Apr-24", "24-Apr-24", "29-Apr-24")),
        ("dd.mm.yy", ("02.04.24", "13.04.24", "24.04.24", "29.04.24")),
        ("dd-mm-yy", ("02-04-24", "13-04-24", "24-04-24", "29-04-24")),
        ("dd month yyyy", ("2 April 2024", "13 April 2024", "24 April 2024", "29 April 2024")),
        ("yyyymmdd", ("20240402", "20240413", "20240424", "20240429")),
        ("yyyy/mm/dd", ("2024/04/02", "2024/04/13", "2024/04/24", "2024/04/29")),
        ("dd/mmm/yyyy", ("02/Apr/2024", "13/Apr/2024", "24/Apr/2024", "29/Apr/2024")),
        ("mmm-yy", ("Apr-24",) * 4),
    ],
)
def test_the_style_of_dates_is_what_their_cells_show(proposed, style, days):
    proposal, result = proposed(headed(("Date", "Supplier", "Service", "Amount"), days=days))
    assert columns(proposal)["line_date"]["formats"] == [style]
    assert read(result) == WHOLE
    assert result.period.label == "2024-04"
    assert not asked(proposal, "line_date")


EARLY = ("04/01/2024", "04/02/2024", "04/05/2024", "04/09/2024")


def test_without_a_day_over_12_the_name_of_the_file_settles_the_order(proposed):
    text = headed(("Date", "Supplier", "Service", "Amount"), days=EARLY)
    proposal, result = proposed(text, "spend-april-2024.csv")
    assert columns(proposal)["line_date"]["formats"] == ["mm/dd/yyyy"]
    assert result.period.label == "2024-04"
    assert not asked(proposal, "line_date")


def test_without_a_day_over_12_and_without_a_name_the_order_is_asked(proposed):
    proposal, _ = proposed(headed(("Date", "Supplier", "Service", "Amount"), days=EARLY))
    (question,) = asked(proposal, "line_date")
    assert question.startswith("no date has a day over 12, so mm/dd/yyyy and dd/mm/yyyy both read")


def test_days_and_months_that_excel_exchanged_are_put_back(proposed):
    cells = [date(2024, 2, 4), "13/04/2024", date(2024, 9, 4), "29/04/2024"]
    amounts = [1200.5, 650, -700.25, 5010.99]
    rows = [["Date", "Supplier", "Service", "Amount"], *map(list, lines(cells, amounts))]
    proposal, result = proposed({"April": rows}, "april 2024.xlsx")
    assert set(columns(proposal)["line_date"]["formats"]) == {"yyyy-dd-mm", "dd/mm/yyyy"}
    assert read(result) == WHOLE
    assert asked(proposal, "line_date")


@pytest.mark.parametrize(
    ("amounts", "keys"),
    [
        (("£1,200.50", "£650.00", "-£700.25", "£5,010.99"), {}),
        (("1200.5", "650", "(700.25)", "5010.99"), {}),
        (("1,200.50", "650.00", "700.25-", "5,010.99"), {"trailing_minus": True}),
    ],
)
def test_amounts_are_read_as_they_are_written(proposed, amounts, keys):
    proposal, result = proposed(headed(("Date", "Supplier", "Service", "Amount"), amounts=amounts))
    assert columns(proposal)["amount_pence"] == {"heading": "Amount", **keys}
    assert read(result) == WHOLE


def test_payments_written_as_negative_are_turned_round_and_asked_about(proposed):
    amounts = ("-1,200.50", "-650.00", "-700.25", "-5,010.99")
    proposal, result = proposed(headed(("Date", "Supplier", "Service", "Amount"), amounts=amounts))
    assert columns(proposal)["amount_pence"]["sign"] == "reversed"
    assert result.pence_accepted == 120050 + 65000 + 70025 + 501099
    assert asked(proposal, "amount_pence")


def test_a_unit_that_the_heading_states_is_taken_and_asked_about(proposed):
    amounts = ("1.2005", "0.65", "-0.70025", "5.01099")
    text = headed(("Date", "Supplier", "Service", "Amount (£'000)"), amounts=amounts)
    proposal, result = proposed(text)
    assert columns(proposal)["amount_pence"]["unit"] == "thousands"
    assert read(result) == WHOLE
    assert asked(proposal, "amount_pence") == ["the heading states thousands of pounds"]


def test_of_net_vat_and_gross_the_net_amount_is_read(proposed):
    gross = ("1,440.60", "780.00", "-840.30", "6,013.19")
    rows = [(d, p, n, "1.00", g) for (d, p, _, n), g in zip(lines(), gross, strict=True)]
    proposal, result = proposed(csv_text(("Date", "Supplier", "Net", "VAT", "Gross"), *rows))
    assert columns(proposal)["amount_pence"]["heading"] == "Net"
    assert proposal.contract["feeds"]["spend"]["vat"] == "excluded"
    assert read(result) == WHOLE


def test_two_columns_that_could_be_the_amount_are_asked_about_with_their_sums(proposed):
    rows = [(*line, "10.50") for line in lines()]
    text = csv_text(("Date", "Supplier", "Service", "Amount Paid", "Line Amount"), *rows)
    proposal, _ = proposed(text)
    (question,) = asked(proposal, "amount_pence")
    assert "both columns could be the amount: " in question
    assert "'Amount Paid' (adds up to £6,161.24)" in question
    assert "'Line Amount' (adds up to £42.00)" in question


def test_the_day_of_payment_is_taken_before_that_of_the_invoice(proposed):
    rows = [("01/02/2024", *line) for line in lines()]
    text = csv_text(("Invoice Date", "Payment Date", "Supplier", "Service", "Amount"), *rows)
    proposal, result = proposed(text)
    assert columns(proposal)["line_date"]["heading"] == "Payment Date"
    assert result.period.label == "2024-04"


def test_of_two_columns_with_one_heading_the_letter_says_which(proposed):
    rows = [(d, p, "4101", a) for d, p, _, a in lines()]
    proposal, result = proposed(csv_text(("Date", "Supplier", "Amount", "Amount"), *rows))
    assert columns(proposal)["amount_pence"] == {"heading": "Amount", "position": "D"}
    assert read(result) == WHOLE


def test_a_column_without_a_heading_is_known_by_its_letter(proposed):
    proposal, result = proposed(headed(("Date", "Supplier", "Service", "")))
    assert columns(proposal)["amount_pence"] == {"heading": "Amount", "position": "D"}
    assert read(result) == WHOLE


def test_subtotals_of_each_payee_are_no_lines(proposed):
    rows = []
    for day, payee, service, amount in lines():
        rows += [(day, payee, service, amount), (day, f"{payee} Total", "", amount)]
    rows.append(("", "Grand Total", "", "6,161.24"))
    proposal, result = proposed(csv_text(("Date", "Supplier", "Service", "Amount"), *rows))
    assert list(layout(proposal)["totals"]) == ["supplier_name"]
    assert read(result) == WHOLE


def test_lines_without_a_date_count_in_the_year_of_the_file_and_are_asked_about(proposed):
    text = headed(("Date", "Supplier", "Service", "Amount"), days=(*DAYS[:3], ""))
    proposal, result = proposed(text, "2024-25 spend april 2024.csv")
    assert layout(proposal)["undated"] == "submission_year"
    assert read(result) == WHOLE
    assert asked(proposal, "undated") == [
        "1 line has no date (£5,010.99): what has none counts in the financial year of its "
        "file; set_aside leaves it out"
    ]


def test_rows_whose_cells_moved_one_column_to_the_left_are_put_right(proposed):
    rows = [
        ("02/04/2024", f"Payee {n} Ltd", f"{n}.00", "a note", "Parks", f"R{4000 + n % 3}")
        for n in range(1, 41)
    ]
    moved = [(*row[:3], *row[4:], "") for row in rows[20:]]
    headings = ("Date", "Supplier", "Amount", "Text", "Expense Area", "Expense Code")
    proposal, result = proposed(csv_text(headings, *rows[:20], *moved))
    assert layout(proposal)["realign"] == {
        "code_heading": "Expense Code",
        "code_pattern": r"[A-Z]\d{4}",
        "from_heading": "Text",
    }
    assert result.rows_accepted == 40


@pytest.mark.parametrize(
    ("encoding", "mark", "separator", "proposes"),
    [
        ("cp1252", "£", ",", ["utf-8", "cp1252"]),
        ("cp850", "£", ",", ["utf-8", "cp850"]),
        ("utf-8-sig", "£", ";", ["utf-8", "cp1252"]),
        ("utf-16", "£", "\t", ["utf-8", "cp1252"]),
    ],
)
def test_code_page_and_separator_are_found(proposed, encoding, mark, separator, proposes):
    rows = [("Date", "Supplier", "Service", "Amount (£)"), *lines()]
    text = "".join(separator.join(c.replace(",", "") for c in row) + "\n" for row in rows)
    proposal, result = proposed(text.replace("1200", f"{mark}1200").encode(encoding))
    assert layout(proposal)["encodings"] == proposes
    assert read(result) == WHOLE


def test_sheets_that_call_a_column_by_two_names_are_one_layout(proposed):
    april = [["Date", "Supplier", "Amount"], [date(2024, 4, 5), "Oak Clinics Ltd", 600.25]]
    may = [["Supplier name", "Paid on date", "Net amount"], ["Elm Homes Ltd", date(2024, 5, 6), 7]]
    notes = [["Ask the finance team"]]
    proposal, result = proposed({"Notes": notes, "Apr": april, "May": may}, "2024-25.xlsx")
    assert read(result) == (2, 607_25, 0)
    assert columns(proposal)["supplier_name"]["aliases"] == ["Supplier name"]
    assert proposal.contract["feeds"]["spend"]["cadence"] == "financial_year"


def test_a_sheet_of_sums_is_not_read(proposed):
    sums = [["Row Labels", "Sum of Amount"], ["Parks", 600.25], ["Grand Total", 600.25]]
    data = [["Date", "Supplier", "Amount"], [date(2024, 4, 5), "Oak Clinics Ltd", 600.25]]
    proposal, result = proposed({"Pivot": sums, "Data": data}, "april 2024.xlsx")
    assert read(result) == (1, 600_25, 0)
    assert "sheets without lines, which are not read: 'Pivot'" in proposal.notes


def in_two_columns(amounts=AMOUNTS):
    return [
        (d, p, a if a[0] != "-" else "", a[1:] if a[0] == "-" else "")
        for d, p, _, a in lines(amounts=amounts)
    ]


def test_debits_and_credits_in_two_columns_are_one_amount(proposed):
    headings = ("Date", "Supplier", "Debit", "Credit")
    proposal, result = proposed(csv_text(headings, *in_two_columns()))
    assert columns(proposal)["amount_pence"] == {"heading": "Debit", "credits_under": "Credit"}
    assert "ignored" not in layout(proposal)
    assert not asked(proposal, "amount_pence")
    assert read(result) == WHOLE


def test_column_of_credits_that_is_empty_is_asked_about(proposed):
    amounts = ("1,200.50", "650.00", "700.25", "5,010.99")
    headings = ("Date", "Supplier", "Debit Amount", "Credit Amount")
    proposal, _ = proposed(csv_text(headings, *in_two_columns(amounts)))
    assert columns(proposal)["amount_pence"]["credits_under"] == "Credit Amount"
    assert asked(proposal, "amount_pence") == [
        "no row has an amount under 'Credit Amount': it was taken for credits by its heading"
    ]


def test_rows_with_a_debit_and_a_credit_are_asked_about(proposed):
    rows = [*in_two_columns(), ("30/04/2024", PAYEES[0], "10.00", "5.00")]
    proposal, result = proposed(csv_text(("Date", "Supplier", "Debit", "Credit"), *rows))
    assert asked(proposal, "amount_pence") == [
        "1 of 5 rows have both a debit and a credit, or what is no amount: they would be set aside"
    ]
    assert [f.count for f in result.findings if f.code == "TP-035"] == [1]


def test_credits_that_have_a_minus_sign_in_their_own_column_are_asked_about(proposed):
    rows = [(d, p, debit, credit and f"-{credit}") for d, p, debit, credit in in_two_columns()]
    proposal, _ = proposed(csv_text(("Date", "Supplier", "Debit", "Credit"), *rows))
    assert "credits_under" not in columns(proposal)["amount_pence"]
    assert asked(proposal, "amount_pence") == [
        "credits stand under 'Credit', and 1 of 1 have a minus sign as well, so one column is "
        "read: bring both into one, credits with a minus sign"
    ]


def test_letters_behind_amounts_are_their_sign(proposed):
    amounts = ("1,200.50 DR", "650.00DR", "700.25 CR", "5,010.99 DR")
    proposal, result = proposed(headed(("Date", "Supplier", "Service", "Amount"), amounts=amounts))
    assert columns(proposal)["amount_pence"] == {"heading": "Amount", "cr_dr": True}
    assert not asked(proposal, "amount_pence")
    assert read(result) == WHOLE


def test_where_nearly_every_amount_is_cr_it_is_asked_what_that_is(proposed):
    amounts = ("1,200.50 CR", "650.00CR", "700.25 CR", "5,010.99 CR")
    proposal, _ = proposed(headed(("Date", "Supplier", "Service", "Amount"), amounts=amounts))
    assert asked(proposal, "amount_pence") == [
        "4 of 4 amounts are CR, which is read as a credit: if it is what the body paid, the file "
        "cannot be read as it is"
    ]


def kinds_and_amounts(sign=""):
    return [
        (d, p, "Credit Note" if a[0] == "-" else "Invoice", a.replace("-", sign))
        for d, p, _, a in lines()
    ]


def test_credit_notes_without_a_minus_sign_are_credits_and_are_asked_about(proposed):
    headings = ("Date", "Supplier", "Document Type", "Amount")
    proposal, result = proposed(csv_text(headings, *kinds_and_amounts()))
    assert columns(proposal)["amount_pence"] == {
        "heading": "Amount",
        "kinds": {"heading": "Document Type", "debits": ["Invoice"], "credits": ["Credit Note"]},
    }
    assert asked(proposal, "amount_pence") == [
        "amounts of 'Credit Note' under 'Document Type' have no minus sign (1 in this file): they "
        "are read as credits"
    ]
    assert read(result) == WHOLE


def test_credit_notes_with_a_minus_sign_are_read_as_they_are(proposed):
    headings = ("Date", "Supplier", "Document Type", "Amount")
    proposal, result = proposed(csv_text(headings, *kinds_and_amounts("-")))
    assert columns(proposal)["amount_pence"] == {"heading": "Amount"}
    assert read(result) == WHOLE


@pytest.mark.parametrize(
    ("days", "style"),
    [
        (("02 Apr", "13 Apr", "24 Apr", "29 Apr"), "dd mmm"),
        (("2-Apr", "13-Apr", "24-Apr", "29-Apr"), "dd-mmm"),
        (("2 April", "13 April", "24 April", "29 April"), "dd month"),
        (("02/04", "13/04", "24/04", "29/04"), "dd/mm"),
    ],
)
def test_days_without_a_year_have_that_of_the_files_name(proposed, days, style):
    text = headed(("Date", "Supplier", "Service", "Amount"), days=days)
    proposal, result = proposed(text, "payments-april-2024.csv")
    assert columns(proposal)["line_date"]["formats"] == [style]
    assert asked(proposal, "line_date") == []
    assert (result.period.label, *read(result)) == ("2024-04", *WHOLE)


def test_days_without_a_year_are_asked_about_where_the_name_says_none(proposed):
    text = headed(
        ("Date", "Supplier", "Service", "Amount"), days=("02 Apr", "13 Apr", "24 Apr", "29 Apr")
    )
    proposal, _ = proposed(text)
    assert "line_date" not in columns(proposal)
    assert asked(proposal, "columns") == [
        "no column was found for the date: days below 'Date' have no year, and the file's name "
        "states no period. Put the period in the name and propose the contract again"
    ]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "The file is empty."),
        ("Date,Supplier,Amount\n", "It has headings and no line below them."),
        ("Date,Supplier,Amount\n1/4/2024,A Ltd,?1.20\n", "No column of amounts was found"),
        (b"%PDF-1.4 and more", "This looks like a PDF document."),
        ("Name,Notes\nA,some words\n", "No table of payments was found in it"),
        ("Date,Supplier,Amount\n02/04/2024,Oak Ltd,many\n", "No column of amounts was found"),
    ],
)
def test_where_nothing_can_be_proposed_it_is_said_why(proposed, content, said):
    with pytest.raises(NothingProposedError, match="^" + said):
        proposed(content)


def test_nothing_in_a_file_becomes_a_key_of_the_contract(proposed):
    evil = 'Amount"}\nin_place: true # {{ 1 }}'
    text = headed(("Date", "Supplier", "Service", evil.replace('"', '""')))
    proposal, result = proposed(text)
    assert columns(proposal)["amount_pence"]["heading"] == evil
    assert proposal.contract["in_place"] is False
    assert read(result) == WHOLE
