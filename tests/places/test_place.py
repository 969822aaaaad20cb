"""The place and the contracts together: what contradicts itself is told with file, line and key."""

import re
from datetime import date
from decimal import Decimal

import duckdb
import pytest

from orchestration.contracts.bodies import Bodies, all_bodies, core, fold
from orchestration.contracts.cross_checks import check_together, load_together
from orchestration.contracts.load import ContractError, load_partner
from orchestration.contracts.place import load_place, share_of
from orchestration.contracts.tables import contract_tables
from orchestration.intake.ledger.ledger import Ledger
from orchestration.settings import CHECKOUT
from orchestration.warehouse.inputs import write_inputs

PLACE = """\
place: {name: Anyshire, areas: [E06000001, E10000001]}
prices: {release: HMT-2020-03, base_year: 2008-09}
matching: {window_days: 31, reason: Bodies pay within a month}
keys:
  - id: heads
    driver: resident population
    year: 2011
    vintage: Census 2011
    source: a census
    counts: {E06000001: 300, E10000001: 600, E06000009: 100}
organisations:
  - id: anyshire_trust
    name: Anyshire NHS Trust
    kind: nhs_trust
    codes: {ods: RZ1}
    vat: ["123456789"]
    aliases: [Anyshire Hospital Trust]
  - id: old_trust
    name: Old Trust
    kind: nhs_trust
    valid_to: 2010-03-31
    successor: anyshire_trust
"""

FEED = """\
feeds:
  spend:
    basis: all_payments
    accounting: cash
    cadence: month
    layouts:
      - id: v1
        valid_from: 2007-04-01
        columns:
          line_date: {heading: Date, formats: [dd/mm/yyyy]}
          amount_pence: {heading: Amount}
"""

COUNTY = (
    """\
id: anyshire_council
name: Anyshire Council
short_name: Anyshire
kind: council
codes: {gss: E10000001}
vat: ["987654321"]
aliases: [Anyshire CC]
in_place: true
footprint: {key: heads, areas: [E10000001, E06000009]}
pools:
  - {id: POOL-1, name: A pool, theme: drug_alcohol}
"""
    + FEED
)

CITY = (
    """\
id: anytown_council
name: Anytown Council
short_name: Anytown
kind: council
aliases: [Anytown CC]
in_place: true
"""
    + FEED
)

BY_KEY = """\
    code_map:
      - {rule: BY-KEY, theme: other, grade: sure, department: Shared, source: x,
         key: heads, areas: [E06000001], of: [E06000001, E10000001]}
"""


@pytest.fixture
def world(tmp_path):
    """Writes the place and the two contracts, changed as asked, and loads them together."""

    def load(place=PLACE, county=COUNTY, city=CITY):
        (tmp_path / "partners").mkdir(exist_ok=True)
        (tmp_path / "place.yml").write_text(place)
        (tmp_path / "partners/anyshire_council.yml").write_text(county)
        (tmp_path / "partners/anytown_council.yml").write_text(city)
        return load_together(tmp_path / "partners", tmp_path / "place.yml")

    return load


def changed(text, old, new):
    assert text.count(old) == 1, old
    return text.replace(old, new)


def told(world, **files):
    with pytest.raises(ContractError) as caught:
        world(**files)
    return [str(p) for p in caught.value.problems]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("    vintage: Census 2011\n", "", "place.yml, line 5: keys.0.vintage: is missing"),
        ("    source: a census\n", "", "place.yml, line 5: keys.0.source: is missing"),
        (
            "    counts: {E06000001: 300, E10000001: 600, E06000009: 100}\n",
            "",
            "place.yml, line 5: keys.0.counts: is missing",
        ),
        (
            "vintage: Census 2011",
            'vintage: ""',
            "place.yml, line 8: keys.0.vintage: is empty",
        ),
        (
            "{E06000001: 300, E10000001: 600, E06000009: 100}",
            "{E06000001: 0.3, E10000001: 0.7}",
            "place.yml, line 10: keys.0.counts.E06000001: "
            "expected a valid integer, got a number with a fractional part, and found '0.3'",
        ),
        (
            "window_days: 31",
            "windowdays: 31",
            "place.yml, line 3: matching.windowdays: "
            "is not a key of the place here; check the spelling",
        ),
        (
            "  - id: old_trust",
            "  - id: anyshire_trust",
            "place.yml, line 18: organisations.1.id: 'anyshire_trust' is there twice",
        ),
        (
            '"123456789"',
            "GB 123",
            "place.yml, line 16: organisations.0.vat.0: String should match pattern "
            r"'^\d{9}(\d{3})?$'",
        ),
        (
            "kind: nhs_trust\n    codes",
            "kind: firm\n    codes",
            "organisations.0.kind: expected",
        ),
        (
            "successor: anyshire_trust",
            "successor: new_trust",
            "place.yml, line 22: organisations.1.successor: "
            "'new_trust' has no contract and is no organisation of the place",
        ),
        (
            "areas: [E06000001, E10000001]",
            "areas: [E06000001, E10000002]",
            "place.yml, line 1: place.areas.1: "
            "E10000002 is not counted by 'heads', which Anyshire Council relies on",
        ),
        (
            "    name: Old Trust\n",
            "    name: The Anyshire NHS Trust Ltd\n",
            "place.yml, line 19: organisations.1.name: 'The Anyshire NHS Trust Ltd' "
            "is also a name of Anyshire NHS Trust; one name, one body",
        ),
    ],
)
def test_a_mistake_in_the_place_names_file_line_and_key(world, old, new, message):
    found = told(world, place=changed(PLACE, old, new))
    assert any(message in f for f in found), found


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "key: heads",
            "key: beds",
            "anyshire_council.yml, line 9: footprint.key: 'beds' is no key of the place: heads",
        ),
        (
            "areas: [E10000001, E06000009]",
            "areas: [E10000001, E06000002]",
            "anyshire_council.yml, line 9: footprint: E06000002 is not counted by 'heads'",
        ),
        (
            "[Anyshire CC]",
            "[Anyshire CC, ANYSHIRE  HOSPITAL TRUST]",
            "place.yml, line 17: organisations.0.aliases.0: 'Anyshire Hospital Trust' "
            "is also a name of Anyshire Council; one name, one body",
        ),
        (
            "{gss: E10000001}",
            "{ods: RZ1}",
            "place.yml, line 15: organisations.0.codes.ods: 'RZ1' "
            "is also a name of Anyshire Council; one name, one body",
        ),
        (
            '["987654321"]',
            '["987654321", "123456789"]',
            "place.yml, line 16: organisations.0.vat.0: 123456789 is also the VAT number "
            "of Anyshire Council; leave out what two share",
        ),
        (
            "theme: drug_alcohol}\n",
            "theme: drug_alcohol}\n  - {id: POOL-1, name: Again, theme: other}\n",
            "anyshire_council.yml, line 12: pools.1.id: 'POOL-1' is there twice",
        ),
        (
            "in_place: true\n",
            "in_place: true\nsuccessors: [nobody]\n",
            "anyshire_council.yml, line 9: successors: "
            "'nobody' has no contract and is no organisation of the place",
        ),
    ],
)
def test_a_contract_that_does_not_fit_the_place_is_told(world, old, new, message):
    assert told(world, county=changed(COUNTY, old, new)) == [message]


def test_a_pool_has_one_host(world):
    pool = "pools: [{id: POOL-1, name: Ours, theme: other}]\nfeeds:"
    assert told(world, city=changed(CITY, "feeds:", pool)) == [
        "anytown_council.yml, line 7: pools.0.id: "
        "'POOL-1' is hosted by Anyshire Council too; a pool has one host"
    ]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "key: heads",
            "key: beds",
            "line 20: feeds.spend.code_map.0.key: 'beds' is no key of the place: heads",
        ),
        (
            "of: [E06000001, E10000001]",
            "of: [E06000001, E10000007]",
            "line 19: feeds.spend.code_map.0: E10000007 is not counted by 'heads'",
        ),
        (
            "of: [E06000001, E10000001]",
            "of: [E10000001]",
            "line 20: feeds.spend.code_map.0.areas: "
            "E06000001 is not among the areas it is a share of",
        ),
        (
            ", areas: [E06000001]",
            "",
            "line 19: feeds.spend.code_map.0: a share by a key needs key, areas and of, all three",
        ),
        (
            "key: heads",
            'share: "0.5", key: heads',
            "line 20: feeds.spend.code_map.0.share: is stated twice: as a share and by a key",
        ),
    ],
)
def test_a_share_by_a_key_names_what_the_place_counts(world, old, new, message):
    assert told(world, city=CITY + changed(BY_KEY, old, new)) == [f"anytown_council.yml, {message}"]


ENTRY = (
    '      - {{rule: {0}, theme: {1}, share: "{2}", grade: sure, department: {3}, source: x{4}}}\n'
)


def test_shares_of_the_same_lines_are_never_more_than_the_whole(world):
    entries = ENTRY.format("ONE", "other", "0.6", "Public Health", "")
    entries += ENTRY.format("TWO", "drug_alcohol", "0.5", "PUBLIC  health", "")
    found = told(world, city=CITY + "    code_map:\n" + entries)
    words = "gives away more than the whole line, with others of the same selectors"
    assert found == [
        f"anytown_council.yml, line 19: feeds.spend.code_map.0: {words}",
        f"anytown_council.yml, line 20: feeds.spend.code_map.1: {words}",
    ]


def test_shares_of_other_lines_or_other_years_are_not_added(world):
    entries = ENTRY.format("ONE", "other", "0.6", "A", ", valid_to: 2010-03-31")
    entries += ENTRY.format("TWO", "drug_alcohol", "0.6", "A", ", valid_from: 2010-04-01")
    entries += ENTRY.format("THREE", "drug_alcohol", "0.6", "B", "")
    world(city=CITY + "    code_map:\n" + entries)
    assert told(world, city=CITY + "    code_map:\n" + entries.replace("04-01", "03-31"))


def test_sixths_of_a_line_are_the_whole_of_it(world):
    """Each is 0.16666667 when rounded, and six of those are more than 1."""
    sixth = BY_KEY.replace("    code_map:\n", "").replace("BY-KEY", "SIXTH-{}").rstrip()
    sixth = sixth.replace("of: [E06000001, E10000001]", "of: [E06000001, E10000001, E06000009]")
    place = changed(PLACE, "E06000001: 300, E10000001: 600", "E06000001: 100, E10000001: 400")
    entries = "\n".join(sixth.replace("{}", str(n)) for n in range(6))
    partners, shared = world(place=place, city=f"{CITY}    code_map:\n{entries}\n")
    rows = contract_tables(partners, shared, [])["code_map"]
    assert [r[4] for r in rows] == ["0.16666667"] * 6
    assert {r[-2:] for r in rows} == {("heads", "Census 2011")}


def test_shares_are_rounded_half_to_even(world):
    for count, share in [(1, "0.00781250"), (5, "0.03906250")]:
        place = changed(
            PLACE, "E06000001: 300, E10000001: 600", f"E06000001: {count}, E10000001: {128 - count}"
        )
        partners, shared = world(place=place, city=CITY + BY_KEY)
        entry = partners["anytown_council"].feeds["spend"].code_map[0]
        assert share_of(entry, shared) == Decimal(share)
    # 1/512,000,000 is 0.000000001953…; 0.5e-8 lies between two shares and goes to the even one.
    for count, share in [(1, "0E-8"), (3, "2E-8")]:
        place = changed(
            PLACE,
            "E06000001: 300, E10000001: 600",
            f"E06000001: {count}, E10000001: {200_000_000 - count}",
        )
        partners, shared = world(place=place, city=CITY + BY_KEY)
        entry = partners["anytown_council"].feeds["spend"].code_map[0]
        assert str(share_of(entry, shared)) == share


def test_the_tables_of_the_count(world):
    partners, place = world()
    tables = contract_tables(partners, place, [])
    assert tables["footprints"] == [
        ("anyshire_council", "heads", "resident population", "2011", "Census 2011", 600, 700)
    ]
    assert tables["pools"] == [("POOL-1", "A pool", "anyshire_council", "drug_alcohol")]
    assert tables["count_settings"] == [("Anyshire", 31, "HMT-2020-03", "2008-09")]
    assert [r[4:6] for r in tables["apportionment_keys"]] == [
        ("E06000001", 300),
        ("E10000001", 600),
        ("E06000009", 100),
    ]
    assert ("anyshire_trust", "123456789") in tables["organisation_vat"]
    assert ("anyshire_trust", "RZ1", "code") in tables["organisation_aliases"]
    assert ("anyshire_council", "Anyshire CC", "name") in tables["organisation_aliases"]
    organisations = {r[0]: r for r in tables["organisations"]}
    assert organisations["anyshire_council"][4:6] == ("anyshire_council", True)
    assert organisations["old_trust"][4:10] == (
        None,
        False,
        True,
        None,
        date(2010, 3, 31),
        "anyshire_trust",
    )


def test_an_organisation_that_becomes_a_partner_needs_only_its_contract(world, tmp_path):
    (tmp_path / "partners").mkdir()
    trust = CITY.replace("anytown_council", "anyshire_trust").replace("Anytown", "Anyshire Trust")
    (tmp_path / "partners/anyshire_trust.yml").write_text(trust)
    partners, place = world()
    bodies = [b for b in all_bodies(place, partners) if b.id == "anyshire_trust"]
    assert [(b.partner_id, b.in_group, b.vat) for b in bodies] == [
        ("anyshire_trust", True, ("123456789",))
    ]
    assert {"Anyshire Trust Council", "Anyshire Hospital Trust"} <= set(bodies[0].names)


def test_every_input_table_is_written_and_a_place_of_ones_own_is_used(world, settings, tmp_path):
    import dataclasses

    partners, _ = world()
    settings = dataclasses.replace(settings, place=tmp_path / "place.yml")
    write_inputs(settings, Ledger(settings.ledger), partners)
    found = duckdb.sql(
        f"SELECT place_name, typeof(window_days) FROM '{settings.inputs}/count_settings.parquet'"
    ).fetchall()
    assert found == [("Anyshire", "BIGINT")]
    names = {p.stem for p in settings.inputs.glob("*.parquet")}
    assert {"organisations", "organisation_vat", "pools", "footprints"} <= names


# ---------------------------------------------------------------------------------------- names
FOLDED = {
    "Leicester City Council": "leicester city council",
    "  LEICESTER   CITY\tCOUNCIL ": "leicester city council",
    "Hinckley & Bosworth": "hinckley and bosworth",
    "Hinckley &amp; Bosworth": "hinckley and bosworth",
    "RUSHCLIFFE LTD&&SUPL1136": "rushcliffe ltd",
    "Café Zoë": "cafe zoe",
    "Guy's and St Thomas’ NHS": "guy s and st thomas nhs",
    "NHS Leicester, Leicestershire & Rutland": "nhs leicester leicestershire and rutland",
    "under_score": "under score",
    "½ ² Ⅷ İΣ": "½ ² ⅷ iσ",
    " - ": None,
}
MACROS = (CHECKOUT / "dbt_project/macros/text.sql").read_text()


def macro(name, argument):
    """The SQL a macro of the build makes of a column."""
    body = re.search(rf"macro {name}\((\w+)\) -%}}(.*?){{%- endmacro", MACROS, re.DOTALL)
    return re.sub(rf"\{{\{{ {body[1]} \}}\}}", argument, body[2])


def test_names_fold_here_as_they_do_in_the_build():
    sql = f"SELECT {macro('fold', '$t')}"
    for text, folded in FOLDED.items():
        assert fold(text) == folded
        assert duckdb.execute(sql, {"t": text}).fetchall() == [(folded,)], text


def test_the_core_of_a_name_is_the_same_here_and_in_the_build():
    sql = f"SELECT {macro('name_core', '$t')}"
    for text in ["The Lodge Trust", "NHS PROPERTY SERVICES LTD", "Limited", "Theatre Trust UK Ltd"]:
        assert duckdb.execute(sql, {"t": fold(text)}).fetchall() == [(core(text),)], text


@pytest.mark.parametrize(
    ("name", "first_day", "body"),
    [
        ("ANYSHIRE COUNCIL", None, "anyshire_council"),
        ("The Anyshire Council Ltd", None, "anyshire_council"),
        ("rz1", None, "anyshire_trust"),
        ("Anyshire County Care Ltd", None, None),
        ("Anyshire Council Pension Fund", None, None),
        ("Old Trust", date(2010, 4, 1), "anyshire_trust"),
        ("Old Trust", date(2009, 4, 1), "old_trust"),
        ("Long Named Anyshire and District", None, "long"),
        ("LONG NAMED  ANYSHIRE AND DISTRIC", None, None),
        ("Twin Named Anyshire and District", None, None),
        (None, None, None),
        ("", None, None),
    ],
)
def test_who_is_meant_by_a_name(world, name, first_day, body):
    more = """\
  - {id: long, name: Long Named Anyshire and District Fire Authority, kind: fire}
  - {id: twin_fire, name: Twin Named Anyshire and District Fire Authority, kind: fire}
  - {id: twin_police, name: Twin Named Anyshire and District Police, kind: police}
"""
    partners, place = world(place=PLACE + more)
    assert Bodies(all_bodies(place, partners)).resolve(name, first_day) == body


def test_the_place_as_shipped_fits_its_partners_and_names_no_two_alike():
    partners, place = load_together(CHECKOUT / "data/partners", CHECKOUT / "data/place.yml")
    bodies = Bodies(all_bodies(place, partners))
    assert all(bodies.resolve(name) for name in bodies.names)
    # Look-alikes are nobody's: a firm, a school's account, a pension fund by another name.
    assert bodies.resolve("LEICESTERSHIRE COUNTY CARE LTD") is None
    assert bodies.resolve("LCC Birch Wood") is None
    fund = bodies.resolve("Leicestershire County Council Pension Fund")
    assert fund is not None
    assert fund not in partners
    assert bodies.resolve("Home Office")
    assert bodies.resolve("DEPARTMENT OF HEALTH")


def test_other_contracts_stand_beside_the_shipped_place():
    from orchestration.contracts.load import load_partners

    place = load_place(CHECKOUT / "data/place.yml")
    check_together(place, load_partners(CHECKOUT / "tests/partners/contracts"))
    contract = load_partner(CHECKOUT / "tests/rules/contract.yml")
    check_together(place, {contract.id: contract})
