"""Coordinates in another form are named, and what they mean is offered."""

import pytest

from tests.meaning.returns import COUNTY, SITE, deliver, questions

READ = "1 row has coordinates that lie in the place only if they are read {}: row 2: {}."


def asked(settings, easting, northing, postcode="LE1 1TQ"):
    cells = {"postcode": postcode, "easting": easting, "northing": northing}
    site = {**SITE, "point_id": "LC-01", "name": "Reception in the city", **cells}
    receipt = deliver(settings, COUNTY, "access_points", "2011-12", site)
    assert (receipt.rows_accepted, receipt.rows_set_aside) == (1, 0)
    return questions(settings, receipt)


@pytest.mark.parametrize(
    ("easting", "northing", "way", "read"),
    [
        ("304540", "459089", "with easting and northing exchanged", "459089, northing 304540"),
        ("-459089", "304540", "without a minus sign", "459089, northing 304540"),
        ("459", "304", "in kilometres", "459000, northing 304000"),
        ("459.089", "304.54", "in kilometres", "459089, northing 304540"),
        ("4590", "3045", "in hundreds of metres", "459000, northing 304500"),
        ("45908", "30454", "in tens of metres", "459080, northing 304540"),
        ("459089.4", "304540.6", "to the whole metre", "459089, northing 304541"),
        (
            "304.54",
            "459.089",
            "with easting and northing exchanged and in kilometres",
            "459089, northing 304540",
        ),
    ],
)
def test_metres_in_another_form(settings, easting, northing, way, read):
    said = f"{easting}, {northing} is easting {read}, where its postcode LE1 1TQ is"
    assert asked(settings, easting, northing) == {"TP-384": READ.format(way, said)}


@pytest.mark.parametrize(
    ("easting", "northing", "way"),
    [
        ("52.6354", "-1.1284", ""),
        ("-1.1284", "52.6354", ""),
        ("52.6354", "1.1284", " without its minus sign"),
        ("52.6354° N", "1.1284 W", ""),
    ],
)
def test_degrees(settings, easting, northing, way):
    said = (
        f"{easting}, {northing} is easting 459083, northing 304543, where its postcode LE1 1TQ is"
    )
    degrees = f"in degrees of latitude and longitude{way}"
    assert asked(settings, easting, northing) == {"TP-384": READ.format(degrees, said)}


def test_the_place_is_a_witness_where_there_is_no_postcode(settings):
    said = "304540, 459089 is easting 459089, northing 304540, inside the place"
    exchanged = "with easting and northing exchanged"
    assert asked(settings, "304540", "459089", "") == {"TP-384": READ.format(exchanged, said)}


@pytest.mark.parametrize(("easting", "northing"), [("304540", "200000"), ("51.5", "-0.12")])
def test_what_lies_outside_however_it_is_read_is_outside(settings, easting, northing):
    assert list(asked(settings, easting, northing, "")) == ["TP-345"]


def test_coordinates_in_the_place_are_as_they_stand(settings):
    assert asked(settings, "459089", "304540") == {}
    assert asked(settings, "459,089", "304540.0") == {}
