"""Outlines of a place's areas: what is shipped, what cannot be used, and a place without any."""

from itertools import pairwise

import pytest

from orchestration.contracts.load import ContractError
from orchestration.contracts.outlines import load_outlines
from orchestration.settings import CHECKOUT

SHIPPED = load_outlines(CHECKOUT / "data" / "outlines.csv")
HEAD = "area_code,area_name,ring_no,point_no,easting,northing\n"
TRIANGLE = (
    "E06999901,Otherton,1,1,400000,300000\n"
    "E06999901,Otherton,1,2,401000,300000\n"
    "E06999901,Otherton,1,3,400000,301000\n"
    "E06999901,Otherton,1,4,400000,300000\n"
)


def square_kilometres(code):
    """The area within an outline of one ring."""
    points = [(p.easting, p.northing) for p in SHIPPED if p.area_code == code]
    pairs = pairwise(points)
    return round(abs(sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairs)) / 2_000_000)


def test_the_city_the_seven_districts_and_rutland_are_shipped_at_their_size():
    assert {p.area_name: square_kilometres(p.area_code) for p in SHIPPED} == {
        "Leicester": 73,
        "Rutland": 394,
        "Blaby": 130,
        "Charnwood": 279,
        "Harborough": 593,
        "Hinckley and Bosworth": 298,
        "Melton": 481,
        "North West Leicestershire": 279,
        "Oadby and Wigston": 23,
    }


def test_areas_that_adjoin_share_their_points():
    of = {name: {(p.easting, p.northing) for p in SHIPPED if p.area_name == name}
          for name in ("Leicester", "Blaby", "Rutland")}  # fmt: skip
    assert len(of["Leicester"] & of["Blaby"]) > 5
    assert of["Leicester"] & of["Rutland"] == set()


def test_a_place_need_not_have_outlines(tmp_path):
    assert load_outlines(tmp_path / "outlines.csv") == ()


def test_a_ring_ends_where_it_begins(tmp_path):
    (tmp_path / "outlines.csv").write_text(HEAD + TRIANGLE)
    points = load_outlines(tmp_path / "outlines.csv")
    assert [(p.point_no, p.easting, p.northing) for p in points] == [
        (1, 400_000, 300_000),
        (2, 401_000, 300_000),
        (3, 400_000, 301_000),
        (4, 400_000, 300_000),
    ]


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ("401000", "52.6", "outlines.csv, line 3: easting: "),
        ("401000", "-1.13", "outlines.csv, line 3: easting: "),
        ("E06999901", "Otherton", "outlines.csv, line 2: area_code: "),
        ("1,3,", "1,4,", "outlines.csv, line 2: point_no: the points of a ring are numbered 1, 2"),
        ("1,4,400000", "1,4,400001", "outlines.csv, line 2: easting: a ring has four points or"),
        ("area_code", "code", "outlines.csv, line 2: "),
    ],
)
def test_what_cannot_be_drawn_is_named_with_its_line_and_column(tmp_path, right, wrong, said):
    (tmp_path / "outlines.csv").write_text((HEAD + TRIANGLE).replace(right, wrong, 1))
    with pytest.raises(ContractError) as error:
        load_outlines(tmp_path / "outlines.csv")
    assert str(error.value).startswith(said)


def test_a_ring_in_two_places_is_no_ring(tmp_path):
    other = TRIANGLE.replace("E06999901", "E06999902")
    (tmp_path / "outlines.csv").write_text(HEAD + TRIANGLE + other + TRIANGLE)
    with pytest.raises(ContractError, match="line 10: ring_no: ring 1 of E06999901 is in two"):
        load_outlines(tmp_path / "outlines.csv")
