"""What `contract new` proposes of a body's departments: the class that their names say, and a
question where a name says several things. Every name is made up or shared by many bodies.
"""

import pytest
import yaml

from orchestration.proposal.as_yaml import contract_yaml
from orchestration.proposal.departments import meaning_of
from orchestration.proposal.eras import propose_from


@pytest.mark.parametrize(
    ("name", "department_class"),
    [
        ("Public Health", "public_health"),
        ("PH - Contracts [NCC]", "public_health"),
        ("Phone Masts", None),
        ("Sexual Health", "public_health"),
        ("Environmental Health", "highways_environment"),
        ("Mental Health", "adult_social_care"),
        ("Health & Safety", "corporate"),
        ("Adult & Community Services", "adult_social_care"),
        ("Adult Education", None),
        ("Children’s Services", "children"),
        ("Children & Young People's Futures", "children"),
        ("Schools Revenue", "schools"),
        ("Housing Revenue Account", "housing"),
        ("Safer Streets", "community_safety"),
        ("Highways & Transport", "highways_environment"),
        ("Chief Exec, Legal & Democratic Services", "corporate"),
        ("Separate Legal Entity", None),
        ("IT Infrastructure", "corporate_ict"),
        ("Make it happen", None),
        ("Department of Health", "nhs_commissioning"),
        ("Place", None),
    ],
)
def test_class_of_a_department_is_that_of_its_words(name, department_class):
    found = meaning_of("department", name, 1)
    assert (found.department_class if found else None) == department_class
    assert found is None or not found.is_unsure


@pytest.mark.parametrize(
    ("name", "department_class"),
    [
        ("Public Health & Communities", "public_health"),
        ("Adult Social Care & Health", "adult_social_care"),
        ("Adults; Housing and Health", None),
        ("Community, Health, Environment and Prosperity", None),
        ("Mental Health and Substance Misuse", None),
    ],
)
def test_name_that_says_several_things_is_asked_about(name, department_class):
    found = meaning_of("department", name, 1)
    assert found
    assert (found.department_class, found.is_unsure) == (department_class, True)


@pytest.mark.parametrize(
    ("name", "scope"),
    [
        ("Capital Programme", "capital"),
        ("HRA (Capital)", "capital"),
        ("Balance Sheet", "balance_sheet"),
        ("Collection Fund", "collection_fund"),
    ],
)
def test_department_that_is_no_revenue_has_a_scope(name, scope):
    found = meaning_of("department", name, 1)
    assert found
    assert found.scope == scope


def file_of(path, *rows, headings="Payment Date,Supplier,Department,Cost Centre,Amount"):
    days = "".join(f"{n + 1:02d}/04/2024,Any {n} Ltd,{row},600.00\n" for n, row in enumerate(rows))
    path.write_text(f"{headings}\n{days}", encoding="utf-8")
    return path


def departments(proposal):
    return proposal.contract["feeds"]["spend"].get("departments")


def asked(proposal):
    return [q.text for q in proposal.questions if q.key == "feeds.spend.departments"]


def test_departments_of_a_file_are_proposed_and_areas_of_public_health_come_first(
    tmp_path, settings
):
    path = file_of(
        tmp_path / "payments-april-2024.csv",
        "Adult Social Care,Older People",
        "Adult Social Care,PH Contracts",
        "Children's Services,Fostering",
        "Children's Services,Adoption",
        "Place,Parks",
        "Place,Museums",
    )
    proposal = propose_from(settings, [path], "anytown_council", "spend")
    assert departments(proposal) == [
        {"match": "PH Contracts", "field": "area", "class": "public_health"},
        {"match": "Adult Social Care", "class": "adult_social_care"},
        {"match": "Children's Services", "class": "children"},
    ]
    assert asked(proposal) == []
    written = yaml.safe_load(contract_yaml(proposal))
    assert written["feeds"]["spend"]["departments"] == departments(proposal)


def test_question_stands_as_a_comment_above_the_departments(tmp_path, settings):
    path = file_of(
        tmp_path / "payments-april-2024.csv",
        "Public Health & Communities,A1 Services",
        "Adults; Housing and Health,B1 Services",
        "Capital Programme,C1 Services",
        "Finance,D1 Services",
    )
    proposal = propose_from(settings, [path], "anytown_council", "spend")
    assert departments(proposal) == [
        {"match": "Capital Programme", "scope": "capital"},
        {"match": "Finance", "class": "corporate"},
        {"match": "Public Health & Communities", "class": "public_health"},
    ]
    assert asked(proposal) == [
        "no class was proposed for 'Adults; Housing and Health', where words of several kinds "
        "stand: give a class if one is known, above all to public health",
        "other words stand beside those of the class proposed for 'Public Health & Communities': "
        "check that it is what most of the money is for",
        "lines of 'Capital Programme' would not count as revenue: check the scope",
    ]
    above = contract_yaml(proposal).partition("    departments:\n")[0]
    assert "# OPEN: lines of 'Capital Programme' would not count as revenue" in above


def test_departments_of_every_file_are_in_the_one_contract(tmp_path, settings):
    first = file_of(tmp_path / "payments-april-2024.csv", "Public Health,A", "Finance,B", "Place,C")
    second = file_of(tmp_path / "payments-may-2024.csv", "Public Health,A", "Housing,B", "Place,C")
    proposal = propose_from(settings, [first, second], "anytown_council", "spend")
    assert departments(proposal) == [
        {"match": "Public Health", "class": "public_health"},
        {"match": "Finance", "class": "corporate"},
        {"match": "Housing", "class": "housing"},
    ]
