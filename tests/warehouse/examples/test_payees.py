"""Whose name may be shown. ``payee_cases.csv`` holds made-up names only."""

from __future__ import annotations

import csv
from pathlib import Path

import duckdb
import pytest

from tests.warehouse.world import Row, World

PARTNER, VAT_NO = "payee_council", "GB 123 4567 89"


def _read(kind: str) -> list[str]:
    path = Path(__file__).with_name("payee_cases.csv")
    with path.open(encoding="utf-8", newline="") as file:
        return [payee for row_kind, payee in csv.reader(file) if row_kind == kind]


PEOPLE, ORGANISATIONS, REDACTED = _read("person"), _read("organisation"), _read("redacted")

# (payee, account, pay group, shown): what stands beside the name decides too.
IN_CONTEXT = [
    ("Any Village Foundation", "Grants", None, True),
    ("Any Village Foundation", "Direct Payments", None, False),
    ("Any Village Foundation", "Section 24 Payments", None, False),
    ("Any Village Foundation", "Grants", "TRADE INDIVIDUAL", False),
    ("Any Village Foundation Ltd", "Direct Payments", "TRADE INDIVIDUAL", True),
    ("Any Village Foundation", "CHC Adult PERS HLTH BUD", None, False),
    ("Blaby Works", "Grants", "OTHER LOCAL AUTHORITIES", True),
    ("Blaby Works", "Grants", "TRADE SUPPLIER", False),
]

# A VAT number speaks for a trade name, never for what may be a person's bare name.
WITH_VAT_NO = [
    ("Any Landscapes", True),
    ("Jo Smithersby", False),
    ("Mr J Smithersby Roofing", False),
    ("Charity Mutasaro", False),
    ("Jo Smithersby Training & Consultancy", False),
    ("Jo Smithersby T/A Any Landscapes", False),
]


# Made up of ten given names and ten surnames a group, in the forms in which ledgers write people.
GROUPS = {
    "english": ("Jack Emily Harry Olivia George Amelia Arthur Grace Alfie Ruby",
                "Smithers Braddock Colebourn Wexley Thorne Hadwin Pickering Marlow Tansley Orm"),
    "welsh": ("Dylan Carys Rhys Megan Owain Sian Gethin Nerys Ifan Bethan",
              "Prothero Gwynne Bevan Mostyn Tudor Probert Vaughan Cadogan Ellis Meredith"),
    "irish": ("Sean Aoife Padraig Niamh Declan Siobhan Cormac Roisin Eoin Maeve",
              "OMalley McGrath Delahunty Brannigan Kavanagh Quigley Tierney Lonergan Ward Doran"),
    "gujarati": ("Hitesh Bhavna Jayesh Kokila Nilesh Hansa Mukesh Urvashi Kirit Daksha",
                 "Patel Mistry Chauhan Solanki Parmar Lakhani Vaghela Modi Thakkar Rathod"),
    "punjabi": ("Gurpreet Harjinder Baljit Manjit Sukhdev Paramjit Amrit Jaswinder Kuldeep Navjot",
                "Singh Kaur Dhillon Sandhu Grewal Bains Atwal Johal Sidhu Virk"),
    "muslim": ("Mohammed Fatima Yusuf Aisha Ibrahim Khadija Imran Zainab Bilal Maryam",
               "Khan Hussain Ahmed Begum Malik Sheikh Chowdhury Akhtar Qureshi Miah"),
    "west_african": ("Chukwuemeka Ngozi Kwame Abena Oluwaseun Folake Kofi Ama Babatunde Yetunde",
                     "Okafor Adeyemi Mensah Owusu Eze Balogun Boateng Asante Nwosu Afolabi"),
    "east_african": ("Abdi Hodan Tesfaye Almaz Farah Ifrah Dawit Selam Warsame Sahra",
                     "Warsame Abebe Tadesse Farah Bekele Hassan Jama Kebede Ali Mohamud"),
    "polish": ("Piotr Agnieszka Krzysztof Malgorzata Tomasz Zofia Andrzej Ewa Marek Beata",
               "Kowalski Nowak Wisniewska Zielinski Wojcik Kaminska Sikora Dabrowska Mazur Krol"),
    "chinese": ("Wei Mei Jian Xiu Hao Ling Jun Yan Ming Fang",
                "Chen Wong Zhang Liu Huang Cheung Lam Zhao Kwok Tsang"),
}  # fmt: skip
FORMS = (
    "{given} {surname}",
    "{surname} {given}",
    "Mr {given} {surname}",
    "{surname}, {given}",
    "{given} {surname} T/A {surname} Services",
    "MRS {surname}",
    "{given} & {surname}",
)
DIVERSE = {
    group: [
        FORMS[(i + j) % len(FORMS)].format(given=given, surname=surname)
        for i, given in enumerate(givens.split())
        for j, surname in enumerate(surnames.split())
    ]
    for group, (givens, surnames) in GROUPS.items()
}
# The name of a service for drugs or alcohol is an organisation's, whatever stands beside it.
PROVIDERS = [
    ("Turning Point - Riverton City Contract", True),
    ("CHANGE GROW LIVE (RIVERTON)", True),
    ("Phoenix Futures Residential", True),
    ("Mr J Smithersby (Turning Point)", False),
    ("William Cranstoun", False),
    ("Riverton Drug & Alcohol Action Team", True),
]


def arrange(world: World) -> None:
    """One body that pays everybody above, each kind in a submission of its own."""
    world.partner(PARTNER)
    world.inputs["partner_aliases"].append({"partner_id": PARTNER, "alias": "Riverton City C"})
    plain = [*PEOPLE, *ORGANISATIONS, *REDACTED]
    world.submit(PARTNER, "2015-04", [_line(name) for name in plain])
    beside = [_line(name, account=b, pay_group=c) for name, b, c, _ in IN_CONTEXT]
    world.submit(PARTNER, "2015-05", beside)
    world.submit(PARTNER, "2015-06", [_line(name, vat_no=VAT_NO) for name, _ in WITH_VAT_NO])
    world.submit(PARTNER, "2015-07", [_line(None)])
    everybody = [name for names in DIVERSE.values() for name in names]
    world.submit(PARTNER, "2015-08", [_line(name) for name in everybody])
    world.submit(PARTNER, "2015-09", [_line(name) for name, _ in PROVIDERS])


def _line(name: str | None, **facts: str | None) -> Row:
    return {"supplier_name": name, "account": "Fees", "amount_pence": 100, **facts}


def shown(warehouse: duckdb.DuckDBPyConnection, period: str) -> list[str | None]:
    """The payees of a month as published, in the order of the file."""
    rows = warehouse.execute(
        """
        SELECT supplier_name FROM fct_spend_line
        WHERE body_id = ? AND period_id = ? ORDER BY source_row
        """,
        [PARTNER, period],
    ).fetchall()
    return [name for (name,) in rows]


def test_no_person_is_shown(warehouse: duckdb.DuckDBPyConnection) -> None:
    assert len(PEOPLE) >= 50
    names = shown(warehouse, "2015-M04")[: len(PEOPLE)]
    assert [p for p, name in zip(PEOPLE, names, strict=True) if name != "[withheld]"] == []


def test_of_a_thousand_people_of_ten_groups_none_is_shown(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    withheld = iter(shown(warehouse, "2015-M08"))
    seen = {
        group: [name for name in names if next(withheld) != "[withheld]"]
        for group, names in DIVERSE.items()
    }
    assert seen == {group: [] for group in DIVERSE}
    assert sum(map(len, DIVERSE.values())) == 1000


def test_a_provider_that_the_rules_know_is_an_organisation(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    expected = [payee if ok else "[withheld]" for payee, ok in PROVIDERS]
    assert shown(warehouse, "2015-M09") == expected


def test_organisations_are_shown(warehouse: duckdb.DuckDBPyConnection) -> None:
    names = shown(warehouse, "2015-M04")[len(PEOPLE) : -len(REDACTED)]
    assert [o for o, n in zip(ORGANISATIONS, names, strict=True) if n != o] == []


def test_redactions_are_written_one_way(warehouse: duckdb.DuckDBPyConnection) -> None:
    assert set(shown(warehouse, "2015-M04")[-len(REDACTED) :]) == {"[withheld]"}


def test_labels_and_pay_groups_weigh(warehouse: duckdb.DuckDBPyConnection) -> None:
    expected = [payee if ok else "[withheld]" for payee, _, _, ok in IN_CONTEXT]
    assert shown(warehouse, "2015-M05") == expected


def test_vat_number_speaks_for_a_trade_name_only(warehouse: duckdb.DuckDBPyConnection) -> None:
    expected = [payee if ok else "[withheld]" for payee, ok in WITH_VAT_NO]
    assert shown(warehouse, "2015-M06") == expected


def test_a_line_without_payee_has_none(warehouse: duckdb.DuckDBPyConnection) -> None:
    assert shown(warehouse, "2015-M07") == [None]


@pytest.mark.parametrize("table", ["fct_spend_line_theme", "fct_place_spend", "fct_issue"])
def test_no_other_table_names_payees(warehouse: duckdb.DuckDBPyConnection, table: str) -> None:
    columns = [c for (c, *_) in warehouse.execute(f"DESCRIBE {table}").fetchall()]
    assert "supplier_name" not in columns
