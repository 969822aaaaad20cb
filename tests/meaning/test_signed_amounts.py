"""Where a column beside the amount, or letters behind it, say which amounts are credits; and days
without a year. Every file is read to the penny, by a contract of a few lines."""

from datetime import date

import pytest

from orchestration.contracts.load import ContractError, load_partner
from orchestration.contracts.template import example_period
from orchestration.contracts.words import contract_words
from orchestration.intake.judge.judge import JudgeRequest, judge
from orchestration.steward.template import write_template

CONTRACT = """\
id: anytown_council
name: Anytown Council
short_name: Anytown
kind: council
in_place: true
feeds:
  spend:
    basis: all_payments
    accounting: cash
    cadence: month
    period_in_file_name: '(?P<month>[a-z]{{3,9}})-(?P<year>\\d{{4}})'
    layouts:
      - id: v1
        valid_from: 2020-04-01
        max_set_aside_share: 0.5
{layout}        columns:
          line_date: {{heading: Date, formats: [{style}]}}
          supplier_name: {{heading: Supplier}}
          amount_pence: {amount}
"""
TWO_COLUMNS = "{heading: Debit, credits_under: Credit}"
LETTERS = "{heading: Amount, cr_dr: true}"
KINDS = (
    "{heading: Amount, kinds: {heading: Type, debits: [Invoice, Payment], credits: [Credit Note]}}"
)


@pytest.fixture
def contract(tmp_path):
    def contract(amount, *, style="dd/mm/yyyy", layout=""):
        path = tmp_path / "anytown_council.yml"
        path.write_text(CONTRACT.format(amount=amount, style=style, layout=layout))
        return load_partner(path)

    return contract


@pytest.fixture
def judged(tmp_path, contract):
    def judged(amount, *lines, name="payments-april-2024.csv", **said):
        path = tmp_path / name
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        feed = contract(amount, **said).feeds["spend"]
        return judge(JudgeRequest(path, path.name, "spend", feed))

    return judged


def read(result):
    return result.rows_accepted, result.pence_accepted, result.rows_set_aside


def faults(result):
    return {
        f.code: [(c.row, c.column, c.value) for c in f.cells]
        for f in result.findings
        if f.level == "set_aside"
    }


def test_debits_and_credits_in_two_columns_are_one_amount(judged):
    result = judged(
        TWO_COLUMNS,
        "Date,Supplier,Debit,Credit",
        "02/04/2024,Any Ltd,100.00,",
        "03/04/2024,Any Ltd,,50.01",
        '04/04/2024,Any Ltd,"£1,000.00",0.00',
        "05/04/2024,Any Ltd,0.00,25.00",
        "06/04/2024,Any Ltd,-10.00,",
        "07/04/2024,Any Ltd, -   ,5.00",
        "08/04/2024,Any Ltd,0.00,0.00",
    )
    assert result.verdict == "accepted"
    assert read(result) == (7, 10_000 - 5_001 + 100_000 - 2_500 - 1_000 - 500 + 0, 0)


def test_credits_may_stand_left_of_debits(judged):
    result = judged(
        TWO_COLUMNS,
        "Date,Credit,Supplier,Debit",
        "02/04/2024,,Any Ltd,100.00",
        "03/04/2024,50.00,Any Ltd,",
    )
    assert read(result) == (2, 5_000, 0)


def test_row_with_both_or_with_neither_is_a_fault_and_not_guessed(judged):
    result = judged(
        TWO_COLUMNS,
        "Date,Supplier,Debit,Credit",
        "02/04/2024,Any Ltd,100.00,",
        "03/04/2024,Any Ltd,30.00,20.00",
        "04/04/2024,Any Ltd,10.00,",
        "05/04/2024,Any Ltd,,",
        "06/04/2024,Any Ltd,,tbc",
        "07/04/2024,Any Ltd,,(5.00)",
        *(f"{day:02d}/04/2024,Any Ltd,1.00," for day in range(8, 12)),
    )
    assert read(result) == (6, 11_400, 4)
    assert faults(result) == {
        "TP-035": [(3, "C", "30.00 DR and 20.00 CR")],
        "TP-036": [(5, "C", "")],
        "TP-021": [(6, "C", "tbc CR")],
        "TP-038": [(7, "C", "(5.00) CR")],
    }


def test_file_without_the_column_of_credits_is_refused_by_name(judged):
    result = judged(TWO_COLUMNS, "Date,Supplier,Debit", "02/04/2024,Any Ltd,100.00")
    (found,) = [f for f in result.findings if f.level == "must_fix"]
    assert result.verdict == "refused"
    assert "'Credit'" in found.message


def test_letters_behind_an_amount_decide_its_sign(judged):
    result = judged(
        LETTERS,
        "Date,Supplier,Amount",
        "02/04/2024,Any Ltd,100.00DR",
        "03/04/2024,Any Ltd,50.01 CR",
        "04/04/2024,Any Ltd,7.00",
        "05/04/2024,Any Ltd,-1.00 CR",
    )
    assert read(result) == (3, 10_000 - 5_001 + 700, 1)
    assert faults(result) == {"TP-038": [(5, "C", "-1.00 CR")]}


def test_kind_of_an_amount_decides_its_sign(judged):
    result = judged(
        KINDS,
        "Date,Supplier,Type,Amount",
        "02/04/2024,Any Ltd,Invoice,100.00",
        "03/04/2024,Any Ltd, credit note ,50.01",
        "04/04/2024,Any Ltd,Payment,-7.00",
        "05/04/2024,Any Ltd,Proforma,9.00",
        "06/04/2024,Any Ltd,,9.00",
        "07/04/2024,Any Ltd,Credit Note,-9.00",
        *(f"{day:02d}/04/2024,Any Ltd,Invoice,1.00" for day in range(8, 12)),
    )
    assert read(result) == (7, 10_000 - 5_001 - 700 + 400, 3)
    assert faults(result) == {
        "TP-037": [(5, "D", "9.00 [Proforma]"), (6, "D", "9.00 []")],
        "TP-038": [(7, "D", "-9.00 CR")],
    }


@pytest.mark.parametrize(
    ("style", "days"),
    [
        ("dd mmm", ("02 Apr", "30 Apr")),
        ("dd-mmm", ("2-Apr", "30-Apr")),
        ("dd month", ("2 April", "30 April")),
        ("dd/mm", ("02/04", "30/04")),
    ],
)
def test_days_without_a_year_have_that_of_the_period(judged, style, days):
    result = judged(
        "{heading: Amount}",
        "Date,Supplier,Amount",
        *(f"{day},Any Ltd,10.00" for day in days),
        style=style,
    )
    assert (result.verdict, *read(result)) == ("accepted", 2, 2_000, 0)
    assert result.period.start == date(2024, 4, 1)


def test_days_without_a_year_need_a_period_and_the_file_is_refused_for_it(judged):
    result = judged(
        "{heading: Amount}",
        "Date,Supplier,Amount",
        "02 Apr,Any Ltd,10.00",
        name="payments.csv",
        style="dd mmm",
    )
    assert result.verdict == "refused"
    (found,) = result.findings
    assert found.message == (
        "The period of this file is not known: it is not in the file's name, and no line has a "
        "usable date. Its days have no year, so the period must say it."
    )


@pytest.mark.parametrize(
    ("amount", "layout", "said"),
    [
        (
            "{heading: Debit, credits_under: Credit, sign: reversed}",
            "",
            "amount_pence.credits_under: and sign both say the sign of an amount",
        ),
        (
            "{heading: Amount, cr_dr: true, trailing_minus: true}",
            "",
            "amount_pence.cr_dr: and trailing_minus both say the sign of an amount",
        ),
        (
            "{heading: Debit, credits_under: Supplier}",
            "",
            "amount_pence.credits_under: 'Supplier' is read as another column",
        ),
        (
            "{heading: Debit, credits_under: Credit}",
            "        cells_stand: {columns: 1, to_the: right}\n",
            "amount_pence.credits_under: cannot be combined with cells_stand",
        ),
        (
            "{heading: Sum, kinds: {heading: Type, debits: [Invoice], credits: [ invoice ]}}",
            "",
            "'invoice' cannot be both a debit and a credit",
        ),
    ],
)
def test_sign_that_is_said_twice_is_a_mistake_in_the_contract(contract, amount, layout, said):
    with pytest.raises(ContractError) as caught:
        contract(amount, layout=layout)
    assert said in str(caught.value)


def test_letters_are_for_amounts(contract):
    with pytest.raises(ContractError) as caught:
        contract("{heading: Amount}\n          account: {heading: Account, cr_dr: true}")
    assert "account.cr_dr: is for amounts of money" in str(caught.value)


@pytest.mark.parametrize(
    ("amount", "said"),
    [
        (TWO_COLUMNS, "amount_pence: 'Debit', credits stand under 'Credit'"),
        (LETTERS, "amount_pence: 'Amount', CR behind an amount is a credit"),
        (KINDS, "amount_pence: 'Amount', Credit Note under 'Type' is a credit"),
    ],
)
def test_contract_says_in_words_what_decides_a_sign(contract, amount, said):
    assert f"    {said}" in contract_words(contract(amount))


@pytest.mark.parametrize("style", ["dd/mm/yyyy", "dd mmm"])
@pytest.mark.parametrize("amount", [TWO_COLUMNS, LETTERS, KINDS])
def test_rows_as_the_template_shows_them_are_read_whole(tmp_path, contract, amount, style):
    agreed = contract(amount, style=style)
    today = date(2024, 6, 10)
    _, example, guide = write_template(tmp_path / "out", agreed, "spend", today)
    typed = tmp_path / "typed.csv"
    typed.write_text(example.read_text("utf-8-sig").partition("\n")[2].replace("EXAMPLE", "Typed"))
    feed = agreed.feeds["spend"]
    period = example_period(feed, today)
    result = judge(JudgeRequest(typed, typed.name, "spend", feed, period=period))
    assert read(result) == (3, 3 * 123_450 + 300, 0)
    assert result.findings == []
    assert "credit" in guide.read_text().casefold()
