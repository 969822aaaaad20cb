"""A layout added to the text of a contract: which days it is for, and that all else stays."""

import pytest
import yaml

from orchestration.contracts.periods import parse
from orchestration.proposal.dated_layout import NotWritableError, with_layout
from orchestration.settings import CHECKOUT

NEW = {"columns": {"amount_pence": {"heading": "Sum: paid"}}}
HEAD = "id: x\nfeeds:\n  spend:\n    layouts:\n"


def contract(*layouts, after=""):
    return HEAD + "".join(layouts) + after


def layout(name, begin, end=""):
    ends = f"        valid_to: {end}\n" if end else ""
    return (
        f"      - id: {name}\n        valid_from: {begin}  # agreed\n{ends}        columns: {{}}\n"
    )


def spans(text):
    layouts = yaml.safe_load(text)["feeds"]["spend"]["layouts"]
    return [(x["id"], str(x["valid_from"]), str(x.get("valid_to", ""))) for x in layouts]


@pytest.mark.parametrize(
    ("period", "expected"),
    [
        ("2024-06", [("a", "2020-04-01", "2022-03-31"), ("b", "2022-04-01", "2024-05-31"),
                     ("matched_2024_06", "2024-06-01", "")]),
        ("2021-04", [("a", "2020-04-01", "2021-03-31"),
                     ("matched_2021_04", "2021-04-01", "2022-03-31"), ("b", "2022-04-01", "")]),
        ("2022-04", [("a", "2020-04-01", "2022-03-31"),
                     ("matched_2022_04", "2022-04-01", "2022-04-30"), ("b", "2022-05-01", "")]),
        ("2019-01", [("matched_2019_01", "2019-01-01", "2020-03-31"),
                     ("a", "2020-04-01", "2022-03-31"), ("b", "2022-04-01", "")]),
    ],
)  # fmt: skip
def test_it_holds_from_its_period_on_and_the_layout_before_ends(period, expected):
    text = contract(layout("a", "2020-04-01", "2022-03-31"), layout("b", "2022-04-01"))
    written, _ = with_layout(text, "spend", NEW, parse(period))
    assert spans(written) == expected


def test_only_its_own_lines_are_new():
    text = contract(layout("a", "2020-04-01"), after="    # Of departments.\n    departments: []\n")
    written, name = with_layout(text, "spend", NEW, parse("2024-06"))
    assert name == "matched_2024_06"
    assert written == (
        HEAD + "      - id: a\n        valid_from: 2020-04-01  # agreed\n"
        "        valid_to: 2024-05-31\n        columns: {}\n"
        "      - id: matched_2024_06\n        valid_from: 2024-06-01\n        columns:\n"
        "          amount_pence: {heading: 'Sum: paid'}\n"
        "    # Of departments.\n    departments: []\n"
    )


def test_a_layout_of_one_period_alone_leaves_no_room():
    text = contract(layout("a", "2024-06-01", "2024-06-30"), layout("b", "2024-07-01"))
    with pytest.raises(NotWritableError, match="a layout for 2024-06 alone already"):
        with_layout(text, "spend", NEW, parse("2024-06"))


def test_a_contract_written_another_way_is_left_to_the_data_team():
    text = "feeds: {spend: {layouts: [{id: a, valid_from: 2020-04-01, columns: {}}]}}\n"
    with pytest.raises(NotWritableError, match="add it by hand"):
        with_layout(text, "spend", NEW, parse("2024-06"))


@pytest.mark.parametrize("file", sorted((CHECKOUT / "data/partners").glob("*.yml")), ids=str)
def test_every_contract_of_the_place_takes_one(file):
    text = file.read_text()
    for feed in yaml.safe_load(text)["feeds"]:
        written, name = with_layout(text, feed, NEW, parse("2030-05"))
        assert yaml.safe_load(written)["feeds"][feed]["layouts"][-1]["id"] == name
