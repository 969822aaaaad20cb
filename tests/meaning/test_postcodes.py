"""Letters for digits in a postcode are named and the postcode they mean is offered."""

import re

import pytest

from orchestration.intake.judge.postcodes import POSTCODE, corrected


@pytest.mark.parametrize(
    ("written", "postcode"),
    [
        ("LE1O 2NL", "LE10 2NL"),
        ("LE13 OAA", "LE13 0AA"),
        ("LE1I4NA", "LE11 4NA"),
        ("LEI 1AA", "LE1 1AA"),
        ("le1 iaa", "LE1 1AA"),
        ("LE1 1AA1", None),
        ("tbc", None),
    ],
)
def test_what_a_mistyped_postcode_means(written, postcode):
    assert corrected(written) == postcode


@pytest.mark.parametrize("postcode", ["EC1A1BB", "W1A0AX", "M11AE", "B338TH", "CR26XH", "DN551PT"])
def test_every_form_of_postcode_is_one(postcode):
    assert re.fullmatch(POSTCODE, postcode)


@pytest.mark.parametrize("written", ["LE1O2NL", "W1O0AX", "QE11AA1", "LE1 1AC"])
def test_a_district_that_cannot_be_is_none(written):
    assert not re.fullmatch(POSTCODE, written)
