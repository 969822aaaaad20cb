"""What dbt's YAML says of a column, as the dictionary has it."""

import pytest

from orchestration.publish.meanings import Column, Conventions, shape_of

CONVENTIONS = Conventions(
    {
        "unit": [("*_pence", "pence")],
        "adds_up": [("fct_b.*", "no"), ("*_pence", "yes")],
        "null_means": [("*_pence", "where nothing is reported")],
    }
)


def column(name="spent_pence", table="fct_a", accepted=(), **declared):
    whole = {
        "name": table, "description": "One row per body.", "key": ["body_id"], "feeds": ["spend"],
        "columns": [{"name": name, "data_type": "bigint", **declared}],
        "accepted": {name: accepted}, "refers_to": {},
    }  # fmt: skip
    return shape_of(whole, CONVENTIONS).columns[name]


def test_what_the_yaml_leaves_out_is_as_in_all_columns_of_such_a_name():
    assert column(description="Money spent.") == Column(
        "Money spent.", unit="pence", null_means="where nothing is reported", adds_up="yes"
    )


def test_the_first_convention_that_fits_counts():
    assert column(table="fct_b").adds_up == "no"


def test_the_unit_and_the_meaning_of_an_empty_cell_are_read_from_the_description():
    found = column(
        description="Cost of one contact; null without contacts. Unit: pence per contact."
    )

    assert (found.meaning, found.unit, found.null_means) == (
        "Cost of one contact; null without contacts.", "pence per contact", "without contacts",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("description", "means"),
    [
        ("Amount; null, never 0, where none is received.", "never 0, where none is received"),
        ("Null where it is not known.", "where it is not known"),
        ("Of flows, the pool; else null.", "in every other case"),
        ("Of contacts, their month; null otherwise.", "in every other case"),
    ],
)
def test_the_words_after_null_say_when_a_cell_is_empty(description, means):
    assert column(description=description).null_means == means


def test_what_the_column_says_of_itself_comes_first():
    meta = {"unit": "£m", "null_means": "before 2010", "adds_up": "no"}

    assert column(meta=meta, description="Spent; null at times.") == Column(
        "Spent; null at times.", unit="£m", null_means="before 2010", adds_up="no"
    )


@pytest.mark.parametrize("declared", [{"name": "body_id"}, {"constraints": [{"type": "not_null"}]}])
def test_a_key_or_a_column_that_must_be_there_is_never_empty(declared):
    assert column(**declared).never_empty


def test_text_has_no_unit_and_lists_its_values():
    found = column(data_type="varchar", accepted=["stated", "incomplete"], description="State.")

    assert (found.unit, found.adds_up, found.accepted) == ("", "", ("stated", "incomplete"))
