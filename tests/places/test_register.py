"""The register of public bodies: official names of bodies that no place needs to list."""

from datetime import date
from typing import get_args

import pytest

from orchestration.contracts.bodies import Bodies, all_bodies, core
from orchestration.contracts.load import ContractError, load_partners
from orchestration.contracts.place import Organisation, Place, load_place
from orchestration.contracts.register import load_register
from orchestration.settings import CHECKOUT

REGISTER = load_register(CHECKOUT / "data" / "public_body.csv")
HEAD = "body_id,name,kind,gss_code,ods_code,successors,valid_from,valid_to,source,licence\n"
ROWS = HEAD + (
    "otherton_council,Otherton Borough Council,council,E06999902,,,,,a register,OGL v3\n"
    "elder_and_ash_trust,Elder and Ash Hospitals NHS Trust,nhs_trust,,ZZ9,,,,a register,OGL v3\n"
    "old_council,Old District Council,council,,,otherton_council,,2023-03-31,a register,OGL v3\n"
    "split_council,Split County Council,council,,,otherton_council;old_council,,2023-03-31,"
    "a register,OGL v3\n"
    "long_council,The Very Long Named Metropolitan District Council,council,,,,,,a register,"
    "OGL v3\n"
)
PLACE = """\
place: {name: Anyshire, areas: [E06999901]}
prices: {release: HMT-2020-03, base_year: 2008-09}
matching: {window_days: 31, reason: Bodies pay within a month}
keys: []
organisations:
  - {id: elder_hospital, name: Elder Hospital, kind: nhs_trust, codes: {ods: ZZ9}}
  - {id: otherton, name: "Otherton Borough Council", kind: council, aliases: [Otherton BC]}
"""


@pytest.fixture
def found(tmp_path):
    """The bodies of a place of two organisations, and of a register of five."""
    (tmp_path / "place.yml").write_text(PLACE)
    (tmp_path / "register.csv").write_text(ROWS)
    place: Place = load_place(tmp_path / "place.yml")
    return all_bodies(place, {}, load_register(tmp_path / "register.csv"))


def test_whom_the_place_lists_comes_first_by_code_and_by_name(found):
    listed = {b.id: b.listed for b in found}
    assert listed == {
        "elder_hospital": True,
        "otherton": True,
        "old_council": False,
        "split_council": False,
        "long_council": False,
    }


def test_an_official_name_is_known_without_being_listed(found):
    bodies = Bodies(found)
    assert bodies.resolve("SPLIT COUNTY COUNCIL") == "split_council"
    assert bodies.resolve("Otherton BC") == "otherton"


def test_a_body_that_ended_stands_for_the_one_the_place_lists(found):
    bodies = Bodies(found)
    assert bodies.resolve("Old District Council", date(2022, 4, 1)) == "old_council"
    assert bodies.resolve("Old District Council", date(2023, 4, 1)) == "otherton"


def test_of_two_successors_none_is_taken(found):
    assert Bodies(found).resolve("Split County Council", date(2023, 4, 1)) == "split_council"


def test_a_name_cut_off_means_no_body_that_the_place_does_not_list(found):
    cut = "THE VERY LONG NAMED METROPOLITAN DISTRICT COUNCIL"[:32]
    assert Bodies(found).resolve(cut) is None


def test_a_mistake_in_the_register_names_its_line(tmp_path):
    path = tmp_path / "register.csv"
    path.write_text(ROWS.replace("2023-03-31", "31/03/2023"))
    with pytest.raises(ContractError, match=r"register\.csv, line 4: valid_to: "):
        load_register(path)


def test_every_id_code_and_name_is_one_bodys(found):
    for what in (
        [r.body_id for r in REGISTER],
        [core(r.name) for r in REGISTER],
        [code for r in REGISTER for code in r.codes.values()],
    ):
        assert len(what) == len(set(what))


def test_every_body_of_the_register_has_a_known_kind_a_life_and_known_successors():
    kinds = get_args(Organisation.model_fields["kind"].annotation)
    ids = {r.body_id for r in REGISTER}
    for r in REGISTER:
        assert r.kind in kinds, r.body_id
        assert set(r.successors) <= ids - {r.body_id}, r.body_id
        assert (r.valid_from or date.min) <= (r.valid_to or date.max), r.body_id


def test_a_primary_care_trust_is_known_where_the_place_or_a_contract_names_it_and_nowhere_else():
    """No source of the register holds them, so that none is made up from its name."""
    assert not [r.name for r in REGISTER if " PCT" in r.name or "Primary Care Trust" in r.name]
    place = load_place(CHECKOUT / "data" / "place.yml")
    bodies = Bodies(all_bodies(place, load_partners(CHECKOUT / "data" / "partners"), REGISTER))
    assert bodies.resolve("LEICESTER CITY PRIMARY CARE TRUST") == "nhs_leicester_city_pct"
    assert bodies.resolve("Nottingham City PCT") is None


def test_the_register_has_the_councils_and_health_bodies_of_england():
    kinds = [r.kind for r in REGISTER]
    counted = {kind: kinds.count(kind) for kind in sorted(set(kinds))}
    assert counted == {
        "ccg": 221,
        "combined_authority": 14,
        "council": 365,
        "icb": 42,
        "nhs_trust": 273,
    }
