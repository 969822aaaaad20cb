"""A mistake in a contract is told with file, key, line and what was expected."""

import shutil

import pytest

from orchestration.contracts.load import ContractError, load_partner, load_partners
from orchestration.contracts.place import load_place
from orchestration.contracts.tables import SCHEMAS, contract_tables, owed
from orchestration.settings import CHECKOUT

PLACE = load_place(CHECKOUT / "data" / "place.yml")

GOOD = """\
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
    expected_from: 2024-04-01
    layouts:
      - id: v1
        valid_from: 2024-04-01
        columns:
          line_date: {heading: Date, formats: [dd/mm/yyyy]}
          amount_pence: {heading: Amount}
"""


def problems(tmp_path, text, name="anytown_council.yml"):
    path = tmp_path / name
    path.write_text(text)
    with pytest.raises(ContractError) as caught:
        load_partner(path)
    return [str(p) for p in caught.value.problems]


def test_a_good_contract_loads(tmp_path):
    path = tmp_path / "anytown_council.yml"
    path.write_text(GOOD)
    assert load_partner(path).feeds["spend"].layouts[0].columns["line_date"].formats == [
        "dd/mm/yyyy"
    ]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            "cadence: month",
            "cadense: month",
            "line 10: feeds.spend.cadense: is not a key of a contract here; check the spelling",
        ),
        (
            "cadence: month",
            "cadence: weekly",
            "line 10: feeds.spend.cadence: expected 'month', 'quarter', 'financial_year' "
            "or 'calendar_year', and found 'weekly'",
        ),
        (
            "amount_pence: {heading: Amount}",
            "amount_pence: Amount",
            "line 17: feeds.spend.layouts.0.columns.amount_pence: "
            "expected keys of its own ({heading: …}), and found 'Amount'",
        ),
        (
            "cadence: month",
            "cadence: month\n    period_in_file_name: '(?P<month>[a-z]+'",
            "feeds.spend.period_in_file_name: pattern '(?P<month>[a-z]+' cannot be read: "
            "missing ), unterminated subpattern",
        ),
        (
            "[dd/mm/yyyy]",
            "[DMY]",
            "line 16: feeds.spend.layouts.0.columns.line_date.formats: "
            "date format 'DMY' is not one of",
        ),
        (
            "amount_pence: {heading: Amount}",
            "amount: {heading: Amount}",
            "line 17: feeds.spend.layouts.0.columns.amount: is no field of the feed; it has "
            "line_date, amount_pence",
        ),
        (
            "        valid_from: 2024-04-01\n        columns",
            "        valid_from: 2024-04-01\n        valid_to: 2025-03-31\n        columns",
            "line 12: feeds.spend.layouts: the last layout, v1, must have no valid_to",
        ),
        ("id: anytown_council", "id: othertown", "line 1: id: expected 'anytown_council'"),
        ("in_place: true", "in_place: [", "line 7: did not find expected ',' or ']'"),
    ],
)
def test_a_mistake_names_file_line_key_and_what_was_expected(tmp_path, old, new, told):
    found = problems(tmp_path, GOOD.replace(old, new))
    assert any(f.startswith("anytown_council.yml, ") and told in f for f in found), found


def test_a_code_map_entry_that_would_claim_every_line_is_refused(tmp_path):
    text = GOOD + "    code_map:\n      - {rule: ALL, theme: other, grade: sure, source: x}\n"
    assert "so it would claim every line" in problems(tmp_path, text)[0]


STATED = """\
    code_map:
      - rule: DESK
        theme: public_access
        service_code: {service}
        grade: sure
        area: Customer Services
        source: The head of service, 2 May 2024
"""


@pytest.mark.parametrize(
    ("service", "said"),
    [
        (
            "PA-DESK",
            "line 21: feeds.spend.code_map.0.service_code: 'PA-DESK' is no published service: "
            "PA-CONTACT-CENTRE, PA-SERVICE-POINT, PA-DIGITAL, PA-OTHER are those of public_access",
        ),
        (
            "DA-TREATMENT",
            "line 21: feeds.spend.code_map.0.service_code: 'DA-TREATMENT' is a service of "
            "drug_alcohol, and the theme is public_access: PA-CONTACT-CENTRE, PA-SERVICE-POINT, "
            "PA-DIGITAL, PA-OTHER are",
        ),
    ],
)
def test_statement_about_a_service_that_is_not_of_its_theme_is_refused(tmp_path, service, said):
    (found,) = problems(tmp_path, GOOD + STATED.format(service=service))
    assert found.endswith(said)


def test_statement_may_name_a_service_of_its_theme_or_none(tmp_path):
    path = tmp_path / "anytown_council.yml"
    path.write_text(GOOD + STATED.format(service="PA-SERVICE-POINT"))
    assert load_partner(path).feeds["spend"].code_map[0].service_code == "PA-SERVICE-POINT"
    path.write_text((GOOD + STATED).replace("        service_code: {service}\n", ""))
    assert load_partner(path).feeds["spend"].code_map[0].service_code is None


def test_all_mistakes_of_all_files_are_told_at_once(tmp_path):
    (tmp_path / "a.yml").write_text("id: a\n")
    (tmp_path / "b.yml").write_text("- not a mapping\n")
    with pytest.raises(ContractError) as caught:
        load_partners(tmp_path)
    files = {p.file for p in caught.value.problems}
    assert files == {"a.yml", "b.yml"}
    assert len(caught.value.problems) > 5


def test_the_eighth_partner_is_one_more_file(tmp_path):
    folder = tmp_path / "partners"
    shutil.copytree(CHECKOUT / "data" / "partners", folder)
    before = load_partners(folder)
    (folder / "anytown_council.yml").write_text(GOOD)
    after = load_partners(folder)
    assert set(after) - set(before) == {"anytown_council"}
    rows = contract_tables(after, PLACE, ["2024-25"])["expected_periods"]
    assert sum(r[0] == "anytown_council" for r in rows) == 12


def test_contract_tables_have_the_columns_they_promise():
    partners = load_partners(CHECKOUT / "data" / "partners")
    tables = contract_tables(partners, PLACE, ["2008-09", "2024-25"])
    for name, schema in SCHEMAS.items():
        assert all(len(row) == len(schema) for row in tables[name]), name
        assert tables[name], name


def test_a_body_that_no_longer_exists_is_expected_to_send_nothing():
    partners = load_partners(CHECKOUT / "data" / "partners")
    kinds = {partners[o.partner_id].kind for o in owed(partners, ["2024-25"])}
    assert kinds == {"council"}
    spend = [o for o in owed(partners, ["2008-09"]) if o.feed == "spend" and o.asked_for]
    assert {partners[o.partner_id].kind for o in spend} == {"council", "pct"}


def periods(tmp_path, years, *changes):
    """The periods that a body owes, those its contract does not ask for in brackets."""
    text = GOOD
    for old, new in changes:
        text = text.replace(old, new)
    path = tmp_path / "anytown_council.yml"
    path.write_text(text)
    found = owed({"anytown_council": load_partner(path)}, years)
    return [o.period.label if o.asked_for else f"({o.period.label})" for o in found]


def test_a_feed_asked_for_from_august_leaves_four_months_of_the_year_owed(tmp_path):
    from_august = ("expected_from: 2024-04-01", "expected_from: 2024-08-01")
    found = periods(tmp_path, ["2024-25"], from_august)
    assert found[:5] == ["(2024-04)", "(2024-05)", "(2024-06)", "(2024-07)", "2024-08"]
    assert len(found) == 12


def test_a_feed_asked_for_until_july_leaves_eight_months_of_the_year_owed(tmp_path):
    until_july = (
        "expected_from: 2024-04-01", "expected_from: 2024-04-01\n    expected_to: 2024-07-31"
    )  # fmt: skip
    found = periods(tmp_path, ["2024-25"], until_july)
    assert found[3:5] == ["2024-07", "(2024-08)"]
    assert len(found) == 12


def test_spend_of_a_year_before_it_is_asked_for_is_owed_by_a_body_that_existed(tmp_path):
    assert periods(tmp_path, ["2023-24"])[::11] == ["(2023-04)", "(2024-03)"]


def test_a_body_outside_the_place_owes_years_in_which_it_is_asked_for_any(tmp_path):
    outside = ("in_place: true", "in_place: false")
    assert periods(tmp_path, ["2023-24"], outside) == []
    assert len(periods(tmp_path, ["2024-25"], outside)) == 12


def test_a_body_owes_the_months_in_which_it_existed(tmp_path):
    life = ("in_place: true", "valid_from: 2024-06-15\nvalid_to: 2024-08-31\nin_place: true")
    assert periods(tmp_path, ["2024-25"], life) == ["2024-06", "2024-07", "2024-08"]


def test_a_body_that_began_within_the_year_owes_its_yearly_file(tmp_path):
    began = ("in_place: true", "valid_from: 2024-08-01\nin_place: true")
    assert periods(tmp_path, ["2024-25"], began, ("month", "financial_year")) == ["2024-25"]


def test_a_feed_that_is_never_asked_for_is_not_owed(tmp_path):
    assert periods(tmp_path, ["2024-25"], ("    expected_from: 2024-04-01\n", "")) == []


def basis(tmp_path, *changes, layout="v1"):
    """Prices and VAT of amounts in a layout, after changes to the contract."""
    text = GOOD
    for old, new in changes:
        text = text.replace(old, new)
    path = tmp_path / "anytown_council.yml"
    path.write_text(text)
    return load_partner(path).feeds["spend"].price_and_vat(layout)


OF_THE_FEED = ("cadence: month", "vat: excluded\n    prices: 2008-09\n    cadence: month")


def test_where_a_contract_is_silent_amounts_are_cash_and_their_vat_is_not_stated(tmp_path):
    assert basis(tmp_path) == ("cash", "not_stated")


def test_layouts_that_say_the_same_of_cells_are_read_alike(tmp_path):
    path = tmp_path / "anytown_council.yml"
    path.write_text(GOOD)
    layout = load_partner(path).feeds["spend"].layouts[0]
    reading = layout.reading
    assert layout.model_copy(update={"id": "v2"}).reading == reading
    assert layout.model_copy(update={"undated": "submission_year"}).reading != reading


def test_a_layout_has_the_prices_and_vat_of_its_feed(tmp_path):
    assert basis(tmp_path, OF_THE_FEED) == ("2008-09", "excluded")


def test_a_layout_may_say_otherwise_than_its_feed(tmp_path):
    of_the_layout = ("- id: v1", "- id: v1\n        vat: included\n        prices: cash")
    assert basis(tmp_path, OF_THE_FEED, of_the_layout) == ("cash", "included")


def test_a_file_read_by_a_layout_that_is_gone_has_the_basis_of_the_feed(tmp_path):
    assert basis(tmp_path, OF_THE_FEED, layout="v0") == ("2008-09", "excluded")


def test_prices_are_cash_or_those_of_a_financial_year(tmp_path):
    found = problems(
        tmp_path, GOOD.replace("cadence: month", "prices: 2008-10\n    cadence: month")
    )
    assert "prices: '2008-10' is not a financial year" in found[0]
